/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware log inside an Attestation message of go-tpm-tools: see eventlog/attestation.h. */
#include "eventlog/attestation.h"

#include "eventlog/format/format.h"

enum { AGILE };

static const assay_format *inner_of(const assay_log *log)
{
    return log->state[AGILE] != 0 ? &assay_format_tcg2 : &assay_format_tcg12;
}

static const char *detect(assay_bytes bytes)
{
    return assay_attestation_is(bytes) ? "protobuf with a firmware log in field 3" : NULL;
}

static int fail_with(assay_log *log, const assay_error *error)
{
    return assay_log_fail(log, (enum assay_kind)error->kind, error->offset, error->field, "%s",
                          error->what);
}

static int open(assay_log *log)
{
    assay_attestation attestation;

    assay_attestation_read(log->bytes, &attestation);
    const assay_attestation_part *const part = &attestation.event_log;
    if (part->bytes.data == NULL && attestation.fault.kind != 0)
        return fail_with(log, &attestation.fault);
    if (part->bytes.size == 0)
        return assay_log_fail(log, ASSAY_UNSUPPORTED, 0, "event_log",
                              "the message has no firmware log");
    if (attestation.canonical_event_log.bytes.size > 0)
        assay_log_note(log, ASSAY_FINDING_CANONICAL_LOG, attestation.canonical_event_log.offset,
                       "%llu bytes", (unsigned long long)attestation.canonical_event_log.size);
    log->state[AGILE] = assay_format_tcg2.detect(part->bytes) != NULL;
    assay_seek(&log->cursor, part->offset);
    log->cursor.bytes.size = (size_t)part->offset + part->bytes.size;
    return inner_of(log)->open(log);
}

static int next(assay_log *log, assay_event *ret_event)
{
    assay_attestation attestation;
    const int status = inner_of(log)->next(log, ret_event);

    if (status != 0)
        return status;
    assay_attestation_read(log->bytes, &attestation);
    return attestation.fault.kind != 0 ? fail_with(log, &attestation.fault) : 0;
}

const assay_format assay_format_attestation = {
    .info = { "attestation", "go-tpm-tools attestation",
              "google/go-tpm-tools: proto/attest.proto, message Attestation", false },
    .detect = detect,
    .open = open,
    .next = next,
};
