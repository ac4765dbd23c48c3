/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a log format brings along: how to recognise it, read it and write it.
 * Adding a format is a file here, a row in formats.c, a fuzz target and a fixture.
 * Private to eventlog/.
 */
#ifndef ASSAY_EVENTLOG_FORMAT_FORMAT_H
#define ASSAY_EVENTLOG_FORMAT_FORMAT_H

#include "eventlog/log.h"
#include "eventlog/room.h"

typedef struct assay_format {
    assay_format_info info;
    assay_format_room room; /* meaningless in a format that is not writable */
    /** Why `bytes` are of this format, as a static phrase ("... in the first record"), or NULL. */
    const char *(*detect)(assay_bytes bytes);
    /** Reads the header, sets log->header and leaves log->cursor at the first record. */
    int (*open)(assay_log *log);
    /** As assay_log_next. Fails through log_fail(), ends through log_end_*(). */
    int (*next)(assay_log *log, assay_event *ret_event);
    void (*close)(assay_log *log); /* or NULL */
    /** As assay_log_claimed_pcrs, of a log read to its end. NULL: a format without. */
    assay_bytes (*claimed_pcrs)(const assay_log *log);
    int (*write_begin)(assay_log_writer *out, assay_error *error); /* NULL: not writable */
    int (*write_event)(assay_log_writer *out, const assay_event *event, assay_error *error);
    int (*write_end)(assay_log_writer *out, assay_error *error); /* or NULL */
    /**
     * Whether an event of a log of this format and header is the format's own header, which says
     * nothing that `header` does not; or NULL where there are none. Ask assay_format_is_header().
     */
    bool (*is_header)(const assay_log_header *header, const assay_event *event);
} assay_format;

extern const assay_format assay_format_tcg12;
extern const assay_format assay_format_tcg2;
extern const assay_format assay_format_txt;
extern const assay_format assay_format_txt2;
extern const assay_format assay_format_heap;
extern const assay_format assay_format_text;
extern const assay_format assay_format_inteljson;
extern const assay_format assay_format_systemd;
extern const assay_format assay_format_celjson;
extern const assay_format assay_format_celtlv;
extern const assay_format assay_format_coreboot;
extern const assay_format assay_format_final_events;
extern const assay_format assay_format_ima;
extern const assay_format assay_format_imatext;
extern const assay_format assay_format_tpm2yaml;
extern const assay_format assay_format_attestation;
extern const assay_format assay_format_txtstat;
extern const assay_format assay_format_cbmem;

/** The rows in the order in which detection asks them; NULL beyond the last. */
const assay_format *assay_format_at(size_t index);

/** The row of that name, as --log-format spells it, or NULL. */
const assay_format *assay_format_by_name(const char *name);

/** Fails at `offset` of the input in the event about to be read. */
int assay_log_fail(assay_log *log, enum assay_kind kind, uint64_t offset, const char *field,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));

/**
 * For a record that began at `start` and whose reads did not fit: fails with
 * ASSAY_TRUNCATED and says which field (`field`) wanted how many bytes of how many.
 */
int assay_log_fail_truncated(assay_log *log, uint64_t start, const char *field);

/** Adds a finding about the event about to be read. */
void assay_log_note(assay_log *log, enum assay_finding_code code, uint64_t offset,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/**
 * Whether the log ends at the cursor: nothing left, or padding of 0x00 or 0xFF
 * only. Records the tail. A reader asks before each record.
 */
bool assay_log_at_end(assay_log *log);

/** Ends the log here though bytes are left that no reader understands. Returns 0. */
int assay_log_end_with_tail(assay_log *log, uint64_t offset);

/** The digest size by the header's word, by the algorithm's own where the header is silent, or 0.
 */
size_t assay_log_digest_size(const assay_log_header *header, uint16_t alg);

/** Whether the event is a crypto-agile log's header, "Spec ID Event03" of EV_NO_ACTION. */
bool assay_spec_id_is(const assay_event *event);

/** The same of one where that header stands: assay_format.is_header of what has one. */
bool assay_tcg2_is_header(const assay_log_header *header, const assay_event *event);

/**
 * Whether a conversion makes the event from `header` instead of copying it: the crypto-agile
 * header, wherever it was read, and the format's own.
 */
bool assay_format_is_header(const assay_format *format, const assay_log_header *header,
                            const assay_event *event);

/**
 * Whether its vendor information says that the log is of measurement registers: td-shim, the
 * small firmware of TDX guests, gives its header the index 0 as if they were PCRs.
 */
bool assay_spec_id_names_registers(const assay_spec_id *spec_id);

/** The PCRIndex of the header's own record: 1 in a log of measurement registers, else 0. */
uint32_t assay_spec_id_index(const assay_log_header *header);

/** Reads that header into log->header: 0, or fails through assay_log_fail(). */
int assay_spec_id_read(assay_log *log, const assay_event *event);

/** Reads what a SHA-1 log's first event may say, "Spec ID Event00" or "...02"; else writes nothing.
 */
void assay_spec_id_read_forerunner(const assay_event *event, assay_spec_id *ret_spec_id);

/** Notes it when the vendor information of the header says that coreboot wrote the log. */
void assay_coreboot_slots_note(assay_log *log);

/** Writes TCG_EfiSpecIDEvent with what `header` says; 2.0 and 64 bit where it says nothing. */
void assay_spec_id_put(assay_writer *writer, const assay_log_header *header);

/** Reads one TCG_PCClientPCREvent (PFP 1.06 table 15): the record all TCG formats begin with. */
int assay_tcg12_read_record(assay_log *log, assay_event *ret_event);

/** Reads one TCG_PCR_EVENT2 (PFP 1.06 table 16) with the digest sizes of log->header. */
int assay_tcg2_read_record(assay_log *log, assay_event *ret_event);

/** Reads a record with one digest of `bank`: the SHA-1 format and Intel TXT's logs of one bank. */
int assay_single_bank_read_record(assay_log *log, assay_bank bank, assay_event *ret_event);

/** The same record written: pcrIndex, eventType, digest, eventSize, event. */
void assay_single_bank_write_record(assay_writer *writer, const assay_event *event,
                                    assay_bytes digest);

/** Opens and reads a "Spec ID Event03" header at the cursor; fills log->header. */
int assay_tcg2_open(assay_log *log);

/**
 * The next event of a crypto-agile log whose header event is still to be yielded when
 * `first`; 0 at the end of what the cursor may read.
 */
int assay_tcg2_next(assay_log *log, bool first, assay_event *ret_event);

#endif
