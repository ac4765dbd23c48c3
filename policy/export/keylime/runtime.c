/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keylime's runtime policy, version 1 (keylime/ima/ima.py, RUNTIME_POLICY_SCHEMA): for each name
 * that IMA measures its digests. A reference has boot_aggregate, which follows from PCR 0-9, what
 * of IMA's list it holds as steps, and its files.
 *
 * It can't be read back: of boot_aggregate no value of a PCR follows, and without values there is
 * no boot whose files they would be.
 */
#include "policy/export/keylime/keylime.h"

#include "base/output.h"
#include "base/utf8.h"
#include "policy/export/keylime/runtime.h"
#include "policy/export/plain/plain.h"

#include <stdlib.h>

static const char exclude_setting[] = "exclude";

static int compare_bytes(assay_bytes a, assay_bytes b)
{
    const size_t common = a.size < b.size ? a.size : b.size;
    const int difference = common == 0 ? 0 : memcmp(a.data, b.data, common);

    return difference != 0 ? difference : (a.size > b.size) - (a.size < b.size);
}

static int compare(const void *a, const void *b)
{
    const assay_runtime_entry *const x = a, *const y = b;
    const int names = compare_bytes(x->name, y->name);

    return names != 0 ? names : compare_bytes(x->digest, y->digest);
}

static bool same_name(const assay_runtime_entry *a, const assay_runtime_entry *b)
{
    return assay_bytes_equal(a->name, b->name);
}

/* The digests of the entries of one name, which begin at `at`; where those of the next begin. */
static size_t emit_name(assay_export_job *job, const assay_runtime_list *list, size_t at,
                        assay_output *out)
{
    const assay_runtime_entry *const first = &list->items[at];
    const char *const key = assay_utf8_is_printable(first->name)
                                ? assay_plain_json_key(&job->arena, first->name)
                                : NULL;
    size_t next = at;

    if (key == NULL)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "names that are no UTF-8, have control characters or are longer than "
                             "JSON can say here are left out");
    else
        assay_emit_array(out, key);
    while (next < list->count && same_name(first, &list->items[next])) {
        if (key != NULL && (next == at || compare(&list->items[next - 1], &list->items[next]) != 0))
            assay_emit_hex(out, NULL, list->items[next].digest);
        next++;
    }
    if (key != NULL)
        assay_emit_end(out);
    return next;
}

static void emit_digests(assay_export_job *job, const char *key, assay_runtime_list *list,
                         assay_output *out)
{
    if (list->count > 0)
        qsort(list->items, list->count, sizeof *list->items, compare);
    assay_emit_object(out, key);
    for (size_t at = 0; at < list->count;)
        at = emit_name(job, list, at, out);
    assay_emit_end(out);
}

/* Expressions are matched from the start of a name; that they end with it has to be said. */
static void emit_excludes(assay_export_job *job, assay_runtime_list *list, assay_output *out)
{
    const char *const given = assay_export_setting_of(job, exclude_setting);

    if (list->count > 0)
        qsort(list->items, list->count, sizeof *list->items, compare);
    assay_emit_array(out, "excludes");
    if (given != NULL)
        assay_emit_string(out, NULL, given);
    for (size_t i = 0; i < list->count; i++) {
        assay_writer text = assay_writer_growing(2 * list->items[i].name.size + 3);

        if (i > 0 && same_name(&list->items[i - 1], &list->items[i]))
            continue;
        assay_keylime_put_escaped(&text, list->items[i].name);
        assay_put_string(&text, "\\Z");
        assay_emit_text(out, NULL, assay_written(&text));
        if (text.failure != 0)
            out->writer->failure = text.failure;
        assay_writer_close(&text);
    }
    assay_emit_end(out);
}

static void emit_ima(assay_output *out)
{
    assay_emit_object(out, "ima");
    assay_emit_array(out, "ignored_keyrings");
    assay_emit_end(out);
    /* Of ascii_runtime_measurements, the list that agents send. */
    assay_emit_string(out, "log_hash_alg", "sha1");
    assay_emit_null(out, "dm_policy");
    assay_emit_end(out);
}

static void emit_policy(assay_export_job *job, assay_runtime_entries *entries, assay_writer *writer)
{
    assay_output out = assay_output_json_indented(writer);

    assay_emit_object(&out, NULL);
    assay_emit_object(&out, "meta");
    assay_emit_u64(&out, "version", 1);
    assay_emit_u64(&out, "generator", 0); /* unknown to Keylime */
    assay_emit_end(&out);
    assay_emit_u64(&out, "release", job->reference->revision);
    emit_digests(job, "digests", &entries->lists[ASSAY_RUNTIME_DIGESTS], &out);
    emit_excludes(job, &entries->lists[ASSAY_RUNTIME_VARYING], &out);
    emit_digests(job, "keyrings", &entries->lists[ASSAY_RUNTIME_KEYRINGS], &out);
    emit_ima(&out);
    emit_digests(job, "ima-buf", &entries->lists[ASSAY_RUNTIME_BUFFERS], &out);
    assay_emit_string(&out, "verification-keys", "");
    assay_emit_end(&out);
}

static void note_all(assay_export_job *job, const assay_runtime_entries *entries)
{
    if (entries->lists[ASSAY_RUNTIME_VARYING].count > 0)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "%zu entries of IMA's list vary, and their names are excluded: with "
                             "any content they pass",
                             entries->lists[ASSAY_RUNTIME_VARYING].count);
    if (entries->files == 0)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "the reference has no digests of files: every file that IMA measures "
                             "is refused until they are added (assay golden learn --files, or "
                             "keylime-policy create runtime --base-policy)");
    if (entries->violations > 0)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "that a file may be written to while it is read (IMA's violations) is "
                             "not written: %zu",
                             entries->violations);
    if (entries->weak > 0)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "digests of files that are shorter than SHA-1 are left out: %zu",
                             entries->weak);
    if (entries->lists[ASSAY_RUNTIME_DIGESTS].count == 0)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "no boot_aggregate follows from the reference: IMA's first entry is "
                             "refused");
    if (assay_export_variant_count(job) > 1)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "entries are of all variants together: which belong to which is lost");
    if (assay_export_setting_of(job, exclude_setting) != NULL)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "Keylime doesn't check the expression that is excluded when the "
                             "policy is stored: a bad one is ignored, and with it all others");
    assay_export_note_on(job, ASSAY_EXPORT_NATURE,
                         "values of PCRs are not written, but for the hash that boot_aggregate is");
    if (job->certificate_count > 0)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "the certificate is not written: Keylime is given the public key");
}

static int write(assay_export_job *job, assay_error *error)
{
    assay_runtime_entries entries;
    assay_writer policy = assay_writer_growing(256 << 20);
    int status = assay_runtime_collect(job, &entries, error);

    if (status < 0)
        return status;
    assay_writer *const writer = assay_export_add_file(job, "");
    emit_policy(job, &entries, &policy);
    note_all(job, &entries);
    if (policy.failure != 0)
        status = assay_fail(error, (enum assay_kind)policy.failure, ASSAY_NOWHERE,
                            "the policy could not be made");
    else if (job->key != NULL)
        status = assay_keylime_sign(job->key, assay_written(&policy), job->hashes, writer, error);
    else
        assay_put(writer, assay_written(&policy));
    assay_writer_close(&policy);
    return status;
}

static const assay_export_setting_info settings[] = {
    { exclude_setting, "REGEX",
      "names that IMA measures and that are not checked, in Python's re" },
    { NULL, NULL, NULL },
};

const assay_export_format assay_export_keylime_runtime_policy = {
    .name = "keylime-runtime-policy",
    .title = "Keylime's runtime policy, version 1; with a key in a DSSE envelope",
    .reader = "keylime_tenant --runtime-policy, keylime-policy (run with 7.14.3)",
    .holds = "boot_aggregate of every bank that Keylime knows, digests of IMA's list and of files",
    .loses = "values of PCRs, and every step but IMA's",
    .text = true,
    .holds_files = true,
    .takes_key = true,
    .settings = settings,
    .write = write,
};
