/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One boot held against one variant: a trial. What comparing tries of each variant, of which the
 * one that matches, or that comes nearest, becomes the result.
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_REFERENCE_COMPARE_PRIVATE_H
#define ASSAY_POLICY_REFERENCE_COMPARE_PRIVATE_H

#include "boot/rebase/recognise.h"
#include "policy/reference/compare.h"
#include "policy/reference/sequence.h"

/** Pairs of steps that are looked at in one comparison: some seconds for the most hostile boot. */
enum { ASSAY_COMPARED_PAIRS_MAX = 1 << 25 };

/** What both sides of a trial have. */
typedef struct assay_trial_side {
    const assay_sequence *sequence;
    assay_recognised *recognised;     /* of each step; only of firmware's log more than OTHER */
    enum assay_compared *fates;       /* of each step */
    bool stages[ASSAY_STAGES];        /* there was such a log */
} assay_trial_side;

typedef struct assay_trial_difference {
    enum assay_compared kind;
    size_t step, event; /* of the sides' steps, or SIZE_MAX */
    size_t place;       /* by the boot's steps, two for each: what is missing stands between */
    bool contradicted;
} assay_trial_difference;

/** The boot as it is for all variants. */
typedef struct assay_tried_boot {
    const assay_learnt_boot *learnt;
    assay_hashes *hashes;
    assay_sequence sequence;
    assay_trial_side side;
    assay_replay replay;        /* of all its logs, in the banks that the references want too */
    assay_pcr_set contradicted; /* PCRs whose values do not follow from the logs */
    uint16_t contradicted_bank; /* of the first of these */
    assay_pcr_set unlogged;     /* the TPM has values of these that were extended by no log */
    assay_variant_set filed;    /* variants whose files the reference holds */
    size_t unlisted;            /* entries of the kernel's list of none of these files */
    assay_pcr_set vouched, vouched_strong; /* PCRs with a value, in a bank other than SHA-1, that
                                              follows from the logs */
    size_t pairs_left;          /* of ASSAY_COMPARED_PAIRS_MAX */
} assay_tried_boot;

typedef struct assay_trial {
    assay_arena arena;
    const assay_reference *reference;
    size_t variant;
    assay_tried_boot *boot;
    assay_hashes *hashes;
    assay_sequence sequence; /* the variant's */
    size_t *numbers;         /* of each of its steps, the place among the reference's */
    assay_trial_side side;
    size_t difference_count;
    assay_trial_difference *differences;
    assay_pcr_set stepped;  /* PCRs in which steps were compared, all that there are */
    assay_pcr_set weak;     /* of these, some in SHA-1 alone */
    assay_pcr_set strict;   /* of these, steps whose digests decide */
    assay_pcr_set lists;    /* PCRs that the kernel's list alone goes into */
    assay_pcr_set held;     /* PCRs that the variant holds in a bank that is wanted */
    assay_pcr_set met, met_strong; /* of these, equal in some bank; in another than SHA-1 */
    assay_pcr_set missed;   /* of these, another value in some bank */
    assay_pcr_set vouched, vouched_strong; /* of those met, a value that the boot came with */
    assay_pcr_set unvouched; /* PCRs that decide by the word of the logs alone */
    assay_pcr_set open;     /* PCRs of which neither values nor steps decide */
    size_t pcr_count;
    assay_reference_pcr_result *pcrs;
    size_t component_count;
    assay_reference_component_result *components;
    size_t differing; /* components that differ of themselves */
    enum assay_reference_verdict verdict;
} assay_trial;

/**
 * Tries a variant: the trial has its reference, the variant's place, the boot and the hashes, and
 * nothing else. 0 with what differs and the verdict, or a negative kind; end it after both.
 */
int assay_trial_run(assay_trial *trial);
void assay_trial_end(assay_trial *trial);

/** Whether `a` came nearer: fewer components, then fewer differences, then fewer PCRs. */
bool assay_trial_is_nearer(const assay_trial *a, const assay_trial *b);

/** What the trial found out, kept in the result, which is empty. False without memory. */
bool assay_trial_take(assay_reference_result *result, const assay_trial *trial);

/* Its parts. */

/** Whether a PCR, or what is extended and is none, decides. */
bool assay_trial_wants(const assay_trial *trial, const assay_event *event);

/** Fates of all steps, and the differences in the order of the boot. 0 or a negative kind. */
int assay_trial_align(assay_trial *trial);

/** Tells which differences only follow from others. */
void assay_trial_follow(assay_trial *trial);

/** The PCRs' values. 0 or a negative kind. */
int assay_trial_values(assay_trial *trial);

/** What each component is. 0 or -ASSAY_NO_MEMORY. */
int assay_trial_components(assay_trial *trial);

/** The sentence that says why the verdict is what it is, in `arena`; NULL without memory. */
const char *assay_trial_why(const assay_trial *trial, assay_arena *arena);

/** What a difference is of. */
assay_reference_component assay_trial_component_of(const assay_trial *trial,
                                                   const assay_trial_difference *difference);

#endif
