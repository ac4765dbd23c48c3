/* SPDX-License-Identifier: BSD-2-Clause */
/* tboot's text: what belongs to a launch, whether it is whole, and which of several is read. */
#include "eventlog/format/txtstat.h"
#include "eventlog/types.h"

static void add_bank(assay_txtstat_launch *launch, assay_bank bank)
{
    for (size_t i = 0; i < launch->bank_count; i++)
        if (launch->banks[i].alg == bank.alg)
            return;
    if (launch->bank_count < ASSAY_BANKS_MAX)
        launch->banks[launch->bank_count++] = bank;
}

static void add_header(assay_txtstat_launch *launch, const assay_txtstat_record *record)
{
    if (launch->has_header || launch->events > 0) {
        launch->broken = true; /* the middle of another launch's log is missing */
        return;
    }
    launch->has_header = true;
    launch->header_place = record->offset;
    launch->spec_id = record->spec_id;
    if (record->data.used > 0)
        memcpy(launch->vendor_info, record->data.data, record->data.used);
    launch->spec_id.vendor_info.size = record->data.used;
    launch->bank_count = record->digest_count;
    memcpy(launch->banks, record->digests, sizeof launch->banks);
    launch->size += record->size;
}

/* A header event of one bank's log has a digest of SHA-1's size and is of none. */
bool assay_txtstat_is_bank_header(const assay_txtstat_record *record)
{
    return record->type == EV_NO_ACTION && record->digest_count == 1 &&
           assay_bytes_start_with(assay_written(&record->data), ASSAY_LITERAL("FRMT ID EVENT00\0"));
}

static void add_record(assay_txtstat_launch *launch, const assay_txtstat_record *record)
{
    launch->events++;
    launch->size += record->size;
    for (size_t i = 0; !launch->has_header && i < record->digest_count; i++)
        if (!assay_txtstat_is_bank_header(record))
            add_bank(launch, record->digests[i]);
}

/* Takes in the step; false when the launch has ended. */
bool assay_txtstat_take_step(assay_txtstat_launch *launch, const assay_txtstat_reader *reader,
                             enum assay_txtstat_step step)
{
    launch->expected = step == ASSAY_TXTSTAT_LAUNCH ? launch->expected : reader->expected;
    if (step == ASSAY_TXTSTAT_END || step == ASSAY_TXTSTAT_LAUNCH)
        return false;
    if (launch->broken)
        return true; /* what comes after a fault can't be placed */
    if (step == ASSAY_TXTSTAT_HEADER)
        add_header(launch, &reader->record);
    else if (step == ASSAY_TXTSTAT_RECORD)
        add_record(launch, &reader->record);
    else
        launch->broken = true;
    return true;
}

static bool is_whole(const assay_txtstat_launch *launch)
{
    return launch->begun && !launch->broken && launch->size >= launch->expected;
}

bool assay_txtstat_has_logs(const assay_txtstat_launch *launch)
{
    return launch->events > 0 || launch->has_header || launch->broken;
}

static void pass(assay_txtstat_others *others, const assay_txtstat_launch *launch)
{
    if (!assay_txtstat_has_logs(launch))
        return;
    if (others->count < ASSAY_TXTSTAT_LAUNCHES) {
        others->list[others->count].start = launch->start;
        others->list[others->count].events = launch->events;
    }
    others->count++;
}

/* The last launch that is whole, or the last of them. */
void assay_txtstat_choose(assay_txtstat_launch *chosen, const assay_txtstat_launch *launch,
                          assay_txtstat_others *others)
{
    if (!assay_txtstat_has_logs(launch))
        return;
    if (is_whole(chosen) && !is_whole(launch)) {
        pass(others, launch);
        return;
    }
    pass(others, chosen);
    *chosen = *launch;
}

void assay_txtstat_guess_shape(assay_txtstat_launch *launch)
{
    if (launch->begun)
        return;
    launch->shape = ASSAY_TXTSTAT_CONTAINER;
    for (size_t i = 0; i < launch->bank_count; i++)
        if (launch->banks[i].alg != ASSAY_ALG_SHA1)
            launch->shape = ASSAY_TXTSTAT_BANKS;
}
