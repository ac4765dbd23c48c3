/* SPDX-License-Identifier: BSD-2-Clause */
/* assay predict: what the options say of tboot and of Secure Launch. */
#include "boot/artefact/slb.h"
#include "cli/complain.h"
#include "cli/predict_parts.h"

static int complain(const predict_work *w, const char *name, const assay_error *error)
{
    return cli_complain(w->call->verb, name, error);
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

int predict_open_vlps(predict_work *w)
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
int predict_take_tboot_options(predict_work *w)
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
    const assay_bytes *const image = predict_open_image(w, named->file, "module");
    if (image == NULL)
        return CLI_TROUBLE;
    module->image = *image;
    module->cmdline = assay_bytes_of_string(named->cmdline == NULL ? "" : named->cmdline);
    if (!w->facts.secure || index >= ASSAY_SECURE_MODULES_MAX)
        return CLI_YES;
    w->secure.modules[index].given = true;
    w->secure.module_count = index + 1;
    return predict_digests_of(w, named->file, *image, &w->secure.modules[index].digests);
}

int predict_open_modules(predict_work *w)
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

int predict_open_nv(predict_work *w)
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
    return predict_digests_of(w, path, slb.measured, &w->secure.slb.digests);
}

int predict_open_secure(predict_work *w)
{
    const predict_options *const options = w->options;
    assay_secure_launch *const secure = &w->secure;
    /* Without a Secure Launch an initrd is GRUB's or the kernel's. */
    const char *const initrd = w->facts.secure && options->rebase.initrds.count > 0
                                   ? options->rebase.initrds.list[0]
                                   : NULL;
    int status = CLI_YES;

    if (options->linux_cmdline == NULL && initrd == NULL && options->slb == NULL)
        return CLI_YES;
    w->replaces = true;
    w->launch.secure = secure;
    secure->has_cmdline = options->linux_cmdline != NULL;
    if (secure->has_cmdline)
        secure->cmdline = assay_bytes_of_string(options->linux_cmdline);
    secure->has_base_cmdline = options->base_linux_cmdline != NULL;
    if (secure->has_base_cmdline)
        secure->base_cmdline = assay_bytes_of_string(options->base_linux_cmdline);
    if (initrd != NULL) {
        const struct predict_file *const file = predict_open_file(w, initrd, "initrd");

        if (file == NULL)
            return CLI_TROUBLE;
        secure->initrd.given = true;
        status =
            predict_digests_of(w, initrd, file->input.file.bytes, &secure->initrd.digests);
    }
    return status == CLI_YES && options->slb != NULL ? open_slb(w, options->slb) : status;
}
