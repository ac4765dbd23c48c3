/* SPDX-License-Identifier: BSD-2-Clause */
/* PCR 11, 12, 13, 9 and 4 of systemd-stub: a UKI that was replaced, whole or in parts. */
#include "boot/rebase/cmdline.h"
#include "boot/rebase/images.h"
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
    if (what->uki.image.data != NULL)
        return;
    if (what->kernel.image.data != NULL)
        replace_section(work, ".linux", &what->kernel.image, 1);
    if (what->initrd_count > 0)
        replace_section(work, ".initrd", what->initrds, what->initrd_count);
    if (what->cmdline != NULL)
        replace_cmdline(work);
    if (what->kernel.image.data != NULL || what->initrd_count > 0 || what->cmdline != NULL)
        lose_image(work);
}
