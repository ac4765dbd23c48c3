/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/module.h"

/* H(a | b) of each algorithm that both have. */
static int join(assay_hashes *hashes, const assay_digests *a, const assay_digests *b,
                assay_digests *ret_digests)
{
    assay_digests joined = { .count = a->count };

    for (size_t i = 0; i < a->count; i++) {
        const assay_bytes parts[] = { { a->list[i].value, a->list[i].size },
                                      { b->list[i].value, b->list[i].size } };
        assay_digest *const digest = &joined.list[i];
        assay_hash *hash;
        int status = assay_hashes_get(hashes, a->list[i].alg, &hash);

        if (status == 0)
            status = assay_hash_parts(hash, parts, 2, digest->value);
        if (status < 0)
            return status;
        digest->alg = a->list[i].alg;
        digest->size = a->list[i].size;
    }
    *ret_digests = joined;
    return 0;
}

int assay_tboot_module_digests(assay_hashes *hashes, const uint16_t *algs, size_t count,
                               assay_bytes cmdline, assay_bytes image, assay_hashed *hashed,
                               void *context, assay_digests *ret_digests)
{
    assay_digests of_cmdline, of_image;
    assay_digesting digesting;
    int status = assay_digests_of(hashes, algs, count, &cmdline, 1, &of_cmdline);

    if (status == 0)
        status = assay_digesting_begin(&digesting, hashes, algs, count);
    if (status < 0)
        return status;
    digesting.hashed = hashed;
    digesting.context = context;
    status = assay_digesting_update(&digesting, image);
    if (status == 0)
        status = assay_digesting_end(&digesting, &of_image);
    return status == 0 ? join(hashes, &of_cmdline, &of_image, ret_digests) : status;
}
