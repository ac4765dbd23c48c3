/* SPDX-License-Identifier: BSD-2-Clause */
/* What lcp verify says: the verdict, then each finding with its place and what to do. */
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/lcp_verify.h"
#include "cli/style.h"

enum { INDENT = 11 };

static const char *file_of(const cli_verified *w, const cli_verified_subject *s,
                           const assay_lcp_finding *finding)
{
    const size_t input = finding->input == ASSAY_LCP_INPUT_POLICY ? s->policy : s->body;

    return w->inputs[input == CLI_LCP_NONE ? 0 : input].name;
}

/* Text. */

static void put_count(assay_writer *out, uint64_t count, const char *what)
{
    assay_put_decimal(out, count);
    assay_put_format(out, " %s%s", what, count == 1 ? "" : "s");
}

static uint64_t count_of(const cli_verified *w, enum assay_lcp_severity severity)
{
    uint64_t count = 0;

    for (size_t i = 0; i < w->subject_count; i++) {
        const assay_lcp_findings *const findings = w->subjects[i].findings;

        count += assay_lcp_findings_count(findings, severity);
        if (severity < ASSAY_LCP_ERROR)
            count -= assay_lcp_findings_count(findings, severity + 1);
    }
    return count;
}

static void put_verdict(const cli_verified *w)
{
    assay_writer *const out = w->call->out;

    cli_put_toned(w->call, w->sound ? CLI_GOOD : CLI_BAD, w->sound ? "sound" : "unsound");
    assay_put_string(out, ": ");
    put_count(out, count_of(w, ASSAY_LCP_ERROR), "error");
    assay_put_string(out, ", ");
    put_count(out, count_of(w, ASSAY_LCP_WARNING), "warning");
    assay_put_string(out, ", ");
    put_count(out, count_of(w, ASSAY_LCP_NOTE), "note");
    assay_put_char(out, '\n');
}

static void write_place(assay_writer *words, const assay_lcp_finding *finding)
{
    if (finding->list != ASSAY_LCP_NO_LIST)
        assay_put_format(words, ", list %u", finding->list);
    if (finding->element != ASSAY_LCP_NO_ELEMENT)
        assay_put_format(words, ", element %u", finding->element);
    if (finding->field != NULL)
        assay_put_format(words, ", %s", finding->field);
    if (finding->offset != ASSAY_NO_OFFSET)
        assay_put_format(words, " at byte %llu", (unsigned long long)finding->offset);
}

/* The file's name, however long it is, and the place beside it or, where that is too wide, below.
 */
static void put_place(const cli_verified *w, const cli_verified_subject *s,
                      const assay_lcp_finding *finding)
{
    const char *const file = file_of(w, s, finding);
    assay_writer *const out = w->call->out;
    char buffer[128];
    assay_writer words = assay_writer_lent(buffer, sizeof buffer);

    write_place(&words, finding);
    assay_put_safe(out, assay_bytes_of_string(file));
    if (words.used == 0 || INDENT + strlen(file) + words.used <= w->call->width)
        assay_put(out, assay_written(&words));
    else {
        const size_t skipped = buffer[0] == ',' ? 2 : 1;

        assay_put_format(out, "\n%*s", INDENT, "");
        assay_put(out, assay_bytes_of(buffer + skipped, words.used - skipped));
    }
    assay_put_char(out, '\n');
}

static void put_words(const cli_verified *w, const char *words)
{
    if (*words == '\0')
        return;
    assay_put_format(w->call->out, "%*s", INDENT, "");
    cli_put_wrapped(w->call->out, words, INDENT, INDENT, w->call->width);
}

static void put_finding(const cli_verified *w, const cli_verified_subject *s,
                        const assay_lcp_finding *finding)
{
    static const enum cli_tone tones[] = { CLI_FAINT, CLI_WARN, CLI_BAD };
    const assay_lcp_rule_info *const info = assay_lcp_rule_describe(finding->rule);
    const char *const severity = assay_lcp_severity_name(info->severity);
    char words[512];
    assay_writer text = assay_writer_lent(words, sizeof words - 1);

    assay_put_string(w->call->out, "\n  ");
    cli_put_toned(w->call, tones[info->severity], severity);
    assay_put_format(w->call->out, "%*s", (int)(INDENT - 2 - strlen(severity)), "");
    put_place(w, s, finding);
    assay_put_string(&text, info->meaning);
    if (finding->detail[0] != '\0')
        assay_put_format(&text, " (%s)", finding->detail);
    words[text.used] = '\0';
    put_words(w, words);
    put_words(w, info->action);
    if (w->options->common.verbose == 0)
        return;
    text = assay_writer_lent(words, sizeof words - 1);
    /* "3.2.1", "D.1"; or what tool, what option. */
    const bool clause = info->clause[1] == '.';
    assay_put_format(&text, "%s, %s%s", info->name, clause ? "TXT SDG " : "", info->clause);
    words[text.used] = '\0';
    put_words(w, words);
}

static void put_undetermined(const cli_verified *w)
{
    bool policy = false;

    for (size_t i = 0; i < w->subject_count; i++)
        policy = policy || w->subjects[i].policy != CLI_LCP_NONE;
    if (!policy || w->options->expect != NULL || !w->sound)
        return;
    assay_put_string(w->call->out, "\n  ");
    cli_put_wrapped(w->call->out,
                    "SINITMinVersion, MaxSinitMinVer, PolicyControl, the masks and counters can be "
                    "other legal values: --expect compares them with a reviewed policy.",
                    2, 2, w->call->width);
}

static void put_findings(const cli_verified *w, const cli_verified_subject *s,
                         enum assay_lcp_severity severity)
{
    const assay_lcp_findings *const findings = s->findings;

    for (size_t i = 0; i < findings->count; i++)
        if (assay_lcp_rule_describe(findings->list[i].rule)->severity == severity)
            put_finding(w, s, &findings->list[i]);
    for (size_t i = 0; i < ASSAY_LCP_RULES; i++) {
        const assay_lcp_rule_info *const info = assay_lcp_rule_describe((enum assay_lcp_rule)i);

        if (info->severity == severity && findings->seen[i] > ASSAY_LCP_FINDINGS_PER_RULE)
            assay_put_format(w->call->out, "\n  %llu more of %s\n",
                             (unsigned long long)(findings->seen[i] - ASSAY_LCP_FINDINGS_PER_RULE),
                             info->name);
    }
}

/* What is worst comes first. */
static void put_text(const cli_verified *w)
{
    if (w->options->common.quiet)
        return;
    put_verdict(w);
    for (int severity = ASSAY_LCP_ERROR; severity >= ASSAY_LCP_NOTE; severity--)
        for (size_t i = 0; i < w->subject_count; i++)
            put_findings(w, &w->subjects[i], (enum assay_lcp_severity)severity);
    put_undetermined(w);
}

/* Documents. */

static void emit_finding(assay_output *out, const cli_verified *w, const cli_verified_subject *s,
                         const assay_lcp_finding *finding)
{
    const assay_lcp_rule_info *const info = assay_lcp_rule_describe(finding->rule);

    assay_emit_object(out, NULL);
    assay_emit_string(out, "code", info->name);
    assay_emit_string(out, "severity", assay_lcp_severity_name(info->severity));
    assay_emit_text(out, "file", assay_bytes_of_string(file_of(w, s, finding)));
    if (finding->offset != ASSAY_NO_OFFSET)
        assay_emit_u64(out, "offset", finding->offset);
    if (finding->list != ASSAY_LCP_NO_LIST)
        assay_emit_u64(out, "list", finding->list);
    if (finding->element != ASSAY_LCP_NO_ELEMENT)
        assay_emit_u64(out, "element", finding->element);
    if (finding->field != NULL)
        assay_emit_string(out, "field", finding->field);
    assay_emit_string(out, "detail", finding->detail);
    assay_emit_string(out, "meaning", info->meaning);
    assay_emit_string(out, "action", info->action);
    assay_emit_string(out, "clause", info->clause);
    assay_emit_end(out);
}

static void emit_kind(assay_output *out, const char *key, enum assay_lcp_input kind)
{
    const char *const name = assay_lcp_input_name(kind);

    if (name == NULL)
        assay_emit_null(out, key);
    else
        assay_emit_string(out, key, name);
}

static int emit_inputs(assay_output *out, const cli_verified *w)
{
    int status = 0;

    assay_emit_array(out, "inputs");
    for (size_t i = 0; i < w->input_count && status == 0; i++)
        status = cli_emit_input(out, NULL, &w->inputs[i]);
    if (w->has_expected && status == 0)
        status = cli_emit_input(out, NULL, &w->expected);
    assay_emit_end(out);
    assay_emit_array(out, "kinds");
    for (size_t i = 0; i < w->input_count; i++)
        emit_kind(out, NULL, w->kinds[i]);
    assay_emit_end(out);
    return status;
}

static int emit(const cli_verified *w)
{
    assay_output out = cli_document_begin(w->call);
    const int status = emit_inputs(&out, w);

    assay_emit_string(&out, "verdict", w->sound ? "sound" : "unsound");
    assay_emit_u64(&out, "errors", count_of(w, ASSAY_LCP_ERROR));
    assay_emit_u64(&out, "warnings", count_of(w, ASSAY_LCP_WARNING));
    assay_emit_u64(&out, "notes", count_of(w, ASSAY_LCP_NOTE));
    assay_emit_array(&out, "findings");
    for (size_t i = 0; i < w->subject_count; i++)
        for (size_t j = 0; j < w->subjects[i].findings->count; j++)
            emit_finding(&out, w, &w->subjects[i], &w->subjects[i].findings->list[j]);
    assay_emit_end(&out);
    assay_emit_end(&out);
    return status;
}

int cli_verified_put(const cli_verified *verified)
{
    if (verified->options->common.notation == CLI_TEXT) {
        put_text(verified);
        return CLI_YES;
    }
    return emit(verified) == 0 ? CLI_YES : cli_complain_inputs(verified->call->verb);
}
