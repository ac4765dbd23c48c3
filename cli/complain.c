/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/complain.h"

#include "base/output.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* What to do about each kind of error. */
static const char *const hints[] = {
    [ASSAY_TRUNCATED] = "capture the file again, to its end",
    [ASSAY_MALFORMED] = "look at the bytes there",
    [ASSAY_UNKNOWN_FORMAT] = "is this the right file?",
    [ASSAY_UNSUPPORTED] = "this build of assay or of libcrypto can't do it",
    [ASSAY_IO] = "check the name and the permissions; the kernel's own log is for root",
    [ASSAY_NO_MEMORY] = "free some memory and try again",
    [ASSAY_CRYPTO] = "libcrypto refused; look at its configuration, openssl.cnf",
    [ASSAY_TOO_LARGE] = "a log is some kilobytes long: is this the right file?",
    [ASSAY_UNTRUSTED] = "nothing of it is believed; ask who made it for a signature",
};

static const char *hint_of(const cli_verb *verb, int kind)
{
    return kind == ASSAY_UNKNOWN_FORMAT && verb != NULL && verb->reads_logs
               ? "if it is a log, name its format with --log-format"
               : hints[kind];
}

static assay_writer begin_line(const cli_verb *verb)
{
    assay_writer err = assay_writer_draining(STDERR_FILENO);

    assay_put_format(&err, verb != NULL ? "assay %s: " : "assay: ", verb != NULL ? verb->name : "");
    return err;
}

static void put_hint(assay_writer *err, const char *hint)
{
    assay_put_format(err, "\nhint: %s\n", hint);
    assay_writer_close(err);
}

__attribute__((format(printf, 3, 0))) static void complain_usage(const cli_verb *verb,
                                                                 const cli_nearest *nearest,
                                                                 const char *format,
                                                                 va_list arguments)
{
    char what[512], meant[64] = "";
    assay_writer err = begin_line(verb);

    vsnprintf(what, sizeof what, format, arguments);
    assay_put_safe(&err, assay_bytes_of_string(what)); /* what a user types may hold anything */
    if (nearest != NULL && nearest->name != NULL)
        snprintf(meant, sizeof meant, "did you mean '%s%s'? ", nearest->prefix, nearest->name);
    snprintf(what, sizeof what, "%s'assay%s%s --help' says what it takes", meant,
             verb != NULL ? " " : "", verb != NULL ? verb->name : "");
    put_hint(&err, what);
}

int cli_complain_usage(const cli_verb *verb, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    complain_usage(verb, NULL, format, arguments);
    va_end(arguments);
    return CLI_TROUBLE;
}

int cli_complain_word(const cli_verb *verb, const cli_nearest *nearest, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    complain_usage(verb, nearest, format, arguments);
    va_end(arguments);
    return CLI_TROUBLE;
}

/* "(event M, field F)", as far as they are known. */
static void put_place(assay_writer *err, const assay_error *error)
{
    const bool event = error->event != ASSAY_NO_EVENT, field = error->field != NULL;

    if (error->offset != ASSAY_NO_OFFSET)
        assay_put_format(err, ", at byte %llu", (unsigned long long)error->offset);
    if (!event && !field)
        return;
    assay_put_string(err, " (");
    if (event)
        assay_put_format(err, "event %u", error->event);
    if (field)
        assay_put_format(err, "%sfield %s", event ? ", " : "", error->field);
    assay_put_char(err, ')');
}

/* Whether events stand before the fault, which were read and shown. */
static bool follows_events(const assay_error *error)
{
    return (error->kind == ASSAY_TRUNCATED || error->kind == ASSAY_MALFORMED) &&
           error->event != ASSAY_NO_EVENT && error->event > 0;
}

static int complain(const cli_verb *verb, const char *file, const assay_error *error,
                    const char *hint)
{
    assay_writer err = begin_line(verb);

    if (file != NULL) {
        assay_put_safe(&err, assay_bytes_of_string(file));
        assay_put_string(&err, ": ");
    }
    assay_put_safe(&err, assay_bytes_of_string(error->what));
    put_place(&err, error);
    put_hint(&err, hint);
    return CLI_TROUBLE;
}

int cli_complain(const cli_verb *verb, const char *file, const assay_error *error)
{
    char hint[128];

    snprintf(hint, sizeof hint, "%s%s", follows_events(error) ? "what came before is read; " : "",
             hint_of(verb, error->kind));
    return complain(verb, file, error, hint);
}

int cli_complain_hint(const cli_verb *verb, const char *file, const assay_error *error,
                      const char *hint)
{
    return complain(verb, file, error, hint);
}

int cli_complain_kind(const cli_verb *verb, const char *file, int status, const char *what)
{
    assay_error error;

    assay_fail(&error, (enum assay_kind)(-status), ASSAY_NOWHERE, "%s", what);
    return cli_complain(verb, file, &error);
}

int cli_complain_memory(const cli_verb *verb)
{
    return cli_complain_kind(verb, NULL, -ASSAY_NO_MEMORY, "no memory");
}

int cli_complain_inputs(const cli_verb *verb)
{
    return cli_complain_kind(verb, NULL, -ASSAY_CRYPTO,
                             "the SHA-256 of an input can't be computed");
}

int cli_complain_values(const cli_verb *verb, const char *file, const assay_error *error)
{
    const bool content = error->kind == ASSAY_MALFORMED || error->kind == ASSAY_UNKNOWN_FORMAT ||
                         error->kind == ASSAY_TOO_LARGE;

    return complain(verb, file, error,
                    content ? "PCR values are JSON, what tpm2_pcrread prints, lines "
                              "'sha256:0 hex', or a sysfs folder"
                            : hints[error->kind]);
}

static const char where_to_write[] = "is there room left, and may you write there?";

int cli_complain_output(const cli_verb *verb, const char *file, const assay_error *error)
{
    return complain(verb, file, error,
                    error->kind == ASSAY_IO ? where_to_write : hints[error->kind]);
}

int cli_complain_write(const cli_verb *verb, const char *file, int cause)
{
    assay_writer err = begin_line(verb);

    assay_put_safe(&err, assay_bytes_of_string(file != NULL ? file : "standard output"));
    assay_put_format(&err, ": cannot write: %s", strerror(cause));
    put_hint(&err, where_to_write);
    return CLI_TROUBLE;
}
