/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/txtpolicy.h"

#include "base/alg.h"
#include "base/cursor.h"
#include "eventlog/txtflags.h"

static const char *const element_names[ASSAY_TXT_ELEMENTS] = {
    "MLE", "PO PCONF", "PS PCONF", "SBIOS", "STM",
};

/* Signature algorithms of launch control policies (TXT SDG appendix E.1; the last two tboot's). */
static const struct {
    uint16_t alg;
    const char *name;
} sign_algs[] = {
    { ASSAY_ALG_NULL, "null" }, { 0x0014, "rsassa" }, { 0x0016, "rsapss" }, { 0x0018, "ecdsa" },
    { 0x001B, "sm2" },          { 0x0070, "lms" },    { 0x00A1, "ml-dsa" },
};

static const char *sign_alg_name(uint16_t alg)
{
    for (size_t i = 0; i < sizeof sign_algs / sizeof *sign_algs; i++)
        if (sign_algs[i].alg == alg)
            return sign_algs[i].name;
    return NULL;
}

static uint16_t take_u16(assay_cursor *c, bool big_endian)
{
    return big_endian ? assay_take_u16be(c) : assay_take_u16le(c);
}

static uint32_t take_u32(assay_cursor *c, bool big_endian)
{
    return big_endian ? assay_take_u32be(c) : assay_take_u32le(c);
}

static bool take_ha(assay_cursor *c, bool big_endian, assay_txt_ha *ret_ha)
{
    const uint16_t id = take_u16(c, big_endian);
    const assay_alg *const alg = assay_alg_find(id);

    if (alg == NULL || alg->size == 0)
        return false;
    *ret_ha = (assay_txt_ha){ id, assay_take(c, alg->size) };
    return !c->failed;
}

static bool take_details(assay_cursor *c, assay_txt_details *details)
{
    for (size_t i = 0; i < ASSAY_TXT_ELEMENTS; i++) {
        const uint8_t matched = assay_take_u8(c);

        details->elements[i].matched = matched == 1;
        if (c->failed || matched > 1)
            return false;
        if (matched == 0)
            continue;
        details->elements[i].pol_elt_control = take_u32(c, details->big_endian);
        if (!take_ha(c, details->big_endian, &details->elements[i].digest))
            return false;
    }
    return assay_left(c) == 0;
}

bool assay_txt_details_decode(assay_bytes data, assay_txt_details *ret_details)
{
    for (int big_endian = 0; big_endian <= 1; big_endian++) {
        assay_cursor c = assay_cursor_of(data);
        assay_txt_details details = { .big_endian = big_endian == 1 };

        if (take_details(&c, &details)) {
            *ret_details = details;
            return true;
        }
    }
    return false;
}

static void put_u16(assay_writer *writer, bool big_endian, uint16_t value)
{
    big_endian ? assay_put_u16be(writer, value) : assay_put_u16le(writer, value);
}

static void put_u32(assay_writer *writer, bool big_endian, uint32_t value)
{
    big_endian ? assay_put_u32be(writer, value) : assay_put_u32le(writer, value);
}

static void put_ha(assay_writer *writer, bool big_endian, const assay_txt_ha *ha)
{
    put_u16(writer, big_endian, ha->alg);
    assay_put(writer, ha->digest);
}

void assay_txt_details_encode(assay_writer *writer, const assay_txt_details *details)
{
    for (size_t i = 0; i < ASSAY_TXT_ELEMENTS; i++) {
        assay_put_u8(writer, details->elements[i].matched);
        if (!details->elements[i].matched)
            continue;
        put_u32(writer, details->big_endian, details->elements[i].pol_elt_control);
        put_ha(writer, details->big_endian, &details->elements[i].digest);
    }
}

static void emit_ha(assay_output *out, const assay_txt_ha *ha)
{
    assay_emit_alg(out, "digest_alg", ha->alg);
    assay_emit_hex(out, "digest", ha->digest);
}

void assay_txt_details_emit(assay_output *out, const assay_txt_details *details)
{
    assay_emit_array(out, "elements");
    for (size_t i = 0; i < ASSAY_TXT_ELEMENTS; i++) {
        if (!details->elements[i].matched)
            continue;
        assay_emit_object(out, NULL);
        assay_emit_string(out, "element", element_names[i]);
        assay_emit_address(out, "pol_elt_control", details->elements[i].pol_elt_control);
        assay_txt_emit_flags(out, "pol_elt_control_names", assay_txt_element_control,
                             details->elements[i].pol_elt_control);
        emit_ha(out, &details->elements[i].digest);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

void assay_txt_details_summary(assay_writer *writer, const assay_txt_details *details)
{
    const char *before = "policy elements that matched: ";

    for (size_t i = 0; i < ASSAY_TXT_ELEMENTS; i++) {
        if (!details->elements[i].matched)
            continue;
        assay_put_string(writer, before);
        assay_put_string(writer, element_names[i]);
        before = ", ";
    }
    if (*before != ',')
        assay_put_string(writer, "no element of the policy had to match");
}

static bool take_authority(assay_cursor *c, bool big_endian, assay_txt_authority *ret_authority)
{
    *ret_authority = (assay_txt_authority){ .sign_alg = take_u16(c, big_endian) };
    if (sign_alg_name(ret_authority->sign_alg) == NULL)
        return false;
    if (ret_authority->sign_alg != ASSAY_ALG_NULL) {
        ret_authority->hash_alg = take_u16(c, big_endian);
        ret_authority->pubkey_size = take_u16(c, big_endian);
    }
    return take_ha(c, big_endian, &ret_authority->digest);
}

static bool take_authorities(assay_cursor *c, assay_txt_authorities *authorities)
{
    while (assay_left(c) > 0) {
        if (authorities->count == ASSAY_TXT_ELEMENTS ||
            !take_authority(c, authorities->big_endian, &authorities->lists[authorities->count]))
            return false;
        authorities->count++;
    }
    return authorities->count > 0;
}

bool assay_txt_authorities_decode(assay_bytes data, assay_txt_authorities *ret_authorities)
{
    for (int big_endian = 0; big_endian <= 1; big_endian++) {
        assay_cursor c = assay_cursor_of(data);
        assay_txt_authorities authorities = { .big_endian = big_endian == 1 };

        if (take_authorities(&c, &authorities)) {
            *ret_authorities = authorities;
            return true;
        }
    }
    return false;
}

void assay_txt_authorities_encode(assay_writer *writer, const assay_txt_authorities *authorities)
{
    const bool big_endian = authorities->big_endian;

    for (size_t i = 0; i < authorities->count; i++) {
        const assay_txt_authority *const list = &authorities->lists[i];

        put_u16(writer, big_endian, list->sign_alg);
        if (list->sign_alg != ASSAY_ALG_NULL) {
            put_u16(writer, big_endian, list->hash_alg);
            put_u16(writer, big_endian, list->pubkey_size);
        }
        put_ha(writer, big_endian, &list->digest);
    }
}

void assay_txt_authorities_emit(assay_output *out, const assay_txt_authorities *authorities)
{
    assay_emit_array(out, "lists");
    for (size_t i = 0; i < authorities->count; i++) {
        const assay_txt_authority *const list = &authorities->lists[i];

        assay_emit_object(out, NULL);
        assay_emit_bool(out, "signed", list->sign_alg != ASSAY_ALG_NULL);
        if (list->sign_alg != ASSAY_ALG_NULL) {
            assay_emit_string(out, "sign_alg", sign_alg_name(list->sign_alg));
            assay_emit_alg(out, "hash_alg", list->hash_alg);
            assay_emit_u64(out, "pubkey_size", list->pubkey_size);
        }
        emit_ha(out, &list->digest);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

void assay_txt_authorities_summary(assay_writer *writer, const assay_txt_authorities *authorities)
{
    for (size_t i = 0; i < authorities->count; i++) {
        const assay_txt_authority *const list = &authorities->lists[i];

        assay_put_string(writer, i == 0 ? "policy lists: " : ", ");
        if (list->sign_alg == ASSAY_ALG_NULL)
            assay_put_string(writer, "unsigned ");
        else
            assay_put_format(writer, "%s key ", sign_alg_name(list->sign_alg));
        assay_put_hex(writer, list->digest.digest);
    }
}
