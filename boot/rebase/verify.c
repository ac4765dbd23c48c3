/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCR 7's authorities: what lets the new images pass, and what Secure Boot refuses. Firmware logs
 * an image's authority before the image, shim's Verify() behind it, and each of them once.
 */
#include "boot/artefact/authenticode.h"
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
    if (list->count < WANTED_MAX)
        list->list[list->count++] = assay_work_variable(work, vendor, name, data);
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

/*
 * Gives the items from `first` on and before `end`, of which some are the image's authorities,
 * those that are wanted; what is measured before needs none. Others are put in at `place`.
 */
static void settle(assay_rebase_work *work, size_t first, size_t end, size_t place, wanted *list)
{
    for (size_t i = 0; i < list->count;)
        if (is_measured(work, first, list->list[i]))
            list->list[i] = list->list[--list->count];
        else
            i++;
    for (size_t i = first; i < end; i++)
        if (assay_rebase_is_authority(&work->items[i]) &&
            !take_wanted(list, assay_work_event(work, i)->data))
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
           (assay_rebase_is_authority(&work->items[end]) || work->items[end].removed ||
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

/* The first certificate of signature lists that signed the image. */
static bool want_from(assay_rebase_work *work, const assay_pe *pe, wanted *list,
                      assay_bytes lists, const assay_guid *vendor, const char *name)
{
    assay_siglists walk = assay_siglists_of(lists);

    for (int step; (step = assay_siglists_next(&walk)) > 0;)
        if (step == ASSAY_SIGLIST_SIGNATURE && is_by(pe, walk.signature.data)) {
            assay_writer out = assay_work_writer();

            assay_signature_encode(&out, &walk.signature);
            want(work, list, vendor, name, assay_work_take(work, &out));
            return true;
        }
    return false;
}

/* An authority of db, as shim looks for it before it asks its own lists. */
static bool want_from_db(assay_rebase_work *work, const assay_pe *pe, wanted *list)
{
    return want_from(work, pe, list, assay_rebase_policy(work, "db"), &assay_guid_image_security,
                     "db");
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
    return want_from(work, pe, list, work->what->mok_list, &assay_guid_shim_lock, "MokListRT");
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

    while (before > 0 &&
           (work->items[before - 1].removed || assay_rebase_is_authority(&work->items[before - 1])))
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

void assay_rebase_verify(assay_rebase_work *work)
{
    const assay_rebase *const what = work->what;
    const bool policy = what->db.data != NULL || what->dbx.data != NULL ||
                        what->secure_boot == ASSAY_REBASE_ON;

    if (work->status < 0)
        return;
    if (!assay_rebase_is_secure(work)) {
        if (what->secure_boot == ASSAY_REBASE_OFF)
            assay_rebase_verify_nothing(work);
        return;
    }
    judge_images(work, policy);
    if (what->secure_boot == ASSAY_REBASE_ON)
        assay_rebase_verify_all(work);
    assay_rebase_refuse(work);
}
