/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_EVENTLOG_PAYLOAD_TAGGED_H
#define ASSAY_EVENTLOG_PAYLOAD_TAGGED_H

#include "base/output.h"

typedef struct assay_tagged {
    assay_bytes raw;
} assay_tagged;

#endif
