/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_EVENTLOG_PAYLOAD_TXT_H
#define ASSAY_EVENTLOG_PAYLOAD_TXT_H

#include "base/output.h"

typedef struct assay_txt_payload {
    assay_bytes raw;
} assay_txt_payload;

#endif
