/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keylime's measured boot reference state, for its policy "example". Digests are of SHA-256 alone:
 * of several the policy takes any. Several variants become several firmwares and several kernels,
 * of which any may come with any; keys become what some variant has, revocations what all have.
 *
 * It can't be read back: it has parts of some events, in no order, and no value of a PCR.
 */
#include "policy/export/keylime/keylime.h"

#include "base/guid.h"
#include "base/output.h"
#include "eventlog/payload/signature.h"
#include "policy/export/keylime/refstate.h"

typedef struct refstate {
    assay_export_job *job;
    size_t count;
    assay_refstate_boot *boots; /* of the variants that are wanted */
    bool failed;                /* no memory */
} refstate;

/* Values. */

static void emit_0x(refstate *state, assay_output *out, const char *key, assay_bytes bytes)
{
    assay_writer text = assay_writer_growing(2 * bytes.size + 3);

    assay_put_string(&text, "0x");
    assay_put_hex(&text, bytes);
    assay_emit_text(out, key, assay_written(&text));
    state->failed = state->failed || text.failure != 0;
    assay_writer_close(&text);
}

static void emit_digest(refstate *state, assay_output *out, const char *key, assay_bytes digest)
{
    assay_emit_object(out, key);
    emit_0x(state, out, "sha256", digest);
    assay_emit_end(out);
}

static bool lists_equal(const assay_refstate_list *a, const assay_refstate_list *b)
{
    bool equal = a->count == b->count;

    for (size_t i = 0; i < a->count && equal; i++)
        equal = assay_bytes_equal(a->items[i], b->items[i]);
    return equal;
}

static bool list_has(const assay_refstate_list *list, assay_bytes item)
{
    for (size_t i = 0; i < list->count; i++)
        if (assay_bytes_equal(list->items[i], item))
            return true;
    return false;
}

/* Whether an earlier boot has the same in these fields. */
static bool is_repeated(const refstate *state, size_t at, const int *fields, size_t count)
{
    for (size_t i = 0; i < at; i++) {
        bool same = true;

        for (size_t f = 0; f < count && same; f++)
            same = lists_equal(&state->boots[i].fields[fields[f]],
                               &state->boots[at].fields[fields[f]]);
        if (same)
            return true;
    }
    return false;
}

/* Firmware. */

static const int firmware_fields[] = { ASSAY_REFSTATE_SCRTM, ASSAY_REFSTATE_FIRMWARE };
static const int kernel_fields[] = { ASSAY_REFSTATE_APPLICATIONS, ASSAY_REFSTATE_VMLINUZ,
                                     ASSAY_REFSTATE_INITRD, ASSAY_REFSTATE_CMDLINE };

static size_t emit_firmwares(refstate *state, assay_output *out)
{
    size_t count = 0;

    assay_emit_array(out, "scrtm_and_bios");
    for (size_t i = 0; i < state->count; i++) {
        const assay_refstate_boot *const boot = &state->boots[i];
        const assay_refstate_list *const blobs = &boot->fields[ASSAY_REFSTATE_FIRMWARE];

        if (is_repeated(state, i, firmware_fields, 2))
            continue;
        assay_emit_object(out, NULL);
        emit_digest(state, out, "scrtm", assay_refstate_only(&boot->fields[ASSAY_REFSTATE_SCRTM]));
        assay_emit_array(out, "platform_firmware");
        for (size_t b = 0; b < blobs->count; b++)
            emit_digest(state, out, NULL, blobs->items[b]);
        assay_emit_end(out);
        assay_emit_end(out);
        count++;
    }
    assay_emit_end(out);
    return count;
}

/* Keys. */

static void emit_signature(refstate *state, assay_output *out, assay_bytes entry)
{
    assay_signature signature;
    char owner[ASSAY_GUID_TEXT];

    if (!assay_signature_decode(entry, &signature))
        return;
    assay_guid_format(&signature.owner, owner);
    assay_emit_object(out, NULL);
    assay_emit_string(out, "SignatureOwner", owner);
    emit_0x(state, out, "SignatureData", signature.data);
    assay_emit_end(out);
}

/* Whether a boot before `at`, or the part of its list before `item`, has the entry already. */
static bool is_emitted(const refstate *state, enum assay_refstate_field field, size_t at,
                       size_t item)
{
    const assay_refstate_list *const list = &state->boots[at].fields[field];
    const assay_refstate_list before = { item, list->items };

    for (size_t i = 0; i < at; i++)
        if (list_has(&state->boots[i].fields[field], list->items[item]))
            return true;
    return list_has(&before, list->items[item]);
}

static bool all_have(const refstate *state, enum assay_refstate_field field, assay_bytes item)
{
    for (size_t i = 0; i < state->count; i++)
        if (!list_has(&state->boots[i].fields[field], item))
            return false;
    return true;
}

static size_t emit_keys(refstate *state, assay_output *out, const char *key,
                        enum assay_refstate_field field)
{
    size_t count = 0;

    assay_emit_array(out, key);
    for (size_t i = 0; i < state->count; i++)
        for (size_t k = 0; k < state->boots[i].fields[field].count; k++) {
            const assay_bytes item = state->boots[i].fields[field].items[k];

            if (is_emitted(state, field, i, k) ||
                (field == ASSAY_REFSTATE_DBX && !all_have(state, field, item)))
                continue;
            if (field == ASSAY_REFSTATE_MOK || field == ASSAY_REFSTATE_MOKX)
                emit_digest(state, out, NULL, item);
            else
                emit_signature(state, out, item);
            count++;
        }
    assay_emit_end(out);
    return count;
}

/* Kernels. */

static assay_bytes application(const assay_refstate_boot *boot, size_t index)
{
    const assay_refstate_list *const list = &boot->fields[ASSAY_REFSTATE_APPLICATIONS];

    return index < list->count ? list->items[index] : ASSAY_NO_BYTES;
}

/* A member that there is nothing for is left out, and what is left is refused: a note says so. */
static void emit_member(refstate *state, assay_output *out, const char *key, assay_bytes digest)
{
    if (digest.data != NULL)
        emit_0x(state, out, key, digest);
}

static void emit_cmdline(refstate *state, assay_output *out, const assay_refstate_boot *boot)
{
    const assay_refstate_list *const list = &boot->fields[ASSAY_REFSTATE_CMDLINE];
    const assay_bytes text = assay_refstate_only(list);
    assay_writer escaped = assay_writer_growing(2 * text.size + 1);

    assay_keylime_put_escaped(&escaped, text);
    if (list->count == 1 && text.data == NULL) {
        assay_emit_string(out, "kernel_cmdline", ".*");
        assay_export_note_on(state->job, ASSAY_EXPORT_LOSS,
                             "variant %s: the command line varies, and any is accepted",
                             boot->variant);
    } else if (list->count == 1) {
        assay_emit_text(out, "kernel_cmdline", assay_written(&escaped));
    }
    state->failed = state->failed || escaped.failure != 0;
    assay_writer_close(&escaped);
}

static size_t emit_kernels(refstate *state, assay_output *out)
{
    size_t count = 0;

    assay_emit_array(out, "kernels");
    for (size_t i = 0; i < state->count; i++) {
        const assay_refstate_boot *const boot = &state->boots[i];

        if (is_repeated(state, i, kernel_fields, sizeof kernel_fields / sizeof *kernel_fields))
            continue;
        assay_emit_object(out, NULL);
        emit_member(state, out, "shim_authcode_sha256", application(boot, 0));
        emit_member(state, out, "grub_authcode_sha256", application(boot, 1));
        if (boot->secure_boot)
            emit_member(state, out, "kernel_authcode_sha256", application(boot, 2));
        else
            emit_member(state, out, "vmlinuz_plain_sha256",
                        assay_refstate_only(&boot->fields[ASSAY_REFSTATE_VMLINUZ]));
        emit_member(state, out, "initrd_plain_sha256",
                    assay_refstate_only(&boot->fields[ASSAY_REFSTATE_INITRD]));
        emit_cmdline(state, out, boot);
        assay_emit_end(out);
        count++;
    }
    assay_emit_end(out);
    return count;
}

/* The whole. */

static int read_boots(refstate *state)
{
    assay_export_job *const job = state->job;

    for (size_t i = 0; i < job->reference->variant_count; i++) {
        if (!assay_export_has_variant(job, i))
            continue;
        assay_refstate_boot *const boot =
            assay_arena_more(&job->arena, &state->boots, state->count, sizeof *boot);
        if (boot == NULL || assay_refstate_read_boot(job, i, boot) < 0)
            return -ASSAY_NO_MEMORY;
        assay_refstate_check_boot(job, boot);
        state->count++;
    }
    return 0;
}

static void note_secure_boot(const refstate *state)
{
    for (size_t i = 1; i < state->count; i++)
        if (state->boots[i].secure_boot != state->boots[0].secure_boot)
            assay_export_note_on(state->job, ASSAY_EXPORT_REFUSAL,
                                 "variant %s has Secure Boot on and %s off, or the other way "
                                 "round: a reference state is of one of both",
                                 state->boots[0].variant, state->boots[i].variant);
}

static void note_other_steps(assay_export_job *job)
{
    size_t others = 0;

    for (size_t i = 0; i < job->reference->step_count; i++)
        others += job->reference->steps[i].stage != ASSAY_STAGE_FIRMWARE;
    if (others > 0)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "%zu steps of a dynamic launch, the kernel or userspace are left out: "
                             "Keylime's other policies speak for them",
                             others);
    assay_export_note_on(job, ASSAY_EXPORT_NATURE,
                         "boot options, drivers, partition table, GRUB's commands and the order of "
                         "events are not checked: the policy takes any");
}

static void note_all(const refstate *state, size_t firmwares, size_t kernels, size_t keys)
{
    note_secure_boot(state);
    note_other_steps(state->job);
    if (firmwares > 1 && kernels > 1)
        assay_export_note_on(state->job, ASSAY_EXPORT_LOSS,
                             "each of %zu firmwares passes with each of %zu kernels: which belong "
                             "together is lost",
                             firmwares, kernels);
    if (keys > 0)
        assay_export_note_on(state->job, ASSAY_EXPORT_ADVICE,
                             "SignatureOwner is written as tpm2-tools 5.2 and later print it: "
                             "older ones on the verifier never match");
    assay_export_note_on(state->job, ASSAY_EXPORT_ADVICE,
                         "the verifier has to be told measured_boot_policy_name = example: by "
                         "default it accepts all");
}

static int write(assay_export_job *job, assay_error *error)
{
    refstate state = { .job = job };

    if (read_boots(&state) < 0 || state.boots == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the boots");
    if (job->reference->step_count == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the reference has values without the events that they come from");
    assay_output out = assay_output_json_indented(assay_export_add_file(job, ""));
    assay_emit_object(&out, NULL);
    assay_emit_bool(&out, "has_secureboot", state.boots[0].secure_boot);
    const size_t firmwares = emit_firmwares(&state, &out);
    size_t keys = emit_keys(&state, &out, "pk", ASSAY_REFSTATE_PK);
    keys += emit_keys(&state, &out, "kek", ASSAY_REFSTATE_KEK);
    keys += emit_keys(&state, &out, "db", ASSAY_REFSTATE_DB);
    keys += emit_keys(&state, &out, "dbx", ASSAY_REFSTATE_DBX);
    keys += emit_keys(&state, &out, "vendor_db", ASSAY_REFSTATE_VENDOR_DB);
    emit_keys(&state, &out, "mokdig", ASSAY_REFSTATE_MOK);
    emit_keys(&state, &out, "mokxdig", ASSAY_REFSTATE_MOKX);
    const size_t kernels = emit_kernels(&state, &out);
    assay_emit_end(&out);
    note_all(&state, firmwares, kernels, keys);
    return !state.failed ? 0
                         : assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE,
                                      "no memory for the reference state");
}

const assay_export_format assay_export_keylime_mb_refstate = {
    .name = "keylime-mb-refstate",
    .title = "Keylime's measured boot reference state",
    .reader = "the policy \"example\" of keylime_verifier (run with 7.14.3)",
    .holds = "SHA-256, of shim, GRUB and Linux: parts of the events of PCR 0-9 and 14",
    .loses = "values of PCRs, and all events but those of firmware, keys, loaders and kernel",
    .text = true,
    .write = write,
};
