/* SPDX-License-Identifier: BSD-2-Clause */
/* The reference that a CoRIM stands for. */
#include "policy/export/corim/keep.h"
#include "policy/export/imported.h"
#include "policy/reference/keep.h"

static const char *keep(assay_reference *reference, const char *text)
{
    assay_arena_keep_text(&reference->arena, &text);
    return text;
}

static const char *keep_time(assay_reference *reference, bool has, int64_t time)
{
    char text[ASSAY_RFC3339_SIZE];

    return has && assay_epoch_format(time, text) ? keep(reference, text) : NULL;
}

/*
 * A class of the vendor who says so is an image; of someone else's, machines. So comes out what
 * went in (corim_of.c).
 */
static enum assay_scope scope_of(const assay_corim *corim)
{
    return corim->instance != NULL                         ? ASSAY_SCOPE_HOST
           : assay_same_text(corim->vendor, corim->entity) ? ASSAY_SCOPE_UNSAID
                                                           : ASSAY_SCOPE_PLATFORM;
}

static void set_environment(const assay_corim *corim, assay_reference *reference)
{
    assay_reference_environment *const environment = &reference->environment;

    reference->scope = scope_of(corim);
    environment->class_id = keep(reference, corim->class_id);
    environment->host = keep(reference, corim->instance);
    if (reference->scope == ASSAY_SCOPE_UNSAID)
        return;
    environment->platform_manufacturer = keep(reference, corim->vendor);
    environment->platform_model = keep(reference, corim->model);
}

static int set_variants(const assay_corim *corim, assay_reference *reference, assay_error *error)
{
    int status = 0;

    for (size_t i = 0; i < corim->tuple_count && status == 0; i++) {
        char name[32];
        assay_writer writer = assay_writer_lent(name, sizeof name);
        assay_reference_variant *variant;

        assay_put_format(&writer, "boot-%zu", i + 1);
        status = assay_import_variant(reference, assay_written(&writer), &variant, error);
        if (status == 0)
            variant->values = corim->tuples[i]; /* of confidence STATED, which is 0 */
    }
    return status;
}

int assay_corim_to_reference(const assay_corim *corim, const char *name,
                             assay_reference **ret_reference, assay_error *error)
{
    assay_reference *reference = assay_reference_new(name != NULL            ? name
                                                     : corim->model != NULL ? corim->model
                                                                            : corim->id);
    int status = 0;

    if (reference != NULL) {
        reference->revision = corim->tag_version + 1;
        reference->vendor = keep(reference, corim->entity);
        reference->vendor_uri = keep(reference, corim->entity_uri);
        reference->not_before = keep_time(reference, corim->has_not_before, corim->not_before);
        reference->not_after = keep_time(reference, corim->has_not_after, corim->not_after);
        set_environment(corim, reference);
        status = set_variants(corim, reference, error);
        if (status == 0)
            status = assay_corim_keep(corim, reference, error);
    }
    return assay_import_end(reference, status, ret_reference, error);
}
