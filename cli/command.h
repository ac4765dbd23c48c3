/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A verb of the command, and its options, as data. From the tables come parsing,
 * --help, the check of the manual pages, and the completions of three shells.
 */
#ifndef ASSAY_CLI_COMMAND_H
#define ASSAY_CLI_COMMAND_H

#include "base/writer.h"
#include "eventlog/finding.h"
#include "replay/pcrs.h"

/** Exit status, as of diff and grep. */
enum { CLI_YES = 0, CLI_NO = 1, CLI_TROUBLE = 2 };

typedef struct cli_option cli_option;

/**
 * Reads an option's `value` (NULL for an option that takes none) into its field.
 * NULL, or what is wrong with the value, as far as the name of the value doesn't say it.
 */
typedef const char *cli_take(const cli_option *option, const char *value, void *field);

struct cli_option {
    char letter;              /* the f of -f, or NUL */
    const char *name;         /* the format of --format */
    const char *value;        /* as the help calls its value, a list "X,..."; NULL: it has none */
    const char *help;         /* a phrase without its full stop */
    cli_take *take;
    size_t offset;            /* of the field in the verb's options */
    const char *const *words; /* every value, or member of a list, ended by NULL; or NULL */
};

/* The takers of values.c. */
cli_take cli_take_flag;    /* bool */
cli_take cli_take_count;   /* unsigned: how often it was given */
cli_take cli_take_text;    /* const char * */
cli_take cli_take_word;    /* unsigned: the position among option->words */
cli_take cli_take_banks;   /* cli_banks */
cli_take cli_take_pcrs;    /* assay_pcr_set */
cli_take cli_take_formats; /* const char *: the name of a log format */
cli_take cli_take_fail_on; /* cli_fail_on_set */

enum cli_notation { CLI_TEXT, CLI_JSON, CLI_YAML };
enum cli_color { CLI_COLOR_AUTO, CLI_COLOR_ALWAYS, CLI_COLOR_NEVER };

/** The banks of --bank; none given means all. */
typedef struct cli_banks {
    size_t count;
    uint16_t alg[ASSAY_ALGS];
} cli_banks;

bool cli_bank_wanted(const cli_banks *banks, uint16_t alg);

/** The findings of --fail-on: a severity stands for all codes of at least that one. */
typedef struct cli_fail_on_set {
    bool given;
    bool code[ASSAY_FINDING_CODES];
} cli_fail_on_set;

/** What every verb takes. A verb's own options are a struct that begins with this one. */
typedef struct cli_common {
    unsigned notation; /* enum cli_notation */
    bool lines;        /* JSON: the document on one line */
    const char *output;
    cli_banks banks;
    assay_pcr_set pcrs; /* of --pcr; empty means all */
    bool quiet;
    unsigned verbose;
    unsigned color; /* enum cli_color */
    const char *log_format;
    cli_fail_on_set fail_on;
    bool help;
} cli_common;

extern const cli_option cli_common_options[]; /* of every verb */
extern const cli_option cli_log_options[];    /* of verbs that read logs, and in cli_common too */

/** Whether events or values of this PCR are wanted. */
bool cli_pcr_wanted(const cli_common *common, uint32_t pcr);

/** What a verb is called with. */
typedef struct cli_call {
    const struct cli_verb *verb;
    const void *options;      /* the verb's struct */
    const cli_common *common; /* its beginning */
    char *const *arguments;
    size_t argument_count;
    assay_writer *out;        /* where the document goes */
    bool color;               /* text may be coloured */
    size_t width;             /* columns of the terminal, 80 where there is none */
} cli_call;

typedef struct cli_verb {
    const char *name;
    const char *summary;       /* one line, without its full stop */
    const char *usage;         /* the arguments: "LOG [PCRS]" */
    const char *about;         /* paragraphs for --help, parted by a new line */
    const cli_option *options; /* its own, ended by a row without a name; or NULL */
    size_t options_size;       /* of its struct */
    size_t least, most;        /* arguments */
    int (*run)(const cli_call *call); /* returns the exit status */
    bool own_output; /* it writes the file of --output itself; `out` is standard output */
    bool reads_logs; /* it takes the options about logs: banks, PCRs, log format, findings */
    /*
     * NULL, or the verbs below this one, ended by NULL: "lcp" has "lcp create" and others, each
     * with its full name. Then only name, summary and about of this one mean anything.
     */
    const struct cli_verb *const *verbs;
} cli_verb;

/** What a verb below another is called there: the "create" of "lcp create". */
const char *cli_verb_last_name(const cli_verb *verb);

/** The verbs, in the order of the help, ended by NULL. */
extern const cli_verb *const cli_verbs[];

/** Calls `visit` for each verb of `verbs` and each below it: those above come first. */
void cli_each_verb(const cli_verb *const *verbs,
                   void (*visit)(const cli_verb *verb, void *context), void *context);

/** Calls `visit` for each option of a verb: its own first, then the common ones. */
void cli_each_option(const cli_verb *verb, void (*visit)(const cli_option *option, void *context),
                     void *context);

/**
 * Parses the words after a verb into `options`, zeros before. Options may stand
 * before and after arguments; "--" ends them. The arguments are moved to the front
 * of `words`. CLI_YES, or CLI_TROUBLE after saying what is wrong.
 */
int cli_parse(const cli_verb *verb, char **words, size_t count, void *options,
              size_t *ret_argument_count);

/** The help of a verb, or of the verbs below it, 80 columns wide; of the whole command for NULL. */
void cli_help(assay_writer *out, const cli_verb *verb);

/** A completion script: "bash", "zsh" or "fish"; false for another shell. */
bool cli_completion(assay_writer *out, const char *shell);

#endif
