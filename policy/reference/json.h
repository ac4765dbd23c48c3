/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reference as a file: JSON that a person can review in a pull request, and canonical: the same
 * reference is the same bytes. Members in one order, two blanks a level, a member or element a
 * line, hexadecimal in lower case, a newline at the end. man/assay-reference.schema.json.
 */
#ifndef ASSAY_POLICY_REFERENCE_JSON_H
#define ASSAY_POLICY_REFERENCE_JSON_H

#include "policy/reference/reference.h"

/** What to leave out when writing. */
enum assay_reference_part { ASSAY_REFERENCE_WHOLE, ASSAY_REFERENCE_UNSIGNED };

/**
 * Writes it. 0 or a negative kind: -ASSAY_MALFORMED for what could not be read again, a text that
 * is no UTF-8 or a digest that its algorithm doesn't make.
 */
int assay_reference_write(const assay_reference *reference, enum assay_reference_part part,
                          assay_writer *writer);

/**
 * Reads one. What is refused is refused with its place: a key twice, a member unknown here, an
 * extension that is critical, values that do not follow from the steps. Free after 0.
 */
int assay_reference_read(assay_reference **ret_reference, assay_bytes json, assay_hashes *hashes,
                         assay_error *error);

enum { ASSAY_REFERENCE_WHAT_MAX = 4 * 240 };

/**
 * Writes what an event is of, as references say it to people: a variable's name, a file's path, a
 * text that was measured; nothing where its data say none. Harmless text of at most
 * ASSAY_REFERENCE_WHAT_MAX bytes. It is part of the format: an event that has one keeps it.
 */
void assay_reference_put_what(assay_writer *writer, const assay_event *event);

#endif
