/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of rimtexts.def, and the settings that come of it. */
#include "policy/export/rim/rim.h"

static const assay_rim_text_info rows[ASSAY_RIM_TEXTS] = {
#define FROM(token, element, space, attribute)                                                     \
    { ASSAY_RIM_IN_##element, ASSAY_RIM_##space, attribute, NULL },
#define GIVEN(token, element, space, attribute, setting, value, help)                              \
    { ASSAY_RIM_IN_##element, ASSAY_RIM_##space, attribute, setting },
#include "policy/export/rim/rimtexts.def"
#undef GIVEN
#undef FROM
};

const assay_export_setting_info assay_rim_settings[] = {
#define FROM(token, element, space, attribute)
#define GIVEN(token, element, space, attribute, setting, value, help) { setting, value, help },
#include "policy/export/rim/rimtexts.def"
#undef GIVEN
#undef FROM
    { "hashes", "ALG[,ALG]", "hashes of support RIMs: sha256, sha384, sha512; HIRS reads sha256" },
    { "embed-certificates", "yes|no",
      "whether the signature brings its certificates; by default those of an RSA key" },
    { NULL, NULL, NULL },
};

const assay_rim_text_info *assay_rim_text_at(enum assay_rim_text text)
{
    return &rows[text];
}

/*
 * As NIST IR 8060 (section 3.2, payload hashes) names them; of SHA-384 HIRS has another name, made
 * after the others' fashion, which is read too.
 */
static const struct {
    uint16_t alg;
    const char *uri, *prefix;
} hashes[] = {
    { ASSAY_ALG_SHA256, "http://www.w3.org/2001/04/xmlenc#sha256", "SHA256" },
    { ASSAY_ALG_SHA384, "http://www.w3.org/2001/04/xmldsig-more#sha384", "SHA384" },
    { ASSAY_ALG_SHA512, "http://www.w3.org/2001/04/xmlenc#sha512", "SHA512" },
    { ASSAY_ALG_SHA384, "http://www.w3.org/2001/04/xmlenc#sha384", "SHA384" },
};

enum { HASHES = sizeof hashes / sizeof *hashes };

const char *assay_rim_hash_uri(uint16_t alg)
{
    for (size_t i = 0; i < HASHES; i++)
        if (hashes[i].alg == alg)
            return hashes[i].uri;
    return NULL;
}

const char *assay_rim_hash_prefix(uint16_t alg)
{
    for (size_t i = 0; i < HASHES; i++)
        if (hashes[i].alg == alg)
            return hashes[i].prefix;
    return NULL;
}

uint16_t assay_rim_hash_of_uri(const char *uri)
{
    for (size_t i = 0; i < HASHES; i++)
        if (strcmp(hashes[i].uri, uri) == 0)
            return hashes[i].alg;
    return 0;
}

bool assay_rim_has_word(const char *list, const char *word)
{
    const size_t size = strlen(word);

    for (const char *at = list; *at != '\0';) {
        const size_t length = strcspn(at, " \t\r\n");

        if (length == size && memcmp(at, word, size) == 0)
            return true;
        at += length;
        at += strspn(at, " \t\r\n");
    }
    return false;
}

const char *assay_rim_base_name(const char *path)
{
    const char *const slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}
