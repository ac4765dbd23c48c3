/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of assay predict. */
#include "cli/predict.h"

static const char *add_module(predict_modules *modules, const char *file)
{
    if (modules->count == PREDICT_MODULES_MAX)
        return "too many modules";
    modules->list[modules->count++] = (predict_module){ file, NULL };
    return NULL;
}

static const char *take_module(const cli_option *option, const char *value, void *field)
{
    (void)option;
    return *value == '\0' ? "" : add_module(field, value);
}

static const char *take_kept_module(const cli_option *option, const char *value, void *field)
{
    (void)option;
    (void)value;
    return add_module(field, NULL);
}

static const char *take_cmdline(const cli_option *option, const char *value, void *field)
{
    predict_modules *const modules = field;

    (void)option;
    if (modules->count == 0)
        modules->kernel_cmdline = value;
    else if (modules->list[modules->count - 1].file == NULL)
        return "it is that of the --module before it, and that one is kept";
    else
        modules->list[modules->count - 1].cmdline = value;
    return NULL;
}

static const char *take_nv(const cli_option *option, const char *value, void *field)
{
    predict_nv *const nv = field;

    (void)option;
    if (nv->count == PREDICT_NV_MAX)
        return "there are no more than 16 indices";
    const char *const wrong =
        cli_take_index_file(value, &nv->list[nv->count].index, &nv->list[nv->count].file);
    nv->count += wrong == NULL;
    return wrong;
}

static const char *take_version(const cli_option *option, const char *value, void *field)
{
    const assay_tboot_version *const version = assay_tboot_version_find(value);

    (void)option;
    *(const assay_tboot_version **)field = version;
    return version == NULL ? "a version of tboot, 1.7 or later" : NULL;
}

static const char *const extpols[] = { "sha1", "sha256",   "sha384", "sha512",
                                       "sm3",  "embedded", "agile",  NULL };
static const char *const buses[] = { "virtio", "sata", "nvme", "other", NULL };
static const char *const switches[] = { "off", "on", NULL };
static const char *const mappings[] = { "kept", "legacy", "da", NULL };

static const char *take_one_of(const cli_option *option, const char *value, void *field)
{
    for (size_t i = 0; option->words[i] != NULL; i++)
        if (strcmp(option->words[i], value) == 0) {
            *(const char **)field = value;
            return NULL;
        }
    return "";
}

#define FIELD(member) offsetof(predict_options, member)

const cli_option predict_option_table[] = {
    { 0, "scenario", "FILE", "a scenario: what boots what, as assay-scenario(5) has it",
      cli_take_text, FIELD(boot.scenario), NULL },
    { 0, "init", NULL, "write a scenario for the disk image, ESP or machine folder named",
      cli_take_flag, FIELD(boot.init), NULL },
    { 0, "firmware", "FILE", "the firmware's flash image", cli_take_text, FIELD(boot.firmware),
      NULL },
    { 0, "variables", "FILE", "its variables: a flash image, a folder, or 'live'", cli_take_text,
      FIELD(boot.variables), NULL },
    { 0, "disk", "FILE", "an image of the disk that is booted from", cli_take_text,
      FIELD(boot.disk), NULL },
    { 0, "bus", "BUS", "how that disk is attached: virtio, sata, nvme or other", take_one_of,
      FIELD(boot.bus), buses },
    { 0, "esp", "FOLDER", "the disk's EFI system partition, a folder or an image", cli_take_text,
      FIELD(boot.esp), NULL },
    { 0, "memory", "MIB", "the machine's memory", cli_take_u32, FIELD(boot.memory), NULL },
    { 0, "cpus", "N", "its processors", cli_take_u32, FIELD(boot.cpus), NULL },
    { 0, "smm", NULL, "the firmware uses System Management Mode", cli_take_flag, FIELD(boot.smm),
      NULL },
    { 0, "qemu", "MAJOR", "the version of QEMU, for --kernel", cli_take_u32, FIELD(boot.qemu),
      NULL },
    { 0, "table", "NAME=FILE", "a table that the firmware measures: etc/acpi/tables ...",
      predict_take_name, FIELD(boot.tables), NULL },
    { 0, "option-rom", "FILE", "an option ROM with a driver", predict_take_name,
      FIELD(boot.option_roms), NULL },
    { 0, "boot-entry", "ID", "the entry chosen in systemd-boot's menu", cli_take_text,
      FIELD(boot.boot_entry), NULL },
    { 0, "grub-entry", "ENTRY", "the entry chosen in GRUB's menu: number, title or id",
      cli_take_text, FIELD(boot.grub_entry), NULL },
    { 0, "ima", NULL, "IMA extends PCR 10 with its boot aggregate", cli_take_flag, FIELD(boot.ima),
      NULL },
    { 0, "phase", "WORD", "a phase of the boot that systemd extends PCR 11 with",
      predict_take_name, FIELD(boot.phases), NULL },
    { 0, "kernel", "FILE", "the kernel", cli_take_text, FIELD(kernel), NULL },
    { 0, "base", "LOG", "a log, or machine folder, of the platform", cli_take_text, FIELD(base),
      NULL },
    { 0, "to", "FORMAT", "write the log in this format rather than the base's", cli_take_formats,
      FIELD(to), NULL },
    { 0, "loader", "[NAME=]FILE", "a boot loader's image, GRUB or systemd-boot or the one of NAME",
      predict_take_name, FIELD(rebase.loaders), NULL },
    { 0, "shim", "FILE", "shim", cli_take_text, FIELD(rebase.shim), NULL },
    { 0, "uki", "FILE", "the unified kernel image", cli_take_text, FIELD(rebase.uki), NULL },
    { 0, "addon", "[NAME=]FILE", "an addon of it", predict_take_name, FIELD(rebase.addons), NULL },
    { 0, "driver", "[NAME=]FILE", "a driver of an option ROM", predict_take_name,
      FIELD(rebase.drivers), NULL },
    { 0, "loader-conf", "FILE", "systemd-boot's loader.conf", cli_take_text,
      FIELD(rebase.loader_conf), NULL },
    { 0, "grub-cfg", "FILE", "the first file that GRUB reads", cli_take_text,
      FIELD(rebase.grub_cfg), NULL },
    { 0, "pk", "FILE", "PK: signature lists, or 'none'; as those below", cli_take_text,
      FIELD(rebase.pk), NULL },
    { 0, "kek", "FILE", "KEK", cli_take_text, FIELD(rebase.kek), NULL },
    { 0, "db", "FILE", "db", cli_take_text, FIELD(rebase.db), NULL },
    { 0, "dbx", "FILE", "dbx", cli_take_text, FIELD(rebase.dbx), NULL },
    { 0, "dbx-update", "FILE", "what is appended to dbx", cli_take_text, FIELD(rebase.dbx_update),
      NULL },
    { 0, "dbt", "FILE", "dbt", cli_take_text, FIELD(rebase.dbt), NULL },
    { 0, "mok", "FILE", "MokList", cli_take_text, FIELD(rebase.mok), NULL },
    { 0, "mokx", "FILE", "MokListX", cli_take_text, FIELD(rebase.mokx), NULL },
    { 0, "mok-validation", "SWITCH", "whether shim verifies what it starts", cli_take_choice,
      FIELD(rebase.mok_validation), switches },
    { 0, "sbat-level", "FILE", "SbatLevel", cli_take_text, FIELD(rebase.sbat_level), NULL },
    { 0, "secure-boot", "SWITCH", "whether Secure Boot is on", cli_take_choice,
      FIELD(rebase.secure_boot), switches },
    { 0, "boot-order", "NNNN,...", "BootOrder", cli_take_text, FIELD(rebase.boot_order), NULL },
    { 0, "boot-option", "NNNN=FILE", "Boot####, or 'none'", predict_take_name,
      FIELD(rebase.boot_options), NULL },
    { 0, "gpt", "FILE", "the disk's first blocks, or all of it", cli_take_text, FIELD(rebase.gpt),
      NULL },
    { 0, "base-kernel", "FILE", "the kernel at the time of the base", cli_take_text,
      FIELD(rebase.base_kernel), NULL },
    { 0, "base-cmdline", "TEXT", "its command line", cli_take_any_text, FIELD(rebase.base_cmdline),
      NULL },
    { 0, "base-uki", "FILE", "the unified kernel image of the base", cli_take_text,
      FIELD(rebase.base_uki), NULL },
    { 0, "base-variables", "FILE", "the variables at the time of the base", cli_take_text,
      FIELD(rebase.base_variables), NULL },
    { 0, "tboot", "FILE", "another tboot, gzipped or not", cli_take_text, FIELD(mle), NULL },
    { 0, "tboot-cmdline", "TEXT", "its command line, without the file's name", cli_take_any_text,
      FIELD(mle_cmdline), NULL },
    { 0, "mle", "FILE", "another MLE: a Secure Launch kernel, or any ELF", cli_take_text,
      FIELD(mle), NULL },
    { 0, "mle-digest", "ALG:HEX", "a digest of the MLE; may be given for each bank",
      cli_take_digests, FIELD(mle_digests), NULL },
    { 0, "module", "FILE", "the next module, from 0 on, that tboot or Xen starts", take_module,
      FIELD(modules), NULL },
    { 0, "cmdline", "TEXT", "the kernel's command line, or that of the --module before",
      take_cmdline, FIELD(modules),
      NULL },
    { 0, "keep-module", NULL, "the next module stays what it is", take_kept_module, FIELD(modules),
      NULL },
    { 0, "no-more-modules", NULL, "the base's further modules are gone", cli_take_flag,
      FIELD(modules_end), NULL },
    { 0, "sinit", "FILE", "another SINIT ACM", cli_take_text, FIELD(sinit), NULL },
    { 0, "sinit-version", "N", "AcmVersion of the SINIT that stays, for policies that ask",
      cli_take_u8, FIELD(sinit_version), NULL },
    { 0, "stm", "FILE", "another STM, or 'none'", cli_take_text, FIELD(stm), NULL },
    { 0, "capabilities", "N", "OsSinitData.Capabilities", cli_take_u32, FIELD(capabilities), NULL },
    { 0, "po", "FILE", "the owner's policy as it lies in NV, or 'none'", cli_take_text, FIELD(po),
      NULL },
    { 0, "po-data", "FILE", "its policy data file", cli_take_text, FIELD(po_data), NULL },
    { 0, "ps", "FILE", "the supplier's policy as it lies in NV, or 'none'", cli_take_text,
      FIELD(ps), NULL },
    { 0, "ps-data", "FILE", "its policy data file", cli_take_text, FIELD(ps_data), NULL },
    { 0, "pcr-values", "FILE", "PCR 0-7 when SINIT runs, for policies that ask for them",
      cli_take_text, FIELD(pcr_values), NULL },
    { 0, "aux-public", "FILE", "TPMS_NV_PUBLIC of the AUX index, or 'none'", cli_take_text,
      FIELD(aux_public), NULL },
    { 0, "ps-public", "FILE", "that of the PS index, or 'none'", cli_take_text, FIELD(ps_public),
      NULL },
    { 0, "po-public", "FILE",
      "that of the PO index, 'none', or 'new': as 'assay lcp nv write' defines it", cli_take_text,
      FIELD(po_public), NULL },
    { 0, "vlp", "FILE", "tboot's policy, or 'builtin'", cli_take_text, FIELD(vlp), NULL },
    { 0, "base-vlp", "FILE", "tboot's policy at the time of the base", cli_take_text,
      FIELD(base_vlp), NULL },
    { 0, "tboot-version", "VERSION", "the version whose rules hold", take_version, FIELD(version),
      NULL },
    { 0, "extpol", "MODE", "how tboot measures", take_one_of, FIELD(extpol), extpols },
    { 0, "pcr-map", "MAP", "how PCRs are mapped, with a TPM 1.2", cli_take_word, FIELD(mapping),
      mappings },
    { 0, "measure-nv", NULL, "tboot measures NV indices, with a TPM 1.2", cli_take_flag,
      FIELD(measure_nv), NULL },
    { 0, "nv", "INDEX=FILE", "the content of an NV index that it measures", take_nv, FIELD(nv),
      NULL },
    { 0, "linux-cmdline", "TEXT", "Secure Launch: the kernel's, or Xen's, command line",
      cli_take_any_text, FIELD(linux_cmdline), NULL },
    { 0, "base-linux-cmdline", "TEXT", "the same at the time of the base", cli_take_any_text,
      FIELD(base_linux_cmdline), NULL },
    { 0, "initrd", "FILE", "the initrd; may be given for each", predict_take_name,
      FIELD(rebase.initrds), NULL },
    { 0, "slb", "FILE", "AMD: another secure loader block", cli_take_text, FIELD(slb), NULL },
    { 0, "strict", NULL, "exit 1 when a digest can't be known", cli_take_flag, FIELD(strict),
      NULL },
    { .name = NULL },
};
