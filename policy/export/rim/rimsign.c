/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signing: Signature is { SignedInfo, SignatureValue, KeyInfo } and stands last in the root. First
 * the document around it is digested, then SignedInfo with that digest is signed, both as they
 * stand there: Canonical XML gives an element what it inherits of namespaces and of xml:lang.
 */
#include "policy/export/rim/rimdsig.h"

#include "base/base64.h"

static xmlNode *add(assay_rim_xml *xml, xmlNode *parent, const char *name)
{
    return assay_rim_xml_add(xml, parent, parent == NULL ? NULL : parent->ns, name);
}

static xmlNode *add_method(assay_rim_xml *xml, xmlNode *parent, const char *name, const char *uri)
{
    xmlNode *const node = add(xml, parent, name);

    assay_rim_xml_set(xml, node, NULL, "Algorithm", uri);
    return node;
}

static void add_base64(assay_rim_xml *xml, xmlNode *parent, const char *name, assay_bytes bytes)
{
    assay_writer text = assay_writer_growing((size_t)2 * ASSAY_RIM_TAG_MAX);

    assay_put_base64(&text, bytes);
    assay_put_u8(&text, '\0');
    if (text.failure != 0)
        xml->failed = true;
    else
        assay_rim_xml_text(xml, add(xml, parent, name), (const char *)text.data);
    assay_writer_close(&text);
}

/* Signature as HIRS and its tool have it: the namespace as the default one. */
static xmlNode *add_signature(assay_rim_xml *xml, xmlNode *root)
{
    xmlNode *const signature = assay_rim_xml_add(xml, root, NULL, "Signature");
    xmlNs *const dsig =
        assay_rim_xml_declare(xml, signature, assay_rim_space_uri(ASSAY_RIM_DSIG), NULL);

    if (signature != NULL && dsig != NULL)
        xmlSetNs(signature, dsig);
    return signature;
}

static xmlNode *add_signed_info(assay_rim_xml *xml, xmlNode *signature,
                                const assay_dsig_method *method, const assay_digest *digest)
{
    xmlNode *const info = add(xml, signature, "SignedInfo");

    add_method(xml, info, "CanonicalizationMethod", ASSAY_DSIG_C14N);
    add_method(xml, info, "SignatureMethod", method->uri);
    xmlNode *const reference = add(xml, info, "Reference");
    assay_rim_xml_set(xml, reference, NULL, "URI", "");
    add_method(xml, add(xml, reference, "Transforms"), "Transform", ASSAY_DSIG_ENVELOPED);
    add_method(xml, reference, "DigestMethod", assay_dsig_digest_uri(digest->alg));
    add_base64(xml, reference, "DigestValue", assay_bytes_of(digest->value, digest->size));
    return info;
}

/* RSAKeyValue: numbers in big-endian order without leading zeros (4.5.2.2, CryptoBinary). */
static void add_rsa(assay_rim_xml *xml, xmlNode *key_info, const assay_key_public *public)
{
    uint8_t modulus[ASSAY_KEY_PUBLIC_MAX], exponent[4];
    size_t size = public->size, zeros = 0;

    if (public->alg != ASSAY_ALG_RSA || public->exponent == 0)
        return;
    while (size > 0 && public->value[size - 1] == 0)
        size--;
    for (size_t i = 0; i < size; i++)
        modulus[i] = public->value[size - 1 - i];
    for (size_t i = 0; i < sizeof exponent; i++)
        exponent[i] = (uint8_t)(public->exponent >> (24 - 8 * i));
    while (exponent[zeros] == 0)
        zeros++;
    xmlNode *const value = add(xml, add(xml, key_info, "KeyValue"), "RSAKeyValue");
    add_base64(xml, value, "Modulus", assay_bytes_of(modulus, size));
    add_base64(xml, value, "Exponent", assay_bytes_of(exponent + zeros, sizeof exponent - zeros));
}

static int add_key_info(assay_rim_xml *xml, xmlNode *signature, const assay_export_job *job,
                        assay_error *error)
{
    char name[ASSAY_DSIG_KEY_NAME];
    const int status = assay_dsig_key_name(job, name, error);

    if (status < 0)
        return status;
    xmlNode *const key_info = add(xml, signature, "KeyInfo");
    assay_rim_xml_text(xml, add(xml, key_info, "KeyName"), name);
    if (assay_dsig_embeds(job)) {
        xmlNode *const data = add(xml, key_info, "X509Data");

        for (size_t i = 0; i < job->certificate_count; i++)
            add_base64(xml, data, "X509Certificate", job->certificates[i]);
    }
    add_rsa(xml, key_info, assay_key_public_of(job->key));
    return 0;
}

static int sign(assay_rim_xml *xml, xmlNode *signature, const assay_dsig_method *method,
                const assay_export_job *job, assay_error *error)
{
    uint8_t value[ASSAY_KEY_SIGNATURE_MAX];
    assay_digest digest;
    int status = assay_dsig_digest(xml->doc, signature, ASSAY_RIM_WITHOUT, method->hash,
                                   job->hashes, &digest);

    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "the tag could not be digested");
    const xmlNode *const info = add_signed_info(xml, signature, method, &digest);
    status = assay_rim_xml_status(xml, error);
    if (status < 0)
        return status;
    status = assay_dsig_digest(xml->doc, info, ASSAY_RIM_ONLY, method->hash, job->hashes, &digest);
    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "SignedInfo could not be digested");
    const int size = assay_key_sign(job->key, method->scheme, &digest, value, error);
    if (size < 0)
        return size;
    add_base64(xml, signature, "SignatureValue", assay_bytes_of(value, (size_t)size));
    return add_key_info(xml, signature, job, error);
}

int assay_dsig_sign(assay_rim_xml *xml, xmlNode *root, const assay_export_job *job,
                    assay_error *error)
{
    const assay_dsig_method *const method = assay_dsig_method_of_key(assay_key_public_of(job->key));

    if (method == NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "a base RIM is signed with RSA, or with ECDSA on P-256 or P-384");
    xmlNode *const signature = add_signature(xml, root);
    const int status = assay_rim_xml_status(xml, error);
    return status < 0 ? status : sign(xml, signature, method, job, error);
}
