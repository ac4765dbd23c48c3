/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the two forms of an IMA measurement list share: the binary one (ima.c) and the
 * one in ASCII (imatext.c). Private to eventlog/format/.
 */
#ifndef ASSAY_EVENTLOG_FORMAT_IMA_H
#define ASSAY_EVENTLOG_FORMAT_IMA_H

#include "base/hash.h"
#include "eventlog/format/format.h"
#include "eventlog/ima.h"

/** Bytes of a template's name: more than a format of all fields has. */
enum { ASSAY_IMA_NAME_MAX = 255 };

/**
 * Whether a list may begin with an entry of this template: one whose name begins with "ima", or
 * one made of known fields. Shorter names would say too little about what the input is.
 */
bool assay_ima_name_is_telling(assay_bytes name);

/** Whether all characters are such as names of templates have; a blank is none of them. */
bool assay_ima_name_is_sound(assay_bytes name);

/** Sets what the header of every list says, with the bank that its digests' size suggests. */
void assay_ima_set_header(assay_log *log, size_t digest_size);

/**
 * Sets in log->header the bank of the list: among those of one digest size the one whose
 * hash the first sound entries' digests are. Entries are read with `next` from a copy of the log.
 * 0, or fails for want of memory. *ret_told is whether an entry did.
 */
int assay_ima_tell_bank(assay_log *log, int (*next)(assay_log *log, assay_event *ret_event),
                        bool *ret_told);

/**
 * Whether `stated` is the hash of the entry's data (eventlog/ima.h) by `alg`: 1, 0 where it is not
 * or can't be computed, or a negative kind.
 */
int assay_ima_follows(assay_hashes *hashes, uint16_t alg, const assay_event *event,
                      assay_bytes stated);

/** Bytes of an entry's data in the ASCII list; of one with more, its columns are the label. */
enum { ASSAY_IMATEXT_DATA_MAX = 1 << 20 };

/** The functions of the ASCII list's row. */
int assay_imatext_write_begin(assay_log_writer *out, assay_error *error);
int assay_imatext_write_event(assay_log_writer *out, const assay_event *event, assay_error *error);
int assay_imatext_write_end(assay_log_writer *out, assay_error *error);

/** The bank of a list that is written: the header's only one, or SHA-1 where there is choice. */
assay_bank assay_ima_bank_to_write(const assay_log_header *header);

/** Fails unless the event is one that a list of this bank can hold; *ret_digest is its digest. */
int assay_ima_check_writable(const assay_event *event, assay_bank bank, assay_bytes *ret_digest,
                             assay_error *error);

#endif
