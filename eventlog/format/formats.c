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
