/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp nv show: what the TPM has. */
#include "cli/document.h"
#include "cli/lcp_nv.h"
#include "cli/style.h"
#include "eventlog/txtflags.h"

enum { INDENT = 8 };

/* Text. */

static void put_line(const cli_call *call, assay_writer *words)
{
    words->data[words->used] = '\0';
    assay_put_format(call->out, "%*s", INDENT, "");
    cli_put_wrapped(call->out, (const char *)words->data, INDENT, INDENT, call->width);
    words->used = 0;
}

static void put_definition(const cli_call *call, const assay_lcp_nv_state *state)
{
    char text[512], unknown[ASSAY_ALG_NUMBER_SIZE];
    assay_writer words = assay_writer_lent(text, sizeof text - 1);

    assay_put_format(&words, "%u bytes, %s, attributes 0x%08x: ", state->area.size,
                     assay_alg_name(state->area.name_alg, unknown), state->area.attributes);
    assay_txt_put_flags(&words, assay_txt_nv_attributes, state->area.attributes);
    put_line(call, &words);
    if (state->area.policy_size == 0)
        return;
    assay_put_string(&words, "policy ");
    assay_put_hex(&words, assay_bytes_of(state->area.policy, state->area.policy_size));
    put_line(call, &words);
}

static void put_content(const cli_call *call, const assay_lcp_nv_state *state, bool is_policy)
{
    char text[256];
    assay_writer words = assay_writer_lent(text, sizeof text - 1);

    if (state->unreadable)
        assay_put_string(&words, "can't be read with the passwords given");
    else if (!state->known)
        assay_put_string(&words, "never written: a launch that reads it fails");
    else if (is_policy)
        assay_lcp_nv_describe(&words, assay_lcp_nv_content(state));
    else
        assay_put_string(&words, "written");
    put_line(call, &words);
}

/* What is wrong with how it is defined. */
static void put_faults(const cli_call *call, const assay_lcp_nv_state *state)
{
    assay_nv_verdict verdict;
    char text[512];

    assay_lcp_nv_judge_area(&state->area, &verdict);
    for (unsigned i = 0; i < ASSAY_NV_FAULTS; i++) {
        const assay_nv_fault_info *const info = assay_nv_fault_describe((enum assay_nv_fault)i);
        assay_writer words = assay_writer_lent(text, sizeof text - 1);

        if ((verdict.faults >> i & 1) == 0 || i == ASSAY_NV_NOT_WRITTEN)
            continue;
        assay_put_format(&words, "%s: %s. %s.", info->wrong ? "wrong" : "note", info->what,
                         info->action);
        put_line(call, &words);
    }
}

static bool holds_policy(uint32_t index)
{
    enum assay_lcp_nv_role role;
    enum assay_lcp_nv_range range;

    return assay_lcp_nv_find(index, &role, &range) &&
           (role == ASSAY_LCP_NV_PO || role == ASSAY_LCP_NV_PS || role == ASSAY_LCP_NV_VL);
}

static void put_index(const cli_call *call, uint32_t index, const char *title,
                      const assay_lcp_nv_state *state)
{
    cli_tone_begin(call, CLI_STRONG);
    cli_lcp_nv_put_index(call->out, index);
    cli_tone_end(call, CLI_STRONG);
    assay_put_format(call->out, "  %s\n", title);
    put_definition(call, state);
    put_faults(call, state);
    put_content(call, state, holds_policy(index));
}

static void put_tpm(const cli_nv *nv)
{
    const assay_tpm_info *const info = assay_tpm_get_info(nv->tpm);
    const uint32_t *const firmware = info->firmware;

    assay_put_format(nv->call->out, "TPM %s of %s, firmware %u.%u.%u.%u\n", info->family,
                     info->manufacturer, firmware[0] >> 16, firmware[0] & 0xFFFF, firmware[1] >> 16,
                     firmware[1] & 0xFFFF);
    if (!info->owner_auth_set)
        assay_put_string(
            nv->call->out,
            "The owner has no password: whoever reaches the TPM can change his policy.\n");
    if (info->locked_out)
        assay_put_string(nv->call->out, "Locked out after wrong passwords.\n");
}

static void put_missing(const cli_nv *nv)
{
    const char *separator = "not defined: ";

    for (unsigned role = 0; role < ASSAY_LCP_NV_ROLES; role++) {
        const assay_lcp_nv_state *const states = nv->survey->states[role];

        if (states[ASSAY_LCP_NV_NEW].defined || states[ASSAY_LCP_NV_OLD].defined)
            continue;
        assay_put_format(nv->call->out, "%s%s", separator,
                         assay_lcp_nv_kind_of((enum assay_lcp_nv_role)role)->name);
        separator = ", ";
    }
    if (separator[0] == ',')
        assay_put_char(nv->call->out, '\n');
}

static void put_survey(const cli_nv *nv)
{
    put_tpm(nv);
    for (unsigned role = 0; role < ASSAY_LCP_NV_ROLES; role++)
        for (unsigned range = 0; range < ASSAY_LCP_NV_RANGES; range++) {
            const assay_lcp_nv_kind *const kind =
                assay_lcp_nv_kind_of((enum assay_lcp_nv_role)role);

            if (nv->survey->states[role][range].defined)
                put_index(nv->call,
                          assay_lcp_nv_index((enum assay_lcp_nv_role)role,
                                             (enum assay_lcp_nv_range)range),
                          kind->title, &nv->survey->states[role][range]);
        }
    if (nv->survey->other.defined)
        put_index(nv->call, nv->survey->other_index, "of no part in a launch", &nv->survey->other);
    put_missing(nv);
}

/* Documents. */

static const char *what_name(assay_bytes content)
{
    static const char *const names[] = {
        [ASSAY_LCP_NV_NOTHING] = "blank",    [ASSAY_LCP_NV_IS_LCP] = "lcp",
        [ASSAY_LCP_NV_IS_LCP12] = "lcp",     [ASSAY_LCP_NV_IS_VLP] = "vlp",
        [ASSAY_LCP_NV_IS_DATA] = "lcp-data", [ASSAY_LCP_NV_UNKNOWN] = "unknown",
    };

    return names[assay_lcp_nv_tell(content)];
}

void cli_lcp_nv_emit_state(assay_output *out, const char *role, uint32_t index,
                           const assay_lcp_nv_state *state)
{
    const assay_bytes content = assay_lcp_nv_content(state);

    assay_emit_object(out, NULL);
    if (role != NULL)
        assay_emit_string(out, "role", role);
    assay_emit_address(out, "index", index);
    assay_emit_bool(out, "defined", state->defined);
    if (state->defined) {
        assay_emit_alg(out, "name_alg", state->area.name_alg);
        assay_emit_address(out, "attributes", state->area.attributes);
        assay_txt_emit_flags(out, "attribute_names", assay_txt_nv_attributes,
                             state->area.attributes);
        assay_emit_hex(out, "auth_policy",
                       assay_bytes_of(state->area.policy, state->area.policy_size));
        assay_emit_u64(out, "data_size", state->area.size);
    }
    if (state->known) {
        if (holds_policy(index))
            assay_emit_string(out, "content", what_name(content));
        assay_emit_hex(out, "data", content);
    }
    assay_emit_end(out);
}

static void emit_tpm(assay_output *out, const assay_tpm_info *info)
{
    assay_emit_object(out, "tpm");
    assay_emit_string(out, "family", info->family);
    assay_emit_string(out, "manufacturer", info->manufacturer);
    assay_emit_address(out, "firmware_version_1", info->firmware[0]);
    assay_emit_address(out, "firmware_version_2", info->firmware[1]);
    assay_emit_bool(out, "owner_auth_set", info->owner_auth_set);
    assay_emit_bool(out, "locked_out", info->locked_out);
    assay_emit_end(out);
}

static void emit_survey(const cli_nv *nv)
{
    bool certain;
    assay_output out = cli_document_begin(nv->call);

    assay_emit_string(&out, "act", nv->act);
    emit_tpm(&out, assay_tpm_get_info(nv->tpm));
    assay_emit_string(&out, "range",
                      assay_lcp_nv_range_in_use(nv->survey, &certain) == ASSAY_LCP_NV_NEW ? "new"
                                                                                          : "old");
    assay_emit_array(&out, "indices");
    for (unsigned role = 0; role < ASSAY_LCP_NV_ROLES; role++)
        for (unsigned range = 0; range < ASSAY_LCP_NV_RANGES; range++) {
            const assay_lcp_nv_kind *const kind =
                assay_lcp_nv_kind_of((enum assay_lcp_nv_role)role);

            cli_lcp_nv_emit_state(
                &out, kind->name,
                assay_lcp_nv_index((enum assay_lcp_nv_role)role, (enum assay_lcp_nv_range)range),
                &nv->survey->states[role][range]);
        }
    if (nv->survey->other_index != 0)
        cli_lcp_nv_emit_state(&out, NULL, nv->survey->other_index, &nv->survey->other);
    assay_emit_end(&out);
    assay_emit_end(&out);
}

int cli_lcp_nv_show(cli_nv *nv)
{
    if (nv->options->common.notation != CLI_TEXT)
        emit_survey(nv);
    else if (!nv->options->common.quiet)
        put_survey(nv);
    return CLI_YES;
}
