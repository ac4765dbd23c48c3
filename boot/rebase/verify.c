/* SPDX-License-Identifier: BSD-2-Clause */
/* What Secure Boot says to the images that will be started. */
#include "boot/rebase/policy.h"
#include "eventlog/payload/siglist.h"

/* Whether signature lists have an entry of the type with these data. */
static bool lists_have(assay_bytes lists, const char *type, assay_bytes data)
{
    assay_siglists walk = assay_siglists_of(lists);
    assay_guid wanted;
    int step;

    if (data.data == NULL || !assay_guid_by_name(assay_bytes_of_string(type), &wanted))
        return false;
    while ((step = assay_siglists_next(&walk)) > 0)
        if (step == ASSAY_SIGLIST_SIGNATURE && assay_guid_equal(&walk.list.type, &wanted) &&
            assay_bytes_equal(walk.signature.data, data))
            return true;
    return false;
}

/* An image whose digest dbx has is refused, whoever signed it. */
static void check_hashes(assay_rebase_work *work, assay_bytes dbx)
{
    for (size_t i = 0; i < work->count; i++) {
        const assay_rebase_item *const item = &work->items[i];

        if (item->removed || item->is.role == ASSAY_ROLE_IMAGE_STUB_KERNEL ||
            (!assay_role_is_image(item->is.role) && item->is.role != ASSAY_ROLE_DRIVER))
            continue;
        if (lists_have(dbx, "EFI_CERT_SHA256",
                       assay_event_digest_of(assay_work_event(work, i), ASSAY_ALG_SHA256)))
            assay_work_remark(work, item->is.part, true,
                              "dbx has the digest of an image that is to be started (event %zu)",
                              i);
    }
}

void assay_rebase_verify(assay_rebase_work *work)
{
    const assay_bytes dbx = assay_rebase_policy(work, "dbx");

    if (work->status < 0 || !assay_rebase_is_secure(work))
        return;
    if (work->what->dbx.data != NULL || work->what->image_count > 0 ||
        work->what->kernel.image.data != NULL || work->what->uki.image.data != NULL)
        check_hashes(work, dbx);
}
