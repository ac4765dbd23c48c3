/* SPDX-License-Identifier: BSD-2-Clause */
/* The text form, its header: the lines before the first event. The grammar is in textlog.h. */
#include "base/number.h"
#include "eventlog/format/textlog.h"

static int fail(assay_log *log, const assay_textlog_word *word, const char *field, const char *what)
{
    return assay_textlog_fail(log, word->offset, field, "%s", what);
}

static int end_line(assay_log *log, const char *field)
{
    assay_textlog_word word;
    const int status = assay_textlog_word_next(log, &word);

    return status <= 0 ? status : fail(log, &word, field, "nothing may follow on this line");
}

/* "sha256", or "0x1234/48" for an algorithm unknown here. */
static bool parse_bank(assay_bytes text, assay_bank *ret_bank)
{
    const assay_alg *const alg = assay_alg_by_name(text);
    const uint8_t *const slash = memchr(text.data, '/', text.size);
    assay_cursor c = assay_cursor_of(text);
    uint64_t id, size;

    if (alg != NULL) {
        *ret_bank = (assay_bank){ alg->id, alg->size };
        return true;
    }
    if (slash == NULL ||
        !assay_number_read(assay_take(&c, (size_t)(slash - text.data)), UINT16_MAX, &id))
        return false;
    assay_take_u8(&c);
    if (!assay_number_read(assay_take_rest(&c), UINT16_MAX, &size) || size == 0 ||
        assay_alg_find((uint16_t)id) != NULL)
        return false;
    *ret_bank = (assay_bank){ (uint16_t)id, (uint16_t)size };
    return true;
}

static int read_bank(assay_log *log, const assay_textlog_word *word)
{
    assay_log_header *const header = &log->header;
    assay_bank bank;

    if (!parse_bank(word->text, &bank))
        return fail(log, word, "algorithmId",
                    "expected an algorithm like sha256, or 0x1234/48 for one of that number and "
                    "that many digest bytes");
    if (assay_log_announces(header, bank.alg))
        return fail(log, word, "algorithmId", "this algorithm is listed twice");
    if (header->bank_count == ASSAY_BANKS_MAX)
        return fail(log, word, "algorithmId", "a log has at most 16 algorithms");
    header->banks[header->bank_count++] = bank;
    return 0;
}

static int read_first_line(assay_log *log)
{
    assay_textlog_word word;
    uint64_t version;
    int status = assay_textlog_line_begin(log, &word);

    if (status < 0)
        return status;
    if (status == 0 || !assay_bytes_equal(word.text, ASSAY_LITERAL("assay-log")))
        return fail(log, &word, NULL, "a text log begins with a line like: assay-log 1 sha256");
    status = assay_textlog_word_next(log, &word);
    if (status < 0)
        return status;
    if (!assay_number_read(word.text, ASSAY_TEXTLOG_VERSION, &version) || version == 0)
        return fail(log, &word, NULL, "expected the version of the text form, which is 1");
    while ((status = assay_textlog_word_next(log, &word)) > 0) {
        if (log->header.bank_count == 0 && assay_bytes_equal(word.text, ASSAY_LITERAL("none")))
            return end_line(log, "algorithmId");
        if ((status = read_bank(log, &word)) < 0)
            return status;
    }
    if (status == 0 && log->header.bank_count == 0)
        return fail(log, &word, "algorithmId",
                    "the first line names the log's algorithms, as in: assay-log 1 sha1 sha256");
    return status;
}

static bool parse_spec_id_field(assay_bytes text, assay_spec_id *spec_id)
{
    uint64_t n;

    if (assay_number_read(assay_textlog_after(text, "platform-class:"), UINT32_MAX, &n))
        spec_id->platform_class = (uint32_t)n;
    else if (assay_number_read(assay_textlog_after(text, "version-major:"), UINT8_MAX, &n))
        spec_id->version_major = (uint8_t)n;
    else if (assay_number_read(assay_textlog_after(text, "version-minor:"), UINT8_MAX, &n))
        spec_id->version_minor = (uint8_t)n;
    else if (assay_number_read(assay_textlog_after(text, "errata:"), UINT8_MAX, &n))
        spec_id->errata = (uint8_t)n;
    else if (assay_number_read(assay_textlog_after(text, "uintn-size:"), UINT8_MAX, &n))
        spec_id->uintn_size = (uint8_t)n;
    else
        return false;
    return true;
}

/* Keeps what follows "vendor-info" where the events to come don't overwrite it. */
static int read_vendor_info(assay_log *log, assay_textlog_word *word)
{
    assay_textlog *const text = log->owned;
    const size_t offset = word->offset;
    int status = assay_textlog_word_next(log, word);

    if (status > 0)
        status = assay_textlog_items_read(log, word, "vendorInfo", &text->bytes);
    if (status < 0)
        return status;
    if (word->text.size > 0)
        return fail(log, word, "vendorInfo", "vendor information has no digests");
    if (text->bytes.used > sizeof text->vendor_info)
        return assay_textlog_fail(log, offset, "vendorInfo",
                                  "%zu bytes; vendor information has at most 255",
                                  text->bytes.used);
    memcpy(text->vendor_info, text->scratch, text->bytes.used);
    log->header.spec_id.vendor_info = assay_bytes_of(text->vendor_info, text->bytes.used);
    return 0;
}

static int read_spec_id(assay_log *log, assay_textlog_word *word)
{
    assay_textlog *const text = log->owned;
    int status;

    if (log->header.spec_id.present)
        return fail(log, word, "TCG_EfiSpecIDEvent", "a log has one spec-id line at most");
    text->spec_id_offset = word->offset;
    log->header.spec_id =
        (assay_spec_id){ .present = true, .signature = 3, .version_major = 2, .uintn_size = 2 };
    while ((status = assay_textlog_word_next(log, word)) > 0) {
        if (assay_bytes_equal(word->text, ASSAY_LITERAL("vendor-info")))
            return read_vendor_info(log, word);
        if (!parse_spec_id_field(word->text, &log->header.spec_id))
            return fail(log, word, "TCG_EfiSpecIDEvent",
                        "expected platform-class:, version-major:, version-minor:, errata:, "
                        "uintn-size: and a number, or vendor-info");
    }
    return status;
}

static int read_stage(assay_log *log, assay_textlog_word *word)
{
    const int status = assay_textlog_word_next(log, word);

    if (status < 0)
        return status;
    for (enum assay_stage stage = 0; stage < ASSAY_STAGES; stage++)
        if (assay_bytes_equal(word->text, assay_bytes_of_string(assay_stage_name(stage)))) {
            log->header.stage = stage;
            return end_line(log, NULL);
        }
    return fail(log, word, NULL, "expected who wrote the log: firmware, launch, kernel, userspace");
}

/* Reads a line of the header: 1, 0 when the line is an event or there is none. */
static int read_header_line(assay_log *log)
{
    const assay_cursor start = log->cursor;
    assay_textlog_word word;
    int status = assay_textlog_line_begin(log, &word);

    if (status <= 0)
        return status;
    if (assay_bytes_equal(word.text, ASSAY_LITERAL("spec-id"))) {
        status = read_spec_id(log, &word);
    } else if (assay_bytes_equal(word.text, ASSAY_LITERAL("measurement-registers"))) {
        log->header.measurement_registers = true;
        status = end_line(log, "PCRIndex");
    } else if (assay_bytes_equal(word.text, ASSAY_LITERAL("banks-follow"))) {
        log->header.banks_follow = true;
        status = end_line(log, NULL);
    } else if (assay_bytes_equal(word.text, ASSAY_LITERAL("big-endian"))) {
        log->header.big_endian = true;
        status = end_line(log, NULL);
    } else if (assay_bytes_equal(word.text, ASSAY_LITERAL("stage"))) {
        status = read_stage(log, &word);
    } else {
        log->cursor = start;
        return 0;
    }
    return status < 0 ? status : 1;
}

int assay_textlog_header_read(assay_log *log)
{
    int status = read_first_line(log);

    if (status == 0)
        while ((status = read_header_line(log)) > 0)
            ;
    log->header.measurement_registers |= assay_spec_id_names_registers(&log->header.spec_id);
    return status;
}
