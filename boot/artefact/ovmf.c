/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/ovmf.h"

#include "boot/artefact/pe.h"

/* Where the .fdf files of OVMF have it since 2013: MEMFD at 8 MiB, PEIFV at 0x20000 in it. */
enum { PEIFV_BASE = 0x820000, VERSION_CHARACTERS = 4 };

/* Modules by their FILE_GUID. */
static const assay_guid tcg_pei =
    ASSAY_GUID(0x2be1e4a6, 0x6505, 0x43b3, 0x9f, 0xfc, 0xa3, 0xc8, 0x33, 0x0e, 0x04, 0x32);
static const assay_guid tcg2_pei =
    ASSAY_GUID(0xa0c98b77, 0xcba5, 0x4bb8, 0x99, 0x3b, 0x4a, 0xf6, 0xce, 0x33, 0xec, 0xe4);
static const assay_guid qemu_acpi_platform_dxe =
    ASSAY_GUID(0x17985e6f, 0xe778, 0x4d94, 0xae, 0xfa, 0xc5, 0xdd, 0x2b, 0x77, 0xe1, 0x86);
static const assay_guid secure_boot_config_dxe =
    ASSAY_GUID(0xf0e6a44f, 0x7195, 0x41c3, 0xac, 0x64, 0x54, 0xf2, 0x02, 0xcd, 0x0a, 0x21);

/* The image of a module: in PEIFV also a TE one. */
static assay_bytes image_of(const assay_fv *fv, const assay_guid *name)
{
    assay_ffs_file file;

    if (!assay_ffs_find(fv, name, &file))
        return ASSAY_NO_BYTES;
    const assay_bytes pe32 = assay_ffs_section_of(file.content, ASSAY_FFS_PE32);
    return pe32.data != NULL ? pe32 : assay_ffs_section_of(file.content, ASSAY_FFS_TE);
}

/* --- the two volumes -------------------------------------------------------------------------- */

typedef struct volumes {
    assay_fv pei, dxe;
    bool has_pei, has_dxe;
} volumes;

/* The volume with the PEI core is PEIFV, that with the DXE core is DXEFV. */
static bool note_core(void *context, const assay_ffs_met *met)
{
    volumes *const v = context;

    if (met->section != NULL || met->file == NULL || met->depth == 0)
        return true;
    if (met->file->type == ASSAY_FFS_PEI_CORE && !v->has_pei) {
        v->pei = *met->fv;
        v->has_pei = true;
    }
    if (met->file->type == ASSAY_FFS_DXE_CORE && !v->has_dxe) {
        v->dxe = *met->fv;
        v->has_dxe = true;
    }
    return !v->has_pei || !v->has_dxe;
}

/*
 * The PEI core runs where it was linked to run, so its image base less its place in the volume is
 * the volume's base.
 */
static uint64_t base_of(const assay_fv *pei)
{
    uint64_t offset = pei->files;
    assay_ffs_file file;
    assay_pe pe;

    while (assay_ffs_next(pei, &offset, &file, NULL) == 1) {
        const assay_bytes image = assay_ffs_section_of(file.content, ASSAY_FFS_PE32);

        if (image.data == NULL || assay_pe_open(&pe, image, NULL) < 0)
            continue;
        const uint64_t place = (uint64_t)(image.data - pei->volume.data);
        if (pe.image_base > place)
            return pe.image_base - place;
    }
    return PEIFV_BASE;
}

/* --- the version ------------------------------------------------------------------------------ */

static bool is_version_character(const uint8_t *character)
{
    return character[0] > ' ' && character[0] < 0x7F && character[1] == 0;
}

/* The first run of characters of UTF-16 with a NUL behind it, NUL included. */
static assay_bytes find_text(assay_bytes image)
{
    for (size_t start = 0; start + 2 <= image.size; start += 2) {
        size_t end = start;

        while (end + 4 <= image.size && is_version_character(image.data + end))
            end += 2;
        const bool ends = image.data[end] == 0 && image.data[end + 1] == 0;

        if (ends && end - start >= VERSION_CHARACTERS * 2)
            return assay_bytes_of(image.data + start, end + 2 - start);
        start = end > start ? end - 2 : start;
    }
    return ASSAY_NO_BYTES;
}

/*
 * PcdFirmwareVersionString is a constant of the modules that measure it, Tcg2Pei and, where there
 * is one, TcgPei; what stands before it may look like another character, but not in both the same.
 */
static assay_bytes version_of(const assay_fv *pei)
{
    const assay_bytes text = find_text(image_of(pei, &tcg2_pei));
    const assay_bytes other = image_of(pei, &tcg_pei);

    if (text.data == NULL)
        return assay_bytes_of("\0", 2); /* none is given: the empty string */
    for (size_t skip = 0; other.data != NULL && text.size - skip > VERSION_CHARACTERS * 2;
         skip += 2) {
        const assay_bytes rest = assay_bytes_of(text.data + skip, text.size - skip);

        if (assay_bytes_find(other, rest) < other.size)
            return rest;
    }
    return text;
}

/* --- opening ---------------------------------------------------------------------------------- */

static void note_features(assay_ovmf *ovmf, const volumes *v)
{
    assay_ffs_file file;

    ovmf->version = version_of(&v->pei);
    ovmf->has_secure_boot = assay_ffs_find(&v->dxe, &secure_boot_config_dxe, &file);
    const assay_bytes acpi = image_of(&v->dxe, &qemu_acpi_platform_dxe);
    ovmf->measures_acpi = acpi.data != NULL &&
                          assay_bytes_find(acpi, ASSAY_LITERAL("ACPI DATA")) < acpi.size;
}

int assay_ovmf_open(assay_ovmf *ovmf, assay_bytes flash, assay_error *error)
{
    volumes v = { .has_pei = false };

    *ovmf = (assay_ovmf){ .unpacked = { 0 } };
    int status = assay_ffs_walk(flash, &ovmf->unpacked, note_core, &v, error);

    if (status == 0 && (!v.has_pei || !v.has_dxe))
        status = assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                            "the flash image has no packed volumes with a PEI and a DXE core, as "
                            "OVMF has");
    if (status < 0) {
        assay_ovmf_close(ovmf);
        return status;
    }
    ovmf->peifv = v.pei.volume;
    ovmf->dxefv = v.dxe.volume;
    ovmf->peifv_base = base_of(&v.pei);
    ovmf->dxefv_base = ovmf->peifv_base + ovmf->peifv.size;
    note_features(ovmf, &v);
    return 0;
}

void assay_ovmf_close(assay_ovmf *ovmf)
{
    assay_ffs_unpacked_free(&ovmf->unpacked);
    *ovmf = (assay_ovmf){ .unpacked = { 0 } };
}
