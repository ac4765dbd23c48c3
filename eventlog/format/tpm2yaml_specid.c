/* SPDX-License-Identifier: BSD-2-Clause */
/* tpm2_eventlog's text, TCG_EfiSpecIDEvent: the lines below "SpecID:". */
#include "eventlog/format/tpm2yaml.h"

/* The bank at hand: its algorithm stands a line before its size. */
typedef struct spec_lines {
    assay_log *log;
    uint16_t alg;
    uint64_t count;
} spec_lines;

static int refuse(assay_log *log, const assay_tpm2yaml_line *line, const char *field,
                  const char *what)
{
    return assay_log_fail(log, ASSAY_MALFORMED, line->offset, field, "%s", what);
}

static int take_alg(spec_lines *lines, const assay_tpm2yaml_line *line, assay_bytes value)
{
    const assay_bytes name = assay_tpm2yaml_unquote(value);
    const assay_alg *const alg = assay_alg_by_name(name);
    uint64_t number = 0;

    if (alg == NULL && (!assay_tpm2yaml_number(name, &number) || number > UINT16_MAX))
        return refuse(lines->log, line, "algorithmId", "an algorithm that is not known here");
    lines->alg = alg != NULL ? alg->id : (uint16_t)number;
    if (assay_log_announces(&lines->log->header, lines->alg))
        return refuse(lines->log, line, "algorithmId", "an algorithm stands there twice");
    return 0;
}

static int take_size(spec_lines *lines, const assay_tpm2yaml_line *line, uint64_t size)
{
    assay_log_header *const header = &lines->log->header;
    const assay_alg *const alg = assay_alg_find(lines->alg);

    if (lines->alg == 0 || header->bank_count == ASSAY_BANKS_MAX)
        return refuse(lines->log, line, "digestSize", "a size without its algorithm, or too many");
    if (size == 0 || size > ASSAY_DIGEST_MAX || (alg != NULL && size != alg->size))
        return refuse(lines->log, line, "digestSize", "not the size of the algorithm's digests");
    header->banks[header->bank_count++] = (assay_bank){ lines->alg, (uint16_t)size };
    lines->alg = 0;
    return 0;
}

static int take_vendor_info(spec_lines *lines, const assay_tpm2yaml_line *line, assay_bytes value)
{
    assay_tpm2yaml *const self = assay_tpm2yaml_of(lines->log);
    assay_writer copy = assay_writer_lent(self->vendor_info, sizeof self->vendor_info);

    if (!assay_put_decoded(&copy, assay_tpm2yaml_unquote(value)) || copy.failure != 0)
        return refuse(lines->log, line, "vendorInfo", "not at most 255 bytes in digits");
    lines->log->header.spec_id.vendor_info = assay_written(&copy);
    return 0;
}

/* A number of one byte, or of the four of platformClass. */
static bool take_number(spec_lines *lines, assay_bytes key, uint64_t number)
{
    assay_spec_id *const id = &lines->log->header.spec_id;
    const struct {
        assay_bytes key;
        uint8_t *field;
    } bytes[] = { { ASSAY_LITERAL("specVersionMinor"), &id->version_minor },
                  { ASSAY_LITERAL("specVersionMajor"), &id->version_major },
                  { ASSAY_LITERAL("specErrata"), &id->errata },
                  { ASSAY_LITERAL("uintnSize"), &id->uintn_size } };

    if (assay_bytes_equal(key, ASSAY_LITERAL("platformClass")) && number <= UINT32_MAX)
        id->platform_class = (uint32_t)number;
    if (assay_bytes_equal(key, ASSAY_LITERAL("numberOfAlgorithms")))
        lines->count = number;
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++)
        if (assay_bytes_equal(key, bytes[i].key)) {
            *bytes[i].field = (uint8_t)number;
            return number <= UINT8_MAX;
        }
    return true;
}

static int take_line(spec_lines *lines, const assay_tpm2yaml_line *line)
{
    assay_bytes value;
    const assay_bytes key = assay_tpm2yaml_split(line, &value);
    uint64_t number;

    if (assay_bytes_equal(key, ASSAY_LITERAL("algorithmId")))
        return take_alg(lines, line, value);
    if (assay_bytes_equal(key, ASSAY_LITERAL("vendorInfo")))
        return take_vendor_info(lines, line, value);
    if (!assay_tpm2yaml_number(value, &number))
        return 0;
    if (assay_bytes_equal(key, ASSAY_LITERAL("digestSize")))
        return take_size(lines, line, number);
    return take_number(lines, key, number)
               ? 0
               : refuse(lines->log, line, "SpecID", "a number that does not fit its field");
}

int assay_tpm2yaml_specid_read(assay_log *log)
{
    spec_lines lines = { .log = log };
    assay_tpm2yaml_line line = { .offset = log->cursor.offset };
    int status = 0;

    while (status == 0 && assay_tpm2yaml_peek(log, &line) &&
           !assay_tpm2yaml_ends_event(log, &line)) {
        assay_tpm2yaml_skip(log, &line);
        status = take_line(&lines, &line);
    }
    if (status < 0)
        return status;
    if (log->header.bank_count == 0 || lines.count != log->header.bank_count || lines.alg != 0)
        return assay_log_fail(
            log, log->cursor.offset == log->bytes.size ? ASSAY_TRUNCATED : ASSAY_MALFORMED,
            line.offset, "numberOfAlgorithms",
            "the Spec ID event does not list as many algorithms as it says");
    log->header.spec_id.signature = 3;
    log->header.spec_id.present = true;
    return 0;
}
