/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCG_PCClientTaggedEvent (PFP 1.06 section 10.4.2.1): a list of tag, size and data.
 * EV_EVENT_TAG holds it, and so does the record that Windows appends to its log under
 * EV_NO_ACTION in PCR 0xFFFFFFFF.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_TAGGED_H
#define ASSAY_EVENTLOG_PAYLOAD_TAGGED_H

#include "base/output.h"

/** Tags whose digest is of something else than the data: a file, or the options as passed. */
enum {
    ASSAY_TAG_LINUX_INITRD = 0x8F3B22ECu,
    ASSAY_TAG_LINUX_LOAD_OPTIONS = 0x8F3B22EDu,
    ASSAY_TAG_SYSTEMD_LOADER_CONF = 0xF5BC582Au,
    ASSAY_TAG_SYSTEMD_PROFILE = 0x13AED6DBu,
};

/** "AAEL": an event of the Attestation Agent of Confidential Containers, whose digest is of all. */
enum { ASSAY_TAG_ATTESTATION_AGENT = 0x4141454Cu };

typedef struct assay_tagged {
    size_t count;     /* tags, at least one */
    assay_bytes list; /* all of them, to the last byte of the event */
} assay_tagged;

typedef struct assay_tag {
    uint32_t id;      /* taggedEventID */
    assay_bytes data; /* taggedEventData, as many bytes as taggedEventDataSize says */
} assay_tag;

bool assay_tagged_decode(assay_bytes data, assay_tagged *ret_tagged);
void assay_tagged_encode(assay_writer *writer, const assay_tagged *tagged);
void assay_tagged_emit(assay_output *out, const assay_tagged *tagged);
void assay_tagged_summary(assay_writer *writer, const assay_tagged *tagged);

/** The next tag of a cursor over tagged->list; false at the end. */
bool assay_tagged_next(assay_cursor *cursor, assay_tag *ret_tag);

/** What a tag is called: "Linux initrd". Static, or NULL for one unknown here. */
const char *assay_tag_name(uint32_t id);

/**
 * Of what the digest is where it is not of the tag and its data: "the initrd as the kernel gets
 * it". Static, or NULL where it is, or nobody says.
 */
const char *assay_tag_measured(uint32_t id);

/** An entry of the Attestation Agent: "domain operation content", or "INIT/sha384 hex". */
typedef struct assay_agent_event {
    bool init; /* `operation` is the algorithm, `content` the register's value in hexadecimal */
    assay_bytes domain;
    assay_bytes operation;
    assay_bytes content;
} assay_agent_event;

/** False when the bytes have not two blanks, or are no text. */
bool assay_agent_event_decode(assay_bytes data, assay_agent_event *ret_event);

#endif
