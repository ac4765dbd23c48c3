/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files about PE images share: images, signatures, unified kernel images, kernels. */
#ifndef ASSAY_CLI_MEASURE_PE_H
#define ASSAY_CLI_MEASURE_PE_H

#include "boot/artefact/authenticode.h"
#include "boot/artefact/bzimage.h"
#include "boot/artefact/uki.h"
#include "cli/measure.h"

enum { CLI_UKI_PHASES = 5 };

typedef struct cli_measured_signature {
    uint64_t offset;  /* of its WIN_CERTIFICATE */
    uint16_t type;    /* wCertificateType */
    bool read;        /* it is PKCS #7 that could be read */
    bool matches;     /* the digest inside is the image's */
    assay_digest digest; /* inside; algorithm 0: unknown here */
    const char *signer;  /* the common name; NULL: no certificate inside */
    const char *sha256;  /* of that certificate, hexadecimal */
} cli_measured_signature;

/** A boot phase, and what PCR 11 is when it has begun and nothing else was extended. */
typedef struct cli_measured_phase {
    const char *phases; /* "enter-initrd:leave-initrd"; empty: before the first */
    assay_digests values;
} cli_measured_phase;

/** A file beside the image. */
typedef struct cli_measured_extra {
    const char *file;
    uint64_t size;
    uint8_t sha256[32];
} cli_measured_extra;

typedef struct cli_measured_pe {
    assay_pe pe;
    assay_digests authenticode; /* in the banks and in what signers used */
    bool broken; /* the certificate table is, behind the last signature */
    size_t signature_count;
    cli_measured_signature signatures[ASSAY_WIN_CERTIFICATES_MAX];
    const char *release; /* of a kernel; NULL: unknown */
    assay_uki uki;       /* of a unified kernel image */
    size_t extra_count;
    cli_measured_extra extras[CLI_EXTRAS_MAX];
    size_t phase_count;
    cli_measured_phase phases[CLI_UKI_PHASES];
} cli_measured_pe;

/** `measured`'s own. */
cli_measured_pe *cli_measured_pe_of(const cli_measured *measured);

/** Opens the image, its signatures, and makes the Authenticode digests. 0 or a negative kind. */
int cli_measured_open_pe(cli_measured *measured, assay_error *error);

/** Adds the event of the image itself. */
void cli_measured_add_image(cli_measured *measured);

/**
 * Adds what a program in the image measures of itself, of its load options (UTF-16LE; no bytes:
 * none) and of the extra files. 0 or a negative kind.
 */
int cli_measured_add_program(cli_measured *measured, assay_bytes options, assay_error *error);

/** Machine, signatures. */
void cli_put_pe(const cli_call *call, const cli_measured_pe *pe);
void cli_emit_pe(assay_output *out, const cli_measured_pe *pe);

#endif
