/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp allows: would SINIT accept this launch? */
#include "cli/lcp_allows.h"

#include "cli/complain.h"
#include "cli/verbs.h"

#include <stdlib.h>

static const char *const families[] = { "auto", "1.2", "2.0", NULL };

static int evaluate(cli_allowing *w)
{
    assay_error error;

    if (assay_lcp_evaluate(&w->launch, &w->evaluation, &error) < 0)
        return cli_complain(w->call->verb, NULL, &error);
    return cli_allowing_put(w);
}

static int run(const cli_call *call)
{
    cli_allowing *const w = calloc(1, sizeof *w);

    if (w == NULL)
        return cli_complain_memory(call->verb);
    w->call = call;
    w->options = call->options;
    int status = cli_allowing_gather(w);
    if (status == CLI_YES)
        status = evaluate(w);
    if (status == CLI_YES && w->evaluation.outcome != ASSAY_LCP_ACCEPTED)
        status = CLI_NO;
    for (size_t i = 0; i < w->input_count; i++)
        cli_input_close(&w->inputs[i]);
    assay_hashes_free(&w->hashes);
    free(w);
    return status;
}

#define AT(member) offsetof(cli_lcp_allows_options, member)

static const cli_option options[] = {
    { 0, "po", "FILE", "the owner's policy as it lies in NV", cli_take_text,
      AT(provisions[ASSAY_LCP_PO].policy), NULL },
    { 0, "po-data", "FILE", "its policy data file", cli_take_text,
      AT(provisions[ASSAY_LCP_PO].data), NULL },
    { 0, "ps", "FILE", "the supplier's policy as it lies in NV", cli_take_text,
      AT(provisions[ASSAY_LCP_PS].policy), NULL },
    { 0, "ps-data", "FILE", "its policy data file", cli_take_text,
      AT(provisions[ASSAY_LCP_PS].data), NULL },
    { 0, "mle", "FILE", "the MLE: tboot.gz, or a kernel for Secure Launch", cli_take_text, AT(mle),
      NULL },
    { 0, "cmdline", "TEXT", "the MLE's command line, without its file's name", cli_take_any_text,
      AT(cmdline), NULL },
    { 0, "mle-digest", "ALG:HEX", "the MLE's digest; may be given once for each algorithm",
      cli_take_digests, AT(mle_digests), NULL },
    { 0, "pcr-values", "FILE", "the values of PCR 0 to 7", cli_take_text, AT(pcrs), NULL },
    { 0, "log", "LOG", "the firmware's event log, in the place of --pcr-values", cli_take_text,
      AT(log), NULL },
    { 0, "sinit", "FILE",
      "the SINIT module: its version, algorithms and whether it is "
      "pre-production",
      cli_take_text, AT(sinit), NULL },
    { 0, "sinit-version", "N", "SINIT's AcmVersion", cli_take_u8, AT(sinit_version), NULL },
    { 0, "stm-digest", "ALG:HEX", "the digest of the STM", cli_take_digests, AT(stm_digests),
      NULL },
    { 0, "no-stm", NULL, "there is no STM", cli_take_flag, AT(no_stm), NULL },
    { 0, "sbios-digest", "ALG:HEX", "the digest of the startup BIOS that the AUX index has",
      cli_take_digests, AT(bios_digests), NULL },
    { 0, "tpm", "FAMILY", "the TPM's family (auto: by the policies' versions)", cli_take_word,
      AT(tpm), families },
    { 0, "npw", NULL, "a pre-production module is in use", cli_take_flag, AT(pre_production),
      NULL },
    { 0, "po-name-alg", "ALG", "nameAlg of the PO index", cli_take_alg, AT(name_algs[ASSAY_LCP_PO]),
      NULL },
    { 0, "ps-name-alg", "ALG", "nameAlg of the PS index", cli_take_alg, AT(name_algs[ASSAY_LCP_PS]),
      NULL },
    { 0, "big-endian", NULL, "write the numbers of details and authorities as a TPM does",
      cli_take_flag, AT(big_endian), NULL },
    { .name = NULL },
};

const cli_verb cli_lcp_allows = {
    .name = "lcp allows",
    .summary = "say whether SINIT would accept a launch, and why",
    .usage = "[--po FILE [--po-data FILE]] [--ps FILE [--ps-data FILE]]",
    .about =
        "Does what SINIT's policy engine does, in its order: the two indices, both policy data "
        "files with every signature, then MLE, PCRs, startup BIOS and STM against the elements. "
        "Says each reason, what matched, TXT.ERRORCODE after a refusal, and the bytes that SINIT "
        "measures of an accepted launch into PCR 17 and 18.\n"
        "What isn't said of the launch isn't assumed: if the answer hangs on it, it is "
        "\"unknown\".\n"
        "Exit status is 0 if the launch is accepted, 1 if it is refused or that can't be known, 2 "
        "in trouble.",
    .options = options,
    .options_size = sizeof(cli_lcp_allows_options),
    .least = 0,
    .most = 0,
    .run = run,
};
