/* SPDX-License-Identifier: BSD-2-Clause */
/* Disks: the partition table, as firmware measures it with the first image loaded from one. */
#include "cli/measure_machine.h"

#include "base/utf16.h"
#include "cli/style.h"

enum { PCR_CONFIGURATION = 5 };

/* UEFI 2.10 section 5.3.2: the header is in block 1, and blocks have 512 or 4096 bytes. */
bool cli_is_disk(assay_bytes bytes, const char *name)
{
    static const size_t blocks[] = { 512, 4096 };

    (void)name;
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        assay_cursor c = assay_cursor_of(bytes);

        assay_seek(&c, blocks[i]);
        if (assay_bytes_start_with(assay_peek_rest(&c), ASSAY_LITERAL("EFI PART")))
            return true;
    }
    return false;
}

int cli_measure_disk(cli_measured *m, assay_error *error)
{
    assay_writer size = assay_writer_lent(NULL, 0);
    cli_measured_disk *const own = cli_measured_room(m, sizeof *own);

    if (own == NULL)
        return cli_measured_status(m, error);
    assay_gptdisk *const disk = &own->table;
    const int status = assay_gptdisk_open(disk, m->file.bytes, error);
    if (status < 0)
        return status;
    m->as.disk = own;
    assay_gptdisk_event(disk, &size);
    uint8_t *const room = cli_measured_room(m, (size_t)size.written);
    assay_writer data = assay_writer_lent(room, room != NULL ? (size_t)size.written : 0);

    assay_gptdisk_event(disk, &data);
    const assay_bytes event = assay_written(&data);
    m->digests = cli_measured_hash(m, &event, 1);
    cli_measured_add_main(m, PCR_CONFIGURATION, EV_EFI_GPT_EVENT,
                          "by firmware, once for each boot, when it loads the first image from "
                          "such a disk",
                          event);
    return cli_measured_status(m, error);
}

static void put_partition(const cli_call *call, const assay_gptdisk_partition *partition)
{
    char label[24], line[512];
    assay_writer text = assay_writer_lent(label, sizeof label - 1);

    assay_put_format(&text, "partition %u", partition->number);
    label[text.used] = '\0';
    text = assay_writer_lent(line, sizeof line);
    assay_put_utf16(&text, partition->entry.name);
    assay_put_string(&text, partition->entry.name.size > 0 ? ", " : "");
    assay_put_guid_name(&text, &partition->entry.partition_type_guid);
    assay_put_format(&text, ", %llu bytes", (unsigned long long)partition->size);
    if (partition->fault != NULL)
        assay_put_format(&text, "; %s", partition->fault);
    cli_measured_label(call, label);
    cli_put_fitted(call->out, assay_written(&text), call->width - CLI_MEASURED_COLUMN, 3,
                   CLI_MEASURED_COLUMN);
    assay_put_char(call->out, '\n');
}

void cli_measured_put_disk(const cli_call *call, const cli_measured *m)
{
    const assay_gptdisk *const disk = &m->as.disk->table;
    assay_gptdisk_partition partition;
    char guid[ASSAY_GUID_TEXT];
    uint32_t number = 0;

    assay_guid_format(&disk->used.decoded.disk_guid, guid);
    cli_measured_label(call, "disk");
    assay_put_format(call->out, "%s, blocks of %u bytes\n", guid, disk->block_size);
    if (disk->restored)
        cli_measured_line(call, "restored",
                          "the primary table is broken: firmware writes a new one, made of the "
                          "backup, before it measures it");
    while (assay_gptdisk_next(disk, &number, &partition))
        put_partition(call, &partition);
}

static void emit_partition(assay_output *out, const assay_gptdisk_partition *partition)
{
    assay_emit_object(out, NULL);
    assay_emit_u64(out, "number", partition->number);
    assay_emit_guid(out, "type", &partition->entry.partition_type_guid);
    assay_emit_guid(out, "unique", &partition->entry.unique_partition_guid);
    assay_emit_text16(out, "name", partition->entry.name);
    assay_emit_u64(out, "offset", partition->offset);
    assay_emit_u64(out, "size", partition->size);
    if (partition->fault != NULL)
        assay_emit_string(out, "fault", partition->fault);
    assay_emit_end(out);
}

void cli_measured_emit_disk(assay_output *out, const cli_measured *m)
{
    const assay_gptdisk *const disk = &m->as.disk->table;
    assay_gptdisk_partition partition;
    uint32_t number = 0;

    assay_emit_object(out, "gpt");
    assay_emit_guid(out, "disk", &disk->used.decoded.disk_guid);
    assay_emit_u64(out, "block_size", disk->block_size);
    assay_emit_bool(out, "restored", disk->restored);
    assay_emit_array(out, "partitions");
    while (assay_gptdisk_next(disk, &number, &partition))
        emit_partition(out, &partition);
    assay_emit_end(out);
    assay_emit_end(out);
}
