/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inputs that are no event log and are often taken for one: the ACPI table that says where the
 * log is, a quote, a key, something compressed, a log as hexadecimal digits. Each is named, with
 * what to do about it. Private to eventlog/.
 */
#ifndef ASSAY_EVENTLOG_FORMAT_MISTAKES_H
#define ASSAY_EVENTLOG_FORMAT_MISTAKES_H

#include "base/bytes.h"
#include "base/error.h"

/** Fails as of unknown format, and says what the bytes are where that is known. */
int assay_mistake_fail(assay_bytes bytes, assay_error *error);

/**
 * Whether the bytes begin as a disk image does, with zeros up to a mark far behind: the one
 * mistake that would pass for an empty log of the SHA-1 format.
 */
bool assay_mistake_is_disk(assay_bytes bytes);

/** Whether the bytes are an ACPI table about a log; fails then, and says where the log is. */
bool assay_acpi_fail(assay_bytes bytes, assay_error *error);

#endif
