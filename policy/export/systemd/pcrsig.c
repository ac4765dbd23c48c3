/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "tpm2-pcr-signature.json", as systemd-measure(1) signs and systemd-cryptsetup, systemd-creds and
 * a UKI's section .pcrsig take it: for each bank the policies (TPM2_PolicyPCR, of SHA-256) that a
 * key approves, for PCR 11 one for each boot phase. Beside it the key's public part.
 *
 *     {"sha256":[{"pcrs":[11],"pkfp":"...","pol":"...","sig":"..."}]}
 *
 * "pkfp" is SHA-256 of the public key as PKCS #1 has it. "sig" is RSASSA with SHA-256 in every
 * bank, since that is what is given to TPM2_VerifySignature (tpm2_policy_authorize() of systemd's
 * src/shared/tpm2-util.c). systemd-measure itself signs with the bank's hash, so that what it
 * makes is of use in the bank of SHA-256 alone (252 and 256 were tried).
 */
#include "base/base64.h"
#include "base/output.h"
#include "policy/export/systemd/phases.h"
#include "policy/export/systemd/systemd.h"
#include "policy/tpm/policy.h"

#define DEFAULT_PHASES                                                                             \
    "enter-initrd,enter-initrd:leave-initrd,enter-initrd:leave-initrd:sysinit,"                    \
    "enter-initrd:leave-initrd:sysinit:ready"

/* One document as it comes to be. */
typedef struct signing {
    assay_export_job *job;
    assay_error *error;
    assay_output out;
    assay_pcr_set pcrs;
    assay_bytes phases; /* "a:b,c", or no bytes: none */
    uint8_t fingerprint[32];
    uint16_t alg;
    size_t count;           /* of the bank's policies */
    assay_digest *policies; /* in the job's arena */
    size_t total;
} signing;

static int digest_sha256(signing *s, assay_bytes bytes, uint8_t *ret_digest)
{
    assay_hash *hash;
    int status = assay_hashes_get(s->job->hashes, ASSAY_ALG_SHA256, &hash);

    if (status == 0)
        status = assay_hash_parts(hash, &bytes, 1, ret_digest);
    return status == 0 ? 0
                       : assay_fail(s->error, (enum assay_kind)-status, ASSAY_NOWHERE,
                                    "SHA-256 is not to be had");
}

static int sign(signing *s, const assay_digest *policy, uint8_t *ret_signature)
{
    assay_digest digest = { .alg = ASSAY_ALG_SHA256, .size = 32 };
    const int status = digest_sha256(s, assay_bytes_of(policy->value, policy->size), digest.value);

    return status < 0 ? status
                      : assay_key_sign(s->job->key, ASSAY_ALG_RSASSA, &digest, ret_signature,
                                       s->error);
}

static void emit_entry(signing *s, const assay_digest *policy, assay_bytes signature)
{
    char text[ASSAY_KEY_SIGNATURE_MAX * 4 / 3 + 4];
    assay_writer base64 = assay_writer_lent(text, sizeof text);
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    if (s->count == 0)
        assay_emit_array(&s->out, assay_alg_name(s->alg, unknown));
    assay_emit_object(&s->out, NULL);
    assay_emit_array(&s->out, "pcrs");
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(s->pcrs, pcr))
            assay_emit_u64(&s->out, NULL, pcr);
    assay_emit_end(&s->out);
    assay_emit_hex(&s->out, "pkfp", assay_bytes_of(s->fingerprint, sizeof s->fingerprint));
    assay_emit_hex(&s->out, "pol", assay_bytes_of(policy->value, policy->size));
    assay_put_base64(&base64, signature);
    assay_emit_text(&s->out, "sig", assay_written(&base64));
    assay_emit_end(&s->out);
}

static bool is_there(const signing *s, const assay_digest *policy)
{
    for (size_t i = 0; i < s->count; i++)
        if (memcmp(s->policies[i].value, policy->value, policy->size) == 0)
            return true;
    return false;
}

/* What two variants have in common is signed once, as systemd-measure --append keeps it. */
static int add_policy(signing *s, const assay_pcrs *values)
{
    const assay_tpm_selection selection = { 1, { { s->alg, s->pcrs } } };
    uint8_t signature[ASSAY_KEY_SIGNATURE_MAX];
    assay_digest policy;
    int status = assay_tpm_policy_begin(&policy, ASSAY_ALG_SHA256, s->job->hashes, s->error);

    if (status == 0)
        status = assay_tpm_policy_pcr(&policy, &selection, values, s->job->hashes, s->error);
    if (status < 0 || is_there(s, &policy))
        return status;
    const int size = sign(s, &policy, signature);
    if (size < 0)
        return size;
    assay_digest *const kept =
        assay_arena_more(&s->job->arena, &s->policies, s->count, sizeof *kept);
    if (kept == NULL)
        return assay_fail(s->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a policy");
    *kept = policy;
    emit_entry(s, &policy, assay_bytes_of(signature, (size_t)size));
    s->count++;
    s->total++;
    return 0;
}

/* A policy for each path of phases, from what PCR 11 is before them. */
static int add_phases(signing *s, assay_pcrs *values)
{
    assay_pcr_bank *const bank = assay_pcrs_bank(values, s->alg);
    uint8_t start[ASSAY_DIGEST_MAX];
    assay_bytes paths = s->phases;
    assay_hash *hash;
    int status = assay_hashes_get(s->job->hashes, s->alg, &hash);

    memcpy(start, bank->value[ASSAY_KERNEL_BOOT_PCR], bank->size);
    do {
        const size_t size = assay_bytes_find(paths, ASSAY_LITERAL(","));

        memcpy(bank->value[ASSAY_KERNEL_BOOT_PCR], start, bank->size);
        if (status == 0)
            status = assay_boot_phases_extend(hash, assay_bytes_of(paths.data, size),
                                              bank->value[ASSAY_KERNEL_BOOT_PCR]);
        if (status < 0)
            return assay_fail(s->error, (enum assay_kind)-status, ASSAY_NOWHERE,
                              "a phase could not be measured");
        status = add_policy(s, values);
        paths = size == paths.size ? ASSAY_NO_BYTES
                                   : assay_bytes_of(paths.data + size + 1, paths.size - size - 1);
    } while (status == 0 && paths.data != NULL);
    return status;
}

/* 1 with a value in the bank, or 0. Without steps it is taken as it is. */
static int take_value(const signing *s, size_t variant, unsigned pcr, assay_pcr_bank *bank)
{
    const assay_reference *const reference = s->job->reference;
    const assay_bytes held = assay_reference_value(reference, variant, s->alg, pcr);
    int status = held.data != NULL;

    if (pcr == ASSAY_KERNEL_BOOT_PCR && reference->step_count > 0)
        status = assay_boot_phases_start(reference, variant, s->alg, s->job->hashes,
                                         bank->value[pcr]);
    else if (status > 0)
        memcpy(bank->value[pcr], held.data, bank->size);
    if (status > 0)
        bank->present |= (assay_pcr_set)1 << pcr;
    return status;
}

static void note_missing(const signing *s, size_t variant, unsigned pcr)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    assay_export_note_on(s->job, ASSAY_EXPORT_REFUSAL,
                         "variant %s has no value of PCR %u in bank %s%s: no policy of it is signed",
                         s->job->reference->variants[variant].name, pcr,
                         assay_alg_name(s->alg, unknown),
                         pcr == ASSAY_KERNEL_BOOT_PCR ? " (systemd-stub measures there, and it "
                                                        "alone)"
                                                      : "");
}

static int add_variant(signing *s, size_t variant)
{
    assay_pcrs values = { .bank_count = 0 };
    assay_pcr_bank *const bank = assay_pcrs_add_bank(&values, s->alg);

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        const int status = assay_pcr_set_has(s->pcrs, pcr) ? take_value(s, variant, pcr, bank) : 1;

        if (status == 0)
            note_missing(s, variant, pcr);
        if (status <= 0)
            return status == 0 ? 0
                               : assay_fail(s->error, (enum assay_kind)-status, ASSAY_NOWHERE,
                                            "PCR %u could not be folded", pcr);
    }
    return assay_pcr_set_has(s->pcrs, ASSAY_KERNEL_BOOT_PCR) ? add_phases(s, &values)
                                                             : add_policy(s, &values);
}

static int add_bank(signing *s, uint16_t alg)
{
    int status = 0;

    s->alg = alg;
    s->count = 0;
    s->policies = NULL;
    for (size_t i = 0; i < s->job->reference->variant_count && status == 0; i++)
        if (assay_export_has_variant(s->job, i))
            status = add_variant(s, i);
    if (s->count > 0)
        assay_emit_end(&s->out);
    return status;
}

static bool is_wanted(assay_export_job *job, uint16_t alg)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    for (size_t i = 0; i < job->bank_count; i++) {
        if (job->banks[i] != alg)
            continue;
        if (assay_systemd_knows_bank(alg))
            return true;
        assay_export_note_on(job, ASSAY_EXPORT_LOSS, "bank %s is left out: systemd doesn't know it",
                             assay_alg_name(alg, unknown));
    }
    return false;
}

static int emit_document(signing *s)
{
    int status = 0;

    assay_emit_object(&s->out, NULL);
    for (size_t i = 0; i < ASSAY_ALGS && status == 0; i++)
        if (is_wanted(s->job, assay_alg_at(i)->id))
            status = add_bank(s, assay_alg_at(i)->id);
    assay_emit_end(&s->out);
    if (status == 0 && s->total == 0)
        status = assay_fail(s->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "there is no policy to sign: no variant has a value of every PCR that "
                            "is wanted");
    return status;
}

/* Words, and not two ':' without one between them; "" is no phase at all. */
static bool is_path_list(assay_bytes list)
{
    for (size_t i = 0; i < list.size; i++) {
        const bool edge = i == 0 || list.data[i - 1] == ',' || i + 1 == list.size ||
                          list.data[i + 1] == ',' || list.data[i + 1] == ':';

        if (list.data[i] <= ' ' || list.data[i] >= 0x7f || (list.data[i] == ':' && edge))
            return false;
    }
    return true;
}

static int begin(signing *s)
{
    const char *const phases = assay_export_setting_of(s->job, "phases");
    assay_writer der = assay_writer_growing((size_t)2 * ASSAY_KEY_PUBLIC_MAX);
    int status;

    s->phases = assay_bytes_of_string(phases != NULL ? phases : DEFAULT_PHASES);
    s->pcrs = s->job->pcrs_asked ? s->job->pcrs : (assay_pcr_set)1 << ASSAY_KERNEL_BOOT_PCR;
    if (!is_path_list(s->phases))
        return assay_fail(s->error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "the setting phases wants paths of words: enter-initrd:leave-initrd,...");
    if (assay_key_public_of(s->job->key)->alg != ASSAY_ALG_RSA)
        return assay_fail(s->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "systemd takes signatures by RSA keys alone");
    status = assay_key_put_pkcs1(s->job->key, &der);
    status = status < 0 ? assay_fail(s->error, (enum assay_kind)-status, ASSAY_NOWHERE,
                                     "the key can't be written")
                        : digest_sha256(s, assay_written(&der), s->fingerprint);
    assay_writer_close(&der);
    return status;
}

static void note(const signing *s)
{
    const size_t variants = assay_export_variant_count(s->job);
    const bool kernel_boot = assay_pcr_set_has(s->pcrs, ASSAY_KERNEL_BOOT_PCR);
    char pcrs[ASSAY_PCR_SET_TEXT];

    if (kernel_boot && s->job->reference->step_count == 0)
        assay_export_note_on(s->job, ASSAY_EXPORT_ADVICE,
                             "the reference has no steps: its PCR 11 is taken for the value before "
                             "the first boot phase");
    if (!s->job->pcrs_asked)
        assay_export_note_on(s->job, ASSAY_EXPORT_LOSS,
                             "PCR 11 alone is signed for; -p says which others");
    if (variants > 1)
        assay_export_note_on(s->job, ASSAY_EXPORT_ADVICE,
                             "all %zu variants are approved, and a signature can't be taken back: "
                             "who keeps this file can start an old one as long as the key is trusted",
                             variants);
    assay_export_note_on(s->job, ASSAY_EXPORT_ADVICE,
                         "both files go to /etc/systemd, or into a UKI's .pcrsig and .pcrpkey; "
                         "enrol with systemd-cryptenroll "
                         "--tpm2-public-key=tpm2-pcr-public-key.pem --tpm2-public-key-pcrs=%s",
                         assay_pcr_set_text(s->pcrs, pcrs));
}

static int write_signatures(assay_export_job *job, assay_error *error)
{
    signing s = { .job = job, .error = error };
    int status = begin(&s);

    if (status < 0)
        return status;
    s.out = assay_output_json_line(assay_export_add_file(job, "tpm2-pcr-signature.json"));
    status = emit_document(&s);
    if (status == 0)
        status = assay_key_put_pem(job->key,
                                   assay_export_add_file(job, "tpm2-pcr-public-key.pem"));
    if (status == 0)
        note(&s);
    return status;
}

static const assay_export_setting_info settings[] = {
    { "phases", "PATH[,PATH]", "the boot phases, as systemd-measure --phase takes them" },
    { NULL, NULL, NULL },
};

const assay_export_format assay_export_pcrsig = {
    .name = "pcrsig",
    .title = "systemd-measure: signed policies of PCR 11, one a boot phase",
    .reader = "systemd 252 and later (systemd-cryptsetup, systemd-creds)",
    .holds = "sha1, sha256, sha384, sha512; PCR 11, or those of -p",
    .loses = "the values: digests of policies over them are signed",
    .folder = true,
    .text = true,
    .takes_key = true,
    .needs_key = true,
    .settings = settings,
    .write = write_signatures,
};
