/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reference/reference.h"

#include "policy/reference/json.h"
#include "policy/reference/sequence.h"

#include <stdlib.h>

static const char *const confidences[ASSAY_CONFIDENCES] = {
    [ASSAY_CONFIDENCE_STATED] = "stated",     [ASSAY_CONFIDENCE_PREDICTED] = "predicted",
    [ASSAY_CONFIDENCE_REPLAYED] = "replayed", [ASSAY_CONFIDENCE_OBSERVED] = "observed",
    [ASSAY_CONFIDENCE_QUOTED] = "quoted",
};

static const char *const scopes[ASSAY_SCOPES] = {
    [ASSAY_SCOPE_UNSAID] = "", [ASSAY_SCOPE_PLATFORM] = "platform", [ASSAY_SCOPE_OS] = "os",
    [ASSAY_SCOPE_IMAGE] = "image", [ASSAY_SCOPE_HOST] = "host",
};

const char *assay_confidence_name(enum assay_confidence confidence)
{
    return confidences[confidence];
}

const char *assay_scope_name(enum assay_scope scope)
{
    return scopes[scope];
}

assay_reference *assay_reference_new(const char *name)
{
    assay_reference *reference = calloc(1, sizeof *reference);

    if (reference == NULL)
        return NULL;
    reference->tool = "assay " ASSAY_VERSION;
    reference->revision = 1;
    reference->name = assay_arena_text(&reference->arena, assay_bytes_of_string(name));
    if (reference->name == NULL)
        assay_reference_free(&reference);
    return reference;
}

void assay_reference_free(assay_reference **reference)
{
    if (*reference == NULL)
        return;
    assay_arena_free(&(*reference)->arena);
    free(*reference);
    *reference = NULL;
}

assay_variant_set assay_reference_all(const assay_reference *reference)
{
    return reference->variant_count < ASSAY_VARIANTS_MAX
               ? ((assay_variant_set)1 << reference->variant_count) - 1
               : ~(assay_variant_set)0;
}

size_t assay_reference_find(const assay_reference *reference, const char *name)
{
    size_t at = 0;

    while (at < reference->variant_count && strcmp(reference->variants[at].name, name) != 0)
        at++;
    return at;
}

const assay_reference_alternative *assay_reference_at(const assay_reference_step *step,
                                                      size_t variant)
{
    for (size_t i = 0; i < step->alternative_count; i++)
        if ((step->alternatives[i].variants >> variant & 1) != 0)
            return &step->alternatives[i];
    return NULL;
}

const assay_reference_log *assay_reference_log_of(const assay_reference *reference, size_t variant,
                                                  enum assay_stage stage)
{
    for (size_t i = 0; i < reference->log_count; i++)
        if (reference->logs[i].header.stage == stage &&
            (reference->logs[i].variants >> variant & 1) != 0)
            return &reference->logs[i];
    return NULL;
}

bool assay_reference_is_fixed(const assay_reference_step *step, assay_variant_set variants)
{
    return step->varies == NULL && step->alternative_count > 0 &&
           (step->alternatives[0].variants & variants) == variants;
}

int assay_reference_fold(const assay_reference *reference, size_t variant, assay_hashes *hashes,
                         assay_replay *ret_replay, assay_pcr_set ret_unheld[ASSAY_ALGS])
{
    assay_sequence sequence;
    int status = assay_sequence_of_variant(&sequence, reference, variant);

    if (status == 0)
        status = assay_sequence_fold(&sequence, hashes, ret_replay, ret_unheld);
    assay_sequence_free(&sequence);
    return status;
}

assay_bytes assay_reference_value(const assay_reference *reference, size_t variant, uint16_t alg,
                                  unsigned pcr)
{
    return assay_pcrs_value(&reference->variants[variant].values, alg, pcr);
}

static int hash(const assay_bytes *parts, size_t count, uint8_t ret_sha256[static 32])
{
    assay_hashes *hashes = assay_hashes_new();
    assay_hash *sha256;
    int status = hashes == NULL ? -ASSAY_NO_MEMORY
                                : assay_hashes_get(hashes, ASSAY_ALG_SHA256, &sha256);

    if (status == 0)
        status = assay_hash_parts(sha256, parts, count, ret_sha256);
    assay_hashes_free(&hashes);
    return status;
}

int assay_reference_identity(const assay_reference *reference, uint8_t ret_sha256[32])
{
    assay_writer json = assay_writer_growing(ASSAY_REFERENCE_FILE_MAX);
    int status = assay_reference_write(reference, ASSAY_REFERENCE_UNSIGNED, &json);

    if (status == 0) {
        const assay_bytes written = assay_written(&json);

        status = hash(&written, 1, ret_sha256);
    }
    assay_writer_close(&json);
    return status;
}

int assay_reference_uuid(const assay_reference *reference, const char *word,
                         uint8_t ret_uuid[16])
{
    uint8_t identity[32];
    const int status = assay_reference_identity(reference, identity);

    return status < 0 ? status : assay_uuid_of(identity, word, ret_uuid);
}

int assay_uuid_of(const uint8_t identity[32], const char *word,
                  uint8_t ret_uuid[16])
{
    uint8_t digest[32];
    const assay_bytes parts[] = { assay_bytes_of(identity, 32), assay_bytes_of_string(word) };
    const int status = hash(parts, 2, digest);

    if (status < 0)
        return status;
    memcpy(ret_uuid, digest, 16);
    ret_uuid[6] = (uint8_t)((ret_uuid[6] & 0x0f) | 0x80); /* version 8 */
    ret_uuid[8] = (uint8_t)((ret_uuid[8] & 0x3f) | 0x80); /* variant 10 */
    return 0;
}
