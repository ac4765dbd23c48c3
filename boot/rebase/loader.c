/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A boot loader that was replaced, and systemd-boot's configuration file in PCR 5
 * (src/boot/boot.c, since 257; the whole file is hashed).
 *
 * Another version may measure more, less, or otherwise. Where the old image was given and says that
 * it is of the same version, what the base has is kept; else it isn't known.
 */
#include "boot/rebase/cmdline.h"

/* How images say their version: text before it, and what ends it. */
static const struct {
    enum assay_role role;
    const char *before;
} versions[] = {
    { ASSAY_ROLE_IMAGE_SDBOOT, "#### LoaderInfo: systemd-boot " },
    { ASSAY_ROLE_IMAGE_GRUB, "Free Software Foundation,grub," }, /* its line of .sbat */
};

/* The digits and dots after the text; no bytes where there is none. */
static assay_bytes version_after(assay_bytes image, const char *before)
{
    const assay_bytes text = assay_bytes_of_string(before);
    const size_t at = assay_bytes_find(image, text);
    size_t end = at + text.size;

    if (at == image.size)
        return ASSAY_NO_BYTES;
    while (end < image.size && image.data[end] != ' ' && image.data[end] != '\n' &&
           image.data[end] != '-' && image.data[end] != ',' && image.data[end] != 0 &&
           end - at < 128)
        end++;
    return assay_bytes_of(image.data + at + text.size, end - at - text.size);
}

/* GRUB's is in its line of .sbat: grub,GENERATION,Free Software Foundation,grub,VERSION,url. */
static bool same_version(enum assay_role role, assay_bytes a, assay_bytes b)
{
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        const assay_bytes one = version_after(a, versions[i].before);

        if (versions[i].role == role && one.size > 0 &&
            assay_bytes_equal(one, version_after(b, versions[i].before)))
            return true;
    }
    return false;
}

static bool is_of_loader(enum assay_role loader, enum assay_role role)
{
    switch (role) {
    case ASSAY_ROLE_GRUB_COMMAND:
    case ASSAY_ROLE_GRUB_FILE:
    case ASSAY_ROLE_GRUB_KERNEL:
    case ASSAY_ROLE_GRUB_INITRD:
    case ASSAY_ROLE_GRUB_CMDLINE:
    case ASSAY_ROLE_IMAGE_KERNEL: /* as often as GRUB has shim, or the firmware, look at it */
        return loader == ASSAY_ROLE_IMAGE_GRUB;
    case ASSAY_ROLE_LOADER_CONF:
    case ASSAY_ROLE_OPTIONS:
        return loader == ASSAY_ROLE_IMAGE_SDBOOT;
    case ASSAY_ROLE_LINUX_OPTIONS:
    case ASSAY_ROLE_LINUX_INITRD:
        return true;
    default:
        return false;
    }
}

/* Whether load options are in PCR 12 already, where systemd-boot since 251 has them. */
static bool logs_options(const assay_rebase_work *work)
{
    for (size_t i = 0; i < work->count; i++)
        if (work->items[i].is.role == ASSAY_ROLE_OPTIONS && !work->items[i].removed &&
            assay_work_event(work, i)->pcr_index == 12)
            return true;
    return false;
}

static void lose(assay_rebase_work *work, size_t at)
{
    static const char why[] = "another version of the boot loader may measure otherwise: it takes "
                              "the old image, or all files, to know";
    const enum assay_role loader = work->items[at].is.role;

    for (size_t i = at + 1; i < work->count && work->status == 0; i++) {
        if (work->items[i].removed || !is_of_loader(loader, work->items[i].is.role))
            continue;
        assay_work_unknown(work, i, ASSAY_NO_BYTES, why);
    }
    const size_t kernel = assay_work_find(work, ASSAY_ROLE_GRUB_KERNEL, at);
    if (loader == ASSAY_ROLE_IMAGE_GRUB && kernel < work->count && assay_rebase_is_secure(work) &&
        assay_work_find(work, ASSAY_ROLE_IMAGE_KERNEL, at) == work->count &&
        assay_work_insert(work, kernel + 1, 4, EV_EFI_BOOT_SERVICES_APPLICATION,
                          ASSAY_ROLE_IMAGE_KERNEL))
        assay_work_unknown(work, kernel + 1, ASSAY_NO_BYTES, why);
    if (loader == ASSAY_ROLE_IMAGE_SDBOOT &&
        assay_work_find(work, ASSAY_ROLE_LOADER_CONF, 0) == work->count &&
        assay_work_insert(work, at + 1, 5, EV_EVENT_TAG, ASSAY_ROLE_LOADER_CONF))
        assay_work_unknown(work, at + 1, ASSAY_NO_BYTES, why);
    if (loader == ASSAY_ROLE_IMAGE_SDBOOT &&
        !logs_options(work) && assay_work_insert(work, at + 2, 12, EV_IPL, ASSAY_ROLE_OPTIONS))
        assay_work_unknown(work, at + 2, ASSAY_NO_BYTES, why);
}

static void replace_loader_conf(assay_rebase_work *work)
{
    const size_t at = assay_work_find(work, ASSAY_ROLE_LOADER_CONF, 0);
    const assay_bytes file = work->what->loader_conf;

    if (at == work->count)
        assay_work_remark(work, ASSAY_PART_LOADER, false,
                          "the log has no event of loader.conf, so that replacing it changes "
                          "nothing");
    else if (work->items[at].made == 0)
        assay_work_measure(work, at, &file, 1, ASSAY_NO_BYTES);
}

void assay_rebase_loader(assay_rebase_work *work)
{
    for (size_t i = 0; i < work->count && work->status == 0; i++) {
        const assay_rebase_item *const item = &work->items[i];
        const enum assay_role role = item->is.role;

        if ((role == ASSAY_ROLE_IMAGE_GRUB || role == ASSAY_ROLE_IMAGE_SDBOOT) && item->made > 0 &&
            !item->removed && !same_version(role, item->old_image, item->image))
            lose(work, i);
    }
    if (work->what->loader_conf.data != NULL)
        replace_loader_conf(work);
}
