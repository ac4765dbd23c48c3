/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reference says of itself, as NAME=VALUE. */
#ifndef ASSAY_POLICY_REFERENCE_DESCRIBE_H
#define ASSAY_POLICY_REFERENCE_DESCRIBE_H

#include "policy/reference/reference.h"

/** One thing that can be said. All strings static. */
typedef struct assay_reference_property {
    const char *name;  /* "version", "platform.model" ... */
    const char *value; /* as the help calls it */
    const char *help;  /* a phrase without its full stop */
} assay_reference_property;

/** The rows of the table; NULL beyond the last. */
const assay_reference_property *assay_reference_property_at(size_t index);

/**
 * Sets one of them, or "component.ROLE.name", ".version", ".version-scheme" and ".vendor" of all
 * components of a role. 0; -ASSAY_UNSUPPORTED for a name that there is not, or a component that
 * the reference has not; -ASSAY_MALFORMED for a value that can't be; -ASSAY_NO_MEMORY.
 */
int assay_reference_set(assay_reference *reference, const char *name, const char *value,
                        assay_error *error);

/** Whether text is a moment as RFC 3339 has it, in UTC, to the second: "2026-01-02T03:04:05Z". */
bool assay_is_moment(const char *text);

#endif
