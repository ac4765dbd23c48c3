/* SPDX-License-Identifier: BSD-2-Clause */
/* assay predict: what its parts share. */
#ifndef ASSAY_CLI_PREDICT_H
#define ASSAY_CLI_PREDICT_H

#include "boot/artefact/gunzip.h"
#include "cli/command.h"
#include "cli/logs.h"
#include "boot/platform/variables.h"
#include "boot/artefact/tree.h"
#include "cli/predict_boot.h"
#include "cli/predict_rebase.h"
#include "cli/take.h"
#include "policy/launch/launch.h"
#include "policy/launch/values.h"
#include "policy/launch/securelaunch.h"
#include "policy/launch/whatif.h"
#include "policy/lcp/allows.h"

enum { PREDICT_MODULES_MAX = 64, PREDICT_FILES_MAX = 96, PREDICT_NV_MAX = 16 };

/** A module as the words of the command line name it. */
typedef struct predict_module {
    const char *file; /* NULL: kept */
    const char *cmdline;
} predict_module;

typedef struct predict_modules {
    const char *kernel_cmdline; /* a --cmdline before any module is the kernel's */
    size_t count;
    predict_module list[PREDICT_MODULES_MAX];
} predict_modules;

typedef struct predict_nv {
    size_t count;
    struct {
        uint32_t index;
        const char *file;
    } list[PREDICT_NV_MAX];
} predict_nv;

typedef struct predict_options {
    cli_common common;
    predict_boot_options boot;
    predict_rebase_options rebase;
    const char *kernel;
    const char *base;
    const char *to;
    const char *mle;
    const char *mle_cmdline;
    assay_digests mle_digests;
    predict_modules modules;
    bool modules_end;
    const char *sinit;
    const char *stm;
    cli_number capabilities;
    cli_number sinit_version;
    const char *po, *po_data, *ps, *ps_data; /* files, or "none" */
    const char *pcr_values;
    const char *aux_public, *ps_public, *po_public;
    const char *vlp, *base_vlp;
    const assay_tboot_version *version;
    const char *extpol;
    unsigned mapping; /* enum assay_launch_mapping */
    bool measure_nv;
    predict_nv nv;
    const char *linux_cmdline, *base_linux_cmdline;
    const char *slb;
    bool strict;
} predict_options;

extern const cli_option predict_option_table[];

/** A prediction in the making, and what came of it. */
typedef struct predict_work {
    const cli_call *call;
    const predict_options *options;
    assay_findings *findings;
    cli_logs logs;
    assay_hashes *hashes;
    size_t file_count;
    struct predict_file {
        cli_input input;
        const char *role; /* static: "mle", "module" ... */
        assay_gunzipped unzipped;
        bool is_unzipped;
    } files[PREDICT_FILES_MAX];
    assay_launch launch;
    assay_launch_module modules[PREDICT_MODULES_MAX];
    assay_launch_nv nv[PREDICT_NV_MAX];
    assay_secure_launch secure;
    assay_acm acm;
    assay_vlp vlp, base_vlp;
    assay_lcp_evaluation *evaluation; /* of the policies; NULL: none is given */
    assay_launch_lcp lcp;
    uint8_t details[1024], authorities[1024];
    assay_pcrs pcrs;
    assay_launch_facts facts;
    assay_prediction *base, *rebased, *prediction;
    cli_log *base_log; /* that the base was read from */
    assay_writer dbx;
    assay_tree *tree; /* of --esp, beside a base */
    assay_variables *variables, *base_variables;
    assay_prediction_values base_values, values;
    cli_input scenario; /* a whole boot: the file of --scenario, and what came of it */
    bool scenario_open;
    assay_document document;
    const char *folder;
    char *folder_owned;
    size_t name_count;
    char *names[PREDICT_NAMES_MAX];
    assay_scenario_files *boot;
    bool replaces; /* anything at all */
    bool refused;  /* the launch would not come so far */
    assay_writer log;
} predict_work;

/** Opens all that the options name and fills in w->launch. CLI_YES, or CLI_TROUBLE after saying
 * why. */
int predict_open(predict_work *w);

/** Opens tboot's policy of the base, where one is given; before anything else. As predict_open().
 */
int predict_open_base_vlp(predict_work *w);

/** A file that the user names; its bytes last as long as `w`. NULL after saying why not. */
struct predict_file *predict_open_file(predict_work *w, const char *path, const char *role);

/** The --po-public of an index that is as provisioning defines it. */
extern const char predict_new_index[];

/** Policies, and what SINIT makes of them: fills in w->launch.lcp. As predict_open(). */
int predict_open_policies(predict_work *w);

/** Refuses options that don't go together. CLI_YES, or CLI_TROUBLE after saying why. */
int predict_check_ways(const predict_work *w);

/** What came of it, for people. */
void predict_put_text(const predict_work *w);

/** And as a document. 0 or a negative kind. */
int predict_emit(const predict_work *w);

/** "module 1", "launch control policy" ... of an event, in at most 80 characters. */
void predict_put_part(assay_writer *out, enum assay_part part, uint32_t index);

#endif
