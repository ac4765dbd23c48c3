/* SPDX-License-Identifier: BSD-2-Clause */
/* What MLEs, ELF executables and secure loader blocks say of themselves. */
#include "boot/artefact/multiboot.h"
#include "cli/measure.h"
#include "cli/style.h"
#include "eventlog/txtflags.h"

enum { COLUMN = CLI_MEASURED_COLUMN };

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

/* What is measured is what the loader's page table maps; the header only says what it should. */
static void put_careful(const cli_call *call, const assay_mle *mle)
{
    const char *const why =
        mle->form == ASSAY_MLE_LINUX ? "a loader may map more of the kernel than its header names, "
                                       "as some of GRUB's for EFI "
                                       "do; then a launch measures that"
        : mle->gaps
            ? "the segments have gaps in memory; a loader that maps them otherwise than one "
              "behind the other gets another digest"
            : NULL;

    if (why == NULL)
        return;
    cli_measured_label(call, "careful");
    cli_put_wrapped(call->out, why, COLUMN, COLUMN, call->width);
}

void cli_measured_put_mle(const cli_call *call, const cli_measured *m)
{
    const assay_mle *const mle = &m->as.mle;
    const assay_mle_header *const h = &mle->header;

    cli_measured_label(call, "MLE header");
    assay_put_format(call->out, "version %u.%u, at 0x%llx; measured: 0x%x to 0x%x\n",
                     h->version >> 16, h->version & 0xffff, (unsigned long long)mle->header_offset,
                     h->mle_start, h->mle_end);
    cli_measured_put_flags(call, "capabilities", assay_txt_capabilities, h->capabilities);
    put_multiboot(call, m->file.bytes);
    put_careful(call, mle);
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

/* ELF executables, secure loader blocks. */

void cli_measured_put_elf(const cli_call *call, const cli_measured *m)
{
    const assay_elf *const elf = &m->as.elf;

    cli_measured_label(call, "layout");
    assay_put_format(call->out, "ELF%u, %zu segment%s from 0x%llx on, %llu bytes, entry 0x%llx\n",
                     elf->is_64 ? 64u : 32u, elf->image.count, elf->image.count == 1 ? "" : "s",
                     (unsigned long long)elf->paddr, (unsigned long long)elf->image.size,
                     (unsigned long long)elf->entry);
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
