/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Putting a signature on a policy list, in three steps so that the key can be elsewhere: prepare
 * the list with its key and an empty place, sign what it then covers, place the signature.
 */
#ifndef ASSAY_POLICY_LCP_SIGNING_H
#define ASSAY_POLICY_LCP_SIGNING_H

#include "policy/key/key.h"
#include "policy/lcp/signature.h"

/** What there is to say of a way to sign; each a bit. */
enum assay_lcp_signing_note {
    ASSAY_LCP_NOTE_SHA1_REQUIRED = 1 << 0, /* a list 1.x has no other hash */
    ASSAY_LCP_NOTE_SHA1 = 1 << 1,          /* forced */
    ASSAY_LCP_NOTE_RSA1024 = 1 << 2,       /* forced */
    ASSAY_LCP_NOTE_NO_MASK = 1 << 3,       /* forced: no bit of LcpSignAlgMask stands for it */
};

enum { ASSAY_LCP_NOTES = 4 };

/** A sentence without its full stop, of the note's bit number. Static. */
const char *assay_lcp_signing_note_text(unsigned number);

typedef struct assay_lcp_signing {
    uint16_t scheme;   /* TPM_ALG_ID; 0: the one that key and list have */
    uint16_t hash_alg; /* TPM_ALG_ID; 0: the one that fits */
    uint16_t revocation_counter;
    bool force;     /* also what hardware may not take */
    unsigned notes; /* set by assay_lcp_signing_choose */
} assay_lcp_signing;

/**
 * Completes and checks how a list of this version is signed with this key: -ASSAY_UNSUPPORTED with
 * what can be for what hardware doesn't take, or takes only with `force`.
 */
int assay_lcp_signing_choose(assay_lcp_signing *signing, uint16_t version,
                             const assay_key_public *key, assay_error *error);

/**
 * Writes the list with counter, key and an empty place for the signature; what was signed loses
 * its signature. `signing` must have been chosen. 0 or a negative kind.
 */
int assay_lcp_signing_prepare(assay_writer *writer, const assay_lcp_list *list,
                              const assay_key_public *key, const assay_lcp_signing *signing,
                              assay_error *error);

/** The forms that signatures come in from elsewhere. */
enum assay_lcp_signature_form {
    ASSAY_LCP_FORM_AUTO, /* DER where it is one, else raw */
    ASSAY_LCP_FORM_RAW,  /* RSA's number, or r | s; big-endian */
    ASSAY_LCP_FORM_DER,  /* of ECDSA and SM2: SEQUENCE of r and s */
    ASSAY_LCP_FORM_LE,   /* as lists store it */
};

/**
 * Writes a signature of that form as a list with this block stores it. 0, or -ASSAY_MALFORMED for
 * one of another size or form.
 */
int assay_lcp_signature_import(const assay_lcp_signature *block, enum assay_lcp_signature_form form,
                               assay_bytes signature, assay_writer *writer, assay_error *error);

/** The public key of a list's block: what `prepare` put there. 0 or -ASSAY_UNSUPPORTED. */
int assay_lcp_signature_key(const assay_lcp_signature *block, assay_key_public *ret_key,
                            assay_error *error);

/**
 * Signs a prepared list whose private key this is, and puts the signature, as the list stores it,
 * into the writer. 0 or a negative kind.
 */
int assay_lcp_signing_sign(const assay_lcp_list *prepared, const assay_key *key, uint16_t hash_alg,
                           assay_hashes *hashes, assay_writer *writer, assay_error *error);

#endif
