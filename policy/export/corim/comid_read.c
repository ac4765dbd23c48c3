/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a CoMID: its identity, and the environment and the boots of its reference triples. */
#include "policy/export/corim/take.h"

static int read_identity(const assay_corim_reading *r, const assay_cbor *comid,
                         assay_corim *corim)
{
    const assay_cbor *identity, *version;
    const assay_cbor *id;
    int status = assay_corim_take(r, comid, COMID_TAG_IDENTITY, ASSAY_CBOR_MAP, "tag-identity",
                                  &identity);

    if (status < 0)
        return status;
    if ((id = assay_cbor_member(identity, TAG_IDENTITY_ID)) == NULL)
        return assay_corim_refuse(r, identity, "tag-id", "the map has none");
    status = assay_corim_take_id(r, id, "tag-id", &corim->tag_id);
    version = assay_cbor_member(identity, TAG_IDENTITY_VERSION);
    if (status < 0 || version == NULL)
        return status;
    /* The greatest has no revision that follows it. */
    if (version->kind != ASSAY_CBOR_UINT || version->number >= INT64_MAX)
        return assay_corim_refuse(r, version, "tag-version", "this is no number from 0 to 2^63");
    corim->tag_version = version->number;
    return 0;
}

static int read_links(const assay_corim_reading *r, const assay_cbor *links, assay_corim *corim)
{
    int status = 0;

    if (links->kind != ASSAY_CBOR_ARRAY)
        return assay_corim_refuse(r, links, "linked-tags", "this is no array");
    for (size_t i = 0; i < links->count && status == 0; i++) {
        const assay_cbor *const link = &links->items[i];
        const assay_cbor *const id = assay_cbor_member(link, LINKED_TAG_ID);
        const assay_cbor *const rel = assay_cbor_member(link, LINKED_TAG_REL);

        if (id == NULL || rel == NULL)
            status = assay_corim_refuse(r, link, "linked-tag-map", "no target, or no relation");
        else if (assay_cbor_is(rel, LINKED_TAG_REPLACES) && corim->replaces == NULL)
            status = assay_corim_take_id(r, id, "linked-tag-id", &corim->replaces);
        else
            assay_corim_leave_out(r, link, "a link to another tag");
    }
    return status;
}

/* The first CoMID is what the reference goes on as. */
static int read_first(const assay_corim_reading *r, const assay_cbor *comid, assay_corim *corim)
{
    const assay_cbor *const links = assay_cbor_member(comid, COMID_LINKED_TAGS);
    const assay_cbor *const entities = assay_cbor_member(comid, COMID_ENTITIES);
    int status = read_identity(r, comid, corim);

    if (status == 0 && links != NULL)
        status = read_links(r, links, corim);
    if (status == 0 && entities != NULL && corim->entity == NULL)
        status = assay_corim_take_entity(r, entities, &corim->entity, &corim->entity_uri);
    return status;
}

static int add_tuple(const assay_corim_reading *r, const assay_cbor *triple,
                     const assay_pcrs *tuple, assay_corim *corim)
{
    if (corim->tuple_count == ASSAY_VARIANTS_MAX)
        return assay_corim_refuse_as(r, ASSAY_TOO_LARGE, triple, "reference-triples",
                                     "more of them than a reference has variants");
    assay_pcrs *const slot =
        assay_arena_more(&r->job->arena, &corim->tuples, corim->tuple_count, sizeof *slot);
    if (slot == NULL)
        return assay_corim_refuse_as(r, ASSAY_NO_MEMORY, triple, "reference-triples", "no memory");
    *slot = *tuple;
    corim->tuple_count++;
    return 0;
}

static int read_triple(const assay_corim_reading *r, const assay_cbor *triple, assay_corim *corim)
{
    assay_pcrs tuple = { .bank_count = 0 };

    if (triple->kind != ASSAY_CBOR_ARRAY || triple->count != 2)
        return assay_corim_refuse(r, triple, "reference-triple-record",
                                  "this is no array of an environment and its measurements");
    const assay_cbor *const measurements = &triple->items[1];
    int status = assay_environment_read(r, &triple->items[0], corim);
    if (status == 0)
        status = assay_measurements_read(r, measurements, &tuple, &corim->form);
    if (status == 0 && tuple.bank_count > 0)
        status = add_tuple(r, triple, &tuple, corim);
    return status;
}

static int read_triples(const assay_corim_reading *r, const assay_cbor *triples,
                        assay_corim *corim)
{
    const assay_cbor *const reference = assay_cbor_member(triples, TRIPLES_REFERENCE);
    int status = 0;

    if (triples->count == 0)
        return assay_corim_refuse(r, triples, "triples-map", "an empty map");
    if (reference != NULL && (reference->kind != ASSAY_CBOR_ARRAY || reference->count == 0))
        return assay_corim_refuse(r, reference, "reference-triples",
                                  "this is no array, or an empty one");
    for (size_t i = 0; reference != NULL && i < reference->count && status == 0; i++)
        status = read_triple(r, &reference->items[i], corim);
    for (size_t i = 0; i < 2 * triples->count && status == 0; i += 2)
        if (!assay_cbor_is(&triples->items[i], TRIPLES_REFERENCE))
            assay_corim_leave_out(r, &triples->items[i + 1],
                                  "what are no reference values (keys, endorsements)");
    return status;
}

int assay_comid_read(const assay_corim_reading *r, const assay_cbor *comid, assay_corim *corim)
{
    const assay_cbor *triples;
    int status = assay_corim_take(r, comid, COMID_TRIPLES, ASSAY_CBOR_MAP, "triples", &triples);

    if (status == 0 && corim->tag_id == NULL)
        status = read_first(r, comid, corim);
    else if (status == 0)
        assay_corim_leave_out(r, comid, "the identity of another CoMID");
    return status == 0 ? read_triples(r, triples, corim) : status;
}
