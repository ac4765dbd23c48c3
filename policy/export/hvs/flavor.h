/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flavors of Intel SecL-DC's Host Verification Service (HVS) 5: what one part of a host has to
 * measure, each a list of rules of one PCR. Private to policy/.
 *
 *     PLATFORM      the firmware and what launches: any one of those that are good for the host's
 *                   BIOS has to hold
 *     OS            the image: likewise, by the host's OS
 *     HOST_UNIQUE   what only the host of that hardware UUID has: all of them
 */
#ifndef ASSAY_POLICY_EXPORT_HVS_FLAVOR_H
#define ASSAY_POLICY_EXPORT_HVS_FLAVOR_H

#include "base/output.h"
#include "policy/export/export.h"

#include <jansson.h>

enum assay_hvs_part { ASSAY_HVS_PLATFORM, ASSAY_HVS_OS, ASSAY_HVS_HOST_UNIQUE, ASSAY_HVS_PARTS };

/** "PLATFORM", "OS", "HOST_UNIQUE". Static. */
const char *assay_hvs_part_name(enum assay_hvs_part part);

/** "SHA1", "SHA256", "SHA384"; NULL for a bank that HVS looks no value up in. Static. */
const char *assay_hvs_bank_name(uint16_t alg);

enum { ASSAY_HVS_TAG_MAX = 80 };

/** An event as HVS' trust agent tells of it. */
typedef struct assay_hvs_event {
    uint32_t type;
    const char *name;            /* static; "" where the agent has none */
    char tag[ASSAY_HVS_TAG_MAX]; /* "" where there is none, or none that is sure */
    bool varies;                 /* its digest is not known */
    bool untyped;                /* its type is not known, so that no host's event is the same */
    assay_bytes digest;
} assay_hvs_event;

/** What the agent calls a type; "" for one that it has no name for. Static. */
const char *assay_hvs_type_name(uint32_t type);

/** Events of one PCR and bank, in the order of the boot. */
typedef struct assay_hvs_events {
    size_t count;
    assay_hvs_event *events;
    bool launched; /* they are of a dynamic launch that the agent reads */
    bool unseen;   /* some of the PCR the agent never reads */
    bool untyped;  /* some are */
    bool cut;      /* some are unseen since the agent ends the log before them */
} assay_hvs_events;

enum { ASSAY_HVS_EXCLUDED_MAX = 8 };

/** A rule: one of a flavor's "pcrs". */
typedef struct assay_hvs_rule {
    unsigned pcr;
    assay_bytes value; /* no bytes where the variant holds none */
    bool matches;      /* pcr_matches */
    bool equals;       /* eventlog_equals, else eventlog_includes where there are events */
    size_t count;
    const assay_hvs_event **events; /* those that it names */
    size_t excluded_count;
    const char *excluded[ASSAY_HVS_EXCLUDED_MAX]; /* exclude_tags */
} assay_hvs_rule;

typedef struct assay_hvs_flavor {
    enum assay_hvs_part part;
    assay_variant_set variants; /* that are the same in this part */
    size_t count;
    assay_hvs_rule *rules;
} assay_hvs_flavor;

/** All flavors of a job, and what they have in common. */
typedef struct assay_hvs_plan {
    uint16_t alg;
    const char *hardware_uuid; /* in lower case, or NULL: of no one host */
    bool tboot;                /* Intel TXT launched, and tboot was there */
    bool txt;
    bool uefi, secure_boot;
    size_t count;
    assay_hvs_flavor *flavors;
} assay_hvs_plan;

/**
 * Divides the job's variants into flavors, by their values of one bank. 0 or a negative kind; it
 * lives in the job's arena.
 */
int assay_hvs_plan_make(assay_export_job *job, uint16_t alg, assay_hvs_plan *ret_plan,
                        assay_error *error);

/**
 * The flavors of one variant, some of them without rules. 0 or a negative kind; they live in the
 * job's arena.
 */
int assay_hvs_make_rules(assay_export_job *job, const assay_hvs_plan *plan, size_t variant,
                         assay_hvs_flavor ret_flavors[static ASSAY_HVS_PARTS]);

/** The events of a variant's PCR in a bank, into the job's arena. 0 or a negative kind. */
int assay_hvs_events_of(assay_export_job *job, size_t variant, uint16_t alg, unsigned pcr,
                        assay_hvs_events *ret_events);

/**
 * The value that HVS itself comes to from such events: it knows no start but zeros and, of PCR 0,
 * locality 3, and passes only EV_NO_ACTION by. False where it is not `value`.
 */
bool assay_hvs_replays_to(assay_hashes *hashes, uint16_t alg, unsigned pcr,
                          const assay_hvs_events *events, assay_bytes value);

/**
 * The flavor's variant whose name is the first in the order of bytes: their order in the reference
 * means nothing, and does not show.
 */
size_t assay_hvs_first_variant(const assay_export_job *job, const assay_hvs_flavor *flavor);

/** A setting's value, or what the reference says, or NULL. */
const char *assay_hvs_said(const assay_export_job *job, const char *setting, const char *otherwise);

/** Emits the flavor, {"meta" ...}, into `out` behind `key`. */
void assay_hvs_emit_flavor(assay_output *out, const char *key, const assay_export_job *job,
                           const assay_hvs_plan *plan, const assay_hvs_flavor *flavor,
                           const char *id);

/**
 * Writes what HVS hashes to sign a flavor: its JSON as Go's encoder writes the flavor's struct,
 * with the nil UUID for meta.id. 0, or a negative kind: what HVS' reader would refuse, and
 * -ASSAY_UNSUPPORTED for members whose struct is not known here.
 */
int assay_hvs_put_canonical(assay_writer *writer, json_t *flavor, assay_error *error);

/** The formats' functions. */
int assay_hvs_write_flavors(assay_export_job *job, assay_error *error);
int assay_hvs_read_flavors(assay_import_job *job, assay_reference **ret_reference,
                           assay_error *error);
int assay_hvs_write_template(assay_export_job *job, assay_error *error);

#endif
