/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of assay measure. */
#include "cli/complain.h"
#include "cli/measure.h"

static const char *take_kind(const cli_option *option, const char *value, void *field)
{
    unsigned index;
    const char *const wrong = cli_take_word(option, value, &index);

    if (wrong == NULL)
        *(unsigned *)field = index + 1;
    return wrong;
}

static const char *take_extra(const cli_option *option, const char *value, void *field)
{
    cli_measure_extras *const extras = field;

    (void)option;
    if (*value == '\0')
        return "";
    if (extras->count == CLI_EXTRAS_MAX)
        return "there are no more than 32 such files";
    extras->files[extras->count++] = value;
    return NULL;
}

#define FIELD(member) offsetof(cli_measure_options, member)

const cli_option cli_measure_option_table[] = {
    { 0, "as", "KIND", "take it for one of this kind", take_kind, FIELD(as),
      cli_measure_kind_names },
    { 0, "cmdline", "TEXT", "the command line that goes with it, or alone, blanks and all",
      cli_take_any_text, FIELD(cmdline), NULL },
    { 0, "variable", "NAME", "take it for the UEFI variable of that name, NAME-GUID or db, dbx ...",
      cli_take_text, FIELD(variable), NULL },
    { 0, "profile", "N", "the profile of a unified kernel image that is started, 0 without this",
      cli_take_u32, FIELD(profile), NULL },
    { 0, "extra", "FILE", "an addon, credential or extension beside a unified kernel image",
      take_extra, FIELD(extras), NULL },
    { 'b', "bank", "ALG,...", "only these algorithms: sha1, sha256, ...", cli_take_banks,
      FIELD(banks), NULL },
    { .name = NULL },
};

int cli_measure_check_usage(const cli_call *call, const cli_measure_options *options)
{
    const cli_measure_kind *const kind =
        options->as > 0 ? cli_measure_kind_at(options->as - 1) : NULL;

    if (call->argument_count == 0 && options->cmdline == NULL)
        return cli_complain_usage(call->verb, "an argument is missing: FILE..., or --cmdline TEXT");
    if (call->argument_count == 0 && kind != NULL && kind->measure != cli_measure_cmdline)
        return cli_complain_usage(call->verb, "an argument is missing: the file that is %s",
                                  kind->what);
    if (options->cmdline != NULL && call->argument_count > 1)
        return cli_complain_usage(call->verb, "a command line is one file's, here are %zu",
                                  call->argument_count);
    if (options->variable != NULL && call->argument_count != 1)
        return cli_complain_usage(call->verb, "a variable's name is one file's, here are %zu",
                                  call->argument_count);
    if (options->extras.count > 0 && call->argument_count != 1)
        return cli_complain_usage(call->verb, "extra files are one image's, here are %zu",
                                  call->argument_count);
    return CLI_YES;
}
