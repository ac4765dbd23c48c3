/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a policy list: its signature, and a signature put into it. */
#include "policy/lcp/signing.h"
#include "tests/fuzz/fuzz.h"

static void demand_verdict(const assay_lcp_list *list, const assay_lcp_verdict *verdict,
                           size_t size)
{
    demand(verdict->reason != NULL && verdict->field != NULL, "a verdict is explained");
    demand(verdict->offset <= size, "it has a place in the input");
    demand(verdict->trust != ASSAY_LCP_GOOD || (list->is_signed && !list->signature.empty),
           "what has no signature has no good one");
    demand(verdict->trust != ASSAY_LCP_GOOD || verdict->hash_alg != ASSAY_ALG_NULL,
           "a good one has a hash");
}

/* A good signature covers its bytes: with another first one the list is not that which was signed.
 */
static void demand_cover(const assay_lcp_list *list, assay_hashes *hashes)
{
    uint8_t *const copy = malloc(list->bytes.size);
    assay_lcp_list other = *list;
    assay_lcp_verdict verdict;

    demand(copy != NULL, "there is memory");
    memcpy(copy, list->bytes.data, list->bytes.size);
    copy[list->signed_data.size - 1] ^= 1;
    other.bytes.data = copy;
    other.signed_data.data = copy;
    if (assay_lcp_signature_check(&other, hashes, &verdict, NULL) == 0)
        demand(verdict.trust != ASSAY_LCP_GOOD, "a changed list is not good");
    free(copy);
}

/* The signature that is there, given back in each form, is stored as it was. */
static void demand_forms(const assay_lcp_signature *signature)
{
    for (enum assay_lcp_signature_form form = ASSAY_LCP_FORM_AUTO; form <= ASSAY_LCP_FORM_LE;
         form++) {
        uint8_t once[ASSAY_KEY_SIGNATURE_MAX], twice[ASSAY_KEY_SIGNATURE_MAX];
        assay_writer first = assay_writer_lent(once, sizeof once);
        assay_writer second = assay_writer_lent(twice, sizeof twice);
        assay_error error = { .what = "" };

        if (assay_lcp_signature_import(signature, form, signature->value, &first, &error) < 0) {
            demand(error.what[0] != '\0', "a refusal is explained");
            continue;
        }
        demand(assay_written(&first).size == signature->value.size, "it fits its place");
        if (form == ASSAY_LCP_FORM_AUTO || form == ASSAY_LCP_FORM_DER)
            continue;
        demand(assay_lcp_signature_import(signature, form, assay_written(&first), &second, NULL) ==
                       0 &&
                   assay_bytes_equal(assay_written(&second), signature->value),
               "what is turned twice is as it was");
    }
}

/* With the key that is there: prepared anew, the list waits for a signature and reads so. */
static void demand_preparing(const assay_lcp_list *list, assay_hashes *hashes)
{
    assay_lcp_signing signing = { .scheme = list->signature.scheme, .force = true };
    assay_writer writer = assay_writer_growing(FUZZ_CEILING);
    assay_key_public key;
    assay_lcp_list prepared;
    assay_lcp_verdict verdict;
    assay_error error = { .what = "" };

    if (assay_lcp_signature_key(&list->signature, &key, &error) == 0 &&
        assay_lcp_signing_choose(&signing, list->version, &key, &error) == 0 &&
        assay_lcp_signing_prepare(&writer, list, &key, &signing, &error) == 0) {
        assay_cursor cursor = assay_cursor_of(assay_written(&writer));

        demand(assay_lcp_list_read(&cursor, 0, &prepared, &error) == 0,
               "what is prepared is a list");
        demand(assay_lcp_signature_check(&prepared, hashes, &verdict, &error) == 0 &&
                   verdict.trust == ASSAY_LCP_BAD,
               "and has no signature yet");
    } else {
        demand(error.what[0] != '\0', "a refusal is explained");
    }
    assay_writer_close(&writer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_cursor cursor = assay_cursor_of(assay_bytes_of(data, size));
    assay_hashes *hashes = assay_hashes_new();
    assay_lcp_verdict verdict;
    assay_lcp_list list;
    assay_error error = { .what = "" };

    if (assay_lcp_list_read(&cursor, 0, &list, &error) == 0) {
        demand(assay_lcp_signature_check(&list, hashes, &verdict, &error) == 0,
               "a signature that was read can be judged");
        demand_verdict(&list, &verdict, size);
        if (verdict.trust == ASSAY_LCP_GOOD)
            demand_cover(&list, hashes);
        if (list.is_signed) {
            demand_forms(&list.signature);
            demand_preparing(&list, hashes);
        }
    }
    assay_hashes_free(&hashes);
    return 0;
}
