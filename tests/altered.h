/* SPDX-License-Identifier: BSD-2-Clause */
/* Recorded boots of which something is altered in firmware's log. */
#ifndef ASSAY_TESTS_ALTERED_H
#define ASSAY_TESTS_ALTERED_H

#include "tests/learnt.h"

/** The boot, and the bytes of its log as they are now: with room for as many again. */
typedef struct altered {
    learnt one;
    uint8_t *bytes;
} altered;

void altered_open(altered *a, const char *machine);
void altered_free(altered *a);

/** The event of that number, as views into the log as it was recorded. */
assay_event altered_event(const altered *a, uint32_t number);
/** Where such a view begins in the log. */
size_t altered_offset(const altered *a, const uint8_t *place);

/** The log is what `bytes` are now. */
void altered_reopen(altered *a, size_t size);

/** The other digests that an event has: done twice, those that it had. */
void altered_digests(altered *a, uint32_t number);

/** Another text of as many bytes in an event's data, and other digests of it. */
void altered_text(altered *a, uint32_t number, const char *from, const char *to);

/** The log without that event, and with what else was altered in the rest. */
void altered_drop(altered *a, uint32_t number);

/** Puts events `first` and the one after it the other way round. */
void altered_swap(altered *a, uint32_t first);

#endif
