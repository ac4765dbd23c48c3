/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a CoRIM: the map around the CoMIDs. */
#include "policy/export/corim/take.h"

static int read_profile(const assay_corim_reading *r, const assay_cbor *item, assay_corim *corim)
{
    const assay_cbor *const oid = assay_cbor_tagged(item, ASSAY_TAG_OID);
    int status = 0;

    if (oid == NULL)
        status = assay_corim_take_uri(r, item, "profile", &corim->profile);
    else if (oid->kind != ASSAY_CBOR_BYTES ||
             (corim->profile = assay_oid_text(&r->job->arena, oid->bytes)) == NULL)
        status = assay_corim_refuse(r, oid, "profile", "this is no object identifier");
    if (status == 0)
        assay_import_note_on(r->job, ASSAY_EXPORT_ADVICE,
                             "the CoRIM has a profile, which may say more of how its values are "
                             "to be compared");
    return status;
}

static int read_time(const assay_corim_reading *r, const assay_cbor *item, const char *field,
                     int64_t *ret_time)
{
    const assay_cbor *const time = assay_cbor_tagged(item, ASSAY_TAG_EPOCH);
    char text[ASSAY_RFC3339_SIZE];

    if (time == NULL || time->kind > ASSAY_CBOR_NEGATIVE || time->number > INT64_MAX)
        return assay_corim_refuse(r, item, field, "this is no time in whole seconds");
    *ret_time = time->kind == ASSAY_CBOR_UINT ? (int64_t)time->number : -1 - (int64_t)time->number;
    return assay_epoch_format(*ret_time, text)
               ? 0
               : assay_corim_refuse(r, time, field, "a time beyond the year 9999, or long ago");
}

static int read_validity(const assay_corim_reading *r, const assay_cbor *map, assay_corim *corim)
{
    const assay_cbor *const not_before = assay_cbor_member(map, VALIDITY_NOT_BEFORE);
    const assay_cbor *not_after;
    int status =
        assay_corim_take(r, map, VALIDITY_NOT_AFTER, ASSAY_CBOR_TAG, "not-after", &not_after);

    if (status == 0)
        status = read_time(r, not_after, "not-after", &corim->not_after);
    if (status == 0 && not_before != NULL)
        status = read_time(r, not_before, "not-before", &corim->not_before);
    if (status == 0 && not_before != NULL && corim->not_before > corim->not_after)
        status = assay_corim_refuse(r, map, "rim-validity", "it ends before it begins");
    corim->has_not_after = status == 0;
    corim->has_not_before = status == 0 && not_before != NULL;
    return status;
}

/* #6.506 holds the CoMID's bytes. */
static int read_tag(const assay_corim_reading *r, const assay_cbor *tag, assay_corim *corim)
{
    const assay_cbor *const bytes = assay_cbor_tagged(tag, ASSAY_TAG_COMID);
    assay_cbor comid;

    if (tag->kind != ASSAY_CBOR_TAG)
        return assay_corim_refuse(r, tag, "tags", "a tag without its number");
    if (bytes == NULL) {
        assay_corim_leave_out(r, tag, "a tag that is no CoMID");
        return 0;
    }
    if (bytes->kind != ASSAY_CBOR_BYTES)
        return assay_corim_refuse(r, bytes, "concise-mid-tag", "these are no bytes");
    const int status =
        assay_cbor_read(&r->job->arena, bytes->bytes, bytes->content, &comid, r->error);
    return status < 0 ? status : assay_comid_read(r, &comid, corim);
}

static int read_tags(const assay_corim_reading *r, const assay_cbor *tags, assay_corim *corim)
{
    int status = 0;

    if (tags->count == 0)
        return assay_corim_refuse(r, tags, "tags", "an empty array");
    for (size_t i = 0; i < tags->count && status == 0; i++)
        status = read_tag(r, &tags->items[i], corim);
    if (status == 0 && corim->tuple_count == 0)
        status = assay_corim_refuse_as(r, ASSAY_UNSUPPORTED, tags, "tags",
                                       "no reference triple has a value of a PCR");
    return status;
}

static int read_others(const assay_corim_reading *r, const assay_cbor *map, assay_corim *corim)
{
    int status = 0;

    for (size_t i = 0; i < 2 * map->count && status == 0; i += 2) {
        const assay_cbor *const key = &map->items[i], *const value = &map->items[i + 1];

        if (assay_cbor_is(key, CORIM_PROFILE))
            status = read_profile(r, value, corim);
        else if (assay_cbor_is(key, CORIM_VALIDITY))
            status = read_validity(r, value, corim);
        else if (assay_cbor_is(key, CORIM_ENTITIES))
            status = assay_corim_take_entity(r, value, &corim->entity, &corim->entity_uri);
        else if (assay_cbor_is(key, CORIM_DEPENDENT_RIMS))
            assay_corim_leave_out(r, value, "a list of CoRIMs that this one depends on");
        else if (!assay_cbor_is(key, CORIM_ID) && !assay_cbor_is(key, CORIM_TAGS))
            assay_corim_leave_out(r, key, "an extension of the CoRIM");
    }
    return status;
}

int assay_corim_read(assay_import_job *job, assay_bytes bytes, uint64_t base,
                     assay_corim *ret_corim, assay_error *error)
{
    const assay_corim_reading reading = { job, error }, *const r = &reading;
    const assay_cbor *id, *tags;
    assay_cbor root;
    int status = assay_cbor_read(&job->arena, bytes, base, &root, error);

    *ret_corim = (assay_corim){ .id = NULL };
    if (status < 0)
        return status;
    const assay_cbor *const map = assay_cbor_tagged(&root, ASSAY_TAG_CORIM);
    if (map == NULL)
        return assay_corim_refuse_as(r, ASSAY_UNKNOWN_FORMAT, &root, "corim",
                                     "this is no CoRIM: it has no tag 501");
    if (map->kind != ASSAY_CBOR_MAP)
        return assay_corim_refuse(r, map, "corim-map", "this is no map");
    if ((id = assay_cbor_member(map, CORIM_ID)) == NULL)
        return assay_corim_refuse(r, map, "id", "the map has none");
    status = assay_corim_take_id(r, id, "id", &ret_corim->id);
    if (status == 0)
        status = assay_corim_take(r, map, CORIM_TAGS, ASSAY_CBOR_ARRAY, "tags", &tags);
    if (status == 0)
        status = read_others(r, map, ret_corim);
    return status == 0 ? read_tags(r, tags, ret_corim) : status;
}
