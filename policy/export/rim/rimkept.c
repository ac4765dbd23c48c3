/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a base RIM says that a reference has no member for: a tag keeps its identity, and a vendor
 * its number, from import to export. In the reference's extensions,
 *
 *     {"tcg-rim": {VARIANT: {SETTING: VALUE}}}
 *
 * with the names of the settings that say the same.
 */
#include "policy/export/rim/rim.h"

#include <jansson.h>
#include <stdlib.h>

static const char member[] = "tcg-rim";

static json_t *load(const char *extensions)
{
    return extensions == NULL ? json_object()
                              : json_loads(extensions, JSON_REJECT_DUPLICATES, NULL);
}

int assay_rim_take_kept(const assay_reference *reference, size_t variant, assay_arena *arena,
                        const char *texts[ASSAY_RIM_TEXTS])
{
    json_t *const document = load(reference->extensions);
    const json_t *const kept =
        json_object_get(json_object_get(document, member), reference->variants[variant].name);
    int status = document == NULL ? -ASSAY_NO_MEMORY : 0;

    for (size_t i = 0; i < ASSAY_RIM_TEXTS && status == 0; i++) {
        const char *const setting = assay_rim_text_at((enum assay_rim_text)i)->setting;
        const char *const value =
            setting == NULL ? NULL : json_string_value(json_object_get(kept, setting));

        if (value == NULL)
            continue;
        texts[i] = assay_arena_text(arena, assay_bytes_of_string(value));
        status = texts[i] == NULL ? -ASSAY_NO_MEMORY : 0;
    }
    json_decref(document);
    return status;
}

/* What is said anyway need not be kept; "" keeps that nothing is said. */
static json_t *differing(const char *const *said, const char *const *anyway)
{
    json_t *const object = json_object();

    for (size_t i = 0; i < ASSAY_RIM_TEXTS && object != NULL; i++) {
        const char *const setting = assay_rim_text_at((enum assay_rim_text)i)->setting;
        const char *const a = said[i] == NULL ? "" : said[i];
        const char *const b = anyway[i] == NULL ? "" : anyway[i];

        if (setting != NULL && strcmp(a, b) != 0 &&
            json_object_set_new(object, setting, json_string(a)) < 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static json_t *of_variants(const assay_reference *reference, const char *const *const *texts,
                           assay_arena *arena)
{
    json_t *const object = json_object();
    bool failed = object == NULL;

    for (size_t i = 0; i < reference->variant_count && !failed; i++) {
        const char *anyway[ASSAY_RIM_TEXTS];

        if (texts[i] == NULL)
            continue;
        failed = assay_rim_default_texts(reference, i, arena, anyway) < 0 ||
                 json_object_set_new(object, reference->variants[i].name,
                                     differing(texts[i], anyway)) < 0;
    }
    if (!failed)
        return object;
    json_decref(object);
    return NULL;
}

int assay_rim_keep(assay_reference *reference, const char *const *const *texts)
{
    assay_arena arena = { NULL };
    json_t *const document = load(reference->extensions);
    char *text = NULL;

    if (document != NULL &&
        json_object_set_new(document, member, of_variants(reference, texts, &arena)) == 0)
        text = json_dumps(document, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
    json_decref(document);
    assay_arena_free(&arena);
    const char *const kept =
        text == NULL ? NULL : assay_arena_text(&reference->arena, assay_bytes_of_string(text));
    free(text);
    if (kept != NULL)
        reference->extensions = kept;
    return kept == NULL ? -ASSAY_NO_MEMORY : 0;
}
