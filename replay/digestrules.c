/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/digestrules.h"

#include "base/cursor.h"

/* The longest NUL there is, that of UTF-16. */
static const uint8_t nul[2];

static bool measure(assay_measured *measured, assay_bytes bytes)
{
    measured->folded = false;
    measured->count = 1;
    measured->parts[0] = bytes;
    return true;
}

static bool measure_with_nul(assay_measured *measured, assay_bytes bytes, size_t nul_size)
{
    measure(measured, bytes);
    measured->count = 2;
    measured->parts[1] = assay_bytes_of(nul, nul_size);
    return true;
}

static bool whole(const assay_event *event, const assay_payload *payload, assay_measured *measured)
{
    (void)payload;
    return measure(measured, event->data);
}

/* coreboot (log-tpm1.c, log-tpm2.c) logs the name of what it measured, NULs to the 50th byte. */
static bool is_coreboot_name(assay_bytes data)
{
    enum { SLOT = 50 };
    size_t length = 0;

    while (length < data.size && data.data[length] >= 0x20 && data.data[length] <= 0x7E)
        length++;
    return data.size == SLOT && length > 0 && length < SLOT &&
           assay_bytes_all(assay_bytes_of(data.data + length, SLOT - length), 0);
}

static bool whole_but_coreboot_name(const assay_event *event, const assay_payload *payload,
                                    assay_measured *measured)
{
    return !is_coreboot_name(event->data) && whole(event, payload, measured);
}

/* Intel TXT logs most of its golden values without data (TXT SDG appendix G). */
static bool whole_if_any(const assay_event *event, const assay_payload *payload,
                         assay_measured *measured)
{
    return event->data.size > 0 && whole(event, payload, measured);
}

/* TXT SDG 1.10.1.1: for some SINIT modules the digest is already the value of PCR 17. */
static bool folded_if_any(const assay_event *event, const assay_payload *payload,
                          assay_measured *measured)
{
    if (!whole_if_any(event, payload, measured))
        return false;
    measured->folded = true;
    return true;
}

/* A variable that the log cuts off was hashed in full. */
static bool variable_data(const assay_event *event, const assay_payload *payload,
                          assay_measured *measured)
{
    (void)event;
    return payload->kind == ASSAY_PAYLOAD_VARIABLE && !assay_variable_is_cut(&payload->variable) &&
           measure(measured, payload->variable.data);
}

/* shim before 15 states one byte more than it fills and hashes. */
static bool all_but_stray_byte(const assay_event *event, const assay_payload *payload,
                               assay_measured *measured)
{
    return payload->kind == ASSAY_PAYLOAD_VARIABLE && payload->variable.trailing.size > 0 &&
           measure(measured, assay_bytes_of(event->data.data, event->data.size - 1));
}

/* systemd-stub for a UKI profile. */
static bool tagged_data(const assay_event *event, const assay_payload *payload,
                        assay_measured *measured)
{
    assay_tag tag;

    (void)event;
    if (payload->kind != ASSAY_PAYLOAD_TAGGED || payload->tagged.count != 1)
        return false;
    assay_cursor c = assay_cursor_of(payload->tagged.list);
    return assay_tagged_next(&c, &tag) && measure(measured, tag.data);
}

/* GRUB's strings, the only ones of EV_IPL with a prefix and a text that is itself hashed. */
static bool is_grub_string(const assay_payload *payload)
{
    return payload->kind == ASSAY_PAYLOAD_IPL && (payload->ipl.kind == ASSAY_IPL_GRUB_COMMAND ||
                                                  payload->ipl.kind == ASSAY_IPL_KERNEL_CMDLINE ||
                                                  payload->ipl.kind == ASSAY_IPL_MODULE_CMDLINE);
}

static bool grub_text(const assay_event *event, const assay_payload *payload,
                      assay_measured *measured)
{
    (void)event;
    return is_grub_string(payload) && measure(measured, payload->ipl.text);
}

static bool grub_text_with_nul(const assay_event *event, const assay_payload *payload,
                               assay_measured *measured)
{
    (void)event;
    return is_grub_string(payload) && measure_with_nul(measured, payload->ipl.text, 1);
}

static bool options_with_nul(const assay_event *event, const assay_payload *payload,
                             assay_measured *measured)
{
    (void)event;
    return payload->kind == ASSAY_PAYLOAD_IPL && payload->ipl.kind == ASSAY_IPL_OPTIONS &&
           measure_with_nul(measured, payload->ipl.text, 2);
}

/* The characters of `text` as ASCII into `name`, or 0 when one does not fit. */
static size_t section_name(const assay_ipl *ipl, uint8_t name[static ASSAY_SECTION_NAME_MAX])
{
    assay_cursor c = assay_cursor_of(ipl->text);
    size_t length = 0;

    while (assay_left(&c) > 0 && length < ASSAY_SECTION_NAME_MAX) {
        const uint16_t character = ipl->utf16 ? assay_take_u16le(&c) : assay_take_u8(&c);

        if (character >= 0x80)
            return 0;
        name[length++] = (uint8_t)character;
    }
    return assay_left(&c) == 0 ? length : 0;
}

/* systemd-stub logs the name in UTF-16 and hashes it in ASCII, then a second event its contents. */
static bool section_name_with_nul(const assay_event *event, const assay_payload *payload,
                                  assay_measured *measured)
{
    (void)event;
    if (payload->kind != ASSAY_PAYLOAD_IPL || payload->ipl.kind != ASSAY_IPL_SECTION)
        return false;
    const size_t length = section_name(&payload->ipl, measured->name);
    return length > 0 && measure_with_nul(measured, assay_bytes_of(measured->name, length), 1);
}

/* pcrextend.c, cryptsetup.c and tpm2-util.c of systemd; the log has the string escaped and cut. */
static bool systemd_string(const assay_payload *payload, enum assay_systemd_hashing hashing,
                           assay_measured *measured)
{
    return payload->kind == ASSAY_PAYLOAD_SYSTEMD &&
           assay_systemd_hashing_of(&payload->systemd) == hashing &&
           assay_systemd_is_literal(&payload->systemd) &&
           measure(measured, payload->systemd.string);
}

static bool systemd_word(const assay_event *event, const assay_payload *payload,
                         assay_measured *measured)
{
    (void)event;
    return systemd_string(payload, ASSAY_SYSTEMD_WORD, measured);
}

static bool systemd_other(const assay_event *event, const assay_payload *payload,
                          assay_measured *measured)
{
    (void)event;
    return systemd_string(payload, ASSAY_SYSTEMD_UNKNOWN, measured);
}

/* Google's agents hash the content's element whole: type, length in big endian, value. */
static bool cel_element(const assay_event *event, const assay_payload *payload,
                        assay_measured *measured)
{
    enum { HEAD = 5 };
    assay_writer head = assay_writer_lent(measured->name, HEAD);
    unsigned type = 0;

    (void)payload;
    if (event->name.size == 0 || event->name.size > 3 || event->data.size > UINT32_MAX)
        return false;
    for (size_t i = 0; i < event->name.size; i++) {
        if (event->name.data[i] < '0' || event->name.data[i] > '9')
            return false;
        type = type * 10 + (event->name.data[i] - '0');
    }
    assay_put_u8(&head, (uint8_t)type);
    assay_put_u32be(&head, (uint32_t)event->data.size);
    measure(measured, assay_written(&head));
    measured->count = 2;
    measured->parts[1] = event->data;
    return true;
}

static bool ima_fields(const assay_event *event, const assay_payload *payload,
                       assay_measured *measured)
{
    (void)payload;
    measured->folded = false;
    measured->count = assay_ima_measured(event, measured->parts);
    return measured->count > 0;
}

#define WHOLE "whole data"

static const assay_digest_rule rules[] = {
    [ASSAY_RULES_NONE] = { NULL, { { NULL, NULL, ASSAY_MAY_FIT } } },
    [ASSAY_RULES_DATA] = { NULL, { { WHOLE, whole, ASSAY_MUST_FIT } } },
    [ASSAY_RULES_ACTION] = { NULL,
                             { { WHOLE, whole_but_coreboot_name, ASSAY_MUST_FIT },
                               { WHOLE, whole, ASSAY_MAY_FIT } } },
    [ASSAY_RULES_MAYBE_DATA] = { NULL, { { WHOLE, whole, ASSAY_MAY_FIT } } },
    [ASSAY_RULES_VERSION] = { "this firmware measures other bytes than the version it logs",
                              { { WHOLE, whole, ASSAY_MAY_FIT } } },
    [ASSAY_RULES_VARIABLE] = { "the log holds the variable in part",
                               { { WHOLE, whole, ASSAY_MAY_FIT },
                                 { "VariableData only", variable_data, ASSAY_MUST_FIT } } },
    [ASSAY_RULES_BOOT_VARIABLE] = { "the log holds the variable in part",
                                    { { "VariableData only", variable_data, ASSAY_MUST_FIT },
                                      { WHOLE, whole, ASSAY_MAY_FIT } } },
    [ASSAY_RULES_AUTHORITY] = { "the log holds the variable in part",
                                { { WHOLE, whole, ASSAY_MAY_FIT },
                                  { "all but a stray last byte", all_but_stray_byte,
                                    ASSAY_MAY_FIT },
                                  { "VariableData only", variable_data, ASSAY_MUST_FIT } } },
    [ASSAY_RULES_TAGGED] = { NULL,
                             { { WHOLE, whole, ASSAY_MAY_FIT },
                               { "tagged data only", tagged_data, ASSAY_MAY_FIT } } },
    [ASSAY_RULES_IPL] = { NULL,
                          { { "text without prefix and NUL", grub_text, ASSAY_MUST_FIT },
                            { "text without prefix, with NUL", grub_text_with_nul, ASSAY_MUST_FIT },
                            { "section name in ASCII with NUL", section_name_with_nul,
                              ASSAY_MAY_FIT },
                            { "UTF-16 text with NUL", options_with_nul, ASSAY_MAY_FIT },
                            { WHOLE, whole, ASSAY_MAY_FIT } } },
    [ASSAY_RULES_SEPARATOR] = { NULL, { { WHOLE, whole, ASSAY_MUST_FIT } } },
    [ASSAY_RULES_HCRTM] = { NULL, { { WHOLE, whole, ASSAY_MAY_FIT } } },
    [ASSAY_RULES_TXT_DATA] = { "the log holds no data for this record",
                               { { WHOLE, whole_if_any, ASSAY_MUST_FIT } } },
    [ASSAY_RULES_HASH_START] = { "the digest is of other data, or the log holds none",
                                 { { WHOLE, whole_if_any, ASSAY_MAY_FIT },
                                   { "PCR 17 after extending the data", folded_if_any,
                                     ASSAY_MAY_FIT } } },
    [ASSAY_RULES_SYSTEMD] = { "the digest is keyed, or the log has not all of the string",
                              { { "systemd's string", systemd_word, ASSAY_MUST_FIT },
                                { "systemd's string", systemd_other, ASSAY_MAY_FIT } } },
    [ASSAY_RULES_CEL] = { NULL,
                          { { "content element whole", cel_element, ASSAY_MAY_FIT },
                            { WHOLE, whole, ASSAY_MAY_FIT } } },
    [ASSAY_RULES_IMA] = { "the data are no fields of the template",
                          { { "fields of the template", ima_fields, ASSAY_MUST_FIT } } },
};

const assay_digest_rule *assay_digest_rule_of(enum assay_digest_rules which)
{
    return &rules[which];
}
