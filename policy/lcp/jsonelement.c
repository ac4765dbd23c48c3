/* SPDX-License-Identifier: BSD-2-Clause */
/* Elements of a policy's document. */
#include "policy/lcp/jsonreader.h"
#include "policy/lcp/uuid.h"
#include "policy/lcp/vlpjsonread.h"

#include <stdlib.h>

/* What an element is made of until it is written. */
typedef struct scratch {
    assay_writer digests, infos, data, padding;
    uint8_t fallback[ASSAY_DIGEST_MAX];
} scratch;

#define COMMON "type", "control", "reserved", "padding"
#define INFO "bank", "pcrs", "select", "pcr_values", "locality", "select_size", "digest"

static const char *const mle_keys[] = { COMMON, "sinit_min_version", "hash_alg", "digests", "files",
                                        NULL };
static const char *const stm_keys[] = { COMMON, "hash_alg", "digests", "files", NULL };
static const char *const sbios_keys[] = {
    COMMON, "hash_alg", "fallback", "digests", "files", NULL
};
static const char *const pconf_keys[] = { COMMON, "hash_alg", "pcr_infos", INFO, NULL };
static const char *const custom_keys[] = {
    COMMON, "uuid", "uuid_name", "data", "file", "vlp", NULL
};
static const char *const unknown_keys[] = { COMMON, "data", NULL };

static const char *const *keys_of(uint32_t type)
{
    switch (type) {
    case ASSAY_LCP_MLE:
    case ASSAY_LCP_MLE2:
        return mle_keys;
    case ASSAY_LCP_STM2:
        return stm_keys;
    case ASSAY_LCP_SBIOS:
    case ASSAY_LCP_SBIOS2:
        return sbios_keys;
    case ASSAY_LCP_PCONF:
    case ASSAY_LCP_PCONF2:
        return pconf_keys;
    case ASSAY_LCP_CUSTOM:
    case ASSAY_LCP_CUSTOM2:
        return custom_keys;
    default:
        return unknown_keys;
    }
}

static int read_type(const assay_lcp_reader *r, json_t *object, uint32_t *ret_type)
{
    json_t *const type = json_object_get(object, "type");
    uint64_t number = 0;

    if (type == NULL)
        return assay_json_refuse(&r->at, "type", "is missing: \"mle2\", \"pconf2\", \"stm2\" ...");
    if (assay_lcp_element_by_name(assay_json_text(type), ret_type))
        return 0;
    if (json_is_string(type) && assay_json_text(type).size > 0 &&
        assay_json_text(type).data[0] != '0')
        return assay_json_refuse(&r->at, "type", "there is no such type of element");
    const int status = assay_json_read_number(&r->at, object, "type", UINT32_MAX, &number, NULL);
    *ret_type = (uint32_t)number;
    return status;
}

/* An element's own digest size; refused where there is none. */
static int read_hash_alg(const assay_lcp_reader *r, json_t *object, assay_lcp_element *element,
                         bool any)
{
    element->hash_alg = ASSAY_ALG_SHA1;
    if (assay_lcp_element_is_new(element->type)) {
        if (json_object_get(object, "hash_alg") == NULL)
            return assay_json_refuse(&r->at, "hash_alg", "is missing: \"sha256\" ...");
        const int status = assay_lcp_read_alg(r, object, "hash_alg", &element->hash_alg);
        if (status < 0)
            return status;
    } else if (json_object_get(object, "hash_alg") != NULL) {
        const int status = assay_lcp_read_alg(r, object, "hash_alg", &element->hash_alg);
        if (status < 0)
            return status;
        if (element->hash_alg != ASSAY_ALG_SHA1)
            return assay_json_refuse(&r->at, "hash_alg", "an element of TPM 1.2 has sha1 alone");
    }
    if (!any && assay_alg_find(element->hash_alg) == NULL)
        return assay_json_refuse(&r->at, "hash_alg", "its digests are of unknown size");
    return 0;
}

static int check_size(const assay_lcp_reader *r, const char *key, size_t size, size_t wanted)
{
    return size == wanted ? 0
                          : assay_json_refuse(&r->at, key, "a digest of %zu bytes, %zu are wanted",
                                              size, wanted);
}

static int read_digest_list(assay_lcp_reader *r, json_t *object, size_t size, assay_writer *digests)
{
    json_t *const array = json_object_get(object, "digests");
    json_t *member;
    size_t i;

    if (array != NULL && !json_is_array(array))
        return assay_json_refuse(&r->at, "digests", "this is no array");
    json_array_foreach(array, i, member)
    {
        const size_t before = digests->used;
        int status = assay_json_read_hex(&r->at, member, "digests", digests);

        if (status == 0)
            status = check_size(r, "digests", digests->used - before, size);
        if (status < 0)
            return status;
    }
    return 0;
}

/* A path of the document: text without NUL. */
static const char *path_of(const json_t *value)
{
    const assay_bytes text = assay_json_text(value);

    return text.size > 0 && memchr(text.data, 0, text.size) == NULL ? json_string_value(value)
                                                                    : NULL;
}

static int read_hash_file(assay_lcp_reader *r, const json_t *value, uint16_t alg,
                          assay_writer *digests)
{
    const char *const path = path_of(value);
    assay_writer text = assay_writer_growing(ASSAY_LCP_FILE_MAX);

    if (path == NULL || r->sources == NULL || r->sources->file == NULL)
        return assay_json_refuse(&r->at, "hash_file", "no file can be named here");
    int status = r->sources->file(r->sources->context, path, &text, r->at.error);
    if (status == 0)
        status = assay_lcp_hash_file_read(digests, assay_written(&text), alg, r->at.error);
    assay_writer_close(&text);
    return status;
}

static int read_mle_file(assay_lcp_reader *r, json_t *object, uint16_t alg, assay_writer *digests)
{
    const char *const path = path_of(json_object_get(object, "mle"));
    json_t *const cmdline = json_object_get(object, "cmdline");
    assay_digest digest;

    if (cmdline != NULL && !json_is_string(cmdline))
        return assay_json_refuse(&r->at, "cmdline", "this is no text");
    if (path == NULL || r->sources == NULL || r->sources->mle == NULL)
        return assay_json_refuse(&r->at, "mle", "no file can be named here");
    const int status = r->sources->mle(r->sources->context, path, assay_json_text(cmdline), alg,
                                       &digest, r->at.error);
    if (status == 0)
        assay_put(digests, assay_bytes_of(digest.value, digest.size));
    return status;
}

static int read_files(assay_lcp_reader *r, json_t *object, const assay_lcp_element *element,
                      assay_writer *digests)
{
    static const char *const mle_file[] = { "mle", "cmdline", NULL };
    static const char *const hash_file[] = { "hash_file", NULL };
    const bool is_mle = element->type == ASSAY_LCP_MLE || element->type == ASSAY_LCP_MLE2;
    json_t *const array = json_object_get(object, "files");
    json_t *member;
    size_t i;

    if (array != NULL && !json_is_array(array))
        return assay_json_refuse(&r->at, "files", "this is no array");
    const size_t above = assay_json_enter(&r->at, "files");
    json_array_foreach(array, i, member)
    {
        json_t *const hashes = json_object_get(member, "hash_file");
        const size_t before = assay_json_enter_index(&r->at, i);
        int status =
            assay_json_check_keys(&r->at, member, is_mle && hashes == NULL ? mle_file : hash_file);

        if (status == 0)
            status = hashes != NULL || !is_mle
                         ? read_hash_file(r, hashes, element->hash_alg, digests)
                         : read_mle_file(r, member, element->hash_alg, digests);
        if (status < 0)
            return status;
        assay_json_leave(&r->at, before);
    }
    assay_json_leave(&r->at, above);
    return 0;
}

static int read_fallback(const assay_lcp_reader *r, json_t *object, assay_lcp_element *element,
                         scratch *s)
{
    const size_t size = assay_alg_find(element->hash_alg)->size;
    assay_writer writer = assay_writer_lent(s->fallback, sizeof s->fallback);
    json_t *const value = json_object_get(object, "fallback");

    if (value != NULL) {
        int status = assay_json_read_hex(&r->at, value, "fallback", &writer);

        if (status == 0)
            status = check_size(r, "fallback", writer.used, size);
        if (status < 0)
            return status;
    }
    element->fallback = assay_bytes_of(s->fallback, size); /* zeros where it isn't used */
    return 0;
}

static int read_digests(assay_lcp_reader *r, json_t *object, assay_lcp_element *element, scratch *s)
{
    int status = read_hash_alg(r, object, element, false);

    if (status < 0)
        return status;
    const size_t size = assay_alg_find(element->hash_alg)->size;
    status = read_digest_list(r, object, size, &s->digests);
    if (status == 0)
        status = read_files(r, object, element, &s->digests);
    if (status == 0 && (element->type == ASSAY_LCP_SBIOS || element->type == ASSAY_LCP_SBIOS2))
        status = read_fallback(r, object, element, s);
    if (status < 0)
        return status;
    if (s->digests.used / size > UINT16_MAX)
        return assay_json_refuse(&r->at, "digests", "there may be 65535, not %zu",
                                 s->digests.used / size);
    element->count = (uint16_t)(s->digests.used / size);
    element->digests = assay_written(&s->digests);
    return 0;
}

static int read_mle(assay_lcp_reader *r, json_t *object, assay_lcp_element *element, scratch *s)
{
    uint64_t version = 0;
    const int status =
        assay_json_read_number(&r->at, object, "sinit_min_version", UINT8_MAX, &version, NULL);

    element->sinit_min_version = (uint8_t)version;
    return status < 0 ? status : read_digests(r, object, element, s);
}

static int read_uuid(const assay_lcp_reader *r, json_t *object, assay_lcp_element *element)
{
    json_t *const uuid = json_object_get(object, "uuid");
    json_t *const name = json_object_get(object, "uuid_name");
    assay_guid named;

    if (!assay_lcp_uuid_parse(assay_json_text(uuid), &element->uuid))
        return assay_json_refuse(&r->at, "uuid",
                                 "this is no UUID, and no name of one such as \"tboot\"");
    if (name != NULL && (!assay_lcp_uuid_parse(assay_json_text(name), &named) ||
                         !assay_guid_equal(&named, &element->uuid)))
        return assay_json_refuse(&r->at, "uuid_name", "this is not the name of the UUID");
    return 0;
}

static int read_data_file(assay_lcp_reader *r, const json_t *value, assay_writer *data)
{
    const char *const path = path_of(value);

    if (path == NULL || r->sources == NULL || r->sources->file == NULL)
        return assay_json_refuse(&r->at, "file", "no file can be named here");
    return r->sources->file(r->sources->context, path, data, r->at.error);
}

static int read_vlp(assay_lcp_reader *r, json_t *value, assay_writer *data)
{
    assay_writer room = assay_writer_growing(ASSAY_VLP_SIZE_MAX);
    assay_vlp *const vlp = calloc(1, sizeof *vlp);
    const size_t before = assay_json_enter(&r->at, "vlp");
    assay_vlpjson_reader reader = { .policy = vlp, .room = &room, .at = r->at };
    int status;

    if (r->sources != NULL) {
        reader.measure = r->sources->module;
        reader.context = r->sources->context;
    }
    status = vlp == NULL ? assay_fail(r->at.error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory")
                         : assay_vlpjson_read(&reader, value);
    if (status == 0)
        assay_vlp_write(vlp, data);
    assay_json_leave(&r->at, before);
    free(vlp);
    assay_writer_close(&room);
    return status;
}

static int read_data(assay_lcp_reader *r, json_t *object, assay_lcp_element *element, scratch *s)
{
    json_t *const data = json_object_get(object, "data");
    json_t *const file = json_object_get(object, "file");
    json_t *const vlp = json_object_get(object, "vlp");
    int status = 0;

    if ((data != NULL) + (file != NULL) + (vlp != NULL) != 1)
        return assay_json_refuse(&r->at, "data", "one of data, file and vlp is wanted");
    if (vlp != NULL && !json_is_object(vlp))
        return assay_json_refuse(&r->at, "vlp",
                                 "this is no policy; one in a file is named by file");
    if (data != NULL)
        status = assay_json_read_hex(&r->at, data, "data", &s->data);
    else if (file != NULL)
        status = read_data_file(r, file, &s->data);
    else
        status = read_vlp(r, vlp, &s->data);
    element->data = assay_written(&s->data);
    return status;
}

static int read_custom(assay_lcp_reader *r, json_t *object, assay_lcp_element *element, scratch *s)
{
    const int status = read_uuid(r, object, element);

    return status < 0 ? status : read_data(r, object, element, s);
}

static int read_pconf(assay_lcp_reader *r, json_t *object, assay_lcp_element *element, scratch *s)
{
    const int status = read_hash_alg(r, object, element, true);

    return status < 0 ? status : assay_lcp_read_infos(r, object, element, &s->infos);
}

static int read_body(assay_lcp_reader *r, json_t *object, assay_lcp_element *element, scratch *s)
{
    const char *const *const keys = keys_of(element->type);

    if (keys == mle_keys)
        return read_mle(r, object, element, s);
    if (keys == stm_keys || keys == sbios_keys)
        return read_digests(r, object, element, s);
    if (keys == pconf_keys)
        return read_pconf(r, object, element, s);
    return keys == custom_keys ? read_custom(r, object, element, s)
                               : read_data(r, object, element, s);
}

/* Bytes that must be zero and those beyond the fields, of elements that were read somewhere. */
static int read_rest(const assay_lcp_reader *r, json_t *object, assay_lcp_element *element,
                     scratch *s)
{
    json_t *const padding = json_object_get(object, "padding");
    int status = assay_json_read_number(&r->at, object, "reserved", (UINT64_C(1) << 40) - 1,
                                        &element->reserved, NULL);

    if (status == 0 && padding != NULL)
        status = assay_json_read_hex(&r->at, padding, "padding", &s->padding);
    element->padding = assay_written(&s->padding);
    return status;
}

static int finish(const assay_lcp_reader *r, const scratch *s)
{
    const assay_writer *const all[] = { &s->digests, &s->infos, &s->data, &s->padding };

    int status = 0;

    for (size_t i = 0; i < sizeof all / sizeof *all && status == 0; i++)
        status = assay_json_check_writer(&r->at, NULL, all[i]);
    return status;
}

/* What was written is read back: "reserved" may be more than this type has room for. */
static int put_element(const assay_lcp_reader *r, const assay_lcp_element *element,
                       assay_writer *out)
{
    const size_t before = out->used;
    assay_lcp_element again;

    assay_lcp_element_encode(out, element);
    if (out->failure != 0)
        return assay_json_check_writer(&r->at, NULL, out);
    assay_cursor cursor = assay_cursor_of(assay_bytes_of(out->data + before, out->used - before));
    const int status = assay_lcp_element_next(&cursor, 0, &again, r->at.error);
    if (status < 0)
        return status;
    return again.reserved == element->reserved
               ? 0
               : assay_json_refuse(&r->at, "reserved", "this type has no room for it");
}

int assay_lcp_read_element(assay_lcp_reader *r, json_t *object, assay_writer *out)
{
    scratch s = { assay_writer_growing(ASSAY_LCP_FILE_MAX),
                  assay_writer_growing(ASSAY_LCP_FILE_MAX),
                  assay_writer_growing(ASSAY_LCP_FILE_MAX),
                  assay_writer_growing(ASSAY_LCP_FILE_MAX),
                  { 0 } };
    assay_lcp_element element = { 0 };
    int status = json_is_object(object) ? read_type(r, object, &element.type)
                                        : assay_json_refuse(&r->at, NULL, "this is no object");

    if (status == 0)
        status = assay_json_check_keys(&r->at, object, keys_of(element.type));
    if (status == 0)
        status = assay_lcp_read_words(r, object, "control", assay_lcp_element_control_words,
                                      UINT32_MAX, &element.control, NULL);
    if (status == 0)
        status = read_body(r, object, &element, &s);
    if (status == 0)
        status = read_rest(r, object, &element, &s);
    if (status == 0)
        status = finish(r, &s);
    if (status == 0)
        status = put_element(r, &element, out);
    assay_writer_close(&s.digests);
    assay_writer_close(&s.infos);
    assay_writer_close(&s.data);
    assay_writer_close(&s.padding);
    return status;
}
