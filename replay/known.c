/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/known.h"

#include "eventlog/types.h"

/* PFP 1.06 sections 10.4.1 (separators) and 10.4.4 (EV_EFI_ACTION strings, without NUL). */
static const struct {
    enum assay_known known;
    assay_bytes measured;
} rows[] = {
    { ASSAY_KNOWN_SEPARATOR, ASSAY_LITERAL("\x00\x00\x00\x00") },
    { ASSAY_KNOWN_SEPARATOR, ASSAY_LITERAL("\xFF\xFF\xFF\xFF") },
    { ASSAY_KNOWN_SEPARATOR, ASSAY_LITERAL("\xFF") },
    { ASSAY_KNOWN_SEPARATOR_ERROR, ASSAY_LITERAL("\x01\x00\x00\x00") },
    { ASSAY_KNOWN_SEPARATOR_WINDOWS, ASSAY_LITERAL("WBCL") },
    { ASSAY_KNOWN_CALLING, ASSAY_LITERAL("Calling EFI Application from Boot Option") },
    { ASSAY_KNOWN_RETURNING, ASSAY_LITERAL("Returning from EFI Application from Boot Option") },
    { ASSAY_KNOWN_EBS_INVOCATION, ASSAY_LITERAL("Exit Boot Services Invocation") },
    { ASSAY_KNOWN_EBS_FAILURE, ASSAY_LITERAL("Exit Boot Services Returned with Failure") },
    { ASSAY_KNOWN_EBS_SUCCESS, ASSAY_LITERAL("Exit Boot Services Returned with Success") },
    { ASSAY_KNOWN_DEBUG_MODE, ASSAY_LITERAL("UEFI Debug Mode") },
    { ASSAY_KNOWN_DMA_DISABLED, ASSAY_LITERAL("DMA Protection Disabled") },
};

_Static_assert(sizeof rows / sizeof *rows == ASSAY_KNOWN_ROWS, "one digest a row");

enum { READY = 1, UNAVAILABLE = 2 };

static int make_ready(assay_known_digests *digests, assay_hashes *hashes, size_t index)
{
    assay_hash *hash;

    if (assay_hashes_get(hashes, assay_alg_at(index)->id, &hash) < 0) {
        digests->state[index] = UNAVAILABLE;
        return 0;
    }
    for (size_t row = 0; row < ASSAY_KNOWN_ROWS; row++)
        if (assay_hash_parts(hash, &rows[row].measured, 1, digests->value[index][row]) < 0)
            return -ASSAY_CRYPTO;
    digests->state[index] = READY;
    return 0;
}

static enum assay_known find(const assay_known_digests *digests, size_t index, assay_bytes digest)
{
    for (size_t row = 0; row < ASSAY_KNOWN_ROWS; row++)
        if (assay_bytes_equal(digest, assay_bytes_of(digests->value[index][row],
                                                     assay_alg_at(index)->size)))
            return rows[row].known;
    return ASSAY_KNOWN_NOTHING;
}

int assay_known_event(assay_known_digests *digests, assay_hashes *hashes, const assay_event *event,
                      enum assay_known *ret_known)
{
    enum assay_known known = ASSAY_KNOWN_UNCOMPUTABLE;

    for (size_t i = 0; i < event->digest_count && known <= ASSAY_KNOWN_UNCOMPUTABLE; i++) {
        const size_t index = assay_alg_index(event->digests[i].alg);

        if (index == ASSAY_ALGS)
            continue;
        if (digests->state[index] == 0 && make_ready(digests, hashes, index) < 0)
            return -ASSAY_CRYPTO;
        if (digests->state[index] == READY)
            known = find(digests, index, event->digests[i].value);
    }
    *ret_known = known;
    return 0;
}

bool assay_known_allows(enum assay_known known, uint32_t type)
{
    switch (known) {
    case ASSAY_KNOWN_NOTHING:
    case ASSAY_KNOWN_UNCOMPUTABLE:
        return true;
    case ASSAY_KNOWN_SEPARATOR:
    case ASSAY_KNOWN_SEPARATOR_ERROR:
    case ASSAY_KNOWN_SEPARATOR_WINDOWS:
        return type == EV_SEPARATOR;
    default:
        return type == EV_ACTION || type == EV_EFI_ACTION;
    }
}
