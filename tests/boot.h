/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A boot in memory: the events of a log, to be altered one by one, and what the
 * semantics and the facts say of the result.
 */
#ifndef ASSAY_TESTS_BOOT_H
#define ASSAY_TESTS_BOOT_H

#include "replay/facts.h"

enum { BOOT_EVENTS = 256 };

typedef struct boot {
    assay_log_header header;
    size_t count;
    assay_event events[BOOT_EVENTS];
    assay_writer bytes[BOOT_EVENTS]; /* owned copies of what the events point to */
    size_t copies;
} boot;

/** What was said of a boot. */
typedef struct verdict {
    assay_findings findings;
    assay_pcrs pcrs; /* what the log folds to */
    size_t count;
    assay_fact facts[ASSAY_FACTS_MAX];
} verdict;

/** Reads a log; the events of `bytes` are copied. Free after use. */
boot *boot_of_bytes(assay_bytes bytes);
boot *boot_of_text(const char *text);

/** A fixture's log; NULL when the folder is not there. */
boot *boot_of_machine(const char *folder);
/** The PCR values that its TPM held; false when the folder is not there. */
bool values_of_machine(const char *folder, assay_pcrs *ret_values);

void boot_free(boot **boots);

/** The events that are to be altered stay valid as long as the original. */
boot *boot_copy(const boot *original);

/** Appends the text log's events to the boot's. */
void boot_append_text(boot *target, const char *text);
void boot_append(boot *target, const boot *more);
void boot_remove(boot *target, size_t index);

/** Only the digests of one algorithm stay, in the header and in each event. */
void boot_keep_bank(boot *target, uint16_t alg);

/** What is said of it, given PCR values (or NULL). */
void boot_judge(const boot *boots, const assay_pcrs *values, verdict *ret_verdict);

/** The first fact of a name, or NULL. */
const assay_fact *fact_of(const verdict *said, const char *name);

/** How many times a finding was made. */
uint64_t seen(const verdict *said, const char *finding);

/** Whether the log was refused: some finding is an error. */
bool refused(const verdict *said);

/** Whether the facts are the same: in number, names, standing and words. */
bool same_facts(const verdict *a, const verdict *b);

#endif
