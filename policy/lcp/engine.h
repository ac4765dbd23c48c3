/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the policy engine share. Private to policy/. */
#ifndef ASSAY_POLICY_LCP_ENGINE_H
#define ASSAY_POLICY_LCP_ENGINE_H

#include "policy/lcp/allows.h"

/** What an index and its file came to. */
typedef struct engine_side {
    bool has_policy;
    bool has_data; /* the policy is of type LIST, and its file could be read */
    assay_lcp_policy policy;
    assay_lcp_data data;
    uint32_t sign_bit[ASSAY_LCP_LISTS_MAX];  /* of LcpSignAlgMask; of signed lists */
    uint16_t sign_hash[ASSAY_LCP_LISTS_MAX]; /* TPM_ALG_ID, as the signature has it */
} engine_side;

typedef struct lcp_engine {
    const assay_lcp_launch *launch;
    assay_lcp_evaluation *evaluation;
    assay_hashes *hashes;
    assay_error *error;
    int status; /* the first failure that is none of the policy's */
    engine_side sides[ASSAY_LCP_INDICES];
} lcp_engine;

/** Where in the policies a reason is. */
typedef struct engine_place {
    enum assay_lcp_index index;
    uint32_t list, element;
} engine_place;

#define ENGINE_NOWHERE                                                                             \
    ((engine_place){ ASSAY_LCP_INDICES, ASSAY_LCP_NO_LIST, ASSAY_LCP_NO_ELEMENT })

static inline engine_place engine_at(enum assay_lcp_index index)
{
    return (engine_place){ index, ASSAY_LCP_NO_LIST, ASSAY_LCP_NO_ELEMENT };
}

static inline engine_place engine_at_list(enum assay_lcp_index index, size_t list)
{
    return (engine_place){ index, (uint32_t)list, ASSAY_LCP_NO_ELEMENT };
}

/** Adds a reason; `format` takes numbers and static text only, and may be "". */
void engine_reason(lcp_engine *engine, enum assay_lcp_reason_code code, engine_place place,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

/** Whether SINIT has these algorithms, as far as that is known. */
bool engine_has_hash(const lcp_engine *engine, uint16_t alg);
bool engine_has_sign(const lcp_engine *engine, uint32_t bit);

/** An element of TPM 2.0 on one, of TPM 1.2 on the other. */
bool engine_looks_at(const lcp_engine *engine, const assay_lcp_element *element);

/** LCP_POLICY of TPM 1.2 has SHA-1 alone. */
uint16_t engine_policy_alg(const assay_lcp_policy *policy);

/** The two indices by themselves, and pre-production modules (TXT SDG K.1.2 to K.1.4). */
void engine_check_index(lcp_engine *engine, enum assay_lcp_index index);
void engine_check_npw(lcp_engine *engine);

/** An index's policy data file (TXT SDG K.1.5 to K.1.9). */
void engine_check_data(lcp_engine *engine, enum assay_lcp_index index);

/** The effective policy and its elements (TXT SDG K.2). */
void engine_enforce(lcp_engine *engine);

/** Tries each PCR info of a PCONF element. */
enum engine_try { ENGINE_NO_MATCH, ENGINE_MATCH, ENGINE_UNDECIDED };
enum engine_try engine_try_pconf(lcp_engine *engine, const assay_lcp_element *element,
                                 assay_lcp_match *ret_match);

enum { TYPES = 4 };
enum engine_type { TYPE_MLE, TYPE_PCONF, TYPE_SBIOS, TYPE_STM };

/** A type of element that SINIT matches. */
typedef struct engine_type_row {
    uint32_t type12, type20;  /* TPM 1.2 has no STM elements */
    uint32_t ignore_ps;       /* in PolicyControl of versions 2.3, 3.1 and later */
    enum assay_lcp_kind kind; /* of PCONF the supplier's */
    enum assay_lcp_reason_code match, none, no_match, unknown;
} engine_type_row;

extern const engine_type_row engine_types[TYPES];

/** Whether an element is of that type, on the TPM that it is. */
bool engine_is_type(const lcp_engine *engine, uint32_t type, enum engine_type wanted);

/** Whether a list, an element is permitted by the masks that count: SBIOS has the supplier's. */
bool engine_permits_list(const lcp_engine *engine, enum assay_lcp_index index, size_t list,
                         bool sbios);
bool engine_permits_element(const lcp_engine *engine, const assay_lcp_element *element, bool sbios);

/** A walk over the permitted elements of one type in a policy data file, in their order. */
typedef struct engine_walk {
    const lcp_engine *engine;
    enum assay_lcp_index index;
    enum engine_type type;
    uint32_t list, element; /* of what was found */
    uint32_t next;
    assay_cursor elements;
    bool inside;
} engine_walk;

bool engine_walk_next(engine_walk *w, assay_lcp_element *ret_element);

/** The effective policy, what it makes the engine ignore, and that in words (TXT SDG K.2.1, K.2.2).
 */
void engine_find_effective(lcp_engine *engine);
void engine_find_ignored(lcp_engine *engine);

/** The lists that took part, from the matches (TXT SDG 3.3.9.2). */
void engine_find_authorities(lcp_engine *engine);

#endif
