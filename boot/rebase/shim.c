/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What shim measures of its own variables: PCR 14, and SbatLevel and MokSBState in PCR 7
 * (rhboot/shim, mok.c, mok_state_variables and mirror_one_mok_variable).
 */
#include "base/utf16.h"
#include "boot/rebase/cmdline.h"
#include "eventlog/payload/siglist.h"
#include "eventlog/payload/variable.h"

static const assay_guid x509 =
    ASSAY_GUID(0xa5c059a1, 0x94e4, 0x4aa7, 0x87, 0xb5, 0xab, 0x15, 0x5c, 0x2b, 0xf0, 0x72);

/* A list of one entry with shim as its owner: so shim adds the certificate that is
 * built into it. */
static assay_bytes list_of(assay_rebase_work *work, const assay_guid *type, assay_bytes entry)
{
    const assay_siglist list = assay_siglist_of(type, 1, (uint32_t)entry.size);
    const assay_signature signature = { .owner = assay_guid_shim_lock, .data = entry };
    assay_writer out = assay_work_writer();

    assay_siglist_encode(&out, &list);
    assay_signature_encode(&out, &signature);
    return assay_work_take(work, &out);
}

/*
 * .vendor_cert of a shim image (rhboot/shim, cert.S): sizes and offsets of what is authorized and
 * of what is not, from the section's first byte. What is authorized is one certificate, or lists.
 */
static bool take_vendor(assay_bytes section, assay_bytes *ret_authorized,
                        assay_bytes *ret_deauthorized)
{
    assay_cursor c = assay_cursor_of(section), authorized = c, deauthorized = c;
    const uint32_t authorized_size = assay_take_u32le(&c);
    const uint32_t deauthorized_size = assay_take_u32le(&c);

    assay_seek(&authorized, assay_take_u32le(&c));
    assay_seek(&deauthorized, assay_take_u32le(&c));
    *ret_authorized = assay_take(&authorized, authorized_size);
    *ret_deauthorized = assay_take(&deauthorized, deauthorized_size);
    return !c.failed && !authorized.failed && !deauthorized.failed;
}

/* What a shim puts before MokList, or before MokListX. */
static bool prefix_of_image(assay_rebase_work *work, assay_bytes image, bool forbidden,
                            assay_bytes *ret_prefix)
{
    assay_bytes authorized, deauthorized;
    assay_pe pe;

    if (assay_pe_open(&pe, image, NULL) < 0 ||
        !take_vendor(assay_pe_bytes(&pe, ".vendor_cert"), &authorized, &deauthorized))
        return false;
    if (forbidden)
        *ret_prefix = deauthorized;
    else if (authorized.size > 0 && authorized.data[0] == 0x30) /* DER's SEQUENCE, no list */
        *ret_prefix = list_of(work, &x509, authorized);
    else
        *ret_prefix = authorized;
    return true;
}

/* The vendor's certificate, of which the log has an authority: the list that shim makes of it. */
static bool prefix_of_log(assay_rebase_work *work, assay_bytes *ret_prefix)
{
    for (size_t i = 0; i < work->base->count; i++) {
        const assay_event *const event = &work->base->events[i].event;
        assay_signature signature;
        assay_variable variable;

        if (event->type != EV_EFI_VARIABLE_AUTHORITY ||
            !assay_variable_decode(event->data, &variable))
            continue;
        if (assay_utf16_is(variable.name, "Shim")) {
            *ret_prefix = list_of(work, &x509, variable.data);
            return true;
        }
        if (assay_utf16_is(variable.name, "MokListRT") &&
            assay_signature_decode(variable.data, &signature) &&
            assay_guid_equal(&signature.owner, &assay_guid_shim_lock)) {
            *ret_prefix = list_of(work, &x509, signature.data);
            return true;
        }
    }
    return false;
}

/* What the machine's own mirror begins with before its NVRAM variable. */
static bool prefix_of_mirror(const assay_rebase_work *work, const char *name, const char *mirror,
                             assay_bytes *ret_prefix)
{
    if (work->what->old_variables == NULL)
        return false;
    const assay_bytes whole =
        assay_variables_data(work->what->old_variables, &assay_guid_shim_lock, mirror);
    const assay_bytes own =
        assay_variables_data(work->what->old_variables, &assay_guid_shim_lock, name);
    if (whole.data == NULL || own.size > whole.size)
        return false;
    const assay_bytes prefix = { whole.data, whole.size - own.size };
    *ret_prefix = prefix;
    return own.size == 0 || memcmp(whole.data + prefix.size, own.data, own.size) == 0;
}

/* The shim of the base, if it was given; or the one in its place, if that is another. */
static assay_bytes shim_image(const assay_rebase_work *work, bool old)
{
    const size_t at = assay_work_find(work, ASSAY_ROLE_IMAGE_SHIM, 0);

    if (at == work->count)
        return ASSAY_NO_BYTES;
    const assay_rebase_item *const item = &work->items[at];
    if (item->image.data != NULL &&
        assay_rebase_same_digests(assay_work_was(work, at), assay_work_event(work, at)))
        return old ? item->image : ASSAY_NO_BYTES;
    return old ? item->old_image : item->image;
}

/* What stands before the NVRAM variable's lists, as far as the base's digest proves it. */
static bool find_prefix(assay_rebase_work *work, size_t at, const char *name, const char *mirror,
                        assay_bytes *ret_prefix)
{
    const bool forbidden = strcmp(name, "MokListX") == 0;
    const assay_bytes old =
        work->what->old_variables != NULL
            ? assay_variables_data(work->what->old_variables, &assay_guid_shim_lock, name)
            : ASSAY_NO_BYTES;
    assay_bytes candidates[4];
    size_t count = 0;

    if (prefix_of_mirror(work, name, mirror, &candidates[count]))
        count++;
    if (prefix_of_image(work, shim_image(work, true), forbidden, &candidates[count]))
        count++;
    if (!forbidden && prefix_of_log(work, &candidates[count]))
        count++;
    candidates[count++] = ASSAY_LITERAL("");
    for (size_t i = 0; i < count; i++)
        if (assay_work_explains(work, at, (const assay_bytes[]){ candidates[i], old }, 2)) {
            *ret_prefix = candidates[i];
            return true;
        }
    return false;
}

/* Where there is nothing at all to mirror, shim makes a list of one hash of zeros. */
static assay_bytes null_list(assay_rebase_work *work)
{
    static const assay_guid sha256 =
        ASSAY_GUID(0xc1c41626, 0x504c, 0x4092, 0xac, 0xa9, 0x41, 0xf9, 0x36, 0x93, 0x43, 0x28);
    static const uint8_t zeros[32];

    return list_of(work, &sha256, assay_bytes_of(zeros, sizeof zeros));
}

static void measure_list(assay_rebase_work *work, size_t at, assay_bytes prefix, assay_bytes own)
{
    const assay_bytes nothing =
        prefix.size + own.size == 0 ? null_list(work) : ASSAY_NO_BYTES;

    assay_work_measure(work, at, (const assay_bytes[]){ prefix, own, nothing }, 3, ASSAY_NO_BYTES);
}

static void replace_list(assay_rebase_work *work, enum assay_role role, const char *name,
                         const char *mirror, assay_bytes data)
{
    const size_t at = assay_work_find(work, role, 0);
    const bool forbidden = role == ASSAY_ROLE_MOK_LIST_X;
    const assay_bytes new_shim = shim_image(work, false);
    assay_bytes prefix, empty = null_list(work);

    if (data.data == NULL && new_shim.data == NULL)
        return;
    if (at == work->count) {
        if (data.data != NULL)
            assay_work_remark(work, ASSAY_PART_SHIM, false,
                              "the log has no event of %s, so that replacing it changes nothing",
                              name);
        return;
    }
    const bool known = find_prefix(work, at, name, mirror, &prefix);
    if (new_shim.data != NULL) {
        /* The new shim's prefix; the old one only tells what was in NVRAM. */
        const bool read = prefix_of_image(work, new_shim, forbidden, &prefix);
        if (data.data == NULL && known && work->what->old_variables != NULL)
            data = assay_variables_data(work->what->old_variables, &assay_guid_shim_lock, name);
        if (read && (data.data != NULL || known))
            measure_list(work, at, prefix, data);
        else
            assay_work_unknown(work, at, ASSAY_NO_BYTES,
                               "what this machine's list of enrolled keys was isn't known");
    } else if (known) {
        measure_list(work, at, prefix, data);
    } else if (assay_work_explains(work, at, &empty, 1)) {
        measure_list(work, at, ASSAY_LITERAL(""), data);
    } else {
        assay_work_unknown(work, at, ASSAY_NO_BYTES,
                           "what shim's vendor put before the machine's own list isn't known: it "
                           "is in shim's image");
    }
}

static void replace_sbat_level(assay_rebase_work *work)
{
    const size_t at = assay_work_find(work, ASSAY_ROLE_SBAT_LEVEL, 0);

    if (work->what->sbat_level.data == NULL)
        return;
    if (at < work->count)
        assay_rebase_measure_variable(work, at, work->what->sbat_level);
    else
        assay_work_remark(
            work, ASSAY_PART_SHIM, false,
            "the log has no event of SbatLevel, so that replacing it changes nothing");
}

/* Shim no longer asks whether anything is signed: its authorities go, and GRUB doesn't ask it. */
static void stop_verifying(assay_rebase_work *work)
{
    bool grub = false;

    for (size_t i = 0; i < work->count; i++) {
        const enum assay_role role = work->items[i].is.role;

        grub = grub || role == ASSAY_ROLE_IMAGE_GRUB;
        if (role == ASSAY_ROLE_SHIM_AUTHORITY || (role == ASSAY_ROLE_IMAGE_KERNEL && grub))
            assay_work_remove(work, i);
    }
    assay_work_remark(work, ASSAY_PART_SHIM, false,
                      "shim's validation is off: what it starts is not verified");
}

static void start_verifying(assay_rebase_work *work)
{
    for (size_t i = 0; i < work->count; i++)
        if (work->items[i].is.role == ASSAY_ROLE_GRUB_KERNEL) {
            assay_work_remark(work, ASSAY_PART_SHIM, false,
                              "shim's validation is on again: how this machine's GRUB has a "
                              "kernel verified can't be known from a log without it");
            if (assay_work_insert(work, i + 1, 4, EV_EFI_BOOT_SERVICES_APPLICATION,
                                  ASSAY_ROLE_IMAGE_KERNEL))
                assay_work_unknown(work, i + 1, ASSAY_NO_BYTES,
                                   "how often this machine's GRUB has shim measure a kernel isn't "
                                   "known");
            i++;
        }
}

/* MokSBState is measured into PCR 7 and logged in PCR 14, after MokListX; false without that. */
static bool add_state(assay_rebase_work *work)
{
    const size_t after = assay_work_find(work, ASSAY_ROLE_MOK_LIST_X, 0);
    const assay_bytes data = work->what->mok_sb_state, name = ASSAY_LITERAL("MokSBState\0");

    if (after == work->count)
        return false;
    const assay_bytes whole =
        assay_work_variable(work, &assay_guid_shim_lock, "MokSBState", data);
    if (assay_work_insert(work, after + 1, 7, EV_EFI_VARIABLE_AUTHORITY, ASSAY_ROLE_SHIM_POLICY))
        assay_work_measure(work, after + 1, &whole, 1, whole);
    if (assay_work_insert(work, after + 2, 14, EV_IPL, ASSAY_ROLE_MOK_SB_STATE))
        assay_work_measure(work, after + 2, &data, 1, name);
    return true;
}

static void replace_state(assay_rebase_work *work)
{
    const assay_bytes data = work->what->mok_sb_state;
    const size_t policy = assay_work_find(work, ASSAY_ROLE_SHIM_POLICY, 0);
    const size_t mirror = assay_work_find(work, ASSAY_ROLE_MOK_SB_STATE, 0);
    const bool insecure = data.size > 0 && data.data[0] == 1;
    assay_variable variable;
    bool was_insecure = false;

    if (data.data == NULL)
        return;
    if (policy < work->count &&
        assay_variable_decode(assay_work_event(work, policy)->data, &variable))
        was_insecure = variable.data.size > 0 && variable.data.data[0] == 1;
    const size_t count = work->count;
    if (policy == count && mirror == count && data.size > 0 && !add_state(work))
        assay_work_remark(work, ASSAY_PART_SHIM, false,
                          "the log has no event of shim's variables, so that replacing MokSBState "
                          "changes nothing");
    if (policy < count && data.size > 0)
        assay_rebase_measure_variable(work, policy, data);
    if (mirror < count && data.size > 0)
        assay_work_measure(work, mirror, &data, 1, ASSAY_NO_BYTES);
    if (data.size == 0 && policy < count)
        assay_work_remove(work, policy);
    if (data.size == 0 && mirror < count)
        assay_work_remove(work, mirror);
    if (insecure && !was_insecure)
        stop_verifying(work);
    if (!insecure && was_insecure)
        start_verifying(work);
}

void assay_rebase_shim(assay_rebase_work *work)
{
    replace_list(work, ASSAY_ROLE_MOK_LIST, "MokList", "MokListRT", work->what->mok_list);
    replace_list(work, ASSAY_ROLE_MOK_LIST_X, "MokListX", "MokListXRT", work->what->mok_list_x);
    replace_sbat_level(work);
    replace_state(work);
}
