/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reference state of Keylime's policy "example" needs of a boot, and can't do without. */
#include "policy/export/keylime/refstate.h"

typedef struct boot_check {
    assay_export_job *job;
    const assay_refstate_boot *boot;
    bool sound;
} boot_check;

#define miss(check, format, ...)                                                                   \
    do {                                                                                           \
        (check)->sound = false;                                                                    \
        assay_export_note_on((check)->job, ASSAY_EXPORT_REFUSAL, "variant %s: " format,            \
                             (check)->boot->variant, __VA_ARGS__);                                 \
    } while (0)

assay_bytes assay_refstate_only(const assay_refstate_list *list)
{
    return list->count == 1 ? list->items[0] : ASSAY_NO_BYTES;
}

/* Every digest of the list is known. */
static void check_known(boot_check *check, enum assay_refstate_field field, const char *what)
{
    const assay_refstate_list *const list = &check->boot->fields[field];

    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].data == NULL)
            miss(check, "the SHA-256 digest of %s (%zu of %zu) varies or is not known", what, i + 1,
                 list->count);
}

static void check_one(boot_check *check, enum assay_refstate_field field, const char *what)
{
    const size_t count = check->boot->fields[field].count;

    if (count != 1)
        miss(check, "the boot has %zu of %s, and the policy wants one", count, what);
    /* Of vmlinuz the policy looks at the digest only where Secure Boot is off. */
    else if (field != ASSAY_REFSTATE_CMDLINE &&
             !(field == ASSAY_REFSTATE_VMLINUZ && check->boot->secure_boot))
        check_known(check, field, what);
}

/* Shim, GRUB and the kernel, which may be measured twice; without Secure Boot the first two. */
static void check_applications(boot_check *check)
{
    const assay_refstate_list *const list = &check->boot->fields[ASSAY_REFSTATE_APPLICATIONS];

    if (!check->boot->secure_boot && list->count != 2)
        miss(check, "PCR 4 has %zu applications, and without Secure Boot the policy wants two: "
                    "shim and GRUB", list->count);
    else if (check->boot->secure_boot && list->count != 3 &&
             !(list->count == 4 && assay_bytes_equal(list->items[2], list->items[3])))
        miss(check, "PCR 4 has %zu applications, and the policy wants three: shim, GRUB and the "
                    "kernel", list->count);
    else
        check_known(check, ASSAY_REFSTATE_APPLICATIONS, "a boot application");
}

/* tpm2_eventlog escapes these, and Keylime makes something else of them. */
static void check_cmdline(boot_check *check)
{
    const assay_bytes text = assay_refstate_only(&check->boot->fields[ASSAY_REFSTATE_CMDLINE]);

    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < 0x20 || text.data[i] > 0x7E || text.data[i] == '\\' ||
            text.data[i] == '"' || text.data[i] == '\'') {
            assay_export_note_on(check->job, ASSAY_EXPORT_ADVICE,
                                 "variant %s: the command line has quotes, backslashes or other "
                                 "than ASCII, which tpm2_eventlog may print otherwise: try it with "
                                 "a log of the machine",
                                 check->boot->variant);
            return;
        }
}

bool assay_refstate_check_boot(assay_export_job *job, const assay_refstate_boot *boot)
{
    boot_check check = { .job = job, .boot = boot, .sound = true };

    check_one(&check, ASSAY_REFSTATE_SCRTM, "EV_S_CRTM_VERSION");
    check_known(&check, ASSAY_REFSTATE_FIRMWARE, "a firmware blob");
    check_applications(&check);
    check_one(&check, ASSAY_REFSTATE_VMLINUZ, "a vmlinuz in PCR 9");
    check_one(&check, ASSAY_REFSTATE_INITRD, "an initrd in PCR 9");
    check_one(&check, ASSAY_REFSTATE_CMDLINE, "a kernel's command line in PCR 8");
    check_known(&check, ASSAY_REFSTATE_MOK, "MokList");
    check_known(&check, ASSAY_REFSTATE_MOKX, "MokListX");
    check_cmdline(&check);
    return check.sound;
}
