/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The steps of one boot, as they are learnt and compared: what its logs say, without their
 * headers' own records, each with the component that it is of.
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_REFERENCE_SEQUENCE_H
#define ASSAY_POLICY_REFERENCE_SEQUENCE_H

#include "policy/reference/learn.h"

typedef struct assay_sequence_step {
    enum assay_stage stage;
    assay_event event; /* with the number that it has in its log, 0 of a reference's step */
    assay_reference_component component; /* lent from the sequence, or from the reference */
    size_t unknown_count;
    uint16_t unknown[ASSAY_BANKS_MAX];
    const char *varies; /* static, or lent from the reference; as of a reference's step */
    bool repeats;
    bool unlisted; /* of the kernel's list, and not among the files that the reference has */
    size_t file;   /* of it: the first of the reference's files of that path, or SIZE_MAX */
    bool contradicted; /* of it: the entry's digest is not of its fields */
} assay_sequence_step;

typedef struct assay_sequence {
    assay_arena arena;
    size_t count;
    assay_sequence_step *steps; /* by stage */
    size_t log_count;
    assay_reference_log logs[ASSAY_STAGES];
} assay_sequence;

/**
 * Reads the logs of a boot to their ends; events of other PCRs or banks than the boot wants are
 * left out. 0 or a negative kind with `error` filled; free after both.
 */
int assay_sequence_read(assay_sequence *sequence, const assay_learnt_boot *boot,
                        assay_hashes *hashes, assay_error *error);

/** The steps of a variant. What they point to stays the reference's. 0 or -ASSAY_NO_MEMORY. */
int assay_sequence_of_variant(assay_sequence *sequence, const assay_reference *reference,
                              size_t variant);

/** As assay_reference_fold(). */
int assay_sequence_fold(const assay_sequence *sequence, assay_hashes *hashes,
                        assay_replay *ret_replay, assay_pcr_set ret_unheld[ASSAY_ALGS]);

/**
 * PCRs that the kernel's list alone goes into. It may have grown since it was read, and a kernel
 * that lacked a bank's hash when IMA started extended the padded SHA-1 there: a TPM that disagrees
 * contradicts nothing.
 */
assay_pcr_set assay_sequence_lists(const assay_sequence *sequence);

void assay_sequence_free(assay_sequence *sequence);

/**
 * Canonical logs hold a launch's records, of which each speaks for one bank, and can't say that
 * they do. Where a log doesn't announce its banks, and the records of some PCRs state one digest
 * each, not all of one bank, each is of that bank alone (onebank.c).
 */
void assay_sequence_tell_banks(assay_sequence *sequence);

/** Whether an event's PCR is one that the boot wants. */
bool assay_boot_wants(const assay_learnt_boot *boot, const assay_event *event);

/** Leaves of its digests those of banks that the boot wants. */
void assay_boot_want_digests(const assay_learnt_boot *boot, assay_event *event);

/** The stage that a record is of, in a log that is of stage `logs` for the most part. */
enum assay_stage assay_record_stage(const assay_predicted_event *event, enum assay_stage logs);

/** Adds an entry of the kernel's list: boot_aggregate, or one step for all files. As below. */
int assay_sequence_add_entry(assay_sequence *sequence, const assay_learnt_boot *boot,
                             const assay_event *event, assay_error *error);

/** A log of that stage, like the last one, unless there is one; there is one of some stage. */
void assay_sequence_want_log(assay_sequence *sequence, enum assay_stage stage);

/** Adds a record of a stage that is not that of the log it stands in. As below. */
int assay_sequence_add_record(assay_sequence *sequence, const assay_learnt_boot *boot,
                              const assay_predicted_event *predicted, enum assay_stage stage,
                              assay_error *error);

/** Adds a step, with a copy of its event, behind all others. 0 or a negative kind. */
int assay_sequence_add(assay_sequence *sequence, const assay_sequence_step *step,
                       assay_error *error);

/** Puts the steps in the order of their stages; within one the order stays. As above. */
int assay_sequence_sort(assay_sequence *sequence, assay_error *error);

/** The component that each step is of (component.c). 0 or -ASSAY_NO_MEMORY. */
int assay_sequence_name_components(assay_sequence *sequence);

/* Steps side by side (alike.c). */

/**
 * Whether two events measure the same: PCR, and the digests in the banks that both have, at least
 * one; of what extends nothing type and data.
 */
bool assay_events_alike(const assay_event *a, const assay_event *b);

/**
 * Whether two events are of one thing, whatever its digests: stage, PCR, type, component, and of a
 * variable its name.
 */
bool assay_steps_same_place(const assay_sequence_step *a, const assay_sequence_step *b);

/** A step of the reference as one variant, or for SIZE_MAX as its first alternative, has it. */
assay_sequence_step assay_sequence_step_of(const assay_reference *reference,
                                           const assay_reference_step *step, size_t variant);

/* Two lists of steps aligned (align.c). */

/** How two steps go together. */
enum assay_fit {
    ASSAY_FIT_NONE,
    ASSAY_FIT_PLACE, /* one thing, measured otherwise */
    ASSAY_FIT_ALIKE,
};

/** How the step `i` of one list and `j` of the other go together. */
typedef enum assay_fit assay_fits(const void *context, size_t i, size_t j);

enum { ASSAY_UNALIGNED = -1 };

/**
 * Aligns two lists of n and m steps so that as many as can be are alike, then as many as can be of
 * one place, in the order of both: ret_of[j] is the i that goes with j, or ASSAY_UNALIGNED. Lists
 * whose middles are too long for that (beyond 16 Mi pairs) are aligned at their ends alone.
 * 0 or -ASSAY_NO_MEMORY.
 */
int assay_align_steps(size_t n, size_t m, assay_fits *fits, const void *context, long *ret_of);

/* The reference (insert.c). */

/**
 * Puts a boot's steps into the reference as those of `variant`, which has none yet. 0, or a
 * negative kind and then the reference has to be thrown away.
 */
int assay_reference_insert(assay_reference *reference, size_t variant,
                           const assay_sequence *sequence, assay_error *error);

/**
 * Whether the boot is the variant: all steps of both in one order alike, those that vary of one
 * place. 1, 0 or -ASSAY_NO_MEMORY.
 */
int assay_reference_is_boot(const assay_reference *reference, size_t variant,
                            const assay_sequence *sequence);

/**
 * Makes of a variant's steps that the boot has otherwise such that vary: it is the same variant,
 * and what differs differs from boot to boot. 0 or a negative kind, as above.
 */
int assay_reference_loosen(assay_reference *reference, size_t variant,
                           const assay_sequence *sequence, assay_error *error);

/** A new reference with everything of another: `from` stays as it is. NULL without memory. */
assay_reference *assay_reference_copy(const assay_reference *from);

#endif
