/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/signatures.h"

#include "eventlog/payload/siglist.h"

enum { ATTRIBUTES = 4, EFI_TIME = 16, LIST_HEADER = 28 };

/* Whether bytes are signature lists from first to last; none are, too. */
static bool are_lists(assay_bytes bytes)
{
    assay_siglists lists = assay_siglists_of(bytes);
    int step;

    do
        step = assay_siglists_next(&lists);
    while (step > 0);
    return step == ASSAY_SIGLIST_END;
}

/* What lies behind EFI_TIME and WIN_CERTIFICATE, whose first field is its length. */
static assay_bytes behind_descriptor(assay_bytes file)
{
    assay_cursor cursor = assay_cursor_of(file);

    assay_take(&cursor, EFI_TIME);
    assay_cursor certificate = cursor;
    assay_take(&cursor, assay_take_u32le(&certificate));
    return assay_take_rest(&cursor);
}

int assay_signatures_of(assay_bytes file, assay_bytes *ret_lists, assay_error *error)
{
    assay_cursor cursor = assay_cursor_of(file);

    assay_take(&cursor, ATTRIBUTES);
    const assay_bytes forms[] = { file, assay_take_rest(&cursor), behind_descriptor(file) };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (forms[i].data != NULL && are_lists(forms[i])) {
            *ret_lists = forms[i];
            return 0;
        }
    return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                      "these are no signature lists (EFI_SIGNATURE_LIST)");
}

/* --- appending -------------------------------------------------------------------------------- */

static bool same_entry(const assay_siglists *a, const assay_siglists *b)
{
    return assay_guid_equal(&a->list.type, &b->list.type) &&
           a->list.signature_size == b->list.signature_size &&
           assay_guid_equal(&a->signature.owner, &b->signature.owner) &&
           assay_bytes_equal(a->signature.data, b->signature.data);
}

static bool has(assay_bytes database, const assay_siglists *entry)
{
    assay_siglists lists = assay_siglists_of(database);
    int step;

    while ((step = assay_siglists_next(&lists)) > 0)
        if (step == ASSAY_SIGLIST_SIGNATURE && same_entry(&lists, entry))
            return true;
    return false;
}

/* The entries of the list that `at` has just begun which are new; to `writer`, or counted only. */
static uint32_t put_new(assay_writer *writer, assay_siglists at, assay_bytes before)
{
    uint32_t count = 0;

    while (assay_siglists_next(&at) == ASSAY_SIGLIST_SIGNATURE) {
        if (has(before, &at))
            continue;
        count++;
        if (writer != NULL)
            assay_signature_encode(writer, &at.signature);
    }
    return count;
}

void assay_signatures_append(assay_writer *writer, assay_bytes before, assay_bytes update)
{
    assay_siglists lists = assay_siglists_of(update);
    int step;

    assay_put(writer, before);
    while ((step = assay_siglists_next(&lists)) > 0) {
        if (step != ASSAY_SIGLIST_LIST)
            continue;
        assay_siglist list = lists.list;
        const uint32_t count = put_new(NULL, lists, before);

        list.size = LIST_HEADER + list.header_size + count * list.signature_size;
        if (count == 0)
            continue;
        assay_siglist_encode(writer, &list);
        put_new(writer, lists, before);
    }
}
