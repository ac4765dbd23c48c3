/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/list.h"

#include "policy/lcp/block.h"

enum {
    HEADER = 8,
    COUNTER = 2,     /* RevocationCounter, which KeySignatureOffset points past */
    SIGALG_NONE = 0, /* LCP_POLSALG_ of lists 1.x */
    SIGALG_RSA = 1,
};

static const struct {
    uint16_t version;
    const char *name;
} versions[] = {
    { ASSAY_LCP_LIST_1_0, "1.0" }, { ASSAY_LCP_LIST_1_1, "1.1" }, { ASSAY_LCP_LIST_2_0, "2.0" },
    { ASSAY_LCP_LIST_2_1, "2.1" }, { ASSAY_LCP_LIST_3_0, "3.0" },
};
enum { VERSIONS = sizeof versions / sizeof *versions };

const char *assay_lcp_list_version_name(uint16_t version)
{
    for (size_t i = 0; i < VERSIONS; i++)
        if (versions[i].version == version)
            return versions[i].name;
    return NULL;
}

uint16_t assay_lcp_list_version(assay_bytes name)
{
    for (size_t i = 0; i < VERSIONS; i++)
        if (assay_bytes_equal(name, assay_bytes_of_string(versions[i].name)))
            return versions[i].version;
    return 0;
}

/* A list in the middle of being read. */
typedef struct reading {
    assay_cursor cursor; /* from the list's first byte to the end of the input */
    uint64_t offset;     /* of that byte */
    assay_lcp_list *list;
    assay_error *error;
} reading;

static int fail(const reading *r, enum assay_kind kind, size_t offset, const char *field,
                const char *what)
{
    return assay_fail(r->error, kind, (assay_place){ r->offset + offset, ASSAY_NO_EVENT, field },
                      "%s", what);
}

static int read_legacy_alg(reading *r)
{
    r->list->reserved = assay_take_u8(&r->cursor);
    r->list->stated_sig_alg = assay_take_u8(&r->cursor);
    r->list->signature.scheme = ASSAY_ALG_RSASSA;
    r->list->is_signed = r->list->stated_sig_alg != SIGALG_NONE;
    return r->list->is_signed && r->list->stated_sig_alg != SIGALG_RSA
               ? fail(r, ASSAY_MALFORMED, 3, "SigAlgorithm",
                      "a list 1.x has signature algorithm 0, none, or 1, RSA")
               : 0;
}

static int read_alg(reading *r)
{
    const uint16_t alg = assay_take_u16le(&r->cursor);
    const assay_lcp_scheme *const scheme = assay_lcp_scheme_find(alg);

    r->list->stated_sig_alg = alg;
    r->list->is_signed = alg != ASSAY_ALG_NULL;
    r->list->signature.scheme = alg;
    if (r->list->is_signed && (scheme == NULL || !assay_lcp_list_takes(r->list->version, scheme)) &&
        !r->cursor.failed)
        return fail(r, ASSAY_MALFORMED, 2, "SigAlgorithm",
                    "a list 2.x has none (0x10), RSASSA (0x14), ECDSA (0x18) or SM2 (0x1b)");
    return 0;
}

static int read_header(reading *r)
{
    assay_lcp_list *const list = r->list;

    list->version = assay_take_u16le(&r->cursor);
    if (!r->cursor.failed && assay_lcp_list_version_name(list->version) == NULL)
        return assay_fail(
            r->error, ASSAY_UNSUPPORTED, (assay_place){ r->offset, ASSAY_NO_EVENT, "Version" },
            "a list of version 0x%04x is unknown; there are 1.0, 1.1, 2.0, 2.1 and 3.0",
            list->version);
    if (list->version >> 8 == 1)
        return read_legacy_alg(r);
    if (list->version >> 8 == 2)
        return read_alg(r);
    list->stated_sig_alg = assay_take_u16le(&r->cursor);
    list->is_signed = list->stated_sig_alg != 0;
    return 0;
}

/* Walks the elements once; of broken ones those before the break stay. */
static int walk_elements(const reading *r)
{
    assay_cursor cursor = assay_cursor_of(r->list->elements);
    assay_lcp_element element;
    int more;

    do
        more = assay_lcp_element_next(&cursor, r->offset + HEADER, &element, r->error);
    while (more > 0);
    if (more < 0)
        r->list->elements.size = cursor.offset;
    return more;
}

static int read_elements(reading *r)
{
    const uint32_t size = assay_take_u32le(&r->cursor);

    if (r->cursor.failed)
        return fail(r, ASSAY_TRUNCATED, r->cursor.offset, "PolicyElementsSize",
                    "the input ends inside the header of a list");
    const size_t left = assay_left(&r->cursor);
    r->list->elements = assay_take_up_to(&r->cursor, size);
    const int status = walk_elements(r);
    if (size > left)
        return assay_fail(r->error, ASSAY_TRUNCATED,
                          (assay_place){ r->offset + 4, ASSAY_NO_EVENT, "PolicyElementsSize" },
                          "a list says its elements have %u bytes; %zu are left", size, left);
    return status;
}

static int check_offset(const reading *r)
{
    const size_t wanted = HEADER + r->list->elements.size + COUNTER;

    if (r->list->version != ASSAY_LCP_LIST_3_0 || r->list->stated_sig_alg == wanted)
        return 0;
    return assay_fail(
        r->error, ASSAY_MALFORMED,
        (assay_place){ r->offset + 2, ASSAY_NO_EVENT, "KeySignatureOffset" },
        "the key is said to lie at %u; behind the elements and the revocation counter "
        "is %zu",
        r->list->stated_sig_alg, wanted);
}

static int read_signature(reading *r)
{
    assay_lcp_list *const list = r->list;
    size_t signed_size = 0;
    const int status = check_offset(r);

    if (status < 0)
        return status;
    const assay_lcp_fault fault = assay_lcp_block_take(&r->cursor, list, &signed_size);
    if (fault.why != NULL)
        return fail(r, ASSAY_MALFORMED, fault.offset, fault.field, fault.why);
    if (r->cursor.failed)
        return fail(r, ASSAY_TRUNCATED, r->cursor.offset, "Signature",
                    "the input ends inside the signature of a list");
    list->signature.empty = assay_bytes_all(list->signature.value, 0);
    list->signed_data = assay_bytes_of(r->cursor.bytes.data, signed_size);
    return 0;
}

int assay_lcp_list_read(assay_cursor *cursor, uint64_t base, assay_lcp_list *ret_list,
                        assay_error *error)
{
    const assay_bytes rest = assay_peek_rest(cursor);
    /* cppcheck-suppress ctuuninitvar ; both are written to, and never read before */
    reading r = { assay_cursor_of(rest), base + cursor->offset, ret_list, error };

    *ret_list = (assay_lcp_list){ .offset = r.offset };
    int status = read_header(&r);
    if (status == 0)
        status = read_elements(&r);
    if (status == 0 && ret_list->is_signed)
        status = read_signature(&r);
    ret_list->bytes = assay_bytes_of(rest.data, r.cursor.offset);
    if (status == 0)
        assay_take(cursor, r.cursor.offset);
    return status;
}

/* What stands between version and size of the elements. */
static void put_alg(assay_writer *writer, const assay_lcp_list *list)
{
    if (list->version >> 8 == 1) {
        assay_put_u8(writer, (uint8_t)list->reserved);
        assay_put_u8(writer, list->is_signed ? SIGALG_RSA : SIGALG_NONE);
    } else if (list->version >> 8 == 2) {
        assay_put_u16le(writer, list->is_signed ? list->signature.scheme : ASSAY_ALG_NULL);
    } else {
        assay_put_u16le(writer,
                        list->is_signed ? (uint16_t)(HEADER + list->elements.size + COUNTER) : 0);
    }
}

static void put_header(assay_writer *writer, const assay_lcp_list *list)
{
    assay_put_u16le(writer, list->version);
    put_alg(writer, list);
    assay_put_u32le(writer, (uint32_t)list->elements.size);
}

void assay_lcp_list_encode(assay_writer *writer, const assay_lcp_list *list)
{
    put_header(writer, list);
    assay_put(writer, list->elements);
    if (list->is_signed)
        assay_lcp_block_put(writer, list);
}

assay_cursor assay_lcp_list_elements(const assay_lcp_list *list)
{
    return assay_cursor_of(list->elements);
}

int assay_lcp_list_measure(const assay_lcp_list *list, assay_hash *hash, uint8_t *ret_digest)
{
    uint8_t header[HEADER];
    assay_writer writer = assay_writer_lent(header, sizeof header);

    if (list->is_signed)
        return assay_hash_parts(hash, &list->signature.key, 1, ret_digest);
    put_header(&writer, list);
    const assay_bytes parts[] = { assay_written(&writer), list->elements };
    return assay_hash_parts(hash, parts, 2, ret_digest);
}
