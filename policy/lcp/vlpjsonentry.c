/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON into the entries of a verified launch policy. */
#include "policy/lcp/uuid.h"
#include "policy/lcp/vlpjsonread.h"

/* Digests. */

static int add_digest(assay_vlpjson_reader *r, assay_vlp_entry *entry, assay_bytes digest)
{
    if (entry->num_hashes == ASSAY_VLP_HASHES_MAX)
        return assay_json_refuse(&r->at, "hashes", "an entry has at most 255 digests");
    assay_put(r->room, digest);
    assay_put_zeros(r->room, assay_vlp_stride(r->policy) - digest.size);
    entry->num_hashes++;
    return 0;
}

static int read_digest(assay_vlpjson_reader *r, assay_vlp_entry *entry, const json_t *value)
{
    const assay_bytes text = assay_json_text(value);
    const assay_alg *const alg = assay_alg_find(assay_vlp_alg(r->policy));
    const size_t stride = assay_vlp_stride(r->policy);
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_writer writer = assay_writer_lent(digest, sizeof digest);

    if (text.size != 2 * (size_t)alg->size && text.size != 2 * stride)
        return assay_json_refuse(&r->at, "hashes",
                                 "a digest has another number of hexadecimal digits");
    if (!assay_put_decoded(&writer, text))
        return assay_json_refuse(&r->at, "hashes", "a digest is not hexadecimal");
    return add_digest(r, entry, assay_written(&writer));
}

static int measure_image(assay_vlpjson_reader *r, assay_vlp_entry *entry, const json_t *object)
{
    const json_t *const image = json_object_get(object, "image");
    const json_t *const cmdline = json_object_get(object, "cmdline");
    assay_digest digest;

    if (!json_is_string(image) || json_string_length(image) == 0)
        return assay_json_refuse(&r->at, "image", "the name of a file is wanted");
    if (cmdline == NULL)
        return assay_json_refuse(&r->at, "cmdline",
                                 "the command line of the image is missing; \"\" if it has none");
    if (!json_is_string(cmdline))
        return assay_json_refuse(&r->at, "cmdline", "a text is wanted");
    if (r->measure == NULL)
        return assay_json_refuse_as(&r->at, ASSAY_UNSUPPORTED, "image",
                                    "images can't be measured here");
    const int status = r->measure(r->context, json_string_value(image), assay_json_text(cmdline),
                                  assay_vlp_alg(r->policy), &digest, r->at.error);
    if (status < 0)
        return status;
    return add_digest(r, entry, assay_bytes_of(digest.value, digest.size));
}

static int read_hash(assay_vlpjson_reader *r, assay_vlp_entry *entry, json_t *value)
{
    static const char *const known[] = { "image", "cmdline", NULL };
    int status;

    if (json_is_string(value))
        return read_digest(r, entry, value);
    if (!json_is_object(value))
        return assay_json_refuse(&r->at, "hashes",
                                 "a digest, or an object with an image and its cmdline is wanted");
    status = assay_json_check_keys(&r->at, value, known);
    return status < 0 ? status : measure_image(r, entry, value);
}

static int read_hashes(assay_vlpjson_reader *r, assay_vlp_entry *entry, const json_t *object)
{
    json_t *const list = json_object_get(object, "hashes");
    const size_t start = r->room->used;
    int status = 0;
    size_t i;
    json_t *value;

    if (list != NULL && !json_is_array(list))
        return assay_json_refuse(&r->at, "hashes", "a list is wanted");
    json_array_foreach(list, i, value)
    {
        status = read_hash(r, entry, value);
        if (status < 0)
            return status;
    }
    if (json_object_get(object, "image") != NULL)
        status = measure_image(r, entry, object);
    else if (json_object_get(object, "cmdline") != NULL)
        return assay_json_refuse(&r->at, "image", "a command line without its image");
    entry->hashes.size = r->room->used - start;
    return status;
}

static int read_hash_type(const assay_vlpjson_reader *r, assay_vlp_entry *entry,
                          const json_t *object)
{
    const json_t *const value = json_object_get(object, "hash");

    if (value == NULL)
        entry->hash_type = entry->num_hashes > 0 ? ASSAY_VLP_HASH_IMAGE : ASSAY_VLP_HASH_ANY;
    else if (assay_json_is_word(value, "any"))
        entry->hash_type = ASSAY_VLP_HASH_ANY;
    else if (assay_json_is_word(value, "image"))
        entry->hash_type = ASSAY_VLP_HASH_IMAGE;
    else
        return assay_json_refuse(&r->at, "hash", "'any' or 'image' is wanted");
    return 0;
}

/* Whom an entry is for. */

static int read_num(const assay_vlpjson_reader *r, assay_vlp_entry *entry, const json_t *object)
{
    static const uint8_t named[] = { ASSAY_VLP_NUM_ANY, ASSAY_VLP_NUM_NV, ASSAY_VLP_NUM_NV_RAW };
    const json_t *const value = json_object_get(object, "num");
    uint64_t number;

    for (size_t i = 0; i < sizeof named; i++)
        if (assay_json_is_word(value, assay_vlp_num_name(named[i]))) {
            entry->mod_num = named[i];
            return 0;
        }
    if (!assay_json_number(value, ASSAY_VLP_NUM_MAX, &number))
        return assay_json_refuse(&r->at, "num", "0 to 127, 'any', 'nv' or 'nv-raw' is wanted");
    entry->mod_num = (uint8_t)number;
    return 0;
}

static int read_pcr(const assay_vlpjson_reader *r, assay_vlp_entry *entry, const json_t *object)
{
    const json_t *const value = json_object_get(object, "pcr");
    uint64_t number = ASSAY_VLP_PCR_NONE;

    if (!assay_json_is_word(value, "none") && !assay_json_number(value, ASSAY_VLP_PCR_MAX, &number))
        return assay_json_refuse(&r->at, "pcr", "0 to 23 or 'none' is wanted");
    entry->pcr = (uint8_t)number;
    return 0;
}

static int read_uuid(const assay_vlpjson_reader *r, assay_vlp_entry *entry, const json_t *object)
{
    const assay_bytes text = assay_json_text(json_object_get(object, "uuid"));

    return assay_lcp_uuid_parse(text, &entry->uuid)
               ? 0
               : assay_json_refuse(&r->at, "uuid", "'vmm', 'dom0' or a UUID is wanted");
}

static int read_subject_v1(const assay_vlpjson_reader *r, assay_vlp_entry *entry, json_t *object)
{
    static const char *const known[] = { "uuid", "hash", "reserved", "hashes", NULL };
    int status = assay_json_check_keys(&r->at, object, known);

    if (status == 0)
        status = read_uuid(r, entry, object);
    return status < 0 ? status : assay_vlpjson_read_u32(r, object, "reserved", &entry->nv_index);
}

static int read_subject_v2(const assay_vlpjson_reader *r, assay_vlp_entry *entry, json_t *object)
{
    static const char *const known[] = { "num",    "nv_index", "pcr",     "hash",
                                         "hashes", "image",    "cmdline", NULL };
    int status = assay_json_check_keys(&r->at, object, known);

    if (status == 0)
        status = read_num(r, entry, object);
    if (status == 0)
        status = read_pcr(r, entry, object);
    if (status == 0 && assay_vlp_is_nv(entry) && json_object_get(object, "nv_index") == NULL)
        return assay_json_refuse(&r->at, "nv_index", "the NV index is missing");
    return status < 0 ? status : assay_vlpjson_read_u32(r, object, "nv_index", &entry->nv_index);
}

static int read_entry(assay_vlpjson_reader *r, assay_vlp_entry *entry, json_t *object)
{
    int status;

    *entry = (assay_vlp_entry){ .pcr = 0 };
    status = r->policy->version == 1 ? read_subject_v1(r, entry, object)
                                     : read_subject_v2(r, entry, object);
    if (status == 0)
        status = read_hashes(r, entry, object);
    return status < 0 ? status : read_hash_type(r, entry, object);
}

int assay_vlpjson_read_entries(assay_vlpjson_reader *r, const json_t *object)
{
    json_t *const list = json_object_get(object, "entries");
    int status = 0;

    if (!json_is_array(list))
        return assay_json_refuse(&r->at, "entries", "a list of entries is missing");
    if (json_array_size(list) > ASSAY_VLP_ENTRIES_MAX)
        return assay_json_refuse(&r->at, "entries", "a policy has at most 255 entries");
    const size_t above = assay_json_enter(&r->at, "entries");
    for (size_t i = 0; i < json_array_size(list) && status == 0; i++) {
        const size_t before = assay_json_enter_index(&r->at, i);

        status = read_entry(r, &r->policy->entries[i], json_array_get(list, i));
        r->policy->num_entries = (uint8_t)(i + 1);
        assay_json_leave(&r->at, before);
    }
    assay_json_leave(&r->at, above);
    return status;
}
