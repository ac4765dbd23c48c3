/* SPDX-License-Identifier: BSD-2-Clause */
/* The document that flavors come in: unwrapped, each sound, and signed where that is wanted. */
#include "policy/export/hvs/read.h"

#include "base/base64.h"

enum { FLAVORS_MAX = 4096 };

json_t *assay_hvs_description_of(json_t *flavor)
{
    return json_object_get(json_object_get(flavor, "meta"), "description");
}

assay_bytes assay_hvs_said_by(json_t *flavor, const char *key)
{
    return assay_json_text(json_object_get(assay_hvs_description_of(flavor), key));
}

/* Signatures. */

static int digest_of(assay_hvs_reading *r, json_t *flavor, assay_digest *ret_digest)
{
    assay_writer canonical = assay_writer_growing(ASSAY_HVS_FILE_BYTES_MAX);
    assay_hash *hash = NULL;
    assay_error inner;
    int status = assay_hvs_put_canonical(&canonical, flavor, &inner);

    if (status < 0)
        status =
            assay_json_refuse_as(&r->at, (enum assay_kind) - status, "flavor", "%s", inner.what);
    if (status == 0)
        status = assay_json_check_writer(&r->at, "flavor", &canonical);
    if (status == 0 && assay_hashes_get(r->job->hashes, ASSAY_ALG_SHA384, &hash) < 0)
        status = assay_json_refuse_as(&r->at, ASSAY_CRYPTO, NULL, "libcrypto has no SHA-384");
    if (status == 0) {
        const assay_bytes written = assay_written(&canonical);

        *ret_digest = (assay_digest){ .alg = ASSAY_ALG_SHA384, .size = 48 };
        if (assay_hash_parts(hash, &written, 1, ret_digest->value) < 0)
            status = assay_json_refuse_as(&r->at, ASSAY_CRYPTO, NULL, "it can't be hashed");
    }
    assay_writer_close(&canonical);
    return status;
}

static int check_signature(assay_hvs_reading *r, const assay_digest *digest, assay_bytes signature)
{
    for (size_t i = 0; i < r->job->trusted_count; i++) {
        const assay_key *const key = r->job->trusted[i];
        const int good =
            assay_key_public_of(key)->alg != ASSAY_ALG_RSA
                ? 0
                : assay_key_verify(key, ASSAY_ALG_RSASSA, digest, signature, r->at.error);

        if (good != 0)
            return good < 0 ? good : 0;
    }
    return assay_json_refuse_as(&r->at, ASSAY_UNTRUSTED, "signature",
                                "none of the trusted keys made it");
}

static int check_signed(assay_hvs_reading *r, json_t *wrapper, const assay_digest *digest)
{
    json_t *const text = json_object_get(wrapper, "signature");
    assay_writer signature = assay_writer_growing(ASSAY_KEY_SIGNATURE_MAX);
    int status = 0;

    if (r->job->trusted_count == 0)
        r->unchecked += text != NULL;
    else if (text == NULL)
        status = assay_json_refuse_as(&r->at, ASSAY_UNTRUSTED, "signature",
                                      "it is not signed, and keys are trusted");
    else if (!assay_put_unbase64(&signature, assay_json_text(text)) || signature.failure != 0)
        status = assay_json_refuse(&r->at, "signature", "no signature in Base64");
    else
        status = check_signature(r, digest, assay_written(&signature));
    assay_writer_close(&signature);
    return status;
}

/* Of asset tags, software and IMA: another struct, and no values of a boot. */
static bool is_ours(json_t *flavor)
{
    for (int part = 0; part < ASSAY_HVS_PARTS; part++)
        if (assay_json_is_word(json_object_get(assay_hvs_description_of(flavor), "flavor_part"),
                               assay_hvs_part_name((enum assay_hvs_part)part)))
            return true;
    return false;
}

static int check_flavor(assay_hvs_reading *r, json_t *wrapper)
{
    static const char *const known[] = { "flavor", "signature", NULL };
    json_t *const flavor = json_object_get(wrapper, "flavor");
    assay_digest digest;
    int status = assay_json_check_keys(&r->at, wrapper, known);

    if (status == 0 && !json_is_object(flavor))
        status = assay_json_refuse(&r->at, "flavor", "there is none");
    if (status < 0 || !is_ours(flavor))
        return status;
    status = digest_of(r, flavor, &digest);
    if (status == 0)
        status = check_signed(r, wrapper, &digest);
    if (status == 0 && assay_hvs_said_by(flavor, "label").size == 0)
        status = assay_json_refuse(&r->at, "flavor", "HVS demands a label, and it has none");
    return status;
}

/* One that is ours goes into `kept`, and is sound. */
static int keep_flavor(assay_hvs_reading *r, json_t *wrapper, json_t *kept)
{
    const int status = check_flavor(r, wrapper);

    if (status < 0)
        return status;
    if (!is_ours(json_object_get(wrapper, "flavor")))
        r->others++;
    else if (json_array_append(kept, wrapper) < 0)
        return assay_json_refuse_as(&r->at, ASSAY_NO_MEMORY, NULL, "no memory");
    return 0;
}

static int keep_flavors(assay_hvs_reading *r, const json_t *wrappers, json_t *kept)
{
    assay_json_list list = assay_json_begin_list(&r->at, NULL, wrappers);
    json_t *wrapper;
    int status = 0;

    if (kept == NULL)
        return assay_json_refuse_as(&r->at, ASSAY_NO_MEMORY, NULL, "no memory");
    if (json_array_size(wrappers) > FLAVORS_MAX)
        return assay_json_refuse_as(&r->at, ASSAY_TOO_LARGE, NULL, "more than %d flavors",
                                    FLAVORS_MAX);
    while (status == 0 && (wrapper = assay_json_next(&list)) != NULL)
        status = keep_flavor(r, wrapper, kept);
    assay_json_end_list(&list);
    return status;
}

/* The list in whatever is wrapped around it, or around none; a new reference, or NULL. */
static json_t *list_of(json_t *document)
{
    static const char *const collections[] = { "flavor_collection", "signed_flavor_collection" };
    static const char *const lists[] = { "flavors", "signed_flavors" };

    if (json_is_array(document))
        return json_incref(document);
    for (size_t i = 0; i < 2; i++) {
        json_t *const inner = json_object_get(document, collections[i]);
        json_t *const list = json_object_get(inner != NULL ? inner : document, lists[i]);

        if (json_is_array(list) && json_array_size(list) > 0)
            return json_incref(list);
    }
    if (json_object_get(document, "flavor") != NULL)
        return json_pack("[O]", document);
    return json_object_get(document, "meta") != NULL ? json_pack("[{sO}]", "flavor", document)
                                                     : NULL;
}

int assay_hvs_open_document(assay_hvs_reading *r, json_t *document, json_t **ret_flavors)
{
    json_t *const wrappers = list_of(document);
    json_t *const kept = json_array();
    int status = wrappers == NULL ? assay_json_refuse_as(&r->at, ASSAY_UNKNOWN_FORMAT, NULL,
                                                         "these are no flavors of HVS")
                                  : keep_flavors(r, wrappers, kept);

    json_decref(wrappers);
    if (status == 0)
        *ret_flavors = kept;
    else
        json_decref(kept);
    return status;
}
