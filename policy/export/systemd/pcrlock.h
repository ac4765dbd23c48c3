/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Components of systemd-pcrlock(8): what boots measure, in files "NNN-name.pcrlock", or where a
 * component has several variants "NNN-name.pcrlock.d/VARIANT.pcrlock" (systemd.pcrlock(5)).
 *
 * What systemd-pcrlock does with them (its src/pcrlock/pcrlock.c, version 256) decides how they are
 * cut:
 *  - it predicts a PCR by extending, component by component in the order of their files' names, the
 *    records of one variant of each: so in each PCR the order of the components has to be that of
 *    the boot;
 *  - it finds a variant in a log as a subsequence of all records, each at the first place where it
 *    fits, and takes the first variant that it finds: so a longer variant has to come before one
 *    that it contains, and one without records, which always fits, comes last;
 *  - a PCR with a record that no component claims is left unprotected.
 *
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_EXPORT_SYSTEMD_PCRLOCK_H
#define ASSAY_POLICY_EXPORT_SYSTEMD_PCRLOCK_H

#include "policy/export/systemd/systemd.h"

enum {
    ASSAY_PCRLOCK_COMPONENTS_MAX = 256,
    ASSAY_PCRLOCK_WORD_MAX = 64,  /* bytes of a name and its NUL */
    ASSAY_PCRLOCK_NUMBER_MAX = 999,
};

/** What a component, or a kind of measurement, is called: "500-separator". */
typedef struct assay_pcrlock_name {
    unsigned number;
    char word[ASSAY_PCRLOCK_WORD_MAX];
} assay_pcrlock_name;

/** A measurement of a boot. */
typedef struct assay_pcrlock_record {
    const assay_event *event; /* lent from the reference */
    size_t kind;              /* of plan->kinds */
} assay_pcrlock_record;

/** The boot of a variant of the reference, as systemd-pcrlock would see it in its logs. */
typedef struct assay_pcrlock_boot {
    size_t variant;
    size_t count;
    assay_pcrlock_record *records;
} assay_pcrlock_boot;

/** What a component is in some variants of the reference: a file. */
typedef struct assay_pcrlock_list {
    assay_variant_set variants;
    const char *first; /* of their names the first in order: what the file is named after */
    size_t count;
    const assay_event **records;
} assay_pcrlock_list;

typedef struct assay_pcrlock_component {
    assay_pcrlock_name name;
    size_t list_count;
    assay_pcrlock_list *lists; /* in the order of their files */
} assay_pcrlock_component;

/** A kind of measurement. Kinds that can't be told apart or ordered are one component. */
typedef struct assay_pcrlock_kind {
    assay_pcrlock_name name;
    size_t with;      /* another that it has to be one component with, or its own position */
    size_t component; /* of plan->components */
} assay_pcrlock_kind;

typedef struct assay_pcrlock_plan {
    assay_export_job *job;
    assay_pcr_set pcrs; /* that are written */
    size_t boot_count;
    assay_pcrlock_boot *boots;
    size_t kind_count;
    assay_pcrlock_kind kinds[ASSAY_PCRLOCK_COMPONENTS_MAX];
    size_t component_count;
    assay_pcrlock_component components[ASSAY_PCRLOCK_COMPONENTS_MAX];
} assay_pcrlock_plan;

/** Whether systemd reads one file's name before the other's. */
bool assay_pcrlock_comes_before(const assay_pcrlock_name *a, const assay_pcrlock_name *b);

/** Reads "500-separator"; false for anything else. */
bool assay_pcrlock_name_read(assay_bytes text, assay_pcrlock_name *ret_name);

/** "500-separator" where it is one that systemd installs itself, as a file without variants. */
bool assay_pcrlock_is_single(const assay_pcrlock_name *name);

/** Whether the component has its name from here, and no verb of systemd-pcrlock writes it. */
bool assay_pcrlock_is_own(const assay_pcrlock_name *name);

/** The boots, each record with its kind. 0 or a negative kind of failure, as all of these. */
int assay_pcrlock_sort(assay_pcrlock_plan *plan, assay_error *error);

/**
 * Makes components of the kinds: one of those between which some PCR goes back and forth, numbered
 * so that their order is the boots' in each PCR; with their lists, and in the order of their files.
 */
int assay_pcrlock_order(assay_pcrlock_plan *plan, assay_error *error);

/**
 * Finds kinds that had better be one component, and says so; false where there are none. It is the
 * records that systemd-pcrlock would mistake for equal ones of another component, so that they
 * remain unclaimed; and components with names from here that change together, which as one can't
 * be combined with each other's.
 */
bool assay_pcrlock_join(assay_pcrlock_plan *plan);

/** Whether two measurements are of one PCR and have the same digests in the same banks. */
bool assay_pcrlock_same(const assay_event *a, const assay_event *b);

/** Of a boot the PCRs with records that no component claims, as systemd-pcrlock looks for them. */
assay_pcr_set assay_pcrlock_unclaimed(const assay_pcrlock_plan *plan,
                                      const assay_pcrlock_boot *boot, uint16_t bank);

/** Notes what is lost, and which PCRs come out unprotected. */
void assay_pcrlock_note(assay_pcrlock_plan *plan);

/** The format's reader. */
int assay_pcrlock_read(assay_import_job *job, assay_reference **ret_reference, assay_error *error);

#endif
