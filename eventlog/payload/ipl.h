/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_EVENTLOG_PAYLOAD_IPL_H
#define ASSAY_EVENTLOG_PAYLOAD_IPL_H

#include "base/output.h"

typedef struct assay_ipl {
    assay_bytes raw;
} assay_ipl;

#endif
