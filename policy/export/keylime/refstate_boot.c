/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A boot in the eyes of Keylime's policy "example": each event is looked up by PCR and type, and
 * one that has no row is refused. The policy reads what tpm2_eventlog prints of the log.
 */
#include "policy/export/keylime/refstate.h"

#include "base/guid.h"
#include "eventlog/payload/payload.h"
#include "eventlog/payload/siglist.h"
#include "eventlog/types.h"

typedef struct boot_walk {
    assay_export_job *job;
    assay_refstate_boot *boot;
    const assay_event *event;
    assay_bytes digest; /* the event's in SHA-256, or no bytes where it isn't held */
    bool varies;
    size_t seen[64]; /* by row: how often */
    unsigned variables; /* those met: a bit for each row of theirs */
    bool failed;
} boot_walk;

#define refuse(walk, format, ...)                                                                  \
    assay_export_note_on((walk)->job, ASSAY_EXPORT_REFUSAL, "variant %s: " format,                 \
                         (walk)->boot->variant, __VA_ARGS__)

static void add(boot_walk *walk, enum assay_refstate_field field, assay_bytes item)
{
    assay_refstate_list *const list = &walk->boot->fields[field];
    assay_bytes *const added =
        assay_arena_more(&walk->job->arena, &list->items, list->count, sizeof *added);

    if (added == NULL) {
        walk->failed = true;
        return;
    }
    *added = item;
    list->count++;
}

/* The event's text as tpm2_eventlog prints it: to the NUL. */
static assay_bytes text_of(const assay_event *event)
{
    assay_bytes text = event->data;

    text.size = assay_bytes_find(text, ASSAY_LITERAL("\0"));
    return text;
}

static bool contains(assay_bytes text, const char *part)
{
    return assay_bytes_find(text, assay_bytes_of_string(part)) < text.size;
}

/* Rows' visitors: what the policy does with an event of a PCR and type. */

typedef void visit(boot_walk *walk);

static void accept(boot_walk *walk)
{
    (void)walk;
}

static void visit_no_action(boot_walk *walk)
{
    refuse(walk, "%s, and the policy takes one EV_NO_ACTION in PCR 0, the log's header",
           assay_bytes_start_with(walk->event->data, ASSAY_LITERAL("StartupLocality"))
               ? "the log has a StartupLocality event"
               : "the log has more EV_NO_ACTION events");
}

static void visit_scrtm(boot_walk *walk)
{
    add(walk, ASSAY_REFSTATE_SCRTM, walk->digest);
}

static void visit_firmware(boot_walk *walk)
{
    add(walk, ASSAY_REFSTATE_FIRMWARE, walk->digest);
}

static void visit_application(boot_walk *walk)
{
    add(walk, ASSAY_REFSTATE_APPLICATIONS, walk->digest);
}

static void visit_separator(boot_walk *walk)
{
    const assay_bytes data = walk->event->data;

    if (data.size != 4 || !(assay_bytes_all(data, 0x00) || assay_bytes_all(data, 0xFF)))
        refuse(walk, "the separator of PCR %u is neither 00000000 nor FFFFFFFF",
               walk->event->pcr_index);
}

static void visit_action(boot_walk *walk)
{
    static const struct {
        uint32_t pcr;
        const char *text;
    } known[] = {
        { 1, "Entering ROM Based Setup" },
        { 4, "Calling EFI Application from Boot Option" },
        { 4, "Returning from EFI Application from Boot Option" },
        { 5, "Exit Boot Services Invocation" },
        { 5, "Exit Boot Services Returned with Failure" },
        { 5, "Exit Boot Services Returned with Success" },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].pcr == walk->event->pcr_index &&
            assay_bytes_equal(text_of(walk->event), assay_bytes_of_string(known[i].text)))
            return;
    refuse(walk, "PCR %u has an EV_EFI_ACTION with another text than the policy knows",
           walk->event->pcr_index);
}

/* Variables. */

static const char global[] = "EFI_GLOBAL_VARIABLE", images[] = "EFI_IMAGE_SECURITY_DATABASE",
                  shim[] = "SHIM_LOCK";

/* `size` 0: any. The field's entries of lists whose type is one of the two. */
static const struct variable_row {
    const char *vendor, *name;
    uint32_t type;
    int field; /* enum assay_refstate_field, or -1: it is accepted as it is */
} variable_rows[] = {
    { global, "SecureBoot", EV_EFI_VARIABLE_DRIVER_CONFIG, -1 },
    { global, "PK", EV_EFI_VARIABLE_DRIVER_CONFIG, ASSAY_REFSTATE_PK },
    { global, "KEK", EV_EFI_VARIABLE_DRIVER_CONFIG, ASSAY_REFSTATE_KEK },
    { images, "db", EV_EFI_VARIABLE_DRIVER_CONFIG, ASSAY_REFSTATE_DB },
    { images, "vendor_db", EV_EFI_VARIABLE_DRIVER_CONFIG, ASSAY_REFSTATE_VENDOR_DB },
    { images, "dbx", EV_EFI_VARIABLE_DRIVER_CONFIG, ASSAY_REFSTATE_DBX },
    { images, "db", EV_EFI_VARIABLE_AUTHORITY, -1 },
    { images, "vendor_db", EV_EFI_VARIABLE_AUTHORITY, ASSAY_REFSTATE_VENDOR_DB },
    { shim, "SbatLevel", EV_EFI_VARIABLE_AUTHORITY, -1 },
    { shim, "Shim", EV_EFI_VARIABLE_AUTHORITY, -1 },
    { shim, "MokListTrusted", EV_EFI_VARIABLE_AUTHORITY, -1 },
    { shim, "MokListRT", EV_EFI_VARIABLE_AUTHORITY, -1 },
};

static bool type_fits(enum assay_refstate_field field, const assay_guid *type)
{
    const char *const name = assay_guid_name(type);
    const bool certificate = name != NULL && strcmp(name, "EFI_CERT_X509") == 0;
    const bool hash = name != NULL && strcmp(name, "EFI_CERT_SHA256") == 0;

    switch (field) {
    case ASSAY_REFSTATE_PK:
    case ASSAY_REFSTATE_KEK:
        return certificate;
    case ASSAY_REFSTATE_DBX:
        return hash;
    default:
        return certificate || hash;
    }
}

/* EFI_SIGNATURE_DATA of an entry whose data the lists lend: the owner stands before it. */
static assay_bytes entry_of(const assay_signature *signature)
{
    return assay_bytes_of(signature->data.data - sizeof signature->owner.bytes,
                          signature->data.size + sizeof signature->owner.bytes);
}

static void add_lists(boot_walk *walk, const struct variable_row *row, assay_bytes data)
{
    const enum assay_refstate_field field = (enum assay_refstate_field)row->field;
    assay_siglists lists = assay_siglists_of(data);
    size_t count = 0;
    int step;

    while ((step = assay_siglists_next(&lists)) > 0) {
        if (step == ASSAY_SIGLIST_SIGNATURE)
            add(walk, field, entry_of(&lists.signature));
        else if (!type_fits(field, &lists.list.type))
            refuse(walk, "%s has a list of another type than the policy takes there", row->name);
        count += step == ASSAY_SIGLIST_LIST;
    }
    if (step == ASSAY_SIGLIST_BROKEN)
        refuse(walk, "%s is no list of signatures", row->name);
    if (field == ASSAY_REFSTATE_DBX && count != 1 && (walk->boot->secure_boot || count > 0))
        refuse(walk, "dbx has %zu lists, and the policy takes one of SHA-256 hashes", count);
}

static void visit_row(boot_walk *walk, const struct variable_row *row, const assay_variable *v)
{
    if (row == &variable_rows[0]) {
        walk->boot->secure_boot = v->data.size == 1 && v->data.data[0] == 1;
        return;
    }
    if (row->field < 0)
        return;
    if (walk->varies)
        refuse(walk, "%s varies from boot to boot, and the policy wants to know its keys",
               row->name);
    if (row->type == EV_EFI_VARIABLE_DRIVER_CONFIG)
        add_lists(walk, row, v->data);
    else
        add(walk, (enum assay_refstate_field)row->field, v->data);
}

static void visit_variable(boot_walk *walk)
{
    assay_variable v;

    if (!assay_variable_decode(walk->event->data, &v)) {
        refuse(walk, "PCR 7 has a %s whose data are no variable",
               assay_event_type_find(walk->event->type)->name);
        return;
    }
    for (size_t i = 0; i < sizeof variable_rows / sizeof *variable_rows; i++) {
        const struct variable_row *const row = &variable_rows[i];

        if (row->type != walk->event->type || !assay_variable_is(&v, row->vendor, row->name))
            continue;
        if (i > 0 && (walk->variables >> i & 1) != 0)
            refuse(walk, "PCR 7 has two events %s of %s, and the policy takes one",
                   assay_event_type_find(row->type)->name, row->name);
        walk->variables |= 1u << i;
        visit_row(walk, row, &v);
        return;
    }
    refuse(walk, "PCR 7 has a %s of a variable that the policy doesn't know",
           assay_event_type_find(walk->event->type)->name);
}

/* BootOrder or Boot and hexadecimal digits. */
static bool is_boot_option(assay_bytes name)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    static const assay_bytes order = ASSAY_LITERAL("B\0o\0o\0t\0O\0r\0d\0e\0r\0"),
                             boot = ASSAY_LITERAL("B\0o\0o\0t\0");

    if (assay_bytes_equal(name, order))
        return true;
    if (!assay_bytes_start_with(name, boot) || name.size == boot.size || name.size % 2 != 0)
        return false;
    for (size_t i = boot.size; i < name.size; i += 2)
        if (name.data[i + 1] != 0 || memchr(digits, name.data[i], sizeof digits - 1) == NULL)
            return false;
    return true;
}

static void visit_boot_variable(boot_walk *walk)
{
    assay_variable v;
    const char *vendor;

    if (assay_variable_decode(walk->event->data, &v) &&
        (vendor = assay_guid_name(&v.vendor)) != NULL && strcmp(vendor, global) == 0 &&
        is_boot_option(v.name))
        return;
    refuse(walk, "PCR %u has an EV_EFI_VARIABLE_BOOT of another variable than BootOrder and Boot0000",
           walk->event->pcr_index);
}

/* Boot loaders' events. */

static void visit_mok(boot_walk *walk)
{
    const assay_bytes name = text_of(walk->event);

    if (assay_bytes_equal(name, ASSAY_LITERAL("MokList")))
        add(walk, ASSAY_REFSTATE_MOK, walk->digest);
    else if (assay_bytes_equal(name, ASSAY_LITERAL("MokListX")))
        add(walk, ASSAY_REFSTATE_MOKX, walk->digest);
    else if (!assay_bytes_equal(name, ASSAY_LITERAL("MokListTrusted")))
        refuse(walk, "PCR %u has an event of shim that the policy doesn't know",
               walk->event->pcr_index);
}

static void visit_command(boot_walk *walk)
{
    static const assay_bytes command = ASSAY_LITERAL("grub_cmd: "),
                             cmdline = ASSAY_LITERAL("kernel_cmdline: ");
    const assay_bytes text = text_of(walk->event);

    if (assay_bytes_start_with(text, cmdline))
        add(walk, ASSAY_REFSTATE_CMDLINE,
            walk->varies ? ASSAY_NO_BYTES
                         : assay_bytes_of(text.data + cmdline.size, text.size - cmdline.size));
    else if (!assay_bytes_start_with(text, command))
        refuse(walk, "PCR %u has something else than GRUB's commands and the kernel's command line",
               walk->event->pcr_index);
}

static void visit_file(boot_walk *walk)
{
    const assay_bytes text = text_of(walk->event);

    if (contains(text, "/loader/entries") || contains(text, "/grub"))
        return;
    if (contains(text, "/vmlinuz"))
        add(walk, ASSAY_REFSTATE_VMLINUZ, walk->digest);
    else if (contains(text, "/initrd") || contains(text, "/initramfs"))
        add(walk, ASSAY_REFSTATE_INITRD, walk->digest);
    else
        refuse(walk, "PCR %u has a file that the policy takes neither for GRUB's, nor for a vmlinuz "
                     "or initrd", walk->event->pcr_index);
}

/* The rows: what the policy knows. `most` 0: any number. */
static const struct event_row {
    uint32_t pcr, type;
    size_t most;
    visit *visit;
} event_rows[] = {
    { 0, EV_NO_ACTION, 0, visit_no_action },
    { 0, EV_S_CRTM_VERSION, 0, visit_scrtm },
    { 0, EV_EFI_PLATFORM_FIRMWARE_BLOB, 0, visit_firmware },
    { 0, EV_EFI_PLATFORM_FIRMWARE_BLOB2, 0, visit_firmware },
    { 0, EV_SEPARATOR, 0, visit_separator },
    { 1, EV_SEPARATOR, 0, visit_separator },
    { 2, EV_SEPARATOR, 0, visit_separator },
    { 3, EV_SEPARATOR, 0, visit_separator },
    { 4, EV_SEPARATOR, 0, visit_separator },
    { 5, EV_SEPARATOR, 0, visit_separator },
    { 6, EV_SEPARATOR, 0, visit_separator },
    { 7, EV_SEPARATOR, 0, visit_separator },
    { 1, EV_CPU_MICROCODE, 1, accept },
    { 1, EV_EFI_HANDOFF_TABLES, 1, accept },
    { 1, EV_EFI_HANDOFF_TABLES2, 1, accept },
    { 1, EV_PLATFORM_CONFIG_FLAGS, 4, accept },
    { 1, EV_EFI_VARIABLE_BOOT, 0, visit_boot_variable },
    { 1, EV_EFI_ACTION, 0, visit_action },
    { 2, EV_EFI_BOOT_SERVICES_DRIVER, 0, accept },
    { 4, EV_EFI_ACTION, 0, visit_action },
    { 4, EV_EFI_BOOT_SERVICES_APPLICATION, 0, visit_application },
    { 5, EV_EFI_ACTION, 0, visit_action },
    { 5, EV_EFI_GPT_EVENT, 1, accept },
    { 7, EV_EFI_VARIABLE_DRIVER_CONFIG, 0, visit_variable },
    { 7, EV_EFI_VARIABLE_AUTHORITY, 0, visit_variable },
    { 8, EV_IPL, 0, visit_command },
    { 9, EV_IPL, 0, visit_file },
    { 14, EV_IPL, 0, visit_mok },
};

static void visit_event(boot_walk *walk)
{
    const assay_event *const event = walk->event;
    const assay_event_type *const type = assay_event_type_find(event->type);

    for (size_t i = 0; i < sizeof event_rows / sizeof *event_rows; i++) {
        const struct event_row *const row = &event_rows[i];

        if (row->pcr != event->pcr_index || row->type != event->type)
            continue;
        if (++walk->seen[i] > row->most && row->most > 0)
            refuse(walk, "PCR %u has more than %zu events %s", row->pcr, row->most, type->name);
        else
            row->visit(walk);
        return;
    }
    if (type != NULL)
        refuse(walk, "PCR %u has an event %s, which the policy doesn't know there",
               event->pcr_index, type->name);
    else
        refuse(walk, "PCR %u has an event of type 0x%x, which the policy doesn't know",
               event->pcr_index, event->type);
}

static bool is_held(const assay_reference_step *step, const assay_reference_alternative *at)
{
    bool held = step->varies == NULL;

    for (size_t i = 0; i < at->unknown_count; i++)
        held = held && at->unknown[i] != ASSAY_ALG_SHA256;
    return held;
}

int assay_refstate_read_boot(assay_export_job *job, size_t variant, assay_refstate_boot *ret_boot)
{
    boot_walk walk = { .job = job, .boot = ret_boot };

    *ret_boot = (assay_refstate_boot){ .variant = job->reference->variants[variant].name };
    for (size_t i = 0; i < job->reference->step_count && !walk.failed; i++) {
        const assay_reference_step *const step = &job->reference->steps[i];
        const assay_reference_alternative *const at = assay_reference_at(step, variant);

        if (at == NULL || step->stage != ASSAY_STAGE_FIRMWARE)
            continue;
        walk.event = &at->event;
        walk.varies = !is_held(step, at);
        walk.digest = walk.varies ? ASSAY_NO_BYTES
                                  : assay_event_digest_of(&at->event, ASSAY_ALG_SHA256);
        visit_event(&walk);
    }
    return walk.failed ? -ASSAY_NO_MEMORY : 0;
}
