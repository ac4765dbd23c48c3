/* SPDX-License-Identifier: BSD-2-Clause */
/* assay convert, its statement: what is lost, where first, and which PCRs still fold. */
#include "cli/convert.h"
#include "cli/document.h"
#include "cli/style.h"

#include <stdio.h>
#include <unistd.h>

enum { LOSS_INDENT = 2, SENTENCE_INDENT = 6 };

/* For people. */

static void put_set(assay_writer *out, const char *before, const char *kind, uint32_t set)
{
    if ((set & ASSAY_ALL_PCRS) == 0)
        return;
    assay_put_format(out, "%s %s ", before, kind);
    assay_pcr_set_write(out, set & ASSAY_ALL_PCRS);
}

static void put_first(assay_writer *out, const cli_converted *converted, const assay_lost *lost)
{
    if (converted->logs->count > 1) {
        assay_put_string(out, " of ");
        assay_put_safe(out, assay_bytes_of_string(converted->logs->list[lost->source]->input.name));
    }
    if (lost->offset != ASSAY_NO_OFFSET)
        assay_put_format(out, " at byte %llu", (unsigned long long)lost->offset);
}

static void put_loss(assay_writer *out, const cli_converted *converted, enum assay_loss loss)
{
    const assay_lost *const lost = &converted->conversion->lost[loss];
    const assay_loss_info *const info = assay_loss_describe(loss);

    assay_put_format(out, "%*s%s:", LOSS_INDENT, "", info->name);
    if (lost->event != ASSAY_NO_EVENT)
        assay_put_format(out, " %llu event%s, first event %u", (unsigned long long)lost->count,
                         lost->count == 1 ? "" : "s", lost->event);
    put_first(out, converted, lost);
    put_set(out, lost->event != ASSAY_NO_EVENT ? "," : "",
            converted->fold->before.measurement_registers ? "index" : "PCR", lost->pcrs);
    assay_put_format(out, "\n%*s", SENTENCE_INDENT, "");
    cli_put_wrapped(out, info->sentence, SENTENCE_INDENT, SENTENCE_INDENT, 80);
}

static void put_bank(assay_writer *out, const cli_converted *converted,
                     const cli_converted_bank *bank)
{
    const char *const kind = converted->fold->before.measurement_registers ? "RTMR" : "PCR";
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    assay_put_format(out, "%*s%s", LOSS_INDENT, "", assay_alg_name(bank->alg, unknown));
    if (!bank->kept)
        assay_put_string(out, ": not kept");
    else if (bank->changed == 0)
        assay_put_string(out, ": folds to the same values");
    else
        assay_put_string(out, ": no longer folds to the same values");
    put_set(out, ",", kind, bank->changed);
    assay_put_char(out, '\n');
}

static void put_selection(assay_writer *out, const cli_converted *converted)
{
    const assay_conversion *const conversion = converted->conversion;
    const cli_common *const common = &converted->options->common;

    assay_put_format(out, "%*sselected: %llu of %llu events", LOSS_INDENT, "",
                     (unsigned long long)conversion->selected,
                     (unsigned long long)conversion->events);
    for (size_t i = 0; i < common->banks.count; i++) {
        char unknown[ASSAY_ALG_NUMBER_SIZE];

        assay_put_format(out, "%s%s", i == 0 ? ", of banks " : " ",
                         assay_alg_name(common->banks.alg[i], unknown));
    }
    assay_put_char(out, '\n');
}

static void put_summary(assay_writer *out, const cli_call *call, const cli_converted *converted,
                        bool lossless)
{
    assay_put_format(out, "assay %s: ", call->verb->name);
    for (size_t i = 0; i < converted->logs->count; i++) {
        assay_put_safe(out, assay_bytes_of_string(converted->logs->list[i]->input.name));
        assay_put_string(out, i + 1 < converted->logs->count ? " + " : ": ");
    }
    assay_put_format(out,
                     lossless             ? "converted to %s without loss\n"
                     : converted->written ? "converted to %s with loss\n"
                                          : "%s has no room for all of it; nothing is written\n",
                     converted->options->to);
}

void cli_convert_put_statement(const cli_call *call, const cli_converted *converted)
{
    const cli_common *const common = &converted->options->common;
    const bool lossless = assay_conversion_is_lossless(converted->conversion);
    const bool selected = common->banks.count > 0 || common->pcrs != 0;
    cli_converted_bank banks[ASSAY_BANKS_MAX];

    const bool detected =
        converted->detected != NULL && strcmp(converted->detected, converted->options->to) == 0;

    if (common->quiet || (lossless && !selected && detected && common->verbose == 0))
        return;
    assay_writer err = assay_writer_draining(STDERR_FILENO);
    put_summary(&err, call, converted, lossless);
    if (selected)
        put_selection(&err, converted);
    for (enum assay_loss loss = 0; loss < ASSAY_LOSSES; loss++)
        if (converted->conversion->lost[loss].count > 0 &&
            (assay_loss_describe(loss)->matters || common->verbose > 0))
            put_loss(&err, converted, loss);
    const size_t count = cli_converted_banks(converted->fold, banks);
    for (size_t i = 0; i < count; i++)
        put_bank(&err, converted, &banks[i]);
    if (!detected)
        assay_put_format(&err,
                         "  readers take the new log for %s: name its format with "
                         "--log-format\n",
                         converted->detected != NULL ? converted->detected : "no log at all");
    if (!converted->written)
        assay_put_string(&err, "hint: --lossy converts the rest\n");
    assay_writer_close(&err);
}

/* For programs. */

static void emit_set(assay_output *out, const char *key, assay_pcr_set set)
{
    assay_emit_array(out, key);
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(set, pcr))
            assay_emit_u64(out, NULL, pcr);
    assay_emit_end(out);
}

static void emit_loss(assay_output *out, const cli_converted *converted, enum assay_loss loss)
{
    const assay_lost *const lost = &converted->conversion->lost[loss];
    const assay_loss_info *const info = assay_loss_describe(loss);

    assay_emit_object(out, NULL);
    assay_emit_string(out, "loss", info->name);
    assay_emit_bool(out, "matters", info->matters);
    assay_emit_u64(out, "count", lost->count);
    assay_emit_object(out, "first");
    assay_emit_string(out, "file", converted->logs->list[lost->source]->input.name);
    if (lost->event != ASSAY_NO_EVENT)
        assay_emit_u64(out, "event", lost->event);
    if (lost->offset != ASSAY_NO_OFFSET)
        assay_emit_u64(out, "offset", lost->offset);
    assay_emit_end(out);
    emit_set(out, "pcrs", lost->pcrs);
    assay_emit_string(out, "meaning", info->sentence);
    assay_emit_end(out);
}

static void emit_banks(assay_output *out, const cli_converted *converted)
{
    cli_converted_bank banks[ASSAY_BANKS_MAX];
    const size_t count = cli_converted_banks(converted->fold, banks);

    assay_emit_array(out, "banks");
    for (size_t i = 0; i < count; i++) {
        assay_emit_object(out, NULL);
        assay_emit_alg(out, "bank", banks[i].alg);
        assay_emit_bool(out, "kept", banks[i].kept);
        emit_set(out, "same", banks[i].same);
        emit_set(out, "changed", banks[i].changed);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

int cli_convert_emit_statement(const cli_call *call, const cli_converted *converted)
{
    const assay_conversion *const conversion = converted->conversion;
    assay_output out = cli_document_begin(call);
    const int status = cli_emit_inputs(&out, converted->logs);

    assay_emit_array(&out, "from");
    for (size_t i = 0; i < converted->logs->count; i++)
        assay_emit_string(&out, NULL, conversion->from[i]);
    assay_emit_end(&out);
    assay_emit_string(&out, "to", converted->options->to);
    if (converted->detected != NULL)
        assay_emit_string(&out, "detected", converted->detected);
    else
        assay_emit_null(&out, "detected");
    assay_emit_bool(&out, "lossless", assay_conversion_is_lossless(conversion));
    assay_emit_bool(&out, "written", converted->written);
    assay_emit_u64(&out, "size", converted->size);
    assay_emit_object(&out, "events");
    assay_emit_u64(&out, "read", conversion->events);
    assay_emit_u64(&out, "selected", conversion->selected);
    assay_emit_u64(&out, "written", conversion->written);
    assay_emit_end(&out);
    assay_emit_array(&out, "losses");
    for (enum assay_loss loss = 0; loss < ASSAY_LOSSES; loss++)
        if (conversion->lost[loss].count > 0)
            emit_loss(&out, converted, loss);
    assay_emit_end(&out);
    emit_banks(&out, converted);
    assay_emit_end(&out);
    return status;
}
