/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of log formats, in the order in which detection asks them. */
#include "eventlog/format/format.h"

/* clang-format off */
static const assay_format *const formats[] = {
    &assay_format_text,
    &assay_format_inteljson,
    &assay_format_txtstat,
    &assay_format_tpm2yaml,
    &assay_format_systemd,
    &assay_format_celjson,
    &assay_format_attestation,
    &assay_format_cbmem,
    &assay_format_tcg2,
    &assay_format_txt,
    &assay_format_txt2,
    &assay_format_heap,
    &assay_format_celtlv,
    &assay_format_coreboot,
    &assay_format_final_events,
    &assay_format_ima,
    &assay_format_imatext,
    &assay_format_tcg12, /* last of the binary ones: its mark is the weakest */
};
/* clang-format on */

const assay_format *assay_format_at(size_t index)
{
    return index < sizeof formats / sizeof *formats ? formats[index] : NULL;
}

const assay_format *assay_format_by_name(const char *name)
{
    const assay_format *format;

    for (size_t i = 0; (format = assay_format_at(i)) != NULL; i++)
        if (strcmp(format->info.name, name) == 0)
            return format;
    return NULL;
}

bool assay_format_is_header(const assay_format *format, const assay_log_header *header,
                            const assay_event *event)
{
    return assay_tcg2_is_header(header, event) ||
           (format->is_header != NULL && format->is_header(header, event));
}
