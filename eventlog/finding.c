/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const assay_finding_info infos[ASSAY_FINDING_CODES] = {
#define FINDING(token, name, severity, meaning, action, seen)                                      \
    [ASSAY_FINDING_##token] = { name, ASSAY_##severity, meaning, action, seen },
#include "eventlog/findings.def"
#undef FINDING
};

const assay_finding_info *assay_finding_describe(enum assay_finding_code code)
{
    return &infos[code];
}

const char *assay_severity_name(enum assay_severity severity)
{
    static const char *const names[] = { "note", "warning", "error" };

    return names[severity];
}

void assay_findings_reset(assay_findings *findings)
{
    findings->count = 0;
    memset(findings->seen, 0, sizeof findings->seen);
}

void assay_findings_add(assay_findings *findings, enum assay_finding_code code, uint32_t event,
                        uint64_t offset, uint32_t pcr, const char *format, ...)
{
    va_list arguments;

    if (findings == NULL || findings->seen[code]++ >= ASSAY_FINDINGS_PER_CODE)
        return;
    assay_finding *const finding = &findings->list[findings->count++];
    finding->code = code;
    finding->event = event;
    finding->offset = offset;
    finding->pcr = pcr;
    finding->source = findings->source;
    va_start(arguments, format);
    vsnprintf(finding->detail, sizeof finding->detail, format, arguments);
    va_end(arguments);
}

void assay_findings_append(assay_findings *findings, const assay_findings *more)
{
    size_t kept[ASSAY_FINDING_CODES] = { 0 };

    for (size_t i = 0; i < findings->count; i++)
        kept[findings->list[i].code]++;
    for (size_t i = 0; i < more->count; i++)
        if (kept[more->list[i].code]++ < ASSAY_FINDINGS_PER_CODE)
            findings->list[findings->count++] = more->list[i];
    for (size_t code = 0; code < ASSAY_FINDING_CODES; code++)
        findings->seen[code] += more->seen[code];
}

uint64_t assay_findings_count(const assay_findings *findings, enum assay_severity at_least)
{
    uint64_t count = 0;

    for (size_t code = 0; code < ASSAY_FINDING_CODES; code++)
        if (infos[code].severity >= at_least)
            count += findings->seen[code];
    return count;
}
