/* SPDX-License-Identifier: BSD-2-Clause */
/* The verbs there are, one file each. main.c lists them. */
#ifndef ASSAY_CLI_VERBS_H
#define ASSAY_CLI_VERBS_H

#include "cli/command.h"

extern const cli_verb cli_show;
extern const cli_verb cli_replay;
extern const cli_verb cli_check;
extern const cli_verb cli_convert;
extern const cli_verb cli_measure;
extern const cli_verb cli_predict;
extern const cli_verb cli_txt;
extern const cli_verb cli_lcp;
extern const cli_verb cli_lcp_create;
extern const cli_verb cli_lcp_show;
extern const cli_verb cli_lcp_sign;
extern const cli_verb cli_lcp_tbs;
extern const cli_verb cli_lcp_addsig;
extern const cli_verb cli_lcp_verify;
extern const cli_verb cli_lcp_allows;
extern const cli_verb cli_lcp_diff;
extern const cli_verb cli_lcp_nv;
extern const cli_verb cli_vlp;
extern const cli_verb cli_golden;
extern const cli_verb cli_golden_learn;
extern const cli_verb cli_golden_show;
extern const cli_verb cli_golden_check;
extern const cli_verb cli_golden_merge;
extern const cli_verb cli_golden_retire;
extern const cli_verb cli_golden_sign;
extern const cli_verb cli_golden_verify;
extern const cli_verb cli_export;
extern const cli_verb cli_import;
extern const cli_verb cli_policy_verbs;
extern const cli_verb cli_policy_pcr;
extern const cli_verb cli_policy_or;
extern const cli_verb cli_policy_authorize;
extern const cli_verb cli_policy_nv;

#endif
