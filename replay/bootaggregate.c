/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/bootaggregate.h"

#include "eventlog/payload/ima.h"

enum { FIRMWARE_PCRS = 8, ALL_PCRS = 10 };

const char *assay_boot_aggregate_name(enum assay_boot_aggregate_outcome outcome)
{
    static const char *const names[ASSAY_BOOT_AGGREGATES] = {
        [ASSAY_BOOT_AGGREGATE_NONE] = "no boot_aggregate",
        [ASSAY_BOOT_AGGREGATE_PCRS_0_7] = "matches PCR 0-7",
        [ASSAY_BOOT_AGGREGATE_PCRS_0_9] = "matches PCR 0-9",
        [ASSAY_BOOT_AGGREGATE_DIFFERS] = "differs from the PCRs",
        [ASSAY_BOOT_AGGREGATE_UNKNOWN] = "not computable",
        [ASSAY_BOOT_AGGREGATE_NO_TPM] = "no TPM",
    };

    return names[outcome];
}

/* The entry's digest of what the kernel aggregated; false for any other entry. */
static bool read_aggregate(const assay_event *event, assay_ima_file_hash *ret_digest)
{
    assay_ima ima;

    if (event->content != ASSAY_CONTENT_IMA_TEMPLATE || !assay_event_keeps_data(event) ||
        !assay_ima_decode(event, &ima) || ima.violation)
        return false;
    const assay_bytes name = assay_ima_file_name(&ima);
    return (assay_bytes_equal(name, ASSAY_LITERAL("boot_aggregate")) ||
            assay_bytes_equal(name, ASSAY_LITERAL("boot_aggregate_late"))) &&
           assay_ima_file_digest(&ima, ret_digest);
}

bool assay_boot_aggregate_is(const assay_event *event)
{
    assay_ima_file_hash digest;

    return read_aggregate(event, &digest);
}

/* Whether all of the first `count` PCRs are there. */
static bool have_values(const assay_pcrs *pcrs, uint16_t alg, unsigned count)
{
    for (unsigned pcr = 0; pcr < count; pcr++)
        if (assay_pcrs_value(pcrs, alg, pcr).data == NULL)
            return false;
    return true;
}

/* 1 when the digest is that of the first `count` PCRs, 0 when not, or a negative kind. */
static int is_of(const assay_pcrs *pcrs, const assay_alg *alg, unsigned count, assay_hashes *hashes,
                 assay_bytes digest)
{
    uint8_t computed[ASSAY_DIGEST_MAX];
    assay_bytes parts[ALL_PCRS];
    assay_hash *hash;
    int status = assay_hashes_get(hashes, alg->id, &hash);

    for (unsigned pcr = 0; pcr < count; pcr++)
        parts[pcr] = assay_pcrs_value(pcrs, alg->id, pcr);
    if (status == 0)
        status = assay_hash_parts(hash, parts, count, computed);
    if (status < 0)
        return status;
    return memcmp(computed, digest.data, digest.size) == 0;
}

static int explain(const assay_pcrs *pcrs, const assay_alg *alg, assay_hashes *hashes,
                   assay_bytes digest, enum assay_boot_aggregate_outcome *ret_outcome)
{
    static const struct {
        unsigned count;
        enum assay_boot_aggregate_outcome outcome;
    } ranges[] = { { FIRMWARE_PCRS, ASSAY_BOOT_AGGREGATE_PCRS_0_7 },
                   { ALL_PCRS, ASSAY_BOOT_AGGREGATE_PCRS_0_9 } };

    *ret_outcome = ASSAY_BOOT_AGGREGATE_DIFFERS;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (!have_values(pcrs, alg->id, ranges[i].count)) {
            /* No kernel hashes PCR 8 and 9 with SHA-1. */
            if (i == 0 || alg->id != ASSAY_ALG_SHA1)
                *ret_outcome = ASSAY_BOOT_AGGREGATE_UNKNOWN;
            return 0;
        }
        const int status = is_of(pcrs, alg, ranges[i].count, hashes, digest);
        if (status != 0) {
            *ret_outcome = ranges[i].outcome;
            return status < 0 ? status : 0;
        }
    }
    return 0;
}

int assay_boot_aggregate_explain(const assay_event *event, const assay_pcrs *pcrs,
                                 assay_hashes *hashes, assay_boot_aggregate *ret_aggregate)
{
    assay_boot_aggregate aggregate = { .outcome = ASSAY_BOOT_AGGREGATE_NONE };
    assay_ima_file_hash digest;

    *ret_aggregate = aggregate;
    if (!read_aggregate(event, &digest))
        return 0;
    const assay_alg *const alg = assay_alg_by_name(digest.algorithm);

    aggregate.alg = alg != NULL ? alg->id : 0;
    aggregate.outcome = ASSAY_BOOT_AGGREGATE_UNKNOWN;
    if (assay_bytes_all(digest.value, 0x00)) {
        aggregate.outcome = ASSAY_BOOT_AGGREGATE_NO_TPM;
    } else if (alg != NULL && digest.value.size == alg->size) {
        const int status = explain(pcrs, alg, hashes, digest.value, &aggregate.outcome);

        if (status == -ASSAY_UNSUPPORTED)
            aggregate.outcome = ASSAY_BOOT_AGGREGATE_UNKNOWN;
        else if (status < 0)
            return status;
    }
    *ret_aggregate = aggregate;
    return 0;
}

void assay_boot_aggregate_note(const assay_event *event, const assay_boot_aggregate *aggregate,
                               assay_findings *findings)
{
    const assay_alg *const alg = assay_alg_find(aggregate->alg);

    if (aggregate->outcome == ASSAY_BOOT_AGGREGATE_DIFFERS)
        assay_findings_add(findings, ASSAY_FINDING_BOOT_AGGREGATE, event->number, event->offset,
                           event->pcr_index, "neither PCR 0-7 nor 0-9 of the %s bank give it",
                           alg != NULL ? alg->name : "same");
    else if (aggregate->outcome == ASSAY_BOOT_AGGREGATE_NO_TPM)
        assay_findings_add(findings, ASSAY_FINDING_IMA_WITHOUT_TPM, event->number, event->offset,
                           event->pcr_index, "boot_aggregate is zeros");
}
