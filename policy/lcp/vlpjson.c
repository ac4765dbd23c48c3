/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON into a verified launch policy: the document and the policy's header. */
#include "policy/lcp/vlpjsonread.h"

enum { VALUES_MAX = 400000 }; /* far more than a full policy has */

/* The header. */

static int read_type(const assay_vlpjson_reader *r, const json_t *object)
{
    for (unsigned type = 0; type < ASSAY_VLP_TYPES; type++)
        if (assay_json_is_word(json_object_get(object, "type"), assay_vlp_type_name(type))) {
            r->policy->type = (uint8_t)type;
            return 0;
        }
    return assay_json_refuse(&r->at, "type", "'nonfatal', 'continue' or 'halt' is wanted");
}

static int read_alg(const assay_vlpjson_reader *r, const json_t *object)
{
    const json_t *const number = json_object_get(object, "alg_number");
    const assay_alg *const alg = assay_alg_by_name(assay_json_text(json_object_get(object, "alg")));
    assay_vlp of_alg;

    assay_vlp_begin(&of_alg, ASSAY_VLP_HALT, alg == NULL ? ASSAY_ALG_NULL : alg->id, 0);
    if (assay_vlp_alg(&of_alg) == 0)
        return assay_json_refuse(&r->at, "alg",
                                 "'sha256', 'sha384', 'sha512', 'sm3_256' or 'sha1' is wanted");
    r->policy->alg_number = (uint8_t)alg->id;
    if (number == NULL)
        return 0;
    if (alg->id != ASSAY_ALG_SHA1 || !json_is_integer(number) || json_integer_value(number) != 0)
        return assay_json_refuse(&r->at, "alg_number",
                                 "the only other number of an algorithm is 0, of sha1");
    r->policy->alg_number = 0;
    return 0;
}

static int read_version(const assay_vlpjson_reader *r, const json_t *object)
{
    const json_t *const value = json_object_get(object, "version");
    uint64_t version = 2;

    if (value != NULL && (!assay_json_number(value, 2, &version) || version == 0))
        return assay_json_refuse(&r->at, "version", "verified launch policies have version 1 or 2");
    r->policy->version = (uint8_t)version;
    return 0;
}

int assay_vlpjson_read_u32(const assay_vlpjson_reader *r, const json_t *object, const char *key,
                           uint32_t *number)
{
    uint64_t read = *number;
    const int status = assay_json_read_number(&r->at, object, key, UINT32_MAX, &read, NULL);

    *number = (uint32_t)read;
    return status;
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
        status = assay_json_check_keys(&r->at, object, old ? known_v1 : known_v2);
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
    if (!json_is_string(value) || !assay_put_decoded(r->room, assay_json_text(value)))
        return assay_json_refuse(&r->at, "trailing", "hexadecimal digits are wanted");
    r->policy->trailing.size = json_string_length(value) / 2;
    return 0;
}

/* The room may have moved while it grew: what lies in it is found now, in its order. */
static int lend(assay_vlpjson_reader *r)
{
    assay_cursor c = assay_cursor_of(assay_written(r->room));

    if (r->room->failure != 0)
        return assay_fail(r->at.error, (enum assay_kind)r->room->failure, ASSAY_NOWHERE,
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
    *status = assay_json_check_keys(&r->at, document, known);
    if (*status == 0 && !json_is_object(policy))
        *status = assay_json_refuse(&r->at, "policy", "an object is wanted");
    return policy;
}

int assay_vlpjson_read(assay_vlpjson_reader *r, json_t *document)
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
    assay_vlpjson_reader r = { ret_policy, room, measure, context, { .error = error } };
    json_t *document;
    int status = assay_json_load(&document, text, ASSAY_VLP_JSON_MAX, VALUES_MAX, error);

    *ret_policy = (assay_vlp){ .version = 0 };
    if (status < 0)
        return status;
    status = assay_vlpjson_read(&r, document);
    json_decref(document);
    return status;
}
