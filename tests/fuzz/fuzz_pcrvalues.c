/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCR values from any text: refused with a kind and a place within the text, or accepted;
 * and what is accepted is the same when read again, and when written in each form and read back.
 */
#include "replay/pcrvalues.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_round_trip(const assay_pcrs *pcrs, enum assay_pcrvalues_form form)
{
    assay_writer writer = assay_writer_growing(1 << 20);
    assay_pcrs again = { 0 };

    assay_pcrvalues_write(&writer, pcrs, form);
    check(assay_pcrvalues_parse(assay_written(&writer), &again, NULL) == 0);
    check(memcmp(&again, pcrs, sizeof again) == 0);
    assay_writer_close(&writer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes text = assay_bytes_of(data, size);
    assay_pcrs pcrs = { 0 }, again = { 0 };
    assay_error error = { 0 };
    const int status = assay_pcrvalues_parse(text, &pcrs, &error);

    check(assay_pcrvalues_parse(text, &again, NULL) == status);
    if (status < 0) {
        check(error.kind == -status);
        check(error.offset == ASSAY_NO_OFFSET || error.offset <= size);
        return 0;
    }
    check(memcmp(&again, &pcrs, sizeof again) == 0);
    check_round_trip(&pcrs, ASSAY_PCRVALUES_JSON);
    if (!pcrs.measurement_registers) {
        check_round_trip(&pcrs, ASSAY_PCRVALUES_PCRREAD);
        check_round_trip(&pcrs, ASSAY_PCRVALUES_LINES);
    }
    return 0;
}
