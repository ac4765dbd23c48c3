/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The logs that coreboot writes as the specifications have them (src/security/tpm/tspi/log-tpm1.c
 * and log-tpm2.c of coreboot): records of one size each, which the vendor information counts.
 *
 *     u8 reserved | u8 version_major | u8 version_minor | u32 magic, "CBT1" or "CBT2"
 *     | u16 max_entries | u16 num_entries | u32 entry_size
 */
#include "eventlog/format/format.h"

enum { VENDOR_SIZE = 15 };

static const assay_bytes magics[] = { ASSAY_LITERAL("CBT1"), ASSAY_LITERAL("CBT2") };

void assay_coreboot_slots_note(assay_log *log)
{
    assay_cursor c = assay_cursor_of(log->header.spec_id.vendor_info);

    if (assay_left(&c) != VENDOR_SIZE)
        return;
    assay_take(&c, 3);
    const assay_bytes magic = assay_take(&c, 4);
    const uint16_t max = assay_take_u16le(&c), num = assay_take_u16le(&c);
    const uint32_t size = assay_take_u32le(&c);

    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (assay_bytes_equal(magic, magics[i]))
            assay_log_note(log, ASSAY_FINDING_COREBOOT_SLOTS, 0,
                           "%u of %u slots of %u bytes are used, by coreboot's word", num, max,
                           size);
}
