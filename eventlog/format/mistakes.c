/* SPDX-License-Identifier: BSD-2-Clause */
/* One table of marks: what else an input may be, and what to do about it. */
#include "eventlog/format/mistakes.h"

#include "base/cursor.h"
#include "base/hex.h"

/* Bytes at a place, what has them, and what then is to be done. */
typedef struct known_bytes {
    size_t offset;
    assay_bytes bytes;
    const char *what, *advice;
} known_bytes;

#define UNPACK "unpack it first"
#define DISK "read the log on the running machine"
#define PROGRAM "programs are measured, they hold no log"
#define QUOTE "it is checked together with a log, it holds none"

static const known_bytes marks[] = {
    { 0, ASSAY_LITERAL("\x1F\x8B"), "compressed with gzip", UNPACK },
    { 0,
      ASSAY_LITERAL("\xFD"
                    "7zXZ\0"),
      "compressed with xz", UNPACK },
    { 0, ASSAY_LITERAL("BZh"), "compressed with bzip2", UNPACK },
    { 0, ASSAY_LITERAL("\x28\xB5\x2F\xFD"), "compressed with zstd", UNPACK },
    { 0, ASSAY_LITERAL("\x04\x22\x4D\x18"), "compressed with lz4", UNPACK },
    { 0, ASSAY_LITERAL("7z\xBC\xAF\x27\x1C"), "a 7z archive", UNPACK },
    { 0, ASSAY_LITERAL("PK\3\4"), "a zip archive", UNPACK },
    { 257, ASSAY_LITERAL("ustar"), "a tar archive", UNPACK },
    { 0, ASSAY_LITERAL("070701"), "a cpio archive", UNPACK },
    { 0, ASSAY_LITERAL("\xFFTCG\x80\x18"), "a TPM 2.0 quote (TPMS_ATTEST)", QUOTE },
    { 0, ASSAY_LITERAL("\xFFTCG"), "a statement that a TPM 2.0 signed (TPMS_ATTEST)", QUOTE },
    { 2, ASSAY_LITERAL("\xFFTCG"), "a statement that a TPM 2.0 signed (TPM2B_ATTEST)", QUOTE },
    { 0, ASSAY_LITERAL("-----BEGIN TSS2 PRIVATE KEY"), "a key that a TPM 2.0 wrapped (PEM)",
      "there is no log in it" },
    { 0, ASSAY_LITERAL("-----BEGIN "), "a key, a certificate or the like (PEM)",
      "there is no log in it" },
    { 0,
      ASSAY_LITERAL("\x7F"
                    "ELF"),
      "an ELF program or kernel", PROGRAM },
    { 0, ASSAY_LITERAL("MZ"), "a PE program, such as a boot loader", PROGRAM },
    { 512, ASSAY_LITERAL("EFI PART"), "a disk image", DISK },
    { 32769, ASSAY_LITERAL("CD001"), "an ISO image", DISK },
    { 510, ASSAY_LITERAL("\x55\xAA"), "a disk image or boot sector", DISK },
    { 0, ASSAY_LITERAL("QFI\xFB"), "a qcow2 disk image", DISK },
    { 0, ASSAY_LITERAL("SQLite format 3"), "a SQLite database", "there is no log in it" },
    { 0, ASSAY_LITERAL("%PDF-"), "a PDF document", "there is no log in it" },
    { 0, ASSAY_LITERAL("version https://git-lfs.github.com"), "a pointer of Git LFS",
      "fetch the file that it stands for" },
    { 0, ASSAY_LITERAL("<!DOCTYPE html"), "a web page", "download the file itself" },
    { 0, ASSAY_LITERAL("<!doctype html"), "a web page", "download the file itself" },
    { 0, ASSAY_LITERAL("<html"), "a web page", "download the file itself" },
    { 0, ASSAY_LITERAL("\xFF\xFE"), "text in UTF-16", "save it as UTF-8" },
    { 0, ASSAY_LITERAL("sha1:\n"), "PCR values as tpm2_pcrread prints them",
      "name them after the log" },
    { 0, ASSAY_LITERAL("sha256:\n"), "PCR values as tpm2_pcrread prints them",
      "name them after the log" },
};

enum { MARKS = sizeof marks / sizeof *marks, ENOUGH = 64 /* characters tell digits from a word */ };

static bool has(assay_bytes bytes, const known_bytes *mark)
{
    assay_cursor c = assay_cursor_of(bytes);

    assay_take(&c, mark->offset);
    return assay_bytes_equal(assay_take(&c, mark->bytes.size), mark->bytes);
}

bool assay_mistake_is_disk(assay_bytes bytes)
{
    enum { ZEROS = 64 };
    assay_cursor c = assay_cursor_of(bytes);

    if (!assay_bytes_all(assay_take(&c, ZEROS), 0) || c.failed)
        return false;
    for (size_t i = 0; i < MARKS; i++)
        if (marks[i].offset >= ZEROS && has(bytes, &marks[i]))
            return true;
    return false;
}

static bool is_hex(uint8_t c)
{
    return assay_hex_digit((char)c) >= 0;
}

static bool is_base64(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '+' ||
           c == '/' || c == '-' || c == '_';
}

/* Whether the text begins with so many characters of a kind, and newlines at most between them. */
static bool begins_with_digits(assay_bytes text, bool (*is_digit)(uint8_t))
{
    assay_cursor c = assay_cursor_of(text);
    size_t digits = 0;

    while (assay_left(&c) > 0 && digits < ENOUGH) {
        const uint8_t character = assay_take_u8(&c);

        if (is_digit(character))
            digits++;
        else if (character != '\n' && character != '\r' && (digits == 0 || character != '='))
            return false;
    }
    return digits == ENOUGH;
}

/* "00000000: 0000 0000 0300 0000 ..." */
static bool is_hex_dump(assay_bytes text)
{
    return assay_bytes_start_with(text, ASSAY_LITERAL("00000000: ")) ||
           assay_bytes_start_with(text, ASSAY_LITERAL("00000000  "));
}

static int fail(assay_error *error, const char *what, const char *advice)
{
    return assay_fail(error, ASSAY_UNKNOWN_FORMAT, (assay_place){ 0, ASSAY_NO_EVENT, NULL },
                      "not an event log but %s; %s", what, advice);
}

int assay_mistake_fail(assay_bytes bytes, assay_error *error)
{
    if (assay_acpi_fail(bytes, error))
        return -ASSAY_UNKNOWN_FORMAT;
    for (size_t i = 0; i < MARKS; i++)
        if (has(bytes, &marks[i]))
            return fail(error, marks[i].what, marks[i].advice);
    if (is_hex_dump(bytes))
        return fail(error, "a hex dump", "make bytes of it first, as with xxd -r");
    if (begins_with_digits(bytes, is_hex))
        return fail(error, "hexadecimal digits", "make bytes of them first, as with xxd -r -p");
    if (begins_with_digits(bytes, is_base64))
        return fail(error, "text in base64", "decode it first, as with base64 -d");
    return assay_fail(error, ASSAY_UNKNOWN_FORMAT, (assay_place){ 0, ASSAY_NO_EVENT, NULL },
                      "not an event log of any format known here");
}
