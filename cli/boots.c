/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/boots.h"

#include "cli/complain.h"
#include "cli/reference.h"
#include "replay/pcrvalues.h"

#include <stdlib.h>
#include <unistd.h>

enum { NAMES_MAX = CLI_LOGS_MAX };

void cli_boot_free(cli_boot **boot)
{
    if (*boot == NULL)
        return;
    cli_logs_close(&(*boot)->logs);
    free(*boot);
    *boot = NULL;
}

/* What its inputs are called: without the folder that the named one lies in. */
static const char *short_name(const char *path, char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t end = strlen(names[i]);

        while (end > 1 && names[i][end - 1] == '/')
            end--;
        if (strncmp(path, names[i], end) != 0)
            continue;
        while (end > 0 && names[i][end - 1] != '/')
            end--;
        return path + end;
    }
    return path;
}

static int add_input(cli_boot *boot, const cli_call *call, const cli_input *input,
                     const char *kind, char *const *names, size_t count)
{
    assay_reference_input *const added = &boot->inputs[boot->input_count];

    *added = (assay_reference_input){ .name = short_name(input->name, names, count),
                                      .kind = kind,
                                      .size = input->file.bytes.size };
    if (cli_input_digest(input, added->sha256) < 0)
        return cli_complain_inputs(call->verb);
    boot->input_count++;
    return CLI_YES;
}

static int merge(cli_boot *boot, const cli_call *call, const char *name, const assay_pcrs *more)
{
    assay_error error;

    if (assay_pcrs_merge(&boot->values, more))
        return CLI_YES;
    assay_fail(&error, ASSAY_MALFORMED, ASSAY_NOWHERE, "its PCR values contradict those before it");
    return cli_complain_hint(call->verb, name, &error,
                             "give the values of one machine at one moment");
}

static int read_values(cli_boot *boot, const cli_call *call, const cli_input *input)
{
    assay_pcrs more;
    assay_error error;
    /* Of a sysfs folder there is the name only. */
    const int status = input->file.bytes.size == 0
                           ? assay_pcrvalues_read(input->name, &more, &error)
                           : assay_pcrvalues_parse(input->file.bytes, &more, &error);

    if (status >= 0)
        return merge(boot, call, input->name, &more);
    if (!cli_bytes_are_reference(input->file.bytes))
        return cli_complain_values(call->verb, input->name, &error);
    assay_fail(&error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "a reference, where a boot is wanted");
    return cli_complain_hint(call->verb, input->name, &error,
                             "'assay golden merge' puts references together");
}

static int read_values_beside(cli_boot *boot, const cli_call *call, const cli_input *input)
{
    assay_pcrs more = { 0 };
    assay_error error;
    const int status = assay_pcrvalues_beside(input->file.bytes, &more, &error);

    if (status < 0)
        return cli_complain(call->verb, input->name, &error);
    return status == 0 ? CLI_YES : merge(boot, call, input->name, &more);
}

static int take_parts(cli_boot *boot, const cli_call *call, char *const *names, size_t count)
{
    const cli_logs *const logs = &boot->logs;
    int status = CLI_YES;

    for (size_t i = 0; i < logs->count && status == CLI_YES; i++) {
        boot->list[i] = &logs->list[i]->log;
        status = add_input(boot, call, &logs->list[i]->input, "log", names, count);
    }
    for (size_t i = 0; i < logs->value_count && status == CLI_YES; i++) {
        status = read_values(boot, call, &logs->values[i]);
        if (status == CLI_YES)
            status = add_input(boot, call, &logs->values[i], "values", names, count);
    }
    for (size_t i = 0; i < logs->count && logs->value_count == 0 && status == CLI_YES; i++)
        status = read_values_beside(boot, call, &logs->list[i]->input);
    return status;
}

/* Two whole logs of one stage that have nothing in common are of two boots. */
static bool are_apart(const assay_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->list[i].code == ASSAY_FINDING_APART)
            return true;
    return false;
}

static int complain_apart(const cli_call *call, const char *name)
{
    assay_error error;

    assay_fail(&error, ASSAY_MALFORMED, ASSAY_NOWHERE,
               "what is named with it is a log of another boot");
    return cli_complain_hint(call->verb, name, &error, "give the logs of one boot together");
}

static int open_boot(cli_boot *boot, const cli_call *call, char *const *names, size_t count,
                     enum cli_values values)
{
    cli_call named = *call;

    named.arguments = names;
    named.argument_count = count;
    const int status = cli_logs_open(&boot->logs, &named, values, &boot->findings);
    if (status != CLI_YES || boot->logs.refused)
        return CLI_TROUBLE;
    if (are_apart(&boot->findings))
        return complain_apart(call, names[0]);
    return take_parts(boot, call, names, count);
}

static cli_boot *new_boot(const cli_call *call, char *const *names, size_t count,
                          enum cli_values values)
{
    cli_boot *boot = calloc(1, sizeof *boot);

    if (boot == NULL) {
        cli_complain_memory(call->verb);
        return NULL;
    }
    assay_findings_reset(&boot->findings);
    if (open_boot(boot, call, names, count, values) != CLI_YES) {
        cli_boot_free(&boot);
        return NULL;
    }
    boot->boot = (assay_learnt_boot){ .log_count = boot->logs.count,
                                      .logs = boot->list,
                                      .values = boot->values.bank_count > 0 ? &boot->values : NULL,
                                      .pcrs = call->common->pcrs,
                                      .bank_count = call->common->banks.count,
                                      .banks = call->common->banks.alg,
                                      .input_count = boot->input_count,
                                      .inputs = boot->inputs };
    return boot;
}

/* Inputs are named by the folder they are in, however that was written. */
static void drop_slashes(char *name)
{
    for (size_t size = strlen(name); size > 1 && name[size - 1] == '/'; size--)
        name[size - 1] = '\0';
}

/* The '=' that parts a variant from its boot, or NULL: none where the whole is a file's name. */
static char *find_equals(char *word)
{
    char *const equals = strchr(word, '=');

    return equals == NULL || equals == word || access(word, F_OK) == 0 ? NULL : equals;
}

static size_t split(char *word, char *names[NAMES_MAX])
{
    size_t count = 0;

    names[count++] = word;
    if (access(word, F_OK) == 0)
        return count;
    for (char *comma = strchr(word, ','); comma != NULL && count < NAMES_MAX;
         comma = strchr(comma + 1, ',')) {
        *comma = '\0';
        names[count++] = comma + 1;
    }
    return count;
}

cli_boot *cli_boot_of_words(const cli_call *call, char *const *words, size_t count)
{
    char *copy = count == 1 ? strdup(words[0]) : NULL;
    char *names[NAMES_MAX];

    if (count != 1)
        return new_boot(call, words, count, CLI_VALUES_DECIDE);
    if (copy == NULL) {
        cli_complain_memory(call->verb);
        return NULL;
    }
    const size_t parts = split(copy, names);
    cli_boot *const boot =
        new_boot(call, parts > 1 ? names : words, parts, CLI_VALUES_DECIDE);
    free(copy);
    return boot;
}

cli_boot *cli_boot_of_word(const cli_call *call, const char *word, char **ret_variant)
{
    char *const copy = strdup(word);
    char *names[NAMES_MAX];
    char *const equals = copy == NULL ? NULL : find_equals(copy);

    *ret_variant = NULL;
    if (copy == NULL) {
        cli_complain_memory(call->verb);
        return NULL;
    }
    if (equals != NULL) {
        *equals = '\0';
        *ret_variant = strdup(copy);
    }
    const size_t count = split(equals != NULL ? equals + 1 : copy, names);
    for (size_t i = 0; i < count; i++)
        drop_slashes(names[i]);
    cli_boot *const boot = new_boot(call, names, count, CLI_VALUES_ALONE);
    /* Inputs are named by what was opened, and that has names of its own. */
    free(copy);
    return boot;
}
