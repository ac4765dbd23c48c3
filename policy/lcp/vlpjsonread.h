/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a verified launch policy from JSON: what its parts share. Private to policy/. */
#ifndef ASSAY_POLICY_LCP_VLPJSONREAD_H
#define ASSAY_POLICY_LCP_VLPJSONREAD_H

#include "base/jsonwalk.h"
#include "policy/lcp/vlpjson.h"

typedef struct assay_vlpjson_reader {
    assay_vlp *policy;
    assay_writer *room;
    assay_vlp_measure *measure;
    void *context;
    assay_json_walk at;
} assay_vlpjson_reader;

/** Reads a number of 32 bits into *number, which stays as it is where there is none. */
int assay_vlpjson_read_u32(const assay_vlpjson_reader *r, const json_t *object, const char *key,
                           uint32_t *number);

/**
 * Reads a policy, or a document that has one under "policy", into r->policy, zeros before; its
 * digests lie in r->room.
 */
int assay_vlpjson_read(assay_vlpjson_reader *r, json_t *document);

/** Reads "entries" of the policy's object. */
int assay_vlpjson_read_entries(assay_vlpjson_reader *r, const json_t *object);

#endif
