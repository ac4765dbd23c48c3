/* SPDX-License-Identifier: BSD-2-Clause */
/* assay txt: NV indices, and the policy in one compared with a file. */
#include "boot/platform/nvcontent.h"
#include "cli/complain.h"
#include "cli/style.h"
#include "cli/txt.h"
#include "eventlog/txtflags.h"

#include <stdio.h>

/* 0, or a negative kind: of a text of hexadecimal digits, or the policy itself. */
static int read_policy(assay_bytes input, assay_lcp_policy *policy, assay_error *error)
{
    uint8_t room[ASSAY_NV_CONTENT_MAX];
    assay_writer bytes = assay_writer_lent(room, sizeof room);
    const int status = assay_nv_content_read(input, &bytes, error);

    return status < 0 ? status : assay_lcp_policy_read(policy, assay_written(&bytes), error);
}

/* tboot's index has room for eight bytes and its number in the first four. */
static bool read_tboot_error(assay_bytes input, uint32_t *ret_code)
{
    uint8_t room[2 * sizeof(uint32_t)];
    assay_writer bytes = assay_writer_lent(room, sizeof room);

    if (assay_nv_content_read(input, &bytes, NULL) < 0 ||
        (bytes.used != sizeof *ret_code && bytes.used != sizeof room))
        return false;
    assay_cursor c = assay_cursor_of(assay_written(&bytes));
    *ret_code = assay_take_u32le(&c);
    return true;
}

/* tpm2_nvreadpublic begins with a handle and a colon, which no dump does. */
static bool is_public(assay_bytes input)
{
    return assay_bytes_start_with(input, ASSAY_LITERAL("0x"));
}

static void take_nv(cli_txt_found *txt, const cli_input *input)
{
    static assay_nv_read list[ASSAY_NV_READ_MAX];
    assay_error error;
    int count = 0;

    if (read_tboot_error(input->file.bytes, &txt->tboot_error)) {
        txt->has_tboot_error = true;
        return;
    }
    if (!is_public(input->file.bytes)) {
        if (read_policy(input->file.bytes, &txt->content, &error) < 0)
            cli_txt_complain(txt, input->name, &error);
        else
            txt->has_content = true;
        return;
    }
    count = assay_nv_read_text(input->file.bytes, list, &error);
    if (count < 0)
        cli_txt_complain(txt, input->name, &error);
    for (int i = 0; i < count && txt->nv_count < ASSAY_NV_READ_MAX; i++) {
        assay_nv_read *const kept = &txt->nv[txt->nv_count++];

        *kept = list[i];
        kept->index.auth_policy = assay_bytes_of(kept->policy, list[i].index.auth_policy.size);
    }
}

static bool field_differs(const assay_lcp_policy *a, const assay_lcp_policy *b,
                          const assay_lcp_field *field, size_t *ret_index)
{
    for (size_t i = 0; field->size > 0 && i < field->count; i++)
        if (assay_lcp_field_get(a, field, i) != assay_lcp_field_get(b, field, i)) {
            *ret_index = i;
            return true;
        }
    *ret_index = 0;
    return field->size == 0 &&
           !assay_bytes_equal(assay_bytes_of(a->policy_hash.value, a->policy_hash.size),
                              assay_bytes_of(b->policy_hash.value, b->policy_hash.size));
}

static void compare(cli_txt_compared *compared)
{
    const assay_lcp_field *field;

    compared->done = compared->equal = true;
    for (size_t i = 0;
         compared->equal && (field = assay_lcp_policy_field(compared->file.version, i)) != NULL;
         i++)
        if (field_differs(&compared->nv, &compared->file, field, &compared->index)) {
            compared->equal = false;
            compared->field = field->name;
        }
}

static void compare_with_file(cli_txt_found *txt)
{
    const cli_input *const input = cli_txt_open(txt, txt->options->policy);
    assay_error error;

    if (input == NULL)
        return;
    if (read_policy(input->file.bytes, &txt->compared.file, &error) < 0) {
        cli_txt_complain(txt, input->name, &error);
        return;
    }
    if (!txt->has_content) {
        if (txt->trouble)
            return;
        assay_fail(
            &error, ASSAY_MALFORMED, ASSAY_NOWHERE,
            "neither a file of --nv nor a TPM has the policy of an index, so there is nothing "
            "to compare with");
        cli_txt_complain(txt, input->name, &error);
        return;
    }
    txt->compared.nv = txt->content;
    compare(&txt->compared);
}

void cli_txt_gather_nv(cli_txt_found *txt)
{
    for (size_t i = 0; i < txt->options->nv.count; i++) {
        const cli_input *const input = cli_txt_open(txt, txt->options->nv.list[i]);

        if (input != NULL)
            take_nv(txt, input);
    }
    if (txt->options->policy != NULL)
        compare_with_file(txt);
}

bool cli_txt_any_nv_wrong(const cli_txt_found *txt)
{
    for (int i = 0; i < txt->nv_count; i++) {
        assay_nv_verdict verdict;

        assay_nv_judge(&txt->nv[i].index, &verdict);
        if (verdict.wrong)
            return true;
    }
    return false;
}

/* For people. */

static void put_bits(const cli_call *call, const char *label, uint32_t bits)
{
    char text[600];
    assay_writer words = assay_writer_lent(text, sizeof text - 1);

    assay_txt_put_flags(&words, assay_txt_nv_attributes, bits);
    text[assay_written(&words).size] = '\0';
    cli_txt_put_line(call, 4, label, text);
}

static void put_fault(const cli_call *call, const assay_nv_verdict *verdict,
                      enum assay_nv_fault which)
{
    const assay_nv_fault_info *const info = assay_nv_fault_describe(which);

    cli_txt_put_line(call, 4, info->wrong ? "wrong: " : "note: ", info->what);
    if (which == ASSAY_NV_LACKS_ATTRIBUTES)
        put_bits(call, "lacking: ", verdict->lacking);
    if (which == ASSAY_NV_EXTRA_ATTRIBUTES)
        put_bits(call, "too much: ", verdict->extra);
    if (which == ASSAY_NV_SMALL || which == ASSAY_NV_LARGE)
        assay_put_format(call->out, "    expected: %u bytes\n", verdict->expected_size);
    cli_txt_put_line(call, 4, "do: ", info->action);
}

static void put_index(const cli_call *call, const assay_txt_nv_public *index)
{
    assay_nv_verdict verdict;
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    assay_nv_judge(index, &verdict);
    if (verdict.role == ASSAY_NV_ROLES)
        return;
    const assay_nv_role_info *const role = assay_nv_role_describe(verdict.role);
    assay_put_format(call->out, "  0x%08x %s: ", index->nv_index, role->name);
    cli_put_toned(call, verdict.wrong ? CLI_BAD : CLI_GOOD, verdict.wrong ? "wrong" : "right");
    assay_put_format(call->out, " (%s)\n    %u bytes, nameAlg %s, %s\n", role->what,
                     index->data_size, assay_alg_name(index->name_alg, unknown),
                     index->auth_policy.size > 0 ? "with a policy" : "without a policy");
    put_bits(call, "", index->attributes);
    for (enum assay_nv_fault f = 0; f < ASSAY_NV_FAULTS; f++)
        if ((verdict.faults & 1u << f) != 0)
            put_fault(call, &verdict, f);
}

static void put_value(const cli_txt_found *txt, const char *label, const assay_lcp_policy *policy)
{
    const cli_txt_compared *const compared = &txt->compared;
    assay_writer *const out = txt->call->out;
    const assay_lcp_field *field = NULL;

    for (size_t i = 0; (field = assay_lcp_policy_field(compared->file.version, i)) != NULL; i++)
        if (strcmp(field->name, compared->field) == 0)
            break;
    assay_put_format(out, "  %s", label);
    if (field == NULL || field->size == 0)
        assay_put_hex(out, assay_bytes_of(policy->policy_hash.value, policy->policy_hash.size));
    else
        assay_put_format(out, "0x%llx",
                         (unsigned long long)assay_lcp_field_get(policy, field, compared->index));
    assay_put_char(out, '\n');
}

static void put_comparison(const cli_txt_found *txt)
{
    const cli_txt_compared *const compared = &txt->compared;
    const cli_call *const call = txt->call;

    assay_put_string(call->out, "\nPolicy in NV: ");
    if (compared->equal) {
        cli_put_toned(call, CLI_GOOD, "the same as the file");
        assay_put_char(call->out, '\n');
        return;
    }
    cli_put_toned(call, CLI_BAD, "differs from the file");
    assay_put_format(call->out, ", first in %s", compared->field);
    if (strcmp(compared->field, "DataRevocationCounters") == 0)
        assay_put_format(call->out, "[%zu]", compared->index);
    assay_put_char(call->out, '\n');
    put_value(txt, "NV:   ", &compared->nv);
    put_value(txt, "file: ", &compared->file);
    cli_txt_put_line(call, 2, "do: ",
                     "If the file is the newer one, write it to the index; SINIT goes by what the "
                     "index holds.");
}

static void put_content(const cli_txt_found *txt)
{
    const assay_lcp_policy *const policy = &txt->content;

    char text[128];

    snprintf(text, sizeof text, "version %u.%u, %s, SINIT from version %u on", policy->version >> 8,
             policy->version & 0xFF,
             policy->policy_type == ASSAY_LCP_TYPE_ANY    ? "ANY: everything may be launched"
             : policy->policy_type == ASSAY_LCP_TYPE_LIST ? "LIST: what its lists allow"
                                                          : "of an unknown type",
             policy->sinit_min_version);
    assay_put_string(txt->call->out, "\nPolicy in NV: ");
    cli_put_wrapped(txt->call->out, text, 14, 2, txt->call->width);
}

static void put_tboot_error(const cli_txt_found *txt)
{
    const assay_txt_error_meaning *const meaning = assay_tboot_error_find(txt->tboot_error);
    char text[300];

    if (meaning == NULL) {
        assay_put_format(txt->call->out, "\ntboot's last error: 0x%x, which is none of its own\n",
                         txt->tboot_error);
        return;
    }
    assay_put_string(txt->call->out, "\ntboot's last error: ");
    snprintf(text, sizeof text, "%s (%s).", meaning->what, meaning->name);
    cli_put_wrapped(txt->call->out, text, 21, 2, txt->call->width);
    snprintf(text, sizeof text, "%s.", meaning->action);
    cli_txt_put_line(txt->call, 2, "do: ", text);
}

void cli_txt_put_nv(const cli_txt_found *txt)
{
    size_t others = 0;

    if (txt->nv_count > 0)
        assay_put_string(txt->call->out, "\nNV indices\n");
    for (int i = 0; i < txt->nv_count; i++) {
        put_index(txt->call, &txt->nv[i].index);
        others += assay_nv_role_of(txt->nv[i].index.nv_index) == ASSAY_NV_ROLES;
    }
    if (others > 0)
        assay_put_format(txt->call->out, "  %zu of somebody else\n", others);
    if (txt->has_tboot_error)
        put_tboot_error(txt);
    if (txt->compared.done)
        put_comparison(txt);
    else if (txt->has_content)
        put_content(txt);
}
