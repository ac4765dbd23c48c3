/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/slb.h"

enum { HEADER_SIZE = 4 };

/* As the bytes lie: 78 f1 26 8e 04 92 11 e9 83 2a c8 5b 76 c4 cc 02. */
const assay_guid assay_skl_uuid = { { 0x78, 0xf1, 0x26, 0x8e, 0x04, 0x92, 0x11, 0xe9, 0x83, 0x2a,
                                      0xc8, 0x5b, 0x76, 0xc4, 0xcc, 0x02 } };

static int fail(assay_error *error, enum assay_kind kind, uint64_t offset, const char *field,
                const char *what)
{
    const assay_place place = { offset, ASSAY_NO_EVENT, field };

    return assay_fail(error, kind, place, "%s", what);
}

static bool skl_info_at(assay_slb *slb, assay_bytes bytes, uint16_t offset)
{
    assay_cursor c = assay_cursor_of(bytes);

    assay_seek(&c, offset);
    const assay_guid uuid = assay_take_guid(&c);
    const uint32_t version = assay_take_u32le(&c);

    if (c.failed || !assay_guid_equal(&uuid, &assay_skl_uuid))
        return false;
    slb->is_skl = true;
    slb->skl_info_offset = offset;
    slb->skl_version = version;
    return true;
}

static void find_skl_info(assay_slb *slb, assay_bytes bytes, assay_cursor after_header)
{
    const uint16_t third = assay_take_u16le(&after_header);
    const uint16_t fourth = assay_take_u16le(&after_header);

    if (!skl_info_at(slb, bytes, third))
        skl_info_at(slb, bytes, fourth);
}

int assay_slb_open(assay_slb *slb, assay_bytes bytes, assay_error *error)
{
    assay_cursor c = assay_cursor_of(bytes);

    *slb = (assay_slb){ 0 };
    slb->entry_point = assay_take_u16le(&c);
    slb->length = assay_take_u16le(&c);
    if (c.failed)
        return fail(error, ASSAY_TRUNCATED, c.offset, "length",
                    "the secure loader block is too small for its header");
    find_skl_info(slb, bytes, c);
    if (slb->length < HEADER_SIZE)
        return fail(error, ASSAY_MALFORMED, 2, "length",
                    "the secure loader's length doesn't cover its own header");
    if (slb->entry_point >= slb->length)
        return fail(error, ASSAY_MALFORMED, 0, "entry point",
                    "the secure loader's entry point lies outside what is measured");
    c = assay_cursor_of(bytes);
    slb->measured = assay_take(&c, slb->length);
    if (c.failed)
        return fail(error, ASSAY_TRUNCATED, 2, "length",
                    "the file is shorter than the secure loader's length");
    return 0;
}

const char *assay_slb_detect(assay_bytes bytes)
{
    assay_slb slb;

    return assay_slb_open(&slb, bytes, NULL) == 0 && slb.is_skl
               ? "the information table of a Secure Kernel Loader"
               : NULL;
}

void assay_slb_emit(assay_output *out, const assay_slb *slb)
{
    assay_emit_address(out, "entry_point", slb->entry_point);
    assay_emit_u64(out, "length", slb->length);
    assay_emit_bool(out, "secure_kernel_loader", slb->is_skl);
    if (!slb->is_skl)
        return;
    assay_emit_u64(out, "info_offset", slb->skl_info_offset);
    assay_emit_address(out, "info_version", slb->skl_version);
}
