/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Initial RAM disks: cpio archives (Linux, Documentation/driver-api/early-userspace/
 * buffer-format.rst), one behind the other, each plain or compressed, zeros between them. What is
 * measured is the file as it is.
 */
#include "boot/artefact/gunzip.h"
#include "boot/loader/cpio.h"
#include "cli/measure.h"
#include "eventlog/payload/tagged.h"

enum { PCR_FILES = 9 };

/* Magic numbers as init/initramfs.c and lib/decompress.c of Linux know them. */
static const struct {
    const char *form;
    assay_bytes magic;
} forms[] = {
    { "cpio", ASSAY_LITERAL("070701") },
    { "cpio", ASSAY_LITERAL("070702") },
    { "gzip", ASSAY_LITERAL("\x1f\x8b") },
    { "zstd", ASSAY_LITERAL("\x28\xb5\x2f\xfd") },
    { "xz", ASSAY_LITERAL("\xfd"
                          "7zXZ") },
    { "lz4", ASSAY_LITERAL("\x02\x21\x4c\x18") },
    { "bzip2", ASSAY_LITERAL("BZh") },
    { "lzma", ASSAY_LITERAL("\x5d\x00\x00") },
    { "lzop", ASSAY_LITERAL("\x89LZO") },
};

static const char *form_of(assay_bytes bytes)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (assay_bytes_start_with(bytes, forms[i].magic))
            return forms[i].form;
    return NULL;
}

/* gzip's magic is that of kernels and MLEs, too: what is inside decides. */
bool cli_is_initrd(assay_bytes bytes, const char *name)
{
    const char *const form = form_of(bytes);
    uint8_t start[6];

    (void)name;
    if (form == NULL || strcmp(form, "gzip") != 0)
        return form != NULL;
    return assay_gunzip_start(bytes, start, sizeof start) == sizeof start &&
           form_of(assay_bytes_of(start, sizeof start)) == forms[0].form;
}

/* An archive's bytes; all of them where it is broken. */
static uint64_t archive_size(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);
    assay_cpio_entry entry;
    int step;

    while ((step = assay_cpio_next(&c, &entry, NULL)) > 0) {
    }
    return step == 0 ? c.offset : bytes.size;
}

/* Past the archive and the zeros behind it; a compressed one ends who knows where. */
static void skip_part(assay_cursor *c, const char *form)
{
    if (form != forms[0].form) {
        assay_take_rest(c);
        return;
    }
    assay_take_up_to(c, archive_size(assay_peek_rest(c)));
    while (assay_left(c) > 0 && assay_peek_rest(c).data[0] == 0)
        assay_take_u8(c);
}

static void find_parts(cli_measured_initrd *initrd, assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);

    while (assay_left(&c) > 0 && initrd->count < CLI_INITRD_PARTS) {
        const char *const form = form_of(assay_peek_rest(&c));
        const uint64_t offset = c.offset;

        skip_part(&c, form);
        initrd->parts[initrd->count++] =
            (cli_initrd_part){ form != NULL ? form : "unknown", offset, c.offset - offset };
    }
    initrd->more = assay_left(&c) > 0;
}

int cli_measure_initrd(cli_measured *m, assay_error *error)
{
    if (m->file.bytes.size == 0)
        return assay_fail(error, ASSAY_TRUNCATED, ASSAY_NOWHERE, "the file is empty");
    find_parts(&m->as.initrd, m->file.bytes);
    cli_measured_digest(m, m->file.bytes);
    cli_measured_add_main(m, PCR_FILES, EV_IPL,
                          "by GRUB; the event is the file's name as the command says it",
                          ASSAY_NO_BYTES);
    cli_measured_add_main(m, PCR_FILES, EV_EVENT_TAG,
                          "by Linux's EFI stub, where the loader hands this and nothing else over "
                          "by LoadFile2: GRUB since 2.12, systemd-stub, U-Boot",
                          cli_measured_tag(m, ASSAY_TAG_LINUX_INITRD,
                                           ASSAY_LITERAL("Linux initrd\0")));
    return cli_measured_status(m, error);
}

void cli_measured_put_initrd(const cli_call *call, const cli_measured *m)
{
    const cli_measured_initrd *const initrd = &m->as.initrd;

    for (size_t i = 0; i < initrd->count; i++) {
        const cli_initrd_part *const part = &initrd->parts[i];

        cli_measured_label(call, i == 0 ? "parts" : "");
        assay_put_format(call->out, "%s, %llu bytes at byte %llu\n", part->form,
                         (unsigned long long)part->size, (unsigned long long)part->offset);
    }
    if (initrd->more)
        cli_measured_line(call, "", "and others behind them");
}

void cli_measured_emit_initrd(assay_output *out, const cli_measured *m)
{
    const cli_measured_initrd *const initrd = &m->as.initrd;

    assay_emit_object(out, "initrd");
    assay_emit_bool(out, "more_parts", initrd->more);
    assay_emit_array(out, "parts");
    for (size_t i = 0; i < initrd->count; i++) {
        assay_emit_object(out, NULL);
        assay_emit_string(out, "form", initrd->parts[i].form);
        assay_emit_u64(out, "offset", initrd->parts[i].offset);
        assay_emit_u64(out, "size", initrd->parts[i].size);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    assay_emit_end(out);
}
