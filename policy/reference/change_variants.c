/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reference/change_private.h"
#include "policy/reference/keep.h"

#include "policy/reference/files.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAME_SIZE = 300 };

/* Variants. */

static const char *free_name(assay_reference *reference, const char *wanted)
{
    char name[NAME_SIZE];

    if (assay_reference_find(reference, wanted) == reference->variant_count)
        return assay_arena_text(&reference->arena, assay_bytes_of_string(wanted));
    for (unsigned i = 2;; i++) {
        snprintf(name, sizeof name, "%.256s-%u", wanted, i);
        if (assay_reference_find(reference, name) == reference->variant_count)
            return assay_arena_text(&reference->arena, assay_bytes_of_string(name));
    }
}

/*
 * Steps that two variants share are of the first one's components. The variant's own of a role is
 * that of a step which no variant before it has; where there is none, as it stands.
 */
static const assay_reference_component *own_component(const assay_reference *from, size_t variant,
                                                      const assay_reference_component *like)
{
    const assay_variant_set before = ((assay_variant_set)1 << variant) - 1;

    for (size_t i = 0; i < from->step_count; i++) {
        const assay_reference_alternative *const at = assay_reference_at(&from->steps[i], variant);

        if (at != NULL && (at->variants & before) == 0 &&
            from->components[at->component].role == like->role &&
            from->components[at->component].index == like->index)
            return &from->components[at->component];
    }
    return like;
}

static void name_components(const assay_reference *from, size_t variant, assay_sequence *sequence)
{
    assay_reference_component last = { .name = NULL }, own = { .name = NULL };

    for (size_t i = 0; i < sequence->count; i++) {
        const assay_reference_component *const component = &sequence->steps[i].component;

        /* Steps of one component stand together. */
        if (i == 0 || component->role != last.role || component->index != last.index)
            own = *own_component(from, variant, component);
        last = *component;
        sequence->steps[i].component = own;
    }
}

static int add_steps(assay_reference *into, const assay_reference *from, size_t variant,
                     size_t place, assay_error *error)
{
    assay_sequence sequence;
    int status = assay_sequence_of_variant(&sequence, from, variant);

    if (status == 0)
        name_components(from, variant, &sequence);
    status = status < 0 ? assay_no_memory(error)
                        : assay_reference_insert(into, place, &sequence, error);
    assay_sequence_free(&sequence);
    return status;
}

int assay_reference_add_variant(assay_reference *into, const assay_reference *from, size_t variant,
                                size_t *ret_place, assay_error *error)
{
    const size_t place = into->variant_count;

    if (place >= ASSAY_VARIANTS_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "a reference has at most %d variants; retire some first",
                          ASSAY_VARIANTS_MAX);
    const char *const name = free_name(into, from->variants[variant].name);
    assay_reference_variant *const added =
        assay_arena_more(&into->arena, &into->variants, place, sizeof *added);
    if (name == NULL || added == NULL)
        return assay_no_memory(error);
    *added = from->variants[variant];
    added->name = name;
    into->variant_count++;
    *ret_place = place;
    return add_steps(into, from, variant, place, error);
}

/* Inputs. */

static assay_variant_set moved(assay_variant_set variants, const size_t *places)
{
    assay_variant_set set = 0;

    for (size_t i = 0; i < ASSAY_VARIANTS_MAX; i++)
        if ((variants >> i & 1) != 0 && places[i] != SIZE_MAX)
            set |= (assay_variant_set)1 << places[i];
    return set;
}

int assay_reference_add_inputs(assay_reference *into, const assay_reference *from,
                               const size_t places[static ASSAY_VARIANTS_MAX], assay_error *error)
{
    int status = 0;

    for (size_t i = 0; i < from->input_count && status == 0; i++) {
        const assay_variant_set variants = moved(from->inputs[i].variants, places);

        if (variants != 0 || from->inputs[i].variants == 0)
            status = assay_reference_keep_input(into, &from->inputs[i], variants, error);
    }
    return status;
}

/* Files. */

int assay_reference_move_files(assay_reference *into, const assay_reference *from,
                               const size_t places[static ASSAY_VARIANTS_MAX], assay_error *error)
{
    assay_arena arena = { NULL };
    assay_reference_file *const files =
        assay_arena_room(&arena, (from->file_count + 1) * sizeof *files);
    size_t count = 0;

    if (files == NULL)
        return assay_no_memory(error);
    for (size_t i = 0; i < from->file_count; i++) {
        files[count] = from->files[i];
        files[count].variants = moved(from->files[i].variants, places);
        count += files[count].variants != 0;
    }
    const int status = assay_reference_add_files(into, files, count, error);
    assay_arena_free(&arena);
    return status;
}

/* Components that values alone are of. */

static void find_used(const assay_reference *reference, uint8_t *used)
{
    for (size_t i = 0; i < reference->step_count; i++)
        for (size_t j = 0; j < reference->steps[i].alternative_count; j++)
            used[reference->steps[i].alternatives[j].component] = 1;
}

int assay_reference_add_stepless(assay_reference *into, const assay_reference *from,
                                 assay_error *error)
{
    uint8_t *const used = calloc(from->component_count + 1, 1);
    int status = 0;

    if (used == NULL)
        return assay_no_memory(error);
    find_used(from, used);
    for (size_t i = 0; i < from->component_count && status == 0; i++) {
        size_t place;

        if (used[i] == 0)
            status = assay_reference_keep_component(into, &from->components[i], &place, error);
    }
    free(used);
    return status;
}
