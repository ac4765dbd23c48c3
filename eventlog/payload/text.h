/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_EVENTLOG_PAYLOAD_TEXT_H
#define ASSAY_EVENTLOG_PAYLOAD_TEXT_H

#include "base/output.h"

typedef struct assay_text {
    assay_bytes raw;
} assay_text;

#endif
