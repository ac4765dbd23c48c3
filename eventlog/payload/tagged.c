/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/tagged.h"

#include "eventlog/payload/sipa.h"
#include "eventlog/payload/text.h"

/* Linux EFI stub, systemd 257 tpm2-pcr.h, PC Client Implementation for conventional BIOS 1.21. */
static const struct {
    uint32_t id;
    const char *name;
} names[] = {
    { 0x00000001, "SMBIOS structure" },
    { 0x00000002, "BIS certificate" },
    { 0x00000003, "POST BIOS ROM strings" },
    { 0x00000004, "ESCD" },
    { 0x00000005, "CMOS" },
    { 0x00000006, "NVRAM" },
    { 0x00000007, "option ROM execute" },
    { 0x00000008, "option ROM configuration" },
    { 0x0000000A, "option ROM microcode update" },
    { 0x0000000B, "S-CRTM version" },
    { 0x0000000C, "S-CRTM contents" },
    { 0x0000000D, "POST contents" },
    { 0x0000000E, "table of devices" },
    { 0x4141454C, "attestation agent" },
    { ASSAY_TAG_SYSTEMD_PROFILE, "systemd-stub UKI profile" },
    { 0x49DFFE0F, "systemd-stub initrd addon" },
    { 0x6C46F751, "systemd-stub devicetree addon" },
    { ASSAY_TAG_LINUX_INITRD, "Linux initrd" },
    { ASSAY_TAG_LINUX_LOAD_OPTIONS, "Linux load options" },
    { 0xC0B3BD23, "systemd-stub SMBIOS type 11" },
    { 0xD5CB7CBC, "systemd-stub SMBIOS type 1" },
    { 0xDAC08E1A, "systemd-stub microcode addon" },
    { 0xE0D47BC8, "systemd-stub SMBIOS type 2" },
    { ASSAY_TAG_SYSTEMD_LOADER_CONF, "systemd-boot loader.conf" },
};

const char *assay_tag_name(uint32_t id)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].id == id)
            return names[i].name;
    return assay_sipa_class_name(id);
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

static void emit_tag(assay_output *out, const assay_tag *tag)
{
    const char *const name = assay_tag_name(tag->id);
    assay_text text;

    assay_emit_object(out, NULL);
    assay_emit_address(out, "id", tag->id);
    if (name != NULL)
        assay_emit_string(out, "name", name);
    if (assay_text_decode(tag->data, &text))
        assay_text_emit(out, &text);
    else
        assay_emit_hex(out, "data", tag->data);
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
    if (assay_text_decode(tag->data, &text)) {
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
