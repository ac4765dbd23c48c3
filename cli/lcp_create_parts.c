/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp create: elements and lists from options. */
#include "base/hex.h"
#include "cli/lcp_create.h"
#include "policy/lcp/uuid.h"

#include <stdlib.h>

enum { LISTS_MAX = ASSAY_LCP_FILE_MAX };

static uint16_t alg_of(const cli_lcp_work *work)
{
    return work->options->alg.given ? (uint16_t)work->options->alg.value : ASSAY_ALG_SHA256;
}

static bool is(const cli_lcp_item *item, const char *option)
{
    return strcmp(item->option, option) == 0;
}

/* Digits of one digest, or a hash file. */
static int add_hashes(cli_lcp_work *work, const char *value, uint16_t alg, assay_writer *digests)
{
    const size_t size = assay_alg_find(alg)->size;
    uint8_t digest[ASSAY_DIGEST_MAX];

    if (assay_hex_decode(assay_bytes_of_string(value), digest, size)) {
        assay_put(digests, assay_bytes_of(digest, size));
        return 0;
    }
    assay_writer text = assay_writer_growing(ASSAY_LCP_FILE_MAX);
    int status = cli_lcp_read_file(work, value, &text);
    if (status == 0)
        status = assay_lcp_hash_file_read(digests, assay_written(&text), alg, &work->error);
    assay_writer_close(&text);
    return status;
}

static int add_mle(cli_lcp_work *work, size_t i, uint16_t alg, assay_writer *digests)
{
    const cli_lcp_items *const items = &work->options->items;
    const bool has_line = i + 1 < items->count && is(&items->list[i + 1], "cmdline");
    assay_digest digest;
    const int status = cli_lcp_mle_digest(
        work, items->list[i].value,
        has_line ? assay_bytes_of_string(items->list[i + 1].value) : ASSAY_NO_BYTES, alg, &digest);

    if (status == 0)
        assay_put(digests, assay_bytes_of(digest.value, digest.size));
    return status;
}

/* The digests that options of that name give, and for MLEs also the files. */
static int collect(cli_lcp_work *work, const char *option, uint16_t alg, assay_writer *digests)
{
    const cli_lcp_items *const items = &work->options->items;
    int status = 0;

    for (size_t i = 0; i < items->count && status == 0; i++)
        if (is(&items->list[i], option))
            status = add_hashes(work, items->list[i].value, alg, digests);
        else if (strcmp(option, "mle-digest") == 0 && is(&items->list[i], "mle"))
            status = add_mle(work, i, alg, digests);
    return status;
}

static int read_fallback(cli_lcp_work *work, uint16_t alg, assay_writer *fallback)
{
    const size_t size = assay_alg_find(alg)->size;
    const int status = collect(work, "fallback", alg, fallback);

    if (status < 0)
        return status;
    if (fallback->used == 0)
        assay_put_zeros(fallback, size);
    return fallback->used == size ? 0 : cli_lcp_fail(work, "--fallback wants one hash");
}

/* The element of a type and of the digests collected for it. */
static int put_digest_element(cli_lcp_work *work, uint32_t type, assay_writer *digests,
                              assay_writer *out)
{
    const uint16_t alg = assay_lcp_element_is_new(type) ? alg_of(work) : ASSAY_ALG_SHA1;
    const size_t count = digests->used / assay_alg_find(alg)->size;
    assay_writer fallback = assay_writer_growing(ASSAY_LCP_FILE_MAX);
    assay_lcp_element element = {
        .type = type,
        .control = work->options->element_control.value,
        .hash_alg = alg,
        .count = (uint16_t)count,
        .digests = assay_written(digests),
        .sinit_min_version = (uint8_t)work->options->mle_min_version.value,
    };
    int status =
        count > UINT16_MAX ? cli_lcp_fail(work, "an element has room for 65535 hashes") : 0;

    if (status == 0 && (type == ASSAY_LCP_SBIOS || type == ASSAY_LCP_SBIOS2)) {
        status = read_fallback(work, alg, &fallback);
        element.fallback = assay_written(&fallback);
    }
    if (status == 0)
        assay_lcp_element_encode(out, &element);
    assay_writer_close(&fallback);
    return status;
}

/* Values in tboot's own form, or in any that the other verbs take. */
static int read_values(cli_lcp_work *work, const char *path, bool legacy, assay_pcrs *pcrs,
                       uint8_t *locality)
{
    assay_writer text = assay_writer_growing(ASSAY_LCP_FILE_MAX);
    int status = legacy ? cli_lcp_read_file(work, path, &text) : -ASSAY_UNSUPPORTED;

    if (status == 0)
        status = assay_lcp_pcr_file_read(assay_written(&text), pcrs, locality, &work->error);
    assay_writer_close(&text);
    return status == 0 ? 0 : cli_lcp_read_pcrs(work, path, pcrs);
}

static int add_info(cli_lcp_work *work, uint32_t type, const char *path, assay_writer *infos)
{
    const cli_lcp_create_options *const options = work->options;
    const bool legacy = type == ASSAY_LCP_PCONF;
    const uint16_t alg = legacy ? ASSAY_ALG_SHA1 : alg_of(work);
    assay_lcp_pcr_info info = { .bank = alg, .pcrs = options->pcrs, .locality = 0x1f };
    assay_pcrs *const pcrs = calloc(1, sizeof *pcrs);
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hash *hash = NULL;
    int status = pcrs == NULL
                     ? assay_fail(&work->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory")
                     : read_values(work, path, legacy, pcrs, &info.locality);

    if (options->pcr_bank.given)
        info.bank = (uint16_t)options->pcr_bank.value;
    if (options->locality.given)
        info.locality = (uint8_t)options->locality.value;
    if (status == 0 && info.pcrs == 0 && assay_pcrs_bank_const(pcrs, info.bank) != NULL)
        info.pcrs = assay_pcrs_bank_const(pcrs, info.bank)->present;
    if (status == 0 && info.pcrs == 0)
        status = cli_lcp_fail(work, "the file has no values of the bank that is wanted");
    if (status == 0 && assay_hashes_get(work->hashes, alg, &hash) < 0)
        status = cli_lcp_fail(work, "this algorithm can't be computed here");
    if (status == 0)
        status = assay_lcp_composite(type, &info, pcrs, hash, digest, &work->error);
    if (status == 0) {
        info.digest = assay_bytes_of(digest, assay_hash_size(hash));
        assay_lcp_pcr_info_encode(infos, type, &info);
    }
    free(pcrs);
    return status;
}

/* One PCR info of each file: of the options, and of the arguments where they are such. */
static int put_pcr_element(cli_lcp_work *work, uint32_t type, char *const *files, size_t count,
                           assay_writer *out)
{
    const cli_lcp_items *const items = &work->options->items;
    assay_writer infos = assay_writer_growing(ASSAY_LCP_FILE_MAX);
    assay_lcp_element element = { .type = type,
                                  .control = work->options->element_control.value,
                                  .hash_alg = alg_of(work) };
    int status = 0;

    for (size_t i = 0; i < items->count && status == 0; i++)
        if (is(&items->list[i], "pcr-values")) {
            status = add_info(work, type, items->list[i].value, &infos);
            element.count++;
        }
    for (size_t i = 0; i < count && status == 0; i++) {
        status = add_info(work, type, files[i], &infos);
        element.count++;
    }
    if (status == 0 && element.count == 0)
        status = cli_lcp_fail(work, "--pcr wants the values: --pcr-values FILE");
    element.infos = assay_written(&infos);
    if (status == 0)
        assay_lcp_element_encode(out, &element);
    assay_writer_close(&infos);
    return status;
}

static int put_custom(cli_lcp_work *work, uint32_t type, assay_bytes uuid, const char *path,
                      assay_writer *out)
{
    assay_writer data = assay_writer_growing(ASSAY_LCP_FILE_MAX);
    assay_lcp_element element = { .type = type, .control = work->options->element_control.value };
    int status = assay_lcp_uuid_parse(uuid, &element.uuid)
                     ? 0
                     : cli_lcp_fail(work, "a custom element wants a UUID, or 'tboot'");

    if (status == 0)
        status = cli_lcp_read_file(work, path, &data);
    element.data = assay_written(&data);
    if (status == 0)
        assay_lcp_element_encode(out, &element);
    assay_writer_close(&data);
    return status;
}

/* "UUID:FILE" */
static int put_custom_item(cli_lcp_work *work, const char *value, assay_writer *out)
{
    const char *const colon = strchr(value, ':');

    if (colon == NULL)
        return cli_lcp_fail(work, "--custom wants UUID:FILE");
    return put_custom(work, ASSAY_LCP_CUSTOM2, assay_bytes_of(value, (size_t)(colon - value)),
                      colon + 1, out);
}

static int put_collected(cli_lcp_work *work, const char *option, uint32_t type, assay_writer *out)
{
    assay_writer digests = assay_writer_growing(ASSAY_LCP_FILE_MAX);
    int status = collect(work, option, alg_of(work), &digests);

    if (status == 0 && digests.used > 0)
        status = put_digest_element(work, type, &digests, out);
    assay_writer_close(&digests);
    return status;
}

static bool has_item(const cli_lcp_work *work, const char *option)
{
    for (size_t i = 0; i < work->options->items.count; i++)
        if (is(&work->options->items.list[i], option))
            return true;
    return false;
}

/* A command line belongs to the MLE before it. */
static int check_lines(cli_lcp_work *work)
{
    const cli_lcp_items *const items = &work->options->items;

    for (size_t i = 0; i < items->count; i++)
        if (is(&items->list[i], "cmdline") && (i == 0 || !is(&items->list[i - 1], "mle")))
            return cli_lcp_fail(work, "--cmdline belongs behind the --mle whose it is");
    return 0;
}

int cli_lcp_make_elements(cli_lcp_work *work, assay_writer *out)
{
    const cli_lcp_items *const items = &work->options->items;
    int status = check_lines(work);

    if (status == 0 && has_item(work, "digest"))
        status = cli_lcp_fail(
            work, "--digest is for --element; --mle-digest, --stm-digest or --sbios-digest?");
    if (status == 0)
        status = put_collected(work, "mle-digest", ASSAY_LCP_MLE2, out);
    if (status == 0 && (work->options->pcrs != 0 || has_item(work, "pcr-values")))
        status = put_pcr_element(work, ASSAY_LCP_PCONF2, NULL, 0, out);
    if (status == 0)
        status = put_collected(work, "sbios-digest", ASSAY_LCP_SBIOS2, out);
    if (status == 0)
        status = put_collected(work, "stm-digest", ASSAY_LCP_STM2, out);
    for (size_t i = 0; i < items->count && status == 0; i++)
        if (is(&items->list[i], "custom"))
            status = put_custom_item(work, items->list[i].value, out);
    return status;
}

static const char *option_of(uint32_t type)
{
    return type == ASSAY_LCP_MLE || type == ASSAY_LCP_MLE2       ? "mle-digest"
           : type == ASSAY_LCP_SBIOS || type == ASSAY_LCP_SBIOS2 ? "sbios-digest"
                                                                 : "stm-digest";
}

static int make_digest_element(cli_lcp_work *work, uint32_t type, assay_writer *out)
{
    const uint16_t alg = assay_lcp_element_is_new(type) ? alg_of(work) : ASSAY_ALG_SHA1;
    assay_writer digests = assay_writer_growing(ASSAY_LCP_FILE_MAX);
    int status = collect(work, option_of(type), alg, &digests);

    if (status == 0)
        status = collect(work, "digest", alg, &digests);
    for (size_t i = 0; i < work->call->argument_count && status == 0; i++)
        status = add_hashes(work, work->call->arguments[i], alg, &digests);
    if (status == 0)
        status = put_digest_element(work, type, &digests, out);
    assay_writer_close(&digests);
    return status;
}

int cli_lcp_make_element(cli_lcp_work *work, assay_writer *out)
{
    const uint32_t type = work->options->element.value;
    const int status = check_lines(work);

    if (status < 0)
        return status;
    switch (type) {
    case ASSAY_LCP_PCONF:
    case ASSAY_LCP_PCONF2:
        return put_pcr_element(work, type, work->call->arguments, work->call->argument_count, out);
    case ASSAY_LCP_CUSTOM:
    case ASSAY_LCP_CUSTOM2:
        if (work->call->argument_count != 1 || work->options->uuid == NULL)
            return cli_lcp_fail(work, "a custom element wants --uuid UUID and one file");
        return put_custom(work, type, assay_bytes_of_string(work->options->uuid),
                          work->call->arguments[0], out);
    default:
        return make_digest_element(work, type, out);
    }
}

void cli_lcp_put_list(const cli_lcp_work *work, assay_bytes elements, assay_writer *out)
{
    const cli_number *const version = &work->options->list_version;
    const assay_lcp_list list = { .version = version->given ? (uint16_t)version->value
                                                            : ASSAY_LCP_LIST_3_0,
                                  .elements = elements };

    assay_lcp_list_encode(out, &list);
}
