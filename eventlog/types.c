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

enum { TYPES = sizeof types / sizeof *types };

const assay_event_type *assay_event_type_find(uint32_t value)
{
    size_t row = 0;

    /* Halving without a branch to mispredict: every event of a log passes here. */
    for (size_t step = 64; step > 0; step /= 2)
        row += row + step < TYPES && types[row + step].value <= value ? step : 0;
    return types[row].value == value ? &types[row] : NULL;
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
