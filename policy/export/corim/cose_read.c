/* SPDX-License-Identifier: BSD-2-Clause */
/* COSE_Sign1: reading and checking. */
#include "policy/export/corim/cose_private.h"

enum { PROTECTED, UNPROTECTED, PAYLOAD, SIGNATURE, PARTS };

/* Labels that something here looks at, or whose meaning asks nothing of a reader. */
static bool is_understood(const assay_cbor *label)
{
    static const int8_t understood[] = { COSE_ALG, COSE_CRIT, COSE_CONTENT_TYPE, COSE_KID,
                                         COSE_CORIM_META };

    for (size_t i = 0; i < sizeof understood; i++)
        if (assay_cbor_is(label, understood[i]))
            return true;
    return false;
}

static int check_critical(const assay_corim_reading *r, const assay_cbor *headers)
{
    const assay_cbor *const critical = assay_cbor_member(headers, COSE_CRIT);

    if (critical == NULL)
        return 0;
    if (critical->kind != ASSAY_CBOR_ARRAY || critical->count == 0)
        return assay_corim_refuse(r, critical, "crit", "this is no array, or an empty one");
    for (size_t i = 0; i < critical->count; i++) {
        const assay_cbor *const label = &critical->items[i];

        if (!is_understood(label))
            return assay_corim_refuse_as(r, ASSAY_UNSUPPORTED, label, "crit",
                                         "a header that must be understood, and isn't here");
        if (assay_cbor_member(headers, (int64_t)label->number) == NULL)
            return assay_corim_refuse(r, label, "crit", "a header that isn't protected");
    }
    return 0;
}

static int check_content_type(const assay_corim_reading *r, const assay_cbor *headers)
{
    const assay_cbor *const type = assay_cbor_member(headers, COSE_CONTENT_TYPE);

    if (type == NULL)
        return assay_corim_refuse(r, headers, "content type", "the protected header has none");
    return type->kind == ASSAY_CBOR_TEXT &&
                   assay_bytes_equal(type->bytes, ASSAY_LITERAL(ASSAY_CORIM_CONTENT_TYPE))
               ? 0
               : assay_corim_refuse(r, type, "content type",
                                    "it isn't " ASSAY_CORIM_CONTENT_TYPE);
}

/* Who signed, as a byte string around a map. Only keys are believed here: it is for people. */
static int check_meta(const assay_corim_reading *r, const assay_cbor *headers)
{
    const assay_cbor *const bytes = assay_cbor_member(headers, COSE_CORIM_META);
    assay_cbor meta;

    if (bytes == NULL)
        return 0;
    if (bytes->kind != ASSAY_CBOR_BYTES)
        return assay_corim_refuse(r, bytes, "corim-meta", "these are no bytes");
    const int status =
        assay_cbor_read(&r->job->arena, bytes->bytes, bytes->content, &meta, r->error);
    return status == 0 && assay_cbor_member(&meta, 0) == NULL
               ? assay_corim_refuse(r, bytes, "corim-meta", "it names no signer")
               : status;
}

/* A label stands in one of the two maps (RFC 9052 section 3), or readers differ. */
static int check_unprotected(const assay_corim_reading *r, const assay_cbor *headers,
                             const assay_cbor *unprotected)
{
    for (size_t i = 0; i < 2 * unprotected->count; i += 2)
        for (size_t j = 0; j < 2 * headers->count; j += 2)
            if (assay_cbor_same(&unprotected->items[i], &headers->items[j]))
                return assay_corim_refuse(r, &unprotected->items[i], "unprotected",
                                          "a header that is protected too");
    return 0;
}

static int read_headers(const assay_corim_reading *r, const assay_cbor *unprotected,
                        assay_cose *cose)
{
    assay_cbor *const headers = assay_arena_room(&r->job->arena, sizeof *headers);
    const assay_cbor *const bytes = cose->protected;

    if (headers == NULL)
        return assay_corim_refuse_as(r, ASSAY_NO_MEMORY, bytes, "protected", "no memory");
    int status =
        assay_cbor_read(&r->job->arena, bytes->bytes, bytes->content, headers, r->error);
    if (status < 0)
        return status;
    if (headers->kind != ASSAY_CBOR_MAP)
        return assay_corim_refuse(r, headers, "protected", "this is no map");
    if ((status = check_unprotected(r, headers, unprotected)) < 0)
        return status;
    const assay_cbor *const alg = assay_cbor_member(headers, COSE_ALG);
    if (alg == NULL || alg->kind > ASSAY_CBOR_NEGATIVE || alg->number > INT32_MAX)
        return assay_corim_refuse(r, alg != NULL ? alg : headers, "alg",
                                  "the protected header has no number of an algorithm");
    cose->alg = alg->kind == ASSAY_CBOR_UINT ? (int64_t)alg->number : -1 - (int64_t)alg->number;
    status = check_critical(r, headers);
    if (status == 0)
        status = check_content_type(r, headers);
    return status == 0 ? check_meta(r, headers) : status;
}

int assay_cose_read(const assay_corim_reading *r, const assay_cbor *item, assay_cose *ret_cose)
{
    static const char shape[] = "this is no COSE_Sign1: protected, unprotected, payload, signature";

    if (item->kind != ASSAY_CBOR_ARRAY || item->count != PARTS)
        return assay_corim_refuse(r, item, "COSE_Sign1", shape);
    const assay_cbor *const parts = item->items;
    if (parts[PAYLOAD].kind == ASSAY_CBOR_NULL)
        return assay_corim_refuse_as(r, ASSAY_UNSUPPORTED, &parts[PAYLOAD], "payload",
                                     "the payload is somewhere else");
    if (parts[PROTECTED].kind != ASSAY_CBOR_BYTES || parts[UNPROTECTED].kind != ASSAY_CBOR_MAP ||
        parts[PAYLOAD].kind != ASSAY_CBOR_BYTES || parts[SIGNATURE].kind != ASSAY_CBOR_BYTES)
        return assay_corim_refuse(r, item, "COSE_Sign1", shape);
    /* Critical headers are protected ones (RFC 9052 section 3.1). */
    if (assay_cbor_member(&parts[UNPROTECTED], COSE_CRIT) != NULL)
        return assay_corim_refuse(r, &parts[UNPROTECTED], "crit", "it has to be protected");
    *ret_cose = (assay_cose){ .protected = &parts[PROTECTED],
                              .payload = &parts[PAYLOAD],
                              .signature = &parts[SIGNATURE] };
    return read_headers(r, &parts[UNPROTECTED], ret_cose);
}

int assay_cose_verify(const assay_corim_reading *r, const assay_cose *cose)
{
    const assay_import_job *const job = r->job;
    const assay_cose_alg *const alg = assay_cose_alg_find(cose->alg);
    assay_digest digest;

    if (alg == NULL)
        return assay_corim_refuse_as(r, ASSAY_UNSUPPORTED, cose->protected, "alg",
                                     "signatures of this algorithm can't be checked here");
    const int made = assay_cose_digest(alg, cose->protected->bytes, cose->payload->bytes,
                                       job->hashes, &digest);
    if (made < 0)
        return assay_corim_refuse_as(r, (enum assay_kind)-made, cose->signature, "signature",
                                     "what was signed could not be hashed");
    for (size_t i = 0; i < job->trusted_count; i++) {
        const int good = assay_key_verify(job->trusted[i], alg->scheme, &digest,
                                          cose->signature->bytes, r->error);

        if (good != 0)
            return good < 0 ? good : 0;
    }
    return assay_corim_refuse_as(r, ASSAY_UNTRUSTED, cose->signature, "signature",
                                 "it is of none of the trusted keys, or of other bytes");
}
