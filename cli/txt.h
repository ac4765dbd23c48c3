/* SPDX-License-Identifier: BSD-2-Clause */
/* assay txt: what its parts share. */
#ifndef ASSAY_CLI_TXT_H
#define ASSAY_CLI_TXT_H

#include "boot/artefact/acm.h"
#include "boot/platform/launchstate.h"
#include "boot/platform/nvindex.h"
#include "boot/platform/txtlive.h"
#include "cli/command.h"
#include "cli/input.h"
#include "policy/lcp/policy.h"

enum { CLI_TXT_FILES_MAX = 16, CLI_TXT_INPUTS_MAX = 2 * CLI_TXT_FILES_MAX + 8 };

/** An option that may be given more than once. */
typedef struct cli_txt_files {
    size_t count;
    const char *list[CLI_TXT_FILES_MAX];
} cli_txt_files;

typedef struct cli_txt_options {
    cli_common common;
    const char *heap, *registers, *log, *error, *policy, *tcti;
    cli_txt_files nv, acm;
} cli_txt_options;

/** A log, and how far it can be read. */
typedef struct cli_txt_log {
    bool present;
    const char *name;   /* of the file, or NULL: it is in the heap */
    const char *format; /* static */
    uint64_t events;    /* the header not counted */
    assay_error fault;  /* kind 0: none */
} cli_txt_log;

/** How the content of an NV index stands to a policy file. */
typedef struct cli_txt_compared {
    bool done;
    bool equal;
    assay_lcp_policy nv, file;
    const char *field; /* the first that differs, or NULL: lengths do */
    size_t index;      /* of its values */
} cli_txt_compared;

typedef struct cli_txt_acm {
    const cli_input *input;
    bool read;
    assay_acm acm;
    assay_acm_fit fit;
} cli_txt_acm;

/** All that is known, gathered before anything is put out. */
typedef struct cli_txt_found {
    const cli_call *call;
    const cli_txt_options *options;
    bool trouble; /* something could not be read, and that was said */
    bool live;
    bool judged; /* there are registers or a heap to judge the launch by, or there should be */
    size_t input_count;
    cli_input inputs[CLI_TXT_INPUTS_MAX];

    bool has_registers, has_heap;
    assay_txt_registers registers;
    const cli_input *registers_input; /* NULL: of this machine */
    assay_writer heap_image;          /* live: base, size, heap */
    assay_txt_heap heap;
    cli_txt_log log;
    assay_txt_launch_state state;

    int nv_count; /* NV indices by their public area: of the log or of a text */
    assay_nv_read nv[ASSAY_NV_READ_MAX];
    bool has_content; /* the bytes of an index that holds a policy */
    assay_lcp_policy content;
    bool has_tboot_error; /* tboot's error index */
    uint32_t tboot_error;
    cli_txt_compared compared;

    size_t acm_count;
    cli_txt_acm acms[CLI_TXT_FILES_MAX];
} cli_txt_found;

/** Opens what is named, or what this machine has. Complains of what can't be read. */
void cli_txt_gather(cli_txt_found *txt);

/** The NV indices of the TPM of --tcti, or of this machine's where it is read live. */
void cli_txt_gather_tpm(cli_txt_found *txt);

/** Adds a copy of an index, unless it is not defined. */
void cli_txt_keep_index(cli_txt_found *txt, const assay_txt_nv_public *index);

/** The NV files of the options, and the policy beside them. */
void cli_txt_gather_nv(cli_txt_found *txt);

/** The modules of the options, each against the platform that registers and heap tell of. */
void cli_txt_gather_acms(cli_txt_found *txt);

/** Opens a file as one of the inputs; NULL after saying why it can't be. */
const cli_input *cli_txt_open(cli_txt_found *txt, const char *path);

/** Says that an input can't be read as what it should be. */
void cli_txt_complain(cli_txt_found *txt, const char *name, const assay_error *error);

bool cli_txt_any_acm_fits(const cli_txt_found *txt);
bool cli_txt_any_nv_wrong(const cli_txt_found *txt);

void cli_txt_put(const cli_txt_found *txt);
void cli_txt_put_nv(const cli_txt_found *txt);
void cli_txt_put_acms(const cli_txt_found *txt);
/** TXT.ERRORCODE in words: what it says, what to do, who says so. */
void cli_txt_put_error(const cli_call *call, const assay_txt_error *error);
/** A line that may be too long: `label`, then `text` wrapped below itself. */
void cli_txt_put_line(const cli_call *call, size_t indent, const char *label, const char *text);

/** 0 or a negative kind. */
int cli_txt_emit(const cli_txt_found *txt);

#endif
