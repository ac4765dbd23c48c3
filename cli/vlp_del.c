/* SPDX-License-Identifier: BSD-2-Clause */
/* assay vlp del: an entry, or a digest of one, taken out. */
#include "cli/complain.h"
#include "cli/vlp.h"
#include "cli/vlp_edit.h"
#include "policy/lcp/vlpedit.h"

typedef struct del_options {
    cli_common common;
    cli_number num, nv_index, entry, hash;
} del_options;

static int find(const cli_call *call, const assay_vlp *policy, const del_options *o)
{
    if (o->entry.given && o->entry.value < policy->num_entries)
        return (int)o->entry.value;
    if (o->entry.given) {
        cli_complain_usage(call->verb, "there is no entry %u: the policy has %u", o->entry.value,
                           policy->num_entries);
        return -1;
    }
    const int position = assay_vlp_position(policy, (uint8_t)o->num.value, o->nv_index.value);
    if (position < 0)
        cli_complain_usage(call->verb, "the policy has no entry of that very number");
    return position;
}

static int del(const cli_call *call, cli_vlp_file *file, assay_writer *room)
{
    const del_options *const o = call->options;
    assay_vlp *const policy = &file->policy;
    const int position = find(call, policy, o);
    assay_error error;

    if (position < 0)
        return CLI_TROUBLE;
    if (!o->hash.given) {
        assay_vlp_remove(policy, (size_t)position);
        return CLI_YES;
    }
    if (assay_vlp_remove_hash(policy, (size_t)position, o->hash.value, room, &error) < 0)
        return cli_complain_hint(call->verb, file->input.name, &error,
                                 "'assay vlp show' numbers them from 0");
    if (policy->entries[position].num_hashes == 0) {
        assay_vlp_remove(policy, (size_t)position);
        cli_vlp_say(call, "entry %d had no other digest and is deleted", position);
    }
    return CLI_YES;
}

static int run(const cli_call *call)
{
    const del_options *const o = call->options;

    if (o->num.given == o->entry.given)
        return cli_complain_usage(call->verb, "one of --num and --entry says which entry");
    if (o->num.given &&
        (o->num.value == ASSAY_VLP_NUM_NV || o->num.value == ASSAY_VLP_NUM_NV_RAW) &&
        !o->nv_index.given)
        return cli_complain_usage(call->verb, "--nv-index says which of the NV entries");
    return cli_vlp_edit(call, del);
}

static const cli_option del_options_table[] = {
    { 0, "num", "N", "the entry of this module: 0 to 127, any, nv or nv-raw", cli_vlp_take_num,
      offsetof(del_options, num), NULL },
    { 0, "nv-index", "N", "of the entries for NV the one of this index", cli_take_u32,
      offsetof(del_options, nv_index), NULL },
    { 0, "entry", "POSITION", "the entry at this position, counted from 0", cli_take_u32,
      offsetof(del_options, entry), NULL },
    { 0, "pos", "N", "this digest of the entry alone, counted from 0", cli_take_u32,
      offsetof(del_options, hash), NULL },
    { .name = NULL },
};

const cli_verb cli_vlp_del = {
    .name = "vlp del",
    .summary = "delete an entry of a policy, or a digest of one",
    .usage = "POLICY --num N | --entry POSITION",
    .about = "Deletes the entry of exactly this number (never the one for any module instead) or "
             "at this position; with --pos only one of its digests, and the entry when that was "
             "the last. POLICY is replaced, whole or not at all; with --output it stays as it is.",
    .options = del_options_table,
    .options_size = sizeof(del_options),
    .least = 1,
    .most = 1,
    .run = run,
    .own_output = true,
};
