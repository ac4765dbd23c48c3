/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/loader/authority.h: Secure Boot's verdicts, after EDK2's DxeImageVerificationLib. */
#include "boot/loader/authority.h"
#include "eventlog/payload/siglist.h"
#include "tests/artefact.h"

static const assay_guid x509 =
    ASSAY_GUID(0xa5c059a1, 0x94e4, 0x4aa7, 0x87, 0xb5, 0xab, 0x15, 0x5c, 0x2b, 0xf0, 0x72);
static const assay_guid sha256 =
    ASSAY_GUID(0xc1c41626, 0x504c, 0x4092, 0xac, 0xa9, 0x41, 0xf9, 0x36, 0x93, 0x43, 0x28);
static const assay_guid x509_sha256 =
    ASSAY_GUID(0x3bd2a492, 0x96c0, 0x4079, 0xb4, 0x20, 0xfc, 0xf9, 0x8e, 0xf1, 0x03, 0xed);

/* What pesign says of plus.efi, signed.efi and twice.efi, and of narrow.efi. */
#define PLUS "7c4489c230abb476b692a7c4654f8fa5f1766003242d2703becf3a942ac2f416"
#define NARROW "2ebb6c9bb2a828587ce3a39bdb911ea92046353ae610f65621960a0468b7e639"

/* A database out of words: a fixture's certificate, a digest, or "-" and a certificate whose
 * ToBeSigned part is named by its hash, with a date for "~". */
static void put_database(assay_writer *out, const char *const *words)
{
    for (; *words != NULL; words++) {
        const bool revoked = **words == '-' || **words == '~';
        uint8_t bytes[64] = { 0 };
        artefact der = { 0 };
        assay_signature entry = { .data = assay_bytes_of(bytes, 32) };
        const assay_guid *type = &sha256;

        if (strlen(*words) == 64) {
            assay_writer digest = assay_writer_lent(bytes, sizeof bytes);

            cr_assert(assay_put_decoded(&digest, assay_bytes_of_string(*words)));
        } else if (revoked) {
            static const uint16_t alg = ASSAY_ALG_SHA256;
            assay_hashes *hashes = assay_hashes_new();
            assay_digests digests;

            der = artefact_fixture(*words + 1);
            cr_assert(assay_certificate_tbs_digests(artefact_bytes(&der), hashes, &alg, 1, &digests));
            memcpy(bytes, digests.list[0].value, 32);
            bytes[32] = **words == '~';
            entry.data = assay_bytes_of(bytes, 32 + 16);
            type = &x509_sha256;
            assay_hashes_free(&hashes);
        } else {
            der = artefact_fixture(*words);
            entry.data = artefact_bytes(&der);
            type = &x509;
        }
        const assay_siglist list = assay_siglist_of(type, 1, (uint32_t)entry.data.size);

        assay_siglist_encode(out, &list);
        assay_signature_encode(out, &entry);
        artefact_free(&der);
    }
}

typedef struct row {
    const char *image;
    const char *db[4], *dbx[4];
    const char *entry; /* the word of db that is measured; NULL: none */
    bool passes;
    const char *why;
} row;

static const row rows[] = {
    { "pe/plus.efi", { PLUS }, { 0 }, PLUS, true, "a hash of the image" },
    { "pe/plus.efi", { NARROW }, { 0 }, NULL, false, "a hash of another image" },
    { "pe/plus.efi", { "pe/root.der" }, { 0 }, NULL, false, "no signature, no certificate" },
    { "pe/plus.efi", { PLUS }, { PLUS }, NULL, false, "dbx has the hash" },
    { "pe/signed.efi", { "pe/root.der" }, { 0 }, "pe/root.der", true, "a chain" },
    { "pe/signed.efi", { "pe/leaf.der" }, { 0 }, "pe/leaf.der", true, "the signer itself" },
    { "pe/signed.efi", { "pe/other.der", "pe/middle.der", "pe/root.der" }, { 0 }, "pe/middle.der",
      true, "the first that will do" },
    { "pe/signed.efi", { "pe/other.der" }, { 0 }, NULL, false, "somebody else" },
    { "pe/signed.efi", { "pe/other.der", PLUS }, { 0 }, PLUS, true, "a hash of a signed image" },
    { "pe/signed.efi", { PLUS, "pe/root.der" }, { 0 }, "pe/root.der", true,
      "certificates come before hashes" },
    { "pe/signed.efi", { "pe/root.der" }, { "pe/leaf.der" }, NULL, false, "dbx has the signer" },
    { "pe/signed.efi", { "pe/leaf.der" }, { "pe/root.der" }, NULL, false, "dbx has the root" },
    { "pe/signed.efi", { "pe/root.der" }, { "-pe/leaf.der" }, NULL, false, "the signer's hash" },
    { "pe/signed.efi", { "pe/root.der" }, { "-pe/root.der" }, NULL, false, "the root's hash" },
    { "pe/signed.efi", { "pe/root.der" }, { "~pe/leaf.der" }, NULL, false, "revoked from a day on" },
    { "pe/signed.efi", { "pe/root.der" }, { "-pe/middle.der" }, "pe/root.der", true,
      "firmware doesn't look between signer and root" },
    { "pe/signed.efi", { "pe/root.der" }, { PLUS }, "pe/root.der", false,
      "measured, and then refused for its hash" },
    { "pe/twice.efi", { "pe/other.der" }, { 0 }, "pe/other.der", true, "the second signature" },
    { "pe/twice.efi", { "pe/other.der", "pe/root.der" }, { 0 }, "pe/root.der", true,
      "signatures count before entries, and the second is not asked for" },
    { "pe/twice.efi", { "pe/root.der" }, { "pe/other.der" }, "pe/root.der", false,
      "the second is forbidden, after the first was measured" },
    { "pe/twice.efi", { "pe/other.der" }, { "pe/leaf.der" }, NULL, false, "the first is forbidden" },
};

static void expect_entry(const assay_verdict *verdict, const row *r)
{
    const char *const words[] = { r->entry, NULL };
    assay_writer out = assay_writer_growing(1 << 16);

    cr_expect_eq(verdict->count, r->entry != NULL ? 1 : 0, "%s: %zu entries", r->why,
                 verdict->count);
    put_database(&out, words);
    if (verdict->count == 1 && r->entry != NULL) {
        assay_cursor c = assay_cursor_of(assay_written(&out));

        assay_take(&c, 28); /* EFI_SIGNATURE_LIST */
        cr_expect(assay_bytes_equal(verdict->entries[0], assay_take_rest(&c)), "%s", r->why);
    }
    assay_writer_close(&out);
}

Test(authority, an_image_passes_by_db_and_not_by_dbx)
{
    const assay_log_header header = { .bank_count = 0 };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_writer db = assay_writer_growing(1 << 16), dbx = assay_writer_growing(1 << 16);
        artefact image = artefact_fixture(rows[i].image);
        assay_boot boot = { .hashes = assay_hashes_new(),
                            .prediction = assay_prediction_new(&header) };
        assay_pe pe;

        put_database(&db, rows[i].db);
        put_database(&dbx, rows[i].dbx);
        cr_assert_eq(assay_pe_open(&pe, artefact_bytes(&image), NULL), 0);
        const assay_verdict verdict =
            assay_boot_judge(&boot, &pe, assay_written(&db), assay_written(&dbx));

        cr_expect_eq(verdict.passes, rows[i].passes, "%s", rows[i].why);
        expect_entry(&verdict, &rows[i]);
        assay_prediction_free(&boot.prediction);
        assay_hashes_free(&boot.hashes);
        artefact_free(&image);
        assay_writer_close(&db);
        assay_writer_close(&dbx);
    }
}

Test(authority, an_image_that_was_changed_is_not_the_signers)
{
    const char *const words[] = { "pe/root.der", NULL };
    const assay_log_header header = { .bank_count = 0 };
    assay_writer db = assay_writer_growing(1 << 16);
    artefact image = artefact_fixture("pe/signed.efi");
    assay_boot boot = { .hashes = assay_hashes_new(), .prediction = assay_prediction_new(&header) };
    assay_pe pe;

    put_database(&db, words);
    image.data[0x400] ^= 1;
    cr_assert_eq(assay_pe_open(&pe, artefact_bytes(&image), NULL), 0);
    cr_expect_not(assay_boot_judge(&boot, &pe, assay_written(&db), ASSAY_NO_BYTES).passes);
    assay_prediction_free(&boot.prediction);
    assay_hashes_free(&boot.hashes);
    artefact_free(&image);
    assay_writer_close(&db);
}
