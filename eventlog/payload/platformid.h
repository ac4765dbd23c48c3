/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCG_Sp800_155_PlatformId_Event, ...Event2 and ...Event3 (PFP 1.06 section 10.4.5.2),
 * behind their signature: which platform this is, and where its reference integrity
 * manifest (RIM) is found.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_PLATFORMID_H
#define ASSAY_EVENTLOG_PAYLOAD_PLATFORMID_H

#include "base/output.h"

/** Which version of the structure; each adds fields behind the one before. */
enum assay_platform_id_version {
    ASSAY_PLATFORM_ID_1 = 1,
    ASSAY_PLATFORM_ID_2,
    ASSAY_PLATFORM_ID_3,
};

enum assay_locator_type {
    ASSAY_LOCATOR_RAW,
    ASSAY_LOCATOR_URI,
    ASSAY_LOCATOR_DEVICE_PATH,
    ASSAY_LOCATOR_VARIABLE, /* GUID, name in UTF-16 with NUL */
};

typedef struct assay_locator {
    uint32_t type; /* enum assay_locator_type, or anything */
    assay_bytes value;
} assay_locator;

typedef struct assay_platform_id {
    enum assay_platform_id_version version;
    uint32_t vendor_id; /* IANA enterprise number */
    assay_guid reference_manifest_guid;

    assay_bytes platform_manufacturer; /* from version 2 on; strings may end in a NUL */
    assay_bytes platform_model;
    assay_bytes platform_version;
    assay_bytes firmware_manufacturer;
    uint32_t firmware_manufacturer_id; /* IANA enterprise number */
    assay_bytes firmware_version;

    assay_locator rim; /* version 3 */
    assay_locator platform_cert;
} assay_platform_id;

/** Reads the fields that `version` has; a failure is the cursor's. */
assay_platform_id assay_take_platform_id(assay_cursor *cursor,
                                         enum assay_platform_id_version version);

void assay_put_platform_id(assay_writer *writer, const assay_platform_id *id);
void assay_platform_id_emit(assay_output *out, const assay_platform_id *id);
void assay_platform_id_summary(assay_writer *writer, const assay_platform_id *id);

#endif
