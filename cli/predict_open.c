/* SPDX-License-Identifier: BSD-2-Clause */
/* assay predict: opens what the options name, and describes the launch by it. */
#include "boot/artefact/mle.h"
#include "cli/complain.h"
#include "cli/predict_parts.h"
#include "eventlog/types.h"

static const char cant_digest[] = "its digests can't be computed";

static int complain(const predict_work *w, const char *name, const assay_error *error)
{
    return cli_complain(w->call->verb, name, error);
}

struct predict_file *predict_open_file(predict_work *w, const char *path, const char *role)
{
    struct predict_file *const file = &w->files[w->file_count];
    assay_error error;

    if (w->file_count == PREDICT_FILES_MAX) {
        cli_complain_usage(w->call->verb, "too many files");
        return NULL;
    }
    if (cli_input_open_artefact(&file->input, path, &error) < 0) {
        complain(w, path, &error);
        return NULL;
    }
    file->role = role;
    w->file_count++;
    w->replaces = true;
    return file;
}

/* What the boot loader puts into memory of a file. */
const assay_bytes *predict_open_image(predict_work *w, const char *path, const char *role)
{
    struct predict_file *const file = predict_open_file(w, path, role);
    assay_error error;

    if (file == NULL)
        return NULL;
    if (assay_gunzip(&file->unzipped, file->input.file.bytes, ASSAY_IMAGE_MAX, &error) < 0) {
        complain(w, path, &error);
        return NULL;
    }
    file->is_unzipped = true;
    return &file->unzipped.bytes;
}

/* The banks of the log that have an algorithm known here. */
static size_t banks_of(const predict_work *w, uint16_t ret_algs[static ASSAY_ALGS])
{
    const assay_log_header *const header = &w->base->header;
    size_t count = 0;

    for (size_t i = 0; i < header->bank_count && count < ASSAY_ALGS; i++)
        if (assay_alg_find(header->banks[i].alg) != NULL)
            ret_algs[count++] = header->banks[i].alg;
    return count;
}

/* A policy may name what it permits by a digest of which the TPM has no bank. */
static size_t policy_algs_of(const predict_work *w, uint16_t ret_algs[static ASSAY_ALGS])
{
    size_t count = banks_of(w, ret_algs);

    for (size_t i = 0; i < ASSAY_LAUNCH_ALGS; i++) {
        size_t at = 0;

        while (at < count && ret_algs[at] != assay_launch_algs[i])
            at++;
        if (at == count && count < ASSAY_ALGS)
            ret_algs[count++] = assay_launch_algs[i];
    }
    return count;
}

static int digests_of(const predict_work *w, const char *path, assay_bytes bytes,
                      const uint16_t *algs, size_t count, assay_digests *ret_digests)
{
    const int status = assay_digests_of(w->hashes, algs, count, &bytes, 1, ret_digests);

    return status < 0 ? cli_complain_kind(w->call->verb, path, status, cant_digest) : CLI_YES;
}

int predict_digests_of(const predict_work *w, const char *path, assay_bytes bytes,
                       assay_digests *ret_digests)
{
    uint16_t algs[ASSAY_ALGS];

    return digests_of(w, path, bytes, algs, banks_of(w, algs), ret_digests);
}

/* A command line without a file: what the MLE then is can't be known. */
static int open_mle(predict_work *w)
{
    const predict_options *const options = w->options;
    const char *const text = options->mle_cmdline;
    const assay_bytes cmdline = text == NULL ? ASSAY_NO_BYTES : assay_bytes_of_string(text);
    uint16_t algs[ASSAY_ALGS];
    assay_digesting digesting;
    assay_mle mle;
    assay_error error;

    if (options->mle == NULL && text == NULL && options->mle_digests.count == 0)
        return CLI_YES;
    w->replaces = w->launch.replaces_mle = true;
    w->launch.mle = options->mle_digests;
    if (options->mle == NULL)
        return CLI_YES;
    if (options->mle_digests.count > 0)
        return cli_complain_usage(w->call->verb, "an MLE is given by its file or by its digests");
    const assay_bytes *const image = predict_open_image(w, options->mle, "mle");
    if (image == NULL)
        return CLI_TROUBLE;
    if (assay_mle_open(&mle, *image, &error) < 0)
        return complain(w, options->mle, &error);
    int status = assay_digesting_begin(&digesting, w->hashes, algs, policy_algs_of(w, algs));
    if (status < 0)
        return cli_complain_kind(w->call->verb, options->mle, status, cant_digest);
    status = assay_mle_digest(&mle, cmdline, &digesting, &w->launch.mle, &error);
    return status < 0 ? complain(w, options->mle, &error) : CLI_YES;
}

static int open_sinit(predict_work *w)
{
    const char *const path = w->options->sinit;
    assay_error error;

    if (path == NULL)
        return CLI_YES;
    const struct predict_file *const file = predict_open_file(w, path, "sinit");
    if (file == NULL)
        return CLI_TROUBLE;
    if (assay_acm_open(&w->acm, file->input.file.bytes, &error) < 0)
        return complain(w, path, &error);
    if (!assay_acm_is_sinit(&w->acm)) {
        assay_fail(&error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "this AC module is no SINIT");
        return complain(w, path, &error);
    }
    w->launch.sinit = &w->acm;
    return CLI_YES;
}

static int open_stm(predict_work *w)
{
    const char *const path = w->options->stm;
    uint16_t algs[ASSAY_ALGS];

    if (path == NULL)
        return CLI_YES;
    w->replaces = w->launch.replaces_stm = true;
    if (strcmp(path, "none") == 0)
        return CLI_YES;
    const struct predict_file *const file = predict_open_file(w, path, "stm");
    if (file == NULL)
        return CLI_TROUBLE;
    const size_t count = policy_algs_of(w, algs);
    return digests_of(w, path, file->input.file.bytes, algs, count, &w->launch.stm);
}

/* One index of NV_INFO: TPMS_NV_PUBLIC from a file, or that it is not defined. */
static int open_public(predict_work *w, const char *path, const char *role, size_t index)
{
    uint8_t bytes[1 + UINT16_MAX + 64];
    assay_writer data = assay_writer_lent(bytes, sizeof bytes);
    assay_txt_nv_info info;
    assay_error error;

    if (path == NULL)
        return CLI_YES;
    w->replaces = w->launch.replaces_nv = true;
    w->launch.nv_info.indices[index] = (assay_txt_nv_public){ .defined = false };
    if (strcmp(path, "none") == 0 || strcmp(path, predict_new_index) == 0)
        return CLI_YES;
    const struct predict_file *const file = predict_open_file(w, path, role);
    if (file == NULL)
        return CLI_TROUBLE;
    /* As the first of three indices, of which the others are not defined. */
    assay_put_u8(&data, 1);
    assay_put(&data, file->input.file.bytes);
    assay_put_zeros(&data, 2);
    if (data.failure != 0 || !assay_txt_nv_info_decode(assay_written(&data), &info)) {
        assay_fail(&error, ASSAY_MALFORMED, (assay_place){ 0, ASSAY_NO_EVENT, "TPMS_NV_PUBLIC" },
                   "this is not the public area of an NV index");
        return complain(w, path, &error);
    }
    w->launch.nv_info.indices[index] = info.indices[0];
    w->launch.nv_info.indices[index].auth_policy =
        assay_bytes_of(file->input.file.bytes.data + file->input.file.bytes.size - 2 -
                           info.indices[0].auth_policy.size,
                       info.indices[0].auth_policy.size);
    return CLI_YES;
}

/* As the base has them; what options say comes over it. */
static bool nv_of_base(predict_work *w)
{
    for (size_t i = 0; i < w->base->count; i++)
        if (w->base->events[i].event.type == TXT_EVTYPE_NV_INFO_HASH)
            return assay_txt_nv_info_decode(w->base->events[i].event.data, &w->launch.nv_info);
    return false;
}

static int open_publics(predict_work *w)
{
    const predict_options *const options = w->options;
    const bool in_base = nv_of_base(w);
    int status = open_public(w, options->aux_public, "aux-public", 0);

    if (status == CLI_YES)
        status = open_public(w, options->ps_public, "ps-public", 1);
    if (status == CLI_YES)
        status = open_public(w, options->po_public, "po-public", 2);
    if (w->launch.replaces_nv && !in_base &&
        (options->aux_public == NULL || options->ps_public == NULL || options->po_public == NULL))
        w->launch.nv_unknown = "the base doesn't keep how the other indices are defined";
    return status;
}

int predict_open(predict_work *w)
{
    static int (*const steps[])(predict_work *) = {
        open_mle,
        open_sinit,
        open_stm,
        open_publics,
        predict_open_vlps,
        predict_take_tboot_options,
        predict_open_modules,
        predict_open_nv,
        predict_open_secure,
        predict_open_policies,
    };

    if (w->options->capabilities.given) {
        w->replaces = w->launch.replaces_capabilities = true;
        w->launch.capabilities = w->options->capabilities.value;
    }
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i](w) != CLI_YES)
            return CLI_TROUBLE;
    return CLI_YES;
}
