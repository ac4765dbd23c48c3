/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/label.h"

void assay_label_encode(assay_writer *writer, const assay_label *label)
{
    (void)writer;
    (void)label;
}

void assay_label_emit(assay_output *out, const assay_label *label)
{
    assay_emit_text(out, "label", label->text);
}

void assay_label_summary(assay_writer *writer, const assay_label *label)
{
    if (label->text.size > 0)
        assay_put(writer, label->text);
    else
        assay_put_string(writer, "data not kept");
}
