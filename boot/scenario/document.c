/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/scenario/document.h"

#include "boot/scenario/fields.h"

#include <jansson.h>
#include <stdlib.h>

static void init_numbers(void *object, const assay_field *fields)
{
    for (; fields->key != NULL; fields++)
        if (fields->kind != ASSAY_FIELD_TEXT)
            *(uint64_t *)(void *)((uint8_t *)object + fields->offset) = ASSAY_NOT_GIVEN;
}

void assay_document_init(assay_document *document)
{
    *document = (assay_document){ .owned = NULL };
    for (size_t i = 0; i < ASSAY_FIELD_GROUPS; i++)
        init_numbers(document, assay_field_groups[i].fields);
}

assay_document_disk *assay_document_add_disk(assay_document *document)
{
    if (document->disk_count == ASSAY_SCENARIO_DISKS)
        return NULL;
    assay_document_disk *const disk = &document->disks[document->disk_count++];
    *disk = (assay_document_disk){ .bus = NULL };
    init_numbers(disk, assay_disk_fields);
    return disk;
}

int assay_document_add_file(assay_document_disk *disk, const char *path, const char *file,
                            assay_error *error)
{
    /* Room grows to the next power of two whenever the last one is full. */
    if ((disk->file_count & (disk->file_count - 1)) == 0) {
        const size_t capacity = disk->file_count == 0 ? 1 : disk->file_count * 2;
        void *const files = disk->file_count < ASSAY_SCENARIO_FILES_MAX
                                ? realloc(disk->files, capacity * sizeof *disk->files)
                                : NULL;

        if (files == NULL)
            return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE,
                              "no memory for more files of an ESP");
        disk->files = files;
    }
    disk->files[disk->file_count++] = (assay_scenario_path){ path, file };
    return 0;
}

void assay_document_free(assay_document *document)
{
    for (size_t i = 0; i < document->disk_count; i++)
        free(document->disks[i].files);
    json_decref(document->owned);
    assay_document_init(document);
}
