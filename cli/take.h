/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How options that several verbs have read their values; the takers of options that every verb
 * has are in command.h. What isn't given leaves the field as it is.
 */
#ifndef ASSAY_CLI_TAKE_H
#define ASSAY_CLI_TAKE_H

#include "boot/artefact/digests.h"
#include "cli/command.h"

/** A number, and whether it was given. */
typedef struct cli_number {
    bool given;
    uint32_t value;
} cli_number;

cli_take cli_take_u8;  /* cli_number: 0 to 255, decimal or 0x, as those below */
cli_take cli_take_u16; /* cli_number */
cli_take cli_take_u32; /* cli_number */

cli_take cli_take_choice;   /* cli_number: the position among option->words */
cli_take cli_take_any_text; /* const char *, which may be empty, as a command line may */
cli_take cli_take_alg;      /* uint16_t: a TPM_ALG_ID known here */
cli_take cli_take_digests;  /* assay_digests: ALG:HEX, each algorithm once */

enum { CLI_WORDS_MAX = 64 };

/** What an option that can be given again and again was given. */
typedef struct cli_words {
    size_t count;
    const char *list[CLI_WORDS_MAX];
} cli_words;

cli_take cli_take_words; /* cli_words: one more, not empty */
cli_take cli_take_setting; /* cli_words: one more, NAME=VALUE */

/** The VALUE of a NAME=VALUE; its NAME goes to `ret_name`, cut to `size` with its NUL. */
const char *cli_setting_value(const char *word, char *ret_name, size_t size);

/** A number of at most `max` into the field; NULL or `wrong`. For takers that take words, too. */
const char *cli_take_number(const char *value, uint32_t max, cli_number *field, const char *wrong);

/** INDEX=FILE, of an NV index and the file with its content. NULL or what is wrong. */
const char *cli_take_index_file(const char *value, uint32_t *ret_index, const char **ret_file);

#endif
