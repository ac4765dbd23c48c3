/* SPDX-License-Identifier: BSD-2-Clause */
/* What Secure Boot says to an image (UEFI 2.10 section 32.5.3), as firmware measures it. */
#include "boot/loader/boot.h"

bool assay_boot_authorize(assay_boot *boot, const assay_pe *pe, enum assay_part part)
{
    if (!boot->secure_boot)
        return true;
    const assay_bytes authority = assay_boot_find_authority(boot, pe, boot->db);
    if (authority.data == NULL) {
        assay_boot_remark(boot, part, true,
                          "Secure Boot refuses an image: nothing in db lets it pass, or dbx "
                          "forbids it");
        return false;
    }
    assay_boot_measure_authority(boot, ASSAY_PART_SECURE_BOOT, &assay_guid_image_security, "db",
                                 authority);
    return true;
}
