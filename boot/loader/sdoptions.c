/* SPDX-License-Identifier: BSD-2-Clause */
/* What the stub makes of its LoadOptions (use_load_options, since 257 process_arguments). */
#include "boot/loader/sdstub.h"

#include "base/utf16.h"

#include <limits.h>
#include <strings.h>

static uint16_t unit_at(assay_bytes text, size_t index)
{
    return (uint16_t)(text.data[2 * index] | text.data[2 * index + 1] << 8);
}

static assay_bytes skip_units(assay_bytes text, size_t count)
{
    return assay_bytes_of(text.data + 2 * count, text.size - 2 * count);
}

static assay_bytes last_name(assay_bytes path)
{
    size_t first = path.size;

    while (first > 0 && path.data[first - 1] != '/' && path.data[first - 1] != '\\')
        first--;
    return assay_bytes_of(path.data + first, path.size - first);
}

/*
 * The UEFI shell hands over its whole line, and tells the stub so; what is passed on is without
 * the program's name. Here the name is what tells.
 */
static assay_bytes without_program(const assay_boot_image *image, assay_bytes options)
{
    uint8_t utf8[1024];
    assay_writer out = assay_writer_lent(utf8, sizeof utf8);
    const size_t count = options.size / 2;
    size_t end = 0;

    while (end < count && unit_at(options, end) != ' ')
        end++;
    assay_put_utf16(&out, assay_bytes_of(options.data, 2 * end));
    const assay_bytes program = last_name(assay_written(&out)), name = last_name(image->path);
    if (out.failure != 0 || program.size != name.size || name.size == 0 ||
        strncasecmp((const char *)program.data, (const char *)name.data, name.size) != 0)
        return options;
    while (end < count && unit_at(options, end) == ' ')
        end++;
    return end < count ? skip_units(options, end) : ASSAY_NO_BYTES;
}

static bool is_printable(const assay_sdstub_version *version, assay_bytes options)
{
    const size_t count = version->checks_options ? options.size / 2 : 1;

    for (size_t i = 0; i < count; i++)
        if (unit_at(options, i) < ' ')
            return false;
    return true;
}

/* "@2 quiet": profile 2 and the options "quiet". */
static assay_bytes take_profile(assay_bytes options, unsigned *profile)
{
    const size_t count = options.size / 2;
    uint64_t number = 0;
    size_t i = 1;

    if (count < 2 || unit_at(options, 0) != '@')
        return options;
    for (; i < count && unit_at(options, i) >= '0' && unit_at(options, i) <= '9'; i++) {
        number = number * 10 + (uint64_t)(unit_at(options, i) - '0');
        if (number > UINT_MAX)
            return options;
    }
    if (i == 1 || (i < count && unit_at(options, i) != ' '))
        return options;
    *profile = (unsigned)number;
    return skip_units(options, i < count ? i + 1 : i);
}

assay_bytes assay_sd_passed_options(assay_boot *boot, const assay_boot_image *image,
                                    const assay_sdstub_version *version, bool profiles,
                                    unsigned *profile)
{
    assay_bytes options = assay_sd_options(image->load_options);

    if (options.size == 0 || !is_printable(version, options))
        return ASSAY_NO_BYTES;
    options = without_program(image, options);
    if (options.data == NULL)
        return ASSAY_NO_BYTES;
    if (profiles)
        options = take_profile(options, profile);
    return assay_sd_mangle(boot, options, version->mangling);
}
