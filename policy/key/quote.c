/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/key/quote.h"

#include <tss2/tss2_mu.h>

static int refuse(assay_error *error, const char *what)
{
    return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE, "%s", what);
}

/* The attestation. */

static int take_selection(const TPML_PCR_SELECTION *from, assay_quote *quote, assay_error *error)
{
    for (uint32_t i = 0; i < from->count; i++) {
        const TPMS_PCR_SELECTION *const bank = &from->pcrSelections[i];
        assay_quote_selection *const to = &quote->banks[quote->bank_count];

        if (quote->bank_count == ASSAY_BANKS_MAX || bank->sizeofSelect > 4)
            return refuse(error, "the quote selects more PCRs than there are");
        *to = (assay_quote_selection){ .alg = bank->hash };
        for (unsigned byte = 0; byte < bank->sizeofSelect; byte++)
            to->pcrs |= (assay_pcr_set)bank->pcrSelect[byte] << (8 * byte);
        if ((to->pcrs & ~ASSAY_ALL_PCRS) != 0)
            return refuse(error, "the quote selects PCRs beyond 23");
        quote->bank_count += to->pcrs != 0;
    }
    return quote->bank_count > 0 ? 0 : refuse(error, "the quote selects no PCR");
}

static uint16_t alg_of_size(size_t size)
{
    return size == 20   ? ASSAY_ALG_SHA1
           : size == 32 ? ASSAY_ALG_SHA256
           : size == 48 ? ASSAY_ALG_SHA384
           : size == 64 ? ASSAY_ALG_SHA512
                        : ASSAY_ALG_NULL;
}

static int take_attest(assay_bytes bytes, assay_quote *quote, assay_error *error)
{
    TPMS_ATTEST attest = { 0 };
    size_t offset = 0;

    if (Tss2_MU_TPMS_ATTEST_Unmarshal(bytes.data, bytes.size, &offset, &attest) != TSS2_RC_SUCCESS)
        return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE, "this is no TPMS_ATTEST");
    if (attest.magic != TPM2_GENERATED_VALUE)
        return refuse(error, "its magic says that no TPM generated it");
    if (attest.type != TPM2_ST_ATTEST_QUOTE)
        return refuse(error, "it attests something else than a quote");
    if (offset != bytes.size)
        return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                          "there are bytes behind the attestation");
    const TPM2B_DIGEST *const digest = &attest.attested.quote.pcrDigest;
    quote->pcr_digest.alg = alg_of_size(digest->size);
    if (quote->pcr_digest.alg == ASSAY_ALG_NULL)
        return refuse(error, "its pcrDigest has no hash's size");
    quote->pcr_digest.size = digest->size;
    memcpy(quote->pcr_digest.value, digest->buffer, digest->size);
    quote->clock = attest.clockInfo.clock;
    quote->reset_count = attest.clockInfo.resetCount;
    quote->restart_count = attest.clockInfo.restartCount;
    quote->firmware_version = attest.firmwareVersion;
    quote->nonce_size = attest.extraData.size;
    memcpy(quote->nonce, attest.extraData.buffer, attest.extraData.size);
    return take_selection(&attest.attested.quote.pcrSelect, quote, error);
}

/* The signature. */

typedef struct claim {
    uint16_t scheme, hash_alg;
    size_t size;
    uint8_t value[ASSAY_KEY_SIGNATURE_MAX]; /* as keys sign here */
} claim;

/* A coordinate may come without its leading zeros. */
static bool put_number(claim *to, const TPM2B_ECC_PARAMETER *number, size_t size)
{
    if (number->size > size)
        return false;
    memset(to->value + to->size, 0, size - number->size);
    memcpy(to->value + to->size + size - number->size, number->buffer, number->size);
    to->size += size;
    return true;
}

static bool take_rsa(const TPMS_SIGNATURE_RSA *from, claim *to)
{
    to->hash_alg = from->hash;
    to->size = from->sig.size;
    memcpy(to->value, from->sig.buffer, from->sig.size);
    return true;
}

static bool take_tpmt(assay_bytes bytes, const assay_key *key, claim *to)
{
    const size_t half = assay_key_public_of(key)->size / 2;
    TPMT_SIGNATURE signature = { 0 };
    size_t offset = 0;

    if (Tss2_MU_TPMT_SIGNATURE_Unmarshal(bytes.data, bytes.size, &offset, &signature) !=
            TSS2_RC_SUCCESS ||
        offset != bytes.size)
        return false;
    to->scheme = signature.sigAlg;
    if (signature.sigAlg == TPM2_ALG_RSASSA)
        return take_rsa(&signature.signature.rsassa, to);
    if (signature.sigAlg == TPM2_ALG_RSAPSS)
        return take_rsa(&signature.signature.rsapss, to);
    to->hash_alg = signature.signature.ecdsa.hash;
    return signature.sigAlg == TPM2_ALG_ECDSA &&
           put_number(to, &signature.signature.ecdsa.signatureR, half) &&
           put_number(to, &signature.signature.ecdsa.signatureS, half);
}

/* Without a structure around it: the hash is that of the quote's own digest. */
static bool take_plain(assay_bytes bytes, const assay_key *key, const assay_quote *quote,
                       claim *to)
{
    to->hash_alg = quote->pcr_digest.alg;
    if (assay_key_public_of(key)->alg == ASSAY_ALG_RSA) {
        to->scheme = ASSAY_ALG_RSASSA;
        to->size = bytes.size <= sizeof to->value ? bytes.size : 0;
        if (to->size > 0)
            memcpy(to->value, bytes.data, to->size);
    } else {
        to->scheme = ASSAY_ALG_ECDSA;
        to->size = assay_key_ecdsa_from_der(key, bytes, to->value);
    }
    return to->size > 0;
}

static int check_signature(assay_bytes attest, assay_bytes signature, const assay_key *key,
                           const assay_quote *quote, assay_hashes *hashes, assay_error *error)
{
    claim claimed = { .size = 0 };
    assay_digest digest = { .size = 0 };
    assay_hash *hash;

    if (!take_tpmt(signature, key, &claimed)) {
        claimed = (claim){ .size = 0 };
        if (!take_plain(signature, key, quote, &claimed))
            return refuse(error, "the signature is neither a TPMT_SIGNATURE nor a plain one");
    }
    int status = assay_hashes_get(hashes, claimed.hash_alg, &hash);
    if (status == 0)
        status = assay_hash_parts(hash, &attest, 1, digest.value);
    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "the signature's hash can't be computed here");
    digest.alg = claimed.hash_alg;
    digest.size = (uint16_t)assay_hash_size(hash);
    status = assay_key_verify(key, claimed.scheme, &digest,
                              assay_bytes_of(claimed.value, claimed.size), error);
    return status > 0 ? 0 : status < 0 ? status : refuse(error, "the key did not sign this quote");
}

int assay_quote_check(assay_bytes attest, assay_bytes signature, const assay_key *key,
                      assay_bytes nonce, assay_hashes *hashes, assay_quote *ret_quote,
                      assay_error *error)
{
    assay_quote quote = { .bank_count = 0 };
    int status = take_attest(attest, &quote, error);

    if (status == 0)
        status = check_signature(attest, signature, key, &quote, hashes, error);
    if (status == 0 && nonce.data != NULL &&
        !assay_bytes_equal(nonce, assay_bytes_of(quote.nonce, quote.nonce_size)))
        status =
            refuse(error, "the quote has another nonce: it is not the answer to this question");
    if (status == 0)
        *ret_quote = quote;
    return status;
}

bool assay_quote_has(const assay_quote *quote, uint16_t alg, unsigned pcr)
{
    for (size_t i = 0; i < quote->bank_count; i++)
        if (quote->banks[i].alg == alg && assay_pcr_set_has(quote->banks[i].pcrs, pcr))
            return true;
    return false;
}

int assay_quote_covers(const assay_quote *quote, const assay_pcrs *values, assay_hashes *hashes)
{
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;
    int status = assay_hashes_get(hashes, quote->pcr_digest.alg, &hash);

    if (status == 0)
        status = assay_hash_begin(hash);
    for (size_t i = 0; i < quote->bank_count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS && status == 0; pcr++) {
            if (!assay_pcr_set_has(quote->banks[i].pcrs, pcr))
                continue;
            const assay_bytes value = assay_pcrs_value(values, quote->banks[i].alg, pcr);

            status = value.data == NULL ? -ASSAY_UNSUPPORTED : assay_hash_update(hash, value);
        }
    if (status == 0)
        status = assay_hash_end(hash, digest);
    return status < 0 ? status
                      : memcmp(digest, quote->pcr_digest.value, quote->pcr_digest.size) == 0;
}
