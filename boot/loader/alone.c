/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/alone.h"

#include "boot/loader/jobs.h"

static assay_log_header header_of(const assay_scenario *scenario)
{
    assay_log_header header = { .bank_count = scenario->bank_count };

    for (size_t i = 0; i < scenario->bank_count; i++)
        header.banks[i] =
            (assay_bank){ scenario->banks[i], assay_alg_find(scenario->banks[i])->size };
    return header;
}

int assay_alone_predict(const assay_scenario *scenario, const assay_boot_image *image,
                        assay_hashes *hashes, assay_prediction **ret_prediction,
                        assay_error *error)
{
    const assay_log_header header = header_of(scenario);
    assay_error ignored = { 0 };
    assay_pe pe;
    assay_boot boot = { .scenario = scenario,
                        .hashes = hashes,
                        .error = error != NULL ? error : &ignored,
                        .secure_boot = scenario->secure_boot,
                        .ready_to_boot = true };

    const int status = assay_pe_open(&pe, image->file, error);
    if (status < 0)
        return status;
    boot.prediction = assay_prediction_new(&header);
    if (boot.prediction == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a prediction");
    assay_boot_run(&boot, image, &pe);
    assay_boot_do_jobs(&boot);
    assay_boot_free_jobs(&boot);
    if (boot.status < 0)
        assay_prediction_free(&boot.prediction);
    else
        *ret_prediction = boot.prediction;
    return boot.status;
}
