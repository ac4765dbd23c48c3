/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/tree_private.h"

#include "base/utf8.h"

#include <stdlib.h>

static int fail_path(assay_error *error, const char *what)
{
    return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE, "%s", what);
}

/* --- paths ---------------------------------------------------------------------------------- */

/* The next name of a path; "." is none. False at its end. */
static bool next_name(assay_bytes *path, assay_bytes *ret_name)
{
    do {
        size_t size = 0;

        while (path->size > 0 && (path->data[0] == '/' || path->data[0] == '\\'))
            *path = assay_bytes_of(path->data + 1, path->size - 1);
        while (size < path->size && path->data[size] != '/' && path->data[size] != '\\')
            size++;
        *ret_name = assay_bytes_of(path->data, size);
        if (size > 0)
            *path = assay_bytes_of(path->data + size, path->size - size);
    } while (ret_name->size == 1 && ret_name->data[0] == '.');
    return ret_name->size > 0;
}

static bool is_above(assay_bytes name)
{
    return assay_bytes_equal(name, ASSAY_LITERAL(".."));
}

static assay_tree_node *find(const assay_tree *tree, assay_bytes path)
{
    assay_tree_node *node = tree->root;
    assay_bytes name;

    while (node != NULL && next_name(&path, &name))
        node = is_above(name)        ? node->parent
               : !node->entry.folder ? NULL
                                     : assay_tree_look(tree, node, name);
    return node;
}

/* Puts the folders above a path and gives its last name. */
static int put_path(assay_tree *tree, assay_bytes path, assay_tree_node **ret_node,
                    assay_error *error)
{
    assay_tree_node *node = tree->root;
    assay_bytes rest = path, name, next;
    int status = 0;

    for (size_t i = 0; i < path.size;) {
        uint32_t character;
        const size_t size = assay_utf8_decode(assay_bytes_of(path.data + i, path.size - i),
                                              &character);

        if (size == 0 || character == 0)
            return fail_path(error, "the path is no UTF-8");
        i += size;
    }
    for (bool more = next_name(&rest, &name); more && status >= 0; name = next) {
        if (is_above(name))
            return fail_path(error, "a path with \"..\"");
        more = next_name(&rest, &next);
        status = assay_tree_put(tree, node, name, more, &node, error);
    }
    if (status >= 0 && node == tree->root)
        return fail_path(error, "a path without a name");
    *ret_node = node;
    return status;
}

/* --- calls ---------------------------------------------------------------------------------- */

void assay_tree_begin(assay_tree *tree)
{
    tree->round++;
}

static int by_name(const void *a, const void *b)
{
    const assay_bytes x = (*(assay_tree_node *const *)a)->entry.name;
    const assay_bytes y = (*(assay_tree_node *const *)b)->entry.name;
    const int order = memcmp(x.data, y.data, x.size < y.size ? x.size : y.size);

    return order != 0 ? order : (x.size > y.size) - (x.size < y.size);
}

/* Of ten thousand files that are added one by one none is to be put in order ten thousand times. */
static void sort(assay_tree_node *folder)
{
    if (!folder->sorted && folder->child_count > 1)
        qsort(folder->children, folder->child_count, sizeof *folder->children, by_name);
    folder->sorted = true;
}

assay_tree *assay_tree_new(void)
{
    assay_tree *tree = calloc(1, sizeof *tree);

    if (tree == NULL)
        return NULL;
    tree->root = assay_tree_new_node(NULL, ASSAY_NO_BYTES, true);
    if (tree->root == NULL || assay_tree_make_room(tree, NULL) < 0)
        assay_tree_free(&tree);
    return tree;
}

void assay_tree_free(assay_tree **tree)
{
    assay_tree *const t = *tree;

    if (t == NULL)
        return;
    for (size_t i = 0; i < t->slot_capacity; i++)
        free(t->slots[i].alias);
    free(t->slots);
    if (t->root != NULL)
        assay_tree_free_node(t->root);
    while (t->sources != NULL) {
        assay_tree_source *const source = t->sources;

        t->sources = source->next;
        source->free(source);
    }
    free(t);
    *tree = NULL;
}

void assay_tree_own(assay_tree *tree, assay_tree_source *source)
{
    source->next = tree->sources;
    tree->sources = source;
}

int assay_tree_put_path(assay_tree *tree, assay_bytes path, assay_tree_node **ret_node,
                        assay_error *error)
{
    assay_tree_begin(tree);
    return put_path(tree, path, ret_node, error);
}

int assay_tree_add_bytes(assay_tree *tree, assay_bytes path, assay_bytes bytes, assay_error *error)
{
    assay_tree_node *node;
    const int status = assay_tree_put_path(tree, path, &node, error);

    if (status < 0)
        return status;
    node->bytes = bytes;
    node->loaded = true;
    node->entry.size = bytes.size;
    return 0;
}

void assay_tree_leave_out(assay_tree *tree)
{
    tree->left_out++;
}

size_t assay_tree_left_out(const assay_tree *tree)
{
    return tree->left_out;
}

bool assay_tree_find(const assay_tree *tree, assay_bytes path, assay_tree_entry *ret_entry)
{
    const assay_tree_node *const node = find(tree, path);

    if (node == NULL)
        return false;
    *ret_entry = node->entry;
    return true;
}

int assay_tree_read(assay_tree *tree, assay_bytes path, assay_bytes *ret_bytes, assay_error *error)
{
    assay_tree_node *const node = find(tree, path);

    if (node == NULL || node->entry.folder)
        return 0;
    if (!node->loaded) {
        const int status = node->source->read(node->source, node, error);

        if (status < 0)
            return status;
        node->loaded = true;
    }
    *ret_bytes = node->bytes;
    return 1;
}

bool assay_tree_at(const assay_tree *tree, assay_bytes folder, size_t position,
                   assay_tree_entry *ret_entry)
{
    assay_tree_node *const node = find(tree, folder);

    if (node == NULL || position >= node->child_count)
        return false;
    sort(node);
    *ret_entry = node->children[position]->entry;
    return true;
}
