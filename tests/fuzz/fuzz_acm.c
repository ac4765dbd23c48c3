/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as an authenticated code module, for any platform. */
#include "boot/artefact/acm.h"
#include "tests/fuzz/fuzz.h"

static bool within(assay_bytes part, assay_bytes whole)
{
    return part.data == NULL ||
           (part.data >= whole.data && part.data + part.size <= whole.data + whole.size);
}

static void demand_views(const assay_acm *acm)
{
    const assay_bytes views[] = { acm->key,
                                  acm->signature,
                                  acm->xmss_key,
                                  acm->xmss_signature,
                                  acm->scratch,
                                  acm->user_area,
                                  acm->info.chipsets,
                                  acm->info.chipsets2,
                                  acm->info.processors,
                                  acm->info.tpm_algs };
    assay_acm_chipset chipset;
    assay_acm_processor processor;
    size_t count = 0;

    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        demand(within(views[i], acm->module), "what is lent lies in the module");
    while (assay_acm_chipset_at(acm->info.chipsets, count, &chipset))
        count++;
    demand(count * ASSAY_ACM_CHIPSET_SIZE == acm->info.chipsets.size, "chipsets are whole");
    for (count = 0; assay_acm_processor_at(acm->info.processors, count, &processor);)
        count++;
    demand(count * ASSAY_ACM_PROCESSOR_SIZE == acm->info.processors.size, "processors are whole");
}

static void demand_words(const assay_acm *acm)
{
    assay_writer writer = assay_writer_growing(FUZZ_CEILING);
    assay_output out = assay_output_json_line(&writer);

    assay_emit_object(&out, NULL);
    assay_acm_emit(&out, acm);
    demand(out.depth == 1, "what is begun is ended");
    assay_emit_end(&out);
    assay_writer_close(&writer);
}

static void demand_fit(const assay_acm *acm, assay_hashes *hashes, const assay_acm_platform *p)
{
    size_t unfit = 0, unknown = 0;
    assay_acm_fit fit;

    demand(assay_acm_fits(acm, p, hashes, &fit) == 0, "any module can be compared");
    for (enum assay_acm_check i = 0; i < ASSAY_ACM_CHECKS; i++) {
        demand(fit.checks[i].why[0] != '\0', "every answer has its reason");
        unfit += fit.checks[i].answer == ASSAY_ACM_UNFIT;
        unknown += fit.checks[i].answer == ASSAY_ACM_UNKNOWN;
    }
    demand(unfit == fit.unfit && unknown == fit.unknown && fit.fits == (unfit == 0),
           "the sum is of its parts");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_hashes *hashes = assay_hashes_new();
    assay_acm_platform p = { 0 };
    assay_error error = { .what = "" };
    enum assay_acm_signature result;
    assay_acm acm;
    const int status = assay_acm_open(&acm, bytes, &error);

    assay_acm_detect(bytes);
    demand(status == 0 || error.what[0] != '\0', "a fault is explained");
    demand_views(&acm);
    demand_words(&acm);
    if (status == 0) {
        demand(acm.module.size + acm.padding == size, "module and padding are the file");
        demand(assay_acm_check_signature(&acm, hashes, &result, &error) == 0,
               "a check has a result");
        demand_fit(&acm, hashes, &p);
        memset(&p, 0xff, sizeof p);
        p.has_didvid = p.has_ver_fsbif = p.has_ver_emif = p.has_public_key = p.has_cpuid =
            p.has_platform_id = p.has_sinit_size = p.has_min_version = p.has_mle = true;
        demand_fit(&acm, hashes, &p);
    }
    assay_hashes_free(&hashes);
    return 0;
}
