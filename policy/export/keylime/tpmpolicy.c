/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keylime's tpm_policy: for each PCR the values of which a quote has to have one (keylime 7.14,
 * keylime/tpm/tpm_util.py readPolicy, tpm_main.py check_pcrs). Banks are not named: a list has the
 * values of all banks that agents may quote.
 *
 * Of each bank a list has one value that all variants have, or one of each variant in their order:
 * that is nothing to Keylime, but lets a reader here find out which belong together.
 *
 *     the tenant's   {"0": ["hex", ...], ...}
 *     the body's     {"tpm_policy": "{\"0\": [...], \"mask\": \"0x1\"}",
 *                     "accept_tpm_hash_algs": [...]}
 */
#include "policy/export/keylime/keylime.h"

#include "base/output.h"
#include "replay/pcrvalues.h"

typedef struct tpm_policy {
    assay_export_job *job;
    size_t bank_count;
    uint16_t banks[ASSAY_ALGS]; /* those that Keylime knows */
    assay_pcr_set refused;      /* PCRs that Keylime uses itself */
    assay_pcr_set written;
    bool used[ASSAY_ALGS];      /* banks that some PCR has a value of */
} tpm_policy;

static size_t holders(const assay_export_job *job, uint16_t alg, unsigned pcr)
{
    size_t count = 0;

    for (size_t i = 0; i < job->reference->variant_count; i++)
        count += assay_export_has_variant(job, i) &&
                 assay_export_value(job, i, alg, pcr).data != NULL;
    return count;
}

static bool all_hold(const assay_export_job *job, uint16_t alg, unsigned pcr)
{
    return holders(job, alg, pcr) == assay_export_variant_count(job);
}

static bool is_listed(const tpm_policy *policy, unsigned pcr)
{
    if (assay_pcr_set_has(policy->refused, pcr))
        return false;
    for (size_t i = 0; i < policy->bank_count; i++)
        if (all_hold(policy->job, policy->banks[i], pcr))
            return true;
    return false;
}

static bool is_one(const assay_export_job *job, uint16_t alg, unsigned pcr)
{
    const assay_bytes first =
        assay_export_value(job, (size_t)__builtin_ctzll(job->variants), alg, pcr);

    for (size_t i = 0; i < job->reference->variant_count; i++)
        if (assay_export_has_variant(job, i) &&
            !assay_bytes_equal(assay_export_value(job, i, alg, pcr), first))
            return false;
    return true;
}

/* The bank's value, once where all variants have the same, and so in each bank that is as long. */
static void emit_bank(const tpm_policy *policy, assay_output *out, uint16_t alg, unsigned pcr)
{
    const assay_export_job *const job = policy->job;
    bool one = true;

    for (size_t i = 0; i < policy->bank_count; i++)
        if (assay_alg_find(policy->banks[i])->size == assay_alg_find(alg)->size &&
            all_hold(job, policy->banks[i], pcr))
            one = one && is_one(job, policy->banks[i], pcr);
    for (size_t i = 0; i < job->reference->variant_count; i++) {
        if (!assay_export_has_variant(job, i))
            continue;
        assay_emit_hex(out, NULL, assay_export_value(job, i, alg, pcr));
        if (one)
            break;
    }
}

/* Members of an object the caller has begun. */
static void emit_policy(tpm_policy *policy, assay_output *out)
{
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        if (!is_listed(policy, pcr))
            continue;
        assay_emit_array(out, assay_pcr_key(pcr));
        for (size_t i = 0; i < policy->bank_count; i++)
            if (all_hold(policy->job, policy->banks[i], pcr)) {
                emit_bank(policy, out, policy->banks[i], pcr);
                policy->used[i] = true;
            }
        assay_emit_end(out);
        policy->written |= (assay_pcr_set)1 << pcr;
    }
}

/* Notes. */

static tpm_policy begin(assay_export_job *job)
{
    tpm_policy policy = {
        .job = job,
        .refused = (assay_pcr_set)1 << ASSAY_KEYLIME_IMA_PCR |
                   (assay_pcr_set)1 << ASSAY_KEYLIME_DATA_PCR,
    };

    for (size_t i = 0; i < job->bank_count; i++) {
        const uint16_t alg = job->banks[i];
        bool has_values = false;

        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            has_values = has_values || holders(job, alg, pcr) > 0;
        if (has_values && assay_keylime_knows(alg))
            policy.banks[policy.bank_count++] = alg;
        else if (has_values)
            assay_export_note_on(job, ASSAY_EXPORT_LOSS, "Keylime has no quotes of bank %s",
                                 assay_alg_find(alg)->name);
    }
    return policy;
}

static void note_refused(const tpm_policy *policy)
{
    assay_export_job *const job = policy->job;

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        bool held = false;

        for (size_t i = 0; i < policy->bank_count; i++)
            held = held || holders(job, policy->banks[i], pcr) > 0;
        if (!held || !assay_pcr_set_has(policy->refused, pcr))
            continue;
        assay_export_note_on(job, job->pcrs_asked ? ASSAY_EXPORT_REFUSAL : ASSAY_EXPORT_LOSS,
                             "PCR %u is left out: Keylime refuses a policy with it, %s", pcr,
                             pcr == ASSAY_KEYLIME_IMA_PCR    ? "for IMA has it"
                             : pcr == ASSAY_KEYLIME_DATA_PCR ? "for its agents use it"
                                                             : "where measured boot checks it");
    }
}

static void note_gaps(const tpm_policy *policy)
{
    assay_export_job *const job = policy->job;
    const size_t variants = assay_export_variant_count(job);

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        for (size_t i = 0; i < policy->bank_count; i++) {
            const char *const bank = assay_alg_find(policy->banks[i])->name;
            const size_t count = holders(job, policy->banks[i], pcr);

            if (assay_pcr_set_has(policy->refused, pcr) || count == variants)
                continue;
            if (count > 0)
                assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                     "PCR %u of bank %s is left out: only %zu of the %zu variants "
                                     "have a value, and Keylime would refuse the others",
                                     pcr, bank, count, variants);
            if (assay_pcr_set_has(policy->written, pcr))
                assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                     "PCR %u has no value of bank %s: an agent that quotes that "
                                     "bank is refused",
                                     pcr, bank);
        }
}

static void note_all(const tpm_policy *policy)
{
    assay_export_job *const job = policy->job;
    size_t banks = 0;

    for (size_t i = 0; i < policy->bank_count; i++)
        banks += policy->used[i];
    assay_export_note_unheld(job);
    assay_export_note_tuples(job);
    note_refused(policy);
    note_gaps(policy);
    if (policy->written == 0)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "no PCR is left to write: Keylime would check nothing");
    if (banks > 1)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "the lists have values of %zu banks, and Keylime takes any of them: "
                             "have agents quote the one you trust (accept_tpm_hash_algs)",
                             banks);
}

/* The forms. */

static int check(const assay_export_job *job, assay_error *error)
{
    for (size_t i = 0; i < job->reference->variant_count; i++)
        if (assay_export_has_variant(job, i) &&
            job->reference->variants[i].values.measurement_registers)
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                              "the reference has measurement registers of a confidential guest, "
                              "and Keylime's policy has PCRs");
    return 0;
}

static int write_tenant(assay_export_job *job, assay_error *error)
{
    tpm_policy policy = begin(job);
    const int status = check(job, error);

    if (status < 0)
        return status;
    assay_output out = assay_output_json(assay_export_add_file(job, ""));
    assay_emit_object(&out, NULL);
    emit_policy(&policy, &out);
    assay_emit_end(&out);
    note_all(&policy);
    if ((policy.written & ASSAY_KEYLIME_BOOT_PCRS) != 0)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "beside a measured boot policy the tenant stops over PCR 0-9 and "
                             "11-15: then write the others alone (-p 17-22)");
    return 0;
}

static void emit_mask(assay_output *out, assay_pcr_set mask)
{
    char text[16];
    assay_writer writer = assay_writer_lent(text, sizeof text - 1);

    assay_put_format(&writer, "0x%x", mask);
    text[writer.used] = '\0';
    assay_emit_string(out, "mask", text);
}

static void emit_body(const tpm_policy *policy, assay_bytes inner, assay_writer *writer)
{
    assay_output out = assay_output_json_indented(writer);

    assay_emit_object(&out, NULL);
    assay_emit_text(&out, "tpm_policy", inner);
    assay_emit_array(&out, "accept_tpm_hash_algs");
    for (size_t i = 0; i < policy->bank_count; i++)
        if (policy->used[i])
            assay_emit_alg(&out, NULL, policy->banks[i]);
    assay_emit_end(&out);
    assay_emit_end(&out);
}

static int write_body(assay_export_job *job, assay_error *error)
{
    tpm_policy policy = begin(job);
    assay_writer inner = assay_writer_growing(1 << 20);
    assay_output out = assay_output_json_line(&inner);
    bool ima = false, measured_boot = false;
    int status = check(job, error);

    if (status == 0)
        status = assay_keylime_switch(job, "ima", &ima, error);
    if (status == 0)
        status = assay_keylime_switch(job, "measured-boot", &measured_boot, error);
    if (status < 0)
        return status;
    policy.refused |= measured_boot ? ASSAY_KEYLIME_BOOT_PCRS : 0;
    assay_emit_object(&out, NULL);
    emit_policy(&policy, &out);
    emit_mask(&out, policy.written | (measured_boot ? ASSAY_KEYLIME_BOOT_PCRS : 0) |
                        (ima ? (assay_pcr_set)1 << ASSAY_KEYLIME_IMA_PCR : 0));
    assay_emit_end(&out);
    /* Without the newline that ends a document. */
    const assay_bytes text = assay_written(&inner);
    emit_body(&policy, assay_bytes_of(text.data, text.size > 0 ? text.size - 1 : 0),
              assay_export_add_file(job, ""));
    const int failure = inner.failure;
    assay_writer_close(&inner);
    note_all(&policy);
    assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                         "these are the members that a reference has of the body of POST "
                         "/agents/{uuid}: the agent's address, port and keys are the caller's");
    return failure == 0 ? 0
                        : assay_fail(error, (enum assay_kind)failure, ASSAY_NOWHERE,
                                     "the policy could not be made");
}

static const assay_export_setting_info tenant_settings[] = {
    { "variant", "NAME", "of the boot that is read; several are NAME-1, NAME-2 ..." },
    { "bank", "ALG", "of values that are read, where several banks have as long ones" },
    { NULL, NULL, NULL },
};

static const assay_export_setting_info body_settings[] = {
    { "ima", "yes|no", "whether the mask asks for IMA's PCR 10 too (no)" },
    { "measured-boot", "yes|no", "whether it asks for those of measured boot (no)" },
    { "variant", "NAME", "of the boot that is read; several are NAME-1, NAME-2 ..." },
    { "bank", "ALG", "of values that are read, where several banks have as long ones" },
    { NULL, NULL, NULL },
};

const assay_export_format assay_export_keylime_tpm_policy = {
    .name = "keylime-tpm-policy",
    .title = "Keylime's tpm_policy, as the tenant takes it",
    .reader = "keylime_tenant --tpm_policy (run with 7.14.3)",
    .holds = "SHA-1, SHA-2 and SM3 banks; every PCR but 10 and 16",
    .loses = "the names of banks and of variants; which values belong together",
    .text = true,
    .settings = tenant_settings,
    .write = write_tenant,
    .read = assay_keylime_read_tpm_policy,
};

const assay_export_format assay_export_keylime_rest = {
    .name = "keylime-rest",
    .title = "Keylime's tpm_policy, as the verifier's REST API takes it",
    .reader = "POST /v2.x/agents/{uuid} of keylime_verifier (read at 7.14.3)",
    .holds = "SHA-1, SHA-2 and SM3 banks; every PCR but 10 and 16",
    .loses = "the names of banks and of variants; which values belong together",
    .text = true,
    .settings = body_settings,
    .write = write_body,
    .read = assay_keylime_read_tpm_policy,
};
