/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that is given back all at once: for what is built up and then only read. */
#ifndef ASSAY_BASE_ARENA_H
#define ASSAY_BASE_ARENA_H

#include "base/writer.h"

/** Zeros are an empty one. */
typedef struct assay_arena {
    struct assay_arena_chunk *chunks;
} assay_arena;

/** Room for `size` zeroed bytes, aligned for any type; NULL when there is no memory. */
void *assay_arena_room(assay_arena *arena, size_t size);

/** A copy of bytes, no bytes of no bytes; false when there is no memory. */
bool assay_arena_keep(assay_arena *arena, assay_bytes bytes, assay_bytes *ret_copy);

/** A copy that ends in a NUL, which is not counted; NULL when there is no memory. */
char *assay_arena_text(assay_arena *arena, assay_bytes text);

/** Makes *text a copy of itself, NULL of NULL; false, and NULL, when there is no memory. */
bool assay_arena_keep_text(assay_arena *arena, const char **text);

/**
 * Copies what a growing writer holds and closes the writer. 0, or a negative kind:
 * -ASSAY_NO_MEMORY, or what the writer failed with.
 */
int assay_arena_take(assay_arena *arena, assay_writer *writer, assay_bytes *ret_bytes);

/**
 * Room for one more element of `size` bytes behind `count` in an array of the arena, which moves
 * when it grows; NULL when there is no memory, and then the array stays. The element is zeros.
 */
void *assay_arena_more(assay_arena *arena, void *array_pointer, size_t count, size_t size);

/**
 * Room for an array of `count` elements, none included, which assay_arena_more() can go on with;
 * NULL when there is no memory.
 */
void *assay_arena_array(assay_arena *arena, size_t count, size_t size);

/** Gives all back and empties it. */
void assay_arena_free(assay_arena *arena);

#endif
