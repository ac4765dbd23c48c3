/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/loader/grub: what recorded machines measured, menus, kernels and files. */
#include "tests/grubplay.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const char *const recorded[] = {
    "d1-shim-grub206-sb",    "d1s-shim-grub206-sb-second-boot", "d2-shim-grub212-sb-6.12",
    "d3-shim-grub206-sb-ovmf2025", "d5-shim-grub206-realcfg-sb", "g-d1-bootorder",
    "g-d1-cmdline",          "g-d1-dbx",                        "g-d1-grubcfg-command",
    "g-d1-kernel",           "g-d1-mok",
};

/* A partition table with an ESP and, where there are two, a partition of which no file is known. */
static assay_bytes partitions(size_t count)
{
    static uint8_t blocks[34 * 512];
    assay_writer out = assay_writer_lent(blocks, sizeof blocks);

    memset(blocks, 0, sizeof blocks);
    assay_put_zeros(&out, 512);
    assay_put_string(&out, "EFI PART");
    assay_put_zeros(&out, 64);
    assay_put_u64le(&out, 2);
    assay_put_u32le(&out, 128);
    assay_put_u32le(&out, 128);
    assay_put_zeros(&out, 512 - 88);
    assay_put_decoded(&out, ASSAY_LITERAL("28732ac11ff8d211ba4b00a0c93ec93b"));
    assay_put_zeros(&out, 112);
    if (count > 1)
        assay_put_decoded(&out, ASSAY_LITERAL("af3dc60f838472478e793d69d8477de4"));
    return assay_bytes_of(blocks, sizeof blocks);
}

Test(grub, measures_what_recorded_machines_did)
{
    for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
        played p;

        if (!played_open(&p, recorded[i]))
            cr_skip_test("no recorded boots here");
        p.scenario.disks[0].gpt = partitions(1);
        cr_expect_eq(played_start(&p, "EFI/BOOT/BOOTX64.EFI", ASSAY_NO_BYTES),
                     ASSAY_BOOT_STARTED);
        cr_expect_gt(played_compare(&p, "EFI/BOOT/BOOTX64.EFI"), 18, "%s", recorded[i]);
        played_free(&p);
    }
}

/* The digest covers the file, or the line, alone: sha256sum of "false\n" and of "false". */
Test(grub, hashes_lines_without_their_prefix_and_files_whole)
{
    played p;

    played_make(&p);
    played_add(&p, "EFI/debian/grub.cfg", ASSAY_LITERAL("false\n"));
    grub_play(&p, GRUB_206);
    cr_expect_str_eq(played_words(&p), "9:2ed27c14 8:fcbcf165");
    played_free(&p);
}

#define MENU                                                                                       \
    "menuentry A --id a {\n echo 1\n}\n"                                                           \
    "submenu 'S > T' --id s { menuentry B { echo 2; }\n menuentry C --id c { echo 3; } }\n"        \
    "menuentry D { echo 4; }\n"

/* What is run is what follows the last "setparams". */
static const char *started(const char *variables, const char *choice)
{
    static char text[4000];
    char config[2000];
    played p;

    snprintf(config, sizeof config, "%s\n%s", variables, MENU);
    played_make(&p);
    p.scenario.choice.grub = choice;
    played_add(&p, "EFI/debian/grub.cfg", assay_bytes_of_string(config));
    grub_play(&p, GRUB_206);
    const char *at = strstr(grub_lines(&p), "cmd setparams ");

    text[0] = '\0';
    for (; at != NULL; at = strstr(at + 1, "cmd setparams ")) {
        const char *const echo = strstr(at, "cmd echo ");

        strncat(text, at + 14, (size_t)(strchr(at, '\n') - at) - 14);
        strcat(text, ":");
        const char *const next = strstr(at + 14, "cmd setparams ");

        if (echo != NULL && (next == NULL || echo < next))
            strncat(text, echo + 9, 1);
        strcat(text, " ");
    }
    played_free(&p);
    return text;
}

Test(grub, starts_the_entry_that_default_names)
{
    cr_expect_str_eq(started("timeout=0", NULL), "A:1 ");
    cr_expect_str_eq(started("timeout=0\ndefault=2", NULL), "D:4 ");
    cr_expect_str_eq(started("timeout=5\ndefault=D", NULL), "D:4 ");
    cr_expect_str_eq(started("timeout=0\ndefault='1>1'", NULL), "S > T: C:3 ");
    cr_expect_str_eq(started("timeout=0\ndefault='s>c'", NULL), "S > T: C:3 ");
    cr_expect_str_eq(started("timeout=0\ndefault='S >> T>B'", NULL), "S > T: B:2 ");
    cr_expect_str_eq(started("timeout=0\ndefault=nothing", NULL), "A:1 ");
    cr_expect_str_eq(started("timeout=0\ndefault=7", NULL), "A:1 ");
}

/* lib/arg.c; "BOOT_IMAGE=... arg1" of a machine with Debian's 2.12 shows the same. */
Test(grub, tells_an_entrys_options_from_its_parameters)
{
    cr_expect_str_eq(started("timeout=0\nmenuentry Z --id z -- --a b { echo 5; }", NULL),
                     "Z --a b:5 ");
    cr_expect_str_eq(started("timeout=0\nmenuentry Z --nothing { echo 6; }", NULL), "A:1 ");
    cr_expect_str_eq(started("timeout=0\nmenuentry Z - { echo 7; }", NULL), "Z -:7 ");
}

static bool remarks_on(const played *p, const char *word)
{
    for (size_t i = 0; i < p->played->remark_count; i++)
        if (strstr(p->played->remarks[i].text, word) != NULL)
            return true;
    return false;
}

/* Debian's 2.06 resets the machine, as its console and OsIndications showed; 2.12 goes on. */
Test(grub, goes_to_the_firmwares_setup_where_it_cannot_be_asked)
{
    static const char *const sbats[] = { GRUB_206, GRUB_212 };

    for (size_t i = 0; i < 2; i++) {
        played p;

        played_make(&p);
        played_add(&p, "EFI/debian/grub.cfg", ASSAY_LITERAL("fwsetup --is-supported\necho on\n"));
        grub_play(&p, sbats[i]);
        cr_expect_eq(strstr(grub_lines(&p), "cmd echo on") != NULL, i == 1);
        cr_expect_eq(remarks_on(&p, "the firmware's setup"), i == 0);
        played_free(&p);
    }
}

Test(grub, falls_back_to_other_entries_by_number)
{
    cr_expect_str_eq(started("timeout=0\nfallback='2 0'", NULL), "A:1 D:4 A:1 ");
}

Test(grub, starts_what_a_person_chooses)
{
    cr_expect_str_eq(started("timeout=0\ndefault=2", "a"), "A:1 ");
    cr_expect_str_eq(started("", "1>1"), "S > T: C:3 ");
    cr_expect_str_eq(started("", "s>B"), "S > T: B:2 ");
    cr_expect_str_eq(started("", "nothing of the kind"), "");
}

Test(grub, opens_grub_cfg_twice_since_it_looks_for_it)
{
    played p;

    played_make(&p);
    played_add(&p, "EFI/debian/grub.cfg", ASSAY_LITERAL("true\n"));
    grub_play(&p, GRUB_212);
    cr_expect_str_eq(grub_lines(&p), "file (hd0)/EFI/debian/grub.cfg\n"
                                     "file (hd0)/EFI/debian/grub.cfg\ncmd true\n");
    played_free(&p);
}

/* Fedora's looks where its own image is first. */
Test(grub, prefers_the_folder_of_its_image)
{
    played p;

    played_make(&p);
    played_add(&p, "EFI/debian/grub.cfg", ASSAY_LITERAL("true\n"));
    played_add(&p, "EFI/BOOT/grub.cfg", ASSAY_LITERAL("false\n"));
    grub_play(&p, GRUB_RH);
    cr_expect_str_eq(grub_lines(&p), "file (hd0)/EFI/BOOT/grub.cfg\n"
                                     "file (hd0)/EFI/BOOT/grub.cfg\ncmd false\n");
    played_free(&p);
}

/* The order, and the doubled slash, are those of the log of a RHEL 9 machine. */
Test(grub, makes_a_menu_of_boot_loader_entries)
{
    played p;

    played_make(&p);
    played_add(&p, "EFI/debian/grub.cfg",
               ASSAY_LITERAL("timeout=0\nset kernelopts='ro quiet'\nblscfg\n"));
    played_add(&p, "loader/entries/m-0-rescue.conf",
               ASSAY_LITERAL("title Rescue\nlinux /vmlinuz-0\n"));
    played_add(&p, "loader/entries/m-5.14.0-9.conf",
               ASSAY_LITERAL("title Old\nlinux /vmlinuz-9\n"));
    played_add(&p, "loader/entries/m-5.14.0-183.conf",
               ASSAY_LITERAL("title New\nlinux /vmlinuz-183\noptions root=/dev/sda $kernelopts "
                             "debug\ninitrd /initrd-183\n"));
    grub_play(&p, GRUB_RH);
    cr_expect_str_eq(strstr(grub_lines(&p), "cmd blscfg"),
                     "cmd blscfg\n"
                     "file (hd0)/loader/entries//m-0-rescue.conf\n"
                     "file (hd0)/loader/entries//m-5.14.0-183.conf\n"
                     "file (hd0)/loader/entries//m-5.14.0-9.conf\n"
                     "cmd load_video\ncmd set gfxpayload=keep\ncmd insmod gzio\n"
                     "cmd linux (hd0)/vmlinuz-183 root=/dev/sda ro quiet debug\n"
                     "cmd initrd (hd0)/initrd-183\n");
    played_free(&p);
}

/* As Ubuntu's logs have it: a new prefix makes GRUB read the lists below it; -s opens the file. */
Test(grub, measures_whatever_is_opened)
{
    played p;

    played_make(&p);
    played_add(&p, "EFI/debian/grub.cfg",
               ASSAY_LITERAL("set prefix=/grub\n[ -s $prefix/grubenv ]\nload_env\n[ -e /grub ]\n"
                             "set locale_dir=$prefix/locale\nset lang=de_DE\nloadfont /f.pf2\n"
                             "echo $x\n"));
    played_add(&p, "grub/x86_64-efi/command.lst", ASSAY_LITERAL("a: b\n"));
    played_add(&p, "grub/x86_64-efi/terminal.lst", ASSAY_LITERAL("a: b\n"));
    played_add(&p, "grub/grubenv", ASSAY_LITERAL("# GRUB Environment Block\nx=y\n###"));
    played_add(&p, "grub/locale/de.mo", ASSAY_LITERAL("x"));
    played_add(&p, "f.pf2", ASSAY_LITERAL("x"));
    grub_play(&p, GRUB_206);
    cr_expect_str_eq(grub_lines(&p),
                     "file (hd0)/EFI/debian/grub.cfg\ncmd set prefix=/grub\n"
                     "file /grub/x86_64-efi/command.lst\nfile /grub/x86_64-efi/terminal.lst\n"
                     "cmd [ -s /grub/grubenv ]\nfile /grub/grubenv\ncmd load_env\n"
                     "file /grub/grubenv\ncmd [ -e /grub ]\ncmd set locale_dir=/grub/locale\n"
                     "cmd set lang=de_DE\nfile /grub/locale/de.mo\ncmd loadfont /f.pf2\n"
                     "file /f.pf2\ncmd echo y\n");
    played_free(&p);
}

/* As a machine with Debian's 2.12, without a display, measured it. */
Test(grub, measures_what_is_shown_or_listed)
{
    played p;

    played_make(&p);
    played_add(&p, "EFI/debian/grub.cfg",
               ASSAY_LITERAL("cat /a/x\ncat /a/none\nls /a\nls -l /a\nls /a/x\n"
                             "background_image /a/x\necho $?\n"));
    played_add(&p, "a/x", ASSAY_LITERAL("1"));
    played_add(&p, "a/y", ASSAY_LITERAL("2"));
    played_add(&p, "a/.z", ASSAY_LITERAL("3"));
    played_add(&p, "a/b/x", ASSAY_LITERAL("4"));
    grub_play(&p, GRUB_206);
    cr_expect_str_eq(grub_lines(&p),
                     "file (hd0)/EFI/debian/grub.cfg\n"
                     "cmd cat /a/x\nfile /a/x\ncmd cat /a/none\ncmd ls /a\n"
                     "cmd ls -l /a\nfile /a/x\nfile /a/y\ncmd ls /a/x\nfile /a/x\n"
                     "cmd background_image /a/x\ncmd echo 5\n");
    played_free(&p);
}

/* eval is in no image of Debian's, where "eval "set evaled=1"" came to nothing. */
Test(grub, knows_only_commands_whose_modules_are_there)
{
    static const struct {
        const char *sbat, *expected;
        bool on_disk;
    } cases[] = {
        { GRUB_206, "cmd eval set x=1\ncmd set x=1\ncmd echo 1\n", false },
        { GRUB_212, "cmd eval set x=1\ncmd echo\n", false },
        { GRUB_212, "cmd eval set x=1\ncmd set x=1\ncmd echo 1\n", true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        played p;

        played_make(&p);
        played_add(&p, "EFI/debian/grub.cfg", ASSAY_LITERAL("eval set x=1\necho $x\n"));
        if (cases[i].on_disk)
            played_add(&p, "EFI/debian/x86_64-efi/eval.mod", ASSAY_LITERAL("1"));
        grub_play(&p, cases[i].sbat);
        cr_expect_str_eq(strstr(grub_lines(&p), "cmd "), cases[i].expected, "%zu", i);
        played_free(&p);
    }
}

/* "for f in /boot/vmlinuz*", "set k=/boot/vmlin?z; echo $k "$k"" of the same machine; where the image
 * has no module regexp, words stay. */
Test(grub, takes_wildcards_for_files)
{
    static const struct {
        const char *sbat, *expected;
    } cases[] = {
        { GRUB_212, "cmd set k=/b/v?\ncmd echo /b/v1 /b/v? /b/v* /b/i.img (hd0)/b/v1 /b/no* b/v*\n"
                    "cmd echo /b/i.img /b/v1\n" },
        { GRUB_206, "cmd set k=/b/v?\ncmd echo /b/v? /b/v? /b/v* /b/*.img (hd0)/b/v* /b/no* b/v*\n"
                    "cmd echo /b/*\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        played p;

        played_make(&p);
        played_add(&p, "EFI/debian/grub.cfg",
                   ASSAY_LITERAL("set k=/b/v?\necho $k \"$k\" /b/v\\* /b/*.img (hd0)/b/v* /b/no* "
                                 "b/v*\necho /b/*\n"));
        played_add(&p, "b/v1", ASSAY_LITERAL("1"));
        played_add(&p, "b/i.img", ASSAY_LITERAL("2"));
        grub_play(&p, cases[i].sbat);
        const char *const at = strstr(grub_lines(&p), "cmd ");

        cr_expect_str_eq(at, cases[i].expected);
        played_free(&p);
    }
}

/* A machine with a virtio disk in slot 1 and a SATA disk calls the first one hd1. Of disks of one
 * kind the lower slot comes first; NVMe (subtype 23) after SATA (18). */
Test(grub, numbers_disks_by_their_device_paths)
{
    static const struct {
        assay_scenario_disk first, second;
        const char *name;
    } cases[] = {
        { { .bus = ASSAY_DISK_VIRTIO, .pci_device = 1, .bootindex = -1 },
          { .bus = ASSAY_DISK_SATA, .pci_device = 31, .pci_function = 2, .bootindex = -1 },
          "file (hd1)/" },
        { { .bus = ASSAY_DISK_VIRTIO, .pci_device = 1, .bootindex = 1 },
          { .bus = ASSAY_DISK_SATA, .pci_device = 31, .pci_function = 2, .bootindex = -1 },
          "file (hd0)/" },
        { { .bus = ASSAY_DISK_VIRTIO, .pci_device = 5, .bootindex = -1 },
          { .bus = ASSAY_DISK_VIRTIO, .pci_device = 2, .bootindex = -1 },
          "file (hd1)/" },
        { { .bus = ASSAY_DISK_VIRTIO, .pci_device = 1, .bootindex = -1 },
          { .bus = ASSAY_DISK_VIRTIO, .pci_device = 2, .bootindex = -1 },
          "file (hd0)/" },
        { { .bus = ASSAY_DISK_NVME, .pci_device = 1, .bootindex = -1 },
          { .bus = ASSAY_DISK_SATA, .port = 3, .bootindex = -1 },
          "file (hd1)/" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        played p;

        played_make(&p);
        assay_tree *const esp = p.scenario.disks[0].esp;
        p.scenario.disks[0] = cases[i].first;
        p.scenario.disks[0].esp = esp;
        p.scenario.disks[1] = cases[i].second;
        p.scenario.disk_count = 2;
        played_add(&p, "EFI/debian/grub.cfg", ASSAY_LITERAL("true\n"));
        grub_play(&p, GRUB_206);
        cr_expect_eq(strncmp(grub_lines(&p), cases[i].name, strlen(cases[i].name)), 0, "%zu: %s",
                     i, grub_lines(&p));
        played_free(&p);
    }
}

Test(grub, says_where_a_volume_is_not_known)
{
    played p;

    played_make(&p);
    p.scenario.disks[0].gpt = partitions(2);
    played_add(&p, "EFI/debian/grub.cfg",
               ASSAY_LITERAL("set root=hd0,gpt2\nconfigfile ($root)/grub.cfg\necho never\n"));
    grub_play(&p, GRUB_206);
    cr_expect_str_eq(grub_lines(&p), "file (hd0,gpt1)/EFI/debian/grub.cfg\n"
                                     "cmd set root=hd0,gpt2\n"
                                     "cmd configfile (hd0,gpt2)/grub.cfg\n"
                                     "file (hd0,gpt2)/grub.cfg\n");
    cr_expect_eq(p.played->events[p.played->count - 1].origin, ASSAY_PREDICTED_UNKNOWN);
    cr_expect(remarks_on(&p, "what follows is not predicted"));
    played_free(&p);
}

Test(grub, ends_where_a_script_does_not)
{
    static const char *const endless[] = {
        "while true; do true; done\n",
        "until false; do true; done\n",
        "function f {\n f\n}\nf\n",
        "source /EFI/debian/grub.cfg\n",
        "menuentry a { configfile /EFI/debian/grub.cfg }\ntimeout=0\n",
        "eval 'eval \"$x\"'\nx='eval $x'\neval $x\n",
    };

    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        played p;

        played_make(&p);
        played_add(&p, "EFI/debian/grub.cfg", assay_bytes_of_string(endless[i]));
        grub_play(&p, GRUB_206);
        cr_expect_eq(p.boot.status, 0, "%s", p.error.what);
        cr_expect(remarks_on(&p, "without end"), "%s", endless[i]);
        played_free(&p);
    }
}

/* The data of the only image's event. */
static bool image_event_ends_with(const played *p, const char *hex)
{
    uint8_t room[100];
    assay_writer end = assay_writer_lent(room, sizeof room);

    assay_put_decoded(&end, assay_bytes_of_string(hex));
    for (size_t i = 0; i < p->played->count; i++) {
        const assay_event *const event = &p->played->events[i].event;

        if (event->pcr_index == 4 && event->data.size >= end.used)
            return memcmp(event->data.data + event->data.size - end.used, room, end.used) == 0;
    }
    return false;
}

/* systemd-stub measures into PCR 12 what it was passed, so the unified kernel image tells. The digest
 * is sha256sum's of "two  words 9" in UTF-16 with its NUL: one blank between words. GRUB's path of
 * the image has a node for its folder, here without a name, and one for "uki.efi" (make_file_path in
 * grub-core/loader/efi/chainloader.c). */
Test(grub, a_chained_image_has_its_words_as_load_options)
{
    const made_section sections[] = {
        { .name = ".sdmagic", .content = "#### LoaderInfo: systemd-stub 252.39 ####" },
        { .name = ".linux", .content = "no image" },
    };
    uint8_t image[0x2000];
    played p;

    played_make(&p);
    played_add(&p, "EFI/debian/grub.cfg",
               ASSAY_LITERAL("chainloader /uki.efi 'two  words' 9\nboot\n"));
    played_add(&p, "uki.efi", made_pe(image, sizeof image, sections, 2));
    grub_play(&p, GRUB_206);
    cr_expect(strstr(played_words(&p), " 12:401b02e5") != NULL, "%s", played_words(&p));
    cr_expect(image_event_ends_with(&p, "0404060000000404140075006b0069002e006500"
                                        "6600690000007fff0400"));
    played_free(&p);
}
