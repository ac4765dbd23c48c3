/* SPDX-License-Identifier: BSD-2-Clause */
/* The sentence that goes with a verdict. */
#include "policy/reference/compare_private.h"

enum { WHY_MAX = 4096, NAMES_MAX = 6 };

/* `before`, the variant's name in quotes, `after`. */
static void put_variant(assay_writer *why, const assay_trial *t, const char *before,
                        const char *after)
{
    assay_put_string(why, before);
    assay_put_string(why, " \"");
    assay_put_string(why, t->reference->variants[t->variant].name);
    assay_put_string(why, "\"");
    assay_put_string(why, after);
}

static void put_pcrs(assay_writer *why, const assay_trial *t, assay_pcr_set set)
{
    const bool registers = t->reference->variants[t->variant].values.measurement_registers;

    assay_put_string(why, registers ? "RTMR " : "PCR ");
    assay_pcr_set_write(why, set);
}

static bool is_one(assay_pcr_set set)
{
    return (set & (set - 1)) == 0;
}

/* "kernel, initrd": each after the one before it. */
static void put_name(assay_writer *why, size_t *count, const char *name)
{
    if (*count < NAMES_MAX) {
        assay_put_string(why, *count > 0 ? ", " : "");
        assay_put_string(why, name);
    } else if (*count == NAMES_MAX) {
        assay_put_string(why, " and others");
    }
    ++*count;
}

static bool differs(enum assay_compared outcome)
{
    return outcome == ASSAY_COMPARED_CHANGED || outcome == ASSAY_COMPARED_MISSING ||
           outcome == ASSAY_COMPARED_ADDED;
}

static const char *first_bank(const assay_trial *t, char unknown[ASSAY_ALG_NUMBER_SIZE])
{
    return assay_alg_name(t->boot->contradicted_bank, unknown);
}

static void put_contradiction(assay_writer *why, const assay_trial *t)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    put_pcrs(why, t, t->boot->contradicted);
    assay_put_format(why, " (%s) %s not hold what the log folds to, so that the log is not "
                          "believed; by its word ",
                     first_bank(t, unknown), is_one(t->boot->contradicted) ? "does" : "do");
}

/* What differs of itself, in the order of the boot. */
static size_t put_differing(assay_writer *why, const assay_trial *t)
{
    size_t count = 0;

    for (size_t i = 0; i < t->component_count; i++)
        if (differs(t->components[i].outcome))
            put_name(why, &count, assay_part_name(t->components[i].role));
    return count;
}

static bool goes_into(const assay_trial *t, const assay_reference_component_result *component,
                      assay_pcr_set set)
{
    for (size_t i = 0; i < t->sequence.count; i++) {
        const assay_sequence_step *const step = &t->sequence.steps[i];

        if (step->component.role == component->role && step->component.index == component->index &&
            step->event.pcr_index < ASSAY_PCRS && assay_pcr_set_has(set, step->event.pcr_index))
            return true;
    }
    return false;
}

/* Values tell no components: those that they may be of. */
static void put_values(assay_writer *why, const assay_trial *t)
{
    size_t count = 0;

    put_pcrs(why, t, t->missed);
    put_variant(why, t, is_one(t->missed) ? " holds another value than in variant"
                                          : " hold other values than in variant", "");
    for (size_t i = 0; i < t->component_count; i++)
        if (t->components[i].outcome == ASSAY_COMPARED_UNKNOWN &&
            goes_into(t, &t->components[i], t->missed)) {
            assay_put_string(why, count == 0 ? "; without a log it can't be told which differs of "
                                             : "");
            put_name(why, &count, assay_part_name(t->components[i].role));
        }
}

/* Files are of the kernel's list, and the log may have more of them than differences are told. */
static void put_files(assay_writer *why, const assay_trial *t)
{
    const size_t count = t->boot->unlisted;

    if (count > 0 && (t->boot->filed >> t->variant & 1) != 0)
        assay_put_format(why, "; %zu %s of the kernel's list %s not among its files", count,
                         count == 1 ? "entry" : "entries", count == 1 ? "is" : "are");
}

/* Some difference may be of events alone whose component is the same for another reason. */
static void put_mismatch(assay_writer *why, const assay_trial *t)
{
    if (t->boot->contradicted != 0)
        put_contradiction(why, t);
    if (t->differing > 0) {
        const size_t count = put_differing(why, t);

        put_variant(why, t, count == 1 ? " differs from variant" : " differ from variant", "");
    } else if (t->missed != 0 && t->boot->contradicted == 0) {
        put_values(why, t);
    } else {
        put_variant(why, t, "it is variant", "");
    }
    put_files(why, t);
}

/* PCRs that only steps hold, and those steps could not be compared. */
static assay_pcr_set left_out(const assay_trial *t)
{
    assay_pcr_set set = 0;

    for (size_t i = 0; i < t->sequence.count; i++) {
        const assay_event *const event = &t->sequence.steps[i].event;

        if (event->pcr_index < ASSAY_PCRS && assay_trial_wants(t, event) &&
            t->side.fates[i] == ASSAY_COMPARED_UNKNOWN)
            set |= (assay_pcr_set)1 << event->pcr_index;
    }
    return set & ~t->met & ~t->stepped;
}

/* Of a PCR there may be values, and none in a bank that the reference speaks of. */
static const char *in_which_bank(const assay_trial *t)
{
    const assay_pcrs *const values = t->boot->learnt->values;

    for (size_t i = 0; values != NULL && i < values->bank_count; i++)
        if ((values->banks[i].present & t->unvouched) != 0)
            return " in a bank that was compared";
    return "";
}

static void put_match(assay_writer *why, const assay_trial *t)
{
    const assay_learnt_boot *const boot = t->boot->learnt;
    const assay_pcr_set out = left_out(t), of = t->reference->variants[t->variant].only_pcrs;

    if (boot->log_count > 0)
        put_variant(why, t, "it measured what variant", " does");
    else
        put_variant(why, t, "its PCRs hold what variant", " comes to");
    if (boot->values == NULL || boot->values->bank_count == 0) {
        assay_put_string(why, ", by the word of its log alone: no PCR value vouches for it");
    } else if (t->unvouched != 0) {
        assay_put_string(why, ", of ");
        put_pcrs(why, t, t->unvouched);
        assay_put_format(why, " by the word of its log alone: no value%s vouches for it",
                         in_which_bank(t));
    }
    if (of != 0 && boot->pcrs == of) {
        assay_put_string(why, "; it was learnt of ");
        put_pcrs(why, t, of);
        assay_put_string(why, " alone");
    }
    if (out == 0)
        return;
    assay_put_string(why, "; ");
    put_pcrs(why, t, out);
    assay_put_format(why, " %s not compared: there is no log of what goes into %s",
                     is_one(out) ? "was" : "were", is_one(out) ? "it" : "them");
}

static void put_unknown(assay_writer *why, const assay_trial *t)
{
    const assay_pcr_set open = t->open;

    if ((t->met | t->strict) == 0) {
        assay_put_string(why, "nothing could be compared: no PCR in a bank that both the "
                              "reference and the boot have");
        return;
    }
    put_variant(why, t, "what could be compared is as in variant", ", and ");
    if (open == 0) {
        assay_put_string(why, "the quote does not have ");
        put_pcrs(why, t, t->unvouched);
        assay_put_format(why, "%s, of which there is the log's word alone", in_which_bank(t));
        return;
    }
    put_pcrs(why, t, open);
    assay_put_format(why,
                     ", which the variant holds, could not be: neither %s nor a log that can be "
                     "compared was given",
                     is_one(open) ? "its value" : "their values");
}

const char *assay_trial_why(const assay_trial *t, assay_arena *arena)
{
    assay_writer why = assay_writer_growing((size_t)WHY_MAX * 16);

    if (t->verdict == ASSAY_REFERENCE_MISMATCH)
        put_mismatch(&why, t);
    else if (t->verdict == ASSAY_REFERENCE_MATCH)
        put_match(&why, t);
    else
        put_unknown(&why, t);
    const char *const text =
        why.failure == 0 ? assay_arena_text(arena, assay_written(&why)) : NULL;
    assay_writer_close(&why);
    return text;
}
