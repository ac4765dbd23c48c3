/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/launch/bootaggregate.h"

#include "eventlog/payload/variable.h"
#include "eventlog/types.h"
#include "policy/launch/values.h"

#include <stdlib.h>

enum { AGGREGATED = 10, AGGREGATED_BY_SHA1 = 8, ENTRY_MAX = 160, WORDS_MAX = 200, };

static const char *const no_values = "a PCR from 0 to 9 can't be known";
static const char *const no_algorithm = "libcrypto has no such algorithm";

/*
 * Until Linux 6.2 IMA asks for the algorithms of the TPM's banks before those that are modules are
 * there; Debian builds SHA-384 and SHA-512 as such. Of a bank without algorithm the SHA-1 is
 * extended, with zeros behind it (security/integrity/ima/ima_crypto.c, ima_init_crypto).
 * Seen so on Debian's 6.1, and not on its 6.12.
 */
static bool pads(const assay_prediction *prediction, uint16_t alg)
{
    const unsigned major = prediction->kernel_major, minor = prediction->kernel_minor;

    return (alg == ASSAY_ALG_SHA384 || alg == ASSAY_ALG_SHA512) && major > 0 &&
           (major < 6 || (major == 6 && minor < 2));
}

static const assay_pcr_bank *bank_of(const assay_pcrs *pcrs, uint16_t alg)
{
    for (size_t i = 0; i < pcrs->bank_count; i++)
        if (pcrs->banks[i].alg == alg)
            return &pcrs->banks[i];
    return NULL;
}

/* The algorithm is the kernel's where the TPM has such a bank, else SHA-256, else SHA-1. */
static const assay_alg *algorithm(const assay_pcrs *pcrs, const assay_alg *wanted)
{
    const uint16_t ids[] = { wanted->id, ASSAY_ALG_SHA256, ASSAY_ALG_SHA1 };

    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (bank_of(pcrs, ids[i]) != NULL)
            return assay_alg_find(ids[i]);
    return wanted;
}

/*
 * H(PCR 0 | ... | PCR 9), or up to PCR 7 for SHA-1; zeros where the TPM has no such bank. False
 * when a PCR is not known.
 */
static bool aggregate(const assay_prediction_values *values, assay_hash *hash, uint16_t alg,
                      uint8_t digest[ASSAY_DIGEST_MAX])
{
    const assay_pcrs *const pcrs = &values->replay.pcrs;
    const assay_pcr_bank *const bank = bank_of(pcrs, alg);
    const size_t count = alg == ASSAY_ALG_SHA1 ? AGGREGATED_BY_SHA1 : AGGREGATED;
    assay_bytes parts[AGGREGATED];

    memset(digest, 0, ASSAY_DIGEST_MAX);
    if (bank == NULL)
        return true;
    if ((values->unknown[bank - pcrs->banks] & (((assay_pcr_set)1 << count) - 1)) != 0)
        return false;
    for (size_t i = 0; i < count; i++)
        parts[i] = assay_bytes_of(bank->value[i], bank->size);
    return assay_hash_parts(hash, parts, count, digest) == 0;
}

/* The entry's fields, each with its length before it: d-ng, n-ng, and of ima-sig an empty sig. */
static void put_entry(assay_writer *out, const char *name, assay_bytes digest, bool has_signature)
{
    static const char file[] = "boot_aggregate";

    assay_put_u32le(out, (uint32_t)(strlen(name) + 2 + digest.size));
    assay_put_format(out, "%s:", name);
    assay_put_u8(out, 0);
    assay_put(out, digest);
    assay_put_u32le(out, sizeof file);
    assay_put(out, assay_bytes_of(file, sizeof file));
    if (has_signature)
        assay_put_u32le(out, 0);
}

static int digest_entry(const assay_prediction *prediction, assay_hashes *hashes,
                        assay_bytes entry, uint16_t alg, uint8_t digest[ASSAY_DIGEST_MAX])
{
    const bool padded = pads(prediction, alg);
    assay_hash *hash;
    const int status = assay_hashes_get(hashes, padded ? ASSAY_ALG_SHA1 : alg, &hash);

    memset(digest, 0, ASSAY_DIGEST_MAX);
    return status < 0 ? status : assay_hash_parts(hash, &entry, 1, digest);
}

/* `words` are what IMA's list in text says of the entry. */
static int add(assay_prediction *prediction, assay_hashes *hashes, assay_bytes entry,
               assay_bytes words, assay_error *error)
{
    uint8_t digests[ASSAY_BANKS_MAX][ASSAY_DIGEST_MAX];
    assay_predicted_event event = {
        .event = { .pcr_index = AGGREGATED, .type = EV_COMPACT_HASH, .data = words },
        .origin = entry.data != NULL ? ASSAY_PREDICTED_COMPUTED : ASSAY_PREDICTED_UNKNOWN,
        .part = ASSAY_PART_USERSPACE,
        .base = ASSAY_NO_EVENT,
    };

    for (size_t i = 0; i < prediction->header.bank_count; i++) {
        const assay_bank *const bank = &prediction->header.banks[i];
        const int status =
            entry.data != NULL
                ? digest_entry(prediction, hashes, entry, bank->alg, digests[i])
                : -ASSAY_UNSUPPORTED;

        if (status < 0 && status != -ASSAY_UNSUPPORTED)
            return assay_fail(error, (enum assay_kind) - status, ASSAY_NOWHERE,
                              "the hash of boot_aggregate's entry can't be computed");
        if (status < 0) {
            event.unknown[event.unknown_count++] = bank->alg;
            event.why = entry.data == NULL ? no_values : no_algorithm;
        } else
            event.event.digests[event.event.digest_count++] =
                (assay_event_digest){ bank->alg, assay_bytes_of(digests[i], bank->size) };
    }
    return assay_prediction_add(prediction, &event, error);
}

static bool has_secure_boot(const assay_prediction *prediction)
{
    for (size_t i = 0; i < prediction->count; i++) {
        const assay_event *const event = &prediction->events[i].event;
        assay_variable variable;

        if (event->type == EV_EFI_VARIABLE_DRIVER_CONFIG &&
            assay_variable_decode(event->data, &variable) &&
            assay_variable_is(&variable, "EFI_GLOBAL_VARIABLE", "SecureBoot"))
            return assay_bytes_equal(variable.data, ASSAY_LITERAL("\1"));
    }
    return false;
}

/* security/integrity/ima/ima_efi.c, arch_get_ima_policy, with Debian's CONFIG_IMA_ARCH_POLICY. */
static void doubt(assay_prediction *prediction)
{
    if (has_secure_boot(prediction))
        assay_prediction_remark_on(prediction, ASSAY_PART_USERSPACE, 0, false,
                                   "with Secure Boot IMA may measure kernel modules, too: then PCR "
                                   "10 is extended further");
}

static int predict(assay_prediction *prediction, const assay_ima_first *first,
                   const assay_alg *wanted, assay_prediction_values *values, assay_hashes *hashes,
                   assay_error *error)
{
    const char *const template = first->template_name != NULL ? first->template_name : "ima-ng";
    uint8_t digest[ASSAY_DIGEST_MAX], bytes[ENTRY_MAX], text[WORDS_MAX];
    assay_writer entry = assay_writer_lent(bytes, sizeof bytes);
    assay_writer words = assay_writer_lent(text, sizeof text);
    const assay_alg *alg;
    assay_hash *hash;

    if (assay_prediction_fold(prediction, hashes, values) < 0 ||
        assay_hashes_get(hashes, (alg = algorithm(&values->replay.pcrs, wanted))->id, &hash) < 0)
        return assay_fail(error, ASSAY_CRYPTO, ASSAY_NOWHERE,
                          "the hash of boot_aggregate can't be computed");
    doubt(prediction);
    assay_put_format(&words, "%s %s:", template, alg->name);
    if (!aggregate(values, hash, alg->id, digest))
        return add(prediction, hashes, ASSAY_NO_BYTES, ASSAY_LITERAL("boot_aggregate"), error);
    put_entry(&entry, alg->name, assay_bytes_of(digest, alg->size),
              strcmp(template, "ima-sig") == 0);
    assay_put_hex(&words, assay_bytes_of(digest, alg->size));
    assay_put_string(&words, " boot_aggregate");
    return add(prediction, hashes, assay_written(&entry), assay_written(&words), error);
}

int assay_boot_aggregate_predict(assay_prediction *prediction, const assay_ima_first *first,
                                 assay_hashes *hashes, assay_error *error)
{
    const assay_alg *const alg =
        assay_alg_by_name(first->hash != NULL ? assay_bytes_of_string(first->hash)
                                              : ASSAY_LITERAL("sha256"));

    if (alg == NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the hash of boot_aggregate is none that is known here");
    if (first->template_name != NULL && strcmp(first->template_name, "ima-ng") != 0 &&
        strcmp(first->template_name, "ima-sig") != 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the template of boot_aggregate is neither ima-ng nor ima-sig");
    assay_prediction_values *const values = malloc(sizeof *values);
    if (values == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the PCR values");
    const int status = predict(prediction, first, alg, values, hashes, error);
    free(values);
    return status;
}
