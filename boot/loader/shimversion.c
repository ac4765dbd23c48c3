/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/shim_private.h"

/* rhboot/shim, mok.c, sbat.c, pe.c and shim.c of each release, newest first. */
static const assay_shim_version versions[] = {
    { .since = 1601, .sbat = ASSAY_SHIM_SBAT_SECTION, .resets_sbat = true, .certificates = true,
      .revocations = "revocations_sbat.efi", .options = true, .loads_images = true,
      .remembers = true },
    { .since = 1600, .sbat = ASSAY_SHIM_SBAT_SECTION, .resets_sbat = true, .certificates = true,
      .revocations = "revocations_sbat.efi", .options = true, .loads_images = true },
    { .since = 1508, .sbat = ASSAY_SHIM_SBAT_SECTION, .resets_sbat = true, .certificates = true,
      .revocations = "revocations.efi" },
    { .since = 1507, .sbat = ASSAY_SHIM_SBAT_SECTION, .certificates = true },
    { .since = 1506, .sbat = ASSAY_SHIM_SBAT_CODE, .certificates = true },
    { .since = 1505, .sbat = ASSAY_SHIM_SBAT_ORIGINAL, .measures_first = true },
    { .since = 0, .sbat = ASSAY_SHIM_SBAT_ORIGINAL, .measures_first = true, .forgets = true },
};

/* Of which release a generation of the component "shim" is at least (SBAT.md). */
static unsigned by_generation(int generation)
{
    static const unsigned releases[] = { 0, 1504, 1506, 1507, 1508 };
    const int last = (int)(sizeof releases / sizeof *releases) - 1;

    return generation < 0 ? 0 : releases[generation < last ? generation : last];
}

static unsigned take_number(assay_cursor *c)
{
    unsigned value = 0;

    for (assay_bytes rest = assay_peek_rest(c);
         rest.size > 0 && rest.data[0] >= '0' && rest.data[0] <= '9' && value < 100;
         rest = assay_peek_rest(c))
        value = value * 10 + (assay_take_u8(c) - '0');
    return value;
}

/* "$Version: 16.1 $", which has no minor number before 15.1; 0 where it isn't said. */
static unsigned by_name(const assay_pe *pe)
{
    static const assay_bytes before = ASSAY_LITERAL("UEFI SHIM\n$Version: ");

    for (size_t i = 0; i < pe->section_count; i++) {
        assay_cursor c = assay_cursor_of(pe->sections[i].bytes);

        assay_seek(&c, assay_bytes_find(c.bytes, before));
        assay_take(&c, before.size);
        const unsigned major = take_number(&c);
        const unsigned minor = assay_left(&c) > 0 && assay_take_u8(&c) == '.' ? take_number(&c) : 0;

        if (!c.failed && major > 0)
            return major * 100 + minor;
    }
    return 0;
}

const assay_shim_version *assay_shim_version_of(const assay_pe *pe)
{
    const unsigned named = by_name(pe);
    const unsigned version =
        named != 0 ? named
                   : by_generation(assay_sbat_generation(assay_pe_bytes(pe, ".sbat"), "shim"));
    const assay_shim_version *row = versions;

    while (version < row->since)
        row++;
    return row;
}
