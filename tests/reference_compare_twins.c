/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/reference/compare.h: pairs of recorded boots between which one thing was replaced.
 */
#include "tests/compared.h"

#include <stdio.h>
#include <unistd.h>

TestSuite(reference_compare_twins, .init = set_up, .fini = tear_down);

/* The machines beside the project, where they are: each with one thing replaced. */
Test(reference_compare_twins, a_tampered_twin_differs_in_what_was_replaced)
{
    static const struct {
        const char *base, *second, *twin, *differs;
    } rows[] = {
        { UKI, "b1s-uki252-second-boot", "g-b1-cmdline", "cmdline" },
        { UKI, "b1s-uki252-second-boot", "g-b1-initrd", "initrd" },
        { UKI, "b1s-uki252-second-boot", "i2-sata", "boot-option" },
        { UKI, "b1s-uki252-second-boot", "i4-optrom", "option-rom" },
        { UKI, "b1s-uki252-second-boot", "i5-2M", "firmware" },
        { SHIM, "d1s-shim-grub206-sb-second-boot", "g-d1-bootorder", "boot-option" },
        { SHIM, "d1s-shim-grub206-sb-second-boot", "g-d1-cmdline", "cmdline" },
        { SHIM, "d1s-shim-grub206-sb-second-boot", "g-d1-dbx", "secure-boot" },
        { SHIM, "d1s-shim-grub206-sb-second-boot", "g-d1-grubcfg-command", "grub" },
        /* Its initrd has the modules of that kernel. */
        { SHIM, "d1s-shim-grub206-sb-second-boot", "g-d1-kernel", "kernel initrd" },
        { SHIM, "d1s-shim-grub206-sb-second-boot", "g-d1-mok", "shim" },
        { "a2-efistub-bootentry", "a2-efistub-bootentry", "a4-efistub-ima-tcb", "cmdline" },
        { "a2-efistub-bootentry", "a2-efistub-bootentry", "a3-efistub-bootentry-6.12", "kernel" },
    };

    if (access("../shared/boots/" UKI, R_OK) != 0)
        return;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char base[128], second[128], twin[128];
        learnt one;

        snprintf(base, sizeof base, "../../../shared/boots/%s", rows[i].base);
        snprintf(second, sizeof second, "../../../shared/boots/%s", rows[i].second);
        snprintf(twin, sizeof twin, "../../../shared/boots/%s", rows[i].twin);
        assay_reference_free(&reference);
        reference = assay_reference_new("image");
        learnt_add(reference, base, NULL, hashes);
        learnt_add(reference, second, NULL, hashes);
        cr_expect_eq(reference->variant_count, 1, "%s", rows[i].second);
        learnt_open(&one, twin);
        assay_reference_result result = compare(&one.boot);
        cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH, "%s", rows[i].twin);
        cr_expect(!result.log_contradicts, "%s", rows[i].twin);
        cr_expect_str_eq(differing(&result), rows[i].differs, "%s: %s", rows[i].twin,
                         differing(&result));
        assay_reference_result_free(&result);
        learnt_free(&one);
    }
}
