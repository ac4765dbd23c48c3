/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_EVENTLOG_PAYLOAD_HANDOFF_H
#define ASSAY_EVENTLOG_PAYLOAD_HANDOFF_H

#include "base/output.h"

typedef struct assay_handoff {
    assay_bytes raw;
} assay_handoff;

#endif
