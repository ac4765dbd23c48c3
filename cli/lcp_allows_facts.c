/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of a launch, from files and options. */
#include "boot/artefact/acm.h"
#include "boot/artefact/gunzip.h"
#include "boot/artefact/mle.h"
#include "cli/complain.h"
#include "cli/lcp_allows.h"
#include "replay/pcrvalues.h"
#include "replay/replay.h"

#include <stdlib.h>

static int complain(const cli_allowing *w, const char *name, const assay_error *error)
{
    return cli_complain(w->call->verb, name, error);
}

static int open_input(cli_allowing *w, const char *name, assay_bytes *ret_bytes)
{
    cli_input *const input = &w->inputs[w->input_count];
    assay_error error;

    *ret_bytes = ASSAY_NO_BYTES;
    if (cli_input_open(input, name, &error) < 0)
        return complain(w, name, &error);
    w->input_count++;
    *ret_bytes = input->file.bytes;
    return CLI_YES;
}

static int gather_provision(cli_allowing *w, enum assay_lcp_index index)
{
    const char *const policy = w->options->provisions[index].policy;
    const char *const data = w->options->provisions[index].data;
    assay_lcp_provision *const provision = &w->launch.indices[index];

    provision->name_alg = w->options->name_algs[index];
    if (policy == NULL && data != NULL)
        return cli_complain_usage(w->call->verb,
                                  "a policy data file belongs to a policy: --po or --ps");
    if (policy == NULL || open_input(w, policy, &provision->policy) != CLI_YES)
        return policy == NULL ? CLI_YES : CLI_TROUBLE;
    return data == NULL ? CLI_YES : open_input(w, data, &provision->data);
}

/* By the versions of what is provisioned: 2.x is for a TPM 1.2. */
static bool is_tpm12(const cli_allowing *w)
{
    assay_lcp_policy policy;

    if (w->options->tpm != 0)
        return w->options->tpm == 1;
    for (int i = 0; i < ASSAY_LCP_INDICES; i++)
        if (w->launch.indices[i].policy.data != NULL &&
            assay_lcp_policy_read(&policy, w->launch.indices[i].policy, NULL) == 0)
            return policy.version >> 8 < 3;
    return false;
}

static void copy_digests(assay_digest *to, const assay_digests *from)
{
    memcpy(to, from->list, from->count * sizeof *to);
}

static int measure_mle(cli_allowing *w, assay_bytes bytes, assay_error *error)
{
    const char *const cmdline = w->options->cmdline;
    assay_digesting digesting;
    assay_gunzipped file;
    assay_digests digests;
    assay_mle mle;
    int status = assay_gunzip(&file, bytes, ASSAY_IMAGE_MAX, error);

    if (status < 0)
        return status;
    status = assay_mle_open(&mle, file.bytes, error);
    if (status == 0)
        status = assay_digesting_begin(&digesting, w->hashes, assay_launch_algs, ASSAY_LAUNCH_ALGS);
    if (status == 0)
        status = assay_mle_digest(&mle,
                                  cmdline == NULL ? ASSAY_NO_BYTES : assay_bytes_of_string(cmdline),
                                  &digesting, &digests, error);
    if (status == 0)
        memcpy(w->launch.mle, digests.list, digests.count * sizeof *digests.list);
    assay_gunzip_close(&file);
    return status;
}

static int gather_mle(cli_allowing *w)
{
    assay_bytes bytes;
    assay_error error = { 0 };

    copy_digests(w->launch.mle, &w->options->mle_digests);
    if (w->options->mle == NULL)
        return w->options->cmdline == NULL
                   ? CLI_YES
                   : cli_complain_usage(w->call->verb, "--cmdline goes with --mle");
    if (w->options->mle_digests.count > 0)
        return cli_complain_usage(w->call->verb, "--mle and --mle-digest say the same");
    if (open_input(w, w->options->mle, &bytes) != CLI_YES)
        return CLI_TROUBLE;
    return measure_mle(w, bytes, &error) < 0 ? complain(w, w->options->mle, &error) : CLI_YES;
}

/* SINIT */

static int gather_sinit(cli_allowing *w)
{
    assay_bytes bytes;
    assay_error error;
    assay_acm acm;

    w->launch.sinit_version_known = w->options->sinit_version.given;
    w->launch.sinit_version = (uint8_t)w->options->sinit_version.value;
    w->launch.pre_production = w->options->pre_production;
    if (w->options->sinit == NULL)
        return CLI_YES;
    if (open_input(w, w->options->sinit, &bytes) != CLI_YES)
        return CLI_TROUBLE;
    if (assay_acm_open(&acm, bytes, &error) < 0)
        return complain(w, w->options->sinit, &error);
    if (!assay_acm_is_sinit(&acm)) {
        assay_fail(&error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "this AC module is no SINIT");
        return complain(w, w->options->sinit, &error);
    }
    if (!w->options->sinit_version.given)
        w->launch.sinit_version = acm.info.acm_version;
    w->launch.sinit_version_known = true;
    w->launch.pre_production =
        w->launch.pre_production || (acm.flags & ASSAY_ACM_PRE_PRODUCTION) != 0;
    for (assay_cursor algs = assay_cursor_of(acm.info.tpm_algs); assay_left(&algs) >= 2;)
        w->launch.acm_hash_algs |= assay_lcp_hash_mask(assay_take_u16le(&algs));
    return CLI_YES;
}

/* PCRs */

static int replay_log(cli_allowing *w, assay_log *log, assay_error *error)
{
    assay_replay *const replay = malloc(sizeof *replay);
    assay_event event;
    int more;

    if (replay == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to replay the log");
    int status = assay_replay_begin(replay, &log->header, w->hashes, NULL);
    while (status == 0 && (more = assay_log_next(log, &event)) > 0)
        status = assay_replay_event(replay, &event);
    if (status < 0)
        status = assay_fail(error, (enum assay_kind)(-status), ASSAY_NOWHERE,
                            "the log can't be replayed");
    w->pcrs = replay->pcrs;
    for (size_t i = 0; i < replay->bank_count; i++)
        if (replay->banks[i].hash != NULL)
            w->pcrs.banks[replay->banks[i].slot].present &= ~replay->banks[i].incomplete;
    free(replay);
    return status;
}

static int gather_log(cli_allowing *w)
{
    assay_bytes bytes;
    assay_error error;
    assay_log log;

    if (open_input(w, w->options->log, &bytes) != CLI_YES)
        return CLI_TROUBLE;
    if (assay_log_open(&log, bytes, NULL, NULL, &error) < 0)
        return complain(w, w->options->log, &error);
    const int status = replay_log(w, &log, &error);
    assay_log_close(&log);
    return status < 0 ? complain(w, w->options->log, &error) : CLI_YES;
}

static int gather_values(cli_allowing *w)
{
    cli_input *const input = &w->inputs[w->input_count];
    assay_error error;

    if (assay_pcrvalues_read(w->options->pcrs, &w->pcrs, &error) < 0)
        return cli_complain_values(w->call->verb, w->options->pcrs, &error);
    /* A folder or standard input has no bytes to digest any more. */
    if (strcmp(w->options->pcrs, "-") != 0 &&
        cli_input_open_values(input, w->options->pcrs, &error) == 0)
        w->input_count++;
    return CLI_YES;
}

static int gather_pcrs(cli_allowing *w)
{
    const cli_lcp_allows_options *const options = w->options;

    if (options->pcrs == NULL && options->log == NULL)
        return CLI_YES;
    if (options->pcrs != NULL && options->log != NULL)
        return cli_complain_usage(w->call->verb, "--pcr-values and --log say the same");
    w->launch.pcrs = &w->pcrs;
    return options->pcrs != NULL ? gather_values(w) : gather_log(w);
}

static int gather_stm(cli_allowing *w)
{
    const bool present = w->options->stm_digests.count > 0;

    if (present && w->options->no_stm)
        return cli_complain_usage(w->call->verb, "--stm-digest and --no-stm contradict each other");
    w->launch.stm_known = present || w->options->no_stm;
    w->launch.stm_present = present;
    copy_digests(w->launch.stm, &w->options->stm_digests);
    copy_digests(w->launch.bios, &w->options->bios_digests);
    return CLI_YES;
}

int cli_allowing_gather(cli_allowing *w)
{
    static int (*const gatherers[])(cli_allowing *) = { gather_mle, gather_sinit, gather_pcrs,
                                                        gather_stm };

    if (w->options->provisions[ASSAY_LCP_PO].policy == NULL &&
        w->options->provisions[ASSAY_LCP_PS].policy == NULL)
        return cli_complain_usage(w->call->verb,
                                  "neither --po nor --ps is given, and without a policy in NV "
                                  "every launch is permitted");
    int status = gather_provision(w, ASSAY_LCP_PO);

    w->hashes = assay_hashes_new();
    if (status == CLI_YES && w->hashes == NULL)
        return cli_complain_memory(w->call->verb);
    if (status == CLI_YES)
        status = gather_provision(w, ASSAY_LCP_PS);
    for (size_t i = 0; i < sizeof gatherers / sizeof *gatherers && status == CLI_YES; i++)
        status = gatherers[i](w);
    w->launch.tpm12 = is_tpm12(w);
    return status;
}
