/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What follows from another difference, policy/reference/compare.h: GRUB's commands, its files and
 * boot options. Each row alters a boot where the GRUB manual's commands and shim's order say that
 * the one thing is measured in many places; events are those of `tpm2_eventlog`'s listing.
 */
#include "policy/reference/compare.h"
#include "tests/altered.h"
#include "tests/learning.h"

#include <criterion/criterion.h>

#define SHIM "d1-shim-grub206-sb"
#define STUB "a5-efistub-6.12-ovmf2025"

enum { MOST = 8 };
enum { FILE_OF_COMMANDS = 35, TIMEOUT = 36, MENU = 38, LINUX = 41, KERNEL = 42, TOLD = 45 };
enum { INITRD = 47, INITRD_FILE = 48, OPTION = 15, LOAD_OPTIONS = 29 };

/* An event's text becomes another; without one, only its digests do. */
typedef struct change {
    uint32_t event;
    const char *from, *to;
} change;

typedef struct row {
    const char *why;
    change changes[MOST];
    uint32_t follow[MOST], changed[MOST];
} row;

TestSuite(reference_follows, .init = set_up, .fini = tear_down);

static void alter(altered *a, const change *changes)
{
    for (const change *c = changes; c < changes + MOST && c->event != 0; c++)
        if (c->from == NULL)
            altered_digests(a, c->event);
        else
            altered_text(a, c->event, c->from, c->to);
}

/* Firmware's log alone: the kernel's list has an aggregate of the PCRs as they were recorded. */
static void open_alone(altered *a, const char *machine)
{
    altered_open(a, machine);
    while (a->one.boot.log_count > 1)
        assay_log_close(a->one.list[--a->one.boot.log_count]);
    a->one.boot.values = NULL;
}

static bool is_among(const uint32_t *events, uint32_t event)
{
    for (size_t i = 0; i < MOST; i++)
        if (events[i] == event)
            return true;
    return false;
}

static size_t count(const uint32_t *events)
{
    size_t n = 0;

    while (n < MOST && events[n] != 0)
        n++;
    return n;
}

static void expect_without(altered *a, uint32_t dropped, const row *r)
{
    assay_reference_result result;
    assay_error error = { .what = "" };

    alter(a, r->changes);
    if (dropped != 0)
        altered_drop(a, dropped);
    cr_assert_eq(assay_reference_compare(reference, &a->one.boot, 1, hashes, &result, &error), 0,
                 "%s", error.what);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH, "%s", r->why);
    cr_expect_eq(result.difference_count, count(r->follow) + count(r->changed), "%s", r->why);
    for (size_t i = 0; i < result.difference_count; i++) {
        const assay_reference_difference *const d = &result.differences[i];
        const bool follows = d->kind == ASSAY_COMPARED_FOLLOWS;

        cr_expect(is_among(follows ? r->follow : r->changed, d->event), "%s: event %u %s", r->why,
                  d->event, assay_compared_name(d->kind));
    }
    assay_reference_result_free(&result);
}

static void expect(altered *a, const row *r)
{
    expect_without(a, 0, r);
}

static void expect_row(const char *machine, const row *r)
{
    altered a;

    open_alone(&a, machine);
    expect(&a, r);
    altered_free(&a);
}

/* Learns the machine as it was recorded, but for those changes. */
static void learn(const char *machine, const change *changes)
{
    assay_error error = { .what = "" };
    altered a;

    open_alone(&a, machine);
    alter(&a, changes);
    cr_assert_eq(assay_learn_boot(reference, &a.one.boot, hashes, &error), 0, "%s", error.what);
    altered_free(&a);
}

static const change as_recorded[MOST] = { { 0 } };

Test(reference_follows, what_grub_is_told_follows_from_what_it_starts)
{
    static const row rows[] = {
        { "a command line: in the menu's entry, the command and the file that has them",
          { { FILE_OF_COMMANDS, NULL, NULL }, { MENU, "quiet", "debug" },
            { LINUX, "quiet", "debug" }, { TOLD, "quiet", "debug" } },
          { FILE_OF_COMMANDS, MENU, LINUX }, { TOLD } },
        { "a kernel of another name, and the same arguments",
          { { FILE_OF_COMMANDS, NULL, NULL }, { MENU, "vmlinuz", "vmlinux" },
            { LINUX, "vmlinuz", "vmlinux" }, { KERNEL, "vmlinuz", "vmlinux" },
            { TOLD, "vmlinuz", "vmlinux" } },
          { FILE_OF_COMMANDS, MENU, LINUX, TOLD }, { KERNEL } },
        { "a kernel of another name, and another argument",
          { { LINUX, "vmlinuz", "vmlinux" }, { KERNEL, "vmlinuz", "vmlinux" },
            { TOLD, "z console=ttyS0 ro quiet", "x console=ttyS0 ro debug" } },
          { LINUX }, { KERNEL, TOLD } },
        { "an initrd of another name",
          { { FILE_OF_COMMANDS, NULL, NULL }, { MENU, "initrd.img", "initrd.old" },
            { INITRD, "initrd.img", "initrd.old" }, { INITRD_FILE, "initrd.img", "initrd.old" } },
          { FILE_OF_COMMANDS, MENU, INITRD }, { INITRD_FILE } },
        { "an initrd's command and nothing that was read for it",
          { { INITRD, "initrd.img", "initrd.old" } }, { 0 }, { INITRD } },
        { "an initrd's command and another kernel",
          { { INITRD, "initrd.img", "initrd.old" }, { KERNEL, NULL, NULL } },
          { 0 }, { INITRD, KERNEL } },
        { "a kernel's command and another initrd",
          { { LINUX, "quiet", "debug" }, { INITRD_FILE, NULL, NULL } },
          { 0 }, { LINUX, INITRD_FILE } },
        { "a menu's entry that says something else as well",
          { { MENU, "Loading Linux", "Loading Minix" }, { TOLD, "quiet", "debug" } },
          { 0 }, { MENU, TOLD } },
        { "a menu's entry with another word for its kernel's command",
          { { MENU, "  linux /boot/vmlinuz", "  hello /boot/vmlinuz" },
            { TOLD, "quiet", "debug" } },
          { 0 }, { MENU, TOLD } },
        { "a menu's entry with a kernel's command more",
          { { MENU, "  echo \"Loading Linux", " linux \"Loading Linux" },
            { TOLD, "quiet", "debug" } },
          { 0 }, { MENU, TOLD } },
        { "a menu's entry with an initrd's command more",
          { { MENU, "  echo \"Loading initial", "initrd \"Loading initial" },
            { TOLD, "quiet", "debug" } },
          { 0 }, { MENU, TOLD } },
        { "a menu's entry with another word for its initrd's command",
          { { MENU, "  initrd /boot", "  hellos /boot" }, { TOLD, "quiet", "debug" } },
          { 0 }, { MENU, TOLD } },
        { "a menu's entry with nothing where its kernel's command was",
          { { MENU, "linux /boot/vmlinuz console=ttyS0 ro quiet",
              "                                          " },
            { TOLD, "quiet", "debug" } },
          { 0 }, { MENU, TOLD } },
        { "a menu's entry of a line less",
          { { MENU, "\n}", " }" }, { TOLD, "quiet", "debug" } }, { 0 }, { MENU, TOLD } },
        { "a menu's entry of a line more",
          { { MENU, "img\n}", "\n}\nx}" }, { TOLD, "quiet", "debug" } }, { 0 }, { MENU, TOLD } },
        { "a menu's entry, and nothing else",
          { { MENU, "quiet", "debug" } }, { 0 }, { MENU } },
        { "a menu's entry of an indent of another kind",
          { { MENU, "  echo", "\t echo" }, { TOLD, "quiet", "debug" } }, { MENU }, { TOLD } },
        { "a kernel's command, and the kernel",
          { { LINUX, "quiet", "debug" }, { KERNEL, NULL, NULL } }, { LINUX }, { KERNEL } },
        { "GRUB's file, and a command line",
          { { FILE_OF_COMMANDS, NULL, NULL }, { TOLD, "quiet", "debug" } },
          { FILE_OF_COMMANDS }, { TOLD } },
        { "another command of GRUB's, which changes its file",
          { { FILE_OF_COMMANDS, NULL, NULL }, { TIMEOUT, "timeout=0", "timeout=9" } },
          { FILE_OF_COMMANDS }, { TIMEOUT } },
        { "GRUB's file, and no command in it",
          { { FILE_OF_COMMANDS, NULL, NULL } }, { 0 }, { FILE_OF_COMMANDS } },
    };

    learn(SHIM, as_recorded);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_row(SHIM, &rows[i]);
}

Test(reference_follows, commands_come_from_files_of_such_names)
{
    static const struct {
        const char *name;
        bool follows;
    } names[] = {
        { "debian/grub.cfg", true }, { "debian/gru.conf", true }, { "debian//grubenv", true },
        { "debian/grub.lst", false }, { "debian/xgrubenv", false },
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const change renamed[MOST] = { { FILE_OF_COMMANDS, "debian/grub.cfg", names[i].name } };
        row r = { names[i].name,
                  { { FILE_OF_COMMANDS, "debian/grub.cfg", names[i].name },
                    { FILE_OF_COMMANDS, NULL, NULL }, /* back: the digests are the recorded ones */
                    { TIMEOUT, "timeout=0", "timeout=9" } },
                  { 0 }, { TIMEOUT } };
        *(names[i].follows ? &r.follow[0] : &r.changed[1]) = FILE_OF_COMMANDS;
        assay_reference_free(&reference);
        reference = assay_reference_new("image");
        learn(SHIM, renamed);
        expect_row(SHIM, &r);
    }
}

/*
 * An EFI stub's command line stands in its boot option, UTF-16 behind the description and the path,
 * and the stub measures it again. The data are a GUID, two sizes of eight bytes, "Boot0010"
 * and then the option, whose attributes come first (TCG PC Client Platform Firmware Profile 10.4.3,
 * UEFI 3.1.3).
 */
Test(reference_follows, a_boot_option_follows_from_the_command_line_that_it_has)
{
    enum { ATTRIBUTES = 16 + 8 + 8 + 16 };
    static const row rows[] = {
        { "other arguments",
          { { OPTION, "q", "d" }, { LOAD_OPTIONS, NULL, NULL } }, { OPTION }, { LOAD_OPTIONS } },
        { "other arguments, and another description",
          { { OPTION, "R", "D" }, { LOAD_OPTIONS, NULL, NULL } }, { 0 }, { OPTION, LOAD_OPTIONS } },
        { "other arguments, and another path",
          { { OPTION, "L", "D" }, { LOAD_OPTIONS, NULL, NULL } }, { 0 }, { OPTION, LOAD_OPTIONS } },
        { "a boot option that nothing follows", { { OPTION, "q", "d" } }, { 0 }, { OPTION } },
    };

    learn(STUB, as_recorded);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_row(STUB, &rows[i]);

    const row inactive = { "other arguments, and other attributes",
                           { { OPTION, "q", "d" }, { LOAD_OPTIONS, NULL, NULL } },
                           { 0 }, { OPTION, LOAD_OPTIONS } };
    altered a;
    open_alone(&a, STUB);
    a.bytes[altered_offset(&a, altered_event(&a, OPTION).data.data) + ATTRIBUTES] ^= 1;
    expect(&a, &inactive);
    altered_free(&a);
}

/* By digests alone: { event }. */
#define ALSO(event) { event, NULL, NULL }

Test(reference_follows, an_image_follows_from_the_sections_that_it_has)
{
    enum { IMAGE = 23, SECTION_LINUX = 25, OSREL = 27, CMDLINE_NAME, CMDLINE, SECTION_INITRD = 31 };
    enum { DBX = 8, STUB_KERNEL = 32, LINUX_INITRD = 34, EXIT };
    static const row rows[] = {
        { "a command line", { ALSO(IMAGE), ALSO(CMDLINE) }, { IMAGE }, { CMDLINE } },
        { "a section's name", { ALSO(IMAGE), ALSO(CMDLINE_NAME) }, { IMAGE }, { CMDLINE_NAME } },
        { "no section", { ALSO(IMAGE), ALSO(EXIT) }, { 0 }, { IMAGE, EXIT } },
        { "a kernel, which the stub starts",
          { ALSO(IMAGE), ALSO(SECTION_LINUX), ALSO(STUB_KERNEL) },
          { IMAGE, STUB_KERNEL }, { SECTION_LINUX } },
        { "a kernel started and another section",
          { ALSO(OSREL), ALSO(STUB_KERNEL) }, { 0 }, { OSREL, STUB_KERNEL } },
        { "a kernel started and another list of what may be",
          { ALSO(DBX), ALSO(STUB_KERNEL) }, { 0 }, { DBX, STUB_KERNEL } },
        { "an initrd, which the stub puts something behind",
          { ALSO(CMDLINE), ALSO(LINUX_INITRD) }, { LINUX_INITRD }, { CMDLINE } },
        { "an initrd of another image",
          { ALSO(IMAGE), ALSO(LINUX_INITRD) }, { LINUX_INITRD }, { IMAGE } },
        { "an initrd whose section differs is no consequence",
          { ALSO(SECTION_INITRD), ALSO(LINUX_INITRD) }, { 0 }, { SECTION_INITRD, LINUX_INITRD } },
        { "an initrd that nothing explains",
          { ALSO(EXIT), ALSO(LINUX_INITRD) }, { 0 }, { EXIT, LINUX_INITRD } },
    };

    learn("b1-uki252", as_recorded);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_row("b1-uki252", &rows[i]);

    /* Where firmware need not allow it, the stub starts the kernel and nobody measures that. */
    const row alone = { "a kernel that firmware does not start", { ALSO(DBX) },
                        { ASSAY_NO_EVENT }, { DBX } };
    const row missing = { "nor before", { ALSO(OSREL) }, { 0 },
                          { ASSAY_NO_EVENT, OSREL } };
    altered a;
    for (int i = 0; i < 2; i++) {
        open_alone(&a, "b1-uki252");
        expect_without(&a, STUB_KERNEL, i == 0 ? &alone : &missing);
        altered_free(&a);
    }
}

Test(reference_follows, who_vouches_for_an_image_follows_from_it)
{
    enum { DBX = 8, BY_DB = 22, IMAGE_SHIM = 24, MOK_LIST, TRUSTED = 28, BY_MOK, IMAGE_GRUB };
    static const row rows[] = {
        { "shim, by db", { ALSO(BY_DB), ALSO(IMAGE_SHIM) }, { BY_DB }, { IMAGE_SHIM } },
        { "shim, by another db",
          { ALSO(DBX), ALSO(BY_DB), ALSO(IMAGE_SHIM) }, { 0 }, { DBX, BY_DB, IMAGE_SHIM } },
        { "no image", { ALSO(BY_DB), ALSO(TIMEOUT) }, { 0 }, { BY_DB, TIMEOUT } },
        { "GRUB, by shim", { ALSO(BY_MOK), ALSO(IMAGE_GRUB) }, { BY_MOK }, { IMAGE_GRUB } },
        { "GRUB, by shim, and another command of GRUB's",
          { ALSO(BY_MOK), ALSO(IMAGE_GRUB), ALSO(TIMEOUT) }, { BY_MOK }, { IMAGE_GRUB, TIMEOUT } },
        { "shim itself isn't what shim vouches for",
          { ALSO(BY_MOK), ALSO(IMAGE_SHIM) }, { 0 }, { BY_MOK, IMAGE_SHIM } },
        { "GRUB, by another list of shim's",
          { ALSO(MOK_LIST), ALSO(BY_MOK), ALSO(IMAGE_GRUB) },
          { 0 }, { MOK_LIST, BY_MOK, IMAGE_GRUB } },
        { "GRUB, where shim trusts its list otherwise",
          { ALSO(TRUSTED), ALSO(BY_MOK), ALSO(IMAGE_GRUB) },
          { 0 }, { TRUSTED, BY_MOK, IMAGE_GRUB } },
    };

    learn(SHIM, as_recorded);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_row(SHIM, &rows[i]);
}
