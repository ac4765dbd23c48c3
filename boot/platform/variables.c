/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/platform/variables.h"

#include "base/file.h"

#include <stdlib.h>

const assay_guid assay_guid_global_variable =
    ASSAY_GUID(0x8be4df61, 0x93ca, 0x11d2, 0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c);
const assay_guid assay_guid_image_security =
    ASSAY_GUID(0xd719b2cb, 0x3d3a, 0x4596, 0xa3, 0xbc, 0xda, 0xd0, 0x0e, 0x67, 0x65, 0x6f);
const assay_guid assay_guid_shim_lock =
    ASSAY_GUID(0x605dab50, 0xe046, 0x4300, 0xab, 0xb6, 0x3d, 0xd8, 0x10, 0xdd, 0x8b, 0x23);

/* A variable and, in one piece of memory with it, its name and data: where it is never changes. */
typedef struct kept_variable {
    assay_efivar variable;
    uint8_t bytes[];
} kept_variable;

struct assay_variables {
    size_t count;
    kept_variable *list[ASSAY_VARIABLES_MAX];
};

assay_variables *assay_variables_new(void)
{
    return (assay_variables *)calloc(1, sizeof(assay_variables));
}

void assay_variables_free(assay_variables **variables)
{
    if (*variables == NULL)
        return;
    for (size_t i = 0; i < (*variables)->count; i++)
        free((*variables)->list[i]);
    free(*variables);
    *variables = NULL;
}

static assay_bytes keep_bytes(uint8_t *room, assay_bytes bytes)
{
    if (bytes.size > 0)
        memcpy(room, bytes.data, bytes.size);
    return assay_bytes_of(room, bytes.size);
}

static kept_variable *keep(const assay_efivar *variable)
{
    const size_t name = variable->name.size, data = variable->data.size;

    if (name > ASSAY_VARIABLE_BYTES_MAX || data > ASSAY_VARIABLE_BYTES_MAX)
        return NULL;
    kept_variable *const kept = (kept_variable *)malloc(sizeof *kept + name + data);

    if (kept == NULL)
        return NULL;
    kept->variable = *variable;
    kept->variable.name = keep_bytes(kept->bytes, variable->name);
    kept->variable.data = keep_bytes(kept->bytes + name, variable->data);
    return kept;
}

/* Where it is in the list; its end when it is not there. */
static size_t position_of(const assay_variables *variables, const assay_guid *vendor,
                          assay_bytes name)
{
    size_t i;

    for (i = 0; i < variables->count; i++)
        if (assay_bytes_equal(variables->list[i]->variable.name, name) &&
            assay_guid_equal(&variables->list[i]->variable.vendor, vendor))
            break;
    return i;
}

int assay_variables_set(assay_variables *variables, const assay_efivar *variable)
{
    const size_t at = position_of(variables, &variable->vendor, variable->name);

    if (at == ASSAY_VARIABLES_MAX || variable->name.size > ASSAY_VARIABLE_BYTES_MAX ||
        variable->data.size > ASSAY_VARIABLE_BYTES_MAX)
        return -ASSAY_TOO_LARGE;
    kept_variable *const kept = keep(variable);

    if (kept == NULL)
        return -ASSAY_NO_MEMORY;
    if (at == variables->count)
        variables->count++;
    else
        free(variables->list[at]);
    variables->list[at] = kept;
    return 0;
}

void assay_variables_remove(assay_variables *variables, const assay_guid *vendor, const char *name)
{
    const size_t at = position_of(variables, vendor, assay_bytes_of_string(name));

    if (at == variables->count)
        return;
    free(variables->list[at]);
    variables->count--;
    for (size_t i = at; i < variables->count; i++)
        variables->list[i] = variables->list[i + 1];
}

const assay_efivar *assay_variables_find(const assay_variables *variables,
                                         const assay_guid *vendor, const char *name)
{
    return assay_variables_at(variables,
                              position_of(variables, vendor, assay_bytes_of_string(name)));
}

assay_bytes assay_variables_data(const assay_variables *variables, const assay_guid *vendor,
                                 const char *name)
{
    const assay_efivar *const variable = assay_variables_find(variables, vendor, name);

    return variable != NULL ? variable->data : ASSAY_NO_BYTES;
}

const assay_efivar *assay_variables_at(const assay_variables *variables, size_t position)
{
    return position < variables->count ? &variables->list[position]->variable : NULL;
}

int assay_variables_read_named(assay_variables *variables, const char *name, assay_error *error)
{
    const bool live = strcmp(name, "live") == 0;

    if (!live && !assay_file_is_folder(name))
        return 0;
    const int status = live ? assay_variables_read_live(variables, error)
                            : assay_variables_read_folder(variables, name, error);
    return status < 0 ? status : 1;
}
