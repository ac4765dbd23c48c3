/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/corim/take.h"

int assay_corim_refuse_as(const assay_corim_reading *r, enum assay_kind kind,
                          const assay_cbor *at, const char *field, const char *what)
{
    const assay_place place = { at->offset, ASSAY_NO_EVENT, field };

    return assay_fail(r->error, kind, place, "%s", what);
}

int assay_corim_refuse(const assay_corim_reading *r, const assay_cbor *at, const char *field,
                       const char *what)
{
    return assay_corim_refuse_as(r, ASSAY_MALFORMED, at, field, what);
}

void assay_corim_leave_out(const assay_corim_reading *r, const assay_cbor *at, const char *what)
{
    assay_import_note_on(r->job, ASSAY_EXPORT_LOSS, "%s at byte %llu is left out", what,
                         (unsigned long long)at->offset);
}

int assay_corim_take(const assay_corim_reading *r, const assay_cbor *map, int64_t key,
                     enum assay_cbor_kind kind, const char *field, const assay_cbor **ret_item)
{
    if (map->kind != ASSAY_CBOR_MAP)
        return assay_corim_refuse(r, map, field, "what should hold it is no map");
    const assay_cbor *const item = assay_cbor_member(map, key);
    if (item == NULL)
        return assay_corim_refuse(r, map, field, "the map has none");
    if (item->kind != kind)
        return assay_corim_refuse(r, item, field, "this is of another type");
    *ret_item = item;
    return 0;
}

static int keep(const assay_corim_reading *r, const assay_cbor *at, const char *field,
                assay_bytes text, const char **ret_text)
{
    *ret_text = assay_arena_text(&r->job->arena, text);
    return *ret_text != NULL ? 0
                             : assay_corim_refuse_as(r, ASSAY_NO_MEMORY, at, field, "no memory");
}

int assay_corim_take_text(const assay_corim_reading *r, const assay_cbor *item, const char *field,
                          const char **ret_text)
{
    if (item->kind != ASSAY_CBOR_TEXT || item->bytes.size == 0)
        return assay_corim_refuse(r, item, field, "this is no text, or an empty one");
    return keep(r, item, field, item->bytes, ret_text);
}

int assay_corim_take_uri(const assay_corim_reading *r, const assay_cbor *item, const char *field,
                         const char **ret_uri)
{
    const assay_cbor *const inner = assay_cbor_tagged(item, ASSAY_TAG_URI);

    return assay_corim_take_text(r, inner != NULL ? inner : item, field, ret_uri);
}

const char *assay_corim_uuid_text(const assay_corim_reading *r, assay_bytes uuid)
{
    char text[ASSAY_UUID_TEXT];

    assay_uuid_format(uuid.data, text);
    return assay_arena_text(&r->job->arena, assay_bytes_of_string(text));
}

int assay_corim_take_id(const assay_corim_reading *r, const assay_cbor *item, const char *field,
                        const char **ret_id)
{
    if (item->kind != ASSAY_CBOR_BYTES)
        return assay_corim_take_text(r, item, field, ret_id);
    if (item->bytes.size != 16)
        return assay_corim_refuse(r, item, field, "an id of bytes that are no UUID");
    *ret_id = assay_corim_uuid_text(r, item->bytes);
    return *ret_id != NULL ? 0
                           : assay_corim_refuse_as(r, ASSAY_NO_MEMORY, item, field, "no memory");
}

int assay_corim_take_entity(const assay_corim_reading *r, const assay_cbor *entities,
                            const char **ret_name, const char **ret_uri)
{
    const assay_cbor *name = NULL, *uri;

    if (entities->kind != ASSAY_CBOR_ARRAY || entities->count == 0)
        return assay_corim_refuse(r, entities, "entities", "this is no array, or an empty one");
    const assay_cbor *const first = &entities->items[0];
    int status = assay_corim_take(r, first, ENTITY_NAME, ASSAY_CBOR_TEXT, "entity-name", &name);
    if (status == 0 && name != NULL)
        status = assay_corim_take_text(r, name, "entity-name", ret_name);
    if (status == 0 && (uri = assay_cbor_member(first, ENTITY_REG_ID)) != NULL)
        status = assay_corim_take_uri(r, uri, "reg-id", ret_uri);
    for (size_t i = 1; i < entities->count && status == 0; i++)
        assay_corim_leave_out(r, &entities->items[i], "another entity");
    return status;
}
