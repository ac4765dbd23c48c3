/* SPDX-License-Identifier: BSD-2-Clause */
/* Lessons about the end of a chain: more was extended than logged, or less. */
#include "replay/lesson.h"

#include <stdio.h>

/* A set of words, extended in order, each as its hash without a NUL. */
static bool phases_meet(assay_puzzle *puzzle, const assay_fold *digests, unsigned set)
{
    assay_fold fold = *assay_puzzle_end(puzzle);

    for (unsigned i = 0; set >> i != 0; i++)
        if (set >> i & 1)
            assay_puzzle_extend(puzzle, &fold, digests[i].value);
    return assay_puzzle_met(puzzle, &fold);
}

/* systemd-pcrphase(8): the boot phases, of which a system passes through some. */
bool assay_lesson_boot_phases(assay_puzzle *puzzle, assay_explanation *ret)
{
    static const char *const words[] = { "enter-initrd", "leave-initrd", "sysinit",
                                         "ready",        "shutdown",     "final" };
    enum { WORDS = sizeof words / sizeof *words };
    assay_fold digests[WORDS];
    char names[100] = "";
    size_t used = 0;
    unsigned set = 1;

    if (puzzle->chain->pcr != 11)
        return false;
    for (size_t i = 0; i < WORDS; i++)
        digests[i] = assay_puzzle_hash(puzzle, assay_bytes_of_string(words[i]));
    while (set < 1u << WORDS && !phases_meet(puzzle, digests, set))
        set++;
    if (set == 1u << WORDS)
        return false;
    for (size_t i = 0; i < WORDS; i++)
        if (set >> i & 1)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
                                     used > 0 ? ", " : "", words[i]);
    return assay_explain_as(ret, ASSAY_NO_EVENT,
                            "The log is right: after it systemd extended its boot phases: %s",
                            names);
}

/* Measurements whose digest is known without a log: PFP 1.06 sections 10.4.4 and 10.4.1. */
static const struct {
    assay_bytes data;
    const char *name;
} known[] = {
    { ASSAY_LITERAL("Exit Boot Services Invocation"), "ExitBootServices invocation" },
    { ASSAY_LITERAL("Exit Boot Services Returned with Success"), "ExitBootServices success" },
    { ASSAY_LITERAL("Exit Boot Services Returned with Failure"), "ExitBootServices failure" },
    { ASSAY_LITERAL("Calling EFI Application from Boot Option"), "call of a boot option" },
    { ASSAY_LITERAL("Returning from EFI Application from Boot Option"),
      "return from a boot option" },
    { ASSAY_LITERAL("\0\0\0\0"), "separator" },
    { ASSAY_LITERAL("\xFF\xFF\xFF\xFF"), "separator of ones" },
    { ASSAY_LITERAL("\1\0\0\0"), "error separator" },
};

enum { KNOWN = sizeof known / sizeof *known, TAIL_MAX = 3 };

typedef struct event_tail {
    size_t count;
    size_t events[TAIL_MAX]; /* indices of known */
} event_tail;

/* Tries every sequence of known measurements of the length of `tail`, from the `depth`th on. */
static bool find_tail(assay_puzzle *puzzle, const assay_fold *digests, const assay_fold *from,
                      event_tail *tail, size_t depth)
{
    if (depth == tail->count)
        return assay_puzzle_met(puzzle, from);
    for (size_t i = 0; i < KNOWN; i++) {
        assay_fold fold = *from;

        tail->events[depth] = i;
        assay_puzzle_extend(puzzle, &fold, digests[i].value);
        if (find_tail(puzzle, digests, &fold, tail, depth + 1))
            return true;
    }
    return false;
}

/* The shortest tail that gives the value, as words after `what`. */
static bool explain_tail(assay_puzzle *puzzle, const char *what, assay_explanation *ret)
{
    assay_fold digests[KNOWN];
    event_tail tail = { .count = 0 };

    for (size_t i = 0; i < KNOWN; i++)
        digests[i] = assay_puzzle_hash(puzzle, known[i].data);
    for (tail.count = 1; tail.count <= TAIL_MAX; tail.count++)
        if (find_tail(puzzle, digests, assay_puzzle_end(puzzle), &tail, 0))
            return assay_explain_as(
                ret, ASSAY_NO_EVENT, "%s: %s%s%s%s%s", what, known[tail.events[0]].name,
                tail.count > 1 ? ", " : "", tail.count > 1 ? known[tail.events[1]].name : "",
                tail.count > 2 ? ", " : "", tail.count > 2 ? known[tail.events[2]].name : "");
    return false;
}

bool assay_lesson_other_log(assay_puzzle *puzzle, assay_explanation *ret)
{
    return puzzle->status->state == ASSAY_PCR_NOT_IN_LOG && puzzle->chain->links.count == 0 &&
           explain_tail(puzzle,
                        "The log of this PCR is not among the logs; all that it can hold of it",
                        ret);
}

bool assay_lesson_known_tail(assay_puzzle *puzzle, assay_explanation *ret)
{
    return explain_tail(puzzle, "The log ends too early: after it were extended", ret);
}

/* How many links less than all have the value, plus one; 0 when no number does. */
static size_t find_beginning(const assay_puzzle *puzzle)
{
    size_t i = puzzle->chain->links.count;

    while (i > 0 && !assay_puzzle_met(puzzle, &puzzle->prefixes[i - 1]))
        i--;
    return i;
}

/*
 * The log ends with a second copy of what it had before: a boot loader asked for it early, and
 * Linux added the final events table, which then has events of both (PFP 1.06 section 8.2.2).
 */
bool assay_lesson_listed_twice(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_links *const links = &puzzle->chain->links;
    const size_t i = find_beginning(puzzle);
    const size_t kept = i - 1, count = links->count - kept;

    if (i == 0 || count > kept)
        return false;
    for (size_t j = 0; j < count; j++)
        if (memcmp(links->list[kept + j].digest, links->list[kept - count + j].digest,
                   puzzle->chain->size) != 0)
            return false;
    return assay_explain_as(ret, links->list[kept].event,
                            "The log has its last events of this PCR twice, from event %u on: they "
                            "were extended once",
                            links->list[kept].event);
}

/* A beginning of the chain has the value: the PCR was read, or stopped, before the rest. */
bool assay_lesson_read_early(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_links *const links = &puzzle->chain->links;
    const size_t i = find_beginning(puzzle);
    char events[32] = "event was";

    if (i == 0)
        return false;
    const assay_link *const first = &links->list[i - 1];
    if (i < links->count)
        snprintf(events, sizeof events, "%zu events were", links->count - i + 1);
    return assay_explain_as(ret, first->event,
                            "The PCR has the value it had before event %u (%s): it was read then, "
                            "or the last %s logged and not extended",
                            first->event, assay_link_type(first), events);
}
