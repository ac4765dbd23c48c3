/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A launch control policy as JSON: what `assay lcp show --format json` prints and people review,
 * and what `assay lcp create --from` makes the same files of, byte for byte.
 *
 *     { "policy": { "version": "3.2", "hash_alg": "sha256", "type": "list",
 *                   "sinit_min_version": 0, "data_revocation_counters": [0, 0, 0, 0, 0, 0, 0, 0],
 *                   "policy_control": ["npw_ok"], "max_sinit_min_ver": 255,
 *                   "max_biosac_min_ver": 0, "lcp_hash_alg_mask": ["sha256"],
 *                   "lcp_sign_alg_mask": ["rsa-3072-sha384"], "aux_hash_alg_mask": [],
 *                   "policy_hash": "..." },
 *       "lists": [ { "version": "3.0", "revocation_counter": 1,
 *                    "elements": [ { "type": "mle2", "control": [], "sinit_min_version": 0,
 *                                    "hash_alg": "sha256", "digests": ["..."] } ],
 *                    "signature": null } ] }
 *
 * There may be "policy" without "lists", "lists" without "policy" (a policy data file), or instead
 * of both "list" or "element" (a file of one). Of "policy" whatever is left out is chosen as
 * assay_lcp_policy_complete (make.h) does; a policy_hash that is there must be that of the lists.
 *
 * In the place of values, elements may name what they come from: "files" of MLEs and of hashes
 * ({"mle": "tboot.gz", "cmdline": "..."}, {"hash_file": "mle.hash"}), PCR values ("pcrs": {"0":
 * "..."}, or "pcr_values": "pcrs.json" with "select": [0, 7]), a custom element's "file".
 */
#ifndef ASSAY_POLICY_LCP_JSON_H
#define ASSAY_POLICY_LCP_JSON_H

#include "policy/lcp/make.h"
#include "policy/lcp/vlpjson.h"

/** Where what a document names comes from; a NULL function refuses to name anything. */
typedef struct assay_lcp_sources {
    void *context;
    /** The digest of an MLE with a command line (no bytes: as it lies in the file). */
    int (*mle)(void *context, const char *path, assay_bytes cmdline, uint16_t alg,
               assay_digest *ret_digest, assay_error *error);
    /** Puts the bytes of a file. */
    int (*file)(void *context, const char *path, assay_writer *into, assay_error *error);
    int (*pcrs)(void *context, const char *path, assay_pcrs *ret_pcrs, assay_error *error);
    assay_vlp_measure *module; /* of a verified launch policy */
} assay_lcp_sources;

/** What becomes of a signature when what it signed has changed since. */
enum assay_lcp_stale {
    ASSAY_LCP_STALE_REFUSE,
    ASSAY_LCP_STALE_DROP,  /* the list is not signed any more */
    ASSAY_LCP_STALE_EMPTY, /* key and place stay, zeros wait for a new one */
};

enum { ASSAY_LCP_JSON_MAX = 16 * 1024 * 1024 }; /* bytes of a document */

/** What was made: of each part its file, or no bytes. */
typedef struct assay_lcp_made {
    assay_writer policy, data, list, element;
    uint32_t stale_lists;  /* bit i: the signature of list i was dropped, or emptied */
    uint32_t chosen;       /* what the document left out: enum assay_lcp_choice of make.h */
    assay_lcp_policy said; /* the policy, where there is one */
} assay_lcp_made;

/**
 * Makes the files of a document. 0, or a negative kind with `error` filled: the place in the
 * document stands in the text, "lists[1].elements[0].sinit_min_version: 256 is more than 255".
 * Close after 0.
 */
int assay_lcp_json_read(assay_lcp_made *ret_made, assay_bytes text,
                        const assay_lcp_sources *sources, enum assay_lcp_stale stale,
                        assay_hashes *hashes, assay_error *error);

void assay_lcp_made_close(assay_lcp_made *made);

#endif
