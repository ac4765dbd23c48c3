/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flavors read back, and what their readers share: the document and its signatures (document.c),
 * whose the flavors are and what they say (read.c), and the events that they name (steps.c).
 * Private to policy/export/hvs/.
 */
#ifndef ASSAY_POLICY_EXPORT_HVS_READ_H
#define ASSAY_POLICY_EXPORT_HVS_READ_H

#include "base/jsonwalk.h"
#include "policy/export/hvs/flavor.h"

enum { ASSAY_HVS_FILE_BYTES_MAX = 64 << 20, ASSAY_HVS_FILE_VALUES_MAX = 1 << 20 };

/** The events that a rule names, in its order. */
typedef struct assay_hvs_list {
    assay_variant_set variants;
    unsigned pcr;
    uint16_t alg;
    bool equals; /* eventlog_equals; else eventlog_includes */
    size_t count;
    assay_event *events; /* without their data: the tags are their labels */
} assay_hvs_list;

typedef struct assay_hvs_reading {
    assay_import_job *job;
    assay_reference *reference;
    assay_json_walk at;
    bool told;        /* all flavors say whose they are */
    bool one_of_each; /* else: whether they are parts of one boot */
    size_t unchecked; /* flavors whose signature nobody checked */
    size_t others;    /* flavors of asset tags, software and IMA */
    size_t list_count;
    assay_hvs_list *lists; /* in the job's arena */
} assay_hvs_reading;

/** meta.description of a flavor, and a text of it; no bytes where it has none. */
json_t *assay_hvs_description_of(json_t *flavor);
assay_bytes assay_hvs_said_by(json_t *flavor, const char *key);

/**
 * The flavors of boots, {"flavor": ..., "signature": ...} each, out of whatever is wrapped around
 * them: each sound, and signed where keys are trusted. json_decref them after 0; else a negative
 * kind with the walk's error filled.
 */
int assay_hvs_open_document(assay_hvs_reading *reading, json_t *document, json_t **ret_flavors);

/** Keeps the events that a rule names of a PCR and bank. 0 or a negative kind, as above. */
int assay_hvs_read_events(assay_hvs_reading *reading, const json_t *rule, unsigned pcr,
                          uint16_t alg, assay_variant_set variants);

/**
 * Makes steps of the events that were kept: those of each PCR whose value they come to. Of all
 * others notes what is lost. 0 or a negative kind, as above.
 */
int assay_hvs_add_steps(assay_hvs_reading *reading);

#endif
