/* SPDX-License-Identifier: BSD-2-Clause */
/* assay txt --format json. */
#include "cli/document.h"
#include "cli/txt.h"

static int emit_inputs(assay_output *out, const cli_txt_found *txt)
{
    int status = 0;

    assay_emit_array(out, "inputs");
    for (size_t i = 0; i < txt->input_count && status == 0; i++) {
        const cli_input *const input = &txt->inputs[i];
        uint8_t digest[32];

        status = cli_input_digest(input, digest);
        assay_emit_object(out, NULL);
        assay_emit_string(out, "file", input->name);
        assay_emit_u64(out, "size", input->file.bytes.size);
        if (status == 0)
            assay_emit_hex(out, "sha256", assay_bytes_of(digest, sizeof digest));
        assay_emit_end(out);
    }
    assay_emit_end(out);
    return status;
}

static void emit_log(assay_output *out, const cli_txt_log *log)
{
    assay_emit_object(out, "log");
    if (log->name != NULL)
        assay_emit_string(out, "file", log->name);
    assay_emit_string(out, "format", log->format);
    assay_emit_u64(out, "events", log->events);
    assay_emit_bool(out, "whole", log->fault.kind == 0);
    assay_emit_end(out);
}

static void emit_tboot_error(assay_output *out, uint32_t code)
{
    const assay_txt_error_meaning *const meaning = assay_tboot_error_find(code);

    assay_emit_object(out, "tboot_error");
    assay_emit_u64(out, "code", code);
    if (meaning != NULL) {
        assay_emit_string(out, "name", meaning->name);
        assay_emit_string(out, "what", meaning->what);
        assay_emit_string(out, "action", meaning->action);
    }
    assay_emit_end(out);
}

static void emit_compared(assay_output *out, const cli_txt_compared *compared)
{
    assay_emit_object(out, "policy");
    assay_emit_bool(out, "equal", compared->equal);
    if (compared->field != NULL) {
        assay_emit_string(out, "field", compared->field);
        assay_emit_u64(out, "index", compared->index);
    }
    assay_emit_end(out);
}

static void emit_acm(assay_output *out, const cli_txt_acm *acm)
{
    static const char *const answers[] = { "unknown", "fits", "unfit" };

    assay_emit_object(out, NULL);
    assay_emit_string(out, "file", acm->input->name);
    assay_emit_bool(out, "fits", acm->fit.fits);
    assay_emit_array(out, "checks");
    for (enum assay_acm_check c = 0; c < ASSAY_ACM_CHECKS; c++) {
        assay_emit_object(out, NULL);
        assay_emit_string(out, "check", assay_acm_check_name(c));
        assay_emit_string(out, "answer", answers[acm->fit.checks[c].answer]);
        assay_emit_string(out, "why", acm->fit.checks[c].why);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    assay_emit_object(out, "module");
    assay_acm_emit(out, &acm->acm);
    assay_emit_end(out);
    assay_emit_end(out);
}

static void emit_acms(assay_output *out, const cli_txt_found *txt)
{
    assay_emit_array(out, "acms");
    for (size_t i = 0; i < txt->acm_count; i++)
        if (txt->acms[i].read)
            emit_acm(out, &txt->acms[i]);
    assay_emit_end(out);
}

static void emit_launch(assay_output *out, const cli_txt_found *txt)
{
    assay_emit_object(out, "launch");
    assay_txt_launch_emit(out, &txt->state);
    assay_emit_end(out);
    if (!txt->state.has_error)
        return;
    assay_emit_object(out, "error_code");
    assay_txt_error_emit(out, &txt->state.error);
    assay_emit_end(out);
}

int cli_txt_emit(const cli_txt_found *txt)
{
    assay_output out = cli_document_begin(txt->call);
    const int status = emit_inputs(&out, txt);

    if (txt->judged)
        emit_launch(&out, txt);
    if (txt->has_registers) {
        assay_emit_string(&out, "registers_from", txt->registers.form);
        assay_txt_registers_emit(&out, &txt->registers);
    }
    if (txt->has_heap) {
        assay_emit_object(&out, "heap");
        assay_txt_heap_emit(&out, &txt->heap);
        assay_emit_end(&out);
    }
    if (txt->log.present)
        emit_log(&out, &txt->log);
    if (txt->nv_count > 0) {
        assay_emit_array(&out, "nv");
        for (int i = 0; i < txt->nv_count; i++)
            assay_nv_emit(&out, NULL, &txt->nv[i].index);
        assay_emit_end(&out);
    }
    if (txt->has_tboot_error)
        emit_tboot_error(&out, txt->tboot_error);
    if (txt->compared.done)
        emit_compared(&out, &txt->compared);
    if (txt->acm_count > 0)
        emit_acms(&out, txt);
    assay_emit_end(&out);
    return status;
}
