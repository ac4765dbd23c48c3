/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an event's data says.
 *
 * Decoding is total: any bytes give a decoded form or ASSAY_PAYLOAD_OPAQUE, and
 * never a failure, because a log must stay readable whatever one event holds. A
 * decoded payload is views into the event's data and lives as long as it does.
 *
 * Every family of payloads (one file each, beside this one) has the same four
 * functions, and payload.c has a row for each:
 *
 *     decode   bytes to structure; false when the bytes are something else
 *     encode   structure to bytes; encode(decode(x)) == x
 *     emit     the fields, to the output stream, in an object the caller opened
 *     summary  one line for people, without its newline
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_PAYLOAD_H
#define ASSAY_EVENTLOG_PAYLOAD_PAYLOAD_H

#include "base/output.h"
#include "eventlog/event.h"
#include "eventlog/payload/blob.h"
#include "eventlog/payload/cel.h"
#include "eventlog/payload/compact.h"
#include "eventlog/payload/gpt.h"
#include "eventlog/payload/handoff.h"
#include "eventlog/payload/ima.h"
#include "eventlog/payload/image.h"
#include "eventlog/payload/ipl.h"
#include "eventlog/payload/label.h"
#include "eventlog/payload/noaction.h"
#include "eventlog/payload/separator.h"
#include "eventlog/payload/sipa.h"
#include "eventlog/payload/spdm.h"
#include "eventlog/payload/systemd.h"
#include "eventlog/payload/tagged.h"
#include "eventlog/payload/text.h"
#include "eventlog/payload/txt.h"
#include "eventlog/payload/variable.h"

enum assay_payload_kind {
    ASSAY_PAYLOAD_OPAQUE,
    ASSAY_PAYLOAD_LABEL,
    ASSAY_PAYLOAD_TEXT,
    ASSAY_PAYLOAD_NO_ACTION,
    ASSAY_PAYLOAD_SEPARATOR,
    ASSAY_PAYLOAD_TAGGED,
    ASSAY_PAYLOAD_IPL,
    ASSAY_PAYLOAD_VARIABLE,
    ASSAY_PAYLOAD_IMAGE,
    ASSAY_PAYLOAD_GPT,
    ASSAY_PAYLOAD_BLOB,
    ASSAY_PAYLOAD_HANDOFF,
    ASSAY_PAYLOAD_TXT,
    ASSAY_PAYLOAD_CEL,
    ASSAY_PAYLOAD_SYSTEMD,
    ASSAY_PAYLOAD_SPDM,
    ASSAY_PAYLOAD_SIPA,
    ASSAY_PAYLOAD_COMPACT,
    ASSAY_PAYLOAD_IMA,
    ASSAY_PAYLOAD_KINDS
};

typedef struct assay_payload {
    enum assay_payload_kind kind;
    assay_bytes data; /* the event's data, whole */
    union {
        assay_label label;
        assay_text text;
        assay_no_action no_action;
        assay_separator separator;
        assay_tagged tagged;
        assay_ipl ipl;
        assay_variable variable;
        assay_image image;
        assay_gpt gpt;
        assay_blob blob;
        assay_handoff handoff;
        assay_txt_payload txt;
        assay_cel cel;
        assay_systemd systemd;
        assay_spdm spdm;
        assay_sipa sipa;
        assay_compact compact;
        assay_ima ima;
    };
} assay_payload;

/**
 * Decodes the data of `event` by its type (types.def names the reader); where the log keeps
 * none, the payload is the label.
 */
void assay_payload_decode(const assay_event *event, assay_payload *ret_payload);

/** "variable", "image", "opaque" ... Static. */
const char *assay_payload_kind_name(enum assay_payload_kind kind);

/** Writes the bytes the payload was decoded from. */
void assay_payload_encode(assay_writer *writer, const assay_payload *payload);

/** The fields, as calls to the output stream, inside an object the caller has begun. */
void assay_payload_emit(assay_output *out, const assay_payload *payload);

/**
 * One line for people. It may hold any text of the log, so it must pass through
 * assay_put_safe or assay_emit_text before it reaches a terminal.
 */
void assay_payload_summary(assay_writer *writer, const assay_payload *payload);

#endif
