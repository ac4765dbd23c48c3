/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/loader/sdboot.h: what recorded machines measured, and which entry is taken. */
#include "boot/loader/sdboot.h"
#include "tests/played.h"

#include <criterion/criterion.h>

static const struct {
    const char *name, *path;
} recorded[] = {
    { "c1-sdboot252-type1", "EFI/BOOT/BOOTX64.EFI" },
    { "c3-sdboot252-type2", "EFI/BOOT/BOOTX64.EFI" },
    { "c4-sdboot257-type2", "EFI/BOOT/BOOTX64.EFI" },
    { "c5-sdboot257-type2-sb", "EFI/BOOT/BOOTX64.EFI" },
    { "j1-shim-sdboot257-sb", "EFI/BOOT/BOOTX64.EFI" }, /* by way of shim */
};

Test(sdboot, measures_what_recorded_machines_did)
{
    for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
        played p;

        if (!played_open(&p, recorded[i].name))
            cr_skip_test("no recorded boots here");
        cr_log_info("%s", recorded[i].name);
        cr_expect_eq(played_start(&p, recorded[i].path, ASSAY_NO_BYTES), ASSAY_BOOT_STARTED);
        cr_expect_gt(played_compare(&p, recorded[i].path), 6, "%s", recorded[i].name);
        played_free(&p);
    }
}
