/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as CBOR, each item of which has to be where it says, and as a COSE_Sign1: refused with
 * a kind and a field, or read, and then good by no key when none is trusted.
 */
#include "policy/export/corim/cose.h"
#include "tests/fuzz/fuzz.h"

/* Whether an item, and all that it holds, is in the bytes it was read from. */
static void demand_inside(const assay_cbor *item, assay_bytes bytes)
{
    const size_t held = item->kind == ASSAY_CBOR_MAP ? 2 * item->count : item->count;

    demand(item->offset < bytes.size, "an item's place is in the input");
    demand(item->bytes.size == 0 ||
               (item->bytes.data >= bytes.data &&
                item->bytes.data + item->bytes.size <= bytes.data + bytes.size &&
                item->bytes.data == bytes.data + item->content),
           "a string's bytes are at its place");
    for (size_t i = 0; i < held; i++) {
        demand(item->items[i].offset > item->offset, "what is held comes behind what holds it");
        demand_inside(&item->items[i], bytes);
    }
}

static void check_signed(const assay_cbor *item, assay_hashes *hashes)
{
    assay_import_job job = { .hashes = hashes };
    assay_error error = { .kind = 0 };
    const assay_corim_reading r = { &job, &error };
    assay_cose cose;

    const int status = assay_cose_read(&r, item, &cose);
    demand(status == 0 || (error.kind == -status && error.field != NULL),
           "a failure has a kind and a field");
    if (status == 0)
        demand(assay_cose_verify(&r, &cose) < 0, "without trusted keys no signature is good");
    assay_import_job_free(&job);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_hashes *hashes = assay_hashes_new();
    assay_error error = { .kind = 0 };
    assay_arena arena = { NULL };
    assay_cbor item;
    const int status = assay_cbor_read(&arena, bytes, 0, &item, &error);

    if (status < 0) {
        demand(error.kind == -status && error.offset <= size, "a failure has a kind and a place");
    } else {
        const assay_cbor *const cose = assay_cbor_tagged(&item, ASSAY_TAG_COSE_SIGN1);

        demand_inside(&item, bytes);
        check_signed(cose != NULL ? cose : &item, hashes);
    }
    assay_arena_free(&arena);
    assay_hashes_free(&hashes);
    return 0;
}
