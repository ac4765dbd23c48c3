/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of `assay lcp create` share. */
#ifndef ASSAY_CLI_LCP_CREATE_H
#define ASSAY_CLI_LCP_CREATE_H

#include "cli/command.h"
#include "cli/take.h"
#include "policy/lcp/json.h"

enum { CLI_LCP_ITEMS = 64 };

/** What may stand on the command line again and again, in its order: --mle, --cmdline ... */
typedef struct cli_lcp_item {
    const char *option; /* its name, without the dashes; static */
    const char *value;
} cli_lcp_item;

typedef struct cli_lcp_items {
    size_t count;
    cli_lcp_item list[CLI_LCP_ITEMS];
} cli_lcp_items;

typedef struct cli_lcp_counters {
    bool given;
    uint16_t list[ASSAY_LCP_LISTS_MAX];
} cli_lcp_counters;

typedef struct cli_lcp_create_options {
    cli_common common;
    const char *from, *data;
    unsigned stale; /* enum assay_lcp_stale */
    bool force;
    cli_number element; /* its type */
    bool list;
    cli_number version, alg, type, control, min_version, max_sinit, max_biosac;
    cli_number hash_mask, sign_mask, aux_mask;
    cli_lcp_counters revocation;
    cli_number list_version;
    cli_lcp_items items;
    cli_number element_control, mle_min_version, locality, pcr_bank;
    assay_pcr_set pcrs;
    const char *uuid;
} cli_lcp_create_options;

extern const cli_option cli_lcp_create_table[];

/** Everything a run needs, and what went wrong in it. */
typedef struct cli_lcp_work {
    const cli_call *call;
    const cli_lcp_create_options *options;
    assay_hashes *hashes;
    char *folder_of; /* files of a document lie beside it: its name, or NULL */
    char *failed;    /* the file that the error is about, or NULL; owned */
    assay_error error;
} cli_lcp_work;

/** Files of a document, or of the command line: assay_lcp_sources with the work as context. */
void cli_lcp_sources(cli_lcp_work *work, assay_lcp_sources *ret_sources);

/* 0 or a negative kind with work->error filled, as all below. */
int cli_lcp_read_file(cli_lcp_work *work, const char *path, assay_writer *into);
int cli_lcp_mle_digest(cli_lcp_work *work, const char *path, assay_bytes cmdline, uint16_t alg,
                       assay_digest *ret_digest);
int cli_lcp_read_pcrs(cli_lcp_work *work, const char *path, assay_pcrs *ret_pcrs);

/** "WHAT" as the work's error; returns its negative kind. */
int cli_lcp_fail(cli_lcp_work *work, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** The element of --element, from options and from arguments as its type has them. */
int cli_lcp_make_element(cli_lcp_work *work, assay_writer *out);

/** The elements that options describe: an MLE, a PCONF, an SBIOS, an STM, custom ones. */
int cli_lcp_make_elements(cli_lcp_work *work, assay_writer *out);

/** A list of the elements in `elements`. */
void cli_lcp_put_list(const cli_lcp_work *work, assay_bytes elements, assay_writer *out);

/** Says on standard error what was chosen for the user, unless --quiet. */
void cli_lcp_say_chosen(const cli_call *call, const assay_lcp_policy *policy, uint32_t chosen);

#endif
