/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of semantics share. Private to replay/. */
#ifndef ASSAY_REPLAY_SEMANTICS_INTERNAL_H
#define ASSAY_REPLAY_SEMANTICS_INTERNAL_H

#include "eventlog/registers.h"
#include "eventlog/types.h"
#include "replay/known.h"
#include "replay/semantics.h"

/** The variables of Secure Boot's configuration, PFP 1.06 section 3.3.4.8. */
enum assay_policy_variable {
    ASSAY_POLICY_SECURE_BOOT,
    ASSAY_POLICY_PK,
    ASSAY_POLICY_KEK,
    ASSAY_POLICY_DB,
    ASSAY_POLICY_DBX, /* up to here every log with Secure Boot has them */
    ASSAY_POLICY_DBT,
    ASSAY_POLICY_DBR,
    ASSAY_POLICY_AUDIT_MODE,
    ASSAY_POLICY_DEPLOYED_MODE,
    ASSAY_POLICY_VARIABLES,
    ASSAY_POLICY_REQUIRED = ASSAY_POLICY_DBT,
};

/** Something the firmware says of itself in PCR 7. */
typedef struct assay_firmware_notice {
    uint32_t event; /* or ASSAY_NO_EVENT */
    bool late;      /* after the separator */
} assay_firmware_notice;

/** The records of SINIT in PCR 17 and 18; one course a bank where TXT keeps a log a bank. */
typedef struct assay_launch_course {
    uint32_t seen[2]; /* bit i: TXT_EVTYPE 0x400 + i came, in PCR 17 and in 18 */
    uint32_t rank[2]; /* of the last record in SINIT's usual order */
    bool own[2];      /* the launched program has begun to measure */
} assay_launch_course;

/** What the records of Windows in PCR 12 said so far. */
typedef struct assay_windows_course {
    bool counted; /* BOOTCOUNTER, and its value */
    uint64_t counter;
    uint32_t remarked; /* bit i: the remark on setting i was made */
} assay_windows_course;

struct assay_semantics {
    assay_hashes *hashes;
    assay_findings *findings;
    assay_known_digests known;
    bool measurement_registers;
    enum assay_registers registers;
    bool uefi;             /* an event of UEFI's own types came */
    bool application;      /* UEFI started one */
    bool conventional;     /* PCR 4 says that it starts a conventional boot (INT 19h) */
    bool strong_announced; /* the header has a bank stronger than SHA-1 */
    bool strong;           /* some event has a digest of one */
    uint16_t bank; /* the first such, or the first: where lists are of one bank, its is looked at */
    assay_pcr_course course[ASSAY_PCRS];
    uint32_t first_type[ASSAY_PCRS]; /* of the first event that extended it */
    uint32_t versions;               /* EV_S_CRTM_VERSION events of PCR 0 */
    bool versions_differ;
    size_t version_size;
    uint8_t version[ASSAY_DIGEST_MAX]; /* the first one's first digest */
    bool own_data;                     /* an event's data is in PCR 0 before its separator */
    assay_exit_boot_services exit;
    uint32_t policy_variables; /* bit i: enum assay_policy_variable i was measured */
    uint32_t policy_partly;    /* of these, those whose digest covers the value alone */
    bool secure_boot_on, secure_boot_odd, pk_present, authority;
    assay_firmware_notice debug_mode, dma_disabled;
    assay_windows_course windows;
    assay_launch_course launch[ASSAY_ALGS + 1]; /* by only_bank; the last is for all banks */
};

/** Adds a finding about an event; an ERROR breaks the PCR it stands in. */
void assay_semantics_find(assay_semantics *s, enum assay_finding_code code,
                          const assay_event *event, const char *detail);

/** The same about a whole PCR. */
void assay_semantics_find_in(assay_semantics *s, enum assay_finding_code code, unsigned index,
                             const char *detail);

/** Whether `event` stands where `pcr` is recorded. */
bool assay_semantics_in(const assay_semantics *s, const assay_event *event, unsigned pcr);

/** The PCRs that the event's register stands for: its own, or those of a measurement register. */
assay_pcr_set assay_semantics_pcrs(const assay_semantics *s, const assay_event *event);

/** Whether its PCR has not had its separator yet. */
bool assay_semantics_before_separator(const assay_semantics *s, const assay_event *event);

/** Which variable of Secure Boot's configuration this is; ASSAY_POLICY_VARIABLES for another. */
enum assay_policy_variable assay_policy_variable_of(const assay_variable *variable);

/** A variable's name as UEFI spells it: "SecureBoot". Static. */
const char *assay_policy_variable_name(enum assay_policy_variable variable);

/** Whether some digest of the event is of its data: 1, 0, or -ASSAY_CRYPTO. */
int assay_semantics_own_digest(assay_semantics *s, const assay_event *event);

/** Types and digests: semantics_types.c. 0 or -ASSAY_CRYPTO. */
int assay_semantics_type(assay_semantics *s, const assay_event *event,
                         const assay_payload *payload, enum assay_known known);

/** Secure Boot: semantics_policy.c. 0 or -ASSAY_CRYPTO. */
int assay_semantics_policy(assay_semantics *s, const assay_event *event,
                           const assay_payload *payload);
void assay_semantics_policy_end(assay_semantics *s);

/** What the firmware says in EV_EFI_ACTION: semantics_actions.c. */
void assay_semantics_action(assay_semantics *s, const assay_event *event, enum assay_known known);
void assay_semantics_action_end(assay_semantics *s);

/** The dynamic launch: semantics_launch.c. */
void assay_semantics_launch(assay_semantics *s, const assay_event *event);
void assay_semantics_launch_end(assay_semantics *s);

/** What Windows measures: semantics_windows.c. Also its trailer, which extends nothing. */
void assay_semantics_windows(assay_semantics *s, const assay_event *event,
                             const assay_payload *payload);

/** Whether a digest is of tboot's own policy: nobody gave it one. */
bool assay_is_tboot_default_policy(const assay_event *event);

#endif
