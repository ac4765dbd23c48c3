/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/findings.h"

#include "base/output.h"
#include "cli/style.h"

enum { INDENT = 4, FEW = 3 /* of one code, where -v wasn't given */ };

static void put_place(assay_writer *out, const assay_finding *finding)
{
    if (finding->event != ASSAY_NO_EVENT)
        assay_put_format(out, ", event %u", finding->event);
    if (finding->pcr != ASSAY_NO_PCR)
        assay_put_format(out, ", PCR %u", finding->pcr);
    if (finding->offset != ASSAY_NO_OFFSET)
        assay_put_format(out, ", at byte %llu", (unsigned long long)finding->offset);
}

static void put_finding(const cli_call *call, const assay_finding *finding)
{
    const assay_finding_info *const info = assay_finding_describe(finding->code);

    assay_put_string(call->out, "  ");
    assay_put_string(call->out, info->name);
    put_place(call->out, finding);
    assay_put_format(call->out, "\n%*s", INDENT, "");
    cli_put_wrapped(call->out, finding->detail, INDENT, INDENT, call->width);
}

/* What a code means and what to do about it, once for all findings of that code. */
static void put_code(const cli_call *call, const assay_findings *findings,
                     enum assay_finding_code code)
{
    static const enum cli_tone tones[] = { [ASSAY_NOTE] = CLI_PLAIN,
                                           [ASSAY_WARNING] = CLI_WARN,
                                           [ASSAY_ERROR] = CLI_BAD };
    const assay_finding_info *const info = assay_finding_describe(code);
    const uint64_t most = call->common->verbose > 0 ? ASSAY_FINDINGS_PER_CODE : FEW;
    uint64_t told = 0;

    cli_put_toned(call, tones[info->severity], assay_severity_name(info->severity));
    assay_put_string(call->out, ": ");
    cli_put_wrapped(call->out, info->meaning, strlen(assay_severity_name(info->severity)) + 2,
                    INDENT, call->width);
    for (size_t i = 0; i < findings->count; i++)
        if (findings->list[i].code == code && told < most) {
            put_finding(call, &findings->list[i]);
            told++;
        }
    if (findings->seen[code] > told)
        assay_put_format(call->out, "  and %llu more of these\n",
                         (unsigned long long)(findings->seen[code] - told));
    assay_put_string(call->out, "  -> ");
    cli_put_wrapped(call->out, info->action, INDENT + 1, INDENT + 1, call->width);
}

void cli_put_findings(const cli_call *call, const assay_findings *findings,
                      enum assay_severity at_least)
{
    for (int severity = ASSAY_ERROR; severity >= (int)at_least; severity--)
        for (size_t code = 0; code < ASSAY_FINDING_CODES; code++) {
            if (findings->seen[code] == 0 ||
                (int)assay_finding_describe((enum assay_finding_code)code)->severity != severity)
                continue;
            assay_put_char(call->out, '\n');
            put_code(call, findings, (enum assay_finding_code)code);
        }
}
