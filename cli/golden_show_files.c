/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of assay golden show: files of the kernel's list. */
#include "cli/golden_files.h"
#include "cli/golden_show_text.h"

static void put_file_counts(const cli_golden_shown *shown)
{
    static const char *const names[ASSAY_FILE_KINDS][2] = { { "file", "files" },
                                                            { "keyring", "keyrings" },
                                                            { "buffer", "buffers" } };
    const assay_reference *const r = shown->reference;
    size_t counts[ASSAY_FILE_KINDS] = { 0 };

    for (size_t at = 0; at < r->file_count; at += cli_files_of_path(r, at))
        counts[r->files[at].kind]++;
    assay_put_string(shown->call->out, "  ");
    for (size_t kind = 0; kind < ASSAY_FILE_KINDS; kind++)
        if (counts[kind] > 0)
            assay_put_format(shown->call->out, "%zu %s, ", counts[kind],
                             names[kind][counts[kind] != 1]);
    assay_put_format(shown->call->out, "%zu digest%s\n", r->file_count,
                     r->file_count == 1 ? "" : "s");
}

/* What the kernel may list once it runs. */
void cli_shown_put_files(const cli_golden_shown *shown)
{
    const assay_reference *const r = shown->reference;

    cli_shown_put_title(shown, "Files");
    put_file_counts(shown);
    for (size_t i = 0, next = 0; shown->call->common->verbose > 0 && i < r->file_count; i++) {
        if (i == next) {
            next += cli_files_of_path(r, i);
            cli_shown_put_bytes(shown, assay_file_kind_name(r->files[i].kind), r->files[i].path);
        }
        assay_put_string(shown->call->out, "  ");
        cli_put_file_digest(shown->call->out, &r->files[i], 2, CLI_SHOWN_LABEL + 2);
        cli_shown_put_only_in(shown, r->files[i].variants);
    }
}
