/* SPDX-License-Identifier: BSD-2-Clause */
/* Lessons about a single edit: with one link of the chain changed the value is met. */
#include "replay/lesson.h"

/* Whether the value is met by the chain's first `at` links, `digests`, and the rest from `next`. */
static bool met_with(assay_puzzle *puzzle, size_t at, const uint8_t *const *digests, size_t count,
                     size_t next)
{
    assay_fold fold = puzzle->prefixes[at];

    for (size_t i = 0; i < count; i++)
        assay_puzzle_extend(puzzle, &fold, digests[i]);
    assay_puzzle_extend_rest(puzzle, &fold, next);
    return assay_puzzle_met(puzzle, &fold);
}

bool assay_lesson_dropped(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_links *const links = &puzzle->chain->links;

    for (size_t i = 0; i < links->count && !puzzle->cut; i++)
        if (met_with(puzzle, i, NULL, 0, i + 1))
            return assay_explain_as(ret, links->list[i].event,
                                    "Event %u (%s) is in the log and was not extended",
                                    links->list[i].event, assay_link_type(&links->list[i]));
    return false;
}

bool assay_lesson_doubled(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_links *const links = &puzzle->chain->links;

    for (size_t i = 0; i < links->count && !puzzle->cut; i++) {
        const uint8_t *const again[] = { links->list[i].digest };

        if (met_with(puzzle, i + 1, again, 1, i + 1))
            return assay_explain_as(ret, links->list[i].event,
                                    "Event %u (%s) was extended twice and is in the log once",
                                    links->list[i].event, assay_link_type(&links->list[i]));
    }
    return false;
}

bool assay_lesson_swapped(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_links *const links = &puzzle->chain->links;

    for (size_t i = 0; i + 1 < links->count && !puzzle->cut; i++) {
        const uint8_t *const swapped[] = { links->list[i + 1].digest, links->list[i].digest };

        if (met_with(puzzle, i, swapped, 2, i + 2))
            return assay_explain_as(ret, links->list[i].event,
                                    "Events %u (%s) and %u (%s) were extended in the other order",
                                    links->list[i].event, assay_link_type(&links->list[i]),
                                    links->list[i + 1].event, assay_link_type(&links->list[i + 1]));
    }
    return false;
}

/* What was extended is the hash of the event's data, and the log has another digest. */
bool assay_lesson_digest_altered(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_links *const links = &puzzle->chain->links;

    for (size_t i = 0; i < links->count && !puzzle->cut; i++) {
        const assay_link *const link = &links->list[i];
        const uint8_t *const right[] = { link->data_digest };

        if (link->has_data && met_with(puzzle, i, right, 1, i + 1))
            return assay_explain_as(ret, link->event,
                                    "What was extended for event %u (%s) is the hash of its data, "
                                    "and the log has another digest",
                                    link->event, assay_link_type(link));
    }
    return false;
}

/* A measurement of known digest that was extended somewhere in the chain and not logged. */
bool assay_lesson_unlogged_known(assay_puzzle *puzzle, assay_explanation *ret)
{
    static const uint8_t zeros[ASSAY_DIGEST_MAX];
    const assay_links *const links = &puzzle->chain->links;
    const assay_fold separator = assay_puzzle_hash(puzzle, ASSAY_LITERAL("\0\0\0\0"));
    const assay_fold ones = assay_puzzle_hash(puzzle, ASSAY_LITERAL("\xFF\xFF\xFF\xFF"));
    const struct {
        const uint8_t *digest;
        const char *name;
    } known[] = { { separator.value, "separator" },
                  { ones.value, "separator of ones" },
                  { zeros, "digest of zeros" } };

    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        for (size_t i = 0; i < links->count && !puzzle->cut; i++)
            if (met_with(puzzle, i, &known[k].digest, 1, i))
                return assay_explain_as(ret, links->list[i].event,
                                        "Before event %u (%s) a %s was extended that the log "
                                        "lacks",
                                        links->list[i].event, assay_link_type(&links->list[i]),
                                        known[k].name);
    return false;
}

/* Old kernels and firmware extend every bank with the SHA-1 digest and zeros after it. */
bool assay_lesson_padded_sha1(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_links *const links = &puzzle->chain->links;
    assay_fold fold = *assay_puzzle_start(puzzle);

    if (links->count == 0 || puzzle->chain->alg == ASSAY_ALG_SHA1)
        return false;
    for (size_t i = 0; i < links->count; i++)
        assay_puzzle_extend(puzzle, &fold, links->list[i].padded_sha1);
    return assay_puzzle_met(puzzle, &fold) &&
           assay_explain_as(ret, links->list[0].event,
                            "What was extended are the SHA-1 digests with zeros after them, not "
                            "the digests of this bank");
}
