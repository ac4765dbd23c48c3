/* SPDX-License-Identifier: BSD-2-Clause */
/* Lessons that look beyond the chain: at the other PCRs, and at the state of the log. */
#include "eventlog/ima.h"
#include "replay/lesson.h"

/* Values that many PCRs have tell nothing. */
static bool is_common(const assay_comparison *comparison, const assay_pcr_status *candidate)
{
    size_t same = 0;

    for (size_t i = 0; i < comparison->count; i++)
        same += comparison->list[i].alg == candidate->alg &&
                assay_bytes_equal(comparison->list[i].replayed, candidate->replayed);
    return same > 1;
}

bool assay_lesson_other_pcr(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_comparison *const comparison = puzzle->comparison;

    for (size_t i = 0; i < comparison->count; i++) {
        const assay_pcr_status *const other = &comparison->list[i];

        if (other->alg == puzzle->status->alg && other->pcr != puzzle->status->pcr &&
            assay_bytes_equal(other->replayed, puzzle->status->expected) &&
            !is_common(comparison, other))
            return assay_explain_as(ret, ASSAY_NO_EVENT,
                                    "The value given is the one that PCR %u of the log folds to",
                                    other->pcr);
    }
    return false;
}

bool assay_lesson_incomplete(assay_puzzle *puzzle, assay_explanation *ret)
{
    if (puzzle->status->state == ASSAY_PCR_INCOMPLETE && puzzle->chain->missing == 0)
        return assay_explain_as(ret, ASSAY_NO_EVENT,
                                "The log is a prediction that does not know a digest of this PCR "
                                "(assay-predict(1)), so there is no value to compare");
    return puzzle->status->state == ASSAY_PCR_INCOMPLETE &&
           assay_explain_as(ret, ASSAY_NO_EVENT,
                            "%zu event%s of this PCR without a digest for this bank: what wrote "
                            "such events measures other banks only",
                            puzzle->chain->missing, puzzle->chain->missing == 1 ? "" : "s");
}

bool assay_lesson_truncated(assay_puzzle *puzzle, assay_explanation *ret)
{
    return puzzle->status->state == ASSAY_PCR_MISMATCH &&
           puzzle->findings->seen[ASSAY_FINDING_TRUNCATED] +
                   puzzle->findings->seen[ASSAY_FINDING_MALFORMED] >
               0 &&
           assay_explain_as(ret, ASSAY_NO_EVENT,
                            "The log can't be read to its end, so what was extended later is "
                            "missing");
}

/* SINIT's types: TXT SDG appendix G. tboot's are 0x501, the kernel's of a Secure Launch 0x502. */
static bool is_sinits(const assay_link *link)
{
    return link->type > 0x400 && link->type < 0x500;
}

bool assay_lesson_sinit_alone(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_links *const links = &puzzle->chain->links;
    const unsigned pcr = puzzle->status->pcr;

    if (puzzle->status->state != ASSAY_PCR_MISMATCH || (pcr != 17 && pcr != 18) ||
        links->count == 0)
        return false;
    for (size_t i = 0; i < links->count; i++)
        if (!is_sinits(&links->list[i]))
            return false;
    return assay_explain_as(ret, ASSAY_NO_EVENT,
                            "The log has %zu event%s of SINIT's in this PCR and none of what was "
                            "launched, such as tboot's (0x501): that was extended and is not "
                            "logged here",
                            links->count, links->count == 1 ? "" : "s");
}

enum { FEW_PCRS = 3 };

bool assay_lesson_other_boot(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_comparison *const comparison = puzzle->comparison;

    return puzzle->status->state == ASSAY_PCR_MISMATCH && comparison->matched == 0 &&
           comparison->mismatched > FEW_PCRS &&
           assay_explain_as(ret, ASSAY_NO_EVENT,
                            "None of %zu values is met: log and values are of different boots or "
                            "of different machines",
                            comparison->mismatched);
}

bool assay_lesson_unlogged_firmware(assay_puzzle *puzzle, assay_explanation *ret)
{
    return puzzle->status->state == ASSAY_PCR_MISMATCH && puzzle->chain->links.count == 0 &&
           assay_explain_as(ret, ASSAY_NO_EVENT,
                            "The log has no event of this PCR, and it was extended: firmware "
                            "measured and did not log, or events were removed");
}

/* PCR 0 differs in every bank that was compared, and no other PCR does. */
bool assay_lesson_pcr0_only(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_comparison *const comparison = puzzle->comparison;

    if (puzzle->status->pcr != 0 || puzzle->status->state != ASSAY_PCR_MISMATCH ||
        (comparison->met & ~(assay_pcr_set)1) == 0)
        return false;
    for (size_t i = 0; i < comparison->count; i++) {
        const assay_pcr_status *const other = &comparison->list[i];

        if ((other->pcr == 0 && other->state == ASSAY_PCR_MATCH) ||
            (other->pcr != 0 && other->pcr < 8 && other->state == ASSAY_PCR_MISMATCH))
            return false;
    }
    return assay_explain_as(ret, ASSAY_NO_EVENT,
                            "Only PCR 0 differs, and no locality, no EV_NO_ACTION and no single "
                            "edit of the log explains it: the firmware measured something that it "
                            "did not log, or is not the firmware of this log");
}

/* The chain goes on in a second log of the same kind, which has no event of the first. */
bool assay_lesson_two_boots(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_links *const links = &puzzle->chain->links;

    if (puzzle->findings->seen[ASSAY_FINDING_APART] == 0 || links->count == 0)
        return false;
    const assay_link *const first = &links->list[0], *const last = &links->list[links->count - 1];
    return first->log != last->log && first->ima == last->ima &&
           (first->ima || last->type != ASSAY_NO_EVENT_TYPE) &&
           assay_explain_as(ret, ASSAY_NO_EVENT,
                            "Two of the logs have no event in common, as if of two boots, and this "
                            "PCR was folded from both");
}

/* Whether the value differs from what a chain gives that ends with an IMA list. */
static bool differs_from_list(const assay_puzzle *puzzle)
{
    const assay_links *const links = &puzzle->chain->links;

    return puzzle->status->state == ASSAY_PCR_MISMATCH && puzzle->status->pcr == ASSAY_IMA_PCR &&
           links->count > 0 && links->list[links->count - 1].ima;
}

bool assay_lesson_other_list(assay_puzzle *puzzle, assay_explanation *ret)
{
    return puzzle->findings->seen[ASSAY_FINDING_BOOT_AGGREGATE] > 0 && differs_from_list(puzzle) &&
           assay_explain_as(ret, ASSAY_NO_EVENT,
                            "The IMA list is of another boot or machine: its boot_aggregate is "
                            "not the hash of these PCRs");
}

/* A list that is longer than the value is met at its beginning, and is no puzzle. */
bool assay_lesson_older_list(assay_puzzle *puzzle, assay_explanation *ret)
{
    return differs_from_list(puzzle) &&
           assay_explain_as(ret, ASSAY_NO_EVENT,
                            "An IMA list grows: this one was read before the PCR was, or one of "
                            "its entries is not what was extended");
}

bool assay_lesson_later_extends(assay_puzzle *puzzle, assay_explanation *ret)
{
    return puzzle->status->state == ASSAY_PCR_MISMATCH && puzzle->status->pcr >= 8 &&
           (puzzle->comparison->met & 0xFF) != 0 &&
           assay_explain_as(ret, ASSAY_NO_EVENT,
                            "The PCRs of the firmware are met; this one is open to the operating "
                            "system, which extended it further after this log");
}

bool assay_lesson_unexplained(assay_puzzle *puzzle, assay_explanation *ret)
{
    return puzzle->status->state == ASSAY_PCR_MISMATCH &&
           assay_explain_as(ret, ASSAY_NO_EVENT,
                            "No other start, no known measurement after the log and no single "
                            "edit of it gives this value: more than one event differs, or one of "
                            "unknown digest");
}
