/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shape in which tpm2_eventlog of tpm2-tools 5.4 prints a log, its version 1: which types
 * show fields, which text and which digits was its choice. It is the log format
 * "tpm2-eventlog", and what `assay show --format yaml` prints.
 *
 * Its mistakes are not kept: strings are made harmless, lengths are those of the data, digits
 * do not end after 1024 bytes, and every type has its name.
 */
#ifndef ASSAY_EVENTLOG_TPM2YAML_H
#define ASSAY_EVENTLOG_TPM2YAML_H

#include "eventlog/log.h"

enum assay_tpm2yaml_care {
    ASSAY_TPM2YAML_AS_PRINTED, /* as the program prints it, though bytes of the data be lost */
    ASSAY_TPM2YAML_EXACT,      /* digits where its own shape would lose bytes */
};

/** Puts one event, from "- EventNum:" on. `header` is that of its log. */
void assay_tpm2yaml_put(assay_writer *out, const assay_event *event, const assay_log_header *header,
                        enum assay_tpm2yaml_care care);

#endif
