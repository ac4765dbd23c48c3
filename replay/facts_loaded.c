/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was loaded, and with which words: images in PCR 4, GRUB's lines in PCR 8,
 * systemd's options in PCR 12 and sections in PCR 11, Linux' initrd in PCR 9.
 */
#include "base/utf16.h"
#include "eventlog/payload/devpath.h"
#include "replay/facts_internal.h"

/* The digest is the image's own (Authenticode); where it came from is the log's word. */
static void look_at_image(assay_facts *facts, const assay_event *event, const assay_image *image)
{
    fact_basis basis = fact_basis_of_event(event, NULL);

    basis.doubt = "the digest is of the image, its name is the log's word";
    assay_writer writer = fact_begin(facts, FACT_BOOT_IMAGE, basis);
    fact_put_digest(&writer, event);
    if (image->path.size > 0) {
        assay_put_char(&writer, ' ');
        assay_devpath_summary(&writer, image->path);
    }
    fact_end(facts, &writer);
}

/*
 * GRUB hashes a line without the prefix that says what it is, so a command and the
 * kernel's command line differ by the log's word only. But a command begins with
 * its name, and a kernel's line with a path.
 */
static bool begins_with_path(assay_bytes line)
{
    return line.size > 0 && (line.data[0] == '/' || line.data[0] == '(');
}

static void look_at_line(assay_facts *facts, const assay_event *event, const assay_ipl *ipl,
                         const assay_datacheck *check)
{
    fact_lines *const lines = &facts->cmdline;
    const assay_bytes digest = event->digests[0].value;

    if (!begins_with_path(ipl->text))
        return;
    if (lines->count++ > 0) {
        lines->ambiguous |= !assay_bytes_equal(digest, assay_bytes_of(lines->digest,
                                                                      lines->digest_size));
        return;
    }
    lines->digest_size = digest.size < sizeof lines->digest ? digest.size : sizeof lines->digest;
    memcpy(lines->digest, digest.data, lines->digest_size);
    lines->ambiguous |= ipl->kind == ASSAY_IPL_GRUB_COMMAND;
    assay_writer writer = fact_begin(facts, FACT_KERNEL_CMDLINE, fact_basis_of_event(event, check));
    lines->slot = facts->count; /* the next one's number: 0 says that there is none */
    fact_put_text(&writer, ipl->text);
    fact_end(facts, &writer);
}

static void look_at_grub(assay_facts *facts, const assay_event *event,
                         const assay_payload *payload, const assay_datacheck *check)
{
    const bool line = payload->kind == ASSAY_PAYLOAD_IPL &&
                      (payload->ipl.kind == ASSAY_IPL_GRUB_COMMAND ||
                       payload->ipl.kind == ASSAY_IPL_KERNEL_CMDLINE ||
                       payload->ipl.kind == ASSAY_IPL_MODULE_CMDLINE);

    if (line && check->outcome == ASSAY_VERIFIED && event->digest_count > 0)
        look_at_line(facts, event, &payload->ipl, check);
    else
        facts->cmdline.unreadable = true;
}

static void look_at_options(assay_facts *facts, const assay_event *event, const assay_ipl *ipl,
                            const assay_datacheck *check)
{
    if (ipl->kind != ASSAY_IPL_OPTIONS || check->outcome != ASSAY_VERIFIED)
        return;
    assay_writer writer = fact_begin(facts, FACT_LOAD_OPTIONS, fact_basis_of_event(event, check));
    assay_put_utf16(&writer, ipl->text);
    fact_end(facts, &writer);
}

/* Of the two events of a section the first has the digest of its name (systemd-stub). */
static void look_at_section(assay_facts *facts, const assay_event *event, const assay_ipl *ipl,
                            const assay_datacheck *check)
{
    if (ipl->kind != ASSAY_IPL_SECTION || check->outcome != ASSAY_VERIFIED)
        return;
    const fact_basis basis = fact_basis_of_event(event, check);
    if (facts->sections == 0) {
        fact_state(facts, FACT_UKI_SECTIONS, basis, "%s", "");
        facts->sections = facts->count;
    }
    fact_slot *const slot = &facts->slots[facts->sections - 1];
    assay_writer writer = assay_writer_lent(slot->text, sizeof slot->text - 1);
    writer.used = strlen(slot->text);
    if (writer.used > 0)
        assay_put_char(&writer, ' ');
    assay_put_utf16(&writer, ipl->text);
    slot->text[writer.used] = '\0';
    slot->basis.banks &= basis.banks;
}

static void look_at_tag(assay_facts *facts, const assay_event *event, const assay_tagged *tagged)
{
    fact_basis basis = fact_basis_of_event(event, NULL);
    assay_cursor c = assay_cursor_of(tagged->list);
    assay_tag tag;

    if (!assay_tagged_next(&c, &tag) || tag.id != ASSAY_TAG_LINUX_INITRD)
        return;
    basis.doubt = "the digest is of a file, and that it is an initrd is the log's word";
    assay_writer writer = fact_begin(facts, FACT_INITRD, basis);
    fact_put_digest(&writer, event);
    fact_end(facts, &writer);
}

void facts_loaded_event(assay_facts *facts, const assay_event *event,
                        const assay_payload *payload, const assay_datacheck *check)
{
    const assay_semantics *const s = facts->semantics;

    if (payload->kind == ASSAY_PAYLOAD_IMAGE && assay_semantics_in(s, event, 4))
        look_at_image(facts, event, &payload->image);
    if (assay_semantics_in(s, event, 8))
        look_at_grub(facts, event, payload, check);
    if (payload->kind == ASSAY_PAYLOAD_IPL && assay_semantics_in(s, event, 12))
        look_at_options(facts, event, &payload->ipl, check);
    if (payload->kind == ASSAY_PAYLOAD_IPL && assay_semantics_in(s, event, 11))
        look_at_section(facts, event, &payload->ipl, check);
    if (payload->kind == ASSAY_PAYLOAD_TAGGED && assay_semantics_in(s, event, 9))
        look_at_tag(facts, event, &payload->tagged);
}

void facts_loaded_finish(assay_facts *facts)
{
    const fact_lines *const lines = &facts->cmdline;

    if (lines->slot == 0)
        return;
    fact_slot *const slot = &facts->slots[lines->slot - 1];
    if (lines->ambiguous) {
        static const char reason[] = "PCR 8 has more than one line that may be it";

        slot->unknown = true;
        memcpy(slot->text, reason, sizeof reason);
    } else if (lines->unreadable) {
        slot->basis.doubt = "PCR 8 holds events that do not show what was measured";
    }
}
