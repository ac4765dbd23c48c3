/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as an attestation of go-tpm-tools: the same twice, and its values are taken whole or
 * refused with a place.
 */
#include "replay/pcrvalues.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static assay_findings findings;
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_pcrs pcrs = { 0 };
    assay_error error = { .kind = 0 };

    read_twice(bytes, "attestation", &findings);
    const int status = assay_pcrvalues_beside(bytes, &pcrs, &error);
    demand(status >= 0 || error.kind == -status, "a failure has its kind");
    demand(status <= 0 || pcrs.bank_count > 0, "there are values where it says so");
    demand(status >= 0 || error.offset == ASSAY_NO_OFFSET || error.offset <= size,
           "the place lies in the input");
    return 0;
}
