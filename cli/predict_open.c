/* SPDX-License-Identifier: BSD-2-Clause */
/* assay predict: opens what the options name, and describes the launch by it. */
#include "boot/artefact/mle.h"
#include "boot/artefact/slb.h"
#include "cli/complain.h"
#include "cli/predict.h"
#include "eventlog/types.h"

static const size_t unzipped_ceiling = (size_t)1 << 31;

static int complain(const predict_work *w, const char *name, const assay_error *error)
{
    return cli_complain(w->call->verb, name, error);
}

static int complain_kind(const predict_work *w, const char *name, int status)
{
    assay_error error;

    assay_fail(&error, (enum assay_kind)(-status), ASSAY_NOWHERE, "its digests can't be computed");
    return complain(w, name, &error);
}

struct predict_file *predict_open_file(predict_work *w, const char *path, const char *role)
{
    struct predict_file *const file = &w->files[w->file_count];
    assay_error error;

    if (w->file_count == PREDICT_FILES_MAX) {
        cli_complain_usage(w->call->verb, "too many files");
        return NULL;
    }
    if (cli_input_open(&file->input, path, &error) < 0) {
        complain(w, path, &error);
        return NULL;
    }
    file->role = role;
    w->file_count++;
    w->replaces = true;
    return file;
}

/* What the boot loader puts into memory of a file. */
static const assay_bytes *open_image(predict_work *w, const char *path, const char *role)
{
    struct predict_file *const file = predict_open_file(w, path, role);
    assay_error error;

    if (file == NULL)
        return NULL;
    if (assay_gunzip(&file->unzipped, file->input.file.bytes, unzipped_ceiling, &error) < 0) {
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

static int digests_of(const predict_work *w, const char *path, assay_bytes bytes,
                      assay_digests *ret_digests)
{
    uint16_t algs[ASSAY_ALGS];
    const size_t count = banks_of(w, algs);
    const int status = assay_digests_of(w->hashes, algs, count, &bytes, 1, ret_digests);

    return status < 0 ? complain_kind(w, path, status) : CLI_YES;
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
    const assay_bytes *const image = open_image(w, options->mle, "mle");
    if (image == NULL)
        return CLI_TROUBLE;
    if (assay_mle_open(&mle, *image, &error) < 0)
        return complain(w, options->mle, &error);
    int status = assay_digesting_begin(&digesting, w->hashes, algs, banks_of(w, algs));
    if (status < 0)
        return complain_kind(w, options->mle, status);
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
    if (!w->acm.has_info || w->acm.info.chipset_acm_type != ASSAY_ACM_SINIT) {
        assay_fail(&error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "this module is no SINIT");
        return complain(w, path, &error);
    }
    w->launch.sinit = &w->acm;
    return CLI_YES;
}

static int open_stm(predict_work *w)
{
    const char *const path = w->options->stm;

    if (path == NULL)
        return CLI_YES;
    w->replaces = w->launch.replaces_stm = true;
    if (strcmp(path, "none") == 0)
        return CLI_YES;
    const struct predict_file *const file = predict_open_file(w, path, "stm");
    return file == NULL ? CLI_TROUBLE : digests_of(w, path, file->input.file.bytes, &w->launch.stm);
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
    if (strcmp(path, "none") == 0)
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

static int open_vlp(predict_work *w, const char *path, const char *role, assay_vlp *ret_vlp)
{
    assay_error error;
    const struct predict_file *const file = predict_open_file(w, path, role);

    if (file == NULL)
        return CLI_TROUBLE;
    if (assay_vlp_read(ret_vlp, file->input.file.bytes, &error) < 0)
        return complain(w, path, &error);
    return CLI_YES;
}

int predict_open_base_vlp(predict_work *w)
{
    const char *const path = w->options->base_vlp;

    if (path == NULL)
        return CLI_YES;
    const int status = open_vlp(w, path, "base-vlp", &w->base_vlp);
    w->launch.base_vlp = &w->base_vlp;
    w->replaces = false; /* it only says what was */
    return status;
}

static int open_vlps(predict_work *w)
{
    const predict_options *const options = w->options;
    if (options->vlp == NULL)
        return CLI_YES;
    w->replaces = w->launch.replaces_tboot = true;
    if (strcmp(options->vlp, "builtin") == 0) {
        w->launch.vlp_builtin = true;
        return CLI_YES;
    }
    w->launch.vlp = &w->vlp;
    return open_vlp(w, options->vlp, "vlp", &w->vlp);
}

/* Options of tboot: from its command line, and over them those given here. */
static int take_tboot_options(predict_work *w)
{
    const predict_options *const options = w->options;
    assay_tboot_options told = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
    assay_launch *const launch = &w->launch;

    if (options->mle_cmdline != NULL && w->facts.tboot)
        told = assay_tboot_options_of(assay_bytes_of_string(options->mle_cmdline));
    if (options->extpol != NULL)
        told.extpol = assay_bytes_of_string(options->extpol);
    launch->extpol = told.extpol;
    launch->has_extpol =
        options->extpol != NULL || (options->mle_cmdline != NULL && w->facts.tboot);
    launch->version = options->version;
    launch->mapping = (enum assay_launch_mapping)options->mapping;
    if (launch->mapping == ASSAY_LAUNCH_MAPPING_KEPT && told.pcr_map.data != NULL && w->facts.tpm12)
        launch->mapping = assay_bytes_equal(told.pcr_map, ASSAY_LITERAL("da"))
                              ? ASSAY_LAUNCH_MAPPING_DETAILS
                              : ASSAY_LAUNCH_MAPPING_LEGACY;
    launch->measure_nv = options->measure_nv ||
                         assay_bytes_equal(told.measure_nv, ASSAY_LITERAL("true")) ||
                         (options->mle_cmdline == NULL && w->facts.nv);
    if (launch->has_extpol || options->measure_nv || options->nv.count > 0 ||
        options->version != NULL)
        w->replaces = launch->replaces_tboot = true;
    return CLI_YES;
}

static int open_module(predict_work *w, size_t index)
{
    const predict_module *const named = &w->options->modules.list[index];
    assay_launch_module *const module = &w->modules[index];

    module->kept = named->file == NULL;
    if (module->kept)
        return CLI_YES;
    const assay_bytes *const image = open_image(w, named->file, "module");
    if (image == NULL)
        return CLI_TROUBLE;
    module->image = *image;
    module->cmdline = assay_bytes_of_string(named->cmdline == NULL ? "" : named->cmdline);
    if (!w->facts.secure || index >= ASSAY_SECURE_MODULES_MAX)
        return CLI_YES;
    w->secure.modules[index].given = true;
    w->secure.module_count = index + 1;
    return digests_of(w, named->file, *image, &w->secure.modules[index].digests);
}

static int open_modules(predict_work *w)
{
    int status = CLI_YES;

    for (size_t i = 0; i < w->options->modules.count && status == CLI_YES; i++)
        status = open_module(w, i);
    if (w->options->modules.count == 0 && !w->options->modules_end)
        return status;
    w->replaces = true;
    if (w->facts.secure) {
        w->launch.secure = &w->secure;
        return status;
    }
    w->launch.replaces_tboot = true;
    w->launch.modules = w->modules;
    w->launch.module_count = w->options->modules.count;
    w->launch.modules_end = w->options->modules_end;
    return status;
}

static int open_nv(predict_work *w)
{
    for (size_t i = 0; i < w->options->nv.count; i++) {
        const struct predict_file *const file =
            predict_open_file(w, w->options->nv.list[i].file, "nv");

        if (file == NULL)
            return CLI_TROUBLE;
        w->nv[i] = (assay_launch_nv){ w->options->nv.list[i].index, file->input.file.bytes };
    }
    w->launch.nv = w->nv;
    w->launch.nv_count = w->options->nv.count;
    return CLI_YES;
}

static int open_slb(predict_work *w, const char *path)
{
    const struct predict_file *const file = predict_open_file(w, path, "slb");
    assay_error error;
    assay_slb slb;

    if (file == NULL)
        return CLI_TROUBLE;
    if (assay_slb_open(&slb, file->input.file.bytes, &error) < 0)
        return complain(w, path, &error);
    w->secure.slb.given = true;
    return digests_of(w, path, slb.measured, &w->secure.slb.digests);
}

static int open_secure(predict_work *w)
{
    const predict_options *const options = w->options;
    assay_secure_launch *const secure = &w->secure;
    int status = CLI_YES;

    if (options->linux_cmdline == NULL && options->initrd == NULL && options->slb == NULL)
        return CLI_YES;
    w->replaces = true;
    w->launch.secure = secure;
    secure->has_cmdline = options->linux_cmdline != NULL;
    if (secure->has_cmdline)
        secure->cmdline = assay_bytes_of_string(options->linux_cmdline);
    secure->has_base_cmdline = options->base_linux_cmdline != NULL;
    if (secure->has_base_cmdline)
        secure->base_cmdline = assay_bytes_of_string(options->base_linux_cmdline);
    if (options->initrd != NULL) {
        const struct predict_file *const file = predict_open_file(w, options->initrd, "initrd");

        if (file == NULL)
            return CLI_TROUBLE;
        secure->initrd.given = true;
        status = digests_of(w, options->initrd, file->input.file.bytes, &secure->initrd.digests);
    }
    return status == CLI_YES && options->slb != NULL ? open_slb(w, options->slb) : status;
}

int predict_open(predict_work *w)
{
    static int (*const steps[])(predict_work *) = {
        open_mle,           open_sinit,   open_stm, open_publics, open_vlps,
        take_tboot_options, open_modules, open_nv,  open_secure,  predict_open_policies,
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
