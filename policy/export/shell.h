/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of scripts. Private to policy/. */
#ifndef ASSAY_POLICY_EXPORT_SHELL_H
#define ASSAY_POLICY_EXPORT_SHELL_H

#include "base/writer.h"

/** Text as one word of a POSIX shell, whatever is in it (XCU 2.2.2): between single quotes. */
void assay_put_shell_word(assay_writer *writer, assay_bytes text);

#endif
