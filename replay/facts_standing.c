/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a fact stands: what its PCR is worth, then what somebody vouches for. */
#include "replay/facts_internal.h"

#include <stdio.h>

/* What the comparison says of a PCR: whether it is met in which bank. */
struct met {
    bool strong, weak, missed;
};

static struct met look_up(const assay_comparison *comparison, const assay_replay *replay,
                          const fact_basis *basis)
{
    const uint32_t pcr = assay_register_number(replay->registers, basis->index);
    const enum assay_pcr_state wanted = basis->untouched ? ASSAY_PCR_UNTOUCHED : ASSAY_PCR_MATCH;
    struct met met = { 0 };

    for (size_t i = 0; i < comparison->count; i++) {
        const assay_pcr_status *const status = &comparison->list[i];
        const size_t alg = assay_alg_index(status->alg);

        if (status->pcr != pcr || alg == ASSAY_ALGS)
            continue;
        const bool sha1 = status->alg == ASSAY_ALG_SHA1;
        const bool matches = status->state == wanted && (basis->banks & 1u << alg) != 0;
        met.strong |= matches && !sha1;
        met.weak |= matches && sha1;
        met.missed |= status->state == ASSAY_PCR_MISMATCH ||
                      (basis->untouched && status->state == ASSAY_PCR_NOT_IN_LOG);
    }
    return met;
}

static void know_not(assay_fact *fact, const char *reason)
{
    fact->standing = ASSAY_UNKNOWN;
    snprintf(fact->text, sizeof fact->text, "%s", reason);
}

static void claim(assay_fact *fact, const char *why)
{
    fact->standing = ASSAY_CLAIMED;
    fact->why = why;
}

static void judge_by_values(assay_fact *fact, const fact_basis *basis, const assay_replay *replay,
                            const assay_comparison *comparison)
{
    if (comparison == NULL) {
        claim(fact, "no PCR values were given");
        return;
    }
    const struct met met = look_up(comparison, replay, basis);
    /* One strong bank that is met is proof, whatever was done to another (Windows caps some). */
    if (met.missed && !met.strong)
        know_not(fact, "the PCR does not have the value that the log folds to");
    else if (basis->doubt != NULL)
        claim(fact, basis->doubt);
    else if (met.strong)
        fact->standing = ASSAY_STANDS;
    else
        claim(fact, met.weak ? "only the SHA-1 bank of the PCR is met"
                             : "no value was given that covers the PCR");
}

enum { PCR_SECURE_BOOT = 7 };

/* What verified the programs that ran is worth what PCR 7 is worth that says so. */
static bool secure_boot_stands(const assay_facts *facts, const assay_replay *replay,
                               const assay_comparison *comparison)
{
    const fact_basis basis = fact_basis_of_pcr(facts, PCR_SECURE_BOOT);
    const assay_pcr_course *const course = assay_semantics_course(facts->semantics, basis.index);

    return !course->broken && course->separators > 0 &&
           (comparison == NULL || look_up(comparison, replay, &basis).strong);
}

void fact_judge(const assay_facts *facts, const fact_slot *slot, const assay_replay *replay,
                const assay_comparison *comparison, assay_fact *ret_fact)
{
    const fact_basis *const basis = &slot->basis;
    const bool elsewhere = basis->index != assay_semantics_index(facts->semantics, PCR_SECURE_BOOT);

    *ret_fact = (assay_fact){ .name = assay_fact_name_at(slot->name),
                              .event = basis->event,
                              .pcr = basis->index };
    memcpy(ret_fact->text, slot->text, sizeof ret_fact->text);
    if (slot->unknown) {
        ret_fact->standing = ASSAY_UNKNOWN;
        return;
    }
    const assay_pcr_course *const course = assay_semantics_course(facts->semantics, basis->index);
    if (course->broken)
        know_not(ret_fact, assay_finding_describe(course->reason)->meaning);
    else if (basis->firmware && course->separators == 0)
        know_not(ret_fact, "the PCR has no separator: nothing says where the firmware's word ends");
    else if (basis->verified && !facts->secure_boot)
        claim(ret_fact, "Secure Boot is not known to be on, so whatever ran may have measured it");
    else if (basis->verified && elsewhere && !secure_boot_stands(facts, replay, comparison))
        claim(ret_fact, "PCR 7, which says that Secure Boot was on, is not met in a strong bank");
    else
        judge_by_values(ret_fact, basis, replay, comparison);
}
