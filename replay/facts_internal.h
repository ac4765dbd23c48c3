/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of facts share. Private to replay/. */
#ifndef ASSAY_REPLAY_FACTS_INTERNAL_H
#define ASSAY_REPLAY_FACTS_INTERNAL_H

#include "replay/facts.h"
#include "replay/semantics_internal.h"

/** In the order in which they are stated. */
enum assay_fact_name {
    FACT_FIRMWARE_VERSION,
    FACT_STARTUP,
    FACT_OPTION_ROMS,
    FACT_SECURE_BOOT,
    FACT_PK,
    FACT_KEK,
    FACT_DB,
    FACT_DBX,
    FACT_AUTHORITY,
    FACT_SHIM_VALIDATION,
    FACT_SBAT_LEVEL,
    FACT_MOK_LIST_TRUSTED,
    FACT_DEBUG_MODE,
    FACT_DMA_PROTECTION,
    FACT_BOOT_IMAGE,
    FACT_KERNEL_CMDLINE,
    FACT_LOAD_OPTIONS,
    FACT_UKI_SECTIONS,
    FACT_INITRD,
    FACT_EXIT_BOOT_SERVICES,
    FACT_WINDOWS_BOOT,
    FACT_WINDOWS_SYSTEM,
    FACT_WINDOWS_BITLOCKER,
    FACT_WINDOWS_CODE_INTEGRITY,
    FACT_WINDOWS_TEST_SIGNING,
    FACT_WINDOWS_DEBUGGING,
    FACT_WINDOWS_MODE,
    FACT_WINDOWS_VBS,
    FACT_WINDOWS_DMA_PROTECTION,
    FACT_WINDOWS_ELAM,
    FACT_WINDOWS_REVOCATION,
    FACT_WINDOWS_QUOTE,
    FACT_DYNAMIC_LAUNCH,
    FACT_SINIT,
    FACT_MLE,
    FACT_SCRTM_STATUS,
    FACT_LCP,
    FACT_TBOOT_POLICY,
    FACT_NAMES, /* how many; as a slot's name: withdrawn */
    FACT_OF_LAUNCH = FACT_DYNAMIC_LAUNCH /* the first that PCR 17 and 18 state */
};

/** What a fact rests on. */
typedef struct fact_basis {
    uint32_t index;    /* pcrIndex, or ASSAY_NO_PCR for a remark on the list of facts itself */
    uint32_t event;    /* or ASSAY_NO_EVENT: on the whole PCR */
    uint32_t banks;    /* bit i: the event has a digest of algorithm i of the table */
    bool firmware;     /* only the firmware's word counts: the PCR must have had its separator */
    bool untouched;    /* the PCR must still have its start value */
    bool verified;     /* only what ran under Secure Boot may have measured it */
    const char *doubt; /* why it can't be more than claimed, static; or NULL */
} fact_basis;

/** A fact in the making. */
typedef struct fact_slot {
    enum assay_fact_name name;
    bool unknown; /* the text is a reason */
    fact_basis basis;
    char text[ASSAY_FACT_TEXT];
} fact_slot;

/** Lines of PCR 8 that may be the kernel's command line. */
typedef struct fact_lines {
    bool unreadable; /* some event of the PCR does not show what was measured */
    bool ambiguous;  /* two different lines look like one */
    size_t slot;     /* 1 + the slot of the fact; 0: none */
    uint32_t count;
    uint8_t digest[ASSAY_DIGEST_MAX]; /* of the first, in its first bank */
    size_t digest_size;
} fact_lines;

/** What Windows' boot programs state as on or off. */
enum fact_switch {
    FACT_SWITCH_CODE_INTEGRITY,
    FACT_SWITCH_TEST_SIGNING,
    FACT_SWITCH_FLIGHT_SIGNING,
    FACT_SWITCH_BOOT_DEBUG,
    FACT_SWITCH_KERNEL_DEBUG,
    FACT_SWITCH_HYPERVISOR_DEBUG,
    FACT_SWITCH_SAFE_MODE,
    FACT_SWITCH_WINPE,
    FACT_SWITCH_DMA,
    FACT_SWITCHES
};

/** What they state as a number. */
enum fact_number {
    FACT_NUMBER_BOOT,
    FACT_NUMBER_EVENTS,
    FACT_NUMBER_DEVICE,
    FACT_NUMBER_HYPERVISOR,
    FACT_NUMBER_VSM,
    FACT_NUMBER_HVCI,
    FACT_NUMBERS
};

/** All that they state, together. */
typedef struct fact_windows {
    bool stated;       /* an event of PCR 12 was seen; then basis holds */
    fact_basis basis;
    bool authority;    /* a key that signs Windows alone verified something */
    uint32_t said[FACT_SWITCHES], on[FACT_SWITCHES]; /* how many said it, and said that it is on */
    bool known[FACT_NUMBERS];
    uint64_t number[FACT_NUMBERS]; /* the first word on it */
    bool resumed, unlock_known;
    uint64_t unlock;   /* all flags */
    char root[128], elam[64];
    size_t revocation; /* 1 + the slot of the list's fact; 0: none */
} fact_windows;

enum { FACT_QUOTES = 4 };

/** One quote of Windows' trailer. */
typedef struct fact_quote {
    uint32_t event;
    uint16_t alg;
    assay_pcr_set pcrs;
    size_t digest_size;
    uint8_t digest[ASSAY_DIGEST_MAX];
    char key[64];
} fact_quote;

typedef struct fact_quotes {
    char key[64]; /* the last key that was named */
    size_t count;
    fact_quote list[FACT_QUOTES];
} fact_quotes;

struct assay_facts {
    const assay_semantics *semantics;
    size_t count;
    size_t dropped[FACT_NAMES]; /* of each, those beyond what is listed */
    fact_slot slots[ASSAY_FACTS_MAX];
    uint32_t policy_seen;       /* bit i: enum assay_policy_variable i is in a slot */
    bool secure_boot;           /* it is on, and the digests say so */
    fact_lines cmdline;
    size_t sections;            /* 1 + the slot of the UKI's sections; 0: none */
    bool tboot;                 /* tboot's first record of the launch was seen */
    fact_windows windows;
    fact_quotes quotes;
    uint16_t launch_bank;       /* TXT's log of one bank that is read; 0: of all, or none yet */
};

/**
 * The basis of a fact that one event states. Without a check (NULL) the caller says in
 * basis.doubt what no digest covers.
 */
fact_basis fact_basis_of_event(const assay_event *event, const assay_datacheck *check);

/** The basis of a fact that a whole PCR states; `pcr` in the sense of a PC's firmware. */
fact_basis fact_basis_of_pcr(const assay_facts *facts, unsigned pcr);

bool fact_is_stated(const assay_facts *facts, enum assay_fact_name name);

/**
 * Takes a slot: the writer writes the fact's text, fact_end closes it. Facts beyond the
 * number that is listed of each name are counted and written nowhere.
 */
assay_writer fact_begin(assay_facts *facts, enum assay_fact_name name, fact_basis basis);
void fact_end(assay_facts *facts, assay_writer *writer);

/** A fact in printf's words. */
void fact_state(assay_facts *facts, enum assay_fact_name name, fact_basis basis, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

/** There is no such fact, for a reason. */
void fact_unknown(assay_facts *facts, enum assay_fact_name name, fact_basis basis,
                  const char *reason);

/** Writes text of which as much counts as fits: a writer takes bytes whole or not at all. */
void fact_put_text(assay_writer *writer, assay_bytes text);

/** Writes the digest of the strongest usual bank: "sha256 6e34...". */
void fact_put_digest(assay_writer *writer, const assay_event *event);

/** The fact of a slot with its standing: facts_standing.c. */
void fact_judge(const assay_facts *facts, const fact_slot *slot, const assay_replay *replay,
                const assay_comparison *comparison, assay_fact *ret_fact);

void facts_firmware_event(assay_facts *facts, const assay_event *event,
                          const assay_payload *payload, const assay_datacheck *check);
void facts_firmware_finish(assay_facts *facts, const assay_replay *replay);

void facts_secureboot_event(assay_facts *facts, const assay_event *event,
                            const assay_payload *payload, const assay_datacheck *check);
void facts_secureboot_finish(assay_facts *facts);

void facts_loaded_event(assay_facts *facts, const assay_event *event,
                        const assay_payload *payload, const assay_datacheck *check);
void facts_loaded_finish(assay_facts *facts);

void facts_launch_event(assay_facts *facts, const assay_event *event,
                        const assay_payload *payload, const assay_datacheck *check);
void facts_launch_finish(assay_facts *facts, const assay_replay *replay);

/** What Windows measured in PCR 12 and 13: facts_windows.c. */
void facts_windows_event(assay_facts *facts, const assay_event *event,
                         const assay_payload *payload, const assay_datacheck *check);
void facts_windows_finish(assay_facts *facts);

/** The quotes of its trailer, which extends nothing: facts_quote.c. */
void facts_quote_event(assay_facts *facts, const assay_event *event,
                       const assay_payload *payload);
void facts_quote_finish(assay_facts *facts, const assay_replay *replay);

#endif
