/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The canonical event log in its TLV encoding: see celtlv.c.
 *
 * Private to celtlv*.c.
 */
#ifndef ASSAY_EVENTLOG_FORMAT_CELTLV_H
#define ASSAY_EVENTLOG_FORMAT_CELTLV_H

#include "eventlog/format/cel.h"

enum { ASSAY_CELTLV_HEAD = 5 /* bytes of an element before its value */ };

int assay_celtlv_write_begin(assay_log_writer *out, assay_error *error);
int assay_celtlv_write_event(assay_log_writer *out, const assay_event *event, assay_error *error);

#endif
