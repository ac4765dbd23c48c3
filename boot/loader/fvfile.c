/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/fvfile.h"

#include "eventlog/payload/devpath.h"

#include <stdlib.h>

enum {
    HARDWARE_DP = 1,
    HARDWARE_MEMORY_MAPPED = 3,
    MEDIA_FV_FILE = 6, /* subtypes of MEDIA */
    MEDIA_FV = 7,
};

const assay_guid assay_guid_uiapp =
    ASSAY_GUID(0x462caa21, 0x7614, 0x4503, 0x83, 0x6e, 0x8a, 0xb6, 0xf4, 0x66, 0x23, 0x31);
const assay_guid assay_guid_shell_file =
    ASSAY_GUID(0x7c04a583, 0x9e3e, 0x4f1c, 0xad, 0x65, 0xe0, 0x52, 0x68, 0xd0, 0xb4, 0xd1);

/* Where QEMU's kernel comes from and goes to: QemuKernelLoaderFsDxe; BdsDxe, which OVMF's
 * QemuLoadImageLib is linked into. What such a driver knows shows in its strings. */
static const assay_guid bds_dxe =
    ASSAY_GUID(0x6d33944a, 0xec75, 0x4855, 0xa5, 0x4d, 0x80, 0x9c, 0x75, 0x24, 0x1f, 0x6c);
static const assay_guid kernel_loader_fs =
    ASSAY_GUID(0x806040ca, 0xdad9, 0x4978, 0xa3, 0xb4, 0x2d, 0x2a, 0xb0, 0xc8, 0xa4, 0x8f);

static assay_fvfile *last_of(assay_fvfiles *files, const assay_ffs_met *met)
{
    assay_fvfile *const last = files->count > 0 ? &files->list[files->count - 1] : NULL;

    return last != NULL && assay_guid_equal(&last->name, &met->file->name) ? last : NULL;
}

static bool collect(void *context, const assay_ffs_met *met)
{
    assay_fvfiles *const files = context;
    assay_fvfile *file;

    if (met->file == NULL || !met->fv->has_name)
        return true;
    if (met->section == NULL) {
        if (files->count < ASSAY_FVFILES_MAX)
            files->list[files->count++] =
                (assay_fvfile){ .volume = met->fv->name, .name = met->file->name };
        return true;
    }
    file = last_of(files, met);
    if (file != NULL && met->section->type == ASSAY_FFS_PE32 && file->pe.data == NULL)
        file->pe = met->section->content;
    if (file != NULL && met->section->type == ASSAY_FFS_USER_INTERFACE)
        file->title = met->section->content;
    return true;
}

static bool holds(const assay_fvfiles *files, const assay_guid *name, assay_bytes text)
{
    const assay_fvfile *const file = assay_fvfiles_find(files, name);

    return file != NULL && assay_bytes_find(file->pe, text) < file->pe.size;
}

/*
 * The month that a version says it is of, in which EDK2's stable tags are: "2025.02-8+deb13u1",
 * "edk2-20250221-8.fc42". 0 for any other.
 */
static unsigned month_of(assay_bytes version)
{
    unsigned digits = 0, number = 0;

    for (size_t i = 0; i + 1 < version.size && digits < 6; i += 2) {
        const uint8_t c = version.data[i];

        if (c >= '0' && c <= '9' && version.data[i + 1] == 0) {
            number = number * 10 + (c - '0');
            digits++;
        } else if (c != '.' || digits != 4)
            digits = number = 0;
    }
    return digits == 6 && number / 100 >= 2010 && number / 100 < 2100 ? number : 0;
}

/* EnableLegacyLoader, whose default was turned in December 2025. */
static bool has_legacy_loader(const assay_boot *boot)
{
    return !boot->has_ovmf || month_of(boot->ovmf.version) < 202602;
}

assay_fvfiles *assay_fvfiles_new(assay_boot *boot)
{
    assay_fvfiles *files = (assay_fvfiles *)calloc(1, sizeof *files);
    int status = 0;

    if (files == NULL)
        assay_boot_fail(boot, ASSAY_NO_MEMORY, "no memory for the firmware's files");
    else if (boot->has_ovmf)
        status = assay_ffs_walk(boot->ovmf.dxefv, &boot->ovmf.unpacked, collect, files,
                                boot->error);
    if (status < 0 && boot->status == 0)
        boot->status = status;
    if (boot->status < 0)
        assay_fvfiles_free(&files);
    if (files != NULL) {
        files->legacy_loader = has_legacy_loader(boot);
        files->unpatched_kernel = holds(files, &kernel_loader_fs, ASSAY_LITERAL("etc/boot/"));
        files->initrd_first = holds(files, &bds_dxe, ASSAY_LITERAL("initrd=initrd \0"));
    }
    return files;
}

void assay_fvfiles_free(assay_fvfiles **files)
{
    free(*files);
    *files = NULL;
}

const assay_fvfile *assay_fvfiles_find(const assay_fvfiles *files, const assay_guid *name)
{
    for (size_t i = 0; i < files->count; i++)
        if (assay_guid_equal(&files->list[i].name, name))
            return &files->list[i];
    return NULL;
}

/* The two nodes that such a path begins with. */
static bool take_nodes(assay_bytes bytes, assay_devpath_node *ret_volume,
                       assay_devpath_node *ret_file)
{
    assay_devpath path = assay_devpath_of(bytes);

    return assay_devpath_next(&path, ret_volume) && assay_devpath_next(&path, ret_file) &&
           ret_file->type == ASSAY_DEVPATH_MEDIA && ret_file->subtype == MEDIA_FV_FILE &&
           ((ret_volume->type == ASSAY_DEVPATH_MEDIA && ret_volume->subtype == MEDIA_FV) ||
            (ret_volume->type == HARDWARE_DP && ret_volume->subtype == HARDWARE_MEMORY_MAPPED));
}

bool assay_fvfile_is_path(assay_bytes path)
{
    assay_devpath_node volume, file;

    return take_nodes(path, &volume, &file);
}

static assay_guid guid_of(const assay_devpath_node *node)
{
    assay_cursor c = assay_cursor_of(node->data);

    return assay_take_guid(&c);
}

const assay_fvfile *assay_fvfiles_of_path(const assay_fvfiles *files, assay_bytes path)
{
    assay_devpath_node volume, file;

    if (!take_nodes(path, &volume, &file) || volume.type != ASSAY_DEVPATH_MEDIA)
        return NULL;
    const assay_guid volume_name = guid_of(&volume), file_name = guid_of(&file);

    for (size_t i = 0; i < files->count; i++)
        if (assay_guid_equal(&files->list[i].name, &file_name) &&
            assay_guid_equal(&files->list[i].volume, &volume_name))
            return &files->list[i];
    return NULL;
}

assay_bytes assay_fvfile_path(assay_boot *boot, const assay_fvfile *file)
{
    const assay_devpath_node nodes[] = {
        { ASSAY_DEVPATH_MEDIA, MEDIA_FV, assay_bytes_of(file->volume.bytes, 16) },
        { ASSAY_DEVPATH_MEDIA, MEDIA_FV_FILE, assay_bytes_of(file->name.bytes, 16) },
    };
    uint8_t room[40];
    assay_writer out = assay_writer_lent(room, sizeof room);

    assay_devpath_encode(&out, &nodes[0]);
    assay_devpath_encode(&out, &nodes[1]);
    return assay_boot_keep(boot, assay_written(&out));
}
