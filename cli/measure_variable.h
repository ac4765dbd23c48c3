/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files about variables share: variables by the names that UEFI and shim define. */
#ifndef ASSAY_CLI_MEASURE_VARIABLE_H
#define ASSAY_CLI_MEASURE_VARIABLE_H

#include "cli/measure.h"

/** The vendor of a name that is given alone, as assay_guid_name() has it. Static. */
const char *cli_variable_vendor(const char *name);

/** Whether a name is `pattern`, in which # stands for a hexadecimal digit. */
bool cli_variable_name_matches(const char *name, const char *pattern);

/** Adds an event of UEFI_VARIABLE_DATA, all of it hashed; `event` says all but data and digests. */
void cli_measured_add_variable(cli_measured *measured, const char *name, assay_bytes data,
                               const cli_measured_event *event);

/** Adds what is measured of a database of that name, if anything. `when` NULL: the table's. */
void cli_measured_add_database(cli_measured *measured, const char *name, assay_bytes data,
                               const char *when);

/** Adds what is measured of a variable, if anything is. */
void cli_measured_add_named(cli_measured *measured, const assay_guid *vendor, const char *name,
                            assay_bytes data);

/**
 * Adds an event for each certificate, or for each entry, of signature lists that are `name`: what
 * is measured when it lets an image pass. 0 or a negative kind.
 */
int cli_measured_add_authorities(cli_measured *measured, const char *name, assay_bytes lists,
                                 bool all, assay_error *error);

#endif
