/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the writer and the reader of references share. Private to policy/.
 *
 * Members stand in the order of this list; one that has nothing to say is left out.
 *
 *     assay         schema
 *     tool, name, version, revision, supersedes, vendor, vendor_uri, scope
 *     environment   platform_manufacturer ... host
 *     validity      not_before, not_after
 *     inputs[]      name, kind, size, sha256, variants
 *     components[]  id, role, index, name, version, version_scheme, vendor
 *     variants[]    name, measurement_registers, values{alg: {PCR: hex}},
 *                   confidence{alg: {word: PCRs}}
 *     logs[]        stage, format, variants, measurement_registers, banks_follow, big_endian,
 *                   banks{alg: size}, spec_id
 *     steps[]       stage, varies, repeats, and alternatives[] or, where there is one alone, its
 *                   members: variants, pcr or nv_index, type, component, what, label, digests,
 *                   unknown, content, content_name, only_bank, data
 *     files[]       path or path_hex, kind, violates or digests{alg: [hex]}, variants
 *     critical[]    extensions that must be understood: none is here
 *     extensions    a line
 *     signatures[]  algorithm, key_id, value
 *
 * `variants` are names, and all of them where it is missing. A component is called by its id,
 * which follows from its role, index and place; so does `what` from an event, for people: both
 * are read to be compared, so that nobody is told what isn't so.
 */
#ifndef ASSAY_POLICY_REFERENCE_JSON_PRIVATE_H
#define ASSAY_POLICY_REFERENCE_JSON_PRIVATE_H

#include "base/jsonwalk.h"
#include "base/output.h"
#include "policy/reference/json.h"

#define ASSAY_REFERENCE_SCHEMA "assay-reference/1"

enum {
    ASSAY_REFERENCE_VALUES_MAX = 1 << 22, /* of its JSON: each costs jansson a hundred bytes */
    ASSAY_REFERENCE_DEPTH_MAX = 16,       /* of objects and arrays in each other in extensions */
    ASSAY_REFERENCE_SIGNATURE_MAX = 1024, /* bytes: as a key makes them */
};

/** A text member of the reference, or of its environment: its key, and where it is. */
typedef struct assay_reference_text {
    const char *key;
    size_t offset;
} assay_reference_text;

/** Each ended by a row without a key. */
extern const assay_reference_text assay_reference_environment_texts[];
extern const assay_reference_text assay_reference_component_texts[];
extern const assay_reference_text assay_reference_validity_texts[];

/** Where such a text of `object` is. */
static inline const char **assay_reference_text_in(const assay_reference_text *row, void *object)
{
    return (const char **)((char *)object + row->offset);
}

/** A number of TCG_EfiSpecIDEvent. */
typedef struct assay_reference_number {
    const char *key;
    size_t offset, size; /* in assay_spec_id; one byte or four */
} assay_reference_number;

extern const assay_reference_number assay_reference_spec_id_numbers[];

/** Whether text can stand in JSON as it is: UTF-8 without NUL. */
bool assay_reference_is_text(assay_bytes text);

/** The ids of all components, in their order; NULL when there is no memory. */
const char **assay_reference_component_ids(const assay_reference *reference, assay_arena *arena);

/** "EV_SEPARATOR", or "0x80000123" where the type has no name of its own. */
void assay_reference_put_type(assay_writer *writer, uint32_t type);

/** Whether hexadecimal is as it is written here, in lower case: the signature is of that form. */
bool assay_reference_is_lower(assay_bytes digits);

/** 1, or 0 for no such type. */
bool assay_reference_type_of(assay_bytes text, uint32_t *ret_type);

typedef struct assay_reference_writing {
    assay_output out;
    const assay_reference *reference;
    const char **ids; /* of components */
    int status;       /* sticky: 0, or -ASSAY_MALFORMED for text that is none */
} assay_reference_writing;

void assay_reference_emit_text(assay_reference_writing *w, const char *key, const char *text);
void assay_reference_emit_set(assay_reference_writing *w, assay_variant_set variants);
void assay_reference_emit_logs(assay_reference_writing *w);
void assay_reference_emit_steps(assay_reference_writing *w);
void assay_reference_emit_files(assay_reference_writing *w);

typedef struct assay_reference_reading {
    assay_json_walk at;
    assay_reference *reference;
    json_t *components; /* id: place */
} assay_reference_reading;

/** Each of these returns 0, or the negative kind of what it refused. */

int assay_reference_no_memory(const assay_reference_reading *r);

/** A text member into *ret; one that is missing leaves it as it was. */
int assay_reference_read_text(const assay_reference_reading *r, const json_t *object,
                              const char *key, const char **ret);
int assay_reference_read_texts(const assay_reference_reading *r, const json_t *object,
                               const assay_reference_text *rows, void *into);
int assay_reference_read_bool(const assay_reference_reading *r, const json_t *object,
                              const char *key, bool *ret);

/** A number, which stands there as one. */
int assay_reference_read_number(const assay_reference_reading *r, const json_t *object,
                                const char *key, uint64_t max, uint64_t *ret);

/** Hexadecimal into bytes of the reference; exactly `size` bytes for a `size` that isn't 0. */
int assay_reference_read_bytes(const assay_reference_reading *r, const json_t *value,
                               const char *key, size_t size, assay_bytes *ret);

/** The algorithm that `name` is the name of, as it is written here. */
int assay_reference_read_alg(const assay_reference_reading *r, const char *name, uint16_t *ret);

/** The position of a word among `count` that `name_of` names. */
int assay_reference_read_word(const assay_reference_reading *r, const json_t *object,
                              const char *key, const char *(*name_of)(unsigned), unsigned count,
                              unsigned *ret);

/** "stage". */
int assay_reference_read_stage(const assay_reference_reading *r, const json_t *object,
                               enum assay_stage *ret);

/** `variants`; all where it is missing. */
int assay_reference_read_set(const assay_reference_reading *r, const json_t *object,
                             assay_variant_set *ret);

/**
 * An array member of at most `most` elements, each an object: `read` is called for each with the
 * room for it, of `size` bytes, in *ret_array. The count is set before the first is read.
 */
int assay_reference_read_array(assay_reference_reading *r, const json_t *object, const char *key,
                               size_t most, size_t size, void *ret_array, size_t *ret_count,
                               int (*read)(assay_reference_reading *r, json_t *element,
                                           void *into));

int assay_reference_read_input(assay_reference_reading *r, json_t *object, void *into);
int assay_reference_read_component(assay_reference_reading *r, json_t *object, void *into);
int assay_reference_read_variant(assay_reference_reading *r, json_t *object, void *into);
int assay_reference_read_log(assay_reference_reading *r, json_t *object, void *into);
int assay_reference_read_step(assay_reference_reading *r, json_t *object, void *into);
int assay_reference_read_signature(assay_reference_reading *r, json_t *object, void *into);

/** "files", which are sorted then. */
int assay_reference_read_files(assay_reference_reading *r, const json_t *root);

/** Each component's id, and its place by it. */
int assay_reference_read_ids(assay_reference_reading *r, const json_t *root);

/** Whether the values of each variant follow from its steps. */
int assay_reference_check_values(const assay_reference_reading *r, assay_hashes *hashes);

#endif
