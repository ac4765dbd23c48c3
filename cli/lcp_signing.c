/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/lcp_signing.h"

#include "cli/complain.h"
#include "cli/save.h"

#include <errno.h>
#include <stdlib.h>

/* A list as large as one with all digests that fit, and a key. */
enum { CHANGED_MAX = 64 << 20 };

const char *const cli_lcp_hashes[] = { "sha1", "sha256", "sha384", "sha512", "sm3", NULL };
static const uint16_t hash_ids[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA384,
                                     ASSAY_ALG_SHA512, ASSAY_ALG_SM3_256 };
const char *const cli_lcp_schemes[] = { "rsassa", "rsapss", "ecdsa", "sm2", NULL };

const char *cli_lcp_take_hash(const cli_option *option, const char *value, void *field)
{
    unsigned index;
    const char *const wrong = cli_take_word(option, value, &index);

    if (wrong == NULL)
        *(uint16_t *)field = hash_ids[index];
    return wrong;
}

const char *cli_lcp_take_scheme(const cli_option *option, const char *value, void *field)
{
    unsigned index;
    const char *const wrong = cli_take_word(option, value, &index);

    if (wrong == NULL)
        *(uint16_t *)field = assay_lcp_scheme_by_name(assay_bytes_of_string(value))->id;
    return wrong;
}

int cli_lcp_refuse(const cli_lcp_subject *subject, const assay_error *error, const char *hint)
{
    cli_complain_hint(subject->call->verb, subject->input.name, error, hint);
    return CLI_NO;
}

int cli_lcp_refuse_for(const cli_lcp_subject *subject, const char *what, const char *hint)
{
    assay_error error;

    assay_fail(&error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "%s", what);
    return cli_lcp_refuse(subject, &error, hint);
}

static int complain(const cli_lcp_subject *subject, const assay_error *error)
{
    return cli_complain(subject->call->verb, subject->input.name, error);
}

/* Reading. */

static int read_data(cli_lcp_subject *subject)
{
    const cli_number *const wanted = &subject->options->list;
    assay_error error;

    subject->in_data = true;
    if (assay_lcp_data_read(&subject->data, subject->input.file.bytes, &error) < 0)
        return complain(subject, &error);
    if (!wanted->given && subject->data.list_count != 1)
        return cli_complain_usage(subject->call->verb,
                                  "--list is missing: the policy data file has %zu lists, counted "
                                  "from 0",
                                  subject->data.list_count);
    if (wanted->value >= subject->data.list_count)
        return cli_complain_usage(subject->call->verb,
                                  "there is no list %u: the policy data file has %zu, counted "
                                  "from 0",
                                  wanted->value, subject->data.list_count);
    subject->number = wanted->value;
    subject->list = subject->data.lists[wanted->value];
    return CLI_YES;
}

static int read_list(cli_lcp_subject *subject)
{
    assay_cursor cursor = assay_cursor_of(subject->input.file.bytes);
    assay_error error;

    if (subject->options->list.given && subject->options->list.value != 0)
        return cli_complain_usage(subject->call->verb,
                                  "--list is for policy data files; this is a list alone");
    if (assay_lcp_list_read(&cursor, 0, &subject->list, &error) < 0)
        return complain(subject, &error);
    if (assay_left(&cursor) == 0)
        return CLI_YES;
    assay_fail(&error, ASSAY_MALFORMED, (assay_place){ cursor.offset, ASSAY_NO_EVENT, NULL },
               "%zu bytes follow the list", assay_left(&cursor));
    return complain(subject, &error);
}

int cli_lcp_subject_open(cli_lcp_subject *subject, const cli_call *call)
{
    assay_error error;

    *subject = (cli_lcp_subject){ .call = call,
                                  .options = call->options,
                                  .changed = assay_writer_growing(CHANGED_MAX),
                                  .changed_file = assay_writer_growing(CHANGED_MAX) };
    if (subject->options->common.output == NULL)
        return cli_complain_usage(call->verb, "--output FILE is missing");
    if (cli_input_open(&subject->input, call->arguments[0], &error) < 0)
        return cli_complain(call->verb, call->arguments[0], &error);
    subject->opened = true;
    subject->hashes = assay_hashes_new();
    if (subject->hashes == NULL) {
        assay_fail(&error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
        return complain(subject, &error);
    }
    return assay_lcp_data_detect(subject->input.file.bytes) ? read_data(subject)
                                                            : read_list(subject);
}

void cli_lcp_subject_close(cli_lcp_subject *subject)
{
    assay_writer_close(&subject->changed);
    assay_writer_close(&subject->changed_file);
    assay_hashes_free(&subject->hashes);
    if (subject->opened)
        cli_input_close(&subject->input);
}

static const char *hint_for(const cli_lcp_options *options, const char *name, int kind)
{
    if (kind == ASSAY_CRYPTO)
        return "--passphrase-file and --passphrase-env give a passphrase or PIN";
    if (kind == ASSAY_IO)
        return "check the name and the permissions";
    if (kind == ASSAY_UNKNOWN_FORMAT)
        return "'openssl storeutl' says what is in it";
    if (options->provider != NULL || options->engine != NULL)
        return "is its package installed? --provider-path names the folder of a provider's module";
    return strchr(name, ':') != NULL
               ? "--provider names a provider that knows such URIs, --engine an engine"
               : "assay-lcp(1) says which keys which lists take";
}

/* A PIN in a URI (RFC 7512, pin-value) is not for logs. */
static void hide_pin(char *name)
{
    static const char key[] = "pin-value=";
    char *const pin = strstr(name, key);

    if (pin == NULL)
        return;
    char *const value = pin + sizeof key - 1;
    const size_t size = strcspn(value, "&;");
    memmove(value, value + size, strlen(value + size) + 1);
}

static int complain_key(const cli_lcp_subject *subject, const char *name, const assay_error *error)
{
    char *const shown = strdup(name);

    if (shown != NULL)
        hide_pin(shown);
    const int status = cli_complain_hint(subject->call->verb, shown, error,
                                         hint_for(subject->options, name, error->kind));
    free(shown);
    return status;
}

int cli_lcp_key_open(const cli_lcp_subject *subject, const char *name, bool private,
                     assay_key **ret_key)
{
    const cli_lcp_options *const options = subject->options;
    const assay_key_source source = {
        .name = name,
        .provider = options->provider,
        .provider_path = options->provider_path,
        .engine = private ? options->engine : NULL,
        .passphrase = cli_take_passphrase,
        .passphrase_context = &options->passphrase,
        .secret = private,
    };
    assay_error error;

    if (private && cli_passphrase_check(subject->call, &options->passphrase) != CLI_YES)
        return CLI_TROUBLE;
    if (assay_key_open(ret_key, &source, &error) == 0)
        return CLI_YES;
    return complain_key(subject, name, &error);
}

/* Writing. */

assay_bytes cli_lcp_changed_file(cli_lcp_subject *subject)
{
    const assay_bytes whole = subject->input.file.bytes, was = subject->list.bytes;
    const size_t before = (size_t)(was.data - whole.data);
    assay_writer *const file = &subject->changed_file;

    if (file->used == 0) {
        assay_put(file, assay_bytes_of(whole.data, before));
        assay_put(file, assay_written(&subject->changed));
        assay_put(file, assay_bytes_of(was.data + was.size, whole.size - before - was.size));
    }
    return file->failure == 0 ? assay_written(file) : ASSAY_NO_BYTES;
}

int cli_lcp_write_subject(cli_lcp_subject *subject, const char *path, const char *also,
                          assay_bytes to_sign)
{
    const char *const paths[] = { path, also };
    const assay_bytes parts[] = { cli_lcp_changed_file(subject), to_sign };

    return parts[0].data == NULL ? cli_complain_write(subject->call->verb, path, ENOMEM)
                                 : cli_save_both(subject->call, paths, parts);
}
