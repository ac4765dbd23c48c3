/* SPDX-License-Identifier: BSD-2-Clause */
/* What the readers of json.c's documents share. Private to policy/. */
#ifndef ASSAY_POLICY_LCP_JSONREADER_H
#define ASSAY_POLICY_LCP_JSONREADER_H

#include "policy/lcp/json.h"
#include "policy/lcp/words.h"

#include <jansson.h>

typedef struct assay_lcp_reader {
    const assay_lcp_sources *sources;
    assay_hashes *hashes;
    enum assay_lcp_stale stale;
    uint32_t stale_lists; /* whose signatures are not of what they are now */
    assay_error *error;
    char path[96]; /* "lists[1].elements[0]", of keys known here and numbers */
    size_t path_size;
} assay_lcp_reader;

/** "PATH.KEY: what"; `key` may be NULL. Returns the negative kind. */
int assay_lcp_refuse(const assay_lcp_reader *r, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** A writer of so many bytes that there is no memory, or no room for them; 0 for a sound one. */
int assay_lcp_check_writer(const assay_lcp_reader *r, const char *key, const assay_writer *writer);

/** Goes down to a member, or to an element of an array; what to give to assay_lcp_leave. */
size_t assay_lcp_enter(assay_lcp_reader *r, const char *key);
size_t assay_lcp_enter_index(assay_lcp_reader *r, size_t index);
void assay_lcp_leave(assay_lcp_reader *r, size_t before);

/** Refuses what is no object, and keys that are not among `known`, a NULL-ended list. */
int assay_lcp_check_keys(const assay_lcp_reader *r, json_t *object, const char *const *known);

assay_bytes assay_lcp_json_text(const json_t *value);

/*
 * A member into *ret; what is missing leaves it as it was. 0, or the negative kind of what was
 * refused. *ret_given may be NULL.
 */
int assay_lcp_read_number(const assay_lcp_reader *r, json_t *object, const char *key, uint64_t max,
                          uint64_t *ret, bool *ret_given);
int assay_lcp_read_words(const assay_lcp_reader *r, json_t *object, const char *key,
                         const assay_lcp_word *words, uint32_t max, uint32_t *ret, bool *ret_given);
int assay_lcp_read_alg(const assay_lcp_reader *r, json_t *object, const char *key, uint16_t *ret);

/** Puts the bytes of hexadecimal `value`, which is called `key` where it is refused. */
int assay_lcp_read_hex(const assay_lcp_reader *r, const json_t *value, const char *key,
                       assay_writer *into);

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
