/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/sdtext.h"

#include "base/utf16.h"
#include "base/utf8.h"
#include "boot/loader/shim.h"

enum {
    PCR_KERNEL_CONFIG = 12,
};

static void put_as_ucs2(assay_writer *out, assay_bytes utf8)
{
    while (utf8.size > 0 && utf8.data[0] != 0) {
        uint32_t character = 0;
        size_t size = assay_utf8_decode(utf8, &character);

        if (size == 0)
            size = 1;
        else if (character <= 0xffff)
            assay_put_u16le(out, (uint16_t)character);
        utf8 = assay_bytes_of(utf8.data + size, utf8.size - size);
    }
}

assay_bytes assay_sd_text(assay_boot *boot, assay_bytes utf8)
{
    assay_writer out = assay_boot_writer();

    if (utf8.data == NULL)
        return ASSAY_NO_BYTES;
    put_as_ucs2(&out, utf8);
    return assay_boot_take(boot, &out);
}

assay_bytes assay_sd_options(assay_bytes load_options)
{
    return assay_utf16_until_nul(assay_bytes_of(load_options.data, load_options.size & ~(size_t)1));
}

/* first, a blank where it is wanted, second, a NUL where that is. */
static assay_bytes put_together(assay_boot *boot, assay_bytes first, bool blank,
                                assay_bytes second, bool nul)
{
    const size_t size = first.size + (blank ? 2 : 0) + second.size + (nul ? 2 : 0);
    uint8_t *const room = assay_boot_room(boot, size + 1);
    assay_writer out = assay_writer_lent(room, room != NULL ? size : 0);

    assay_put(&out, first);
    if (blank)
        assay_put_u16le(&out, ' ');
    assay_put(&out, second);
    assay_put_zeros(&out, nul ? 2 : 0);
    return room != NULL ? assay_written(&out) : ASSAY_NO_BYTES;
}

assay_bytes assay_sd_with_nul(assay_boot *boot, assay_bytes text)
{
    return text.data != NULL ? put_together(boot, text, false, ASSAY_NO_BYTES, true)
                             : ASSAY_NO_BYTES;
}

assay_bytes assay_sd_join(assay_boot *boot, assay_bytes first, assay_bytes second)
{
    if (first.size == 0)
        return second.data != NULL ? second : first;
    if (second.size == 0)
        return first;
    return put_together(boot, first, true, second, false);
}

static bool is_control(uint16_t c, enum assay_sd_mangling mangling)
{
    return c < ' ' || (mangling == ASSAY_SD_TRIMS && c == 0x7f);
}

static uint16_t unit_at(assay_bytes text, size_t index)
{
    return (uint16_t)(text.data[2 * index] | text.data[2 * index + 1] << 8);
}

assay_bytes assay_sd_mangle(assay_boot *boot, assay_bytes text, enum assay_sd_mangling mangling)
{
    const size_t count = text.size / 2;
    size_t first = 0;

    uint8_t *const room = text.data != NULL ? assay_boot_room(boot, text.size + 1) : NULL;
    if (room == NULL)
        return ASSAY_NO_BYTES;
    if (mangling == ASSAY_SD_TRIMS)
        while (first < count &&
               (unit_at(text, first) == ' ' || is_control(unit_at(text, first), mangling)))
            first++;
    assay_writer out = assay_writer_lent(room, text.size);
    for (size_t i = first; i < count; i++)
        assay_put_u16le(&out, is_control(unit_at(text, i), mangling) ? ' ' : unit_at(text, i));
    assay_bytes mangled = assay_written(&out);
    while (mangled.size > 0 && unit_at(mangled, mangled.size / 2 - 1) == ' ')
        mangled.size -= 2;
    return mangled;
}

void assay_sd_measure_options(assay_boot *boot, assay_bytes text)
{
    assay_boot_measure_data(boot, PCR_KERNEL_CONFIG, EV_IPL, ASSAY_PART_CMDLINE,
                            assay_sd_with_nul(boot, text));
}

void assay_sd_measure(assay_boot *boot, uint32_t pcr, enum assay_part part,
                      const assay_bytes *parts, size_t count, const char *description)
{
    assay_boot_measure_parts(boot, pcr, EV_IPL, part, parts, count,
                             assay_boot_utf16(boot, assay_bytes_of_string(description), true));
}

bool assay_sd_load(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe)
{
    if (boot->shim.installed && !assay_shim_loads(boot) && boot->secure_boot &&
        assay_shim_verify(boot, image->file, image->part, 1))
        return true;
    return assay_boot_load(boot, image, pe);
}

size_t assay_sd_section_parts(assay_boot *boot, const assay_pe_section *section,
                              assay_bytes ret_parts[ASSAY_SD_SECTION_PARTS])
{
    ret_parts[0] = section->bytes;
    if (section->zeros == 0)
        return 1;
    if (section->zeros > ASSAY_SD_ZEROS_MAX) {
        assay_boot_fail(boot, ASSAY_TOO_LARGE, "a section of an image is larger than its file");
        return 1;
    }
    uint8_t *const zeros = assay_boot_room(boot, section->zeros);
    if (zeros == NULL)
        return 1;
    memset(zeros, 0, section->zeros);
    ret_parts[1] = assay_bytes_of(zeros, section->zeros);
    return 2;
}
