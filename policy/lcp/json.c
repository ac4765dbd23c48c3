/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/json.h"

#include "policy/lcp/jsonreader.h"

static int read_version(const assay_lcp_reader *r, json_t *object, assay_lcp_policy *policy,
                        uint32_t *chosen)
{
    json_t *const version = json_object_get(object, "version");

    if (version == NULL) {
        *chosen |= ASSAY_LCP_CHOICE_VERSION;
        policy->version = 0x0302;
        return 0;
    }
    policy->version = assay_lcp_policy_version(assay_json_text(version));
    return policy->version != 0
               ? 0
               : assay_json_refuse(&r->at, "version",
                                   "one of \"2.0\" to \"2.4\" and \"3.0\" to \"3.2\" "
                                   "is wanted");
}

static int read_type(const assay_lcp_reader *r, json_t *object, assay_lcp_policy *policy,
                     uint32_t *chosen)
{
    json_t *const type = json_object_get(object, "type");
    uint64_t number = 0;
    int status = 0;

    if (type == NULL)
        *chosen |= ASSAY_LCP_CHOICE_TYPE;
    else if (assay_bytes_equal(assay_json_text(type), ASSAY_LITERAL("any")))
        number = ASSAY_LCP_TYPE_ANY;
    else if (!assay_bytes_equal(assay_json_text(type), ASSAY_LITERAL("list")))
        status = assay_json_read_number(&r->at, object, "type", UINT8_MAX, &number, NULL);
    policy->policy_type = (uint8_t)number;
    return status;
}

static int read_counters(const assay_lcp_reader *r, json_t *object, const assay_lcp_field *field,
                         assay_lcp_policy *policy)
{
    json_t *const array = json_object_get(object, field->key);
    json_t *member;
    size_t i;

    if (array == NULL)
        return 0;
    if (!json_is_array(array) || json_array_size(array) > field->count)
        return assay_json_refuse(&r->at, field->key, "this is no array of up to %u", field->count);
    json_array_foreach(array, i, member)
    {
        const json_int_t value = json_integer_value(member);

        if (!json_is_integer(member) || value < 0 ||
            !assay_lcp_field_set(policy, field, i, (uint64_t)value))
            return assay_json_refuse(&r->at, field->key, "number %zu is not from 0 to 65535", i);
    }
    return 0;
}

static int read_hash(const assay_lcp_reader *r, json_t *object, assay_lcp_policy *policy,
                     uint32_t *chosen)
{
    assay_writer writer =
        assay_writer_lent(policy->policy_hash.value, sizeof policy->policy_hash.value);
    json_t *const hash = json_object_get(object, "policy_hash");

    if (hash == NULL) {
        *chosen |= ASSAY_LCP_CHOICE_HASH;
        return 0;
    }
    const int status = assay_json_read_hex(&r->at, hash, "policy_hash", &writer);
    policy->policy_hash.size = (uint16_t)writer.used;
    return status;
}

static const struct {
    const char *key;
    const assay_lcp_word *words;
    uint32_t choice;
} worded[] = {
    { "policy_control", assay_lcp_policy_control_words, 0 },
    { "lcp_hash_alg_mask", assay_lcp_hash_mask_words, ASSAY_LCP_CHOICE_HASH_MASK },
    { "lcp_sign_alg_mask", assay_lcp_sign_mask_words, ASSAY_LCP_CHOICE_SIGN_MASK },
    { "aux_hash_alg_mask", assay_lcp_hash_mask_words, ASSAY_LCP_CHOICE_AUX_MASK },
};

/* A field in words, or a plain number. */
static int read_field(const assay_lcp_reader *r, json_t *object, const assay_lcp_field *field,
                      assay_lcp_policy *policy, uint32_t *chosen)
{
    const uint64_t max = (UINT64_C(1) << 8 * field->size) - 1;
    uint64_t number = 0;
    bool given = false;

    for (size_t i = 0; i < sizeof worded / sizeof *worded; i++)
        if (strcmp(worded[i].key, field->key) == 0) {
            uint32_t bits = 0;
            const int status = assay_lcp_read_words(r, object, field->key, worded[i].words,
                                                    (uint32_t)max, &bits, &given);

            assay_lcp_field_set(policy, field, 0, bits);
            *chosen |= given ? 0 : worded[i].choice;
            return status;
        }
    const int status = assay_json_read_number(&r->at, object, field->key, max, &number, &given);
    assay_lcp_field_set(policy, field, 0, number);
    if (!given && strcmp(field->key, "max_sinit_min_ver") == 0)
        *chosen |= ASSAY_LCP_CHOICE_MAX_SINIT;
    return status;
}

/* The fields but the first three and the last, which the others' shape depends on. */
static int read_fields(const assay_lcp_reader *r, json_t *object, assay_lcp_policy *policy,
                       uint32_t *chosen)
{
    const assay_lcp_field *field;
    int status = 0;

    for (size_t i = 3; (field = assay_lcp_policy_field(policy->version, i)) != NULL && status == 0;
         i++)
        if (field->count > 1)
            status = read_counters(r, object, field, policy);
        else if (field->size != 0)
            status = read_field(r, object, field, policy, chosen);
    return status;
}

static int check_policy_keys(const assay_lcp_reader *r, json_t *object, uint16_t version)
{
    const char *keys[16] = { NULL };
    const assay_lcp_field *field;

    for (size_t i = 0; i < 15 && (field = assay_lcp_policy_field(version, i)) != NULL; i++)
        keys[i] = field->key;
    return assay_json_check_keys(&r->at, object, keys);
}

static int read_policy(assay_lcp_reader *r, json_t *object, assay_lcp_policy *policy,
                       uint32_t *chosen)
{
    const size_t before = assay_json_enter(&r->at, "policy");
    int status = json_is_object(object) ? read_version(r, object, policy, chosen)
                                        : assay_json_refuse(&r->at, NULL, "this is no object");

    if (status == 0)
        status = check_policy_keys(r, object, policy->version);
    if (status == 0 && json_object_get(object, "hash_alg") == NULL)
        *chosen |= ASSAY_LCP_CHOICE_HASH_ALG;
    if (status == 0)
        status = assay_lcp_read_alg(r, object, "hash_alg", &policy->hash_alg);
    if (status == 0)
        status = read_type(r, object, policy, chosen);
    if (status == 0)
        status = read_fields(r, object, policy, chosen);
    if (status == 0)
        status = read_hash(r, object, policy, chosen);
    if (status == 0)
        assay_json_leave(&r->at, before);
    return status;
}

/* "data": what a policy data file has that none should have. */
static int read_oddities(assay_lcp_reader *r, json_t *object, uint32_t *ret_reserved,
                         assay_writer *after)
{
    static const char *const keys[] = { "reserved", "after", NULL };
    json_t *const odd = json_object_get(object, "data");
    uint64_t reserved = 0;

    if (odd == NULL)
        return 0;
    const size_t before = assay_json_enter(&r->at, "data");
    int status = assay_json_check_keys(&r->at, odd, keys);
    if (status == 0)
        status = assay_json_read_number(&r->at, odd, "reserved", 0xffffff, &reserved, NULL);
    if (status == 0 && json_object_get(odd, "after") != NULL)
        status = assay_json_read_hex(&r->at, json_object_get(odd, "after"), "after", after);
    *ret_reserved = (uint32_t)reserved;
    assay_json_leave(&r->at, before);
    return status;
}

static int put_lists(assay_lcp_reader *r, json_t *array, assay_writer *out)
{
    json_t *member;
    size_t i;

    const size_t above = assay_json_enter(&r->at, "lists");
    json_array_foreach(array, i, member)
    {
        const size_t before = assay_json_enter_index(&r->at, i);
        const int status = assay_lcp_read_list(r, member, i, out);

        if (status < 0)
            return status;
        assay_json_leave(&r->at, before);
    }
    assay_json_leave(&r->at, above);
    return 0;
}

/* What was written is read back: nothing leaves that no reader takes. */
static int read_lists(assay_lcp_reader *r, json_t *object, assay_lcp_made *made,
                      assay_lcp_data *ret_data)
{
    json_t *const array = json_object_get(object, "lists");
    assay_writer after = assay_writer_growing(ASSAY_LCP_FILE_MAX);
    assay_lcp_data head = { 0 };

    if (!json_is_array(array))
        return assay_json_refuse(&r->at, "lists", "this is no array");
    if (json_array_size(array) > ASSAY_LCP_LISTS_MAX)
        return assay_json_refuse(&r->at, "lists", "%zu lists; there may be 8",
                                 json_array_size(array));
    int status = read_oddities(r, object, &head.reserved, &after);
    assay_lcp_data_encode(&made->data, &head);
    if (status == 0 && made->data.failure == 0)
        made->data.data[made->data.used - 1] = (uint8_t)json_array_size(array); /* NumLists */
    if (status == 0)
        status = put_lists(r, array, &made->data);
    assay_put(&made->data, assay_written(&after));
    assay_writer_close(&after);
    if (status == 0)
        status = assay_json_check_writer(&r->at, "lists", &made->data);
    return status < 0 ? status
                      : assay_lcp_data_read(ret_data, assay_written(&made->data), r->at.error);
}

static int read_policy_and_lists(assay_lcp_reader *r, json_t *root, assay_lcp_made *made)
{
    json_t *const policy = json_object_get(root, "policy");
    json_t *const lists = json_object_get(root, "lists");
    assay_lcp_data data;
    int status = 0;

    if (lists != NULL)
        status = read_lists(r, root, made, &data);
    if (status == 0 && policy != NULL)
        status = read_policy(r, policy, &made->said, &made->chosen);
    if (status == 0 && policy != NULL)
        status = assay_lcp_policy_complete(&made->said, made->chosen, lists == NULL ? NULL : &data,
                                           r->hashes, r->at.error);
    if (status == 0 && policy != NULL)
        assay_lcp_policy_encode(&made->policy, &made->said);
    return status;
}

static int read_one(assay_lcp_reader *r, json_t *root, assay_lcp_made *made)
{
    json_t *const list = json_object_get(root, "list");
    json_t *const element = json_object_get(root, "element");

    if (json_object_size(root) > 0 && list != NULL && element == NULL) {
        assay_json_enter(&r->at, "list");
        return assay_lcp_read_list(r, list, 0, &made->list);
    }
    if (element != NULL && list == NULL) {
        assay_json_enter(&r->at, "element");
        return assay_lcp_read_element(r, element, &made->element);
    }
    return assay_json_refuse(&r->at, NULL,
                             "\"policy\", \"lists\", or one of \"list\" and \"element\" is "
                             "wanted");
}

static int read_root(assay_lcp_reader *r, json_t *root, assay_lcp_made *made)
{
    /* The last three are what show says beside it. */
    static const char *const both[] = { "policy", "lists",  "data",
                                        "assay",  "inputs", "policy_hash_matches",
                                        NULL };
    static const char *const one[] = { "list", "element", "assay", "inputs", NULL };
    const bool has_both =
        json_object_get(root, "policy") != NULL || json_object_get(root, "lists") != NULL;
    const int status = assay_json_check_keys(&r->at, root, has_both ? both : one);

    if (status < 0)
        return status;
    return has_both ? read_policy_and_lists(r, root, made) : read_one(r, root, made);
}

/* Far more values than the lists of a policy have, and as much memory as they may take. */
enum { VALUES_MAX = 1000000 };

int assay_lcp_json_read(assay_lcp_made *ret_made, assay_bytes text,
                        const assay_lcp_sources *sources, enum assay_lcp_stale stale,
                        assay_hashes *hashes, assay_error *error)
{
    assay_lcp_reader r = {
        .sources = sources, .hashes = hashes, .stale = stale, .at = { .error = error }
    };
    assay_lcp_made made = { .policy = assay_writer_growing(ASSAY_LCP_FILE_MAX),
                            .data = assay_writer_growing(ASSAY_LCP_FILE_MAX),
                            .list = assay_writer_growing(ASSAY_LCP_FILE_MAX),
                            .element = assay_writer_growing(ASSAY_LCP_FILE_MAX) };
    json_t *root;
    int status = assay_json_load(&root, text, ASSAY_LCP_JSON_MAX, VALUES_MAX, error);

    if (status < 0)
        return status;
    status = read_root(&r, root, &made);
    json_decref(root);
    const assay_writer *const all[] = { &made.policy, &made.data, &made.list, &made.element };
    for (size_t i = 0; i < sizeof all / sizeof *all && status == 0; i++)
        status = assay_json_check_writer(&r.at, NULL, all[i]);
    made.stale_lists = r.stale_lists;
    if (status < 0)
        assay_lcp_made_close(&made);
    else
        *ret_made = made;
    return status;
}

void assay_lcp_made_close(assay_lcp_made *made)
{
    assay_writer_close(&made->policy);
    assay_writer_close(&made->data);
    assay_writer_close(&made->list);
    assay_writer_close(&made->element);
}
