/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A flavor as Go's encoding/json writes HVS' struct of it, which is what is hashed and signed:
 * members in the order of the struct, those that are empty left out where the struct says so and
 * written as zeros where it doesn't, no blanks. Taken from pkg/model/hvs of Intel SecL-DC 5.1.
 */
#include "policy/export/hvs/flavor.h"

#include "policy/export/hvs/gojson.h"

#include <ctype.h>

enum shape {
    TEXT,
    NUMBER,
    TRUTH,
    SPELT_TRUTH, /* "true" or "false", as text */
    VENDOR,
    NIL,     /* the UUID, that the signature does not cover */
    TEXTS,   /* an array of text, null where there is none */
    OBJECT,  /* a struct */
    POINTER, /* to one that may be missing */
    OBJECTS,
    MAP, /* of anything, by name */
};

typedef struct member {
    const char *key;
    enum shape shape;
    bool omitted; /* where it is empty */
    const struct member *of;
} member;

static const member pcr_members[] = { { "index", NUMBER, false, NULL },
                                      { "bank", TEXT, false, NULL },
                                      { 0 } };
static const member event_members[] = { { "type_id", TEXT, false, NULL },
                                        { "type_name", TEXT, false, NULL },
                                        { "tags", TEXTS, true, NULL },
                                        { "measurement", TEXT, false, NULL },
                                        { 0 } };
static const member equals_members[] = { { "events", OBJECTS, true, event_members },
                                         { "exclude_tags", TEXTS, true, NULL },
                                         { 0 } };
static const member rule_members[] = { { "pcr", OBJECT, false, pcr_members },
                                       { "measurement", TEXT, false, NULL },
                                       { "pcr_matches", TRUTH, true, NULL },
                                       { "eventlog_equals", POINTER, true, equals_members },
                                       { "eventlog_includes", OBJECTS, true, event_members },
                                       { 0 } };
static const member enabled_members[] = { { "enabled", SPELT_TRUTH, false, NULL }, { 0 } };
static const member aes_members[] = { { "enabled", TRUTH, true, NULL }, { 0 } };
static const member tpm_meta_members[] = { { "tpm_version", TEXT, false, NULL },
                                           { "pcr_banks", TEXTS, false, NULL },
                                           { 0 } };
static const member tpm_members[] = { { "enabled", SPELT_TRUTH, false, NULL },
                                      { "meta", OBJECT, false, tpm_meta_members },
                                      { 0 } };
static const member cbnt_meta_members[] = { { "profile", TEXT, false, NULL },
                                            { "msr", TEXT, false, NULL },
                                            { 0 } };
static const member cbnt_members[] = { { "enabled", SPELT_TRUTH, false, NULL },
                                       { "meta", OBJECT, false, cbnt_meta_members },
                                       { 0 } };
static const member uefi_meta_members[] = { { "secure_boot_enabled", TRUTH, false, NULL }, { 0 } };
static const member uefi_members[] = { { "enabled", SPELT_TRUTH, false, NULL },
                                       { "meta", OBJECT, false, uefi_meta_members },
                                       { 0 } };
static const member feature_members[] = {
    { "AES_NI", POINTER, true, aes_members },  { "TXT", POINTER, true, enabled_members },
    { "TPM", POINTER, true, tpm_members },     { "CBNT", POINTER, true, cbnt_members },
    { "UEFI", POINTER, true, uefi_members },   { "PFR", POINTER, true, enabled_members },
    { "BMC", POINTER, true, enabled_members }, { 0 }
};
static const member hardware_members[] = { { "vendor", TEXT, true, NULL },
                                           { "processor_info", TEXT, true, NULL },
                                           { "processor_flags", TEXT, true, NULL },
                                           { "feature", POINTER, true, feature_members },
                                           { 0 } };
static const member bios_members[] = { { "bios_name", TEXT, false, NULL },
                                       { "bios_version", TEXT, false, NULL },
                                       { 0 } };
static const member schema_members[] = { { "uri", TEXT, true, NULL }, { 0 } };
static const member meta_members[] = { { "schema", POINTER, true, schema_members },
                                       { "id", NIL, false, NULL },
                                       { "realm", TEXT, true, NULL },
                                       { "description", MAP, true, NULL },
                                       { "vendor", VENDOR, true, NULL },
                                       { 0 } };
static const member flavor_members[] = { { "meta", OBJECT, false, meta_members },
                                         { "bios", POINTER, true, bios_members },
                                         { "hardware", POINTER, true, hardware_members },
                                         { "pcrs", OBJECTS, true, rule_members },
                                         { 0 } };

static int put_struct(assay_gojson *e, const member *members, json_t *object);

static bool is_empty(json_t *value)
{
    return json_is_null(value) || json_is_false(value) ||
           (json_is_string(value) && json_string_length(value) == 0) ||
           (json_is_array(value) && json_array_size(value) == 0);
}

static bool fits(const member *m, const json_t *value)
{
    switch (m->shape) {
    case NUMBER:
        return json_is_integer(value) && json_integer_value(value) >= 0 &&
               json_integer_value(value) < 1 << 20;
    case TRUTH:
        return json_is_boolean(value);
    case SPELT_TRUTH:
        return assay_json_is_word(value, "true") || assay_json_is_word(value, "false");
    case TEXTS:
    case OBJECTS:
        return json_is_array(value);
    case OBJECT:
    case POINTER:
    case MAP:
        return json_is_object(value);
    default:
        return json_is_string(value);
    }
}

/* What Go leaves in a member that isn't there. */
static int put_zero(assay_gojson *e, const member *m)
{
    static const char *const zeros[] = {
        [TEXT] = "\"\"",    [NUMBER] = "0",
        [TRUTH] = "false",  [SPELT_TRUTH] = "\"false\"",
        [VENDOR] = "\"\"",  [TEXTS] = "null",
        [OBJECTS] = "null", [MAP] = "null",
        [POINTER] = "null", [NIL] = "\"00000000-0000-0000-0000-000000000000\""
    };

    if (m->shape == OBJECT)
        return put_struct(e, m->of, NULL);
    assay_put_string(e->writer, zeros[m->shape]);
    return 0;
}

static int put_vendor(assay_gojson *e, const member *m, const json_t *value)
{
    static const char *const vendors[] = { "INTEL", "VMWARE", "MICROSOFT" };
    const assay_bytes text = assay_json_text(value);

    for (size_t i = 0; i < sizeof vendors / sizeof *vendors; i++) {
        size_t same = 0;

        while (same < text.size && vendors[i][same] == toupper(text.data[same]))
            same++;
        if (same == text.size && vendors[i][same] == '\0') {
            assay_gojson_put_text(e, assay_bytes_of_string(vendors[i]));
            return 0;
        }
    }
    return assay_json_refuse(&e->at, m->key, "HVS knows INTEL, VMWARE and MICROSOFT");
}

static int put_texts(assay_gojson *e, const member *m, json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        if (!json_is_string(json_array_get(array, i)))
            return assay_json_refuse(&e->at, m->key, "element %zu is no text", i);
    return assay_gojson_put_array(e, m->key, array);
}

static int put_objects(assay_gojson *e, const member *m, json_t *array)
{
    assay_json_list list = assay_json_begin_list(&e->at, m->key, array);
    json_t *object;
    int status = 0;

    assay_put_char(e->writer, '[');
    while (status == 0 && (object = assay_json_next(&list)) != NULL) {
        if (list.next > 1)
            assay_put_char(e->writer, ',');
        status = put_struct(e, m->of, object);
    }
    assay_put_char(e->writer, ']');
    assay_json_end_list(&list);
    return status;
}

static int put_value(assay_gojson *e, const member *m, json_t *value)
{
    if (value == NULL || json_is_null(value) || m->shape == NIL)
        return put_zero(e, m);
    switch (m->shape) {
    case OBJECT:
    case POINTER: {
        const size_t before = assay_json_enter(&e->at, m->key);
        const int status = put_struct(e, m->of, value);

        assay_json_leave(&e->at, before);
        return status;
    }
    case OBJECTS:
        return put_objects(e, m, value);
    case TEXTS:
        return put_texts(e, m, value);
    case VENDOR:
        return put_vendor(e, m, value);
    default:
        return assay_gojson_put(e, m->key, value);
    }
}

/* HVS refuses a member that the struct doesn't have. */
static int check_members(const assay_gojson *e, const member *members, json_t *object)
{
    const char *known[12] = { NULL };
    size_t count = 0;

    for (const member *m = members; m->key != NULL; m++)
        known[count++] = m->key;
    return assay_json_check_keys(&e->at, object, known);
}

static int put_struct(assay_gojson *e, const member *members, json_t *object)
{
    int status = object == NULL ? 0 : check_members(e, members, object);
    bool first = true;

    assay_put_char(e->writer, '{');
    for (const member *m = members; m->key != NULL && status == 0; m++) {
        json_t *const value = object == NULL ? NULL : json_object_get(object, m->key);

        if (value != NULL && !json_is_null(value) && !fits(m, value))
            return assay_json_refuse(&e->at, m->key, "a value of another type than HVS reads");
        if (m->omitted &&
            (value == NULL || is_empty(value) || (m->shape == MAP && json_object_size(value) == 0)))
            continue;
        assay_gojson_put_key(e, &first, assay_bytes_of_string(m->key));
        status = put_value(e, m, value);
    }
    assay_put_char(e->writer, '}');
    return status;
}

int assay_hvs_put_canonical(assay_writer *writer, json_t *flavor, assay_error *error)
{
    static const char *const others[] = { "external", "software", "ima_logs" };
    assay_gojson e = { .writer = writer, .at = { .error = error } };

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (json_object_get(flavor, others[i]) != NULL)
            return assay_json_refuse_as(&e.at, ASSAY_UNSUPPORTED, others[i],
                                        "flavors of tags, software and IMA are not read here");
    return put_struct(&e, flavor_members, flavor);
}
