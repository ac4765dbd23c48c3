/* SPDX-License-Identifier: BSD-2-Clause */
/* assay vlp show: a policy for people, and as the JSON that create takes. */
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/style.h"
#include "cli/vlp.h"
#include "policy/lcp/vlpdiff.h"
#include "policy/lcp/vlplint.h"

#include <stdlib.h>

typedef struct show_options {
    cli_common common;
} show_options;

static const char *const type_meanings[ASSAY_VLP_TYPES] = {
    "tboot goes on after every error that is not fatal",
    "tboot goes on when verification fails, and halts after other errors",
    "tboot halts after any error",
};

static void put_pcr(assay_writer *out, const assay_vlp_entry *entry)
{
    if (entry->pcr == ASSAY_VLP_PCR_NONE)
        assay_put_string(out, ", into no PCR");
    else
        assay_put_format(out, ", into PCR %u", entry->pcr);
}

static void put_entry(const cli_call *call, const assay_vlp *policy, size_t position)
{
    const assay_vlp_entry *const entry = &policy->entries[position];
    assay_writer *const out = call->out;

    assay_put_format(out, "entry %zu: ", position);
    assay_vlp_put_subject(out, policy, entry);
    if (policy->version != 1)
        put_pcr(out, entry);
    assay_put_string(out, entry->hash_type == ASSAY_VLP_HASH_ANY ? ", accepts anything"
                          : entry->num_hashes == 0               ? ", accepts nothing"
                          : entry->num_hashes == 1               ? ", accepts"
                                                                 : ", accepts any of");
    if (entry->hash_type == ASSAY_VLP_HASH_ANY && entry->num_hashes > 0)
        assay_put_string(out, "; its digests decide nothing");
    assay_put_char(out, '\n');
    for (size_t i = 0; i < entry->num_hashes; i++) {
        assay_put_string(out, "  ");
        assay_put_hex(out, assay_vlp_hash(policy, entry, i));
        assay_put_char(out, '\n');
    }
}

static void put_origin(const cli_call *call, const cli_vlp_file *file)
{
    const char *const name = assay_vlp_wrapping_name(file->place.wrapping);
    assay_writer *const out = call->out;

    assay_put_safe(out, assay_bytes_of_string(file->input.name));
    assay_put_format(out, ": verified launch policy, version %u, %zu bytes", file->policy.version,
                     assay_vlp_size(&file->policy));
    if (file->is_json)
        assay_put_string(out, ", as JSON");
    if (name != NULL)
        assay_put_format(out, "\n%s (type 0x%02x)%s%s, at byte %llu",
                         file->place.wrapping == ASSAY_VLP_IN_ELEMENT ? "as a custom element"
                                                                      : "in a custom element",
                         file->place.element,
                         file->place.wrapping == ASSAY_VLP_IN_ELEMENT ? "" : " of the ",
                         file->place.wrapping == ASSAY_VLP_IN_ELEMENT ? "" : name,
                         (unsigned long long)file->place.offset);
    assay_put_char(out, '\n');
    if (file->place.others > 0)
        assay_put_format(out, "%zu more behind it, which tboot does not look at\n",
                         file->place.others);
}

static void put_digest(assay_writer *out, const char *what, const assay_digest *digest)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    assay_put_format(out, "%s (%s)\n  ", what, assay_alg_name(digest->alg, unknown));
    assay_put_hex(out, assay_bytes_of(digest->value, digest->size));
    assay_put_char(out, '\n');
}

static int put_digests(const cli_call *call, const cli_vlp_file *file)
{
    const uint16_t alg = assay_vlp_alg(&file->policy);
    assay_digest digest;
    int status = assay_vlp_digest(&file->policy, file->hashes, alg, &digest);

    if (status == -ASSAY_UNSUPPORTED) {
        assay_put_string(call->out, "its digest cannot be computed here\n");
        return 0;
    }
    if (status == 0)
        put_digest(call->out, "digest of the policy", &digest);
    if (status == 0 && file->policy.version != 1) {
        status = assay_vlp_event_digest(&file->policy, file->hashes, alg, alg, &digest);
        if (status == 0)
            put_digest(call->out,
                       "what PCR 17 is extended with, and PCR 18 with details/authorities mapping",
                       &digest);
    }
    return status;
}

static int put_text(const cli_call *call, const cli_vlp_file *file)
{
    const assay_vlp *const policy = &file->policy;
    char unknown[ASSAY_ALG_NUMBER_SIZE];
    assay_writer *const out = call->out;

    put_origin(call, file);
    assay_put_format(out, "type %s: %s\ndigests %s\n", assay_vlp_type_name(policy->type),
                     type_meanings[policy->type], assay_alg_name(assay_vlp_alg(policy), unknown));
    if (policy->version != 1)
        assay_put_format(out, "control 0x%x: the policy %s measured into PCR 17\n", policy->control,
                         (policy->control & ASSAY_VLP_EXTEND_PCR17) != 0 ? "is" : "is not");
    for (size_t i = 0; i < policy->num_entries; i++)
        put_entry(call, policy, i);
    if (file->fault.kind != 0) {
        assay_put_string(out, "what follows is malformed\n");
        return CLI_TROUBLE;
    }
    const int status = put_digests(call, file);
    cli_vlp_put_remarks(out, policy, call->width, ASSAY_NOTE);
    return status < 0 ? cli_complain_kind(call->verb, file->input.name, status,
                                          "the policy's digest can't be computed")
                      : CLI_YES;
}

/* As a document. */

static void emit_remark(void *context, const assay_vlp_remark *remark)
{
    assay_output *const out = context;

    assay_emit_object(out, NULL);
    assay_emit_string(out, "code", assay_vlp_remark_name(remark->code));
    assay_emit_string(out, "severity",
                      assay_severity_name(assay_vlp_remark_severity(remark->code)));
    if (remark->entry != ASSAY_VLP_NO_ENTRY)
        assay_emit_u64(out, "entry", remark->entry);
    assay_emit_string(out, "detail", remark->detail);
    assay_emit_string(out, "action", assay_vlp_remark_action(remark->code));
    assay_emit_end(out);
}

static void emit_wrapping(assay_output *out, const assay_vlp_place *place)
{
    assay_emit_object(out, "wrapped");
    assay_emit_string(out, "in", assay_vlp_wrapping_name(place->wrapping));
    assay_emit_address(out, "element", place->element);
    assay_emit_u64(out, "control", place->control);
    assay_emit_u64(out, "offset", place->offset);
    assay_emit_end(out);
}

/* Without the digests where libcrypto lacks the algorithm, which is said. */
static int emit_digests(assay_output *out, const cli_vlp_file *file)
{
    const uint16_t alg = assay_vlp_alg(&file->policy);
    char unknown[ASSAY_ALG_NUMBER_SIZE];
    assay_digest digest;

    assay_emit_object(out, "digests");
    assay_emit_string(out, "alg", assay_alg_name(alg, unknown));
    int status = assay_vlp_digest(&file->policy, file->hashes, alg, &digest);
    if (status == -ASSAY_UNSUPPORTED)
        assay_emit_string(out, "reason", "the algorithm cannot be computed here");
    else if (status == 0)
        assay_emit_hex(out, "policy", assay_bytes_of(digest.value, digest.size));
    if (status == 0 && file->policy.version != 1) {
        status = assay_vlp_event_digest(&file->policy, file->hashes, alg, alg, &digest);
        if (status == 0)
            assay_emit_hex(out, "extended", assay_bytes_of(digest.value, digest.size));
    }
    assay_emit_end(out);
    return status == -ASSAY_UNSUPPORTED ? 0 : status;
}

static void emit_fault(assay_output *out, const assay_error *fault)
{
    assay_emit_object(out, "fault");
    assay_emit_string(out, "kind", assay_kind_name(fault->kind));
    if (fault->offset != ASSAY_NO_OFFSET)
        assay_emit_u64(out, "offset", fault->offset);
    if (fault->field != NULL)
        assay_emit_string(out, "field", fault->field);
    assay_emit_string(out, "what", fault->what);
    assay_emit_end(out);
}

static int emit_inputs(assay_output *out, const cli_vlp_file *file)
{
    int status = 0;

    assay_emit_array(out, "inputs");
    if (file->input.name != NULL)
        status = cli_emit_input(out, NULL, &file->input);
    assay_emit_end(out);
    return status;
}

int cli_vlp_emit(const cli_call *call, const cli_vlp_file *file)
{
    assay_output out = cli_document_begin(call);

    int status = emit_inputs(&out, file);
    if (file->place.wrapping != ASSAY_VLP_BARE)
        emit_wrapping(&out, &file->place);
    assay_emit_object(&out, "policy");
    assay_vlp_emit(&out, &file->policy);
    assay_emit_end(&out);
    if (file->fault.kind != 0)
        emit_fault(&out, &file->fault);
    else {
        assay_emit_u64(&out, "size", assay_vlp_size(&file->policy));
        const int digested = emit_digests(&out, file);
        status = status < 0 ? status : digested;
        assay_emit_array(&out, "remarks");
        assay_vlp_lint(&file->policy, emit_remark, &out);
        assay_emit_end(&out);
    }
    assay_emit_end(&out);
    return status < 0 ? cli_complain_inputs(call->verb) : CLI_YES;
}

static int run(const cli_call *call)
{
    cli_vlp_file *const file = calloc(1, sizeof *file);
    int status;

    if (file == NULL)
        return cli_complain_memory(call->verb);
    status = cli_vlp_open(file, call, call->arguments[0]);
    if (status == CLI_YES && call->common->notation == CLI_TEXT && !call->common->quiet)
        status = put_text(call, file);
    else if (status == CLI_YES && call->common->notation != CLI_TEXT)
        status = cli_vlp_emit(call, file);
    status = file->fault.kind != 0 ? CLI_TROUBLE : status;
    cli_vlp_close(file);
    free(file);
    return status;
}

const cli_verb cli_vlp_show = {
    .name = "vlp show",
    .summary = "what a policy has, and what is odd about it",
    .usage = "POLICY",
    .about =
        "Prints the policy, the digest that PCR 17 is extended with for it, and what is legal in "
        "it and probably not meant: entries that tboot never comes to, digests that decide "
        "nothing, PCRs that a launch does not begin anew, and more.\n"
        "The policy may lie bare in a file (or be read from its NV index), in a custom element, a "
        "list or a policy data file of a launch control policy, or be JSON; then images that it "
        "names are measured. 'assay vlp create --from' makes the same bytes of what --format json "
        "prints.",
    .options_size = sizeof(show_options),
    .least = 1,
    .most = 1,
    .run = run,
};
