/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp nv read and verify: what one index holds. */
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/lcp_nv.h"
#include "cli/style.h"

#include <unistd.h>

/* Why there is nothing to be had of it. CLI_TROUBLE. */
static int complain_content(const cli_nv *nv, const assay_lcp_nv_state *state)
{
    char name[32];
    assay_writer out = assay_writer_lent(name, sizeof name - 1);
    assay_error error;

    cli_lcp_nv_put_index(&out, nv->index);
    name[out.used] = '\0';
    if (!state->defined)
        assay_fail(&error, ASSAY_IO, ASSAY_NOWHERE, "the index is not defined");
    else if (!state->unreadable)
        assay_fail(&error, ASSAY_IO, ASSAY_NOWHERE, "nothing was ever written to the index");
    else if (state->refused != 0)
        assay_fail(&error, ASSAY_IO, ASSAY_NOWHERE, "the TPM does not let it be read (0x%x)",
                   state->refused);
    else if (state->area.size > ASSAY_LCP_NV_MAX)
        assay_fail(&error, ASSAY_TOO_LARGE, ASSAY_NOWHERE, "an index of %u bytes is not read here",
                   state->area.size);
    else
        assay_fail(&error, ASSAY_IO, ASSAY_NOWHERE,
                   "nobody whose password was given may read it (attributes 0x%08x)",
                   state->area.attributes);
    const char *const advice = assay_tpm_advice_on(state->refused);
    const char *const hint = advice != NULL      ? advice
                             : state->unreadable ? "--index-auth gives the index's own password"
                                                 : "'assay lcp nv show' says what there is";
    return cli_complain_hint(nv->call->verb, name, &error, hint);
}

static void emit_read(const cli_nv *nv, const assay_lcp_nv_state *state)
{
    assay_output out = cli_document_begin(nv->call);

    assay_emit_string(&out, "act", nv->act);
    assay_emit_array(&out, "indices");
    cli_lcp_nv_emit_state(&out, NULL, nv->index, state);
    assay_emit_end(&out);
    assay_emit_end(&out);
}

int cli_lcp_nv_read(cli_nv *nv)
{
    const assay_lcp_nv_state *const state = assay_lcp_nv_state_of(nv->survey, nv->index);
    const bool text = nv->options->common.notation == CLI_TEXT;

    if (!state->known)
        return complain_content(nv, state);
    if (!text) {
        emit_read(nv, state);
        return CLI_YES;
    }
    if (nv->options->common.output == NULL && isatty(STDOUT_FILENO))
        return cli_complain_usage(nv->call->verb, "a policy is binary and standard output a "
                                                  "terminal; '--output -' writes it all the same");
    assay_put(nv->call->out, assay_lcp_nv_content(state));
    return CLI_YES;
}

/* What follows a verified launch policy in its index says nothing, as long as it is blank. */
static assay_bytes comparable(assay_bytes content, assay_bytes policy)
{
    if (assay_lcp_nv_tell(policy) != ASSAY_LCP_NV_IS_VLP || content.size <= policy.size)
        return content;
    const assay_bytes rest = assay_bytes_of(content.data + policy.size, content.size - policy.size);
    return assay_bytes_all(rest, 0) || assay_bytes_all(rest, 0xFF)
               ? assay_bytes_of(content.data, policy.size)
               : content;
}

static void emit_verified(const cli_nv *nv, bool equal, const char *field, size_t offset)
{
    assay_output out = cli_document_begin(nv->call);

    assay_emit_string(&out, "act", nv->act);
    cli_lcp_nv_emit_inputs(&out, nv);
    assay_emit_address(&out, "index", nv->index);
    assay_emit_bool(&out, "equal", equal);
    if (!equal) {
        assay_emit_string(&out, "field", field);
        assay_emit_u64(&out, "offset", offset);
    }
    assay_emit_end(&out);
}

static void put_verified(const cli_nv *nv, assay_bytes content, bool equal, const char *field,
                         size_t offset)
{
    const assay_bytes policy = nv->policy.file.bytes;
    assay_writer *const out = nv->call->out;

    cli_put_toned(nv->call, equal ? CLI_GOOD : CLI_BAD, equal ? "equal" : "differs");
    assay_put_string(out, ": ");
    cli_lcp_nv_put_index(out, nv->index);
    if (equal)
        assay_put_format(out, " has the %zu bytes of the policy\n", policy.size);
    else if (offset < content.size && offset < policy.size)
        assay_put_format(out, " and the policy first differ in %s, byte %zu: %02x, not %02x\n",
                         field, offset, content.data[offset], policy.data[offset]);
    else
        assay_put_format(out, " has %zu bytes, the policy %zu\n", content.size, policy.size);
}

int cli_lcp_nv_verify(cli_nv *nv)
{
    const assay_lcp_nv_state *const state = assay_lcp_nv_state_of(nv->survey, nv->index);
    const assay_bytes content = comparable(assay_lcp_nv_content(state), nv->policy.file.bytes);
    const char *field = NULL;
    size_t offset = 0;

    if (!state->known) {
        const int status = complain_content(nv, state);

        return state->unreadable ? status : CLI_NO;
    }
    const bool equal = !assay_lcp_nv_difference(content, nv->policy.file.bytes, &field, &offset);
    if (nv->options->common.notation != CLI_TEXT)
        emit_verified(nv, equal, field, offset);
    else if (!nv->options->common.quiet)
        put_verified(nv, content, equal, field, offset);
    return equal ? CLI_YES : CLI_NO;
}
