/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The columns of an ASCII measurement list of Linux IMA: the fields of a template as
 * text (security/integrity/ima/ima_template_lib.c), and back. Private to eventlog/format/.
 */
#ifndef ASSAY_EVENTLOG_FORMAT_IMACOLUMNS_H
#define ASSAY_EVENTLOG_FORMAT_IMACOLUMNS_H

#include "base/writer.h"
#include "eventlog/imatemplate.h"

/**
 * Appends the data of the template `name` to a growing writer, made of `columns`: all of a line
 * behind the name and one blank. False, with what was appended of no meaning, where the template
 * is not known or these are not its columns.
 */
bool assay_ima_columns_read(assay_bytes name, assay_bytes columns, bool big_endian,
                            assay_writer *data);

/** Puts the fields with a blank before each; false where one of them has no text. */
bool assay_ima_columns_write(assay_bytes name, const assay_ima_fields *fields, assay_writer *line);

#endif
