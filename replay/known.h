/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Digests whose data everybody knows: separators and the firmware's fixed sentences.
 * Because an event's type is not measured, these few are recognised by digest and the
 * type is then demanded. Private to replay/.
 */
#ifndef ASSAY_REPLAY_KNOWN_H
#define ASSAY_REPLAY_KNOWN_H

#include "base/hash.h"
#include "eventlog/event.h"

enum assay_known {
    ASSAY_KNOWN_NOTHING,
    ASSAY_KNOWN_UNCOMPUTABLE,      /* no bank of the event can be computed here */
    ASSAY_KNOWN_SEPARATOR,         /* 0x00000000, 0xFFFFFFFF, and 0xFF of early firmware */
    ASSAY_KNOWN_SEPARATOR_ERROR,   /* 0x00000001 */
    ASSAY_KNOWN_SEPARATOR_WINDOWS, /* "WBCL" */
    ASSAY_KNOWN_CALLING,           /* "Calling EFI Application from Boot Option" */
    ASSAY_KNOWN_RETURNING,
    ASSAY_KNOWN_EBS_INVOCATION,    /* "Exit Boot Services Invocation" */
    ASSAY_KNOWN_EBS_FAILURE,
    ASSAY_KNOWN_EBS_SUCCESS,
    ASSAY_KNOWN_DEBUG_MODE,        /* "UEFI Debug Mode" */
    ASSAY_KNOWN_DMA_DISABLED,      /* "DMA Protection Disabled" */
};

enum { ASSAY_KNOWN_ROWS = 12 };

/** The digests, made when an algorithm is first asked for. Begin with all zeros. */
typedef struct assay_known_digests {
    uint8_t state[ASSAY_ALGS]; /* 0: not made yet, 1: ready, 2: can't be computed here */
    uint8_t value[ASSAY_ALGS][ASSAY_KNOWN_ROWS][ASSAY_DIGEST_MAX];
} assay_known_digests;

/**
 * What the digests of `event` are of: of the first bank that names something. 0 with
 * *ret_known, or -ASSAY_CRYPTO.
 */
int assay_known_event(assay_known_digests *digests, assay_hashes *hashes, const assay_event *event,
                      enum assay_known *ret_known);

/** Whether an event of this type may have such a digest. */
bool assay_known_allows(enum assay_known known, uint32_t type);

#endif
