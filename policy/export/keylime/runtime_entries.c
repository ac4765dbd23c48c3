/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/keylime/runtime.h"

#include "eventlog/payload/ima.h"
#include "eventlog/payload/signature.h"
#include "policy/export/keylime/keylime.h"
#include "replay/bootaggregate.h"

enum { DIGEST_LEAST = 20 }; /* bytes: the schema takes 40 to 128 digits */

static const assay_bytes aggregate_name = ASSAY_LITERAL("boot_aggregate");

static bool add(assay_export_job *job, assay_runtime_list *list, assay_bytes name,
                assay_bytes digest)
{
    assay_runtime_entry *const added =
        assay_arena_more(&job->arena, &list->items, list->count, sizeof *added);

    if (added == NULL || !assay_arena_keep(&job->arena, digest, &added->digest))
        return false;
    added->name = name;
    list->count++;
    return true;
}

/* boot_aggregate, by the values of PCRs. */

/* The value that the kernel finds: what the variant holds, or what a PCR starts from. */
static assay_bytes value_at_start(const assay_export_job *job, size_t variant,
                                  const assay_replay *replay, uint16_t alg, unsigned pcr)
{
    const assay_bytes held = assay_reference_value(job->reference, variant, alg, pcr);
    const assay_replay_bank *const bank = assay_replay_bank_of(replay, alg);

    if (held.data != NULL || bank == NULL || !assay_replay_untouched(bank, pcr))
        return held;
    return assay_pcrs_value(&replay->pcrs, alg, pcr);
}

/* SHA-1 is over PCR 0-7, all others over PCR 0-9: from Linux 5.8 on. */
static int add_aggregate(assay_export_job *job, size_t variant, const assay_replay *replay,
                         uint16_t alg, assay_runtime_list *list)
{
    const unsigned count = alg == ASSAY_ALG_SHA1 ? 8 : 10;
    assay_bytes parts[10];
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;

    for (unsigned pcr = 0; pcr < count; pcr++) {
        parts[pcr] = value_at_start(job, variant, replay, alg, pcr);
        if (parts[pcr].data == NULL) {
            assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                 "variant %s: boot_aggregate of bank %s doesn't follow, for the "
                                 "value of PCR %u is not held",
                                 job->reference->variants[variant].name, assay_alg_find(alg)->name,
                                 pcr);
            return 0;
        }
    }
    int status = assay_hashes_get(job->hashes, alg, &hash);
    if (status == 0)
        status = assay_hash_parts(hash, parts, count, digest);
    if (status == 0 &&
        !add(job, list, aggregate_name, assay_bytes_of(digest, assay_alg_find(alg)->size)))
        status = -ASSAY_NO_MEMORY;
    return status;
}

static int add_aggregates(assay_export_job *job, size_t variant, assay_runtime_list *list)
{
    assay_replay replay;
    assay_pcr_set unheld[ASSAY_ALGS];
    int status = assay_reference_fold(job->reference, variant, job->hashes, &replay, unheld);

    for (size_t i = 0; i < job->bank_count && status == 0; i++)
        if (assay_keylime_knows(job->banks[i]) &&
            assay_pcrs_bank_const(&job->reference->variants[variant].values, job->banks[i]) != NULL)
            status = add_aggregate(job, variant, &replay, job->banks[i], list);
    return status;
}

/* IMA's entries. */

static enum assay_runtime_member member_of(const assay_ima *ima)
{
    const assay_bytes buffer = assay_ima_field_of(ima, ASSAY_IMA_BUF);

    if (buffer.data == NULL)
        return ASSAY_RUNTIME_DIGESTS;
    return assay_signature_guess(buffer) == ASSAY_SIGNATURE_CERTIFICATE ? ASSAY_RUNTIME_KEYRINGS
                                                                        : ASSAY_RUNTIME_BUFFERS;
}

static bool add_entry(assay_export_job *job, const assay_event *event, bool varies,
                      assay_runtime_entries *entries)
{
    assay_ima ima;
    assay_ima_file_hash file;

    if (event->content != ASSAY_CONTENT_IMA_TEMPLATE || !assay_ima_decode(event, &ima))
        return true;
    const assay_bytes name = assay_ima_file_name(&ima);
    const bool is_aggregate = assay_boot_aggregate_is(event);
    if (name.size == 0 || (varies && is_aggregate))
        return true;
    if (varies)
        return add(job, &entries->lists[ASSAY_RUNTIME_VARYING], name, ASSAY_NO_BYTES);
    if (!assay_ima_file_digest(&ima, &file) || file.value.size < DIGEST_LEAST ||
        file.value.size > ASSAY_DIGEST_MAX)
        return true;
    entries->files += !is_aggregate && member_of(&ima) == ASSAY_RUNTIME_DIGESTS;
    return add(job, &entries->lists[member_of(&ima)], name, file.value);
}

static bool add_entries(assay_export_job *job, size_t variant, assay_runtime_entries *entries)
{
    bool added = true;

    for (size_t i = 0; i < job->reference->step_count && added; i++) {
        const assay_reference_step *const step = &job->reference->steps[i];
        const assay_reference_alternative *const at = assay_reference_at(step, variant);

        if (at != NULL && step->stage == ASSAY_STAGE_KERNEL && !step->repeats)
            added = add_entry(job, &at->event, step->varies != NULL, entries);
    }
    return added;
}

/* Files. */

static const enum assay_runtime_member members[ASSAY_FILE_KINDS] = {
    [ASSAY_FILE] = ASSAY_RUNTIME_DIGESTS,
    [ASSAY_FILE_KEYRING] = ASSAY_RUNTIME_KEYRINGS,
    [ASSAY_FILE_BUFFER] = ASSAY_RUNTIME_BUFFERS,
};

static bool add_files(assay_export_job *job, assay_runtime_entries *entries)
{
    bool added = true;

    for (size_t i = 0; i < job->reference->file_count && added; i++) {
        const assay_reference_file *const file = &job->reference->files[i];

        if ((file->variants & job->variants) == 0)
            continue;
        if (file->alg == NULL || file->digest.size < DIGEST_LEAST) {
            entries->violations += file->alg == NULL;
            entries->weak += file->alg != NULL;
            continue;
        }
        entries->files += file->kind == ASSAY_FILE;
        added = add(job, &entries->lists[members[file->kind]], file->path, file->digest);
    }
    return added;
}

int assay_runtime_collect(assay_export_job *job, assay_runtime_entries *ret_entries,
                          assay_error *error)
{
    int status = 0;

    *ret_entries = (assay_runtime_entries){ .files = 0 };
    for (size_t i = 0; i < job->reference->variant_count && status == 0; i++) {
        if (!assay_export_has_variant(job, i))
            continue;
        status = add_aggregates(job, i, &ret_entries->lists[ASSAY_RUNTIME_DIGESTS]);
        if (status == 0 && !add_entries(job, i, ret_entries))
            status = -ASSAY_NO_MEMORY;
    }
    if (status == 0 && !add_files(job, ret_entries))
        status = -ASSAY_NO_MEMORY;
    return status == 0 ? 0
                       : assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                                    "the entries of the policy can't be collected");
}
