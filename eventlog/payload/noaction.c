/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/noaction.h"

#include "eventlog/payload/text.h"

enum { SIGNATURE_SIZE = 16 };

static void take_spec_id(assay_cursor *cursor, assay_no_action *no_action)
{
    no_action->spec_id = assay_take_spec_id(cursor);
}

static void take_spec_id3(assay_cursor *cursor, assay_no_action *no_action)
{
    no_action->spec_id = assay_take_spec_id3(cursor);
}

static void take_startup_locality(assay_cursor *cursor, assay_no_action *no_action)
{
    no_action->startup_locality = assay_take_u8(cursor);
}

static void take_platform_id(assay_cursor *cursor, assay_no_action *no_action)
{
    no_action->platform_id = assay_take_platform_id(cursor, ASSAY_PLATFORM_ID_1);
}

static void take_platform_id2(assay_cursor *cursor, assay_no_action *no_action)
{
    no_action->platform_id = assay_take_platform_id(cursor, ASSAY_PLATFORM_ID_2);
}

static void take_platform_id3(assay_cursor *cursor, assay_no_action *no_action)
{
    no_action->platform_id = assay_take_platform_id(cursor, ASSAY_PLATFORM_ID_3);
}

static void take_hcrtm(assay_cursor *cursor, assay_no_action *no_action)
{
    no_action->hcrtm.description = assay_take(cursor, assay_take_u8(cursor));
    no_action->hcrtm.measurement_format = assay_take_u8(cursor);
    no_action->hcrtm.measurement = assay_take(cursor, assay_take_u16le(cursor));
}

static void take_txt_format(assay_cursor *cursor, assay_no_action *no_action)
{
    no_action->txt_format.revision = assay_take_u32le(cursor);
    no_action->txt_format.digest_alg_id = assay_take_u32le(cursor);
    no_action->txt_format.digest_size = assay_take_u32le(cursor);
}

static void take_nv_instance(assay_cursor *cursor, assay_no_action *no_action)
{
    no_action->nv = assay_take_nv_event(cursor, false);
}

static void take_nv_dynamic(assay_cursor *cursor, assay_no_action *no_action)
{
    no_action->nv = assay_take_nv_event(cursor, true);
}

static const struct {
    char signature[SIGNATURE_SIZE + 1];
    enum assay_no_action_kind kind;
    void (*take)(assay_cursor *cursor, assay_no_action *no_action);
} structures[] = {
    { "Spec ID Event00", ASSAY_NO_ACTION_SPEC_ID, take_spec_id },
    { "Spec ID Event02", ASSAY_NO_ACTION_SPEC_ID, take_spec_id },
    { "Spec ID Event03", ASSAY_NO_ACTION_SPEC_ID, take_spec_id3 },
    { "StartupLocality", ASSAY_NO_ACTION_STARTUP_LOCALITY, take_startup_locality },
    { "SP800-155 Event", ASSAY_NO_ACTION_PLATFORM_ID, take_platform_id },
    { "SP800-155 Event2", ASSAY_NO_ACTION_PLATFORM_ID, take_platform_id2 },
    { "SP800-155 Event3", ASSAY_NO_ACTION_PLATFORM_ID, take_platform_id3 },
    { "H-CRTM CompMeas", ASSAY_NO_ACTION_HCRTM, take_hcrtm },
    { "FRMT ID EVENT00", ASSAY_NO_ACTION_TXT_FORMAT, take_txt_format },
    { "NvIndexInstance", ASSAY_NO_ACTION_NV_EVENT, take_nv_instance },
    { "NvIndexDynamic", ASSAY_NO_ACTION_NV_EVENT, take_nv_dynamic },
    { "NvIndexDynamic ", ASSAY_NO_ACTION_NV_EVENT, take_nv_dynamic }, /* EDK II */
};

/* Fills in the structure that the signature announces; nothing when it does not fit. */
static void take_structure(assay_cursor *cursor, assay_no_action *no_action)
{
    for (size_t i = 0; i < sizeof structures / sizeof *structures; i++) {
        assay_cursor ahead = *cursor;

        if (memcmp(no_action->signature.data, structures[i].signature, SIGNATURE_SIZE) != 0)
            continue;
        structures[i].take(&ahead, no_action);
        if (ahead.failed)
            return;
        no_action->kind = structures[i].kind;
        *cursor = ahead;
    }
}

bool assay_no_action_decode(assay_bytes data, assay_no_action *ret_no_action)
{
    assay_cursor c = assay_cursor_of(data);
    assay_no_action no_action = { .signature = assay_take(&c, SIGNATURE_SIZE) };
    assay_text text;

    if (c.failed || !assay_text_decode(no_action.signature, &text) ||
        text.form != ASSAY_TEXT_ASCII || !assay_bytes_all(text.rest, 0))
        return false;
    take_structure(&c, &no_action);
    no_action.rest = assay_take_rest(&c);
    *ret_no_action = no_action;
    return true;
}

void assay_no_action_encode(assay_writer *writer, const assay_no_action *no_action)
{
    assay_put(writer, no_action->signature);
    switch (no_action->kind) {
    case ASSAY_NO_ACTION_OTHER:
        break;
    case ASSAY_NO_ACTION_SPEC_ID:
        assay_put_spec_id(writer, &no_action->spec_id);
        break;
    case ASSAY_NO_ACTION_STARTUP_LOCALITY:
        assay_put_u8(writer, no_action->startup_locality);
        break;
    case ASSAY_NO_ACTION_PLATFORM_ID:
        assay_put_platform_id(writer, &no_action->platform_id);
        break;
    case ASSAY_NO_ACTION_HCRTM:
        assay_put_u8(writer, (uint8_t)no_action->hcrtm.description.size);
        assay_put(writer, no_action->hcrtm.description);
        assay_put_u8(writer, no_action->hcrtm.measurement_format);
        assay_put_u16le(writer, (uint16_t)no_action->hcrtm.measurement.size);
        assay_put(writer, no_action->hcrtm.measurement);
        break;
    case ASSAY_NO_ACTION_TXT_FORMAT:
        assay_put_u32le(writer, no_action->txt_format.revision);
        assay_put_u32le(writer, no_action->txt_format.digest_alg_id);
        assay_put_u32le(writer, no_action->txt_format.digest_size);
        break;
    case ASSAY_NO_ACTION_NV_EVENT:
        assay_put_nv_event(writer, &no_action->nv);
        break;
    }
    assay_put(writer, no_action->rest);
}

/* The signature without the NULs it is padded with. */
static assay_bytes name_of(const assay_no_action *no_action)
{
    assay_bytes name = no_action->signature;

    while (name.size > 0 && name.data[name.size - 1] == 0)
        name.size--;
    return name;
}

static const char *txt_digest_name(uint32_t digest_alg_id)
{
    static const char *const names[] = {
        "unknown", "sha1", "sha256", "sha384", "sha512", "sm3_256"
    };

    return names[digest_alg_id < sizeof names / sizeof *names ? digest_alg_id : 0];
}

void assay_no_action_emit(assay_output *out, const assay_no_action *no_action)
{
    assay_emit_text(out, "signature", name_of(no_action));
    switch (no_action->kind) {
    case ASSAY_NO_ACTION_OTHER:
        break;
    case ASSAY_NO_ACTION_SPEC_ID:
        assay_spec_id_emit(out, &no_action->spec_id);
        break;
    case ASSAY_NO_ACTION_STARTUP_LOCALITY:
        assay_emit_u64(out, "startup_locality", no_action->startup_locality);
        break;
    case ASSAY_NO_ACTION_PLATFORM_ID:
        assay_platform_id_emit(out, &no_action->platform_id);
        break;
    case ASSAY_NO_ACTION_HCRTM:
        assay_emit_text(out, "description", no_action->hcrtm.description);
        assay_emit_u64(out, "measurement_format", no_action->hcrtm.measurement_format);
        assay_emit_hex(out, "measurement", no_action->hcrtm.measurement);
        break;
    case ASSAY_NO_ACTION_TXT_FORMAT:
        assay_emit_u64(out, "revision", no_action->txt_format.revision);
        assay_emit_string(out, "digest", txt_digest_name(no_action->txt_format.digest_alg_id));
        assay_emit_u64(out, "digest_size", no_action->txt_format.digest_size);
        break;
    case ASSAY_NO_ACTION_NV_EVENT:
        assay_nv_event_emit(out, &no_action->nv);
        break;
    }
    if (!assay_bytes_all(no_action->rest, 0))
        assay_emit_hex(out, "rest", no_action->rest);
}

void assay_no_action_summary(assay_writer *writer, const assay_no_action *no_action)
{
    assay_put(writer, name_of(no_action));
    switch (no_action->kind) {
    case ASSAY_NO_ACTION_OTHER:
        assay_put_format(writer, ", %zu bytes", no_action->rest.size);
        break;
    case ASSAY_NO_ACTION_SPEC_ID:
        assay_spec_id_summary(writer, &no_action->spec_id);
        break;
    case ASSAY_NO_ACTION_STARTUP_LOCALITY:
        assay_put_format(writer, " %u", no_action->startup_locality);
        break;
    case ASSAY_NO_ACTION_PLATFORM_ID:
        assay_platform_id_summary(writer, &no_action->platform_id);
        break;
    case ASSAY_NO_ACTION_HCRTM:
        assay_put_string(writer, ": ");
        assay_put(writer, no_action->hcrtm.description);
        break;
    case ASSAY_NO_ACTION_TXT_FORMAT:
        assay_put_format(writer, ", %s", txt_digest_name(no_action->txt_format.digest_alg_id));
        break;
    case ASSAY_NO_ACTION_NV_EVENT:
        assay_nv_event_summary(writer, &no_action->nv);
        break;
    }
}
