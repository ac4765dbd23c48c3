/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A walk through a boot as Keylime's policy "example" walks: what the files about the policy's
 * rows share. Private to policy/export/keylime/.
 */
#ifndef ASSAY_POLICY_EXPORT_KEYLIME_REFSTATE_WALK_H
#define ASSAY_POLICY_EXPORT_KEYLIME_REFSTATE_WALK_H

#include "policy/export/keylime/refstate.h"

typedef struct assay_refstate_walk {
    assay_export_job *job;
    assay_refstate_boot *boot; /* to be filled */
    const assay_event *event;  /* the one visited */
    assay_bytes digest;        /* its in SHA-256, or no bytes where it isn't held */
    bool varies;               /* it varies from boot to boot, or is not known */
    size_t seen[64];           /* by row of the events: how often */
    unsigned variables;        /* those met: a bit for each row of theirs */
    bool failed;               /* there was no memory */
} assay_refstate_walk;

/** Notes a refusal of the walk's variant. */
void assay_refstate_refuse(assay_refstate_walk *walk, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Adds to a field what lives as long as the job's reference. */
void assay_refstate_add(assay_refstate_walk *walk, enum assay_refstate_field field,
                        assay_bytes item);

/** The event's text as tpm2_eventlog prints it: to the NUL. */
assay_bytes assay_refstate_text(const assay_event *event);

/*
 * What the policy does with an event of a PCR and type: adds what it compares, and refuses what it
 * doesn't know.
 */
typedef void assay_refstate_visit(assay_refstate_walk *walk);

/** Secure Boot's variables, in PCR 7. */
assay_refstate_visit assay_refstate_visit_variable;

/** Boot options, in PCR 1. */
assay_refstate_visit assay_refstate_visit_boot_variable;

/** shim's lists in PCR 14, and what GRUB says in PCR 8 and reads in PCR 9. */
assay_refstate_visit assay_refstate_visit_mok;
assay_refstate_visit assay_refstate_visit_command;
assay_refstate_visit assay_refstate_visit_file;

#endif
