/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/txtnv.h"

#include "base/alg.h"
#include "base/cursor.h"
#include "eventlog/txtflags.h"

static const struct {
    const char *key, *name;
} names[ASSAY_TXT_NV_INDICES] = { { "aux", "AUX" }, { "ps", "PS" }, { "po", "PO" } };

static bool take_public(assay_cursor *c, assay_txt_nv_public *index)
{
    const uint8_t defined = assay_take_u8(c);

    *index = (assay_txt_nv_public){ .defined = defined == 1 };
    if (defined == 1) {
        index->nv_index = assay_take_u32be(c);
        index->name_alg = assay_take_u16be(c);
        index->attributes = assay_take_u32be(c);
        index->auth_policy = assay_take(c, assay_take_u16be(c));
        index->data_size = assay_take_u16be(c);
    }
    return !c->failed && defined <= 1;
}

bool assay_txt_nv_info_decode(assay_bytes data, assay_txt_nv_info *ret_info)
{
    assay_cursor c = assay_cursor_of(data);
    assay_txt_nv_info info;

    for (size_t i = 0; i < ASSAY_TXT_NV_INDICES; i++)
        if (!take_public(&c, &info.indices[i]))
            return false;
    if (assay_left(&c) > 0)
        return false;
    *ret_info = info;
    return true;
}

void assay_txt_nv_info_encode(assay_writer *writer, const assay_txt_nv_info *info)
{
    for (size_t i = 0; i < ASSAY_TXT_NV_INDICES; i++) {
        const assay_txt_nv_public *const index = &info->indices[i];

        assay_put_u8(writer, index->defined);
        if (!index->defined)
            continue;
        assay_put_u32be(writer, index->nv_index);
        assay_put_u16be(writer, index->name_alg);
        assay_put_u32be(writer, index->attributes);
        assay_put_u16be(writer, (uint16_t)index->auth_policy.size);
        assay_put(writer, index->auth_policy);
        assay_put_u16be(writer, index->data_size);
    }
}

static void emit_public(assay_output *out, const char *key, const assay_txt_nv_public *index)
{
    assay_emit_object(out, key);
    assay_emit_address(out, "nv_index", index->nv_index);
    assay_emit_alg(out, "name_alg", index->name_alg);
    assay_emit_address(out, "attributes", index->attributes);
    assay_txt_emit_flags(out, "attribute_names", assay_txt_nv_attributes, index->attributes);
    assay_emit_hex(out, "auth_policy", index->auth_policy);
    assay_emit_u64(out, "data_size", index->data_size);
    assay_emit_end(out);
}

void assay_txt_nv_info_emit(assay_output *out, const assay_txt_nv_info *info)
{
    for (size_t i = 0; i < ASSAY_TXT_NV_INDICES; i++)
        if (info->indices[i].defined)
            emit_public(out, names[i].key, &info->indices[i]);
        else
            assay_emit_null(out, names[i].key);
}

void assay_txt_nv_info_summary(assay_writer *writer, const assay_txt_nv_info *info)
{
    assay_put_string(writer, "NV indices: ");
    for (size_t i = 0; i < ASSAY_TXT_NV_INDICES; i++) {
        const assay_txt_nv_public *const index = &info->indices[i];

        assay_put_string(writer, i == 0 ? "" : ", ");
        if (index->defined)
            assay_put_format(writer, "%s 0x%08x", names[i].name, index->nv_index);
        else
            assay_put_format(writer, "no %s", names[i].name);
    }
}
