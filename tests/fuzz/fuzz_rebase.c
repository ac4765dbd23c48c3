/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What-if on any log with any replacement. The first eight bytes choose what is replaced, the next
 * two say how long the replacement is; it comes behind them, then the log. Events that are kept are
 * the base's own, in its order; what is computed has a digest in each bank, what is unknown says
 * why; nothing replaced gives the base.
 */
#include "boot/rebase/rebase.h"
#include "tests/fuzz/fuzz.h"

typedef struct choice {
    uint64_t bits;
    assay_bytes bytes;
} choice;

static assay_bytes chosen(const choice *c, unsigned bit)
{
    return (c->bits >> bit & 1) != 0 ? c->bytes : ASSAY_NO_BYTES;
}

static void choose_variables(const choice *c, assay_rebase *what)
{
    what->pk = chosen(c, 0);
    what->kek = chosen(c, 1);
    what->db = chosen(c, 2);
    what->dbx = chosen(c, 3);
    what->dbt = chosen(c, 4);
    what->mok_list = chosen(c, 5);
    what->mok_list_x = chosen(c, 6);
    what->mok_sb_state = chosen(c, 7);
    what->sbat_level = chosen(c, 8);
    what->secure_boot = (enum assay_rebase_switch)(c->bits >> 9 & 3) % 3;
    what->order_given = (c->bits >> 11 & 1) != 0;
    what->order_count = what->order_given ? c->bits >> 24 & 7 : 0;
    for (size_t i = 0; i < what->order_count; i++)
        what->order[i] = (uint16_t)(c->bits >> (24 + 3 * i) & 7);
    what->option_count = c->bits >> 12 & 1;
    what->options[0] =
        (assay_rebase_option){ (uint16_t)(c->bits >> 27 & 7), c->bytes };
}

static void choose_files(const choice *c, assay_rebase *what)
{
    what->kernel.image = chosen(c, 13);
    what->uki.image = chosen(c, 14);
    what->initrd_count = c->bits >> 15 & 3;
    for (size_t i = 0; i < what->initrd_count; i++)
        what->initrds[i] = c->bytes;
    what->image_count = c->bits >> 17 & 1;
    what->images[0] = (assay_rebase_image){
        .role = (enum assay_rebase_role)(c->bits >> 27 & 3),
        .image = c->bytes,
    };
    what->gpt = chosen(c, 18);
    what->firmware = chosen(c, 19);
    what->loader_conf = chosen(c, 20);
    what->grub_cfg = chosen(c, 21);
    what->cmdline = (c->bits >> 22 & 1) != 0 ? "debug quiet" : NULL;
    what->old_cmdline = (c->bits >> 23 & 1) != 0 ? "quiet" : NULL;
}

static void check_event(const assay_prediction *base, const assay_predicted_event *event)
{
    switch (event->origin) {
    case ASSAY_PREDICTED_KEPT:
        demand(event->base < base->count, "what is kept is of the base");
        demand(assay_event_equal(&event->event, &base->events[event->base].event),
               "what is kept is as it was");
        break;
    case ASSAY_PREDICTED_COMPUTED:
        demand(event->event.digest_count > 0, "what is computed has a digest");
        break;
    default:
        demand(event->why != NULL, "what is unknown says why");
    }
    demand(event->part < ASSAY_PARTS, "every event is of a part");
}

static void check(const assay_prediction *base, const assay_prediction *prediction, bool nothing)
{
    assay_writer out = assay_writer_growing(FUZZ_CEILING);

    for (size_t i = 0; i < prediction->count; i++)
        check_event(base, &prediction->events[i]);
    for (size_t i = 0; i < prediction->count && nothing; i++)
        demand(prediction->events[i].base == i, "with nothing replaced, nothing moves");
    demand(!nothing || prediction->count == base->count, "with nothing replaced, all is kept");
    assay_prediction_write(prediction, NULL, &out, NULL);
    assay_writer_close(&out);
}

static void predict(const assay_prediction *base, const choice *c)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_prediction *prediction = NULL;
    assay_error error = { .kind = 0 };
    assay_rebase what = { .cmdline = NULL };

    choose_variables(c, &what);
    choose_files(c, &what);
    if (hashes == NULL)
        return;
    if (assay_rebase_predict(base, &what, hashes, &prediction, &error) == 0)
        check(base, prediction, c->bits == 0);
    else
        demand(error.kind > 0 && error.what[0] != '\0', "a failure has a kind and a text");
    assay_prediction_free(&prediction);
    assay_hashes_free(&hashes);
}

static void read_base(assay_bytes bytes, const choice *c)
{
    assay_log log;

    if (assay_log_open(&log, bytes, NULL, NULL, NULL) < 0)
        return;
    assay_prediction *base = assay_prediction_new(&log.header);
    assay_error error;
    /* What predictions of a base that knows not all of itself keep is checked elsewhere. */
    if (base != NULL && assay_prediction_read(base, &log, &error) == 0 &&
        !assay_prediction_has_unknown(base))
        predict(base, c);
    assay_prediction_free(&base);
    assay_log_close(&log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_cursor cursor = assay_cursor_of(assay_bytes_of(data, size));
    choice c = { .bits = assay_take_u64le(&cursor) & ((1ull << 45) - 1) };
    const uint16_t length = assay_take_u16le(&cursor);

    c.bytes = assay_take_up_to(&cursor, length);
    if (!cursor.failed)
        read_base(assay_take_rest(&cursor), &c);
    return 0;
}
