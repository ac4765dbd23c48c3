/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/types.h"

#include <stddef.h>
#include <string.h>

static const assay_event_type types[] = {
#define EVENT_TYPE(value, name, extends, rules, decoder, clause)                                   \
    { value, #name, extends, ASSAY_RULES_##rules, ASSAY_DECODE_##decoder, clause },
#include "eventlog/types.def"
#undef EVENT_TYPE
};

enum {
#define EVENT_TYPE(value, name, extends, rules, decoder, clause) ROW_##name,
#include "eventlog/types.def"
#undef EVENT_TYPE
    TYPES
};

/*
 * Where a type's row is, and one more: every event of a log passes here several times. The
 * multiplier gives every value in use a place of its own; where a new row lets the compiler
 * complain of an initializer that is given twice, take another odd number.
 */
enum { PLACES = 4096 };
#define PLACE(value) ((uint32_t)((value) * 0x9E3779B1u) / (UINT32_MAX / PLACES + 1))

static const uint8_t places[PLACES] = {
#define EVENT_TYPE(value, name, extends, rules, decoder, clause) [PLACE(value##u)] = ROW_##name + 1,
#include "eventlog/types.def"
#undef EVENT_TYPE
};

const assay_event_type *assay_event_type_find(uint32_t value)
{
    const unsigned place = places[PLACE(value)];

    return place > 0 && types[place - 1].value == value ? &types[place - 1] : NULL;
}

bool assay_event_type_is_known(const assay_event_type *type)
{
    return type != NULL && type->decoder != ASSAY_DECODE_VENDOR;
}

bool assay_event_type_extends(uint32_t value)
{
    const assay_event_type *const type = assay_event_type_find(value);

    return type == NULL || type->extends;
}

const assay_event_type *assay_event_type_by_name(const char *name)
{
    for (size_t i = 0; i < TYPES; i++)
        if (strcmp(types[i].name, name) == 0)
            return &types[i];
    return NULL;
}

const assay_event_type *assay_event_type_at(unsigned index)
{
    return index < TYPES ? &types[index] : NULL;
}
