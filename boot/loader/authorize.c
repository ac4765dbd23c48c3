/* SPDX-License-Identifier: BSD-2-Clause */
/* What Secure Boot says to an image (UEFI 2.10 section 32.5.3), as firmware measures it. */
#include "boot/loader/authority.h"

bool assay_boot_authorize(assay_boot *boot, const assay_pe *pe, enum assay_part part)
{
    if (!boot->secure_boot)
        return true;
    const assay_verdict verdict = assay_boot_judge(boot, pe, boot->db, boot->dbx);

    for (size_t i = 0; i < verdict.count; i++)
        assay_boot_measure_authority(boot, ASSAY_PART_SECURE_BOOT, &assay_guid_image_security,
                                     "db", verdict.entries[i]);
    if (!verdict.passes)
        assay_boot_remark(boot, part, true,
                          "Secure Boot refuses an image: nothing in db lets it pass, or dbx "
                          "forbids it");
    return verdict.passes;
}
