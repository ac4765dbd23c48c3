/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/loader/sdstub.h: what recorded machines measured. */
#include "boot/loader/sdstub.h"
#include "tests/played.h"

#include <criterion/criterion.h>

/* Boots of a UKI that the firmware started itself. */
static const char *const direct[] = {
    "b1-uki252",    "b1s-uki252-second-boot", "b2-uki257",           "b3-uki257-addons",
    "b4-uki252-loadopts", "b5-uki252-signed-sb", "g-b1-cmdline",     "g-b1-initrd",
    "h1-sha256",    "h3-sha1",                "i1-tis",              "i2-sata",
    "i4-optrom",    "i5-2M",                  "i6-mem2g-smp2",       "j2-uki257-profiles",
    "k1-userspace-extends",
};

Test(sdstub, measures_what_recorded_machines_did)
{
    for (size_t i = 0; i < sizeof direct / sizeof *direct; i++) {
        played p;

        if (!played_open(&p, direct[i]))
            cr_skip_test("no recorded boots here");
        cr_log_info("%s", direct[i]);
        cr_expect_eq(played_start(&p, p.path, assay_bytes_of(p.load_options, p.load_options_size)),
                     ASSAY_BOOT_STARTED);
        cr_expect_gt(played_compare(&p, p.path), 10, "%s", direct[i]);
        played_free(&p);
    }
}
