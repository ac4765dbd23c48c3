/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/findings.h"

#include "base/output.h"
#include "cli/style.h"

enum { INDENT = 4, FEW = 3 };

static void put_place(assay_writer *out, const assay_finding *finding, bool with_log)
{
    if (with_log)
        assay_put_format(out, ", log %u", finding->source + 1);
    if (finding->event != ASSAY_NO_EVENT)
        assay_put_format(out, ", event %u", finding->event);
    if (finding->pcr != ASSAY_NO_PCR)
        assay_put_format(out, ", PCR %u", finding->pcr);
    if (finding->offset != ASSAY_NO_OFFSET)
        assay_put_format(out, ", at byte %llu", (unsigned long long)finding->offset);
}

static void put_finding(const cli_call *call, const assay_finding *finding, bool with_log)
{
    const assay_finding_info *const info = assay_finding_describe(finding->code);

    assay_put_string(call->out, "  ");
    assay_put_string(call->out, info->name);
    put_place(call->out, finding, with_log);
    assay_put_format(call->out, "\n%*s", INDENT, "");
    cli_put_wrapped(call->out, finding->detail, INDENT, INDENT, call->width);
}

/* Those of one code, and how many of them there are no lines for. */
static void put_places(const cli_call *call, const assay_findings *findings,
                       enum assay_finding_code code)
{
    uint64_t left = call->common->verbose > 0 ? ASSAY_FINDINGS_PER_CODE : FEW;
    uint64_t untold = findings->seen[code];

    for (size_t i = 0; i < findings->count && left > 0; i++) {
        if (findings->list[i].code != code)
            continue;
        put_finding(call, &findings->list[i],
                    findings->sources > 1 && findings->list[i].source < findings->sources);
        untold--;
        left--;
    }
    if (untold > 0)
        assay_put_format(call->out, "  and %llu more\n", (unsigned long long)untold);
}

static void put_code(const cli_call *call, const assay_findings *findings,
                     enum assay_finding_code code)
{
    static const enum cli_tone tones[] = { [ASSAY_NOTE] = CLI_PLAIN,
                                           [ASSAY_WARNING] = CLI_WARN,
                                           [ASSAY_ERROR] = CLI_BAD };
    const assay_finding_info *const info = assay_finding_describe(code);
    const char *const severity = assay_severity_name(info->severity);

    cli_put_toned(call, tones[info->severity], severity);
    assay_put_string(call->out, ": ");
    cli_put_wrapped(call->out, info->meaning, strlen(severity) + 2, INDENT, call->width);
    put_places(call, findings, code);
    assay_put_string(call->out, "  -> ");
    cli_put_wrapped(call->out, info->action, INDENT + 1, INDENT + 1, call->width);
}

/* Whether there are findings of this code, and they are to be printed. */
static bool is_wanted(const cli_call *call, const assay_findings *findings,
                      enum assay_finding_code code, enum assay_severity at_least)
{
    return findings->seen[code] > 0 && (assay_finding_describe(code)->severity >= at_least ||
                                        call->common->fail_on.code[code]);
}

bool cli_any_findings(const cli_call *call, const assay_findings *findings,
                      enum assay_severity severity)
{
    for (unsigned code = 0; code < ASSAY_FINDING_CODES; code++)
        if (is_wanted(call, findings, (enum assay_finding_code)code, severity))
            return true;
    return false;
}

void cli_put_findings(const cli_call *call, const assay_findings *findings,
                      enum assay_severity severity)
{
    for (int worst = ASSAY_ERROR; worst >= ASSAY_NOTE; worst--)
        for (unsigned i = 0; i < ASSAY_FINDING_CODES; i++) {
            const enum assay_finding_code code = (enum assay_finding_code)i;

            if (is_wanted(call, findings, code, severity) &&
                (int)assay_finding_describe(code)->severity == worst)
                put_code(call, findings, code);
        }
}

int cli_fail_on(const cli_call *call, const assay_findings *findings, int status)
{
    if (status == CLI_TROUBLE)
        return status;
    for (unsigned code = 0; code < ASSAY_FINDING_CODES; code++)
        if (findings->seen[code] > 0 && call->common->fail_on.code[code])
            return CLI_NO;
    return status;
}
