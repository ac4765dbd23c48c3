/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An entry of a Linux IMA measurement list, as what was extended: security/integrity/ima of the
 * kernel, Documentation/security/IMA-templates.rst.
 *
 * An event of ASSAY_CONTENT_IMA_TEMPLATE has the template's name in `name` and in `data` its
 * fields as the binary list has them, each behind its length in 4 bytes, little-endian (big-endian
 * in the list of a big-endian kernel, which hashes them so; imatemplate.h splits both); of
 * template "ima" the 20 digest bytes stand without a length. The digest a list states is the one of
 * the list's bank; that of every other bank is the hash of the same bytes.
 */
#ifndef ASSAY_EVENTLOG_IMA_H
#define ASSAY_EVENTLOG_IMA_H

#include "eventlog/event.h"
#include "eventlog/imatemplate.h"

enum {
    ASSAY_IMA_PCR = 10,  /* CONFIG_IMA_MEASURE_PCR_IDX unless the kernel was built otherwise */
    ASSAY_IMA_PARTS = 3, /* at most, of what is hashed */
};

/**
 * Whether the entry is a violation (a file was open for writing and reading at once): every digest
 * stated is zeros, and all PCR banks were extended with 0xFF instead.
 */
bool assay_ima_is_violation(const assay_event *event);

/**
 * What the template digest is the hash of, in order: `data`, and for template "ima" the digest
 * and the name, padded with NULs to 256 bytes. Returns how many parts; 0 when `data` of template
 * "ima" are no such fields.
 */
size_t assay_ima_measured(const assay_event *event, assay_bytes ret_parts[ASSAY_IMA_PARTS]);

#endif
