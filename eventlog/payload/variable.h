/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_EVENTLOG_PAYLOAD_VARIABLE_H
#define ASSAY_EVENTLOG_PAYLOAD_VARIABLE_H

#include "base/output.h"

typedef struct assay_variable {
    assay_bytes raw;
} assay_variable;

#endif
