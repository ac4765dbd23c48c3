/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/attestation.h"

#include "eventlog/format/format.h"

/* https://protobuf.dev/programming-guides/encoding/: wire types. */
enum { WIRE_VARINT = 0, WIRE_I64 = 1, WIRE_LEN = 2, WIRE_I32 = 5 };

enum {
    ATTESTATION_QUOTES = 2,
    ATTESTATION_EVENT_LOG = 3,
    ATTESTATION_CANONICAL = 5,
    ATTESTATION_LAST = 9
};
enum { QUOTE_PCRS = 3 };
enum { PCRS_HASH = 1, PCRS_PCRS = 2 };
enum { ENTRY_KEY = 1, ENTRY_VALUE = 2 };

typedef struct field {
    uint64_t number;
    unsigned wire;
    uint64_t integer;  /* of WIRE_VARINT */
    uint64_t size;     /* of WIRE_LEN, as stated */
    assay_bytes bytes; /* of WIRE_LEN, as far as they are there */
    uint64_t offset;   /* of its content */
} field;

/* Seven bits a byte, the least first, at most ten bytes; false where there is none. */
static bool take_varint(assay_cursor *c, uint64_t *ret_value)
{
    enum { BITS = 7, BYTES_MAX = 10 };
    uint64_t value = 0;

    for (unsigned i = 0; i < BYTES_MAX; i++) {
        const uint8_t byte = assay_take_u8(c);

        if (i == BYTES_MAX - 1 && byte > 1)
            return false;
        value |= (uint64_t)(byte & 0x7F) << BITS * i;
        if ((byte & 0x80) == 0) {
            *ret_value = value;
            return !c->failed;
        }
    }
    return false;
}

/* The next field: 1, 0 at the end, -ASSAY_TRUNCATED or -ASSAY_MALFORMED. */
static int take_field(assay_cursor *c, field *ret_field)
{
    uint64_t tag;

    if (assay_left(c) == 0)
        return 0;
    if (!take_varint(c, &tag))
        return c->failed ? -ASSAY_TRUNCATED : -ASSAY_MALFORMED;
    *ret_field = (field){ .number = tag >> 3, .wire = (unsigned)(tag & 7) };
    if (ret_field->number == 0)
        return -ASSAY_MALFORMED;
    switch (ret_field->wire) {
    case WIRE_VARINT:
        if (!take_varint(c, &ret_field->integer))
            return c->failed ? -ASSAY_TRUNCATED : -ASSAY_MALFORMED;
        return 1;
    case WIRE_I64:
    case WIRE_I32:
        assay_take(c, ret_field->wire == WIRE_I64 ? 8 : 4);
        return c->failed ? -ASSAY_TRUNCATED : 1;
    case WIRE_LEN:
        if (!take_varint(c, &ret_field->size))
            return c->failed ? -ASSAY_TRUNCATED : -ASSAY_MALFORMED;
        ret_field->offset = c->offset;
        ret_field->bytes = assay_take_up_to(c, ret_field->size);
        return 1;
    default:
        return -ASSAY_MALFORMED;
    }
}

static bool is_cut(const field *f)
{
    return f->wire == WIRE_LEN && f->bytes.size < f->size;
}

static int fail_at(assay_error *error, int kind, uint64_t offset, const char *name,
                   const char *what)
{
    return assay_fail(error, (enum assay_kind)kind, (assay_place){ offset, ASSAY_NO_EVENT, name },
                      "%s", what);
}

/* Keeps a part of which there may be one. */
static bool keep(assay_attestation_part *part, const field *f)
{
    if (part->bytes.data != NULL)
        return false;
    *part = (assay_attestation_part){ f->offset, f->size, f->bytes };
    return true;
}

/* All fields of the message are strings of bytes. False, with the fault kept, where it ends. */
static bool take_part(assay_attestation *self, assay_cursor *c)
{
    const uint64_t start = c->offset;
    field f;
    const int status = take_field(c, &f);
    bool once = true;

    if (status < 0)
        fail_at(&self->fault, -status, start, "Attestation",
                "the message is not protobuf from here on");
    if (status <= 0)
        return false;
    if (f.number > ATTESTATION_LAST || f.wire != WIRE_LEN) {
        fail_at(&self->fault, ASSAY_MALFORMED, start, "Attestation",
                "a field that the message does not have");
        return false;
    }
    self->quotes += f.number == ATTESTATION_QUOTES;
    if (f.number == ATTESTATION_EVENT_LOG)
        once = keep(&self->event_log, &f);
    if (f.number == ATTESTATION_CANONICAL)
        once = keep(&self->canonical_event_log, &f);
    if (!once)
        fail_at(&self->fault, ASSAY_MALFORMED, start, "event_log", "a log stands there twice");
    else if (is_cut(&f))
        fail_at(&self->fault, ASSAY_TRUNCATED, start, "Attestation",
                "the message ends inside this field");
    return self->fault.kind == 0;
}

void assay_attestation_read(assay_bytes bytes, assay_attestation *ret_attestation)
{
    assay_cursor c = assay_cursor_of(bytes);

    *ret_attestation = (assay_attestation){ .message = bytes };
    while (take_part(ret_attestation, &c))
        ;
}

bool assay_attestation_is(assay_bytes bytes)
{
    assay_attestation attestation;

    assay_attestation_read(bytes, &attestation);
    const assay_bytes log = attestation.event_log.bytes;
    return log.data != NULL &&
           (assay_format_tcg2.detect(log) != NULL || assay_format_tcg12.detect(log) != NULL);
}

/* PCR values. */

/* The algorithm of a PCRs message, wherever in it that stands; 0: nowhere. */
static int find_alg(assay_attestation_walk *walk, assay_error *error)
{
    assay_cursor c = walk->pcrs;
    field f;
    int status;

    walk->alg = 0;
    while ((status = take_field(&c, &f)) > 0 && !is_cut(&f))
        if (f.number == PCRS_HASH && f.wire == WIRE_VARINT)
            walk->alg = f.integer <= UINT16_MAX ? (uint32_t)f.integer : UINT32_MAX;
    if (status != 0)
        return fail_at(error, ASSAY_MALFORMED, walk->offset + c.offset, "pcrs",
                       "the PCRs of a quote are not protobuf from here on");
    return 1;
}

/* Moves to the PCRs of the next quote: 1, 0 behind the last. */
static int enter_quote(assay_attestation_walk *walk, assay_error *error)
{
    field quote, part;
    int status;

    while (take_field(&walk->message, &quote) > 0 && !is_cut(&quote)) {
        if (quote.number != ATTESTATION_QUOTES || quote.wire != WIRE_LEN)
            continue;
        assay_cursor c = assay_cursor_of(quote.bytes);
        while ((status = take_field(&c, &part)) > 0 && !is_cut(&part)) {
            if (part.number != QUOTE_PCRS || part.wire != WIRE_LEN)
                continue;
            walk->pcrs = assay_cursor_of(part.bytes);
            walk->offset = quote.offset + part.offset;
            walk->inside = true;
            return find_alg(walk, error);
        }
        if (status != 0)
            return fail_at(error, ASSAY_MALFORMED, quote.offset + c.offset, "quotes",
                           "a quote is not protobuf from here on");
    }
    return 0; /* what is wrong with the message is the reader's to say */
}

/* An entry of the map: its key may be absent when it is 0. */
static int take_entry(const field *entry, uint64_t offset, assay_attestation_pcr *pcr,
                      assay_error *error)
{
    assay_cursor c = assay_cursor_of(entry->bytes);
    field f;
    int status;

    while ((status = take_field(&c, &f)) > 0 && !is_cut(&f)) {
        if (f.number == ENTRY_KEY && f.wire == WIRE_VARINT)
            pcr->pcr = f.integer <= UINT32_MAX ? (uint32_t)f.integer : UINT32_MAX;
        if (f.number == ENTRY_VALUE && f.wire == WIRE_LEN) {
            pcr->value = f.bytes;
            pcr->offset = offset + entry->offset + f.offset;
        }
    }
    if (status != 0)
        return fail_at(error, ASSAY_MALFORMED, offset + entry->offset + c.offset, "pcrs",
                       "a PCR of a quote is not protobuf from here on");
    return 1;
}

int assay_attestation_next_pcr(assay_attestation_walk *walk, assay_attestation_pcr *ret_pcr,
                               assay_error *error)
{
    field f;

    for (;;) {
        if (!walk->inside) {
            const int status = enter_quote(walk, error);

            if (status <= 0)
                return status;
        }
        while (take_field(&walk->pcrs, &f) > 0) {
            if (f.number != PCRS_PCRS || f.wire != WIRE_LEN)
                continue;
            *ret_pcr = (assay_attestation_pcr){ .alg = walk->alg,
                                                .value = ASSAY_LITERAL(""),
                                                .offset = walk->offset + f.offset };
            return take_entry(&f, walk->offset, ret_pcr, error);
        }
        walk->inside = false;
    }
}
