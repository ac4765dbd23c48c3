/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a UKI, an addon, or systemd-boot, started from a disk that has more of them. What
 * is made of it is a log.
 */
#include "boot/loader/jobs.h"
#include "boot/loader/sdboot.h"
#include "boot/loader/sdstub.h"
#include "tests/fuzz/fuzz.h"

static assay_tree *disk_of(assay_bytes bytes)
{
    assay_tree *const tree = assay_tree_new();

    assay_tree_add_bytes(tree, ASSAY_LITERAL("EFI/Linux/x+3.efi"), bytes, NULL);
    assay_tree_add_bytes(tree, ASSAY_LITERAL("EFI/Linux/x.efi.extra.d/a.addon.efi"), bytes, NULL);
    assay_tree_add_bytes(tree, ASSAY_LITERAL("EFI/Linux/x.efi.extra.d/c.cred"), bytes, NULL);
    assay_tree_add_bytes(tree, ASSAY_LITERAL("loader/loader.conf"), bytes, NULL);
    assay_tree_add_bytes(tree, ASSAY_LITERAL("loader/entries/a.conf"), bytes, NULL);
    assay_tree_add_bytes(tree, ASSAY_LITERAL("loader/entries/b.conf"),
                         ASSAY_LITERAL("linux EFI/Linux/x+3.efi\ninitrd loader/loader.conf\n"
                                       "options @1 quiet\n"),
                         NULL);
    return tree;
}

static void start(assay_boot *boot, const assay_scenario_disk *disk, assay_bytes bytes)
{
    const assay_boot_image image = { .file = bytes,
                                     .disk = disk,
                                     .path = ASSAY_LITERAL("EFI/Linux/x+3.efi"),
                                     .load_options = bytes };
    assay_pe pe;

    if (assay_pe_open(&pe, bytes, NULL) < 0)
        return;
    if (assay_program_sdboot.recognise(&pe))
        assay_program_sdboot.run(boot, &image, &pe);
    else
        assay_sdstub_start(boot, &image, &pe, NULL);
    assay_boot_do_jobs(boot);
}

static void demand_log(const assay_boot *boot)
{
    assay_writer out = assay_writer_growing(FUZZ_CEILING);
    assay_error error = { .what = "" };

    if (boot->status < 0)
        demand(boot->error->what[0] != '\0', "a fault is explained");
    else
        demand(assay_prediction_write(boot->prediction, "tcg2", &out, &error) == 0,
               "what was measured makes a log");
    assay_writer_close(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    const assay_log_header header = {
        .spec_id = { .present = true, .signature = 3, .version_major = 2, .uintn_size = 2 },
        .bank_count = 1,
        .banks = { { 0x000b, 32 } },
    };
    assay_scenario scenario = { .bank_count = 1, .banks = { 0x000b }, .disk_count = 1 };
    assay_error error = { .what = "" };
    assay_boot boot = { .scenario = &scenario, .error = &error, .gpt_measured = true };

    scenario.disks[0].esp = disk_of(bytes);
    scenario.variables = assay_variables_new();
    boot.prediction = assay_prediction_new(&header);
    boot.hashes = assay_hashes_new();
    start(&boot, &scenario.disks[0], bytes);
    demand_log(&boot);
    assay_boot_free_jobs(&boot);
    assay_hashes_free(&boot.hashes);
    assay_prediction_free(&boot.prediction);
    assay_variables_free(&scenario.variables);
    assay_tree_free(&scenario.disks[0].esp);
    return 0;
}
