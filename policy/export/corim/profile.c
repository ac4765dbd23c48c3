/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/corim/profile.h"

#define PARSEC_TPM "tag:github.com/parallaxsecond,2023-03-03:tpm"
#define TPM_ENACTTRUST "https://enacttrust.com/veraison/1.0.0"

static bool is_uuid(const char *text)
{
    return text != NULL && assay_uuid_is(assay_bytes_of_string(text));
}

static void check_parsec_tpm(assay_export_job *job, const assay_corim *corim)
{
    if (!is_uuid(corim->class_id))
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "Veraison's scheme parsec-tpm wants a class-id that is a UUID: --set "
                             "class-id=UUID");
    if (corim->instance != NULL)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "Veraison's scheme parsec-tpm refuses reference values of an "
                             "instance");
    if (corim->form == ASSAY_CORIM_REGISTERS)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "Veraison's scheme parsec-tpm refuses integrity-registers");
    if (corim->form == ASSAY_CORIM_QUOTED)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "Veraison's scheme parsec-tpm wants each PCR's own digests, not a "
                             "quote's");
}

static void check_tpm_enacttrust(assay_export_job *job, const assay_corim *corim)
{
    if (!is_uuid(corim->instance))
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "Veraison's scheme tpm-enacttrust wants the node's UUID: --set "
                             "instance=UUID");
    if (corim->form != ASSAY_CORIM_QUOTED)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "Veraison's scheme tpm-enacttrust wants one digest, a quote's: leave "
                             "out --set form");
}

static const struct {
    const char *name, *uri;
    void (*check)(assay_export_job *job, const assay_corim *corim);
} schemes[] = {
    { "parsec-tpm", PARSEC_TPM, check_parsec_tpm },
    { "tpm-enacttrust", TPM_ENACTTRUST, check_tpm_enacttrust },
};

const char *assay_corim_profile_of(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof schemes / sizeof *schemes; i++)
        if (strcmp(schemes[i].name, name) == 0)
            return schemes[i].uri;
    return name;
}

bool assay_corim_profile_is_quoted(const char *profile)
{
    return profile != NULL && strcmp(profile, TPM_ENACTTRUST) == 0;
}

void assay_corim_profile_check(assay_export_job *job, const assay_corim *corim)
{
    if (corim->profile == NULL) {
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "Veraison chooses its scheme by the profile, and there is none: "
                             "--set profile=parsec-tpm for its scheme of TPMs");
        return;
    }
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strcmp(schemes[i].uri, corim->profile) == 0)
            schemes[i].check(job, corim);
}
