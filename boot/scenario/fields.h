/* SPDX-License-Identifier: BSD-2-Clause */
/* The members of a scenario's objects, one row each, for reader and writer. Private to boot/. */
#ifndef ASSAY_BOOT_SCENARIO_FIELDS_H
#define ASSAY_BOOT_SCENARIO_FIELDS_H

#include "boot/scenario/document.h"

enum assay_field_kind {
    ASSAY_FIELD_TEXT,   /* const char * */
    ASSAY_FIELD_NUMBER, /* uint64_t */
    ASSAY_FIELD_FLAG,   /* uint64_t, 0 or 1: true or false */
};

typedef struct assay_field {
    const char *key;
    enum assay_field_kind kind;
    size_t offset;
    uint64_t max; /* of a number */
} assay_field;

/** An object of the document, and those of its members that are plain values. */
typedef struct assay_field_group {
    const char *key;
    const assay_field *fields; /* ended by a row without a key */
} assay_field_group;

enum { ASSAY_FIELD_GROUPS = 5 };

/** "machine", "firmware", "direct", "choice", "userspace"; offsets are of the document. */
extern const assay_field_group assay_field_groups[ASSAY_FIELD_GROUPS];

/** The members of a disk; offsets are of it. */
extern const assay_field assay_disk_fields[];

/** The members of an option ROM; offsets are of it. */
extern const assay_field assay_rom_fields[];

/** Members that are no plain values, by the object they are in; each list ends with NULL. */
extern const char *const assay_document_keys[], *const assay_firmware_keys[],
    *const assay_disk_keys[], *const assay_userspace_keys[], *const assay_no_keys[];

#endif
