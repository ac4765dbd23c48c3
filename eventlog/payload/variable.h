/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UEFI_VARIABLE_DATA (PFP 1.06 section 10.2.6): a variable by vendor and name, and
 * what it held. Which of its bytes the digest covers depends on the event's type and
 * on the program: all of them, or VariableData only.
 *
 * Seen in the field, and read here: no data at all (the variable is not set), a
 * VariableDataLength beyond the event, UnicodeNameLength counted in bytes, bytes
 * after VariableData. Old versions of shim leave six of those, and their digest covers
 * all of the event but the last byte.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_VARIABLE_H
#define ASSAY_EVENTLOG_PAYLOAD_VARIABLE_H

#include "base/guid.h"
#include "base/output.h"

typedef struct assay_variable {
    assay_guid vendor;    /* VariableName: whose name space */
    uint64_t name_length; /* UnicodeNameLength as stated: characters */
    uint64_t data_length; /* VariableDataLength as stated: bytes */
    assay_bytes name;     /* UnicodeName, UTF-16LE */
    assay_bytes data;     /* VariableData, as far as it is there */
    assay_bytes trailing; /* whatever follows it */
} assay_variable;

/** Whether the event ends before VariableData does. */
static inline bool assay_variable_is_cut(const assay_variable *variable)
{
    return variable->data.size < variable->data_length;
}

/** Whether it is the variable of that name of EFI_GLOBAL_VARIABLE,
 * or another vendor by GUID name. */
bool assay_variable_is(const assay_variable *variable, const char *vendor, const char *name);

bool assay_variable_decode(assay_bytes data, assay_variable *ret_variable);
void assay_variable_encode(assay_writer *writer, const assay_variable *variable);

/** One of vendor, name (ASCII) and data. */
void assay_variable_put(assay_writer *writer, const assay_guid *vendor, const char *name,
                        assay_bytes data);

void assay_variable_emit(assay_output *out, const assay_variable *variable);
void assay_variable_summary(assay_writer *writer, const assay_variable *variable);

#endif
