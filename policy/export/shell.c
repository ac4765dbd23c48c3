/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/shell.h"

void assay_put_shell_word(assay_writer *writer, assay_bytes text)
{
    assay_put_char(writer, '\'');
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '\'')
            assay_put_string(writer, "'\\''");
        else
            assay_put_u8(writer, text.data[i]);
    assay_put_char(writer, '\'');
}
