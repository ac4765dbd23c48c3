/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a boot: what its kernel's lists name. */
#include "policy/reference/files.h"

#include "replay/datacheck.h"

typedef int each_entry(void *context, const assay_event *event, assay_error *error);

/* Calls for every entry of the kernel's lists that the boot wants. */
static int for_each(const assay_learnt_boot *boot, each_entry *call, void *context,
                    assay_error *error)
{
    int status = 0;

    for (size_t i = 0; i < boot->log_count && status == 0; i++) {
        assay_log log;
        assay_event event;

        if (boot->logs[i]->header.stage != ASSAY_STAGE_KERNEL)
            continue;
        status = assay_log_open_again(&log, boot->logs[i], error);
        if (status < 0)
            return status;
        while (status == 0 && (status = assay_log_next(&log, &event)) > 0)
            status = assay_boot_wants(boot, &event) ? call(context, &event, error) : 0;
        if (log.error.kind != 0)
            *error = log.error;
        assay_log_close(&log);
    }
    return status;
}

static int take_file(void *context, const assay_event *event, assay_error *error)
{
    assay_files *const files = context;
    char alg[ASSAY_FILE_ALG_MAX + 1];
    assay_reference_file file;
    const enum assay_file_entry entry = assay_file_of(event, &file, alg);

    if (entry == ASSAY_FILE_UNKNOWN)
        return assay_fail(error, ASSAY_UNSUPPORTED,
                          (assay_place){ event->offset, event->number, NULL },
                          "it can't be told what file this entry of the kernel's list is of, or "
                          "its digest");
    if (entry == ASSAY_FILE_NONE)
        return 0;
    assay_reference_file *const added =
        assay_arena_more(&files->arena, &files->list, files->count, sizeof *added);
    if (added == NULL)
        return assay_no_memory(error);
    *added = file;
    if (!assay_file_keep(&files->arena, added))
        return assay_no_memory(error);
    files->count++;
    return 0;
}

int assay_files_read(assay_files *files, const assay_learnt_boot *boot, assay_error *error)
{
    *files = (assay_files){ .count = 0 };
    return boot->files ? for_each(boot, take_file, files, error) : 0;
}

void assay_files_free(assay_files *files)
{
    assay_arena_free(&files->arena);
}

/* Against a reference. */

typedef struct search {
    assay_sequence *sequence;
    const assay_reference *reference;
    assay_variant_set variants;
    assay_hashes *hashes;
    size_t count;
} search;

/* Whether the reference has the file that an entry names. */
static bool is_listed(const search *s, enum assay_file_entry entry,
                      const assay_reference_file *file)
{
    return entry == ASSAY_FILE_NAMED &&
           (assay_reference_has_file(s->reference, file) & s->variants) != 0;
}

/* A value vouches for the digests that were extended: the fields have to be what they are of. */
static int look_at_data(const search *s, const assay_event *event, bool *ret_contradicted,
                        assay_error *error)
{
    assay_payload payload;
    assay_datacheck check;

    assay_payload_decode(event, &payload);
    const int status = assay_datacheck_event(s->hashes, event, &payload, &check);
    *ret_contradicted = status == 0 && check.outcome == ASSAY_CONTRADICTED;
    return status == 0 ? 0
                       : assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                                    "the entries of the kernel's list can't be hashed");
}

static int look_up(void *context, const assay_event *event, assay_error *error)
{
    search *const s = context;
    char alg[ASSAY_FILE_ALG_MAX + 1];
    assay_reference_file file;
    const enum assay_file_entry entry = assay_file_of(event, &file, alg);
    assay_sequence_step step = { .stage = ASSAY_STAGE_KERNEL,
                                 .event = *event,
                                 .component = { .role = ASSAY_PART_USERSPACE,
                                                .name = assay_part_name(ASSAY_PART_USERSPACE) },
                                 .unlisted = true,
                                 .file = SIZE_MAX };

    if (entry == ASSAY_FILE_NONE)
        return 0;
    const int status = look_at_data(s, event, &step.contradicted, error);
    if (status < 0 || (is_listed(s, entry, &file) && !step.contradicted))
        return status;
    if (++s->count > ASSAY_UNLISTED_MAX)
        return 0;
    if (entry == ASSAY_FILE_NAMED)
        step.file = assay_reference_find_path(s->reference, file.path, file.kind);
    if (step.file == s->reference->file_count)
        step.file = SIZE_MAX;
    return assay_sequence_add(s->sequence, &step, error);
}

int assay_files_unlisted(assay_sequence *sequence, const assay_learnt_boot *boot,
                         const assay_reference *reference, assay_variant_set variants,
                         assay_hashes *hashes, size_t *ret_count, assay_error *error)
{
    search s = { .sequence = sequence,
                 .reference = reference,
                 .variants = variants,
                 .hashes = hashes };
    int status = reference->file_count > 0 ? for_each(boot, look_up, &s, error) : 0;

    if (status == 0 && s.count > 0)
        status = assay_sequence_sort(sequence, error);
    *ret_count = s.count;
    return status;
}
