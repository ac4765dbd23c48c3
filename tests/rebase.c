/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What-if on small logs made here. Digests are libcrypto's SHA256() of bytes laid out by hand as
 * the specification or the program named beside them says.
 */
#include "tests/rebase.h"

Test(rebase, a_variable_of_secure_boot)
{
    assay_prediction *log = new_log();
    const uint8_t hash[SHA256_SIZE] = { 7 };
    const bytes lists = hash_list(hash), wanted = variable(global, "dbx", lists.data, lists.size);
    const assay_rebase what = { .dbx = view(&lists) };

    add_policy(log);
    assay_prediction *prediction = rebase(log, &what);
    expect_kept(prediction, 0);
    expect_kept(prediction, 1);
    expect_digest(prediction, 2, wanted.data, wanted.size);
    expect_kept(prediction, 3);
    cr_expect_eq(prediction->events[2].base, 2);
    cr_expect_eq(prediction->events[2].part, ASSAY_PART_SECURE_BOOT);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* Firmware that hashes what isn't in the log: nothing is guessed. */
Test(rebase, a_variable_hashed_otherwise)
{
    assay_prediction *log = new_log();
    const bytes db = variable(global, "db", "", 0);
    const assay_rebase what = { .db = ASSAY_LITERAL("new") };

    add(log, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, view(&db), "something else", 14);
    assay_prediction *prediction = rebase(log, &what);
    expect_unknown(prediction, 0);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* dbt has an event only while it exists. */
Test(rebase, a_variable_that_comes_and_goes)
{
    assay_prediction *log = new_log();
    const bytes wanted = variable(global, "dbt", "stamp", 5);
    const assay_rebase with = { .dbt = ASSAY_LITERAL("stamp") },
                       without = { .dbt = ASSAY_LITERAL("") };

    add_policy(log);
    assay_prediction *first = rebase(log, &with);
    cr_expect_eq(first->count, 5);
    expect_digest(first, 3, wanted.data, wanted.size);
    cr_expect_eq(first->events[3].base, ASSAY_NO_EVENT);
    for (size_t i = 0; i < first->count; i++)
        first->events[i].origin = ASSAY_PREDICTED_KEPT;
    assay_prediction *second = rebase(first, &without);
    cr_expect_eq(second->count, 4);
    assay_prediction_free(&second);
    assay_prediction_free(&first);
    assay_prediction_free(&log);
}

Test(rebase, an_image_that_dbx_forbids)
{
    assay_prediction *log = new_log();
    uint8_t hash[SHA256_SIZE];

    SHA256((const uint8_t *)"loader", 6, hash);
    const bytes lists = hash_list(hash);
    const assay_rebase what = { .dbx = view(&lists) };
    add_policy(log);
    add_image(log, "another");
    assay_prediction *prediction = rebase(log, &what);
    cr_expect_not(is_refused(prediction));
    assay_prediction_free(&prediction);
    add_image(log, "loader");
    prediction = rebase(log, &what);
    cr_expect(is_refused(prediction));
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* rhboot/shim, mok.c: the vendor's certificate as a list, then the machine's own lists. */
Test(rebase, an_enrolled_key)
{
    static const char der[] = "\x30\x03\x02\x01\x05";
    assay_prediction *log = new_log();
    bytes entry = { 0 }, list = { 0 };

    put(&entry, shim_lock, 16);
    put(&entry, der, 5);
    put(&list, x509, 16);
    put_number(&list, 28 + 16 + 5, 4);
    put_number(&list, 0, 4);
    put_number(&list, 16 + 5, 4);
    put(&list, entry.data, entry.size);
    const bytes authority = variable(shim_lock, "MokListRT", entry.data, entry.size);
    add(log, 14, EV_IPL, ASSAY_LITERAL("MokList\0"), list.data, list.size);
    add_whole(log, 7, EV_EFI_VARIABLE_AUTHORITY, &authority);

    const assay_rebase what = { .mok_list = ASSAY_LITERAL("enrolled") };
    assay_prediction *prediction = rebase(log, &what);
    put(&list, "enrolled", 8);
    expect_digest(prediction, 0, list.data, list.size);
    expect_kept(prediction, 1);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);

    /* With keys enrolled before, and nobody to say which, it can't be known. */
    log = new_log();
    add(log, 14, EV_IPL, ASSAY_LITERAL("MokList\0"), "keys", 4);
    add_whole(log, 7, EV_EFI_VARIABLE_AUTHORITY, &authority);
    prediction = rebase(log, &what);
    expect_unknown(prediction, 0);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/*
 * MokSBState comes after MokListX, in PCR 7 and in PCR 14 (mok_state_variables); what shim let pass
 * has no authority any more, and the rest of the log is kept.
 */
Test(rebase, validation_by_shim_is_switched_off)
{
    assay_prediction *log = new_log();
    const bytes wanted = variable(shim_lock, "MokSBState", "\1", 1);
    const bytes authority = variable(shim_lock, "MokListRT", "certificate", 11);
    const assay_rebase what = { .mok_sb_state = ASSAY_LITERAL("\1") };

    add(log, 14, EV_IPL, ASSAY_LITERAL("MokList\0"), "a", 1);
    add(log, 14, EV_IPL, ASSAY_LITERAL("MokListX\0"), "x", 1);
    add_whole(log, 7, EV_EFI_VARIABLE_AUTHORITY, &authority);
    add(log, 5, EV_EFI_ACTION, ASSAY_LITERAL("Exit Boot Services Invocation"), "e", 1);
    add(log, 5, EV_EFI_ACTION, ASSAY_LITERAL("Exit Boot Services Returned"), "r", 1);
    assay_prediction *prediction = rebase(log, &what);
    cr_assert_eq(prediction->count, 6);
    expect_kept(prediction, 0);
    expect_kept(prediction, 1);
    expect_digest(prediction, 2, wanted.data, wanted.size);
    expect_digest(prediction, 3, "\1", 1);
    expect_kept(prediction, 4);
    expect_kept(prediction, 5);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* grub-core/commands/tpm.c: lines without prefix and NUL; a menu entry with its raw text. */
Test(rebase, grubs_command_line)
{
    static const char *const lines[] = {
        "menuentry B {\n  linux /vmlinuz debug\n  initrd /i\n}",
        "linux /vmlinuz debug",
        "/vmlinuz debug",
    };
    const assay_rebase what = { .cmdline = "debug" };
    assay_prediction *log = grub_log(), *prediction = rebase(log, &what);

    expect_unknown(prediction, 0);
    expect_kept(prediction, 1);
    expect_digest(prediction, 2, lines[0], strlen(lines[0]));
    expect_kept(prediction, 3);
    expect_digest(prediction, 4, lines[1], strlen(lines[1]));
    expect_kept(prediction, 5);
    expect_digest(prediction, 6, lines[2], strlen(lines[2]));
    expect_kept(prediction, 7);
    expect_kept(prediction, 8);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

Test(rebase, grubs_kernel_and_initrd)
{
    const assay_rebase what = {
        .initrd_count = 1,
        .initrds = { ASSAY_LITERAL("other initrd") },
    };
    assay_rebase two = what;
    assay_prediction *log = grub_log(), *prediction = rebase(log, &what);

    expect_kept(prediction, 5);
    expect_digest(prediction, 8, "other initrd", 12);
    assay_prediction_free(&prediction);
    two.initrds[two.initrd_count++] = ASSAY_LITERAL("second");
    prediction = rebase(log, &two);
    expect_unknown(prediction, 8);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* EDK2 hashes the variable's data alone, and takes options in BootOrder's order. */
Test(rebase, boot_order)
{
    assay_prediction *log = new_log();
    const bytes a = option("a"), b = option("b"), c = option("c");
    const bytes order = variable(global, "BootOrder", "\1\0\2\0", 4);
    const bytes first = variable(global, "Boot0001", a.data, a.size);
    const bytes second = variable(global, "Boot0002", b.data, b.size);
    const assay_rebase what = {
        .order_given = true,
        .order_count = 4,
        .order = { 2, 0xa, 7, 1 },
        .option_count = 1,
        .options = { { 0xa, view(&c) } },
    };

    add(log, 1, EV_EFI_VARIABLE_BOOT, view(&order), "\1\0\2\0", 4);
    add(log, 1, EV_EFI_VARIABLE_BOOT, view(&first), a.data, a.size);
    add(log, 1, EV_EFI_VARIABLE_BOOT, view(&second), b.data, b.size);
    assay_prediction *prediction = rebase(log, &what);
    cr_assert_eq(prediction->count, 5);
    expect_digest(prediction, 0, "\2\0\xa\0\7\0\1\0", 8);
    expect_kept(prediction, 1);
    cr_expect_eq(prediction->events[1].base, 2);
    expect_digest(prediction, 2, c.data, c.size);
    expect_unknown(prediction, 3);
    expect_kept(prediction, 4);
    cr_expect_eq(prediction->events[4].base, 1);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* What the log has no event of changes nothing, and that is said. */
Test(rebase, nothing_to_replace)
{
    const assay_rebase kinds[] = {
        { .gpt = ASSAY_LITERAL("disk") },
        { .db = ASSAY_LITERAL("list") },
        { .mok_list = ASSAY_LITERAL("list") },
        { .sbat_level = ASSAY_LITERAL("sbat,1,1\n") },
        { .kernel.image = ASSAY_LITERAL("MZ") },
        { .uki.image = ASSAY_LITERAL("MZ") },
        { .loader_conf = ASSAY_LITERAL("timeout 3\n") },
        { .order_given = true },
        { .cmdline = "quiet" },
        { .initrd_count = 1, .initrds = { ASSAY_LITERAL("initrd") } },
        { .grub_cfg = ASSAY_LITERAL("set a=b\n") },
        { .mok_sb_state = ASSAY_LITERAL("\1") },
        { .mok_list_x = ASSAY_LITERAL("list") },
        { .secure_boot = ASSAY_REBASE_OFF },
    };
    assay_prediction *log = new_log();

    add(log, 0, EV_SEPARATOR, ASSAY_LITERAL("\0\0\0\0"), "\0\0\0\0", 4);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        assay_prediction *prediction = rebase(log, &kinds[i]);

        cr_expect_eq(prediction->count, 1, "%zu", i);
        expect_kept(prediction, 0);
        cr_expect_geq(prediction->remark_count, 1, "%zu", i);
        cr_expect_not(is_refused(prediction), "%zu", i);
        assay_prediction_free(&prediction);
    }
    assay_prediction_free(&log);
}

/* A replacement that can't be read is named. */
Test(rebase, a_kernel_that_is_none)
{
    assay_prediction *log = grub_log(), *prediction = NULL;
    assay_hashes *hashes = assay_hashes_new();
    const assay_rebase what = { .kernel.image = ASSAY_LITERAL("no kernel") };
    assay_error error = { .what = "" };

    add_image(log, "kernel");
    cr_expect_lt(assay_rebase_predict(log, &what, hashes, &prediction, &error), 0);
    cr_expect_null(prediction);
    cr_expect_str_eq(error.field, "kernel");
    assay_hashes_free(&hashes);
    assay_prediction_free(&log);
}
