/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/sdboot.h"

#include "boot/loader/linux.h"
#include "boot/loader/sdstub.h"
#include "eventlog/payload/tagged.h"

#include <stdio.h>

enum { PCR_BOOT_LOADER_CONFIG = 5 };

static const assay_sdboot_version versions[] = {
    { .since = 259,
      .mangling = ASSAY_SD_TRIMS,
      .measures_conf = true,
      .implies_cmdline = true,
      .profiles = true,
      .pads_initrds = true,
      .refuses_mixed = true,
      .loads_first = true,
      .prefers = true },
    { .since = 258,
      .mangling = ASSAY_SD_TRIMS,
      .measures_conf = true,
      .implies_cmdline = true,
      .profiles = true,
      .pads_initrds = true,
      .refuses_mixed = true,
      .loads_first = true },
    { .since = 257,
      .mangling = ASSAY_SD_TRIMS,
      .measures_conf = true,
      .implies_cmdline = true,
      .profiles = true,
      .pads_initrds = true },
    { .since = 255,
      .mangling = ASSAY_SD_TRIMS,
      .measures_conf = true,
      .implies_cmdline = true },
    { .since = 0 },
};

/* "#### LoaderInfo: systemd-boot 257.13-1~deb13u1 ####" */
static assay_bytes version_text(const assay_pe *pe)
{
    static const assay_bytes before = ASSAY_LITERAL("#### LoaderInfo: systemd-boot ");
    const assay_bytes magic = assay_pe_bytes(pe, ".sdmagic");
    assay_cursor c = assay_cursor_of(magic);

    assay_seek(&c, assay_bytes_find(magic, before));
    assay_take(&c, before.size);
    return assay_take_rest(&c);
}

static bool recognise(const assay_pe *image)
{
    return version_text(image).data != NULL;
}

static const assay_sdboot_version *version_of(const assay_pe *pe)
{
    const assay_bytes text = version_text(pe);
    const assay_sdboot_version *row = versions;
    unsigned version = 0;

    for (size_t i = 0; i < text.size && i < 5; i++) {
        if (i == 0 && text.data[i] == 'v')
            continue;
        if (text.data[i] < '0' || text.data[i] > '9')
            break;
        version = version * 10 + (text.data[i] - '0');
    }
    while (version != 0 && version < row->since)
        row++;
    return row;
}

/* --- starting it ------------------------------------------------------------------------------ */

/* A path as it is written into options and device paths: '\', and not two of them in a row. */
static assay_bytes efi_path(assay_boot *boot, assay_bytes path)
{
    uint8_t *const room = assay_boot_room(boot, path.size + 1);
    size_t size = 0;

    for (size_t i = 0; room != NULL && i < path.size; i++) {
        const uint8_t c = path.data[i] == '/' ? '\\' : path.data[i];
        if (size == 0 || c != '\\' || room[size - 1] != '\\')
            room[size++] = c;
    }
    return assay_bytes_of(room, size);
}

static bool read_initrds(assay_boot *boot, const assay_sdboot_version *version,
                         const assay_boot_image *self, const assay_bls_entry *entry,
                         assay_sd_parts *ret_initrd)
{
    for (size_t i = 0; i < entry->initrd_count; i++) {
        assay_bytes bytes;
        if (!assay_boot_read(boot, self->disk, entry->initrds[i], &bytes)) {
            assay_boot_remark(boot, ASSAY_PART_INITRD, true,
                              "a boot entry names an initrd that is not there");
            return false;
        }
        if (version->pads_initrds)
            assay_sd_parts_pad(boot, ret_initrd);
        assay_sd_parts_add(boot, ret_initrd, bytes);
    }
    return true;
}

/* "initrd=\a initrd=\b quiet": for kernels that know no other way to their initrd. */
static assay_bytes options_of(assay_boot *boot, const assay_bls_entry *entry)
{
    assay_bytes text = ASSAY_NO_BYTES;

    for (size_t i = 0; entry->kind == ASSAY_BLS_LINUX && i < entry->initrd_count; i++) {
        const assay_bytes path = efi_path(boot, entry->initrds[i]);
        const size_t size = 7 + path.size;
        uint8_t *const room = assay_boot_room(boot, size);
        assay_writer out = assay_writer_lent(room, room != NULL ? size : 0);
        assay_put_string(&out, "initrd=");
        assay_put(&out, path);
        text = assay_sd_join(boot, text, assay_sd_text(boot, assay_written(&out)));
    }
    for (size_t i = 0; i < entry->option_count; i++)
        text = assay_sd_join(boot, text, assay_sd_text(boot, entry->options[i]));
    return text;
}

static assay_bytes with_profile(assay_boot *boot, unsigned profile, assay_bytes options)
{
    char text[16];

    if (profile == 0)
        return options;
    snprintf(text, sizeof text, "@%u", profile);
    return assay_sd_join(boot, assay_sd_text(boot, assay_bytes_of_string(text)), options);
}

/* The path of an entry whose counter was just moved on: "linux+2-1.efi" for "linux+3.efi". */
static assay_bytes counted_path(assay_boot *boot, const assay_sdboot_entry *entry)
{
    const assay_bls_tries *const tries = &entry->order.tries;
    const size_t name = entry->path.size;
    size_t first = name;
    char text[64];

    if (!entry->type2 || tries->left < 0)
        return entry->path;
    while (first > 0 && entry->path.data[first - 1] != '/')
        first--;
    snprintf(text, sizeof text, "%lld-%lld.efi", (long long)(tries->left > 0 ? tries->left - 1 : 0),
             (long long)tries->done + 1);
    const size_t size = first + tries->offset + strlen(text);
    uint8_t *const room = assay_boot_room(boot, size);
    assay_writer out = assay_writer_lent(room, room != NULL ? size : 0);
    assay_put(&out, assay_bytes_of(entry->path.data, first + tries->offset));
    assay_put_string(&out, text);
    return assay_written(&out);
}

static enum assay_boot_end run_image(assay_boot *boot, const assay_boot_image *image,
                                     const assay_pe *pe, const assay_sd_parts *initrd)
{
    const assay_linux_handover handover = {
        .kernel = image->file,
        .load_options = image->load_options,
        .initrd_count = initrd->count,
        .initrd = initrd->list,
        .via_load_file2 = initrd->size > 0,
        .disk = image->disk,
    };

    if (assay_program_sdstub.recognise(pe))
        return assay_sdstub_start(boot, image, pe, initrd);
    if (assay_program_linux.recognise(pe))
        return assay_linux_start(boot, &handover);
    return assay_boot_run(boot, image, pe);
}

static enum assay_boot_end start(assay_boot *boot, const assay_sdboot_version *version,
                                 const assay_boot_image *self, const assay_sdboot_entry *entry)
{
    assay_boot_image image = { .disk = self->disk, .path = counted_path(boot, entry) };
    assay_sd_parts initrd = { 0 };
    assay_bls_entry parsed;
    assay_pe pe;

    if (assay_bls_read(&parsed, entry->content, boot->error) < 0 ||
        !assay_boot_read(boot, self->disk, entry->path, &image.file) ||
        assay_pe_open(&pe, image.file, NULL) < 0)
        return ASSAY_BOOT_RETURNED;
    const bool wanted = parsed.kind == ASSAY_BLS_LINUX;
    if (wanted && !version->loads_first &&
        !read_initrds(boot, version, self, &parsed, &initrd))
        return ASSAY_BOOT_RETURNED;
    if (!assay_sd_load(boot, &image, &pe))
        return ASSAY_BOOT_RETURNED;
    if (wanted && version->loads_first && !read_initrds(boot, version, self, &parsed, &initrd))
        return ASSAY_BOOT_RETURNED;
    const assay_bytes options = with_profile(
        boot, entry->order.profile, entry->type2 ? entry->options : options_of(boot, &parsed));
    if (options.data != NULL)
        assay_sd_measure_options(boot, options);
    image.load_options = assay_sd_with_nul(boot, options);
    return run_image(boot, &image, &pe, &initrd);
}

/* loader.conf is measured before it is read. */
static void read_conf(assay_boot *boot, const assay_sdboot_version *version,
                      const assay_boot_image *self, assay_loader_conf *conf)
{
    assay_bytes bytes;

    assay_loader_conf_read(conf, ASSAY_NO_BYTES);
    if (!assay_boot_read(boot, self->disk, ASSAY_LITERAL("loader/loader.conf"), &bytes))
        return;
    if (version->measures_conf)
        assay_boot_measure_tag(boot, PCR_BOOT_LOADER_CONFIG, ASSAY_PART_LOADER,
                               ASSAY_TAG_SYSTEMD_LOADER_CONF, bytes,
                               assay_boot_utf16(boot, ASSAY_LITERAL("loader.conf"), true));
    assay_loader_conf_read(conf, bytes);
}

static enum assay_boot_end run(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe)
{
    const assay_sdboot_version *const version = version_of(pe);
    assay_loader_conf conf;
    assay_sdboot_list list;

    boot->ran_sdboot = true;
    read_conf(boot, version, image, &conf);
    assay_sdboot_collect(boot, version, image, pe->machine, &conf, &list);
    const assay_sdboot_entry *const entry = assay_sdboot_choose(boot, version, &conf, &list);
    if (entry == NULL) {
        assay_boot_remark(boot, ASSAY_PART_LOADER, false, "systemd-boot finds no boot entry");
        return ASSAY_BOOT_RETURNED;
    }
    return start(boot, version, image, entry);
}

const assay_boot_program assay_program_sdboot = {
    .name = "systemd-boot",
    .part = ASSAY_PART_LOADER,
    .recognise = recognise,
    .run = run,
};
