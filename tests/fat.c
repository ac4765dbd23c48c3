/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/artefact/fat.h: volumes by mkfs.vfat and mtools are read, ours are read by them. */
#include "boot/artefact/fat.h"
#include "tests/allocfail.h"
#include "tests/artefact.h"
#include "tests/room.h"

enum { VOLUME_MAX = 64 << 20 };

static const uint32_t serial = 0xa55a1234;

static assay_tree *tree_of(assay_bytes volume)
{
    assay_tree *const tree = assay_tree_new();
    assay_error error = { 0 };

    cr_assert_eq(assay_tree_add_fat(tree, volume, &error), 0, "%s", error.what);
    return tree;
}

static assay_bytes read_file(assay_tree *tree, const char *path)
{
    assay_bytes bytes = ASSAY_NO_BYTES;
    assay_error error = { 0 };
    const int status = assay_tree_read(tree, assay_bytes_of_string(path), &bytes, &error);

    cr_assert_eq(status, 1, "%s: %d %s", path, status, error.what);
    return bytes;
}

static void expect_filled(assay_tree *tree, const char *path, size_t size, uint8_t letter)
{
    const assay_bytes bytes = read_file(tree, path);

    cr_expect_eq(bytes.size, size, "%s has %zu bytes", path, bytes.size);
    cr_expect(assay_bytes_all(bytes, letter), "%s", path);
}

/* --- what mkfs.vfat and mtools made (fixtures/artefacts/fat.sh) ------------------------------- */

Test(fat, a_volume_of_the_usual_tools_is_read)
{
    artefact a = artefact_fixture("esp.fat12.img");
    assay_tree *tree = tree_of(artefact_bytes(&a));
    assay_fat fat;

    cr_assert_eq(assay_fat_open(&fat, artefact_bytes(&a), NULL), 0);
    cr_expect_eq(fat.bits, 12);
    cr_expect_eq(fat.cluster_size, 512);
    cr_expect_eq(fat.cluster_count, 60); /* as fsck.vfat says */
    cr_expect_eq(fat.serial, serial);
    cr_expect_str_eq(fat.label, "ESP");
    cr_expect(assay_fat_is_regular(&fat));

    expect_filled(tree, "\\efi\\boot\\bootx64.efi", 600, 'b');
    expect_filled(tree, "EFI/A long folder's name/in-pieces.efi", 1500, 'c');
    expect_filled(tree, "EFI/ÜBERGRÖßE 漢字.TXT", 1, 'x');
    expect_filled(tree, "empty", 0, 0);
    cr_expect(assay_bytes_equal(read_file(tree, "loader.conf"), ASSAY_LITERAL("default rig\n")));
    assay_tree_free(&tree);
    artefact_free(&a);
}

/* mshowfat says of in-pieces.efi: clusters 5, 6 and 9. The others lie in one piece. */
Test(fat, only_what_lies_in_pieces_is_copied)
{
    artefact a = artefact_fixture("esp.fat12.img");
    assay_tree *tree = tree_of(artefact_bytes(&a));
    const assay_bytes whole = read_file(tree, "EFI/BOOT/BOOTX64.EFI");
    const assay_bytes pieces = read_file(tree, "EFI/A long folder's name/in-pieces.efi");

    cr_expect(whole.data >= a.data && whole.data + whole.size <= a.data + a.size);
    cr_expect(pieces.data < a.data || pieces.data >= a.data + a.size);
    assay_tree_free(&tree);
    artefact_free(&a);
}

Test(fat, entries_come_in_order_and_those_deleted_do_not)
{
    static const char *const names[] = { "EFI", "EMPTY", "loader.conf" };
    artefact a = artefact_fixture("esp.fat12.img");
    assay_tree *tree = tree_of(artefact_bytes(&a));
    assay_tree_entry entry;

    for (size_t i = 0; i < 3; i++) {
        cr_assert(assay_tree_at(tree, ASSAY_NO_BYTES, i, &entry));
        cr_expect(assay_bytes_equal(entry.name, assay_bytes_of_string(names[i])), "%s", names[i]);
    }
    cr_expect_not(assay_tree_at(tree, ASSAY_NO_BYTES, 3, &entry));
    assay_tree_free(&tree);
    artefact_free(&a);
}

/* EDK2's driver finds files by either name (FatSearchODir). */
Test(fat, a_short_name_finds_the_file_too)
{
    artefact a = artefact_fixture("esp.fat12.img");
    assay_tree *tree = tree_of(artefact_bytes(&a));

    expect_filled(tree, "EFI/ALONGF~1/IN-PIE~1.EFI", 1500, 'c');
    assay_tree_free(&tree);
    artefact_free(&a);
}

/* --- long names that don't count -------------------------------------------------------------- */

enum { LONG_ENTRY = 0x440, SHORT_ENTRY = 0x460 }; /* of loader.conf */

static void expect_short_name(size_t offset, uint8_t value, const char *name)
{
    artefact a = artefact_fixture("esp.fat12.img");
    assay_tree_entry entry;

    a.data[offset] = value;
    assay_tree *tree = tree_of(artefact_bytes(&a));
    cr_assert(assay_tree_find(tree, ASSAY_LITERAL("LOADER~1.CON"), &entry), "%zx", offset);
    cr_expect(assay_bytes_equal(entry.name, assay_bytes_of_string(name)), "%zx: %.*s", offset,
              (int)entry.name.size, (const char *)entry.name.data);
    assay_tree_free(&tree);
    artefact_free(&a);
}

Test(fat, a_long_name_that_is_not_the_entrys_own_is_none)
{
    expect_short_name(LONG_ENTRY + 0, 0x41, "loader.conf");  /* as it was */
    expect_short_name(LONG_ENTRY + 13, 0x00, "LOADER~1.CON"); /* another checksum */
    expect_short_name(LONG_ENTRY + 0, 0x42, "LOADER~1.CON");  /* its first half is missing */
    expect_short_name(LONG_ENTRY + 0, 0x01, "LOADER~1.CON");  /* its last half is missing */
    expect_short_name(LONG_ENTRY + 0, 0x40, "LOADER~1.CON");  /* no part has the number 0 */
    expect_short_name(LONG_ENTRY + 0, 0xE5, "LOADER~1.CON");  /* deleted */
    expect_short_name(LONG_ENTRY + 26, 1, "LOADER~1.CON");    /* it has a cluster */
    expect_short_name(SHORT_ENTRY + 12, 0x18, "loader.conf"); /* the long name wins */
    expect_short_name(LONG_ENTRY + 11, 0x08, "LOADER~1.CON"); /* a label */
}

Test(fat, a_short_name_may_be_in_small_letters)
{
    static const struct {
        uint8_t flags;
        const char *name;
    } cases[] = { { 0x08, "loader~1.CON" }, { 0x10, "LOADER~1.con" }, { 0x18, "loader~1.con" } };

    for (size_t i = 0; i < 3; i++) {
        artefact a = artefact_fixture("esp.fat12.img");
        assay_tree_entry entry;

        a.data[LONG_ENTRY] = 0xE5;
        a.data[SHORT_ENTRY + 12] = cases[i].flags;
        assay_tree *tree = tree_of(artefact_bytes(&a));
        cr_assert(assay_tree_find(tree, ASSAY_LITERAL("loader~1.con"), &entry));
        cr_expect(assay_bytes_equal(entry.name, assay_bytes_of_string(cases[i].name)), "%s",
                  cases[i].name);
        assay_tree_free(&tree);
        artefact_free(&a);
    }
}

/* --- what is wrong ---------------------------------------------------------------------------- */

static int open_all(assay_bytes volume, assay_error *error)
{
    static const char pieces[] = "EFI/ALONGF~1/IN-PIE~1.EFI";
    assay_tree *tree = assay_tree_new();
    assay_bytes bytes;
    int status = assay_tree_add_fat(tree, volume, error);

    if (status == 0)
        status = assay_tree_read(tree, ASSAY_LITERAL(pieces), &bytes, error);
    assay_tree_free(&tree);
    return status;
}

/* The table is at 512, of 12 bits an entry: those of in-pieces.efi, 5 and 6, at 519 and 521. */
Test(fat, what_is_wrong_with_a_volume_is_said, .timeout = 20)
{
    static const spoiled cases[] = {
        { 20, 0, 0, ASSAY_UNKNOWN_FORMAT, 20, "BPB", "cut in the boot sector" },
        { 11, 2, 500, ASSAY_UNKNOWN_FORMAT, 11, "BPB_BytsPerSec", "sectors of 500 bytes" },
        { 11, 2, 256, ASSAY_UNKNOWN_FORMAT, 11, "BPB_BytsPerSec", "sectors of 256 bytes" },
        { 11, 2, 8192, ASSAY_UNKNOWN_FORMAT, 11, "BPB_BytsPerSec", "sectors of 8192 bytes" },
        { 13, 1, 0, ASSAY_UNKNOWN_FORMAT, 13, "BPB_SecPerClus", "no cluster" },
        { 13, 1, 3, ASSAY_UNKNOWN_FORMAT, 13, "BPB_SecPerClus", "three sectors" },
        { 14, 2, 0, ASSAY_UNKNOWN_FORMAT, 14, "BPB_RsvdSecCnt", "nothing reserved" },
        { 16, 1, 0, ASSAY_UNKNOWN_FORMAT, 16, "BPB_NumFATs", "no table" },
        { 17, 2, 0, ASSAY_UNKNOWN_FORMAT, 17, "BPB_RootEntCnt", "no root folder" },
        { 19, 2, 0, ASSAY_UNKNOWN_FORMAT, 32, "BPB_TotSec32", "no sectors" },
        { 19, 2, 3, ASSAY_UNKNOWN_FORMAT, 32, "BPB_TotSec32", "less than its tables" },
        { 21, 1, 0xF1, ASSAY_UNKNOWN_FORMAT, 21, "BPB_Media", "no medium" },
        { 22, 2, 200, ASSAY_UNKNOWN_FORMAT, 32, "BPB_TotSec32", "a table larger than all" },
        { 1000, 0, 0, ASSAY_TRUNCATED, 1000, "FAT", "cut in the table" },
        { 0x43A, 2, 62, ASSAY_MALFORMED, 0x420, "DIR_FstClus", "no such cluster" },
        { 0x43A, 2, 0, ASSAY_MALFORMED, 0x420, "DIR_FstClus", "a folder at no cluster" },
        { 0x85A, 2, 2, ASSAY_MALFORMED, 0x840, "DIR_FstClus", "a folder in itself" },
        { 0x85A, 2, 4, ASSAY_MALFORMED, 0x8A0, "DIR_FstClus", "a folder twice" },
        { 0xA00, 0, 0, ASSAY_TRUNCATED, 0xA00, "cluster", "cut before a folder" },
        { 521, 1, 0x05, ASSAY_MALFORMED, 521, "FAT", "5 to 6 to 5" },
        { 521, 1, 0x00, ASSAY_MALFORMED, 521, "FAT", "6 to 0" },
        { 521, 1, 0x3F, ASSAY_MALFORMED, 521, "FAT", "6 to 63" },
        { 521, 2, 0x8FFF, ASSAY_MALFORMED, 519, "FAT", "the chain ends in 6" },
        { 0x1600, 0, 0, ASSAY_TRUNCATED, 0x1600, "cluster", "cut before the third piece" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        artefact a = artefact_spoil("esp.fat12.img", &cases[i]);
        assay_error error = { 0 };
        const int status = open_all(artefact_bytes(&a), &error);

        expect_error(&cases[i], status, &error);
        artefact_free(&a);
    }
}

/* --- written and read ------------------------------------------------------------------------- */

static assay_tree *sample_tree(void)
{
    static const struct {
        const char *path, *content;
    } files[] = {
        { "EFI/BOOT/BOOTX64.EFI", "loader" },
        { "EFI/Linux/a rather long name of a kernel, with its version.efi", "kernel" },
        { "loader/loader.conf", "default x\n" },
        { "loader/entries/ΩMEGA.conf", "title Ω\n" },
        { "loader/entries/abcdefgh~1.conf", "tilde" },
        { "loader/entries/ABCDEF~1.CON", "tilde in capitals" },
        { "loader/entries/.hidden", "dot" },
        { "loader/entries/two.dots.conf", "dots" },
        { "EMPTY", "" },
    };
    assay_tree *const tree = assay_tree_new();

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        cr_assert_eq(assay_tree_add_bytes(tree, assay_bytes_of_string(files[i].path),
                                          assay_bytes_of_string(files[i].content), NULL),
                     0);
    return tree;
}

static void expect_same(assay_tree *a, assay_tree *b, assay_bytes folder)
{
    assay_tree_entry x, y;
    size_t i = 0;

    for (; assay_tree_at(a, folder, i, &x); i++) {
        cr_assert(assay_tree_at(b, folder, i, &y));
        cr_expect(assay_bytes_equal(x.path, y.path), "%.*s is %.*s", (int)x.path.size,
                  (const char *)x.path.data, (int)y.path.size, (const char *)y.path.data);
        cr_assert_eq(x.folder, y.folder);
        if (x.folder) {
            expect_same(a, b, x.path);
            continue;
        }
        assay_bytes in_a, in_b;
        cr_assert_eq(assay_tree_read(a, x.path, &in_a, NULL), 1);
        cr_assert_eq(assay_tree_read(b, x.path, &in_b, NULL), 1);
        cr_expect(assay_bytes_equal(in_a, in_b), "%.*s", (int)x.path.size,
                  (const char *)x.path.data);
    }
    cr_expect_not(assay_tree_at(b, folder, i, &y));
}

static const assay_fat_plan plans[] = {
    { .bits = 12, .label = "small" },
    { .bits = 12, .sector_size = 4096, .size = 1 << 20 },
    { .bits = 16 },
    { .bits = 16, .size = 32 << 20, .cluster_size = 4096 },
    { .bits = 32, .label = "EFI SYSTEM" },
    { .size = 48 << 20 },
};

enum { PLANS = sizeof plans / sizeof *plans };

Test(fat, what_is_written_is_read_back)
{
    for (size_t i = 0; i < PLANS; i++) {
        assay_writer writer = assay_writer_growing(VOLUME_MAX);
        assay_tree *tree = sample_tree();
        assay_error error = { 0 };
        assay_fat fat;

        /* mtools has no characters beyond the first plane. */
        cr_assert_eq(assay_tree_add_bytes(tree, ASSAY_LITERAL("😀"), ASSAY_LITERAL(":)"), &error),
                     0);

        cr_assert_eq(assay_fat_write(tree, &plans[i], &writer, &error), 0, "%zu: %s", i,
                     error.what);
        cr_assert_eq(assay_fat_open(&fat, assay_written(&writer), &error), 0, "%s", error.what);
        cr_expect(assay_fat_is_regular(&fat), "%zu", i);
        cr_expect(plans[i].bits == 0 || plans[i].bits == fat.bits, "%zu: %u", i, fat.bits);
        cr_expect(plans[i].size == 0 || plans[i].size == writer.written, "%zu", i);
        cr_expect_eq(fat.size, writer.written);
        assay_tree *copy = tree_of(assay_written(&writer));
        expect_same(tree, copy, ASSAY_NO_BYTES);
        assay_tree_free(&copy);
        assay_tree_free(&tree);
        assay_writer_close(&writer);
    }
}

Test(fat, what_has_no_place_on_fat_is_refused)
{
    static const struct {
        const char *path;
        assay_fat_plan plan;
        int kind;
    } cases[] = {
        { "a:b", { 0 }, ASSAY_MALFORMED },
        { "dot.", { 0 }, ASSAY_MALFORMED },
        { "blank ", { 0 }, ASSAY_MALFORMED },
        { "\x01", { 0 }, ASSAY_MALFORMED },
        { "ok", { .bits = 8 }, ASSAY_MALFORMED },
        { "ok", { .sector_size = 1000 }, ASSAY_MALFORMED },
        { "ok", { .cluster_size = 256 }, ASSAY_MALFORMED },
        { "ok", { .cluster_size = 512 * 256 }, ASSAY_MALFORMED },
        { "ok", { .label = "twelve chars" }, ASSAY_MALFORMED },
        { "ok", { .size = 1000 }, ASSAY_MALFORMED },
        { "ok", { .size = 1024 }, ASSAY_TOO_LARGE },
        { "ok", { .bits = 32, .size = 1 << 20 }, ASSAY_TOO_LARGE },
        { "ok", { .bits = 12, .size = 1 << 30, .cluster_size = 512 }, ASSAY_TOO_LARGE },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_writer writer = assay_writer_growing(VOLUME_MAX);
        assay_tree *tree = assay_tree_new();
        assay_error error = { 0 };

        cr_assert_eq(assay_tree_add_bytes(tree, assay_bytes_of_string(cases[i].path),
                                          ASSAY_LITERAL("x"), &error),
                     0);
        cr_expect_eq(assay_fat_write(tree, &cases[i].plan, &writer, &error), -cases[i].kind,
                     "%zu: %s", i, cases[i].path);
        cr_expect_neq(error.what[0], '\0');
        assay_tree_free(&tree);
        assay_writer_close(&writer);
    }
}

/* --- the usual tools read ours, and we read theirs -------------------------------------------- */

static bool has_tools(void)
{
    return system("command -v mkfs.vfat fsck.vfat mcopy >/dev/null 2>&1") == 0;
}

Test(fat, what_is_written_the_usual_tools_find_sound, .timeout = 120)
{
    if (!has_tools())
        cr_skip_test("no dosfstools or no mtools");
    for (size_t i = 0; i < PLANS; i++) {
        assay_tree *tree = sample_tree(), *copy = assay_tree_new();
        assay_error error = { 0 };

        cr_assert_eq(room_run("rm -rf out && mkdir out"), 0);
        FILE *const file = fopen(room_file("image"), "wb");
        assay_writer writer = assay_writer_draining(fileno(file));
        cr_assert_eq(assay_fat_write(tree, &plans[i], &writer, &error), 0, "%s", error.what);
        assay_writer_close(&writer);
        fclose(file);
        cr_expect_eq(room_run("fsck.vfat -n image >log 2>&1"), 0, "%zu", i);
        cr_expect_eq(room_run("mcopy -s -i image '::*' out/ 2>>log"), 0, "%zu", i);
        cr_assert_eq(assay_tree_add_folder(copy, room_file("out"), &error), 0, "%s", error.what);
        expect_same(tree, copy, ASSAY_NO_BYTES);
        assay_tree_free(&copy);
        assay_tree_free(&tree);
    }
    room_remove();
}

Test(fat, what_the_usual_tools_write_is_read, .timeout = 120)
{
    static const char *const made[] = {
        "truncate -s 4M image && mkfs.vfat -F 12 -s 4 image >log",
        "truncate -s 16M image && mkfs.vfat -F 16 image >log",
        "truncate -s 40M image && mkfs.vfat -F 32 -s 1 image >log",
    };
    static const char fill[] =
        "mkdir -p 'in/EFI/a folder of a long name/below' && head -c 300000 /dev/urandom > in/a && "
        "cp in/a in/EFI/Kernel-6.12.0+deb13.efi && head -c 700001 /dev/urandom > "
        "'in/EFI/a folder of a long name/below/ÄÖÜ 漢字.bin' && for i in $(seq 200); do echo $i > "
        "\"in/EFI/entry number $i.conf\"; done && mcopy -i image in/a :: && "
        "mcopy -s -i image in/EFI :: && mdel -i image ::a && head -c 500000 /dev/urandom > in/a && "
        "mcopy -i image in/a :: ";

    if (!has_tools())
        cr_skip_test("no dosfstools or no mtools");
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        assay_tree *folder = assay_tree_new();
        assay_error error = { 0 };
        assay_file image;

        cr_assert_eq(room_run("rm -rf image in"), 0);
        cr_assert_eq(room_run(made[i]), 0, "%s", made[i]);
        cr_assert_eq(room_run(fill), 0);
        cr_assert_eq(assay_tree_add_folder(folder, room_file("in"), &error), 0, "%s", error.what);
        cr_assert_eq(assay_file_read(&image, room_file("image"), 1 << 30, &error), 0);
        assay_tree *tree = tree_of(image.bytes);
        expect_same(folder, tree, ASSAY_NO_BYTES);
        assay_tree_free(&tree);
        assay_file_close(&image);
        assay_tree_free(&folder);
    }
    room_remove();
}

/* --- memory ----------------------------------------------------------------------------------- */

static artefact fixture;

static int read_and_write(void)
{
    assay_writer writer = assay_writer_growing(VOLUME_MAX);
    assay_tree *tree = assay_tree_new();
    assay_error error = { 0 };
    int status = tree == NULL ? -ASSAY_NO_MEMORY
                              : assay_tree_add_fat(tree, artefact_bytes(&fixture), &error);

    if (status == 0)
        status = assay_fat_write(tree, &plans[0], &writer, &error);
    assay_tree_free(&tree);
    assay_writer_close(&writer);
    return status;
}

Test(fat, memory_may_be_short)
{
    fixture = artefact_fixture("esp.fat12.img");
    cr_expect_gt(each_allocation_fails("FAT", read_and_write), 10);
    artefact_free(&fixture);
}
