/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/rebase/play.h"

#include "boot/loader/jobs.h"
#include "boot/rebase/policy.h"
#include "eventlog/payload/gpt.h"
#include "eventlog/payload/image.h"

#include <stdlib.h>

/* What was measured into PCR 7 before is not measured again. */
static void take_authorities(assay_rebase_work *work, assay_boot *boot, size_t before)
{
    for (size_t i = 0; i < before && boot->authority_count < ASSAY_BOOT_AUTHORITIES; i++) {
        const assay_event *const event = assay_work_event(work, i);

        if (!work->items[i].removed && event->type == EV_EFI_VARIABLE_AUTHORITY)
            boot->authorities[boot->authority_count++] = event->data;
    }
}

static void take_banks(const assay_rebase_work *work, assay_scenario *scenario)
{
    const assay_log_header *const header = &work->base->header;

    for (size_t i = 0; i < header->bank_count && scenario->bank_count < ASSAY_ALGS; i++)
        if (assay_alg_find(header->banks[i].alg) != NULL)
            scenario->banks[scenario->bank_count++] = header->banks[i].alg;
}

/* The base's partition table as a disk has it, so that GRUB's names of devices come out. */
static assay_bytes disk_of(assay_rebase_work *work)
{
    enum { HEADER = 92, FIRST_ENTRY = 1024, DISK_SIZE = 34 * 512 };
    const size_t at = assay_work_find(work, ASSAY_ROLE_GPT, 0);
    assay_gpt gpt;

    if (at == work->count || !assay_gpt_decode(assay_work_event(work, at)->data, &gpt) ||
        gpt.header.partition_entry_lba != 2 || gpt.entries.size > DISK_SIZE - FIRST_ENTRY)
        return ASSAY_NO_BYTES;
    uint8_t *const room = assay_work_room(work, DISK_SIZE);
    if (room == NULL)
        return ASSAY_NO_BYTES;
    memset(room, 0, DISK_SIZE);
    memcpy(room + 512, assay_work_event(work, at)->data.data, HEADER);
    if (gpt.entries.size > 0)
        memcpy(room + FIRST_ENTRY, gpt.entries.data, gpt.entries.size);
    return assay_bytes_of(room, DISK_SIZE);
}

bool assay_rebase_play_begin(assay_rebase_work *work, assay_rebase_play *play, size_t at)
{
    *play = (assay_rebase_play){ .scenario = { .disk_count = 1 } };
    if (work->status < 0)
        return false;
    take_banks(work, &play->scenario);
    play->own_files = work->what->files == NULL ? assay_tree_new() : NULL;
    play->scenario.disks[0].esp =
        work->what->files != NULL ? work->what->files : play->own_files;
    play->scenario.disks[0].gpt = work->what->gpt.data != NULL ? work->what->gpt : disk_of(work);
    play->scenario.variables = assay_variables_new();
    play->boot = (assay_boot){
        .scenario = &play->scenario,
        .prediction = assay_prediction_new(&work->base->header),
        .hashes = work->hashes,
        .error = work->error,
        .secure_boot = assay_rebase_is_secure(work),
        .db = assay_rebase_policy(work, "db"),
        .dbx = assay_rebase_policy(work, "dbx"),
        .ready_to_boot = true,
        .gpt_measured = true,
    };
    take_authorities(work, &play->boot, at);
    if (play->scenario.disks[0].esp == NULL || play->scenario.variables == NULL ||
        play->boot.prediction == NULL)
        assay_work_fail(work, -ASSAY_NO_MEMORY, "no memory for a boot");
    return work->status == 0;
}

static bool is_of(const assay_rebase_item *item, const assay_event *event)
{
    const assay_event *const was = item->kept != NULL ? &item->kept->event : NULL;
    assay_image a, b;

    if (was == NULL || was->pcr_index != event->pcr_index || was->type != event->type)
        return false;
    if (event->type == EV_EFI_BOOT_SERVICES_APPLICATION)
        return assay_image_decode(was->data, &a) && assay_image_decode(event->data, &b) &&
               assay_bytes_equal(a.path, b.path);
    return assay_bytes_equal(was->data, event->data);
}

/* The first item of the base's run that is of the same thing, or `count`. */
static size_t find_same(const assay_rebase_item *run, size_t count, const assay_event *event)
{
    for (size_t i = 0; i < count; i++)
        if (!run[i].removed && is_of(&run[i], event))
            return i;
    return count;
}

/* Role of an event that was played and is in no log. */
static assay_recognised role_of(const assay_prediction *played, size_t number)
{
    return (assay_recognised){ .role = ASSAY_ROLE_OTHER,
                               .part = played->events[number].part };
}

static void put_played(assay_rebase_work *work, size_t at, const assay_prediction *played,
                       size_t number, assay_rebase_item *same)
{
    const assay_predicted_event *const event = &played->events[number];

    if (!assay_work_insert(work, at, event->event.pcr_index, event->event.type, ASSAY_ROLE_OTHER))
        return;
    if (same != NULL) {
        work->items[at] = *same;
        work->items[at].made = 0;
        same->removed = true;
        assay_work_copy_unless_same(work, at, event);
    } else {
        work->items[at].is = role_of(played, number);
        assay_work_copy(work, at, event);
    }
}

/* Takes the items out of the list; they are the caller's to free. */
static assay_rebase_item *take_out(assay_rebase_work *work, size_t first, size_t end)
{
    const size_t count = end - first;
    assay_rebase_item *const run = malloc((count + 1) * sizeof *run);

    if (run == NULL) {
        assay_work_fail(work, -ASSAY_NO_MEMORY, "no memory for the events");
        return NULL;
    }
    memcpy(run, work->items + first, count * sizeof *run);
    memmove(work->items + first, work->items + end, (work->count - end) * sizeof *run);
    work->count -= count;
    return run;
}

/* Whether what was played came to the start of an operating system. */
static bool came_through(const assay_prediction *played)
{
    for (size_t i = played->count; i-- > 0;)
        if (played->events[i].part == ASSAY_PART_EXIT)
            return true;
    return false;
}

/* A log of a boot that was to start none, or that ends before,
 * asks for no more of what is played. */
static bool has_exit(const assay_rebase_work *work, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (work->items[i].is.role == ASSAY_ROLE_EXIT)
            return true;
    return false;
}

static void take_remarks(assay_rebase_work *work, assay_prediction *played)
{
    if (came_through(played))
        assay_prediction_allow(played);
    for (size_t i = 0; i < played->remark_count; i++)
        assay_prediction_remark_on(work->made, played->remarks[i].part, played->remarks[i].index,
                                   played->remarks[i].refused, played->remarks[i].text);
}

bool assay_rebase_play_finish(assay_rebase_work *work, assay_rebase_play *play)
{
    if (work->status < 0)
        return false;
    assay_boot_do_jobs(&play->boot);
    if (play->boot.status < 0)
        work->status = play->boot.status;
    else
        take_remarks(work, play->boot.prediction);
    return work->status == 0;
}

bool assay_rebase_play_splice(assay_rebase_work *work, assay_rebase_play *play, size_t first,
                              size_t end)
{
    const assay_prediction *const played = play->boot.prediction;
    const size_t count = end - first;

    if (!assay_rebase_play_finish(work, play) ||
        (has_exit(work, first, end) && !came_through(played)))
        return false;
    assay_rebase_item *const run = take_out(work, first, end);
    for (size_t i = 0; i < played->count && run != NULL && work->status == 0; i++) {
        const size_t same = find_same(run, count, &played->events[i].event);

        put_played(work, first + i, played, i, same < count ? &run[same] : NULL);
    }
    free(run);
    return true;
}

void assay_rebase_play_end(assay_rebase_work *work, assay_rebase_play *play)
{
    (void)work;
    assay_boot_free_jobs(&play->boot);
    if (play->boot.has_ovmf)
        assay_ovmf_close(&play->boot.ovmf);
    assay_prediction_free(&play->boot.prediction);
    assay_tree_free(&play->own_files);
    assay_variables_free(&play->scenario.variables);
}

size_t assay_rebase_exit_end(const assay_rebase_work *work, size_t from)
{
    size_t end = work->count;

    for (size_t i = from; i < work->count; i++)
        if (work->items[i].is.role == ASSAY_ROLE_EXIT)
            end = i + 1;
        else if (end < work->count)
            break;
    return end;
}
