/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's -kernel: what it makes of the kernel's header, and what OVMF does with it. */
#include "boot/loader/jobs.h"
#include "tests/ovmfmachine.h"

#include <criterion/criterion.h>

enum { MIB = 1 << 20, KERNEL_SIZE = 1024 };

/* A PE application with a setup header of protocol 2.15 in it, loaded high. */
static void make_kernel(uint8_t kernel[KERNEL_SIZE])
{
    assay_writer out = assay_writer_growing(1 << 16);

    machine_put_pe(&out, ASSAY_LITERAL(""));
    cr_assert_eq(out.used, KERNEL_SIZE);
    memcpy(kernel, out.data, KERNEL_SIZE);
    assay_writer_close(&out);
    kernel[0x1f1] = 1;
    memcpy(kernel + 0x1fe, "\x55\xaa\xeb\x66HdrS\x0f\x02", 10);
    kernel[0x211] = 0x01;
    memcpy(kernel + 0x22c, "\xff\xff\xff\x7f", 4); /* initrd_addr_max */
    kernel[0x236] = 0x03;                         /* xloadflags: 64 bit, above 4 GiB */
}

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* What facts of a recorded machine with QEMU 7.2 say (f1-qemu-kernel, whose PCR 4 is the TPM's). */
static void patch(uint8_t kernel[KERNEL_SIZE], uint32_t initrd_at, uint32_t initrd_size)
{
    kernel[0x210] = 0xb0;
    kernel[0x211] |= 0x80;
    kernel[0x224] = 0x00;
    kernel[0x225] = 0xfe;
    put_u32(kernel + 0x228, 0x20000);
    if (initrd_size > 0) {
        put_u32(kernel + 0x218, initrd_at);
        put_u32(kernel + 0x21c, initrd_size);
    }
}

static void must_measure(const ovmfmachine *m, const uint8_t kernel[KERNEL_SIZE])
{
    const assay_event *const event = machine_event(m, 4, EV_EFI_BOOT_SERVICES_APPLICATION, 0);
    assay_hashes *hashes = assay_hashes_new();
    assay_digesting digesting;
    assay_digests digests;
    assay_pe pe;

    cr_assert_not_null(event);
    cr_assert_eq(assay_pe_open(&pe, assay_bytes_of(kernel, KERNEL_SIZE), NULL), 0);
    cr_assert_eq(assay_digesting_begin(&digesting, hashes, (uint16_t[]){ ASSAY_ALG_SHA256 }, 1), 0);
    cr_assert_eq(assay_pe_digest(&pe, &digesting, &digests, NULL), 0);
    cr_assert(assay_bytes_equal(event->digests[0].value,
                                assay_bytes_of(digests.list[0].value, digests.list[0].size)));
    assay_hashes_free(&hashes);
}

typedef struct direct_case {
    uint64_t memory;
    unsigned qemu;
    const char *cmdline;
    size_t initrd;
} direct_case;

static uint8_t initrd[5000];

static void run(ovmfmachine *m, const uint8_t kernel[KERNEL_SIZE], const direct_case *c)
{
    machine_open(m);
    m->scenario.machine.memory = c->memory;
    m->scenario.machine.qemu_major = c->qemu;
    m->scenario.direct.kernel = assay_bytes_of(kernel, KERNEL_SIZE);
    m->scenario.direct.cmdline = c->cmdline;
    if (c->initrd > 0)
        m->scenario.direct.initrd = assay_bytes_of(initrd, c->initrd);
    assay_direct_run(&m->boot);
    assay_boot_do_jobs(&m->boot);
}

/* 512 MiB: (0x20000000 - 0x28000 - 1 - 5000) & ~0xFFF = 0x1FFD6000. 4 GiB, of which 2 GiB are low:
 * (0x80000000 - 0x28000 - 1 - 5000) & ~0xFFF = 0x7FFD6000. */
Test(direct, the_header_is_as_qemu_makes_it)
{
    static const struct {
        direct_case c;
        uint32_t initrd_at;
    } cases[] = {
        { { 512 * (uint64_t)MIB, 7, "quiet", 5000 }, 0x1ffd6000 },
        { { 4096 * (uint64_t)MIB, 9, "quiet", 5000 }, 0x7ffd6000 },
        { { 512 * (uint64_t)MIB, 7, "quiet", 0 }, 0 },
        { { 512 * (uint64_t)MIB, 10, "quiet", 0 }, 0 }, /* this firmware knows no other file */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t kernel[KERNEL_SIZE], patched[KERNEL_SIZE];
        ovmfmachine m;

        make_kernel(kernel);
        make_kernel(patched);
        patch(patched, cases[i].initrd_at, (uint32_t)cases[i].c.initrd);
        run(&m, kernel, &cases[i].c);
        must_measure(&m, patched);
        machine_free(&m);
    }
}

Test(direct, a_video_mode_goes_into_the_header)
{
    static const struct {
        const char *cmdline;
        uint8_t low, high;
    } modes[] = { { "vga=normal", 0xff, 0xff }, { "quiet vga=0x317", 0x17, 0x03 },
                  { "vga=ask", 0xfd, 0xff },    { "vga=791 x", 0x17, 0x03 } };

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        const direct_case c = { 512 * (uint64_t)MIB, 7, modes[i].cmdline, 0 };
        uint8_t kernel[KERNEL_SIZE], patched[KERNEL_SIZE];
        ovmfmachine m;

        make_kernel(kernel);
        make_kernel(patched);
        patch(patched, 0, 0);
        patched[0x1fa] = modes[i].low;
        patched[0x1fb] = modes[i].high;
        run(&m, kernel, &c);
        must_measure(&m, patched);
        machine_free(&m);
    }
}

/* The image before ReadyToBoot, and of boot options only the menu (f1-qemu-kernel). */
Test(direct, the_kernel_comes_before_boot_options)
{
    const direct_case c = { 512 * (uint64_t)MIB, 7, "quiet", 5000 };
    uint8_t kernel[KERNEL_SIZE];
    ovmfmachine m;

    make_kernel(kernel);
    run(&m, kernel, &c);
    cr_assert_eq(machine_count(&m, 1, EV_EFI_VARIABLE_BOOT), 2);
    cr_assert_eq(machine_count(&m, 4, EV_EFI_ACTION), 1);
    cr_assert_lt(machine_event(&m, 4, EV_EFI_BOOT_SERVICES_APPLICATION, 0)->number,
                 machine_event(&m, 1, EV_EFI_VARIABLE_BOOT, 0)->number);
    machine_free(&m);
}

Test(direct, without_the_size_of_memory_the_kernel_is_unknown)
{
    const direct_case c = { 0, 7, "quiet", 5000 };
    uint8_t kernel[KERNEL_SIZE];
    ovmfmachine m;

    make_kernel(kernel);
    run(&m, kernel, &c);
    cr_assert(assay_prediction_has_unknown(m.boot.prediction));
    machine_free(&m);
}

Test(direct, what_is_no_kernel_leaves_the_boot_to_others)
{
    const direct_case c = { 512 * (uint64_t)MIB, 7, "quiet", 0 };
    static const uint8_t nothing[KERNEL_SIZE];
    ovmfmachine m;

    run(&m, nothing, &c);
    cr_assert_eq(machine_count(&m, 1, EV_EFI_VARIABLE_BOOT), 4);
    machine_free(&m);
}

/* A unified kernel image has no setup header. QEMU wrote what kernels before protocol 2.00 had:
 * 0xA33F, and 0x9A000 - ((5 + 16) & ~15) - 0x90000 = 0x9FF0. 7.2.22 doesn't: a machine started with
 * one measured the file as it was. */
Test(direct, what_has_no_header_is_taken_for_an_old_kernel)
{
    static const struct {
        unsigned qemu;
        bool patched;
    } cases[] = { { 6, true }, { 7, false }, { 9, false }, { 10, false } };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const direct_case c = { 512 * (uint64_t)MIB, cases[i].qemu, "quiet", 0 };
        uint8_t kernel[KERNEL_SIZE], handed[KERNEL_SIZE];
        ovmfmachine m;

        make_kernel(kernel);
        kernel[0x202] = 0;
        memcpy(handed, kernel, sizeof handed);
        if (cases[i].patched)
            memcpy(handed + 0x20, "\x3f\xa3\xf0\x9f", 4);
        run(&m, kernel, &c);
        must_measure(&m, handed);
        machine_free(&m);
    }
}

/* The signature is broken: OVMF's own loader starts it, and nothing of it is measured (section 4 of
 * what recorded boots taught: f3). From 2026.02 on it doesn't. */
Test(direct, secure_boot_leaves_the_kernel_to_the_legacy_loader)
{
    static const struct {
        assay_bytes version;
        size_t options;
    } cases[] = {
        { ASSAY_LITERAL("2\0000\0002\0005\0.\0000\0002\0-\0008\0\0\0"), 2 },
        { ASSAY_LITERAL("2\0000\0002\0006\0.\0000\0002\0-\0001\0\0\0"), 4 },
        { ASSAY_LITERAL("e\0-\0002\0000\0002\0006\0000\0005\0002\0001\0\0\0"), 4 },
        { ASSAY_LITERAL("\0\0"), 2 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t kernel[KERNEL_SIZE];
        ovmfmachine m;

        make_kernel(kernel);
        machine_open(&m);
        m.boot.secure_boot = true;
        m.boot.ovmf.version = cases[i].version;
        m.scenario.machine.memory = 512 * (uint64_t)MIB;
        m.scenario.machine.qemu_major = 7;
        m.scenario.direct.kernel = assay_bytes_of(kernel, KERNEL_SIZE);
        assay_direct_run(&m.boot);
        cr_assert_eq(machine_count(&m, 4, EV_EFI_BOOT_SERVICES_APPLICATION), 0, "%zu", i);
        cr_assert_eq(machine_count(&m, 1, EV_EFI_VARIABLE_BOOT), cases[i].options, "%zu", i);
        machine_free(&m);
    }
}
