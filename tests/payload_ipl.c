/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/payload/ipl.h: which boot loader wrote an EV_IPL, and what it means. */
#include "tests/payload_seen.h"

static const struct {
    uint32_t pcr;
    const char *data;
    size_t size;
    enum assay_ipl_kind kind;
    const char *summary;
} rows[] = {
    { 8, DATA("grub_cmd: [  ]\0"), ASSAY_IPL_GRUB_COMMAND, "grub command: [  ]" },
    { 8, DATA("grub_cmd: \0"), ASSAY_IPL_GRUB_COMMAND, "grub command: " },
    { 8, DATA("kernel_cmdline: /vmlinuz ro\0"), ASSAY_IPL_KERNEL_CMDLINE,
      "kernel command line: /vmlinuz ro" },
    { 8, DATA("module_cmdline: /tboot.gz logging=serial\0"), ASSAY_IPL_MODULE_CMDLINE,
      "module command line: /tboot.gz logging=serial" },
    /* GRUB 2.02 of Red Hat; one copy of it logs a byte behind the NUL. */
    { 8, DATA("grub_cmd set pager=1\0"), ASSAY_IPL_GRUB_COMMAND, "grub command: set pager=1" },
    { 3, DATA("grub_cmd [  ]\0`"), ASSAY_IPL_GRUB_COMMAND, "grub command: [  ]" },
    { 8, DATA("grub_kernel_cmdline (hd0)/vmlinuz\0"), ASSAY_IPL_KERNEL_CMDLINE,
      "kernel command line: (hd0)/vmlinuz" },
    { 9, DATA("grub_linuxefi Kernel\0"), ASSAY_IPL_GRUB_FILE, "grub file: Kernel" },
    { 9, DATA("grub_initrd Initrd\0"), ASSAY_IPL_GRUB_FILE, "grub file: Initrd" },
    { 9, DATA("(hd0,gpt1)/EFI/debian/grub.cfg\0"), ASSAY_IPL_FILE,
      "file: (hd0,gpt1)/EFI/debian/grub.cfg" },
    { 9, DATA("/boot/vmlinuz-\xc3\xa4\0"), ASSAY_IPL_FILE, "file: /boot/vmlinuz-\xc3\xa4" },
    { 14, DATA("MokList\0"), ASSAY_IPL_SHIM, "shim variable: MokList" },
    /* shim before 15 logs a byte of whatever lies behind. */
    { 14, DATA("MokListX\0\xaf"), ASSAY_IPL_SHIM, "shim variable: MokListX" },
    { 14, DATA("MokListTrusted\0"), ASSAY_IPL_SHIM, "shim variable: MokListTrusted" },
    { 11, DATA(".\0l\0i\0n\0u\0x\0\0\0"), ASSAY_IPL_SECTION, "section: .linux" },
    { 11, DATA(".linux\0"), ASSAY_IPL_SECTION, "section: .linux" },
    { 12, DATA(".\0l\0i\0n\0u\0x\0\0\0"), ASSAY_IPL_OPTIONS, "load options: .linux" },
    { 12, DATA("q\0u\0i\0e\0t\0\0\0"), ASSAY_IPL_OPTIONS, "load options: quiet" },
    /* systemd before 251 counts a byte less than its string has. */
    { 8, DATA("q\0u\0i\0e\0t\0\0"), ASSAY_IPL_OPTIONS, "load options: quiet" },
    { 12, DATA("C\0r\0e\0d\0e\0n\0t\0i\0a\0l\0s\0 \0i\0n\0i\0t\0r\0d\0\0\0"), ASSAY_IPL_INITRD,
      "initrd: Credentials initrd" },
    /* lanzaboote's stub */
    { 12, DATA("Credentials initrd\0"), ASSAY_IPL_INITRD, "initrd: Credentials initrd" },
    { 13, DATA("Global system extension initrd\0"), ASSAY_IPL_INITRD,
      "initrd: Global system extension initrd" },
    { 4, DATA("MBR"), ASSAY_IPL_TEXT, "text: MBR" },
    { 4, DATA("IPL code"), ASSAY_IPL_TEXT, "text: IPL code" },
    { 4, DATA(""), ASSAY_IPL_EMPTY, "empty" },
};

Test(payload_ipl, each_program_by_its_manner)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct seen seen = see(rows[i].pcr, EV_IPL, rows[i].data, rows[i].size);

        cr_assert_eq(seen.payload.kind, ASSAY_PAYLOAD_IPL, "row %zu", i);
        cr_expect_eq(seen.payload.ipl.kind, rows[i].kind, "row %zu is %s", i,
                     assay_ipl_kind_name(seen.payload.ipl.kind));
        cr_expect_str_eq(seen.summary, rows[i].summary);
    }
}

Test(payload_ipl, json_says_the_kind_and_the_text_in_utf8)
{
    cr_expect_str_eq(see(8, EV_IPL, DATA("grub_cmd: a\0")).json,
                     "{\"kind\":\"grub command\",\"text\":\"a\"}\n");
    cr_expect_str_eq(see(12, EV_IPL, DATA("\xe4\0=\0001\0\0\0")).json,
                     "{\"kind\":\"load options\",\"text\":\"\xc3\xa4=1\"}\n");
    cr_expect_str_eq(see(4, EV_IPL, DATA("")).json, "{\"kind\":\"empty\",\"text\":\"\"}\n");
}

static const struct {
    const char *why;
    const char *data;
    size_t size;
} opaque[] = {
    { "code of a master boot record", DATA("\xeb\x63\x90\0\0\0\0\0") },
    { "a NUL alone", DATA("\0") },
    { "control characters", DATA("MBR\x1b[2J") },
    { "UTF-16 with text behind its NUL", DATA("a\0b\0\0\0c\0") },
    { "UTF-16 with a control character", DATA("a\0\x07\0b\0\0\0") },
};

Test(payload_ipl, binary_stays_opaque)
{
    for (size_t i = 0; i < sizeof opaque / sizeof *opaque; i++)
        cr_expect_eq(see(4, EV_IPL, opaque[i].data, opaque[i].size).payload.kind,
                     ASSAY_PAYLOAD_OPAQUE, "%s", opaque[i].why);
}
