/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/shimsecond.h"

#include "base/guid.h"
#include "base/utf16.h"

#include <ctype.h>

/* What EDK2 marks the boot options with that it made itself. */
static const assay_guid automatic =
    ASSAY_GUID(0x8108ac4e, 0x9f11, 0x4d59, 0x85, 0x0e, 0xe2, 0x1a, 0x52, 0x2c, 0x59, 0xb2);

static bool is_separator(uint8_t c)
{
    return c == '/' || c == '\\';
}

/* Case doesn't count, and either separator is as good as the other. */
static bool is_same(uint8_t a, uint8_t b)
{
    return is_separator(a) ? is_separator(b) : tolower(a) == tolower(b);
}

static bool begins(assay_bytes text, assay_bytes with)
{
    bool same = text.size >= with.size;

    for (size_t i = 0; i < with.size && same; i++)
        same = is_same(text.data[i], with.data[i]);
    return same;
}

/* Without the separator that it may begin with. */
static assay_bytes unrooted(assay_bytes path)
{
    assay_cursor c = assay_cursor_of(path);

    if (path.size > 0 && is_separator(path.data[0]))
        assay_take(&c, 1);
    return assay_take_rest(&c);
}

assay_bytes assay_shim_folder_of(assay_bytes path)
{
    size_t size = path.size;

    while (size > 0 && !is_separator(path.data[size - 1]))
        size--;
    return assay_bytes_of(path.data, size);
}

assay_bytes assay_shim_beside(assay_boot *boot, const assay_shim *shim, assay_bytes name)
{
    const size_t folders = assay_shim_folder_of(name).size;
    assay_cursor c = assay_cursor_of(name);

    if (name.size >= 5 && memcmp(name.data, "\\EFI\\", 5) == 0)
        return name;
    assay_seek(&c, folders);
    const assay_bytes last = assay_take_rest(&c);
    const size_t size = shim->folder.size + last.size;
    uint8_t *const room = assay_boot_room(boot, size);
    assay_writer out = assay_writer_lent(room, room != NULL ? size : 0);

    assay_put(&out, shim->folder);
    assay_put(&out, last);
    return assay_written(&out);
}

/* EFI_ARCH, by IMAGE_FILE_MACHINE_*. */
static const char *architecture(const assay_shim *shim)
{
    switch (shim->pe->machine) {
    case 0x14c:
        return "ia32";
    case 0xaa64:
        return "aa64";
    case 0x1c2:
    case 0x1c4:
        return "arm";
    default:
        return "x64";
    }
}

static assay_bytes keep_format(assay_boot *boot, const char *prefix, const char *arch)
{
    char text[32];
    assay_writer out = assay_writer_lent(text, sizeof text);

    assay_put_format(&out, "%s%s.efi", prefix, arch);
    return assay_boot_keep(boot, assay_written(&out));
}

assay_bytes assay_shim_helper(assay_boot *boot, const assay_shim *shim, const char *prefix)
{
    return keep_format(boot, prefix, architecture(shim));
}

/* The UTF-16LE text up to a NUL as UTF-8, kept. */
static assay_bytes keep_utf8(assay_boot *boot, assay_bytes utf16)
{
    assay_writer out = assay_writer_growing(ASSAY_SHIM_PATH);

    assay_put_utf16(&out, utf16);
    const assay_bytes text = assay_boot_keep(boot, assay_written(&out));

    assay_writer_close(&out);
    return text;
}

/* A name among shim's constants that can be that of a second stage. */
static bool is_standard(assay_bytes name)
{
    return name.size > 5 && name.data[0] == '\\' && !begins(name, ASSAY_LITERAL("\\EFI\\")) &&
           !begins(name, ASSAY_LITERAL("\\mm")) && !begins(name, ASSAY_LITERAL("\\fb")) &&
           memcmp(name.data + name.size - 4, ".efi", 4) == 0;
}

/* The UTF-16LE constant that begins at the cursor, which is moved behind its NUL, as UTF-8. */
static assay_bytes take_constant(assay_cursor *c, char ret_text[64])
{
    assay_writer out = assay_writer_lent(ret_text, 64);

    while (assay_left(c) >= 2) {
        const uint16_t letter = assay_take_u16le(c);

        if (letter == 0)
            return assay_written(&out);
        if (letter > 0x7e || letter < 0x20 || out.used == 63)
            break;
        assay_put_char(&out, (char)letter);
    }
    return ASSAY_NO_BYTES;
}

static assay_bytes find_standard(assay_bytes section, char ret_text[64])
{
    const assay_bytes backslash = assay_bytes_of("\\\0", 2);
    assay_cursor c = assay_cursor_of(section);

    while (assay_left(&c) > 0) {
        assay_take(&c, assay_bytes_find(assay_peek_rest(&c), backslash));
        assay_cursor constant = c;
        const assay_bytes name = take_constant(&constant, ret_text);

        if (is_standard(name))
            return name;
        if (name.data != NULL)
            c = constant;
        else
            assay_take_up_to(&c, 1);
    }
    return ASSAY_NO_BYTES;
}

assay_bytes assay_shim_standard(assay_boot *boot, const assay_shim *shim)
{
    char text[64];

    for (size_t i = 0; i < shim->pe->section_count; i++) {
        const assay_bytes name = find_standard(shim->pe->sections[i].bytes, text);

        if (name.data != NULL)
            return assay_boot_keep(boot, name);
    }
    return keep_format(boot, "grub", architecture(shim));
}

/* The first word, which a blank or a NUL has to end; moves behind both. */
static bool take_word(assay_cursor *c, assay_bytes *ret_word)
{
    assay_cursor at = *c;
    assay_bytes word;
    uint16_t letter = 0;

    while (assay_left(&at) >= 2 && assay_take_u16le(&at) == ' ')
        *c = at;
    const assay_bytes rest = assay_peek_rest(c);

    at = *c;
    do
        letter = assay_take_u16le(&at);
    while (!at.failed && letter != ' ' && letter != 0);
    if (at.failed)
        return false;
    word = assay_bytes_of(rest.data, at.offset - c->offset - 2);
    *c = at;
    *ret_word = word;
    return true;
}

static bool is_own_path(assay_boot *boot, const assay_shim *shim, assay_bytes word)
{
    const assay_bytes own = unrooted(shim->path);

    return own.size > 0 &&
           begins(unrooted(assay_shim_beside(boot, shim, keep_utf8(boot, word))), own);
}

/* As load options name it; no name where they don't. */
static assay_shim_second by_load_options(assay_boot *boot, const assay_shim *shim,
                                         assay_bytes options)
{
    const assay_bytes mark = assay_bytes_of(automatic.bytes, sizeof automatic.bytes);
    const size_t behind = options.size > mark.size ? options.size - mark.size : 0;
    const bool marked =
        behind > 0 && memcmp(options.data + behind, mark.data, mark.size) == 0;
    assay_cursor c = assay_cursor_of(assay_bytes_of(options.data, marked ? behind : options.size));
    assay_cursor first = c;
    assay_bytes word;

    if (options.size % 2 != 0 || options.size < 2 || assay_take_u16le(&first) == 0)
        return (assay_shim_second){ 0 };
    first = c;
    if (take_word(&first, &word) && is_own_path(boot, shim, word))
        c = first; /* the UEFI shell hands over the whole line */
    if (assay_bytes_start_with(assay_peek_rest(&c), ASSAY_LITERAL("WINDOWS\0")) ||
        !take_word(&c, &word))
        return (assay_shim_second){ 0 };
    return (assay_shim_second){
        .name = word.size > 0 ? keep_utf8(boot, word) : ASSAY_NO_BYTES,
        .load_options = assay_left(&c) > 0 ? assay_take_rest(&c) : ASSAY_NO_BYTES,
    };
}

/* The first column of options.csv, UTF-16LE with or without its byte order mark. */
static assay_bytes by_options_file(assay_boot *boot, const assay_shim *shim)
{
    assay_bytes file;

    if (!shim->version->options ||
        !assay_boot_read(boot, shim->disk,
                         assay_shim_beside(boot, shim, ASSAY_LITERAL("options.csv")), &file))
        return ASSAY_NO_BYTES;
    assay_cursor c = assay_cursor_of(file);

    if (assay_take_u16le(&c) != 0xfeff)
        c = assay_cursor_of(file);
    const size_t start = c.offset;

    for (uint16_t letter = 1; letter != ',' && letter != 0 && !c.failed;)
        letter = assay_take_u16le(&c);
    if (!c.failed)
        c.offset -= 2;
    return c.offset > start
               ? keep_utf8(boot, assay_bytes_of(file.data + start, c.offset - start))
               : ASSAY_NO_BYTES;
}

assay_shim_second assay_shim_second_of(assay_boot *boot, const assay_shim *shim,
                                       assay_bytes load_options)
{
    assay_shim_second second = by_load_options(boot, shim, load_options);

    if (second.name.data == NULL)
        second.name = by_options_file(boot, shim);
    if (second.name.data == NULL)
        second.name = assay_shim_standard(boot, shim);
    return second;
}

bool assay_shim_wants_fallback(assay_boot *boot, const assay_shim *shim, assay_bytes path)
{
    const bool removable = begins(unrooted(path), ASSAY_LITERAL("EFI/BOOT/BOOT"));
    const assay_bytes name = assay_shim_helper(boot, shim, "fb");
    char text[64];
    assay_writer out = assay_writer_lent(text, sizeof text);
    assay_tree_entry entry;

    assay_put_string(&out, "EFI/BOOT/");
    assay_put(&out, name);
    return removable && shim->disk != NULL && shim->disk->esp != NULL &&
           assay_tree_find(shim->disk->esp, assay_written(&out), &entry) && !entry.folder;
}
