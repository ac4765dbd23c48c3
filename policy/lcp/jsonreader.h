/* SPDX-License-Identifier: BSD-2-Clause */
/* What the readers of json.c's documents share. Private to policy/. */
#ifndef ASSAY_POLICY_LCP_JSONREADER_H
#define ASSAY_POLICY_LCP_JSONREADER_H

#include "policy/lcp/json.h"
#include "base/jsonwalk.h"
#include "policy/lcp/words.h"

typedef struct assay_lcp_reader {
    const assay_lcp_sources *sources;
    assay_hashes *hashes;
    enum assay_lcp_stale stale;
    uint32_t stale_lists; /* whose signatures are not of what they are now */
    assay_json_walk at;
} assay_lcp_reader;

/*
 * A member into *ret; what is missing leaves it as it was. 0, or the negative kind of what was
 * refused. *ret_given may be NULL.
 */
int assay_lcp_read_words(const assay_lcp_reader *r, json_t *object, const char *key,
                         const assay_lcp_word *words, uint32_t max, uint32_t *ret, bool *ret_given);
int assay_lcp_read_alg(const assay_lcp_reader *r, json_t *object, const char *key, uint16_t *ret);

/** The TPM_ALG_ID of a name or of "0x0055"; false for another text. */
bool assay_lcp_alg_of(assay_bytes name, uint16_t *ret_alg);

/** One element into `out`. */
int assay_lcp_read_element(assay_lcp_reader *r, json_t *object, assay_writer *out);

/** One list into `out`; `index` among the lists. */
int assay_lcp_read_list(assay_lcp_reader *r, json_t *object, size_t index, assay_writer *out);

/** "pcr_infos" or the source of one, into the element. */
int assay_lcp_read_infos(assay_lcp_reader *r, json_t *object, assay_lcp_element *element,
                         assay_writer *infos);

#endif
