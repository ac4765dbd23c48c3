/* SPDX-License-Identifier: BSD-2-Clause */
/* Two tables: which reader the types of types.def name, and what each family of payloads can do. */
#include "eventlog/payload/payload.h"

#include "eventlog/types.h"

/* The families: token of the kind, name, member of the union, what the functions begin with. */
#define FAMILIES(FAMILY)                                                                           \
    FAMILY(LABEL, "label", label, assay_label)                                                     \
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
    FAMILY(TXT, "txt", txt, assay_txt)                                                             \
    FAMILY(SPDM, "spdm", spdm, assay_spdm)                                                         \
    FAMILY(SIPA, "sipa", sipa, assay_sipa)                                                         \
    FAMILY(COMPACT, "compact hash", compact, assay_compact)                                        \
    FAMILY(CEL, "cel", cel, assay_cel)                                                             \
    FAMILY(SYSTEMD, "systemd", systemd, assay_systemd)                                             \
    FAMILY(IMA, "ima", ima, assay_ima)

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

/* One way to read an event: false when its data is something else. */

static bool as_text(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_TEXT;
    return assay_text_decode(event->data, &payload->text);
}

static bool as_version(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_TEXT;
    return assay_text_decode_version(event->data, &payload->text);
}

static bool as_no_action(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_NO_ACTION;
    return assay_no_action_decode(event->data, &payload->no_action);
}

static bool as_separator(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_SEPARATOR;
    return assay_separator_decode(event->data, &payload->separator);
}

static bool as_tagged(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_TAGGED;
    return assay_tagged_decode(event->data, &payload->tagged);
}

static bool as_ipl(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_IPL;
    return assay_ipl_decode(event, &payload->ipl);
}

static bool as_variable(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_VARIABLE;
    return assay_variable_decode(event->data, &payload->variable);
}

static bool as_image(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_IMAGE;
    return assay_image_decode(event->data, &payload->image);
}

static bool as_gpt(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_GPT;
    return assay_gpt_decode(event->data, &payload->gpt);
}

static bool as_blob(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_BLOB;
    return assay_blob_decode(event->data, &payload->blob);
}

static bool as_blob2(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_BLOB;
    return assay_blob_decode2(event->data, &payload->blob);
}

static bool as_handoff(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_HANDOFF;
    return assay_handoff_decode(event->data, &payload->handoff);
}

static bool as_handoff2(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_HANDOFF;
    return assay_handoff_decode2(event->data, &payload->handoff);
}

static bool as_spdm(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_SPDM;
    return assay_spdm_decode(event->data, &payload->spdm);
}

static bool as_txt(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_TXT;
    return assay_txt_decode(event, &payload->txt);
}

static bool as_cel(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_CEL;
    return assay_cel_decode(event->data, &payload->cel);
}

static bool as_systemd(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_SYSTEMD;
    return assay_systemd_decode(event->data, &payload->systemd);
}

static bool as_sipa(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_SIPA;
    return assay_sipa_decode(event->data, &payload->sipa);
}

static bool as_compact(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_COMPACT;
    return assay_compact_decode(event, &payload->compact);
}

enum { READERS = 3 };

static bool as_ima(const assay_event *event, assay_payload *payload)
{
    payload->kind = ASSAY_PAYLOAD_IMA;
    return assay_ima_decode(event, &payload->ima);
}

/*
 * What the types of types.def are read as, the first that fits. PFP 1.06 section 10.4.1
 * lets EV_POST_CODE be a UEFI_PLATFORM_FIRMWARE_BLOB or text; Windows writes "WBCL" as a
 * separator and its records as EV_NO_ACTION; one Linux loader wrote a tag's text without the tag.
 */
static bool (*const readers[][READERS])(const assay_event *event, assay_payload *payload) = {
    [ASSAY_DECODE_OPAQUE] = { NULL },
    [ASSAY_DECODE_TEXT] = { as_text, as_compact },
    [ASSAY_DECODE_NO_ACTION] = { as_no_action, as_sipa, as_tagged },
    [ASSAY_DECODE_SEPARATOR] = { as_text, as_separator },
    [ASSAY_DECODE_TAGGED] = { as_sipa, as_tagged, as_text },
    [ASSAY_DECODE_VERSION] = { as_version },
    [ASSAY_DECODE_POST_CODE] = { as_blob, as_text },
    [ASSAY_DECODE_IPL] = { as_ipl },
    [ASSAY_DECODE_VARIABLE] = { as_variable },
    [ASSAY_DECODE_IMAGE] = { as_image },
    [ASSAY_DECODE_GPT] = { as_gpt },
    [ASSAY_DECODE_BLOB] = { as_blob },
    [ASSAY_DECODE_BLOB2] = { as_blob2, as_text },
    [ASSAY_DECODE_HANDOFF] = { as_handoff },
    [ASSAY_DECODE_HANDOFF2] = { as_handoff2 },
    [ASSAY_DECODE_TXT] = { as_txt },
    [ASSAY_DECODE_SPDM] = { as_spdm },
    [ASSAY_DECODE_VENDOR] = { as_text },
};

/* The same for the events that are none of the PC Client profile, by what they are. */
static bool (*const content_readers[ASSAY_CONTENTS])(const assay_event *event,
                                                     assay_payload *payload) = {
    [ASSAY_CONTENT_CEL] = as_cel,
    [ASSAY_CONTENT_SYSTEMD] = as_systemd,
    [ASSAY_CONTENT_IMA_TEMPLATE] = as_ima,
};

static bool decode_by_type(const assay_event *event, assay_payload *payload)
{
    const assay_event_type *const type = assay_event_type_find(event->type);

    for (size_t i = 0; type != NULL && i < READERS && readers[type->decoder][i] != NULL; i++)
        if (readers[type->decoder][i](event, payload))
            return true;
    return false;
}

static bool decode_by_content(const assay_event *event, assay_payload *payload)
{
    return content_readers[event->content] != NULL &&
           content_readers[event->content](event, payload);
}

void assay_payload_decode(const assay_event *event, assay_payload *ret_payload)
{
    ret_payload->data = event->data;
    if (!assay_event_keeps_data(event)) {
        ret_payload->kind = ASSAY_PAYLOAD_LABEL;
        ret_payload->label.text = event->label;
        return;
    }
    if (event->content == ASSAY_CONTENT_PCCLIENT_STD ? decode_by_type(event, ret_payload)
                                                     : decode_by_content(event, ret_payload))
        return;
    ret_payload->kind = ASSAY_PAYLOAD_OPAQUE;
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
