/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A document is refused or made into files that are read without a fault; and the document of
 * whatever file makes that file again.
 */
#include "tests/fuzz/lcp_properties.h"

static assay_hashes *hashes;
static assay_hash *sha256;

static int make(assay_lcp_made *made, assay_bytes text)
{
    assay_error error;
    const int status =
        assay_lcp_json_read(made, text, NULL, ASSAY_LCP_STALE_REFUSE, hashes, &error);

    must(status == 0 || error.kind == -status);
    return status;
}

/* Whether what was made is `bytes`, from the document in `text`. */
static void must_make(const assay_writer *text, assay_bytes bytes)
{
    assay_lcp_made made;

    must(text->failure == 0 && make(&made, assay_written(text)) == 0);
    const assay_writer *const all[] = { &made.policy, &made.data, &made.list, &made.element };
    size_t found = 0;
    for (size_t i = 0; i < 4; i++)
        found += all[i]->used > 0 && assay_bytes_equal(assay_written(all[i]), bytes);
    must(found == 1);
    assay_lcp_made_close(&made);
}

static bool emit_file(assay_output *out, assay_bytes bytes)
{
    static assay_lcp_data data;
    assay_cursor cursor = assay_cursor_of(bytes);
    assay_lcp_policy policy;
    assay_lcp_element element;
    assay_lcp_list list;

    if (assay_lcp_data_read(&data, bytes, NULL) == 0) {
        assay_lcp_data_emit(out, &data, sha256);
        return true;
    }
    if (assay_lcp_policy_read(&policy, bytes, NULL) == 0) {
        assay_lcp_policy_emit(out, "policy", &policy);
        return true;
    }
    if (assay_lcp_list_read(&cursor, 0, &list, NULL) == 0 && assay_left(&cursor) == 0) {
        assay_lcp_list_emit(out, "list", &list, sha256);
        return true;
    }
    cursor = assay_cursor_of(bytes);
    if (assay_lcp_element_next(&cursor, 0, &element, NULL) <= 0 || assay_left(&cursor) > 0)
        return false;
    assay_lcp_element_emit(out, "element", &element);
    return true;
}

static void check_file(assay_bytes bytes)
{
    assay_writer text = assay_writer_growing(PROPERTY_CEILING);
    assay_output out = assay_output_json_indented(&text);

    assay_emit_object(&out, NULL);
    const bool is_file = emit_file(&out, bytes);
    assay_emit_end(&out);
    if (is_file)
        must_make(&text, bytes);
    assay_writer_close(&text);
}

static void check_made(const assay_lcp_made *made)
{
    const assay_writer *const all[] = { &made->policy, &made->data, &made->list, &made->element };

    for (size_t i = 0; i < 4; i++)
        if (all[i]->used > 0)
            check_file(assay_written(all[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_lcp_made made;

    if (hashes == NULL) {
        hashes = assay_hashes_new();
        must(hashes != NULL && assay_hashes_get(hashes, ASSAY_ALG_SHA256, &sha256) == 0);
    }
    check_file(bytes);
    if (make(&made, bytes) == 0) {
        check_made(&made);
        assay_lcp_made_close(&made);
    }
    return 0;
}
