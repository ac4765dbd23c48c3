/* SPDX-License-Identifier: BSD-2-Clause */
/* Command lines in the encodings that programs hash, and files of which all bytes are hashed. */
#include "cli/measure.h"
#include "eventlog/payload/tagged.h"

enum {
    PCR_CONFIG = 1,
    PCR_LOADER = 5,
    PCR_COMMANDS = 8,
    PCR_FILES = 9,
    PCR_UKI = 11,
    PCR_STUB = 12
};

/* The text, without the new line that an editor leaves at the end of a file. */
static assay_bytes text_of(const cli_measured *m)
{
    assay_bytes text = m->file.bytes;

    if (text.size > 0 && text.data[text.size - 1] == '\n')
        text.size--;
    return text;
}

/* "kernel_cmdline: TEXT", as grub-core/lib/cmdline.c and commands/tpm.c of GRUB do it. */
static void add_grub(cli_measured *m, assay_bytes text)
{
    static const assay_bytes prefix = ASSAY_LITERAL("kernel_cmdline: ");
    uint8_t *const room = cli_measured_room(m, prefix.size + text.size + 1);
    assay_writer data = assay_writer_lent(room, room != NULL ? prefix.size + text.size + 1 : 0);

    assay_put(&data, prefix);
    assay_put(&data, text);
    assay_put_u8(&data, 0);
    cli_measured_add_main(m, PCR_COMMANDS, EV_IPL,
                          "by GRUB, where the text begins with the kernel's name: all words of the "
                          "command 'linux'",
                          assay_written(&data));
}

/* drivers/firmware/efi/libstub/efi-stub-helper.c of Linux hashes LoadOptions as handed over. */
static void add_options(cli_measured *m, const char *of, const char *when, assay_bytes options)
{
    cli_measured_add_bytes(
        m,
        &(cli_measured_event){ .pcr = PCR_FILES,
                               .type = EV_EVENT_TAG,
                               .of = of,
                               .when = when,
                               .data =
                                   cli_measured_tag(m, ASSAY_TAG_LINUX_LOAD_OPTIONS,
                                                    ASSAY_LITERAL("LOADED_IMAGE::LoadOptions\0")) },
        options);
}

static void add_stub(cli_measured *m, assay_bytes text)
{
    add_options(m, "UTF-16 with NUL",
                "by Linux's EFI stub, where systemd-boot, systemd-stub, the shell or a boot option "
                "hands the text over",
                cli_measured_utf16(m, "", text, true));
    add_options(m, "UTF-16 without NUL", "the same, where its boot option has no NUL",
                cli_measured_utf16(m, "", text, false));
    add_options(m, "\"BOOT_IMAGE=\" and it in UTF-16 without NUL",
                "the same after GRUB 2.12, where the text begins with the kernel's name",
                cli_measured_utf16(m, "BOOT_IMAGE=", text, false));
}

/* src/boot/measure.c of systemd, up to 252 and after it: tpm_log_load_options. */
static void add_systemd(cli_measured *m, assay_bytes text)
{
    static const assay_bytes name = ASSAY_LITERAL(".cmdline\0");
    const assay_bytes wide = cli_measured_utf16(m, "", text, true);

    cli_measured_add_bytes(m,
                           &(cli_measured_event){ .pcr = PCR_STUB,
                                                  .type = EV_IPL,
                                                  .of = "UTF-16 with NUL",
                                                  .when = "by systemd-boot, with the entry's "
                                                          "\"initrd=...\" in front in the text; by "
                                                          "systemd-stub, where it is handed over",
                                                  .data = wide },
                           wide);
    cli_measured_add_bytes(m,
                           &(cli_measured_event){ .pcr = PCR_UKI,
                                                  .type = EV_IPL,
                                                  .of = ".cmdline's name and NUL",
                                                  .when = "by systemd-stub, before that section",
                                                  .data = cli_measured_utf16(m, ".cmdline",
                                                                             ASSAY_NO_BYTES, true),
                                                  .minor = true },
                           name);
    cli_measured_add_bytes(
        m,
        &(cli_measured_event){ .pcr = PCR_UKI,
                               .type = EV_IPL,
                               .of = "it as it is",
                               .when = "by systemd-stub, as a section .cmdline, behind "
                                       "its name and NUL",
                               .data = cli_measured_utf16(m, ".cmdline", ASSAY_NO_BYTES, true) },
        m->file.bytes);
}

int cli_measure_cmdline(cli_measured *m, assay_error *error)
{
    const assay_bytes text = text_of(m);

    if (text.size > (size_t)64 * 1024)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "no command line has more than 64 KiB");
    cli_measured_digest(m, text);
    add_grub(m, text);
    add_stub(m, text);
    add_systemd(m, text);
    return cli_measured_status(m, error);
}

static bool ends_with(const char *name, const char *end)
{
    const size_t size = name != NULL ? strlen(name) : 0;

    return size >= strlen(end) && strcmp(name + size - strlen(end), end) == 0;
}

bool cli_is_grub_config(assay_bytes bytes, const char *name)
{
    (void)bytes;
    return ends_with(name, "grub.cfg") || ends_with(name, "grubenv");
}

int cli_measure_grub_config(cli_measured *m, assay_error *error)
{
    cli_measured_digest(m, m->file.bytes);
    cli_measured_add_main(m, PCR_FILES, EV_IPL,
                          "by GRUB, once for each time it reads the file; the event is the file's "
                          "name as the command says it. The commands in it go to PCR 8",
                          ASSAY_NO_BYTES);
    return cli_measured_status(m, error);
}

bool cli_is_loader_config(assay_bytes bytes, const char *name)
{
    (void)bytes;
    return ends_with(name, "loader.conf");
}

int cli_measure_loader_config(cli_measured *m, assay_error *error)
{
    cli_measured_digest(m, m->file.bytes);
    cli_measured_add_main(m, PCR_LOADER, EV_EVENT_TAG, "by systemd-boot since version 255",
                          cli_measured_tag(m, ASSAY_TAG_SYSTEMD_LOADER_CONF,
                                           cli_measured_utf16(m, "loader.conf", ASSAY_NO_BYTES,
                                                              true)));
    return cli_measured_status(m, error);
}

/* ACPI 6.5 section 5.2.6: signature, length, revision, and a checksum that makes all bytes 0. */
static bool is_table(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);
    const assay_bytes signature = assay_take(&c, 4);
    const uint32_t length = assay_take_u32le(&c);
    uint8_t sum = 0;

    for (size_t i = 0; i < signature.size; i++)
        if (signature.data[i] < 'A' || signature.data[i] > 'Z')
            return false;
    if (assay_bytes_start_with(signature, ASSAY_LITERAL("FACS")))
        return length == 64 && bytes.size >= 64;
    if (c.failed || length < 36 || length > bytes.size)
        return false;
    for (size_t i = 0; i < length; i++)
        sum = (uint8_t)(sum + bytes.data[i]);
    return sum == 0;
}

bool cli_is_acpi(assay_bytes bytes, const char *name)
{
    (void)name;
    return assay_bytes_start_with(bytes, ASSAY_LITERAL("RSD PTR ")) || is_table(bytes);
}

int cli_measure_acpi(cli_measured *m, assay_error *error)
{
    cli_measured_digest(m, m->file.bytes);
    cli_measured_add_main(m, PCR_CONFIG, EV_PLATFORM_CONFIG_FLAGS,
                          "by OVMF since 2023, of a file that QEMU hands over by fw_cfg: "
                          "etc/table-loader, etc/acpi/rsdp, etc/acpi/tables, etc/tpm/log",
                          ASSAY_LITERAL("ACPI DATA"));
    return cli_measured_status(m, error);
}
