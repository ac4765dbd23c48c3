/* SPDX-License-Identifier: BSD-2-Clause */
/* One flavor: what it says of itself, and its rules. */
#include "policy/export/hvs/flavor.h"

#include <ctype.h>

const char *assay_hvs_part_name(enum assay_hvs_part part)
{
    static const char *const names[ASSAY_HVS_PARTS] = { "PLATFORM", "OS", "HOST_UNIQUE" };

    return names[part];
}

const char *assay_hvs_bank_name(uint16_t alg)
{
    return alg == ASSAY_ALG_SHA1     ? "SHA1"
           : alg == ASSAY_ALG_SHA256 ? "SHA256"
           : alg == ASSAY_ALG_SHA384 ? "SHA384"
                                     : NULL;
}

const char *assay_hvs_said(const assay_export_job *job, const char *setting, const char *otherwise)
{
    const char *const set = assay_export_setting_of(job, setting);

    return set != NULL ? set : otherwise;
}

static size_t flavors_of(const assay_hvs_plan *plan, enum assay_hvs_part part)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->count; i++)
        count += plan->flavors[i].part == part;
    return count;
}

size_t assay_hvs_first_variant(const assay_export_job *job, const assay_hvs_flavor *flavor)
{
    const assay_reference_variant *const variants = job->reference->variants;
    size_t first = SIZE_MAX;

    for (size_t i = 0; i < job->reference->variant_count; i++)
        if ((flavor->variants >> i & 1) != 0 &&
            (first == SIZE_MAX || strcmp(variants[i].name, variants[first].name) < 0))
            first = i;
    return first;
}

/* "compute-image-2026.01-os", with the variant behind it where a part has several flavors. */
static void put_label(assay_writer *writer, const assay_export_job *job,
                      const assay_hvs_plan *plan, const assay_hvs_flavor *flavor)
{
    const assay_reference *const reference = job->reference;
    const char *const set = assay_export_setting_of(job, "label");

    assay_put_string(writer, set != NULL ? set : reference->name);
    if (set == NULL && reference->version != NULL) {
        assay_put_char(writer, '-');
        assay_put_string(writer, reference->version);
    }
    assay_put_char(writer, '-');
    for (const char *c = assay_hvs_part_name(flavor->part); *c != '\0'; c++)
        assay_put_char(writer, *c == '_' ? '-' : (char)tolower((unsigned char)*c));
    if (flavors_of(plan, flavor->part) > 1) {
        assay_put_char(writer, '-');
        assay_put_string(writer, reference->variants[assay_hvs_first_variant(job, flavor)].name);
    }
}

static void emit_known(assay_output *out, const char *key, const char *text)
{
    if (text != NULL)
        assay_emit_string(out, key, text);
}

static void emit_label(assay_output *out, const assay_export_job *job, const assay_hvs_plan *plan,
                       const assay_hvs_flavor *flavor)
{
    assay_writer label = assay_writer_growing(1 << 20);

    put_label(&label, job, plan, flavor);
    assay_emit_text(out, "label", assay_written(&label));
    if (label.failure != 0)
        out->writer->failure = label.failure;
    assay_writer_close(&label);
}

/* HVS keeps any key; those with "reference" are ours, to be read back. */
static void emit_origin(assay_output *out, const assay_export_job *job,
                        const assay_hvs_flavor *flavor)
{
    const assay_reference *const reference = job->reference;

    assay_emit_string(out, "reference_name", reference->name);
    assay_emit_array(out, "reference_variants");
    for (assay_hvs_flavor left = *flavor; left.variants != 0;) {
        const size_t first = assay_hvs_first_variant(job, &left);

        if (first == SIZE_MAX)
            break;
        assay_emit_string(out, NULL, reference->variants[first].name);
        left.variants &= ~((assay_variant_set)1 << first);
    }
    assay_emit_end(out);
    emit_known(out, "reference_version", reference->version);
}

static const char *firmware_name(const assay_export_job *job)
{
    return assay_hvs_said(job, "bios-name", job->reference->environment.firmware_vendor);
}

static const char *firmware_version(const assay_export_job *job)
{
    return assay_hvs_said(job, "bios-version", job->reference->environment.firmware_version);
}

/* By these HVS finds the flavors that are good for a host: each has to be as the host has it. */
static void emit_description(assay_output *out, const assay_export_job *job,
                             const assay_hvs_plan *plan, const assay_hvs_flavor *flavor)
{
    const assay_reference_environment *const where = &job->reference->environment;

    assay_emit_object(out, "description");
    if (flavor->part != ASSAY_HVS_OS) {
        emit_known(out, "bios_name", firmware_name(job));
        emit_known(out, "bios_version", firmware_version(job));
    }
    assay_emit_string(out, "flavor_part", assay_hvs_part_name(flavor->part));
    if (flavor->part == ASSAY_HVS_HOST_UNIQUE)
        emit_known(out, "hardware_uuid", plan->hardware_uuid);
    emit_label(out, job, plan, flavor);
    if (flavor->part != ASSAY_HVS_PLATFORM) {
        emit_known(out, "os_name", assay_hvs_said(job, "os-name", where->os_name));
        emit_known(out, "os_version", assay_hvs_said(job, "os-version", where->os_version));
    }
    emit_origin(out, job, flavor);
    if (plan->secure_boot && flavor->part == ASSAY_HVS_PLATFORM)
        assay_emit_bool(out, "suefi_enabled", true);
    assay_emit_bool(out, "tboot_installed", plan->tboot);
    assay_emit_string(out, "tpm_version", assay_hvs_said(job, "tpm-version", "2.0"));
    if (plan->uefi && flavor->part == ASSAY_HVS_PLATFORM)
        assay_emit_bool(out, "uefi_enabled", true);
    if (flavor->part == ASSAY_HVS_OS) {
        emit_known(out, "vmm_name", assay_export_setting_of(job, "vmm-name"));
        emit_known(out, "vmm_version", assay_export_setting_of(job, "vmm-version"));
    }
    assay_emit_end(out);
}

static void emit_bios(assay_output *out, const assay_export_job *job)
{
    const char *const name = firmware_name(job), *const version = firmware_version(job);

    assay_emit_object(out, "bios");
    assay_emit_string(out, "bios_name", name != NULL ? name : "");
    assay_emit_string(out, "bios_version", version != NULL ? version : "");
    assay_emit_end(out);
}

/* HVS has these as text, and compares them as text. */
static void emit_enabled(assay_output *out, bool enabled)
{
    assay_emit_string(out, "enabled", enabled ? "true" : "false");
}

static void emit_hardware(assay_output *out, const assay_export_job *job,
                          const assay_hvs_plan *plan)
{
    assay_emit_object(out, "hardware");
    assay_emit_object(out, "feature");
    assay_emit_object(out, "TXT");
    emit_enabled(out, plan->txt);
    assay_emit_end(out);
    assay_emit_object(out, "TPM");
    emit_enabled(out, true);
    assay_emit_object(out, "meta");
    assay_emit_string(out, "tpm_version", assay_hvs_said(job, "tpm-version", "2.0"));
    assay_emit_array(out, "pcr_banks");
    assay_emit_string(out, NULL, assay_hvs_bank_name(plan->alg));
    assay_emit_end(out);
    assay_emit_end(out);
    assay_emit_end(out);
    if (plan->uefi) {
        assay_emit_object(out, "UEFI");
        emit_enabled(out, true);
        assay_emit_object(out, "meta");
        assay_emit_bool(out, "secure_boot_enabled", plan->secure_boot);
        assay_emit_end(out);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    assay_emit_end(out);
}

static void emit_event(assay_output *out, const assay_hvs_event *event)
{
    char type[16];
    assay_writer writer = assay_writer_lent(type, sizeof type - 1);

    assay_put_format(&writer, "0x%x", event->type);
    type[writer.used] = '\0';
    assay_emit_object(out, NULL);
    assay_emit_string(out, "type_id", type);
    assay_emit_string(out, "type_name", event->name);
    if (event->tag[0] != '\0') {
        assay_emit_array(out, "tags");
        assay_emit_string(out, NULL, event->tag);
        assay_emit_end(out);
    }
    assay_emit_hex(out, "measurement", event->digest);
    assay_emit_end(out);
}

static void emit_events(assay_output *out, const char *key, const assay_hvs_rule *rule)
{
    assay_emit_array(out, key);
    for (size_t i = 0; i < rule->count; i++)
        emit_event(out, rule->events[i]);
    assay_emit_end(out);
}

static void emit_rule(assay_output *out, uint16_t alg, const assay_hvs_rule *rule)
{
    assay_emit_object(out, NULL);
    assay_emit_object(out, "pcr");
    assay_emit_u64(out, "index", rule->pcr);
    assay_emit_string(out, "bank", assay_hvs_bank_name(alg));
    assay_emit_end(out);
    assay_emit_hex(out, "measurement", rule->value);
    if (rule->matches)
        assay_emit_bool(out, "pcr_matches", true);
    if (rule->equals) {
        assay_emit_object(out, "eventlog_equals");
        emit_events(out, "events", rule);
        if (rule->excluded_count > 0) {
            assay_emit_array(out, "exclude_tags");
            for (size_t i = 0; i < rule->excluded_count; i++)
                assay_emit_string(out, NULL, rule->excluded[i]);
            assay_emit_end(out);
        }
        assay_emit_end(out);
    } else if (rule->count > 0) {
        emit_events(out, "eventlog_includes", rule);
    }
    assay_emit_end(out);
}

void assay_hvs_emit_flavor(assay_output *out, const char *key, const assay_export_job *job,
                           const assay_hvs_plan *plan, const assay_hvs_flavor *flavor,
                           const char *id)
{
    assay_emit_object(out, key);
    assay_emit_object(out, "meta");
    assay_emit_string(out, "id", id);
    emit_description(out, job, plan, flavor);
    assay_emit_string(out, "vendor", "INTEL");
    assay_emit_end(out);
    if (flavor->part != ASSAY_HVS_HOST_UNIQUE)
        emit_bios(out, job);
    if (flavor->part == ASSAY_HVS_PLATFORM)
        emit_hardware(out, job, plan);
    assay_emit_array(out, "pcrs");
    for (size_t i = 0; i < flavor->count; i++)
        emit_rule(out, plan->alg, &flavor->rules[i]);
    assay_emit_end(out);
    assay_emit_end(out);
}
