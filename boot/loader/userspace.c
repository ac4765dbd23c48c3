/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/userspace.h"

#include "boot/loader/boot.h"

const assay_boot_phase assay_boot_phases[ASSAY_BOOT_PHASES] = {
    { "enter-initrd", 252 }, { "leave-initrd", 252 }, { "sysinit", 252 },
    { "ready", 252 },        { "shutdown", 252 },     { "final", 252 },
};

bool assay_boot_is_phase(assay_bytes text)
{
    for (size_t i = 0; i < ASSAY_BOOT_PHASES; i++)
        if (assay_bytes_equal(text, assay_bytes_of_string(assay_boot_phases[i].word)))
            return true;
    return false;
}

/*
 * systemd's own log says what was measured in JSON, which a TCG log has no room for. EV_IPL is the
 * type of whatever boots; its data, the text, is what was hashed.
 */
void assay_userspace_run(assay_boot *boot)
{
    const assay_scenario *const scenario = boot->scenario;

    for (size_t i = 0; i < scenario->userspace.extend_count; i++) {
        const assay_scenario_extend *const extend = &scenario->userspace.extends[i];
        assay_boot_measure_data(boot, extend->pcr, EV_IPL, ASSAY_PART_USERSPACE,
                                assay_bytes_of_string(extend->text));
    }
}
