/* SPDX-License-Identifier: BSD-2-Clause */
/* PCR 5: systemd-boot's configuration file (src/boot/boot.c, since 257; the whole file is hashed). */
#include "boot/rebase/work.h"

void assay_rebase_loader(assay_rebase_work *work)
{
    const size_t at = assay_work_find(work, ASSAY_ROLE_LOADER_CONF, 0);
    const assay_bytes file = work->what->loader_conf;

    if (file.data == NULL)
        return;
    if (at == work->count)
        assay_work_remark(work, ASSAY_PART_LOADER, false,
                          "the log has no event of loader.conf, so that replacing it changes "
                          "nothing");
    else
        assay_work_measure(work, at, &file, 1, ASSAY_NO_BYTES);
}
