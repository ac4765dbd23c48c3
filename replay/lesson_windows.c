/* SPDX-License-Identifier: BSD-2-Clause */
/* Lessons about Windows: banks that it closes, and logs of other starts than the values are of. */
#include "eventlog/payload/sipa.h"
#include "eventlog/types.h"
#include "replay/lesson.h"

enum { PCR_BITLOCKER = 11, PCR_SETTINGS = 12, PCR_LAST = 14, FIRMWARE_PCRS = 0xFF };

static bool explain_cap(assay_explanation *ret, const char *more)
{
    return assay_explain_as(ret, ASSAY_NO_EVENT,
                            "The log is right: after it one digest of zeros was extended, as "
                            "Windows does to close a bank that it does not use%s",
                            more);
}

/* BitLocker's two values go into all banks and are logged for one (a ThinkPad, a Supermicro). */
static bool bitlocker_meets(assay_puzzle *puzzle, assay_fold *capped)
{
    static const assay_bytes values[] = { ASSAY_LITERAL("\x10\0\0\0"),
                                          ASSAY_LITERAL("\xFF\xFF\0\0") };

    if (puzzle->chain->pcr != PCR_BITLOCKER)
        return false;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const assay_fold digest = assay_puzzle_hash(puzzle, values[i]);

        assay_puzzle_extend(puzzle, capped, digest.value);
        if (assay_puzzle_met(puzzle, capped))
            return true;
    }
    return false;
}

/* Windows closes a bank that it does not use: one extend of zeros, not logged. */
bool assay_lesson_windows_cap(assay_puzzle *puzzle, assay_explanation *ret)
{
    static const uint8_t zeros[ASSAY_DIGEST_MAX];
    assay_fold fold = *assay_puzzle_end(puzzle);

    assay_puzzle_extend(puzzle, &fold, zeros);
    if (assay_puzzle_met(puzzle, &fold))
        return explain_cap(ret, "");
    return bitlocker_meets(puzzle, &fold) &&
           explain_cap(ret, "; then BitLocker's values, which are logged for other banks only");
}

static void put_number(uint8_t *target, uint64_t number)
{
    for (size_t i = 0; i < sizeof number; i++)
        target[i] = (uint8_t)(number >> 8 * i);
}

/* Whether the chain meets the value with these counters instead of its own. */
static bool counters_meet(assay_puzzle *puzzle, assay_counted *counted, uint64_t boot,
                          uint64_t events)
{
    assay_fold fold = puzzle->prefixes[counted->link];

    put_number(counted->data + counted->boot_at, boot);
    if (counted->events_at > 0)
        put_number(counted->data + counted->events_at, events);
    const assay_fold digest =
        assay_puzzle_hash(puzzle, assay_bytes_of(counted->data, counted->size));
    assay_puzzle_extend(puzzle, &fold, digest.value);
    assay_puzzle_extend_rest(puzzle, &fold, counted->link + 1);
    return assay_puzzle_met(puzzle, &fold);
}

/* How many starts before and after are tried; the event counter goes in steps of 256. */
enum { STARTS = 64, STEP = 256, LINKS = 16 }; /* more links than Windows makes are not tried */

static bool find_start(assay_puzzle *puzzle, assay_counted *counted, int direction,
                       uint64_t *ret_boot)
{
    const uint64_t sign = direction < 0 ? UINT64_MAX : 1;

    for (uint64_t starts = 1; starts <= STARTS; starts++)
        for (uint64_t steps = 0; steps <= (counted->events_at > 0 ? STARTS : 0); steps++) {
            *ret_boot = counted->boot + sign * starts;
            if (counters_meet(puzzle, counted, *ret_boot, counted->events + sign * steps * STEP))
                return true;
        }
    return false;
}

bool assay_lesson_windows_start(assay_puzzle *puzzle, assay_explanation *ret)
{
    assay_counted counted = puzzle->chain->counted;
    uint64_t boot;

    if (counted.size == 0 || puzzle->chain->links.count > LINKS ||
        puzzle->status->state != ASSAY_PCR_MISMATCH)
        return false;
    if (!find_start(puzzle, &counted, 1, &boot) && !find_start(puzzle, &counted, -1, &boot))
        return false;
    return assay_explain_as(ret, puzzle->chain->links.list[counted.link].event,
                            "The value is that of boot %llu of Windows, and this log is of boot "
                            "%llu, which was otherwise the same: each start, and each resume from "
                            "hibernation, makes a log of its own",
                            (unsigned long long)boot, (unsigned long long)counted.boot);
}

/* Windows' boot programs close their PCRs: what differs there is no later extend. */
bool assay_lesson_windows_other_start(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_chain *const chain = puzzle->chain;

    if (puzzle->status->state != ASSAY_PCR_MISMATCH || chain->pcr < PCR_SETTINGS ||
        chain->pcr > PCR_LAST || (puzzle->comparison->met & FIRMWARE_PCRS) == 0 ||
        chain->links.count == 0)
        return false;
    const assay_link *const last = &chain->links.list[chain->links.count - 1];
    const assay_fold closed = assay_puzzle_hash(puzzle, ASSAY_LITERAL("WBCL"));
    return last->type == EV_SEPARATOR && memcmp(last->digest, closed.value, chain->size) == 0 &&
           assay_explain_as(ret, ASSAY_NO_EVENT,
                            "The firmware's PCRs are met, and what Windows' boot programs measured "
                            "is not: log and values are of different starts of Windows, each of "
                            "which, and each resume from hibernation, makes a log of its own");
}
