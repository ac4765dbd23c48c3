/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signature databases (UEFI 2.10 section 32.4.1): db, dbx, KEK, PK, MokList and
 * their kin are zero or more EFI_SIGNATURE_LIST, each of one type of signature,
 * each with any number of EFI_SIGNATURE_DATA of one size.
 *
 *     assay_siglists lists = assay_siglists_of(bytes);
 *     int step;
 *
 *     while ((step = assay_siglists_next(&lists)) > 0)
 *         if (step == ASSAY_SIGLIST_LIST)
 *             ... lists.list begins ...
 *         else
 *             ... lists.signature, of lists.list ...
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_SIGLIST_H
#define ASSAY_EVENTLOG_PAYLOAD_SIGLIST_H

#include "eventlog/payload/signature.h"

/** EFI_SIGNATURE_LIST up to its signatures. Sizes are in bytes and as stated. */
typedef struct assay_siglist {
    assay_guid type;         /* SignatureType: EFI_CERT_X509_GUID ... */
    uint32_t size;           /* SignatureListSize, this header included */
    uint32_t header_size;    /* SignatureHeaderSize */
    uint32_t signature_size; /* SignatureSize, the owner's 16 included */
    assay_bytes header;      /* SignatureHeader */
} assay_siglist;

enum assay_siglist_step {
    ASSAY_SIGLIST_BROKEN = -1, /* what is left is no list, or its list ends inside of it */
    ASSAY_SIGLIST_END = 0,
    ASSAY_SIGLIST_LIST = 1,
    ASSAY_SIGLIST_SIGNATURE = 2,
};

typedef struct assay_siglists {
    assay_cursor cursor;       /* at the next list */
    assay_siglist list;        /* the one begun last */
    assay_signature signature; /* the one met last */

    /* The walk's own. */
    assay_cursor signatures; /* at the next signature of the list */
    bool cut;                /* the bytes end before the list does */
    bool broken;
} assay_siglists;

static inline assay_siglists assay_siglists_of(assay_bytes bytes)
{
    return (assay_siglists){ .cursor = assay_cursor_of(bytes) };
}

/**
 * The next list or signature, an enum assay_siglist_step. Of a list that is cut
 * off, the whole signatures come before ASSAY_SIGLIST_BROKEN, which stays.
 */
int assay_siglists_next(assay_siglists *lists);

/** The list's 28 bytes and its SignatureHeader, sizes as stated. */
void assay_siglist_encode(assay_writer *writer, const assay_siglist *list);

/** A list's header for `count` signatures of `data_size` bytes each. */
assay_siglist assay_siglist_of(const assay_guid *type, uint32_t count, uint32_t data_size);

/** An array of all signatures under `key`; a break in the walk is its last element. */
void assay_siglists_emit(assay_output *out, const char *key, assay_bytes lists);

/** "2 certificates (Example CA, Other CA), 77 SHA-256 hashes". */
void assay_siglists_summary(assay_writer *writer, assay_bytes lists);

#endif
