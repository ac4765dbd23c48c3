/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/export/rim/rimdsig.h: signatures made by xmlsec1 (fixtures/rim/README.md) are believed,
 * and nothing that says less than they do.
 */
#include "tests/rim.h"

static assay_hashes *hashes;
static assay_arena arena;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_arena_free(&arena);
    assay_hashes_free(&hashes);
}

TestSuite(rim_signature, .init = set_up, .fini = tear_down);

static const char *const signed_by_xmlsec[] = { "rsa-sha256", "rsa-sha512", "ecdsa-sha256",
                                                "ecdsa-sha384" };

enum { SIGNED = sizeof signed_by_xmlsec / sizeof *signed_by_xmlsec };

static int judge(const char *xml, assay_key *key, enum assay_rim_trust *ret_trust,
                 assay_error *error)
{
    assay_rim_tag tag;

    *error = (assay_error){ .kind = 0 };
    return assay_rim_read_tag(assay_bytes_of_string(xml), &key, key != NULL, hashes, &arena, &tag,
                              ret_trust, error);
}

static char *signed_tag(size_t which)
{
    char name[40];

    snprintf(name, sizeof name, "%s.swidtag", signed_by_xmlsec[which]);
    return rim_fixture(name);
}

static assay_key *key_of(size_t which)
{
    char path[60];

    snprintf(path, sizeof path, "fixtures/rim/%s.pem", signed_by_xmlsec[which]);
    return rim_key(path);
}

Test(rim_signature, what_xmlsec1_signed_verifies_with_its_key_alone)
{
    for (size_t i = 0; i < SIGNED; i++) {
        char *const xml = signed_tag(i);

        for (size_t j = 0; j < SIGNED; j++) {
            assay_key *key = key_of(j);
            enum assay_rim_trust trust = ASSAY_RIM_UNSIGNED;
            assay_error error;
            const int status = judge(xml, key, &trust, &error);

            cr_expect_eq(status, i == j ? 0 : -ASSAY_UNTRUSTED, "%zu by %zu: %s", i, j, error.what);
            if (i == j)
                cr_expect_eq(trust, ASSAY_RIM_VERIFIED);
            else
                cr_expect_str_eq(error.what, "line 12 of the tag: the signature is by none of the "
                                             "trusted keys");
            assay_key_free(&key);
        }
        free(xml);
    }
}

Test(rim_signature, without_a_key_a_signature_is_unverified_and_none_is_none)
{
    char *const xml = signed_tag(0), *const bare = rim_unsigned(xml);
    enum assay_rim_trust trust = ASSAY_RIM_VERIFIED;
    assay_key *key = key_of(0);
    assay_error error;

    cr_expect_eq(judge(xml, NULL, &trust, &error), 0);
    cr_expect_eq(trust, ASSAY_RIM_UNVERIFIED);
    cr_expect_eq(judge(bare, NULL, &trust, &error), 0);
    cr_expect_eq(trust, ASSAY_RIM_UNSIGNED);
    cr_expect_eq(judge(bare, key, &trust, &error), -ASSAY_MALFORMED);
    cr_expect_str_eq(error.what, "the tag has no signature, and one is wanted");
    assay_key_free(&key);
    free(bare);
    free(xml);
}

typedef struct change {
    const char *from, *to;
    const char *what; /* of the error; NULL: it still verifies */
} change;

static const change changes[] = {
    /* What Canonical XML makes no difference of. */
    { "name=\"compute &amp; image\"", "name  =  'compute &#38; image'", NULL },
    { "rel=\"installationmedia\" href=\"https://builds.example/2026.01\"/>",
      "href=\"https://builds.example/2026.01\" rel=\"installationmedia\"></swid:Link>", NULL },
    { "<!-- one boot -->", "<!-- two --><!-- comments -->", NULL },
    { "B\xC3\xA4"
      "cker",
      "B&#228;cker", NULL },
    { "<SignatureValue>", "<SignatureValue>&#13;\n  ", NULL },
    { "<KeyName>the key of this test", "<KeyName>another's", NULL },
    { "    <KeyInfo><KeyName>the key of this test</KeyName></KeyInfo>\n", "", NULL },
    /* What it does make one of. */
    { "name=\"compute", "name=\"Compute", "line 16 of the tag: the tag is not the one that was" },
    { "</swid:Payload>\n", "</swid:Payload>", "line 15 of the tag: the tag is not the one that" },
    { "xml:lang=\"en\"", "xml:lang=\"de\"", "line 16 of the tag: the tag is not the one that was" },
    { "<swid:Payload>", "<?pi more?><swid:Payload>", "line 16 of the tag: the tag is not the one" },
    { "<SignedInfo>", "<SignedInfo> ", "line 12 of the tag: the signature is by none" },
    { "<SignatureValue>k", "<SignatureValue>l", "line 12 of the tag: the signature is by none" },
    /* What another shape could have it cover something else. */
    { "URI=\"\"", "URI=\"#x\"", "line 16 of the tag: Reference is not to the whole document" },
    { " URI=\"\"", "", "line 16 of the tag: Reference is not to the whole document" },
    { "<CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"/>",
      "<CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
      "line 14 of the tag: CanonicalizationMethod is another one" },
    { "<CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"/>",
      "<CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\">"
      "<p/></CanonicalizationMethod>",
      "line 14 of the tag: CanonicalizationMethod has parameters" },
    { "xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256",
      "line 15 of the tag: SignatureMethod is none of RSA and ECDSA with SHA-2" },
    { "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
      "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
      "line 15 of the tag: SignatureMethod is none of RSA and ECDSA with SHA-2" },
    { "http://www.w3.org/2001/04/xmlenc#sha256\"/>", "http://www.w3.org/2000/09/xmldsig#sha1\"/>",
      "line 21 of the tag: DigestMethod is none of SHA-2" },
    { "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
      "http://www.w3.org/TR/1999/REC-xpath-19991116",
      "line 18 of the tag: Transform is another one" },
    { "<Transforms>",
      "<Transforms><Transform Algorithm=\"http://www.w3.org/TR/2001/"
      "REC-xml-c14n-20010315\"/>",
      "line 17 of the tag: Transform is another one" },
    { "</Transforms>",
      "<Transform Algorithm=\"http://www.w3.org/TR/2001/"
      "REC-xml-c14n-20010315\"/></Transforms>",
      "line 20 of the tag: an element that is not in" },
    { "</SignedInfo>", "<Reference URI=\"\"/></SignedInfo>",
      "line 24 of the tag: an element that is not in the shape" },
    { "</KeyInfo>", "</KeyInfo><Object/>", "line 31 of the tag: an element that is not in the" },
    { "<DigestValue>", "<DigestValue><!-- -->", "line 22 of the tag: DigestValue is no Base64" },
    { "<DigestValue>T", "<DigestValue>!", "line 22 of the tag: DigestValue is no Base64" },
    { "<SignatureValue>", "<SignatureValue/><SignatureValue>",
      "line 25 of the tag: SignatureValue is no Base64" },
    { "<KeyInfo>", "<KeyInfo xmlns=\"\">", "line 31 of the tag: KeyInfo should be here" },
    { "<SignedInfo>", "<SignedInfo xmlns=\"urn:x\">", "line 13 of the tag: SignedInfo should be" },
    /* The signed tag in another place: the signature wrapping of the textbooks. */
    { "</Signature>", "</Signature><Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/>",
      "line 32 of the tag: a second signature" },
    { "<swid:Payload>",
      "<swid:Meta><Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/>"
      "</swid:Meta><swid:Payload>",
      "line 7 of the tag: a signature that is not the root's child" },
};

Test(rim_signature, only_the_shape_of_base_rims_is_believed)
{
    char *const xml = signed_tag(0);
    assay_key *key = key_of(0);

    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char *const changed = replaced_text(xml, changes[i].from, changes[i].to);
        const char *const wanted = changes[i].what;
        enum assay_rim_trust trust;
        assay_error error;
        const int status = judge(changed, key, &trust, &error);

        if (wanted == NULL)
            cr_expect(status == 0 && trust == ASSAY_RIM_VERIFIED, "%zu: %s", i, error.what);
        else
            cr_expect(status < 0 && strncmp(error.what, wanted, strlen(wanted)) == 0,
                      "%zu: %s, not: %s", i, error.what, wanted);
        free(changed);
    }
    assay_key_free(&key);
    free(xml);
}

Test(rim_signature, a_signed_tag_inside_of_another_one_is_not_believed)
{
    char *const xml = signed_tag(0);
    const char *const inner = strstr(xml, "<swid:SoftwareIdentity");
    char *const outer = calloc(1, strlen(xml) + 200);
    assay_key *key = key_of(0);
    enum assay_rim_trust trust;
    assay_error error;

    strcpy(outer, "<SoftwareIdentity xmlns=\"http://standards.iso.org/iso/19770/-2/2015/"
                  "schema.xsd\" name=\"evil\" tagId=\"1\">");
    strcat(outer, inner);
    strcat(outer, "</SoftwareIdentity>");
    cr_expect_eq(judge(outer, key, &trust, &error), -ASSAY_UNSUPPORTED);
    cr_expect_str_eq(error.what, "line 10 of the tag: a signature that is not the root's child");
    assay_key_free(&key);
    free(outer);
    free(xml);
}
