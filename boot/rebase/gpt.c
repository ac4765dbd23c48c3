/* SPDX-License-Identifier: BSD-2-Clause */
/* PCR 5: the partition table of the disk that is booted from (PFP 1.06 section 3.3.4.6). */
#include "boot/artefact/gptdisk.h"
#include "boot/rebase/work.h"
#include "eventlog/payload/gpt.h"

/* UEFI_GPT_DATA of the disk, with the base's padding behind the header. */
static assay_bytes gpt_data(assay_rebase_work *work, assay_bytes padding)
{
    assay_writer out = assay_work_writer(), padded = assay_work_writer();
    assay_gptdisk disk;
    assay_gpt gpt;

    work->status = assay_gptdisk_open(&disk, work->what->gpt, work->error);
    if (work->status < 0)
        return ASSAY_NO_BYTES;
    assay_gptdisk_event(&disk, &out);
    const assay_bytes data = assay_work_take(work, &out);
    if (padding.size == 0 || !assay_gpt_decode(data, &gpt))
        return data;
    gpt.padding = padding;
    assay_gpt_encode(&padded, &gpt);
    return assay_work_take(work, &padded);
}

/* How many disks the log has tables of. */
static bool are_of_one_disk(const assay_rebase_work *work, size_t first)
{
    for (size_t i = first; i < work->count; i++)
        if (work->items[i].is.role == ASSAY_ROLE_GPT &&
            !assay_bytes_equal(assay_work_event(work, i)->data,
                               assay_work_event(work, first)->data))
            return false;
    return true;
}

static bool is_same_disk(const assay_event *event, assay_bytes bytes)
{
    assay_gptdisk disk;
    assay_gpt gpt;

    return assay_gpt_decode(event->data, &gpt) && assay_gptdisk_open(&disk, bytes, NULL) == 0 &&
           assay_guid_equal(&disk.used.decoded.disk_guid, &gpt.header.disk_guid);
}

static void measure(assay_rebase_work *work, size_t at)
{
    const assay_event *const was = assay_work_was(work, at);
    assay_gpt gpt;

    if (!assay_gpt_decode(was->data, &gpt) || !assay_work_explains(work, at, &was->data, 1)) {
        assay_work_unknown(work, at, ASSAY_NO_BYTES,
                           "how the machine measures a partition table isn't known: its log's "
                           "digest isn't that of the logged table");
        return;
    }
    const assay_bytes data = gpt_data(work, gpt.padding);
    if (data.data != NULL)
        assay_work_measure(work, at, &data, 1, data);
}

void assay_rebase_gpt(assay_rebase_work *work)
{
    const size_t first = assay_work_find(work, ASSAY_ROLE_GPT, 0);
    size_t measured = 0;

    if (work->what->gpt.data == NULL)
        return;
    const bool one = first < work->count && are_of_one_disk(work, first);
    for (size_t i = first; i < work->count && work->status == 0; i++)
        if (work->items[i].is.role == ASSAY_ROLE_GPT &&
            (one || is_same_disk(assay_work_was(work, i), work->what->gpt))) {
            measure(work, i);
            measured++;
        }
    if (work->status < 0)
        work->error->field = "gpt";
    else if (measured == 0)
        assay_work_remark(work, ASSAY_PART_GPT, false,
                          first == work->count
                              ? "the log has no event of a partition table, so that replacing it "
                                "changes nothing"
                              : "the log has tables of several disks, and none of the disk whose "
                                "table is replaced");
}
