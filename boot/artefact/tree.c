/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/tree_private.h"

#include "base/utf8.h"

#include <stdlib.h>

enum { NODES_MAX = 1 << 20, DEPTH_MAX = 128, SLOTS_MIN = 64 };

static const uint32_t fnv_start = 0x811C9DC5, fnv_prime = 0x01000193;

/* A name of a node: its own, or another by which it is known. */
struct slot {
    assay_tree_node *node; /* NULL: free */
    char *alias;           /* owned; NULL: the node's own name */
    uint32_t hash;
};

struct assay_tree {
    unsigned round;
    size_t node_count;
    size_t left_out;
    size_t slot_count, slot_capacity; /* a power of two, at most half full */
    struct slot *slots;
    assay_tree_source *sources;
    assay_tree_node *root;
};

static int fail_memory(assay_error *error)
{
    return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the tree of files");
}

static int fail_path(assay_error *error, const char *what)
{
    return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE, "%s", what);
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

static assay_bytes slot_name(const struct slot *slot)
{
    return slot->alias != NULL ? assay_bytes_of_string(slot->alias) : slot->node->entry.name;
}

/* Where a name stands, or the free slot where it would. */
static struct slot *look(const assay_tree *tree, const assay_tree_node *parent, assay_bytes name)
{
    const uint32_t hash = hash_name(parent, name);
    size_t at = hash & (tree->slot_capacity - 1);

    for (;; at = (at + 1) & (tree->slot_capacity - 1)) {
        struct slot *const slot = &tree->slots[at];

        if (slot->node == NULL || (slot->hash == hash && slot->node->parent == parent &&
                                   same_name(slot_name(slot), name)))
            return slot;
    }
}

static int make_room_for_names(assay_tree *tree, assay_error *error)
{
    if (2 * (tree->slot_count + 1) <= tree->slot_capacity)
        return 0;
    const size_t capacity = tree->slot_capacity == 0 ? SLOTS_MIN : 2 * tree->slot_capacity;
    struct slot *const slots = calloc(capacity, sizeof *slots);
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

static const assay_tree_node *find(const assay_tree *tree, assay_bytes path)
{
    const assay_tree_node *node = tree->root;
    assay_bytes name;

    while (node != NULL && next_name(&path, &name))
        node = is_above(name)        ? node->parent
               : !node->entry.folder ? NULL
                                     : look(tree, node, name)->node;
    return node;
}

/* --- nodes ---------------------------------------------------------------------------------- */

static assay_tree_node *new_node(assay_tree_node *parent, assay_bytes name, bool folder)
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
    const int status = make_room_for_names(tree, error);
    if (status < 0)
        return status;
    assay_tree_node *const node = new_node(parent, name, folder);
    if (node == NULL || !append_child(parent, node)) {
        free(node);
        return fail_memory(error);
    }
    struct slot *const place = look(tree, parent, name);
    if (place->node == NULL)
        tree->slot_count++;
    free(place->alias);
    *place = (struct slot){ node, NULL, hash_name(parent, name) };
    tree->node_count++;
    node->round = tree->round;
    *ret_node = node;
    return 1;
}

int assay_tree_put(assay_tree *tree, assay_tree_node *parent, assay_bytes name, bool folder,
                   assay_tree_node **ret_node, assay_error *error)
{
    const struct slot *const there = look(tree, parent, name);
    assay_tree_node *const node = there->node;

    /* Another's second name is in nobody's way. */
    if (node == NULL || there->alias != NULL)
        return put_new(tree, parent, name, folder, ret_node, error);
    if (node->entry.folder != folder)
        return fail_path(error, "a file and a folder of the same path");
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
    const int status = make_room_for_names(tree, error);

    if (status < 0)
        return status;
    struct slot *const there = look(tree, node->parent, name);
    if (there->node != NULL)
        return 0;
    char *const alias = strndup((const char *)name.data, name.size);
    if (alias == NULL)
        return fail_memory(error);
    *there = (struct slot){ node, alias, hash_name(node->parent, name) };
    tree->slot_count++;
    return 0;
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

static void sort_below(assay_tree_node *node)
{
    if (!node->sorted && node->child_count > 1)
        qsort(node->children, node->child_count, sizeof *node->children, by_name);
    node->sorted = true;
    for (size_t i = 0; i < node->child_count; i++)
        if (node->children[i]->entry.folder)
            sort_below(node->children[i]);
}

void assay_tree_end(assay_tree *tree)
{
    sort_below(tree->root);
}

assay_tree_node *assay_tree_root(assay_tree *tree)
{
    return tree->root;
}

assay_tree *assay_tree_new(void)
{
    assay_tree *tree = calloc(1, sizeof *tree);

    if (tree == NULL)
        return NULL;
    tree->root = new_node(NULL, ASSAY_NO_BYTES, true);
    if (tree->root == NULL || make_room_for_names(tree, NULL) < 0)
        assay_tree_free(&tree);
    return tree;
}

static void free_below(assay_tree_node *node)
{
    for (size_t i = 0; i < node->child_count; i++)
        free_below(node->children[i]);
    drop_content(node);
    free(node->children);
    free(node);
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
        free_below(t->root);
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
    const int status = put_path(tree, path, ret_node, error);
    assay_tree_end(tree);
    return status;
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
    const assay_tree_node *const found = find(tree, path);

    if (found == NULL || found->entry.folder)
        return 0;
    /* What is found in this tree is this tree's to change. */
    assay_tree_node *const node = look(tree, found->parent, found->entry.name)->node;
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
    const assay_tree_node *const node = find(tree, folder);

    if (node == NULL || position >= node->child_count)
        return false;
    *ret_entry = node->children[position]->entry;
    return true;
}
