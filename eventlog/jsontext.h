/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON (RFC 8259) as text: where a value begins and ends, and where the members of an
 * object stand. Nothing is allocated and nothing is checked that need not be: whether the
 * text is JSON at all, jansson says.
 *
 * Private to eventlog/.
 */
#ifndef ASSAY_EVENTLOG_JSONTEXT_H
#define ASSAY_EVENTLOG_JSONTEXT_H

#include "base/cursor.h"

/** Moves past blanks, and says which character follows; 0 at the end. */
uint8_t assay_json_peek(assay_cursor *c);

/**
 * Takes the value that begins at the cursor, blanks before it left out: up to its end, or to
 * the end of the bytes where it has none. No bytes when nothing but blanks is left, or a
 * character that begins no value.
 */
assay_bytes assay_json_take(assay_cursor *c);

/** Whether a value may be given to jansson: not too deep, and of not too many values. */
bool assay_json_is_modest(assay_bytes value, size_t depth_max, size_t nodes_max);

/**
 * Takes the next member of an object whose `{` or last member lies before the cursor: the key
 * as it stands between its quotes, and the value. False at the end, and where no member is.
 */
bool assay_json_take_member(assay_cursor *c, assay_bytes *ret_key, assay_bytes *ret_value);

/** The value of the first member of `object` that is called `key`, or no bytes. */
assay_bytes assay_json_member(assay_bytes object, const char *key);

/** What stands between the quotes of a string, escapes and all; no bytes for another value. */
assay_bytes assay_json_string(assay_bytes value);

#endif
