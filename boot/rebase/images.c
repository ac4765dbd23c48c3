/* SPDX-License-Identifier: BSD-2-Clause */
/* PCR 4 and 2: which event is of an image that was replaced, and its new digest. */
#include "boot/rebase/images.h"

#include "eventlog/payload/image.h"

enum { NAME_MAX_LENGTH = 512 };

/* How an image says what it is: by a section that only it has. */
static const struct {
    const char *section;
    enum assay_role role;
} kinds[] = {
    { ".vendor_cert", ASSAY_ROLE_IMAGE_SHIM },
    { ".linux", ASSAY_ROLE_IMAGE_UKI },
    { ".sdmagic", ASSAY_ROLE_IMAGE_SDBOOT }, /* also a stub's, which has .linux */
    { "mods", ASSAY_ROLE_IMAGE_GRUB },
};

enum assay_role assay_rebase_role_of(const assay_pe *pe)
{
    enum { EFI_BOOT_SERVICE_DRIVER = 11, EFI_RUNTIME_DRIVER = 12 };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (assay_pe_find(pe, kinds[i].section) != NULL)
            return kinds[i].role;
    if (pe->subsystem == EFI_BOOT_SERVICE_DRIVER || pe->subsystem == EFI_RUNTIME_DRIVER)
        return ASSAY_ROLE_DRIVER;
    return assay_pe_find(pe, ".cmdline") != NULL ? ASSAY_ROLE_IMAGE_ADDON : ASSAY_ROLE_IMAGE;
}

/* A path or its last name in one spelling: '/' between names, no leading one, lower case. */
static assay_bytes spell(assay_writer *out, assay_bytes path)
{
    for (size_t i = 0; i < path.size; i++) {
        const uint8_t c = path.data[i] == '\\' ? '/' : path.data[i];

        if (c != '/' || out->used > 0)
            assay_put_u8(out, c >= 'A' && c <= 'Z' ? (uint8_t)(c + 'a' - 'A') : c);
    }
    return assay_written(out);
}

bool assay_rebase_is_at(const assay_event *event, assay_bytes path)
{
    uint8_t here_room[NAME_MAX_LENGTH], there_room[NAME_MAX_LENGTH], text_room[NAME_MAX_LENGTH];
    assay_writer text = assay_writer_lent(text_room, sizeof text_room);
    assay_writer here_out = assay_writer_lent(here_room, sizeof here_room);
    assay_writer there_out = assay_writer_lent(there_room, sizeof there_room);

    assay_put_utf16(&text, assay_image_file_name(event));
    const assay_bytes here = spell(&here_out, assay_written(&text));
    const assay_bytes there = spell(&there_out, path);
    if (here.size < there.size || there.size == 0)
        return false;
    /* All of the path, or whole names at its end. */
    const size_t start = here.size - there.size;
    return memcmp(here.data + start, there.data, there.size) == 0 &&
           (start == 0 || here.data[start - 1] == '/');
}

/* UEFI_IMAGE_LOAD_EVENT of another file: its size where sizes are logged; the place stays. */
static assay_bytes image_data(assay_rebase_work *work, const assay_event *event, const assay_pe *pe)
{
    assay_writer out = assay_work_writer();
    assay_image image;

    if (!assay_image_decode(event->data, &image))
        return ASSAY_NO_BYTES;
    if (image.length != 0) {
        image.length = pe->file.size;
        image.link_time_address = pe->image_base;
    }
    assay_image_encode(&out, &image);
    return assay_work_take(work, &out);
}

void assay_rebase_measure_image(assay_rebase_work *work, size_t at, assay_bytes file,
                                const char *field)
{
    assay_pe pe;

    work->items[at].image = file;
    if (!assay_work_open(work, &pe, file, field))
        return;
    const assay_bytes data = image_data(work, assay_work_event(work, at), &pe);
    assay_work_measure_pe(work, at, &pe, data);
}

/* Whether the event was of that very file. */
static bool was_of(assay_rebase_work *work, size_t at, assay_bytes file)
{
    const assay_event *const was = assay_work_was(work, at);
    assay_digesting digesting;
    assay_digests digests;
    uint16_t algs[ASSAY_ALGS];
    size_t count = 0;
    assay_pe pe;

    if (was == NULL || work->status < 0 || assay_pe_open(&pe, file, NULL) < 0)
        return false;
    for (size_t i = 0; i < was->digest_count && count < ASSAY_ALGS; i++)
        if (assay_alg_find(was->digests[i].alg) != NULL)
            algs[count++] = was->digests[i].alg;
    if (assay_digesting_begin(&digesting, work->hashes, algs, count) < 0 ||
        assay_pe_digest(&pe, &digesting, &digests, NULL) < 0)
        return false;
    for (size_t i = 0; i < digests.count; i++)
        if (!assay_bytes_equal(assay_event_digest_of(was, digests.list[i].alg),
                               assay_bytes_of(digests.list[i].value, digests.list[i].size)))
            return false;
    return digests.count > 0;
}

/* The loader: GRUB or systemd-boot; where the log has neither, what firmware starts first. */
static enum assay_role loader_of(const assay_rebase_work *work)
{
    static const enum assay_role loaders[] = { ASSAY_ROLE_IMAGE_GRUB, ASSAY_ROLE_IMAGE_SDBOOT,
                                               ASSAY_ROLE_IMAGE_WINDOWS };

    for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++)
        if (assay_work_find(work, loaders[i], 0) < work->count)
            return loaders[i];
    return ASSAY_ROLE_IMAGE;
}

static enum assay_role wanted_role(assay_rebase_work *work, const assay_rebase_image *image)
{
    assay_pe pe;

    switch (image->role) {
    case ASSAY_REBASE_SHIM:
        return ASSAY_ROLE_IMAGE_SHIM;
    case ASSAY_REBASE_LOADER:
        return loader_of(work);
    case ASSAY_REBASE_ADDON:
        return ASSAY_ROLE_IMAGE_ADDON;
    case ASSAY_REBASE_DRIVER:
        return ASSAY_ROLE_DRIVER;
    default:
        break;
    }
    if (!assay_work_open(work, &pe, image->image, "image"))
        return ASSAY_ROLE_OTHER;
    const enum assay_role role = assay_rebase_role_of(&pe);
    /* Another loader in the place of the one there: systemd-boot for GRUB. */
    return role == ASSAY_ROLE_IMAGE_GRUB || role == ASSAY_ROLE_IMAGE_SDBOOT ? loader_of(work)
                                                                            : role;
}

static bool is_meant(assay_rebase_work *work, size_t at, const assay_rebase_image *image,
                     enum assay_role role)
{
    const enum assay_role has = work->items[at].is.role;

    if (has != ASSAY_ROLE_DRIVER && !assay_role_is_image(has))
        return false;
    if (image->old.data != NULL)
        return was_of(work, at, image->old);
    if (image->path.data != NULL)
        return assay_rebase_is_at(assay_work_event(work, at), image->path);
    return has == role;
}

static void replace(assay_rebase_work *work, const assay_rebase_image *image)
{
    const enum assay_role role = image->old.data == NULL && image->path.data == NULL
                                     ? wanted_role(work, image)
                                     : ASSAY_ROLE_OTHER;
    size_t found = 0;

    for (size_t i = 0; i < work->count && work->status == 0; i++) {
        if (work->items[i].removed || !is_meant(work, i, image, role))
            continue;
        work->items[i].old_image = image->old;
        if (image->image.size == 0)
            assay_work_remove(work, i);
        else
            assay_rebase_measure_image(work, i, image->image, "image");
        /* A driver without a name may be any of several. */
        if (found++ == 0 && role == ASSAY_ROLE_IMAGE)
            break;
    }
    if (found == 0 && work->status == 0)
        assay_work_remark(work, ASSAY_PART_LOADER, false,
                          "the log has no event of an image of that name or kind, so that "
                          "replacing it changes nothing");
}

static void replace_kernel(assay_rebase_work *work)
{
    const bool uki = assay_work_find(work, ASSAY_ROLE_IMAGE_UKI, 0) < work->count;
    size_t found = 0;

    for (size_t i = 0; i < work->count && work->status == 0; i++) {
        const enum assay_role role = work->items[i].is.role;

        if (work->items[i].removed)
            continue;
        if (role == ASSAY_ROLE_IMAGE_KERNEL || (role == ASSAY_ROLE_IMAGE_STUB_KERNEL && uki)) {
            work->items[i].old_image = work->what->kernel.old;
            assay_rebase_measure_image(work, i, work->what->kernel.image, "kernel");
            found++;
        }
    }
    if (found == 0 && !uki && work->status == 0 &&
        assay_work_find(work, ASSAY_ROLE_GRUB_KERNEL, 0) == work->count)
        assay_work_remark(work, ASSAY_PART_KERNEL, false,
                          "the log has no event of a kernel, so that replacing it changes nothing");
}

void assay_rebase_images(assay_rebase_work *work)
{
    for (size_t i = 0; i < work->what->image_count && work->status == 0; i++)
        replace(work, &work->what->images[i]);
    if (work->what->kernel.image.data != NULL && work->what->uki.image.data == NULL)
        replace_kernel(work);
}
