/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reference/keep.h"

int assay_no_memory(assay_error *error)
{
    return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the reference");
}

bool assay_same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_component(const assay_reference_component *a, const assay_reference_component *b)
{
    return a->role == b->role && a->index == b->index && assay_same_text(a->name, b->name) &&
           assay_same_text(a->version, b->version) &&
           assay_same_text(a->version_scheme, b->version_scheme) &&
           assay_same_text(a->vendor, b->vendor);
}

static int add_component(assay_reference *reference, const assay_reference_component *component,
                         assay_error *error)
{
    assay_arena *const arena = &reference->arena;

    if (reference->component_count >= ASSAY_REFERENCE_COMPONENTS_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "a reference has at most %d components", ASSAY_REFERENCE_COMPONENTS_MAX);
    assay_reference_component *const added =
        assay_arena_more(arena, &reference->components, reference->component_count, sizeof *added);
    if (added == NULL)
        return assay_no_memory(error);
    *added = *component;
    if (!assay_arena_keep_text(arena, &added->name) ||
        !assay_arena_keep_text(arena, &added->version) ||
        !assay_arena_keep_text(arena, &added->version_scheme) ||
        !assay_arena_keep_text(arena, &added->vendor))
        return assay_no_memory(error);
    reference->component_count++;
    return 0;
}

int assay_reference_keep_component(assay_reference *reference,
                                   const assay_reference_component *component, size_t *ret_place,
                                   assay_error *error)
{
    size_t at = 0;

    while (at < reference->component_count &&
           !same_component(&reference->components[at], component))
        at++;
    *ret_place = at;
    return at < reference->component_count ? 0 : add_component(reference, component, error);
}

static bool same_input(const assay_reference_input *a, const assay_reference_input *b)
{
    return a->size == b->size && memcmp(a->sha256, b->sha256, sizeof a->sha256) == 0 &&
           strcmp(a->name, b->name) == 0 && strcmp(a->kind, b->kind) == 0;
}

static int add_input(assay_reference *reference, const assay_reference_input *input,
                     assay_error *error)
{
    assay_arena *const arena = &reference->arena;

    if (reference->input_count >= ASSAY_REFERENCE_INPUTS_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "a reference has at most %d inputs", ASSAY_REFERENCE_INPUTS_MAX);
    assay_reference_input *const added =
        assay_arena_more(arena, &reference->inputs, reference->input_count, sizeof *added);
    if (added == NULL)
        return assay_no_memory(error);
    *added = *input;
    added->variants = 0;
    if (!assay_arena_keep_text(arena, &added->name) || !assay_arena_keep_text(arena, &added->kind))
        return assay_no_memory(error);
    reference->input_count++;
    return 0;
}

int assay_reference_keep_input(assay_reference *reference, const assay_reference_input *input,
                               assay_variant_set variants, assay_error *error)
{
    size_t at = 0;

    while (at < reference->input_count && !same_input(&reference->inputs[at], input))
        at++;
    const int status = at < reference->input_count ? 0 : add_input(reference, input, error);

    if (status == 0)
        reference->inputs[at].variants |= variants;
    return status;
}
