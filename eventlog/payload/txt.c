/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two tables: how each kind of data is read and written, and which kinds a type of event
 * may have. How they are said is in txtview.c.
 */
#include "eventlog/payload/txt.h"

#include "base/cursor.h"
#include "eventlog/txtflags.h"
#include "eventlog/types.h"

enum { SHA1_SIZE = 20, SHA256_SIZE = 32, EDX_SIZE = 4, BIOSAC_SIZE = 32, LCP_LISTS_MAX = 4 };

static bool take_word(assay_cursor *c, assay_txt_payload *p)
{
    p->word = assay_take_u32le(c);
    return true;
}

static void put_word(assay_writer *w, const assay_txt_payload *p)
{
    assay_put_u32le(w, p->word);
}

static bool take_biosac(assay_cursor *c, assay_txt_payload *p)
{
    p->bytes = assay_take(c, BIOSAC_SIZE);
    return true;
}

static bool take_lists(assay_cursor *c, assay_txt_payload *p)
{
    p->bytes = assay_take_rest(c);
    return p->bytes.size % SHA1_SIZE == 0 && p->bytes.size / SHA1_SIZE <= LCP_LISTS_MAX;
}

static void put_bytes(assay_writer *w, const assay_txt_payload *p)
{
    assay_put(w, p->bytes);
}

static bool take_zero(assay_cursor *c, assay_txt_payload *p)
{
    (void)p;
    return assay_take_u8(c) == 0;
}

static void put_zero(assay_writer *w, const assay_txt_payload *p)
{
    (void)p;
    assay_put_u8(w, 0);
}

static bool take_one(assay_cursor *c, assay_txt_payload *p)
{
    (void)p;
    return assay_take_u8(c) == 1;
}

static void put_one(assay_writer *w, const assay_txt_payload *p)
{
    (void)p;
    assay_put_u8(w, 1);
}

static bool take_nothing(assay_cursor *c, assay_txt_payload *p)
{
    (void)c, (void)p;
    return true;
}

static void put_nothing(assay_writer *w, const assay_txt_payload *p)
{
    (void)w, (void)p;
}

static bool take_hash_start(assay_cursor *c, assay_txt_payload *p)
{
    const bool sha256 = assay_left(c) == SHA256_SIZE + EDX_SIZE;

    p->hash_start.sinit_hash = assay_take(c, sha256 ? SHA256_SIZE : SHA1_SIZE);
    p->hash_start.edx_senter_flags = assay_take_u32le(c);
    return true;
}

static void put_hash_start(assay_writer *w, const assay_txt_payload *p)
{
    assay_put(w, p->hash_start.sinit_hash);
    assay_put_u32le(w, p->hash_start.edx_senter_flags);
}

static bool take_combined_hash(assay_cursor *c, assay_txt_payload *p)
{
    assay_txt_combined_hash *const h = &p->combined_hash;

    h->bios_acm_id = assay_take(c, SHA1_SIZE);
    h->mseg_valid = assay_take_u64le(c);
    h->stm_hash = assay_take(c, SHA1_SIZE);
    h->policy_control = assay_take_u32le(c);
    h->lcp_policy_hash = assay_take(c, SHA1_SIZE);
    h->capabilities = assay_take_u32le(c);
    h->has_scrtm_status = assay_left(c) > 0;
    h->processor_scrtm_status = h->has_scrtm_status ? assay_take_u32le(c) : 0;
    return true;
}

static void put_combined_hash(assay_writer *w, const assay_txt_payload *p)
{
    const assay_txt_combined_hash *const h = &p->combined_hash;

    assay_put(w, h->bios_acm_id);
    assay_put_u64le(w, h->mseg_valid);
    assay_put(w, h->stm_hash);
    assay_put_u32le(w, h->policy_control);
    assay_put(w, h->lcp_policy_hash);
    assay_put_u32le(w, h->capabilities);
    if (h->has_scrtm_status)
        assay_put_u32le(w, h->processor_scrtm_status);
}

static bool take_elements(assay_cursor *c, assay_txt_payload *p)
{
    for (size_t i = 0; i < ASSAY_TXT_ELEMENT_HASHES; i++) {
        p->elements[i].hash = assay_take(c, SHA1_SIZE);
        p->elements[i].pol_elt_control = assay_take_u32le(c);
    }
    return true;
}

static void put_elements(assay_writer *w, const assay_txt_payload *p)
{
    for (size_t i = 0; i < ASSAY_TXT_ELEMENT_HASHES; i++) {
        assay_put(w, p->elements[i].hash);
        assay_put_u32le(w, p->elements[i].pol_elt_control);
    }
}

static bool take_details(assay_cursor *c, assay_txt_payload *p)
{
    return assay_txt_details_decode(assay_take_rest(c), &p->details);
}

static void put_details(assay_writer *w, const assay_txt_payload *p)
{
    assay_txt_details_encode(w, &p->details);
}

static bool take_authorities(assay_cursor *c, assay_txt_payload *p)
{
    return assay_txt_authorities_decode(assay_take_rest(c), &p->authorities);
}

static void put_authorities(assay_writer *w, const assay_txt_payload *p)
{
    assay_txt_authorities_encode(w, &p->authorities);
}

static bool take_nv_info(assay_cursor *c, assay_txt_payload *p)
{
    return assay_txt_nv_info_decode(assay_take_rest(c), &p->nv_info);
}

static void put_nv_info(assay_writer *w, const assay_txt_payload *p)
{
    assay_txt_nv_info_encode(w, &p->nv_info);
}

static const struct {
    bool (*take)(assay_cursor *c, assay_txt_payload *p);
    void (*put)(assay_writer *w, const assay_txt_payload *p);
} codecs[ASSAY_TXT_KINDS] = {
    [ASSAY_TXT_DIGEST_ONLY] = { take_nothing, put_nothing },
    [ASSAY_TXT_PCR_MAPPING] = { take_word, put_word },
    [ASSAY_TXT_HASH_START] = { take_hash_start, put_hash_start },
    [ASSAY_TXT_COMBINED_HASH] = { take_combined_hash, put_combined_hash },
    [ASSAY_TXT_BIOSAC_REG_DATA] = { take_biosac, put_bytes },
    [ASSAY_TXT_CPU_SCRTM_STAT] = { take_word, put_word },
    [ASSAY_TXT_LCP_CONTROL] = { take_word, put_word },
    [ASSAY_TXT_ELEMENTS_HASH] = { take_elements, put_elements },
    [ASSAY_TXT_OSSINITDATA_CAP] = { take_word, put_word },
    [ASSAY_TXT_LCP_HASH] = { take_lists, put_bytes },
    [ASSAY_TXT_NOTHING] = { take_zero, put_zero },
    [ASSAY_TXT_LCP_DETAILS] = { take_details, put_details },
    [ASSAY_TXT_LCP_AUTHORITIES] = { take_authorities, put_authorities },
    [ASSAY_TXT_NV_INFO] = { take_nv_info, put_nv_info },
    [ASSAY_TXT_CAP_VALUE] = { take_one, put_one },
};

/* Beside DIGEST_ONLY, which every type may be. */
static const struct {
    uint32_t type;
    enum assay_txt_kind kind;
} kinds[] = {
    { TXT_EVTYPE_PCRMAPPING, ASSAY_TXT_PCR_MAPPING },
    { TXT_EVTYPE_HASH_START, ASSAY_TXT_HASH_START },
    { TXT_EVTYPE_COMBINED_HASH, ASSAY_TXT_COMBINED_HASH },
    { TXT_EVTYPE_BIOSAC_REG_DATA, ASSAY_TXT_BIOSAC_REG_DATA },
    { TXT_EVTYPE_CPU_SCRTM_STAT, ASSAY_TXT_CPU_SCRTM_STAT },
    { TXT_EVTYPE_LCP_CONTROL_HASH, ASSAY_TXT_LCP_CONTROL },
    { TXT_EVTYPE_ELEMENTS_HASH, ASSAY_TXT_ELEMENTS_HASH },
    { TXT_EVTYPE_STM_HASH, ASSAY_TXT_NOTHING },
    { TXT_EVTYPE_OSSINITDATA_CAP_HASH, ASSAY_TXT_OSSINITDATA_CAP },
    { TXT_EVTYPE_LCP_HASH, ASSAY_TXT_LCP_HASH },
    { TXT_EVTYPE_LCP_DETAILS_HASH, ASSAY_TXT_NOTHING },
    { TXT_EVTYPE_LCP_DETAILS_HASH, ASSAY_TXT_LCP_DETAILS },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH, ASSAY_TXT_NOTHING },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH, ASSAY_TXT_LCP_AUTHORITIES },
    { TXT_EVTYPE_NV_INFO_HASH, ASSAY_TXT_NV_INFO },
    { TXT_EVTYPE_CAP_VALUE, ASSAY_TXT_CAP_VALUE },
};

/* Whether all of `data` is of that kind. */
static bool take_kind(assay_bytes data, enum assay_txt_kind kind, assay_txt_payload *p)
{
    assay_cursor c = assay_cursor_of(data);

    p->kind = kind;
    return codecs[kind].take(&c, p) && !c.failed && assay_left(&c) == 0;
}

static const char *known(const assay_event *event)
{
    const char *meaning = NULL;

    for (size_t i = 0; i < event->digest_count && meaning == NULL; i++)
        meaning =
            assay_txt_known_digest(event->type, event->digests[i].alg, event->digests[i].value);
    return meaning;
}

bool assay_txt_decode(const assay_event *event, assay_txt_payload *ret_payload)
{
    assay_txt_payload p = { .type = event->type, .known = known(event) };
    bool found = take_kind(event->data, ASSAY_TXT_DIGEST_ONLY, &p);

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !found; i++)
        found = kinds[i].type == event->type && take_kind(event->data, kinds[i].kind, &p);
    if (found)
        *ret_payload = p;
    return found;
}

void assay_txt_encode(assay_writer *writer, const assay_txt_payload *payload)
{
    codecs[payload->kind].put(writer, payload);
}
