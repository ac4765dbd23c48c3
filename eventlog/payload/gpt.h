/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_EVENTLOG_PAYLOAD_GPT_H
#define ASSAY_EVENTLOG_PAYLOAD_GPT_H

#include "base/output.h"

typedef struct assay_gpt {
    assay_bytes raw;
} assay_gpt;

#endif
