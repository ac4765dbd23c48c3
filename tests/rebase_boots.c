/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What-if on recorded boots: from one boot's log and what is different in another, the PCR values
 * that the other's TPM had.
 */
#include "boot/rebase/rebase.h"
#include "tests/recorded.h"

#include <glob.h>

#define D1 "d1-shim-grub206-sb"
#define B1 "b1-uki252"
#define FIRST "EFI/BOOT/BOOTX64.EFI"

static assay_prediction *rebase(const char *base, const assay_rebase *what)
{
    assay_prediction *log = recorded_log(base), *prediction = NULL;
    assay_hashes *hashes = assay_hashes_new();
    assay_error error = { .what = "" };

    cr_assert_eq(assay_rebase_predict(log, what, hashes, &prediction, &error), 0, "%s",
                 error.what);
    assay_hashes_free(&hashes);
    assay_prediction_free(&log);
    return prediction;
}

/* The twin's values, and as many events as the twin's log has. */
static void expect_twin(const char *base, const assay_rebase *what, const char *twin)
{
    assay_prediction *prediction = rebase(base, what), *log = recorded_log(twin);

    cr_expect_eq(recorded_differ(prediction, twin), 0, "%s -> %s", base, twin);
    cr_expect_not(assay_prediction_has_unknown(prediction), "%s", twin);
    cr_expect_eq(prediction->count, log->count, "%s", twin);
    for (size_t i = 0; i < log->count && i < prediction->count; i++) {
        const assay_event *const a = &prediction->events[i].event, *const b = &log->events[i].event;

        cr_expect_eq(a->type, b->type, "%s event %zu", twin, i);
        cr_expect_eq(a->pcr_index, b->pcr_index, "%s event %zu", twin, i);
    }
    assay_prediction_free(&log);
    assay_prediction_free(&prediction);
}

static bool are_there(const char *base, const char *twin)
{
    if (recorded_is_there(base) && recorded_is_there(twin))
        return true;
    cr_skip_test("the recorded boots are not there");
    return false;
}

Test(rebase_boots, dbx)
{
    if (!are_there(D1, "g-d1-dbx"))
        return;
    const assay_rebase what = {
        .dbx = recorded_variable("g-d1-dbx", &assay_guid_image_security, "dbx"),
    };
    expect_twin(D1, &what, "g-d1-dbx");
}

Test(rebase_boots, enrolled_key)
{
    if (!are_there(D1, "g-d1-mok"))
        return;
    const assay_rebase what = {
        .mok_list = recorded_variable("g-d1-mok", &assay_guid_shim_lock, "MokList"),
    };
    expect_twin(D1, &what, "g-d1-mok");
}

/* The twin has another kernel and the initrd that belongs to it. */
Test(rebase_boots, kernel_and_initrd)
{
    if (!are_there(D1, "g-d1-kernel"))
        return;
    const assay_rebase what = {
        .kernel.image = recorded_file("g-d1-kernel", "boot/vmlinuz"),
        .initrd_count = 1,
        .initrds = { recorded_file("g-d1-kernel", "boot/initrd.img") },
    };
    expect_twin(D1, &what, "g-d1-kernel");
}

Test(rebase_boots, command_line_of_grub)
{
    if (!are_there(D1, "g-d1-cmdline"))
        return;
    assay_rebase what = { .cmdline = "console=ttyS0 ro quiet init=/evil" };

    /* Without the configuration, what is hashed of it isn't known. */
    assay_prediction *prediction = rebase(D1, &what);
    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA256, 9), "unknown");
    cr_expect_str_neq(value_of(prediction, ASSAY_ALG_SHA256, 8), "unknown");
    assay_prediction_free(&prediction);

    what.grub_cfg = recorded_file("g-d1-cmdline", "EFI/debian/grub.cfg");
    expect_twin(D1, &what, "g-d1-cmdline");
}

/* The configuration is run: a new command line, and a command more. */
Test(rebase_boots, configuration_of_grub)
{
    static const char *const twins[] = { "g-d1-cmdline", "g-d1-grubcfg-command" };

    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++) {
        if (!are_there(D1, twins[i]))
            return;
        const assay_rebase what = { .grub_cfg = recorded_file(twins[i], "EFI/debian/grub.cfg") };
        expect_twin(D1, &what, twins[i]);
    }
}

/* One that asks the machine isn't believed: what it does is unknown, its own digest known. */
Test(rebase_boots, configuration_that_asks)
{
    if (!are_there(D1, "d5-shim-grub206-realcfg-sb"))
        return;
    const assay_rebase what = {
        .grub_cfg = recorded_file("d5-shim-grub206-realcfg-sb", "EFI/debian/grub.cfg"),
    };
    assay_prediction *prediction = rebase(D1, &what);
    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA256, 8), "unknown");
    assay_prediction_free(&prediction);
}

/* The builds of 2 and of 4 MB differ in their volumes alone. */
Test(rebase_boots, firmware)
{
    static const char *const twin = "i5-2M";

    if (!are_there(B1, twin))
        return;
    json_t *const manifest = recorded_json(twin, "inputs/manifest.json");
    assay_rebase what = {
        .firmware = recorded_content(json_string_value(json_object_get(
            json_object_get(json_object_get(manifest, "firmware"), "code"), "sha256"))),
        .machine = { .memory = 512 << 20, .cpus = 1 },
    };
    json_decref(manifest);
    expect_twin(B1, &what, twin);
    what.machine.memory = 0;
    assay_prediction *prediction = rebase(B1, &what);
    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA256, 0), "unknown");
    assay_prediction_free(&prediction);
}

/* Boot0010 comes first, and starts a shim from another folder. */
Test(rebase_boots, boot_order)
{
    if (!are_there(D1, "g-d1-bootorder"))
        return;
    assay_rebase what = {
        .order_given = true,
        .order_count = 4,
        .order = { 0x10, 0, 1, 2 },
        .option_count = 1,
        .options = { { 0x10, recorded_variable("g-d1-bootorder", &assay_guid_global_variable,
                                               "Boot0010") } },
        .image_count = 1,
        .images = { { .path = ASSAY_LITERAL("\\EFI\\debian\\shimx64.efi"),
                      .image = recorded_file("g-d1-bootorder", "EFI/debian/shimx64.efi") } },
    };
    expect_twin(D1, &what, "g-d1-bootorder");

    /* Nobody says what lies there: all that it would measure is unknown. */
    what.image_count = 0;
    assay_prediction *prediction = rebase(D1, &what);
    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA256, 4), "unknown");
    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA256, 8), "unknown");
    cr_expect_str_neq(value_of(prediction, ASSAY_ALG_SHA256, 1), "unknown");
    assay_prediction_free(&prediction);
}

static const char *const ukis[][2] = {
    { B1, "g-b1-cmdline" },
    { B1, "g-b1-initrd" },
    { B1, "b2-uki257" },
    { "b2-uki257", B1 },
};

Test(rebase_boots, unified_kernel_images, .timeout = 120)
{
    for (size_t i = 0; i < sizeof ukis / sizeof *ukis; i++) {
        if (!are_there(ukis[i][0], ukis[i][1]))
            return;
        const assay_rebase what = { .uki.image = recorded_file(ukis[i][1], FIRST) };
        expect_twin(ukis[i][0], &what, ukis[i][1]);
    }
}

/* Secure Boot is switched on, with keys; the firmware stays: PCR 0 is the base's. */
Test(rebase_boots, signed_image_and_keys)
{
    static const char *const twin = "b5-uki252-signed-sb";

    if (!are_there(B1, twin))
        return;
    const assay_rebase what = {
        .uki.image = recorded_file(twin, FIRST),
        .secure_boot = ASSAY_REBASE_ON,
        .pk = recorded_variable(twin, &assay_guid_global_variable, "PK"),
        .kek = recorded_variable(twin, &assay_guid_global_variable, "KEK"),
        .db = recorded_variable(twin, &assay_guid_image_security, "db"),
        .dbx = recorded_variable(twin, &assay_guid_image_security, "dbx"),
    };
    assay_prediction *prediction = rebase(B1, &what);
    cr_expect_eq(recorded_differ(prediction, twin), prediction->header.bank_count);
    assay_prediction_free(&prediction);

    /* An image that nobody signed is refused then. */
    assay_rebase without = what;
    without.uki.image = recorded_file(B1, FIRST);
    prediction = rebase(B1, &without);
    bool refused = false;
    for (size_t i = 0; i < prediction->remark_count; i++)
        refused = refused || prediction->remarks[i].refused;
    cr_expect(refused);
    assay_prediction_free(&prediction);
}

/* All files of the other boot: its loader is of another version, and boots otherwise. */
static const char *const loaders[][2] = {
    { "c3-sdboot252-type2", "c4-sdboot257-type2" },
    { "c4-sdboot257-type2", "c3-sdboot252-type2" },
    { "c1-sdboot252-type1", "c3-sdboot252-type2" },
    { "c3-sdboot252-type2", "c1-sdboot252-type1" },
    { "b3-uki257-addons", "b3-uki257-addons" },
    { D1, "d2-shim-grub212-sb-6.12" },
    { D1, "d5-shim-grub206-realcfg-sb" },
    { D1, "j1-shim-sdboot257-sb" },
};

Test(rebase_boots, whole_partitions, .timeout = 120)
{
    for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++) {
        if (!are_there(loaders[i][0], loaders[i][1]))
            return;
        const assay_rebase what = { .files = recorded_files(loaders[i][1]) };
        expect_twin(loaders[i][0], &what, loaders[i][1]);
        assay_tree *files = what.files;
        assay_tree_free(&files);
    }
}

/* A log with nothing replaced is what was read, to its end mark. */
static void expect_same(const char *path)
{
    const assay_rebase nothing = { 0 };
    assay_prediction *prediction = NULL;
    assay_hashes *hashes = assay_hashes_new();
    assay_error error = { .what = "" };
    assay_file file;
    assay_log log;

    cr_assert_eq(assay_file_read(&file, path, 1 << 28, &error), 0, "%s", path);
    if (assay_log_open(&log, file.bytes, NULL, NULL, &error) == 0) {
        assay_prediction *base = assay_prediction_new(&log.header);

        if (assay_prediction_read(base, &log, &error) == 0) {
            assay_writer out = assay_writer_growing(1 << 28);

            cr_assert_eq(assay_rebase_predict(base, &nothing, hashes, &prediction, &error), 0,
                         "%s: %s", path, error.what);
            cr_assert_eq(assay_prediction_write(prediction, NULL, &out, &error), 0, "%s: %s", path,
                         error.what);
            cr_expect(assay_bytes_start_with(file.bytes, assay_written(&out)), "%s", path);
            for (size_t i = 0; i < prediction->count; i++)
                cr_expect_eq(prediction->events[i].origin, ASSAY_PREDICTED_KEPT, "%s", path);
            assay_writer_close(&out);
        }
        assay_prediction_free(&prediction);
        assay_prediction_free(&base);
        assay_log_close(&log);
    }
    assay_file_close(&file);
    assay_hashes_free(&hashes);
}

Test(rebase_boots, nothing_replaced, .timeout = 120)
{
    static const char *const patterns[] = {
        "../shared/boots/*/eventlog.bin",   "../shared/corpus/tcg20/*.bin",
        "../shared/corpus/tcg12/*.bin",     "../shared/corpus/windows/*.bin",
        "fixtures/machines/*/eventlog.bin",
    };
    size_t count = 0;

    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        glob_t paths;

        if (glob(patterns[i], 0, NULL, &paths) != 0)
            continue;
        for (size_t j = 0; j < paths.gl_pathc; j++, count++)
            expect_same(paths.gl_pathv[j]);
        globfree(&paths);
    }
    if (count == 0)
        cr_skip_test("there are no logs");
}
