/* SPDX-License-Identifier: BSD-2-Clause */
/* Secure Boot switched on or off: what that means for images that stay as they are. */
#include "base/utf16.h"
#include "boot/rebase/policy.h"
#include "eventlog/payload/variable.h"

/* With it off, systemd-stub lets the firmware load its kernel, which is measured then. */
static void add_stub_kernel(assay_rebase_work *work)
{
    const size_t at = assay_work_find(work, ASSAY_ROLE_LINUX_OPTIONS, 0);

    if (at < work->count && work->what->uki.image.data == NULL &&
        assay_work_find(work, ASSAY_ROLE_IMAGE_UKI, 0) < work->count &&
        assay_work_find(work, ASSAY_ROLE_IMAGE_STUB_KERNEL, 0) == work->count &&
        assay_work_insert(work, at, 4, EV_EFI_BOOT_SERVICES_APPLICATION,
                          ASSAY_ROLE_IMAGE_STUB_KERNEL))
        assay_work_unknown(work, at, ASSAY_NO_BYTES,
                           "the kernel in the unified kernel image isn't in the log");
}

/* And GRUB asks shim about no kernel, which would be measured by that. */
static void drop_kernels(assay_rebase_work *work)
{
    bool grub = false;

    for (size_t i = 0; i < work->count; i++) {
        grub = grub || work->items[i].is.role == ASSAY_ROLE_IMAGE_GRUB;
        if (grub && work->items[i].is.role == ASSAY_ROLE_IMAGE_KERNEL)
            assay_work_remove(work, i);
    }
}

static bool was_secure(const assay_rebase_work *work)
{
    const size_t at = assay_rebase_find_policy(work, "SecureBoot");
    const assay_event *const was = at < work->count ? assay_work_was(work, at) : NULL;
    assay_variable variable;

    return was != NULL && assay_variable_decode(was->data, &variable) && variable.data.size > 0 &&
           variable.data.data[0] == 1;
}

/* Nothing lets anything pass any more. */
void assay_rebase_verify_nothing(assay_rebase_work *work)
{
    static const char original[] = "sbat,1,2021030218\n"; /* SBAT_VAR_ORIGINAL, shim's sbat.h */
    const size_t sbat = assay_work_find(work, ASSAY_ROLE_SBAT_LEVEL, 0);

    if (!was_secure(work))
        return;
    for (size_t i = 0; i < work->count; i++)
        if (assay_rebase_is_authority(&work->items[i]))
            assay_work_remove(work, i);
    if (sbat < work->count && work->what->sbat_level.data == NULL)
        assay_rebase_measure_variable(work, sbat, assay_bytes_of(original, sizeof original - 1));
    drop_kernels(work);
    add_stub_kernel(work);
}

/* It has something to say to each image that wasn't given. */
void assay_rebase_verify_all(assay_rebase_work *work)
{
    const size_t calling = assay_work_find(work, ASSAY_ROLE_CALLING, 0);

    if (was_secure(work))
        return;
    for (size_t i = calling; i < work->count && work->status == 0; i++) {
        const assay_rebase_item *const item = &work->items[i];

        if (item->removed || !assay_role_is_image(item->is.role) || item->image.data != NULL ||
            item->is.role == ASSAY_ROLE_IMAGE_STUB_KERNEL ||
            item->is.role == ASSAY_ROLE_IMAGE_ADDON)
            continue;
        if (assay_work_insert(work, i, 7, EV_EFI_VARIABLE_AUTHORITY, ASSAY_ROLE_AUTHORITY))
            assay_work_unknown(work, i, ASSAY_NO_BYTES,
                               "by which entry of db an image passes isn't known: it wasn't given");
        i++;
    }
}
