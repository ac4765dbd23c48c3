/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is no log and is often taken for one is called by its name. The marks are those of the
 * formats' own specifications; the places in ACPI tables are counted from the TCG ACPI
 * Specification, section by section.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "tests/reading.h"

#include <unistd.h>

#define BYTES(literal)                                                                             \
    {                                                                                              \
        (const uint8_t *)(literal), sizeof(literal) - 1                                            \
    }

static void expect_refused(assay_bytes bytes, const char *what)
{
    const reading reading = read_log(bytes, NULL, NULL);

    cr_expect_eq(reading.status, -ASSAY_UNKNOWN_FORMAT, "%s", what);
    cr_expect_str_eq(reading.error.what, what);
    cr_expect_eq(reading.error.offset, 0);
}

Test(mistakes, each_is_called_by_its_name)
{
    static const struct {
        assay_bytes bytes;
        const char *what;
    } cases[] = {
        { BYTES("\x1F\x8B\x08\0"), "not an event log but compressed with gzip; unpack it first" },
        { BYTES("\xFD"
                "7zXZ\0\0\4"),
          "not an event log but compressed with xz; unpack it first" },
        { BYTES("PK\3\4\x14\0"), "not an event log but a zip archive; unpack it first" },
        { BYTES("\xFFTCG\x80\x18\0\x22"),
          "not an event log but a TPM 2.0 quote (TPMS_ATTEST); it is "
          "checked together with a log, it holds none" },
        { BYTES("\0\x91\xFFTCG\x80\x18"),
          "not an event log but a statement that a TPM 2.0 signed (TPM2B_ATTEST); it is checked "
          "together with a log, it holds none" },
        { BYTES("-----BEGIN TSS2 PRIVATE KEY-----\n"),
          "not an event log but a key that a TPM 2.0 wrapped (PEM); there is no log in it" },
        { BYTES("\x7F"
                "ELF\2\1\1"),
          "not an event log but an ELF program or kernel; programs are measured, they hold no "
          "log" },
        { BYTES("MZ\x90\0"),
          "not an event log but a PE program, such as a boot loader; programs are "
          "measured, they hold no log" },
        { BYTES("version https://git-lfs.github.com/spec/v1\noid sha256:"),
          "not an event log but a pointer of Git LFS; fetch the file that it stands for" },
        { BYTES("sha1:\n  0 : 0x0000\n"), "not an event log but PCR values as tpm2_pcrread prints "
                                          "them; name them after the log" },
        { BYTES("00000000: 0000 0000 0300 0000\n"),
          "not an event log but a hex dump; make bytes of it first, as with xxd -r" },
        { BYTES("0000000003000000000000000000000000000000\n00000000000000002100000053706563\n"),
          "not an event log but hexadecimal digits; make bytes of them first, as with xxd -r -p" },
        { BYTES("AAAAAAMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACEAAABTcGVjIElEIEV2ZW50MDMA\n"),
          "not an event log but text in base64; decode it first, as with base64 -d" },
        { BYTES("AAAA and so on"), "not an event log of any format known here" },
        { BYTES("00"), "not an event log of any format known here" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_refused(cases[i].bytes, cases[i].what);
}

/* Zeros, and far behind them the mark: an empty log of the SHA-1 format begins so as well. */
Test(mistakes, a_disk_is_no_empty_log)
{
    static uint8_t image[40000];
    const assay_bytes bytes = { image, sizeof image };

    image[sizeof image - 1] = 1;
    cr_expect_str_eq(read_log(bytes, NULL, NULL).format, "tcg12");
    memcpy(image + 32769, "CD001", 5);
    expect_refused(bytes, "not an event log but an ISO image; read the log on the running machine");
    memcpy(image + 512, "EFI PART", 8);
    expect_refused(bytes, "not an event log but a disk image; read the log on the running machine");
}

/* ACPI tables. */

#define HEADER(signature, size)                                                                    \
    signature size "\0\0\0"                                                                        \
                   "\4\0"                                                                          \
                   "OEMIDXOEMTABLE"                                                                \
                   "\2\0\0\0"                                                                      \
                   "INTL"                                                                          \
                   "\1\0\0\0"
#define Z4 "\0\0\0\0"
#define ADDRESS "\x00\xC0\x67\x66\0\0\0\0"

Test(mistakes, an_acpi_table_says_where_the_log_is)
{
    static const struct {
        assay_bytes bytes;
        const char *what;
    } cases[] = {
        { BYTES(HEADER("TPM2", "\x4C") Z4 Z4 Z4 "\6\0\0\0" Z4 Z4 Z4 "\0\0\1\0" ADDRESS),
          "an ACPI TPM2 table; the log itself is 65536 bytes at physical address 0x6667c000" },
        { BYTES(HEADER("TPM2", "\x4C") Z4 Z4 Z4 "\6\0\0\0" Z4 Z4 Z4 "\0\0\1\0" Z4 Z4),
          "an ACPI TPM2 table, not a log; it gives 65536 bytes for one, and no address" },
        { BYTES(HEADER("TPM2", "\x34") Z4 Z4 Z4 "\6\0\0\0"),
          "an ACPI TPM2 table, not a log; it does not say where a log is" },
        { BYTES(HEADER("TPM2", "\x34") Z4 Z4 Z4 "\6\0\0\0" Z4 Z4 Z4 "\0\0\1\0" ADDRESS),
          "an ACPI TPM2 table, not a log; it does not say where a log is" },
        { BYTES("TPM2"), "an ACPI TPM2 table, not a log; it does not say where a log is" },
        { BYTES(HEADER("TCPA", "\x32") "\0\0"
                                       "\0\0\1\0" ADDRESS),
          "an ACPI TCPA table; the log itself is 65536 bytes at physical address 0x6667c000" },
        { BYTES(HEADER("TCPA", "\x64") "\1\0"
                                       "\0\0"
                                       "\0\0\2\0\0\0\0\0" ADDRESS),
          "an ACPI TCPA table; the log itself is 131072 bytes at physical address 0x6667c000" },
        { BYTES(HEADER("CCEL", "\x38") "\2\0\0\0"
                                       "\0\0\1\0\0\0\0\0" ADDRESS),
          "an ACPI CCEL table; the log itself is 65536 bytes at physical address 0x6667c000" },
        { BYTES(HEADER("DRTM", "\x64") Z4 Z4 Z4 Z4 Z4 Z4 Z4 Z4 Z4 ADDRESS "\0\x80\0\0"),
          "an ACPI DRTM table; the log itself is 32768 bytes at physical address 0x6667c000" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_refused(cases[i].bytes, cases[i].what);
}

Test(mistakes, tables_of_real_machines_are_called_so)
{
    static const struct {
        const char *path, *what;
    } cases[] = {
        { "../shared/corpus/other/intel-secl-tpm2-valid.bin",
          "an ACPI TPM2 table, not a log; it gives 65536 bytes for one, and no address" },
        { "../shared/corpus/other/intel-secl-tpm2-valid1.bin",
          "an ACPI TPM2 table, not a log; it gives 28 bytes for one, and no address" },
        { "../shared/corpus/malformed/intel-secl-tpm2-invalid-file-length.bin",
          "an ACPI TPM2 table, not a log; it does not say where a log is" },
        { "../shared/corpus/malformed/intel-secl-tpm2-invalid-signature.bin",
          "not an event log of any format known here" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_file file;
        assay_error error;

        if (access(cases[i].path, R_OK) != 0)
            cr_skip_test("no collection");
        cr_assert_eq(assay_file_read(&file, cases[i].path, 1 << 20, &error), 0);
        expect_refused(file.bytes, cases[i].what);
        assay_file_close(&file);
    }
}
