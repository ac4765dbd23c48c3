/* SPDX-License-Identifier: BSD-2-Clause */
/* The entries of a tree, and how they are found by name. */
#include "boot/artefact/tree_private.h"

#include <stdlib.h>

enum { NODES_MAX = 1 << 20, DEPTH_MAX = 128, SLOTS_MIN = 64 };

static const uint32_t fnv_start = 0x811C9DC5, fnv_prime = 0x01000193;

static int fail_memory(assay_error *error)
{
    return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the tree of files");
}

/* --- names ---------------------------------------------------------------------------------- */

/*
 * Case as EDK2's Unicode collation for English has it (UnicodeCollation/EnglishDxe), which its
 * FAT driver asks: ASCII, and U+00E0 to U+00FE but for the division sign. Of UTF-8, byte by byte.
 */
static uint8_t fold(uint8_t before, uint8_t byte)
{
    const bool ascii = byte >= 'a' && byte <= 'z';
    const bool latin = before == 0xC3 && byte >= 0xA0 && byte <= 0xBE && byte != 0xB7;

    return ascii || latin ? (uint8_t)(byte - 0x20) : byte;
}

static uint32_t hash_name(const assay_tree_node *parent, assay_bytes name)
{
    const uintptr_t place = (uintptr_t)parent;
    uint32_t hash = (fnv_start ^ (uint32_t)(place >> 4)) * fnv_prime;

    for (size_t i = 0; i < name.size; i++)
        hash = (hash ^ fold(i > 0 ? name.data[i - 1] : 0, name.data[i])) * fnv_prime;
    return hash;
}

static bool same_name(assay_bytes a, assay_bytes b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (fold(i > 0 ? a.data[i - 1] : 0, a.data[i]) !=
            fold(i > 0 ? b.data[i - 1] : 0, b.data[i]))
            return false;
    return true;
}

static assay_bytes slot_name(const assay_tree_slot *slot)
{
    return slot->alias != NULL ? assay_bytes_of_string(slot->alias) : slot->node->entry.name;
}

/* Where a name stands, or the free slot where it would. */
static assay_tree_slot *look(const assay_tree *tree, const assay_tree_node *parent,
                             assay_bytes name)
{
    const uint32_t hash = hash_name(parent, name);
    size_t at = hash & (tree->slot_capacity - 1);

    for (;; at = (at + 1) & (tree->slot_capacity - 1)) {
        assay_tree_slot *const slot = &tree->slots[at];

        if (slot->node == NULL || (slot->hash == hash && slot->node->parent == parent &&
                                   same_name(slot_name(slot), name)))
            return slot;
    }
}

int assay_tree_make_room(assay_tree *tree, assay_error *error)
{
    if (2 * (tree->slot_count + 1) <= tree->slot_capacity)
        return 0;
    const size_t capacity = tree->slot_capacity == 0 ? SLOTS_MIN : 2 * tree->slot_capacity;
    assay_tree_slot *const slots = calloc(capacity, sizeof *slots);
    if (slots == NULL)
        return fail_memory(error);
    for (size_t i = 0; i < tree->slot_capacity; i++) {
        size_t at = tree->slots[i].hash & (capacity - 1);

        while (slots[at].node != NULL)
            at = (at + 1) & (capacity - 1);
        if (tree->slots[i].node != NULL)
            slots[at] = tree->slots[i];
    }
    free(tree->slots);
    tree->slots = slots;
    tree->slot_capacity = capacity;
    return 0;
}

assay_tree_node *assay_tree_look(const assay_tree *tree, const assay_tree_node *parent,
                                 assay_bytes name)
{
    return look(tree, parent, name)->node;
}

/* --- nodes ---------------------------------------------------------------------------------- */

assay_tree_node *assay_tree_new_node(assay_tree_node *parent, assay_bytes name, bool folder)
{
    const size_t above = parent == NULL || parent->parent == NULL ? 0 : parent->entry.path.size + 1;
    assay_tree_node *const node = calloc(1, sizeof *node + above + name.size + 1);

    if (node == NULL)
        return NULL;
    if (above > 0) {
        memcpy(node->path, parent->path, above - 1);
        node->path[above - 1] = '/';
    }
    if (name.size > 0)
        memcpy(node->path + above, name.data, name.size);
    node->parent = parent;
    node->depth = parent == NULL ? 0 : parent->depth + 1;
    node->entry.folder = folder;
    node->entry.path = assay_bytes_of(node->path, above + name.size);
    node->entry.name = assay_bytes_of(node->path + above, name.size);
    return node;
}

static void drop_content(assay_tree_node *node)
{
    assay_file_close(&node->file);
    free(node->owned);
    free(node->host);
    node->owned = NULL;
    node->host = NULL;
    node->bytes = ASSAY_NO_BYTES;
    node->loaded = false;
    node->source = NULL;
    node->entry.size = 0;
}

static bool append_child(assay_tree_node *parent, assay_tree_node *node)
{
    if (parent->child_count == parent->child_capacity) {
        const size_t capacity = parent->child_capacity == 0 ? 8 : 2 * parent->child_capacity;
        void *const children = realloc(parent->children, capacity * sizeof *parent->children);

        if (children == NULL)
            return false;
        parent->children = children;
        parent->child_capacity = capacity;
    }
    parent->children[parent->child_count++] = node;
    parent->sorted = false;
    return true;
}

static int put_new(assay_tree *tree, assay_tree_node *parent, assay_bytes name, bool folder,
                   assay_tree_node **ret_node, assay_error *error)
{
    if (tree->node_count >= NODES_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "more than %d files and folders", NODES_MAX);
    if (parent->depth >= DEPTH_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "folders more than %d deep", DEPTH_MAX);
    const int status = assay_tree_make_room(tree, error);
    if (status < 0)
        return status;
    assay_tree_node *const node = assay_tree_new_node(parent, name, folder);
    if (node == NULL || !append_child(parent, node)) {
        free(node);
        return fail_memory(error);
    }
    assay_tree_slot *const place = look(tree, parent, name);
    if (place->node == NULL)
        tree->slot_count++;
    free(place->alias);
    *place = (assay_tree_slot){ node, NULL, hash_name(parent, name) };
    tree->node_count++;
    node->round = tree->round;
    *ret_node = node;
    return 1;
}

int assay_tree_put(assay_tree *tree, assay_tree_node *parent, assay_bytes name, bool folder,
                   assay_tree_node **ret_node, assay_error *error)
{
    const assay_tree_slot *const there = look(tree, parent, name);
    assay_tree_node *const node = there->node;

    /* Another's second name is in nobody's way. */
    if (node == NULL || there->alias != NULL)
        return put_new(tree, parent, name, folder, ret_node, error);
    if (node->entry.folder != folder)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "a file and a folder of the same path");
    *ret_node = node;
    if (node->round == tree->round)
        return 0;
    node->round = tree->round;
    if (!folder)
        drop_content(node);
    return 1;
}

int assay_tree_alias(assay_tree *tree, assay_tree_node *node, assay_bytes name, assay_error *error)
{
    const int status = assay_tree_make_room(tree, error);

    if (status < 0)
        return status;
    assay_tree_slot *const there = look(tree, node->parent, name);
    if (there->node != NULL)
        return 0;
    there->alias = strndup((const char *)name.data, name.size);
    if (there->alias == NULL)
        return fail_memory(error);
    there->node = node;
    there->hash = hash_name(node->parent, name);
    tree->slot_count++;
    return 0;
}

void assay_tree_free_node(assay_tree_node *node)
{
    for (size_t i = 0; i < node->child_count; i++)
        assay_tree_free_node(node->children[i]);
    drop_content(node);
    free(node->children);
    free(node);
}
