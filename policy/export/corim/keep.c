/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/corim/keep.h"

#include "base/jsonwalk.h"

#include <stdlib.h>

enum { KEPT_MAX = 1 << 20, KEPT_VALUES_MAX = 1 << 14 };

static const char *const forms[] = {
    [ASSAY_CORIM_MEASUREMENTS] = "measurements",
    [ASSAY_CORIM_REGISTERS] = "integrity-registers",
    [ASSAY_CORIM_QUOTED] = "quoted-digest",
};

bool assay_corim_form_of(const char *name, enum assay_corim_form *ret_form)
{
    for (unsigned i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strcmp(forms[i], name) == 0) {
            *ret_form = (enum assay_corim_form)i;
            return true;
        }
    return false;
}

/* Ids may be empty texts: no member, no id. */
static int recall_text(assay_arena *arena, const assay_json_walk *walk, const json_t *object,
                       const char *key, const char **ret_text)
{
    const json_t *const value = json_object_get(object, key);

    if (value == NULL)
        return 0;
    if (!json_is_string(value))
        return assay_json_refuse(walk, key, "this is no string");
    *ret_text = assay_arena_text(arena, assay_json_text(value));
    return *ret_text != NULL
               ? 0
               : assay_json_refuse_as(walk, ASSAY_NO_MEMORY, key, "there is no memory for it");
}

static int recall(assay_arena *arena, const assay_json_walk *walk, json_t *object,
                  assay_corim_kept *kept)
{
    static const char *const known[] = { "form", "id", "profile", "replaces", "tag-id", NULL };
    const char *form = NULL;
    int status = assay_json_check_keys(walk, object, known);

    if (status == 0)
        status = recall_text(arena, walk, object, "id", &kept->id);
    if (status == 0)
        status = recall_text(arena, walk, object, "tag-id", &kept->tag_id);
    if (status == 0)
        status = recall_text(arena, walk, object, "replaces", &kept->replaces);
    if (status == 0)
        status = recall_text(arena, walk, object, "profile", &kept->profile);
    if (status == 0)
        status = recall_text(arena, walk, object, "form", &form);
    return status == 0 && form != NULL && !assay_corim_form_of(form, &kept->form)
               ? assay_json_refuse(walk, "form", "measurements or integrity-registers")
               : status;
}

int assay_corim_recall(assay_arena *arena, const char *extensions, assay_corim_kept *ret_kept,
                       assay_error *error)
{
    assay_json_walk walk = { .error = error };
    json_t *document = NULL;
    int status = 0;

    *ret_kept = (assay_corim_kept){ .form = ASSAY_CORIM_MEASUREMENTS };
    if (extensions == NULL)
        return 0;
    status = assay_json_load(&document, assay_bytes_of_string(extensions), KEPT_MAX,
                             KEPT_VALUES_MAX, error);
    if (status < 0)
        return status;
    json_t *const object = json_object_get(document, "corim");
    assay_json_enter(&walk, "extensions");
    assay_json_enter(&walk, "corim");
    if (object != NULL)
        status = recall(arena, &walk, object, ret_kept);
    json_decref(document);
    return status;
}

static bool keep_text(json_t *object, const char *key, const char *text)
{
    return text == NULL || json_object_set_new(object, key, json_string(text)) == 0;
}

int assay_corim_keep(const assay_corim *corim, assay_reference *reference, assay_error *error)
{
    json_t *const object = json_object();
    json_t *const all = object == NULL ? NULL : json_object();
    const char *const form =
        corim->form == ASSAY_CORIM_MEASUREMENTS ? NULL : forms[corim->form];
    char *text = NULL;

    if (all != NULL && keep_text(object, "id", corim->id) &&
        keep_text(object, "tag-id", corim->tag_id) &&
        keep_text(object, "replaces", corim->replaces) &&
        keep_text(object, "profile", corim->profile) && keep_text(object, "form", form) &&
        json_object_set(all, "corim", object) == 0)
        /* As references are written. */
        text = json_dumps(all, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
    if (text != NULL)
        reference->extensions =
            assay_arena_text(&reference->arena, assay_bytes_of_string(text));
    free(text);
    json_decref(all);
    json_decref(object);
    return reference->extensions != NULL
               ? 0
               : assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the extensions");
}
