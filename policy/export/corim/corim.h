/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A CoRIM (draft-ietf-rats-corim, "Concise Reference Integrity Manifest") as far as a reference
 * goes into one: one CoMID about one environment, whose reference triples are boots. Each triple
 * is all PCRs of one boot, so that values of two boots are never mixed; the next boot is the next
 * triple. Private to policy/.
 *
 * Read by Veraison (corim, services: the schemes parsec-tpm and tpm-enacttrust) and by Trustee's
 * RVPS.
 */
#ifndef ASSAY_POLICY_EXPORT_CORIM_CORIM_H
#define ASSAY_POLICY_EXPORT_CORIM_CORIM_H

#include "policy/export/corim/cbor.h"
#include "policy/export/export.h"
#include "policy/tpm/policy.h"

/** CBOR tags (IANA's registry, and the draft's section "IANA Considerations"). */
enum {
    ASSAY_TAG_EPOCH = 1,
    ASSAY_TAG_COSE_SIGN1 = 18,
    ASSAY_TAG_URI = 32,
    ASSAY_TAG_UUID = 37,
    ASSAY_TAG_OID = 111,
    ASSAY_TAG_CORIM = 501,
    ASSAY_TAG_COMID = 506,
    ASSAY_TAG_BYTES = 560,
    /* Of older drafts, around what has a tag of its own. */
    ASSAY_TAG_CORIM_CHOICE = 500,
    ASSAY_TAG_SIGNED_CORIM = 502,
};

/** Keys of the maps, by the draft's names. */
enum {
    CORIM_ID = 0,
    CORIM_TAGS = 1,
    CORIM_DEPENDENT_RIMS = 2,
    CORIM_PROFILE = 3,
    CORIM_VALIDITY = 4,
    CORIM_ENTITIES = 5,

    VALIDITY_NOT_BEFORE = 0,
    VALIDITY_NOT_AFTER = 1,

    ENTITY_NAME = 0,
    ENTITY_REG_ID = 1,
    ENTITY_ROLES = 2,

    COMID_TAG_IDENTITY = 1,
    COMID_ENTITIES = 2,
    COMID_LINKED_TAGS = 3,
    COMID_TRIPLES = 4,

    TAG_IDENTITY_ID = 0,
    TAG_IDENTITY_VERSION = 1,

    LINKED_TAG_ID = 0,
    LINKED_TAG_REL = 1,

    TRIPLES_REFERENCE = 0,

    ENVIRONMENT_CLASS = 0,
    ENVIRONMENT_INSTANCE = 1,
    ENVIRONMENT_GROUP = 2,

    CLASS_ID = 0,
    CLASS_VENDOR = 1,
    CLASS_MODEL = 2,

    MEASUREMENT_KEY = 0,
    MEASUREMENT_VALUES = 1,

    VALUES_DIGESTS = 2,
    VALUES_INTEGRITY_REGISTERS = 14,
};

/** Values of such keys. */
enum {
    CORIM_ROLE_MANIFEST_CREATOR = 1,
    COMID_ROLE_TAG_CREATOR = 0,
    COMID_ROLE_CREATOR = 1,
    LINKED_TAG_REPLACES = 1,
};

/** How a triple holds its PCRs. */
enum assay_corim_form {
    ASSAY_CORIM_MEASUREMENTS, /* a measurement each, whose key is the PCR's number */
    ASSAY_CORIM_REGISTERS,    /* one measurement with integrity-registers */
    ASSAY_CORIM_QUOTED,       /* one measurement with the digest that a quote of them has */
};

/** Texts are NULL where there is none; those that may be a UUID are one when they look like it. */
typedef struct assay_corim {
    const char *id;      /* a UUID or a text */
    const char *profile; /* a URI or an OID */
    const char *entity, *entity_uri;
    bool has_not_before, has_not_after; /* never the first alone */
    int64_t not_before, not_after;      /* seconds since 1970 */
    const char *tag_id; /* a UUID or a text */
    uint64_t tag_version;
    const char *replaces; /* another CoMID's tag-id: a UUID or a text */
    const char *class_id; /* a UUID or an OID */
    const char *vendor, *model;
    const char *instance; /* a UUID or a text */
    enum assay_corim_form form;
    size_t tuple_count;
    assay_pcrs *tuples; /* one boot each: of each bank the PCRs to be written */
    assay_digest *quoted; /* ASSAY_CORIM_QUOTED: of each of these the pcrDigest, of SHA-256 */
} assay_corim;

/** Writes an unsigned CoRIM, #6.501. Failures are the writer's. */
void assay_corim_write(const assay_corim *corim, assay_writer *writer);

/**
 * Reads one. Texts and tuples are the arena's. What there is no place for is a loss in the notes
 * of the job. 0 or a negative kind.
 */
int assay_corim_read(assay_import_job *job, assay_bytes bytes, uint64_t base,
                     assay_corim *ret_corim, assay_error *error);

/** What a reference says, with what `job` wants and sets; notes what is lost. Of job->arena. */
int assay_corim_of_job(assay_export_job *job, assay_corim *ret_corim, assay_error *error);

/** The reference that it stands for, called `name` or (NULL) as its class is. */
int assay_corim_to_reference(const assay_corim *corim, const char *name,
                             assay_reference **ret_reference, assay_error *error);

/** An object identifier "2.999.1" as its BER contents; false for anything else. */
bool assay_oid_put(assay_writer *writer, const char *dots);

/** The other way; NULL for what is none, and where there is no memory. */
const char *assay_oid_text(assay_arena *arena, assay_bytes contents);

/** "2026-01-02T03:04:05Z" as seconds since 1970, and back; false for anything else. */
bool assay_epoch_of(const char *rfc3339, int64_t *ret_seconds);
enum { ASSAY_RFC3339_SIZE = 21 };
bool assay_epoch_format(int64_t seconds, char ret_text[static ASSAY_RFC3339_SIZE]);

/**
 * A hash by its number among the named information algorithms (RFC 6920, IANA's registry), and
 * back; 0 where there is none: SHA-1 and SM3.
 */
unsigned assay_named_information_of(uint16_t alg);
uint16_t assay_alg_of_named_information(uint64_t number);

#endif
