/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCR 9 and 12: load options and initrd of a kernel with an EFI stub (Linux,
 * drivers/firmware/efi/libstub: efi_load_initrd, efi_convert_cmdline; systemd,
 * src/boot/measure.c, tpm_log_load_options). The options' text is in no event of Linux; who handed
 * it over has it.
 */
#include "boot/rebase/cmdline.h"
#include "eventlog/payload/ipl.h"
#include "eventlog/payload/loadopt.h"
#include "eventlog/payload/variable.h"

/* GRUB since 2.12: BOOT_IMAGE= and its command line, without NUL. */
static bool grubs_options(assay_rebase_work *work, bool is_new, bool nul, assay_bytes *ret_options)
{
    const size_t at = assay_work_find(work, ASSAY_ROLE_GRUB_CMDLINE, 0);
    assay_writer out = assay_work_writer();
    assay_ipl ipl;

    if (at == work->count ||
        !assay_ipl_decode(is_new ? assay_work_event(work, at) : assay_work_was(work, at), &ipl))
        return false;
    assay_put_string(&out, "BOOT_IMAGE=");
    assay_put(&out, ipl.text);
    *ret_options = assay_work_utf16(work, assay_work_take(work, &out), nul);
    return true;
}

/* The characters of an event's load options: without their NUL, or the half of it. */
static assay_bytes text_of(assay_bytes options)
{
    const assay_bytes text = assay_utf16_until_nul(options);

    return assay_bytes_of(text.data, text.size - text.size % 2);
}

/* systemd-boot's, or what systemd-stub was handed: as the event has them, or with a whole NUL. */
static bool logged_options(assay_rebase_work *work, bool is_new, bool nul,
                           assay_bytes *ret_options)
{
    size_t at = work->count;

    for (size_t i = 0; i < work->count; i++)
        if (work->items[i].is.role == ASSAY_ROLE_OPTIONS && work->items[i].kept != NULL)
            at = i;
    if (at == work->count)
        return false;
    *ret_options = (is_new ? assay_work_event(work, at) : assay_work_was(work, at))->data;
    if (nul)
        *ret_options = assay_work_joined(
            work,
            (const assay_bytes[]){ text_of(*ret_options), ASSAY_LITERAL("\0\0") }, 2);
    return true;
}

/* OptionalData of a boot option, as it is. */
static bool option_of(const assay_event *event, assay_bytes *ret_options)
{
    assay_load_option option;
    assay_variable variable;

    if (!assay_variable_decode(event->data, &variable) ||
        !assay_load_option_decode(variable.data, &option) || option.optional_data.size == 0)
        return false;
    *ret_options = option.optional_data;
    return true;
}

typedef bool options_source(assay_rebase_work *work, bool is_new, bool nul,
                            assay_bytes *ret_options);

static options_source *const sources[] = { grubs_options, logged_options };

/* Whether a source explains what the base has; then its new text is what Linux will measure. */
static bool measure_from_source(assay_rebase_work *work, size_t at)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        for (int nul = 0; nul < 2; nul++) {
            assay_bytes old, options;

            if (!sources[i](work, false, nul != 0, &old) ||
                !assay_work_explains(work, at, &old, 1))
                continue;
            if (sources[i](work, true, nul != 0, &options))
                assay_work_measure(work, at, &options, 1, ASSAY_NO_BYTES);
            return true;
        }
    return false;
}

/* From a boot option, whose OptionalData is the command line. */
static bool measure_from_option(assay_rebase_work *work, size_t at)
{
    for (size_t i = 0; i < work->count; i++) {
        assay_bytes old, options;

        if (work->items[i].is.role != ASSAY_ROLE_BOOT_OPTION || work->items[i].kept == NULL ||
            !option_of(assay_work_was(work, i), &old) || !assay_work_explains(work, at, &old, 1))
            continue;
        if (!work->items[i].removed && option_of(assay_work_event(work, i), &options))
            assay_work_measure(work, at, &options, 1, ASSAY_NO_BYTES);
        else
            assay_work_unknown(work, at, ASSAY_NO_BYTES,
                               "the boot option that held these load options is gone");
        return true;
    }
    return false;
}

/* Nobody logged the text: only the old one, given, tells how it is encoded. */
static bool measure_from_old(assay_rebase_work *work, size_t at)
{
    const char *const old = work->what->old_cmdline;

    for (int nul = 0; nul < 2 && old != NULL; nul++) {
        const assay_bytes bytes = assay_work_utf16(work, assay_bytes_of_string(old), nul != 0);

        if (!assay_work_explains(work, at, &bytes, 1))
            continue;
        const assay_bytes options =
            assay_work_utf16(work, assay_bytes_of_string(work->what->cmdline), nul != 0);
        assay_work_measure(work, at, &options, 1, ASSAY_NO_BYTES);
        return true;
    }
    return false;
}

static void replace_linux_options(assay_rebase_work *work)
{
    for (size_t i = 0; i < work->count && work->status == 0; i++) {
        if (work->items[i].is.role != ASSAY_ROLE_LINUX_OPTIONS || work->items[i].removed ||
            work->items[i].made > 0)
            continue;
        if (!measure_from_source(work, i) && !measure_from_option(work, i) &&
            work->what->cmdline != NULL && !measure_from_old(work, i))
            assay_work_unknown(work, i, ASSAY_NO_BYTES,
                               "whose text these load options were isn't known: no event of the "
                               "log has it");
    }
}

/* Words that systemd-boot put in front of an entry's options: initrd=\path. */
static size_t initrd_words(assay_bytes text)
{
    size_t end = 0;

    while (assay_bytes_start_with(assay_bytes_of(text.data + end, text.size - end),
                                  ASSAY_LITERAL("initrd="))) {
        size_t next = end;

        while (next < text.size && text.data[next] != ' ')
            next++;
        while (next < text.size && text.data[next] == ' ')
            next++;
        end = next;
    }
    return end;
}

/* Load options in an event: its words for initrds stay, the rest is the new command line.
 * No NUL. */
static assay_bytes new_options(assay_rebase_work *work, assay_bytes utf16)
{
    assay_writer out = assay_work_writer();
    const assay_bytes cmdline = assay_bytes_of_string(work->what->cmdline);

    assay_put_utf16(&out, text_of(utf16));
    const assay_bytes text = assay_work_take(work, &out);
    const assay_bytes words = { text.data, text.data != NULL ? initrd_words(text) : 0 };
    return assay_work_utf16(
        work, assay_work_joined(work, (const assay_bytes[]){ words, cmdline }, 2), false);
}

/*
 * The text of the event is hashed as it is logged, or with its whole NUL, of which systemd-boot
 * before 252 logs only the first byte (src/boot/efi/measure.c); the event ends as it did.
 */
static void measure_options(assay_rebase_work *work, size_t at, assay_bytes text)
{
    const assay_bytes was = assay_work_was(work, at)->data, old = text_of(was);
    const assay_bytes end = { was.data + old.size, was.size - old.size };
    const assay_bytes nul = ASSAY_LITERAL("\0\0"), none = ASSAY_LITERAL("");
    const assay_bytes endings[] = { end, nul, none };
    const assay_bytes data = assay_work_joined(work, (const assay_bytes[]){ text, end }, 2);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (assay_work_explains(work, at, (const assay_bytes[]){ old, endings[i] }, 2)) {
            assay_work_measure(work, at, (const assay_bytes[]){ text, endings[i] }, 2, data);
            return;
        }
    assay_work_unknown(work, at, data,
                       "how load options are hashed here isn't known: the log's digest isn't that "
                       "of the logged text");
}

static void replace_logged_options(assay_rebase_work *work)
{
    for (size_t i = 0; i < work->count && work->status == 0; i++) {
        const assay_event *const was = assay_work_was(work, i);

        if (work->items[i].is.role != ASSAY_ROLE_OPTIONS || work->items[i].removed || was == NULL ||
            work->items[i].made > 0)
            continue;
        measure_options(work, i, new_options(work, was->data));
    }
}

/* A boot option that holds the command line gets the new one, where the log proves that it does. */
static void replace_option(assay_rebase_work *work, size_t options_at)
{
    for (size_t i = 0; i < work->count && work->status == 0; i++) {
        assay_load_option option;
        assay_variable variable;
        assay_bytes old;

        if (work->items[i].is.role != ASSAY_ROLE_BOOT_OPTION || work->items[i].kept == NULL ||
            work->items[i].made > 0 || !option_of(assay_work_was(work, i), &old) ||
            !assay_work_explains(work, options_at, &old, 1) ||
            !assay_variable_decode(assay_work_was(work, i)->data, &variable) ||
            !assay_load_option_decode(variable.data, &option))
            continue;
        const bool nul =
            old.size >= 2 && old.data[old.size - 1] == 0 && old.data[old.size - 2] == 0;
        assay_writer out = assay_work_writer();
        option.optional_data =
            assay_work_utf16(work, assay_bytes_of_string(work->what->cmdline), nul);
        assay_load_option_encode(&out, &option);
        assay_rebase_measure_variable(work, i, assay_work_take(work, &out));
    }
}

/* The initrd by LoadFile2 is what the loader has: its parts one after the other. */
static bool is_padded(const assay_bytes *parts, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++)
        if (parts[i].size % 4 != 0)
            return false;
    return true;
}

static void replace_linux_initrd(assay_rebase_work *work)
{
    const size_t at = assay_work_find(work, ASSAY_ROLE_LINUX_INITRD, 0);
    const size_t section = assay_rebase_find_section(work, ".initrd");
    const assay_rebase *const what = work->what;

    if (at == work->count || work->items[at].made > 0)
        return;
    /* A stub may hand over more than its section: then the two digests differ. */
    if (section < work->count &&
        !assay_rebase_same_digests(assay_work_was(work, at), assay_work_was(work, section)))
        assay_work_unknown(work, at, ASSAY_NO_BYTES,
                           "the stub adds files of its own to the initrd, which aren't in the log: "
                           "it takes the new UKI to know");
    else if (is_padded(what->initrds, what->initrd_count))
        assay_work_measure(work, at, what->initrds, what->initrd_count, ASSAY_NO_BYTES);
    else
        assay_work_unknown(work, at, ASSAY_NO_BYTES,
                           "how the loader pads the parts of an initrd isn't known");
}

static bool has_any(const assay_rebase_work *work, const enum assay_role *roles, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (assay_work_find(work, roles[i], 0) < work->count)
            return true;
    return false;
}

/* What the log has no event of that is replaced. */
static void remark_on_missing(assay_rebase_work *work)
{
    static const enum assay_role cmdlines[] = { ASSAY_ROLE_GRUB_CMDLINE, ASSAY_ROLE_OPTIONS,
                                                ASSAY_ROLE_LINUX_OPTIONS, ASSAY_ROLE_IMAGE_UKI };
    static const enum assay_role initrds[] = { ASSAY_ROLE_GRUB_INITRD, ASSAY_ROLE_LINUX_INITRD,
                                               ASSAY_ROLE_IMAGE_UKI };

    if (work->what->cmdline != NULL && !has_any(work, cmdlines, sizeof cmdlines / sizeof *cmdlines))
        assay_work_remark(work, ASSAY_PART_CMDLINE, false,
                          "the log has no event of a kernel's command line, so that replacing it "
                          "changes nothing");
    if (work->what->initrd_count > 0 && !has_any(work, initrds, sizeof initrds / sizeof *initrds))
        assay_work_remark(
            work, ASSAY_PART_INITRD, false,
            "the log has no event of an initrd, so that replacing it changes nothing");
}

void assay_rebase_linux(assay_rebase_work *work)
{
    const size_t options_at = assay_work_find(work, ASSAY_ROLE_LINUX_OPTIONS, 0);
    const bool uki = assay_work_find(work, ASSAY_ROLE_IMAGE_UKI, 0) < work->count;

    remark_on_missing(work);
    if (work->what->cmdline != NULL && !uki) {
        replace_logged_options(work);
        if (options_at < work->count)
            replace_option(work, options_at);
    }
    if (!uki)
        replace_linux_options(work);
    if (work->what->initrd_count > 0 && work->what->uki.image.data == NULL)
        replace_linux_initrd(work);
}
