/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/launch/tboot.h"

enum { VALUE_MAX = 63 }; /* bytes of an option's value that tboot keeps */

static bool is_blank(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* tboot's own options, in the order of its table. */
static const char *const option_names[] = {
    "loglvl",  "logging", "serial",    "vga_delay",  "ap_wake_mwait",
    "pcr_map", "min_ram", "call_racm", "measure_nv", "extpol",
};

/* The option whose name begins with these bytes: the first one, as tboot finds it. */
static const char *option_named(assay_bytes name)
{
    for (size_t i = 0; i < sizeof option_names / sizeof *option_names; i++)
        if (assay_bytes_start_with(assay_bytes_of_string(option_names[i]), name))
            return option_names[i];
    return "";
}

static void take_option(assay_tboot_options *options, assay_bytes option)
{
    const size_t equals = assay_bytes_find(option, ASSAY_LITERAL("="));
    assay_bytes *place = NULL;

    if (equals == 0 || equals + 1 >= option.size)
        return;
    const char *const name = option_named(assay_bytes_of(option.data, equals));
    if (strcmp(name, "extpol") == 0)
        place = &options->extpol;
    else if (strcmp(name, "pcr_map") == 0)
        place = &options->pcr_map;
    else if (strcmp(name, "measure_nv") == 0)
        place = &options->measure_nv;
    else
        return;
    *place = assay_bytes_of(option.data + equals + 1, option.size - equals - 1);
    if (place->size > VALUE_MAX)
        place->size = VALUE_MAX;
}

assay_tboot_options assay_tboot_options_of(assay_bytes cmdline)
{
    assay_tboot_options options = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
    size_t at = 0;

    while (at < cmdline.size) {
        size_t end = at;

        if (is_blank(cmdline.data[at])) {
            at++;
            continue;
        }
        while (end < cmdline.size && cmdline.data[end] != ' ')
            end++;
        take_option(&options, assay_bytes_of(cmdline.data + at, end - at));
        at = end;
    }
    return options;
}

assay_bytes assay_tboot_measured_cmdline(const assay_tboot_version *version, assay_bytes cmdline)
{
    size_t at = 0;

    if (!version->skips_filename || cmdline.size == 0)
        return cmdline;
    while (at < cmdline.size && is_blank(cmdline.data[at]))
        at++;
    while (at < cmdline.size && !is_blank(cmdline.data[at]))
        at++;
    while (at < cmdline.size && is_blank(cmdline.data[at]))
        at++;
    return assay_bytes_of(cmdline.data + at, cmdline.size - at);
}

static bool fixed(uint16_t alg, bool known, assay_tboot_extpol *ret_extpol)
{
    if (known)
        *ret_extpol = (assay_tboot_extpol){ ASSAY_TBOOT_FIXED, alg };
    return known;
}

bool assay_tboot_extpol_of(const assay_tboot_version *version, bool tpm12, assay_bytes value,
                           assay_tboot_extpol *ret_extpol)
{
    static const struct {
        const char *name;
        uint16_t alg;
    } algs[] = {
        { "sha1", ASSAY_ALG_SHA1 },     { "sha256", ASSAY_ALG_SHA256 },
        { "sm3", ASSAY_ALG_SM3_256 },   { "sha384", ASSAY_ALG_SHA384 },
        { "sha512", ASSAY_ALG_SHA512 },
    };

    if (tpm12)
        return fixed(ASSAY_ALG_SHA1, true, ret_extpol);
    if (value.data == NULL)
        return fixed(version->extpol, true, ret_extpol);
    if (assay_bytes_equal(value, ASSAY_LITERAL("embedded"))) {
        *ret_extpol = (assay_tboot_extpol){ ASSAY_TBOOT_EMBEDDED, ASSAY_ALG_SHA256 };
        return true;
    }
    if (assay_bytes_equal(value, ASSAY_LITERAL("agile"))) {
        *ret_extpol =
            (assay_tboot_extpol){ version->agile == ASSAY_TBOOT_AGILE_GONE ? ASSAY_TBOOT_FIXED
                                                                           : ASSAY_TBOOT_AGILE,
                                  ASSAY_ALG_SHA256 };
        return true;
    }
    for (size_t i = 0; i < sizeof algs / sizeof *algs; i++)
        if (assay_bytes_equal(value, assay_bytes_of_string(algs[i].name)))
            return fixed(
                algs[i].alg,
                (algs[i].alg != ASSAY_ALG_SHA1 || version->sha1) &&
                    ((algs[i].alg != ASSAY_ALG_SHA384 && algs[i].alg != ASSAY_ALG_SHA512) ||
                     version->sha384),
                ret_extpol);
    return false;
}

const char *assay_tboot_extpol_name(const assay_tboot_extpol *extpol)
{
    if (extpol->mode == ASSAY_TBOOT_EMBEDDED)
        return "embedded";
    if (extpol->mode == ASSAY_TBOOT_AGILE)
        return "agile";
    if (extpol->current == ASSAY_ALG_SM3_256)
        return "sm3";
    const assay_alg *const alg = assay_alg_find(extpol->current);
    return alg != NULL ? alg->name : "unknown";
}

bool assay_tboot_extends(const assay_tboot_extpol *extpol, uint16_t bank)
{
    if (extpol->mode == ASSAY_TBOOT_FIXED)
        return bank == extpol->current;
    if (extpol->mode == ASSAY_TBOOT_AGILE)
        return true;
    for (size_t i = 0; i < ASSAY_LAUNCH_ALGS; i++)
        if (assay_launch_algs[i] == bank)
            return true;
    return false;
}

static void add_step(assay_tboot_plan *plan, enum assay_tboot_subject subject, uint32_t index,
                     uint8_t pcr, const assay_vlp_entry *entry)
{
    assay_tboot_step step = { subject, index, 0, pcr, entry };

    if (pcr == ASSAY_VLP_PCR_NONE)
        return;
    if (plan->count == ASSAY_TBOOT_STEPS_MAX) {
        plan->dropped++;
        return;
    }
    for (size_t i = 0; i < plan->count; i++)
        step.time += plan->steps[i].subject == subject && plan->steps[i].index == index;
    plan->steps[plan->count++] = step;
}

static void plan_module(const assay_vlp *policy, uint32_t module, assay_tboot_plan *plan)
{
    /* tboot looks up the low byte of the module's number. */
    const assay_vlp_entry *const entry = assay_vlp_find(policy, module & 0xFF);

    if (entry != NULL)
        add_step(plan, ASSAY_TBOOT_MODULE, module, entry->pcr, entry);
    else if (plan->unlisted++ == 0)
        plan->unlisted_first = module;
}

void assay_tboot_plan_of(const assay_vlp *policy, bool details, size_t modules, bool nv,
                         assay_tboot_plan *ret_plan)
{
    assay_tboot_plan *const plan = ret_plan;

    memset(plan, 0, sizeof *plan);
    add_step(plan, ASSAY_TBOOT_POLICY, 0, 17, NULL);
    if (details)
        add_step(plan, ASSAY_TBOOT_POLICY, 0, 18, NULL);
    if (modules > 0)
        add_step(plan, ASSAY_TBOOT_MODULE, 0, details ? 17 : 18, NULL);
    for (uint32_t i = 0; i < modules; i++)
        plan_module(policy, i, plan);
    for (size_t i = 0; i < policy->num_entries && nv; i++)
        if (assay_vlp_is_nv(&policy->entries[i]))
            add_step(plan, ASSAY_TBOOT_NV, policy->entries[i].nv_index, policy->entries[i].pcr,
                     &policy->entries[i]);
}
