/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/signaturedb.h"

#include "eventlog/payload/siglist.h"

static const assay_guid x509 =
    ASSAY_GUID(0xa5c059a1, 0x94e4, 0x4aa7, 0x87, 0xb5, 0xab, 0x15, 0x5c, 0x2b, 0xf0, 0x72);

/* SignatureType of hashes, of images and of certificates' ToBeSigned parts. */
static const struct {
    uint16_t alg;
    assay_guid image;
    assay_guid certificate;
} types[] = {
    { .alg = ASSAY_ALG_SHA1,
      .image = ASSAY_GUID(0x826ca512, 0xcf10, 0x4ac9, 0xb1, 0x87, 0xbe, 0x01, 0x49, 0x66, 0x31,
                          0xbd) },
    { .alg = ASSAY_ALG_SHA256,
      .image = ASSAY_GUID(0xc1c41626, 0x504c, 0x4092, 0xac, 0xa9, 0x41, 0xf9, 0x36, 0x93, 0x43,
                          0x28),
      .certificate = ASSAY_GUID(0x3bd2a492, 0x96c0, 0x4079, 0xb4, 0x20, 0xfc, 0xf9, 0x8e, 0xf1,
                                0x03, 0xed) },
    { .alg = ASSAY_ALG_SHA384,
      .image = ASSAY_GUID(0xff3e5307, 0x9fd0, 0x48c9, 0x85, 0xf1, 0x8a, 0xd5, 0x6c, 0x70, 0x1e,
                          0x01),
      .certificate = ASSAY_GUID(0x7076876e, 0x80c2, 0x4ee6, 0xaa, 0xd2, 0x28, 0xb3, 0x49, 0xa6,
                                0x86, 0x5b) },
    { .alg = ASSAY_ALG_SHA512,
      .image = ASSAY_GUID(0x093e0fae, 0xa6c4, 0x4f50, 0x9f, 0x1b, 0xd4, 0x1e, 0x2b, 0x89, 0xc1,
                          0x9a),
      .certificate = ASSAY_GUID(0x446dbf63, 0x2502, 0x4cda, 0xbc, 0xfa, 0x24, 0x65, 0xd2, 0xb0,
                                0xfe, 0x9d) },
};

enum { TYPES = sizeof types / sizeof *types, OWNER = 16, EFI_TIME = 16 };

static const assay_guid *image_type(uint16_t alg)
{
    for (size_t i = 0; i < TYPES; i++)
        if (types[i].alg == alg)
            return &types[i].image;
    return NULL;
}

/* The signature met last, owner and all: both come from the lists, one behind the other. */
static assay_bytes entry_of(const assay_siglists *walk)
{
    return assay_bytes_of(walk->signature.data.data - OWNER, OWNER + walk->signature.data.size);
}

bool assay_signaturedb_has_hashes(assay_bytes lists, uint16_t alg)
{
    assay_siglists walk = assay_siglists_of(lists);
    const assay_guid *const type = image_type(alg);

    while (type != NULL && assay_siglists_next(&walk) > 0)
        if (assay_guid_equal(&walk.list.type, type))
            return true;
    return false;
}

assay_bytes assay_signaturedb_find_hash(assay_bytes lists, const assay_digest *digest)
{
    assay_siglists walk = assay_siglists_of(lists);
    const assay_guid *const type = image_type(digest->alg);
    int step = ASSAY_SIGLIST_END;

    while (type != NULL && (step = assay_siglists_next(&walk)) > 0)
        if (step == ASSAY_SIGLIST_SIGNATURE && assay_guid_equal(&walk.list.type, type) &&
            assay_bytes_equal(walk.signature.data, assay_bytes_of(digest->value, digest->size)))
            return entry_of(&walk);
    return ASSAY_NO_BYTES;
}

assay_bytes assay_signaturedb_find_signer(assay_bytes lists, const assay_authenticode *signature,
                                          bool first_of_list, assay_signaturedb_admits *admits)
{
    assay_siglists walk = assay_siglists_of(lists);
    bool first = false;
    int step;

    while ((step = assay_siglists_next(&walk)) > 0) {
        const bool tried = step == ASSAY_SIGLIST_SIGNATURE && (first || !first_of_list) &&
                           assay_guid_equal(&walk.list.type, &x509);

        first = step == ASSAY_SIGLIST_LIST;
        if (tried && (admits == NULL || admits(walk.signature.data)) &&
            assay_authenticode_is_by(signature, walk.signature.data))
            return entry_of(&walk);
    }
    return ASSAY_NO_BYTES;
}

/* Hash and EFI_TIME, as EFI_CERT_X509_SHA256 and its kin have them. */
static bool is_revocation(const assay_siglists *walk, const assay_digests *digests,
                          bool *ret_dated)
{
    for (size_t i = 0; i < TYPES; i++) {
        const assay_digest *const digest = assay_digests_find(digests, types[i].alg);

        if (digest == NULL || !assay_guid_equal(&walk->list.type, &types[i].certificate))
            continue;
        assay_cursor c = assay_cursor_of(walk->signature.data);
        const assay_bytes hash = assay_take(&c, digest->size);

        if (c.failed || !assay_bytes_equal(hash, assay_bytes_of(digest->value, digest->size)))
            continue;
        *ret_dated = !assay_bytes_all(assay_take_up_to(&c, EFI_TIME), 0);
        return true;
    }
    return false;
}

bool assay_signaturedb_revokes(assay_bytes lists, assay_bytes certificate, assay_hashes *hashes,
                               bool *ret_dated)
{
    static const uint16_t algs[] = { ASSAY_ALG_SHA256, ASSAY_ALG_SHA384, ASSAY_ALG_SHA512 };
    assay_siglists walk = assay_siglists_of(lists);
    assay_digests digests;
    int step;

    if (!assay_certificate_tbs_digests(certificate, hashes, algs, 3, &digests))
        return false;
    while ((step = assay_siglists_next(&walk)) > 0)
        if (step == ASSAY_SIGLIST_SIGNATURE && is_revocation(&walk, &digests, ret_dated))
            return true;
    return false;
}
