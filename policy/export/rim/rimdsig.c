/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/rim/rimdsig.h"

#define MORE "http://www.w3.org/2001/04/xmldsig-more#"
#define XMLENC "http://www.w3.org/2001/04/xmlenc#"

static const assay_dsig_method methods[] = {
    { MORE "rsa-sha256", ASSAY_ALG_RSA, ASSAY_ALG_RSASSA, ASSAY_ALG_SHA256 },
    { MORE "rsa-sha384", ASSAY_ALG_RSA, ASSAY_ALG_RSASSA, ASSAY_ALG_SHA384 },
    { MORE "rsa-sha512", ASSAY_ALG_RSA, ASSAY_ALG_RSASSA, ASSAY_ALG_SHA512 },
    { MORE "ecdsa-sha256", ASSAY_ALG_ECC, ASSAY_ALG_ECDSA, ASSAY_ALG_SHA256 },
    { MORE "ecdsa-sha384", ASSAY_ALG_ECC, ASSAY_ALG_ECDSA, ASSAY_ALG_SHA384 },
    { MORE "ecdsa-sha512", ASSAY_ALG_ECC, ASSAY_ALG_ECDSA, ASSAY_ALG_SHA512 },
};

static const struct {
    const char *uri;
    uint16_t alg;
} digests[] = {
    { XMLENC "sha256", ASSAY_ALG_SHA256 },
    { MORE "sha384", ASSAY_ALG_SHA384 },
    { XMLENC "sha512", ASSAY_ALG_SHA512 },
};

enum {
    METHODS = sizeof methods / sizeof *methods,
    DIGESTS = sizeof digests / sizeof *digests,
    CANONICAL_MAX = 16 * ASSAY_RIM_TAG_MAX, /* what is short in a document may be written out */
};

const assay_dsig_method *assay_dsig_method_of_uri(const char *uri)
{
    for (size_t i = 0; i < METHODS; i++)
        if (strcmp(methods[i].uri, uri) == 0)
            return &methods[i];
    return NULL;
}

const assay_dsig_method *assay_dsig_method_of_key(const assay_key_public *key)
{
    const uint16_t hash = key->curve == ASSAY_CURVE_P384 ? ASSAY_ALG_SHA384 : ASSAY_ALG_SHA256;

    if (key->alg == ASSAY_ALG_ECC && key->curve != ASSAY_CURVE_P256 &&
        key->curve != ASSAY_CURVE_P384)
        return NULL;
    for (size_t i = 0; i < METHODS; i++)
        if (methods[i].key == key->alg && methods[i].hash == hash)
            return &methods[i];
    return NULL;
}

const char *assay_dsig_digest_uri(uint16_t alg)
{
    for (size_t i = 0; i < DIGESTS; i++)
        if (digests[i].alg == alg)
            return digests[i].uri;
    return NULL;
}

uint16_t assay_dsig_digest_of_uri(const char *uri)
{
    for (size_t i = 0; i < DIGESTS; i++)
        if (strcmp(digests[i].uri, uri) == 0)
            return digests[i].alg;
    return 0;
}

int assay_dsig_digest(xmlDoc *doc, const xmlNode *element, enum assay_rim_part part, uint16_t alg,
                      assay_hashes *hashes, assay_digest *ret_digest)
{
    assay_writer canonical = assay_writer_growing(CANONICAL_MAX);
    assay_hash *hash;
    int status = assay_hashes_get(hashes, alg, &hash);

    if (status == 0)
        status = assay_rim_xml_canonical(doc, element, part, &canonical);
    if (status == 0) {
        const assay_bytes written = assay_written(&canonical);

        *ret_digest = (assay_digest){ .alg = alg, .size = (uint16_t)assay_hash_size(hash) };
        status = assay_hash_parts(hash, &written, 1, ret_digest->value);
    }
    assay_writer_close(&canonical);
    return status;
}
