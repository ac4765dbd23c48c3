/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading an environment-map: whom the values are of. */
#include "base/utf8.h"
#include "policy/export/corim/take.h"
#include "policy/reference/keep.h"

/* #6.37 of a UUID, or what `otherwise` makes of another one; NULL leaves it out. */
static int read_id(const assay_corim_reading *r, const assay_cbor *item, const char *field,
                   const char **ret_id)
{
    const assay_cbor *const uuid = assay_cbor_tagged(item, ASSAY_TAG_UUID);

    if (uuid == NULL)
        return 0;
    if (uuid->kind != ASSAY_CBOR_BYTES || uuid->bytes.size != 16)
        return assay_corim_refuse(r, uuid, field, "this is no UUID");
    *ret_id = assay_corim_uuid_text(r, uuid->bytes);
    return *ret_id != NULL ? 0
                           : assay_corim_refuse_as(r, ASSAY_NO_MEMORY, uuid, field, "no memory");
}

static int read_class_id(const assay_corim_reading *r, const assay_cbor *item, const char **ret_id)
{
    const assay_cbor *const oid = assay_cbor_tagged(item, ASSAY_TAG_OID);
    int status = read_id(r, item, "class-id", ret_id);

    if (status < 0 || *ret_id != NULL)
        return status;
    if (oid == NULL) {
        assay_corim_leave_out(r, item, "a class-id that is neither a UUID nor an OID");
        return 0;
    }
    if (oid->kind == ASSAY_CBOR_BYTES)
        *ret_id = assay_oid_text(&r->job->arena, oid->bytes);
    return *ret_id != NULL ? 0 : assay_corim_refuse(r, oid, "class-id", "this is no OID");
}

static bool is_text(assay_bytes bytes)
{
    return bytes.size > 0 && assay_utf8_is_printable(bytes);
}

static int read_instance(const assay_corim_reading *r, const assay_cbor *item,
                         const char **ret_instance)
{
    const assay_cbor *const bytes = assay_cbor_tagged(item, ASSAY_TAG_BYTES);
    const int status = read_id(r, item, "instance", ret_instance);

    if (status < 0 || *ret_instance != NULL)
        return status;
    if (bytes == NULL || bytes->kind != ASSAY_CBOR_BYTES || !is_text(bytes->bytes)) {
        assay_corim_leave_out(r, item, "an instance that is neither a UUID nor a text");
        return 0;
    }
    *ret_instance = assay_arena_text(&r->job->arena, bytes->bytes);
    return *ret_instance != NULL
               ? 0
               : assay_corim_refuse_as(r, ASSAY_NO_MEMORY, bytes, "instance", "no memory");
}

static int read_class(const assay_corim_reading *r, const assay_cbor *map, assay_corim *into)
{
    int status = 0;

    if (map->kind != ASSAY_CBOR_MAP || map->count == 0)
        return assay_corim_refuse(r, map, "class-map", "this is no map, or an empty one");
    for (size_t i = 0; i < 2 * map->count && status == 0; i += 2) {
        const assay_cbor *const key = &map->items[i], *const value = &map->items[i + 1];

        if (assay_cbor_is(key, CLASS_ID))
            status = read_class_id(r, value, &into->class_id);
        else if (assay_cbor_is(key, CLASS_VENDOR))
            status = assay_corim_take_text(r, value, "vendor", &into->vendor);
        else if (assay_cbor_is(key, CLASS_MODEL))
            status = assay_corim_take_text(r, value, "model", &into->model);
        else
            assay_corim_leave_out(r, key, "a class's layer, index or extension");
    }
    return status;
}

int assay_environment_read(const assay_corim_reading *r, const assay_cbor *environment,
                           assay_corim *corim)
{
    assay_corim found = { .id = NULL };
    int status = 0;

    if (environment->kind != ASSAY_CBOR_MAP || environment->count == 0)
        return assay_corim_refuse(r, environment, "environment-map",
                                  "this is no map, or an empty one");
    for (size_t i = 0; i < 2 * environment->count && status == 0; i += 2) {
        const assay_cbor *const key = &environment->items[i];
        const assay_cbor *const value = &environment->items[i + 1];

        if (assay_cbor_is(key, ENVIRONMENT_CLASS))
            status = read_class(r, value, &found);
        else if (assay_cbor_is(key, ENVIRONMENT_INSTANCE))
            status = read_instance(r, value, &found.instance);
        else
            assay_corim_leave_out(r, key, "an environment's group or extension");
    }
    if (status < 0)
        return status;
    if (corim->tuple_count > 0 &&
        (!assay_same_text(found.class_id, corim->class_id) ||
         !assay_same_text(found.vendor, corim->vendor) ||
         !assay_same_text(found.model, corim->model) ||
         !assay_same_text(found.instance, corim->instance)))
        return assay_corim_refuse_as(r, ASSAY_UNSUPPORTED, environment, "environment-map",
                                     "another environment than before: a reference is of one");
    corim->class_id = found.class_id;
    corim->vendor = found.vendor;
    corim->model = found.model;
    corim->instance = found.instance;
    return 0;
}
