/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp create: its options. */
#include "base/number.h"
#include "cli/lcp_create.h"
#include "policy/lcp/words.h"

static const char *take_item(const cli_option *option, const char *value, void *field)
{
    cli_lcp_items *const items = field;

    if (items->count == CLI_LCP_ITEMS)
        return "at most 64 of them";
    items->list[items->count++] = (cli_lcp_item){ option->name, value };
    return NULL;
}

static const char *take_words(const assay_lcp_word *words, uint32_t max, const char *value,
                              void *field)
{
    cli_number *const number = field;

    number->given = true;
    return assay_lcp_words_parse(words, assay_bytes_of_string(value), max, &number->value)
               ? NULL
               : "words with commas between them, 'none', or a number";
}

/* Beside --npw-ok, in whatever order. */
static const char *take_control(const cli_option *option, const char *value, void *field)
{
    cli_number *const number = field;
    const uint32_t before = number->value;
    const char *const wrong = take_words(assay_lcp_policy_control_words, UINT32_MAX, value, number);

    (void)option;
    number->value |= before;
    return wrong;
}

static const char *take_element_control(const cli_option *option, const char *value, void *field)
{
    (void)option;
    return take_words(assay_lcp_element_control_words, UINT32_MAX, value, field);
}

static const char *take_hash_mask(const cli_option *option, const char *value, void *field)
{
    (void)option;
    return take_words(assay_lcp_hash_mask_words, UINT16_MAX, value, field);
}

static const char *take_sign_mask(const cli_option *option, const char *value, void *field)
{
    (void)option;
    return take_words(assay_lcp_sign_mask_words, UINT32_MAX, value, field);
}

static const char *take_npw(const cli_option *option, const char *value, void *field)
{
    cli_number *const number = field;

    (void)option;
    (void)value;
    number->given = true;
    number->value |= assay_lcp_word_bit(assay_lcp_policy_control_words, ASSAY_LITERAL("npw_ok"));
    return NULL;
}

static const char *take_version(const cli_option *option, const char *value, void *field)
{
    const uint16_t version = assay_lcp_policy_version(assay_bytes_of_string(value));

    (void)option;
    *(cli_number *)field = (cli_number){ true, version };
    return version == 0 ? "2.0 to 2.4, 3.0 to 3.2" : NULL;
}

static const char *take_list_version(const cli_option *option, const char *value, void *field)
{
    const uint16_t version = assay_lcp_list_version(assay_bytes_of_string(value));

    (void)option;
    *(cli_number *)field = (cli_number){ true, version };
    return version == 0 || version == ASSAY_LCP_LIST_1_1 ? "1.0, 2.0, 2.1 or 3.0" : NULL;
}

static const char *take_alg(const cli_option *option, const char *value, void *field)
{
    const assay_alg *const alg = assay_alg_by_name(assay_bytes_of_string(value));

    (void)option;
    if (alg == NULL || assay_lcp_hash_mask(alg->id) == 0)
        return "sha1, sha256, sha384, sha512 or sm3_256";
    *(cli_number *)field = (cli_number){ true, alg->id };
    return NULL;
}

static const char *take_element_type(const cli_option *option, const char *value, void *field)
{
    cli_number *const number = field;

    (void)option;
    number->given = true;
    return assay_lcp_element_by_name(assay_bytes_of_string(value), &number->value) ? NULL : "";
}

static const char *take_counters(const cli_option *option, const char *value, void *field)
{
    cli_lcp_counters *const counters = field;
    assay_bytes rest = assay_bytes_of_string(value);

    (void)option;
    counters->given = true;
    for (size_t i = 0; i < ASSAY_LCP_LISTS_MAX; i++) {
        const size_t end = assay_bytes_find(rest, ASSAY_LITERAL(","));
        uint64_t counter;

        if (!assay_number_read(assay_bytes_of(rest.data, end), UINT16_MAX, &counter))
            break;
        counters->list[i] = (uint16_t)counter;
        if (end == rest.size)
            return NULL;
        rest = assay_bytes_of(rest.data + end + 1, rest.size - end - 1);
    }
    return "up to 8 numbers from 0 to 65535";
}

static const char *const stale_words[] = { "refuse", "drop", "empty", NULL };
static const char *const type_words[] = { "list", "any", NULL };
static const char *const element_words[] = { "mle",    "pconf",  "sbios",   "custom", "mle2",
                                             "pconf2", "sbios2", "custom2", "stm2",   NULL };

#define AT(member) offsetof(cli_lcp_create_options, member)

const cli_option cli_lcp_create_table[] = {
    { 0, "from", "FILE", "make it from a document, as 'lcp show --format json' prints it",
      cli_take_text, AT(from), NULL },
    { 0, "stale", "WHAT", "signatures of what has changed: refuse (default), drop, empty",
      cli_take_word, AT(stale), stale_words },
    { 0, "data", "FILE", "where the policy data file goes", cli_take_text, AT(data), NULL },
    { 0, "force", NULL,
      "make also what SINIT refuses: two lists signed with one key, a bad signature", cli_take_flag,
      AT(force), NULL },
    { 0, "element", "TYPE", "make an element: mle2, pconf2, sbios2, stm2, custom2 ...",
      take_element_type, AT(element), element_words },
    { 0, "list", NULL, "make a list of element files", cli_take_flag, AT(list), NULL },
    { 0, "version", "VERSION", "of the policy: 3.2 (default) to 2.0", take_version, AT(version),
      NULL },
    { 0, "alg", "ALG", "hash algorithm of policy and elements: sha256", take_alg, AT(alg), NULL },
    { 0, "type", "TYPE", "of the policy: list or any", cli_take_choice, AT(type), type_words },
    { 0, "control", "WORD,...", "PolicyControl: npw_ok, os_sinit_data_capabilities ...",
      take_control, AT(control), NULL },
    { 0, "npw-ok", NULL, "allow ACMs that are not for production", take_npw, AT(control), NULL },
    { 0, "min-version", "N", "SINITMinVersion of the policy", cli_take_u8, AT(min_version), NULL },
    { 0, "max-sinit-min-version", "N", "MaxSinitMinVer: 255", cli_take_u8, AT(max_sinit), NULL },
    { 0, "max-biosac-min-version", "N", "MaxBiosacMinVer: 0", cli_take_u8, AT(max_biosac), NULL },
    { 0, "rev", "N,...", "DataRevocationCounters, list by list", take_counters, AT(revocation),
      NULL },
    { 0, "hash-mask", "ALG,...", "LcpHashAlgMask; default: what policy and elements need",
      take_hash_mask, AT(hash_mask), NULL },
    { 0, "sign-mask", "WORD,...", "LcpSignAlgMask: rsa-3072-sha384 ...; default: of the lists",
      take_sign_mask, AT(sign_mask), NULL },
    { 0, "aux-mask", "ALG", "AuxHashAlgMask of policies 3.0 and 3.1", take_hash_mask, AT(aux_mask),
      NULL },
    { 0, "list-version", "VERSION", "of the list that is made: 3.0 (default), 2.1, 2.0, 1.0",
      take_list_version, AT(list_version), NULL },
    { 0, "mle", "FILE", "permit this MLE: tboot.gz, a kernel for Secure Launch", take_item,
      AT(items), NULL },
    { 0, "cmdline", "TEXT", "command line of the --mle before it", take_item, AT(items), NULL },
    { 0, "mle-digest", "HEX|FILE", "permit the MLE of this digest, or those of a hash file",
      take_item, AT(items), NULL },
    { 0, "mle-min-version", "N", "SINITMinVersion of the MLE element", cli_take_u8,
      AT(mle_min_version), NULL },
    { 0, "stm-digest", "HEX|FILE", "permit the STM of this digest", take_item, AT(items), NULL },
    { 0, "sbios-digest", "HEX|FILE", "permit the startup BIOS of this digest", take_item, AT(items),
      NULL },
    { 0, "fallback", "HEX|FILE", "fallback digest of the SBIOS element", take_item, AT(items),
      NULL },
    { 0, "digest", "HEX|FILE", "a digest of the --element", take_item, AT(items), NULL },
    { 0, "pcr", "LIST", "permit only these PCRs' values: 0-7", cli_take_pcrs, AT(pcrs), NULL },
    { 0, "pcr-values", "FILE", "where the values of --pcr stand", take_item, AT(items), NULL },
    { 0, "pcr-bank", "ALG", "their bank; default: --alg", take_alg, AT(pcr_bank), NULL },
    { 0, "locality", "N", "localityAtRelease of a PCONF of TPM 1.2", cli_take_u8, AT(locality),
      NULL },
    { 0, "custom", "UUID:FILE", "a custom element; 'tboot' is a UUID's name", take_item, AT(items),
      NULL },
    { 0, "uuid", "UUID", "of --element custom2", cli_take_text, AT(uuid), NULL },
    { 0, "element-control", "WORD,...", "PolEltControl: ignore_ps, stm_required; default none",
      take_element_control, AT(element_control), NULL },
    { .name = NULL },
};
