/* SPDX-License-Identifier: BSD-2-Clause */
/* policy/lcp/diff.h: what is told of two files, by name and place. */
#include "policy/lcp/diff.h"

#include "tests/lcp.h"

enum { TOLD_MAX = 32 };

typedef struct told {
    size_t count;
    assay_lcp_change list[TOLD_MAX];
} told;

static void keep(const assay_lcp_change *change, void *context)
{
    told *const t = context;

    cr_assert_lt(t->count, TOLD_MAX);
    t->list[t->count++] = *change;
}

static told diff(enum assay_lcp_input kind, const lcp_bytes *a, const lcp_bytes *b)
{
    told t = { 0 };
    assay_error error;
    int which;

    cr_assert_eq(assay_lcp_diff(kind, lcp_view(a), lcp_view(b), keep, &t, &which, &error),
                 t.count > 0);
    return t;
}

static void expect_change(const told *t, size_t i, enum assay_lcp_change_kind kind,
                          const char *field, uint64_t offset)
{
    cr_assert_lt(i, t->count);
    cr_expect_eq(t->list[i].kind, kind, "%s", assay_lcp_change_name(t->list[i].kind));
    cr_expect_str_eq(t->list[i].field, field);
    cr_expect_eq(t->list[i].offset, offset, "%d", (int)t->list[i].offset);
}

/* Elements of one MLE each: 50 bytes, 12 of them the header, digests at 18. */
static void put_mle(assay_writer *elements, uint8_t minver, uint8_t byte)
{
    const assay_digest digest = lcp_digest(ASSAY_ALG_SHA256, byte);

    lcp_put_element(elements, ASSAY_LCP_MLE2, 0, minver, &digest);
}

static lcp_bytes list_of(const char *mles)
{
    uint8_t buffer[LCP_BYTES];
    assay_writer elements = assay_writer_lent(buffer, sizeof buffer);

    for (; *mles != '\0'; mles++)
        put_mle(&elements, 0, (uint8_t)*mles);
    return lcp_list(ASSAY_LCP_LIST_2_1, &elements);
}

Test(lcp_diff, a_file_is_the_same_as_itself)
{
    const lcp_bytes data = lcp_fixture(LCP_FIXTURES "multi-3.0.dat");

    cr_expect_eq(diff(ASSAY_LCP_INPUT_DATA, &data, &data).count, 0);
}

Test(lcp_diff, every_byte_of_a_policy_has_its_field)
{
    const lcp_bytes policy = lcp_fixture(LCP_FIXTURES "multi-3.0.pol");

    for (size_t i = 4; i < policy.size; i++) { /* Version and HashAlg make another structure */
        lcp_bytes other = policy;

        other.data[i] ^= 1;
        const told t = diff(ASSAY_LCP_INPUT_POLICY, &policy, &other);
        cr_assert_eq(t.count, 1, "byte %zu", i);
        cr_expect_leq(t.list[0].offset, i);
    }
    lcp_bytes other = policy;
    other.data[6 + 2 * 3] = 9;
    const told t = diff(ASSAY_LCP_INPUT_POLICY, &policy, &other);
    expect_change(&t, 0, ASSAY_LCP_CHANGED, "DataRevocationCounters", 12);
    cr_expect_eq(t.list[0].index, 3);
    cr_expect_str_eq(t.list[0].expected, "0x0000");
    cr_expect_str_eq(t.list[0].actual, "0x0009");
}

Test(lcp_diff, elements_are_added_removed_and_moved)
{
    const lcp_bytes abc = list_of("abc"), ab = list_of("ab"), cab = list_of("cab");
    told t = diff(ASSAY_LCP_INPUT_LIST, &ab, &abc);

    expect_change(&t, 0, ASSAY_LCP_ADDED, "PolicyElements", 8 + 2 * 50);
    cr_expect_eq(t.list[0].element_actual, 2);
    cr_expect_eq(t.count, 1);
    t = diff(ASSAY_LCP_INPUT_LIST, &abc, &ab);
    expect_change(&t, 0, ASSAY_LCP_REMOVED, "PolicyElements", 8 + 2 * 50);
    cr_expect_eq(t.list[0].element_expected, 2);
    t = diff(ASSAY_LCP_INPUT_LIST, &abc, &cab);
    cr_expect_eq(t.count, 2, "a and b, which stand behind c now");
    expect_change(&t, 0, ASSAY_LCP_MOVED, "PolicyElements", 8 + 50);
}

Test(lcp_diff, an_element_that_changed_is_told_by_its_digests)
{
    const lcp_bytes a = list_of("ab"), b = list_of("ax");
    const told t = diff(ASSAY_LCP_INPUT_LIST, &a, &b);

    cr_assert_eq(t.count, 2);
    expect_change(&t, 0, ASSAY_LCP_REMOVED, "Hashes", 8 + 50 + 18);
    expect_change(&t, 1, ASSAY_LCP_ADDED, "Hashes", 8 + 50 + 18);
    cr_expect_eq(t.list[1].element_actual, 1);
    cr_expect_eq(strncmp(t.list[1].actual, "7878", 4), 0, "'x' is 0x78");
}

Test(lcp_diff, lists_belong_together_by_their_key)
{
    const lcp_bytes all = lcp_fixture(LCP_FIXTURES "multi-3.0.dat");
    lcp_bytes lists[3] = { 0 };
    assay_lcp_data data;

    cr_assert_eq(assay_lcp_data_read(&data, lcp_view(&all), NULL), 0);
    cr_assert_eq(data.list_count, 3);
    for (size_t i = 0; i < 3; i++) {
        const assay_bytes bytes = data.lists[(i + 1) % 3].bytes; /* 1, 2, 0 */

        lists[i].size = bytes.size;
        memcpy(lists[i].data, bytes.data, bytes.size);
    }
    const size_t counter = 8 + data.lists[1].elements.size;
    cr_assert(data.lists[1].is_signed);
    lists[0].data[counter] ^= 2; /* RevocationCounter of the list of that key */
    lists[1].data[8 + data.lists[2].elements.size] ^= 2;
    const lcp_bytes turned = lcp_data(3, lists);
    const told t = diff(ASSAY_LCP_INPUT_DATA, &all, &turned);
    cr_assert_eq(t.count, 3, "no key, no signature is said to differ");
    expect_change(&t, 0, ASSAY_LCP_CHANGED, "RevocationCounter", 36 + counter);
    cr_expect_eq(t.list[0].list_expected, 1);
    cr_expect_eq(t.list[0].list_actual, 0);
    cr_expect_eq(t.list[1].list_expected, 2);
    cr_expect_eq(t.list[1].list_actual, 1);
    cr_expect_eq(t.list[2].kind, ASSAY_LCP_MOVED, "list 0 stands behind the others now");
}

Test(lcp_diff, what_cannot_be_read_is_told_to_be_the_first_or_the_second)
{
    const lcp_bytes good = list_of("a");
    lcp_bytes cut = good;
    told t = { 0 };
    assay_error error;
    int which;

    cut.size -= 1;
    cr_expect_lt(assay_lcp_diff(ASSAY_LCP_INPUT_LIST, lcp_view(&cut), lcp_view(&good), keep, &t,
                                &which, &error),
                 0);
    cr_expect_eq(which, 0);
    cr_expect_lt(assay_lcp_diff(ASSAY_LCP_INPUT_LIST, lcp_view(&good), lcp_view(&cut), keep, &t,
                                &which, &error),
                 0);
    cr_expect_eq(which, 1);
    cr_expect_neq(error.offset, ASSAY_NO_OFFSET);
    cut.size = 0;
    cr_expect_lt(assay_lcp_diff(ASSAY_LCP_INPUT_ELEMENT, lcp_view(&good), lcp_view(&cut), keep, &t,
                                &which, &error),
                 0);
    cr_expect_neq(error.offset, ASSAY_NO_OFFSET);
}
