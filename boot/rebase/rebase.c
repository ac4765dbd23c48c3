/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/rebase/work.h"

#include <stdlib.h>

typedef void family(assay_rebase_work *work);

/* What firmware measures; what it starts; what Secure Boot says to that. */
static family *const before[] = { assay_rebase_firmware, assay_rebase_secure_boot,
                                  assay_rebase_boot_options, assay_rebase_gpt };
static family *const within[] = { assay_rebase_images, assay_rebase_shim, assay_rebase_uki,
                                  assay_rebase_grub,   assay_rebase_loader, assay_rebase_linux };

static void apply(assay_rebase_work *work, family *const *list, size_t count)
{
    for (size_t i = 0; i < count && work->status == 0; i++)
        list[i](work);
}

static void apply_all(assay_rebase_work *work)
{
    apply(work, before, sizeof before / sizeof *before);
    if (!assay_rebase_esp(work))
        apply(work, within, sizeof within / sizeof *within);
    if (work->status == 0)
        assay_rebase_verify(work);
}

static bool has_part(const assay_rebase_work *work, enum assay_part part)
{
    for (size_t i = 0; i < work->count; i++)
        if (work->items[i].is.part == part ||
            (work->items[i].kept != NULL && work->items[i].kept->part == part))
            return true;
    return false;
}

/* Each family looks for its own events; that none has any of these, no family knows. */
static void remark_on_unseen(assay_rebase_work *work)
{
    if (has_part(work, ASSAY_PART_GRUB) || has_part(work, ASSAY_PART_UKI) ||
        has_part(work, ASSAY_PART_SECURE))
        return;
    if (work->what->cmdline != NULL && !has_part(work, ASSAY_PART_CMDLINE))
        assay_work_remark(work, ASSAY_PART_CMDLINE, false,
                          "the log has no event of a kernel's command line, so that replacing it "
                          "changes nothing");
    if (work->what->initrd_count > 0 && !has_part(work, ASSAY_PART_INITRD))
        assay_work_remark(work, ASSAY_PART_INITRD, false,
                          "the log has no event of an initrd, so that replacing it changes "
                          "nothing");
}

/* An event as it comes out: the base's own, or the one that was made in its place. */
static int put(const assay_rebase_work *work, const assay_rebase_item *item,
               assay_prediction *prediction, assay_error *error)
{
    assay_predicted_event event =
        item->made > 0 ? work->made->events[item->made - 1] : *item->kept;

    event.part = item->is.part;
    return assay_prediction_add(prediction, &event, error);
}

static int put_all(const assay_rebase_work *work, assay_prediction *prediction, assay_error *error)
{
    int status = 0;

    for (size_t i = 0; i < work->count && status == 0; i++)
        if (!work->items[i].removed)
            status = put(work, &work->items[i], prediction, error);
    for (size_t i = 0; i < work->made->remark_count; i++) {
        const assay_prediction_remark *const remark = &work->made->remarks[i];

        assay_prediction_remark_on(prediction, remark->part, remark->index, remark->refused,
                                   remark->text);
    }
    return status;
}

static int finish(const assay_rebase_work *work, assay_prediction **ret_prediction,
                  assay_error *error)
{
    assay_prediction *prediction = assay_prediction_new(&work->base->header);

    if (prediction == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a prediction");
    prediction->format = work->base->format;
    const int status = put_all(work, prediction, error);
    if (status < 0)
        assay_prediction_free(&prediction);
    else
        *ret_prediction = prediction;
    return status;
}

int assay_rebase_name_parts(assay_prediction *base, assay_error *error)
{
    assay_recognised *const events = calloc(base->count + 1, sizeof *events);

    if (events == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the events");
    assay_recognise(base, events);
    for (size_t i = 0; i < base->count; i++)
        base->events[i].part = events[i].part;
    free(events);
    return 0;
}

int assay_rebase_predict(const assay_prediction *base, const assay_rebase *what,
                         assay_hashes *hashes, assay_prediction **ret_prediction,
                         assay_error *error)
{
    assay_error ignored = { 0 };
    assay_rebase_work work = {
        .what = what,
        .base = base,
        .hashes = hashes,
        .error = error != NULL ? error : &ignored,
    };

    assay_work_begin(&work);
    if (work.status == 0)
        apply_all(&work);
    if (work.status == 0)
        remark_on_unseen(&work);
    const int status = work.status < 0 ? work.status : finish(&work, ret_prediction, work.error);
    assay_work_end(&work);
    return status;
}
