/* SPDX-License-Identifier: BSD-2-Clause */
/* How the options of assay vlp read their values. */
#include "base/hex.h"
#include "base/number.h"
#include "cli/vlp.h"

static const char *take(void *field, uint32_t value)
{
    *(cli_vlp_number *)field = (cli_vlp_number){ .given = true, .value = value };
    return NULL;
}

static const char *take_up_to(void *field, const char *value, uint32_t most, const char *wrong)
{
    uint64_t number;

    return assay_number_read(assay_bytes_of_string(value), most, &number)
               ? take(field, (uint32_t)number)
               : wrong;
}

const char *cli_vlp_take_number(const cli_option *option, const char *value, void *field)
{
    (void)option;
    return take_up_to(field, value, UINT32_MAX, "a number of 32 bits, such as 17 or 0x11");
}

const char *cli_vlp_take_num(const cli_option *option, const char *value, void *field)
{
    static const uint32_t named[] = { ASSAY_VLP_NUM_ANY, ASSAY_VLP_NUM_NV, ASSAY_VLP_NUM_NV_RAW };

    (void)option;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (strcmp(value, assay_vlp_num_name(named[i])) == 0)
            return take(field, named[i]);
    return take_up_to(field, value, ASSAY_VLP_NUM_MAX, "0 to 127, any, nv or nv-raw");
}

const char *cli_vlp_take_pcr(const cli_option *option, const char *value, void *field)
{
    (void)option;
    return strcmp(value, "none") == 0
               ? take(field, ASSAY_VLP_PCR_NONE)
               : take_up_to(field, value, ASSAY_VLP_PCR_MAX, "0 to 23, or none");
}

const char *cli_vlp_take_hash(const cli_option *option, const char *value, void *field)
{
    for (uint32_t type = 0; option->words[type] != NULL; type++)
        if (strcmp(value, option->words[type]) == 0)
            return take(field, type);
    return "";
}

const char *cli_vlp_take_alg(const cli_option *option, const char *value, void *field)
{
    const assay_alg *const alg =
        assay_alg_by_name(assay_bytes_of_string(strcmp(value, "sm3") == 0 ? "sm3_256" : value));
    assay_vlp policy;

    (void)option;
    assay_vlp_begin(&policy, ASSAY_VLP_HALT, alg == NULL ? ASSAY_ALG_NULL : alg->id, 0);
    return assay_vlp_alg(&policy) == 0 ? "tboot knows no such algorithm" : take(field, alg->id);
}

const char *cli_vlp_take_cmdline(const cli_option *option, const char *value, void *field)
{
    (void)option;
    *(const char **)field = value;
    return NULL;
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
