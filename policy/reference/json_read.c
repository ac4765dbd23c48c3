/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reference/json_private.h"

#include <stdlib.h>

/* "2026-01-02T03:04:05Z": RFC 3339 section 5.6 in UTC, without fractions of a second. */
static bool is_date(const char *text)
{
    static const char shape[] = "0000-00-00T00:00:00Z";
    static const struct {
        size_t at;
        int least, most;
    } parts[] = { { 5, 1, 12 }, { 8, 1, 31 }, { 11, 0, 23 }, { 14, 0, 59 }, { 17, 0, 60 } };

    if (strlen(text) != sizeof shape - 1)
        return false;
    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (shape[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
            return false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const int number = 10 * (text[parts[i].at] - '0') + text[parts[i].at + 1] - '0';

        if (number < parts[i].least || number > parts[i].most)
            return false;
    }
    return true;
}

static int read_validity(assay_reference_reading *r, const json_t *root)
{
    static const char *const keys[] = { "not_before", "not_after", NULL };
    assay_reference *const reference = r->reference;
    json_t *const object = json_object_get(root, "validity");
    const size_t before = assay_json_enter(&r->at, "validity");
    int status = object == NULL ? 0 : assay_json_check_keys(&r->at, object, keys);

    if (status == 0)
        status = assay_reference_read_texts(r, object, assay_reference_validity_texts, reference);
    if (status == 0 && reference->not_before != NULL && !is_date(reference->not_before))
        status = assay_json_refuse(&r->at, "not_before", "no time such as 2026-01-02T03:04:05Z");
    if (status == 0 && reference->not_after != NULL && !is_date(reference->not_after))
        status = assay_json_refuse(&r->at, "not_after", "no time such as 2026-01-02T03:04:05Z");
    if (status == 0 && reference->not_before != NULL && reference->not_after != NULL &&
        strcmp(reference->not_before, reference->not_after) > 0)
        status = assay_json_refuse(&r->at, "not_after", "is before \"not_before\"");
    assay_json_leave(&r->at, before);
    return status;
}

static int read_environment(assay_reference_reading *r, const json_t *root)
{
    json_t *const object = json_object_get(root, "environment");
    const size_t before = assay_json_enter(&r->at, "environment");
    const char *keys[16] = { NULL };

    for (size_t i = 0; assay_reference_environment_texts[i].key != NULL; i++)
        keys[i] = assay_reference_environment_texts[i].key;
    int status = object == NULL ? 0 : assay_json_check_keys(&r->at, object, keys);
    if (status == 0)
        status = assay_reference_read_texts(r, object, assay_reference_environment_texts,
                                            &r->reference->environment);
    assay_json_leave(&r->at, before);
    return status;
}

/* Of which kind and form the document is. */
static int read_schema(assay_reference_reading *r, const json_t *root)
{
    static const char *const keys[] = { "schema", NULL };
    json_t *const object = json_object_get(root, "assay");
    const size_t before = assay_json_enter(&r->at, "assay");
    int status = object == NULL ? assay_json_refuse(&r->at, NULL, "is missing: no reference")
                                : assay_json_check_keys(&r->at, object, keys);

    if (status == 0 &&
        !assay_json_is_word(json_object_get(object, "schema"), ASSAY_REFERENCE_SCHEMA))
        status = assay_json_refuse_as(&r->at, ASSAY_UNSUPPORTED, "schema",
                                      "\"" ASSAY_REFERENCE_SCHEMA "\" is wanted");
    assay_json_leave(&r->at, before);
    return status;
}

static int read_supersedes(assay_reference_reading *r, const json_t *root)
{
    const json_t *const value = json_object_get(root, "supersedes");
    assay_bytes digest;
    const int status =
        value == NULL ? 0 : assay_reference_read_bytes(r, value, "supersedes", 32, &digest);

    return status < 0 ? status
                      : assay_reference_read_text(r, root, "supersedes", &r->reference->supersedes);
}

static const char *scope_name(unsigned scope)
{
    return assay_scope_name((enum assay_scope)scope);
}

static int read_scope(assay_reference_reading *r, const json_t *root)
{
    unsigned scope = ASSAY_SCOPE_UNSAID;
    const int status =
        json_object_get(root, "scope") == NULL
            ? 0
            : assay_reference_read_word(r, root, "scope", scope_name, ASSAY_SCOPES, &scope);

    r->reference->scope = (enum assay_scope)scope;
    return status;
}

static int read_head(assay_reference_reading *r, const json_t *root)
{
    assay_reference *const reference = r->reference;
    int status = read_schema(r, root);

    reference->tool = NULL;
    reference->name = NULL;
    if (status == 0)
        status = assay_reference_read_text(r, root, "tool", &reference->tool);
    if (status == 0)
        status = assay_reference_read_text(r, root, "name", &reference->name);
    if (status == 0 && reference->name == NULL)
        status = assay_json_refuse(&r->at, "name", "is missing");
    if (status == 0)
        status = assay_reference_read_text(r, root, "version", &reference->version);
    if (status == 0) /* RFC 7493 section 2.2: beyond it, not all readers of JSON agree */
        status = assay_reference_read_number(r, root, "revision", (uint64_t)1 << 53,
                                             &reference->revision);
    if (status == 0 && reference->revision == 0)
        status = assay_json_refuse(&r->at, "revision", "it is from 1");
    if (status == 0)
        status = read_supersedes(r, root);
    if (status == 0)
        status = assay_reference_read_text(r, root, "vendor", &reference->vendor);
    if (status == 0)
        status = assay_reference_read_text(r, root, "vendor_uri", &reference->vendor_uri);
    if (status == 0)
        status = read_scope(r, root);
    if (status == 0)
        status = read_environment(r, root);
    return status == 0 ? read_validity(r, root) : status;
}

/* Extensions. */

static bool is_shallow(json_t *value, unsigned depth)
{
    const char *key;
    json_t *member;
    size_t i;

    if (depth == 0)
        return false;
    json_array_foreach(value, i, member) if (!is_shallow(member, depth - 1)) return false;
    json_object_foreach(value, key, member) if (!is_shallow(member, depth - 1)) return false;
    return true;
}

/* None is understood here. */
static int read_critical(assay_reference_reading *r, const json_t *root)
{
    const json_t *const array = json_object_get(root, "critical");

    if (array == NULL)
        return 0;
    if (!json_is_array(array))
        return assay_json_refuse(&r->at, "critical", "this is no array");
    if (json_array_size(array) == 0)
        return 0;
    return assay_json_refuse_as(&r->at, ASSAY_UNSUPPORTED, "critical[0]",
                                "an extension that must be understood, and isn't here");
}

static int read_extensions(assay_reference_reading *r, json_t *root)
{
    json_t *const object = json_object_get(root, "extensions");
    const int status = read_critical(r, root);

    if (status < 0 || object == NULL)
        return status;
    if (!json_is_object(object))
        return assay_json_refuse(&r->at, "extensions", "this is no object");
    if (!is_shallow(object, ASSAY_REFERENCE_DEPTH_MAX))
        return assay_json_refuse_as(&r->at, ASSAY_TOO_LARGE, "extensions",
                                    "more than %d objects and arrays in each other",
                                    ASSAY_REFERENCE_DEPTH_MAX);
    char *const text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
    r->reference->extensions =
        text == NULL ? NULL : assay_arena_text(&r->reference->arena, assay_bytes_of_string(text));
    free(text);
    return r->reference->extensions != NULL ? 0 : assay_reference_no_memory(r);
}

/* All. */

static int read_lists(assay_reference_reading *r, json_t *root)
{
    assay_reference *const reference = r->reference;
    int status = assay_reference_read_array(
        r, root, "variants", ASSAY_VARIANTS_MAX, sizeof *reference->variants, &reference->variants,
        &reference->variant_count, assay_reference_read_variant);

    if (status == 0)
        status = assay_reference_read_array(r, root, "inputs", ASSAY_REFERENCE_INPUTS_MAX,
                                            sizeof *reference->inputs, &reference->inputs,
                                            &reference->input_count, assay_reference_read_input);
    if (status == 0)
        status = assay_reference_read_array(
            r, root, "components", ASSAY_REFERENCE_COMPONENTS_MAX, sizeof *reference->components,
            &reference->components, &reference->component_count, assay_reference_read_component);
    if (status == 0)
        status = assay_reference_read_ids(r, root);
    if (status == 0)
        status = assay_reference_read_array(
            r, root, "logs", (size_t)ASSAY_STAGES * ASSAY_VARIANTS_MAX, sizeof *reference->logs,
            &reference->logs, &reference->log_count, assay_reference_read_log);
    if (status == 0)
        status = assay_reference_read_array(r, root, "steps", ASSAY_REFERENCE_STEPS_MAX,
                                            sizeof *reference->steps, &reference->steps,
                                            &reference->step_count, assay_reference_read_step);
    if (status == 0)
        status = assay_reference_read_files(r, root);
    if (status == 0)
        status = assay_reference_read_array(
            r, root, "signatures", ASSAY_REFERENCE_SIGNATURES_MAX, sizeof *reference->signatures,
            &reference->signatures, &reference->signature_count, assay_reference_read_signature);
    return status;
}

static int read_all(assay_reference_reading *r, json_t *root, assay_hashes *hashes)
{
    static const char *const keys[] = { "assay",      "tool",        "name",       "version",
                                        "revision",   "supersedes",  "vendor",     "vendor_uri",
                                        "scope",      "environment", "validity",   "inputs",
                                        "components", "variants",    "logs",       "steps",
                                        "files",      "critical",    "extensions", "signatures",
                                        NULL };
    int status = assay_json_check_keys(&r->at, root, keys);

    if (status == 0)
        status = read_head(r, root);
    if (status == 0)
        status = read_lists(r, root);
    if (status == 0)
        status = read_extensions(r, root);
    return status == 0 ? assay_reference_check_values(r, hashes) : status;
}

int assay_reference_read(assay_reference **ret_reference, assay_bytes json, assay_hashes *hashes,
                         assay_error *error)
{
    assay_reference_reading r = { .at = { .error = error } };
    json_t *root;

    *ret_reference = NULL;
    int status =
        assay_json_load(&root, json, ASSAY_REFERENCE_FILE_MAX, ASSAY_REFERENCE_VALUES_MAX, error);

    if (status < 0)
        return status;
    r.reference = assay_reference_new("");
    r.components = json_object();
    status = r.reference == NULL || r.components == NULL ? assay_reference_no_memory(&r)
                                                         : read_all(&r, root, hashes);
    json_decref(r.components);
    json_decref(root);
    if (status < 0)
        assay_reference_free(&r.reference);
    *ret_reference = r.reference;
    return status;
}
