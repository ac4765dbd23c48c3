/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/artefact/signatures.h: lists as UEFI 2.10 section 32.4.1 lays them out, written here byte by
 * byte, and what firmware makes of them (EDK2, SecurityPkg, AuthService.c, FilterSignatureList).
 */
#include <criterion/criterion.h>

#include "boot/artefact/signatures.h"

/* EFI_CERT_SHA256_GUID, c1c41626-504c-4092-aca9-41f936934328, and two owners. */
#define SHA256 "\x26\x16\xc4\xc1\x4c\x50\x92\x40\xac\xa9\x41\xf9\x36\x93\x43\x28"
#define MANY(c) c c c c c c c c c c c c c c c c
#define OWNER MANY("\x01")
#define OTHER MANY("\x02")
#define HASH(c) MANY(c) MANY(c)

/* SignatureListSize 28 + n * 48, SignatureHeaderSize 0, SignatureSize 48. */
#define LIST1 SHA256 "\x4c\0\0\0" "\0\0\0\0" "\x30\0\0\0"
#define LIST2 SHA256 "\x7c\0\0\0" "\0\0\0\0" "\x30\0\0\0"

#define TWO LIST2 OWNER HASH("a") OWNER HASH("b")

static void expect_lists(assay_bytes file, assay_bytes expected)
{
    assay_error error = { .what = "" };
    assay_bytes lists = ASSAY_NO_BYTES;

    cr_assert_eq(assay_signatures_of(file, &lists, &error), 0, "%s", error.what);
    cr_expect(assay_bytes_equal(lists, expected));
    cr_expect(lists.data >= file.data && lists.data + lists.size == file.data + file.size);
}

Test(signatures, lists_are_found_alone_and_behind_what_people_have_before_them)
{
    expect_lists(ASSAY_LITERAL(TWO), ASSAY_LITERAL(TWO));
    expect_lists(ASSAY_LITERAL(TWO LIST1 OWNER HASH("c")),
                 ASSAY_LITERAL(TWO LIST1 OWNER HASH("c")));
    /* efivarfs: NON_VOLATILE, BOOTSERVICE_ACCESS, RUNTIME_ACCESS, TIME_BASED_AUTHENTICATED */
    expect_lists(ASSAY_LITERAL("\x27\0\0\0" TWO), ASSAY_LITERAL(TWO));
    /* EFI_TIME of 16 bytes; WIN_CERTIFICATE_UEFI_GUID: dwLength 24 + 3, 0x0200, 0x0EF1, CertType */
    expect_lists(ASSAY_LITERAL(MANY("\0") "\x1b\0\0\0" "\0\x02" "\xf1\x0e" MANY("g") "sig" TWO),
                 ASSAY_LITERAL(TWO));
    /* A database may be empty, and an update of nothing too. */
    expect_lists(ASSAY_LITERAL(""), ASSAY_LITERAL(""));
    expect_lists(ASSAY_LITERAL("\x27\0\0\0"), ASSAY_LITERAL(""));
    expect_lists(ASSAY_LITERAL(MANY("\0") "\x18\0\0\0" "\0\x02" "\xf1\x0e" MANY("g")),
                 ASSAY_LITERAL(""));
}

#define CASE(what, bytes) { what, { (const uint8_t *)(bytes), sizeof(bytes) - 1 } }

static const struct {
    const char *what;
    assay_bytes file;
} malformed[] = {
    CASE("three bytes of attributes", "\x27\0\0"),
    CASE("the last signature is cut", LIST2 OWNER HASH("a") OWNER MANY("b")),
    CASE("a byte behind the lists", TWO "x"),
    CASE("SignatureListSize below its own header",
         SHA256 "\x1b\0\0\0" "\0\0\0\0" "\x30\0\0\0"),
    CASE("SignatureListSize of 4 GiB - 1", SHA256 "\xff\xff\xff\xff" "\0\0\0\0" "\x30\0\0\0"),
    CASE("SignatureHeaderSize beyond the list",
         SHA256 "\x4c\0\0\0" "\xff\xff\xff\xff" "\x30\0\0\0" OWNER HASH("a")),
    CASE("SignatureSize without room for the owner",
         SHA256 "\x4c\0\0\0" "\0\0\0\0" "\x0f\0\0\0" OWNER HASH("a")),
    CASE("dwLength beyond the update", MANY("\0") "\xff\xff\xff\xff" "\0\x02" "\xf1\x0e" TWO),
    CASE("dwLength of an update without its lists' first byte",
         MANY("\0") "\x19\0\0\0" "\0\x02" "\xf1\x0e" MANY("g") TWO),
};

Test(signatures, what_is_no_list_is_refused)
{
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        assay_bytes lists = ASSAY_LITERAL("kept");
        assay_error error = { .what = "" };

        cr_expect_eq(assay_signatures_of(malformed[i].file, &lists, &error),
                     -ASSAY_UNKNOWN_FORMAT, "%s", malformed[i].what);
        cr_expect(strstr(error.what, "EFI_SIGNATURE_LIST") != NULL);
        cr_expect(assay_bytes_equal(lists, ASSAY_LITERAL("kept")), "%s", malformed[i].what);
    }
}

static void expect_appended(assay_bytes before, assay_bytes update, assay_bytes expected)
{
    uint8_t room[1000];
    assay_writer out = assay_writer_lent(room, sizeof room);

    assay_signatures_append(&out, before, update);
    cr_expect_eq(out.failure, 0);
    cr_expect(assay_bytes_equal(assay_written(&out), expected));
}

Test(signatures, an_update_adds_the_entries_that_are_new)
{
    /* To nothing, all of it. */
    expect_appended(ASSAY_LITERAL(""), ASSAY_LITERAL(TWO), ASSAY_LITERAL(TWO));
    /* What is there already is dropped, a list that is left empty too. */
    expect_appended(ASSAY_LITERAL(TWO), ASSAY_LITERAL(TWO), ASSAY_LITERAL(TWO));
    expect_appended(ASSAY_LITERAL(TWO), ASSAY_LITERAL(""), ASSAY_LITERAL(TWO));
    /* One of two is new: its list shrinks, 0x7c to 0x4c. */
    expect_appended(ASSAY_LITERAL(TWO), ASSAY_LITERAL(LIST2 OWNER HASH("b") OWNER HASH("c")),
                    ASSAY_LITERAL(TWO LIST1 OWNER HASH("c")));
    /* The same hash of another owner is another entry. */
    expect_appended(ASSAY_LITERAL(TWO), ASSAY_LITERAL(LIST1 OTHER HASH("a")),
                    ASSAY_LITERAL(TWO LIST1 OTHER HASH("a")));
    /* Entries are compared with those of before, in whichever list, not with one another. */
    expect_appended(ASSAY_LITERAL(LIST1 OWNER HASH("a") LIST1 OWNER HASH("b")),
                    ASSAY_LITERAL(LIST2 OWNER HASH("b") OWNER HASH("a")),
                    ASSAY_LITERAL(LIST1 OWNER HASH("a") LIST1 OWNER HASH("b")));
    expect_appended(ASSAY_LITERAL(""), ASSAY_LITERAL(LIST2 OWNER HASH("c") OWNER HASH("c")),
                    ASSAY_LITERAL(LIST2 OWNER HASH("c") OWNER HASH("c")));
}

/* A SignatureHeader, which no type has today, stays with its list: 28 + 3 + 48 is 0x4f. */
Test(signatures, a_header_of_a_list_is_kept)
{
#define HEADED(size, entries) SHA256 size "\0\0\0" "\x03\0\0\0" "\x30\0\0\0" "hdr" entries
    expect_lists(ASSAY_LITERAL(HEADED("\x4f", OWNER HASH("a"))),
                 ASSAY_LITERAL(HEADED("\x4f", OWNER HASH("a"))));
    expect_appended(ASSAY_LITERAL(TWO),
                    ASSAY_LITERAL(HEADED("\x7f", OWNER HASH("a") OWNER HASH("z"))),
                    ASSAY_LITERAL(TWO HEADED("\x4f", OWNER HASH("z"))));
}
