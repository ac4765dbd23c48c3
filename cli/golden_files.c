/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/golden_files.h"

#include "cli/fold.h"

size_t cli_files_of_path(const assay_reference *reference, size_t at)
{
    const assay_reference_file *const first = &reference->files[at];
    size_t count = 0;

    while (at + count < reference->file_count &&
           reference->files[at + count].kind == first->kind &&
           assay_bytes_equal(reference->files[at + count].path, first->path))
        count++;
    return count;
}

void cli_put_file_digest(assay_writer *out, const assay_reference_file *file, size_t start,
                         size_t column)
{
    const char *const alg = file->alg != NULL ? file->alg : "any";
    const size_t end = start + strlen(alg);

    assay_put_string(out, alg);
    if (end < column)
        assay_put_format(out, "%*s", (int)(column - end), "");
    else
        assay_put_format(out, "\n%*s", (int)column, "");
    if (file->alg == NULL)
        assay_put_string(out, "it is written to while it is read\n");
    else
        cli_put_value(out, file->digest, column);
}

void cli_emit_file_digest(assay_output *out, const assay_reference_file *file)
{
    assay_emit_bool(out, "violates", file->alg == NULL);
    if (file->alg == NULL)
        return;
    assay_emit_string(out, "algorithm", file->alg);
    assay_emit_hex(out, "digest", file->digest);
}
