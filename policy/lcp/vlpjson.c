/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON into a verified launch policy: the document and the policy's header. */
#include "base/number.h"
#include "policy/lcp/vlpjsonread.h"

#include <errno.h>
#include <stdio.h>

enum { SIGNS_MAX = 400000 }; /* commas and brackets: far more than a full policy has */

int assay_vlpjson_refuse(const assay_vlpjson_reader *r, const char *field, const char *what)
{
    const assay_place place = { ASSAY_NO_OFFSET, ASSAY_NO_EVENT, field };

    if (r->entry == ASSAY_VLP_NO_ENTRY)
        return assay_fail(r->error, ASSAY_MALFORMED, place, "%s", what);
    return assay_fail(r->error, ASSAY_MALFORMED, place, "entry %zu: %s", r->entry, what);
}

/* A key comes from the text, and is said only where it can do no harm. */
static int refuse_key(const assay_vlpjson_reader *r, const char *key)
{
    char what[80] = "a key that no policy has";
    const size_t length = strlen(key);
    bool plain = length > 0 && length <= 32;

    for (size_t i = 0; i < length && plain; i++)
        plain = (key[i] >= 'a' && key[i] <= 'z') || (key[i] >= 'A' && key[i] <= 'Z') ||
                (key[i] >= '0' && key[i] <= '9') || key[i] == '_' || key[i] == '-';
    if (plain)
        snprintf(what, sizeof what, "no policy has a key '%s'", key);
    return assay_vlpjson_refuse(r, NULL, what);
}

int assay_vlpjson_check_keys(const assay_vlpjson_reader *r, json_t *object,
                             const char *const *known)
{
    const char *key;
    json_t *value;

    json_object_foreach(object, key, value)
    {
        const char *const *name = known;

        while (*name != NULL && strcmp(*name, key) != 0)
            name++;
        if (*name == NULL)
            return refuse_key(r, key);
    }
    return 0;
}

assay_bytes assay_vlpjson_text(const json_t *value)
{
    return json_is_string(value)
               ? assay_bytes_of(json_string_value(value), json_string_length(value))
               : ASSAY_NO_BYTES;
}

bool assay_vlpjson_is_word(const json_t *value, const char *word)
{
    return assay_bytes_equal(assay_vlpjson_text(value), assay_bytes_of_string(word));
}

bool assay_vlpjson_number(const json_t *value, uint64_t max, uint64_t *ret_number)
{
    if (json_is_string(value))
        return assay_number_read(assay_vlpjson_text(value), max, ret_number);
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > max)
        return false;
    *ret_number = (uint64_t)json_integer_value(value);
    return true;
}

int assay_vlpjson_read_u32(const assay_vlpjson_reader *r, const json_t *object, const char *key,
                           uint32_t *number)
{
    const json_t *const value = json_object_get(object, key);
    uint64_t read = *number;

    if (value != NULL && !assay_vlpjson_number(value, UINT32_MAX, &read))
        return assay_vlpjson_refuse(r, key, "a number of 32 bits is wanted");
    *number = (uint32_t)read;
    return 0;
}

/* The header. */

static int read_type(const assay_vlpjson_reader *r, const json_t *object)
{
    for (unsigned type = 0; type < ASSAY_VLP_TYPES; type++)
        if (assay_vlpjson_is_word(json_object_get(object, "type"), assay_vlp_type_name(type))) {
            r->policy->type = (uint8_t)type;
            return 0;
        }
    return assay_vlpjson_refuse(r, "type", "'nonfatal', 'continue' or 'halt' is wanted");
}

static int read_alg(const assay_vlpjson_reader *r, const json_t *object)
{
    const json_t *const number = json_object_get(object, "alg_number");
    const assay_alg *const alg =
        assay_alg_by_name(assay_vlpjson_text(json_object_get(object, "alg")));
    assay_vlp of_alg;

    assay_vlp_begin(&of_alg, ASSAY_VLP_HALT, alg == NULL ? ASSAY_ALG_NULL : alg->id, 0);
    if (assay_vlp_alg(&of_alg) == 0)
        return assay_vlpjson_refuse(r, "alg",
                                    "'sha256', 'sha384', 'sha512', 'sm3_256' or 'sha1' is wanted");
    r->policy->alg_number = (uint8_t)alg->id;
    if (number == NULL)
        return 0;
    if (alg->id != ASSAY_ALG_SHA1 || !json_is_integer(number) || json_integer_value(number) != 0)
        return assay_vlpjson_refuse(r, "alg_number",
                                    "the only other number of an algorithm is 0, of sha1");
    r->policy->alg_number = 0;
    return 0;
}

static int read_version(const assay_vlpjson_reader *r, const json_t *object)
{
    const json_t *const value = json_object_get(object, "version");
    uint64_t version = 2;

    if (value != NULL && (!assay_vlpjson_number(value, 2, &version) || version == 0))
        return assay_vlpjson_refuse(r, "version", "verified launch policies have version 1 or 2");
    r->policy->version = (uint8_t)version;
    return 0;
}

static int read_header(const assay_vlpjson_reader *r, json_t *object)
{
    static const char *const known_v1[] = { "version", "type",     "reserved",
                                            "entries", "trailing", NULL };
    static const char *const known_v2[] = { "version",    "type",     "alg",
                                            "alg_number", "control",  "reserved",
                                            "entries",    "trailing", NULL };
    int status = read_version(r, object);
    const bool old = status == 0 && r->policy->version == 1;

    if (status == 0)
        status = assay_vlpjson_check_keys(r, object, old ? known_v1 : known_v2);
    if (status == 0)
        status = read_type(r, object);
    if (status == 0)
        status = assay_vlpjson_read_u32(r, object, "reserved", &r->policy->reserved);
    if (status < 0 || old)
        return status;
    r->policy->control = ASSAY_VLP_EXTEND_PCR17;
    status = assay_vlpjson_read_u32(r, object, "control", &r->policy->control);
    return status < 0 ? status : read_alg(r, object);
}

static int read_trailing(const assay_vlpjson_reader *r, const json_t *object)
{
    const json_t *const value = json_object_get(object, "trailing");

    if (value == NULL)
        return 0;
    if (!json_is_string(value) || !assay_put_decoded(r->room, assay_vlpjson_text(value)))
        return assay_vlpjson_refuse(r, "trailing", "hexadecimal digits are wanted");
    r->policy->trailing.size = json_string_length(value) / 2;
    return 0;
}

/* The room may have moved while it grew: what lies in it is found now, in its order. */
static int lend(assay_vlpjson_reader *r)
{
    assay_cursor c = assay_cursor_of(assay_written(r->room));

    if (r->room->failure != 0)
        return assay_fail(r->error, (enum assay_kind)r->room->failure, ASSAY_NOWHERE,
                          "no room for the policy's digests");
    for (size_t i = 0; i < r->policy->num_entries; i++)
        r->policy->entries[i].hashes = assay_take(&c, r->policy->entries[i].hashes.size);
    r->policy->trailing = assay_take(&c, r->policy->trailing.size);
    return 0;
}

/* The policy of a document, or the object itself. */
static json_t *policy_of(const assay_vlpjson_reader *r, json_t *document, int *status)
{
    static const char *const known[] = { "assay", "inputs",  "wrapped", "policy",
                                         "size",  "digests", "remarks", NULL };
    json_t *const policy = json_object_get(document, "policy");

    if (policy == NULL)
        return document;
    *status = assay_vlpjson_check_keys(r, document, known);
    if (*status == 0 && !json_is_object(policy))
        *status = assay_vlpjson_refuse(r, "policy", "an object is wanted");
    return policy;
}

static int read_document(assay_vlpjson_reader *r, json_t *document)
{
    int status = 0;
    json_t *const object = policy_of(r, document, &status);

    if (status == 0)
        status = read_header(r, object);
    if (status == 0)
        status = assay_vlpjson_read_entries(r, object);
    if (status == 0)
        status = read_trailing(r, object);
    return status < 0 ? status : lend(r);
}

/* jansson allocates for every value: a text has no more of them than these signs. */
static bool is_modest(assay_bytes text)
{
    size_t signs = 0;

    for (size_t i = 0; i < text.size; i++)
        signs += text.data[i] == ',' || text.data[i] == '[' || text.data[i] == '{';
    return text.size <= ASSAY_VLP_JSON_MAX && signs <= SIGNS_MAX;
}

static int refuse_text(const json_error_t *fault, assay_error *error)
{
    const assay_place place = { fault->position > 0 ? (uint64_t)fault->position - 1 : 0,
                                ASSAY_NO_EVENT, NULL };

    switch (json_error_code(fault)) {
    case json_error_out_of_memory:
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to read the JSON");
    case json_error_duplicate_key:
        return assay_fail(error, ASSAY_MALFORMED, place, "line %d: a key stands there twice",
                          fault->line);
    case json_error_premature_end_of_input:
        return assay_fail(error, ASSAY_TRUNCATED, place, "line %d: the JSON ends too early",
                          fault->line);
    default:
        return assay_fail(error, ASSAY_MALFORMED, place, "line %d, column %d: not JSON",
                          fault->line, fault->column);
    }
}

bool assay_vlp_json_detect(assay_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (strchr(" \t\r\n", text.data[i]) == NULL || text.data[i] == 0)
            return text.data[i] == '{';
    return false;
}

int assay_vlp_json_read(assay_vlp *ret_policy, assay_bytes text, assay_writer *room,
                        assay_vlp_measure *measure, void *context, assay_error *error)
{
    assay_vlpjson_reader r = { ret_policy, room, measure, context, error, ASSAY_VLP_NO_ENTRY };
    json_error_t fault;
    int status;

    *ret_policy = (assay_vlp){ .version = 0 };
    if (!is_modest(text))
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "more bytes or values than any policy has");
    errno = 0;
    json_t *const document =
        json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &fault);
    if (document == NULL)
        return refuse_text(&fault, error);
    /* jansson 2.14 cuts a string that it can't make room for, and says so nowhere else. */
    if (errno == ENOMEM)
        status = assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to read the JSON");
    else if (!json_is_object(document))
        status = assay_vlpjson_refuse(&r, NULL, "an object is wanted");
    else
        status = read_document(&r, document);
    json_decref(document);
    return status;
}
