/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/compare.h"

enum { FIRMWARE_PCRS = 0xFF /* PCR 0-7, PFP 1.06 section 3.3.4 */ };

const char *assay_pcr_state_name(enum assay_pcr_state state)
{
    static const char *const names[] = { "match",      "mismatch",   "untouched",
                                         "not in log", "incomplete", "no bank" };

    return names[state];
}

const char *assay_verdict_name(enum assay_verdict verdict)
{
    static const char *const names[] = { "match", "mismatch", "unsound", "unknown" };

    return names[verdict];
}

/* Who else than the writers of the logs read here extends a PCR. */
static const struct {
    unsigned first, last;
    const char *why;
} others[] = {
    { 8, 8, "a boot loader or the operating system extends it" },
    { 9, 9, "a boot loader, the kernel's EFI stub or systemd extends it" },
    { 10, 10, "IMA extends it; its list is not among the logs" },
    { 11, 11, "systemd-stub or systemd, at its boot phases, extends it" },
    { 12, 13, "systemd-stub or systemd-boot extends it, or the operating system" },
    { 14, 14, "shim or the operating system extends it" },
    { 15, 15, "systemd extends it: machine ID, volumes, file systems" },
    { 16, 16, "it is for debugging, and anyone may extend and reset it" },
    { 17, 22, "the log of the dynamic launch is not among the logs" },
    { 23, 23, "it is for applications, and anyone may extend and reset it" },
};

static const char *who_else(const assay_replay *replay, unsigned pcr)
{
    if (replay->measurement_registers)
        return "software extended it at run time";
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (pcr >= others[i].first && pcr <= others[i].last)
            return others[i].why;
    return "the firmware's log is not among the logs";
}

/* The register of the virtual firmware's configuration. */
static uint32_t firmware_register(const assay_replay *replay)
{
    return assay_register_number(replay->registers, assay_register_index(replay->registers, 1));
}

/*
 * Whether the logs should speak of this PCR: a firmware's log, of the firmware's PCRs. A log
 * of the launch alone is none, nor are lists of one bank (Intel's) that leave those PCRs out.
 */
static bool owned_by_log(const assay_replay *replay, unsigned pcr)
{
    if (replay->measurement_registers)
        return pcr == firmware_register(replay);
    const bool lists = replay->measured != 0 && replay->all_banks == 0;
    return pcr < 8 && replay->firmware &&
           ((replay->measured & FIRMWARE_PCRS) != 0 || (!replay->dynamic_launch && !lists));
}

/* The state of a PCR that the logs never extended in this bank. */
static enum assay_pcr_state judge_unlogged(const assay_replay *replay,
                                           const assay_replay_bank *bank,
                                           const assay_pcr_status *status)
{
    if (assay_bytes_equal(status->expected, status->replayed))
        return ASSAY_PCR_UNTOUCHED;
    if (assay_pcr_set_has(bank->incomplete, status->pcr))
        return ASSAY_PCR_INCOMPLETE;
    return owned_by_log(replay, status->pcr) ? ASSAY_PCR_MISMATCH : ASSAY_PCR_NOT_IN_LOG;
}

static enum assay_pcr_state judge_pcr(const assay_replay *replay, const assay_replay_bank *bank,
                                      const assay_pcr_status *status)
{
    if (status->replayed.data == NULL)
        return ASSAY_PCR_NO_BANK;
    if (!assay_pcr_set_has(bank->extended, status->pcr))
        return judge_unlogged(replay, bank, status);
    if (assay_bytes_equal(status->expected, status->replayed))
        return ASSAY_PCR_MATCH;
    return assay_pcr_set_has(bank->incomplete, status->pcr) ? ASSAY_PCR_INCOMPLETE
                                                            : ASSAY_PCR_MISMATCH;
}

static const char *explain_state(const assay_replay *replay, const assay_pcr_status *status)
{
    switch (status->state) {
    case ASSAY_PCR_NOT_IN_LOG:
        return who_else(replay, status->pcr);
    case ASSAY_PCR_INCOMPLETE:
        return "the log lacks digests of this bank";
    case ASSAY_PCR_NO_BANK:
        return assay_bytes_all(status->expected, 0x00)
                   ? "the log has no such bank, and nobody extended it: anyone still can"
                   : "the log has no such bank, or it can't be computed here";
    default:
        return NULL;
    }
}

static void count(assay_comparison *comparison, const assay_pcr_status *status)
{
    const assay_pcr_set bit = (assay_pcr_set)1 << status->pcr;

    if (status->state == ASSAY_PCR_MATCH) {
        comparison->matched++;
        comparison->met |= bit;
        if (status->alg != ASSAY_ALG_SHA1 && (status->met == NULL || !status->met->padded))
            comparison->met_strong |= bit;
    }
    if (status->state == ASSAY_PCR_MISMATCH)
        comparison->mismatched++;
    if (status->state == ASSAY_PCR_INCOMPLETE)
        comparison->unproven |= bit;
}

static void compare_pcr(const assay_replay *replay, const assay_pcr_bank *values, unsigned pcr,
                        assay_comparison *comparison)
{
    const assay_replay_bank *const bank = assay_replay_bank_of(replay, values->alg);
    assay_pcr_status *const status = &comparison->list[comparison->count++];

    *status = (assay_pcr_status){ .alg = values->alg,
                                  .pcr = pcr,
                                  .expected = assay_bytes_of(values->value[pcr], values->size),
                                  .replayed = assay_pcrs_value(&replay->pcrs, values->alg, pcr) };
    status->state = judge_pcr(replay, bank, status);
    status->why = explain_state(replay, status);
}

static void conclude(assay_comparison *comparison)
{
    comparison->matched = comparison->mismatched = 0;
    comparison->met = comparison->met_strong = comparison->unproven = 0;
    for (size_t i = 0; i < comparison->count; i++)
        count(comparison, &comparison->list[i]);
    comparison->unproven &= ~comparison->met;
    comparison->weak = (comparison->met & ~comparison->met_strong) != 0;
}

void assay_compare(const assay_replay *replay, const assay_pcrs *expected, assay_pcr_set only,
                   assay_comparison *ret_comparison)
{
    memset(ret_comparison, 0, sizeof *ret_comparison);
    /* A PCR and an RTMR have nothing to do with each other. */
    if (expected->measurement_registers != replay->measurement_registers)
        return;
    for (size_t i = 0; i < expected->bank_count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (assay_pcr_set_has(expected->banks[i].present & only, pcr))
                compare_pcr(replay, &expected->banks[i], pcr, ret_comparison);
    conclude(ret_comparison);
}

void assay_compare_runtime(assay_comparison *comparison, const assay_runtime *runtime)
{
    for (size_t i = 0; i < comparison->count; i++) {
        assay_pcr_status *const status = &comparison->list[i];

        if (status->state != ASSAY_PCR_MISMATCH)
            continue;
        status->met = assay_runtime_hit_of(runtime, status->alg, status->pcr);
        if (status->met != NULL)
            status->state = ASSAY_PCR_MATCH;
    }
    conclude(comparison);
}

enum assay_verdict assay_judge(const assay_comparison *comparison, const assay_findings *findings)
{
    /* A log without measurements says nothing; that is no contradiction. */
    const uint64_t faults =
        assay_findings_count(findings, ASSAY_ERROR) - findings->seen[ASSAY_FINDING_EMPTY];

    if (faults > 0)
        return ASSAY_VERDICT_UNSOUND;
    if (comparison == NULL)
        return ASSAY_VERDICT_UNKNOWN;
    if (comparison->mismatched > 0)
        return ASSAY_VERDICT_MISMATCH;
    return comparison->matched > 0 && comparison->unproven == 0 ? ASSAY_VERDICT_MATCH
                                                                : ASSAY_VERDICT_UNKNOWN;
}
