/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/bzimage.h"

#include "boot/artefact/gunzip.h"

/* Offsets of the setup header's fields, and the protocol versions they came with. */
enum {
    SETUP_SECTS = 0x1f1,
    SETUP_SECTS_DEFAULT = 4,
    BOOT_FLAG = 0x1fe,
    HEADER = 0x202,
    LOADER = 0x210,
    RAMDISK = 0x218,
    HEAP = 0x224,
    CMD_LINE = 0x228,
    XLOADFLAGS = 0x236,
    HANDOVER = 0x264,
    HEADER_END = 0x268,
    SECTOR = 512,
    VERSION_TEXT = 0x400,    /* where assay_bzimage_write puts it */
    KERNEL_VERSION_MAX = 256, /* longer texts are no kernel's */
    INITRD_ADDR_MAX_SINCE = 0x0203,
    CMDLINE_SIZE_SINCE = 0x0206,
    HANDOVER_SINCE = 0x020b,
    XLOADFLAGS_SINCE = 0x020c,
    KERNEL_BYTES_MAX = 256 << 20, /* of an unpacked zboot payload */
};

static const assay_bytes header_magic = ASSAY_LITERAL("HdrS");
static const assay_bytes zboot_magic = ASSAY_LITERAL("MZ\0\0zimg");

bool assay_bzimage_detect(assay_bytes file)
{
    assay_cursor c = assay_cursor_of(file);

    assay_seek(&c, HEADER);
    return assay_bytes_equal(assay_take(&c, header_magic.size), header_magic);
}

static assay_bytes until_nul(assay_bytes bytes)
{
    const uint8_t *const nul =
        bytes.size > 0 ? memchr(bytes.data, 0, bytes.size) : NULL;

    return nul != NULL ? assay_bytes_of(bytes.data, (size_t)(nul - bytes.data)) : ASSAY_NO_BYTES;
}

/* The field counts from the second sector, and 0 says that there is no text. */
static assay_bytes version_text(assay_bytes file, uint16_t pointer)
{
    assay_cursor c = assay_cursor_of(file);

    if (pointer == 0)
        return ASSAY_NO_BYTES;
    assay_seek(&c, (uint64_t)SECTOR + pointer);
    return until_nul(assay_take_up_to(&c, KERNEL_VERSION_MAX));
}

static uint32_t u32_since(assay_cursor *c, uint16_t version, uint16_t since)
{
    const uint32_t value = assay_take_u32le(c);

    return version >= since ? value : 0;
}

static size_t setup_size(const assay_bzimage *image)
{
    return (1u + (image->setup_sects != 0 ? image->setup_sects : SETUP_SECTS_DEFAULT)) *
           (size_t)SECTOR;
}

int assay_bzimage_open(assay_bzimage *image, assay_bytes file, assay_error *error)
{
    assay_cursor c = assay_cursor_of(file);

    *image = (assay_bzimage){ 0 };
    if (!assay_bzimage_detect(file))
        return assay_fail(error, ASSAY_UNKNOWN_FORMAT,
                          (assay_place){ HEADER, ASSAY_NO_EVENT, "header" },
                          "there is no setup header of a Linux kernel");
    assay_seek(&c, SETUP_SECTS);
    image->setup_sects = assay_take_u8(&c);
    assay_seek(&c, HEADER + header_magic.size);
    const uint16_t version = image->version = assay_take_u16le(&c);
    assay_take(&c, 6); /* realmode_swtch, start_sys_seg */
    const uint16_t text = assay_take_u16le(&c);
    image->type_of_loader = assay_take_u8(&c);
    image->loadflags = assay_take_u8(&c);
    assay_seek(&c, RAMDISK);
    image->ramdisk_image = assay_take_u32le(&c);
    image->ramdisk_size = assay_take_u32le(&c);
    assay_seek(&c, HEAP);
    image->heap_end_ptr = assay_take_u16le(&c);
    assay_seek(&c, CMD_LINE);
    image->cmd_line_ptr = assay_take_u32le(&c);
    image->initrd_addr_max = u32_since(&c, version, INITRD_ADDR_MAX_SINCE);
    assay_seek(&c, XLOADFLAGS);
    const uint16_t flags = assay_take_u16le(&c);
    image->xloadflags = version >= XLOADFLAGS_SINCE ? flags : 0;
    image->cmdline_size = u32_since(&c, version, CMDLINE_SIZE_SINCE);
    assay_seek(&c, HANDOVER);
    image->handover_offset = u32_since(&c, version, HANDOVER_SINCE);
    assay_seek(&c, setup_size(image));
    if (c.failed)
        return assay_fail(error, ASSAY_TRUNCATED,
                          (assay_place){ c.offset, ASSAY_NO_EVENT, "setup_sects" },
                          "the kernel ends in its setup code");
    image->protected_mode = assay_take_rest(&c);
    image->kernel_version = version_text(file, text);
    return 0;
}

/* Patches bytes of an image in the making. */
static void place(uint8_t *setup, size_t offset, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        setup[offset + i] = (uint8_t)(value >> 8 * i);
}

void assay_bzimage_write(assay_writer *writer, const assay_bzimage *image)
{
    uint8_t setup[VERSION_TEXT + KERNEL_VERSION_MAX] = { 0 };
    const size_t size = setup_size(image);
    const assay_bytes text = image->kernel_version;
    const bool fits = text.data != NULL && text.size < KERNEL_VERSION_MAX &&
                      VERSION_TEXT + text.size < size;

    place(setup, SETUP_SECTS, image->setup_sects, 1);
    place(setup, BOOT_FLAG, 0xaa55, 2);
    place(setup, 0x200, 0xeb | (HEADER_END - HEADER) << 8, 2); /* a jump over the header */
    memcpy(setup + HEADER, header_magic.data, header_magic.size);
    place(setup, HEADER + 4, image->version, 2);
    place(setup, 0x20e, fits ? VERSION_TEXT - SECTOR : 0, 2);
    place(setup, LOADER, image->type_of_loader, 1);
    place(setup, LOADER + 1, image->loadflags, 1);
    place(setup, RAMDISK, image->ramdisk_image, 4);
    place(setup, RAMDISK + 4, image->ramdisk_size, 4);
    place(setup, HEAP, image->heap_end_ptr, 2);
    place(setup, CMD_LINE, image->cmd_line_ptr, 4);
    place(setup, CMD_LINE + 4, image->initrd_addr_max, 4);
    place(setup, XLOADFLAGS, image->xloadflags, 2);
    place(setup, XLOADFLAGS + 2, image->cmdline_size, 4);
    place(setup, HANDOVER, image->handover_offset, 4);
    if (fits && text.size > 0)
        memcpy(setup + VERSION_TEXT, text.data, text.size);
    assay_put(writer, assay_bytes_of(setup, size < sizeof setup ? size : sizeof setup));
    assay_put_zeros(writer, size < sizeof setup ? 0 : size - sizeof setup);
    assay_put(writer, image->protected_mode);
}

bool assay_zboot_open(assay_bytes file, assay_zboot *ret_zboot)
{
    enum { COMPRESSION = 24, COMPRESSION_MAX = 32 };
    assay_cursor c = assay_cursor_of(file);
    const assay_bytes magic = assay_take(&c, zboot_magic.size);
    const uint32_t offset = assay_take_u32le(&c), size = assay_take_u32le(&c);

    assay_seek(&c, COMPRESSION);
    const assay_bytes compression = until_nul(assay_take_up_to(&c, COMPRESSION_MAX));
    assay_seek(&c, offset);
    const assay_bytes payload = assay_take(&c, size);
    if (c.failed || compression.data == NULL || !assay_bytes_equal(magic, zboot_magic))
        return false;
    *ret_zboot = (assay_zboot){ compression, payload };
    return true;
}

static bool take_number(assay_bytes text, size_t *offset, unsigned *ret)
{
    const size_t first = *offset;
    unsigned value = 0;

    for (; *offset < text.size && *offset < first + 4; ++*offset) {
        const uint8_t c = text.data[*offset];
        if (c < '0' || c > '9')
            break;
        value = value * 10 + (c - '0');
    }
    *ret = value;
    return *offset > first;
}

bool assay_kernel_release_parse(assay_bytes text, assay_kernel_release *ret_release)
{
    assay_kernel_release release;
    size_t offset = 0;

    if (!take_number(text, &offset, &release.major) || offset == text.size ||
        text.data[offset++] != '.' || !take_number(text, &offset, &release.minor))
        return false;
    *ret_release = release;
    return true;
}

static bool banner_release(assay_bytes kernel, assay_kernel_release *ret_release)
{
    static const assay_bytes banner = ASSAY_LITERAL("Linux version ");
    assay_cursor c = assay_cursor_of(kernel);

    for (;;) {
        const size_t found = assay_bytes_find(assay_peek_rest(&c), banner);
        if (found == assay_left(&c))
            return false;
        assay_take(&c, found + banner.size);
        if (assay_kernel_release_parse(assay_peek_rest(&c), ret_release))
            return true; /* the format of the same banner, "%s", comes before or behind it */
    }
}

bool assay_kernel_release_of(assay_bytes file, assay_kernel_release *ret_release)
{
    static const assay_bytes gzip = ASSAY_LITERAL("gzip");
    assay_gunzipped unzipped;
    assay_bzimage image;
    assay_zboot zboot;

    if (assay_bzimage_detect(file))
        return assay_bzimage_open(&image, file, NULL) == 0 &&
               assay_kernel_release_parse(image.kernel_version, ret_release);
    if (!assay_zboot_open(file, &zboot))
        return banner_release(file, ret_release);
    if (!assay_bytes_equal(zboot.compression, gzip) ||
        assay_gunzip(&unzipped, zboot.payload, KERNEL_BYTES_MAX, NULL) < 0)
        return false;
    const bool known = banner_release(unzipped.bytes, ret_release);
    assay_gunzip_close(&unzipped);
    return known;
}
