/* SPDX-License-Identifier: BSD-2-Clause */
/* Taking what a tree of CBOR has to have. Private to policy/. */
#ifndef ASSAY_POLICY_EXPORT_CORIM_TAKE_H
#define ASSAY_POLICY_EXPORT_CORIM_TAKE_H

#include "policy/export/corim/corim.h"

/** Of something: the job that reads, and where failures go. */
typedef struct assay_corim_reading {
    assay_import_job *job; /* its arena keeps what is taken */
    assay_error *error;
} assay_corim_reading;

/** Malformed, at its place; `field` is the draft's name. Returns the negative kind. */
int assay_corim_refuse(const assay_corim_reading *r, const assay_cbor *at, const char *field,
                       const char *what);

/** The same of another kind. */
int assay_corim_refuse_as(const assay_corim_reading *r, enum assay_kind kind,
                          const assay_cbor *at, const char *field, const char *what);

/** A loss, once: "<what> at byte N is left out". */
void assay_corim_leave_out(const assay_corim_reading *r, const assay_cbor *at, const char *what);

/**
 * A member that has to be there and of a kind: 0 or a negative kind. `map` is checked to be one.
 */
int assay_corim_take(const assay_corim_reading *r, const assay_cbor *map, int64_t key,
                     enum assay_cbor_kind kind, const char *field, const assay_cbor **ret_item);

/** A text that isn't empty. */
int assay_corim_take_text(const assay_corim_reading *r, const assay_cbor *item, const char *field,
                          const char **ret_text);

/** #6.32 of a text, or (older writers) the text alone. */
int assay_corim_take_uri(const assay_corim_reading *r, const assay_cbor *item, const char *field,
                         const char **ret_uri);

/** A text, or a UUID's sixteen bytes, which come as its text. */
int assay_corim_take_id(const assay_corim_reading *r, const assay_cbor *item, const char *field,
                        const char **ret_id);

/** The name and the URI of the first of some entities; the others are losses. */
int assay_corim_take_entity(const assay_corim_reading *r, const assay_cbor *entities,
                            const char **ret_name, const char **ret_uri);

/** A UUID's text in the job's arena; NULL when there is no memory. */
const char *assay_corim_uuid_text(const assay_corim_reading *r, assay_bytes uuid);

/** Reads a CoMID into a CoRIM: its ids if it is the first, its environment, its triples. */
int assay_comid_read(const assay_corim_reading *r, const assay_cbor *comid, assay_corim *corim);

/** Reads an environment-map, which has to be the CoRIM's own when it has one already. */
int assay_environment_read(const assay_corim_reading *r, const assay_cbor *environment,
                           assay_corim *corim);

/** Reads the measurements of a triple: one boot's PCRs. */
int assay_measurements_read(const assay_corim_reading *r, const assay_cbor *measurements,
                            assay_pcrs *ret_tuple, enum assay_corim_form *ret_form);

#endif
