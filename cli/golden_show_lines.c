/* SPDX-License-Identifier: BSD-2-Clause */
/* The kinds of lines that the text of assay golden show has. */
#include "cli/golden_show_text.h"
#include "cli/style.h"

void cli_shown_put_bytes(const cli_golden_shown *shown, const char *label, assay_bytes text)
{
    assay_put_format(shown->call->out, "  %-*s", CLI_SHOWN_LABEL, label);
    cli_put_fitted(shown->call->out, text, shown->call->width - CLI_SHOWN_LABEL - 2, 2,
                   CLI_SHOWN_LABEL + 2);
    assay_put_char(shown->call->out, '\n');
}

void cli_shown_put_line(const cli_golden_shown *shown, const char *label, const char *text)
{
    cli_shown_put_bytes(shown, label, assay_bytes_of_string(text));
}

/* Several texts in a line, those that there are. */
void cli_shown_put_texts(const cli_golden_shown *shown, const char *label, const char *const *texts,
                         size_t count)
{
    char line[512];
    assay_writer writer = assay_writer_lent(line, sizeof line - 1);

    for (size_t i = 0; i < count; i++)
        if (texts[i] != NULL)
            assay_put_format(&writer, "%s%.160s", writer.used > 0 ? " " : "", texts[i]);
    line[writer.used] = '\0';
    if (writer.used > 0)
        cli_shown_put_line(shown, label, line);
}

void cli_shown_put_text(const cli_golden_shown *shown, const char *label, const char *text)
{
    cli_shown_put_texts(shown, label, &text, 1);
}

void cli_shown_put_hex(const cli_golden_shown *shown, const char *label, const uint8_t digest[32])
{
    assay_put_format(shown->call->out, "  %-*s", CLI_SHOWN_LABEL, label);
    assay_put_hex(shown->call->out, assay_bytes_of(digest, 32));
    assay_put_char(shown->call->out, '\n');
}

void cli_shown_put_title(const cli_golden_shown *shown, const char *title)
{
    assay_put_char(shown->call->out, '\n');
    cli_put_toned(shown->call, CLI_STRONG, title);
    assay_put_char(shown->call->out, '\n');
}

void cli_shown_put_names(const cli_golden_shown *shown, assay_variant_set variants, size_t columns,
                         size_t indent)
{
    const assay_reference *const r = shown->reference;
    char line[512];
    assay_writer writer = assay_writer_lent(line, sizeof line);

    for (size_t i = 0; i < r->variant_count; i++)
        if ((variants >> i & 1) != 0)
            assay_put_format(&writer, "%s%.100s", writer.used > 0 ? ", " : "", r->variants[i].name);
    cli_put_fitted(shown->call->out, assay_written(&writer), columns, 3, indent);
}

void cli_shown_put_only_in(const cli_golden_shown *shown, assay_variant_set variants)
{
    enum { INDENT = CLI_SHOWN_LABEL + sizeof "  only in " - 1 };
    const assay_variant_set all = assay_reference_all(shown->reference);

    if ((variants & all) == all)
        return;
    assay_put_format(shown->call->out, "  %-*sonly in ", CLI_SHOWN_LABEL, "");
    cli_shown_put_names(shown, variants, shown->call->width - INDENT, INDENT);
    assay_put_char(shown->call->out, '\n');
}
