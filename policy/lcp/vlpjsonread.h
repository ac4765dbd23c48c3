/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a verified launch policy from JSON: what its parts share. Private to policy/. */
#ifndef ASSAY_POLICY_LCP_VLPJSONREAD_H
#define ASSAY_POLICY_LCP_VLPJSONREAD_H

#include "policy/lcp/vlpjson.h"

#include <jansson.h>

typedef struct assay_vlpjson_reader {
    assay_vlp *policy;
    assay_writer *room;
    assay_vlp_measure *measure;
    void *context;
    assay_error *error;
    size_t entry; /* that is being read, or ASSAY_VLP_NO_ENTRY */
} assay_vlpjson_reader;

/** Fails with a sentence about a field, and the number of the entry that is being read. */
int assay_vlpjson_refuse(const assay_vlpjson_reader *r, const char *field, const char *what);

/** Refuses an object's keys that are not among `known`, which NULL ends. */
int assay_vlpjson_check_keys(const assay_vlpjson_reader *r, json_t *object,
                             const char *const *known);

/** The text of a string; no bytes for another value, or none. */
assay_bytes assay_vlpjson_text(const json_t *value);
bool assay_vlpjson_is_word(const json_t *value, const char *word);

/** 17, "17" or "0x11". */
bool assay_vlpjson_number(const json_t *value, uint64_t max, uint64_t *ret_number);

/** Reads a number of 32 bits into *number, which stays as it is where there is none. */
int assay_vlpjson_read_u32(const assay_vlpjson_reader *r, const json_t *object, const char *key,
                           uint32_t *number);

/** Reads "entries" of the policy's object. */
int assay_vlpjson_read_entries(assay_vlpjson_reader *r, const json_t *object);

#endif
