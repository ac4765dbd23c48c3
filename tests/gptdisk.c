/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/artefact: gptdisk.h, esp.h. */
#include "boot/artefact/esp.h"
#include "tests/allocfail.h"
#include "tests/artefact.h"
#include "tests/collection.h"
#include "tests/room.h"

#include <glob.h>
#include <zlib.h>

enum { BLOCK = 512, BLOCKS = 300, DISK = BLOCK * BLOCKS, LAST = BLOCKS - 1 };

static const assay_guid esp_type =
    ASSAY_GUID(0xc12a7328, 0xf81f, 0x11d2, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b);
static const assay_guid data_type =
    ASSAY_GUID(0x0fc63daf, 0x8483, 0x4772, 0x8e, 0x79, 0x3d, 0x69, 0xd8, 0x47, 0x7d, 0xe4);

/* A disk by our writer, of two partitions; to be spoiled. */
static void make_disk(uint8_t *room, uint32_t block, uint64_t attributes)
{
    const assay_gptdisk_new partitions[] = {
        { .type = data_type, .unique = { { 1 } }, .starting_lba = 34, .ending_lba = 99,
          .attributes = attributes, .name = "data" },
        { .type = esp_type, .unique = { { 2 } }, .starting_lba = 100, .ending_lba = 199,
          .name = "EFI system" },
    };
    const assay_gptdisk_plan plan = { .block_size = block, .blocks = BLOCKS,
                                      .disk_guid = { { 7 } }, .count = 2,
                                      .partitions = partitions };
    assay_writer writer = assay_writer_lent(room, (size_t)block * BLOCKS);

    assay_gptdisk_write_start(&writer, &plan);
    const size_t middle = assay_gptdisk_last_usable(&plan) - assay_gptdisk_first_usable(&plan) + 1;
    assay_put_zeros(&writer, middle * block);
    assay_gptdisk_write_end(&writer, &plan);
    cr_assert_eq(writer.written, (uint64_t)block * BLOCKS);
    cr_assert_eq(writer.failure, 0);
}

static assay_gptdisk open_disk(const uint8_t *room, size_t size)
{
    assay_gptdisk disk;
    assay_error error = { 0 };

    cr_assert_eq(assay_gptdisk_open(&disk, assay_bytes_of(room, size), &error), 0, "%s",
                 error.what);
    return disk;
}

/* --- against logs of real firmware ----------------------------------------------------------- */

/* Whether bytes stand in a log: its EV_EFI_GPT_EVENT, or a device path. */
static bool stands_in(assay_bytes log, const assay_writer *writer)
{
    const assay_bytes bytes = assay_written(writer);

    return bytes.size > 0 && assay_bytes_find(log, bytes) < log.size;
}

static void expect_measured(const char *name, assay_bytes blocks, assay_bytes log)
{
    assay_writer event = assay_writer_growing(1 << 20), node = assay_writer_growing(1 << 10);
    assay_gptdisk disk;
    assay_gptdisk_partition esp;
    assay_error error = { 0 };

    cr_assert_eq(assay_gptdisk_open(&disk, blocks, &error), 0, "%s: %s", name, error.what);
    assay_gptdisk_event(&disk, &event);
    cr_expect(stands_in(log, &event), "%s: the event's data", name);
    cr_assert(assay_esp_partition(&disk, &esp), "%s", name);
    assay_gptdisk_hd_node(&node, &esp);
    cr_expect(stands_in(log, &node), "%s: the Hard Drive node", name);
    assay_writer_close(&node);
    assay_writer_close(&event);
}

Test(gptdisk, what_firmware_measured_of_a_disk_is_what_is_made_of_it)
{
    glob_t paths;
    size_t compared = 0;

    if (glob("../shared/boots/*/inputs/gpt-first-34-sectors.bin", 0, NULL, &paths) != 0)
        cr_skip_test("no boots");
    for (size_t i = 0; i < paths.gl_pathc; i++) {
        char log_path[300];
        assay_file blocks, log;

        snprintf(log_path, sizeof log_path, "%.*s/eventlog.bin",
                 (int)(strstr(paths.gl_pathv[i], "/inputs") - paths.gl_pathv[i]),
                 paths.gl_pathv[i]);
        cr_assert(load_collected(paths.gl_pathv[i], 1 << 20, &blocks));
        if (!load_collected(log_path, 1 << 24, &log)) {
            assay_file_close(&blocks);
            continue;
        }
        if (log.bytes.size > 0) { /* some boot paths leave none */
            expect_measured(paths.gl_pathv[i], blocks.bytes, log.bytes);
            compared++;
        }
        assay_file_close(&log);
        assay_file_close(&blocks);
    }
    globfree(&paths);
    cr_expect_gt(compared, 30);
}

/* The disk of a boot in fixtures/machines, made of its log's event: header, then the entry. */
Test(gptdisk, a_disk_made_of_an_event_is_measured_as_that_event)
{
    static const uint8_t signature[] = "EFI PART";
    uint8_t *const room = calloc(1, (size_t)BLOCK * 34);
    const artefact log = artefact_load("fixtures/machines/b1-uki252/eventlog.bin");
    const size_t at = assay_bytes_find(artefact_bytes(&log), assay_bytes_of(signature, 8));

    cr_assert_lt(at, log.size);
    memcpy(room + 446, "\x00\x00\x02\x00\xee\xff\xff\xff\x01\x00\x00\x00\xff\xff\xff\xff", 16);
    memcpy(room + BLOCK, log.data + at, ASSAY_GPTDISK_HEADER);
    memcpy(room + 2 * BLOCK, log.data + at + ASSAY_GPTDISK_HEADER + 8, 128);
    expect_measured("b1", assay_bytes_of(room, (size_t)BLOCK * 34), artefact_bytes(&log));
    artefact_free((artefact *)&log);
    free(room);
}

/* --- against sgdisk --------------------------------------------------------------------------- */

static bool has_sgdisk(void)
{
    return system("command -v sgdisk >/dev/null 2>&1") == 0;
}

Test(gptdisk, what_is_written_sgdisk_finds_sound, .timeout = 60)
{
    uint8_t *const room = malloc(DISK);

    if (!has_sgdisk())
        cr_skip_test("no sgdisk");
    make_disk(room, BLOCK, 0);
    cr_assert_eq(room_run("true"), 0);
    FILE *const file = fopen(room_file("disk"), "wb");
    cr_assert_eq(fwrite(room, 1, DISK, file), DISK);
    fclose(file);
    cr_expect_eq(room_run("sgdisk -v disk | grep -q '^No problems found'"), 0);
    cr_expect_eq(room_run("sgdisk -i 2 disk | grep -q \"^Partition name: 'EFI system'\""), 0);
    room_remove();
    free(room);
}

Test(gptdisk, what_sgdisk_writes_is_read, .timeout = 60)
{
    static const uint64_t expected[][2] = { { 2048, 4095 }, { 8192, 12287 }, { 4096, 6143 } };
    assay_gptdisk_partition partition;
    uint32_t number = 0;
    assay_file file;

    if (!has_sgdisk())
        cr_skip_test("no sgdisk");
    cr_assert_eq(room_run("truncate -s 8M disk && sgdisk -n 1:2048:4095 -n 2:8192:12287 "
                          "-t 2:ef00 -n 3:4096:6143 -c 2:ESP disk >log 2>&1"),
                 0);
    cr_assert_eq(assay_file_read(&file, room_file("disk"), 1 << 30, NULL), 0);
    const assay_gptdisk disk = open_disk(file.bytes.data, file.bytes.size);

    cr_expect_null(disk.backup.fault, "%s", disk.backup.fault);
    for (size_t i = 0; i < 3; i++) {
        cr_assert(assay_gptdisk_next(&disk, &number, &partition));
        cr_expect_eq(partition.number, i + 1);
        cr_expect_eq(partition.offset, expected[i][0] * BLOCK);
        cr_expect_eq(partition.size, (expected[i][1] - expected[i][0] + 1) * BLOCK);
        cr_expect_null(partition.fault);
    }
    cr_expect_not(assay_gptdisk_next(&disk, &number, &partition));
    assay_file_close(&file);
    room_remove();
}

/* --- tables that are broken ------------------------------------------------------------------- */

Test(gptdisk, both_sizes_of_blocks_are_read)
{
    static const uint32_t sizes[] = { 512, 4096 };

    for (size_t i = 0; i < 2; i++) {
        uint8_t *const room = malloc((size_t)sizes[i] * BLOCKS);
        assay_gptdisk_partition esp;

        make_disk(room, sizes[i], 0);
        const assay_gptdisk disk = open_disk(room, (size_t)sizes[i] * BLOCKS);
        cr_expect_eq(disk.block_size, sizes[i]);
        cr_expect_null(disk.primary.fault);
        cr_expect_null(disk.backup.fault);
        cr_assert(assay_esp_partition(&disk, &esp));
        cr_expect_eq(esp.number, 2);
        cr_expect_eq(esp.offset, 100 * (uint64_t)sizes[i]);
        cr_expect_eq(esp.size, 100 * (uint64_t)sizes[i]);
        free(room);
    }
}

/* PartitionRestoreGptTable writes what the primary was before it broke: sgdisk and we write both
 * tables of the same fields. */
Test(gptdisk, a_broken_primary_is_made_anew_of_the_backup)
{
    uint8_t *const room = malloc(DISK);
    uint8_t before[ASSAY_GPTDISK_HEADER];
    assay_writer whole = assay_writer_growing(1 << 16), restored = assay_writer_growing(1 << 16);

    make_disk(room, BLOCK, 0);
    memcpy(before, room + BLOCK, sizeof before);
    const assay_gptdisk sound = open_disk(room, DISK);
    assay_gptdisk_event(&sound, &whole);
    room[BLOCK + 40] ^= 1;
    const assay_gptdisk disk = open_disk(room, DISK);
    assay_gptdisk_event(&disk, &restored);

    cr_expect(disk.restored);
    cr_expect_str_eq(disk.primary.field, "HeaderCRC32");
    cr_expect_eq(memcmp(disk.used.header, before, sizeof before), 0);
    cr_expect(assay_bytes_equal(assay_written(&whole), assay_written(&restored)));
    assay_writer_close(&restored);
    assay_writer_close(&whole);
    free(room);
}

/* Spoils the primary header, sets its CRC right again, and spoils the backup's signature. */
static int open_spoiled(const spoiled *s, bool crc_too, assay_error *error)
{
    uint8_t *const room = malloc(DISK);
    assay_gptdisk disk;

    make_disk(room, BLOCK, 0);
    for (size_t i = 0; i < s->size; i++)
        room[s->offset + i] = (uint8_t)(s->value >> 8 * i);
    if (crc_too) {
        memset(room + BLOCK + 16, 0, 4);
        const uint32_t crc = (uint32_t)crc32(0, room + BLOCK, ASSAY_GPTDISK_HEADER);
        for (size_t i = 0; i < 4; i++)
            room[BLOCK + 16 + i] = (uint8_t)(crc >> 8 * i);
    }
    room[LAST * BLOCK] = 'x';
    const size_t size = s->size == 0 ? s->offset : DISK;
    const int status = assay_gptdisk_open(&disk, assay_bytes_of(room, size), error);
    free(room);
    return status;
}

Test(gptdisk, what_is_wrong_with_a_table_is_said)
{
    static const struct {
        spoiled s;
        bool crc_too;
    } cases[] = {
        { { 512, 1, 'x', ASSAY_UNKNOWN_FORMAT, 0, NULL, "no signature anywhere" }, false },
        { { 450, 1, 0x83, ASSAY_MALFORMED, 446, "OSType", "no protective MBR" }, false },
        { { 454, 1, 2, ASSAY_MALFORMED, 446, "OSType", "it starts at block 2" }, false },
        { { 520, 4, 0x20000, ASSAY_MALFORMED, 512, "Revision", "revision 2.0" }, true },
        { { 524, 4, 91, ASSAY_MALFORMED, 512, "HeaderSize", "a short header" }, false },
        { { 524, 4, 513, ASSAY_MALFORMED, 512, "HeaderSize", "longer than a block" }, false },
        { { 528, 1, 0, ASSAY_MALFORMED, 512, "HeaderCRC32", "another CRC" }, false },
        { { 536, 8, 2, ASSAY_MALFORMED, 512, "MyLBA", "it says it is elsewhere" }, true },
        { { 592, 4, 0, ASSAY_MALFORMED, 512, "NumberOfPartitionEntries", "no entries" }, true },
        { { 592, 4, 2049, ASSAY_MALFORMED, 512, "NumberOfPartitionEntries", "many" }, true },
        { { 596, 4, 127, ASSAY_MALFORMED, 512, "SizeOfPartitionEntry", "small entries" }, true },
        { { 596, 4, 192, ASSAY_MALFORMED, 512, "SizeOfPartitionEntry", "odd entries" }, true },
        { { 584, 8, 290, ASSAY_TRUNCATED, 512, "PartitionEntryLBA", "beyond the end" }, true },
        { { 584, 8, UINT64_MAX, ASSAY_TRUNCATED, 512, "PartitionEntryLBA", "overflow" }, true },
        { { 1024, 1, 9, ASSAY_MALFORMED, 512, "PartitionEntryArrayCRC32", "an entry" }, false },
        { { 600, 0, 0, ASSAY_UNKNOWN_FORMAT, 0, NULL, "cut in the header" }, false },
        { { 2000, 0, 0, ASSAY_TRUNCATED, 512, "PartitionEntryLBA", "cut in the entries" }, false },
        { { 0, 0, 0, ASSAY_UNKNOWN_FORMAT, 0, NULL, "nothing" }, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_error error = { 0 };
        const int status = open_spoiled(&cases[i].s, cases[i].crc_too, &error);

        expect_error(&cases[i].s, status, &error);
    }
}

/* Entries of the disk: { place in the first entry, value } and what firmware says of it. */
Test(gptdisk, partitions_that_firmware_makes_nothing_of_are_told)
{
    static const struct {
        uint64_t first, last, attributes;
        const char *first_fault, *second_fault;
    } cases[] = {
        { 34, 99, 0, NULL, NULL },
        { 34, 100, 0, "it overlaps another partition", "it overlaps another partition" },
        { 33, 99, 0, "it lies out of the blocks that the table has for partitions", NULL },
        { 34, 267, 0, "it lies out of the blocks that the table has for partitions", NULL },
        { 99, 34, 0, "it lies out of the blocks that the table has for partitions", NULL },
        { 34, 99, 2, "its attributes keep firmware away", NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t room[BLOCK * 34] = { 0 };
        const assay_gptdisk_new partitions[] = {
            { .type = data_type, .starting_lba = cases[i].first, .ending_lba = cases[i].last,
              .attributes = cases[i].attributes },
            { .type = esp_type, .starting_lba = 100, .ending_lba = 199 },
        };
        const assay_gptdisk_plan plan = { .block_size = BLOCK, .blocks = BLOCKS, .count = 2,
                                          .partitions = partitions };
        assay_writer writer = assay_writer_lent(room, sizeof room);
        assay_gptdisk_partition partition;
        uint32_t number = 0;

        assay_gptdisk_write_start(&writer, &plan);
        const assay_gptdisk disk = open_disk(room, sizeof room);
        const char *const faults[] = { cases[i].first_fault, cases[i].second_fault };
        for (size_t k = 0; k < 2; k++) {
            cr_assert(assay_gptdisk_next(&disk, &number, &partition));
            if (faults[k] == NULL)
                cr_expect_null(partition.fault, "%zu.%zu: %s", i, k, partition.fault);
            else
                cr_expect_str_eq(partition.fault, faults[k], "%zu.%zu", i, k);
        }
    }
}

/* UEFI 2.10 section 10.3.5.1, the fields one by one. */
Test(gptdisk, the_node_of_a_partition_is_as_the_specification_has_it)
{
    static const char expected[] =
        "04012a00" "02000000" "6400000000000000" "6400000000000000"
        "02000000000000000000000000000000" "02" "02";
    uint8_t *const room = malloc(DISK), node[ASSAY_GPTDISK_HD_NODE];
    assay_writer writer = assay_writer_lent(node, sizeof node);
    assay_gptdisk_partition esp;
    char text[2 * sizeof node + 1];

    make_disk(room, BLOCK, 0);
    const assay_gptdisk disk = open_disk(room, DISK);
    cr_assert(assay_esp_partition(&disk, &esp));
    assay_gptdisk_hd_node(&writer, &esp);
    cr_expect_eq(writer.written, sizeof node);
    assay_hex_encode(text, assay_bytes_of(node, sizeof node));
    text[2 * sizeof node] = '\0';
    cr_expect_str_eq(text, expected);
    free(room);
}

/* --- the EFI system partition ----------------------------------------------------------------- */

static void put_fat(uint8_t *at)
{
    const artefact fat = artefact_fixture("esp.fat12.img");

    memcpy(at, fat.data, fat.size);
    artefact_free((artefact *)&fat);
}

static assay_esp find_esp(const uint8_t *room, size_t size)
{
    assay_esp esp;
    assay_error error = { 0 };

    cr_assert_eq(assay_esp_find(assay_bytes_of(room, size), &esp, &error), 0, "%s", error.what);
    return esp;
}

Test(gptdisk, the_esp_is_found_by_its_type_or_else_by_its_file_system)
{
    uint8_t *const room = malloc(DISK);

    make_disk(room, BLOCK, 0);
    put_fat(room + 34 * BLOCK);
    assay_esp esp = find_esp(room, DISK);
    cr_expect_eq(esp.kind, ASSAY_ESP_GPT);
    cr_expect_not(esp.typed);
    cr_expect_eq(esp.partition.number, 1);
    put_fat(room + 100 * BLOCK);
    esp = find_esp(room, DISK);
    cr_expect(esp.typed);
    cr_expect_eq(esp.partition.number, 2);
    cr_expect_eq(esp.offset, 100 * BLOCK);
    cr_expect_eq(esp.others, 1);
    cr_expect_eq(esp.fat.serial, 0xa55a1234);
    free(room);
}

Test(gptdisk, a_bare_file_system_and_one_of_an_mbr_are_found)
{
    uint8_t *const room = calloc(1, DISK), node[ASSAY_GPTDISK_HD_NODE];
    assay_writer writer = assay_writer_lent(node, sizeof node);

    put_fat(room);
    cr_expect_eq(find_esp(room, DISK).kind, ASSAY_ESP_BARE);
    memset(room, 0, DISK);
    memcpy(room + 440, "\x78\x56\x34\x12", 4);
    memcpy(room + 446 + 16, "\x00\x00\x00\x00\xef\x00\x00\x00\x40\x00\x00\x00\x48\x00\x00\x00", 16);
    memcpy(room + 510, "\x55\xaa", 2);
    put_fat(room + 64 * BLOCK);
    const assay_esp esp = find_esp(room, DISK);
    cr_expect_eq(esp.kind, ASSAY_ESP_MBR);
    cr_expect_eq(esp.mbr_number, 2);
    assay_esp_hd_node(&writer, &esp);
    cr_expect_eq(writer.written, sizeof node);
    cr_expect_eq(memcmp(node + 24, "\x78\x56\x34\x12\0\0\0\0\0\0\0\0\0\0\0\0\x01\x01", 18), 0);
    free(room);
}

Test(gptdisk, a_disk_without_an_esp_says_so)
{
    uint8_t *const room = malloc(DISK);
    assay_esp esp;
    assay_error error = { 0 };

    make_disk(room, BLOCK, 0);
    cr_expect_eq(assay_esp_find(assay_bytes_of(room, DISK), &esp, &error), -ASSAY_UNKNOWN_FORMAT);
    cr_expect_eq(assay_esp_find(assay_bytes_of(room, 34 * BLOCK), &esp, &error), -ASSAY_TRUNCATED);
    memset(room, 0, DISK);
    cr_expect_eq(assay_esp_find(assay_bytes_of(room, DISK), &esp, &error), -ASSAY_UNKNOWN_FORMAT);
    free(room);
}
