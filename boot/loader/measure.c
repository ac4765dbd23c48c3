/* SPDX-License-Identifier: BSD-2-Clause */
/* What a program of a boot measures, as an event of the prediction. */
#include "boot/loader/jobs.h"
#include "eventlog/payload/tagged.h"
#include "eventlog/payload/variable.h"

static void add(assay_boot *boot, const assay_predicted_event *event)
{
    if (boot->status == 0)
        boot->status = assay_prediction_add(boot->prediction, event, boot->error);
}

static assay_predicted_event event_of(uint32_t pcr, uint32_t type, enum assay_part part,
                                      assay_bytes data)
{
    /* An event's data are there even when they are empty. */
    const assay_bytes there = data.data != NULL ? data : ASSAY_LITERAL("");

    return (assay_predicted_event){
        .event = { .pcr_index = pcr, .type = type, .data = there },
        .origin = ASSAY_PREDICTED_COMPUTED,
        .part = part,
        .base = ASSAY_NO_EVENT,
    };
}

void assay_boot_measure_digests(assay_boot *boot, uint32_t pcr, uint32_t type,
                                enum assay_part part, const assay_digests *digests,
                                assay_bytes data)
{
    assay_predicted_event event = event_of(pcr, type, part, data);

    for (size_t i = 0; i < digests->count; i++)
        event.event.digests[event.event.digest_count++] = (assay_event_digest){
            digests->list[i].alg, assay_bytes_of(digests->list[i].value, digests->list[i].size)
        };
    add(boot, &event);
}

/* An event whose digests a job will know; zeros until then. */
static void measure_later(assay_boot *boot, uint32_t pcr, uint32_t type, enum assay_part part,
                          assay_bytes data, assay_boot_job *job)
{
    assay_digests zeros = { .count = boot->scenario->bank_count };

    for (size_t i = 0; i < zeros.count; i++)
        zeros.list[i] = (assay_digest){ .alg = boot->scenario->banks[i],
                                        .size = assay_alg_find(boot->scenario->banks[i])->size };
    job->event = boot->prediction->count;
    assay_boot_measure_digests(boot, pcr, type, part, &zeros, data);
    assay_boot_add_job(boot, job);
}

static uint64_t size_of(const assay_bytes *parts, size_t count)
{
    uint64_t size = 0;

    for (size_t i = 0; i < count; i++)
        size += parts[i].size;
    return size;
}

void assay_boot_measure_parts(assay_boot *boot, uint32_t pcr, uint32_t type, enum assay_part part,
                              const assay_bytes *parts, size_t count, assay_bytes data)
{
    assay_digests digests;

    if (boot->status < 0)
        return;
    if (size_of(parts, count) > ASSAY_BOOT_HASHED_LATER) {
        assay_boot_job job = { .count = count };

        job.parts = (const assay_bytes *)(const void *)
                        assay_boot_keep(boot, assay_bytes_of(parts, count * sizeof *parts))
                            .data;
        measure_later(boot, pcr, type, part, data, &job);
        return;
    }
    const int status = assay_digests_of(boot->hashes, boot->scenario->banks,
                                        boot->scenario->bank_count, parts, count, &digests);
    if (status < 0)
        assay_boot_fail(boot, (enum assay_kind) - status, "the digests can't be computed");
    else
        assay_boot_measure_digests(boot, pcr, type, part, &digests, data);
}

void assay_boot_measure(assay_boot *boot, uint32_t pcr, uint32_t type, enum assay_part part,
                        assay_bytes measured, assay_bytes data)
{
    assay_boot_measure_parts(boot, pcr, type, part, &measured, 1, data);
}

void assay_boot_measure_data(assay_boot *boot, uint32_t pcr, uint32_t type, enum assay_part part,
                             assay_bytes data)
{
    assay_boot_measure(boot, pcr, type, part, data, data);
}

void assay_boot_measure_pe(assay_boot *boot, uint32_t pcr, uint32_t type, enum assay_part part,
                           const assay_pe *pe, assay_bytes data)
{
    assay_boot_job job = {
        .pe = (const assay_pe *)(const void *)
                  assay_boot_keep(boot, assay_bytes_of(pe, sizeof *pe))
                      .data,
    };

    if (boot->status == 0)
        measure_later(boot, pcr, type, part, data, &job);
}

void assay_boot_measure_unknown(assay_boot *boot, uint32_t pcr, uint32_t type,
                                enum assay_part part, assay_bytes data, const char *why)
{
    assay_predicted_event event = event_of(pcr, type, part, data);

    event.origin = ASSAY_PREDICTED_UNKNOWN;
    event.why = why;
    event.unknown_count = boot->scenario->bank_count;
    memcpy(event.unknown, boot->scenario->banks, event.unknown_count * sizeof *event.unknown);
    add(boot, &event);
}

assay_bytes assay_boot_tag(assay_boot *boot, uint32_t tag, assay_bytes data)
{
    assay_writer out = assay_boot_writer();

    assay_put_u32le(&out, tag);
    assay_put_u32le(&out, (uint32_t)data.size);
    assay_put(&out, data);
    return assay_boot_take(boot, &out);
}

void assay_boot_measure_tag(assay_boot *boot, uint32_t pcr, enum assay_part part, uint32_t tag,
                            assay_bytes measured, assay_bytes tag_data)
{
    assay_boot_measure(boot, pcr, EV_EVENT_TAG, part, measured,
                       assay_boot_tag(boot, tag, tag_data));
}

assay_bytes assay_boot_variable(assay_boot *boot, const assay_guid *vendor, const char *name,
                                assay_bytes data)
{
    assay_writer out = assay_boot_writer();

    assay_variable_put(&out, vendor, name, data);
    return assay_boot_take(boot, &out);
}

void assay_boot_measure_variable(assay_boot *boot, uint32_t pcr, uint32_t type,
                                 enum assay_part part, const assay_guid *vendor, const char *name,
                                 assay_bytes data)
{
    assay_boot_measure_data(boot, pcr, type, part, assay_boot_variable(boot, vendor, name, data));
}

void assay_boot_measure_authority(assay_boot *boot, enum assay_part part,
                                  const assay_guid *vendor, const char *name, assay_bytes data)
{
    const assay_bytes whole = assay_boot_variable(boot, vendor, name, data);

    for (size_t i = 0; i < boot->authority_count; i++)
        if (assay_bytes_equal(boot->authorities[i], whole))
            return;
    if (boot->authority_count < ASSAY_BOOT_AUTHORITIES)
        boot->authorities[boot->authority_count++] = whole;
    assay_boot_measure_data(boot, 7, EV_EFI_VARIABLE_AUTHORITY, part, whole);
}
