/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Launch control policy in the NV memory of a TPM 2.0: which index is for what, what is in it,
 * and how the owner puts a policy there (TXT SDG appendix J and K; tboot for its own two).
 *
 *     assay_lcp_nv_survey *survey = ...;   what the TPM has
 *     assay_lcp_nv_wish wish = { .act = ASSAY_LCP_NV_WRITE, .index = 0x01C10106, .policy = bytes };
 *     assay_lcp_nv_plan *plan = ...;
 *
 *     assay_lcp_nv_look(tpm, &passwords, survey, &error);
 *     assay_lcp_nv_plan_make(plan, survey, &wish, hashes, &error);
 *     ... plan->objections: what speaks against it; plan->steps: what would be done ...
 *     assay_lcp_nv_plan_do(plan, tpm, &passwords, &error);
 *
 * A wrong policy makes a machine refuse every launch, so nothing is written that was not judged
 * as SINIT will judge it.
 */
#ifndef ASSAY_POLICY_LCP_NV_H
#define ASSAY_POLICY_LCP_NV_H

#include "base/hash.h"
#include "base/writer.h"
#include "boot/platform/nvindex.h"
#include "boot/platform/tpm.h"

/** What an index is for. */
enum assay_lcp_nv_role {
    ASSAY_LCP_NV_PO,    /* the owner's policy */
    ASSAY_LCP_NV_PS,    /* the platform supplier's policy */
    ASSAY_LCP_NV_AUX,   /* between the authenticated code modules */
    ASSAY_LCP_NV_SGX,   /* between firmware and launched environment */
    ASSAY_LCP_NV_VL,    /* tboot's verified launch policy */
    ASSAY_LCP_NV_ERROR, /* where tboot leaves an error for the next boot */
    ASSAY_LCP_NV_ROLES
};

/**
 * The handles moved once (SDG appendix J, note 3), and each SINIT reads one set of them: which,
 * says bit tpm_nv_index_set of the TPM capabilities of the module.
 */
enum assay_lcp_nv_range { ASSAY_LCP_NV_NEW, ASSAY_LCP_NV_OLD, ASSAY_LCP_NV_RANGES };

typedef struct assay_lcp_nv_kind {
    const char *name;           /* "po" */
    const char *title;          /* "platform owner's policy" */
    enum assay_nv_role nv_role; /* whose handles and rules it has: boot/platform/nvindex.h */
    bool owners;                /* the owner defines, writes and deletes it */
    uint32_t attributes;        /* TPMA_NV that the owner defines it with */
    uint16_t size;              /* bytes it is defined with where no content says more */
} assay_lcp_nv_kind;

/** Static; `role` below ASSAY_LCP_NV_ROLES. */
const assay_lcp_nv_kind *assay_lcp_nv_kind_of(enum assay_lcp_nv_role role);

/** The handle of a role. */
uint32_t assay_lcp_nv_index(enum assay_lcp_nv_role role, enum assay_lcp_nv_range range);

/** Which role and range an index has; false for one that has none. */
bool assay_lcp_nv_find(uint32_t index, enum assay_lcp_nv_role *ret_role,
                       enum assay_lcp_nv_range *ret_range);

/** The index for "po", "PS" ... or a number, in the range; false for anything else. */
bool assay_lcp_nv_parse(const char *text, enum assay_lcp_nv_range range, uint32_t *ret_index);

enum { ASSAY_LCP_NV_MAX = 4096 }; /* bytes of an index that are read: tboot's are at most 2124 */

/** An index of a TPM. */
typedef struct assay_lcp_nv_state {
    bool defined;
    assay_tpm_nv area;
    bool known;       /* `content` has what is in it */
    bool unreadable;  /* written, but not to be read with what was given */
    uint32_t refused; /* unreadable: the TPM's response code; 0: larger than is read here */
    uint8_t content[ASSAY_LCP_NV_MAX]; /* area.size bytes */
} assay_lcp_nv_state;

/** Whether the index is defined as SINIT and tboot want it: boot/platform/nvindex.h. */
void assay_lcp_nv_judge_area(const assay_tpm_nv *area, assay_nv_verdict *ret_verdict);

/** The content, lent; no bytes where it is not known. */
assay_bytes assay_lcp_nv_content(const assay_lcp_nv_state *state);

/** What a TPM has of a launch: 100 KB, so on the heap. */
typedef struct assay_lcp_nv_survey {
    assay_lcp_nv_state states[ASSAY_LCP_NV_ROLES][ASSAY_LCP_NV_RANGES];
    assay_lcp_nv_state other; /* of `other_index`, which has no role */
    uint32_t other_index;     /* 0: none was asked for */
} assay_lcp_nv_survey;

typedef struct assay_lcp_nv_passwords {
    assay_bytes owner, index; /* no bytes: none was given; empty: it is the empty one */
} assay_lcp_nv_passwords;

/**
 * Looks at all indices of the table, and at survey->other_index. An index that can't be read is
 * no failure. A password is not tried on an index where a wrong one is counted, unless one is
 * given.
 */
int assay_lcp_nv_look(assay_tpm *tpm, const assay_lcp_nv_passwords *passwords,
                      assay_lcp_nv_survey *survey, assay_error *error);

/** The state of an index in a survey; NULL for one that was not asked for. */
const assay_lcp_nv_state *assay_lcp_nv_state_of(const assay_lcp_nv_survey *survey, uint32_t index);

/** The range in use: that of AUX, else PS, else of any other; the new one where nothing says. */
enum assay_lcp_nv_range assay_lcp_nv_range_in_use(const assay_lcp_nv_survey *survey,
                                                  bool *ret_certain);

/* What speaks against a wish. */

enum assay_lcp_nv_weight {
    ASSAY_LCP_NV_REMARK,  /* worth knowing */
    ASSAY_LCP_NV_REFUSAL, /* not without being forced: a launch would fail, or protection be lost */
    ASSAY_LCP_NV_BAR,     /* can't be done at all */
};

enum assay_lcp_nv_objection {
#define OBJECTION(token, name, weight, meaning, action) ASSAY_LCP_NV_##token,
#include "policy/lcp/nvobjections.def"
#undef OBJECTION
    ASSAY_LCP_NV_OBJECTIONS
};

typedef struct assay_lcp_nv_objection_info {
    const char *name;
    enum assay_lcp_nv_weight weight;
    const char *meaning, *action; /* sentences without their full stop */
} assay_lcp_nv_objection_info;

const assay_lcp_nv_objection_info *
assay_lcp_nv_objection_describe(enum assay_lcp_nv_objection objection);

enum { ASSAY_LCP_NV_OBJECTIONS_MAX = 48, ASSAY_LCP_NV_STEPS_MAX = 4 };

typedef struct assay_lcp_nv_objected {
    enum assay_lcp_nv_objection code;
    char detail[160]; /* what it is about: numbers and static text; may be empty */
} assay_lcp_nv_objected;

/* Wishes and plans. */

enum assay_lcp_nv_act {
    ASSAY_LCP_NV_DEFINE,
    ASSAY_LCP_NV_WRITE, /* and define where it is not */
    ASSAY_LCP_NV_LOCK,
    ASSAY_LCP_NV_DELETE,
};

typedef struct assay_lcp_nv_wish {
    enum assay_lcp_nv_act act;
    uint32_t index;
    bool force;         /* what is refused is done all the same, an index in the way replaced */
    assay_bytes policy; /* what to write, or to make room for; no bytes: nothing */
    assay_bytes data;   /* the policy data file, to judge a policy of type LIST */
    uint16_t name_alg;  /* of an index that is defined; 0: SHA-256 */
    assay_bytes auth_policy; /* the same: the owner's policy for writing; no bytes: none */
    bool index_password;     /* the same: it has a password of its own */
} assay_lcp_nv_wish;

enum assay_lcp_nv_step {
    ASSAY_LCP_NV_STEP_DELETE,
    ASSAY_LCP_NV_STEP_DEFINE,
    ASSAY_LCP_NV_STEP_WRITE,
    ASSAY_LCP_NV_STEP_READ_BACK,
    ASSAY_LCP_NV_STEP_LOCK,
};

typedef struct assay_lcp_nv_plan {
    assay_lcp_nv_wish wish; /* its bytes are lent */
    size_t objection_count;
    assay_lcp_nv_objected objections[ASSAY_LCP_NV_OBJECTIONS_MAX];
    size_t step_count, done; /* `done` of the steps succeeded */
    enum assay_lcp_nv_step steps[ASSAY_LCP_NV_STEPS_MAX];
    assay_tpm_nv area;                 /* as the index is defined, or is to be */
    uint8_t content[ASSAY_LCP_NV_MAX]; /* what is written: the policy, filled up with zeros */
    size_t size;
} assay_lcp_nv_plan;

/**
 * Judges a wish and says what would be done. No steps where there is nothing to do (the index is
 * as it should be), where something is refused and not forced, or can't be done.
 * 0, or a negative kind (no memory, libcrypto).
 */
int assay_lcp_nv_plan_make(assay_lcp_nv_plan *plan, const assay_lcp_nv_survey *survey,
                           const assay_lcp_nv_wish *wish, assay_hashes *hashes, assay_error *error);

/** Whether something speaks against it that was not forced, or that can't be forced. */
bool assay_lcp_nv_plan_refused(const assay_lcp_nv_plan *plan);

bool assay_lcp_nv_plan_has(const assay_lcp_nv_plan *plan, enum assay_lcp_nv_objection objection);

/** Does the steps. After a failure plan->done says how far it came. */
int assay_lcp_nv_plan_do(assay_lcp_nv_plan *plan, assay_tpm *tpm,
                         const assay_lcp_nv_passwords *passwords, assay_error *error);

/** "define 0x01c10106: 70 bytes, sha256, OWNERWRITE ..." of one step. */
void assay_lcp_nv_step_write(assay_writer *writer, const assay_lcp_nv_plan *plan, size_t step);

/* What bytes are, as far as telling a policy of one kind from one of the other goes. */

enum assay_lcp_nv_what {
    ASSAY_LCP_NV_NOTHING,  /* no bytes, or all zero or all ones */
    ASSAY_LCP_NV_IS_LCP,   /* LCP_POLICY2, TPM 2.0 */
    ASSAY_LCP_NV_IS_LCP12, /* LCP_POLICY, TPM 1.2 */
    ASSAY_LCP_NV_IS_VLP,   /* tb_policy_t */
    ASSAY_LCP_NV_IS_DATA,  /* a policy data file, which belongs into no index */
    ASSAY_LCP_NV_UNKNOWN,
};

enum assay_lcp_nv_what assay_lcp_nv_tell(assay_bytes bytes);

/** "launch control policy 3.2, LIST, sha256" ... in words. */
void assay_lcp_nv_describe(assay_writer *writer, assay_bytes bytes);

/** Where two policies first differ: the field's name by policy.h, static, and its offset; false
 * where they don't. Bytes that have no field are of "data". */
bool assay_lcp_nv_difference(assay_bytes a, assay_bytes b, const char **ret_field,
                             size_t *ret_offset);

#endif
