/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one table of event types: PC Client PFP 1.06 section 10.4.1, Intel TXT
 * Software Development Guide appendix G, tboot, TrenchBoot, and vendors. See types.def.
 */
#ifndef ASSAY_EVENTLOG_TYPES_H
#define ASSAY_EVENTLOG_TYPES_H

#include <stdbool.h>
#include <stdint.h>

enum {
#define EVENT_TYPE(value, name, extends, rules, decoder, clause) name = value##u,
#include "eventlog/types.def"
#undef EVENT_TYPE
};

/**
 * How a type's digest relates to its data. The rules themselves, and which of
 * them a writer used, are in replay/datacheck.c.
 */
enum assay_digest_rules {
    ASSAY_RULES_NONE,          /* the measured bytes are elsewhere: cannot know */
    ASSAY_RULES_DATA,          /* H(data), always */
    ASSAY_RULES_ACTION,        /* H(data), but for the names that coreboot logs */
    ASSAY_RULES_MAYBE_DATA,    /* H(data), or of something that is not in the log */
    ASSAY_RULES_VERSION,       /* H(data) by the specification; some firmware hashes other bytes */
    ASSAY_RULES_VARIABLE,      /* H(UEFI_VARIABLE_DATA) */
    ASSAY_RULES_BOOT_VARIABLE, /* H(UEFI_VARIABLE_DATA) or H(VariableData) */
    ASSAY_RULES_AUTHORITY,     /* the same for EV_EFI_VARIABLE_AUTHORITY, with shim's entries */
    ASSAY_RULES_TAGGED,        /* H(whole), H(taggedEventData), or what the tag points to */
    ASSAY_RULES_IPL,           /* by boot loader */
    ASSAY_RULES_SEPARATOR,     /* H(data); 0xFFFFFFFF and 1 report an error */
    ASSAY_RULES_HCRTM,         /* of code; the data is the text "HCRTM" */
    ASSAY_RULES_TXT_DATA,      /* H(data) where there is data */
    ASSAY_RULES_HASH_START,    /* H(data), or H(zeros | H(data)): the PCR itself */
    ASSAY_RULES_SYSTEMD,       /* H(string), by systemd's event type */
    ASSAY_RULES_CEL,           /* of a content of CEL's: H(value), or H(its TLV) */
    ASSAY_RULES_IMA,           /* no type's: H(what assay_ima_measured() says) */
};

/** Which payload reader understands the data. The readers are in eventlog/payload/. */
enum assay_decoder {
    ASSAY_DECODE_OPAQUE,
    ASSAY_DECODE_TEXT,
    ASSAY_DECODE_NO_ACTION,
    ASSAY_DECODE_SEPARATOR,
    ASSAY_DECODE_TAGGED,
    ASSAY_DECODE_VERSION,
    ASSAY_DECODE_POST_CODE,
    ASSAY_DECODE_IPL,
    ASSAY_DECODE_VARIABLE,
    ASSAY_DECODE_IMAGE,
    ASSAY_DECODE_GPT,
    ASSAY_DECODE_BLOB,
    ASSAY_DECODE_BLOB2,
    ASSAY_DECODE_HANDOFF,
    ASSAY_DECODE_HANDOFF2,
    ASSAY_DECODE_TXT,
    ASSAY_DECODE_SPDM,
    ASSAY_DECODE_VENDOR, /* seen, and nobody outside its vendor knows what it means */
};

typedef struct assay_event_type {
    uint32_t value;
    const char *name;
    bool extends; /* whether TPM2_PCR_Extend goes with the record */
    enum assay_digest_rules rules;
    enum assay_decoder decoder;
    const char *clause; /* where the type is defined */
} assay_event_type;

/** Whether it is known what an event of that type means, and not only that it was seen. */
bool assay_event_type_is_known(const assay_event_type *type);

/** The row of a type, or NULL for one unknown here. */
const assay_event_type *assay_event_type_find(uint32_t value);

/** The row of that name ("EV_SEPARATOR"), or NULL. */
const assay_event_type *assay_event_type_by_name(const char *name);

/**
 * Whether TPM2_PCR_Extend goes with a record of that type, as with one unknown here. It does not
 * with EV_NO_ACTION, TXT_EVTYPE_PCRMAPPING and Secure Launch's marks, whatever their digests.
 */
bool assay_event_type_extends(uint32_t value);

/** The rows in order of their values; NULL beyond the last. */
const assay_event_type *assay_event_type_at(unsigned index);

#endif
