/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON into a verified launch policy. */
#include "policy/lcp/vlpjson.h"

#include "base/guid.h"
#include "base/number.h"

#include <errno.h>
#include <jansson.h>

enum { SIGNS_MAX = 400000 }; /* commas and brackets: far more than a full policy has */

typedef struct reader {
    assay_vlp *policy;
    assay_writer *room;
    assay_vlp_measure *measure;
    void *context;
    assay_error *error;
    size_t entry; /* that is being read, or ASSAY_VLP_NO_ENTRY */
} reader;

static int refuse(const reader *r, const char *field, const char *what)
{
    const assay_place place = { ASSAY_NO_OFFSET, ASSAY_NO_EVENT, field };

    if (r->entry == ASSAY_VLP_NO_ENTRY)
        return assay_fail(r->error, ASSAY_MALFORMED, place, "%s", what);
    return assay_fail(r->error, ASSAY_MALFORMED, place, "entry %zu: %s", r->entry, what);
}

/* A key comes from the text, and is said only where it can do no harm. */
static int refuse_key(const reader *r, const char *key)
{
    char what[80] = "a key that no policy has";
    const size_t length = strlen(key);
    bool plain = length > 0 && length <= 32;

    for (size_t i = 0; i < length && plain; i++)
        plain = (key[i] >= 'a' && key[i] <= 'z') || (key[i] >= 'A' && key[i] <= 'Z') ||
                (key[i] >= '0' && key[i] <= '9') || key[i] == '_' || key[i] == '-';
    if (plain)
        snprintf(what, sizeof what, "no policy has a key '%s'", key);
    return refuse(r, NULL, what);
}

/* Refuses an object's keys that are not among `known`, which NULL ends. */
static int check_keys(const reader *r, json_t *object, const char *const *known)
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

static assay_bytes text_of(const json_t *value)
{
    return json_is_string(value)
               ? assay_bytes_of(json_string_value(value), json_string_length(value))
               : ASSAY_NO_BYTES;
}

static bool is_word(const json_t *value, const char *word)
{
    return assay_bytes_equal(text_of(value), assay_bytes_of_string(word));
}

/* 17, "17" or "0x11". */
static bool number_of(const json_t *value, uint64_t max, uint64_t *ret_number)
{
    if (json_is_string(value))
        return assay_number_read(text_of(value), max, ret_number);
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > max)
        return false;
    *ret_number = (uint64_t)json_integer_value(value);
    return true;
}

static int read_u32(const reader *r, const json_t *object, const char *key, uint32_t *number)
{
    const json_t *const value = json_object_get(object, key);
    uint64_t read = *number;

    if (value != NULL && !number_of(value, UINT32_MAX, &read))
        return refuse(r, key, "a number of 32 bits is wanted");
    *number = (uint32_t)read;
    return 0;
}

/* Digests. */

static int add_digest(reader *r, assay_vlp_entry *entry, assay_bytes digest)
{
    if (entry->num_hashes == ASSAY_VLP_HASHES_MAX)
        return refuse(r, "hashes", "an entry has at most 255 digests");
    assay_put(r->room, digest);
    assay_put_zeros(r->room, assay_vlp_stride(r->policy) - digest.size);
    entry->num_hashes++;
    return 0;
}

static int read_digest(reader *r, assay_vlp_entry *entry, const json_t *value)
{
    const assay_bytes text = text_of(value);
    const assay_alg *const alg = assay_alg_find(assay_vlp_alg(r->policy));
    const size_t stride = assay_vlp_stride(r->policy);
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_writer writer = assay_writer_lent(digest, sizeof digest);

    if (text.size != 2 * (size_t)alg->size && text.size != 2 * stride)
        return refuse(r, "hashes", "a digest has another number of hexadecimal digits");
    if (!assay_put_decoded(&writer, text))
        return refuse(r, "hashes", "a digest is not hexadecimal");
    return add_digest(r, entry, assay_written(&writer));
}

static int measure_image(reader *r, assay_vlp_entry *entry, const json_t *object)
{
    const json_t *const image = json_object_get(object, "image");
    const json_t *const cmdline = json_object_get(object, "cmdline");
    assay_digest digest;

    if (!json_is_string(image) || json_string_length(image) == 0)
        return refuse(r, "image", "the name of a file is wanted");
    if (cmdline == NULL)
        return refuse(r, "cmdline",
                      "the command line of the image is missing; \"\" if it has none");
    if (!json_is_string(cmdline))
        return refuse(r, "cmdline", "a text is wanted");
    if (r->measure == NULL)
        return assay_fail(r->error, ASSAY_UNSUPPORTED,
                          (assay_place){ ASSAY_NO_OFFSET, ASSAY_NO_EVENT, "image" },
                          "entry %zu: images can't be measured here", r->entry);
    const int status = r->measure(r->context, json_string_value(image), text_of(cmdline),
                                  assay_vlp_alg(r->policy), &digest, r->error);
    if (status < 0)
        return status;
    return add_digest(r, entry, assay_bytes_of(digest.value, digest.size));
}

static int read_hash(reader *r, assay_vlp_entry *entry, json_t *value)
{
    static const char *const known[] = { "image", "cmdline", NULL };
    int status;

    if (json_is_string(value))
        return read_digest(r, entry, value);
    if (!json_is_object(value))
        return refuse(r, "hashes",
                      "a digest, or an object with an image and its cmdline is wanted");
    status = check_keys(r, value, known);
    return status < 0 ? status : measure_image(r, entry, value);
}

static int read_hashes(reader *r, assay_vlp_entry *entry, const json_t *object)
{
    json_t *const list = json_object_get(object, "hashes");
    const size_t start = r->room->used;
    int status = 0;
    size_t i;
    json_t *value;

    if (list != NULL && !json_is_array(list))
        return refuse(r, "hashes", "a list is wanted");
    json_array_foreach(list, i, value)
    {
        status = read_hash(r, entry, value);
        if (status < 0)
            return status;
    }
    if (json_object_get(object, "image") != NULL)
        status = measure_image(r, entry, object);
    else if (json_object_get(object, "cmdline") != NULL)
        return refuse(r, "image", "a command line without its image");
    entry->hashes.size = r->room->used - start;
    return status;
}

static int read_hash_type(const reader *r, assay_vlp_entry *entry, const json_t *object)
{
    const json_t *const value = json_object_get(object, "hash");

    if (value == NULL)
        entry->hash_type = entry->num_hashes > 0 ? ASSAY_VLP_HASH_IMAGE : ASSAY_VLP_HASH_ANY;
    else if (is_word(value, "any"))
        entry->hash_type = ASSAY_VLP_HASH_ANY;
    else if (is_word(value, "image"))
        entry->hash_type = ASSAY_VLP_HASH_IMAGE;
    else
        return refuse(r, "hash", "'any' or 'image' is wanted");
    return 0;
}

/* Whom an entry is for. */

static int read_num(const reader *r, assay_vlp_entry *entry, const json_t *object)
{
    static const uint8_t named[] = { ASSAY_VLP_NUM_ANY, ASSAY_VLP_NUM_NV, ASSAY_VLP_NUM_NV_RAW };
    const json_t *const value = json_object_get(object, "num");
    uint64_t number;

    for (size_t i = 0; i < sizeof named; i++)
        if (is_word(value, assay_vlp_num_name(named[i]))) {
            entry->mod_num = named[i];
            return 0;
        }
    if (!number_of(value, ASSAY_VLP_NUM_MAX, &number))
        return refuse(r, "num", "0 to 127, 'any', 'nv' or 'nv-raw' is wanted");
    entry->mod_num = (uint8_t)number;
    return 0;
}

static int read_pcr(const reader *r, assay_vlp_entry *entry, const json_t *object)
{
    const json_t *const value = json_object_get(object, "pcr");
    uint64_t number = ASSAY_VLP_PCR_NONE;

    if (!is_word(value, "none") && !number_of(value, ASSAY_VLP_PCR_MAX, &number))
        return refuse(r, "pcr", "0 to 23 or 'none' is wanted");
    entry->pcr = (uint8_t)number;
    return 0;
}

static int read_uuid(const reader *r, assay_vlp_entry *entry, const json_t *object)
{
    const json_t *const value = json_object_get(object, "uuid");
    assay_guid guid;

    if (is_word(value, "vmm") || is_word(value, "dom0"))
        assay_vlp_uuid_by_name(json_string_value(value), entry->uuid);
    else if (assay_guid_parse(text_of(value), &guid))
        memcpy(entry->uuid, guid.bytes, sizeof entry->uuid);
    else
        return refuse(r, "uuid", "'vmm', 'dom0' or a UUID is wanted");
    return 0;
}

static int read_subject_v1(const reader *r, assay_vlp_entry *entry, json_t *object)
{
    static const char *const known[] = { "uuid", "hash", "reserved", "hashes", NULL };
    int status = check_keys(r, object, known);

    if (status == 0)
        status = read_uuid(r, entry, object);
    return status < 0 ? status : read_u32(r, object, "reserved", &entry->nv_index);
}

static int read_subject_v2(const reader *r, assay_vlp_entry *entry, json_t *object)
{
    static const char *const known[] = { "num",    "nv_index", "pcr",     "hash",
                                         "hashes", "image",    "cmdline", NULL };
    int status = check_keys(r, object, known);

    if (status == 0)
        status = read_num(r, entry, object);
    if (status == 0)
        status = read_pcr(r, entry, object);
    if (status == 0 && assay_vlp_is_nv(entry) && json_object_get(object, "nv_index") == NULL)
        return refuse(r, "nv_index", "the NV index is missing");
    return status < 0 ? status : read_u32(r, object, "nv_index", &entry->nv_index);
}

static int read_entry(reader *r, assay_vlp_entry *entry, json_t *object)
{
    int status;

    *entry = (assay_vlp_entry){ .pcr = 0 };
    if (!json_is_object(object))
        return refuse(r, "entries", "an object is wanted");
    status = r->policy->version == 1 ? read_subject_v1(r, entry, object)
                                     : read_subject_v2(r, entry, object);
    if (status == 0)
        status = read_hashes(r, entry, object);
    return status < 0 ? status : read_hash_type(r, entry, object);
}

static int read_entries(reader *r, const json_t *object)
{
    json_t *const list = json_object_get(object, "entries");
    int status = 0;

    if (!json_is_array(list))
        return refuse(r, "entries", "a list of entries is missing");
    if (json_array_size(list) > ASSAY_VLP_ENTRIES_MAX)
        return refuse(r, "entries", "a policy has at most 255 entries");
    for (size_t i = 0; i < json_array_size(list) && status == 0; i++) {
        r->entry = i;
        status = read_entry(r, &r->policy->entries[i], json_array_get(list, i));
        r->policy->num_entries = (uint8_t)(i + 1);
    }
    r->entry = ASSAY_VLP_NO_ENTRY;
    return status;
}

/* The header. */

static int read_type(const reader *r, const json_t *object)
{
    for (unsigned type = 0; type < ASSAY_VLP_TYPES; type++)
        if (is_word(json_object_get(object, "type"), assay_vlp_type_name(type))) {
            r->policy->type = (uint8_t)type;
            return 0;
        }
    return refuse(r, "type", "'nonfatal', 'continue' or 'halt' is wanted");
}

static int read_alg(const reader *r, const json_t *object)
{
    const json_t *const number = json_object_get(object, "alg_number");
    const assay_alg *const alg = assay_alg_by_name(text_of(json_object_get(object, "alg")));
    assay_vlp of_alg;

    assay_vlp_begin(&of_alg, ASSAY_VLP_HALT, alg == NULL ? ASSAY_ALG_NULL : alg->id, 0);
    if (assay_vlp_alg(&of_alg) == 0)
        return refuse(r, "alg", "'sha256', 'sha384', 'sha512', 'sm3_256' or 'sha1' is wanted");
    r->policy->alg_number = (uint8_t)alg->id;
    if (number == NULL)
        return 0;
    if (alg->id != ASSAY_ALG_SHA1 || !json_is_integer(number) || json_integer_value(number) != 0)
        return refuse(r, "alg_number", "the only other number of an algorithm is 0, of sha1");
    r->policy->alg_number = 0;
    return 0;
}

static int read_version(const reader *r, const json_t *object)
{
    const json_t *const value = json_object_get(object, "version");
    uint64_t version = 2;

    if (value != NULL && (!number_of(value, 2, &version) || version == 0))
        return refuse(r, "version", "verified launch policies have version 1 or 2");
    r->policy->version = (uint8_t)version;
    return 0;
}

static int read_header(const reader *r, json_t *object)
{
    static const char *const known_v1[] = { "version", "type",     "reserved",
                                            "entries", "trailing", NULL };
    static const char *const known_v2[] = { "version",    "type",     "alg",
                                            "alg_number", "control",  "reserved",
                                            "entries",    "trailing", NULL };
    int status = read_version(r, object);
    const bool old = status == 0 && r->policy->version == 1;

    if (status == 0)
        status = check_keys(r, object, old ? known_v1 : known_v2);
    if (status == 0)
        status = read_type(r, object);
    if (status == 0)
        status = read_u32(r, object, "reserved", &r->policy->reserved);
    if (status < 0 || old)
        return status;
    r->policy->control = ASSAY_VLP_EXTEND_PCR17;
    status = read_u32(r, object, "control", &r->policy->control);
    return status < 0 ? status : read_alg(r, object);
}

static int read_trailing(const reader *r, const json_t *object)
{
    const json_t *const value = json_object_get(object, "trailing");

    if (value == NULL)
        return 0;
    if (!json_is_string(value) || !assay_put_decoded(r->room, text_of(value)))
        return refuse(r, "trailing", "hexadecimal digits are wanted");
    r->policy->trailing.size = json_string_length(value) / 2;
    return 0;
}

/* The room may have moved while it grew: what lies in it is found now, in its order. */
static int lend(reader *r)
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
static json_t *policy_of(const reader *r, json_t *document, int *status)
{
    static const char *const known[] = { "assay", "inputs",  "wrapped", "policy",
                                         "size",  "digests", "remarks", NULL };
    json_t *const policy = json_object_get(document, "policy");

    if (policy == NULL)
        return document;
    *status = check_keys(r, document, known);
    if (*status == 0 && !json_is_object(policy))
        *status = refuse(r, "policy", "an object is wanted");
    return policy;
}

static int read_document(reader *r, json_t *document)
{
    int status = 0;
    json_t *const object = policy_of(r, document, &status);

    if (status == 0)
        status = read_header(r, object);
    if (status == 0)
        status = read_entries(r, object);
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
    reader r = { ret_policy, room, measure, context, error, ASSAY_VLP_NO_ENTRY };
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
        status = refuse(&r, NULL, "an object is wanted");
    else
        status = read_document(&r, document);
    json_decref(document);
    return status;
}
