/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Learning a reference from boots: logs of machines, predictions, PCR values.
 *
 *     assay_reference *reference = assay_reference_new("compute-image");
 *
 *     for each boot
 *         assay_learn_boot(reference, &boot, hashes, &error);
 *
 * A boot that measured what a variant has is of that variant. Another one becomes a variant of
 * its own, unless it says that it is of one by name: then what differs, varies.
 */
#ifndef ASSAY_POLICY_REFERENCE_LEARN_H
#define ASSAY_POLICY_REFERENCE_LEARN_H

#include "policy/key/quote.h"
#include "policy/reference/reference.h"

/** A boot to learn from; all lent. */
typedef struct assay_learnt_boot {
    const char *variant;       /* the variant it is of; NULL: to be found, or made */
    size_t log_count;          /* of one boot, by stage; each opened and not read */
    assay_log *const *logs;
    const assay_pcrs *values;  /* what its TPM had, or NULL */
    bool predicted;            /* the logs are predictions */
    bool files;                /* the files that the kernel's list names are learnt, too */
    const assay_quote *quote;  /* one that covers `values`; or NULL */
    assay_pcr_set pcrs;        /* of these alone, as the variant is then; none: of all */
    size_t bank_count;         /* of these banks alone; none: of all */
    const uint16_t *banks;
    size_t input_count;        /* what all that came from; `variants` is ignored */
    const assay_reference_input *inputs;
} assay_learnt_boot;

/**
 * Adds a boot. 0, or a negative kind with `error` filled: -ASSAY_MALFORMED too when `values`
 * contradict the logs, naming the PCR, and where files are learnt the kernel's list;
 * -ASSAY_UNSUPPORTED for a variant by name that was learnt of other PCRs, for an entry of the list
 * of which it can't be told what file it is of, and where PCRs and measurement registers come
 * together: of the logs and `values`, or of the boot and the variant that it is named for. After
 * -ASSAY_NO_MEMORY and -ASSAY_TOO_LARGE the reference has to be thrown away; after all others it is
 * as it was.
 */
int assay_learn_boot(assay_reference *reference, const assay_learnt_boot *boot,
                     assay_hashes *hashes, assay_error *error);

/**
 * Makes of a quote the boot's own: of its values, or where it has none of what its logs fold to,
 * the quoted ones go to *ret_values, and become boot->values. 0; -ASSAY_UNTRUSTED when the quote
 * does not cover them; or another negative kind. `error` is filled.
 */
int assay_boot_take_quote(assay_learnt_boot *boot, const assay_quote *quote, assay_hashes *hashes,
                          assay_pcrs *ret_values, assay_error *error);

#endif
