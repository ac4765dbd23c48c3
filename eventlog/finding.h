/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Findings: what is odd about a log, each with a code, a severity and a place.
 * The codes, what each means and what to do about it are rows of findings.def.
 *
 * The list is of fixed size, so that a log of a million oddities costs no more
 * memory than a log of one: of each code the first ASSAY_FINDINGS_PER_CODE are
 * kept, and all are counted.
 */
#ifndef ASSAY_EVENTLOG_FINDING_H
#define ASSAY_EVENTLOG_FINDING_H

#include "base/error.h"

#include <stddef.h>

enum assay_severity {
    ASSAY_NOTE,    /* worth knowing, nothing wrong */
    ASSAY_WARNING, /* deviates from the specification, or weakens what can be said */
    ASSAY_ERROR,   /* the log deserves no belief as it stands */
};

enum assay_finding_code {
#define FINDING(token, name, severity, meaning, action, seen) ASSAY_FINDING_##token,
#include "eventlog/findings.def"
#undef FINDING
    ASSAY_FINDING_CODES
};

enum { ASSAY_FINDINGS_PER_CODE = 16 };

#define ASSAY_NO_PCR UINT32_MAX

typedef struct assay_finding {
    enum assay_finding_code code;
    uint32_t event;   /* number, or ASSAY_NO_EVENT */
    uint64_t offset;  /* in the input, or ASSAY_NO_OFFSET */
    uint32_t pcr;     /* or ASSAY_NO_PCR */
    uint32_t source;  /* which of several logs: assay_findings.source when it was found */
    char detail[160]; /* a sentence without its full stop; printable ASCII */
} assay_finding;

typedef struct assay_findings {
    size_t count; /* used entries of list, in the order they were found */
    assay_finding list[ASSAY_FINDING_CODES * ASSAY_FINDINGS_PER_CODE];
    uint64_t seen[ASSAY_FINDING_CODES]; /* of each code, those beyond the list included */
    uint32_t source;  /* for the caller to set while he reads one of several logs */
    uint32_t sources; /* how many logs there are: where it is not above 1, `source` says nothing,
                         and one that is not below it is of none of them */
} assay_findings;

/** The row of a code. All strings static. */
typedef struct assay_finding_info {
    const char *name; /* as JSON and --fail-on spell it: "tail" */
    enum assay_severity severity;
    const char *meaning; /* one sentence */
    const char *action;  /* what to do about it, one sentence */
    const char *seen;    /* where it was met: a machine, a program, a thread, or a made log */
} assay_finding_info;

const assay_finding_info *assay_finding_describe(enum assay_finding_code code);

/** "note", "warning", "error". */
const char *assay_severity_name(enum assay_severity severity);

/** An empty list. */
void assay_findings_reset(assay_findings *findings);

/** Adds one; does nothing when `findings` is NULL. `format` takes numbers and static text only. */
void assay_findings_add(assay_findings *findings, enum assay_finding_code code, uint32_t event,
                        uint64_t offset, uint32_t pcr, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/** Adds those of another list, and what it counted beyond them, to the end of `findings`. */
void assay_findings_append(assay_findings *findings, const assay_findings *more);

/** How many were found of at least this severity, those beyond the list included. */
uint64_t assay_findings_count(const assay_findings *findings, enum assay_severity at_least);

#endif
