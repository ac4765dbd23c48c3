/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reference: what a boot should measure (RATS, RFC 9334: reference values). It holds the
 * ordered steps of one or more *variants* of a boot (the old kernel and the new one; the first
 * start of a machine and the later ones), and what each variant's PCRs come to.
 *
 * A variant is a whole boot. Values of two variants are never mixed: PCR 9 of the one with PCR 11
 * of the other is a boot that nobody saw.
 *
 * The steps stand in the order of a boot. Each has alternatives, of which a variant has at most
 * one; a variant's own boot is the steps that have an alternative for it, in order. A step that
 * varies is there in each of its variants with digests that are another each time, or that nobody
 * could know: its digests are not held, only its PCR and its type (and name) are.
 *
 * A reference owns all it points to; texts are UTF-8 and NUL-terminated.
 */
#ifndef ASSAY_POLICY_REFERENCE_REFERENCE_H
#define ASSAY_POLICY_REFERENCE_REFERENCE_H

#include "base/arena.h"
#include "base/uuid.h"
#include "boot/prediction.h"
#include "eventlog/log.h"
#include "replay/replay.h"

enum {
    ASSAY_VARIANTS_MAX = 64,
    ASSAY_REFERENCE_STEPS_MAX = 1 << 16,
    ASSAY_REFERENCE_COMPONENTS_MAX = 1 << 12,
    ASSAY_REFERENCE_INPUTS_MAX = 1 << 12,
    ASSAY_REFERENCE_FILES_MAX = 1 << 18,
    ASSAY_REFERENCE_SIGNATURES_MAX = 16,
    ASSAY_REFERENCE_FILE_MAX = 256 << 20, /* bytes of its JSON */
};

/** A set of variants: bit i stands for variants[i]. */
typedef uint64_t assay_variant_set;

/** How well a value is known, from the least; RATS calls none of them evidence. */
enum assay_confidence {
    ASSAY_CONFIDENCE_STATED,    /* imported: a list, a server's format said so */
    ASSAY_CONFIDENCE_PREDICTED, /* from what boots, before it booted */
    ASSAY_CONFIDENCE_REPLAYED,  /* a machine's log folds to it */
    ASSAY_CONFIDENCE_OBSERVED,  /* a TPM had it: values read beside the log */
    ASSAY_CONFIDENCE_QUOTED,    /* a TPM signed it */
    ASSAY_CONFIDENCES
};

/** "stated", "predicted", "replayed", "observed", "quoted". Static. */
const char *assay_confidence_name(enum assay_confidence confidence);

/** Whom values are good for (Intel SecL's flavor parts, OAT's BIOS and VMM). */
enum assay_scope {
    ASSAY_SCOPE_UNSAID,
    ASSAY_SCOPE_PLATFORM, /* all machines of a model with that firmware */
    ASSAY_SCOPE_OS,       /* all machines with that image */
    ASSAY_SCOPE_IMAGE,    /* platform and OS together */
    ASSAY_SCOPE_HOST,     /* one machine */
    ASSAY_SCOPES
};

/** "", "platform", "os", "image", "host". Static. */
const char *assay_scope_name(enum assay_scope scope);

/** What boots measure, by name. Each text is NULL where it isn't known. */
typedef struct assay_reference_component {
    enum assay_part role;       /* firmware, loader, kernel ...: assay_part_name() */
    uint32_t index;             /* of MODULE and NV_CONTENT; else 0 */
    const char *name;           /* never NULL; by default the role's own */
    const char *version;
    const char *version_scheme; /* "multipartnumeric", "semver" ... as SWID and CoMID name them */
    const char *vendor;
} assay_reference_component;

/** An input that values come from. */
typedef struct assay_reference_input {
    const char *name; /* without its folder */
    const char *kind; /* "log", "prediction", "values", "scenario", "artefact", a format's name */
    uint64_t size;
    uint8_t sha256[32];
    assay_variant_set variants;
} assay_reference_input;

/** The header of the log that the steps of a stage stand in. */
typedef struct assay_reference_log {
    assay_variant_set variants;
    const char *format;      /* of eventlog/log.h: "tcg2" ... */
    assay_log_header header; /* header.stage: which steps */
} assay_reference_log;

/** One thing that a step may be. */
typedef struct assay_reference_alternative {
    assay_variant_set variants; /* never none */
    size_t component;           /* of reference->components */
    /* number and offsets are 0. Of a varying step as it was first seen. */
    assay_event event;
    size_t unknown_count; /* banks in which its digest comes and is not known */
    uint16_t unknown[ASSAY_BANKS_MAX];
} assay_reference_alternative;

typedef struct assay_reference_step {
    enum assay_stage stage;
    const char *varies; /* why its digests are not held; NULL: they are */
    bool repeats;       /* of a varying one: it comes any number of times, none included */
    size_t alternative_count; /* never 0; of a varying step 1 */
    assay_reference_alternative *alternatives;
} assay_reference_step;

typedef struct assay_reference_variant {
    const char *name; /* no other variant has it */
    assay_pcr_set only_pcrs; /* learnt of these alone, it says nothing of others; 0: of all */
    assay_pcrs values; /* of each bank the PCRs that the variant holds */
    uint8_t confidence[ASSAY_ALGS][ASSAY_PCRS]; /* by place of the bank in values.banks */
} assay_reference_variant;

/** What an entry of the kernel's list (Linux IMA) is of. */
enum assay_file_kind {
    ASSAY_FILE,         /* a file, by its path */
    ASSAY_FILE_KEYRING, /* a key, by the name of the keyring that it was added to */
    ASSAY_FILE_BUFFER,  /* another buffer: "kexec-cmdline", critical data */
    ASSAY_FILE_KINDS
};

/** "file", "keyring", "buffer". Static. */
const char *assay_file_kind_name(enum assay_file_kind kind);

enum { ASSAY_FILE_ALG_MAX = 31 }; /* bytes of the name of a file's algorithm */

/** Something that boots may measure once they run, and a digest that it may have then. */
typedef struct assay_reference_file {
    enum assay_file_kind kind;
    assay_bytes path; /* as the list has it, which need not be UTF-8 */
    /*
     * As the kernel calls it: "sha256", "md5", "sm3"; of the digest that fs-verity made
     * "verity:sha256". NULL: violations, the file was written to while it was read, so that its
     * content is not known.
     */
    const char *alg;
    assay_bytes digest;
    assay_variant_set variants; /* whose boots had it; never none */
} assay_reference_file;

/** Where a reference is good. Each text is NULL where it isn't said. */
typedef struct assay_reference_environment {
    const char *platform_manufacturer, *platform_model, *platform_version;
    const char *firmware_vendor, *firmware_version;
    const char *os_name, *os_version;
    const char *class_id; /* a UUID, or an OID in dots (CoRIM's class-id) */
    const char *host;     /* of scope HOST: its UUID or name */
} assay_reference_environment;

/** A signature in the file (policy/reference/signature.h). */
typedef struct assay_reference_signature {
    const char *algorithm; /* "rsassa-sha256", "rsapss-sha256", "ecdsa-sha256", "ecdsa-sha384" */
    uint8_t key_id[32];    /* SHA-256 of the key's SubjectPublicKeyInfo */
    assay_bytes value;     /* RSA's number or r | s, big-endian */
} assay_reference_signature;

typedef struct assay_reference {
    assay_arena arena;
    const char *tool;     /* "assay 0.1.0": what made it */
    const char *name;     /* never NULL */
    const char *version;  /* of the image or machine it is of, or NULL */
    uint64_t revision;    /* of the reference itself, from 1 */
    const char *supersedes; /* the identity of the one that it replaces, or NULL: hex of SHA-256 */
    const char *vendor;   /* who says so: a name, or NULL */
    const char *vendor_uri; /* or NULL */
    enum assay_scope scope;
    assay_reference_environment environment;
    const char *not_before, *not_after; /* RFC 3339 in UTC, "2026-01-02T03:04:05Z", or NULL */
    size_t input_count;
    assay_reference_input *inputs;
    size_t component_count;
    assay_reference_component *components;
    size_t variant_count;
    assay_reference_variant *variants;
    size_t log_count;
    assay_reference_log *logs;
    size_t step_count; /* 0: values without the events they come from */
    assay_reference_step *steps;
    size_t file_count; /* 0: boots may measure any, once they run */
    assay_reference_file *files; /* by path, kind, algorithm and digest; none is there twice */
    const char *extensions; /* a JSON object, canonical, that isn't understood here; or NULL */
    size_t signature_count;
    assay_reference_signature *signatures;
} assay_reference;

/** An empty one, with the tool's name; NULL when there is no memory. */
assay_reference *assay_reference_new(const char *name);

/** Frees it and all it points to; nulls the pointer. */
void assay_reference_free(assay_reference **reference);

/** The set of all variants that there are. */
assay_variant_set assay_reference_all(const assay_reference *reference);

/** The position of the variant of a name, or variant_count. */
size_t assay_reference_find(const assay_reference *reference, const char *name);

/** What a variant is at a step, or NULL. */
const assay_reference_alternative *assay_reference_at(const assay_reference_step *step,
                                                      size_t variant);

/** The header of a variant's log of a stage, or NULL. */
const assay_reference_log *assay_reference_log_of(const assay_reference *reference, size_t variant,
                                                  enum assay_stage stage);

/** Whether a step is there in all of `variants`, and one and the same. */
bool assay_reference_is_fixed(const assay_reference_step *step, assay_variant_set variants);

/**
 * Folds a variant's steps. In ret_replay->pcrs the values; `ret_unheld[i]` are the PCRs of bank i
 * that a varying or unknown step goes into, whose value means nothing. `hashes` stays the
 * caller's. 0 or a negative kind.
 */
int assay_reference_fold(const assay_reference *reference, size_t variant, assay_hashes *hashes,
                         assay_replay *ret_replay, assay_pcr_set ret_unheld[ASSAY_ALGS]);

/** The variant's value of a PCR; no bytes where it holds none. */
assay_bytes assay_reference_value(const assay_reference *reference, size_t variant, uint16_t alg,
                                  unsigned pcr);

/** The place of the first of the files of that path and kind, or file_count. */
size_t assay_reference_find_path(const assay_reference *reference, assay_bytes path,
                                 enum assay_file_kind kind);

/** The variants that have this very file; none of one that isn't there. */
assay_variant_set assay_reference_has_file(const assay_reference *reference,
                                           const assay_reference_file *file);

/** The variants whose files are held; boots of the others may measure any. */
assay_variant_set assay_reference_filed(const assay_reference *reference);

/**
 * Its identity: SHA-256 of its canonical JSON without signatures (policy/reference/json.h).
 * 0 or a negative kind.
 */
int assay_reference_identity(const assay_reference *reference, uint8_t ret_sha256[32]);

/**
 * A UUID that follows from the identity and a word (RFC 9562 section 5.8, version 8: bytes of
 * SHA-256), for formats that want one: two exports have the same. In network byte order.
 */
int assay_reference_uuid(const assay_reference *reference, const char *word,
                         uint8_t ret_uuid[16]);

/** The same of an identity: of the reference that another one supersedes. */
int assay_uuid_of(const uint8_t identity[32], const char *word,
                  uint8_t ret_uuid[16]);

#endif
