/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a log, converted to the format that the first byte chooses: the same twice, read
 * to its end, and what differs from the source was said. The text form holds all that was read.
 */
#include "eventlog/convert.h"
#include "tests/fuzz/fuzz.h"

enum { SELECTOR_SHA1 = 0x80 /* bit of the first byte: only this bank */ };

static const char *choose_target(unsigned choice)
{
    const assay_format_info *info;
    size_t count = 0;

    while (assay_log_format_at(count) != NULL)
        count++;
    info = assay_log_format_at(choice % count);
    return info->writable ? info->name : "text";
}

static bool is_lost(const assay_conversion *conversion, enum assay_loss loss)
{
    return conversion->lost[loss].count > 0 || conversion->lost[ASSAY_LOSS_OTHER].count > 0;
}

static bool same_digests(const assay_event *a, const assay_event *b)
{
    for (size_t i = 0; i < a->digest_count; i++)
        if (!assay_bytes_equal(assay_event_digest_of(b, a->digests[i].alg), a->digests[i].value))
            return false;
    return true;
}

/* An event and its record, where none was left out before. */
static void demand_told(const assay_conversion *conversion, const assay_event *event,
                        const assay_event *record)
{
    demand(event->pcr_index == record->pcr_index || is_lost(conversion, ASSAY_LOSS_OTHER), "PCR");
    demand(event->content == record->content || is_lost(conversion, ASSAY_LOSS_CONTENT), "content");
    demand(event->type == record->type || is_lost(conversion, ASSAY_LOSS_TYPE), "type");
    demand(assay_bytes_equal(event->data, record->data) || is_lost(conversion, ASSAY_LOSS_DATA),
           "data");
    demand((assay_event_keeps_data(event) == assay_event_keeps_data(record) &&
            assay_bytes_equal(event->label, record->label)) ||
               is_lost(conversion, ASSAY_LOSS_LABEL) || is_lost(conversion, ASSAY_LOSS_DATA),
           "label");
    demand(event->nv_index == record->nv_index || is_lost(conversion, ASSAY_LOSS_NV_INDEX),
           "NV index");
    demand(same_digests(event, record) || is_lost(conversion, ASSAY_LOSS_BANK) ||
               is_lost(conversion, ASSAY_LOSS_UNANNOUNCED) ||
               is_lost(conversion, ASSAY_LOSS_DIGEST_SIZE) ||
               event->content == ASSAY_CONTENT_IMA_TEMPLATE,
           "digests");
}

/* Where each event became one record, in the order of the events. */
static bool is_one_to_one(const assay_conversion *conversion)
{
    return conversion->written == conversion->events &&
           conversion->selected == conversion->events &&
           conversion->lost[ASSAY_LOSS_EVENT].count == 0 &&
           conversion->lost[ASSAY_LOSS_CONTENT].count == 0 &&
           conversion->lost[ASSAY_LOSS_NV_INDEX].count == 0;
}

static int next_measured(assay_log *log, bool skip_headers, assay_event *event)
{
    int status;

    while ((status = assay_log_next(log, event)) > 0)
        if (!skip_headers || event->number > 0 || !log->header.spec_id.present ||
            log->header.spec_id.signature != 3 ||
            !assay_bytes_start_with(event->data, ASSAY_LITERAL("Spec ID Event03\0")))
            break;
    return status;
}

/* Lists of one bank each have a header among their events: those are only counted. */
static bool has_lists(const char *format)
{
    static const char *const names[] = { "txt2", "heap", "txtstat", "inteljson" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(format, names[i]) == 0)
            return true;
    return false;
}

static void demand_all_told(assay_bytes source, const assay_conversion *conversion,
                            assay_bytes written, const char *to)
{
    const bool exact = is_one_to_one(conversion);
    assay_log before, after;
    assay_event event, record;
    uint64_t records = 0;
    assay_error error;

    demand(assay_log_open(&before, source, NULL, NULL, &error) == 0, "the source opens again");
    demand(assay_log_open(&after, written, to, NULL, &error) == 0, "what was written opens");
    const bool plain = exact && !has_lists(to) && !has_lists(conversion->from[0]);
    while (next_measured(&after, plain, &record) > 0) {
        records++;
        if (plain && next_measured(&before, true, &event) > 0)
            demand_told(conversion, &event, &record);
    }
    demand(after.error.kind == 0, "what was written is read to its end");
    demand(!plain || records == conversion->written || is_lost(conversion, ASSAY_LOSS_OTHER),
           "as many records as were written");
    assay_log_close(&after);
    assay_log_close(&before);
}

/* What no format but the source's own can keep, or what is no part of what was read. */
static void demand_text_holds_all(const assay_conversion *conversion)
{
    for (enum assay_loss loss = 0; loss < ASSAY_LOSSES; loss++)
        demand(conversion->lost[loss].count == 0 || loss == ASSAY_LOSS_TRUNCATED ||
                   loss == ASSAY_LOSS_TAIL || loss == ASSAY_LOSS_PADDING ||
                   loss == ASSAY_LOSS_SPEC_ID,
               "text has room for all that was read");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t sha1 = ASSAY_ALG_SHA1;
    static assay_conversion conversion, again;
    assay_writer once = assay_writer_growing(1 << 26), twice = assay_writer_growing(1 << 26);
    assay_error error = { .kind = 0 };

    if (size < 2)
        return 0;
    const assay_convert_source source = { .bytes = assay_bytes_of(data + 1, size - 1) };
    const bool select = (data[0] & SELECTOR_SHA1) != 0;
    const assay_convert_wish wish = { .to = choose_target(data[0] & ~(unsigned)SELECTOR_SHA1),
                                      .banks = &sha1,
                                      .bank_count = select };
    const int status = assay_convert(&source, 1, &wish, &once, &conversion, &error);

    demand(status == -error.kind, "the error says what the status does");
    demand(assay_convert(&source, 1, &wish, &twice, &again, &error) == status, "the same twice");
    if (status == 0) {
        demand(assay_bytes_equal(assay_written(&once), assay_written(&twice)), "the same bytes");
        if (!select)
            demand_all_told(source.bytes, &conversion, assay_written(&once), wish.to);
        if (!select && strcmp(wish.to, "text") == 0)
            demand_text_holds_all(&conversion);
    }
    assay_writer_close(&twice);
    assay_writer_close(&once);
    return 0;
}
