/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/registers.h"

#include "cli/style.h"

void cli_put_registers(const cli_call *call, enum assay_registers registers, bool by_index)
{
    char text[192];
    assay_writer words = assay_writer_lent(text, sizeof text - 1);

    if (registers == ASSAY_REGISTERS_PCR)
        return;
    assay_put_string(&words, "registers");
    for (uint32_t index = 0; index < ASSAY_REGISTERS_MAX; index++) {
        assay_put_string(&words, index > 0 ? ", " : " ");
        if (by_index)
            assay_put_format(&words, "%u ", index);
        assay_put_string(&words, assay_register_title(registers, index));
    }
    text[assay_written(&words).size] = '\0';
    assay_put_string(call->out, "  ");
    cli_put_wrapped(call->out, text, 2, 4, call->width);
}

void cli_emit_register(assay_output *out, enum assay_registers registers, uint32_t index)
{
    const char *const title = assay_register_title(registers, index);

    if (title != NULL)
        assay_emit_string(out, "register", title);
}
