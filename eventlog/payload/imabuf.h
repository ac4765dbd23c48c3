/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A buffer that IMA measured in the place of a file (field "buf"): the command line of a kernel
 * for kexec, a key that was added to a keyring, critical data of SELinux or device-mapper. The
 * entry's file name says which.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_IMABUF_H
#define ASSAY_EVENTLOG_PAYLOAD_IMABUF_H

#include "base/output.h"

/** As an object under `key`: its size, and the text, the certificate or the few bytes that it is.
 */
void assay_ima_buffer_emit(assay_output *out, const char *key, assay_bytes buffer);

/** ": text", ": certificate of CN=..." or ": 12 bytes". */
void assay_ima_buffer_summary(assay_writer *writer, assay_bytes buffer);

#endif
