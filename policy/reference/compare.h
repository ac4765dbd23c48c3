/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A boot held against a reference: which variant it is, or which component is another than in the
 * variant that it comes nearest to.
 */
#ifndef ASSAY_POLICY_REFERENCE_COMPARE_H
#define ASSAY_POLICY_REFERENCE_COMPARE_H

#include "policy/reference/learn.h"

enum assay_reference_verdict {
    ASSAY_REFERENCE_MATCH,    /* a variant's steps and values, all of them */
    ASSAY_REFERENCE_MISMATCH, /* of no variant */
    ASSAY_REFERENCE_UNKNOWN,  /* nothing that decides could be compared */
};

/** "match", "mismatch", "unknown". Static. */
const char *assay_reference_verdict_name(enum assay_reference_verdict verdict);

/** What a component, or a PCR, turned out to be. */
enum assay_compared {
    ASSAY_COMPARED_EQUAL,
    ASSAY_COMPARED_VARIES,  /* there, and free to be what it is */
    ASSAY_COMPARED_CHANGED, /* there with other digests */
    ASSAY_COMPARED_MISSING, /* the reference has it, the boot has not */
    ASSAY_COMPARED_ADDED,   /* the boot has it, the reference has not */
    ASSAY_COMPARED_FOLLOWS, /* differs only because another component does */
    ASSAY_COMPARED_UNKNOWN, /* no bank in common, or no log */
};

/** "equal", "varies", "changed", "missing", "added", "follows", "unknown". Static. */
const char *assay_compared_name(enum assay_compared compared);

/** One difference between the boot and the variant, in the order of the boot. */
typedef struct assay_reference_difference {
    enum assay_compared kind; /* CHANGED, MISSING, ADDED or FOLLOWS */
    enum assay_part role;
    uint32_t index;
    size_t step;      /* of the reference, or SIZE_MAX: ADDED, or a file */
    uint32_t event;   /* number in the boot's log of `stage`, or ASSAY_NO_EVENT: MISSING */
    enum assay_stage stage;
    uint32_t pcr_index;
    size_t file; /* CHANGED: the first of the reference's files of that path; else SIZE_MAX */
    const assay_event *expected; /* lent from the reference; NULL: ADDED, or a file */
    const assay_event *actual;   /* the result's own; NULL: MISSING */
    bool contradicted; /* the log's data are not what has the digest, which is as it should be, or
                          of an entry of the kernel's list */
} assay_reference_difference;

typedef struct assay_reference_component_result {
    enum assay_part role;
    uint32_t index;
    const char *name;    /* of the reference's component, or the boot's: the result's own */
    const char *version; /* or NULL */
    enum assay_compared outcome;
    size_t first; /* of the differences, the first of it; SIZE_MAX: none */
} assay_reference_component_result;

typedef struct assay_reference_pcr_result {
    uint16_t alg;
    unsigned pcr;
    assay_bytes expected, actual; /* lent from the result; actual no bytes where there is none */
    enum assay_compared outcome; /* EQUAL, VARIES, CHANGED, UNKNOWN */
} assay_reference_pcr_result;

typedef struct assay_reference_result {
    assay_arena arena;
    enum assay_reference_verdict verdict;
    size_t variant;  /* the one that matches, or that it comes nearest to; SIZE_MAX: none */
    const char *why; /* a sentence without its full stop; the result's own */
    size_t difference_count;
    assay_reference_difference *differences;
    size_t unlisted; /* entries of the kernel's list that are none of the reference's files, all */
    size_t component_count; /* in the order of the boot */
    assay_reference_component_result *components;
    size_t pcr_count;
    assay_reference_pcr_result *pcrs;
    bool weak; /* of some PCR only SHA-1 could be compared, or only its value vouches */
    bool vouched; /* each PCR that decided was held to a value that the boot came with */
    assay_pcr_set unlogged; /* the boot has values of these that nobody speaks of: not judged */
    bool log_contradicts; /* the boot's values do not follow from its logs: not believed */
} assay_reference_result;

/**
 * Compares. `boot` as for learning: logs, values or both; of its inputs nothing is wanted, and only
 * its banks and PCRs decide. Its `variant` says nothing: of `variants`, which are not none, it may
 * be any. Where files of the variant are held, what else the boot's kernel listed is a difference:
 * CHANGED where another digest is held, or ADDED, and so is an entry whose digest is not of its
 * fields; it may have files of all of `variants`, and of more than 4096 such only the first are
 * differences. Of a variant that was learnt of some PCRs
 * (only_pcrs) no others decide; where `boot` asks for others it can't be that variant. 0 or a
 * negative kind with `error` filled; free after 0.
 */
int assay_reference_compare(const assay_reference *reference, const assay_learnt_boot *boot,
                            assay_variant_set variants, assay_hashes *hashes,
                            assay_reference_result *ret_result, assay_error *error);

void assay_reference_result_free(assay_reference_result *result);

#endif
