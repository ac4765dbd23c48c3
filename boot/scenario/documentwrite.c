/* SPDX-License-Identifier: BSD-2-Clause */
/* A scenario's document as JSON; what it leaves out is left out again. */
#include "base/output.h"
#include "boot/scenario/fields.h"

static void put_field(assay_output *out, const assay_field *field, const void *from)
{
    const void *const place = (const uint8_t *)from + field->offset;

    if (field->kind == ASSAY_FIELD_TEXT) {
        const char *const text = *(const char *const *)place;

        if (text != NULL)
            assay_emit_string(out, field->key, text);
        return;
    }
    const uint64_t number = *(const uint64_t *)place;
    if (number == ASSAY_NOT_GIVEN)
        return;
    if (field->kind == ASSAY_FIELD_FLAG)
        assay_emit_bool(out, field->key, number != 0);
    else
        assay_emit_u64(out, field->key, number);
}

static void put_fields(assay_output *out, const assay_field *fields, const void *from)
{
    for (; fields->key != NULL; fields++)
        put_field(out, fields, from);
}

static bool is_given(const assay_field *fields, const void *from)
{
    for (; fields->key != NULL; fields++) {
        const void *const place = (const uint8_t *)from + fields->offset;

        if (fields->kind == ASSAY_FIELD_TEXT ? *(const char *const *)place != NULL
                                             : *(const uint64_t *)place != ASSAY_NOT_GIVEN)
            return true;
    }
    return false;
}

/* An array of objects with a name and a file, where there are any. */
static void put_paths(assay_output *out, const char *key, const char *name,
                      const assay_scenario_path *paths, size_t count)
{
    if (count == 0)
        return;
    assay_emit_array(out, key);
    for (size_t i = 0; i < count; i++) {
        assay_emit_object(out, NULL);
        assay_emit_string(out, name, paths[i].path);
        assay_emit_string(out, "file", paths[i].file);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void put_firmware_lists(assay_output *out, const assay_document *document)
{
    put_paths(out, "tables", "name", document->tables, document->table_count);
    if (document->rom_count == 0)
        return;
    assay_emit_array(out, "option_roms");
    for (size_t i = 0; i < document->rom_count; i++) {
        assay_emit_object(out, NULL);
        put_fields(out, assay_rom_fields, &document->roms[i]);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void put_extends(assay_output *out, const assay_document *document)
{
    if (document->extend_count == 0)
        return;
    assay_emit_array(out, "extends");
    for (size_t i = 0; i < document->extend_count; i++) {
        assay_emit_object(out, NULL);
        assay_emit_u64(out, "pcr", document->extends[i].pcr);
        assay_emit_string(out, "text", document->extends[i].text);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void put_group(assay_output *out, const assay_field_group *group,
                      const assay_document *document)
{
    const bool firmware = strcmp(group->key, "firmware") == 0;
    const bool userspace = strcmp(group->key, "userspace") == 0;

    if (!is_given(group->fields, document) &&
        !(firmware && document->table_count + document->rom_count > 0) &&
        !(userspace && document->extend_count > 0))
        return;
    assay_emit_object(out, group->key);
    put_fields(out, group->fields, document);
    if (firmware)
        put_firmware_lists(out, document);
    if (userspace)
        put_extends(out, document);
    assay_emit_end(out);
}

static void put_disk(assay_output *out, const assay_document_disk *disk)
{
    assay_emit_object(out, NULL);
    put_fields(out, assay_disk_fields, disk);
    if (disk->esp != NULL)
        assay_emit_string(out, "esp", disk->esp);
    put_paths(out, "esp", "path", disk->files, disk->file_count);
    assay_emit_end(out);
}

static void put_banks(assay_output *out, const assay_document *document)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    if (document->bank_count == 0)
        return;
    assay_emit_array(out, "banks");
    for (size_t i = 0; i < document->bank_count; i++)
        assay_emit_string(out, NULL, assay_alg_name(document->banks[i], unknown));
    assay_emit_end(out);
}

void assay_document_emit(assay_output *out, const assay_document *document)
{
    put_banks(out, document);
    for (size_t i = 0; i < ASSAY_FIELD_GROUPS; i++)
        put_group(out, &assay_field_groups[i], document);
    if (document->disk_count > 0)
        assay_emit_array(out, "disks");
    for (size_t i = 0; i < document->disk_count; i++)
        put_disk(out, &document->disks[i]);
    if (document->disk_count > 0)
        assay_emit_end(out);
}
