/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as an option ROM; and as the driver of one that is written and read back. */
#include "boot/artefact/optionrom.h"
#include "tests/fuzz/fuzz.h"

static bool within(assay_bytes part, assay_bytes whole)
{
    return part.data == NULL ||
           (part.data >= whole.data && part.data + part.size <= whole.data + whole.size);
}

static void demand_image(const assay_option_rom_image *image, assay_bytes rom)
{
    assay_writer unpacked = assay_writer_growing(1 << 20);
    assay_error error = { .what = "" };
    assay_bytes driver;

    demand(within(image->image, rom) && within(image->driver, image->image),
           "a driver lies in its image, and that in the ROM");
    if (image->is_efi && assay_option_rom_driver(image, &unpacked, &driver, &error) < 0)
        demand(error.what[0] != '\0', "a fault is explained");
    assay_writer_close(&unpacked);
}

static void walk(assay_bytes rom)
{
    uint64_t offset = 0, before = 0;
    assay_option_rom_image image;
    assay_error error = { .what = "" };
    int status = assay_option_rom_next(rom, &offset, &image, &error);

    for (; status == 1; status = assay_option_rom_next(rom, &offset, &image, &error)) {
        demand(offset > before, "each image is behind the one before");
        before = offset;
        demand_image(&image, rom);
    }
    demand(status == 0 || error.what[0] != '\0', "a fault is explained");
}

static void round_trip(assay_bytes driver)
{
    const assay_option_rom_image made = { .last = true, .subsystem = 11, .driver = driver };
    assay_writer rom = assay_writer_growing(FUZZ_CEILING);
    assay_option_rom_image read;
    uint64_t offset = 0;

    assay_option_rom_put(&rom, &made);
    demand(assay_option_rom_next(assay_written(&rom), &offset, &read, NULL) == 1,
           "what is written can be read");
    demand(assay_bytes_start_with(read.driver, driver), "and is the same");
    assay_writer_close(&rom);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);

    walk(bytes);
    if (size > 0 && size < 1 << 20)
        round_trip(bytes);
    return 0;
}
