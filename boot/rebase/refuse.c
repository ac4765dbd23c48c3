/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Secure Boot refuses by another db or dbx: images by their digests, and what let others pass
 * by their certificates (UEFI 2.10 section 32.5.3.3).
 */
#include "base/utf16.h"
#include "boot/artefact/signaturedb.h"
#include "boot/rebase/policy.h"
#include "eventlog/payload/siglist.h"
#include "eventlog/payload/variable.h"

/* An image whose digest dbx has is refused, whoever signed it. */
static void check_hashes(assay_rebase_work *work, assay_bytes dbx)
{
    for (size_t i = 0; i < work->count; i++) {
        const assay_rebase_item *const item = &work->items[i];
        const assay_bytes value =
            assay_event_digest_of(assay_work_event(work, i), ASSAY_ALG_SHA256);
        assay_digest digest = { .alg = ASSAY_ALG_SHA256, .size = (uint16_t)value.size };

        if (item->removed || item->is.role == ASSAY_ROLE_IMAGE_STUB_KERNEL || value.size != 32 ||
            (!assay_role_is_image(item->is.role) && item->is.role != ASSAY_ROLE_DRIVER))
            continue;
        memcpy(digest.value, value.data, value.size);
        if (assay_signaturedb_find_hash(dbx, &digest).data != NULL)
            assay_work_remark(work, item->is.part, true,
                              "dbx forbids an image that is to be started: it has its digest");
    }
}

/* A certificate that let an image pass and that dbx has now. */
static void check_authorities(assay_rebase_work *work, assay_bytes dbx)
{
    for (size_t i = 0; i < work->count; i++) {
        assay_signature signature;
        assay_variable variable;
        bool dated;

        if (!assay_rebase_is_authority(&work->items[i]) ||
            !assay_variable_decode(assay_work_event(work, i)->data, &variable) ||
            !assay_signature_decode(variable.data, &signature))
            continue;
        assay_siglists walk = assay_siglists_of(dbx);
        bool listed = false;
        for (int step; (step = assay_siglists_next(&walk)) > 0;)
            listed = listed || (step == ASSAY_SIGLIST_SIGNATURE &&
                                assay_bytes_equal(walk.signature.data, signature.data));
        if (listed || assay_signaturedb_revokes(dbx, signature.data, work->hashes, &dated))
            assay_work_remark(work, ASSAY_PART_SECURE_BOOT, true,
                              "dbx revokes a certificate by which an image passes");
    }
}

/* Whether db still has the entry that let an image pass. */
static void check_db(assay_rebase_work *work, assay_bytes db)
{
    for (size_t i = 0; i < work->count; i++) {
        assay_siglists walk = assay_siglists_of(db);
        assay_signature signature;
        assay_variable variable;
        bool found = false;

        if (work->items[i].removed || work->items[i].is.role != ASSAY_ROLE_AUTHORITY ||
            work->items[i].made > 0 ||
            !assay_variable_decode(assay_work_event(work, i)->data, &variable) ||
            !assay_utf16_is(variable.name, "db") ||
            !assay_signature_decode(variable.data, &signature))
            continue;
        for (int step; !found && (step = assay_siglists_next(&walk)) > 0;)
            found = step == ASSAY_SIGLIST_SIGNATURE &&
                    assay_bytes_equal(walk.signature.data, signature.data) &&
                    assay_guid_equal(&walk.signature.owner, &signature.owner);
        if (!found) {
            assay_work_unknown(work, i, ASSAY_NO_BYTES,
                               "the entry by which an image passed is no longer in db");
            assay_work_remark(work, ASSAY_PART_SECURE_BOOT, false,
                              "the entry of db by which an image passed is gone: whether another "
                              "one lets it pass isn't known");
        }
    }
}

void assay_rebase_refuse(assay_rebase_work *work)
{
    const assay_rebase *const what = work->what;

    if (what->dbx.data != NULL || what->image_count > 0 || what->kernel.image.data != NULL ||
        what->uki.image.data != NULL)
        check_hashes(work, assay_rebase_policy(work, "dbx"));
    if (what->dbx.data != NULL)
        check_authorities(work, what->dbx);
    if (what->db.data != NULL)
        check_db(work, what->db);
}
