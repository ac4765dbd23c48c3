/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as what one finds signatures by: an image whose certificate table they follow, a
 * signature of PKCS #7, a certificate.
 */
#include "boot/artefact/authenticode.h"
#include "tests/fuzz/fuzz.h"

static void try_signature(assay_bytes bytes, assay_bytes certificate)
{
    assay_error error = { .what = "" };
    assay_authenticode *signature;

    if (assay_authenticode_open(bytes, &signature, &error) < 0) {
        demand(error.what[0] != '\0', "a fault is explained");
        return;
    }
    const assay_digest *const digest = assay_authenticode_digest(signature);
    const assay_bytes signer = assay_authenticode_signer(signature);
    assay_digests digests = { .count = 1, .list = { *digest } };

    demand(assay_authenticode_is_of(signature, &digests) == (digest->alg != 0),
           "the digest inside is the digest inside");
    assay_authenticode_is_by(signature, certificate);
    if (signer.data != NULL)
        assay_authenticode_is_by(signature, signer);
    assay_authenticode_free(&signature);
    demand(signature == NULL, "what is freed is gone");
}

static void walk_table(const assay_pe *pe)
{
    assay_win_certificates walk = assay_win_certificates_of(pe);
    assay_win_certificate certificate;
    assay_error error = { .what = "" };
    uint64_t last = 0;
    int step;

    while ((step = assay_win_certificates_next(&walk, &certificate, &error)) > 0) {
        demand(certificate.offset >= last, "certificates come one behind the other");
        last = certificate.offset + certificate.length;
        demand(last <= pe->file.size, "a certificate lies in the file");
        if (certificate.signed_data.data != NULL)
            try_signature(certificate.signed_data, certificate.signed_data);
    }
    demand(step == 0 || error.what[0] != '\0', "a fault is explained");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t alg = ASSAY_ALG_SHA256;
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_hashes *hashes = assay_hashes_new();
    const assay_pe table = { .file = bytes, .certificates_size = (uint32_t)size };
    assay_digests digests;
    assay_pe pe;

    walk_table(&table);
    if (assay_pe_open(&pe, bytes, NULL) == 0)
        walk_table(&pe);
    try_signature(bytes, bytes);
    assay_certificate_tbs_digests(bytes, hashes, &alg, 1, &digests);
    assay_certificate_has_usage(bytes, "1.3.6.1.4.1.2312.16.1.2");
    assay_hashes_free(&hashes);
    return 0;
}
