/* SPDX-License-Identifier: BSD-2-Clause */
/* PCR 0: the firmware's own code and version. */
#include "boot/rebase/work.h"

void assay_rebase_firmware(assay_rebase_work *work)
{
    if (work->what->firmware.data == NULL)
        return;
    for (size_t i = 0; i < work->count && work->status == 0; i++)
        if (work->items[i].is.role == ASSAY_ROLE_FIRMWARE_VOLUME ||
            work->items[i].is.role == ASSAY_ROLE_CRTM_VERSION)
            assay_work_unknown(work, i, ASSAY_NO_BYTES,
                               "which bytes of the firmware image this machine measures isn't "
                               "known");
}
