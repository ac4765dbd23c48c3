/* SPDX-License-Identifier: BSD-2-Clause */
/* blscfg, of Fedora and RHEL. */
#include "boot/loader/grub/machine.h"

int assay_grub_blscfg(assay_grub *grub, const assay_grub_args *args)
{
    (void)args;
    assay_grub_lose(grub, "GRUB makes its menu of boot loader entries");
    return ASSAY_GRUB_OK;
}
