/* SPDX-License-Identifier: BSD-2-Clause */
/* assay vlp add: an entry, or one more digest of an entry there is. */
#include "cli/complain.h"
#include "cli/vlp.h"
#include "cli/vlp_edit.h"
#include "policy/lcp/vlpedit.h"

#include <stdio.h>

/* TBOOT_KERNEL_CMDLINE_SIZE of tboot's include/config.h. */
enum { PASSED_ON = 1024 };

typedef struct add_options {
    cli_common common;
    cli_number num, pcr, hash, nv_index, at;
    const char *cmdline, *image, *digest;
} add_options;

static bool is_nv(const add_options *o)
{
    return o->num.value == ASSAY_VLP_NUM_NV || o->num.value == ASSAY_VLP_NUM_NV_RAW;
}

static int check_usage(const cli_call *call, const add_options *o)
{
    const bool content = o->image != NULL || o->digest != NULL;

    if (!o->num.given)
        return cli_complain_usage(call->verb, "--num says whom the entry is for");
    if (o->image != NULL && o->digest != NULL)
        return cli_complain_usage(call->verb, "either --image or --digest");
    if (o->hash.given && o->hash.value == ASSAY_VLP_HASH_ANY && content)
        return cli_complain_usage(call->verb, "--hash any takes no --image and no --digest");
    if (o->hash.given && o->hash.value == ASSAY_VLP_HASH_IMAGE && !content)
        return cli_complain_usage(call->verb, "--hash image wants --image FILE or --digest HEX");
    if (o->cmdline != NULL && o->image == NULL)
        return cli_complain_usage(call->verb, "--cmdline goes with --image");
    if (is_nv(o) && (o->image != NULL || !o->nv_index.given))
        return cli_complain_usage(call->verb,
                                  "an entry for NV wants --nv-index N, and has no image: "
                                  "--digest gives what the index must have");
    if (!is_nv(o) && o->nv_index.given)
        return cli_complain_usage(call->verb, "--nv-index goes with --num nv and --num nv-raw");
    return CLI_YES;
}

/* The digest that is added: CLI_YES, CLI_NO when there is none to add, or CLI_TROUBLE. */
static int take_digest(const cli_call *call, const cli_vlp_file *file, assay_digest *ret_digest)
{
    const add_options *const o = call->options;
    const uint16_t alg = assay_vlp_alg(&file->policy);
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    if (o->digest != NULL)
        return cli_vlp_digest(o->digest, alg, ret_digest)
                   ? CLI_YES
                   : cli_complain_usage(call->verb, "--digest wants the hexadecimal digits of %s",
                                        assay_alg_name(alg, unknown));
    if (o->image == NULL)
        return CLI_NO;
    if (o->cmdline != NULL && o->num.value == 0 && strlen(o->cmdline) >= PASSED_ON)
        cli_vlp_say(call,
                    "note: all %zu characters are measured, but tboot 1.11 has room for %d when "
                    "it passes the command line of module 0 on",
                    strlen(o->cmdline), PASSED_ON - 1);
    if (o->cmdline == NULL)
        cli_vlp_say(call, "warning: without --cmdline the digest is that of an empty command line");
    return cli_vlp_measure_file(call, file->hashes, o->image, o->cmdline != NULL ? o->cmdline : "",
                                alg, ret_digest);
}

/* What tb_polgen does as well, but without a word. */
static void overwrite(const cli_call *call, assay_vlp_entry *entry, int position)
{
    const add_options *const o = call->options;
    const uint32_t hash_type = o->hash.given                           ? o->hash.value
                               : o->image != NULL || o->digest != NULL ? ASSAY_VLP_HASH_IMAGE
                                                                       : entry->hash_type;

    if (o->pcr.given && o->pcr.value != entry->pcr) {
        char old[16] = "none", new[16] = "none";

        if (entry->pcr != ASSAY_VLP_PCR_NONE)
            snprintf(old, sizeof old, "%u", entry->pcr);
        if (o->pcr.value != ASSAY_VLP_PCR_NONE)
            snprintf(new, sizeof new, "%u", o->pcr.value);
        cli_vlp_say(call, "entry %d has PCR %s now, for all its digests; it had %s", position, new,
                    old);
        entry->pcr = (uint8_t)o->pcr.value;
    }
    if (hash_type != entry->hash_type)
        cli_vlp_say(call, "entry %d has hash type %s now; it had %s", position,
                    assay_vlp_hash_type_name(hash_type),
                    assay_vlp_hash_type_name(entry->hash_type));
    entry->hash_type = (uint8_t)hash_type;
}

static int insert(const cli_call *call, cli_vlp_file *file, bool with_digest, int *ret_position)
{
    const add_options *const o = call->options;
    const size_t position = o->at.given ? o->at.value : file->policy.num_entries;
    const assay_vlp_entry entry = {
        .mod_num = (uint8_t)o->num.value,
        .pcr = (uint8_t)o->pcr.value,
        .hash_type = with_digest ? ASSAY_VLP_HASH_IMAGE : ASSAY_VLP_HASH_ANY,
        .nv_index = o->nv_index.value,
    };
    assay_error error;

    if (!o->pcr.given || (!o->hash.given && !with_digest))
        return cli_complain_usage(call->verb, "a new entry wants --pcr and --hash");
    if (assay_vlp_insert(&file->policy, position, &entry, &error) < 0)
        return cli_complain_hint(call->verb, file->input.name, &error,
                                 "'assay vlp show' numbers the entries from 0");
    *ret_position = (int)position;
    return CLI_YES;
}

static int add(const cli_call *call, cli_vlp_file *file, assay_writer *room)
{
    const add_options *const o = call->options;
    assay_vlp *const policy = &file->policy;
    int position = assay_vlp_position(policy, (uint8_t)o->num.value, o->nv_index.value);
    assay_digest digest;
    assay_error error;
    const int taken = take_digest(call, file, &digest);
    int status = CLI_YES;

    if (taken == CLI_TROUBLE)
        return taken;
    if (position >= 0 && o->at.given)
        return cli_complain_usage(call->verb, "entry %d is for the same already: delete it first",
                                  position);
    if (position >= 0)
        overwrite(call, &policy->entries[position], position);
    else
        status = insert(call, file, taken == CLI_YES, &position);
    if (status == CLI_YES && taken == CLI_YES &&
        assay_vlp_append_hash(policy, (size_t)position, assay_bytes_of(digest.value, digest.size),
                              room, &error) < 0)
        status = cli_complain(call->verb, file->input.name, &error);
    return status;
}

static int run(const cli_call *call)
{
    const int status = check_usage(call, call->options);

    return status == CLI_YES ? cli_vlp_edit(call, add) : status;
}

static const char *const hash_words[] = { "any", "image", NULL };

static const cli_option add_options_table[] = {
    { 0, "num", "N", "whom the entry is for: a module, 0 to 127; any; an NV index: nv, nv-raw",
      cli_vlp_take_num, offsetof(add_options, num), NULL },
    { 0, "pcr", "N", "the PCR that is extended, 0 to 23, or none", cli_vlp_take_pcr,
      offsetof(add_options, pcr), NULL },
    { 0, "hash", "TYPE", "any accepts whatever it is, image one of the digests", cli_take_choice,
      offsetof(add_options, hash), hash_words },
    { 0, "cmdline", "TEXT", "the module's command line, without its name, blanks and all",
      cli_take_any_text, offsetof(add_options, cmdline), NULL },
    { 0, "image", "FILE", "the module; unzipped where it is gzip", cli_take_text,
      offsetof(add_options, image), NULL },
    { 0, "digest", "HEX", "the digest itself", cli_take_text, offsetof(add_options, digest), NULL },
    { 0, "nv-index", "N", "the NV index, such as 0x01c10131", cli_take_u32,
      offsetof(add_options, nv_index), NULL },
    { 0, "at", "POSITION", "put a new entry before the one at this position, counted from 0",
      cli_take_u32, offsetof(add_options, at), NULL },
    { .name = NULL },
};

const cli_verb cli_vlp_add = {
    .name = "vlp add",
    .summary = "add an entry to a policy, or a digest to an entry",
    .usage = "POLICY --num N --pcr N --hash TYPE",
    .about =
        "Adds an entry at the end, or at a position. Where there is an entry for the same, its "
        "digests get one more, and its PCR and hash type become those given, which is said.\n"
        "The digest of a module is H(H(command line) | H(image)). tboot takes the first entry "
        "that fits a module, so one for any module belongs behind the others. POLICY is replaced, "
        "whole or not at all; with --output it stays as it is.",
    .options = add_options_table,
    .options_size = sizeof(add_options),
    .least = 1,
    .most = 1,
    .run = run,
    .own_output = true,
};
