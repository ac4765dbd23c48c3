/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/specid.h"

#include "base/alg.h"
#include "base/safemath.h"

enum { ALGORITHM_SIZE = 2 + 2 };

static assay_bytes take_algorithms(assay_cursor *cursor)
{
    size_t size;

    if (!assay_mul_size(assay_take_u32le(cursor), ALGORITHM_SIZE, &size))
        size = SIZE_MAX;
    return assay_take(cursor, size);
}

static assay_spec_id_event take(assay_cursor *cursor, bool with_algorithms)
{
    assay_spec_id_event spec_id;

    spec_id.platform_class = assay_take_u32le(cursor);
    spec_id.version_minor = assay_take_u8(cursor);
    spec_id.version_major = assay_take_u8(cursor);
    spec_id.errata = assay_take_u8(cursor);
    spec_id.uintn_size = assay_take_u8(cursor);
    spec_id.algorithms = with_algorithms ? take_algorithms(cursor) : ASSAY_NO_BYTES;
    spec_id.vendor_info = assay_take(cursor, assay_take_u8(cursor));
    return spec_id;
}

assay_spec_id_event assay_take_spec_id(assay_cursor *cursor)
{
    return take(cursor, false);
}

assay_spec_id_event assay_take_spec_id3(assay_cursor *cursor)
{
    return take(cursor, true);
}

void assay_put_spec_id(assay_writer *writer, const assay_spec_id_event *spec_id)
{
    assay_put_u32le(writer, spec_id->platform_class);
    assay_put_u8(writer, spec_id->version_minor);
    assay_put_u8(writer, spec_id->version_major);
    assay_put_u8(writer, spec_id->errata);
    assay_put_u8(writer, spec_id->uintn_size);
    if (spec_id->algorithms.data != NULL) {
        assay_put_u32le(writer, (uint32_t)(spec_id->algorithms.size / ALGORITHM_SIZE));
        assay_put(writer, spec_id->algorithms);
    }
    assay_put_u8(writer, (uint8_t)spec_id->vendor_info.size);
    assay_put(writer, spec_id->vendor_info);
}

static void emit_algorithms(assay_output *out, assay_bytes algorithms)
{
    assay_cursor c = assay_cursor_of(algorithms);

    assay_emit_array(out, "algorithms");
    while (assay_left(&c) > 0) {
        const uint16_t id = assay_take_u16le(&c);
        const assay_alg *const alg = assay_alg_find(id);

        assay_emit_object(out, NULL);
        assay_emit_address(out, "algorithm_id", id);
        if (alg != NULL)
            assay_emit_string(out, "name", alg->name);
        assay_emit_u64(out, "digest_size", assay_take_u16le(&c));
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

void assay_spec_id_emit(assay_output *out, const assay_spec_id_event *spec_id)
{
    assay_emit_u64(out, "platform_class", spec_id->platform_class);
    assay_emit_u64(out, "version_minor", spec_id->version_minor);
    assay_emit_u64(out, "version_major", spec_id->version_major);
    assay_emit_u64(out, "errata", spec_id->errata);
    assay_emit_u64(out, "uintn_size", spec_id->uintn_size);
    if (spec_id->algorithms.data != NULL)
        emit_algorithms(out, spec_id->algorithms);
    assay_emit_hex(out, "vendor_info", spec_id->vendor_info);
}

void assay_spec_id_summary(assay_writer *writer, const assay_spec_id_event *spec_id)
{
    assay_put_format(writer, ", version %u.%u errata %u", spec_id->version_major,
                     spec_id->version_minor, spec_id->errata);
}
