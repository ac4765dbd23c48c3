/* SPDX-License-Identifier: BSD-2-Clause */
/* What a notation brings along. Private to base/. */
#ifndef ASSAY_BASE_OUTPUT_OPS_H
#define ASSAY_BASE_OUTPUT_OPS_H

#include "base/output.h"

typedef struct assay_output_ops {
    /** All that goes between the last value and the next: separator, new line, key. */
    void (*item)(assay_output *out, const char *key);
    /** Opens or closes an object or array; `out->depth` counts it in both calls. */
    void (*begin)(assay_output *out, bool array);
    void (*end)(assay_output *out, bool array, bool empty);
    /** The characters of a string, made harmless. */
    void (*text)(assay_writer *writer, assay_bytes text);
    const char *lead;      /* before a scalar */
    const char *quote;     /* on both sides of a string */
    const char *null;
    const char *separator; /* between two parts that were written apart */
} assay_output_ops;

extern const assay_output_ops assay_json_ops;
extern const assay_output_ops assay_yaml_ops;
extern const assay_output_ops assay_text_ops;

/** Layout by indentation, which YAML and text share. */
void assay_block_item(assay_output *out, const char *key);
void assay_block_begin(assay_output *out, bool array);
void assay_block_end(assay_output *out, bool array, bool empty);

#endif
