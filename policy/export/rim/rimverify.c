/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checking a base RIM's signature. Of all that XMLDSig can say only one shape is believed, for all
 * others have been ways to have a signature cover something else than what is read:
 *
 *     Signature, once in the document and a child of its root
 *       SignedInfo
 *         CanonicalizationMethod   Canonical XML 1.0
 *         SignatureMethod          RSA or ECDSA with SHA-2
 *         Reference URI=""         one
 *           Transforms             enveloped-signature, and Canonical XML 1.0 or nothing
 *           DigestMethod           SHA-2
 *           DigestValue
 *       SignatureValue
 *       KeyInfo                    or none; it isn't signed, and nothing is taken from it
 */
#include "policy/export/rim/rimdsig.h"

#include "base/base64.h"

typedef struct shape {
    const xmlNode *signature, *info, *reference;
    const assay_dsig_method *method;
    uint16_t digest_alg;
    assay_bytes digest, value;
} shape;

/* Where reading stands. */
typedef struct reading {
    assay_arena *arena;
    assay_error *error;
    const xmlNode *parent;
    const xmlNode *next; /* of its elements */
    int status;
} reading;

static reading inside(reading *outer, const xmlNode *parent)
{
    return (reading){ .arena = outer->arena,
                      .error = outer->error,
                      .parent = parent,
                      .next = parent == NULL ? NULL : assay_rim_xml_first(parent),
                      .status = outer->status };
}

static void run_out(reading *at, bool failed)
{
    if (failed && at->status == 0)
        at->status = assay_fail(at->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the tag");
}

static void refuse(reading *at, const xmlNode *node, const char *name, const char *what)
{
    if (at->status == 0)
        at->status = assay_rim_xml_refuse(node, ASSAY_UNSUPPORTED, at->error, "%s %s", name, what);
}

/* The next element, which has to be of that name. */
static const xmlNode *expect(reading *at, const char *name)
{
    const xmlNode *const node = at->next;

    if (at->status < 0)
        return NULL;
    if (node == NULL || !assay_rim_xml_is(node, ASSAY_RIM_DSIG, name)) {
        refuse(at, node == NULL ? at->parent : node, name,
               "should be here, in the shape that base RIMs' signatures have");
        return NULL;
    }
    at->next = assay_rim_xml_next(node);
    return node;
}

static void expect_end(reading *at)
{
    if (at->status == 0 && at->next != NULL)
        refuse(at, at->next, "an element",
               "that is not in the shape that base RIMs' signatures have");
}

/* An element's attribute, "" where there is none; what is in a method's element is refused. */
static const char *attribute(reading *at, const xmlNode *node, const char *name)
{
    bool failed = false;
    const char *const value =
        node == NULL ? NULL : assay_rim_xml_get(node, NULL, name, at->arena, &failed);

    run_out(at, failed);
    return value == NULL ? "" : value;
}

static const char *algorithm(reading *at, const char *element)
{
    const xmlNode *const node = expect(at, element);

    if (node != NULL && assay_rim_xml_first(node) != NULL)
        refuse(at, node, element, "has parameters, which none that is known has");
    return attribute(at, node, "Algorithm");
}

static void expect_algorithm(reading *at, const char *element, const char *uri)
{
    const xmlNode *const node = at->next;

    if (strcmp(algorithm(at, element), uri) != 0 && at->status == 0)
        refuse(at, node, element, "is another one than base RIMs have");
}

/* Base64 in lines and without; line ends may be written as character references. */
static assay_bytes base64(reading *at, const char *element)
{
    const xmlNode *const node = expect(at, element);
    bool failed = false;
    const char *const text = node == NULL ? NULL : assay_rim_xml_content(node, at->arena, &failed);
    assay_writer squeezed = assay_writer_growing(ASSAY_RIM_TAG_MAX);
    assay_writer decoded = assay_writer_growing(ASSAY_RIM_TAG_MAX);
    assay_bytes bytes = ASSAY_NO_BYTES;

    for (const char *c = text; c != NULL && *c != '\0'; c++)
        if (strchr(" \t\r\n", *c) == NULL)
            assay_put_char(&squeezed, *c);
    const bool good =
        text != NULL && squeezed.used > 0 && assay_put_unbase64(&decoded, assay_written(&squeezed));
    run_out(at, failed || squeezed.failure != 0 || decoded.failure != 0 ||
                    (good && assay_arena_take(at->arena, &decoded, &bytes) < 0));
    if (!good && node != NULL)
        refuse(at, node, element, "is no Base64");
    assay_writer_close(&squeezed);
    assay_writer_close(&decoded);
    return bytes;
}

static void read_reference(reading *outer, shape *s)
{
    reading at = inside(outer, s->reference);
    bool failed = false;
    const char *const uri = s->reference == NULL
                                ? NULL
                                : assay_rim_xml_get(s->reference, NULL, "URI", at.arena, &failed);

    run_out(&at, failed);
    if (s->reference != NULL && (uri == NULL || *uri != '\0'))
        refuse(&at, s->reference, "Reference", "is not to the whole document (URI=\"\")");
    const xmlNode *const list = expect(&at, "Transforms");
    reading transforms = inside(&at, list);
    expect_algorithm(&transforms, "Transform", ASSAY_DSIG_ENVELOPED);
    if (transforms.next != NULL)
        expect_algorithm(&transforms, "Transform", ASSAY_DSIG_C14N);
    expect_end(&transforms);
    at.status = transforms.status;
    const xmlNode *const method = at.next;
    s->digest_alg = assay_dsig_digest_of_uri(algorithm(&at, "DigestMethod"));
    if (at.status == 0 && s->digest_alg == 0)
        refuse(&at, method, "DigestMethod", "is none of SHA-2");
    s->digest = base64(&at, "DigestValue");
    expect_end(&at);
    outer->status = at.status;
}

static void read_info(reading *outer, shape *s)
{
    reading at = inside(outer, s->info);

    expect_algorithm(&at, "CanonicalizationMethod", ASSAY_DSIG_C14N);
    const xmlNode *const method = at.next;
    s->method = assay_dsig_method_of_uri(algorithm(&at, "SignatureMethod"));
    if (at.status == 0 && s->method == NULL)
        refuse(&at, method, "SignatureMethod", "is none of RSA and ECDSA with SHA-2");
    s->reference = expect(&at, "Reference");
    read_reference(&at, s);
    expect_end(&at);
    outer->status = at.status;
}

static int read_shape(shape *s, assay_arena *arena, assay_error *error)
{
    reading outside = { .arena = arena, .error = error };
    reading at = inside(&outside, s->signature);

    s->info = expect(&at, "SignedInfo");
    read_info(&at, s);
    s->value = base64(&at, "SignatureValue");
    if (at.next != NULL)
        expect(&at, "KeyInfo");
    expect_end(&at);
    return at.status;
}

/* The one Signature, or NULL; refused where there are more, or it is not the root's. */
static int find_signature(xmlDoc *doc, const xmlNode **ret_signature, assay_error *error)
{
    const xmlNode *const root = xmlDocGetRootElement(doc);
    const xmlNode *found = NULL;

    for (const xmlNode *at = root; at != NULL; at = assay_rim_xml_walk(root, at)) {
        if (!assay_rim_xml_is(at, ASSAY_RIM_DSIG, "Signature"))
            continue;
        if (found != NULL || at->parent != root)
            return assay_rim_xml_refuse(at, ASSAY_UNSUPPORTED, error,
                                        found != NULL ? "a second signature"
                                                      : "a signature that is not the root's child");
        found = at;
    }
    *ret_signature = found;
    return 0;
}

static int check_digest(xmlDoc *doc, const shape *s, assay_hashes *hashes, assay_error *error)
{
    assay_digest digest;
    const int status =
        assay_dsig_digest(doc, s->signature, ASSAY_RIM_WITHOUT, s->digest_alg, hashes, &digest);

    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "the tag could not be digested");
    return assay_bytes_equal(assay_bytes_of(digest.value, digest.size), s->digest)
               ? 0
               : assay_rim_xml_refuse(s->reference, ASSAY_MALFORMED, error,
                                      "the tag is not the one that was signed: its digest is "
                                      "another");
}

static int check_keys(xmlDoc *doc, const shape *s, assay_key *const *keys, size_t count,
                      assay_hashes *hashes, assay_error *error)
{
    assay_digest digest;
    int status = assay_dsig_digest(doc, s->info, ASSAY_RIM_ONLY, s->method->hash, hashes, &digest);

    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "SignedInfo could not be digested");
    for (size_t i = 0; i < count; i++) {
        if (assay_key_public_of(keys[i])->alg != s->method->key)
            continue;
        status = assay_key_verify(keys[i], s->method->scheme, &digest, s->value, error);
        if (status != 0)
            return status;
    }
    return assay_rim_xml_refuse(s->signature, ASSAY_UNTRUSTED, error,
                                "the signature is by none of the trusted keys");
}

int assay_dsig_verify(xmlDoc *doc, assay_key *const *keys, size_t key_count, assay_hashes *hashes,
                      assay_arena *arena, enum assay_rim_trust *ret_trust, assay_error *error)
{
    shape s = { .signature = NULL };
    int status = find_signature(doc, &s.signature, error);

    if (status < 0)
        return status;
    if (s.signature == NULL) {
        *ret_trust = ASSAY_RIM_UNSIGNED;
        return key_count == 0 ? 0
                              : assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                                           "the tag has no signature, and one is wanted");
    }
    status = read_shape(&s, arena, error);
    if (status == 0)
        status = check_digest(doc, &s, hashes, error);
    if (status == 0 && key_count > 0)
        status = check_keys(doc, &s, keys, key_count, hashes, error);
    *ret_trust = key_count > 0 ? ASSAY_RIM_VERIFIED : ASSAY_RIM_UNVERIFIED;
    return status < 0 ? status : 0;
}
