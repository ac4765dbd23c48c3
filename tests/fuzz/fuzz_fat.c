/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a FAT file system: its tree, every file of it, and both written and read again. */
#include "boot/artefact/fat.h"
#include "tests/fuzz/property.h"

enum { WRITTEN_MAX = 1 << 20 };

/* What is in one tree is in the other, under the same path and by the same bytes. */
static void must_hold(assay_tree *tree, assay_tree *other, assay_bytes folder)
{
    assay_tree_entry entry, same;
    assay_bytes bytes, copy;
    assay_error error = { .what = "" };

    for (size_t i = 0; assay_tree_at(tree, folder, i, &entry); i++) {
        must(assay_tree_find(other, entry.path, &same));
        must(same.folder == entry.folder && same.size == entry.size);
        must(assay_bytes_equal(same.name, entry.name));
        if (entry.folder) {
            must_hold(tree, other, entry.path);
        } else {
            must(assay_tree_read(tree, entry.path, &bytes, &error) == 1);
            must(assay_tree_read(other, entry.path, &copy, &error) == 1);
            must(assay_bytes_equal(bytes, copy));
        }
    }
}

/* Every entry is found by its path, sorts after the one before it, and is read or refused. */
static bool read_all(assay_tree *tree, assay_bytes folder)
{
    assay_tree_entry entry, found;
    assay_bytes bytes;
    assay_error error = { .what = "" };
    bool sound = true;

    for (size_t i = 0; assay_tree_at(tree, folder, i, &entry); i++) {
        must(assay_tree_find(tree, entry.path, &found));
        must(found.path.data == entry.path.data || entry.name.data[0] == '.');
        if (entry.folder) {
            sound = read_all(tree, entry.path) && sound;
            continue;
        }
        const int status = assay_tree_read(tree, entry.path, &bytes, &error);
        must(status == 1 || (status < 0 && error.what[0] != '\0'));
        must(status < 0 || bytes.size == entry.size);
        sound = sound && status == 1;
    }
    return sound;
}

static void write_again(assay_tree *tree)
{
    const assay_fat_plan plan = { .serial = 1 };
    assay_writer writer = assay_writer_growing(WRITTEN_MAX);
    assay_error error = { .what = "" };

    if (assay_fat_write(tree, &plan, &writer, &error) == 0) {
        assay_tree *copy = assay_tree_new();

        must(assay_tree_add_fat(copy, assay_written(&writer), &error) == 0);
        must_hold(tree, copy, ASSAY_NO_BYTES);
        must_hold(copy, tree, ASSAY_NO_BYTES);
        assay_tree_free(&copy);
    } else {
        must(error.what[0] != '\0');
    }
    assay_writer_close(&writer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_tree *tree = assay_tree_new();
    assay_error error = { .what = "" };

    const int status = assay_tree_add_fat(tree, assay_bytes_of(data, size), &error);
    must(status == 0 || (status < 0 && error.what[0] != '\0'));
    if (read_all(tree, ASSAY_NO_BYTES) && status == 0)
        write_again(tree);
    assay_tree_free(&tree);
    return 0;
}
