/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check_said.h"

#include "cli/style.h"

assay_writer *cli_sentence_begin(cli_sentence *s)
{
    s->words = assay_writer_lent(s->text, sizeof s->text - 1);
    return &s->words;
}

void cli_sentence_put(const cli_call *call, cli_sentence *s, size_t column, size_t indent)
{
    s->text[assay_written(&s->words).size] = '\0';
    assay_put_format(call->out, "%*s", (int)column, "");
    cli_put_wrapped(call->out, s->text, column, indent, call->width);
}

const char *cli_register_kind(const cli_checked *checked)
{
    return checked->fold->replay.measurement_registers ? "RTMR" : "PCR";
}

void cli_write_bank(assay_writer *words, uint16_t *last, uint16_t alg)
{
    if (alg == *last)
        return;
    assay_put_format(words, "%s%s", *last == ASSAY_ALG_NULL ? "" : ", ",
                     assay_alg_find(alg)->name);
    *last = alg;
}
