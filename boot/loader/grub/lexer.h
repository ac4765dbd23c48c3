/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of GRUB's script language. Private to boot/loader/grub. */
#ifndef ASSAY_BOOT_LOADER_GRUB_LEXER_H
#define ASSAY_BOOT_LOADER_GRUB_LEXER_H

#include "boot/loader/grub/script.h"

enum assay_grub_token {
    ASSAY_GRUB_TOKEN_END,
    ASSAY_GRUB_TOKEN_NEWLINE,
    ASSAY_GRUB_TOKEN_SEMICOLON,
    ASSAY_GRUB_TOKEN_OPEN,  /* { */
    ASSAY_GRUB_TOKEN_CLOSE, /* } */
    ASSAY_GRUB_TOKEN_WORD,
    ASSAY_GRUB_TOKEN_NAME,
    ASSAY_GRUB_TOKEN_KEYWORD,
    ASSAY_GRUB_TOKEN_BAD, /* of the language's words, but of no sentence; or no word at all */
};

typedef struct assay_grub_lexer {
    assay_grub_lines *lines;
    assay_grub_pool *pool;
    assay_writer unit; /* the lines of the unit so far */
    size_t at;         /* of the next token */
    unsigned open;     /* statements and blocks that want more lines */
    bool ended;        /* a line was wanted and there was none */

    enum assay_grub_token token;
    size_t from, to; /* where it stands */
} assay_grub_lexer;

/** Begins a unit with the next line. False at the end. The unit is to be closed. */
bool assay_grub_lexer_begin(assay_grub_lexer *lexer, assay_grub_lines *lines,
                            assay_grub_pool *pool);

/** Goes to the next token. */
void assay_grub_lexer_next(assay_grub_lexer *lexer);

/** The token as written, lent until the next one. */
assay_bytes assay_grub_lexer_text(const assay_grub_lexer *lexer);

/** The pieces of the word that the token is. False for '$' before what is no name. */
bool assay_grub_lexer_split(const assay_grub_lexer *lexer, assay_grub_piece **ret_pieces);

/** The length of a variable after its '$': "name", "{name}", "?" ...; 0: it is none. */
size_t assay_grub_variable_size(assay_bytes text, assay_bytes *ret_name);

#endif
