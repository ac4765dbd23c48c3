/* SPDX-License-Identifier: BSD-2-Clause */
/* What is to be said of a reference that is written or read. */
#include "policy/export/export.h"

#include <stdarg.h>
#include <stdio.h>

enum { NOTE_MAX = 1 << 12 };

const char *assay_export_note_kind_name(enum assay_export_note_kind kind)
{
    return kind == ASSAY_EXPORT_REFUSAL  ? "refusal"
           : kind == ASSAY_EXPORT_LOSS   ? "loss"
           : kind == ASSAY_EXPORT_NATURE ? "lost by nature"
                                         : "advice";
}

__attribute__((format(printf, 5, 0))) static void add_note(assay_arena *arena,
                                                           assay_export_note **notes, size_t *count,
                                                           enum assay_export_note_kind kind,
                                                           const char *format, va_list arguments)
{
    char text[NOTE_MAX];

    vsnprintf(text, sizeof text, format, arguments);
    for (size_t i = 0; i < *count; i++)
        if ((*notes)[i].kind == kind && strcmp((*notes)[i].text, text) == 0)
            return;
    const char *const kept = assay_arena_text(arena, assay_bytes_of_string(text));
    assay_export_note *const note =
        kept == NULL ? NULL : assay_arena_more(arena, notes, *count, sizeof *note);
    if (note != NULL) {
        *note = (assay_export_note){ kind, kept };
        ++*count;
    }
}

void assay_export_note_on(assay_export_job *job, enum assay_export_note_kind kind,
                          const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add_note(&job->arena, &job->notes, &job->note_count, kind, format, arguments);
    va_end(arguments);
}

void assay_import_note_on(assay_import_job *job, enum assay_export_note_kind kind,
                          const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add_note(&job->arena, &job->notes, &job->note_count, kind, format, arguments);
    va_end(arguments);
}

bool assay_export_is_refused(const assay_export_job *job)
{
    for (size_t i = 0; i < job->note_count; i++)
        if (job->notes[i].kind == ASSAY_EXPORT_REFUSAL)
            return true;
    return false;
}
