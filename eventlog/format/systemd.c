/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * systemd's userspace measurement log, /run/log/systemd/tpm2-measure.log: a JSON text sequence
 * (RFC 7464) of canonical records without numbers. A record that is not whole JSON is left out
 * and the rest read, as section 2.3 of the RFC has it; systemd's own reader gives up there. Only
 * the last one, where the log ends inside it, is a log that is cut. A log that lost its
 * separators on the way through a terminal is read as well.
 */
#include "eventlog/format/celjson.h"
#include "eventlog/jsontext.h"

static const char *detect(assay_bytes bytes)
{
    static const assay_bytes systemd = ASSAY_LITERAL("systemd");
    enum assay_celjson_framing framing;
    size_t first;
    const char *const why = assay_celjson_find(bytes, &framing, &first);

    if (why == NULL || framing == ASSAY_CELJSON_SEQUENCE)
        return why;
    if (framing != ASSAY_CELJSON_STREAM)
        return NULL;
    const assay_bytes type =
        assay_json_member(assay_celjson_first(bytes, framing, first), "content_type");
    return assay_bytes_equal(assay_json_string(type), systemd) ? "systemd's records in JSON" : NULL;
}

static int open(assay_log *log)
{
    const int status = assay_celjson_open(log);

    log->header.stage = ASSAY_STAGE_USERSPACE;
    return status;
}

static int put_text(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    assay_put_u8(out->writer, ASSAY_CELJSON_RS);
    const int status = assay_celjson_put(out, 0, event, error);
    assay_put_char(out->writer, '\n');
    return status;
}

static int write_begin(assay_log_writer *out, assay_error *error)
{
    uint8_t buffer[ASSAY_CEL_SPEC_ID_MAX];
    assay_event event;

    if (!assay_cel_has_spec_id(out->header))
        return 0;
    const int status = assay_cel_spec_id_event(out->header, buffer, &event, error);
    return status < 0 ? status : put_text(out, &event, error);
}

const assay_format assay_format_systemd = {
    .info = { "systemd", "systemd's userspace measurement log",
              "systemd-pcrextend(8); RFC 7464; CEL 1.0 section 5.4", true },
    .room = ASSAY_CELJSON_ROOM,
    .detect = detect,
    .open = open,
    .next = assay_celjson_next,
    .close = assay_celjson_close,
    .write_begin = write_begin,
    .write_event = put_text,
};
