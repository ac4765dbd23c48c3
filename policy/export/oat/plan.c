/* SPDX-License-Identifier: BSD-2-Clause */
/* Values divided into MLEs, and what OpenAttestation's server makes of them. */
#include "policy/export/oat/oat.h"

#include <strings.h>

/* What servers before 2.3 check, and what is left when nothing does. */
static const assay_pcr_set bios_checked = 0x3f, vmm_checked = 0xf << 17;
static const assay_pcr_set bios_all = 0xff;

static const char *said(const assay_export_job *job, const char *setting, const char *otherwise)
{
    const char *const set = assay_export_setting_of(job, setting);

    return set != NULL ? set : otherwise;
}

/* A name that the server demands: of the user, of the reference, or one that says that it is none.
 */
static const char *name_of(assay_export_job *job, const char *setting, const char *otherwise,
                           const char *last)
{
    const char *const found = said(job, setting, otherwise);

    if (found == NULL)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "the server wants to know %s and the reference does not say it: it is "
                             "written as \"%s\"; --set %s=TEXT changes it",
                             setting, last, setting);
    return found != NULL ? found : last;
}

static assay_pcr_set pcrs_of(const assay_export_job *job, bool vmm)
{
    const char *const ranges = assay_export_setting_of(job, "ranges");
    const bool all = ranges != NULL && strcmp(ranges, "all") == 0;

    return vmm ? (all ? ASSAY_ALL_PCRS & ~bios_all : vmm_checked) : all ? bios_all : bios_checked;
}

/* MLEs. */

static assay_oat_mle take_values(const assay_export_job *job, uint16_t alg, size_t variant,
                                 bool vmm)
{
    assay_oat_mle mle = { .vmm = vmm,
                          .variants = (assay_variant_set)1 << variant,
                          .first = variant };

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        const assay_bytes value = assay_pcr_set_has(pcrs_of(job, vmm), pcr)
                                      ? assay_export_value(job, variant, alg, pcr)
                                      : ASSAY_NO_BYTES;

        mle.values[pcr] = value;
        if (value.data != NULL)
            mle.pcrs |= (assay_pcr_set)1 << pcr;
    }
    return mle;
}

static bool is_same(const assay_oat_mle *a, const assay_oat_mle *b)
{
    if (a->vmm != b->vmm || a->pcrs != b->pcrs)
        return false;
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (!assay_bytes_equal(a->values[pcr], b->values[pcr]))
            return false;
    return true;
}

static int add(assay_export_job *job, assay_oat_plan *plan, const assay_oat_mle *mle)
{
    if (mle->pcrs == 0)
        return 0;
    for (size_t i = 0; i < plan->count; i++)
        if (is_same(&plan->mles[i], mle)) {
            plan->mles[i].variants |= mle->variants;
            return 0;
        }
    assay_oat_mle *const slot =
        assay_arena_more(&job->arena, &plan->mles, plan->count, sizeof *slot);
    if (slot == NULL)
        return -ASSAY_NO_MEMORY;
    *slot = *mle;
    plan->count++;
    return 0;
}

static size_t count_of(const assay_oat_plan *plan, bool vmm)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->count; i++)
        count += plan->mles[i].vmm == vmm;
    return count;
}

bool assay_oat_has(const assay_oat_plan *plan, bool vmm)
{
    return count_of(plan, vmm) > 0;
}

static size_t characters_of(const char *text)
{
    size_t characters = 0;

    for (const char *c = text; *c != '\0'; c++)
        characters += (*c & 0xC0) != 0x80;
    return characters;
}

static const char *joined(assay_export_job *job, const char *a, const char *between, const char *b)
{
    assay_writer writer = assay_writer_growing(1 << 20);
    assay_bytes kept;

    assay_put_string(&writer, a);
    assay_put_string(&writer, between);
    assay_put_string(&writer, b);
    assay_put_char(&writer, '\0');
    return assay_arena_take(&job->arena, &writer, &kept) < 0 ? NULL : (const char *)kept.data;
}

/* A name in a list of names: '%' and ',' as in a URI. */
static void put_name(assay_writer *writer, const char *name)
{
    for (const char *c = name; *c != '\0'; c++)
        if (*c == ',' || *c == '%')
            assay_put_format(writer, "%%%02X", (unsigned char)*c);
        else
            assay_put_char(writer, *c);
}

static const char *list_names(assay_export_job *job, const assay_oat_mle *mle, const size_t *order,
                              size_t most)
{
    assay_writer writer = assay_writer_growing(1 << 20);
    assay_bytes kept;
    size_t listed = 0;

    assay_put_string(&writer, ASSAY_OAT_VARIANTS);
    for (size_t i = 0; i < job->reference->variant_count && listed < most; i++)
        if ((mle->variants >> order[i] & 1) != 0) {
            if (listed++ > 0)
                assay_put_char(&writer, ',');
            put_name(&writer, job->reference->variants[order[i]].name);
        }
    assay_put_char(&writer, '\0');
    return assay_arena_take(&job->arena, &writer, &kept) < 0 ? NULL : (const char *)kept.data;
}

/* "variants new,old", by which they are known again; the first alone where that is too long. */
static const char *describe(assay_export_job *job, const assay_oat_mle *mle, const size_t *order)
{
    const char *const all = list_names(job, mle, order, ASSAY_VARIANTS_MAX);

    if (all == NULL || characters_of(all) <= ASSAY_OAT_TEXT_MAX)
        return all;
    assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                         "which variants have the MLE of version %s is more than its description "
                         "holds: only the first is named",
                         mle->version);
    return list_names(job, mle, order, 1);
}

/* Several MLEs of one name are told apart by their versions: each has its first variant's name. */
static int name_mles(assay_export_job *job, assay_oat_plan *plan, const size_t *order)
{
    for (size_t i = 0; i < plan->count; i++) {
        assay_oat_mle *const mle = &plan->mles[i];
        const char *const version = mle->vmm ? plan->vmm_version : plan->bios_version;
        const char *const variant = job->reference->variants[mle->first].name;

        mle->version = count_of(plan, mle->vmm) > 1 ? joined(job, version, "-", variant) : version;
        mle->description = mle->version == NULL ? NULL : describe(job, mle, order);
        if (mle->description == NULL)
            return -ASSAY_NO_MEMORY;
    }
    return 0;
}

/* What the server would refuse, or never match. */

static void check_text(assay_export_job *job, const char *what, const char *text)
{
    const size_t characters = characters_of(text);

    if (characters > ASSAY_OAT_TEXT_MAX)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "%s has %zu characters, and the server's column holds %d", what,
                             characters, ASSAY_OAT_TEXT_MAX);
    if (characters == 0)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL, "%s is empty, and the server demands it",
                             what);
    if (strpbrk(text, ":,") != NULL)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "%s has a ':' or a ',': what is made of it can't be deleted with "
                             "oat_* -d, which takes them for its own; use DELETE",
                             what);
}

static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* Servers take any name with ESX in it for VMware's. */
static void check_esx(assay_export_job *job, const assay_oat_plan *plan)
{
    bool esx = false;

    for (const char *c = plan->vmm_name; *c != '\0' && !esx; c++)
        esx = strncasecmp(c, "ESX", 3) == 0;
    for (size_t i = 0; i < plan->count && esx; i++)
        if (plan->mles[i].vmm && !begins_with(plan->mles[i].version, "5.0") &&
            !begins_with(plan->mles[i].version, "5.1"))
            assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                                 "the VMM's name has ESX in it: the server takes it for VMware's, "
                                 "and of that only versions 5.0 and 5.1");
}

static void check_values(assay_export_job *job, const assay_oat_plan *plan)
{
    const assay_alg *const alg = assay_alg_find(plan->alg);

    if (alg != NULL && alg->size * 2 > ASSAY_OAT_TEXT_MAX)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "a value of %s has %d digits, and the server's column holds %d",
                             alg->name, alg->size * 2, ASSAY_OAT_TEXT_MAX);
    if (plan->alg != ASSAY_ALG_SHA1)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "OpenAttestation names no bank: its own agents read a TPM 1.2, whose "
                             "values are SHA-1's (--bank sha1)");
}

/* Values that go nowhere. */
static void note_beyond(assay_export_job *job, uint16_t alg)
{
    assay_pcr_set beyond = 0;
    char pcrs[ASSAY_PCR_SET_TEXT];

    for (size_t i = 0; i < job->reference->variant_count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS && assay_export_has_variant(job, i); pcr++)
            if (assay_export_value(job, i, alg, pcr).data != NULL &&
                !assay_pcr_set_has(pcrs_of(job, false) | pcrs_of(job, true), pcr))
                beyond |= (assay_pcr_set)1 << pcr;
    if (beyond != 0)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "PCR %s is left out: older servers take 0-5 of a BIOS and 17-20 of a "
                             "VMM alone; --set ranges=all is for 2.3, which has no such check",
                             assay_pcr_set_text(beyond, pcrs));
}

static void note_all(assay_export_job *job, const assay_oat_plan *plan)
{
    static const char *const types[] = { "BIOS", "VMM" };

    for (int vmm = 0; vmm < 2; vmm++) {
        if (!assay_oat_has(plan, vmm))
            assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                                 "there is no MLE of type %s, for no value of its PCRs is held; "
                                 "a host has to have one of each type",
                                 types[vmm]);
        if (count_of(plan, vmm) > 1)
            assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                                 "there are %zu MLEs of type %s and a host is of one: after an "
                                 "update it has to be moved to the other",
                                 count_of(plan, vmm), types[vmm]);
    }
    if (assay_oat_has(plan, false)) {
        check_text(job, "the manufacturer's name", plan->oem);
        check_text(job, "the BIOS' name", plan->bios_name);
    }
    if (assay_oat_has(plan, true)) {
        check_text(job, "the name of the operating system", plan->os);
        check_text(job, "the version of the operating system", plan->os_version);
        check_text(job, "the VMM's name", plan->vmm_name);
        check_esx(job, plan);
    }
    for (size_t i = 0; i < plan->count; i++) {
        check_text(job, plan->mles[i].vmm ? "the VMM's version" : "the BIOS' version",
                   plan->mles[i].version);
        if (characters_of(plan->mles[i].description) > ASSAY_OAT_TEXT_MAX)
            assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                                 "the name of a variant is longer than the server's column holds");
    }
    check_values(job, plan);
    note_beyond(job, plan->alg);
    assay_export_note_unheld(job);
    if (job->reference->step_count > 0)
        assay_export_note_on(job, ASSAY_EXPORT_NATURE,
                             "the steps and components that the values come from are left out");
}

static int check_ranges(const assay_export_job *job, assay_error *error)
{
    const char *const ranges = assay_export_setting_of(job, "ranges");

    if (ranges == NULL || strcmp(ranges, "all") == 0 || strcmp(ranges, "checked") == 0)
        return 0;
    return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "ranges is checked or all");
}

/* Names are asked for where there is an MLE that has them. */
static void find_names(assay_export_job *job, assay_oat_plan *plan)
{
    const assay_reference *const reference = job->reference;
    const assay_reference_environment *const where = &reference->environment;

    if (assay_oat_has(plan, false)) {
        plan->oem = name_of(job, "oem", where->platform_manufacturer, "unknown");
        plan->bios_name =
            said(job, "bios-name",
                 where->firmware_vendor != NULL ? where->firmware_vendor : reference->name);
        plan->bios_version = name_of(job, "bios-version", where->firmware_version, "0");
    }
    if (assay_oat_has(plan, true)) {
        plan->os = name_of(job, "os-name", where->os_name, "unknown");
        plan->os_version = name_of(job, "os-version", where->os_version, "0");
        plan->vmm_name = said(job, "vmm-name", reference->name);
        plan->vmm_version = name_of(job, "vmm-version", reference->version, "0");
    }
}

/* The order in which variants stand in a reference means nothing, and does not show. */
static void sort_by_name(const assay_reference *reference, size_t order[ASSAY_VARIANTS_MAX])
{
    for (size_t i = 0; i < reference->variant_count; i++) {
        size_t at = i;

        for (; at > 0 &&
               strcmp(reference->variants[i].name, reference->variants[order[at - 1]].name) < 0;
             at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

int assay_oat_plan_make(assay_export_job *job, assay_oat_plan *ret_plan, assay_error *error)
{
    size_t order[ASSAY_VARIANTS_MAX] = { 0 };
    int status = check_ranges(job, error);

    *ret_plan = (assay_oat_plan){ .count = 0 };
    if (status < 0)
        return status;
    ret_plan->alg = assay_export_one_bank(job);
    sort_by_name(job->reference, order);
    for (int vmm = 0; vmm < 2; vmm++)
        for (size_t i = 0; i < job->reference->variant_count && status == 0; i++)
            if (assay_export_has_variant(job, order[i])) {
                const assay_oat_mle mle = take_values(job, ret_plan->alg, order[i], vmm);

                status = add(job, ret_plan, &mle);
            }
    if (status == 0 && ret_plan->count == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "no value is held of a PCR that an MLE may have");
    if (status == 0) {
        find_names(job, ret_plan);
        status = name_mles(job, ret_plan, order);
    }
    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "no memory for the white list");
    note_all(job, ret_plan);
    return 0;
}
