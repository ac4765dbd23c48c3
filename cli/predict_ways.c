/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * assay predict goes three ways: a boot is computed, a log's parts are replaced, or a scenario is
 * written. An option that the way taken would not look at is refused rather than ignored.
 */
#include "cli/complain.h"
#include "cli/predict.h"

enum {
    BOOT = 1, /* computed from a scenario and options */
    BASE = 2, /* --base */
};

#define FIELD(member) offsetof(predict_options, member), sizeof(((predict_options *)0)->member)

/* All of the verb's own options but --init; tests compare with the table of those. */
typedef struct option_of_ways {
    const char *name;
    size_t offset, size; /* all zeros: not given */
    unsigned ways;
} option_of_ways;

static const option_of_ways table[] = {
    { "scenario", FIELD(boot.scenario), BOOT },
    { "firmware", FIELD(boot.firmware), BOOT | BASE },
    { "variables", FIELD(boot.variables), BOOT | BASE },
    { "disk", FIELD(boot.disk), BOOT | BASE },
    { "bus", FIELD(boot.bus), BOOT },
    { "esp", FIELD(boot.esp), BOOT | BASE },
    { "memory", FIELD(boot.memory), BOOT | BASE },
    { "cpus", FIELD(boot.cpus), BOOT | BASE },
    { "smm", FIELD(boot.smm), BOOT | BASE },
    { "qemu", FIELD(boot.qemu), BOOT },
    { "table", FIELD(boot.tables), BOOT },
    { "option-rom", FIELD(boot.option_roms), BOOT | BASE },
    { "boot-entry", FIELD(boot.boot_entry), BOOT },
    { "grub-entry", FIELD(boot.grub_entry), BOOT },
    { "ima", FIELD(boot.ima), BOOT },
    { "phase", FIELD(boot.phases), BOOT },
    { "kernel", FIELD(kernel), BOOT | BASE },
    { "initrd", FIELD(rebase.initrds), BOOT | BASE },
    { "cmdline", FIELD(modules.kernel_cmdline), BOOT | BASE },
    { "base", FIELD(base), BASE },
    { "to", FIELD(to), BOOT | BASE },
    { "loader", FIELD(rebase.loaders), BASE },
    { "shim", FIELD(rebase.shim), BASE },
    { "uki", FIELD(rebase.uki), BASE },
    { "addon", FIELD(rebase.addons), BASE },
    { "driver", FIELD(rebase.drivers), BASE },
    { "loader-conf", FIELD(rebase.loader_conf), BASE },
    { "grub-cfg", FIELD(rebase.grub_cfg), BASE },
    { "pk", FIELD(rebase.pk), BASE },
    { "kek", FIELD(rebase.kek), BASE },
    { "db", FIELD(rebase.db), BASE },
    { "dbx", FIELD(rebase.dbx), BASE },
    { "dbx-update", FIELD(rebase.dbx_update), BASE },
    { "dbt", FIELD(rebase.dbt), BASE },
    { "mok", FIELD(rebase.mok), BASE },
    { "mokx", FIELD(rebase.mokx), BASE },
    { "mok-validation", FIELD(rebase.mok_validation), BASE },
    { "sbat-level", FIELD(rebase.sbat_level), BASE },
    { "secure-boot", FIELD(rebase.secure_boot), BASE },
    { "boot-order", FIELD(rebase.boot_order), BASE },
    { "boot-option", FIELD(rebase.boot_options), BASE },
    { "gpt", FIELD(rebase.gpt), BASE },
    { "base-kernel", FIELD(rebase.base_kernel), BASE },
    { "base-cmdline", FIELD(rebase.base_cmdline), BASE },
    { "base-uki", FIELD(rebase.base_uki), BASE },
    { "base-variables", FIELD(rebase.base_variables), BASE },
    { "tboot or --mle", FIELD(mle), BASE },
    { "tboot-cmdline", FIELD(mle_cmdline), BASE },
    { "mle-digest", FIELD(mle_digests), BASE },
    { "module or --keep-module", FIELD(modules.count), BASE },
    { "no-more-modules", FIELD(modules_end), BASE },
    { "sinit", FIELD(sinit), BASE },
    { "sinit-version", FIELD(sinit_version), BASE },
    { "stm", FIELD(stm), BASE },
    { "capabilities", FIELD(capabilities), BASE },
    { "po", FIELD(po), BASE },
    { "po-data", FIELD(po_data), BASE },
    { "ps", FIELD(ps), BASE },
    { "ps-data", FIELD(ps_data), BASE },
    { "pcr-values", FIELD(pcr_values), BASE },
    { "aux-public", FIELD(aux_public), BASE },
    { "ps-public", FIELD(ps_public), BASE },
    { "po-public", FIELD(po_public), BASE },
    { "vlp", FIELD(vlp), BASE },
    { "base-vlp", FIELD(base_vlp), BASE },
    { "tboot-version", FIELD(version), BASE },
    { "extpol", FIELD(extpol), BASE },
    { "pcr-map", FIELD(mapping), BASE },
    { "measure-nv", FIELD(measure_nv), BASE },
    { "nv", FIELD(nv), BASE },
    { "linux-cmdline", FIELD(linux_cmdline), BASE },
    { "base-linux-cmdline", FIELD(base_linux_cmdline), BASE },
    { "slb", FIELD(slb), BASE },
    { "strict", FIELD(strict), BOOT | BASE },
};

/* What says how something else is to be understood, and nothing by itself. */
static const struct {
    const char *name;
    size_t offset, size;
    const char *of;
    size_t of_offset, of_size;
    unsigned ways;
} companions[] = {
    { "base-kernel", FIELD(rebase.base_kernel), "kernel", FIELD(kernel), BASE },
    { "base-cmdline", FIELD(rebase.base_cmdline), "cmdline", FIELD(modules.kernel_cmdline), BASE },
    { "base-uki", FIELD(rebase.base_uki), "uki", FIELD(rebase.uki), BASE },
    { "base-linux-cmdline", FIELD(base_linux_cmdline), "linux-cmdline", FIELD(linux_cmdline),
      BASE },
    { "memory", FIELD(boot.memory), "firmware", FIELD(boot.firmware), BASE },
    { "cpus", FIELD(boot.cpus), "firmware", FIELD(boot.firmware), BASE },
    { "smm", FIELD(boot.smm), "firmware", FIELD(boot.firmware), BASE },
    { "to", FIELD(to), "output", FIELD(common.output), BOOT | BASE },
};

static bool given(const predict_options *options, size_t offset, size_t size)
{
    const uint8_t *const bytes = (const uint8_t *)options + offset;

    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0)
            return true;
    return false;
}

static int complain(const predict_work *w, const char *name)
{
    if (w->options->boot.init)
        return cli_complain_usage(w->call->verb,
                                  "--init writes a scenario: --%s says nothing to it", name);
    return w->options->base != NULL
               ? cli_complain_usage(w->call->verb,
                                    "--%s is for a boot that is computed, and --base replaces "
                                    "parts of one that was logged: one of both",
                                    name)
               : cli_complain_usage(w->call->verb,
                                    "--%s replaces a part of a boot that was logged: --base LOG "
                                    "says of which",
                                    name);
}

static int check_companions(const predict_work *w, unsigned way)
{
    const predict_options *const o = w->options;

    for (size_t i = 0; i < sizeof companions / sizeof *companions; i++)
        if ((companions[i].ways & way) != 0 &&
            given(o, companions[i].offset, companions[i].size) &&
            !given(o, companions[i].of_offset, companions[i].of_size))
            return cli_complain_usage(w->call->verb, "--%s says something only beside --%s",
                                      companions[i].name, companions[i].of);
    if (way == BASE && o->boot.disk != NULL && o->rebase.gpt != NULL)
        return cli_complain_usage(w->call->verb,
                                  "--gpt and --disk both give the partition table: one of both");
    return CLI_YES;
}

int predict_check_ways(const predict_work *w)
{
    const predict_options *const o = w->options;
    const unsigned way = o->boot.init ? 0 : o->base != NULL ? BASE : BOOT;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if ((table[i].ways & way) == 0 && given(o, table[i].offset, table[i].size))
            return complain(w, table[i].name);
    return check_companions(w, way);
}
