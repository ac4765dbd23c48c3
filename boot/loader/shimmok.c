/* SPDX-License-Identifier: BSD-2-Clause */
/* What shim keeps of its variables: the SBAT level, and the mirrors of its lists (mok.c,
 * sbat.c). */
#include "boot/loader/shim_private.h"
#include "eventlog/payload/siglist.h"

static const assay_guid x509 =
    ASSAY_GUID(0xa5c059a1, 0x94e4, 0x4aa7, 0x87, 0xb5, 0xab, 0x15, 0x5c, 0x2b, 0xf0, 0x72);
static const assay_guid sha256 =
    ASSAY_GUID(0xc1c41626, 0x504c, 0x4092, 0xac, 0xa9, 0x41, 0xf9, 0x36, 0x93, 0x43, 0x28);

/* --- the SBAT level ------------------------------------------------------------------------- */

enum { POLICY_LATEST = 1, POLICY_AUTOMATIC = 2, POLICY_RESET = 3 };

assay_sbat_levels assay_shim_levels(const assay_shim *shim)
{
    assay_sbat_levels levels = {
        .automatic = assay_sbat_original,
        .latest = shim->version->sbat == ASSAY_SHIM_SBAT_CODE
                      ? ASSAY_LITERAL("sbat,1,2022052400\nshim,2\ngrub,2\n")
                      : assay_sbat_original,
    };

    if (shim->version->sbat == ASSAY_SHIM_SBAT_SECTION)
        assay_sbat_levels_of(shim->pe, &levels);
    return levels;
}

/* Attributes that shim takes a level with: its own, which only firmware or a shim can have set. */
static bool is_protected(const assay_efivar *variable)
{
    const uint32_t own = ASSAY_EFIVAR_NON_VOLATILE | ASSAY_EFIVAR_BOOTSERVICE_ACCESS;

    return variable->attributes == own ||
           variable->attributes == (own | ASSAY_EFIVAR_TIME_BASED_AUTHENTICATED);
}

/* What the policy, or its absence, makes of the levels on offer. */
static assay_bytes candidate(const assay_boot *boot, const assay_shim *shim,
                             const assay_sbat_levels *offered, bool *ret_reset)
{
    const assay_bytes policy =
        assay_variables_data(boot->scenario->variables, &assay_guid_shim_lock, "SbatPolicy");
    const bool secure = assay_shim_is_secure(boot, shim);
    const int chosen = policy.size > 0 ? policy.data[0] : 0;

    *ret_reset = !secure && (chosen == POLICY_RESET || (shim->version->resets_sbat &&
                                                        chosen != POLICY_LATEST &&
                                                        chosen != POLICY_AUTOMATIC));
    if (*ret_reset)
        return assay_sbat_original;
    return chosen == POLICY_LATEST ? offered->latest : offered->automatic;
}

void assay_shim_set_level(assay_boot *boot, assay_shim *shim, const assay_sbat_levels *offered)
{
    const assay_efivar *const variable =
        assay_variables_find(boot->scenario->variables, &assay_guid_shim_lock, "SbatLevel");
    bool reset = false;
    const assay_bytes level = shim->version->sbat == ASSAY_SHIM_SBAT_ORIGINAL
                                  ? assay_sbat_original
                                  : candidate(boot, shim, offered, &reset);
    const assay_bytes present = shim->level.data != NULL ? shim->level
                                : variable != NULL       ? variable->data
                                                         : ASSAY_NO_BYTES;
    const bool trusted = shim->level.data != NULL || (variable != NULL && is_protected(variable));
    const bool kept = shim->version->sbat == ASSAY_SHIM_SBAT_ORIGINAL
                          ? assay_sbat_is_level(present)
                          : assay_sbat_keeps(present, level);

    shim->level = trusted && kept && !reset ? present : level;
}

/* --- the mirrors ---------------------------------------------------------------------------- */

void assay_shim_read_vendor(assay_shim *shim)
{
    const assay_bytes table = assay_pe_bytes(shim->pe, ".vendor_cert");
    assay_cursor c = assay_cursor_of(table), vendor = c, dbx = c;
    const uint32_t size = assay_take_u32le(&c), dbx_size = assay_take_u32le(&c);

    assay_seek(&vendor, assay_take_u32le(&c));
    shim->vendor = size > 0 ? assay_take(&vendor, size) : ASSAY_NO_BYTES;
    assay_seek(&dbx, assay_take_u32le(&c));
    shim->vendor_dbx = dbx_size > 0 ? assay_take(&dbx, dbx_size) : ASSAY_NO_BYTES;
    /* A certificate is a DER SEQUENCE; the GUID of no signature type begins so. */
    shim->vendor_is_lists = shim->vendor.size > 0 && shim->vendor.data[0] != 0x30;
}

/* A signature list of one entry, shim its owner. */
static void put_list(assay_writer *out, const assay_guid *type, assay_bytes data)
{
    const assay_siglist list = assay_siglist_of(type, 1, (uint32_t)data.size);
    const assay_signature signature = { .owner = assay_guid_shim_lock, .data = data };

    assay_siglist_encode(out, &list);
    assay_signature_encode(out, &signature);
}

/* A list of keys: vendor's, the user's, the variable's; never nothing. */
static assay_bytes mirror_keys(assay_boot *boot, assay_bytes vendor, bool vendor_is_certificate,
                               assay_bytes user, assay_bytes variable)
{
    static const uint8_t zeros[32];
    assay_writer out = assay_writer_growing(ASSAY_SHIM_KEYS);

    if (vendor.size > 0 && vendor_is_certificate)
        put_list(&out, &x509, vendor);
    else
        assay_put(&out, vendor);
    assay_put(&out, user);
    assay_put(&out, variable);
    if (out.written == 0)
        put_list(&out, &sha256, assay_bytes_of(zeros, sizeof zeros));
    const assay_bytes keys =
        out.failure == 0 ? assay_boot_keep(boot, assay_written(&out)) : ASSAY_NO_BYTES;

    if (out.failure != 0)
        assay_boot_fail(boot, (enum assay_kind)out.failure, "shim's list of keys can't be made");
    assay_writer_close(&out);
    return keys;
}

/* A variable that is mirrored, in shim's order; which releases know it so: [since, before). */
typedef struct mirrored {
    const char *name;
    unsigned since, before;
    bool measured; /* PCR 7 */
    bool logged;   /* PCR 14 */
    bool inverse;  /* there is a byte 1 when it isn't set, and nothing when it is */
} mirrored;

enum { EVER = 10000 };

static const mirrored table[] = {
    { "MokList", 0, EVER, false, true, false },
    { "MokListX", 0, EVER, false, true, false },
    { "MokSBState", 0, EVER, true, true, false },
    { "MokDBState", 0, EVER, false, false, false },
    { "SbatLevel", 0, EVER, true, false, false },
    { "MokListTrusted", 1505, 1506, true, true, false },
    { "MokListTrusted", 1506, 1507, true, true, true },
    { "MokListTrusted", 1507, EVER, false, true, true },
    { "MokPolicy", 1506, EVER, false, true, false },
};

/* What the variable holds, unless the operating system could have written it: shim deletes that. */
static assay_bytes import(assay_boot *boot, const assay_shim *shim, const mirrored *row)
{
    const assay_efivar *const variable =
        assay_variables_find(boot->scenario->variables, &assay_guid_shim_lock, row->name);

    if (strcmp(row->name, "SbatLevel") == 0)
        return shim->level;
    if (row->inverse)
        return variable == NULL ? ASSAY_LITERAL("\1") : ASSAY_NO_BYTES;
    if (variable == NULL || (variable->attributes & ASSAY_EFIVAR_RUNTIME_ACCESS) != 0 ||
        (variable->attributes &
         (ASSAY_EFIVAR_BOOTSERVICE_ACCESS | ASSAY_EFIVAR_NON_VOLATILE)) == 0)
        return ASSAY_NO_BYTES;
    return variable->data;
}

static assay_bytes content_of(assay_boot *boot, assay_shim *shim, const mirrored *row)
{
    const assay_bytes data = import(boot, shim, row);

    if (strcmp(row->name, "MokList") == 0)
        return shim->mok_list = mirror_keys(boot, shim->vendor, !shim->vendor_is_lists,
                                            shim->user_keys, data);
    if (strcmp(row->name, "MokListX") != 0)
        return data;
    shim->mok_list_x = data;
    return mirror_keys(boot, shim->vendor_dbx, false, ASSAY_NO_BYTES, data);
}

static void set_state(assay_shim *shim, const mirrored *row, assay_bytes data)
{
    if (data.size != 1 || shim->version->forgets)
        return;
    if (strcmp(row->name, "MokSBState") == 0)
        shim->insecure = data.data[0] != 0;
    if (strcmp(row->name, "MokDBState") == 0)
        shim->ignores_db = data.data[0] != 0;
}

void assay_shim_mirror(assay_boot *boot, assay_shim *shim)
{
    for (size_t i = 0; i < sizeof table / sizeof *table && boot->status == 0; i++) {
        const mirrored *const row = &table[i];

        if (shim->version->since < row->since || shim->version->since >= row->before)
            continue;
        const assay_bytes data = content_of(boot, shim, row);

        set_state(shim, row, data);
        if (data.size > 0 && row->measured)
            assay_shim_measure(boot, shim, &assay_guid_shim_lock, row->name, data);
        if (data.size > 0 && row->logged)
            assay_boot_measure(boot, 14, EV_IPL, ASSAY_PART_SHIM, data,
                               assay_bytes_of(row->name, strlen(row->name) + 1));
    }
}
