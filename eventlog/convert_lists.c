/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of one bank each, as Intel TXT keeps them: whether they say the same; and logs' own
 * headers. */
#include "eventlog/convert_walk.h"
#include "eventlog/format/txt.h"

int assay_walk_next_of_list(const assay_converter *c, assay_log *log, uint16_t alg,
                            assay_event *ret_event)
{
    int status;

    (void)c;
    while ((status = assay_log_next(log, ret_event)) > 0)
        if (ret_event->only_bank == alg)
            break;
    return status;
}

/* Whether every event of the source speaks for one bank, and for those of the target. */
static int is_list_of_banks(const assay_converter *c, assay_log *log)
{
    assay_event event;
    int status;

    while ((status = assay_log_next(log, &event)) > 0) {
        if (!assay_format_is_header(log->format, &log->header, &event) &&
            (event.only_bank == 0 || !assay_log_announces(&c->header, event.only_bank)))
            return 0;
    }
    return status == 0 ? 1 : status;
}

static bool same_but_for_the_bank(const assay_event *a, const assay_event *b)
{
    assay_event as_a = *b;

    if (a->digest_count != 1 || b->digest_count != 1)
        return false;
    as_a.only_bank = a->only_bank;
    as_a.digests[0] = a->digests[0];
    return assay_event_equal(a, &as_a);
}

/* Reads the lists side by side to their ends. */
static int run_parallel(const assay_converter *c, assay_log *logs, const assay_log_header *header)
{
    assay_event first, other;
    int more;

    do {
        more = assay_walk_next_of_list(c, &logs[0], header->banks[0].alg, &first);
        for (size_t i = 1; i < header->bank_count && more >= 0; i++) {
            const int status = assay_walk_next_of_list(c, &logs[i], header->banks[i].alg, &other);

            if (status != more || (more > 0 && !same_but_for_the_bank(&first, &other)))
                return status < 0 ? status : 0;
        }
    } while (more > 0);
    return more == 0 ? 1 : more;
}

/* A failure to read the source is told by whoever converts it; here it only says no. */
static int unless_memory(const assay_converter *c, int status)
{
    if (status >= 0 || (status != -ASSAY_NO_MEMORY && status != -ASSAY_CRYPTO))
        return status >= 0 ? status : 0;
    return assay_fail(c->error, (enum assay_kind)(-status), ASSAY_NOWHERE,
                      "no memory, or a digest that can't be computed");
}

int assay_walk_runs_parallel(assay_converter *c, size_t source)
{
    const assay_log *const head = &c->heads[source];
    const assay_log_header *const header = &head->header;
    assay_log logs[ASSAY_BANKS_MAX];
    size_t opened = 0;
    int status;

    if (header->bank_count < 2 || c->room->only_bank || c->room->banks != ASSAY_ROOM_ANY_BANKS)
        return 0;
    status = assay_log_open_again(&logs[0], head, c->error);
    if (status < 0)
        return status;
    status = is_list_of_banks(c, &logs[0]);
    assay_log_close(&logs[0]);
    if (status <= 0)
        return unless_memory(c, status);
    while (opened < header->bank_count && status >= 0)
        if ((status = assay_log_open_again(&logs[opened], head, c->error)) >= 0)
            opened++;
    if (status >= 0)
        status = unless_memory(c, run_parallel(c, logs, header));
    for (size_t i = 0; i < opened; i++)
        assay_log_close(&logs[i]);
    return status;
}

/* Headers. */

static bool says_more_than_spec_id(const assay_log *log, const assay_event *event)
{
    uint8_t buffer[512];
    assay_writer made = assay_writer_lent(buffer, sizeof buffer);

    assay_spec_id_put(&made, &log->header);
    return !assay_bytes_equal(event->data, assay_written(&made)) ||
           event->pcr_index != assay_spec_id_index(&log->header) ||
           !assay_bytes_all(event->digests[0].value, 0);
}

static bool says_more_than_txt2(const assay_log *log, const assay_event *event)
{
    for (size_t i = 0; i < log->header.bank_count; i++) {
        uint8_t buffer[128];
        assay_writer made = assay_writer_lent(buffer, sizeof buffer);
        assay_cursor c;

        if (assay_txt2_write_header(&made, log->header.banks[i], NULL) < 0)
            continue;
        c = assay_cursor_of(assay_written(&made));
        assay_take(&c, made.used < event->data.size ? 0 : made.used - event->data.size);
        if (assay_bytes_equal(assay_take_rest(&c), event->data) && event->pcr_index == 0 &&
            assay_bytes_all(event->digests[0].value, 0))
            return false;
    }
    return true;
}

bool assay_convert_header_says_more(const assay_log *log, const assay_event *event)
{
    return assay_spec_id_is(event) ? says_more_than_spec_id(log, event)
                                   : says_more_than_txt2(log, event);
}
