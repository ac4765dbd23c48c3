/* SPDX-License-Identifier: BSD-2-Clause */
/* PCR 11, 12, 13, 9 and 4 of systemd-stub: a UKI that was replaced, whole or in parts. */
#include "boot/rebase/cmdline.h"
#include "boot/rebase/attempts.h"
#include "boot/rebase/images.h"
#include "boot/rebase/play.h"
#include "eventlog/payload/ipl.h"

size_t assay_rebase_find_section(const assay_rebase_work *work, const char *name)
{
    for (size_t i = 0; i < work->count; i++) {
        assay_ipl ipl;

        if (work->items[i].is.role == ASSAY_ROLE_SECTION && !work->items[i].removed &&
            assay_ipl_decode(assay_work_event(work, i), &ipl) && assay_utf16_is(ipl.text, name))
            return i;
    }
    return work->count;
}

bool assay_rebase_same_digests(const assay_event *a, const assay_event *b)
{
    bool compared = false;

    if (a == NULL || b == NULL)
        return false;
    for (size_t i = 0; i < a->digest_count; i++) {
        const assay_bytes other = assay_event_digest_of(b, a->digests[i].alg);

        if (other.data == NULL)
            continue;
        if (!assay_bytes_equal(other, a->digests[i].value))
            return false;
        compared = true;
    }
    return compared;
}

/* A part of the UKI is replaced, and the UKI was not given: its image can't be known. */
static void lose_image(assay_rebase_work *work)
{
    for (size_t i = 0; i < work->count; i++)
        if (work->items[i].is.role == ASSAY_ROLE_IMAGE_UKI && !work->items[i].removed &&
            work->items[i].image.data == NULL)
            assay_work_unknown(work, i, ASSAY_NO_BYTES,
                               "what is replaced is a part of the unified kernel image, which "
                               "wasn't given");
}

static void replace_section(assay_rebase_work *work, const char *name, const assay_bytes *parts,
                            size_t count)
{
    const size_t at = assay_rebase_find_section(work, name);

    if (at < work->count)
        assay_work_measure(work, at, parts, count, ASSAY_NO_BYTES);
}

static void replace_cmdline(assay_rebase_work *work)
{
    const char *const why = "how the unified kernel image that has this command line writes it "
                            "isn't known";
    const size_t section = assay_rebase_find_section(work, ".cmdline");

    if (section < work->count)
        assay_work_unknown(work, section, ASSAY_NO_BYTES, why);
    for (size_t i = 0; i < work->count; i++)
        if (work->items[i].is.role == ASSAY_ROLE_LINUX_OPTIONS ||
            work->items[i].is.role == ASSAY_ROLE_OPTIONS)
            assay_work_unknown(work, i, ASSAY_NO_BYTES, why);
}

/* The command line as it is handed over: without control characters and blanks around it. */
static assay_bytes trimmed(assay_rebase_work *work, assay_bytes text)
{
    uint8_t *const room = assay_work_room(work, text.size + 1);
    size_t start = 0, end = 0;

    if (room == NULL)
        return ASSAY_NO_BYTES;
    for (; end < text.size && text.data[end] != 0; end++)
        room[end] = text.data[end] <= ' ' ? ' ' : text.data[end];
    while (start < end && room[start] == ' ')
        start++;
    while (end > start && room[end - 1] == ' ')
        end--;
    return assay_bytes_of(room + start, end - start);
}

/* Whether a section held this text, with what such sections often end in. */
static bool explains_cmdline(assay_rebase_work *work, size_t section, assay_bytes text)
{
    static const char *const endings[] = { "", "\n", " \n" };

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        for (size_t nul = 0; nul < 2; nul++)
            if (assay_work_explains(work, section,
                                    (const assay_bytes[]){ text,
                                                           assay_bytes_of_string(endings[i]),
                                                           assay_bytes_of("", nul) },
                                    3))
                return true;
    return false;
}

/* The first event of the stub itself behind the image's; systemd-boot's options stand before it. */
static size_t stub_begin(const assay_rebase_work *work, size_t image)
{
    for (size_t i = image + 1; i < work->count; i++)
        switch (work->items[i].is.role) {
        case ASSAY_ROLE_OPTIONS:
            break;
        default:
            return i;
        }
    return work->count;
}

/* Load options that systemd-boot measured and handed over: in an event between image and stub. */
static assay_bytes handed_over(assay_rebase_work *work, size_t image, const assay_pe *pe)
{
    const size_t at = image + 1;
    const size_t section = assay_rebase_find_section(work, ".cmdline");
    const assay_bytes cmdline = assay_pe_bytes(pe, ".cmdline");

    if (at >= work->count || work->items[at].is.role != ASSAY_ROLE_OPTIONS ||
        stub_begin(work, image) == at)
        return ASSAY_NO_BYTES;
    const assay_event *const was = assay_work_was(work, at);
    if (section == work->count)
        assay_work_unknown(work, at, ASSAY_NO_BYTES,
                           "whether these load options are the old unified kernel image's own "
                           "command line isn't known");
    assay_writer out = assay_work_writer();
    assay_put_utf16(&out, assay_utf16_until_nul(was->data));
    const assay_bytes text = assay_work_take(work, &out);
    /* systemd-boot 252 takes a UKI's own command line out of it:
     * then the new one's is handed over. */
    if (section < work->count && explains_cmdline(work, section, text)) {
        const assay_bytes options = assay_work_utf16(work, trimmed(work, cmdline), true);
        assay_work_measure(work, at, &options, 1, options);
        return options;
    }
    return was->data;
}

/* Whether firmware itself started the image: none was started between. */
static bool is_first_image(const assay_rebase_work *work, size_t image)
{
    for (size_t i = assay_work_find(work, ASSAY_ROLE_CALLING, 0); i < image; i++)
        if (assay_role_is_image(work->items[i].is.role) && !work->items[i].removed)
            return false;
    return true;
}

/* What the new image would measure isn't known. */
static void lose(assay_rebase_work *work, size_t first, size_t end)
{
    for (size_t i = first; i < end && i < work->count && work->status == 0; i++)
        if (!work->items[i].removed && work->items[i].is.role != ASSAY_ROLE_EXIT &&
            assay_work_event(work, i)->type != EV_NO_ACTION)
            assay_work_unknown(work, i, ASSAY_NO_BYTES,
                               "what the new unified kernel image measures can't be known");
}

/* Addons and credentials that the base has, and that lie beside the image, weren't given. */
static bool lacks_sidecars(const assay_rebase_work *work)
{
    return work->what->files == NULL &&
           (assay_work_find(work, ASSAY_ROLE_IMAGE_ADDON, 0) < work->count ||
            assay_work_find(work, ASSAY_ROLE_STUB_INITRD, 0) < work->count);
}

/* Plays the stub of the new image, from its first event to ExitBootServices. */
static void play(assay_rebase_work *work, size_t at)
{
    const assay_bytes file = work->what->uki.image;
    assay_rebase_play play = { .own_files = NULL };
    assay_pe pe;

    if (!assay_work_open(work, &pe, file, "uki"))
        return;
    const assay_boot_image image = {
        .file = file,
        .disk = &play.scenario.disks[0],
        .path = assay_work_image_path(work, at),
        .part = ASSAY_PART_UKI,
        .load_options = is_first_image(work, at) ? assay_rebase_optional_data(work)
                                                 : handed_over(work, at, &pe),
    };
    const size_t first = stub_begin(work, at), end = assay_rebase_exit_end(work, first);
    if (lacks_sidecars(work)) {
        assay_work_remark(work, ASSAY_PART_ADDON, false,
                          "this machine has addons or credentials beside its unified kernel image: "
                          "what is measured of them takes those files");
        lose(work, first, end);
        return;
    }
    if (assay_rebase_play_begin(work, &play, at + 1)) {
        assay_program_sdstub.run(&play.boot, &image, &pe);
        if (!assay_rebase_play_splice(work, &play, first, end))
            lose(work, first, end);
    }
    assay_rebase_play_end(work, &play);
}

static void replace_image(assay_rebase_work *work)
{
    const size_t at = assay_work_find(work, ASSAY_ROLE_IMAGE_UKI, 0);

    work->items[at].old_image = work->what->uki.old;
    assay_rebase_measure_image(work, at, work->what->uki.image, "uki");
    if (work->status == 0)
        play(work, at);
}

void assay_rebase_uki(assay_rebase_work *work)
{
    const assay_rebase *const what = work->what;

    if (assay_work_find(work, ASSAY_ROLE_IMAGE_UKI, 0) == work->count) {
        if (what->uki.image.data != NULL)
            assay_work_remark(work, ASSAY_PART_UKI, false,
                              "the log has no event of a unified kernel image, so that replacing "
                              "it changes nothing");
        return;
    }
    if (what->uki.image.data != NULL) {
        replace_image(work);
        return;
    }
    if (what->kernel.image.data != NULL)
        replace_section(work, ".linux", &what->kernel.image, 1);
    if (what->initrd_count > 0)
        replace_section(work, ".initrd", what->initrds, what->initrd_count);
    if (what->cmdline != NULL)
        replace_cmdline(work);
    if (what->kernel.image.data != NULL || what->initrd_count > 0 || what->cmdline != NULL)
        lose_image(work);
}
