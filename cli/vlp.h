/* SPDX-License-Identifier: BSD-2-Clause */
/* assay vlp: what its verbs share. */
#ifndef ASSAY_CLI_VLP_H
#define ASSAY_CLI_VLP_H

#include "base/output.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/take.h"
#include "eventlog/finding.h"
#include "policy/lcp/vlp.h"
#include "policy/lcp/vlpjson.h"
#include "policy/lcp/vlpwrap.h"

extern const cli_verb cli_vlp_create;
extern const cli_verb cli_vlp_add;
extern const cli_verb cli_vlp_del;
extern const cli_verb cli_vlp_show;
extern const cli_verb cli_vlp_diff;
extern const cli_verb cli_vlp_allows;

/** A file with a policy, in whatever form. */
typedef struct cli_vlp_file {
    cli_input input;
    assay_vlp_place place;
    bool is_json;
    assay_vlp policy;
    assay_error fault; /* kind 0, or what is wrong with it; then policy has what is sound */
    assay_writer room; /* digests of a policy in JSON */
    assay_hashes *hashes;
} cli_vlp_file;

/**
 * Reads a policy: bare, in an element, a list or a policy data file, or in JSON, whose images are
 * then measured. CLI_YES, also for one that is malformed: its fault is complained of and kept.
 * CLI_TROUBLE when there is nothing to be had, after saying so. Close in any case; it begins as
 * zeros.
 */
int cli_vlp_open(cli_vlp_file *file, const cli_call *call, const char *path);
void cli_vlp_close(cli_vlp_file *file);

/** A file without a policy yet, for one that is made. CLI_YES or CLI_TROUBLE after saying why. */
int cli_vlp_begin(cli_vlp_file *file, const cli_call *call);

/** cli_vlp_open for verbs that do nothing with a part of a policy. */
int cli_vlp_open_sound(cli_vlp_file *file, const cli_call *call, const char *path);

/** The digest of a module, from the file of its image. CLI_YES or CLI_TROUBLE after saying why. */
int cli_vlp_measure_file(const cli_call *call, assay_hashes *hashes, const char *image,
                         const char *cmdline, uint16_t alg, assay_digest *ret_digest);

/**
 * Writes the policy, bare or in an element of `wrap` (0: bare), to the file, or to standard output
 * for NULL and "-". CLI_YES or CLI_TROUBLE after saying why.
 */
int cli_vlp_save(const cli_call *call, const assay_vlp *policy, uint32_t wrap, uint32_t control,
                 const char *path);

/** The policy and what is to be said of it, as a document in call->out. */
int cli_vlp_emit(const cli_call *call, const cli_vlp_file *file);

/** The remarks of the lint, as text; of `at_least` that severity. */
void cli_vlp_put_remarks(assay_writer *out, const assay_vlp *policy, size_t width,
                         enum assay_severity at_least);

/** The same of a policy just written, to standard error, unless -q; notes with -v alone. */
void cli_vlp_warn(const cli_call *call, const assay_vlp *policy);

/** A line to standard error, unless -q. */
void cli_vlp_say(const cli_call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Options. */

cli_take cli_vlp_take_num; /* cli_number: 0 to 127, any, nv, nv-raw */
cli_take cli_vlp_take_pcr; /* cli_number: 0 to 23, none */
cli_take cli_vlp_take_alg; /* cli_number: an algorithm of tboot */

/** The digest of hexadecimal digits; false for another length than the algorithm's. */
bool cli_vlp_digest(const char *digits, uint16_t alg, assay_digest *ret_digest);

#endif
