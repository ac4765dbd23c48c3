/* SPDX-License-Identifier: BSD-2-Clause */
/* How the options of assay vlp read their values. */
#include "base/hex.h"
#include "cli/vlp.h"

static const char *take(void *field, uint32_t value)
{
    *(cli_number *)field = (cli_number){ .given = true, .value = value };
    return NULL;
}

const char *cli_vlp_take_num(const cli_option *option, const char *value, void *field)
{
    static const uint32_t named[] = { ASSAY_VLP_NUM_ANY, ASSAY_VLP_NUM_NV, ASSAY_VLP_NUM_NV_RAW };

    (void)option;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (strcmp(value, assay_vlp_num_name(named[i])) == 0)
            return take(field, named[i]);
    return cli_take_number(value, ASSAY_VLP_NUM_MAX, field, "0 to 127, any, nv or nv-raw");
}

const char *cli_vlp_take_pcr(const cli_option *option, const char *value, void *field)
{
    (void)option;
    return strcmp(value, "none") == 0
               ? take(field, ASSAY_VLP_PCR_NONE)
               : cli_take_number(value, ASSAY_VLP_PCR_MAX, field, "0 to 23, or none");
}

const char *cli_vlp_take_alg(const cli_option *option, const char *value, void *field)
{
    const assay_alg *const alg = assay_alg_by_name(assay_bytes_of_string(value));
    assay_vlp policy;

    (void)option;
    assay_vlp_begin(&policy, ASSAY_VLP_HALT, alg == NULL ? ASSAY_ALG_NULL : alg->id, 0);
    return assay_vlp_alg(&policy) == 0 ? "tboot knows no such algorithm" : take(field, alg->id);
}

bool cli_vlp_digest(const char *digits, uint16_t alg, assay_digest *ret_digest)
{
    const assay_alg *const row = assay_alg_find(alg);
    assay_digest digest = { .alg = alg, .size = row == NULL ? 0 : row->size };

    if (row == NULL || !assay_hex_decode(assay_bytes_of_string(digits), digest.value, digest.size))
        return false;
    *ret_digest = digest;
    return true;
}
