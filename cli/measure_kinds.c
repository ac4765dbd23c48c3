/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of artefacts that assay measure knows, and how each is measured. */
#include "boot/artefact/module.h"
#include "cli/measure.h"

enum {
    HASH_START = 0x402,
    MLE_HASH = 0x404,
    SINIT_PUBKEY_HASH = 0x410,
    TB_HASH = 0x501,
    SL_SECURE_LAUNCH = 0x502,
    PCR_DETAILS = 17,
    PCR_AUTHORITIES = 18,
    PCR_MODULES = 19,
};

static const char *const with_da = "with details and authorities mapping: always with a TPM 2.0";
static const char *const with_legacy = "with the legacy mapping of a TPM 1.2";

static void add_event(cli_measured *m, unsigned pcr, uint32_t type, const char *when,
                      const assay_digests *digests)
{
    m->events[m->event_count++] =
        (cli_measured_event){ .pcr = pcr, .type = type, .when = when, .digests = *digests };
}

static int cant_hash(int status, assay_error *error)
{
    return status == 0 ? 0
                       : assay_fail(error, (enum assay_kind) - status, ASSAY_NOWHERE,
                                    "the digests can't be computed");
}

static assay_bytes cmdline_of(const cli_measured *m)
{
    return m->cmdline != NULL ? assay_bytes_of_string(m->cmdline) : ASSAY_NO_BYTES;
}

/* H(bytes), told to whoever shows progress. */
static int digest(cli_measured *m, assay_bytes bytes, assay_error *error)
{
    assay_digesting digesting;
    int status = assay_digesting_begin(&digesting, m->hashes, m->algs, m->alg_count);

    digesting.hashed = m->hashed;
    digesting.context = m->hashed_context;
    if (status == 0)
        status = assay_digesting_update(&digesting, bytes);
    if (status == 0)
        status = assay_digesting_end(&digesting, &m->digests);
    return cant_hash(status, error);
}

static int measure_mle(cli_measured *m, assay_error *error)
{
    assay_digesting digesting;
    int status = assay_mle_open(&m->as.mle, m->file.bytes, error);

    if (status < 0)
        return status;
    status = assay_digesting_begin(&digesting, m->hashes, m->algs, m->alg_count);
    if (status < 0)
        return cant_hash(status, error);
    digesting.hashed = m->hashed;
    digesting.context = m->hashed_context;
    status = assay_mle_digest(&m->as.mle, cmdline_of(m), &digesting, &m->digests, error);
    add_event(m, PCR_DETAILS, MLE_HASH, with_da, &m->digests);
    add_event(m, PCR_AUTHORITIES, MLE_HASH, with_legacy, &m->digests);
    return status;
}

static int measure_module(cli_measured *m, assay_error *error)
{
    const int status =
        assay_tboot_module_digests(m->hashes, m->algs, m->alg_count, cmdline_of(m), m->file.bytes,
                                   m->hashed, m->hashed_context, &m->digests);

    add_event(m, PCR_DETAILS, TB_HASH,
              "module 0 with details and authorities mapping, and any other by tboot's own policy",
              &m->digests);
    add_event(m, PCR_AUTHORITIES, TB_HASH, "module 0 with legacy mapping", &m->digests);
    add_event(m, PCR_MODULES, TB_HASH,
              "any other module by tboot's own policy with legacy mapping; a verified launch "
              "policy names other PCRs",
              &m->digests);
    return cant_hash(status, error);
}

/* SHA-256 of what is signed, and EDX: HASH_START's data. */
static int prepare_hash_start(cli_measured *m)
{
    assay_hash *hash;
    const int status = assay_hashes_get(m->hashes, ASSAY_ALG_SHA256, &hash);

    memset(m->hash_start, 0, sizeof m->hash_start);
    return status < 0 ? status : assay_acm_digest(&m->as.acm, hash, m->hash_start);
}

static int digest_sinit(cli_measured *m)
{
    const assay_bytes data = assay_bytes_of(m->hash_start, sizeof m->hash_start);
    assay_digests key;
    int status = assay_digests_of(m->hashes, m->algs, m->alg_count, &data, 1, &m->digests);

    if (status == 0)
        status = assay_digests_of(m->hashes, m->algs, m->alg_count, &m->as.acm.key, 1, &key);
    if (status < 0)
        return status;
    add_event(m, PCR_DETAILS, HASH_START, "where EDX is 0 at SENTER, as launchers leave it",
              &m->digests);
    m->events[0].data = data;
    add_event(m, PCR_AUTHORITIES, SINIT_PUBKEY_HASH, with_da, &key);
    return 0;
}

/* No launch measures a module that is no SINIT; what is signed has a digest all the same. */
static int digest_other_acm(cli_measured *m)
{
    assay_bytes parts[2];

    assay_acm_signed_parts(&m->as.acm, parts);
    return assay_digests_of(m->hashes, m->algs, m->alg_count, parts, 2, &m->digests);
}

static int measure_acm(cli_measured *m, assay_error *error)
{
    assay_acm *const acm = &m->as.acm;
    int status = assay_acm_open(acm, m->file.bytes, error);

    if (status < 0)
        return status;
    const bool sinit = assay_acm_is_sinit(acm);

    status = prepare_hash_start(m);
    if (status == 0)
        status = sinit ? digest_sinit(m) : digest_other_acm(m);
    if (status < 0)
        return cant_hash(status, error);
    return assay_acm_check_signature(acm, m->hashes, &m->signature, error);
}

static int measure_slb(cli_measured *m, assay_error *error)
{
    int status = assay_slb_open(&m->as.slb, m->file.bytes, error);

    if (status == 0)
        status = digest(m, m->as.slb.measured, error);
    if (status == 0)
        add_event(m, PCR_DETAILS, SL_SECURE_LAUNCH, "by SKINIT; loaders log it as \"SKINIT\"",
                  &m->digests);
    return status;
}

static int measure_elf(cli_measured *m, assay_error *error)
{
    const int status = assay_elf_open(&m->as.elf, m->file.bytes, error);

    return status < 0 ? status : digest(m, m->file.bytes, error);
}

static bool is_acm(assay_bytes bytes)
{
    return assay_acm_detect(bytes) != NULL;
}

/* An ELF file is one unless it is sound and has no MLE header. */
static bool is_mle(assay_bytes bytes)
{
    assay_mle mle;

    if (assay_mle_linux_detect(bytes))
        return true;
    return assay_elf_detect(bytes) && assay_mle_open(&mle, bytes, NULL) != -ASSAY_UNSUPPORTED;
}

static bool is_slb(assay_bytes bytes)
{
    return assay_slb_detect(bytes) != NULL;
}

static const cli_measure_kind kinds[] = {
    { "acm", "authenticated code module", false, is_acm, measure_acm, cli_measured_put_acm,
      cli_measured_emit_acm },
    { "mle", "measured launched environment", true, is_mle, measure_mle, cli_measured_put_mle,
      cli_measured_emit_mle },
    { "elf", "ELF executable", false, assay_elf_detect, measure_elf, cli_measured_put_elf,
      cli_measured_emit_elf },
    { "slb", "secure loader block", false, is_slb, measure_slb, cli_measured_put_slb,
      cli_measured_emit_slb },
    { "tboot-module", "module of tboot", true, NULL, measure_module, NULL, NULL },
};

const char *const cli_measure_kind_names[] = { "acm", "mle", "elf", "slb", "tboot-module", NULL };

const cli_measure_kind *cli_measure_kind_at(size_t index)
{
    return index < sizeof kinds / sizeof *kinds ? &kinds[index] : NULL;
}
