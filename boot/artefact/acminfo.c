/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/acminfo.h"

enum { LISTS_SINCE = 9 /* version of the information table */ };

/* 7fc03aaa-18db46a7-8f69ac2e-5a7f418d as four little-endian words. */
static const assay_guid info_uuid =
    ASSAY_GUID(0x7fc03aaa, 0x46a7, 0x18db, 0x2e, 0xac, 0x69, 0x8f, 0x8d, 0x41, 0x7f, 0x5a);

static int fail(assay_error *error, enum assay_kind kind, uint64_t offset, const char *field,
                const char *what)
{
    const assay_place place = { offset, ASSAY_NO_EVENT, field };

    return assay_fail(error, kind, place, "%s", what);
}

/* A list of entries behind a count; no bytes and an error when it leaves the module. */
static assay_bytes take_entries(const assay_acm *acm, uint64_t offset, size_t count_size,
                                size_t entry_size, uint32_t *ret_before, const char *field,
                                assay_error *error)
{
    assay_cursor c = assay_cursor_of(acm->module);

    assay_seek(&c, offset);
    if (ret_before != NULL)
        *ret_before = assay_take_u32le(&c);
    const uint64_t count = count_size == 2 ? assay_take_u16le(&c) : assay_take_u32le(&c);
    const uint64_t size = count * entry_size; /* below 2^32 * 24 */
    const assay_bytes entries = assay_take(&c, size > SIZE_MAX ? SIZE_MAX : (size_t)size);

    if (c.failed)
        fail(error, ASSAY_TRUNCATED, offset, field, "a list of the module reaches beyond its end");
    return c.failed ? ASSAY_NO_BYTES : entries;
}

static int take_chipsets(assay_acm *acm, uint64_t offset, assay_bytes *ret_list, assay_error *error)
{
    *ret_list = take_entries(acm, offset, 4, ASSAY_ACM_CHIPSET_SIZE, NULL, "ChipsetIDList", error);
    return ret_list->data == NULL ? -ASSAY_TRUNCATED : 0;
}

static int take_processors(assay_acm *acm, uint64_t offset, assay_error *error)
{
    assay_acm_info *const info = &acm->info;

    info->processors =
        take_entries(acm, offset, 4, ASSAY_ACM_PROCESSOR_SIZE, NULL, "ProcessorIDList", error);
    info->has_processors = info->processors.data != NULL;
    return info->has_processors ? 0 : -ASSAY_TRUNCATED;
}

static int take_tpm(assay_acm *acm, uint64_t offset, assay_error *error)
{
    assay_acm_info *const info = &acm->info;

    info->tpm_algs = take_entries(acm, offset, 2, 2, &info->tpm_capabilities, "TPMInfoList", error);
    info->has_tpm = info->tpm_algs.data != NULL;
    return info->has_tpm ? 0 : -ASSAY_TRUNCATED;
}

/* Up to version 8: the table tells where each list is. */
static int take_offset_lists(assay_acm *acm, assay_cursor *c, uint32_t chipsets, assay_error *error)
{
    const uint8_t version = acm->info.version;
    const uint32_t processors = version >= 4 ? assay_take_u32le(c) : 0;
    const uint32_t tpm = version >= 5 ? assay_take_u32le(c) : 0;
    int status = take_chipsets(acm, chipsets, &acm->info.chipsets, error);

    if (c->failed)
        return fail(error, ASSAY_TRUNCATED, c->offset, "information table",
                    "the information table is cut short");
    if (status == 0 && version >= 4)
        status = take_processors(acm, processors, error);
    if (status == 0 && version >= 5)
        status = take_tpm(acm, tpm, error);
    return status;
}

/* Names of lists, as four letters in a little-endian word. */
enum list_id {
    CS1L = 0x4353314C,
    CS2L = 0x4353324C,
    CPUL = 0x4350554C,
    TPML = 0x54504D4C,
    TERM = 0x4E554C4C,
};

enum { LIST_HEADER = 12 };

static int take_list(assay_acm *acm, uint32_t id, uint64_t content, assay_error *error)
{
    switch (id) {
    case CS1L:
        return take_chipsets(acm, content, &acm->info.chipsets, error);
    case CS2L:
        return take_chipsets(acm, content, &acm->info.chipsets2, error);
    case CPUL:
        return take_processors(acm, content, error);
    case TPML:
        return take_tpm(acm, content, error);
    default:
        return 0;
    }
}

/* From version 9 on: lists one behind the other, from the end of the table on. */
static int take_named_lists(assay_acm *acm, uint64_t offset, assay_error *error)
{
    assay_cursor c = assay_cursor_of(acm->module);

    assay_seek(&c, offset);
    if (c.failed)
        return fail(error, ASSAY_TRUNCATED, offset - acm->info.length + 18, "Length",
                    "the information table reaches beyond the end of the module");
    for (;;) {
        const uint64_t start = c.offset;
        const uint32_t id = assay_take_u32le(&c), size = assay_take_u32le(&c);

        assay_take_u32le(&c); /* revision */
        if (c.failed)
            return fail(error, ASSAY_TRUNCATED, start, "information lists",
                        "the module ends before its lists do");
        if (id == TERM)
            return 0;
        if (size < LIST_HEADER)
            return fail(error, ASSAY_MALFORMED, start + 4, "list size",
                        "a list is smaller than its own header");
        const int status = take_list(acm, id, start + LIST_HEADER, error);

        if (status < 0)
            return status;
        assay_seek(&c, start + size);
        if (c.failed)
            return fail(error, ASSAY_TRUNCATED, start + 4, "list size",
                        "a list reaches beyond the end of the module");
    }
}

int assay_acm_read_info(assay_acm *acm, assay_error *error)
{
    const uint64_t start = (uint64_t)acm->header_len + acm->scratch_size;
    assay_acm_info *const info = &acm->info;
    assay_cursor c = assay_cursor_of(acm->module);

    assay_seek(&c, start);
    const assay_guid uuid = assay_take_guid(&c);

    info->chipset_acm_type = assay_take_u8(&c);
    info->version = assay_take_u8(&c);
    info->length = assay_take_u16le(&c);
    const uint32_t chipsets = assay_take_u32le(&c);

    info->os_sinit_data_ver = assay_take_u32le(&c);
    info->min_mle_header_ver = assay_take_u32le(&c);
    info->capabilities = assay_take_u32le(&c);
    info->acm_version = assay_take_u8(&c);
    for (size_t i = 0; i < sizeof info->acm_revision; i++)
        info->acm_revision[i] = assay_take_u8(&c);
    if (c.failed)
        return fail(error, ASSAY_TRUNCATED, start, "information table",
                    "the module ends before its information table does");
    if (!assay_guid_equal(&uuid, &info_uuid))
        return fail(error, ASSAY_MALFORMED, start, "UUID",
                    "there is no chipset AC module information table where it ought to be");
    acm->has_info = true;
    if (info->version >= LISTS_SINCE)
        return take_named_lists(acm, start + info->length, error);
    return take_offset_lists(acm, &c, chipsets, error);
}

bool assay_acm_chipset_at(assay_bytes chipsets, size_t index, assay_acm_chipset *ret_chipset)
{
    assay_cursor c = assay_cursor_of(chipsets);
    assay_acm_chipset chipset;

    assay_seek(&c, (uint64_t)index * ASSAY_ACM_CHIPSET_SIZE);
    chipset.flags = assay_take_u32le(&c);
    chipset.vendor_id = assay_take_u16le(&c);
    chipset.device_id = assay_take_u16le(&c);
    chipset.revision_id = assay_take_u16le(&c);
    chipset.register_mask = assay_take_u16le(&c);
    chipset.extended_id = assay_take_u32le(&c);
    if (c.failed)
        return false;
    *ret_chipset = chipset;
    return true;
}

bool assay_acm_processor_at(assay_bytes processors, size_t index,
                            assay_acm_processor *ret_processor)
{
    assay_cursor c = assay_cursor_of(processors);
    assay_acm_processor processor;

    assay_seek(&c, (uint64_t)index * ASSAY_ACM_PROCESSOR_SIZE);
    processor.fms = assay_take_u32le(&c);
    processor.fms_mask = assay_take_u32le(&c);
    processor.platform_id = assay_take_u64le(&c);
    processor.platform_mask = assay_take_u64le(&c);
    if (c.failed)
        return false;
    *ret_processor = processor;
    return true;
}
