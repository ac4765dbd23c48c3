/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bits of a policy's masks and controls as options and JSON spell them. Their phrases for
 * people are in eventlog/txtflags.h.
 */
#ifndef ASSAY_POLICY_LCP_WORDS_H
#define ASSAY_POLICY_LCP_WORDS_H

#include "base/output.h"

typedef struct assay_lcp_word {
    uint32_t bit;
    const char *name; /* of two names for a bit the first is written; NULL ends a list */
} assay_lcp_word;

extern const assay_lcp_word assay_lcp_policy_control_words[];
extern const assay_lcp_word assay_lcp_element_control_words[];
extern const assay_lcp_word assay_lcp_hash_mask_words[];
extern const assay_lcp_word assay_lcp_sign_mask_words[];

/** The bit of a word, also of "bit 5" and "bit_5"; 0 for one that is none. */
uint32_t assay_lcp_word_bit(const assay_lcp_word *words, assay_bytes name);

/** The word of the lowest bit of `bits`, or "bit 5" in `unnamed`. */
enum { ASSAY_LCP_UNNAMED = 8 };
const char *assay_lcp_word_of(const assay_lcp_word *words, uint32_t bits,
                              char unnamed[ASSAY_LCP_UNNAMED]);

/** An array of words. */
void assay_lcp_emit_words(assay_output *out, const char *key, const assay_lcp_word *words,
                          uint32_t bits);

/** The words with ", " between them; "none" for 0. */
void assay_lcp_put_words(assay_writer *writer, const assay_lcp_word *words, uint32_t bits);

/**
 * Reads a number, or words with commas between them, or "none". False, and nothing written, for
 * anything else and for a number beyond `max`.
 */
bool assay_lcp_words_parse(const assay_lcp_word *words, assay_bytes text, uint32_t max,
                           uint32_t *ret_bits);

#endif
