/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/keep.h"
#include "policy/reference/files.h"

typedef struct copier {
    assay_arena *arena;
    bool failed;
} copier;

static void copy_text(copier *c, const char **text)
{
    c->failed = !assay_arena_keep_text(c->arena, text) || c->failed;
}

static void copy_bytes(copier *c, assay_bytes *bytes)
{
    c->failed = !assay_arena_keep(c->arena, *bytes, bytes) || c->failed;
}

/* An array that assay_arena_more() can go on with. */
static void copy_array(copier *c, void *array_pointer, size_t count, size_t size)
{
    uint8_t *from, *to = NULL;

    memcpy(&from, array_pointer, sizeof from);
    for (size_t i = 0; i < count && !c->failed; i++) {
        void *const slot = assay_arena_more(c->arena, &to, i, size);

        c->failed = slot == NULL;
        if (slot != NULL)
            memcpy(slot, from + i * size, size);
    }
    if (!c->failed)
        memcpy(array_pointer, &to, sizeof to);
}

static void copy_self(copier *c, assay_reference *reference)
{
    assay_reference_environment *const e = &reference->environment;
    const char **const texts[] = {
        &reference->tool,       &reference->name,      &reference->version,
        &reference->supersedes, &reference->vendor,    &reference->vendor_uri,
        &reference->not_before, &reference->not_after, &reference->extensions,
        &e->platform_manufacturer, &e->platform_model, &e->platform_version,
        &e->firmware_vendor,    &e->firmware_version,  &e->os_name,
        &e->os_version,         &e->class_id,          &e->host,
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        copy_text(c, texts[i]);
}

static void copy_lists(copier *c, assay_reference *r)
{
    copy_array(c, &r->inputs, r->input_count, sizeof *r->inputs);
    copy_array(c, &r->components, r->component_count, sizeof *r->components);
    copy_array(c, &r->variants, r->variant_count, sizeof *r->variants);
    copy_array(c, &r->logs, r->log_count, sizeof *r->logs);
    copy_array(c, &r->steps, r->step_count, sizeof *r->steps);
    copy_array(c, &r->files, r->file_count, sizeof *r->files);
    copy_array(c, &r->signatures, r->signature_count, sizeof *r->signatures);
    for (size_t i = 0; i < r->input_count && !c->failed; i++) {
        copy_text(c, &r->inputs[i].name);
        copy_text(c, &r->inputs[i].kind);
    }
    for (size_t i = 0; i < r->component_count && !c->failed; i++) {
        copy_text(c, &r->components[i].name);
        copy_text(c, &r->components[i].version);
        copy_text(c, &r->components[i].version_scheme);
        copy_text(c, &r->components[i].vendor);
    }
    for (size_t i = 0; i < r->variant_count && !c->failed; i++)
        copy_text(c, &r->variants[i].name);
    for (size_t i = 0; i < r->log_count && !c->failed; i++) {
        copy_text(c, &r->logs[i].format);
        copy_bytes(c, &r->logs[i].header.spec_id.vendor_info);
    }
    for (size_t i = 0; i < r->file_count && !c->failed; i++)
        c->failed = !assay_file_keep(c->arena, &r->files[i]);
    for (size_t i = 0; i < r->signature_count && !c->failed; i++) {
        copy_text(c, &r->signatures[i].algorithm);
        copy_bytes(c, &r->signatures[i].value);
    }
}

static void copy_step(copier *c, assay_reference_step *step)
{
    copy_text(c, &step->varies);
    copy_array(c, &step->alternatives, step->alternative_count, sizeof *step->alternatives);
    for (size_t i = 0; i < step->alternative_count && !c->failed; i++)
        c->failed = !assay_event_keep(c->arena, &step->alternatives[i].event);
}

assay_reference *assay_reference_copy(const assay_reference *from)
{
    assay_reference *copy = assay_reference_new(from->name);

    if (copy == NULL)
        return NULL;
    const assay_arena arena = copy->arena;
    *copy = *from;
    copy->arena = arena;
    copier c = { .arena = &copy->arena };
    copy_self(&c, copy);
    copy_lists(&c, copy);
    for (size_t i = 0; i < copy->step_count && !c.failed; i++)
        copy_step(&c, &copy->steps[i]);
    if (c.failed)
        assay_reference_free(&copy);
    return copy;
}
