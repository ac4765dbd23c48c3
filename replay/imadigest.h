/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Linux IMA extended into each bank for an entry of its list, which states one digest:
 * security/integrity/ima/ima_queue.c, ima_crypto.c.
 */
#ifndef ASSAY_REPLAY_IMADIGEST_H
#define ASSAY_REPLAY_IMADIGEST_H

#include "base/hash.h"
#include "eventlog/event.h"

/**
 * The digest of bank `alg`: the one stated; ones (0xFF) for a violation; else the hash of
 * the entry's data, made in `buffer`. *ret_digest has no bytes when nothing tells: a list that
 * keeps no data, or a bank without `hash`. 0 or a negative kind.
 */
int assay_ima_digest(assay_hash *hash, uint16_t alg, const assay_event *event,
                     uint8_t buffer[ASSAY_DIGEST_MAX], assay_bytes *ret_digest);

#endif
