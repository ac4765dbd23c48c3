/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/element.h"

#include "policy/lcp/pcrinfo.h"

/* Where and why a body can't be read; the offset counts from the header. */
typedef struct body_fault {
    size_t offset;
    const char *field;
    const char *why;
} body_fault;

typedef struct kind {
    uint32_t type;
    const char *name;
    /* What stands after the header; what doesn't fit is the cursor's failure. */
    void (*read)(assay_cursor *body, assay_lcp_element *element, body_fault *fault);
    void (*write)(assay_writer *writer, const assay_lcp_element *element);
} kind;

static size_t digest_size(uint16_t alg)
{
    const assay_alg *const row = assay_alg_find(alg);

    return row == NULL ? 0 : row->size;
}

static void set_fault(body_fault *fault, const assay_cursor *body, size_t back, const char *field,
                      const char *why)
{
    if (fault->why == NULL && !body->failed)
        *fault = (body_fault){ body->offset - back, field, why };
}

/* The algorithm of an element of TPM 2.0: without its size nothing after it can be read. */
static void take_alg(assay_cursor *body, assay_lcp_element *element, body_fault *fault)
{
    element->hash_alg = assay_take_u16le(body);
    if (digest_size(element->hash_alg) == 0)
        set_fault(fault, body, 2, "HashAlg",
                  "the algorithm is unknown, and with it the size of its digests");
}

/* The algorithm of an element of TPM 1.2: LCP_POLHALG_SHA1 is all there is. */
static void take_legacy_alg(assay_cursor *body, assay_lcp_element *element, body_fault *fault)
{
    element->hash_alg = ASSAY_ALG_SHA1;
    if (assay_take_u8(body) != 0)
        set_fault(fault, body, 1, "HashAlg", "an element of TPM 1.2 has no algorithm but 0, SHA-1");
}

static void take_reserved(assay_cursor *body, assay_lcp_element *element, unsigned at,
                          unsigned count)
{
    for (unsigned i = at; i < at + count; i++)
        element->reserved |= (uint64_t)assay_take_u8(body) << 8 * i;
}

static void put_reserved(assay_writer *writer, const assay_lcp_element *element, unsigned at,
                         unsigned count)
{
    for (unsigned i = at; i < at + count; i++)
        assay_put_u8(writer, (uint8_t)(element->reserved >> 8 * i));
}

static void take_digests(assay_cursor *body, assay_lcp_element *element)
{
    element->count = assay_take_u16le(body);
    element->digests = assay_take(body, element->count * digest_size(element->hash_alg));
}

static void put_digests(assay_writer *writer, const assay_lcp_element *element)
{
    assay_put_u16le(writer, element->count);
    assay_put(writer, element->digests);
}

static void read_mle(assay_cursor *body, assay_lcp_element *element, body_fault *fault)
{
    element->sinit_min_version = assay_take_u8(body);
    take_legacy_alg(body, element, fault);
    take_digests(body, element);
}

static void write_mle(assay_writer *writer, const assay_lcp_element *element)
{
    assay_put_u8(writer, element->sinit_min_version);
    assay_put_u8(writer, 0);
    put_digests(writer, element);
}

static void read_mle2(assay_cursor *body, assay_lcp_element *element, body_fault *fault)
{
    element->sinit_min_version = assay_take_u8(body);
    take_reserved(body, element, 0, 1);
    take_alg(body, element, fault);
    take_digests(body, element);
}

static void write_mle2(assay_writer *writer, const assay_lcp_element *element)
{
    assay_put_u8(writer, element->sinit_min_version);
    put_reserved(writer, element, 0, 1);
    assay_put_u16le(writer, element->hash_alg);
    put_digests(writer, element);
}

static void read_sbios(assay_cursor *body, assay_lcp_element *element, body_fault *fault)
{
    take_legacy_alg(body, element, fault);
    take_reserved(body, element, 0, 3);
    element->fallback = assay_take(body, digest_size(element->hash_alg));
    take_reserved(body, element, 3, 2);
    take_digests(body, element);
}

static void write_sbios(assay_writer *writer, const assay_lcp_element *element)
{
    assay_put_u8(writer, 0);
    put_reserved(writer, element, 0, 3);
    assay_put(writer, element->fallback);
    put_reserved(writer, element, 3, 2);
    put_digests(writer, element);
}

static void read_sbios2(assay_cursor *body, assay_lcp_element *element, body_fault *fault)
{
    take_alg(body, element, fault);
    take_reserved(body, element, 0, 2);
    element->fallback = assay_take(body, digest_size(element->hash_alg));
    take_reserved(body, element, 2, 2);
    take_digests(body, element);
}

static void write_sbios2(assay_writer *writer, const assay_lcp_element *element)
{
    assay_put_u16le(writer, element->hash_alg);
    put_reserved(writer, element, 0, 2);
    assay_put(writer, element->fallback);
    put_reserved(writer, element, 2, 2);
    put_digests(writer, element);
}

static void read_stm2(assay_cursor *body, assay_lcp_element *element, body_fault *fault)
{
    take_alg(body, element, fault);
    take_digests(body, element);
}

static void write_stm2(assay_writer *writer, const assay_lcp_element *element)
{
    assay_put_u16le(writer, element->hash_alg);
    put_digests(writer, element);
}

/* Looks at each of the PCR infos once, so that assay_lcp_pcr_info_next can't fail. */
static void take_infos(assay_cursor *body, assay_lcp_element *element, body_fault *fault)
{
    const size_t start = body->offset + 2;
    assay_lcp_pcr_info info;

    element->count = assay_take_u16le(body);
    for (unsigned i = 0; i < element->count && !body->failed; i++) {
        const size_t offset = body->offset;
        const char *const why = assay_lcp_pcr_info_take(body, element->type, &info);

        if (why != NULL) {
            *fault = (body_fault){ offset, "PCRInfos", why };
            return;
        }
    }
    if (!body->failed)
        element->infos = assay_bytes_of(body->bytes.data + start, body->offset - start);
}

static void read_pconf(assay_cursor *body, assay_lcp_element *element, body_fault *fault)
{
    element->hash_alg = ASSAY_ALG_SHA1;
    take_infos(body, element, fault);
}

static void read_pconf2(assay_cursor *body, assay_lcp_element *element, body_fault *fault)
{
    element->hash_alg = assay_take_u16le(body);
    take_infos(body, element, fault);
}

static void write_pconf(assay_writer *writer, const assay_lcp_element *element)
{
    assay_put_u16le(writer, element->count);
    assay_put(writer, element->infos);
}

static void write_pconf2(assay_writer *writer, const assay_lcp_element *element)
{
    assay_put_u16le(writer, element->hash_alg);
    write_pconf(writer, element);
}

static void read_custom(assay_cursor *body, assay_lcp_element *element, body_fault *fault)
{
    (void)fault;
    element->uuid = assay_take_guid(body);
    element->data = assay_take_rest(body);
}

static void write_custom(assay_writer *writer, const assay_lcp_element *element)
{
    assay_put_guid(writer, &element->uuid);
    assay_put(writer, element->data);
}

static void read_unknown(assay_cursor *body, assay_lcp_element *element, body_fault *fault)
{
    (void)fault;
    element->data = assay_take_rest(body);
}

static void write_unknown(assay_writer *writer, const assay_lcp_element *element)
{
    assay_put(writer, element->data);
}

static const kind kinds[] = {
    { ASSAY_LCP_MLE, "mle", read_mle, write_mle },
    { ASSAY_LCP_PCONF, "pconf", read_pconf, write_pconf },
    { ASSAY_LCP_SBIOS, "sbios", read_sbios, write_sbios },
    { ASSAY_LCP_CUSTOM, "custom", read_custom, write_custom },
    { ASSAY_LCP_MLE2, "mle2", read_mle2, write_mle2 },
    { ASSAY_LCP_PCONF2, "pconf2", read_pconf2, write_pconf2 },
    { ASSAY_LCP_SBIOS2, "sbios2", read_sbios2, write_sbios2 },
    { ASSAY_LCP_CUSTOM2, "custom2", read_custom, write_custom },
    { ASSAY_LCP_STM2, "stm2", read_stm2, write_stm2 },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const kind unknown_kind = { 0, NULL, read_unknown, write_unknown };

static const kind *kind_of(uint32_t type)
{
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].type == type)
            return &kinds[i];
    return &unknown_kind;
}

const char *assay_lcp_element_name(uint32_t type)
{
    return kind_of(type)->name;
}

bool assay_lcp_element_by_name(assay_bytes name, uint32_t *ret_type)
{
    for (size_t i = 0; i < KINDS; i++)
        if (assay_bytes_equal(name, assay_bytes_of_string(kinds[i].name))) {
            *ret_type = kinds[i].type;
            return true;
        }
    return false;
}

static int read_body(assay_lcp_element *element, assay_error *error)
{
    assay_cursor body = assay_cursor_of(element->bytes);
    body_fault fault = { 0 };

    assay_take(&body, ASSAY_LCP_ELEMENT_HEADER);
    kind_of(element->type)->read(&body, element, &fault);
    if (fault.why != NULL)
        return assay_fail(
            error, ASSAY_MALFORMED,
            (assay_place){ element->offset + fault.offset, ASSAY_NO_EVENT, fault.field },
            "an element can't be read: %s", fault.why);
    if (body.failed)
        return assay_fail(
            error, ASSAY_MALFORMED, (assay_place){ element->offset, ASSAY_NO_EVENT, "Size" },
            "an element of %zu bytes is too small: %zu bytes more are wanted at byte "
            "%zu of it",
            element->bytes.size, body.wanted - (element->bytes.size - body.offset), body.offset);
    element->padding = assay_take_rest(&body);
    return 1;
}

int assay_lcp_element_next(assay_cursor *cursor, uint64_t base, assay_lcp_element *ret_element,
                           assay_error *error)
{
    assay_lcp_element element = { .offset = base + cursor->offset };
    const size_t left = assay_left(cursor);
    assay_cursor header = *cursor;

    if (left == 0)
        return 0;
    const uint32_t size = assay_take_u32le(&header);
    element.type = assay_take_u32le(&header);
    element.control = assay_take_u32le(&header);
    if (header.failed)
        return assay_fail(error, ASSAY_TRUNCATED,
                          (assay_place){ element.offset, ASSAY_NO_EVENT, "Size" },
                          "the %zu bytes left have no room for the header of an element", left);
    if (size < ASSAY_LCP_ELEMENT_HEADER || size > left)
        return assay_fail(error, size > left ? ASSAY_TRUNCATED : ASSAY_MALFORMED,
                          (assay_place){ element.offset, ASSAY_NO_EVENT, "Size" },
                          "an element says it has %u bytes; there are %zu, and 12 is the least",
                          size, left);
    header = *cursor;
    element.bytes = assay_take(&header, size);
    const int status = read_body(&element, error);
    if (status < 0)
        return status;
    *cursor = header;
    *ret_element = element;
    return 1;
}

void assay_lcp_element_encode(assay_writer *writer, const assay_lcp_element *element)
{
    const kind *const row = kind_of(element->type);
    assay_writer counter = assay_writer_lent(NULL, 0);

    row->write(&counter, element);
    assay_put_u32le(writer,
                    (uint32_t)(ASSAY_LCP_ELEMENT_HEADER + counter.written + element->padding.size));
    assay_put_u32le(writer, element->type);
    assay_put_u32le(writer, element->control);
    row->write(writer, element);
    assay_put(writer, element->padding);
}

assay_bytes assay_lcp_element_digest(const assay_lcp_element *element, size_t index)
{
    const size_t size = digest_size(element->hash_alg);
    assay_cursor cursor = assay_cursor_of(element->digests);

    assay_seek(&cursor, index * size);
    return assay_take(&cursor, size);
}

size_t assay_lcp_element_reserved_at(const assay_lcp_element *element)
{
    /* Reserved bytes stand in one or two runs: before the fallback digest, and behind it. */
    const bool sbios2 = element->type == ASSAY_LCP_SBIOS2;
    const size_t first = ASSAY_LCP_ELEMENT_HEADER + (sbios2 ? 2 : 1);
    const size_t run = element->type == ASSAY_LCP_SBIOS ? 3 : sbios2 ? 2 : 1;
    size_t at = 0;

    while (at < sizeof element->reserved && (element->reserved >> 8 * at & 0xFF) == 0)
        at++;
    return first + at + (at < run ? 0 : element->fallback.size);
}
