/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventlog/payload/devpath.h. Paths are laid out by hand after UEFI 2.10 section
 * 10.3. The text of nodes that libefivar writes is not compared: its versions differ.
 */
#include <criterion/criterion.h>

#include "base/utf16.h"
#include "eventlog/payload/devpath.h"
#include "tests/payload.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define END "\x7f\xff\x04\x00"
#define INSTANCE "\x7f\x01\x04\x00"
#define PCI_ROOT "\x02\x01\x0c\x00\xd0\x41\x03\x0a\x00\x00\x00\x00"
#define PCI "\x01\x01\x06\x00\x00\x01"
/* Partition 1, sectors 0x800 to 0x30800, signature 00112233-4455-6677-8899-aabbccddeeff, GPT. */
#define HARD_DRIVE                                                                                 \
    "\x04\x01\x2a\x00\x01\x00\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00"                             \
    "\x00\x00\x03\x00\x00\x00\x00\x00\x33\x22\x11\x00\x55\x44\x77\x66"                             \
    "\x88\x99\xaa\xbb\xcc\xdd\xee\xff\x02\x02"
/* \a.efi and its NUL: 7 characters, 14 bytes and the header make 18. */
#define FILE_A "\x04\x04\x12\x00\\\0a\0.\0e\0f\0i\0\0\0"
/* a node the tables don't have */
#define UNKNOWN "\x06\x2a\x06\x00\xbe\xef"

/* Types and subtypes met in a walk, as text; then how many bytes are left. */
static const char *walk(assay_bytes bytes)
{
    static char text[256];
    assay_devpath path = assay_devpath_of(bytes);
    assay_devpath_node node;
    size_t used = 0;

    while (assay_devpath_next(&path, &node) && used < sizeof text - 32)
        used += (size_t)sprintf(text + used, "%u/%u ", node.type, node.subtype);
    sprintf(text + used, "%s%zu", path.ended ? "end " : "", assay_devpath_rest(&path).size);
    return text;
}

static void write_again(assay_writer *writer, assay_bytes bytes)
{
    assay_devpath path = assay_devpath_of(bytes);
    assay_devpath_node node;

    while (assay_devpath_next(&path, &node))
        assay_devpath_encode(writer, &node);
    assay_put(writer, assay_devpath_rest(&path));
}

Test(devpath, a_walk_yields_each_node_and_the_end)
{
    cr_expect_str_eq(walk(ASSAY_LITERAL(PCI_ROOT PCI HARD_DRIVE FILE_A END)),
                     "2/1 1/1 4/1 4/4 127/255 end 0");
    cr_expect_str_eq(walk(ASSAY_LITERAL(PCI INSTANCE PCI_ROOT END "behind")),
                     "1/1 127/1 2/1 127/255 end 6");
}

/* What is wrong with each, and the walk. */
static const struct {
    const char *what;
    assay_bytes bytes;
    const char *walk;
} malformed[] = {
    { "no bytes", { (const uint8_t *)"", 0 }, "0" },
    { "a header without its last byte", ASSAY_LITERAL("\x7f\xff\x04"), "3" },
    { "Length 0 would be walked for ever", ASSAY_LITERAL("\x01\x01\x00\x00" END), "8" },
    { "Length 3 is less than the header", ASSAY_LITERAL("\x01\x01\x03\x00" END), "8" },
    { "Length one byte beyond the path", ASSAY_LITERAL("\x01\x01\x07\x00\x00\x01"), "6" },
    { "Length 0xffff", ASSAY_LITERAL(PCI "\x01\x01\xff\xff\x00\x01"), "1/1 6" },
    { "no End", ASSAY_LITERAL(PCI_ROOT PCI), "2/1 1/1 0" },
    { "End and not its last byte", ASSAY_LITERAL(PCI "\x7f\xff\x04"), "1/1 3" },
    { "End of instance last", ASSAY_LITERAL(PCI INSTANCE), "1/1 127/1 0" },
    { "End with data", ASSAY_LITERAL("\x7f\xff\x06\x00zz" PCI), "127/255 end 6" },
    { "an End type of no subtype known", ASSAY_LITERAL("\x7f\x02\x04\x00" PCI), "127/2 1/1 0" },
    { "zeros, as some firmware leaves them", ASSAY_LITERAL("\0\0\0\0\0\0\0\0"), "8" },
};

Test(devpath, malformed_paths_are_walked_as_far_as_they_go)
{
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        const assay_bytes bytes = malformed[i].bytes;

        cr_expect_str_eq(walk(bytes), malformed[i].walk, "%s", malformed[i].what);
        cr_expect(ENCODES_TO(write_again, bytes, bytes), "%s", malformed[i].what);
    }
}

Test(devpath, a_node_that_no_length_can_hold_is_not_written)
{
    static uint8_t data[UINT16_MAX];
    const assay_devpath_node largest = { 1, 4, { data, UINT16_MAX - 4 } };
    const assay_devpath_node too_large = { 1, 4, { data, UINT16_MAX - 3 } };
    assay_writer writer = assay_writer_lent(NULL, 0);

    assay_devpath_encode(&writer, &largest);
    cr_expect_eq(writer.written, UINT16_MAX);
    assay_devpath_encode(&writer, &too_large);
    cr_expect_eq(writer.written, UINT16_MAX);
}

Test(devpath, each_known_node_is_sound_from_its_minimum_on)
{
    static const struct {
        uint8_t type, subtype;
        uint16_t minimum;
    } kinds[] = {
#define DEVPATH_NODE(type, subtype, minimum, text, name) { type, subtype, minimum },
#include "eventlog/payload/devpath.def"
#undef DEVPATH_NODE
    };
    static const uint8_t zeros[64];

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const assay_devpath_node enough = { kinds[i].type, kinds[i].subtype,
                                            { zeros, kinds[i].minimum - 4u } };
        const assay_devpath_node less = { kinds[i].type, kinds[i].subtype,
                                          { zeros, kinds[i].minimum - 5u } };

        cr_expect_not_null(assay_devpath_kind_of(&enough));
        if (kinds[i].minimum > 4)
            cr_expect_null(assay_devpath_kind_of(&less));
    }
}

Test(devpath, a_file_name_has_its_nul_or_is_none)
{
    const assay_devpath_node good = { 4, 4, ASSAY_LITERAL("a\0b\0\0\0z\0") };
    const assay_devpath_node open_ended = { 4, 4, ASSAY_LITERAL("a\0b\0") };
    const assay_devpath_node odd = { 4, 4, ASSAY_LITERAL("a\0b\0\0") };
    const assay_devpath_node other = { 4, 5, ASSAY_LITERAL("a\0b\0\0\0") };

    cr_expect(assay_bytes_equal(assay_devpath_file_name(&good), ASSAY_LITERAL("a\0b\0")));
    cr_expect_null(assay_devpath_file_name(&open_ended).data);
    cr_expect_null(assay_devpath_file_name(&odd).data);
    cr_expect_null(assay_devpath_file_name(&other).data);
}

Test(devpath, text_that_is_ours)
{
    static const struct {
        const char *text;
        assay_bytes path;
    } paths[] = {
        { "\\a.efi", ASSAY_LITERAL(FILE_A END) },
        { "\\a.efi/\\a.efi", ASSAY_LITERAL(FILE_A FILE_A END) },
        { "\\a.efi,\\a.efi", ASSAY_LITERAL(FILE_A INSTANCE FILE_A END) },
        { "Path(6,42,beef)", ASSAY_LITERAL(UNKNOWN END) },
        { "Path(1,1,00)", ASSAY_LITERAL("\x01\x01\x05\x00\x00" END) },
        { "Path(4,4,61006200)", ASSAY_LITERAL("\x04\x04\x08\x00""a\0b\0" END) },
        { "Path(127,2,)", ASSAY_LITERAL("\x7f\x02\x04\x00" END) },
        { "\\a.efi/Bytes(0101ffff)", ASSAY_LITERAL(FILE_A "\x01\x01\xff\xff") },
        { "Bytes(7fff04)", ASSAY_LITERAL("\x7f\xff\x04") },
        { "", ASSAY_LITERAL(END) },
        { "", ASSAY_LITERAL("\0\0\0\0\0\0\0\0") },
        { "\\a.efi", ASSAY_LITERAL(FILE_A END "another thing") },
    };

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        cr_expect_str_eq(TEXT_OF(assay_devpath_put_text, paths[i].path), paths[i].text);
}

Test(devpath, the_library_writes_text_for_sound_nodes)
{
    const char *const text =
        TEXT_OF(assay_devpath_put_text, ASSAY_LITERAL(PCI_ROOT PCI HARD_DRIVE FILE_A END));

    cr_expect_not_null(strstr(text, "00112233-4455-6677-8899-aabbccddeeff"));
    cr_expect_not_null(strstr(text, "/\\a.efi"));
    cr_expect_null(strstr(text, "Path("));
}

/*
 * The library would look at the next node behind an NVDIMM root (ACPI0012), copy
 * SIZE_MAX bytes for a USB WWID without serial number, write nothing for SAS Ex and
 * for some Expanded ACPI, and gets no node of more than 512 bytes.
 */
Test(devpath, nodes_that_the_library_gets_wrong_are_ours)
{
    static uint8_t large[3 + 600] = { 0x01, 0x04, 0x5c, 0x02 };
    static const assay_bytes ours[] = {
        ASSAY_LITERAL("\x02\x01\x0c\x00\x09\x8e\x12\x00\x00\x00\x00\x00" END),
        /* Expanded ACPI of which the first text leaves no room for the others */
        ASSAY_LITERAL("\x02\x02\x13\x00\0\0\0\0\0\0\0\0\0\0\0\0ab\0" END),
        ASSAY_LITERAL("\x03\x10\x0a\x00\x00\x00\x00\x00\x00\x00" END),
        ASSAY_LITERAL("\x03\x16\x18\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                      "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" END),
    };

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        cr_expect_eq(strncmp(TEXT_OF(assay_devpath_put_text, ours[i]), "Path(", 5), 0);
    large[2] = 0x5b; /* 0x25b are 603 bytes */
    cr_expect_eq(strncmp(TEXT_OF(assay_devpath_put_text, assay_bytes_of(large, sizeof large)),
                         "Path(1,4,", 9), 0);
}

Test(devpath, an_operator_sees_the_file_if_there_is_one)
{
    cr_expect_str_eq(TEXT_OF(assay_devpath_summary, ASSAY_LITERAL(PCI_ROOT HARD_DRIVE FILE_A END)),
                     "\\a.efi");
    /* \EFI, then x below it without a backslash of its own, then \a.efi with one */
    cr_expect_str_eq(TEXT_OF(assay_devpath_summary,
                             ASSAY_LITERAL("\x04\x04\x0e\x00\\\0E\0F\0I\0\0\0"
                                           "\x04\x04\x08\x00x\0\0\0" FILE_A END)),
                     "\\EFI\\x\\a.efi");
    cr_expect_str_eq(TEXT_OF(assay_devpath_summary, ASSAY_LITERAL(UNKNOWN END)),
                     "Path(6,42,beef)");
}

static void emit_path(assay_output *out, assay_bytes path)
{
    assay_devpath_emit(out, "path", path);
}

Test(devpath, programs_get_file_partition_and_nodes)
{
    cr_expect_str_eq(
        JSON_OF(emit_path, ASSAY_LITERAL(FILE_A UNKNOWN END "rest")),
        "{\"path\":{\"text\":\"\\\\a.efi/Path(6,42,beef)\",\"file\":\"\\\\a.efi\",\"nodes\":["
        "{\"type\":4,\"subtype\":4,\"name\":\"File Path\","
        "\"data_hex\":\"5c0061002e006500660069000000\"},"
        "{\"type\":6,\"subtype\":42,\"data_hex\":\"beef\"},"
        "{\"type\":127,\"subtype\":255,\"name\":\"End\",\"data_hex\":\"\"}],"
        "\"rest_hex\":\"72657374\"}}\n");
    cr_expect_not_null(strstr(JSON_OF(emit_path, ASSAY_LITERAL(HARD_DRIVE END)),
                              "\"partition_guid\":\"00112233-4455-6677-8899-aabbccddeeff\""));
    cr_expect_str_eq(JSON_OF(emit_path, ASSAY_NO_BYTES), "{\"path\":{\"nodes\":[]}}\n");
}

Test(devpath, text_beyond_its_buffer_is_cut_visibly)
{
    static uint8_t path[20000];
    assay_writer writer = assay_writer_lent(path, sizeof path);

    while (writer.failure == 0)
        assay_put(&writer, ASSAY_LITERAL(FILE_A));
    const char *const text = strstr(JSON_OF(emit_path, assay_written(&writer)), "\"text\":");
    const char *const end = strstr(text, "...\"");
    cr_assert_not_null(end);
    cr_expect_lt(end - text, 4096 + 1000, "one backslash of each name is escaped by another");
}

/* A page of which the last bytes are `size` of ours, and behind it nothing. */
static uint8_t *before_the_abyss(size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *const pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    cr_assert(pages != MAP_FAILED);
    cr_assert_eq(mprotect(pages + page, page, PROT_NONE), 0);
    return pages + page - size;
}

/* A small generator of numbers that are the same on every run. */
static uint32_t next_number(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/*
 * Every kind of node, at, below and above its minimum, with random contents and with
 * lengths that lie, right before a page that can't be read.
 */
Test(devpath, no_path_is_read_beyond_its_end)
{
    static const struct {
        uint8_t type, subtype;
        uint16_t minimum;
    } kinds[] = {
#define DEVPATH_NODE(type, subtype, minimum, text, name) { type, subtype, minimum },
#include "eventlog/payload/devpath.def"
#undef DEVPATH_NODE
    };
    static char text[PAYLOAD_TEXT];
    uint8_t *const limit = before_the_abyss(0);
    uint32_t random = 1;

    for (size_t i = 0; i < 200 * (sizeof kinds / sizeof *kinds); i++) {
        const size_t kind = i % (sizeof kinds / sizeof *kinds);
        const size_t size = kinds[kind].minimum - 4u + next_number(&random) % 48;
        uint8_t *const path = limit - size;
        assay_writer writer = assay_writer_lent(text, sizeof text);

        if (size < 4)
            continue;
        for (size_t at = 0; at < size; at++)
            path[at] = (uint8_t)(next_number(&random) % 3 == 0 ? next_number(&random) : 0);
        path[0] = kinds[kind].type;
        path[1] = kinds[kind].subtype;
        path[2] = (uint8_t)(next_number(&random) % 4 == 0 ? next_number(&random) : size);
        path[3] = 0;
        assay_devpath_put_text(&writer, assay_bytes_of(path, size));
        cr_assert_eq(writer.failure, 0);
    }
}

Test(devpath, a_path_with_each_byte_changed_is_read_within_its_end)
{
    static const char path[] = PCI_ROOT PCI HARD_DRIVE FILE_A UNKNOWN INSTANCE PCI END;
    const size_t size = sizeof path - 1;
    uint8_t *const copy = before_the_abyss(size);
    static char text[PAYLOAD_TEXT];

    for (size_t i = 0; i < size; i++)
        for (unsigned value = 0; value < 256; value++) {
            assay_writer writer = assay_writer_lent(text, sizeof text);

            memcpy(copy, path, size);
            copy[i] = (uint8_t)value;
            assay_devpath_put_text(&writer, assay_bytes_of(copy, size));
            cr_assert_eq(writer.failure, 0);
            cr_assert(ENCODES_TO(write_again, assay_bytes_of(copy, size),
                                 assay_bytes_of(copy, size)));
        }
}
