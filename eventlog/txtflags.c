/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/txtflags.h"

#include <stdio.h>

#define BIT(n) 1u << (n), 1u << (n)

const assay_txt_flag assay_txt_capabilities[] = {
    { BIT(0), "wake-up by GETSEC" },
    { BIT(1), "wake-up by MONITOR" },
    { BIT(2), "page table in ECX" },
    { BIT(3), "STM" },
    { BIT(4), "no legacy PCR mapping" },
    { BIT(5), "details and authorities PCR mapping" },
    { 3u << 6, 1u << 6, "client platform" },
    { 3u << 6, 2u << 6, "server platform" },
    { BIT(8), "maximum physical address" },
    { BIT(9), "crypto-agile log" },
    { BIT(10), "CBnT" },
    { BIT(14), "TPR" },
    { 0, 0, NULL },
};

const assay_txt_flag assay_txt_policy_control[] = {
    { BIT(1), "pre-production ACM allowed" },
    { BIT(2), "capabilities measured into PCR 17" },
    { BIT(3), "PO required, or PS PCONF enforced" },
    { BIT(16), "PS MLE elements ignored" },
    { BIT(17), "PS PCONF elements ignored" },
    { BIT(20), "PS STM elements ignored" },
    { BIT(31), "AUX index may be deleted" },
    { 0, 0, NULL },
};

const assay_txt_flag assay_txt_element_control[] = {
    { BIT(0), "overrides PS" },
    { BIT(1), "STM required" },
    { 0, 0, NULL },
};

const assay_txt_flag assay_txt_mle_flags[] = {
    { BIT(0), "PPI" },
    { 3u << 1, 1u << 1, "client platform" },
    { 3u << 1, 2u << 1, "server platform" },
    { 0, 0, NULL },
};

const assay_txt_flag assay_txt_nv_attributes[] = {
    { BIT(0), "PPWRITE" },
    { BIT(1), "OWNERWRITE" },
    { BIT(2), "AUTHWRITE" },
    { BIT(3), "POLICYWRITE" },
    { 15u << 4, 1u << 4, "COUNTER" },
    { 15u << 4, 2u << 4, "BITS" },
    { 15u << 4, 4u << 4, "EXTEND" },
    { 15u << 4, 8u << 4, "PIN_FAIL" },
    { 15u << 4, 9u << 4, "PIN_PASS" },
    { BIT(10), "POLICY_DELETE" },
    { BIT(11), "WRITELOCKED" },
    { BIT(12), "WRITEALL" },
    { BIT(13), "WRITEDEFINE" },
    { BIT(14), "WRITE_STCLEAR" },
    { BIT(15), "GLOBALLOCK" },
    { BIT(16), "PPREAD" },
    { BIT(17), "OWNERREAD" },
    { BIT(18), "AUTHREAD" },
    { BIT(19), "POLICYREAD" },
    { BIT(25), "NO_DA" },
    { BIT(26), "ORDERLY" },
    { BIT(27), "CLEAR_STCLEAR" },
    { BIT(28), "READLOCKED" },
    { BIT(29), "WRITTEN" },
    { BIT(30), "PLATFORMCREATE" },
    { BIT(31), "READ_STCLEAR" },
    { 0, 0, NULL },
};

#undef BIT

/* A word for some bits of `value` among those `left`, which are taken out of these. */
static const char *take_word(const assay_txt_flag *flags, uint32_t value, uint32_t *left,
                             char text[static 8])
{
    for (; flags->mask != 0; flags++)
        if ((value & flags->mask) == flags->value && (*left & flags->mask) != 0) {
            *left &= ~flags->mask;
            return flags->name;
        }
    snprintf(text, 8, "bit %d", __builtin_ctz(*left));
    *left &= *left - 1;
    return text;
}

void assay_txt_put_flags(assay_writer *writer, const assay_txt_flag *flags, uint32_t value)
{
    uint32_t left = value;
    char text[8];

    if (value == 0)
        assay_put_string(writer, "none");
    while (left != 0) {
        assay_put_string(writer, take_word(flags, value, &left, text));
        if (left != 0)
            assay_put_string(writer, ", ");
    }
}

void assay_txt_emit_flags(assay_output *out, const char *key, const assay_txt_flag *flags,
                          uint32_t value)
{
    uint32_t left = value;
    char text[8];

    assay_emit_array(out, key);
    while (left != 0)
        assay_emit_string(out, NULL, take_word(flags, value, &left, text));
    assay_emit_end(out);
}
