/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/tagged.h"

#include "base/utf16.h"
#include "eventlog/payload/sipa.h"
#include "eventlog/payload/text.h"

/*
 * Linux EFI stub, systemd's TPM2_PCR_MEASUREMENTS, PC Client Implementation for conventional
 * BIOS 1.21, Confidential Containers' specification of the agent's log.
 */
static const struct {
    uint32_t id;
    const char *name;
    const char *measured; /* NULL: the tag and its data, or nobody says */
} names[] = {
    { 0x00000001, "SMBIOS structure", NULL },
    { 0x00000002, "BIS certificate", NULL },
    { 0x00000003, "POST BIOS ROM strings", NULL },
    { 0x00000004, "ESCD", NULL },
    { 0x00000005, "CMOS", NULL },
    { 0x00000006, "NVRAM", NULL },
    { 0x00000007, "option ROM execute", NULL },
    { 0x00000008, "option ROM configuration", NULL },
    { 0x0000000A, "option ROM microcode update", NULL },
    { 0x0000000B, "S-CRTM version", NULL },
    { 0x0000000C, "S-CRTM contents", NULL },
    { 0x0000000D, "POST contents", NULL },
    { 0x0000000E, "table of devices", NULL },
    { ASSAY_TAG_ATTESTATION_AGENT, "attestation agent", NULL },
    { ASSAY_TAG_SYSTEMD_PROFILE, "systemd-stub UKI profile", "the profile's name" },
    { 0x49DFFE0F, "systemd-stub initrd addon", "the addon's .initrd section" },
    { 0x6C46F751, "systemd-stub devicetree addon", "the addon's .dtb section" },
    { ASSAY_TAG_LINUX_INITRD, "Linux initrd", "the initrd that the kernel loaded" },
    { ASSAY_TAG_LINUX_LOAD_OPTIONS, "Linux load options", "the load options in UTF-16" },
    { 0xC0B3BD23, "systemd-stub SMBIOS type 11", "the structure with its strings" },
    { 0xD5CB7CBC, "systemd-stub SMBIOS type 1",
      "the structure with its strings, Wake-up Type as zero" },
    { 0xDAC08E1A, "systemd-stub microcode addon", "the addon's .ucode section" },
    { 0xE0D47BC8, "systemd-stub SMBIOS type 2", "the structure with its strings" },
    { ASSAY_TAG_SYSTEMD_LOADER_CONF, "systemd-boot loader.conf", "the file's contents" },
};

const char *assay_tag_name(uint32_t id)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].id == id)
            return names[i].name;
    return assay_sipa_class_name(id);
}

const char *assay_tag_measured(uint32_t id)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].id == id)
            return names[i].measured;
    return NULL;
}

/* The text up to the next blank, which is taken, too. */
static bool take_word(assay_bytes *text, assay_bytes *ret_word)
{
    const uint8_t *const blank = text->size > 0 ? memchr(text->data, ' ', text->size) : NULL;

    if (blank == NULL || blank == text->data)
        return false;
    *ret_word = assay_bytes_of(text->data, (size_t)(blank - text->data));
    *text = assay_bytes_of(blank + 1, text->size - ret_word->size - 1);
    return true;
}

bool assay_agent_event_decode(assay_bytes data, assay_agent_event *ret_event)
{
    static const assay_bytes init = ASSAY_LITERAL("INIT/");
    assay_agent_event event = { .init = assay_bytes_start_with(data, init) };

    if (!take_word(&data, &event.domain) || (!event.init && !take_word(&data, &event.operation)))
        return false;
    if (event.init)
        event.operation =
            assay_bytes_of(event.domain.data + init.size, event.domain.size - init.size);
    event.content = data;
    *ret_event = event;
    return true;
}

bool assay_tagged_next(assay_cursor *cursor, assay_tag *ret_tag)
{
    const uint32_t id = assay_take_u32le(cursor);
    const assay_bytes data = assay_take(cursor, assay_take_u32le(cursor));

    if (cursor->failed)
        return false;
    *ret_tag = (assay_tag){ id, data };
    return true;
}

bool assay_tagged_decode(assay_bytes data, assay_tagged *ret_tagged)
{
    assay_cursor c = assay_cursor_of(data);
    assay_tag tag;
    size_t count = 0;

    while (assay_left(&c) > 0 && assay_tagged_next(&c, &tag))
        count++;
    if (c.failed || count == 0)
        return false;
    *ret_tagged = (assay_tagged){ count, data };
    return true;
}

void assay_tagged_encode(assay_writer *writer, const assay_tagged *tagged)
{
    assay_cursor c = assay_cursor_of(tagged->list);
    assay_tag tag;

    while (assay_tagged_next(&c, &tag)) {
        assay_put_u32le(writer, tag.id);
        assay_put_u32le(writer, (uint32_t)tag.data.size);
        assay_put(writer, tag.data);
    }
}

static void emit_agent_event(assay_output *out, const assay_agent_event *event)
{
    if (event->init) {
        assay_emit_text(out, "init_algorithm", event->operation);
        assay_emit_text(out, "init_value", event->content);
        return;
    }
    assay_emit_text(out, "domain", event->domain);
    assay_emit_text(out, "operation", event->operation);
    assay_emit_text(out, "content", event->content);
}

/* systemd names a profile by a text in UTF-16 that may be a single character. */
static bool read_text(const assay_tag *tag, assay_text *ret_text)
{
    const assay_bytes name = assay_utf16_until_nul(tag->data);

    if (tag->id != ASSAY_TAG_SYSTEMD_PROFILE || tag->data.size != name.size + 2 ||
        !assay_utf16_is_text(name))
        return assay_text_decode(tag->data, ret_text);
    *ret_text =
        (assay_text){ ASSAY_TEXT_UTF16, name, assay_bytes_of(tag->data.data + name.size, 2) };
    return true;
}

static void emit_tag(assay_output *out, const assay_tag *tag)
{
    const char *const name = assay_tag_name(tag->id);
    const char *const measured = assay_tag_measured(tag->id);
    assay_agent_event event;
    assay_text text;

    assay_emit_object(out, NULL);
    assay_emit_address(out, "id", tag->id);
    if (name != NULL)
        assay_emit_string(out, "name", name);
    if (read_text(tag, &text))
        assay_text_emit(out, &text);
    else
        assay_emit_hex(out, "data", tag->data);
    if (tag->id == ASSAY_TAG_ATTESTATION_AGENT && assay_agent_event_decode(tag->data, &event))
        emit_agent_event(out, &event);
    if (measured != NULL)
        assay_emit_string(out, "measured", measured);
    assay_emit_end(out);
}

void assay_tagged_emit(assay_output *out, const assay_tagged *tagged)
{
    assay_cursor c = assay_cursor_of(tagged->list);
    assay_tag tag;

    assay_emit_array(out, "tags");
    while (assay_tagged_next(&c, &tag))
        emit_tag(out, &tag);
    assay_emit_end(out);
}

static void summarise_tag(assay_writer *writer, const assay_tag *tag)
{
    const char *const name = assay_tag_name(tag->id);
    assay_text text;

    if (name != NULL)
        assay_put_string(writer, name);
    else
        assay_put_format(writer, "tag 0x%08x", tag->id);
    if (read_text(tag, &text)) {
        assay_put_string(writer, ": ");
        assay_text_summary(writer, &text);
    } else {
        assay_put_format(writer, ", %zu bytes", tag->data.size);
    }
}

void assay_tagged_summary(assay_writer *writer, const assay_tagged *tagged)
{
    assay_cursor c = assay_cursor_of(tagged->list);
    assay_tag first;

    if (!assay_tagged_next(&c, &first))
        return;
    summarise_tag(writer, &first);
    if (tagged->count > 1)
        assay_put_format(writer, ", and %zu more", tagged->count - 1);
}
