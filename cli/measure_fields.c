/* SPDX-License-Identifier: BSD-2-Clause */
/* What each kind of artefact says of itself. */
#include "boot/artefact/multiboot.h"
#include "cli/measure.h"
#include "cli/style.h"
#include "eventlog/txtflags.h"

enum { COLUMN = CLI_MEASURED_COLUMN };

static void put_flags(const cli_call *call, const char *label, const assay_txt_flag *flags,
                      uint32_t value)
{
    char line[512];
    assay_writer text = assay_writer_lent(line, sizeof line - 1);

    assay_txt_put_flags(&text, flags, value);
    line[text.used] = '\0';
    cli_measured_label(call, label);
    cli_put_wrapped(call->out, line, COLUMN, COLUMN, call->width);
}

/* Multiboot headers. */

static void put_multiboot(const cli_call *call, assay_bytes file)
{
    assay_multiboot1 one;
    assay_multiboot2 two;

    if (assay_multiboot1_find(file, &one)) {
        cli_measured_label(call, "multiboot");
        assay_put_format(call->out, "header at byte %llu, flags 0x%x\n",
                         (unsigned long long)one.offset, one.flags);
    }
    if (assay_multiboot2_find(file, &two)) {
        cli_measured_label(call, "multiboot2");
        assay_put_format(call->out, "header at byte %llu, %u bytes\n",
                         (unsigned long long)two.offset, two.header_length);
    }
}

static void emit_multiboot1(assay_output *out, const assay_multiboot1 *header)
{
    assay_emit_object(out, "multiboot");
    assay_emit_u64(out, "offset", header->offset);
    assay_emit_address(out, "flags", header->flags);
    if ((header->flags & ASSAY_MULTIBOOT1_ADDRESSES) != 0) {
        assay_emit_address(out, "header_addr", header->header_addr);
        assay_emit_address(out, "load_addr", header->load_addr);
        assay_emit_address(out, "load_end_addr", header->load_end_addr);
        assay_emit_address(out, "bss_end_addr", header->bss_end_addr);
        assay_emit_address(out, "entry_addr", header->entry_addr);
    }
    assay_emit_end(out);
}

static void emit_multiboot2(assay_output *out, const assay_multiboot2 *header)
{
    assay_cursor tags = assay_cursor_of(header->tags);
    assay_multiboot2_tag tag;

    assay_emit_object(out, "multiboot2");
    assay_emit_u64(out, "offset", header->offset);
    assay_emit_u64(out, "architecture", header->architecture);
    assay_emit_u64(out, "header_length", header->header_length);
    assay_emit_array(out, "tags");
    while (assay_multiboot2_next_tag(&tags, &tag)) {
        assay_emit_object(out, NULL);
        assay_emit_u64(out, "type", tag.type);
        if (assay_multiboot2_tag_name(tag.type) != NULL)
            assay_emit_string(out, "name", assay_multiboot2_tag_name(tag.type));
        assay_emit_bool(out, "optional", (tag.flags & 1) != 0);
        assay_emit_hex(out, "data_hex", tag.data);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    assay_emit_end(out);
}

static void emit_multiboot(assay_output *out, assay_bytes file)
{
    assay_multiboot1 one;
    assay_multiboot2 two;

    if (assay_multiboot1_find(file, &one))
        emit_multiboot1(out, &one);
    if (assay_multiboot2_find(file, &two))
        emit_multiboot2(out, &two);
}

/* Measured launched environments. */

void cli_measured_put_mle(const cli_call *call, const cli_measured *m)
{
    const assay_mle *const mle = &m->as.mle;
    const assay_mle_header *const h = &mle->header;

    cli_measured_label(call, "MLE header");
    assay_put_format(call->out, "version %u.%u, at 0x%llx; measured: 0x%x to 0x%x\n",
                     h->version >> 16, h->version & 0xffff, (unsigned long long)mle->header_offset,
                     h->mle_start, h->mle_end);
    put_flags(call, "capabilities", assay_txt_capabilities, h->capabilities);
    put_multiboot(call, m->file.bytes);
    if (mle->gaps) {
        cli_measured_label(call, "careful");
        cli_put_wrapped(call->out,
                        "the segments have gaps in memory; a launcher whose page table maps them "
                        "otherwise than one behind the other gets another digest",
                        COLUMN, COLUMN, call->width);
    }
    cli_measured_label(call, "room");
    if (assay_mle_cmdline_max(mle) > 0)
        assay_put_format(call->out, "for a command line of %u characters\n",
                         assay_mle_cmdline_max(mle));
    else
        assay_put_string(call->out, "for no command line: it is no part of the MLE\n");
}

void cli_measured_emit_mle(assay_output *out, const cli_measured *m)
{
    assay_emit_bool(out, "cmdline_measured",
                    m->cmdline != NULL && assay_mle_cmdline_max(&m->as.mle) > 0);
    assay_emit_object(out, "mle");
    assay_mle_emit(out, &m->as.mle);
    assay_emit_end(out);
    emit_multiboot(out, m->file.bytes);
}

/* Authenticated code modules. */

static const char *const signature_words[] = {
    [ASSAY_ACM_SIGNATURE_GOOD] = "good",
    [ASSAY_ACM_SIGNATURE_BAD] = "bad",
    [ASSAY_ACM_SIGNATURE_UNCHECKED] = "unchecked",
};

static void put_signature(const cli_call *call, const cli_measured *m)
{
    const assay_acm *const acm = &m->as.acm;

    cli_measured_label(call, "signature");
    assay_put_format(call->out, "RSA-%zu, ", 8 * acm->key.size);
    switch (m->signature) {
    case ASSAY_ACM_SIGNATURE_GOOD:
        cli_put_toned(call, CLI_GOOD, "good");
        assay_put_string(call->out, " by the key in the module\n");
        break;
    case ASSAY_ACM_SIGNATURE_BAD:
        cli_put_toned(call, CLI_BAD, "bad");
        assay_put_string(call->out, ": a processor refuses this module\n");
        break;
    case ASSAY_ACM_SIGNATURE_UNCHECKED:
        cli_put_toned(call, CLI_WARN, "not checked");
        assay_put_string(call->out, ": the scheme of this header version isn't known\n");
        break;
    }
}

static void put_chipsets(const cli_call *call, assay_bytes list)
{
    assay_acm_chipset chipset;

    for (size_t i = 0; assay_acm_chipset_at(list, i, &chipset); i++) {
        cli_measured_label(call, i == 0 ? "chipsets" : "");
        assay_put_format(call->out, "vendor 0x%04x, device 0x%04x, revision %s0x%x\n",
                         chipset.vendor_id, chipset.device_id,
                         (chipset.flags & 1) != 0 ? "any bit of " : "", chipset.revision_id);
    }
}

static void put_processors(const cli_call *call, assay_bytes list)
{
    assay_acm_processor processor;

    for (size_t i = 0; assay_acm_processor_at(list, i, &processor); i++) {
        cli_measured_label(call, i == 0 ? "processors" : "");
        assay_put_format(call->out, "0x%x under mask 0x%x", processor.fms, processor.fms_mask);
        if (processor.platform_mask != 0)
            assay_put_format(call->out, ", platform id 0x%llx under 0x%llx",
                             (unsigned long long)processor.platform_id,
                             (unsigned long long)processor.platform_mask);
        assay_put_char(call->out, '\n');
    }
}

static const char *purpose_of(const assay_acm *acm)
{
    if ((acm->flags & ASSAY_ACM_DEBUG_SIGNED) != 0)
        return "debugging: chipsets fused for production refuse it";
    if ((acm->flags & ASSAY_ACM_PRE_PRODUCTION) != 0)
        return "pre-production: a launch with it caps PCR 17 and 18";
    return "production";
}

void cli_measured_put_acm(const cli_call *call, const cli_measured *m)
{
    const assay_acm *const acm = &m->as.acm;
    const assay_acm_info *const info = &acm->info;

    cli_measured_label(call, "module");
    assay_put_format(call->out, "%s of %04x-%02x-%02x, %zu bytes, TXT SVN %u, header %u.%u\n",
                     assay_acm_type_name(acm), acm->date >> 16, acm->date >> 8 & 0xff,
                     acm->date & 0xff, acm->module.size, acm->txt_svn, acm->header_version >> 16,
                     acm->header_version & 0xffff);
    cli_measured_label(call, "made for");
    assay_put_format(call->out, "%s\n", purpose_of(acm));
    put_signature(call, m);
    if (m->event_count == 0) {
        cli_measured_label(call, "digests");
        assay_put_string(call->out, "of what is signed of it\n");
    }
    if (!acm->has_info)
        return;
    cli_measured_label(call, "version");
    assay_put_format(call->out, "AcmVersion %u, OsSinitData up to %u, MLE header from %u.%u\n",
                     info->acm_version, info->os_sinit_data_ver, info->min_mle_header_ver >> 16,
                     info->min_mle_header_ver & 0xffff);
    put_flags(call, "capabilities", assay_txt_capabilities, info->capabilities);
    put_chipsets(call, info->chipsets);
    put_chipsets(call, info->chipsets2);
    put_processors(call, info->processors);
    if (info->has_tpm)
        put_flags(call, "TPM", assay_acm_tpm_flags, info->tpm_capabilities);
}

void cli_measured_emit_acm(assay_output *out, const cli_measured *m)
{
    assay_emit_object(out, "acm");
    assay_emit_string(out, "signature", signature_words[m->signature]);
    assay_emit_hex(out, "signed_sha256", assay_bytes_of(m->hash_start, 32));
    assay_acm_emit(out, &m->as.acm);
    assay_emit_end(out);
}

/* ELF executables, secure loader blocks. */

void cli_measured_put_elf(const cli_call *call, const cli_measured *m)
{
    const assay_elf *const elf = &m->as.elf;

    cli_measured_label(call, "layout");
    assay_put_format(call->out, "ELF%u, %zu segments from 0x%llx on, %llu bytes, entry 0x%llx\n",
                     elf->is_64 ? 64u : 32u, elf->image.count, (unsigned long long)elf->paddr,
                     (unsigned long long)elf->image.size, (unsigned long long)elf->entry);
    put_multiboot(call, m->file.bytes);
    cli_measured_label(call, "digests");
    assay_put_string(call->out, "of the file's bytes; it has no MLE header\n");
}

void cli_measured_emit_elf(assay_output *out, const cli_measured *m)
{
    const assay_elf *const elf = &m->as.elf;

    assay_emit_object(out, "elf");
    assay_emit_u64(out, "class", elf->is_64 ? 64 : 32);
    assay_emit_u64(out, "machine", elf->machine);
    assay_emit_address(out, "entry", elf->entry);
    assay_emit_address(out, "paddr", elf->paddr);
    assay_emit_u64(out, "memory_size", elf->image.size);
    assay_emit_array(out, "segments");
    for (size_t i = 0; i < elf->image.count; i++) {
        assay_emit_object(out, NULL);
        assay_emit_u64(out, "offset", elf->image.segments[i].offset);
        assay_emit_u64(out, "file_size", elf->image.segments[i].bytes.size);
        assay_emit_u64(out, "zeros", elf->image.segments[i].zeros);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    assay_emit_end(out);
    emit_multiboot(out, m->file.bytes);
}

void cli_measured_put_slb(const cli_call *call, const cli_measured *m)
{
    const assay_slb *const slb = &m->as.slb;

    cli_measured_label(call, "header");
    assay_put_format(call->out, "entry point 0x%x, %u bytes are measured%s\n", slb->entry_point,
                     slb->length, slb->is_skl ? "; Secure Kernel Loader" : "");
}

void cli_measured_emit_slb(assay_output *out, const cli_measured *m)
{
    assay_emit_object(out, "slb");
    assay_slb_emit(out, &m->as.slb);
    assay_emit_end(out);
}
