/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/arena.h"

#include "base/error.h"

#include <stdlib.h>

typedef struct assay_arena_chunk chunk;

struct assay_arena_chunk {
    chunk *next;
    size_t used, size;
    _Alignas(max_align_t) uint8_t bytes[];
};

enum { CHUNK = 1 << 14 };

static chunk *add_chunk(assay_arena *arena, size_t size)
{
    chunk *const added = calloc(1, sizeof *added + size);

    if (added == NULL)
        return NULL;
    added->next = arena->chunks;
    added->size = size;
    arena->chunks = added;
    return added;
}

void *assay_arena_room(assay_arena *arena, size_t size)
{
    const size_t rest = size % _Alignof(max_align_t);
    const size_t taken = rest != 0 ? size + _Alignof(max_align_t) - rest : size;
    chunk *first = arena->chunks;

    if (size > SIZE_MAX / 2)
        return NULL;
    if (first == NULL || first->size - first->used < taken)
        first = add_chunk(arena, taken > CHUNK ? taken : CHUNK);
    if (first == NULL)
        return NULL;
    void *const room = first->bytes + first->used;
    first->used += taken;
    return room;
}

bool assay_arena_keep(assay_arena *arena, assay_bytes bytes, assay_bytes *ret_copy)
{
    uint8_t *copy = NULL;

    if (bytes.data != NULL) {
        copy = assay_arena_room(arena, bytes.size > 0 ? bytes.size : 1);
        if (copy == NULL)
            return false;
        if (bytes.size > 0)
            memcpy(copy, bytes.data, bytes.size);
    }
    *ret_copy = assay_bytes_of(copy, bytes.size);
    return true;
}

char *assay_arena_text(assay_arena *arena, assay_bytes text)
{
    char *const copy = assay_arena_room(arena, text.size + 1);

    if (copy != NULL && text.size > 0)
        memcpy(copy, text.data, text.size);
    return copy;
}

bool assay_arena_keep_text(assay_arena *arena, const char **text)
{
    if (*text == NULL)
        return true;
    *text = assay_arena_text(arena, assay_bytes_of_string(*text));
    return *text != NULL;
}

int assay_arena_take(assay_arena *arena, assay_writer *writer, assay_bytes *ret_bytes)
{
    int status = -writer->failure;
    assay_bytes taken = ASSAY_NO_BYTES;

    /* Nothing written is an empty run all the same. */
    if (status == 0 &&
        !assay_arena_keep(
            arena, assay_bytes_of(writer->used > 0 ? (const void *)writer->data : "", writer->used),
            &taken))
        status = -ASSAY_NO_MEMORY;
    assay_writer_close(writer);
    if (status == 0)
        *ret_bytes = taken;
    return status;
}

/* Doubles at each power of two, so that the capacity follows from the count. */
void *assay_arena_more(assay_arena *arena, void *array_pointer, size_t count, size_t size)
{
    uint8_t *array;

    memcpy(&array, array_pointer, sizeof array);
    if ((count & (count - 1)) == 0) {
        const size_t capacity = count == 0 ? 1 : 2 * count;
        uint8_t *const moved =
            capacity > SIZE_MAX / size ? NULL : assay_arena_room(arena, capacity * size);

        if (moved == NULL)
            return NULL;
        if (count > 0)
            memcpy(moved, array, count * size);
        array = moved;
        memcpy(array_pointer, &array, sizeof array);
    }
    memset(array + count * size, 0, size);
    return array + count * size;
}

void *assay_arena_array(assay_arena *arena, size_t count, size_t size)
{
    size_t capacity = 1;

    while (capacity < count && capacity <= SIZE_MAX / 4)
        capacity *= 2;
    return capacity < count || capacity > SIZE_MAX / size
               ? NULL
               : assay_arena_room(arena, capacity * size);
}

void assay_arena_free(assay_arena *arena)
{
    while (arena->chunks != NULL) {
        chunk *const first = arena->chunks;

        arena->chunks = first->next;
        free(first);
    }
}
