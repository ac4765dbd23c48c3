/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of a policy's document, and their signatures. */
#include "policy/lcp/jsonreader.h"

typedef struct scratch {
    assay_writer elements, key, value;
} scratch;

static int read_elements(assay_lcp_reader *r, json_t *object, assay_writer *elements)
{
    json_t *const array = json_object_get(object, "elements");
    json_t *member;
    size_t i;

    if (array == NULL)
        return assay_json_refuse(&r->at, "elements", "are missing; an array of none is one");
    if (!json_is_array(array))
        return assay_json_refuse(&r->at, "elements", "this is no array");
    const size_t above = assay_json_enter(&r->at, "elements");
    json_array_foreach(array, i, member)
    {
        const size_t before = assay_json_enter_index(&r->at, i);
        const int status = assay_lcp_read_element(r, member, elements);

        if (status < 0)
            return status;
        assay_json_leave(&r->at, before);
    }
    assay_json_leave(&r->at, above);
    return assay_json_check_writer(&r->at, "elements", elements);
}

static uint16_t key_alg_of(assay_bytes name)
{
    return assay_bytes_equal(name, ASSAY_LITERAL("rsa"))     ? ASSAY_ALG_RSA
           : assay_bytes_equal(name, ASSAY_LITERAL("ecc"))   ? ASSAY_ALG_ECC
           : assay_bytes_equal(name, ASSAY_LITERAL("lms"))   ? ASSAY_ALG_LMS
           : assay_bytes_equal(name, ASSAY_LITERAL("mldsa")) ? ASSAY_ALG_MLDSA
                                                             : 0;
}

/* Bytes of the key, of so many bits. */
static size_t key_size(const assay_lcp_scheme *scheme, size_t bits)
{
    return scheme->key_size != 0              ? scheme->key_size
           : scheme->key_alg == ASSAY_ALG_ECC ? bits / 8 * 2
                                              : bits / 8;
}

static int read_key(assay_lcp_reader *r, json_t *object, const assay_lcp_scheme *scheme,
                    assay_lcp_signature *signature, assay_writer *key)
{
    static const char *const keys[] = { "alg", "bits", "exponent", "value", NULL };
    uint64_t bits = 8u * scheme->key_size, exponent = 65537;
    int status = assay_json_check_keys(&r->at, object, keys);

    if (status == 0 &&
        key_alg_of(assay_json_text(json_object_get(object, "alg"))) != scheme->key_alg)
        status = assay_json_refuse(&r->at, "alg", "this is no kind of key of this scheme");
    if (status == 0)
        status = assay_json_read_number(&r->at, object, "bits", UINT16_MAX, &bits, NULL);
    if (status == 0)
        status = assay_json_read_number(&r->at, object, "exponent", UINT32_MAX, &exponent, NULL);
    if (status == 0)
        status = assay_json_read_hex(&r->at, json_object_get(object, "value"), "value", key);
    if (status == 0 && (key->used == 0 || key->used != key_size(scheme, (size_t)bits)))
        status = assay_json_refuse(&r->at, "value", "%zu bytes are not a key of %llu bits",
                                   key->used, (unsigned long long)bits);
    signature->key_alg = scheme->key_alg;
    signature->key_bits = (uint16_t)bits;
    signature->exponent = scheme->key_alg == ASSAY_ALG_RSA ? (uint32_t)exponent : 0;
    signature->key = assay_written(key);
    return status;
}

/* None, or null: zeros that wait for a signature. */
static int read_value(const assay_lcp_reader *r, json_t *object, const assay_lcp_scheme *scheme,
                      assay_lcp_signature *signature, assay_writer *value)
{
    const json_t *const text = json_object_get(object, "value");
    const size_t size = scheme->value_size != 0 ? scheme->value_size : signature->key.size;

    if (text == NULL || json_is_null(text))
        assay_put_zeros(value, size);
    else {
        const int status = assay_json_read_hex(&r->at, text, "value", value);

        if (status < 0)
            return status;
    }
    signature->value = assay_written(value);
    if (value->failure != 0)
        return assay_json_check_writer(&r->at, "value", value);
    return value->used == size
               ? 0
               : assay_json_refuse(&r->at, "value", "%zu bytes, %zu are wanted", value->used, size);
}

static int read_hash_alg(const assay_lcp_reader *r, json_t *object, const assay_lcp_list *list,
                         assay_lcp_signature *signature)
{
    const json_t *const alg = json_object_get(object, "hash_alg");

    signature->hash_alg = ASSAY_ALG_NULL;
    const bool wanted = list->version == ASSAY_LCP_LIST_3_0 && signature->scheme != ASSAY_ALG_MLDSA;
    if (alg == NULL || json_is_null(alg))
        return wanted ? assay_json_refuse(&r->at, "hash_alg", "is missing") : 0;
    if (!wanted)
        return assay_json_refuse(&r->at, "hash_alg",
                                 "this block has no room for it: null is wanted");
    return assay_lcp_read_alg(r, object, "hash_alg", &signature->hash_alg);
}

static int read_signature(assay_lcp_reader *r, json_t *object, assay_lcp_list *list, scratch *s)
{
    static const char *const keys[] = {
        "scheme", "hash_alg", "key", "value", "signed_sha256", NULL
    };
    assay_lcp_signature *const signature = &list->signature;
    int status = assay_json_check_keys(&r->at, object, keys);

    if (status < 0)
        return status;
    const assay_lcp_scheme *const scheme =
        assay_lcp_scheme_by_name(assay_json_text(json_object_get(object, "scheme")));
    if (scheme == NULL || !assay_lcp_list_takes(list->version, scheme))
        return assay_json_refuse(&r->at, "scheme", "no list of this version is signed so");
    list->is_signed = true;
    signature->scheme = scheme->id;
    const size_t before = assay_json_enter(&r->at, "key");
    status = read_key(r, json_object_get(object, "key"), scheme, signature, &s->key);
    if (status < 0)
        return status;
    assay_json_leave(&r->at, before);
    status = read_hash_alg(r, object, list, signature);
    return status < 0 ? status : read_value(r, object, scheme, signature, &s->value);
}

/* SHA-256 of what the signature of an encoded list covers. */
static int digest_signed(const assay_lcp_reader *r, const assay_lcp_list *list,
                         uint8_t digest[ASSAY_DIGEST_MAX])
{
    assay_writer bytes = assay_writer_growing(ASSAY_LCP_FILE_MAX);
    assay_lcp_list again;
    assay_hash *sha256;

    assay_lcp_list_encode(&bytes, list);
    assay_cursor cursor = assay_cursor_of(assay_written(&bytes));
    int status = assay_json_check_writer(&r->at, NULL, &bytes);

    if (status == 0)
        status = assay_lcp_list_read(&cursor, 0, &again, r->at.error);
    if (status == 0)
        status = assay_hashes_get(r->hashes, ASSAY_ALG_SHA256, &sha256);
    if (status == 0)
        status = assay_hash_parts(sha256, &again.signed_data, 1, digest);
    assay_writer_close(&bytes);
    return status;
}

static void make_stale(assay_lcp_reader *r, assay_lcp_list *list, size_t index, scratch *s)
{
    r->stale_lists |= 1u << index;
    if (r->stale == ASSAY_LCP_STALE_DROP) {
        list->is_signed = false;
        return;
    }
    const size_t size = s->value.used;
    s->value.used = 0;
    assay_put_zeros(&s->value, size);
    list->signature.value = assay_written(&s->value);
}

/* A signature of other bytes than the list has now is none. */
static int check_signed(assay_lcp_reader *r, json_t *object, assay_lcp_list *list, size_t index,
                        scratch *s)
{
    const json_t *const text = json_object_get(object, "signed_sha256");
    uint8_t stated[32], digest[ASSAY_DIGEST_MAX] = { 0 };
    assay_writer writer = assay_writer_lent(stated, sizeof stated);

    if (text == NULL)
        return 0;
    int status = assay_json_read_hex(&r->at, text, "signed_sha256", &writer);
    if (status == 0 && writer.used != sizeof stated)
        status = assay_json_refuse(&r->at, "signed_sha256", "32 bytes are wanted");
    if (status == 0)
        status = digest_signed(r, list, digest);
    if (status < 0 || memcmp(stated, digest, sizeof stated) == 0)
        return status;
    if (r->stale == ASSAY_LCP_STALE_REFUSE)
        return assay_json_refuse(&r->at, "value", "the list has changed since it was signed");
    make_stale(r, list, index, s);
    return 0;
}

static int read_version(const assay_lcp_reader *r, json_t *object, assay_lcp_list *list)
{
    list->version = assay_lcp_list_version(assay_json_text(json_object_get(object, "version")));
    return list->version != 0 ? 0
                              : assay_json_refuse(&r->at, "version",
                                                  "one of \"1.0\", \"2.0\", \"2.1\" and \"3.0\" is "
                                                  "wanted");
}

static int read_numbers(const assay_lcp_reader *r, json_t *object, assay_lcp_list *list)
{
    uint64_t counter = 0, reserved = 0;
    int status =
        assay_json_read_number(&r->at, object, "revocation_counter", UINT16_MAX, &counter, NULL);

    if (status == 0)
        status = assay_json_read_number(&r->at, object, "reserved", UINT32_MAX, &reserved, NULL);
    list->revocation_counter = (uint16_t)counter;
    list->reserved = (uint32_t)reserved;
    return status;
}

/* KeySignatureOffset has two bytes. */
static int check_size(const assay_lcp_reader *r, const assay_lcp_list *list)
{
    if (list->is_signed && list->version == ASSAY_LCP_LIST_3_0 &&
        list->elements.size > UINT16_MAX - 10)
        return assay_json_refuse(&r->at, "elements",
                                 "%zu bytes; in a signed list 3.0 there may be 65525",
                                 list->elements.size);
    return 0;
}

static int read_list(assay_lcp_reader *r, json_t *object, assay_lcp_list *list, size_t index,
                     scratch *s)
{
    static const char *const keys[] = { "version",  "revocation_counter", "reserved",
                                        "elements", "signature",          NULL };
    json_t *const signature = json_object_get(object, "signature");
    int status = assay_json_check_keys(&r->at, object, keys);

    if (status == 0)
        status = read_version(r, object, list);
    if (status == 0)
        status = read_numbers(r, object, list);
    if (status == 0)
        status = read_elements(r, object, &s->elements);
    list->elements = assay_written(&s->elements);
    if (status == 0 && (signature == NULL || json_is_null(signature)) &&
        list->revocation_counter != 0)
        return assay_json_refuse(&r->at, "revocation_counter", "a list that isn't signed has none");
    if (status < 0 || signature == NULL || json_is_null(signature))
        return status;
    const size_t before = assay_json_enter(&r->at, "signature");
    status = read_signature(r, signature, list, s);
    if (status == 0)
        status = check_size(r, list);
    if (status == 0)
        status = check_signed(r, signature, list, index, s);
    if (status == 0)
        assay_json_leave(&r->at, before);
    return status;
}

/* What was written is read back. */
static int put_list(const assay_lcp_reader *r, const assay_lcp_list *list, assay_writer *out)
{
    const size_t before = out->used;
    assay_lcp_list again;

    assay_lcp_list_encode(out, list);
    if (out->failure != 0)
        return assay_json_check_writer(&r->at, NULL, out);
    assay_cursor cursor = assay_cursor_of(assay_bytes_of(out->data + before, out->used - before));
    const int status = assay_lcp_list_read(&cursor, 0, &again, r->at.error);
    if (status < 0)
        return status;
    if (again.reserved != list->reserved)
        return assay_json_refuse(&r->at, "reserved", "such a list has no room for it");
    return 0;
}

int assay_lcp_read_list(assay_lcp_reader *r, json_t *object, size_t index, assay_writer *out)
{
    scratch s = { assay_writer_growing(ASSAY_LCP_FILE_MAX), assay_writer_growing(1 << 16),
                  assay_writer_growing(1 << 16) };
    assay_lcp_list list = { 0 };
    int status = read_list(r, object, &list, index, &s);

    if (status == 0)
        status = put_list(r, &list, out);
    assay_writer_close(&s.elements);
    assay_writer_close(&s.key);
    assay_writer_close(&s.value);
    return status;
}
