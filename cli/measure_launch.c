/* SPDX-License-Identifier: BSD-2-Clause */
/* What a dynamic launch measures: MLE, SINIT, loader block, tboot's modules. */
#include "boot/artefact/module.h"
#include "cli/measure.h"

enum { PCR_FILES = 9, PCR_DETAILS = 17, PCR_AUTHORITIES = 18, PCR_MODULES = 19 };

static const char *const with_da = "with details and authorities mapping: always with a TPM 2.0";
static const char *const with_legacy = "with the legacy mapping of a TPM 1.2";

static void add_event(cli_measured *m, unsigned pcr, uint32_t type, const char *when)
{
    cli_measured_add_main(m, pcr, type, when, ASSAY_NO_BYTES);
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

int cli_measure_mle(cli_measured *m, assay_error *error)
{
    assay_digesting digesting;
    int status = assay_mle_open(&m->as.mle, m->file.bytes, error);

    if (status == 0 && !cli_measured_begin(m, &digesting))
        status = cli_measured_status(m, error);
    if (status == 0)
        status = assay_mle_digest(&m->as.mle, cmdline_of(m), &digesting, &m->digests, error);
    if (status < 0)
        return status;
    add_event(m, PCR_DETAILS, TXT_EVTYPE_MLE_HASH, with_da);
    add_event(m, PCR_AUTHORITIES, TXT_EVTYPE_MLE_HASH, with_legacy);
    if (m->as.mle.form == ASSAY_MLE_LINUX)
        cli_measured_add_file(m, PCR_FILES, EV_IPL, "the file",
                              "by GRUB, where it measures; the event is its name as the command "
                              "says it");
    return cli_measured_status(m, error);
}

int cli_measure_module(cli_measured *m, assay_error *error)
{
    const int status =
        assay_tboot_module_digests(m->hashes, m->algs, m->alg_count, cmdline_of(m), m->file.bytes,
                                   m->hashed, m->hashed_context, &m->digests);

    if (status < 0)
        return cant_hash(status, error);
    add_event(m, PCR_DETAILS, TB_EVTYPE_HASH,
              "module 0 with details and authorities mapping, and any other by tboot's own policy");
    add_event(m, PCR_AUTHORITIES, TB_EVTYPE_HASH, "module 0 with legacy mapping");
    add_event(m, PCR_MODULES, TB_EVTYPE_HASH,
              "any other module by tboot's own policy with legacy mapping; a verified launch "
              "policy names other PCRs");
    return cli_measured_status(m, error);
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
    cli_measured_add_main(m, PCR_DETAILS, TXT_EVTYPE_HASH_START,
                          "where EDX is 0 at SENTER, as launchers leave it", data);
    cli_measured_add(m, &(cli_measured_event){ .pcr = PCR_AUTHORITIES,
                                               .type = TXT_EVTYPE_SINIT_PUBKEY_HASH,
                                               .of = "the key that signed it",
                                               .when = with_da,
                                               .digests = key });
    return m->status;
}

/* No launch measures a module that is no SINIT; what is signed has a digest all the same. */
static int digest_other_acm(cli_measured *m)
{
    assay_bytes parts[2];

    assay_acm_signed_parts(&m->as.acm, parts);
    return assay_digests_of(m->hashes, m->algs, m->alg_count, parts, 2, &m->digests);
}

int cli_measure_acm(cli_measured *m, assay_error *error)
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
    status = assay_acm_check_signature(acm, m->hashes, &m->signature, error);
    m->refused = status == 0 && m->signature == ASSAY_ACM_SIGNATURE_BAD;
    return status;
}

int cli_measure_slb(cli_measured *m, assay_error *error)
{
    const int status = assay_slb_open(&m->as.slb, m->file.bytes, error);

    if (status < 0)
        return status;
    cli_measured_digest(m, m->as.slb.measured);
    add_event(m, PCR_DETAILS, SL_EVTYPE_SECURE_LAUNCH,
              "by SKINIT; loaders log it as \"SKINIT\"");
    return cli_measured_status(m, error);
}

int cli_measure_elf(cli_measured *m, assay_error *error)
{
    const int status = assay_elf_open(&m->as.elf, m->file.bytes, error);

    if (status < 0)
        return status;
    cli_measured_digest(m, m->file.bytes);
    return cli_measured_status(m, error);
}

bool cli_is_acm(assay_bytes bytes, const char *name)
{
    (void)name;
    return assay_acm_detect(bytes) != NULL;
}

/* An ELF file is one unless it is sound and has no MLE header. */
bool cli_is_mle(assay_bytes bytes, const char *name)
{
    assay_mle mle;

    (void)name;
    if (assay_mle_linux_detect(bytes))
        return true;
    return assay_elf_detect(bytes) && assay_mle_open(&mle, bytes, NULL) != -ASSAY_UNSUPPORTED;
}

bool cli_is_elf(assay_bytes bytes, const char *name)
{
    (void)name;
    return assay_elf_detect(bytes);
}

bool cli_is_slb(assay_bytes bytes, const char *name)
{
    (void)name;
    return assay_slb_detect(bytes) != NULL;
}
