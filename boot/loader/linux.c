/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linux's EFI stub (drivers/firmware/efi/libstub/efi-stub-helper.c and file.c). Where there is no
 * TPM but a confidential computing protocol, it measures the same into that one's registers; where
 * there are both, into the TPM.
 */
#include "boot/loader/linux.h"

#include "base/utf16.h"
#include "boot/artefact/bzimage.h"
#include "eventlog/payload/tagged.h"

enum { PCR = 9, INITRDS = 16, PATH = 256 };

/* What a release measures, and which commit made it so. */
typedef struct stub_version {
    assay_kernel_release since;
    bool initrd;         /* that came through LoadFile2 */
    bool load_options;
    bool initrd_options; /* that "initrd=" named */
} stub_version;

static const stub_version versions[] = {
    { { 0, 0 }, false, false, false },
    { { 5, 17 }, true, false, false }, /* f046fff8bc4c */
    { { 6, 1 }, true, true, false },   /* 71c7adc9fffd */
    { { 6, 13 }, true, true, true },   /* c004703ed7ae */
};

static bool at_least(assay_kernel_release a, assay_kernel_release b)
{
    return a.major != b.major ? a.major > b.major : a.minor >= b.minor;
}

static const stub_version *version_of(assay_boot *boot, const assay_linux_handover *handover)
{
    size_t i = sizeof versions / sizeof *versions - 1;
    assay_kernel_release release;

    if (!assay_kernel_release_of(handover->kernel, &release) &&
        !assay_kernel_release_parse(handover->release, &release)) {
        assay_boot_remark(boot, ASSAY_PART_KERNEL, false,
                          "the kernel's release is not known, so that it is taken for a new one");
        return &versions[i];
    }
    while (!at_least(release, versions[i].since))
        i--;
    return &versions[i];
}

/* IMA extends PCR 10 in a manner of the release. */
static void note_release(assay_boot *boot, assay_bytes kernel, assay_bytes words)
{
    assay_kernel_release release;

    if (!assay_kernel_release_of(kernel, &release) &&
        !assay_kernel_release_parse(words, &release))
        return;
    boot->prediction->kernel_major = release.major;
    boot->prediction->kernel_minor = release.minor;
}

enum assay_boot_end assay_linux_enter(assay_boot *boot, assay_bytes kernel)
{
    note_release(boot, kernel, ASSAY_NO_BYTES);
    return assay_boot_exit(boot);
}

static void measure_tagged(assay_boot *boot, enum assay_part part, uint32_t tag,
                           const assay_bytes *parts, size_t count, const char *name)
{
    uint8_t data[64];
    assay_writer out = assay_writer_lent(data, sizeof data);
    const uint32_t size = (uint32_t)strlen(name) + 1;

    assay_put_u32le(&out, tag);
    assay_put_u32le(&out, size);
    assay_put(&out, assay_bytes_of(name, size));
    assay_boot_measure_parts(boot, PCR, EV_EVENT_TAG, part, parts, count,
                             assay_written(&out));
}

static void measure_initrd(assay_boot *boot, const assay_bytes *parts, size_t count)
{
    bool any = false;

    for (size_t i = 0; i < count; i++)
        any |= parts[i].size > 0;
    if (any)
        measure_tagged(boot, ASSAY_PART_INITRD, ASSAY_TAG_LINUX_INITRD, parts, count,
                       "Linux initrd");
}

static uint16_t unit_at(assay_bytes utf16, size_t index)
{
    return (uint16_t)(utf16.data[2 * index] | utf16.data[2 * index + 1] << 8);
}

static bool stands_at(assay_bytes utf16, size_t index, const char *ascii)
{
    for (size_t i = 0; ascii[i] != '\0'; i++)
        if (index + i >= utf16.size / 2 || unit_at(utf16, index + i) != (uint8_t)ascii[i])
            return false;
    return true;
}

/*
 * The next path that "initrd=" names, be it in the middle of another word, from *index on. False
 * at the end of the options.
 */
static bool next_initrd(assay_bytes options, size_t *index, assay_writer *path)
{
    static const char prefix[] = "initrd=";
    const size_t count = options.size / 2;
    size_t i = *index;

    while (i < count && !stands_at(options, i, prefix))
        i++;
    if (i >= count)
        return false;
    i += sizeof prefix - 1;
    while (i < count && (unit_at(options, i) == '/' || unit_at(options, i) == '\\'))
        i++;
    const size_t first = i;
    while (i < count && i - first < PATH - 1 && unit_at(options, i) != '\0' &&
           unit_at(options, i) != '\n' && unit_at(options, i) != ' ')
        i++;
    assay_put_utf16(path, assay_bytes_of(options.data + 2 * first, 2 * (i - first)));
    *index = i;
    return true;
}

/* Reads what the options name. False when the stub finds one of them missing. */
static bool read_named(assay_boot *boot, const assay_linux_handover *handover,
                       assay_bytes initrds[INITRDS], size_t *count)
{
    size_t index = 0;

    for (*count = 0; *count < INITRDS; ++*count) {
        uint8_t text[3 * PATH];
        assay_writer path = assay_writer_lent(text, sizeof text);
        if (!next_initrd(handover->load_options, &index, &path))
            return true;
        if (!assay_boot_read(boot, handover->disk, assay_written(&path), &initrds[*count]))
            return false;
    }
    return true;
}

static bool is_blank(uint16_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Whether the options have the word "noinitrd" before a word "--". */
static bool refuses_initrd(assay_bytes options)
{
    const size_t count = options.size / 2;

    for (size_t i = 0; i < count && unit_at(options, i) != 0;) {
        size_t end = i;
        while (end < count && unit_at(options, end) != 0 && !is_blank(unit_at(options, end)))
            end++;
        if (end - i == 2 && stands_at(options, i, "--"))
            return false;
        if (end - i == 8 && stands_at(options, i, "noinitrd"))
            return true;
        i = end + (end < count && unit_at(options, end) != 0);
    }
    return false;
}

enum assay_boot_end assay_linux_start(assay_boot *boot, const assay_linux_handover *handover)
{
    const stub_version *const version = version_of(boot, handover);
    assay_bytes named[INITRDS];
    size_t count;

    note_release(boot, handover->kernel, handover->release);
    if (version->load_options && handover->load_options.size > 0)
        measure_tagged(boot, ASSAY_PART_CMDLINE, ASSAY_TAG_LINUX_LOAD_OPTIONS,
                       &handover->load_options, 1, "LOADED_IMAGE::LoadOptions");
    if (refuses_initrd(handover->load_options))
        return assay_boot_exit(boot);
    if (handover->via_load_file2) {
        if (version->initrd)
            measure_initrd(boot, handover->initrd, handover->initrd_count);
        return assay_boot_exit(boot);
    }
    if (!read_named(boot, handover, named, &count)) {
        assay_boot_remark(boot, ASSAY_PART_INITRD, true,
                          "the kernel gives up, for there is no such file as initrd= says");
        return ASSAY_BOOT_RETURNED;
    }
    if (version->initrd_options)
        measure_initrd(boot, named, count);
    return assay_boot_exit(boot);
}

static bool recognise(const assay_pe *image)
{
    static const assay_bytes arm64 = ASSAY_LITERAL("ARM\x64"), riscv = ASSAY_LITERAL("RSC\x05");
    assay_cursor c = assay_cursor_of(image->file);
    assay_zboot zboot;

    assay_seek(&c, 56); /* Documentation/arch/arm64/booting.rst, .../riscv/boot-image-header.rst */
    const assay_bytes magic = assay_take(&c, 4);
    return assay_bzimage_detect(image->file) || assay_zboot_open(image->file, &zboot) ||
           assay_bytes_equal(magic, arm64) || assay_bytes_equal(magic, riscv);
}

static enum assay_boot_end run(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe)
{
    const assay_linux_handover handover = {
        .kernel = pe->file,
        .load_options = image->load_options,
        .disk = image->disk,
    };

    return assay_linux_start(boot, &handover);
}

const assay_boot_program assay_program_linux = {
    .name = "Linux",
    .part = ASSAY_PART_KERNEL,
    .recognise = recognise,
    .run = run,
};
