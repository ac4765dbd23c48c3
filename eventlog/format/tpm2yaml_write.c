/* SPDX-License-Identifier: BSD-2-Clause */
/* tpm2_eventlog's text, written: see eventlog/tpm2yaml.h. */
#include "eventlog/tpm2yaml.h"

#include "eventlog/format/tpm2yaml.h"
#include "eventlog/format/tpm2yaml_shapes.h"
#include "eventlog/types.h"

static void put_number(assay_writer *out, const char *key, uint64_t value)
{
    assay_put_format(out, "%s: %llu\n", key, (unsigned long long)value);
}

static void put_hex(assay_writer *out, const char *key, assay_bytes bytes)
{
    assay_put_format(out, "%s: \"", key);
    assay_put_hex(out, bytes);
    assay_put_string(out, "\"\n");
}

static void put_algorithm(assay_writer *out, const char *key, uint16_t alg)
{
    const assay_alg *const known = assay_alg_find(alg);

    assay_put_format(out, known != NULL ? "%s: %s\n" : "%s: \"%s0x%04x\"\n", key,
                     known != NULL ? known->name : "", alg);
}

static void put_digests(assay_writer *out, const assay_event *event)
{
    put_number(out, "  DigestCount", event->digest_count);
    assay_put_string(out, "  Digests:\n");
    for (size_t i = 0; i < event->digest_count; i++) {
        put_algorithm(out, "  - AlgorithmId", event->digests[i].alg);
        put_hex(out, "    Digest", event->digests[i].value);
    }
}

static void put_spec_id(assay_writer *out, const assay_event *event, const assay_log_header *header)
{
    const assay_spec_id *const id = &header->spec_id;

    put_hex(out, "  Digest", event->digests[0].value);
    put_number(out, "  EventSize", event->data.size);
    assay_put_string(out, "  SpecID:\n  - Signature: Spec ID Event03\n");
    put_number(out, "    platformClass", id->platform_class);
    put_number(out, "    specVersionMinor", id->version_minor);
    put_number(out, "    specVersionMajor", id->version_major);
    put_number(out, "    specErrata", id->errata);
    put_number(out, "    uintnSize", id->uintn_size);
    put_number(out, "    numberOfAlgorithms", header->bank_count);
    assay_put_string(out, "    Algorithms:\n");
    for (size_t i = 0; i < header->bank_count; i++) {
        assay_put_format(out, "    - Algorithm[%zu]:\n", i);
        put_algorithm(out, "      algorithmId", header->banks[i].alg);
        put_number(out, "      digestSize", header->banks[i].size);
    }
    put_number(out, "    vendorInfoSize", id->vendor_info.size);
    if (id->vendor_info.size > 0)
        put_hex(out, "    vendorInfo", id->vendor_info);
}

static bool is_spec_id(const assay_event *event)
{
    return event->number == 0 && event->digest_count == 1 && assay_spec_id_is(event);
}

void assay_tpm2yaml_put(assay_writer *out, const assay_event *event, const assay_log_header *header,
                        enum assay_tpm2yaml_care care)
{
    const assay_event_type *const type = assay_event_type_find(event->type);

    put_number(out, "- EventNum", event->number);
    put_number(out, "  PCRIndex", event->pcr_index);
    assay_put_format(out, "  EventType: %s\n", type != NULL ? type->name : "Unknown event type");
    if (is_spec_id(event)) {
        put_spec_id(out, event, header);
        return;
    }
    put_digests(out, event);
    put_number(out, "  EventSize", event->data.size);
    if (event->data.size > 0)
        assay_tpm2yaml_shape_put(out, event, care);
}

/* The format. */

/* What log_writer->state holds. */
enum { NUMBER };

static void put_header(assay_log_writer *out)
{
    static const uint8_t no_digest[20];
    uint8_t room[64 + 4 * ASSAY_BANKS_MAX + UINT8_MAX];
    assay_writer data = assay_writer_lent(room, sizeof room);
    assay_event event = { .type = EV_NO_ACTION, .digest_count = 1 };

    event.digests[0] =
        (assay_event_digest){ ASSAY_ALG_SHA1, assay_bytes_of(no_digest, sizeof no_digest) };
    assay_spec_id_put(&data, out->header);
    event.data = assay_written(&data);
    assay_tpm2yaml_put(out->writer, &event, out->header, ASSAY_TPM2YAML_EXACT);
    out->state[NUMBER]++;
}

int assay_tpm2yaml_write_begin(assay_log_writer *out, assay_error *error)
{
    if (out->header->measurement_registers)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the text has no word for a register that is no PCR");
    for (size_t i = 0; i < out->header->bank_count; i++)
        if (out->header->banks[i].size > ASSAY_DIGEST_MAX)
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                              "digests of more than %d bytes", ASSAY_DIGEST_MAX);
    assay_put_string(out->writer, "---\nversion: 1\nevents:\n");
    if (out->header->spec_id.present && out->header->spec_id.signature == 3)
        put_header(out);
    return 0;
}

static int refuse(const assay_event *event, assay_error *error, const char *field, const char *what)
{
    return assay_fail(error, ASSAY_UNSUPPORTED,
                      (assay_place){ event->offset, event->number, field }, "%s", what);
}

int assay_tpm2yaml_write_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    const bool named = assay_event_type_find(event->type) != NULL;
    assay_event numbered = *event;

    if (event->content == ASSAY_CONTENT_OTHER
            ? !assay_bytes_equal(event->name, ASSAY_LITERAL("Unknown event type"))
            : event->content != ASSAY_CONTENT_PCCLIENT_STD || !named)
        return refuse(event, error, "eventType",
                      "the text has no number for a type without a name");
    if (event->nv_index != 0)
        return refuse(event, error, "pcrIndex", "the text has no word for what is no PCR");
    if (event->only_bank != 0)
        return refuse(event, error, "digest", "the text can't say that its log is of one bank");
    if (!assay_event_keeps_data(event))
        return refuse(event, error, "event", "the text has no word for data that were not kept");
    numbered.number = (uint32_t)out->state[NUMBER]++;
    assay_tpm2yaml_put(out->writer, &numbered, out->header, ASSAY_TPM2YAML_EXACT);
    return 0;
}

/* The PCRs are for whoever computes them: a reader takes their absence for a cut. */
int assay_tpm2yaml_write_end(assay_log_writer *out, assay_error *error)
{
    (void)error;
    assay_put_string(out->writer, "pcrs:\n");
    return 0;
}
