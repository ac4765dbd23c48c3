/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/keep.h"

bool assay_event_keep(assay_arena *arena, assay_event *event)
{
    bool kept = assay_arena_keep(arena, event->data, &event->data) &&
                assay_arena_keep(arena, event->label, &event->label) &&
                assay_arena_keep(arena, event->name, &event->name);

    for (size_t i = 0; i < event->digest_count && kept; i++)
        kept = assay_arena_keep(arena, event->digests[i].value, &event->digests[i].value);
    return kept;
}
