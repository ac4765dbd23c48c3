/* SPDX-License-Identifier: BSD-2-Clause */
/* Which entry systemd-boot starts without anybody's doing (config_select_default_entry). */
#include "base/utf16.h"
#include "boot/loader/sdboot.h"

#include <fnmatch.h>

enum { PATTERN_MAX = 512 };

/* The boot loader interface's variables (systemd.io/BOOT_LOADER_INTERFACE). */
static const assay_guid loader_guid =
    ASSAY_GUID(0x4a67b082, 0x0a4c, 0x41cf, 0xb6, 0xc7, 0x44, 0x0b, 0x29, 0xbb, 0x8c, 0x4f);

/* The text of a variable in lower case, as a pattern; an empty one where there is none. */
static void read_variable(const assay_boot *boot, const char *name, char ret_text[PATTERN_MAX])
{
    const assay_bytes data = assay_utf16_until_nul(
        assay_variables_data(boot->scenario->variables, &loader_guid, name));
    assay_writer out = assay_writer_lent(ret_text, PATTERN_MAX - 1);

    if (data.data != NULL)
        assay_put_utf16(&out, data);
    ret_text[out.failure == 0 ? out.used : 0] = '\0';
}

static void copy_pattern(assay_bytes pattern, char ret_text[PATTERN_MAX])
{
    const size_t size = pattern.size < PATTERN_MAX ? pattern.size : 0;

    if (size > 0)
        memcpy(ret_text, pattern.data, size);
    ret_text[size] = '\0';
}

static const assay_sdboot_entry *find(const assay_sdboot_list *list, const char *pattern,
                                      bool with_tries)
{
    char text[PATTERN_MAX];

    if (pattern[0] == '\0')
        return NULL;
    for (size_t i = 0; i < list->count; i++) {
        const assay_sdboot_entry *const entry = &list->entries[i];
        copy_pattern(entry->id, text);
        if (fnmatch(pattern, text, FNM_CASEFOLD) == 0 &&
            !(with_tries && entry->order.tries.left == 0))
            return entry;
    }
    return NULL;
}

/* What "@saved" stands for is another variable. */
static const assay_sdboot_entry *find_or_saved(const assay_boot *boot,
                                               const assay_sdboot_list *list, char *pattern,
                                               bool with_tries)
{
    if (strcmp(pattern, "@saved") == 0)
        read_variable(boot, "LoaderEntryLastBooted", pattern);
    return find(list, pattern, with_tries);
}

static const assay_sdboot_entry *find_default(const assay_boot *boot,
                                              const assay_sdboot_version *version,
                                              const assay_loader_conf *conf,
                                              const assay_sdboot_list *list)
{
    const assay_sdboot_entry *entry;
    char pattern[PATTERN_MAX];

    read_variable(boot, "LoaderEntryOneShot", pattern);
    entry = find(list, pattern, false);
    if (entry == NULL && version->prefers) {
        read_variable(boot, "LoaderEntryPreferred", pattern);
        entry = find_or_saved(boot, list, pattern, true);
    }
    if (entry == NULL && version->prefers) {
        copy_pattern(conf->preferred_entry, pattern);
        entry = find_or_saved(boot, list, pattern, true);
    }
    if (entry == NULL) {
        read_variable(boot, "LoaderEntryDefault", pattern);
        entry = find_or_saved(boot, list, pattern, false);
    }
    if (entry == NULL) {
        copy_pattern(conf->default_entry, pattern);
        entry = find_or_saved(boot, list, pattern, false);
    }
    return entry;
}

const assay_sdboot_entry *assay_sdboot_choose(assay_boot *boot,
                                              const assay_sdboot_version *version,
                                              const assay_loader_conf *conf,
                                              const assay_sdboot_list *list)
{
    const char *const choice = boot->scenario->choice.boot_manager;
    const assay_sdboot_entry *entry =
        choice != NULL ? find(list, choice, false) : find_default(boot, version, conf, list);

    if (choice != NULL && entry == NULL)
        assay_boot_fail(boot, ASSAY_MALFORMED,
                        "systemd-boot has no entry of the id that the scenario chooses");
    if (choice == NULL && entry == NULL && list->count > 0)
        entry = &list->entries[0]; /* automatic ones come last */
    return entry;
}
