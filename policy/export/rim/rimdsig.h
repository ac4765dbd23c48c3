/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XML signatures (XML Signature Syntax and Processing 1.1) of the one shape that base RIMs have:
 * enveloped, one Reference to the whole document, Canonical XML 1.0. Private to policy/.
 */
#ifndef ASSAY_POLICY_EXPORT_RIM_RIMDSIG_H
#define ASSAY_POLICY_EXPORT_RIM_RIMDSIG_H

#include "policy/export/rim/rimxml.h"

#define ASSAY_DSIG_C14N "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define ASSAY_DSIG_ENVELOPED "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

/** A SignatureMethod (RFC 9231 sections 2.3.2 to 2.3.6). */
typedef struct assay_dsig_method {
    const char *uri;
    uint16_t key;    /* ASSAY_ALG_RSA or ASSAY_ALG_ECC */
    uint16_t scheme; /* ASSAY_ALG_RSASSA or ASSAY_ALG_ECDSA */
    uint16_t hash;   /* ASSAY_ALG_SHA256 ... */
} assay_dsig_method;

/** The method of a URI; NULL for one unknown, or with a hash that is broken. */
const assay_dsig_method *assay_dsig_method_of_uri(const char *uri);

/** The one to sign with: of a curve's strength, else with SHA-256. NULL: there is none. */
const assay_dsig_method *assay_dsig_method_of_key(const assay_key_public *key);

/** The DigestMethod of a hash, and back; NULL and 0 for an unknown one. */
const char *assay_dsig_digest_uri(uint16_t alg);
uint16_t assay_dsig_digest_of_uri(const char *uri);

/** Digest of what is canonicalised of a document (rimxml.h). 0 or a negative kind. */
int assay_dsig_digest(xmlDoc *doc, const xmlNode *element, enum assay_rim_part part, uint16_t alg,
                      assay_hashes *hashes, assay_digest *ret_digest);

/** Adds a signature by job->key to the root, behind all that is in it. 0 or a negative kind. */
int assay_dsig_sign(assay_rim_xml *xml, xmlNode *root, const assay_export_job *job,
                    assay_error *error);

/** As assay_rim_read_tag() says. */
int assay_dsig_verify(xmlDoc *doc, assay_key *const *keys, size_t key_count, assay_hashes *hashes,
                      assay_arena *arena, enum assay_rim_trust *ret_trust, assay_error *error);

enum { ASSAY_DSIG_KEY_NAME = 129 };

/**
 * The signer's subject key identifier in hexadecimal: as its certificate has it, else SHA-1 of
 * the key (RFC 5280 4.2.1.2 method 1). 0 or a negative kind: the certificate is another key's.
 */
int assay_dsig_key_name(const assay_export_job *job, char ret_name[ASSAY_DSIG_KEY_NAME],
                        assay_error *error);

/** Whether the signer's certificate states a subject key identifier. */
bool assay_dsig_has_identifier(const assay_export_job *job);

/** Whether the certificates go into the signature. */
bool assay_dsig_embeds(const assay_export_job *job);

#endif
