/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/uki.h"

#include <limits.h>

enum { NAME_SIZE = 8, NEWEST = UINT_MAX };

static const char *const names[ASSAY_UKI_SECTIONS] = {
    [ASSAY_UKI_LINUX] = ".linux",     [ASSAY_UKI_OSREL] = ".osrel",
    [ASSAY_UKI_CMDLINE] = ".cmdline", [ASSAY_UKI_INITRD] = ".initrd",
    [ASSAY_UKI_UCODE] = ".ucode",     [ASSAY_UKI_SPLASH] = ".splash",
    [ASSAY_UKI_DTB] = ".dtb",         [ASSAY_UKI_UNAME] = ".uname",
    [ASSAY_UKI_SBAT] = ".sbat",       [ASSAY_UKI_PCRSIG] = ".pcrsig",
    [ASSAY_UKI_PCRPKEY] = ".pcrpkey", [ASSAY_UKI_PROFILE] = ".profile",
    [ASSAY_UKI_DTBAUTO] = ".dtbauto", [ASSAY_UKI_HWIDS] = ".hwids",
    [ASSAY_UKI_EFIFW] = ".efifw",
};

/* The first version of the stub that knows a section. Nothing was measured before 252. */
static const unsigned known_since[ASSAY_UKI_SECTIONS] = {
    [ASSAY_UKI_LINUX] = 252,   [ASSAY_UKI_OSREL] = 252,   [ASSAY_UKI_CMDLINE] = 252,
    [ASSAY_UKI_INITRD] = 252,  [ASSAY_UKI_UCODE] = 256,   [ASSAY_UKI_SPLASH] = 252,
    [ASSAY_UKI_DTB] = 252,     [ASSAY_UKI_UNAME] = 254,   [ASSAY_UKI_SBAT] = 254,
    [ASSAY_UKI_PCRSIG] = 252,  [ASSAY_UKI_PCRPKEY] = 252, [ASSAY_UKI_PROFILE] = 257,
    [ASSAY_UKI_DTBAUTO] = 257, [ASSAY_UKI_HWIDS] = 257,   [ASSAY_UKI_EFIFW] = 258,
};

/* How the section table is searched. */
typedef struct search {
    unsigned since;
    bool prefix;   /* a name that begins with the wanted one will do: .dtbauto for .dtb */
    bool last;     /* of several the last counts, not the first */
    bool profiles;
} search;

static const search searches[] = {
    { .since = 257, .profiles = true },
    { .since = 0, .prefix = true, .last = true },
};

static const search *search_of(unsigned version)
{
    const search *row = searches;

    while (version < row->since)
        row++;
    return row;
}

/* A version that can't be read is that of a stub to come. */
static unsigned effective(unsigned version)
{
    return version != 0 ? version : NEWEST;
}

const char *assay_uki_section_name(enum assay_uki_section section)
{
    return names[section];
}

static bool by_hardware(enum assay_uki_section section)
{
    return section == ASSAY_UKI_DTBAUTO || section == ASSAY_UKI_EFIFW;
}

bool assay_uki_measures(unsigned version, enum assay_uki_section section)
{
    return section != ASSAY_UKI_PCRSIG && effective(version) >= known_since[section];
}

bool assay_uki_has_profiles(unsigned version)
{
    return search_of(effective(version))->profiles;
}

/* "#### LoaderInfo: systemd-stub 257.13-1~deb13u1 ####" */
static assay_bytes stub_version(const assay_pe *pe)
{
    static const assay_bytes before = ASSAY_LITERAL("#### LoaderInfo: systemd-stub ");
    static const assay_bytes behind = ASSAY_LITERAL(" ####");
    assay_cursor c = assay_cursor_of(assay_pe_bytes(pe, ".sdmagic"));

    assay_seek(&c, assay_bytes_find(c.bytes, before));
    assay_take(&c, before.size);
    const assay_bytes rest = assay_take_rest(&c);

    return c.failed ? ASSAY_NO_BYTES : assay_bytes_of(rest.data, assay_bytes_find(rest, behind));
}

bool assay_uki_detect(const assay_pe *pe)
{
    return stub_version(pe).data != NULL;
}

unsigned assay_uki_version(const assay_pe *pe)
{
    assay_cursor c = assay_cursor_of(stub_version(pe));
    unsigned version = 0;

    for (unsigned i = 0; assay_left(&c) > 0; i++) {
        const uint8_t digit = assay_take_u8(&c);

        if (i == 0 && digit == 'v')
            continue;
        if (digit < '0' || digit > '9' || version > 9999)
            break;
        version = version * 10 + (digit - '0');
    }
    return version;
}

static void copy_version(assay_uki *uki)
{
    const assay_bytes text = stub_version(uki->pe);

    for (size_t i = 0; i < text.size && i + 1 < sizeof uki->version_text; i++) {
        const uint8_t c = text.data[i];

        uki->version_text[i] = c > ' ' && c < 0x7f ? (char)c : '?';
    }
}

/* What the string table names has another name in the section header, which is all a stub sees. */
static bool is_named(const assay_pe_section *section, const char *wanted, const search *how)
{
    if (strlen(section->name) > NAME_SIZE)
        return false;
    return how->prefix ? strncmp(section->name, wanted, strlen(wanted)) == 0
                       : strcmp(section->name, wanted) == 0;
}

/* The section of a name among those from `from` and below `to`, or `otherwise`. */
static const assay_pe_section *find_in(const assay_pe *pe, size_t from, size_t to,
                                       const char *wanted, const search *how,
                                       const assay_pe_section *otherwise)
{
    const assay_pe_section *found = otherwise;

    for (size_t i = from; i < to; i++) {
        if (!is_named(&pe->sections[i], wanted, how))
            continue;
        found = &pe->sections[i];
        if (!how->last)
            break;
    }
    return found;
}

/* Overrides what is there; sections that depend on the machine are told, not taken. */
static void locate(assay_uki *uki, size_t from, size_t to, const search *how)
{
    for (enum assay_uki_section i = 0; i < ASSAY_UKI_SECTIONS; i++) {
        if (effective(uki->version) < known_since[i])
            continue;
        if (by_hardware(i))
            uki->depends_on_hardware[i] |=
                find_in(uki->pe, from, to, names[i], how, NULL) != NULL;
        else
            uki->sections[i] = find_in(uki->pe, from, to, names[i], how, uki->sections[i]);
    }
}

/* A section without content is none. It hides an earlier one all the same. */
static void drop_empty(const assay_pe_section *sections[ASSAY_UKI_SECTIONS])
{
    for (size_t i = 0; i < ASSAY_UKI_SECTIONS; i++)
        if (sections[i] != NULL && sections[i]->virtual_size == 0)
            sections[i] = NULL;
}

/* The position of the n-th .profile from 0 on, at `from` or later;
 * the number of sections for none. */
static size_t find_profile(const assay_pe *pe, size_t from, size_t n)
{
    for (size_t i = from; i < pe->section_count; i++)
        if (strcmp(pe->sections[i].name, names[ASSAY_UKI_PROFILE]) == 0 && n-- == 0)
            return i;
    return pe->section_count;
}

static bool locate_profile(assay_uki *uki, const search *how)
{
    const size_t end = uki->pe->section_count;
    const size_t start = find_profile(uki->pe, 0, uki->profile);

    while (find_profile(uki->pe, 0, uki->profile_count) < end)
        uki->profile_count++;
    locate(uki, 0, find_profile(uki->pe, 0, 0), how);
    if (start < end)
        locate(uki, start, find_profile(uki->pe, start + 1, 0), how);
    return start < end || uki->profile == 0;
}

int assay_uki_open(assay_uki *uki, const assay_pe *pe, unsigned profile, assay_error *error)
{
    *uki = (assay_uki){ .pe = pe, .version = assay_uki_version(pe), .profile = profile };
    const search *const how = search_of(effective(uki->version));
    bool found = profile == 0;

    copy_version(uki);
    if (how->profiles)
        found = locate_profile(uki, how);
    else
        locate(uki, 0, pe->section_count, how);
    if (!found)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "the unified kernel image has no profile %u", profile);
    drop_empty(uki->sections);
    if (uki->sections[ASSAY_UKI_LINUX] == NULL)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "the unified kernel image has no .linux section");
    return 0;
}

void assay_uki_addon_sections(const assay_pe *pe, unsigned version,
                              const assay_pe_section *ret_sections[ASSAY_UKI_SECTIONS])
{
    const search *const how = search_of(effective(version));

    for (enum assay_uki_section i = 0; i < ASSAY_UKI_SECTIONS; i++)
        ret_sections[i] = effective(version) < known_since[i]
                              ? NULL
                              : find_in(pe, 0, pe->section_count, names[i], how, NULL);
    drop_empty(ret_sections);
}
