/* SPDX-License-Identifier: BSD-2-Clause */
/* PCR 5: the partition table of the disk that is booted from (PFP 1.06 section 3.3.4.6). */
#include "boot/rebase/work.h"
#include "eventlog/payload/gpt.h"

enum { HEADER_SIZE = 92, ENTRY_MIN = 128, BLOCK_512 = 512, BLOCK_4K = 4096, TYPE_SIZE = 16 };

/* EFI_PARTITION_TABLE_HEADER of a disk, as it lies in its second block. */
static bool find_header(assay_bytes disk, size_t *ret_block_size, assay_bytes *ret_header)
{
    static const size_t sizes[] = { BLOCK_512, BLOCK_4K };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assay_cursor c = assay_cursor_of(disk);

        assay_seek(&c, sizes[i]);
        const assay_bytes header = assay_take(&c, HEADER_SIZE);
        if (assay_bytes_start_with(header, ASSAY_LITERAL("EFI PART"))) {
            *ret_block_size = sizes[i];
            *ret_header = header;
            return true;
        }
    }
    return false;
}

/* The header's fields that say where the entries are (UEFI 2.10 section 5.3.2). */
static assay_cursor entries_of(assay_bytes disk, size_t block_size, assay_bytes header,
                               uint32_t *ret_count, uint32_t *ret_size)
{
    assay_cursor c = assay_cursor_of(header), entries = assay_cursor_of(disk);

    assay_seek(&c, 72);
    const uint64_t lba = assay_take_u64le(&c);
    *ret_count = assay_take_u32le(&c);
    *ret_size = assay_take_u32le(&c);
    assay_seek(&entries, lba > UINT64_MAX / block_size ? UINT64_MAX : lba * block_size);
    return entries;
}

/* UEFI_GPT_DATA: header, [padding,] number of entries in use, those entries; how many come out. */
static uint64_t put_entries(assay_writer *out, assay_cursor entries, uint32_t count, uint32_t size)
{
    uint64_t used = 0;

    for (uint32_t i = 0; i < count; i++) {
        const assay_bytes entry = assay_take(&entries, size);

        if (entry.data == NULL)
            break;
        if (assay_bytes_all(assay_bytes_of(entry.data, TYPE_SIZE), 0))
            continue;
        assay_put(out, entry);
        used++;
    }
    return used;
}

static assay_bytes gpt_data(assay_rebase_work *work, assay_bytes disk, assay_bytes padding)
{
    assay_bytes header = ASSAY_NO_BYTES;
    size_t block_size = 0;
    uint32_t count, size;

    if (!find_header(disk, &block_size, &header)) {
        assay_work_fail(work, -ASSAY_MALFORMED, "the disk has no partition table in its block 1");
        return ASSAY_NO_BYTES;
    }
    const assay_cursor entries = entries_of(disk, block_size, header, &count, &size);
    if (entries.failed || size < ENTRY_MIN || (uint64_t)count * size > assay_left(&entries)) {
        assay_work_fail(work, -ASSAY_TRUNCATED,
                        "the disk's bytes end before its partition entries do");
        return ASSAY_NO_BYTES;
    }
    assay_writer measure = assay_writer_lent(NULL, 0);
    const uint64_t used = put_entries(&measure, entries, count, size);
    assay_put_zeros(&measure, header.size + padding.size + sizeof used);
    assay_writer out = assay_work_writer(work, &measure);
    assay_put(&out, header);
    assay_put(&out, padding);
    assay_put_u64le(&out, used);
    put_entries(&out, entries, count, size);
    return assay_written(&out);
}

/* How many disks the log has tables of. */
static bool are_of_one_disk(const assay_rebase_work *work, size_t first)
{
    for (size_t i = first; i < work->count; i++)
        if (work->items[i].is.role == ASSAY_ROLE_GPT &&
            !assay_bytes_equal(assay_work_event(work, i)->data, assay_work_event(work, first)->data))
            return false;
    return true;
}

static bool is_same_disk(const assay_event *event, assay_bytes disk)
{
    assay_bytes header;
    assay_gpt gpt;
    size_t block_size;

    if (!assay_gpt_decode(event->data, &gpt) || !find_header(disk, &block_size, &header))
        return false;
    assay_cursor c = assay_cursor_of(header);
    assay_seek(&c, 56);
    const assay_guid guid = assay_take_guid(&c);
    return assay_guid_equal(&guid, &gpt.header.disk_guid);
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
    const assay_bytes data = gpt_data(work, work->what->gpt, gpt.padding);
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
    if (measured == 0)
        assay_work_remark(work, ASSAY_PART_GPT, false,
                          first == work->count
                              ? "the log has no event of a partition table, so that replacing it "
                                "changes nothing"
                              : "the log has tables of several disks, and none of the disk whose "
                                "table is replaced");
}
