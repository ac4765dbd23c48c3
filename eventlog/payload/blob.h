/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_EVENTLOG_PAYLOAD_BLOB_H
#define ASSAY_EVENTLOG_PAYLOAD_BLOB_H

#include "base/output.h"

typedef struct assay_blob {
    assay_bytes raw;
} assay_blob;

#endif
