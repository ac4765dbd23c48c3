/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/sdinitrd.h"

#include "boot/loader/cpio.h"
#include "boot/loader/sdtext.h"

#include <strings.h>

enum {
    PARTS_FIRST = 16,
    NAME_MAX_SIZE = 255, /* of a file's name; longer ones are left out */
    FOLDER_MODE = 0555,  /* of the folders above the target */
};

void assay_sd_parts_add(assay_boot *boot, assay_sd_parts *parts, assay_bytes bytes)
{
    if (bytes.size == 0)
        return;
    if (parts->count == parts->capacity) {
        const size_t capacity = parts->capacity != 0 ? 2 * parts->capacity : PARTS_FIRST;
        assay_bytes *const list =
            (assay_bytes *)(void *)assay_boot_room(boot, capacity * sizeof *list);
        if (list == NULL)
            return;
        if (parts->count > 0)
            memcpy(list, parts->list, parts->count * sizeof *list);
        parts->list = list;
        parts->capacity = capacity;
    }
    parts->list[parts->count++] = bytes;
    parts->size += bytes.size;
}

void assay_sd_parts_pad(assay_boot *boot, assay_sd_parts *parts)
{
    static const uint8_t zeros[4];

    assay_sd_parts_add(boot, parts, assay_bytes_of(zeros, assay_cpio_padding(parts->size)));
}

static bool ends_with(assay_bytes name, const char *suffix)
{
    const size_t size = strlen(suffix);

    return name.size >= size &&
           strncasecmp((const char *)name.data + name.size - size, suffix, size) == 0;
}

static bool is_ascii(assay_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] > 0x7f)
            return false;
    return true;
}

bool assay_sd_next_file(const assay_scenario_disk *disk, assay_bytes folder, const char *suffix,
                        const char *exclude, size_t *position, assay_tree_entry *ret_entry)
{
    if (disk == NULL || disk->esp == NULL || folder.size == 0)
        return false;
    while (assay_tree_at(disk->esp, folder, (*position)++, ret_entry)) {
        const assay_bytes name = ret_entry->name;
        if (!ret_entry->folder && name.size > 0 && name.size <= NAME_MAX_SIZE &&
            name.data[0] != '.' && is_ascii(name) && ends_with(name, suffix) &&
            (exclude == NULL || !ends_with(name, exclude)))
            return true;
    }
    return false;
}

static size_t skip_digits(assay_bytes text, size_t offset)
{
    while (offset < text.size && text.data[offset] >= '0' && text.data[offset] <= '9')
        offset++;
    return offset;
}

/* "+3-1" in "linux+3-1.efi": where it ends, or `plus` where there is none. */
static size_t counter_end(assay_bytes path, size_t plus)
{
    size_t end = skip_digits(path, plus + 1);

    if (end == plus + 1)
        return plus;
    if (end < path.size && path.data[end] == '-') {
        const size_t done = skip_digits(path, end + 1);
        if (done == end + 1)
            return plus;
        end = done;
    }
    return end == path.size || path.data[end] == '.' ? end : plus;
}

assay_bytes assay_sd_extra_folder(assay_boot *boot, const assay_boot_image *image,
                                  bool without_counter)
{
    static const char suffix[] = ".extra.d";
    const assay_bytes path = image->path;

    if (image->disk == NULL || path.size == 0)
        return ASSAY_NO_BYTES;
    const size_t plus = assay_bytes_find(path, ASSAY_LITERAL("+"));
    const size_t end = without_counter && plus < path.size ? counter_end(path, plus) : plus;
    const size_t size = path.size - (end - plus) + sizeof suffix - 1;
    uint8_t *const room = assay_boot_room(boot, size);
    assay_writer out = assay_writer_lent(room, room != NULL ? size : 0);
    assay_put(&out, assay_bytes_of(path.data, plus));
    assay_put(&out, assay_bytes_of(path.data + end, path.size - end));
    assay_put_string(&out, suffix);
    return assay_written(&out);
}

/* An archive in the making. */
typedef struct archive {
    assay_boot *boot;
    assay_sd_parts *parts;
    uint32_t inode;
} archive;

static void add_entry(archive *a, uint32_t mode, const char *folder, assay_bytes name,
                      assay_bytes data)
{
    const size_t size = strlen(folder) + (name.size > 0 ? 1 + name.size : 0);
    uint8_t *const path = assay_boot_room(a->boot, size + 1);
    const size_t head_size =
        ASSAY_CPIO_HEADER + size + 1 + assay_cpio_padding(ASSAY_CPIO_HEADER + size + 1);
    uint8_t *const head = assay_boot_room(a->boot, head_size);

    if (path == NULL || head == NULL)
        return;
    assay_writer out = assay_writer_lent(path, size);
    assay_put_string(&out, folder);
    assay_put_string(&out, name.size > 0 ? "/" : "");
    assay_put(&out, name);
    const assay_cpio_entry entry = {
        .ino = a->inode++, .mode = mode, .nlink = 1, .name = assay_written(&out), .data = data
    };
    out = assay_writer_lent(head, head_size);
    assay_put_cpio_head(&out, &entry);
    assay_sd_parts_add(a->boot, a->parts, assay_written(&out));
}

/* The folders on the way to the target, and itself. */
static void begin(archive *a, const assay_sd_target *target)
{
    char folder[64];

    for (size_t i = 0; target->folder[i] != '\0' && i < sizeof folder; i++) {
        if (target->folder[i] == '/') {
            folder[i] = '\0';
            add_entry(a, ASSAY_CPIO_FOLDER | FOLDER_MODE, folder, ASSAY_NO_BYTES, ASSAY_NO_BYTES);
        }
        folder[i] = target->folder[i];
    }
    add_entry(a, ASSAY_CPIO_FOLDER | target->folder_mode, target->folder, ASSAY_NO_BYTES,
              ASSAY_NO_BYTES);
}

static void add_file(archive *a, const assay_sd_target *target, assay_bytes name,
                     const assay_bytes *contents, size_t count)
{
    assay_bytes sized = { contents[0].data, 0 }; /* the head wants the size of all parts, no more */

    for (size_t i = 0; i < count; i++)
        sized.size += contents[i].size;
    if (sized.size > UINT32_MAX)
        assay_boot_fail(a->boot, ASSAY_TOO_LARGE, "a file is too large for an initrd");
    add_entry(a, ASSAY_CPIO_FILE | target->file_mode, target->folder, name, sized);
    for (size_t i = 0; i < count; i++)
        assay_sd_parts_add(a->boot, a->parts, contents[i]);
    assay_sd_parts_pad(a->boot, a->parts);
}

static void end(archive *a)
{
    enum { TRAILER = 124 };
    uint8_t *const room = assay_boot_room(a->boot, TRAILER);
    assay_writer out = assay_writer_lent(room, room != NULL ? TRAILER : 0);

    assay_put_cpio_trailer(&out);
    assay_sd_parts_add(a->boot, a->parts, assay_written(&out));
}

void assay_sd_pack_sidecars(assay_boot *boot, const assay_scenario_disk *disk, assay_bytes extra,
                            const assay_sd_sidecar *sidecar, assay_sd_parts *ret_archive)
{
    const assay_bytes folder =
        sidecar->folder != NULL ? assay_bytes_of_string(sidecar->folder) : extra;
    archive a = { .boot = boot, .parts = ret_archive, .inode = 1 };
    assay_tree_entry entry;
    size_t position = 0;

    while (assay_sd_next_file(disk, folder, sidecar->suffix, sidecar->exclude, &position,
                              &entry)) {
        assay_bytes contents;
        if (!assay_boot_read(boot, disk, entry.path, &contents))
            continue;
        if (a.inode == 1)
            begin(&a, &sidecar->target);
        add_file(&a, &sidecar->target, entry.name, &contents, 1);
    }
    if (a.inode == 1)
        return;
    end(&a);
    assay_sd_measure(boot, sidecar->pcr, ASSAY_PART_ADDON, ret_archive->list, ret_archive->count,
                     sidecar->description);
}

void assay_sd_pack_one(assay_boot *boot, const assay_sd_target *target, const char *name,
                       const assay_bytes *contents, size_t count, assay_sd_parts *ret_archive)
{
    archive a = { .boot = boot, .parts = ret_archive, .inode = 1 };

    begin(&a, target);
    add_file(&a, target, assay_bytes_of_string(name), contents, count);
    end(&a);
}
