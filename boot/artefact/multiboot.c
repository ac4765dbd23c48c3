/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/multiboot.h"

enum {
    WITHIN_1 = 8192,
    WITHIN_2 = 32768,
    ALIGN_1 = 4,
    ALIGN_2 = 8,
    HEADER_SIZE_2 = 16,
    TAG_SIZE = 8,
};

static const uint32_t magic_1 = 0x1BADB002, magic_2 = 0xE85250D6;

/* A header is to lie in the first bytes as a whole. */
static assay_bytes beginning(assay_bytes file, size_t size)
{
    assay_cursor c = assay_cursor_of(file);

    return assay_take_up_to(&c, size);
}

static bool take_1(assay_cursor c, assay_multiboot1 *header)
{
    *header = (assay_multiboot1){ .offset = c.offset };
    const uint32_t magic = assay_take_u32le(&c);

    header->flags = assay_take_u32le(&c);
    const uint32_t checksum = assay_take_u32le(&c);

    if (c.failed || magic != magic_1 || magic + header->flags + checksum != 0)
        return false;
    if ((header->flags & ASSAY_MULTIBOOT1_ADDRESSES) == 0)
        return true;
    header->header_addr = assay_take_u32le(&c);
    header->load_addr = assay_take_u32le(&c);
    header->load_end_addr = assay_take_u32le(&c);
    header->bss_end_addr = assay_take_u32le(&c);
    header->entry_addr = assay_take_u32le(&c);
    return !c.failed;
}

bool assay_multiboot1_find(assay_bytes file, assay_multiboot1 *ret_header)
{
    assay_multiboot1 header;

    for (assay_cursor c = assay_cursor_of(beginning(file, WITHIN_1)); assay_left(&c) >= ALIGN_1;
         assay_take(&c, ALIGN_1))
        if (take_1(c, &header)) {
            *ret_header = header;
            return true;
        }
    return false;
}

static bool take_2(assay_cursor c, assay_multiboot2 *header)
{
    *header = (assay_multiboot2){ .offset = c.offset };
    const uint32_t magic = assay_take_u32le(&c);

    header->architecture = assay_take_u32le(&c);
    header->header_length = assay_take_u32le(&c);
    const uint32_t checksum = assay_take_u32le(&c);

    if (c.failed || magic != magic_2 || header->header_length < HEADER_SIZE_2 ||
        magic + header->architecture + header->header_length + checksum != 0)
        return false;
    header->tags = assay_take(&c, header->header_length - HEADER_SIZE_2);
    return !c.failed;
}

bool assay_multiboot2_find(assay_bytes file, assay_multiboot2 *ret_header)
{
    assay_multiboot2 header;

    for (assay_cursor c = assay_cursor_of(beginning(file, WITHIN_2)); assay_left(&c) >= ALIGN_2;
         assay_take(&c, ALIGN_2))
        if (take_2(c, &header)) {
            *ret_header = header;
            return true;
        }
    return false;
}

bool assay_multiboot2_next_tag(assay_cursor *tags, assay_multiboot2_tag *ret_tag)
{
    assay_multiboot2_tag tag;

    tag.type = assay_take_u16le(tags);
    tag.flags = assay_take_u16le(tags);
    const uint32_t size = assay_take_u32le(tags);

    tag.data = assay_take(tags, size < TAG_SIZE ? SIZE_MAX : size - TAG_SIZE);
    if (tags->failed || tag.type == ASSAY_MULTIBOOT2_END)
        return false;
    *ret_tag = tag;
    assay_take_up_to(tags, (ALIGN_2 - size % ALIGN_2) % ALIGN_2);
    return true;
}

const char *assay_multiboot2_tag_name(uint16_t type)
{
    static const char *const names[] = {
        [ASSAY_MULTIBOOT2_END] = "end",
        [ASSAY_MULTIBOOT2_INFORMATION_REQUEST] = "information request",
        [ASSAY_MULTIBOOT2_ADDRESS] = "address",
        [ASSAY_MULTIBOOT2_ENTRY_ADDRESS] = "entry address",
        [ASSAY_MULTIBOOT2_CONSOLE_FLAGS] = "console flags",
        [ASSAY_MULTIBOOT2_FRAMEBUFFER] = "framebuffer",
        [ASSAY_MULTIBOOT2_MODULE_ALIGN] = "module alignment",
        [ASSAY_MULTIBOOT2_EFI_BOOT_SERVICES] = "EFI boot services",
        [ASSAY_MULTIBOOT2_ENTRY_ADDRESS_EFI32] = "EFI i386 entry address",
        [ASSAY_MULTIBOOT2_ENTRY_ADDRESS_EFI64] = "EFI amd64 entry address",
        [ASSAY_MULTIBOOT2_RELOCATABLE] = "relocatable",
    };

    return type < sizeof names / sizeof *names ? names[type] : NULL;
}
