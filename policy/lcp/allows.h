/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Would SINIT accept this launch? The policy engine of TXT SDG 3.2.8, 3.3.7 and 3.4, in the order
 * of the checklists of its appendix K: the indices PS and PO, pre-production modules, both policy
 * data files with every signature, then MLE, PCONF, SBIOS and STM, each until the first match.
 *
 * What is not known of the launch makes no launch accepted: where the answer hangs on it the
 * outcome is "unknown", with a reason that names what is missing.
 */
#ifndef ASSAY_POLICY_LCP_ALLOWS_H
#define ASSAY_POLICY_LCP_ALLOWS_H

#include "eventlog/payload/txtpolicy.h"
#include "policy/lcp/policy.h"
#include "replay/pcrs.h"

enum assay_lcp_index { ASSAY_LCP_PO, ASSAY_LCP_PS, ASSAY_LCP_INDICES };

/** "PO", "PS". */
const char *assay_lcp_index_name(enum assay_lcp_index index);

/** What is provisioned: the bytes of an NV index and of its policy data file, each lent. */
typedef struct assay_lcp_provision {
    assay_bytes policy; /* no bytes: the index is not defined */
    assay_bytes data;   /* no bytes: there is no policy data file */
    uint16_t name_alg;  /* nameAlg of the index; 0: not known, and not judged */
} assay_lcp_provision;

/** What is launched on what. Zeros of a field say "not known" where nothing else is said. */
typedef struct assay_lcp_launch {
    bool tpm12; /* the engine runs in TPM 1.2 mode */
    assay_lcp_provision indices[ASSAY_LCP_INDICES];
    assay_digest mle[ASSAY_ALGS]; /* of the MLE, one each algorithm; unused ones with size 0 */
    const assay_pcrs *pcrs;       /* as they are when SINIT runs; or NULL */
    bool sinit_version_known;
    uint8_t sinit_version;  /* AcmVersion of SINIT's information table (TXT SDG table A-3) */
    uint16_t acm_hash_algs; /* as LcpHashAlgMask: what SINIT can compute */
    uint32_t acm_sign_algs; /* as LcpSignAlgMask: what SINIT can check */
    bool pre_production;    /* an ACM has NPW in its flags: the PCRs get random values */
    bool stm_known;         /* it is known whether there is an STM */
    bool stm_present;       /* MSEG is enabled and has one */
    assay_digest stm[ASSAY_ALGS];
    assay_digest bios[ASSAY_ALGS]; /* the startup BIOS's, as SINIT finds it in the AUX index */
} assay_lcp_launch;

enum assay_lcp_outcome { ASSAY_LCP_ACCEPTED, ASSAY_LCP_REFUSED, ASSAY_LCP_UNKNOWN };

/** "accepted", "refused", "unknown". */
const char *assay_lcp_outcome_name(enum assay_lcp_outcome outcome);

/** What a reason says; the rows of allows.def. */
enum assay_lcp_reason_code {
#define REASON(token, name, outcome, major, minor, minor_known, clause, meaning, action)           \
    ASSAY_LCP_REASON_##token,
#include "policy/lcp/allows.def"
#undef REASON
    ASSAY_LCP_REASON_CODES
};

enum { ASSAY_LCP_MAJOR_UNKNOWN = 0xFF };

typedef struct assay_lcp_reason_info {
    const char *name; /* as JSON spells it: "mle-no-match" */
    enum assay_lcp_outcome outcome;
    /* What SINIT leaves in TXT.ERRORCODE when it refuses for this reason, class 6 (TXT SDG table
     * I-4): of minor the bits of the mask; major is 0 for what is no refusal, and
     * ASSAY_LCP_MAJOR_UNKNOWN where the specification doesn't say it. */
    uint8_t major;
    uint16_t minor, minor_known;
    const char *clause;  /* of the TXT SDG */
    const char *meaning; /* one sentence */
    const char *action;  /* what to do, one sentence; "" where nothing is to be done */
} assay_lcp_reason_info;

const assay_lcp_reason_info *assay_lcp_reason_describe(enum assay_lcp_reason_code code);

#define ASSAY_LCP_NO_LIST UINT32_MAX
#define ASSAY_LCP_NO_ELEMENT UINT32_MAX

typedef struct assay_lcp_reason {
    enum assay_lcp_reason_code code;
    enum assay_lcp_index index; /* ASSAY_LCP_INDICES: of neither */
    uint32_t list;              /* from 0, or ASSAY_LCP_NO_LIST */
    uint32_t element;           /* of the list, from 0, or ASSAY_LCP_NO_ELEMENT */
    char detail[160];           /* a sentence without its full stop; printable ASCII; or "" */
} assay_lcp_reason;

/** What elements can match, in the order in which SINIT measures them: as assay_txt_details. */
enum assay_lcp_kind {
    ASSAY_LCP_KIND_MLE,
    ASSAY_LCP_KIND_PO_PCONF,
    ASSAY_LCP_KIND_PS_PCONF,
    ASSAY_LCP_KIND_SBIOS,
    ASSAY_LCP_KIND_STM,
};

/** "MLE", "PO PCONF" ... */
const char *assay_lcp_kind_name(enum assay_lcp_kind kind);

typedef struct assay_lcp_match {
    bool matched;
    enum assay_lcp_index index;
    uint32_t list, element;
    uint32_t entry;      /* which digest or PCR info of the element */
    bool fallback;       /* SBIOS: its FallbackHash */
    uint32_t control;    /* PolEltControl */
    assay_digest digest; /* TPMT_HA: the element's HashAlg and the digest that matched */
} assay_lcp_match;

enum { ASSAY_LCP_REASONS_MAX = 256 };

typedef struct assay_lcp_evaluation {
    enum assay_lcp_outcome outcome;
    uint64_t reasons_seen;
    size_t
        reason_count; /* used rows, in the engine's order: the first refusal is what SINIT says */
    assay_lcp_reason reasons[ASSAY_LCP_REASONS_MAX];

    /* The effective policy (TXT SDG K.2.1). */
    bool any;                    /* no policy, or one of type ANY: everything is allowed */
    bool has[ASSAY_LCP_INDICES]; /* the index is defined and its policy could be read */
    uint32_t policy_control;     /* TXT_EVTYPE_LCP_CONTROL_HASH has these four bytes */
    uint16_t lcp_hash_alg_mask;
    uint32_t lcp_sign_alg_mask;
    uint16_t aux_hash_alg_mask;
    bool ignore_ps[ASSAY_TXT_ELEMENTS]; /* the owner rules alone; by assay_lcp_kind */
    uint8_t sinit_min_version;          /* the largest of the policies' and the matching MLE's */

    assay_lcp_match matches[ASSAY_TXT_ELEMENTS]; /* by enum assay_lcp_kind */

    /* Lists that took part, in the order they are measured, none twice. */
    size_t authority_count;
    struct {
        enum assay_lcp_index index;
        uint32_t list;
        uint16_t sign_alg; /* TPM_ALG_NULL: the list is not signed, and the next two say nothing */
        uint16_t hash_alg;
        uint16_t pubkey_size; /* bytes */
        assay_digest digest;  /* of the key or the list, by HashAlg of the index */
    } authorities[ASSAY_TXT_ELEMENTS];

    /* TXT.ERRORCODE after a refusal; 0 where nothing was refused. `errorcode_known` has a bit set
     * for each bit that the specification fixes; others are 0 in `errorcode`. */
    uint32_t errorcode;
    uint32_t errorcode_known;
} assay_lcp_evaluation;

/**
 * Evaluates; about 70 KB, so let *ret_evaluation be on the heap. 0, whatever the outcome, or
 * -ASSAY_NO_MEMORY or -ASSAY_CRYPTO with `error` filled.
 */
int assay_lcp_evaluate(const assay_lcp_launch *launch, assay_lcp_evaluation *ret_evaluation,
                       assay_error *error);

/**
 * What SINIT measures of an accepted launch on a TPM 2.0: the data of TXT_EVTYPE_LCP_DETAILS_HASH
 * (0x412, PCR 17) and TXT_EVTYPE_LCP_AUTHORITIES_HASH (0x413, PCR 18). One zero byte each where the
 * policy is ANY. No log shows the byte order of the numbers in a policy of elements; the
 * specification's structures are little-endian, and `big_endian` is for those who know better.
 */
void assay_lcp_put_details(assay_writer *writer, const assay_lcp_evaluation *evaluation,
                           bool big_endian);
void assay_lcp_put_authorities(assay_writer *writer, const assay_lcp_evaluation *evaluation,
                               bool big_endian);

/**
 * LcpPolicyHash of a TPM 1.2 (TXT SDG 3.2.8.4 to 3.2.10): 20 zeros where the policy is ANY or no
 * list took part, else the hash of the measurements of the lists that took part. 0 or a negative
 * kind.
 */
int assay_lcp_policy_hash12(const assay_lcp_evaluation *evaluation, uint8_t ret_digest[20]);

#endif
