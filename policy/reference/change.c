/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reference/change.h"

#include "policy/reference/change_private.h"
#include "policy/reference/keep.h"

#include <stdlib.h>

/* Whether two variants measure the same: not their names, nor how well that is known. */

static bool same_step(const assay_sequence_step *a, const assay_sequence_step *b)
{
    if (a->repeats != b->repeats || !assay_same_text(a->varies, b->varies) ||
        a->unknown_count != b->unknown_count ||
        memcmp(a->unknown, b->unknown, a->unknown_count * sizeof *a->unknown) != 0)
        return false;
    if (a->varies != NULL)
        return assay_steps_same_place(a, b);
    return a->stage == b->stage && a->event.type == b->event.type &&
           a->event.content == b->event.content &&
           a->event.digest_count == b->event.digest_count &&
           assay_events_alike(&a->event, &b->event);
}

static bool same_steps(const assay_sequence *a, const assay_sequence *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_step(&a->steps[i], &b->steps[i]))
            return false;
    return true;
}

static bool has_values(const assay_pcrs *all, const assay_pcrs *some)
{
    for (size_t i = 0; i < some->bank_count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
            const assay_bytes value = assay_pcrs_value(some, some->banks[i].alg, pcr);

            if (value.data != NULL &&
                !assay_bytes_equal(value, assay_pcrs_value(all, some->banks[i].alg, pcr)))
                return false;
        }
    return all->measurement_registers == some->measurement_registers;
}

/* The variant of `into` that measures what one of `from` does; variant_count: none. */
static int find_same(const assay_reference *into, const assay_reference *from, size_t variant,
                     size_t *ret_place)
{
    assay_sequence wanted, own;
    int status = assay_sequence_of_variant(&wanted, from, variant);
    bool same = false;
    size_t at = 0;

    for (; at < into->variant_count && status == 0 && !same; at += !same) {
        status = assay_sequence_of_variant(&own, into, at);
        same = status == 0 && same_steps(&own, &wanted) &&
               into->variants[at].only_pcrs == from->variants[variant].only_pcrs &&
               has_values(&into->variants[at].values, &from->variants[variant].values) &&
               has_values(&from->variants[variant].values, &into->variants[at].values);
        assay_sequence_free(&own);
    }
    assay_sequence_free(&wanted);
    *ret_place = at;
    return status;
}

/* Of one value that both have, the better known. */
static void take_confidence(assay_reference_variant *into, const assay_reference_variant *from)
{
    for (size_t i = 0; i < into->values.bank_count; i++)
        for (size_t j = 0; j < from->values.bank_count; j++) {
            if (into->values.banks[i].alg != from->values.banks[j].alg)
                continue;
            for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
                if (from->confidence[j][pcr] > into->confidence[i][pcr])
                    into->confidence[i][pcr] = from->confidence[j][pcr];
        }
}

static int merge_variant(assay_reference *into, const assay_reference *from, size_t variant,
                         size_t *ret_place, assay_error *error)
{
    if (find_same(into, from, variant, ret_place) < 0)
        return assay_no_memory(error);
    if (*ret_place == into->variant_count)
        return assay_reference_add_variant(into, from, variant, ret_place, error);
    take_confidence(&into->variants[*ret_place], &from->variants[variant]);
    return 0;
}

/* What references say of themselves. */

static bool take_text(assay_reference *into, const char **text, const char *other)
{
    if (*text != NULL)
        return true;
    *text = other;
    return assay_arena_keep_text(&into->arena, text);
}

static bool take_self(assay_reference *into, const assay_reference *from)
{
    assay_reference_environment *const e = &into->environment;
    const assay_reference_environment *const f = &from->environment;

    if (into->scope == ASSAY_SCOPE_UNSAID)
        into->scope = from->scope;
    return take_text(into, &into->version, from->version) &&
           take_text(into, &into->vendor, from->vendor) &&
           take_text(into, &into->vendor_uri, from->vendor_uri) &&
           take_text(into, &into->not_before, from->not_before) &&
           take_text(into, &into->not_after, from->not_after) &&
           take_text(into, &into->extensions, from->extensions) &&
           take_text(into, &e->platform_manufacturer, f->platform_manufacturer) &&
           take_text(into, &e->platform_model, f->platform_model) &&
           take_text(into, &e->platform_version, f->platform_version) &&
           take_text(into, &e->firmware_vendor, f->firmware_vendor) &&
           take_text(into, &e->firmware_version, f->firmware_version) &&
           take_text(into, &e->os_name, f->os_name) &&
           take_text(into, &e->os_version, f->os_version) &&
           take_text(into, &e->class_id, f->class_id) && take_text(into, &e->host, f->host);
}

static void begin_revision(assay_reference *reference, uint64_t after)
{
    reference->revision = after < UINT64_MAX ? after + 1 : after;
    reference->supersedes = NULL;
    reference->signature_count = 0;
}

static int merge(assay_reference *into, const assay_reference *from, assay_error *error)
{
    size_t places[ASSAY_VARIANTS_MAX];
    int status = 0;

    for (size_t i = 0; i < from->variant_count && status == 0; i++)
        status = merge_variant(into, from, i, &places[i], error);
    for (size_t i = from->variant_count; i < ASSAY_VARIANTS_MAX; i++)
        places[i] = SIZE_MAX;
    if (status == 0)
        status = assay_reference_add_inputs(into, from, places, error);
    if (status == 0)
        status = assay_reference_move_files(into, from, places, error);
    if (status == 0)
        status = assay_reference_add_stepless(into, from, error);
    if (status == 0 && !take_self(into, from))
        status = assay_no_memory(error);
    begin_revision(into, into->revision > from->revision ? into->revision : from->revision);
    return status;
}

int assay_reference_merge(assay_reference *into, const assay_reference *from, assay_error *error)
{
    assay_reference *merged = assay_reference_copy(into);

    if (merged == NULL)
        return assay_no_memory(error);
    const int status = merge(merged, from, error);
    if (status == 0) {
        const assay_reference before = *into;

        *into = *merged;
        *merged = before;
    }
    assay_reference_free(&merged);
    return status;
}

/* Retiring: what is left is put together anew, so that nothing of the others stays behind. */

static int supersede(assay_reference *left, const assay_reference *reference, assay_error *error)
{
    uint8_t identity[32];
    char text[2 * sizeof identity];
    assay_writer writer = assay_writer_lent(text, sizeof text);
    const int status = assay_reference_identity(reference, identity);

    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "the identity of the reference can't be made");
    assay_put_hex(&writer, assay_bytes_of(identity, sizeof identity));
    begin_revision(left, reference->revision);
    left->supersedes = assay_arena_text(&left->arena, assay_bytes_of(text, sizeof text));
    return left->supersedes == NULL ? assay_no_memory(error) : 0;
}

static int put_together(assay_reference *left, const assay_reference *reference,
                        assay_variant_set retired, assay_error *error)
{
    size_t places[ASSAY_VARIANTS_MAX];
    int status = 0;

    for (size_t i = 0; i < ASSAY_VARIANTS_MAX; i++)
        places[i] = SIZE_MAX;
    for (size_t i = 0; i < reference->variant_count && status == 0; i++)
        if ((retired >> i & 1) == 0)
            status = assay_reference_add_variant(left, reference, i, &places[i], error);
    if (status == 0)
        status = assay_reference_add_inputs(left, reference, places, error);
    if (status == 0)
        status = assay_reference_move_files(left, reference, places, error);
    if (status == 0)
        status = assay_reference_add_stepless(left, reference, error);
    if (status == 0 && !take_self(left, reference))
        status = assay_no_memory(error);
    return status < 0 ? status : supersede(left, reference, error);
}

int assay_reference_retire(const assay_reference *reference, assay_variant_set variants,
                           assay_reference **ret_left, assay_error *error)
{
    if ((assay_reference_all(reference) & ~variants) == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "no variant would be left, and a reference without one is good for "
                          "nothing");
    assay_reference *left = assay_reference_new(reference->name);
    const int status =
        left == NULL ? assay_no_memory(error) : put_together(left, reference, variants, error);

    if (status == 0)
        *ret_left = left;
    else
        assay_reference_free(&left);
    return status;
}
