/* SPDX-License-Identifier: BSD-2-Clause */
/* Two tables: which reader the types of types.def name, and what each family of payloads can do. */
#include "eventlog/payload/payload.h"

#include "eventlog/types.h"

/* The families: token of the kind, its name, its member of the union, what its functions begin with. */
#define FAMILIES(FAMILY)                                                                           \
    FAMILY(TEXT, "text", text, assay_text)                                                         \
    FAMILY(NO_ACTION, "no action", no_action, assay_no_action)                                     \
    FAMILY(SEPARATOR, "separator", separator, assay_separator)                                     \
    FAMILY(TAGGED, "tagged", tagged, assay_tagged)                                                 \
    FAMILY(IPL, "ipl", ipl, assay_ipl)                                                             \
    FAMILY(VARIABLE, "variable", variable, assay_variable)                                         \
    FAMILY(IMAGE, "image", image, assay_image)                                                     \
    FAMILY(GPT, "gpt", gpt, assay_gpt)                                                             \
    FAMILY(BLOB, "blob", blob, assay_blob)                                                         \
    FAMILY(HANDOFF, "handoff tables", handoff, assay_handoff)                                      \
    FAMILY(TXT, "txt", txt, assay_txt)

/* Each family's functions speak of its own type; these speak of the union. */
#define ADAPT(token, name, member, prefix)                                                         \
    static void encode_##member(assay_writer *writer, const assay_payload *payload)                \
    {                                                                                              \
        prefix##_encode(writer, &payload->member);                                                 \
    }                                                                                              \
    static void emit_##member(assay_output *out, const assay_payload *payload)                     \
    {                                                                                              \
        prefix##_emit(out, &payload->member);                                                      \
    }                                                                                              \
    static void summary_##member(assay_writer *writer, const assay_payload *payload)               \
    {                                                                                              \
        prefix##_summary(writer, &payload->member);                                                \
    }
FAMILIES(ADAPT)
#undef ADAPT

static void encode_opaque(assay_writer *writer, const assay_payload *payload)
{
    assay_put(writer, payload->data);
}

/* The event's own fields hold the bytes already. */
static void emit_opaque(assay_output *out, const assay_payload *payload)
{
    (void)out;
    (void)payload;
}

static void summary_opaque(assay_writer *writer, const assay_payload *payload)
{
    assay_put_format(writer, "%zu byte%s", payload->data.size, payload->data.size == 1 ? "" : "s");
}

static const struct family {
    const char *name;
    void (*encode)(assay_writer *writer, const assay_payload *payload);
    void (*emit)(assay_output *out, const assay_payload *payload);
    void (*summary)(assay_writer *writer, const assay_payload *payload);
} families[ASSAY_PAYLOAD_KINDS] = {
    [ASSAY_PAYLOAD_OPAQUE] = { "opaque", encode_opaque, emit_opaque, summary_opaque },
#define ROW(token, name, member, prefix)                                                           \
    [ASSAY_PAYLOAD_##token] = { name, encode_##member, emit_##member, summary_##member },
    FAMILIES(ROW)
#undef ROW
};

static enum assay_payload_kind decode_text(const assay_event *event, assay_payload *payload)
{
    return assay_text_decode(event->data, &payload->text) ? ASSAY_PAYLOAD_TEXT
                                                          : ASSAY_PAYLOAD_OPAQUE;
}

static enum assay_payload_kind decode_version(const assay_event *event, assay_payload *payload)
{
    return assay_text_decode_version(event->data, &payload->text) ? ASSAY_PAYLOAD_TEXT
                                                                  : ASSAY_PAYLOAD_OPAQUE;
}

/* Sixteen bytes are UEFI_PLATFORM_FIRMWARE_BLOB, anything else is text (PFP 1.06 section 10.4.1). */
static enum assay_payload_kind decode_post_code(const assay_event *event, assay_payload *payload)
{
    return assay_blob_decode(event->data, &payload->blob) ? ASSAY_PAYLOAD_BLOB
                                                          : decode_text(event, payload);
}

static enum assay_payload_kind decode_no_action(const assay_event *event, assay_payload *payload)
{
    return assay_no_action_decode(event->data, &payload->no_action) ? ASSAY_PAYLOAD_NO_ACTION
                                                                    : ASSAY_PAYLOAD_OPAQUE;
}

static enum assay_payload_kind decode_separator(const assay_event *event, assay_payload *payload)
{
    return assay_separator_decode(event->data, &payload->separator) ? ASSAY_PAYLOAD_SEPARATOR
                                                                    : decode_text(event, payload);
}

static enum assay_payload_kind decode_tagged(const assay_event *event, assay_payload *payload)
{
    return assay_tagged_decode(event->data, &payload->tagged) ? ASSAY_PAYLOAD_TAGGED
                                                              : ASSAY_PAYLOAD_OPAQUE;
}

static enum assay_payload_kind decode_ipl(const assay_event *event, assay_payload *payload)
{
    return assay_ipl_decode(event, &payload->ipl) ? ASSAY_PAYLOAD_IPL : ASSAY_PAYLOAD_OPAQUE;
}

static enum assay_payload_kind decode_variable(const assay_event *event, assay_payload *payload)
{
    return assay_variable_decode(event->data, &payload->variable) ? ASSAY_PAYLOAD_VARIABLE
                                                                  : ASSAY_PAYLOAD_OPAQUE;
}

static enum assay_payload_kind decode_image(const assay_event *event, assay_payload *payload)
{
    return assay_image_decode(event->data, &payload->image) ? ASSAY_PAYLOAD_IMAGE
                                                            : ASSAY_PAYLOAD_OPAQUE;
}

static enum assay_payload_kind decode_gpt(const assay_event *event, assay_payload *payload)
{
    return assay_gpt_decode(event->data, &payload->gpt) ? ASSAY_PAYLOAD_GPT : ASSAY_PAYLOAD_OPAQUE;
}

static enum assay_payload_kind decode_blob(const assay_event *event, assay_payload *payload)
{
    return assay_blob_decode(event->data, &payload->blob) ? ASSAY_PAYLOAD_BLOB
                                                          : ASSAY_PAYLOAD_OPAQUE;
}

static enum assay_payload_kind decode_blob2(const assay_event *event, assay_payload *payload)
{
    return assay_blob_decode2(event->data, &payload->blob) ? ASSAY_PAYLOAD_BLOB
                                                           : decode_text(event, payload);
}

static enum assay_payload_kind decode_handoff(const assay_event *event, assay_payload *payload)
{
    return assay_handoff_decode(event->data, &payload->handoff) ? ASSAY_PAYLOAD_HANDOFF
                                                                : ASSAY_PAYLOAD_OPAQUE;
}

static enum assay_payload_kind decode_handoff2(const assay_event *event, assay_payload *payload)
{
    return assay_handoff_decode2(event->data, &payload->handoff) ? ASSAY_PAYLOAD_HANDOFF
                                                                 : ASSAY_PAYLOAD_OPAQUE;
}

static enum assay_payload_kind decode_txt(const assay_event *event, assay_payload *payload)
{
    return assay_txt_decode(event, &payload->txt) ? ASSAY_PAYLOAD_TXT : ASSAY_PAYLOAD_OPAQUE;
}

static enum assay_payload_kind (*const readers[])(const assay_event *, assay_payload *) = {
    [ASSAY_DECODE_OPAQUE] = NULL,
    [ASSAY_DECODE_TEXT] = decode_text,
    [ASSAY_DECODE_NO_ACTION] = decode_no_action,
    [ASSAY_DECODE_SEPARATOR] = decode_separator,
    [ASSAY_DECODE_TAGGED] = decode_tagged,
    [ASSAY_DECODE_VERSION] = decode_version,
    [ASSAY_DECODE_POST_CODE] = decode_post_code,
    [ASSAY_DECODE_IPL] = decode_ipl,
    [ASSAY_DECODE_VARIABLE] = decode_variable,
    [ASSAY_DECODE_IMAGE] = decode_image,
    [ASSAY_DECODE_GPT] = decode_gpt,
    [ASSAY_DECODE_BLOB] = decode_blob,
    [ASSAY_DECODE_BLOB2] = decode_blob2,
    [ASSAY_DECODE_HANDOFF] = decode_handoff,
    [ASSAY_DECODE_HANDOFF2] = decode_handoff2,
    [ASSAY_DECODE_TXT] = decode_txt,
};

void assay_payload_decode(const assay_event *event, assay_payload *ret_payload)
{
    const assay_event_type *const type = assay_event_type_find(event->type);

    ret_payload->data = event->data;
    ret_payload->kind = ASSAY_PAYLOAD_OPAQUE;
    if (type != NULL && readers[type->decoder] != NULL)
        ret_payload->kind = readers[type->decoder](event, ret_payload);
}

const char *assay_payload_kind_name(enum assay_payload_kind kind)
{
    return families[kind].name;
}

void assay_payload_encode(assay_writer *writer, const assay_payload *payload)
{
    families[payload->kind].encode(writer, payload);
}

void assay_payload_emit(assay_output *out, const assay_payload *payload)
{
    families[payload->kind].emit(out, payload);
}

void assay_payload_summary(assay_writer *writer, const assay_payload *payload)
{
    families[payload->kind].summary(writer, payload);
}
