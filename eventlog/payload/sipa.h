/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Windows measures (wbcl.h of its SDK): records of type, size and data, whose containers
 * hold more of them. EV_EVENT_TAG holds them in PCR 11 to 14, and EV_NO_ACTION in PCR 0xFFFFFFFF
 * (Windows' trailer, which extends nothing): keys of this machine's TPM and their quotes.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_SIPA_H
#define ASSAY_EVENTLOG_PAYLOAD_SIPA_H

#include "base/output.h"

enum { ASSAY_SIPA_DEPTH = 4 }; /* containers are looked into so deep; Windows needs three */

/** The two flags of a type; its class is in bits 16 to 23, and bits 24 to 29 are zero. */
enum {
    ASSAY_SIPA_NONMEASURED = 0x80000000u,
    ASSAY_SIPA_AGGREGATION = 0x40000000u,
};

/** What a TRANSFER_CONTROL of a resume from hibernation says. */
enum { ASSAY_SIPA_TO_RESUME = 2 };

/** How the data of a record is read. Integers are little-endian of one to eight bytes. */
enum assay_sipa_show {
    ASSAY_SIPA_HEX,
    ASSAY_SIPA_NESTED,
    ASSAY_SIPA_BOOLEAN,
    ASSAY_SIPA_NUMBER,
    ASSAY_SIPA_ADDRESS, /* a number that people read in hexadecimal */
    ASSAY_SIPA_TEXT16,
    ASSAY_SIPA_TRANSFER,
    ASSAY_SIPA_UNLOCK,
    ASSAY_SIPA_DEVICE,
    ASSAY_SIPA_ALGORITHM,    /* ALG_ID of Windows' CryptoAPI */
    ASSAY_SIPA_REVOCATION,   /* SIPAEVENT_REVOCATION_LIST_PAYLOAD */
    ASSAY_SIPA_POLICY,       /* SIPAEVENT_SI_POLICY_PAYLOAD */
    ASSAY_SIPA_BOOT_POLICY,  /* SIPAEVENT_SBCP_INFO_PAYLOAD_V1 */
    ASSAY_SIPA_IDENTITY_KEY, /* SIPAEVENT_VSM_IDK_INFO_PAYLOAD */
    ASSAY_SIPA_PUBLIC_KEY,   /* SubjectPublicKeyInfo, RFC 5280 */
    ASSAY_SIPA_QUOTE,        /* TPMS_ATTEST, TPM 2.0 Part 2 section 10.12.12 */
    ASSAY_SIPA_SIGNATURE,    /* SIPAEVENT_KSR_SIGNATURE_PAYLOAD */
};

/** The types of sipa.def by name: SIPAEVENT_FILEPATH ... */
enum assay_sipa_type {
#define SIPA(value, name, show) name = value##u,
#include "eventlog/payload/sipa.def"
#undef SIPA
};

typedef struct assay_sipa_kind {
    uint32_t type;
    const char *name; /* as wbcl.h has it: "SIPAEVENT_FILEPATH" */
    enum assay_sipa_show show;
} assay_sipa_kind;

typedef struct assay_sipa {
    size_t count;     /* records at the top, at least one unless the first is damaged */
    assay_bytes list; /* these, whole */
    assay_bytes rest; /* from a record on whose size goes beyond the event; else empty */
} assay_sipa;

typedef struct assay_sipa_record {
    uint32_t type;
    unsigned depth; /* 0 at the top */
    assay_bytes data;
} assay_sipa_record;

/** A walk over every record, containers before what they hold. */
typedef struct assay_sipa_walk {
    unsigned depth;
    assay_cursor list[ASSAY_SIPA_DEPTH];
} assay_sipa_walk;

/** Whether a type is of Windows' classes; the tags of Linux, systemd and firmware are not. */
bool assay_sipa_is_type(uint32_t type);

/** The row of sipa.def, or NULL for a type that it lacks. */
const assay_sipa_kind *assay_sipa_find(uint32_t type);

/** The rows in the order of sipa.def; NULL beyond the last. */
const assay_sipa_kind *assay_sipa_kind_at(size_t index);

/** "Windows container", "Windows loaded module" ...: the class; NULL for no type of Windows. */
const char *assay_sipa_class_name(uint32_t type);

/**
 * False when the first record is none of Windows' or the sizes do not fit; but where the
 * type is one of sipa.def, the damaged record and what follows it become `rest`.
 */
bool assay_sipa_decode(assay_bytes data, assay_sipa *ret_sipa);
void assay_sipa_encode(assay_writer *writer, const assay_sipa *sipa);
void assay_sipa_emit(assay_output *out, const assay_sipa *sipa);
void assay_sipa_summary(assay_writer *writer, const assay_sipa *sipa);

/** The next record of a list; false at its end, and where a size goes beyond it. */
bool assay_sipa_next(assay_cursor *list, assay_sipa_record *ret_record);

assay_sipa_walk assay_sipa_walk_of(const assay_sipa *sipa);
bool assay_sipa_walk_next(assay_sipa_walk *walk, assay_sipa_record *ret_record);

/** The number in one to eight bytes of data; false for another size. */
bool assay_sipa_number(assay_bytes data, uint64_t *ret_number);

/** Where a TRANSFER_CONTROL goes: "OS loader", "resume" ...; NULL for one unknown. Static. */
const char *assay_sipa_transfer_name(uint64_t target);

/** Which protectors opened a BitLocker volume (FVEB_UNLOCK_FLAG_*): "TPM and PIN", "nothing". */
void assay_sipa_put_unlock(assay_writer *writer, uint64_t flags);

/** What a record says, as fields: "value" (perhaps an object) or "data"; sipashow.c. */
void assay_sipa_emit_value(assay_output *out, const assay_sipa_record *record);

/** TPMS_ATTEST of a quote: TPM 2.0 Part 2 sections 10.12.12 and 10.12.1. */
typedef struct assay_sipa_quote {
    assay_bytes qualified_signer;
    assay_bytes extra_data; /* Windows: the time of the quote, a FILETIME, then zeros */
    uint64_t clock;         /* milliseconds */
    uint32_t reset_count, restart_count;
    bool safe;
    uint64_t firmware_version;
    uint16_t alg;           /* TPM_ALG_ID of the bank */
    uint32_t pcrs;          /* bit i: PCR i */
    assay_bytes pcr_digest; /* of their values, by the hash of the key's scheme */
} assay_sipa_quote;

/** False for anything but a quote of PCRs of one bank. */
bool assay_sipa_quote_read(assay_bytes data, assay_sipa_quote *ret_quote);

/** UTC of a FILETIME (100 ns since 1601): "2021-03-24T17:06:58Z"; false beyond the year 9999. */
bool assay_sipa_time(uint64_t filetime, char ret_text[32]);

#endif
