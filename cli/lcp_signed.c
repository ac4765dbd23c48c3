/* SPDX-License-Identifier: BSD-2-Clause */
/* What was done to a list: the statements of lcp sign, lcp tbs and lcp addsig. */
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/lcp_signing.h"
#include "cli/style.h"

#include <stdio.h>
#include <unistd.h>

enum { LABEL = 9 }; /* columns of "prepared " */

/* Facts that both notations tell. */
typedef struct facts {
    bool measured_same;  /* PolicyHash stays */
    uint8_t measure[32]; /* SHA-256: what PolicyHash is made of */
    uint8_t file[32];    /* SHA-256 of what was written */
    size_t file_size;
    uint8_t to_sign[32]; /* SHA-256 of what a key must sign */
    size_t to_sign_size;
} facts;

static int measure(const cli_lcp_subject *subject, assay_hash *sha256, facts *f)
{
    uint8_t before[32];
    int status = assay_lcp_list_measure(&subject->list, sha256, before);

    if (status == 0)
        status = assay_lcp_list_measure(&subject->becoming, sha256, f->measure);
    f->measured_same = status == 0 && memcmp(before, f->measure, sizeof before) == 0;
    return status;
}

static int digest_file(const cli_lcp_subject *subject, assay_hash *sha256, facts *f)
{
    const assay_bytes file = assay_written(&subject->changed_file);

    f->file_size = file.size;
    return assay_hash_parts(sha256, &file, 1, f->file);
}

static int digest_to_sign(const cli_lcp_subject *subject, assay_hash *sha256, facts *f)
{
    assay_bytes bytes = subject->becoming.signed_data;
    assay_digest digest;
    int status = 0;

    if (subject->options->digest) {
        status = assay_lcp_signature_digest(&subject->becoming, subject->signing.hash_alg,
                                            subject->hashes, &digest);
        bytes = assay_bytes_of(digest.value, digest.size);
    }
    f->to_sign_size = bytes.size;
    return status == 0 ? assay_hash_parts(sha256, &bytes, 1, f->to_sign) : status;
}

static int find_facts(const cli_lcp_subject *subject, facts *f)
{
    assay_hash *sha256;
    int status = assay_hashes_get(subject->hashes, ASSAY_ALG_SHA256, &sha256);

    if (status == 0)
        status = measure(subject, sha256, f);
    if (status == 0)
        status = digest_to_sign(subject, sha256, f);
    return status == 0 ? digest_file(subject, sha256, f) : status;
}

static const char *scheme_name(const assay_lcp_signature *signature)
{
    const assay_lcp_scheme *const scheme = assay_lcp_scheme_find(signature->scheme);

    return scheme == NULL ? "" : scheme->name;
}

static const char *file_written(const cli_lcp_subject *subject, bool waits)
{
    return waits ? subject->options->prepared : subject->options->common.output;
}

/* For people. */

static void put_file(assay_writer *out, const char *label, const char *name, size_t size)
{
    assay_put_format(out, "%-9s", label);
    assay_put_safe(out, assay_bytes_of_string(name));
    assay_put_format(out, ", %zu bytes\n", size);
}

static void put_list(const cli_lcp_subject *subject, bool waits)
{
    const assay_lcp_list *const list = &subject->becoming;
    char unknown[ASSAY_ALG_NUMBER_SIZE], number[32] = "", text[160];

    if (subject->in_data)
        snprintf(number, sizeof number, "number %zu, ", subject->number);
    snprintf(text, sizeof text, "%sversion %s, %s %s with %s, key of %u bits, counter %u", number,
             assay_lcp_list_version_name(list->version), waits ? "waits for" : "signed by",
             scheme_name(&list->signature), assay_alg_name(subject->signing.hash_alg, unknown),
             list->signature.key_bits, list->revocation_counter);
    assay_put_string(subject->call->out, "list     ");
    cli_put_wrapped(subject->call->out, text, LABEL, LABEL, subject->call->width);
}

static const char *policy_words(const cli_lcp_subject *subject, const facts *f)
{
    if (subject->list.is_signed && subject->list.signature.empty && f->measured_same)
        return "PolicyHash is that of the prepared list";
    return f->measured_same ? "PolicyHash stays: the key is the one the list had"
                            : "PolicyHash changes: a policy that the list was in must be made anew";
}

static void put_sign_command(assay_writer *out, const cli_lcp_subject *subject)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];
    const uint16_t hash = subject->signing.hash_alg;

    if (subject->options->digest) {
        assay_put_string(out, "sign     that digest, as it is, with the private key; then\n");
    } else {
        assay_put_format(out, "sign     openssl dgst -%s",
                         hash == ASSAY_ALG_SM3_256 ? "sm3" : assay_alg_name(hash, unknown));
        if (subject->signing.scheme == ASSAY_ALG_RSAPSS)
            assay_put_string(out, " -sigopt rsa_padding_mode:pss \\\n        "
                                  " -sigopt rsa_pss_saltlen:digest");
        assay_put_string(out, " -sign KEY -out SIGNATURE ");
        assay_put_safe(out, assay_bytes_of_string(subject->options->common.output));
        assay_put_char(out, '\n');
    }
    assay_put_string(out, "         assay lcp addsig ");
    assay_put_safe(out, assay_bytes_of_string(subject->options->prepared));
    if (subject->in_data)
        assay_put_format(out, " --list %zu", subject->number);
    assay_put_string(out, " --sig SIGNATURE -o LIST\n");
}

static void put_warnings(const cli_lcp_subject *subject)
{
    assay_writer err = assay_writer_draining(STDERR_FILENO);

    for (unsigned i = 0; i < ASSAY_LCP_NOTES; i++)
        if ((subject->signing.notes >> i & 1) != 0 && 1 << i != ASSAY_LCP_NOTE_SHA1_REQUIRED)
            assay_put_format(&err, "assay %s: warning: %s\n", subject->call->verb->name,
                             assay_lcp_signing_note_text(i));
    assay_writer_close(&err);
}

static void put_text(const cli_lcp_subject *subject, const facts *f, bool waits)
{
    assay_writer *const out = subject->call->out;

    put_list(subject, waits);
    if ((subject->signing.notes & ASSAY_LCP_NOTE_SHA1_REQUIRED) != 0)
        assay_put_string(out, "hash     SHA-1, which is all that a list 1.x can be signed with\n");
    assay_put_string(out, "key      sha256 ");
    assay_put_hex(out, assay_bytes_of(f->measure, sizeof f->measure));
    assay_put_format(out, "\npolicy   %s\n", policy_words(subject, f));
    put_file(out, waits ? "prepared" : "written", file_written(subject, waits), f->file_size);
    if (!waits)
        return;
    put_file(out, "to sign", subject->options->common.output, f->to_sign_size);
    put_sign_command(out, subject);
}

/* For programs. */

static void emit_list(assay_output *out, const cli_lcp_subject *subject, const facts *f, bool waits)
{
    const assay_lcp_list *const list = &subject->becoming;

    assay_emit_object(out, "list");
    if (subject->in_data)
        assay_emit_u64(out, "number", subject->number);
    assay_emit_string(out, "version", assay_lcp_list_version_name(list->version));
    assay_emit_bool(out, "signed", !waits);
    assay_emit_string(out, "scheme", scheme_name(&list->signature));
    assay_emit_alg(out, "hash_alg", subject->signing.hash_alg);
    assay_emit_u64(out, "key_bits", list->signature.key_bits);
    assay_emit_hex(out, "key_sha256", assay_bytes_of(f->measure, sizeof f->measure));
    assay_emit_u64(out, "revocation_counter", list->revocation_counter);
    assay_emit_end(out);
}

static void emit_notes(assay_output *out, const cli_lcp_subject *subject)
{
    assay_emit_array(out, "notes");
    for (unsigned i = 0; i < ASSAY_LCP_NOTES; i++)
        if ((subject->signing.notes >> i & 1) != 0)
            assay_emit_string(out, NULL, assay_lcp_signing_note_text(i));
    assay_emit_end(out);
}

/* Ends the object, too. */
static void emit_output(assay_output *out, const char *name, size_t size,
                        const uint8_t sha256[static 32])
{
    assay_emit_string(out, "file", name);
    assay_emit_u64(out, "size", size);
    assay_emit_hex(out, "sha256", assay_bytes_of(sha256, 32));
    assay_emit_end(out);
}

static int emit(const cli_lcp_subject *subject, const facts *f, bool waits)
{
    assay_output out = cli_document_begin(subject->call);

    assay_emit_array(&out, "inputs");
    const int status = cli_emit_input(&out, NULL, &subject->input);
    assay_emit_end(&out);
    emit_list(&out, subject, f, waits);
    assay_emit_bool(&out, "policy_hash_stays", f->measured_same);
    emit_notes(&out, subject);
    assay_emit_object(&out, waits ? "prepared" : "written");
    emit_output(&out, file_written(subject, waits), f->file_size, f->file);
    if (waits) {
        assay_emit_object(&out, "to_sign");
        assay_emit_string(&out, "form", subject->options->digest ? "digest" : "bytes");
        emit_output(&out, subject->options->common.output, f->to_sign_size, f->to_sign);
    }
    assay_emit_end(&out);
    return status;
}

int cli_lcp_state(const cli_lcp_subject *subject, bool waits)
{
    const cli_common *const common = &subject->options->common;
    facts f = { 0 };
    int status = find_facts(subject, &f);

    put_warnings(subject);
    /* What standard output has is the list, or what is to be signed. */
    const bool taken =
        strcmp(common->output, "-") == 0 || (waits && strcmp(subject->options->prepared, "-") == 0);
    if (status == 0 && !taken && !common->quiet) {
        if (common->notation == CLI_TEXT)
            put_text(subject, &f, waits);
        else
            status = emit(subject, &f, waits);
    }
    if (status == 0)
        return CLI_YES;
    return cli_complain_kind(subject->call->verb, NULL, status, "a SHA-256 can't be computed");
}
