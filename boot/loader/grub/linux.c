/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux, initrd and boot: loader/i386/efi/linux.c before 2.12 and loader/efi/linux.c since, with
 * lib/cmdline.c and loader/linux.c.
 */
#include "boot/loader/linux.h"

#include "boot/artefact/bzimage.h"
#include "boot/loader/grub/machine.h"
#include "eventlog/payload/devpath.h"
#include "boot/loader/shim.h"

/* The words again, quoted where they have to be. */
static assay_bytes quoted_line(assay_grub *grub, const char *before, const assay_grub_args *args)
{
    assay_writer out = assay_writer_growing(ASSAY_GRUB_SCRIPT_MAX);

    assay_put_string(&out, before);
    for (size_t i = 0; i < args->count; i++) {
        const assay_bytes word = args->items[i];
        const bool spaced = assay_bytes_find(word, ASSAY_LITERAL(" ")) < word.size;

        assay_put_string(&out, i > 0 ? " " : "");
        assay_put_string(&out, spaced ? "\"" : "");
        for (size_t k = 0; k < word.size; k++) {
            if (strchr("\\'\"", word.data[k]) != NULL && word.data[k] != '\0')
                assay_put_char(&out, '\\');
            assay_put_u8(&out, word.data[k]);
        }
        assay_put_string(&out, spaced ? "\"" : "");
    }
    const assay_bytes line = assay_grub_keep(&grub->pool, assay_written(&out));

    if (out.failure != 0)
        grub->pool.failed = true;
    assay_writer_close(&out);
    return line;
}

/* Each time shim is asked it measures; what it refuses it is not asked for again. */
static bool verify(assay_grub *grub, assay_bytes file, unsigned times)
{
    if (!grub->boot->shim.verifies) {
        if (grub->boot->secure_boot && !grub->boot->shim.installed)
            assay_grub_lose(grub, "Secure Boot is on, and there is no shim for GRUB to ask");
        return !grub->over;
    }
    for (unsigned i = 0; i < times; i++)
        if (!assay_shim_verify(grub->boot, file, ASSAY_PART_KERNEL, 1)) {
            assay_boot_remark(grub->boot, ASSAY_PART_KERNEL, true,
                              "shim refuses the kernel that GRUB loads: bad shim signature");
            return false;
        }
    return true;
}

enum { E_LFANEW = 0x3c, MAJOR_IMAGE_VERSION = 24 + 44, LOADS_INITRD = 1 };

/* Whether the kernel's EFI stub takes its initrd by LoadFile2 (Linux 5.8, LINUX_EFISTUB_MAJOR). */
static bool has_new_stub(assay_bytes file)
{
    assay_cursor c = assay_cursor_of(file);

    assay_seek(&c, E_LFANEW);
    assay_seek(&c, (uint64_t)assay_take_u32le(&c) + MAJOR_IMAGE_VERSION);
    const uint16_t major = assay_take_u16le(&c);

    return !c.failed && major >= LOADS_INITRD;
}

static bool is_bootable(assay_grub *grub, assay_bytes file)
{
    assay_bzimage image;

    if (assay_bzimage_detect(file) && assay_bzimage_open(&image, file, NULL) == 0)
        return true;
    assay_boot_remark(grub->boot, ASSAY_PART_KERNEL, true,
                      "what GRUB's script loads as a kernel is no bzImage");
    return false;
}

int assay_grub_linux(assay_grub *grub, const assay_grub_args *args)
{
    const assay_grub_flavour *const flavour = grub->core->flavour;
    assay_bytes file;

    if (args->count == 0)
        return ASSAY_GRUB_BAD_ARGUMENT;
    grub->loaded.ready = false;
    if (assay_grub_open(grub, args->items[0], ASSAY_PART_KERNEL, &file) != ASSAY_GRUB_FILE)
        return ASSAY_GRUB_FILE_NOT_FOUND;
    const bool stub = flavour->stub && has_new_stub(file);

    if (!verify(grub, file, flavour->stub ? 1 : flavour->verifications))
        return ASSAY_GRUB_BAD_SIGNATURE;
    if (flavour->stub && !stub) { /* opened anew by the loader that older ones have */
        assay_grub_open(grub, args->items[0], ASSAY_PART_KERNEL, &file);
        if (!verify(grub, file, 1))
            return ASSAY_GRUB_BAD_SIGNATURE;
    }
    if (!is_bootable(grub, file))
        return ASSAY_GRUB_BAD_OS;
    assay_grub_measure_line(grub, "kernel_cmdline: ", ASSAY_PART_CMDLINE,
                            quoted_line(grub, "", args));
    grub->loaded = (assay_grub_loaded){
        .ready = true,
        .stub = stub,
        .file = file,
        .cmdline = quoted_line(grub, "BOOT_IMAGE=", args),
        .disk = assay_grub_resolve(grub, args->items[0]).disk,
    };
    return ASSAY_GRUB_OK;
}

/* --- initrd --------------------------------------------------------------------------------- */

typedef struct initrd {
    assay_grub *grub;
    assay_bytes *parts;
    size_t count;
    uint64_t size;
    bool newc;          /* the last file is an entry of a cpio made here */
    assay_bytes folders[64];
    size_t folder_count;
} initrd;

static void add_part(initrd *r, assay_bytes bytes)
{
    if (r->count == sizeof r->grub->loaded.initrd / sizeof *r->grub->loaded.initrd) {
        assay_grub_lose(r->grub, "GRUB's script loads very many initrds");
        return;
    }
    if (bytes.size > 0)
        r->parts[r->count++] = bytes;
    r->size += bytes.size;
}

static void pad(initrd *r)
{
    static const uint8_t zeros[4];

    add_part(r, assay_bytes_of(zeros, (size_t)(-r->size & 3)));
}

/* The header of a cpio entry as GRUB writes it: newc with no owner, time or inode. */
static void add_header(initrd *r, assay_bytes name, unsigned mode, uint64_t size)
{
    enum { HEADER = 110 };
    const size_t whole = (HEADER + name.size + 1 + 3) & ~(size_t)3;
    uint8_t *const room = assay_grub_room(&r->grub->pool, whole);

    if (room == NULL)
        return;
    assay_writer out = assay_writer_lent(room, whole);

    assay_put_format(&out, "070701%08x%08x%08x%08x%08x%08x%08x", 0u, mode, 0u, 0u, 1u, 0u,
                     (unsigned)size);
    assay_put_format(&out, "%08x%08x%08x%08x%08x%08x", 0u, 0u, 0u, 0u, (unsigned)name.size + 1, 0u);
    assay_put(&out, name);
    assay_put_zeros(&out, whole - HEADER - name.size);
    add_part(r, assay_bytes_of(room, whole));
}

static bool add_folder_once(initrd *r, assay_bytes folder)
{
    for (size_t i = 0; i < r->folder_count; i++)
        if (assay_bytes_equal(r->folders[i], folder))
            return false;
    if (r->folder_count < sizeof r->folders / sizeof *r->folders)
        r->folders[r->folder_count++] = folder;
    return true;
}

static void add_newc(initrd *r, assay_bytes name, uint64_t size)
{
    for (size_t i = 1; i < name.size; i++)
        if (name.data[i] == '/' && add_folder_once(r, assay_bytes_of(name.data, i)))
            add_header(r, assay_bytes_of(name.data, i), 040777, 0);
    add_header(r, name, 0100777, size);
    r->newc = true;
}

static void end_newc(initrd *r)
{
    if (!r->newc)
        return;
    pad(r);
    add_header(r, ASSAY_LITERAL("TRAILER!!!"), 0, 0);
    r->newc = false;
    r->folder_count = 0;
}

/* "newc:PATH:FILE" puts FILE into a cpio as PATH. */
static bool split_newc(assay_bytes word, assay_bytes *ret_name, assay_bytes *ret_file)
{
    if (!assay_bytes_start_with(word, ASSAY_LITERAL("newc:")))
        return false;
    assay_bytes rest = assay_bytes_of(word.data + 5, word.size - 5);

    while (rest.size > 0 && rest.data[0] == '/')
        rest = assay_bytes_of(rest.data + 1, rest.size - 1);
    const size_t colon = assay_bytes_find(rest, ASSAY_LITERAL(":"));

    if (colon == rest.size)
        return false;
    *ret_name = assay_bytes_of(rest.data, colon);
    *ret_file = assay_bytes_of(rest.data + colon + 1, rest.size - colon - 1);
    return true;
}

static bool add_initrd(initrd *r, assay_bytes word)
{
    assay_bytes name = ASSAY_NO_BYTES, file = word, bytes;
    const bool newc = r->grub->core->flavour->stub && split_newc(word, &name, &file);

    if (assay_grub_open(r->grub, file, ASSAY_PART_INITRD, &bytes) != ASSAY_GRUB_FILE)
        return false;
    pad(r);
    if (newc)
        add_newc(r, name, bytes.size);
    else
        end_newc(r);
    add_part(r, bytes);
    return true;
}

int assay_grub_initrd(assay_grub *grub, const assay_grub_args *args)
{
    initrd r = { .grub = grub, .parts = grub->loaded.initrd };

    if (args->count == 0 || !grub->loaded.ready || grub->loaded.chain)
        return ASSAY_GRUB_BAD_ARGUMENT;
    for (size_t i = 0; i < args->count; i++)
        if (!add_initrd(&r, args->items[i])) {
            grub->loaded.initrd_count = 0;
            return ASSAY_GRUB_FILE_NOT_FOUND;
        }
    end_newc(&r);
    grub->loaded.initrd_count = r.count;
    return ASSAY_GRUB_OK;
}

/* --- chainloader and boot ------------------------------------------------------------------- */

/*
 * The words behind the image's name, with blanks between them and a NUL behind. Each byte becomes
 * a character of its own, and has a sign (GRUB, grub-core/loader/efi/chainloader.c, 2.02 to 2.12).
 */
static assay_bytes chain_options(assay_grub *grub, const assay_bytes *words, size_t count)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++)
        size += 2 * (words[i].size + 1);
    uint8_t *const room = assay_boot_room(grub->boot, size);
    assay_writer out = assay_writer_lent(room, room != NULL ? size : 0);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < words[i].size; k++)
            assay_put_u16le(&out, (uint16_t)(int8_t)words[i].data[k]);
        assay_put_u16le(&out, i + 1 < count ? ' ' : 0);
    }
    return assay_written(&out);
}

int assay_grub_chainloader(assay_grub *grub, const assay_grub_args *args)
{
    assay_bytes file;
    size_t at = 0;

    while (at < args->count && assay_bytes_start_with(args->items[at], ASSAY_LITERAL("--")))
        at++;
    if (at == args->count)
        return ASSAY_GRUB_BAD_ARGUMENT;
    grub->loaded.ready = false;
    if (assay_grub_open(grub, args->items[at], ASSAY_PART_LOADER, &file) != ASSAY_GRUB_FILE)
        return ASSAY_GRUB_FILE_NOT_FOUND;
    if (!verify(grub, file, 1))
        return ASSAY_GRUB_BAD_SIGNATURE;
    const assay_grub_place place = assay_grub_resolve(grub, args->items[at]);

    grub->loaded = (assay_grub_loaded){
        .ready = true,
        .chain = true,
        .file = file,
        .options = chain_options(grub, args->items + at + 1, args->count - at - 1),
        .disk = place.disk,
        .path = place.path,
    };
    return ASSAY_GRUB_OK;
}

static enum assay_boot_end start_stub(assay_grub *grub)
{
    const assay_grub_loaded *const l = &grub->loaded;
    const assay_bytes options = assay_boot_utf16(grub->boot, l->cmdline, false);
    const assay_boot_image image = {
        .file = l->file, .load_options = options, .part = ASSAY_PART_KERNEL
    };
    const assay_linux_handover handover = {
        .kernel = l->file,
        .load_options = options,
        .initrd_count = l->initrd_count,
        .initrd = l->initrd,
        .via_load_file2 = l->initrd_count > 0,
        .disk = l->disk,
    };
    assay_pe pe;

    if (!grub->core->flavour->own_loader &&
        (assay_pe_open(&pe, l->file, NULL) < 0 || !assay_boot_load(grub->boot, &image, &pe)))
        return ASSAY_BOOT_RETURNED;
    return assay_linux_start(grub->boot, &handover);
}

/* GRUB writes a device path with two file path nodes, of the folder and of the name therein. */
static enum assay_boot_end start_chain(assay_grub *grub)
{
    const assay_grub_loaded *const l = &grub->loaded;
    const assay_boot_image image = {
        .file = l->file,
        .disk = l->disk,
        .path = l->path,
        .device_path = l->disk != NULL ? assay_boot_split_path(grub->boot, l->disk, l->path)
                                       : ASSAY_NO_BYTES,
        .load_options = l->options,
    };

    return assay_boot_start(grub->boot, &image);
}

int assay_grub_boot(assay_grub *grub, const assay_grub_args *args)
{
    enum assay_boot_end end;

    (void)args;
    if (!grub->loaded.ready)
        return ASSAY_GRUB_BAD_OS;
    if (grub->loaded.chain)
        end = start_chain(grub);
    else
        end = grub->loaded.stub ? start_stub(grub)
                                : assay_linux_enter(grub->boot, grub->loaded.file);
    grub->loaded.ready = false;
    if (end == ASSAY_BOOT_RETURNED)
        return ASSAY_GRUB_BAD_OS;
    grub->over = true;
    grub->end = end;
    return ASSAY_GRUB_OK;
}
