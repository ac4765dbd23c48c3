/* SPDX-License-Identifier: BSD-2-Clause */
/* Verified launch policies into files, and what is said beside them. */
#include "cli/complain.h"
#include "cli/save.h"
#include "cli/style.h"
#include "cli/vlp.h"
#include "policy/lcp/vlplint.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { INDENT = 2 };

int cli_vlp_save(const cli_call *call, const assay_vlp *policy, uint32_t wrap, uint32_t control,
                 const char *path)
{
    assay_writer bare = assay_writer_growing(ASSAY_VLP_JSON_MAX);
    assay_writer wrapped = assay_writer_growing(ASSAY_VLP_JSON_MAX);
    const assay_writer *const written = wrap == 0 ? &bare : &wrapped;
    int status;

    assay_vlp_write(policy, &bare);
    if (wrap != 0)
        assay_vlp_wrap(wrap, control, assay_written(&bare), &wrapped);
    if (bare.failure != 0 || wrapped.failure != 0)
        status = cli_complain_write(call->verb, path, ENOMEM);
    else
        status = cli_save_binary(call, path, assay_written(written), "a policy");
    assay_writer_close(&wrapped);
    assay_writer_close(&bare);
    return status;
}

void cli_vlp_say(const cli_call *call, const char *format, ...)
{
    assay_writer err = assay_writer_draining(STDERR_FILENO);
    char text[512];
    va_list values;

    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (!call->common->quiet) {
        assay_put_format(&err, "assay %s: ", call->verb->name);
        assay_put_safe(&err, assay_bytes_of_string(text));
        assay_put_char(&err, '\n');
    }
    assay_writer_close(&err);
}

typedef struct remarks {
    assay_writer *out;
    size_t width;
    enum assay_severity at_least;
} remarks;

static void put_remark(void *context, const assay_vlp_remark *remark)
{
    const remarks *const to = context;
    const enum assay_severity severity = assay_vlp_remark_severity(remark->code);
    char text[256];
    int used = snprintf(text, sizeof text, "%s: ", assay_severity_name(severity));

    if (severity < to->at_least)
        return;
    if (remark->entry != ASSAY_VLP_NO_ENTRY)
        used += snprintf(text + used, sizeof text - (size_t)used, "entry %zu: ", remark->entry);
    snprintf(text + used, sizeof text - (size_t)used, "%s.", remark->detail);
    cli_put_wrapped(to->out, text, 0, INDENT, to->width);
    assay_put_format(to->out, "%*s", INDENT, "");
    cli_put_wrapped(to->out, assay_vlp_remark_action(remark->code), INDENT, INDENT, to->width);
}

void cli_vlp_put_remarks(assay_writer *out, const assay_vlp *policy, size_t width,
                         enum assay_severity at_least)
{
    remarks to = { out, width, at_least };

    assay_vlp_lint(policy, put_remark, &to);
}

void cli_vlp_warn(const cli_call *call, const assay_vlp *policy)
{
    assay_writer err = assay_writer_draining(STDERR_FILENO);

    if (!call->common->quiet)
        cli_vlp_put_remarks(&err, policy, call->width,
                            call->common->verbose > 0 ? ASSAY_NOTE : ASSAY_WARNING);
    assay_writer_close(&err);
}
