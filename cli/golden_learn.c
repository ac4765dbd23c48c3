/* SPDX-License-Identifier: BSD-2-Clause */
/* assay golden learn: a reference from boots that are good. */
#include "cli/golden_learn.h"

#include "base/utf8.h"
#include "cli/boots.h"
#include "cli/complain.h"
#include "cli/findings.h"
#include "cli/golden_save.h"
#include "cli/input.h"
#include "cli/verbs.h"
#include "policy/reference/describe.h"

#include <stdlib.h>

enum { SETTING_NAME_MAX = 128 };

typedef struct learn_options {
    cli_common common;
    cli_learning learning;
    cli_words settings, inputs;
} learn_options;

static int complain_boot(const cli_call *call, const char *word, const assay_error *error)
{
    /* What is wrong with a log has a place in it. */
    const bool contradiction =
        error->kind == ASSAY_MALFORMED && error->offset == ASSAY_NO_OFFSET;

    if (error->kind == ASSAY_UNSUPPORTED && error->offset == ASSAY_NO_OFFSET)
        return cli_complain_hint(call->verb, word, error,
                                 "give boots one name that hold the same registers, and with each "
                                 "its own logs and values");
    if (!contradiction)
        return cli_complain(call->verb, word, error);
    cli_complain_hint(call->verb, word, error,
                      "'assay check' explains it; --pcr leaves out what is none of the boot's");
    return CLI_NO;
}

/* Of a boot without a bank that is asked for nothing could be held, and none would ever match. */
static bool has_wanted_bank(const cli_call *call, const cli_boot *boot)
{
    const cli_banks *const asked = &call->common->banks;
    bool has = asked->count == 0;

    for (size_t i = 0; i < boot->boot.log_count; i++) {
        const assay_log_header *const header = &boot->boot.logs[i]->header;

        has = has || header->banks_follow;
        for (size_t j = 0; j < header->bank_count; j++)
            has = has || cli_bank_wanted(asked, header->banks[j].alg);
    }
    for (size_t i = 0; i < boot->values.bank_count; i++)
        has = has || cli_bank_wanted(asked, boot->values.banks[i].alg);
    return has;
}

/* What --fail-on names is not learnt from. */
static int look_at_findings(const cli_call *call, const char *word,
                            const assay_findings *findings)
{
    assay_error error;

    if (cli_fail_on(call, findings, CLI_YES) == CLI_YES)
        return CLI_YES;
    assay_fail(&error, ASSAY_MALFORMED, ASSAY_NOWHERE, "its log has what --fail-on names");
    cli_complain_hint(call->verb, word, &error, "'assay check' shows it");
    return CLI_NO;
}

static void call_predicted(cli_boot *boot)
{
    boot->boot.predicted = true;
    for (size_t i = 0; i < boot->input_count; i++)
        if (strcmp(boot->inputs[i].kind, "log") == 0)
            boot->inputs[i].kind = "prediction";
}

/* What the TPM says of a boot that was seen. */
static int ask_tpm(const cli_call *call, const cli_learning *learning, cli_boot *boot)
{
    const int status = cli_boot_live(call, &learning->live, boot);

    return status == CLI_YES ? cli_boot_quote(call, &learning->quote, boot) : status;
}

static int learn_one(const cli_call *call, const char *word, bool predicted,
                     const cli_learning *learning, assay_reference *reference,
                     assay_hashes *hashes)
{
    char *variant;
    cli_boot *boot = cli_boot_of_word(call, word, &variant);
    assay_error error = { 0 };
    int status = boot == NULL ? CLI_TROUBLE : CLI_YES;

    if (boot != NULL && variant != NULL &&
        !assay_utf8_is_printable(assay_bytes_of_string(variant))) {
        status = cli_complain_usage(call->verb, "'%s': a variant's name has characters that can't "
                                    "be shown as they are; VARIANT= before the boot gives another",
                                    word);
    } else if (boot != NULL) {
        boot->boot.variant = variant;
        boot->boot.files = learning->files;
        if (predicted)
            call_predicted(boot);
        else
            status = ask_tpm(call, learning, boot);
        if (status == CLI_YES && !has_wanted_bank(call, boot))
            status = cli_complain_usage(call->verb, "'%s' has no bank that --bank asks for", word);
        if (status == CLI_YES && assay_learn_boot(reference, &boot->boot, hashes, &error) < 0)
            status = complain_boot(call, word, &error);
    }
    if (status == CLI_YES)
        status = look_at_findings(call, word, &boot->findings);
    cli_boot_free(&boot);
    free(variant);
    return status;
}

int cli_learn(const cli_call *call, const cli_learning *learning, assay_reference **ret_reference)
{
    const cli_words *const predicted = &learning->predicted;
    assay_hashes *hashes = assay_hashes_new();
    assay_reference *reference = assay_reference_new("reference");
    int status = CLI_YES;

    if (hashes == NULL || reference == NULL)
        status = cli_complain_memory(call->verb);
    else if (call->argument_count + predicted->count == 0)
        status = cli_complain_usage(call->verb, "there is no boot to learn from");
    for (size_t i = 0; i < predicted->count && status == CLI_YES; i++)
        status = learn_one(call, predicted->list[i], true, learning, reference, hashes);
    for (size_t i = 0; i < call->argument_count && status == CLI_YES; i++)
        status = learn_one(call, call->arguments[i], false, learning, reference, hashes);
    if (status == CLI_YES && reference != NULL && learning->files && reference->file_count == 0)
        status = cli_complain_usage(call->verb, "--files: no boot has a list of the kernel's (IMA) "
                                                "that names a file");
    assay_hashes_free(&hashes);
    if (status == CLI_YES)
        *ret_reference = reference;
    else
        assay_reference_free(&reference);
    return status;
}

int cli_describe_reference(const cli_call *call, assay_reference *reference,
                           const cli_words *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        char name[SETTING_NAME_MAX];
        const char *const value = cli_setting_value(settings->list[i], name, sizeof name);
        assay_error error;

        if (assay_reference_set(reference, name, value, &error) < 0)
            return cli_complain_usage(call->verb, "--set '%s': %s", settings->list[i],
                                      error.what);
    }
    return CLI_YES;
}

/* What the boots were made of: only their hashes are wanted. */
static int add_input(const cli_call *call, assay_reference *reference, const char *path)
{
    cli_input input = { 0 };
    assay_error error;

    if (cli_input_open_artefact(&input, path, &error) < 0)
        return cli_complain(call->verb, path, &error);
    const char *const slash = strrchr(path, '/');
    assay_reference_input made = { .kind = "artefact",
                                   .size = input.file.bytes.size,
                                   .variants = assay_reference_all(reference) };
    made.name = assay_arena_text(&reference->arena,
                                 assay_bytes_of_string(slash != NULL ? slash + 1 : path));
    assay_reference_input *const added =
        made.name == NULL || reference->input_count >= ASSAY_REFERENCE_INPUTS_MAX
            ? NULL
            : assay_arena_more(&reference->arena, &reference->inputs, reference->input_count,
                               sizeof *added);
    int status;
    if (added == NULL)
        status = cli_complain_memory(call->verb);
    else if (cli_input_digest(&input, made.sha256) < 0)
        status = cli_complain_inputs(call->verb);
    else {
        *added = made;
        reference->input_count++;
        status = CLI_YES;
    }
    cli_input_close(&input);
    return status;
}

static int run(const cli_call *call)
{
    const learn_options *const o = call->options;
    assay_reference *reference = NULL;

    if (o->learning.quote.quote != NULL && call->argument_count != 1)
        return cli_complain_usage(call->verb, "a quote is of one boot");
    if (o->learning.live.live && call->argument_count != 1)
        return cli_complain_usage(call->verb, "the TPM holds the values of one boot");
    if (call->common->notation == CLI_YAML)
        return cli_complain_usage(call->verb, "a reference is JSON");
    int status = cli_learn(call, &o->learning, &reference);
    for (size_t i = 0; i < o->inputs.count && status == CLI_YES; i++)
        status = add_input(call, reference, o->inputs.list[i]);
    if (status == CLI_YES)
        status = cli_describe_reference(call, reference, &o->settings);
    if (status == CLI_YES)
        status = cli_golden_save(call, reference);
    assay_reference_free(&reference);
    return status;
}

static const cli_option options[] = {
    CLI_PREDICTED_OPTION(learn_options, learning.predicted),
    CLI_LIVE_OPTIONS(learn_options, learning.live,
                     "the values are what this machine's TPM holds now"),
    CLI_QUOTE_OPTIONS(learn_options, learning.quote),
    { 0, "set", "NAME=VALUE", "what the reference says of itself: name, version, vendor ...",
      cli_take_setting, offsetof(learn_options, settings), NULL },
    { 0, "input", "FILE", "something that the boots were made of; its hash is noted",
      cli_take_words, offsetof(learn_options, inputs), NULL },
    { 0, "files", NULL, "the files that the kernel's lists (IMA) name, by path and digest",
      cli_take_flag, offsetof(learn_options, learning.files), NULL },
    { 0, NULL, NULL, NULL, NULL, 0, NULL },
};

const cli_verb cli_golden_learn = {
    .name = "golden learn",
    .summary = "make a reference of boots that are good",
    .usage = "[VARIANT=]BOOT...",
    .about = "A BOOT is a machine folder, or the logs and PCR values of one boot with commas "
             "between them. Boots that measure the same are one variant; another boot is a variant "
             "of its own. VARIANT= gives it a name. Boots that are given one name are one "
             "variant: what differs between them, varies from boot to boot, and is not held.\n"
             "Where there are PCR values, they must be what the logs fold to.\n"
             "With --files, 'golden check' allows a boot no other files than those that these "
             "boots measured.",
    .options = options,
    .options_size = sizeof(learn_options),
    .least = 0,
    .most = 256,
    .run = run,
    .own_output = true,
    .reads_logs = true,
};
