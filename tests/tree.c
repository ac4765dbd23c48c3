/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/artefact/tree.h: folders of this machine, and files one by one. */
#include "boot/artefact/tree.h"
#include "tests/artefact.h"
#include "tests/room.h"

static void make_room(const char *commands)
{
    cr_assert_eq(room_run(commands), 0, "%s", commands);
}

static assay_tree *tree_of_room(void)
{
    assay_tree *const tree = assay_tree_new();
    assay_error error = { 0 };

    cr_assert_eq(assay_tree_add_folder(tree, room_folder, &error), 0, "%s", error.what);
    return tree;
}

static int add(assay_tree *tree, const char *path, const char *content)
{
    return assay_tree_add_bytes(tree, assay_bytes_of_string(path), assay_bytes_of_string(content),
                                NULL);
}

static void expect_content(assay_tree *tree, const char *path, const char *content)
{
    assay_bytes bytes = ASSAY_NO_BYTES;
    const int status = assay_tree_read(tree, assay_bytes_of_string(path), &bytes, NULL);

    cr_expect_eq(status, content != NULL, "%s: %d", path, status);
    if (status == 1)
        cr_expect(assay_bytes_equal(bytes, assay_bytes_of_string(content)), "%s: %.*s", path,
                  (int)bytes.size, (const char *)bytes.data);
}

Test(tree, paths_are_those_of_firmware)
{
    assay_tree *tree = assay_tree_new();

    cr_assert_eq(add(tree, "EFI/BOOT/BOOTX64.EFI", "x"), 0);
    cr_assert_eq(add(tree, "\\Straße\\ÀÉ÷.txt", "y"), 0);
    expect_content(tree, "\\EFI\\BOOT\\BOOTX64.EFI", "x");
    expect_content(tree, "efi/boot/bootx64.efi", "x");
    expect_content(tree, "//efi\\.\\boot//../BOOT/bootx64.efi", "x");
    expect_content(tree, "STRAßE/àé÷.TXT", "y");
    expect_content(tree, "straße/àé\xC3\x97.txt", NULL); /* the other sign is another letter */
    expect_content(tree, "EFI/BOOT", NULL);
    expect_content(tree, "EFI/BOOT/BOOTX64.EFI/x", NULL);
    expect_content(tree, "../EFI/BOOT/BOOTX64.EFI", NULL);
    expect_content(tree, "EFI/BOOTX64.EFI", NULL);
    assay_tree_free(&tree);
}

Test(tree, entries_come_in_the_order_of_their_bytes)
{
    static const char *const order[] = { "B", "Z", "a", "é" };
    assay_tree *tree = assay_tree_new();
    assay_tree_entry entry;

    for (size_t i = 4; i > 0; i--) {
        char path[20];

        snprintf(path, sizeof path, "Folder/%s", order[i - 1]);
        cr_assert_eq(add(tree, path, ""), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        cr_assert(assay_tree_at(tree, ASSAY_LITERAL("folder"), i, &entry));
        cr_expect(assay_bytes_equal(entry.name, assay_bytes_of_string(order[i])));
        cr_expect(assay_bytes_start_with(entry.path, ASSAY_LITERAL("Folder/")));
    }
    cr_expect_not(assay_tree_at(tree, ASSAY_LITERAL("folder"), 4, &entry));
    cr_expect_not(assay_tree_at(tree, ASSAY_LITERAL("none"), 0, &entry));
    cr_expect(assay_tree_find(tree, ASSAY_NO_BYTES, &entry));
    cr_expect(entry.folder);
    assay_tree_free(&tree);
}

Test(tree, what_is_added_later_replaces_but_not_folders)
{
    assay_tree *tree = assay_tree_new();

    cr_assert_eq(add(tree, "loader/loader.conf", "old"), 0);
    cr_assert_eq(add(tree, "LOADER/Loader.conf", "new"), 0);
    expect_content(tree, "loader/loader.conf", "new");
    cr_expect_eq(add(tree, "loader", "file"), -ASSAY_MALFORMED);
    cr_expect_eq(add(tree, "loader/loader.conf/below", "file"), -ASSAY_MALFORMED);
    cr_expect_eq(add(tree, "", "x"), -ASSAY_MALFORMED);
    cr_expect_eq(add(tree, "./", "x"), -ASSAY_MALFORMED);
    cr_expect_eq(add(tree, "a/../b", "x"), -ASSAY_MALFORMED);
    cr_expect_eq(add(tree, "\xff", "x"), -ASSAY_MALFORMED);
    expect_content(tree, "loader/loader.conf", "new");
    assay_tree_free(&tree);
}

Test(tree, folders_have_an_end)
{
    char path[300] = "";
    assay_tree *tree = assay_tree_new();

    for (size_t i = 0; i < 129; i++)
        strcat(path, "a/");
    cr_expect_eq(add(tree, path, "x"), -ASSAY_TOO_LARGE);
    assay_tree_free(&tree);
    tree = assay_tree_new();
    path[2 * 128] = '\0';
    cr_expect_eq(add(tree, path, "x"), 0);
    assay_tree_free(&tree);
}

/* --- this machine's files --------------------------------------------------------------------- */

Test(tree, a_folder_is_taken_with_all_that_is_below)
{
    assay_tree_entry entry;

    make_room("mkdir -p EFI/Linux none && printf kernel > EFI/Linux/uki.efi && : > empty");
    assay_tree *tree = tree_of_room();
    expect_content(tree, "efi/linux/UKI.efi", "kernel");
    expect_content(tree, "empty", "");
    cr_assert(assay_tree_find(tree, ASSAY_LITERAL("EFI/Linux/uki.efi"), &entry));
    cr_expect_eq(entry.size, 6);
    cr_assert(assay_tree_find(tree, ASSAY_LITERAL("none"), &entry));
    cr_expect(entry.folder);
    cr_expect_eq(assay_tree_left_out(tree), 0);
    assay_tree_free(&tree);
    room_remove();
}

Test(tree, links_pipes_and_odd_names_are_left_out_and_counted)
{
    make_room("printf x > file && ln -s file link && ln -s /etc folder && mkfifo pipe && "
              "printf y > \"$(printf '\\377')\" && printf z > 'a\\b'");
    assay_tree *tree = tree_of_room();
    expect_content(tree, "file", "x");
    expect_content(tree, "link", NULL);
    expect_content(tree, "folder/passwd", NULL);
    cr_expect_eq(assay_tree_left_out(tree), 5);
    assay_tree_free(&tree);
    room_remove();
}

Test(tree, a_file_that_became_a_link_is_not_followed)
{
    assay_bytes bytes;
    assay_error error = { 0 };

    make_room("mkdir a && printf x > a/file && printf secret > other");
    assay_tree *tree = tree_of_room();
    cr_assert_eq(room_run("rm a/file && ln -s ../other a/file"), 0);
    cr_expect_eq(assay_tree_read(tree, ASSAY_LITERAL("a/file"), &bytes, &error), -ASSAY_IO);
    cr_assert_eq(room_run("rm -r a && mkdir b && printf y > b/file && ln -s b a"), 0);
    cr_expect_eq(assay_tree_read(tree, ASSAY_LITERAL("a/file"), &bytes, &error), -ASSAY_IO);
    cr_expect_neq(error.what[0], '\0');
    cr_assert_eq(room_run("rm a && mkdir a && mkfifo a/file"), 0);
    cr_expect_eq(assay_tree_read(tree, ASSAY_LITERAL("a/file"), &bytes, &error), -ASSAY_IO);
    assay_tree_free(&tree);
    room_remove();
}

Test(tree, names_that_fat_takes_for_one_are_refused)
{
    static const char *const rooms[] = { "printf x > a && printf y > A", "mkdir efi EFI",
                                         "printf x > efi && mkdir EFI" };

    for (size_t i = 0; i < 3; i++) {
        assay_tree *tree = assay_tree_new();
        assay_error error = { 0 };

        make_room("rm -rf ./*");
        make_room(rooms[i]);
        cr_expect_eq(assay_tree_add_folder(tree, room_folder, &error), -ASSAY_MALFORMED, "%s",
                     rooms[i]);
        cr_expect_neq(error.what[0], '\0');
        assay_tree_free(&tree);
    }
    room_remove();
}

/* The second folder's own spelling counts when its files are opened. */
Test(tree, a_folder_over_another_replaces_its_files)
{
    assay_error error = { 0 };

    make_room("mkdir -p one/EFI two/efi && printf old > one/EFI/a && printf kept > one/EFI/b && "
              "printf new > two/efi/A");
    assay_tree *tree = assay_tree_new();
    cr_assert_eq(assay_tree_add_folder(tree, room_file("one"), &error), 0);
    cr_assert_eq(assay_tree_add_folder(tree, room_file("two"), &error), 0);
    expect_content(tree, "EFI/a", "new");
    expect_content(tree, "EFI/b", "kept");
    assay_tree_free(&tree);
    room_remove();
}

Test(tree, one_file_has_the_path_that_it_is_given)
{
    assay_error error = { 0 };

    make_room("printf initrd > here && ln -s here there");
    assay_tree *tree = assay_tree_new();
    cr_expect_eq(
        assay_tree_add_file(tree, ASSAY_LITERAL("boot/initrd"), room_file("there"), &error), 0);
    expect_content(tree, "BOOT/INITRD", "initrd");
    cr_expect_eq(assay_tree_add_file(tree, ASSAY_LITERAL("x"), room_file("none"), &error),
                 -ASSAY_IO);
    cr_expect_eq(assay_tree_add_file(tree, ASSAY_LITERAL("x"), room_folder, &error),
                 -ASSAY_MALFORMED);
    cr_expect_eq(assay_tree_add_folder(tree, room_file("none"), &error), -ASSAY_IO);
    assay_tree_free(&tree);
    room_remove();
}
