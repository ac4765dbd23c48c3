/* SPDX-License-Identifier: BSD-2-Clause */
/* What is to be said before components are used. */
#include "policy/export/systemd/pcrlock.h"
#include "policy/export/systemd/phases.h"

enum {
    VALUES_MAX = 8,       /* of a PCR, in a policy: "more than 8 alternatives per PCR" (256) */
    SLOW = 1 << 20,       /* combinations, each of which it goes through for each PCR */
    SATURATED = 1 << 30,
};

static size_t multiply(size_t a, size_t b)
{
    return a * b > SATURATED ? SATURATED : a * b;
}

/* Whether two lists do the same to a PCR. */
static bool same_in(const assay_pcrlock_list *a, const assay_pcrlock_list *b, unsigned pcr)
{
    size_t i = 0, j = 0;

    for (;; i++, j++) {
        while (i < a->count && a->records[i]->pcr_index != pcr)
            i++;
        while (j < b->count && b->records[j]->pcr_index != pcr)
            j++;
        if (i == a->count || j == b->count)
            return i == a->count && j == b->count;
        if (!assay_pcrlock_same(a->records[i], b->records[j]))
            return false;
    }
}

/* How many values the components can make of a PCR. */
static size_t count_values(const assay_pcrlock_plan *plan, unsigned pcr)
{
    size_t values = 1;

    for (size_t i = 0; i < plan->component_count; i++) {
        const assay_pcrlock_component *const component = &plan->components[i];
        size_t different = 0;

        for (size_t j = 0; j < component->list_count; j++) {
            bool first = true;

            for (size_t k = 0; k < j && first; k++)
                first = !same_in(&component->lists[j], &component->lists[k], pcr);
            different += first;
        }
        values = multiply(values, different);
    }
    return values;
}

static void note_combinations(const assay_pcrlock_plan *plan)
{
    size_t combinations = 1;

    for (size_t i = 0; i < plan->component_count; i++)
        combinations = multiply(combinations, plan->components[i].list_count);
    if (combinations > plan->boot_count)
        assay_export_note_on(plan->job, ASSAY_EXPORT_LOSS,
                             "systemd-pcrlock takes any variant of each component: %zu "
                             "combinations pass where the reference has %zu boots",
                             combinations, plan->boot_count);
    if (combinations > SLOW)
        assay_export_note_on(plan->job, ASSAY_EXPORT_ADVICE,
                             "it goes through all %zu combinations for each PCR: export fewer "
                             "variants",
                             combinations);
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(plan->pcrs, pcr) && count_values(plan, pcr) > VALUES_MAX)
            assay_export_note_on(plan->job, ASSAY_EXPORT_REFUSAL,
                                 "PCR %u can have %zu values, and systemd-pcrlock makes policies "
                                 "of at most %d",
                                 pcr, count_values(plan, pcr), VALUES_MAX);
}

static void note_unclaimed(const assay_pcrlock_plan *plan)
{
    char text[ASSAY_PCR_SET_TEXT], unknown[ASSAY_ALG_NUMBER_SIZE];

    for (size_t i = 0; i < plan->boot_count; i++)
        for (size_t bank = 0; bank < plan->job->bank_count; bank++) {
            const uint16_t alg = plan->job->banks[bank];
            const assay_pcr_set unclaimed =
                assay_systemd_knows_bank(alg) ? assay_pcrlock_unclaimed(plan, &plan->boots[i], alg)
                                              : 0;

            if (unclaimed != 0)
                assay_export_note_on(
                    plan->job, ASSAY_EXPORT_REFUSAL,
                    "systemd-pcrlock would leave PCR %s unprotected when variant %s boots and it "
                    "looks at bank %s: a measurement there has no digest in that bank, or is taken "
                    "for an equal one that comes before",
                    assay_pcr_set_text(unclaimed, text),
                    plan->job->reference->variants[plan->boots[i].variant].name,
                    assay_alg_name(alg, unknown));
        }
}

static bool has(const assay_pcrlock_plan *plan, unsigned number, const char *word)
{
    for (size_t i = 0; i < plan->component_count; i++)
        if (plan->components[i].name.number == number &&
            strcmp(plan->components[i].name.word, word) == 0)
            return true;
    return false;
}

/* systemd installs these, and a PCR of a component that isn't in the log is left unprotected. */
static void note_installed(const assay_pcrlock_plan *plan)
{
    static const struct {
        unsigned number;
        const char *word, *suffix;
        assay_pcr_set pcrs;
    } rows[] = {
        { 350, "action-efi-application", "", 1u << 4 },
        { 400, "secureboot-separator", ".d", 1u << 7 },
        { 500, "separator", ".d", 0x7F },
    };
    char text[ASSAY_PCR_SET_TEXT];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((plan->pcrs & rows[i].pcrs) != 0 && !has(plan, rows[i].number, rows[i].word))
            assay_export_note_on(
                plan->job, ASSAY_EXPORT_REFUSAL,
                "systemd installs %u-%s.pcrlock%s, and these boots have no such component: PCR %s "
                "comes out unprotected or wrong unless a link of that name in /etc/pcrlock.d to "
                "/dev/null takes it away",
                rows[i].number, rows[i].word, rows[i].suffix,
                assay_pcr_set_text(plan->pcrs & rows[i].pcrs, text));
}

/*
 * systemd 261 and later installs this one as well. Whether a boot that no log of systemd's is of
 * goes on to measure it, the reference doesn't say: it does where systemd-stub started it.
 */
static void note_os_separator(const assay_pcrlock_plan *plan)
{
    const assay_pcr_set closed = plan->pcrs & ASSAY_OS_SEPARATOR_PCRS;
    char text[ASSAY_PCR_SET_TEXT];

    if (closed != 0 && !has(plan, 750, "os-separator"))
        assay_export_note_on(plan->job, ASSAY_EXPORT_ADVICE,
                             "systemd 261 and later installs 750-os-separator.pcrlock, of PCR %s, "
                             "and measures it in the initrd of a unified kernel image: where a "
                             "system doesn't, a link of that name in /etc/pcrlock.d to /dev/null "
                             "takes it away",
                             assay_pcr_set_text(closed, text));
}

/* Whether each variant holds the PCR at zeros, in a bank that systemd knows. */
static bool stays_at_zeros(const assay_pcrlock_plan *plan, unsigned pcr)
{
    bool known = false;

    for (size_t i = 0; i < plan->boot_count; i++)
        for (size_t bank = 0; bank < plan->job->bank_count; bank++) {
            const uint16_t alg = plan->job->banks[bank];
            const assay_bytes value =
                assay_export_value(plan->job, plan->boots[i].variant, alg, pcr);

            if (!assay_systemd_knows_bank(alg))
                continue;
            if (value.data == NULL || !assay_bytes_all(value, 0))
                return false;
            known = true;
        }
    return known;
}

/*
 * A PCR that no record is of matches its log and has no record that isn't recognised: pcrlock keeps
 * it and predicts zeros (event_log_reduce_to_safe_pcrs of pcrlock.c, 256).
 */
static assay_pcr_set find_zeros(const assay_pcrlock_plan *plan)
{
    assay_pcr_set zeros = 0;

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(plan->job->pcrs & ~plan->pcrs, pcr) && stays_at_zeros(plan, pcr))
            zeros |= (assay_pcr_set)1 << pcr;
    return zeros;
}

void assay_pcrlock_note(assay_pcrlock_plan *plan)
{
    const assay_pcr_set zeros = find_zeros(plan);
    char text[ASSAY_PCR_SET_TEXT], unknown[ASSAY_ALG_NUMBER_SIZE];

    assay_export_note_unheld(plan->job);
    for (size_t i = 0; i < plan->job->bank_count; i++)
        if (!assay_systemd_knows_bank(plan->job->banks[i]))
            assay_export_note_on(plan->job, ASSAY_EXPORT_LOSS,
                                 "bank %s is left out: systemd doesn't know it",
                                 assay_alg_name(plan->job->banks[i], unknown));
    note_combinations(plan);
    note_unclaimed(plan);
    note_installed(plan);
    note_os_separator(plan);
    assay_export_note_on(plan->job, ASSAY_EXPORT_NATURE,
                         "types and data of events, and which log they are of, are left out");
    if (zeros != 0)
        assay_export_note_on(plan->job, ASSAY_EXPORT_ADVICE,
                             "no component is of PCR %s, which stay at zeros: systemd-pcrlock "
                             "predicts so of a PCR that it is given and has no component of",
                             assay_pcr_set_text(zeros, text));
    assay_export_note_on(plan->job, ASSAY_EXPORT_ADVICE,
                         "copy the folder to /var/lib/pcrlock.d and run systemd-pcrlock make-policy "
                         "--pcr=%s",
                         assay_pcr_set_text(plan->pcrs | zeros, text));
}
