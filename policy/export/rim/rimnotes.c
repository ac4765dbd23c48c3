/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is said before a base RIM is written. Of HIRS (nsacyber/HIRS of June 2026) by its code:
 * SupportReferenceManifest, TCGEventLog, PcrValidator, FirmwareScvValidator,
 * ReferenceManifestValidator.
 */
#include "policy/export/rim/rimdsig.h"

#include "eventlog/types.h"

/* PCRs that the variant's steps of a stage extend. */
static assay_pcr_set extended_by(const assay_reference *reference, size_t variant,
                                 enum assay_stage stage)
{
    assay_pcr_set set = 0;

    for (size_t i = 0; i < reference->step_count; i++) {
        const assay_reference_alternative *const at =
            assay_reference_at(&reference->steps[i], variant);

        if (at != NULL && reference->steps[i].stage == stage && at->event.pcr_index < ASSAY_PCRS &&
            at->event.type != EV_NO_ACTION)
            set |= (assay_pcr_set)1 << at->event.pcr_index;
    }
    return set;
}

static void note_stages(assay_export_job *job, size_t variant)
{
    static const char *const what[ASSAY_STAGES] = {
        [ASSAY_STAGE_LAUNCH] = "the dynamic launch's events (HIRS has a policy switch to ignore "
                               "tboot's PCRs, which such a host needs)",
        [ASSAY_STAGE_KERNEL] = "Linux IMA's events (HIRS has a policy switch to ignore IMA's PCR)",
        [ASSAY_STAGE_USERSPACE] = "systemd's events",
    };
    char text[ASSAY_PCR_SET_TEXT];

    for (size_t stage = 0; stage < ASSAY_STAGES; stage++) {
        const assay_pcr_set set =
            what[stage] == NULL
                ? 0
                : extended_by(job->reference, variant, (enum assay_stage)stage) & job->pcrs;

        if (set != 0)
            assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                 "variant %s: a support RIM is the firmware's log, without %s in "
                                 "PCR %s",
                                 job->reference->variants[variant].name, what[stage],
                                 assay_pcr_set_text(set, text));
    }
}

/* Values of PCRs that no step explains, and that are no PCR's value at the start. */
static void note_values(assay_export_job *job, size_t variant)
{
    assay_pcr_set explained = 0, bare = 0;
    char text[ASSAY_PCR_SET_TEXT];

    for (size_t stage = 0; stage < ASSAY_STAGES; stage++)
        explained |= extended_by(job->reference, variant, (enum assay_stage)stage);
    for (size_t i = 0; i < job->bank_count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
            const assay_bytes value = assay_export_value(job, variant, job->banks[i], pcr);

            if (value.data != NULL && !assay_bytes_all(value, 0x00) &&
                !assay_bytes_all(value, 0xff))
                bare |= (assay_pcr_set)1 << pcr;
        }
    if ((bare & ~explained) != 0)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "variant %s: the values of PCR %s come from no event, and a support "
                             "RIM has only events",
                             job->reference->variants[variant].name,
                             assay_pcr_set_text(bare & ~explained, text));
}

/* HIRS' order: the last of these that a log has is the one that it compares. */
static uint16_t compared_bank(const assay_log_header *header)
{
    static const uint16_t order[] = { ASSAY_ALG_SHA512, ASSAY_ALG_SHA384, ASSAY_ALG_SHA256 };

    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        for (size_t j = 0; j < header->bank_count; j++)
            if (header->banks[j].alg == order[i])
                return order[i];
    return 0;
}

static void note_bank(assay_export_job *job, size_t variant, const assay_log_header *from,
                      const assay_log_header *to)
{
    const char *const name = job->reference->variants[variant].name;
    const uint16_t machine = compared_bank(from), written = compared_bank(to);
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    if (written == 0)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "variant %s has no bank of SHA-256, SHA-384 or SHA-512, and HIRS "
                             "folds no other of a crypto-agile log",
                             name);
    else if (machine != written)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "variant %s: HIRS compares the strongest bank of a machine's log, %s, "
                             "which isn't written",
                             name, assay_alg_name(machine, unknown));
}

void assay_rim_note_readers(assay_export_job *job, size_t variant, const assay_log_header *from,
                            const assay_log_header *to)
{
    note_stages(job, variant);
    note_values(job, variant);
    assay_export_note_only(job, variant);
    note_bank(job, variant, from, to);
    if (job->pcrs_asked)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "only some PCRs are written: HIRS looks for each event of a machine's "
                             "log, those of other PCRs too");
}

static void note_signature(assay_export_job *job)
{
    if (job->key == NULL) {
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "no key was given, and HIRS refuses a base RIM without a signature");
        return;
    }
    if (job->certificate_count == 0)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "the signature names its key by the identifier that openssl computes: "
                             "HIRS needs a certificate that states the same one");
    else if (!assay_dsig_has_identifier(job))
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "the certificate states no subject key identifier, by which HIRS "
                             "finds it");
    if (assay_dsig_embeds(job) && assay_key_public_of(job->key)->alg != ASSAY_ALG_RSA)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "HIRS takes certificates from a signature only where it is by RSA");
}

/* What the reference says and a tag has no attribute for. */
static void note_members(assay_export_job *job)
{
    const assay_reference *const reference = job->reference;
    const assay_reference_environment *const where = &reference->environment;
    const struct {
        bool said;
        const char *what;
    } members[] = {
        { reference->not_before != NULL || reference->not_after != NULL,
          "from when until when it is good" },
        { reference->scope != ASSAY_SCOPE_UNSAID, "its scope" },
        { where->os_name != NULL || where->os_version != NULL, "the operating system" },
        { where->class_id != NULL || where->host != NULL, "the class or the host that it is of" },
        { reference->input_count > 0, "the inputs that it comes from" },
        { reference->component_count > 0, "the components' names, versions and vendors" },
    };

    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (members[i].said)
            assay_export_note_on(job, ASSAY_EXPORT_LOSS, "a base RIM has no place for %s",
                                 members[i].what);
}

void assay_rim_note_tag(assay_export_job *job, const assay_rim_tag *tag)
{
    static const enum assay_rim_text wanted[] = { ASSAY_RIM_PLATFORM_MANUFACTURER,
                                                  ASSAY_RIM_PLATFORM_MANUFACTURER_ID,
                                                  ASSAY_RIM_PLATFORM_MODEL };

    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (tag->texts[wanted[i]] == NULL)
            assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                                 "PC Client RIM wants %s, which the reference doesn't say",
                                 assay_rim_text_at(wanted[i])->attribute);
    if (job->reference->vendor == NULL)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "the reference names no vendor: the tag's Entity is \"unknown\"");
    note_members(job);
    note_signature(job);
    assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                         "hosts keep the two folders in /boot/tcg/manifest, on the EFI system "
                         "partition or below the root");
    if (assay_export_variant_count(job) > 1)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "each variant is a base RIM of its own, and HIRS holds a host to one: "
                             "give it the one that the host boots");
}
