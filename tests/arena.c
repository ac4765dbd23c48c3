/* SPDX-License-Identifier: BSD-2-Clause */
/* base/arena.h: rooms that do not overlap, copies, arrays that grow. */
#include "base/arena.h"
#include "base/error.h"
#include "tests/allocfail.h"

#include <criterion/criterion.h>
#include <stdalign.h>

static assay_arena arena;

static void tear_down(void)
{
    assay_arena_free(&arena);
}

TestSuite(arena, .fini = tear_down);

Test(arena, rooms_are_zeroed_aligned_and_apart)
{
    enum { ROOMS = 2000 };
    uint8_t *rooms[ROOMS];

    for (size_t i = 0; i < ROOMS; i++) {
        rooms[i] = assay_arena_room(&arena, i % 50);
        cr_assert_not_null(rooms[i]);
        cr_expect_eq((uintptr_t)rooms[i] % alignof(max_align_t), 0);
        cr_expect(assay_bytes_all(assay_bytes_of(rooms[i], i % 50), 0));
        memset(rooms[i], (int)(i % 255) + 1, i % 50);
    }
    for (size_t i = 0; i < ROOMS; i++)
        cr_expect(assay_bytes_all(assay_bytes_of(rooms[i], i % 50), (uint8_t)(i % 255 + 1)));
}

Test(arena, a_room_may_be_larger_than_any_chunk)
{
    uint8_t *const small = assay_arena_room(&arena, 1);
    uint8_t *const large = assay_arena_room(&arena, 1 << 20);

    cr_assert(small != NULL && large != NULL);
    memset(large, 0xff, 1 << 20);
    cr_expect_eq(*small, 0);
    cr_expect_null(assay_arena_room(&arena, SIZE_MAX));
    cr_expect_null(assay_arena_room(&arena, SIZE_MAX - 7));
}

Test(arena, no_bytes_and_an_empty_run_stay_what_they_are)
{
    assay_bytes copy = ASSAY_LITERAL("x");

    cr_expect(assay_arena_keep(&arena, ASSAY_NO_BYTES, &copy));
    cr_expect_null(copy.data);
    cr_expect(assay_arena_keep(&arena, ASSAY_LITERAL(""), &copy));
    cr_expect(copy.data != NULL && copy.size == 0);
    cr_expect(assay_arena_keep(&arena, ASSAY_LITERAL("a\0b"), &copy));
    cr_expect(assay_bytes_equal(copy, ASSAY_LITERAL("a\0b")));
    cr_expect_str_eq(assay_arena_text(&arena, ASSAY_LITERAL("ab")), "ab");
    cr_expect_str_eq(assay_arena_text(&arena, ASSAY_NO_BYTES), "");
}

Test(arena, what_a_writer_holds_is_taken_or_its_failure)
{
    assay_writer writer = assay_writer_growing(8);
    assay_bytes taken = ASSAY_NO_BYTES;

    cr_expect_eq(assay_arena_take(&arena, &writer, &taken), 0);
    cr_expect(taken.data != NULL && taken.size == 0);
    writer = assay_writer_growing(8);
    assay_put_string(&writer, "12345678");
    cr_expect_eq(assay_arena_take(&arena, &writer, &taken), 0);
    cr_expect(assay_bytes_equal(taken, ASSAY_LITERAL("12345678")));
    writer = assay_writer_growing(8);
    assay_put_string(&writer, "123456789");
    cr_expect_eq(assay_arena_take(&arena, &writer, &taken), -ASSAY_TOO_LARGE);
    cr_expect(assay_bytes_equal(taken, ASSAY_LITERAL("12345678")));
}

static void grow(uint32_t *array, size_t count)
{
    for (size_t i = count; i < count + 100; i++) {
        uint32_t *const more = assay_arena_more(&arena, &array, i, sizeof *array);

        cr_assert_eq(more, &array[i]);
        cr_expect_eq(*more, 0);
        *more = (uint32_t)i;
        assay_arena_room(&arena, 3); /* what would be behind the array */
    }
    for (size_t i = 0; i < count + 100; i++)
        cr_expect_eq(array[i], i);
}

Test(arena, an_array_grows_from_nothing_and_from_any_size)
{
    grow(NULL, 0);
    for (size_t count = 0; count < 40; count++) {
        uint32_t *const array = assay_arena_array(&arena, count, sizeof *array);

        cr_assert_not_null(array);
        for (size_t i = 0; i < count; i++)
            array[i] = (uint32_t)i;
        grow(array, count);
    }
    cr_expect_null(assay_arena_array(&arena, SIZE_MAX / 8, 16));
    cr_expect_null(assay_arena_array(&arena, SIZE_MAX, 1));
}

static int fill(void)
{
    assay_arena own = { NULL };
    uint32_t *array = NULL;
    size_t count = 0;

    while (count < 10000 && assay_arena_more(&own, &array, count, sizeof *array) != NULL)
        array[count] = (uint32_t)count, count++;
    for (size_t i = 0; i < count; i++)
        cr_expect_eq(array[i], i);
    assay_arena_free(&own);
    return count == 10000 ? 0 : -ASSAY_NO_MEMORY;
}

Test(arena, without_memory_an_array_stays_as_it_was)
{
    cr_expect_gt(each_allocation_fails("fill", fill), 1);
}
