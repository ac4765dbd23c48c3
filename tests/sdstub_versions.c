/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/loader/sdstub.h: what the stub's versions do with the same image and the same files beside
 * it, as src/boot/efi/stub.c and src/boot/stub.c of these versions have it. The digests were made
 * with Python's hashlib, and its archives with a few lines after buffer-format.rst.
 */
#include "tests/madepe.h"
#include "tests/played.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const struct {
    const char *digest, *name;
} known[] = {
    { "0da293e3", ".linux" },     { "3fb9e4e3", ".osrel" },       { "461203a8", ".cmdline" },
    { "15ee37e7", ".initrd" },    { "454c046a", ".ucode" },       { "da7a6d94", ".uname" },
    { "ff552fd2", ".sbat" },      { "11c1e95d", "osrel" },        { "533484f2", "cmdline" },
    { "a83dd0cc", "initrd" },     { "08f27188", "ucode" },        { "e4d86b82", "uname" },
    { "180e58d2", "sbat" },       { "0ab67718", "G" },            { "daaf62de", "A" },
    { "cc814d1c", "G-A" },        { "3f39d5c3", "tree" },         { "8ce86a6a", "more-initrd" },
    { "a25513c7", "more-ucode" }, { "d4ee0d2f", "cred" },         { "faee7c74", "global-cred" },
    { "c15c98ec", "both-raw" },   { "afdb06be", "sysext" },       { "1cd9721a", "global-sysext" },
    { "7b56118e", "confext" },    { "0e19c423", "global-confext" }, { "7272e488", "initrd252" },
    { "4c005dc3", "initrd256" },  { "f4648dfc", "initrd257" },    { "a03f0bae", "initrd260" },
    { "69e1edf6", "'C-c'" },      { "fb3b5f46", "'C-c-G-A'" },    { "9a22dcbb", "'-C-c'" },
    { "066551d1", "'-C-c-G-A'" }, { "fba0c364", "G--A" },
    { "6213f3ef", "'C-c-G--A'" },  { "d8043d6b", "exit" },         { "b54f7542", "exited" },
};

static const char *name_of(const char *digest)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(digest, known[i].digest, 8) == 0)
            return known[i].name;
    return "?"; /* an image, or the kernel */
}

/* "11:.linux 11:? ..." */
static const char *named_words(played *p)
{
    static char text[2000];
    char words[2000];
    size_t used = 0;

    snprintf(words, sizeof words, "%s", played_words(p));
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
        char *const digest = strchr(word, ':') + 1;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%.*s%s", used > 0 ? " " : "",
                                 (int)(digest - word), word, name_of(digest));
    }
    return text;
}

enum { IMAGE = 16384 };

static void add_image(played *p, const char *path, const made_section *sections, size_t count)
{
    uint8_t buffer[IMAGE];

    played_add(p, path, assay_boot_keep(&p->boot, made_pe(buffer, sizeof buffer, sections, count)));
}

static void add_files(played *p)
{
    const made_section global[] = {
        { .name = ".cmdline", .content = "G " },
        { .name = ".dtb", .content = "D" },
        { .name = ".initrd", .content = "N" },
        { .name = ".ucode", .content = "U" },
    };
    const made_section own[] = { { .name = ".cmdline", .content = "A" },
                                 { .name = ".uname", .content = "6.1" } };
    const made_section other[] = { { .name = ".cmdline", .content = "B" },
                                   { .name = ".uname", .content = "6.13" } };

    add_image(p, "loader/addons/g.addon.efi", global, 4);
    add_image(p, "EFI/Linux/x.efi.extra.d/a.ADDON.EFI", own, 2);
    add_image(p, "EFI/Linux/x.efi.extra.d/b.addon.efi", other, 2);
    played_add(p, "EFI/Linux/x.efi.extra.d/n.cred", ASSAY_LITERAL("S"));
    played_add(p, "EFI/Linux/x.efi.extra.d/.hidden.cred", ASSAY_LITERAL("S"));
    played_add(p, "EFI/Linux/x.efi.extra.d/e.raw", ASSAY_LITERAL("E"));
    played_add(p, "EFI/Linux/x.efi.extra.d/c.confext.raw", ASSAY_LITERAL("F"));
    played_add(p, "loader/credentials/z.cred", ASSAY_LITERAL("Z"));
    played_add(p, "loader/extensions/q.raw", ASSAY_LITERAL("Q"));
    played_add(p, "loader/extensions/w.confext.raw", ASSAY_LITERAL("W"));
}

/* The UKI of a version of the stub, its kernel a PE image with a banner. */
static void add_uki(played *p, const char *version)
{
    const made_section banner = { .name = ".text", .content = "Linux version 6.12.1 (rig)" };
    uint8_t kernel[2048];
    char magic[64];
    const made_section sections[] = {
        { .name = ".sdmagic", .content = magic },
        { .name = ".sbat", .content = "sbat" },
        { .name = ".osrel", .content = "ID=a\n" },
        { .name = ".cmdline", .content = " C\tc " },
        { .name = ".ucode", .content = "M" },
        { .name = ".uname", .content = "6.12" },
        { .name = ".pcrsig", .content = "{}" },
        { .name = ".initrd", .content = "I" },
        { .name = ".linux", .bytes = made_pe(kernel, sizeof kernel, &banner, 1) },
    };

    snprintf(magic, sizeof magic, "#### LoaderInfo: systemd-stub %s ####", version);
    add_image(p, "EFI/Linux/x.efi", sections, sizeof sections / sizeof *sections);
}

#define FIRST " 11:.linux 11:? 11:.osrel 11:osrel 11:.cmdline 11:cmdline 11:.initrd 11:initrd"
#define SINCE_254 FIRST " 11:.uname 11:uname 11:.sbat 11:sbat"
#define SINCE_256 FIRST " 11:.ucode 11:ucode 11:.uname 11:uname 11:.sbat 11:sbat"
#define EXIT " 5:exit 5:exited"

/* The UKI's own image first; three addons are loaded, one of them is of no use. The first has a
 * blank too many, which 257 takes off before it joins them: so did the TPM of a machine with two.
 */
static const struct {
    const char *version, *expected;
} cases[] = {
    { "252.39-1~deb12u2", "4:?" FIRST " 12:cred 12:global-cred 13:both-raw"
                          " 4:? 9:'-C-c' 9:initrd252" EXIT },
    { "253", "4:?" FIRST " 12:cred 12:global-cred 13:both-raw 4:? 9:'-C-c' 9:initrd252" EXIT },
    { "254.19", "4:?" SINCE_254 " 4:? 12:G 4:? 4:? 12:A 12:cred 12:global-cred 13:both-raw"
                " 4:? 9:'-C-c-G-A' 9:initrd252" EXIT },
    { "255.13-1", "4:? 4:? 4:? 4:?" SINCE_254 " 12:G--A 12:cred 12:global-cred 13:both-raw 12:tree"
                  " 4:? 9:'C-c-G--A' 9:initrd252" EXIT },
    { "256~rc4", "4:? 4:? 4:? 4:?" SINCE_256 " 12:G--A 12:cred 12:global-cred 13:sysext 12:confext"
                 " 12:tree 4:? 9:'C-c-G--A' 9:initrd256" EXIT },
    { "257.13-1~deb13u1", "4:?" SINCE_256 " 4:? 4:? 4:? 12:G-A 12:tree 12:cred 12:global-cred"
                          " 13:sysext 12:confext 12:more-ucode 12:more-initrd"
                          " 4:? 9:'C-c-G-A' 9:initrd257" EXIT },
    { "258", "4:?" SINCE_256 " 4:? 4:? 4:? 12:G-A 12:tree 12:cred 12:global-cred 13:sysext"
             " 12:confext 12:more-ucode 12:more-initrd 9:'C-c-G-A' 9:initrd257" EXIT },
    { "260.1", "4:?" SINCE_256 " 4:? 4:? 4:? 12:G-A 12:tree 12:cred 12:global-cred 13:sysext"
               " 13:global-sysext 12:confext 12:global-confext 12:more-ucode 12:more-initrd"
               " 9:'C-c-G-A' 9:initrd260" EXIT },
};

Test(sdstub_versions, do_as_their_source_says)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        played p;

        played_make(&p);
        add_files(&p);
        add_uki(&p, cases[i].version);
        cr_expect_eq(played_start(&p, "EFI/Linux/x.efi", ASSAY_NO_BYTES), ASSAY_BOOT_STARTED);
        cr_expect_str_eq(named_words(&p), cases[i].expected, "%s:\n%s\n%s", cases[i].version,
                         named_words(&p), cases[i].expected);
        played_free(&p);
    }
}

/* tests/rig/pcrs.c is such a kernel: its machine's PCR 9 was never extended,
 * nor PCR 5 at an exit. */
Test(sdstub_versions, a_kernel_that_is_no_Linux_is_started_and_no_more_is_known)
{
    const made_section code = { .name = ".text", .content = "no kernel's banner" };
    uint8_t kernel[2048];
    const made_section sections[] = {
        { .name = ".sdmagic", .content = "#### LoaderInfo: systemd-stub 252.39 ####" },
        { .name = ".osrel", .content = "ID=a\n" },
        { .name = ".linux", .bytes = made_pe(kernel, sizeof kernel, &code, 1) },
    };
    played p;

    played_make(&p);
    add_image(&p, "EFI/Linux/x.efi", sections, 3);
    cr_expect_eq(played_start(&p, "EFI/Linux/x.efi", ASSAY_NO_BYTES), ASSAY_BOOT_LOST);
    cr_expect_str_eq(named_words(&p), "4:? 11:.linux 11:? 11:.osrel 11:osrel 4:?", "%s",
                     named_words(&p));
    played_free(&p);
}

/* What the words of a start are from PCR 12 on, for load options. */
static const char *words_with(const char *version, bool secure, const char *options)
{
    static char text[400];
    played p;

    played_make(&p);
    add_uki(&p, version);
    p.boot.secure_boot = secure;
    played_start(&p, "EFI/Linux/x.efi",
                 assay_boot_utf16(&p.boot, assay_bytes_of_string(options), true));
    const char *const words = played_words(&p);
    const char *const found = strstr(words, " 12:");
    snprintf(text, sizeof text, "%.12s", found != NULL ? found + 1 : "none");
    played_free(&p);
    return text;
}

/* sha256 of the text in UTF-16 with its NUL: "quiet" 2d7d7381, "" 96a296d2. */
Test(sdstub_versions, load_options_take_the_place_of_the_command_line)
{
    cr_expect_str_eq(words_with("252", false, "quiet"), "12:2d7d7381 ");
    cr_expect_str_eq(words_with("257", false, " quiet "), "12:2d7d7381 ");
    cr_expect_str_eq(words_with("252", true, "quiet"), "none");
    cr_expect_str_eq(words_with("257", true, "quiet"), "none");
    /* control characters are no options: one at the beginning, since 257 one anywhere */
    cr_expect_str_eq(words_with("252", false, "\001quiet"), "none");
    cr_expect_str_eq(words_with("252", false, "quiet\n"), "12:2d7d7381 ");
    cr_expect_str_eq(words_with("257", false, "quiet\n"), "none");
    cr_expect_str_eq(words_with("252", false, " "), "12:96a296d2 ");
    cr_expect_str_eq(words_with("257", false, " "), "none");
    /* the shell hands over its line */
    cr_expect_str_eq(words_with("257", false, "fs0:\\EFI\\Linux\\X.EFI quiet"), "12:2d7d7381 ");
    cr_expect_str_eq(words_with("257", false, "fs0:\\EFI\\Linux\\x.efi"), "none");
}

Test(sdstub_versions, a_profile_that_is_not_there_is_not_started)
{
    played p;

    played_make(&p);
    add_uki(&p, "257");
    cr_expect_eq(played_start(&p, "EFI/Linux/x.efi",
                              assay_boot_utf16(&p.boot, ASSAY_LITERAL("@1"), true)),
                 ASSAY_BOOT_RETURNED);
    cr_expect_eq(p.played->count, 1);
    played_free(&p);
}
