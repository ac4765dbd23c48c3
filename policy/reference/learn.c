/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reference/learn.h"

#include "policy/reference/compare_boot.h"
#include "policy/reference/files.h"
#include "policy/reference/keep.h"
#include "policy/reference/outcome.h"

#include <stdio.h>

/* Which variant a boot is. */

/* Of values alone: those that both have are equal, and there are some. */
static bool has_values(const assay_reference_variant *variant, const assay_pcrs *values)
{
    size_t common = 0;

    if (values->measurement_registers != variant->values.measurement_registers)
        return false;
    for (size_t i = 0; i < values->bank_count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
            const uint16_t alg = values->banks[i].alg;
            const assay_bytes given = assay_pcrs_value(values, alg, pcr);
            const assay_bytes held = assay_pcrs_value(&variant->values, alg, pcr);

            if (given.data == NULL || held.data == NULL)
                continue;
            if (!assay_bytes_equal(given, held))
                return false;
            common++;
        }
    return common > 0;
}

/* 0 and its place, which is variant_count for none, or a negative kind. */
static int find_variant(const assay_reference *reference, const assay_sequence *sequence,
                        const assay_outcome *out, assay_pcr_set only, size_t *ret_variant)
{
    size_t at = 0;
    int is = 0;

    for (; at < reference->variant_count && is == 0; at++)
        if (reference->variants[at].only_pcrs == only)
            is = sequence->log_count > 0 ? assay_reference_is_boot(reference, at, sequence)
                                         : has_values(&reference->variants[at], &out->values);
    *ret_variant = is > 0 ? at - 1 : at;
    return is < 0 ? is : 0;
}

/* What a variant is of that is learnt from the boot. */
static assay_pcr_set only_pcrs(const assay_learnt_boot *boot)
{
    return boot->pcrs == ASSAY_ALL_PCRS ? 0 : boot->pcrs;
}

/* A boot of other PCRs would tell of steps that the variant does not, or leave out some it has. */
static int check_only(const assay_reference_variant *variant, const assay_learnt_boot *boot,
                      assay_error *error)
{
    return variant->only_pcrs == only_pcrs(boot)
               ? 0
               : assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "the variant was learnt of other PCRs than this boot");
}

static bool name_taken(const assay_reference *reference, const char *name)
{
    return assay_reference_find(reference, name) < reference->variant_count;
}

/* The machine folder that an input is in, or the file without its ending. */
static int stem_of(const char *input)
{
    const size_t folder = strcspn(input, "/");
    const char *const dot = strrchr(input, '.');

    return input[folder] == '\0' && dot != NULL && dot > input ? (int)(dot - input) : (int)folder;
}

/* By the input's name, with a number where that is taken. */
static const char *new_name(assay_reference *reference, const assay_learnt_boot *boot)
{
    enum { STEM_MAX = 256 };
    const char *const base = boot->variant != NULL    ? boot->variant
                             : boot->input_count > 0 ? boot->inputs[0].name
                                                      : "boot";
    const int length = boot->variant != NULL ? (int)strlen(base) : stem_of(base);
    const int kept = length < STEM_MAX ? length : STEM_MAX;
    char name[STEM_MAX + 16];

    snprintf(name, sizeof name, "%.*s", kept, base);
    for (unsigned i = 2; name_taken(reference, name); i++)
        snprintf(name, sizeof name, "%.*s-%u", kept, base, i);
    return assay_arena_text(&reference->arena, assay_bytes_of_string(name));
}

static int add_variant(assay_reference *reference, const assay_learnt_boot *boot,
                       assay_error *error)
{
    if (reference->variant_count >= ASSAY_VARIANTS_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "a reference has at most %d variants; boots that only vary can be given "
                          "one name",
                          ASSAY_VARIANTS_MAX);
    const char *const name = new_name(reference, boot);
    assay_reference_variant *const added = assay_arena_more(
        &reference->arena, &reference->variants, reference->variant_count, sizeof *added);
    if (name == NULL || added == NULL)
        return assay_no_memory(error);
    added->name = name;
    added->only_pcrs = only_pcrs(boot);
    reference->variant_count++;
    return 0;
}

/* Values of a PCR that no log speaks of can't be said to vary: nothing says why. */
static int check_values(const assay_reference_variant *variant, const assay_sequence *sequence,
                        const assay_outcome *out, assay_error *error)
{
    if (variant->values.bank_count > 0 && out->values.bank_count > 0 &&
        variant->values.measurement_registers != out->values.measurement_registers)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "of the variant and this boot one has PCRs and the other measurement "
                          "registers");
    for (size_t i = 0; i < out->values.bank_count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
            const uint16_t alg = out->values.banks[i].alg;
            const assay_bytes given = assay_pcrs_value(&out->values, alg, pcr);
            const assay_bytes held = assay_pcrs_value(&variant->values, alg, pcr);
            char unknown[ASSAY_ALG_NUMBER_SIZE];

            if (given.data != NULL && held.data != NULL && !assay_bytes_equal(given, held) &&
                (sequence->log_count == 0 || !assay_pcr_set_has(out->replay.measured, pcr)))
                return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                                  "PCR %u of bank %s differs from an earlier boot of the variant, "
                                  "and no log says which step varies",
                                  pcr, assay_alg_name(alg, unknown));
        }
    return 0;
}

/* What the variant holds from now on: of values that it has twice, the better known. */
static void take_values(assay_reference_variant *variant, const assay_outcome *out)
{
    for (size_t i = 0; i < out->values.bank_count; i++) {
        const assay_pcr_bank *const from = &out->values.banks[i];
        assay_pcr_bank *const to = assay_pcrs_add_bank(&variant->values, from->alg);

        for (unsigned pcr = 0; pcr < ASSAY_PCRS && to != NULL; pcr++) {
            uint8_t *const known = &variant->confidence[to - variant->values.banks][pcr];
            const bool there = assay_pcr_set_has(to->present, pcr);

            if (!assay_pcr_set_has(from->present, pcr))
                continue;
            if (!there || out->confidence[i][pcr] > *known)
                *known = out->confidence[i][pcr];
            memcpy(to->value[pcr], from->value[pcr], from->size);
            to->present |= (assay_pcr_set)1 << pcr;
        }
    }
    variant->values.measurement_registers |= out->values.measurement_registers;
}

/* After steps began to vary: values that they go into are held no more. */
static int drop_unheld(assay_reference *reference, size_t variant, assay_hashes *hashes)
{
    assay_reference_variant *const of = &reference->variants[variant];
    assay_replay replay;
    assay_pcr_set unheld[ASSAY_ALGS];
    const int status = assay_reference_fold(reference, variant, hashes, &replay, unheld);

    for (size_t i = 0; status == 0 && i < replay.pcrs.bank_count; i++) {
        assay_pcr_bank *const bank = assay_pcrs_bank(&of->values, replay.pcrs.banks[i].alg);

        if (bank != NULL)
            bank->present &= ~unheld[i];
    }
    return status;
}

static int add_inputs(assay_reference *reference, size_t variant, const assay_learnt_boot *boot,
                      assay_error *error)
{
    int status = 0;

    for (size_t i = 0; i < boot->input_count && status == 0; i++)
        status = assay_reference_keep_input(reference, &boot->inputs[i],
                                            (assay_variant_set)1 << variant, error);
    return status;
}

/* Adds what logs of a running system say that the variant had none of. */
static int complete(assay_reference *reference, size_t variant, const assay_sequence *sequence,
                    assay_error *error)
{
    for (int stage = ASSAY_STAGE_KERNEL; stage < ASSAY_STAGES; stage++) {
        assay_sequence part = { .count = 0 };
        int status = 0;

        if (assay_reference_log_of(reference, variant, (enum assay_stage)stage) != NULL)
            continue;
        for (size_t i = 0; i < sequence->log_count; i++)
            if ((int)sequence->logs[i].header.stage == stage)
                part.logs[part.log_count++] = sequence->logs[i];
        for (size_t i = 0; i < sequence->count && part.log_count > 0 && status == 0; i++) {
            assay_sequence_step *const step =
                (int)sequence->steps[i].stage != stage
                    ? NULL
                    : assay_arena_more(&part.arena, &part.steps, part.count, sizeof *step);

            if (step == NULL && (int)sequence->steps[i].stage == stage)
                status = assay_no_memory(error);
            else if (step != NULL)
                part.steps[part.count++] = sequence->steps[i];
        }
        if (status == 0 && part.log_count > 0)
            status = assay_reference_insert(reference, variant, &part, error);
        assay_sequence_free(&part);
        if (status < 0)
            return status;
    }
    return 0;
}

/* A boot of a variant that there is: what it has otherwise varies. */
static int learn_again(assay_reference *reference, size_t variant, const assay_sequence *sequence,
                       assay_hashes *hashes, assay_error *error)
{
    int status = complete(reference, variant, sequence, error);

    if (status == 0)
        status = assay_reference_loosen(reference, variant, sequence, error);
    if (status == 0 && drop_unheld(reference, variant, hashes) < 0)
        status = assay_no_memory(error);
    return status;
}

/*
 * Of steps nothing of the list but its beginning is held; files are believed, so that a TPM that
 * disagrees does contradict them. A list may go on after the values were read.
 */
static int check_files(const assay_reference *reference, const assay_learnt_boot *boot,
                       const assay_sequence *sequence, assay_hashes *hashes, assay_error *error)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];
    assay_tried_boot tried;

    if (!boot->files || boot->values == NULL)
        return 0;
    int status = assay_tried_boot_read(&tried, boot, reference, 0, hashes, error);
    if (status == 0 && (tried.contradicted & assay_sequence_lists(sequence)) != 0)
        status = assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                            "the PCR of the kernel's list (bank %s) is at none of its entries: its "
                            "files are not believed, or the list was read before the values",
                            assay_alg_name(tried.contradicted_bank, unknown));
    assay_tried_boot_free(&tried);
    return status;
}

static int add_files(assay_reference *reference, size_t variant, const assay_files *files,
                     assay_error *error)
{
    for (size_t i = 0; i < files->count; i++)
        files->list[i].variants = (assay_variant_set)1 << variant;
    return assay_reference_add_files(reference, files->list, files->count, error);
}

static int learn(assay_reference *reference, const assay_learnt_boot *boot,
                 const assay_sequence *sequence, const assay_files *files,
                 const assay_outcome *out, assay_hashes *hashes, assay_error *error)
{
    size_t variant = boot->variant != NULL ? assay_reference_find(reference, boot->variant) : 0;
    if (boot->variant == NULL &&
        find_variant(reference, sequence, out, only_pcrs(boot), &variant) < 0)
        return assay_no_memory(error);
    const bool is_new = variant == reference->variant_count;
    int status = is_new ? add_variant(reference, boot, error)
                        : check_only(&reference->variants[variant], boot, error);

    if (status == 0 && !is_new)
        status = check_values(&reference->variants[variant], sequence, out, error);
    if (status == 0 && is_new)
        status = assay_reference_insert(reference, variant, sequence, error);
    if (status == 0)
        take_values(&reference->variants[variant], out);
    if (status == 0 && !is_new && sequence->log_count > 0)
        status = learn_again(reference, variant, sequence, hashes, error);
    if (status == 0)
        status = add_files(reference, variant, files, error);
    return status < 0 ? status : add_inputs(reference, variant, boot, error);
}

int assay_learn_boot(assay_reference *reference, const assay_learnt_boot *boot,
                     assay_hashes *hashes, assay_error *error)
{
    assay_files files = { .count = 0 };
    assay_sequence sequence;
    assay_outcome out = { .values = { .bank_count = 0 } };
    int status = assay_sequence_read(&sequence, boot, hashes, error);

    if (status == 0)
        status = assay_files_read(&files, boot, error);
    if (status == 0)
        status = assay_outcome_of(&out, &sequence, boot, hashes, error);
    if (status == 0)
        status = check_files(reference, boot, &sequence, hashes, error);
    if (status == 0 && sequence.count == 0 && out.values.bank_count == 0)
        status = assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                            "there is nothing to learn: no step and no value that is wanted");
    if (status == 0)
        status = learn(reference, boot, &sequence, &files, &out, hashes, error);
    assay_files_free(&files);
    assay_sequence_free(&sequence);
    return status;
}
