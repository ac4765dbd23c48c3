/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/file.h"
#include "cli/complain.h"
#include "cli/style.h"
#include "cli/verbs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* clang-format off */
const cli_verb *const cli_verbs[] = {
    &cli_show,
    &cli_replay,
    &cli_check,
    &cli_convert,
    &cli_measure,
    &cli_predict,
    &cli_txt,
    &cli_lcp,
    &cli_vlp,
    &cli_golden,
    &cli_export,
    &cli_import,
    &cli_policy_verbs,
    NULL,
};
/* clang-format on */

static const cli_verb *find_verb(const cli_verb *const *list, const char *name)
{
    for (; *list != NULL; list++)
        if (strcmp(cli_verb_last_name(*list), name) == 0)
            return *list;
    return NULL;
}

const char *cli_verb_last_name(const cli_verb *verb)
{
    const char *const blank = strrchr(verb->name, ' ');

    return blank == NULL ? verb->name : blank + 1;
}

void cli_each_verb(const cli_verb *const *verbs, void (*visit)(const cli_verb *verb, void *context),
                   void *context)
{
    for (; *verbs != NULL; verbs++) {
        visit(*verbs, context);
        if ((*verbs)->verbs != NULL)
            cli_each_verb((*verbs)->verbs, visit, context);
    }
}

/* Flushes what goes to `file` (NULL: standard output); the status, or CLI_TROUBLE. */
static int finish_writer(const cli_verb *verb, assay_writer *out, const char *file, int status)
{
    if (assay_writer_flush(out) == 0)
        return status;
    /* Whoever read us has seen enough: end as other programs of a pipe do. */
    if (out->cause == EPIPE) {
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    return cli_complain_write(verb, file, out->failure == ASSAY_IO ? out->cause : ENOMEM);
}

static int run_to(const cli_verb *verb, cli_call *call, int fd)
{
    assay_writer out = assay_writer_draining(fd);

    call->out = &out;
    call->color = cli_style_color(fd, (enum cli_color)call->common->color);
    call->width = cli_style_width(fd);
    const char *const file = verb->own_output ? NULL : call->common->output;
    const int status = finish_writer(verb, &out, file, verb->run(call));
    assay_writer_close(&out);
    call->out = NULL;
    return status;
}

static bool is_empty(int fd)
{
    struct stat is;

    return fstat(fd, &is) == 0 && is.st_size == 0;
}

/*
 * To a file: it appears when the verb is done, and not at all when there was trouble, or when a no
 * was all there was to say: what is there already is worth more than nothing.
 */
static int run_to_file(const cli_verb *verb, cli_call *call, const char *path)
{
    assay_outfile file;
    assay_error error;

    if (assay_outfile_open(&file, path, &error) < 0)
        return cli_complain_output(verb, path, &error);
    const int status = run_to(verb, call, file.fd);
    if (status == CLI_TROUBLE || (status == CLI_NO && is_empty(file.fd)))
        assay_outfile_discard(&file);
    else if (assay_outfile_commit(&file, &error) < 0)
        return cli_complain_output(verb, path, &error);
    return status;
}

static int print(void (*put)(assay_writer *out, const cli_verb *verb), const cli_verb *verb)
{
    assay_writer out = assay_writer_draining(STDOUT_FILENO);

    put(&out, verb);
    const int status = finish_writer(verb, &out, NULL, CLI_YES);
    assay_writer_close(&out);
    return status;
}

static void put_version(assay_writer *out, const cli_verb *verb)
{
    (void)verb;
    assay_put_string(out, "assay " ASSAY_VERSION "\n");
}

static int run_parsed(cli_call *call)
{
    const char *const output = call->common->output;

    if (call->common->help)
        return print(cli_help, call->verb);
    if (output != NULL && strcmp(output, "-") != 0 && !call->verb->own_output)
        return run_to_file(call->verb, call, output);
    return run_to(call->verb, call, STDOUT_FILENO);
}

static int run_verb(const cli_verb *verb, char **words, size_t count)
{
    cli_call call = { .verb = verb, .arguments = words };
    void *const options = calloc(1, verb->options_size);

    if (options == NULL)
        return cli_complain_memory(verb);
    call.options = call.common = options;
    int status = cli_parse(verb, words, count, options, &call.argument_count);
    if (status == CLI_YES)
        status = run_parsed(&call);
    free(options);
    return status;
}

static int print_completion(const char *shell)
{
    assay_writer out = assay_writer_draining(STDOUT_FILENO);
    const bool known = shell != NULL && cli_completion(&out, shell);
    const int status = finish_writer(NULL, &out, NULL, CLI_YES);

    assay_writer_close(&out);
    return known ? status : cli_complain_usage(NULL, "--completion wants bash, zsh or fish");
}

static int complain_verb(const cli_verb *above, const cli_verb *const *list, const char *word)
{
    cli_nearest nearest = cli_nearest_to(assay_bytes_of_string(word));

    for (; *list != NULL; list++)
        cli_nearest_try(&nearest, cli_verb_last_name(*list));
    return cli_complain_word(above, &nearest, "there is no verb '%s'", word);
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* The verb that the first of `words` names among `list`, or a verb below it. */
static int run_named(const cli_verb *above, const cli_verb *const *list, char **words, size_t count)
{
    if (count == 0)
        return cli_complain_usage(above, "a verb is missing");
    if (asks_for_help(words[0]))
        return print(cli_help, above);
    const cli_verb *const verb = find_verb(list, words[0]);
    if (verb == NULL)
        return complain_verb(above, list, words[0]);
    return verb->verbs == NULL ? run_verb(verb, words + 1, count - 1)
                               : run_named(verb, verb->verbs, words + 1, count - 1);
}

/* A file that is mapped was cut short by somebody else: there is nothing to go on with. */
static void end_on_cut_file(int number)
{
    static const char words[] =
        "assay: an input became shorter while it was read\n"
        "hint: try again when nobody writes to it, or with a copy\n";

    (void)number;
    const ssize_t written = write(STDERR_FILENO, words, sizeof words - 1);

    (void)written;
    _exit(CLI_TROUBLE);
}

int main(int argc, char **argv)
{
    signal(SIGBUS, end_on_cut_file);
    if (argc > 1 && strcmp(argv[1], "--version") == 0)
        return print(put_version, NULL);
    if (argc > 1 && strcmp(argv[1], "--completion") == 0)
        return print_completion(argv[2]);
    return run_named(NULL, cli_verbs, argv + 1, argc > 0 ? (size_t)argc - 1 : 0);
}
