/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/document.h"

#include <stdio.h>

assay_output cli_document_begin(const cli_call *call)
{
    assay_output out = call->common->notation == CLI_YAML   ? assay_output_yaml(call->out)
                       : call->common->notation == CLI_TEXT ? assay_output_text(call->out)
                       : call->common->lines                ? assay_output_json_line(call->out)
                                                            : assay_output_json(call->out);
    char schema[64];

    snprintf(schema, sizeof schema, "assay-%s/1", call->verb->name);
    for (char *blank = schema; (blank = strchr(blank, ' ')) != NULL;)
        *blank = '-';
    assay_emit_object(&out, NULL);
    assay_emit_object(&out, "assay");
    assay_emit_string(&out, "version", ASSAY_VERSION);
    assay_emit_string(&out, "schema", schema);
    assay_emit_end(&out);
    return out;
}

static int emit_file(assay_output *out, const cli_input *input)
{
    uint8_t digest[32];
    const int status = cli_input_digest(input, digest);

    assay_emit_string(out, "file", input->name);
    assay_emit_u64(out, "size", input->file.bytes.size);
    if (status == 0)
        assay_emit_hex(out, "sha256", assay_bytes_of(digest, sizeof digest));
    return status;
}

static int emit_log(assay_output *out, const cli_log *log)
{
    const assay_event_range *const repeated = &log->log.repeated;

    assay_emit_object(out, NULL);
    const int status = emit_file(out, &log->input);
    assay_emit_string(out, "format", assay_log_format_name(&log->log));
    if (repeated->count > 0) {
        assay_emit_object(out, "repeated");
        assay_emit_u64(out, "first", repeated->first);
        assay_emit_u64(out, "count", repeated->count);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    return status;
}

int cli_emit_input(assay_output *out, const char *role, const cli_input *input)
{
    assay_emit_object(out, NULL);
    if (role != NULL)
        assay_emit_string(out, "role", role);
    const int status = emit_file(out, input);
    assay_emit_end(out);
    return status;
}

int cli_emit_inputs(assay_output *out, const cli_logs *logs)
{
    int status = 0;

    assay_emit_array(out, "inputs");
    for (size_t i = 0; i < logs->count && status == 0; i++)
        status = emit_log(out, logs->list[i]);
    for (size_t i = 0; i < logs->value_count && status == 0; i++)
        status = cli_emit_input(out, NULL, &logs->values[i]);
    assay_emit_end(out);
    return status;
}

static void emit_finding(assay_output *out, const assay_finding *finding, bool with_log)
{
    const assay_finding_info *const info = assay_finding_describe(finding->code);

    assay_emit_object(out, NULL);
    assay_emit_string(out, "code", info->name);
    assay_emit_string(out, "severity", assay_severity_name(info->severity));
    if (with_log)
        assay_emit_u64(out, "log", finding->source);
    if (finding->event != ASSAY_NO_EVENT)
        assay_emit_u64(out, "event", finding->event);
    if (finding->offset != ASSAY_NO_OFFSET)
        assay_emit_u64(out, "offset", finding->offset);
    if (finding->pcr != ASSAY_NO_PCR)
        assay_emit_u64(out, "pcr", finding->pcr);
    assay_emit_string(out, "detail", finding->detail);
    assay_emit_string(out, "meaning", info->meaning);
    assay_emit_string(out, "action", info->action);
    assay_emit_end(out);
}

void cli_emit_findings(assay_output *out, const assay_findings *findings)
{
    assay_emit_array(out, "findings");
    for (size_t i = 0; i < findings->count; i++)
        emit_finding(out, &findings->list[i],
                     findings->sources > 1 && findings->list[i].source < findings->sources);
    assay_emit_end(out);
}
