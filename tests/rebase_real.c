/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What-if where real machines' logs differ from each other. Digests are libcrypto's SHA256() of
 * bytes laid out by hand.
 */
#include "tests/madepe.h"
#include "tests/rebase.h"

#include <stdio.h>

enum { PCR_OF_OPTIONS = 8 };

/* The image of a path: a device path of one file node and its end (UEFI 2.10 section 10.3.5.4). */
static void add_image_at(assay_prediction *log, const char *path)
{
    const size_t size = 4 + 2 * (strlen(path) + 1);
    bytes data = { 0 };

    put_number(&data, 0, 24);
    put_number(&data, size + 4, 8);
    put(&data, "\4\4", 2);
    put_number(&data, size, 2);
    put_wide(&data, path);
    put_number(&data, 0, 2);
    put(&data, "\x7f\xff\4\0", 4);
    add(log, 4, EV_EFI_BOOT_SERVICES_APPLICATION, view(&data), path, strlen(path));
}

/*
 * systemd, src/boot/efi/measure.c up to 250: what is hashed has its NUL of two bytes, of which the
 * event has the first one only.
 */
static void add_old_options(assay_prediction *log, const char *text)
{
    bytes data = { 0 };

    put_wide(&data, text);
    put_number(&data, 0, 2);
    add(log, PCR_OF_OPTIONS, EV_IPL, assay_bytes_of(data.data, data.size - 1), data.data, data.size);
}

Test(rebase_real, load_options_of_old_systemd_boot)
{
    const assay_rebase what = { .cmdline = "quiet" };
    assay_prediction *log = new_log();
    bytes wanted = { 0 };

    add_image_at(log, "\\EFI\\systemd\\systemd-bootx64.efi");
    add_image_at(log, "\\vmlinuz-linux");
    add_old_options(log, "initrd=\\i.img ro");
    assay_prediction *prediction = rebase(log, &what);
    put_wide(&wanted, "initrd=\\i.img quiet");
    put_number(&wanted, 0, 2);
    expect_kept(prediction, 0);
    expect_kept(prediction, 1);
    expect_digest(prediction, 2, wanted.data, wanted.size);
    cr_expect(assay_bytes_equal(prediction->events[2].event.data,
                                assay_bytes_of(wanted.data, wanted.size - 1)));
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* What lies in \EFI\Linux has its command line inside: the image can't stay what it was. */
Test(rebase_real, command_line_of_a_unified_kernel_image_without_sections)
{
    const assay_rebase what = { .cmdline = "quiet" };
    assay_prediction *log = new_log();

    add_image_at(log, "\\EFI\\systemd\\systemd-bootx64.efi");
    add_image_at(log, "\\EFI\\Linux\\linux.efi");
    add_old_options(log, "ro");
    assay_prediction *prediction = rebase(log, &what);
    expect_kept(prediction, 0);
    expect_unknown(prediction, 1);
    expect_unknown(prediction, 2);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* EDK2 SecurityPkg/Tcg/TcgDxe measures boot options into PCR 5. */
Test(rebase_real, boot_options_in_pcr_5)
{
    const bytes a = option("a"), b = option("b");
    const bytes order = variable(global, "BootOrder", "\1\0\2\0", 4);
    const bytes wanted = variable(global, "BootOrder", "\2\0\1\0", 4);
    const bytes first = variable(global, "Boot0001", a.data, a.size);
    const bytes second = variable(global, "Boot0002", b.data, b.size);
    const assay_rebase what = { .order_given = true, .order_count = 2, .order = { 2, 1 } };
    assay_prediction *log = new_log();

    add_whole(log, 5, EV_EFI_VARIABLE_BOOT, &order);
    add_whole(log, 5, EV_EFI_VARIABLE_BOOT, &first);
    add_whole(log, 5, EV_EFI_VARIABLE_BOOT, &second);
    assay_prediction *prediction = rebase(log, &what);
    cr_assert_eq(prediction->count, 3);
    expect_digest(prediction, 0, wanted.data, wanted.size);
    cr_expect_eq(prediction->events[1].base, 2);
    cr_expect_eq(prediction->events[1].event.pcr_index, 5);
    cr_expect_eq(prediction->events[2].base, 1);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* Firmware that measures BootOrder alone will not begin with the others; twice, and both change. */
Test(rebase_real, boot_order_without_options)
{
    const bytes order = variable(global, "BootOrder", "\1\0\2\0", 4);
    const bytes wanted = variable(global, "BootOrder", "\2\0\1\0", 4);
    const assay_rebase what = { .order_given = true, .order_count = 2, .order = { 2, 1 } };
    assay_prediction *log = new_log();

    add_whole(log, 1, EV_EFI_VARIABLE_BOOT, &order);
    add(log, 1, EV_SEPARATOR, ASSAY_LITERAL("\0\0\0\0"), "\0\0\0\0", 4);
    add_whole(log, 1, EV_EFI_VARIABLE_BOOT, &order);
    assay_prediction *prediction = rebase(log, &what);
    cr_assert_eq(prediction->count, 3);
    expect_digest(prediction, 0, wanted.data, wanted.size);
    expect_kept(prediction, 1);
    expect_digest(prediction, 2, wanted.data, wanted.size);
    cr_expect_eq(prediction->remark_count, 1);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* Fedora's blscfg: the words come from variables and files, and no menu entry has them. */
Test(rebase_real, command_line_from_fedoras_entries)
{
    const assay_rebase what = { .cmdline = "debug" };
    assay_prediction *log = new_log();

    add_file(log, "(hd0,gpt2)/grub2/grub.cfg", "configuration");
    add_file(log, "(hd0,gpt2)/grub2/grubenv", "environment");
    add_line(log, "grub_cmd: ", "set timeout=5");
    add_line(log, "grub_cmd: ", "set kernelopts=root=/dev/sda1 ro");
    add_line(log, "grub_cmd: ", "blscfg");
    add_file(log, "(hd0,gpt2)/loader/entries//1.conf", "entry");
    add_line(log, "grub_cmd: ", "menuentry Setup {\n fwsetup\n}");
    add_line(log, "grub_cmd: ", "linux (hd0,gpt2)/vmlinuz root=/dev/sda1 ro");
    add_file(log, "(hd0,gpt2)/vmlinuz", "kernel");
    add_line(log, "kernel_cmdline: ", "(hd0,gpt2)/vmlinuz root=/dev/sda1 ro");
    assay_prediction *prediction = rebase(log, &what);
    expect_unknown(prediction, 0);
    expect_unknown(prediction, 1);
    expect_kept(prediction, 2);
    expect_unknown(prediction, 3);
    expect_kept(prediction, 4);
    expect_unknown(prediction, 5);
    expect_kept(prediction, 6);
    expect_digest(prediction, 7, "linux (hd0,gpt2)/vmlinuz debug", 30);
    expect_kept(prediction, 8);
    expect_digest(prediction, 9, "(hd0,gpt2)/vmlinuz debug", 24);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

enum { GRUB_MAX = 4096 };

/* GRUB's image as far as it matters: its line of .sbat says its version. */
static assay_bytes make_grub(uint8_t room[GRUB_MAX], const char *version)
{
    char sbat[128];

    snprintf(sbat, sizeof sbat,
             "sbat,1,SBAT Version,sbat,1,url\ngrub,4,Free Software Foundation,grub,%s,url\n", version);
    const made_section sections[] = { { .name = ".sbat", .content = sbat } };
    return made_pe(room, GRUB_MAX, sections, 1);
}

/* How often another GRUB has a kernel looked at, in PCR 4, nobody knows. */
Test(rebase_real, another_grub)
{
    assay_prediction *log = new_log();
    uint8_t old[GRUB_MAX], same[GRUB_MAX], other[GRUB_MAX];
    assay_rebase what = { .image_count = 1 };
    bytes kernel = { 0 };

    put_number(&kernel, 0, 32);
    add_policy(log);
    add_image_at(log, "\\EFI\\fedora\\grubx64.efi");
    add_line(log, "grub_cmd: ", "linux /vmlinuz ro");
    add_file(log, "/vmlinuz", "kernel");
    add(log, 4, EV_EFI_BOOT_SERVICES_APPLICATION, view(&kernel), "kernel", 6);
    add_line(log, "kernel_cmdline: ", "/vmlinuz ro");
    what.images[0] = (assay_rebase_image){ .path = ASSAY_LITERAL("grubx64.efi"),
                                           .image = make_grub(other, "2.12") };
    assay_prediction *prediction = rebase(log, &what);
    cr_assert_geq(prediction->count, 9);
    for (size_t i = prediction->count - 4; i < prediction->count; i++)
        expect_unknown(prediction, i);
    assay_prediction_free(&prediction);

    /* The same version measures as the log says. */
    what.images[0].old = make_grub(old, "2.06");
    what.images[0].image = make_grub(same, "2.06-9");
    prediction = rebase(log, &what);
    for (size_t i = 0; i < prediction->count; i++)
        cr_expect_neq(prediction->events[i].event.pcr_index == 8 &&
                          prediction->events[i].origin != ASSAY_PREDICTED_KEPT,
                      true);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* It is off by a value of 0 on one machine, by no value on another, and stays as it was. */
Test(rebase_real, secure_boot_that_was_off_is_switched_off)
{
    static const size_t sizes[] = { 0, 1 };
    const bytes authority = variable(shim_lock, "Shim", "certificate", 11);
    const assay_rebase what = { .secure_boot = ASSAY_REBASE_OFF };

    for (size_t i = 0; i < 2; i++) {
        const bytes state = variable(global, "SecureBoot", "\0", sizes[i]);
        assay_prediction *log = new_log();

        add_whole(log, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, &state);
        add_whole(log, 7, EV_EFI_VARIABLE_AUTHORITY, &authority);
        assay_prediction *prediction = rebase(log, &what);
        cr_assert_eq(prediction->count, 2);
        expect_kept(prediction, 0);
        expect_kept(prediction, 1);
        assay_prediction_free(&prediction);
        assay_prediction_free(&log);
    }
}

/* MokSBState as it is logged in PCR 7 and 14 when it was set before (rhboot/shim, mok.c). */
static assay_prediction *insecure_log(void)
{
    const bytes state = variable(shim_lock, "MokSBState", "\1", 1);
    assay_prediction *const log = new_log();

    add(log, 14, EV_IPL, ASSAY_LITERAL("MokListX\0"), "x", 1);
    add_whole(log, 7, EV_EFI_VARIABLE_AUTHORITY, &state);
    add(log, 14, EV_IPL, ASSAY_LITERAL("MokSBState\0"), "\1", 1);
    add_line(log, "grub_cmd: ", "linux /vmlinuz ro");
    add_file(log, "/vmlinuz", "kernel");
    return log;
}

Test(rebase_real, validation_by_shim_is_switched_on_again)
{
    const assay_rebase what = { .mok_sb_state = ASSAY_LITERAL("") };
    assay_prediction *log = insecure_log(), *prediction = rebase(log, &what);

    cr_assert_eq(prediction->count, 4, "both events of the state are gone, and a kernel comes");
    expect_kept(prediction, 0);
    expect_kept(prediction, 1);
    expect_kept(prediction, 2);
    expect_unknown(prediction, 3);
    cr_expect_eq(prediction->events[3].event.pcr_index, 4);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

Test(rebase_real, validation_by_shim_has_another_value)
{
    const bytes wanted = variable(shim_lock, "MokSBState", "\0", 1);
    const assay_rebase what = { .mok_sb_state = ASSAY_LITERAL("\0") };
    assay_prediction *log = insecure_log(), *prediction = rebase(log, &what);

    cr_assert_eq(prediction->count, 6);
    expect_digest(prediction, 1, wanted.data, wanted.size);
    expect_digest(prediction, 2, "\0", 1);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}
