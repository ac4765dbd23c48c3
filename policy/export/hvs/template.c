/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A flavor template: which PCRs and events the server takes out of a host that is trusted, to make
 * flavors of. It has no values; what is taken from the reference is which PCRs say something that
 * stays, and how each is divided among the parts.
 */
#include "policy/export/hvs/flavor.h"

#include <ctype.h>

/* A rule without what is another from variant to variant. */
static bool is_first_of_pcr(const assay_hvs_plan *plan, size_t flavor, const assay_hvs_rule *rule)
{
    for (size_t i = 0; i < flavor; i++) {
        const assay_hvs_flavor *const other = &plan->flavors[i];

        if (other->part != plan->flavors[flavor].part)
            continue;
        for (size_t j = 0; j < other->count; j++)
            if (other->rules[j].pcr == rule->pcr)
                return false;
    }
    return true;
}

static void emit_tags(assay_output *out, const char *key, const assay_hvs_rule *rule)
{
    assay_emit_array(out, key);
    for (size_t i = 0; i < rule->count; i++) {
        bool again = false;

        for (size_t j = 0; j < i; j++)
            again |= strcmp(rule->events[i]->tag, rule->events[j]->tag) == 0;
        if (!again && rule->events[i]->tag[0] != '\0')
            assay_emit_string(out, NULL, rule->events[i]->tag);
    }
    assay_emit_end(out);
}

static bool has_tag(const assay_hvs_rule *rule)
{
    for (size_t i = 0; i < rule->count; i++)
        if (rule->events[i]->tag[0] != '\0')
            return true;
    return false;
}

/* The server takes the first bank that the host has. */
static const uint16_t best_first[] = { ASSAY_ALG_SHA384, ASSAY_ALG_SHA256, ASSAY_ALG_SHA1 };

static bool is_wanted(const assay_export_job *job, uint16_t alg)
{
    for (size_t i = 0; i < job->bank_count; i++)
        if (job->banks[i] == alg)
            return true;
    return false;
}

static void emit_banks(assay_output *out, const assay_export_job *job)
{
    assay_emit_array(out, "bank");
    for (size_t i = 0; i < sizeof best_first / sizeof *best_first; i++)
        if (is_wanted(job, best_first[i]))
            assay_emit_string(out, NULL, assay_hvs_bank_name(best_first[i]));
    assay_emit_end(out);
}

/* The bank by which the PCRs are divided; tboot, for one, measures nothing into SHA-1. */
static uint16_t bank_of(const assay_export_job *job)
{
    static const uint16_t sure_first[] = { ASSAY_ALG_SHA256, ASSAY_ALG_SHA384, ASSAY_ALG_SHA1 };

    for (size_t i = 0; i < sizeof sure_first / sizeof *sure_first; i++)
        if (is_wanted(job, sure_first[i]))
            return sure_first[i];
    return 0;
}

/* Without a tag nothing can be included: such a rule would make a flavor that demands nothing. */
static bool says_something(const assay_hvs_rule *rule)
{
    return rule->matches || rule->equals || has_tag(rule);
}

static void emit_rule(assay_output *out, const assay_export_job *job, const assay_hvs_rule *rule)
{
    assay_emit_object(out, NULL);
    assay_emit_object(out, "pcr");
    assay_emit_u64(out, "index", rule->pcr);
    emit_banks(out, job);
    assay_emit_end(out);
    if (rule->matches)
        assay_emit_bool(out, "pcr_matches", true);
    if (rule->equals) {
        assay_emit_object(out, "eventlog_equals");
        if (rule->excluded_count > 0) {
            /* Templates call "excluding_tags" what flavors call "exclude_tags". */
            assay_emit_array(out, "excluding_tags");
            for (size_t i = 0; i < rule->excluded_count; i++)
                assay_emit_string(out, NULL, rule->excluded[i]);
            assay_emit_end(out);
        }
        assay_emit_end(out);
    } else if (has_tag(rule)) {
        emit_tags(out, "eventlog_includes", rule);
    }
    assay_emit_end(out);
}

static bool part_says_something(const assay_hvs_plan *plan, enum assay_hvs_part part)
{
    for (size_t i = 0; i < plan->count; i++)
        for (size_t j = 0; j < plan->flavors[i].count; j++)
            if (plan->flavors[i].part == part && says_something(&plan->flavors[i].rules[j]))
                return true;
    return false;
}

static void emit_part(assay_output *out, const assay_export_job *job, const assay_hvs_plan *plan,
                      enum assay_hvs_part part)
{
    assay_emit_object(out, assay_hvs_part_name(part));
    assay_emit_object(out, "meta");
    assay_emit_string(out, "tpm_version", "2.0");
    if (plan->tboot)
        assay_emit_bool(out, "tboot_installed", true);
    else if (plan->secure_boot)
        assay_emit_bool(out, "suefi_enabled", true);
    else if (plan->uefi)
        assay_emit_bool(out, "uefi_enabled", true);
    assay_emit_end(out);
    assay_emit_array(out, "pcr_rules");
    for (size_t i = 0; i < plan->count; i++)
        for (size_t j = 0; plan->flavors[i].part == part && j < plan->flavors[i].count; j++)
            if (says_something(&plan->flavors[i].rules[j]) &&
                is_first_of_pcr(plan, i, &plan->flavors[i].rules[j]))
                emit_rule(out, job, &plan->flavors[i].rules[j]);
    assay_emit_end(out);
    assay_emit_end(out);
}

static void emit_condition(assay_output *out, const char *path, const char *text)
{
    assay_writer condition = assay_writer_growing(1 << 16);

    assay_put_format(&condition, "//host_info/%s//*[text()='", path);
    assay_put_string(&condition, text);
    assay_put_string(&condition, "']");
    assay_emit_text(out, NULL, assay_written(&condition));
    assay_writer_close(&condition);
}

static void emit_conditions(assay_output *out, const assay_export_job *job,
                            const assay_hvs_plan *plan)
{
    const char *const os = assay_hvs_said(job, "os-name", job->reference->environment.os_name);

    assay_emit_array(out, "condition");
    if (os != NULL)
        emit_condition(out, "os_name", os);
    emit_condition(out, "hardware_features/TPM/meta/tpm_version", "2.0");
    if (plan->tboot)
        emit_condition(out, "tboot_installed", "true");
    else if (plan->secure_boot)
        emit_condition(out, "hardware_features/UEFI/meta/secure_boot_enabled", "true");
    else if (plan->uefi)
        emit_condition(out, "hardware_features/UEFI/enabled", "true");
    assay_emit_end(out);
}

static void emit_template(assay_output *out, const assay_export_job *job,
                          const assay_hvs_plan *plan)
{
    assay_emit_object(out, "flavor_template");
    assay_emit_string(out, "label", assay_hvs_said(job, "label", job->reference->name));
    emit_conditions(out, job, plan);
    assay_emit_object(out, "flavor_parts");
    for (int part = 0; part < ASSAY_HVS_PARTS; part++)
        if (part_says_something(plan, (enum assay_hvs_part)part))
            emit_part(out, job, plan, (enum assay_hvs_part)part);
    assay_emit_end(out);
    assay_emit_end(out);
}

/* HVS' pattern of names. */
static bool is_plain_text(const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && strchr("_ /.-", *c) == NULL)
            return false;
    return true;
}

/* What one variant has in a PCR and another hasn't stands in the template once. */
static void note_all(assay_export_job *job, const assay_hvs_plan *plan)
{
    const char *const os = assay_hvs_said(job, "os-name", job->reference->environment.os_name);

    assay_export_note_on(job, ASSAY_EXPORT_NATURE,
                         "a template has no values: HVS takes them from a host that is trusted "
                         "already; what the reference knows goes to it with hvs-flavor");
    if (os == NULL)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "the template is for hosts of any OS: --set os-name=TEXT narrows it");
    else if (strchr(os, '\'') != NULL)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "the name of the OS has an apostrophe, which ends the text of a "
                             "template's condition");
    if (!is_plain_text(assay_hvs_said(job, "label", job->reference->name)))
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "HVS takes letters, digits, blanks and _ / . - for a template's "
                             "label: give --set label=TEXT");
    for (size_t i = 0; i < plan->count; i++)
        for (size_t j = 0; j < plan->flavors[i].count; j++)
            if (!says_something(&plan->flavors[i].rules[j]))
                assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                     "PCR %u: no value is held and its events have no tags that a "
                                     "template could name, so that it is left out",
                                     plan->flavors[i].rules[j].pcr);
}

int assay_hvs_write_template(assay_export_job *job, assay_error *error)
{
    assay_hvs_plan plan;
    int status = assay_hvs_plan_make(job, bank_of(job), &plan, error);
    bool any = false;

    for (int part = 0; part < ASSAY_HVS_PARTS && status == 0; part++)
        any |= part_says_something(&plan, (enum assay_hvs_part)part);
    if (status == 0 && !any)
        status = assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "nothing is held of a bank that HVS knows (SHA-1, SHA-256, SHA-384), "
                            "so that there is no rule to write");
    if (status < 0)
        return status;
    note_all(job, &plan);
    assay_output out = assay_output_json_indented(assay_export_add_file(job, ""));
    assay_emit_object(&out, NULL);
    emit_template(&out, job, &plan);
    assay_emit_end(&out);
    return 0;
}
