/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCR 7's authorities: what lets the new images pass, and what Secure Boot refuses. Firmware logs
 * an image's authority before the image, shim's Verify() behind it, and each of them once.
 */
#include "boot/artefact/authenticode.h"
#include "boot/artefact/signaturedb.h"
#include "boot/loader/authority.h"
#include "boot/rebase/cmdline.h"
#include "boot/rebase/play.h"
#include "eventlog/payload/siglist.h"
#include "eventlog/payload/variable.h"

enum { WANTED_MAX = ASSAY_VERDICT_ENTRIES };

/* Authorities that an image will have, as UEFI_VARIABLE_DATA. */
typedef struct wanted {
    size_t count;
    assay_bytes list[WANTED_MAX];
} wanted;

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

        if (work->items[i].removed ||
            (work->items[i].is.role != ASSAY_ROLE_AUTHORITY &&
             work->items[i].is.role != ASSAY_ROLE_SHIM_AUTHORITY) ||
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

static bool is_measured(const assay_rebase_work *work, size_t before, assay_bytes data)
{
    for (size_t i = 0; i < before; i++)
        if (!work->items[i].removed &&
            assay_work_event(work, i)->type == EV_EFI_VARIABLE_AUTHORITY &&
            assay_bytes_equal(assay_work_event(work, i)->data, data))
            return true;
    return false;
}

static void want(assay_rebase_work *work, wanted *list, const assay_guid *vendor, const char *name,
                 assay_bytes data)
{
    const assay_variable variable = {
        .vendor = *vendor,
        .name_length = strlen(name),
        .name = assay_work_utf16(work, assay_bytes_of_string(name), false),
        .data_length = data.size,
        .data = data,
    };
    assay_writer measure = assay_writer_lent(NULL, 0);

    assay_variable_encode(&measure, &variable);
    assay_writer out = assay_work_writer(work, &measure);
    assay_variable_encode(&out, &variable);
    if (list->count < WANTED_MAX)
        list->list[list->count++] = assay_written(&out);
}

static bool take_wanted(wanted *list, assay_bytes data)
{
    for (size_t i = 0; i < list->count; i++)
        if (assay_bytes_equal(list->list[i], data)) {
            list->list[i] = list->list[--list->count];
            return true;
        }
    return false;
}

static bool is_authority(const assay_rebase_item *item)
{
    return !item->removed && (item->is.role == ASSAY_ROLE_AUTHORITY ||
                              item->is.role == ASSAY_ROLE_SHIM_AUTHORITY);
}

/*
 * Gives the items from `first` on and before `end`, of which some are the image's authorities, those
 * that are wanted; what is measured before needs none. Others are put in at `place`.
 */
static void settle(assay_rebase_work *work, size_t first, size_t end, size_t place, wanted *list)
{
    for (size_t i = 0; i < list->count;)
        if (is_measured(work, first, list->list[i]))
            list->list[i] = list->list[--list->count];
        else
            i++;
    for (size_t i = first; i < end; i++)
        if (is_authority(&work->items[i]) && !take_wanted(list, assay_work_event(work, i)->data))
            assay_work_remove(work, i);
    for (size_t i = 0; i < list->count; i++)
        if (assay_work_insert(work, place, 7, EV_EFI_VARIABLE_AUTHORITY, ASSAY_ROLE_AUTHORITY))
            assay_work_measure(work, place, &list->list[i], 1, list->list[i]);
}

/* The first item behind the image before, or behind the attempt to start this one. */
static size_t region_before(const assay_rebase_work *work, size_t at)
{
    size_t first = at;

    while (first > 0 && !assay_role_is_image(work->items[first - 1].is.role) &&
           work->items[first - 1].is.role != ASSAY_ROLE_CALLING &&
           work->items[first - 1].is.role != ASSAY_ROLE_POLICY)
        first--;
    return first;
}

static size_t region_after(const assay_rebase_work *work, size_t at)
{
    size_t end = at + 1;

    while (end < work->count &&
           (is_authority(&work->items[end]) || work->items[end].removed ||
            work->items[end].is.role == work->items[at].is.role))
        end++;
    return end;
}

/* Firmware's judgement (boot/loader/authority.h) of an image that it will load. */
static void authorize(assay_rebase_work *work, size_t at, const assay_pe *pe)
{
    assay_rebase_play play;
    wanted list = { .count = 0 };

    if (assay_rebase_play_begin(work, &play, at)) {
        const assay_verdict verdict =
            assay_boot_judge(&play.boot, pe, play.boot.db, play.boot.dbx);

        for (size_t i = 0; i < verdict.count; i++)
            want(work, &list, &assay_guid_image_security, "db", verdict.entries[i]);
        if (!verdict.passes)
            assay_work_remark(work, work->items[at].is.part, true,
                              "Secure Boot refuses an image: nothing in db lets it pass, or dbx "
                              "forbids it");
        settle(work, region_before(work, at), at, at, &list);
    }
    assay_rebase_play_end(work, &play);
}

/* Whether some signature of an image is by a certificate. */
static bool is_by(const assay_pe *pe, assay_bytes certificate)
{
    assay_win_certificates walk = assay_win_certificates_of(pe);
    assay_win_certificate entry;
    bool found = false;

    while (!found && assay_win_certificates_next(&walk, &entry, NULL) > 0) {
        assay_authenticode *signature;

        if (entry.type != ASSAY_WIN_CERT_TYPE_PKCS_SIGNED_DATA ||
            assay_authenticode_open(entry.signed_data, &signature, NULL) < 0)
            continue;
        found = assay_authenticode_is_by(signature, certificate);
        assay_authenticode_free(&signature);
    }
    return found;
}

/* An authority of db, as shim looks for it before it asks its own lists. */
static bool want_from_db(assay_rebase_work *work, const assay_pe *pe, wanted *list)
{
    assay_siglists walk = assay_siglists_of(assay_rebase_policy(work, "db"));

    for (int step; (step = assay_siglists_next(&walk)) > 0;)
        if (step == ASSAY_SIGLIST_SIGNATURE && is_by(pe, walk.signature.data)) {
            assay_writer measure = assay_writer_lent(NULL, 0);

            assay_signature_encode(&measure, &walk.signature);
            assay_writer out = assay_work_writer(work, &measure);
            assay_signature_encode(&out, &walk.signature);
            want(work, list, &assay_guid_image_security, "db", assay_written(&out));
            return true;
        }
    return false;
}

/* One that shim found before in its own lists: the vendor's certificate most of the time. */
static bool want_from_log(assay_rebase_work *work, const assay_pe *pe, wanted *list)
{
    for (size_t i = 0; i < work->base->count; i++) {
        const assay_event *const event = &work->base->events[i].event;
        assay_signature signature;
        assay_variable variable;

        if (event->type != EV_EFI_VARIABLE_AUTHORITY ||
            !assay_variable_decode(event->data, &variable) ||
            !assay_guid_equal(&variable.vendor, &assay_guid_shim_lock))
            continue;
        if (is_by(pe, variable.data) || (assay_signature_decode(variable.data, &signature) &&
                                         is_by(pe, signature.data))) {
            list->list[list->count++] = event->data;
            return true;
        }
    }
    return false;
}

/* A certificate of a list that was enrolled, where that is given: MokListRT has it. */
static bool want_from_mok(assay_rebase_work *work, const assay_pe *pe, wanted *list)
{
    assay_siglists walk = assay_siglists_of(work->what->mok_list);

    for (int step; (step = assay_siglists_next(&walk)) > 0;)
        if (step == ASSAY_SIGLIST_SIGNATURE && is_by(pe, walk.signature.data)) {
            assay_writer measure = assay_writer_lent(NULL, 0);

            assay_signature_encode(&measure, &walk.signature);
            assay_writer out = assay_work_writer(work, &measure);
            assay_signature_encode(&out, &walk.signature);
            want(work, list, &assay_guid_shim_lock, "MokListRT", assay_written(&out));
            return true;
        }
    return false;
}

/* Shim's judgement of what it starts, as far as its lists are known. */
static void verify(assay_rebase_work *work, size_t at, const assay_pe *pe)
{
    const size_t end = region_after(work, at);
    wanted list = { .count = 0 };

    if (want_from_db(work, pe, &list) || want_from_log(work, pe, &list) ||
        want_from_mok(work, pe, &list)) {
        settle(work, at, end, at + 1, &list);
        return;
    }
    if (pe->certificates_size == 0)
        assay_work_remark(work, work->items[at].is.part, true,
                          "shim refuses an image: it isn't signed");
    else if (assay_work_insert(work, at + 1, 7, EV_EFI_VARIABLE_AUTHORITY,
                               ASSAY_ROLE_SHIM_AUTHORITY))
        assay_work_unknown(work, at + 1, ASSAY_NO_BYTES,
                           "by which certificate of shim's own lists the new image passes isn't "
                           "known");
}

static bool shim_verifies(const assay_rebase_work *work, size_t before)
{
    bool found = false;

    for (size_t i = 0; i < before; i++)
        found = found || (work->items[i].is.role == ASSAY_ROLE_IMAGE_SHIM &&
                          !work->items[i].removed);
    return found;
}

static bool is_insecure(const assay_rebase_work *work)
{
    const size_t at = assay_work_find(work, ASSAY_ROLE_SHIM_POLICY, 0);
    assay_variable variable;

    return at < work->count &&
           assay_variable_decode(assay_work_event(work, at)->data, &variable) &&
           assay_utf16_is(variable.name, "MokSBState") && variable.data.size > 0 &&
           variable.data.data[0] == 1;
}

/* One image of several events counts once: the first of them. */
static bool is_repeated(const assay_rebase_work *work, size_t at)
{
    size_t before = at;

    while (before > 0 && (work->items[before - 1].removed || is_authority(&work->items[before - 1])))
        before--;
    return before > 0 && work->items[before - 1].image.data == work->items[at].image.data;
}

static void judge_images(assay_rebase_work *work, bool all)
{
    for (size_t i = 0; i < work->count && work->status == 0; i++) {
        const assay_rebase_item *const item = &work->items[i];
        assay_pe pe;

        if (item->removed || item->image.size == 0 || is_repeated(work, i) ||
            item->is.role == ASSAY_ROLE_IMAGE_STUB_KERNEL || (item->made == 0 && !all) ||
            !assay_work_open(work, &pe, item->image, "image"))
            continue;
        const size_t count = work->count;
        if (!shim_verifies(work, i))
            authorize(work, i, &pe);
        else if (!is_insecure(work))
            verify(work, i, &pe);
        /* What was put in before the image moved it. */
        i += !shim_verifies(work, i) ? work->count - count : 0;
    }
}

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

/* Switched on, it has something to say to each image that wasn't given. */
static void doubt_images(assay_rebase_work *work)
{
    const size_t calling = assay_work_find(work, ASSAY_ROLE_CALLING, 0);

    for (size_t i = calling; i < work->count && work->status == 0; i++) {
        const assay_rebase_item *const item = &work->items[i];

        if (item->removed || !assay_role_is_image(item->is.role) || item->image.data != NULL ||
            item->is.role == ASSAY_ROLE_IMAGE_STUB_KERNEL || item->is.role == ASSAY_ROLE_IMAGE_ADDON)
            continue;
        if (assay_work_insert(work, i, 7, EV_EFI_VARIABLE_AUTHORITY, ASSAY_ROLE_AUTHORITY))
            assay_work_unknown(work, i, ASSAY_NO_BYTES,
                               "by which entry of db an image passes isn't known: it wasn't given");
        i++;
    }
}

/* Secure Boot is switched off: nothing lets anything pass any more. */
static void drop_authorities(assay_rebase_work *work)
{
    static const char original[] = "sbat,1,2021030218\n"; /* SBAT_VAR_ORIGINAL, shim's sbat.h */
    const size_t sbat = assay_work_find(work, ASSAY_ROLE_SBAT_LEVEL, 0);

    for (size_t i = 0; i < work->count; i++)
        if (is_authority(&work->items[i]))
            assay_work_remove(work, i);
    if (sbat < work->count && work->what->sbat_level.data == NULL)
        assay_rebase_measure_variable(work, sbat, assay_bytes_of(original, sizeof original - 1));
    drop_kernels(work);
    add_stub_kernel(work);
}

static bool was_secure(const assay_rebase_work *work)
{
    const size_t at = assay_rebase_find_policy(work, "SecureBoot");
    const assay_event *const was = at < work->count ? assay_work_was(work, at) : NULL;
    assay_variable variable;

    return was != NULL && assay_variable_decode(was->data, &variable) && variable.data.size > 0 &&
           variable.data.data[0] == 1;
}

void assay_rebase_verify(assay_rebase_work *work)
{
    const assay_rebase *const what = work->what;
    const bool policy = what->db.data != NULL || what->dbx.data != NULL ||
                        what->secure_boot == ASSAY_REBASE_ON;

    if (work->status < 0)
        return;
    if (!assay_rebase_is_secure(work)) {
        if (what->secure_boot == ASSAY_REBASE_OFF && was_secure(work))
            drop_authorities(work);
        return;
    }
    judge_images(work, policy);
    if (what->secure_boot == ASSAY_REBASE_ON && !was_secure(work))
        doubt_images(work);
    if (what->dbx.data != NULL || what->image_count > 0 || what->kernel.image.data != NULL ||
        what->uki.image.data != NULL)
        check_hashes(work, assay_rebase_policy(work, "dbx"));
    if (what->dbx.data != NULL)
        check_authorities(work, what->dbx);
    if (what->db.data != NULL)
        check_db(work, what->db);
}
