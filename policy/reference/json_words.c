/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of a reference's JSON that follow from what they stand for. */
#include "base/hex.h"
#include "base/utf8.h"
#include "eventlog/types.h"
#include "policy/reference/json_private.h"

#include <stdio.h>

#define TEXT(type, field)                                                                          \
    {                                                                                              \
#field, offsetof(type, field)                                                              \
    }

const assay_reference_text assay_reference_environment_texts[] = {
    TEXT(assay_reference_environment, platform_manufacturer),
    TEXT(assay_reference_environment, platform_model),
    TEXT(assay_reference_environment, platform_version),
    TEXT(assay_reference_environment, firmware_vendor),
    TEXT(assay_reference_environment, firmware_version),
    TEXT(assay_reference_environment, os_name),
    TEXT(assay_reference_environment, os_version),
    TEXT(assay_reference_environment, class_id),
    TEXT(assay_reference_environment, host),
    { NULL, 0 },
};

const assay_reference_text assay_reference_component_texts[] = {
    TEXT(assay_reference_component, name),
    TEXT(assay_reference_component, version),
    TEXT(assay_reference_component, version_scheme),
    TEXT(assay_reference_component, vendor),
    { NULL, 0 },
};

const assay_reference_text assay_reference_validity_texts[] = {
    TEXT(assay_reference, not_before),
    TEXT(assay_reference, not_after),
    { NULL, 0 },
};

#define NUMBER(field)                                                                              \
    {                                                                                              \
#field, offsetof(assay_spec_id, field), sizeof((assay_spec_id *)NULL)->field               \
    }

const assay_reference_number assay_reference_spec_id_numbers[] = {
    NUMBER(signature), NUMBER(platform_class), NUMBER(version_minor), NUMBER(version_major),
    NUMBER(errata),    NUMBER(uintn_size),     { NULL, 0, 0 },
};

bool assay_reference_is_text(assay_bytes text)
{
    uint32_t character;

    while (text.size > 0) {
        const size_t size = assay_utf8_decode(text, &character);

        if (size == 0 || character == 0)
            return false;
        text = assay_bytes_of(text.data + size, text.size - size);
    }
    return true;
}

/* Components. */

/* "kernel", "module:0", "nv-content:20971521". */
static void put_base(assay_writer *writer, const assay_reference_component *component)
{
    assay_put_string(writer, assay_part_name(component->role));
    if (component->index != 0 || component->role == ASSAY_PART_MODULE ||
        component->role == ASSAY_PART_NV_CONTENT)
        assay_put_format(writer, ":%u", component->index);
}

/* How many of those before it would be called the same. */
static size_t count_before(const assay_reference *reference, size_t at)
{
    const assay_reference_component *const components = reference->components;
    size_t count = 0;

    for (size_t i = 0; i < at; i++)
        count += components[i].role == components[at].role &&
                 components[i].index == components[at].index;
    return count;
}

const char **assay_reference_component_ids(const assay_reference *reference, assay_arena *arena)
{
    const char **const ids = assay_arena_array(arena, reference->component_count, sizeof *ids);

    for (size_t i = 0; i < reference->component_count && ids != NULL; i++) {
        char text[64];
        assay_writer writer = assay_writer_lent(text, sizeof text);
        const size_t before = count_before(reference, i);

        put_base(&writer, &reference->components[i]);
        if (before > 0)
            assay_put_format(&writer, "-%zu", before + 1);
        ids[i] = assay_arena_text(arena, assay_written(&writer));
        if (ids[i] == NULL)
            return NULL;
    }
    return ids;
}

/* Types. */

void assay_reference_put_type(assay_writer *writer, uint32_t type)
{
    const assay_event_type *const row = assay_event_type_find(type);

    if (row != NULL && assay_event_type_by_name(row->name) == row)
        assay_put_string(writer, row->name);
    else
        assay_put_format(writer, "0x%08x", type);
}

bool assay_reference_is_lower(assay_bytes digits)
{
    for (size_t i = 0; i < digits.size; i++)
        if (digits.data[i] >= 'A' && digits.data[i] <= 'F')
            return false;
    return true;
}

bool assay_reference_type_of(assay_bytes text, uint32_t *ret_type)
{
    char name[64];

    if (text.size == 0 || text.size >= sizeof name)
        return false;
    memcpy(name, text.data, text.size);
    name[text.size] = '\0';
    const assay_event_type *const row = assay_event_type_by_name(name);
    if (row != NULL) {
        *ret_type = row->value;
        return true;
    }
    uint8_t bytes[4];
    if (text.size != 10 || !assay_bytes_start_with(text, ASSAY_LITERAL("0x")) ||
        !assay_reference_is_lower(text) ||
        !assay_hex_decode(assay_bytes_of(text.data + 2, 8), bytes, sizeof bytes))
        return false;
    *ret_type =
        (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    return true;
}
