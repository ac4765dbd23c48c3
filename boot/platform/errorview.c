/* SPDX-License-Identifier: BSD-2-Clause */
/* How TXT.ERRORCODE is said. */
#include "boot/platform/errorcode.h"

#include <string.h>
#include <tss2/tss2_rc.h>

enum { CLASS_TPM = 0x04, CLASS_OLD_TPM = 0x0D, MAJOR_TPM_ERROR = 0x01, MAJOR_OLD_TPM_ERROR = 0x0A };

static bool is_tpm_answer(const assay_txt_error *error)
{
    return (error->class_code == CLASS_TPM && error->major == MAJOR_TPM_ERROR) ||
           (error->class_code == CLASS_OLD_TPM && error->major == MAJOR_OLD_TPM_ERROR);
}

static void put_module(assay_writer *writer, const assay_txt_error *error)
{
    const char *const name = assay_txt_error_module_name(error->module);

    if (name != NULL)
        assay_put_string(writer, name);
    else
        assay_put_format(writer, "an ACM of type 0x%x", error->module);
}

/* TPM 2.0 codes are given as they are; of TPM 1.2 ones bit 8 stands for 0x800. */
static void put_tpm_answer(assay_writer *writer, uint16_t code)
{
    const char *const text = Tss2_RC_Decode(code), *const colon = strstr(text, ": ");

    assay_put_format(writer, ": TPM error 0x%x, in a TPM 2.0 \"", code);
    assay_put_string(writer, colon != NULL ? colon + 2 : text);
    assay_put_format(writer, "\", in a TPM 1.2 0x%x", (code & 0xFF) | (code & 0x100) << 3);
}

static void put_minor(assay_writer *writer, const assay_txt_error *error)
{
    if (is_tpm_answer(error))
        put_tpm_answer(writer, error->minor);
    else if (error->list_index != UINT32_MAX)
        assay_put_format(writer, "; list %u, detail 0x%x", error->list_index, error->minor & 0x3F);
    else if (error->minor != 0)
        assay_put_format(writer, "; minor code 0x%x", error->minor);
    if (error->minor_what != NULL)
        assay_put_format(writer, ": %s", error->minor_what);
}

static void put_acm(assay_writer *writer, const assay_txt_error *error)
{
    put_module(writer, error);
    assay_put_string(writer, " stopped the launch: ");
    if (error->meaning_count > 0)
        assay_put_string(writer, error->meanings[0].what);
    else
        assay_put_string(writer, "no public table knows this error");
    put_minor(writer, error);
    assay_put_format(writer, " (class 0x%x", error->class_code);
    if (error->class_name != NULL)
        assay_put_format(writer, ", %s", error->class_name);
    assay_put_format(writer, "; major code 0x%x)", error->major);
}

static void put_processor(assay_writer *writer, const assay_txt_error *error)
{
    assay_put_string(writer, "the processor shut the launch down: ");
    if (error->meaning_count > 0)
        assay_put_format(writer, "%s (%s)", error->meanings[0].what, error->meanings[0].name);
    else
        assay_put_format(writer, "reserved error 0x%x", error->type);
    if (error->extended != 0)
        assay_put_format(writer, "; the ACM's security version is %u", error->extended);
}

static void put_mle(assay_writer *writer, const assay_txt_error *error)
{
    assay_put_string(writer, "the launched environment reports: ");
    if (error->meaning_count > 0)
        assay_put_format(writer, "%s (%s)", error->meanings[0].what, error->meanings[0].name);
    else
        assay_put_format(writer, "its own error 0x%x:0x%x, which no public table knows",
                         error->type, error->minor);
}

void assay_txt_error_summary(assay_writer *writer, const assay_txt_error *error)
{
    switch (error->kind) {
    case ASSAY_TXT_ERROR_NONE:
        assay_put_string(writer, error->raw == 0 ? "no error was recorded"
                                                 : "no error: the value is not marked as valid");
        break;
    case ASSAY_TXT_ERROR_SUCCESS:
        put_module(writer, error);
        assay_put_string(writer, " ended well");
        break;
    case ASSAY_TXT_ERROR_PROGRESS:
        put_module(writer, error);
        assay_put_format(writer, " met no error and had come to step 0x%x", error->minor);
        break;
    case ASSAY_TXT_ERROR_PROCESSOR:
        put_processor(writer, error);
        break;
    case ASSAY_TXT_ERROR_ACM:
        put_acm(writer, error);
        break;
    case ASSAY_TXT_ERROR_MLE:
        put_mle(writer, error);
        break;
    }
}

static void emit_meanings(assay_output *out, const assay_txt_error *error)
{
    assay_emit_array(out, "meanings");
    for (size_t i = 0; i < error->meaning_count; i++) {
        const assay_txt_error_meaning *const meaning = &error->meanings[i];

        assay_emit_object(out, NULL);
        if (meaning->name != NULL)
            assay_emit_string(out, "name", meaning->name);
        assay_emit_string(out, "what", meaning->what);
        assay_emit_string(out, "action", meaning->action);
        assay_emit_string(out, "source", meaning->source);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_acm(assay_output *out, const assay_txt_error *error)
{
    const char *const name = assay_txt_error_module_name(error->module);

    assay_emit_u64(out, "module", error->module);
    if (name != NULL)
        assay_emit_string(out, "module_name", name);
    assay_emit_u64(out, "class", error->class_code);
    if (error->class_name != NULL)
        assay_emit_string(out, "class_name", error->class_name);
    assay_emit_u64(out, "major", error->major);
    assay_emit_u64(out, "minor", error->minor);
    if (error->minor_what != NULL)
        assay_emit_string(out, "minor_what", error->minor_what);
    if (error->list_index != UINT32_MAX)
        assay_emit_u64(out, "list_index", error->list_index);
}

void assay_txt_error_emit(assay_output *out, const assay_txt_error *error)
{
    char text[700];
    assay_writer summary = assay_writer_lent(text, sizeof text);

    assay_txt_error_summary(&summary, error);
    assay_emit_address(out, "value", error->raw);
    assay_emit_string(out, "kind", assay_txt_error_kind_name(error->kind));
    assay_emit_bool(out, "failure", assay_txt_error_is_failure(error));
    assay_emit_text(out, "summary", assay_written(&summary));
    if (error->kind == ASSAY_TXT_ERROR_PROCESSOR || error->kind == ASSAY_TXT_ERROR_MLE)
        assay_emit_u64(out, "type", error->type);
    else if (error->kind != ASSAY_TXT_ERROR_NONE)
        emit_acm(out, error);
    emit_meanings(out, error);
}
