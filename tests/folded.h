/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the suites of replay/replay.h begin with: hashes and findings, and a fold of some banks. For
 * the one file of a suite, whose TestSuite() names set_up and tear_down.
 *
 * The values of a TPM come from swtpm 0.7.1 with tpm2-tools 5.4; what each was told stands beside
 * it. "extend P text" is
 *
 *     h() { printf %s "$2" | openssl dgst -$1 -r | cut -d' ' -f1; }
 *     tpm2_pcrextend P:sha1=$(h sha1 text),sha256=$(h sha256 text),sha384=$(h sha384 text)
 *
 * and "hash text" is the sequence TPM_HASH_START, TPM_HASH_DATA, TPM_HASH_END on its control
 * channel, which stands for an H-CRTM before TPM2_Startup and a dynamic launch after it.
 */
#ifndef ASSAY_TESTS_FOLDED_H
#define ASSAY_TESTS_FOLDED_H

#include "tests/measure.h"

#define ZEROS_SHA1 "0000000000000000000000000000000000000000"
#define ONES_SHA1 "ffffffffffffffffffffffffffffffffffffffff"

/* TPM: extend 0 one, after TPM2_Startup at locality 0. */
static const char one_at_0[] = "863b40ac690a22c4da6fb6c26a520d5f118d0d5b";
/* TPM: the same after TPM2_Startup at locality 3. */
static const char one_at_3[] = "7ec7260eebe22c19e590ffa49494fe6fe44a1424";

/* TPM: extend 16 one, two, three. */
static const char one_two_three[] = "868eb613ce3b022a240d7149872ef3cfe90bb483";
static const char one_two_three_sha256[] =
    "e1012279ab3ce1e8ecfd2c84a42c27fbef6b883e538a1b9d437b9c6edb5cc940";
static const char one_two_three_sha384[] =
    "39caadb424f66138576f6b54cd1ec9f1912b65b94c7c684ba96da979a4aeccba225950d26cdcd3802700a4fffc9d33"
    "3f";

static assay_hashes *hashes;
static assay_findings findings;

static inline void set_up(void)
{
    hashes = assay_hashes_new();
    assay_findings_reset(&findings);
}

static inline void tear_down(void)
{
    assay_hashes_free(&hashes);
}

static inline assay_replay begin(const uint16_t *algs)
{
    const assay_log_header header = header_of(algs);
    assay_replay replay;

    cr_assert_eq(assay_replay_begin(&replay, &header, hashes, &findings), 0);
    return replay;
}

static inline uint64_t found(enum assay_finding_code code)
{
    return findings.seen[code];
}

#endif
