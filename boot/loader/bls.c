/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/bls.h"

static bool is_one_of(uint8_t c, const char *characters)
{
    return c != 0 && strchr(characters, c) != NULL;
}

static assay_bytes trim(assay_bytes line)
{
    while (line.size > 0 && is_one_of(line.data[0], " \t"))
        line = assay_bytes_of(line.data + 1, line.size - 1);
    while (line.size > 0 && is_one_of(line.data[line.size - 1], " \t"))
        line.size--;
    return line;
}

/* The next line without blanks around it; no bytes at the end. */
static assay_bytes take_line(assay_cursor *cursor)
{
    const assay_bytes rest = assay_peek_rest(cursor);
    size_t size = 0;

    while (size < rest.size && rest.data[size] != 0 && !is_one_of(rest.data[size], "\n\r"))
        size++;
    if (rest.size == 0 || rest.data[0] == 0)
        return ASSAY_NO_BYTES;
    const assay_bytes line = assay_take(cursor, size);
    if (size < rest.size && rest.data[size] != 0)
        assay_take(cursor, 1);
    return trim(line);
}

bool assay_bls_next(assay_cursor *cursor, const char *separators, assay_bytes *ret_key,
                    assay_bytes *ret_value)
{
    for (assay_bytes line = take_line(cursor); line.data != NULL; line = take_line(cursor)) {
        size_t key = 0;
        while (key < line.size && !is_one_of(line.data[key], separators))
            key++;
        if (key == line.size || line.data[0] == '#')
            continue;
        size_t at = key;
        while (at < line.size && is_one_of(line.data[at], separators))
            at++;
        size_t end = line.size;
        /* A lone quote both opens and closes. */
        if (at < line.size && line.data[at] == '"' && line.data[end - 1] == '"') {
            at++;
            end -= end > at ? 1 : 0;
        }
        *ret_key = assay_bytes_of(line.data, key);
        *ret_value = assay_bytes_of(line.data + at, end - at);
        return true;
    }
    return false;
}

static bool is(assay_bytes text, const char *word)
{
    return assay_bytes_equal(text, assay_bytes_of_string(word));
}

/* --- type 1 ----------------------------------------------------------------------------------- */

static const char *const kinds[] = {
    [ASSAY_BLS_LINUX] = "linux",
    [ASSAY_BLS_EFI] = "efi",
    [ASSAY_BLS_UKI] = "uki",
    [ASSAY_BLS_URL] = "uki-url",
};

/* Keys with one value, of which the last counts. */
typedef struct field {
    const char *key;
    size_t offset;
} field;

static const field fields[] = {
    { "title", offsetof(assay_bls_entry, title) },
    { "version", offsetof(assay_bls_entry, version) },
    { "machine-id", offsetof(assay_bls_entry, machine_id) },
    { "sort-key", offsetof(assay_bls_entry, sort_key) },
    { "architecture", offsetof(assay_bls_entry, architecture) },
    { "devicetree", offsetof(assay_bls_entry, devicetree) },
};

static assay_bytes *field_of(assay_bls_entry *entry, const field *f)
{
    return (assay_bytes *)(void *)((uint8_t *)entry + f->offset);
}

static bool read_kind(assay_bls_entry *entry, assay_bytes key, assay_bytes value)
{
    for (enum assay_bls_kind i = ASSAY_BLS_LINUX; i <= ASSAY_BLS_URL; i++) {
        if (!is(key, kinds[i]))
            continue;
        entry->mixed |= entry->kind != ASSAY_BLS_NOTHING && entry->kind != i;
        entry->kind = i;
        entry->loader = value;
        return true;
    }
    return false;
}

static int too_many(assay_error *error, const char *key, int most)
{
    return assay_fail(error, ASSAY_TOO_LARGE,
                      (assay_place){ ASSAY_NO_OFFSET, ASSAY_NO_EVENT, key },
                      "a boot entry has more than %d lines of one kind", most);
}

static int read_pair(assay_bls_entry *entry, assay_bytes key, assay_bytes value,
                     assay_error *error)
{
    if (read_kind(entry, key, value))
        return 0;
    if (is(key, "initrd")) {
        if (entry->initrd_count == ASSAY_BLS_INITRDS)
            return too_many(error, "initrd", ASSAY_BLS_INITRDS);
        entry->initrds[entry->initrd_count++] = value;
    } else if (is(key, "options")) {
        if (entry->option_count == ASSAY_BLS_OPTIONS)
            return too_many(error, "options", ASSAY_BLS_OPTIONS);
        entry->options[entry->option_count++] = value;
    }
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (is(key, fields[i].key))
            *field_of(entry, &fields[i]) = value;
    return 0;
}

int assay_bls_read(assay_bls_entry *entry, assay_bytes text, assay_error *error)
{
    assay_cursor c = assay_cursor_of(text);
    assay_bytes key, value;
    int status = 0;

    *entry = (assay_bls_entry){ 0 };
    while (status == 0 && assay_bls_next(&c, " \t", &key, &value))
        status = read_pair(entry, key, value, error);
    return status;
}

static void put_pair(assay_writer *writer, const char *key, assay_bytes value)
{
    if (value.data == NULL)
        return;
    assay_put_string(writer, key);
    assay_put_string(writer, " \"");
    assay_put(writer, value);
    assay_put_string(writer, "\"\n");
}

void assay_bls_write(assay_writer *writer, const assay_bls_entry *entry)
{
    assay_bls_entry copy = *entry;

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        put_pair(writer, fields[i].key, *field_of(&copy, &fields[i]));
    if (entry->kind != ASSAY_BLS_NOTHING)
        put_pair(writer, kinds[entry->kind], entry->loader);
    for (size_t i = 0; i < entry->initrd_count; i++)
        put_pair(writer, "initrd", entry->initrds[i]);
    for (size_t i = 0; i < entry->option_count; i++)
        put_pair(writer, "options", entry->options[i]);
}

/* --- loader.conf and os-release --------------------------------------------------------------- */

static void read_boolean(assay_bytes value, bool *ret)
{
    static const char *const yes[] = { "1", "yes", "y", "true", "t", "on" };
    static const char *const no[] = { "0", "no", "n", "false", "f", "off" };

    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (is(value, yes[i]))
            *ret = true;
        else if (is(value, no[i]))
            *ret = false;
}

static void read_pattern(assay_bytes value, assay_bytes *ret)
{
    if (value.size == 0 || value.data[0] != '@' || is(value, "@saved"))
        *ret = value;
}

void assay_loader_conf_read(assay_loader_conf *conf, assay_bytes text)
{
    assay_cursor c = assay_cursor_of(text);
    assay_bytes key, value;

    *conf = (assay_loader_conf){ .auto_entries = true };
    while (assay_bls_next(&c, " \t", &key, &value)) {
        if (is(key, "default"))
            read_pattern(value, &conf->default_entry);
        else if (is(key, "preferred"))
            read_pattern(value, &conf->preferred_entry);
        else if (is(key, "auto-entries"))
            read_boolean(value, &conf->auto_entries);
    }
}

/* bootspec_pick_name_version_sort_key(): the first of these that there is. */
enum { OS_KEYS = 4 };
static const char *const title_keys[OS_KEYS] = { "PRETTY_NAME", "IMAGE_ID", "NAME", "ID" };
static const char *const version_keys[OS_KEYS] = { "IMAGE_VERSION", "VERSION", "VERSION_ID",
                                                   "BUILD_ID" };
static const char *const sort_keys[OS_KEYS] = { "IMAGE_ID", "ID" };

static assay_bytes pick(assay_bytes os_release, const char *const keys[OS_KEYS])
{
    assay_bytes found[OS_KEYS] = { { 0 } }, key, value;
    assay_cursor c = assay_cursor_of(os_release);

    while (assay_bls_next(&c, "=", &key, &value))
        for (size_t i = 0; i < OS_KEYS && keys[i] != NULL; i++)
            if (is(key, keys[i]))
                found[i] = value;
    for (size_t i = 0; i < OS_KEYS; i++)
        if (found[i].data != NULL)
            return found[i];
    return ASSAY_NO_BYTES;
}

bool assay_bls_os_read(assay_bls_os *os, assay_bytes os_release)
{
    os->title = pick(os_release, title_keys);
    os->version = pick(os_release, version_keys);
    os->sort_key = pick(os_release, sort_keys);
    return os->title.data != NULL;
}
