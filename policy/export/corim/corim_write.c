/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing a CoRIM and its CoMID. Keys stand in their order: the encoding is deterministic. */
#include "policy/export/corim/corim.h"

enum { COMID_MAX = 16 << 20 };

static void put_tagged(assay_writer *writer, uint64_t tag, assay_bytes bytes)
{
    assay_cbor_put_tag(writer, tag);
    assay_cbor_put_bytes(writer, bytes);
}

static void put_uri(assay_writer *writer, const char *uri)
{
    assay_cbor_put_tag(writer, ASSAY_TAG_URI);
    assay_cbor_put_text(writer, uri);
}

/* #6.111, the contents of the object identifier; false when the text is none. */
static bool put_oid(assay_writer *writer, const char *dots)
{
    uint8_t contents[256];
    assay_writer oid = assay_writer_lent(contents, sizeof contents);

    if (!assay_oid_put(&oid, dots) || oid.failure != 0)
        return false;
    put_tagged(writer, ASSAY_TAG_OID, assay_written(&oid));
    return true;
}

/* Ids of documents: a UUID's bytes without a tag, or a text. */
static void put_id(assay_writer *writer, const char *id)
{
    uint8_t uuid[16];

    if (assay_uuid_parse(assay_bytes_of_string(id), uuid))
        assay_cbor_put_bytes(writer, assay_bytes_of(uuid, sizeof uuid));
    else
        assay_cbor_put_text(writer, id);
}

/* Ids of environments: #6.37 of a UUID; else an OID, or a text's bytes as #6.560. */
static void put_environment_id(assay_writer *writer, const char *id, bool oid)
{
    uint8_t uuid[16];

    if (assay_uuid_parse(assay_bytes_of_string(id), uuid))
        put_tagged(writer, ASSAY_TAG_UUID, assay_bytes_of(uuid, sizeof uuid));
    else if (!oid || !put_oid(writer, id))
        put_tagged(writer, ASSAY_TAG_BYTES, assay_bytes_of_string(id));
}

/* corim-entity-map and comid-entity-map have the same keys, and roles of their own. */
static void put_entities(const assay_corim *corim, const uint8_t *roles, size_t role_count,
                         assay_writer *writer)
{
    assay_cbor_put_array(writer, 1);
    assay_cbor_put_map(writer, corim->entity_uri != NULL ? 3 : 2);
    assay_cbor_put_uint(writer, ENTITY_NAME);
    assay_cbor_put_text(writer, corim->entity);
    if (corim->entity_uri != NULL) {
        assay_cbor_put_uint(writer, ENTITY_REG_ID);
        put_uri(writer, corim->entity_uri);
    }
    assay_cbor_put_uint(writer, ENTITY_ROLES);
    assay_cbor_put_array(writer, role_count);
    for (size_t i = 0; i < role_count; i++)
        assay_cbor_put_uint(writer, roles[i]);
}

static void put_environment(const assay_corim *corim, assay_writer *writer)
{
    const unsigned in_class =
        0u + (corim->class_id != NULL) + (corim->vendor != NULL) + (corim->model != NULL);

    assay_cbor_put_map(writer, 0u + (in_class > 0) + (corim->instance != NULL));
    if (in_class > 0) {
        assay_cbor_put_uint(writer, ENVIRONMENT_CLASS);
        assay_cbor_put_map(writer, in_class);
    }
    if (corim->class_id != NULL) {
        assay_cbor_put_uint(writer, CLASS_ID);
        put_environment_id(writer, corim->class_id, true);
    }
    if (corim->vendor != NULL) {
        assay_cbor_put_uint(writer, CLASS_VENDOR);
        assay_cbor_put_text(writer, corim->vendor);
    }
    if (corim->model != NULL) {
        assay_cbor_put_uint(writer, CLASS_MODEL);
        assay_cbor_put_text(writer, corim->model);
    }
    if (corim->instance != NULL) {
        assay_cbor_put_uint(writer, ENVIRONMENT_INSTANCE);
        put_environment_id(writer, corim->instance, false);
    }
}

/* The PCRs that some bank of a boot holds. */
static assay_pcr_set present_in(const assay_pcrs *tuple)
{
    assay_pcr_set present = 0;

    for (size_t i = 0; i < tuple->bank_count; i++)
        present |= tuple->banks[i].present;
    return present;
}

/* One object under several algorithms, in the order of their table: never two values of one. */
static void put_digests(const assay_pcrs *tuple, unsigned pcr, assay_writer *writer)
{
    unsigned count = 0;

    for (size_t i = 0; i < tuple->bank_count; i++)
        count += assay_pcr_set_has(tuple->banks[i].present, pcr);
    assay_cbor_put_array(writer, count);
    for (size_t i = 0; i < ASSAY_ALGS; i++) {
        const uint16_t alg = assay_alg_at(i)->id;
        const assay_bytes value = assay_pcrs_value(tuple, alg, pcr);

        if (value.data == NULL)
            continue;
        assay_cbor_put_array(writer, 2);
        assay_cbor_put_uint(writer, assay_named_information_of(alg));
        assay_cbor_put_bytes(writer, value);
    }
}

static void put_measurements(const assay_pcrs *tuple, assay_writer *writer)
{
    const assay_pcr_set present = present_in(tuple);

    assay_cbor_put_array(writer, (unsigned)__builtin_popcount(present));
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        if (!assay_pcr_set_has(present, pcr))
            continue;
        assay_cbor_put_map(writer, 2);
        assay_cbor_put_uint(writer, MEASUREMENT_KEY);
        assay_cbor_put_uint(writer, pcr);
        assay_cbor_put_uint(writer, MEASUREMENT_VALUES);
        assay_cbor_put_map(writer, 1);
        assay_cbor_put_uint(writer, VALUES_DIGESTS);
        put_digests(tuple, pcr, writer);
    }
}

/* A number is a PCR; an RTMR, which isn't one, has a name. */
static void put_registers(const assay_pcrs *tuple, assay_writer *writer)
{
    const assay_pcr_set present = present_in(tuple);

    assay_cbor_put_array(writer, 1);
    assay_cbor_put_map(writer, 1);
    assay_cbor_put_uint(writer, MEASUREMENT_VALUES);
    assay_cbor_put_map(writer, 1);
    assay_cbor_put_uint(writer, VALUES_INTEGRITY_REGISTERS);
    assay_cbor_put_map(writer, (unsigned)__builtin_popcount(present));
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        char name[] = "rtmr0";

        if (!assay_pcr_set_has(present, pcr))
            continue;
        name[4] = (char)('0' + pcr % 10);
        if (tuple->measurement_registers)
            assay_cbor_put_text(writer, name);
        else
            assay_cbor_put_uint(writer, pcr);
        put_digests(tuple, pcr, writer);
    }
}

/* No key: it is no PCR's. */
static void put_quoted(const assay_digest *quoted, assay_writer *writer)
{
    assay_cbor_put_array(writer, 1);
    assay_cbor_put_map(writer, 1);
    assay_cbor_put_uint(writer, MEASUREMENT_VALUES);
    assay_cbor_put_map(writer, 1);
    assay_cbor_put_uint(writer, VALUES_DIGESTS);
    assay_cbor_put_array(writer, 1);
    assay_cbor_put_array(writer, 2);
    assay_cbor_put_uint(writer, assay_named_information_of(quoted->alg));
    assay_cbor_put_bytes(writer, assay_bytes_of(quoted->value, quoted->size));
}

static void put_boot(const assay_corim *corim, size_t index, assay_writer *writer)
{
    switch (corim->form) {
    case ASSAY_CORIM_MEASUREMENTS: put_measurements(&corim->tuples[index], writer); break;
    case ASSAY_CORIM_REGISTERS: put_registers(&corim->tuples[index], writer); break;
    case ASSAY_CORIM_QUOTED: put_quoted(&corim->quoted[index], writer); break;
    }
}

static void put_triples(const assay_corim *corim, assay_writer *writer)
{
    assay_cbor_put_map(writer, 1);
    assay_cbor_put_uint(writer, TRIPLES_REFERENCE);
    assay_cbor_put_array(writer, corim->tuple_count);
    for (size_t i = 0; i < corim->tuple_count; i++) {
        assay_cbor_put_array(writer, 2);
        put_environment(corim, writer);
        put_boot(corim, i, writer);
    }
}

static void write_comid(const assay_corim *corim, assay_writer *writer)
{
    static const uint8_t roles[] = { COMID_ROLE_TAG_CREATOR, COMID_ROLE_CREATOR };

    assay_cbor_put_map(writer,
                       2u + (corim->entity != NULL) + (corim->replaces != NULL));
    assay_cbor_put_uint(writer, COMID_TAG_IDENTITY);
    assay_cbor_put_map(writer, 2);
    assay_cbor_put_uint(writer, TAG_IDENTITY_ID);
    put_id(writer, corim->tag_id);
    assay_cbor_put_uint(writer, TAG_IDENTITY_VERSION);
    assay_cbor_put_uint(writer, corim->tag_version);
    if (corim->entity != NULL) {
        assay_cbor_put_uint(writer, COMID_ENTITIES);
        put_entities(corim, roles, sizeof roles, writer);
    }
    if (corim->replaces != NULL) {
        assay_cbor_put_uint(writer, COMID_LINKED_TAGS);
        assay_cbor_put_array(writer, 1);
        assay_cbor_put_map(writer, 2);
        assay_cbor_put_uint(writer, LINKED_TAG_ID);
        put_id(writer, corim->replaces);
        assay_cbor_put_uint(writer, LINKED_TAG_REL);
        assay_cbor_put_uint(writer, LINKED_TAG_REPLACES);
    }
    assay_cbor_put_uint(writer, COMID_TRIPLES);
    put_triples(corim, writer);
}

static void put_validity(const assay_corim *corim, assay_writer *writer)
{
    assay_cbor_put_map(writer, corim->has_not_before ? 2 : 1);
    if (corim->has_not_before) {
        assay_cbor_put_uint(writer, VALIDITY_NOT_BEFORE);
        assay_cbor_put_tag(writer, ASSAY_TAG_EPOCH);
        assay_cbor_put_int(writer, corim->not_before);
    }
    assay_cbor_put_uint(writer, VALIDITY_NOT_AFTER);
    assay_cbor_put_tag(writer, ASSAY_TAG_EPOCH);
    assay_cbor_put_int(writer, corim->not_after);
}

static void put_tags(const assay_corim *corim, assay_writer *writer)
{
    assay_writer comid = assay_writer_growing(COMID_MAX);

    write_comid(corim, &comid);
    if (comid.failure != 0 && writer->failure == 0)
        writer->failure = comid.failure;
    assay_cbor_put_array(writer, 1);
    put_tagged(writer, ASSAY_TAG_COMID, assay_written(&comid));
    assay_writer_close(&comid);
}

void assay_corim_write(const assay_corim *corim, assay_writer *writer)
{
    static const uint8_t roles[] = { CORIM_ROLE_MANIFEST_CREATOR };

    assay_cbor_put_tag(writer, ASSAY_TAG_CORIM);
    assay_cbor_put_map(writer, 2u + (corim->profile != NULL) + corim->has_not_after +
                                   (corim->entity != NULL));
    assay_cbor_put_uint(writer, CORIM_ID);
    put_id(writer, corim->id);
    assay_cbor_put_uint(writer, CORIM_TAGS);
    put_tags(corim, writer);
    if (corim->profile != NULL) {
        assay_cbor_put_uint(writer, CORIM_PROFILE);
        if (!put_oid(writer, corim->profile))
            put_uri(writer, corim->profile);
    }
    if (corim->has_not_after) {
        assay_cbor_put_uint(writer, CORIM_VALIDITY);
        put_validity(corim, writer);
    }
    if (corim->entity != NULL) {
        assay_cbor_put_uint(writer, CORIM_ENTITIES);
        put_entities(corim, roles, sizeof roles, writer);
    }
}
