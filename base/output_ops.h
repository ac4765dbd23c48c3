/* SPDX-License-Identifier: BSD-2-Clause */
/* What a notation brings along. Private to base/. */
#ifndef ASSAY_BASE_OUTPUT_OPS_H
#define ASSAY_BASE_OUTPUT_OPS_H

#include "base/output.h"

enum assay_value { ASSAY_SCALAR, ASSAY_STRING, ASSAY_OBJECT, ASSAY_ARRAY };

typedef struct assay_output_ops {
    /** All that goes before a value: separator, new line, key, opening quote or bracket. */
    void (*item)(assay_output *out, const char *key, enum assay_value value);
    /** Ends an object or array, which `out->depth` still counts. */
    void (*end)(assay_output *out, bool array, bool empty);
    /** The characters of a string, made harmless. */
    void (*text)(assay_writer *writer, assay_bytes text);
    const char *null;
    char quote;     /* after a string; NUL is none */
    char separator; /* between two parts that were written apart; NUL is none */
} assay_output_ops;

extern const assay_output_ops assay_json_ops;
extern const assay_output_ops assay_yaml_ops;
extern const assay_output_ops assay_text_ops;

/** Layout by indentation, which YAML and text share; but for the opening quote. */
void assay_block_item(assay_output *out, const char *key, enum assay_value value);

#endif
