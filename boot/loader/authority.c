/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/authority.h"

#include "boot/loader/jobs.h"

assay_image_hashes assay_image_hashes_of(assay_boot *boot, const assay_pe *pe)
{
    return (assay_image_hashes){ .boot = boot, .pe = pe };
}

const assay_digest *assay_image_hash(assay_image_hashes *hashes, uint16_t alg)
{
    assay_digests *const known = &hashes->known;

    if (assay_digests_find(known, alg) == NULL && known->count < ASSAY_ALGS &&
        assay_boot_image_digest(hashes->boot, hashes->pe, alg, &known->list[known->count]))
        known->count++;
    return assay_digests_find(known, alg);
}

static void take_entry(assay_verdict *verdict, assay_bytes entry)
{
    if (verdict->count < ASSAY_VERDICT_ENTRIES)
        verdict->entries[verdict->count++] = entry;
}

static bool is_listed(assay_image_hashes *hashes, assay_bytes lists, uint16_t alg,
                      assay_bytes *ret_entry)
{
    const assay_digest *const digest =
        assay_signaturedb_has_hashes(lists, alg) ? assay_image_hash(hashes, alg) : NULL;

    *ret_entry =
        digest != NULL ? assay_signaturedb_find_hash(lists, digest) : ASSAY_NO_BYTES;
    return ret_entry->data != NULL;
}

/* By its hash in any algorithm, from the longest to the shortest, and all of them are measured. */
static void judge_unsigned(assay_image_hashes *hashes, assay_bytes db, assay_bytes dbx,
                           assay_verdict *verdict)
{
    static const uint16_t algs[] = { ASSAY_ALG_SHA512, ASSAY_ALG_SHA384, ASSAY_ALG_SHA256,
                                     ASSAY_ALG_SHA1 };
    assay_bytes entry;

    for (size_t i = 0; i < sizeof algs / sizeof *algs; i++) {
        if (is_listed(hashes, dbx, algs[i], &entry)) {
            verdict->passes = false;
            return;
        }
        if (is_listed(hashes, db, algs[i], &entry)) {
            take_entry(verdict, entry);
            verdict->passes = true;
        }
    }
}

/* A signature from before the day of revocation would pass with a timestamp by somebody in dbt,
 * which is not looked into: nobody has been seen with one. */
static bool is_revoked(assay_boot *boot, assay_bytes dbx, assay_bytes certificate)
{
    bool dated = false;

    if (!assay_signaturedb_revokes(dbx, certificate, boot->hashes, &dated))
        return false;
    if (dated)
        assay_boot_remark(boot, ASSAY_PART_SECURE_BOOT, false,
                          "dbx revokes a certificate from a day on: timestamps of signatures are "
                          "not examined, and the image is taken for refused");
    return true;
}

/* One signature. False when it is forbidden, upon which nothing else is looked at. */
static bool judge_signature(assay_image_hashes *hashes, const assay_authenticode *signature,
                            assay_bytes db, assay_bytes dbx, assay_verdict *verdict)
{
    assay_boot *const boot = hashes->boot;
    const uint16_t alg = assay_authenticode_digest(signature)->alg;
    const bool valid = assay_image_hash(hashes, alg) != NULL &&
                       assay_authenticode_is_of(signature, &hashes->known);
    const assay_bytes signer = assay_authenticode_signer(signature);
    assay_bytes entry;

    if (alg == 0) /* "The digest algorithm is not supported": the signature doesn't count */
        return true;
    if ((valid && assay_signaturedb_find_signer(dbx, signature, false, NULL).data != NULL) ||
        signer.data == NULL || is_revoked(boot, dbx, signer))
        return false;
    if (!verdict->passes && valid) {
        entry = assay_signaturedb_find_signer(db, signature, false, NULL);
        assay_cursor c = assay_cursor_of(entry);

        assay_take(&c, 16); /* SignatureOwner */
        verdict->passes = entry.data != NULL && !is_revoked(boot, dbx, assay_take_rest(&c));
        if (verdict->passes)
            take_entry(verdict, entry);
    }
    if (is_listed(hashes, dbx, alg, &entry))
        return false;
    if (!verdict->passes && is_listed(hashes, db, alg, &entry)) {
        take_entry(verdict, entry);
        verdict->passes = true;
    }
    return true;
}

assay_verdict assay_boot_judge(assay_boot *boot, const assay_pe *pe, assay_bytes db,
                               assay_bytes dbx)
{
    assay_image_hashes hashes = assay_image_hashes_of(boot, pe);
    assay_win_certificates walk = assay_win_certificates_of(pe);
    assay_win_certificate certificate;
    assay_verdict verdict = { 0 };
    bool forbidden = false;
    int step = 0;

    if (pe->certificates_size == 0)
        judge_unsigned(&hashes, db, dbx, &verdict);
    while (!forbidden && (step = assay_win_certificates_next(&walk, &certificate, NULL)) > 0) {
        assay_authenticode *signature;

        if (certificate.signed_data.data == NULL)
            continue;
        if (assay_authenticode_open(certificate.signed_data, &signature, NULL) < 0)
            continue;
        forbidden = !judge_signature(&hashes, signature, db, dbx, &verdict);
        assay_authenticode_free(&signature);
    }
    if (forbidden || step < 0)
        verdict.passes = false;
    return verdict;
}
