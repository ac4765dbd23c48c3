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
 * Appends the template data that `columns`, all of a line behind the template's name and one
 * blank, are the text of, to a growing writer. False where they are not, or the template is not known; what was
 * appended until then is of no meaning.
 */
bool assay_ima_columns_read(assay_bytes name, assay_bytes columns, bool big_endian,
                            assay_writer *data);

/** Puts the fields with a blank before each; false where one of them has no text. */
bool assay_ima_columns_write(assay_bytes name, const assay_ima_fields *fields, assay_writer *line);

#endif
