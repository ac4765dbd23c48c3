/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/imadigest.h"

#include "eventlog/ima.h"

int assay_ima_digest(assay_hash *hash, uint16_t alg, const assay_event *event,
                     uint8_t buffer[ASSAY_DIGEST_MAX], assay_bytes *ret_digest)
{
    assay_bytes parts[ASSAY_IMA_PARTS];
    const bool violation = assay_ima_is_violation(event);

    *ret_digest = assay_event_digest_of(event, alg);
    if (hash == NULL || (ret_digest->data != NULL && !violation))
        return 0;
    *ret_digest = ASSAY_NO_BYTES;
    if (violation) {
        memset(buffer, 0xFF, ASSAY_DIGEST_MAX);
        *ret_digest = assay_bytes_of(buffer, assay_hash_size(hash));
        return 0;
    }
    const size_t count = assay_event_keeps_data(event) ? assay_ima_measured(event, parts) : 0;
    if (count == 0)
        return 0;
    *ret_digest = assay_bytes_of(buffer, assay_hash_size(hash));
    return assay_hash_parts(hash, parts, count, buffer);
}
