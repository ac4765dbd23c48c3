/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/grub/image.h"

/* struct grub_module_info64 and grub_module_header. */
enum {
    INFO_MAGIC = 0x676d696d, /* "mimg" */
    MODULE_MEMDISK = 1,
    MODULE_CONFIG = 2,
    MODULE_PREFIX = 3,
    HEADER_SIZE = 8,
};

/*
 * The last row that fits is taken. Debian 12 (2.06-13) and 13 (2.12-9) as recorded boots show;
 * Debian 2.12's loader is its module peimage. Fedora and RHEL: rhboot/grub2, branches fedora-34 to
 * fedora-44, rhel-8-main to rhel-10-main, where loader/efi/linux.c comes with 2.12.
 */
static const assay_grub_flavour flavours[] = {
    { "", "", .verifications = 1 },
    { "", "2.12", .verifications = 1, .stub = true },
    { "debian", "2.04", .verifications = 2, .memdisk_fonts = true, .locked_modules = true },
    { "debian", "2.12", .verifications = 1, .tries_config = true, .tries_fw_path = true,
      .stub = true, .own_loader = true, .memdisk_fonts = true, .locked_modules = true },
    { "ubuntu", "2.04", .verifications = 2, .memdisk_fonts = true, .locked_modules = true },
    { "ubuntu", "2.12", .verifications = 1, .tries_config = true, .tries_fw_path = true,
      .stub = true, .own_loader = true, .memdisk_fonts = true, .locked_modules = true },
    { "fedora", "2.04", .verifications = 1, .tries_config = true, .tries_fw_path = true,
      .memdisk_fonts = true, .locked_modules = true, .bls = true },
    { "rh", "2.02", .verifications = 1, .tries_config = true, .tries_fw_path = true,
      .memdisk_fonts = true, .locked_modules = true, .bls = true },
    { "rhel", "2.02", .verifications = 1, .tries_config = true, .tries_fw_path = true,
      .memdisk_fonts = true, .locked_modules = true, .bls = true },
};

/* The fields of a line of .sbat, parted by commas. */
static assay_bytes take_field(assay_cursor *c)
{
    const assay_bytes rest = assay_peek_rest(c);
    size_t size = 0;

    while (size < rest.size && rest.data[size] != ',' && rest.data[size] != '\n' &&
           rest.data[size] != '\0')
        size++;
    return assay_take(c, size);
}

static void take_sbat(assay_grub_image *image, assay_bytes sbat, bool *ret_grub)
{
    assay_cursor c = assay_cursor_of(sbat);

    while (assay_left(&c) > 0 && assay_peek_rest(&c).data[0] != '\0') {
        assay_bytes fields[5];

        for (size_t i = 0; i < 5; i++) {
            fields[i] = take_field(&c);
            if (assay_left(&c) > 0 && assay_peek_rest(&c).data[0] == ',')
                assay_take(&c, 1);
        }
        const bool grub = assay_bytes_equal(fields[0], ASSAY_LITERAL("grub"));
        const bool vendor = assay_bytes_start_with(fields[0], ASSAY_LITERAL("grub."));

        *ret_grub = *ret_grub || grub || vendor;
        if (grub || (vendor && image->vendor.data == NULL))
            image->version = fields[4];
        if (vendor && image->vendor.data == NULL)
            image->vendor = assay_bytes_of(fields[0].data + 5, fields[0].size - 5);
        while (assay_left(&c) > 0 && assay_take_u8(&c) != '\n')
            ;
    }
}

static unsigned take_number(assay_cursor *c)
{
    unsigned n = 0;

    while (assay_left(c) > 0 && assay_peek_rest(c).data[0] >= '0' &&
           assay_peek_rest(c).data[0] <= '9' && n < 10000)
        n = n * 10 + (unsigned)(assay_take_u8(c) - '0');
    if (assay_left(c) > 0)
        assay_take(c, 1);
    return n;
}

/* "2.12" is later than "2.06", and "2.06-13" not earlier than it. */
static bool not_before(assay_bytes version, const char *since)
{
    assay_cursor a = assay_cursor_of(version), b = assay_cursor_of(assay_bytes_of_string(since));
    const unsigned major = take_number(&a), since_major = take_number(&b);

    return major > since_major || (major == since_major && take_number(&a) >= take_number(&b));
}

static const assay_grub_flavour *flavour_of(const assay_grub_image *image)
{
    const assay_grub_flavour *found = &flavours[0];

    for (size_t i = 0; i < sizeof flavours / sizeof *flavours; i++)
        if ((flavours[i].vendor[0] == '\0' ||
             assay_bytes_equal(image->vendor, assay_bytes_of_string(flavours[i].vendor))) &&
            not_before(image->version, flavours[i].version))
            found = &flavours[i];
    return found;
}

static assay_bytes until_nul(assay_bytes bytes)
{
    return assay_bytes_of(bytes.data, assay_bytes_find(bytes, assay_bytes_of("", 1)));
}

static void take_modules(assay_grub_image *image, assay_bytes mods)
{
    assay_cursor c = assay_cursor_of(mods);
    const uint32_t magic = assay_take_u32le(&c);

    assay_take(&c, 4);
    const uint64_t offset = assay_take_u64le(&c), size = assay_take_u64le(&c);

    if (c.failed || magic != INFO_MAGIC || size > mods.size)
        return;
    assay_seek(&c, offset);
    while (!c.failed && c.offset < size) {
        const uint32_t type = assay_take_u32le(&c), whole = assay_take_u32le(&c);
        const assay_bytes content =
            assay_take(&c, whole >= HEADER_SIZE ? whole - HEADER_SIZE : SIZE_MAX);

        if (c.failed)
            return;
        if (type == MODULE_MEMDISK)
            image->memdisk = content;
        else if (type == MODULE_CONFIG && image->config.data == NULL)
            image->config = until_nul(content);
        else if (type == MODULE_PREFIX)
            image->prefix = until_nul(content);
    }
}

bool assay_grub_image_detect(const assay_pe *pe)
{
    assay_grub_image image = { 0 };
    bool grub = false;

    take_sbat(&image, assay_pe_bytes(pe, ".sbat"), &grub);
    return grub || assay_bytes_start_with(assay_pe_bytes(pe, "mods"), ASSAY_LITERAL("mimg"));
}

void assay_grub_image_open(assay_grub_image *image, const assay_pe *pe)
{
    bool grub = false;

    *image = (assay_grub_image){ 0 };
    take_sbat(image, assay_pe_bytes(pe, ".sbat"), &grub);
    image->modules = assay_pe_bytes(pe, "mods");
    take_modules(image, image->modules);
    image->flavour = flavour_of(image);
}

/* .modname is the name between two NULs; a dependency (.moddeps) looks the same,
 * and is there too. */
bool assay_grub_image_has_module(const assay_grub_image *image, assay_bytes name)
{
    uint8_t wanted[64] = { 0 };

    if (name.size == 0 || name.size + 2 > sizeof wanted || image->modules.data == NULL)
        return false;
    memcpy(wanted + 1, name.data, name.size);
    return assay_bytes_find(image->modules, assay_bytes_of(wanted, name.size + 2)) <
           image->modules.size;
}
