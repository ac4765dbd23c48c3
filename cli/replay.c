/* SPDX-License-Identifier: BSD-2-Clause */
/* assay replay: the PCR values that a log folds to. */
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/findings.h"
#include "cli/fold.h"
#include "cli/registers.h"
#include "cli/style.h"
#include "cli/verbs.h"
#include "replay/pcrvalues.h"

/* Text. */

/* "  PCR LIST: remark", for a list that is not empty. */
static void put_remark(const cli_call *call, const char *kind, assay_pcr_set set,
                       const char *remark)
{
    char line[256];
    assay_writer text = assay_writer_lent(line, sizeof line - 1);

    if (set == 0)
        return;
    assay_put_format(&text, "%s ", kind);
    assay_pcr_set_write(&text, set);
    assay_put_format(&text, ": %s", remark);
    line[assay_written(&text).size] = '\0';
    assay_put_string(call->out, "  ");
    cli_put_wrapped(call->out, line, 2, 4, call->width);
}

static void put_bank(const cli_call *call, const assay_replay *replay, const assay_pcr_bank *values)
{
    const assay_replay_bank *const bank = assay_replay_bank_of(replay, values->alg);
    const assay_pcr_set told = bank->extended | bank->incomplete;
    const assay_pcr_set shown =
        call->common->verbose > 0 ? values->present : values->present & told;
    const char *const kind = replay->measurement_registers ? "RTMR" : "PCR";

    cli_put_toned(call, CLI_STRONG, assay_alg_find(values->alg)->name);
    assay_put_char(call->out, '\n');
    cli_put_registers(call, replay->registers, false);
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(shown, pcr)) {
            assay_put_format(call->out, "%4u  ", pcr);
            cli_put_value(call->out, assay_bytes_of(values->value[pcr], values->size), 6);
        }
    put_remark(call, kind, values->present & bank->incomplete,
               "incomplete, the log lacks digests of this bank; the value is the fold of the rest");
    put_remark(call, kind, values->present & bank->capped,
               "capped by SINIT, so this bank says nothing about what was launched");
    put_remark(call, kind, values->present & ~told, "never extended by this log");
}

static const char *start_of(const assay_replay *replay)
{
    if (replay->hcrtm)
        return "PCR 0 starts at 4: the hardware measured the firmware first (H-CRTM).";
    if (replay->startup_locality == 3)
        return "PCR 0 starts at 3: the TPM was started at locality 3.";
    if (replay->startup_locality == 4)
        return "PCR 0 starts at 4: the log says so, and has no H-CRTM event.";
    return NULL;
}

static void put_text(const cli_call *call, const cli_fold *fold, const assay_pcrs *values)
{
    const char *const start = start_of(&fold->replay);

    if (values->bank_count == 0)
        cli_put_wrapped(call->out, "The log has no bank that is wanted and can be computed here.",
                        0, 0, call->width);
    for (size_t i = 0; i < values->bank_count; i++)
        put_bank(call, &fold->replay, &values->banks[i]);
    if (start != NULL)
        assay_put_format(call->out, "%s\n", start);
    if (fold->replay.dynamic_launch)
        assay_put_string(call->out, "PCR 17-22 start at zeros: there was a dynamic launch.\n");
    cli_put_findings(call, fold->findings, call->common->verbose > 0 ? ASSAY_NOTE : ASSAY_WARNING);
}

/* Documents. */

static void emit_set(assay_output *out, const char *key, assay_pcr_set set)
{
    assay_emit_array(out, key);
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(set, pcr))
            assay_emit_u64(out, NULL, pcr);
    assay_emit_end(out);
}

static assay_pcr_set extended(const assay_replay_bank *bank)
{
    return bank->extended;
}

static assay_pcr_set incomplete(const assay_replay_bank *bank)
{
    return bank->incomplete;
}

static assay_pcr_set capped(const assay_replay_bank *bank)
{
    return bank->capped;
}

/* {bank: [pcr ...]} of the banks and PCRs that are wanted. */
static void emit_sets(assay_output *out, const char *key, const assay_replay *replay,
                      const assay_pcrs *values, assay_pcr_set (*set)(const assay_replay_bank *))
{
    assay_emit_object(out, key);
    for (size_t i = 0; i < values->bank_count; i++) {
        const assay_pcr_bank *const bank = &values->banks[i];

        emit_set(out, cli_bank_name(values, bank->alg),
                 set(assay_replay_bank_of(replay, bank->alg)) & bank->present);
    }
    assay_emit_end(out);
}

static int emit_document(const cli_call *call, const cli_fold *fold, const assay_pcrs *values)
{
    const assay_replay *const replay = &fold->replay;
    assay_output out = cli_document_begin(call);
    const int status = cli_emit_inputs(&out, &fold->logs);

    assay_emit_object(&out, "pcrs");
    assay_pcrvalues_emit(&out, values);
    assay_emit_end(&out);
    emit_sets(&out, "extended", replay, values, extended);
    emit_sets(&out, "incomplete", replay, values, incomplete);
    emit_sets(&out, "capped", replay, values, capped);
    if (replay->startup_locality >= 0)
        assay_emit_u64(&out, "startup_locality", (uint64_t)replay->startup_locality);
    else
        assay_emit_null(&out, "startup_locality");
    assay_emit_bool(&out, "hcrtm", replay->hcrtm);
    assay_emit_bool(&out, "dynamic_launch", replay->dynamic_launch);
    cli_emit_findings(&out, fold->findings);
    assay_emit_end(&out);
    return status;
}

static int run(const cli_call *call)
{
    cli_fold *fold = cli_fold_new(call, false);

    if (fold == NULL)
        return CLI_TROUBLE;
    int status = cli_fold_run(call, fold, NULL, NULL);
    const assay_pcrs values = cli_wanted_values(call->common, &fold->replay.pcrs);
    if (status != CLI_YES || call->common->quiet)
        ;
    else if (call->common->notation == CLI_TEXT)
        put_text(call, fold, &values);
    else if (emit_document(call, fold, &values) < 0)
        status = CLI_TROUBLE;
    status = cli_fail_on(call, fold->findings, cli_fold_end(call, fold, status));
    cli_fold_free(&fold);
    return status;
}

const cli_verb cli_replay = {
    .name = "replay",
    .summary = "print the PCR values that logs fold to",
    .usage = "LOG...",
    .about =
        "Folds the measurements of an event log into PCR values, in all banks at once. Several "
        "logs of one boot (the firmware's, then the one of the dynamic launch) are folded "
        "together.\n"
        "Text lists the PCRs that the log extended; with -v, and in JSON and YAML, all 24 of each "
        "bank. The JSON is accepted wherever PCR values are.",
    .options_size = sizeof(cli_common),
    .least = 1,
    .most = CLI_LOGS_MAX,
    .run = run,
    .reads_logs = true,
};
