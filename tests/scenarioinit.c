/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/scenario/init.h. */
#include "boot/artefact/gptdisk.h"
#include "boot/scenario/files.h"
#include "boot/scenario/init.h"
#include "tests/allocfail.h"
#include "tests/artefact.h"
#include "tests/room.h"

static const char machine[] = "fixtures/machines/d1-shim-grub206-sb";

static assay_scenario_init *init_of(const char *path)
{
    assay_scenario_init *const init = assay_scenario_init_new();
    assay_error error = { 0 };

    cr_assert_eq(assay_scenario_init_add(init, path, &error), 0, "%s: %s", path, error.what);
    return init;
}

static bool is_noted(const assay_scenario_init *init, const char *words)
{
    const char *note;

    for (size_t i = 0; (note = assay_scenario_init_note(init, i)) != NULL; i++)
        if (strstr(note, words) != NULL)
            return true;
    return false;
}

static void expect_refused(const char *path, int kind)
{
    assay_scenario_init *init = assay_scenario_init_new();
    assay_error error = { 0 };

    cr_expect_eq(assay_scenario_init_add(init, path, &error), -kind, "%s: %s", path, error.what);
    cr_expect_neq(error.what[0], '\0');
    assay_scenario_init_free(&init);
}

/* --- machines --------------------------------------------------------------------------------- */

Test(scenarioinit, a_machine_tells_its_banks_and_its_disks_table)
{
    static const uint16_t banks[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA384,
                                      ASSAY_ALG_SHA512 };
    assay_scenario_init *init = init_of(machine);
    const assay_document *const d = assay_scenario_init_document(init);
    assay_gptdisk_partition esp;
    uint32_t number = 0;
    assay_gptdisk disk;
    assay_bytes blocks;
    const char *name;

    cr_expect_eq(d->bank_count, 4);
    cr_expect_eq(memcmp(d->banks, banks, sizeof banks), 0);
    cr_expect_eq(d->ima, 1);
    cr_assert_eq(d->disk_count, 1);
    cr_expect_str_eq(d->disks[0].gpt, "gpt.bin");
    cr_assert(assay_scenario_init_file(init, 0, &name, &blocks));
    cr_expect_str_eq(name, "gpt.bin");
    cr_expect_not(assay_scenario_init_file(init, 1, &name, &blocks));
    cr_assert_eq(assay_gptdisk_open(&disk, blocks, NULL), 0);
    cr_assert(assay_gptdisk_next(&disk, &number, &esp));
    cr_expect_eq(esp.offset, 1 << 20);  /* as the rig made it: block 2048 */
    cr_expect_eq(esp.size, 100663296);
    assay_scenario_init_free(&init);
}

/* The first blocks as they lay on the disk, where the collection of boots is. */
Test(scenarioinit, a_table_out_of_a_log_is_the_disks_own)
{
    static const char real[] = "../shared/boots/d1-shim-grub206-sb/inputs/gpt-first-34-sectors.bin";
    assay_scenario_init *init = init_of(machine);
    assay_bytes blocks;
    const char *name;

    if (access(real, R_OK) != 0)
        cr_skip_test("no boots");
    artefact a = artefact_load(real);
    cr_assert(assay_scenario_init_file(init, 0, &name, &blocks));
    cr_expect_eq(blocks.size, a.size);
    cr_expect_eq(memcmp(blocks.data + 512, a.data + 512, a.size - 512), 0);
    artefact_free(&a);
    assay_scenario_init_free(&init);
}

Test(scenarioinit, a_log_alone_tells_the_same)
{
    char path[200];

    snprintf(path, sizeof path, "%s/eventlog.bin", machine);
    assay_scenario_init *init = init_of(path);
    cr_expect_eq(assay_scenario_init_document(init)->bank_count, 4);
    cr_expect_eq(assay_scenario_init_document(init)->ima, ASSAY_NOT_GIVEN);
    cr_expect_str_eq(assay_scenario_init_document(init)->disks[0].gpt, "gpt.bin");
    assay_scenario_init_free(&init);
}

Test(scenarioinit, variables_and_the_esp_of_a_folder_are_found)
{
    cr_assert_eq(room_run("mkdir -p m/efivars m/esp/EFI/BOOT && : > m/eventlog.bin"), 0);
    assay_scenario_init *init = init_of(room_file("m"));
    const assay_document *const d = assay_scenario_init_document(init);

    cr_assert_not_null(d->variables);
    cr_expect_str_eq(strrchr(d->variables, '/'), "/efivars");
    cr_assert_eq(d->disk_count, 1);
    cr_expect_str_eq(strrchr(d->disks[0].esp, '/'), "/esp");
    cr_expect(is_noted(init, "event log is empty"));
    assay_scenario_init_free(&init);
    room_remove();
}

/* --- disks ------------------------------------------------------------------------------------ */

Test(scenarioinit, a_table_and_files_become_one_disk)
{
    assay_scenario_init *init = init_of(machine);
    const assay_document *const d = assay_scenario_init_document(init);
    assay_error error = { 0 };

    cr_assert_eq(assay_scenario_init_add(init, "fixtures/artefacts/esp.fat12.img", &error), 0,
                 "%s", error.what);
    assay_scenario_init_end(init);
    cr_assert_eq(d->disk_count, 1);
    cr_expect_str_eq(d->disks[0].gpt, "gpt.bin");
    cr_assert_not_null(d->disks[0].esp);
    cr_expect_eq(d->disks[0].esp[0], '/');
    cr_expect(is_noted(init, "\\EFI\\BOOT\\BOOTX64.EFI would be started: which is no PE image"));
    cr_expect(is_noted(init, "firmware.code is missing"));
    cr_expect_not(is_noted(init, "no partition table is given"));
    assay_scenario_init_free(&init);
}

static void write_disk(void)
{
    static const assay_guid esp_type =
        ASSAY_GUID(0xc12a7328, 0xf81f, 0x11d2, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b);
    const assay_gptdisk_new partition = { .type = esp_type, .starting_lba = 34,
                                          .ending_lba = 34 + 72 - 1 };
    const assay_gptdisk_plan plan = { .block_size = 512, .blocks = 200, .count = 1,
                                      .partitions = &partition };
    artefact fat = artefact_fixture("esp.fat12.img");
    FILE *const file = fopen(room_file("disk.img"), "wb");
    assay_writer writer = assay_writer_draining(fileno(file));

    assay_gptdisk_write_start(&writer, &plan);
    assay_put(&writer, artefact_bytes(&fat));
    assay_put_zeros(&writer, (200 - 34 - 72 - 33) * 512);
    assay_gptdisk_write_end(&writer, &plan);
    assay_writer_close(&writer);
    fclose(file);
    artefact_free(&fat);
}

Test(scenarioinit, an_image_has_its_own_table_and_what_was_made_can_be_opened)
{
    assay_scenario_files *files = NULL;
    assay_error error = { 0 };
    const char *culprit;
    assay_bytes bytes;

    cr_assert_eq(room_run("true"), 0);
    write_disk();
    assay_scenario_init *init = init_of(machine);
    cr_assert_eq(assay_scenario_init_add(init, room_file("disk.img"), &error), 0, "%s", error.what);
    const assay_document *const d = assay_scenario_init_document(init);
    cr_assert_eq(d->disk_count, 1);
    cr_expect_null(d->disks[0].gpt);
    cr_expect_not(assay_scenario_init_file(init, 0, &culprit, &bytes));
    cr_expect(is_noted(init, "the partition table of the image is taken"));
    cr_assert_eq(assay_scenario_files_open(d, NULL, &files, &culprit, &error), 0, "%s",
                 error.what);
    const assay_scenario *const scenario = assay_scenario_files_scenario(files);
    cr_assert_eq(assay_tree_read(scenario->disks[0].esp, ASSAY_LITERAL("loader.conf"), &bytes,
                                 &error),
                 1);
    cr_expect(assay_bytes_equal(bytes, ASSAY_LITERAL("default rig\n")));
    assay_scenario_files_free(&files);
    assay_scenario_init_free(&init);
    room_remove();
}

Test(scenarioinit, what_says_nothing_of_a_boot_is_refused)
{
    cr_assert_eq(room_run("mkdir -p empty && printf text > text && head -c 4096 /dev/zero > zero"),
                 0);
    expect_refused(room_file("empty"), ASSAY_UNKNOWN_FORMAT);
    expect_refused(room_file("text"), ASSAY_UNKNOWN_FORMAT);
    expect_refused(room_file("zero"), ASSAY_UNKNOWN_FORMAT);
    expect_refused(room_file("none"), ASSAY_IO);
    room_remove();
}

/* --- firmware of Debian's package ovmf, where it is ------------------------------------------- */

Test(scenarioinit, code_and_variables_are_told_apart)
{
    static const char code[] = "/usr/share/OVMF/OVMF_CODE_4M.fd";
    static const char vars[] = "/usr/share/OVMF/OVMF_VARS_4M.ms.fd";
    assay_error error = { 0 };

    if (access(code, R_OK) != 0 || access(vars, R_OK) != 0)
        cr_skip_test("no ovmf");
    assay_scenario_init *init = init_of(vars);
    cr_expect_null(assay_scenario_init_document(init)->code);
    cr_expect_str_eq(assay_scenario_init_document(init)->variables, vars);
    cr_assert_eq(assay_scenario_init_add(init, code, &error), 0, "%s", error.what);
    cr_expect_str_eq(assay_scenario_init_document(init)->code, code);
    cr_expect_str_eq(assay_scenario_init_document(init)->variables, vars);
    assay_scenario_init_free(&init);
}

/* --- memory ----------------------------------------------------------------------------------- */

static int make(void)
{
    assay_scenario_init *init = assay_scenario_init_new();
    assay_error error = { 0 };
    int status = init == NULL ? -ASSAY_NO_MEMORY : assay_scenario_init_add(init, machine, &error);

    if (status == 0)
        status = assay_scenario_init_add(init, "fixtures/artefacts/esp.fat12.img", &error);
    assay_scenario_init_free(&init);
    return status;
}

Test(scenarioinit, memory_may_be_short)
{
    cr_expect_gt(each_allocation_fails("scenario init", make), 10);
}
