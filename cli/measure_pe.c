/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PE images: the Authenticode digest, where firmware and shim put it (EDK2
 * SecurityPkg/Library/DxeTpm2MeasureBootLib, shim's tpm.c), and the signatures inside.
 */
#include "cli/measure_pe.h"

#include "base/hex.h"
#include "eventlog/payload/x509.h"

enum {
    PCR_DRIVERS = 2,
    PCR_LOADERS = 4,
    SUBSYSTEM_APPLICATION = 10,
    SUBSYSTEM_BOOT_DRIVER = 11,
    SUBSYSTEM_RUNTIME_DRIVER = 12,
};

cli_measured_pe *cli_measured_pe_of(const cli_measured *m)
{
    return m->as.pe;
}

static const char *hex_of(cli_measured *m, const uint8_t *bytes, size_t size)
{
    char text[2 * ASSAY_DIGEST_MAX + 1];
    assay_writer out = assay_writer_lent(text, sizeof text - 1);

    assay_put_hex(&out, assay_bytes_of(bytes, size));
    text[out.used] = '\0';
    return cli_measured_text(m, "%s", text);
}

static void read_signature(cli_measured *m, cli_measured_signature *s, assay_bytes signed_data)
{
    assay_authenticode *signature;
    assay_x509 *const signer = cli_measured_room(m, sizeof *signer);

    if (signer == NULL || signed_data.data == NULL ||
        assay_authenticode_open(signed_data, &signature, NULL) < 0)
        return;
    s->read = true;
    s->digest = *assay_authenticode_digest(signature);
    if (assay_x509_read(assay_authenticode_signer(signature), signer)) {
        s->signer = signer->name;
        s->sha256 = hex_of(m, signer->sha256, sizeof signer->sha256);
    }
    assay_authenticode_free(&signature);
}

/* Up to the first that is broken: firmware refuses the image, which is said. */
static int read_signatures(cli_measured *m, cli_measured_pe *p)
{
    assay_win_certificates walk = assay_win_certificates_of(&p->pe);
    assay_win_certificate certificate;
    int status;

    while ((status = assay_win_certificates_next(&walk, &certificate, NULL)) > 0) {
        cli_measured_signature *const s = &p->signatures[p->signature_count++];

        s->offset = certificate.offset;
        s->type = certificate.type;
        read_signature(m, s, certificate.signed_data);
    }
    return status;
}

/* The banks, and behind them what signers used. */
static size_t all_algs(const cli_measured *m, const cli_measured_pe *p, uint16_t *algs)
{
    size_t count = m->alg_count;

    memcpy(algs, m->algs, count * sizeof *algs);
    for (size_t i = 0; i < p->signature_count; i++) {
        const uint16_t alg = p->signatures[i].digest.alg;
        bool there = alg == 0 || count == ASSAY_ALGS;

        for (size_t j = 0; j < count && !there; j++)
            there = algs[j] == alg;
        if (!there)
            algs[count++] = alg;
    }
    return count;
}

/* Of all that were computed, those that are wanted. */
static void keep_banks(cli_measured *m, const assay_digests *digests)
{
    m->digests = (assay_digests){ 0 };
    for (size_t i = 0; i < m->alg_count; i++) {
        const assay_digest *const digest = assay_digests_find(digests, m->algs[i]);

        if (digest != NULL)
            m->digests.list[m->digests.count++] = *digest;
    }
}

static bool same_digest(const assay_digest *a, const assay_digest *b)
{
    return a != NULL && a->size == b->size && memcmp(a->value, b->value, a->size) == 0;
}

static int digest_image(cli_measured *m, cli_measured_pe *p, assay_error *error)
{
    uint16_t algs[ASSAY_ALGS];
    assay_digesting digesting;
    const size_t count = all_algs(m, p, algs);

    if (!cli_measured_begin_of(m, algs, count, &digesting))
        return cli_measured_status(m, error);
    const int status = assay_pe_digest(&p->pe, &digesting, &p->authenticode, error);
    if (status < 0)
        return status;
    keep_banks(m, &p->authenticode);
    for (size_t i = 0; i < p->signature_count; i++) {
        cli_measured_signature *const s = &p->signatures[i];

        s->matches = s->digest.alg != 0 &&
                     same_digest(assay_digests_find(&p->authenticode, s->digest.alg), &s->digest);
        m->refused = m->refused || (s->read && s->digest.alg != 0 && !s->matches);
    }
    return 0;
}

int cli_measured_open_pe(cli_measured *m, assay_error *error)
{
    cli_measured_pe *const p = cli_measured_room(m, sizeof *p);

    if (p == NULL)
        return cli_measured_status(m, error);
    *p = (cli_measured_pe){ 0 };
    m->as.pe = p;
    const int status = assay_pe_open(&p->pe, m->file.bytes, error);
    if (status < 0)
        return status;
    m->refused = read_signatures(m, p) < 0;
    p->broken = m->refused;
    return digest_image(m, p, error);
}

void cli_measured_add_image(cli_measured *m)
{
    switch (cli_measured_pe_of(m)->pe.subsystem) {
    case SUBSYSTEM_BOOT_DRIVER:
        cli_measured_add_main(m, PCR_DRIVERS, EV_EFI_BOOT_SERVICES_DRIVER,
                              "by firmware that loads it from an option ROM or a disk",
                              ASSAY_NO_BYTES);
        break;
    case SUBSYSTEM_RUNTIME_DRIVER:
        cli_measured_add_main(m, PCR_DRIVERS, EV_EFI_RUNTIME_SERVICES_DRIVER,
                              "by firmware that loads it from an option ROM or a disk",
                              ASSAY_NO_BYTES);
        break;
    case SUBSYSTEM_APPLICATION:
        cli_measured_add_main(m, PCR_LOADERS, EV_EFI_BOOT_SERVICES_APPLICATION,
                              "by firmware that loads it, or by shim for a loader that asks it to",
                              ASSAY_NO_BYTES);
        break;
    default:
        break;
    }
}

bool cli_is_pe(assay_bytes bytes, const char *name)
{
    (void)name;
    return assay_pe_detect(bytes);
}

int cli_measure_pe(cli_measured *m, assay_error *error)
{
    const int status = cli_measured_open_pe(m, error);

    if (status < 0)
        return status;
    cli_measured_add_image(m);
    return cli_measured_status(m, error);
}
