/* SPDX-License-Identifier: BSD-2-Clause */
/* The sentences of GRUB's script language, one function each (grub-core/script/parser.y). */
#include "boot/loader/grub/lexer.h"

typedef struct parser {
    assay_grub_lexer lexer;
    assay_grub_pool *pool;
    assay_grub_unit *unit;
    unsigned depth;
    bool too_deep;
    bool failed;
} parser;

static assay_grub_statement *parse_command(parser *p);

static bool at(const parser *p, enum assay_grub_token token)
{
    return !p->failed && p->lexer.token == token;
}

static bool at_keyword(const parser *p, const char *word)
{
    return at(p, ASSAY_GRUB_TOKEN_KEYWORD) &&
           assay_bytes_equal(assay_grub_lexer_text(&p->lexer), assay_bytes_of_string(word));
}

static void next(parser *p)
{
    if (!p->failed)
        assay_grub_lexer_next(&p->lexer);
}

/* Whoever wants more lines says so before the next token is looked for. */
static void want(parser *p, bool there)
{
    if (!there)
        p->failed = true;
    next(p);
}

static void open_and_want(parser *p, bool there)
{
    p->lexer.open++;
    want(p, there);
}

static void close_and_want(parser *p, bool there)
{
    if (!there)
        p->failed = true;
    p->lexer.open--;
    next(p);
}

static void skip_newlines(parser *p)
{
    while (at(p, ASSAY_GRUB_TOKEN_NEWLINE))
        next(p);
}

static bool at_delimiter(const parser *p)
{
    return at(p, ASSAY_GRUB_TOKEN_NEWLINE) || at(p, ASSAY_GRUB_TOKEN_SEMICOLON);
}

static void want_delimiters(parser *p)
{
    want(p, at_delimiter(p));
    skip_newlines(p);
}

static assay_grub_statement *new_statement(parser *p, enum assay_grub_statement_kind kind)
{
    assay_grub_statement *const s = assay_grub_room(p->pool, sizeof *s);

    if (s == NULL)
        p->failed = true;
    else
        s->kind = kind;
    return s;
}

static assay_grub_word *new_word(parser *p)
{
    assay_grub_word *const word = assay_grub_room(p->pool, sizeof *word);

    if (word == NULL)
        p->failed = true;
    return word;
}

/* A keyword is an argument like any other. */
static bool at_argument(const parser *p)
{
    return at(p, ASSAY_GRUB_TOKEN_WORD) || at(p, ASSAY_GRUB_TOKEN_NAME) ||
           at(p, ASSAY_GRUB_TOKEN_KEYWORD);
}

/* What is read is in place, at *end, where the next word goes. */
static assay_grub_word **parse_arguments(parser *p, assay_grub_word **end)
{
    while (at_argument(p)) {
        assay_grub_word *const word = new_word(p);

        if (word == NULL || !assay_grub_lexer_split(&p->lexer, &word->pieces)) {
            p->failed = true;
            return end;
        }
        *end = word;
        end = &word->next;
        next(p);
    }
    return end;
}

/* Commands up to where none can be: at least one, parted by delimiters, which may end them too. */
static assay_grub_statement *parse_commands(parser *p, bool *ret_delimited)
{
    assay_grub_statement *first = NULL, **end = &first;

    skip_newlines(p);
    do {
        *ret_delimited = false;
        *end = parse_command(p);
        if (*end == NULL)
            return NULL;
        end = &(*end)->next;
        if (at_delimiter(p)) {
            want_delimiters(p);
            *ret_delimited = true;
        }
    } while (*ret_delimited && (at(p, ASSAY_GRUB_TOKEN_WORD) || at(p, ASSAY_GRUB_TOKEN_NAME) ||
                                at_keyword(p, "if") || at_keyword(p, "for") ||
                                at_keyword(p, "while") || at_keyword(p, "until")));
    return first;
}

static assay_grub_statement *parse_delimited_commands(parser *p)
{
    bool delimited = false;
    assay_grub_statement *const first = parse_commands(p, &delimited);

    if (!delimited)
        p->failed = true;
    return first;
}

static void parse_block(parser *p, assay_grub_word **end)
{
    const size_t from = p->lexer.to;
    bool delimited;

    open_and_want(p, true);
    parse_commands(p, &delimited);
    if (!at(p, ASSAY_GRUB_TOKEN_CLOSE)) {
        p->failed = true;
        return;
    }
    const assay_bytes text =
        assay_bytes_of(p->lexer.unit.data + from, p->lexer.from - from);
    assay_grub_word *const word = new_word(p);
    assay_grub_piece *const piece = assay_grub_room(p->pool, sizeof *piece);

    if (word == NULL || piece == NULL)
        return;
    *piece = (assay_grub_piece){ .kind = ASSAY_GRUB_BLOCK,
                                 .text = assay_grub_keep(p->pool, text) };
    word->pieces = piece;
    *end = word;
    close_and_want(p, true);
}

static assay_grub_statement *parse_simple(parser *p)
{
    assay_grub_statement *const s = new_statement(p, ASSAY_GRUB_COMMAND);

    if (s == NULL)
        return NULL;
    if (!at(p, ASSAY_GRUB_TOKEN_WORD) && !at(p, ASSAY_GRUB_TOKEN_NAME))
        p->failed = true;
    assay_grub_word **const end = parse_arguments(p, &s->words);

    if (at(p, ASSAY_GRUB_TOKEN_OPEN))
        parse_block(p, end);
    return s;
}

/* What follows "if" or "elif", without its "fi". */
static assay_grub_statement *parse_if_clause(parser *p, bool elif)
{
    assay_grub_statement *const s = new_statement(p, ASSAY_GRUB_IF);

    if (s == NULL || ++p->depth > ASSAY_GRUB_DEPTH_MAX) {
        p->too_deep = s != NULL;
        p->failed = true;
        return NULL;
    }
    s->elif = elif;
    s->condition = parse_delimited_commands(p);
    want(p, at_keyword(p, "then"));
    s->body = parse_delimited_commands(p);
    if (at_keyword(p, "else")) {
        next(p);
        s->otherwise = parse_delimited_commands(p);
    } else if (at_keyword(p, "elif")) {
        next(p);
        s->otherwise = parse_if_clause(p, true);
    }
    p->depth--;
    return s;
}

static assay_grub_statement *parse_if(parser *p)
{
    open_and_want(p, true);
    assay_grub_statement *const s = parse_if_clause(p, false);

    close_and_want(p, at_keyword(p, "fi"));
    return s;
}

static void parse_loop_body(parser *p, assay_grub_statement *s)
{
    want(p, at_keyword(p, "do"));
    s->body = parse_delimited_commands(p);
    close_and_want(p, at_keyword(p, "done"));
}

static assay_bytes take_name(parser *p, bool opens)
{
    const bool named = at(p, ASSAY_GRUB_TOKEN_NAME);
    const assay_bytes name =
        named ? assay_grub_keep(p->pool, assay_grub_lexer_text(&p->lexer)) : ASSAY_NO_BYTES;

    if (opens)
        open_and_want(p, named);
    else
        want(p, named);
    return name;
}

static assay_grub_statement *parse_for(parser *p)
{
    assay_grub_statement *const s = new_statement(p, ASSAY_GRUB_FOR);

    if (s == NULL)
        return NULL;
    next(p);
    s->name = take_name(p, true);
    want(p, at_keyword(p, "in"));
    parse_arguments(p, &s->words);
    want_delimiters(p);
    parse_loop_body(p, s);
    return s;
}

static assay_grub_statement *parse_loop(parser *p, enum assay_grub_statement_kind kind)
{
    assay_grub_statement *const s = new_statement(p, kind);

    if (s == NULL)
        return NULL;
    open_and_want(p, true);
    s->condition = parse_delimited_commands(p);
    parse_loop_body(p, s);
    return s;
}

static assay_grub_statement *parse_command(parser *p)
{
    assay_grub_statement *s = NULL;

    if (++p->depth > ASSAY_GRUB_DEPTH_MAX)
        p->failed = p->too_deep = true;
    else if (at_keyword(p, "if"))
        s = parse_if(p);
    else if (at_keyword(p, "for"))
        s = parse_for(p);
    else if (at_keyword(p, "while"))
        s = parse_loop(p, ASSAY_GRUB_WHILE);
    else if (at_keyword(p, "until"))
        s = parse_loop(p, ASSAY_GRUB_UNTIL);
    else
        s = parse_simple(p);
    p->depth--;
    return p->failed ? NULL : s;
}

/* A function is defined once its last brace is read, whatever follows. */
static assay_grub_statement *parse_function(parser *p)
{
    assay_grub_statement *const s = new_statement(p, ASSAY_GRUB_FUNCTION);

    if (s == NULL)
        return NULL;
    next(p);
    s->name = take_name(p, true);
    skip_newlines(p);
    want(p, at(p, ASSAY_GRUB_TOKEN_OPEN));
    s->body = parse_delimited_commands(p);
    if (at(p, ASSAY_GRUB_TOKEN_CLOSE) &&
        p->unit->function_count < sizeof p->unit->functions / sizeof *p->unit->functions)
        p->unit->functions[p->unit->function_count++] = s;
    close_and_want(p, at(p, ASSAY_GRUB_TOKEN_CLOSE));
    return p->failed ? NULL : s;
}

static void parse_unit(parser *p)
{
    assay_grub_statement **end = &p->unit->statements;

    next(p);
    skip_newlines(p);
    while (!p->failed && !at(p, ASSAY_GRUB_TOKEN_END)) {
        *end = at_keyword(p, "function") ? parse_function(p) : parse_command(p);
        if (*end == NULL)
            return;
        end = &(*end)->next;
        want_delimiters(p);
    }
}

static int explain(const parser *p, size_t offset, assay_error *error)
{
    const assay_place place = { offset, ASSAY_NO_EVENT, "grub.cfg" };

    if (p->lexer.unit.failure == ASSAY_TOO_LARGE)
        return assay_fail(error, ASSAY_TOO_LARGE, place,
                          "line %zu: what begins here is too long for a script",
                          p->lexer.lines->number);
    if (p->pool->failed || p->lexer.unit.failure != 0)
        return assay_fail(error, ASSAY_NO_MEMORY, place, "no memory for the script");
    if (p->too_deep)
        return assay_fail(error, ASSAY_MALFORMED, place,
                          "line %zu: more than %d statements in one another",
                          p->lexer.lines->number, ASSAY_GRUB_DEPTH_MAX);
    return assay_fail(error, ASSAY_MALFORMED, place,
                      p->lexer.ended ? "line %zu: the script ends inside of what is begun"
                                     : "line %zu: that is no sentence of GRUB's language",
                      p->lexer.lines->number);
}

int assay_grub_read_unit(assay_grub_lines *lines, assay_grub_pool *pool, assay_grub_unit *ret_unit,
                         assay_error *error)
{
    const size_t offset = lines->at;
    assay_grub_unit unit = { 0 };
    parser p = { .pool = pool, .unit = &unit };
    int status = 1;

    if (!assay_grub_lexer_begin(&p.lexer, lines, pool)) {
        assay_writer_close(&p.lexer.unit);
        return 0;
    }
    parse_unit(&p);
    if (p.failed || pool->failed || p.lexer.unit.failure != 0) {
        status = explain(&p, offset, error);
        unit.statements = NULL;
    }
    assay_writer_close(&p.lexer.unit);
    *ret_unit = unit;
    return status;
}
