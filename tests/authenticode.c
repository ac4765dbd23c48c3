/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/artefact/authenticode.h: images signed by sbsign, fixtures/artefacts/pe/sign.sh. */
#include "boot/artefact/authenticode.h"
#include "tests/artefact.h"

typedef struct signed_image {
    artefact file;
    assay_pe pe;
    assay_digests digests;
    size_t count;
    assay_authenticode *signatures[4];
} signed_image;

static void open_image(signed_image *s, const char *name)
{
    static const uint16_t alg = ASSAY_ALG_SHA256;
    assay_hashes *hashes = assay_hashes_new();
    assay_win_certificate certificate;
    assay_digesting digesting;

    *s = (signed_image){ .file = artefact_fixture(name) };
    cr_assert_eq(assay_pe_open(&s->pe, artefact_bytes(&s->file), NULL), 0);
    cr_assert_eq(assay_digesting_begin(&digesting, hashes, &alg, 1), 0);
    cr_assert_eq(assay_pe_digest(&s->pe, &digesting, &s->digests, NULL), 0);
    assay_win_certificates walk = assay_win_certificates_of(&s->pe);

    while (assay_win_certificates_next(&walk, &certificate, NULL) > 0)
        cr_assert_eq(assay_authenticode_open(certificate.signed_data,
                                             &s->signatures[s->count++], NULL),
                     0);
    assay_hashes_free(&hashes);
}

static void close_image(signed_image *s)
{
    for (size_t i = 0; i < s->count; i++)
        assay_authenticode_free(&s->signatures[i]);
    artefact_free(&s->file);
}

static bool is_by(const signed_image *s, size_t signature, const char *certificate)
{
    artefact der = artefact_fixture(certificate);
    const bool is = assay_authenticode_is_by(s->signatures[signature], artefact_bytes(&der));

    artefact_free(&der);
    return is;
}

Test(authenticode, the_signers_digest_is_the_images)
{
    static const struct {
        const char *name;
        size_t count;
    } rows[] = { { "pe/plus.efi", 0 }, { "pe/signed.efi", 1 }, { "pe/twice.efi", 2 },
                 { "pe/padded.efi", 1 } };
    signed_image s;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_image(&s, rows[i].name);
        cr_expect_eq(s.count, rows[i].count, "%s", rows[i].name);
        for (size_t j = 0; j < s.count; j++)
            cr_expect(assay_authenticode_is_of(s.signatures[j], &s.digests), "%s", rows[i].name);
        close_image(&s);
    }
}

Test(authenticode, another_image_has_another_digest)
{
    signed_image s, other;

    open_image(&s, "pe/signed.efi");
    open_image(&other, "pe/narrow.efi");
    cr_expect_not(assay_authenticode_is_of(s.signatures[0], &other.digests));
    close_image(&other);
    close_image(&s);
}

/* Every certificate of the chain will do; they all have expired long ago. */
Test(authenticode, a_chain_leads_to_each_of_its_certificates)
{
    signed_image s;

    open_image(&s, "pe/twice.efi");
    cr_expect(is_by(&s, 0, "pe/leaf.der"));
    cr_expect(is_by(&s, 0, "pe/middle.der"));
    cr_expect(is_by(&s, 0, "pe/root.der"));
    cr_expect_not(is_by(&s, 0, "pe/other.der"));
    cr_expect(is_by(&s, 1, "pe/other.der"));
    cr_expect_not(is_by(&s, 1, "pe/root.der"));
    artefact leaf = artefact_fixture("pe/leaf.der");

    cr_expect(assay_bytes_equal(assay_authenticode_signer(s.signatures[0]), artefact_bytes(&leaf)));
    artefact_free(&leaf);
    close_image(&s);
}

Test(authenticode, a_spoiled_signature_is_nobodys)
{
    signed_image s;
    assay_authenticode *spoiled;

    open_image(&s, "pe/signed.efi");
    assay_win_certificates walk = assay_win_certificates_of(&s.pe);
    assay_win_certificate certificate;

    cr_assert_eq(assay_win_certificates_next(&walk, &certificate, NULL), 1);
    /* The certificate's last bytes are what pads it; the RSA signature ends before. */
    s.file.data[certificate.offset + certificate.length - 16] ^= 1;
    cr_assert_eq(assay_authenticode_open(certificate.signed_data, &spoiled, NULL), 0);
    artefact root = artefact_fixture("pe/root.der");

    cr_expect_not(assay_authenticode_is_by(spoiled, artefact_bytes(&root)));
    cr_expect_not(assay_authenticode_is_by(spoiled, ASSAY_LITERAL("no certificate")));
    artefact_free(&root);
    assay_authenticode_free(&spoiled);
    close_image(&s);
}

Test(authenticode, usages_are_found)
{
    artefact modules = artefact_fixture("pe/modules.der"), leaf = artefact_fixture("pe/leaf.der");

    cr_expect(assay_certificate_has_usage(artefact_bytes(&modules), "1.3.6.1.4.1.2312.16.1.2"));
    cr_expect_not(assay_certificate_has_usage(artefact_bytes(&leaf), "1.3.6.1.4.1.2312.16.1.2"));
    cr_expect_not(assay_certificate_has_usage(ASSAY_LITERAL(""), "1.3.6.1.4.1.2312.16.1.2"));
    artefact_free(&leaf);
    artefact_free(&modules);
}

/* twice.efi's table begins at 3072; its first certificate has the length at its
 * first four bytes. */
static const spoiled rows[] = {
    { 3072, 4, 0, ASSAY_MALFORMED, 3072, "WIN_CERTIFICATE", "no length at all" },
    { 3072, 4, 7, ASSAY_MALFORMED, 3072, "WIN_CERTIFICATE", "shorter than its header" },
    { 3072, 4, 0xfffffff9, ASSAY_MALFORMED, 3072, "WIN_CERTIFICATE", "beyond the table" },
    { 3072, 4, 9, ASSAY_MALFORMED, 3088, "WIN_CERTIFICATE", "the next one is in the middle" },
};

Test(authenticode, a_table_that_is_none_is_refused_where_it_ends_to_be_one)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        artefact a = artefact_spoil("pe/twice.efi", &rows[i]);
        assay_win_certificate certificate;
        assay_error error = { .what = "" };
        assay_pe pe;
        int step;

        cr_assert_eq(assay_pe_open(&pe, artefact_bytes(&a), NULL), 0);
        assay_win_certificates walk = assay_win_certificates_of(&pe);

        while ((step = assay_win_certificates_next(&walk, &certificate, &error)) > 0)
            ;
        expect_error(&rows[i], step, &error);
        artefact_free(&a);
    }
}
