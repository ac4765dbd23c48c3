/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a GRUB script: read, written and read again they say the same; and as the grub.cfg
 * of a boot they measure the same twice, whichever GRUB runs them.
 */
#include "boot/artefact/tree.h"
#include "boot/loader/boot.h"
#include "boot/loader/grub/script.h"
#include "tests/fuzz/property.h"
#include "tests/madepe.h"

static assay_writer write_all(assay_bytes text, bool *ret_sound)
{
    assay_writer out = assay_writer_growing(PROPERTY_CEILING);
    assay_grub_lines lines = { .text = text };
    assay_grub_pool pool = { 0 };
    assay_grub_unit unit;
    assay_error error = { 0 };
    int status;

    *ret_sound = true;
    while ((status = assay_grub_read_unit(&lines, &pool, &unit, &error)) != 0) {
        must(status == 1 || (error.kind == -status && error.what[0] != '\0'));
        must(status != 1 || error.kind == 0 || !*ret_sound);
        *ret_sound = *ret_sound && status == 1;
        if (pool.failed)
            break;
        assay_grub_write_script(&out, unit.statements);
    }
    assay_grub_pool_free(&pool);
    return out;
}

static void must_round_trip(assay_bytes text)
{
    bool sound, again_sound;
    assay_writer once = write_all(text, &sound);
    assay_writer twice = write_all(assay_written(&once), &again_sound);

    if (sound && once.failure == 0) {
        must(again_sound);
        must(assay_bytes_equal(assay_written(&once), assay_written(&twice)));
    }
    assay_writer_close(&twice);
    assay_writer_close(&once);
}

#define MODS "mimg\0\0\0\0\x18\0\0\0\0\0\0\0\x30\0\0\0\0\0\0\0\3\0\0\0\x18\0\0\0/EFI/debian\0\0\0\0\0"

static const char *const sbats[] = {
    "grub,5,FSF,grub,2.06,u\ngrub.debian,5,Debian,grub2,2.06-13,u\n",
    "grub,5,FSF,grub,2.12,u\ngrub.debian,5,Debian,grub2,2.12-9,u\n",
    "grub,5,FSF,grub,2.06,u\ngrub.rh,2,Red Hat,grub2,2.06-100,u\n",
};

static void add(assay_tree *tree, const char *path, assay_bytes bytes)
{
    must(assay_tree_add_bytes(tree, assay_bytes_of_string(path), bytes, NULL) == 0);
}

static size_t play(assay_bytes text, const char *sbat)
{
    const assay_log_header header = { .spec_id = { .present = true,
                                                   .signature = 3,
                                                   .version_major = 2,
                                                   .uintn_size = 2 },
                                      .bank_count = 1,
                                      .banks = { { 0x000b, 32 } } };
    static uint8_t image[0x2000];
    const made_section sections[] = { { .name = ".sbat", .content = sbat },
                                      { .name = "mods", .bytes = ASSAY_LITERAL(MODS) } };
    const assay_bytes file = made_pe(image, sizeof image, sections, 2);
    assay_scenario scenario = { .bank_count = 1, .banks = { 0x000b }, .disk_count = 1 };
    assay_error error = { 0 };
    assay_boot boot = { .scenario = &scenario,
                        .prediction = assay_prediction_new(&header),
                        .hashes = assay_hashes_new(),
                        .error = &error,
                        .gpt_measured = true };
    assay_boot_image started = { .file = file,
                                 .disk = &scenario.disks[0],
                                 .path = ASSAY_LITERAL("/EFI/BOOT/grubx64.efi") };
    assay_pe pe;

    scenario.disks[0].esp = assay_tree_new();
    add(scenario.disks[0].esp, "EFI/debian/grub.cfg", text);
    add(scenario.disks[0].esp, "a.cfg", text);
    add(scenario.disks[0].esp, "EFI/debian/grubenv", text);
    add(scenario.disks[0].esp, "loader/entries/a-1.conf", text);
    add(scenario.disks[0].esp, "loader/entries/b-2.conf",
        ASSAY_LITERAL("title T\nlinux /vmlinuz\noptions $x y\ninitrd /initrd\n"));
    add(scenario.disks[0].esp, "vmlinuz", ASSAY_LITERAL("no kernel"));
    add(scenario.disks[0].esp, "initrd", ASSAY_LITERAL("no initrd"));
    must(assay_pe_open(&pe, file, &error) == 0);
    assay_program_grub.run(&boot, &started, &pe);
    must(boot.status == 0 || error.what[0] != '\0');
    const size_t count = boot.prediction->count;

    assay_tree_free(&scenario.disks[0].esp);
    assay_hashes_free(&boot.hashes);
    assay_prediction_free(&boot.prediction);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes text = assay_bytes_of(data, size);
    const char *const sbat = sbats[size % 3];

    must_round_trip(text);
    must(play(text, sbat) == play(text, sbat));
    return 0;
}
