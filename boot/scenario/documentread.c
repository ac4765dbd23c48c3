/* SPDX-License-Identifier: BSD-2-Clause */
/* A scenario's document out of its JSON. */
#include "base/jsonwalk.h"
#include "boot/scenario/fields.h"

enum { KEYS_MAX = 24, VALUES_MAX = 1 << 18 };

/* Refuses keys that are neither fields nor among `others`. */
static int check_keys(const assay_json_walk *walk, json_t *object, const assay_field *fields,
                      const char *const *others)
{
    const char *known[KEYS_MAX] = { NULL };
    size_t count = 0;

    for (; fields->key != NULL && count < KEYS_MAX - 1; fields++)
        known[count++] = fields->key;
    for (; *others != NULL && count < KEYS_MAX - 1; others++)
        known[count++] = *others;
    return assay_json_check_keys(walk, object, known);
}

/* Strings go to the system as names of files: none has a NUL in it. */
static int read_text(const assay_json_walk *walk, const char *key, const json_t *value,
                     const char **ret)
{
    if (!json_is_string(value))
        return assay_json_refuse(walk, key, "this is no string");
    if (strlen(json_string_value(value)) != json_string_length(value))
        return assay_json_refuse(walk, key, "there is a NUL in it");
    *ret = json_string_value(value);
    return 0;
}

static int read_field(const assay_json_walk *walk, const assay_field *field, const json_t *value,
                      void *into)
{
    switch (field->kind) {
    case ASSAY_FIELD_TEXT:
        return read_text(walk, field->key, value, into);
    case ASSAY_FIELD_FLAG:
        if (!json_is_boolean(value))
            return assay_json_refuse(walk, field->key, "this is neither true nor false");
        *(uint64_t *)into = json_is_true(value);
        return 0;
    case ASSAY_FIELD_NUMBER:
        break;
    }
    if (!assay_json_number(value, field->max, into))
        return assay_json_refuse(walk, field->key, "this is no number from 0 to %llu",
                                 (unsigned long long)field->max);
    return 0;
}

static int read_fields(const assay_json_walk *walk, json_t *object, const assay_field *fields,
                       void *into)
{
    int status = 0;

    for (; fields->key != NULL && status == 0; fields++) {
        const json_t *const value = json_object_get(object, fields->key);

        if (value != NULL)
            status = read_field(walk, fields, value, (uint8_t *)into + fields->offset);
    }
    return status;
}

/* --- lists ------------------------------------------------------------------------------------ */

/* Calls `read` for each element of the array `key`; none is there when the array is not. */
static int read_list(assay_json_walk *walk, const json_t *object, const char *key, size_t most,
                     assay_document *document,
                     int (*read)(assay_json_walk *walk, json_t *element, assay_document *document))
{
    json_t *const list = json_object_get(object, key);
    const size_t before = assay_json_enter(walk, key);
    json_t *element;
    size_t i;
    int status = 0;

    if (list != NULL && !json_is_array(list))
        return assay_json_refuse(walk, NULL, "this is no array");
    if (json_array_size(list) > most)
        return assay_json_refuse(walk, NULL, "there are no more than %zu", most);
    json_array_foreach(list, i, element)
    {
        const size_t above = assay_json_enter_index(walk, i);

        status = read(walk, element, document);
        if (status < 0)
            return status;
        assay_json_leave(walk, above);
    }
    assay_json_leave(walk, before);
    return status;
}

static int read_bank(assay_json_walk *walk, json_t *element, assay_document *document)
{
    const assay_alg *const alg = assay_alg_by_name(assay_json_text(element));

    if (alg == NULL)
        return assay_json_refuse(walk, NULL, "this names no bank");
    for (size_t i = 0; i < document->bank_count; i++)
        if (document->banks[i] == alg->id)
            return assay_json_refuse(walk, NULL, "this bank stands there twice");
    document->banks[document->bank_count++] = alg->id;
    return 0;
}

static int read_rom(assay_json_walk *walk, json_t *element, assay_document *document)
{
    assay_document_rom *const rom = &document->roms[document->rom_count++];
    int status = check_keys(walk, element, assay_rom_fields, assay_no_keys);

    *rom = (assay_document_rom){ NULL, ASSAY_NOT_GIVEN, ASSAY_NOT_GIVEN };
    if (status == 0)
        status = read_fields(walk, element, assay_rom_fields, rom);
    return status == 0 && rom->file == NULL
               ? assay_json_refuse(walk, "file", "this is no string")
               : status;
}

/* An object with a name, called `key`, and a file. */
static int read_path(assay_json_walk *walk, json_t *element, const char *key,
                     assay_scenario_path *ret_path)
{
    const char *const keys[] = { key, "file", NULL };
    int status = assay_json_check_keys(walk, element, keys);

    if (status == 0)
        status = read_text(walk, key, json_object_get(element, key), &ret_path->path);
    if (status == 0)
        status = read_text(walk, "file", json_object_get(element, "file"), &ret_path->file);
    return status;
}

static int read_table(assay_json_walk *walk, json_t *element, assay_document *document)
{
    return read_path(walk, element, "name", &document->tables[document->table_count++]);
}

/* A phase of the boot is the word that systemd-pcrphase(8) extends PCR 11 with. */
static int read_phase(assay_json_walk *walk, json_t *element, assay_document *document)
{
    assay_scenario_extend *const extend = &document->extends[document->extend_count];
    const int status = read_text(walk, NULL, element, &extend->text);

    if (status < 0)
        return status;
    if (document->extend_count == ASSAY_SCENARIO_EXTENDS - 1)
        return assay_json_refuse(walk, NULL, "there are too many");
    extend->pcr = 11;
    document->extend_count++;
    return 0;
}

static int read_extend(assay_json_walk *walk, json_t *element, assay_document *document)
{
    static const char *const keys[] = { "pcr", "text", NULL };
    assay_scenario_extend *const extend = &document->extends[document->extend_count];
    uint64_t pcr;
    int status = assay_json_check_keys(walk, element, keys);

    if (status == 0)
        status = read_text(walk, "text", json_object_get(element, "text"), &extend->text);
    if (status < 0)
        return status;
    if (!assay_json_number(json_object_get(element, "pcr"), 23, &pcr))
        return assay_json_refuse(walk, "pcr", "this is no number from 0 to 23");
    if (document->extend_count == ASSAY_SCENARIO_EXTENDS - 1)
        return assay_json_refuse(walk, NULL, "there are too many");
    extend->pcr = (uint32_t)pcr;
    document->extend_count++;
    return 0;
}

static int read_file(assay_json_walk *walk, json_t *element, assay_document *document)
{
    assay_scenario_path path;
    const int status = read_path(walk, element, "path", &path);

    return status < 0 ? status
                      : assay_document_add_file(&document->disks[document->disk_count - 1],
                                                path.path, path.file, walk->error);
}

/* The ESP is a folder or an image, by its name, or a list of files. */
static int read_esp(assay_json_walk *walk, const json_t *object, assay_document *document)
{
    const json_t *const esp = json_object_get(object, "esp");

    return json_is_string(esp)
               ? read_text(walk, "esp", esp, &document->disks[document->disk_count - 1].esp)
               : read_list(walk, object, "esp", ASSAY_SCENARIO_FILES_MAX, document, read_file);
}

/* What only the boot could tell to be wrong has no place in the document any more. */
static int check_disk(const assay_json_walk *walk, const assay_document_disk *disk)
{
    static const char *const buses[] = { "virtio", "sata", "nvme", "other" };
    size_t i = 0;

    while (disk->bus != NULL && i < sizeof buses / sizeof *buses &&
           strcmp(buses[i], disk->bus) != 0)
        i++;
    if (i == sizeof buses / sizeof *buses)
        return assay_json_refuse(walk, "bus", "this is none of virtio, sata, nvme and other");
    const size_t digits = disk->path != NULL ? strlen(disk->path) : 0;
    if (digits % 2 != 0 || (digits > 0 && strspn(disk->path, "0123456789abcdefABCDEF") != digits))
        return assay_json_refuse(walk, "path", "this is no even number of hexadecimal digits");
    return 0;
}

static int read_disk(assay_json_walk *walk, json_t *element, assay_document *document)
{
    assay_document_disk *const disk = assay_document_add_disk(document);
    int status = check_keys(walk, element, assay_disk_fields, assay_disk_keys);

    if (status == 0)
        status = read_fields(walk, element, assay_disk_fields, disk);
    if (status == 0)
        status = check_disk(walk, disk);
    return status == 0 ? read_esp(walk, element, document) : status;
}

/* --- the document ----------------------------------------------------------------------------- */

static int read_group(assay_json_walk *walk, json_t *root, const assay_field_group *group,
                      assay_document *document)
{
    json_t *const object = json_object_get(root, group->key);
    const char *const *others = strcmp(group->key, "firmware") == 0    ? assay_firmware_keys
                                : strcmp(group->key, "userspace") == 0 ? assay_userspace_keys
                                                                       : assay_no_keys;
    const size_t before = assay_json_enter(walk, group->key);
    int status = 0;

    if (object != NULL)
        status = check_keys(walk, object, group->fields, others);
    if (object != NULL && status == 0)
        status = read_fields(walk, object, group->fields, document);
    if (status == 0 && others == assay_firmware_keys)
        status = read_list(walk, object, "tables", ASSAY_SCENARIO_BLOBS, document, read_table);
    if (status == 0 && others == assay_firmware_keys)
        status = read_list(walk, object, "option_roms", ASSAY_SCENARIO_ROMS, document, read_rom);
    if (status == 0 && others == assay_userspace_keys)
        status =
            read_list(walk, object, "phases", ASSAY_SCENARIO_EXTENDS - 1, document, read_phase);
    if (status == 0 && others == assay_userspace_keys)
        status =
            read_list(walk, object, "extends", ASSAY_SCENARIO_EXTENDS - 1, document, read_extend);
    assay_json_leave(walk, status == 0 ? before : walk->path_size);
    return status;
}

static int read_root(assay_json_walk *walk, json_t *root, assay_document *document)
{
    const char *known[ASSAY_FIELD_GROUPS + 8] = { NULL };
    size_t count = 0;

    for (; assay_document_keys[count] != NULL; count++)
        known[count] = assay_document_keys[count];
    for (size_t i = 0; i < ASSAY_FIELD_GROUPS; i++)
        known[count++] = assay_field_groups[i].key;
    int status = assay_json_check_keys(walk, root, known);
    if (status == 0)
        status = read_list(walk, root, "banks", ASSAY_ALGS, document, read_bank);
    for (size_t i = 0; i < ASSAY_FIELD_GROUPS && status == 0; i++)
        status = read_group(walk, root, &assay_field_groups[i], document);
    return status == 0
               ? read_list(walk, root, "disks", ASSAY_SCENARIO_DISKS, document, read_disk)
               : status;
}

int assay_document_read(assay_document *document, assay_bytes text, assay_error *error)
{
    assay_json_walk walk = { .error = error };
    assay_document read;

    assay_document_init(&read);
    int status =
        assay_json_load(&read.owned, text, ASSAY_SCENARIO_BYTES_MAX, VALUES_MAX, error);
    if (status < 0)
        return status;
    status = read_root(&walk, read.owned, &read);
    if (status < 0)
        assay_document_free(&read);
    else
        *document = read;
    return status;
}
