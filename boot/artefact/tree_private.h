/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a tree holds its entries, and where their bytes come from. Private to boot/artefact/.
 */
#ifndef ASSAY_BOOT_ARTEFACT_TREE_PRIVATE_H
#define ASSAY_BOOT_ARTEFACT_TREE_PRIVATE_H

#include "base/file.h"
#include "boot/artefact/tree.h"

struct assay_tree_node;

/** Where files come from that are read when somebody asks for them. */
typedef struct assay_tree_source {
    /* Fills node->bytes and, where something is to be freed, node->file or node->owned. */
    int (*read)(const struct assay_tree_source *source, struct assay_tree_node *node,
                assay_error *error);
    void (*free)(struct assay_tree_source *source);
    struct assay_tree_source *next;
} assay_tree_source;

typedef struct assay_tree_node {
    struct assay_tree_node *parent; /* NULL: the root */
    assay_tree_entry entry;
    unsigned depth; /* of the root: 0 */
    unsigned round; /* which call of assay_tree_add_...() put it there */
    bool loaded;    /* bytes are there */
    assay_bytes bytes;
    assay_file file;
    void *owned;
    char *host; /* where it is on this machine, owned; or NULL */
    const assay_tree_source *source; /* NULL: bytes are lent */
    uint32_t cluster;                /* for a source that is a FAT file system */
    size_t child_count, child_capacity;
    struct assay_tree_node **children;
    bool sorted;
    char path[]; /* what entry points into */
} assay_tree_node;

/** A name of a node: its own, or another by which it is known. */
typedef struct assay_tree_slot {
    assay_tree_node *node; /* NULL: free */
    char *alias;           /* owned; NULL: the node's own name */
    uint32_t hash;
} assay_tree_slot;

struct assay_tree {
    unsigned round;
    size_t node_count;
    size_t left_out;
    size_t slot_count, slot_capacity; /* a power of two, at most half full */
    assay_tree_slot *slots;
    assay_tree_source *sources;
    assay_tree_node *root;
};

/** A node that is in no folder's list yet; NULL without memory. */
assay_tree_node *assay_tree_new_node(assay_tree_node *parent, assay_bytes name, bool folder);
void assay_tree_free_node(assay_tree_node *node);

/** Room for one more name. 0 or a negative kind. */
int assay_tree_make_room(assay_tree *tree, assay_error *error);

/** The entry of this name in a folder, or NULL. */
assay_tree_node *assay_tree_look(const assay_tree *tree, const assay_tree_node *parent,
                                 assay_bytes name);

/** Another call of assay_tree_add_...() begins. */
void assay_tree_begin(assay_tree *tree);

/** The tree frees the source. */
void assay_tree_own(assay_tree *tree, assay_tree_source *source);

/**
 * Puts an entry into `parent`. What an earlier call put there under this name is kept, when it is a
 * folder, or loses its content. 1 and the node; 0 and the earlier node when this very call put one
 * of this name there; or a negative kind.
 */
int assay_tree_put(assay_tree *tree, assay_tree_node *parent, assay_bytes name, bool folder,
                   assay_tree_node **ret_node, assay_error *error);

/** Another entry of a folder of this machine was left out. */
void assay_tree_leave_out(assay_tree *tree);

/** A call of its own: puts a file with the folders above it. As assay_tree_put(). */
int assay_tree_put_path(assay_tree *tree, assay_bytes path, assay_tree_node **ret_node,
                        assay_error *error);

/** The node is known by this name too, unless another one has it. 0 or a negative kind. */
int assay_tree_alias(assay_tree *tree, assay_tree_node *node, assay_bytes name,
                     assay_error *error);

#endif
