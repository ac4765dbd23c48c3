/* SPDX-License-Identifier: BSD-2-Clause */
/* What shim and GRUB measure, in the eyes of Keylime's policy "example". */
#include "policy/export/keylime/refstate_walk.h"

static bool contains(assay_bytes text, const char *part)
{
    return assay_bytes_find(text, assay_bytes_of_string(part)) < text.size;
}

void assay_refstate_visit_mok(assay_refstate_walk *walk)
{
    const assay_bytes name = assay_refstate_text(walk->event);

    if (assay_bytes_equal(name, ASSAY_LITERAL("MokList")))
        assay_refstate_add(walk, ASSAY_REFSTATE_MOK, walk->digest);
    else if (assay_bytes_equal(name, ASSAY_LITERAL("MokListX")))
        assay_refstate_add(walk, ASSAY_REFSTATE_MOKX, walk->digest);
    else if (!assay_bytes_equal(name, ASSAY_LITERAL("MokListTrusted")))
        assay_refstate_refuse(walk, "PCR %u has an event of shim that the policy doesn't know",
                              walk->event->pcr_index);
}

void assay_refstate_visit_command(assay_refstate_walk *walk)
{
    static const assay_bytes command = ASSAY_LITERAL("grub_cmd: "),
                             cmdline = ASSAY_LITERAL("kernel_cmdline: ");
    const assay_bytes text = assay_refstate_text(walk->event);

    if (assay_bytes_start_with(text, cmdline))
        assay_refstate_add(
            walk, ASSAY_REFSTATE_CMDLINE,
            walk->varies ? ASSAY_NO_BYTES
                         : assay_bytes_of(text.data + cmdline.size, text.size - cmdline.size));
    else if (!assay_bytes_start_with(text, command))
        assay_refstate_refuse(
            walk, "PCR %u has something else than GRUB's commands and the kernel's command line",
            walk->event->pcr_index);
}

void assay_refstate_visit_file(assay_refstate_walk *walk)
{
    const assay_bytes text = assay_refstate_text(walk->event);

    if (contains(text, "/loader/entries") || contains(text, "/grub"))
        return;
    if (contains(text, "/vmlinuz"))
        assay_refstate_add(walk, ASSAY_REFSTATE_VMLINUZ, walk->digest);
    else if (contains(text, "/initrd") || contains(text, "/initramfs"))
        assay_refstate_add(walk, ASSAY_REFSTATE_INITRD, walk->digest);
    else
        assay_refstate_refuse(
            walk,
            "PCR %u has a file that the policy takes neither for GRUB's, nor for a vmlinuz "
            "or initrd",
            walk->event->pcr_index);
}
