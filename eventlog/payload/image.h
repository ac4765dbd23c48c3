/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_EVENTLOG_PAYLOAD_IMAGE_H
#define ASSAY_EVENTLOG_PAYLOAD_IMAGE_H

#include "base/output.h"

typedef struct assay_image {
    assay_bytes raw;
} assay_image;

#endif
