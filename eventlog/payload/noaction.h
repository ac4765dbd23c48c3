/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_EVENTLOG_PAYLOAD_NOACTION_H
#define ASSAY_EVENTLOG_PAYLOAD_NOACTION_H

#include "base/output.h"

typedef struct assay_no_action {
    assay_bytes raw;
} assay_no_action;

#endif
