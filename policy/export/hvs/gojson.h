/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON as Go 1.18's encoding/json writes it, to the byte, for what it signs: of values that are of
 * no struct. Private to policy/export/hvs/.
 */
#ifndef ASSAY_POLICY_EXPORT_HVS_GOJSON_H
#define ASSAY_POLICY_EXPORT_HVS_GOJSON_H

#include "base/jsonwalk.h"

typedef struct assay_gojson {
    assay_writer *writer;
    assay_json_walk at;
} assay_gojson;

/** A string; HTML's signs and U+2028/9 are escaped, and what is not UTF-8 becomes U+FFFD. */
void assay_gojson_put_text(assay_gojson *e, assay_bytes text);

/** A key and its colon, behind a comma unless it is the first. */
void assay_gojson_put_key(assay_gojson *e, bool *first, assay_bytes key);

/** An array of anything. As below. */
int assay_gojson_put_array(assay_gojson *e, const char *key, json_t *array);

/**
 * Any value; the keys of an object, a map to Go, are sorted by their bytes. 0 or a negative kind: a
 * number that Go would round is -ASSAY_UNSUPPORTED at `key`.
 */
int assay_gojson_put(assay_gojson *e, const char *key, json_t *value);

#endif
