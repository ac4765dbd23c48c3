/* SPDX-License-Identifier: BSD-2-Clause */
/* What golden check tells a person, who may be reading it at night. */
#include "cli/golden_check.h"

#include "cli/findings.h"
#include "cli/fold.h"
#include "cli/golden_files.h"
#include "cli/style.h"
#include "eventlog/payload/payload.h"
#include "replay/bootaggregate.h"

enum {
    INDENT = 2,
    SUMMARY_MAX = 4096,
    DIGEST_COLUMN = 6, /* beside its 64 digits there are no 14 columns and a name */
    VALUE_COLUMN = 14,
    FILES_SHOWN = 4,
};

static void put_paragraph(const cli_call *call, const char *text, size_t column)
{
    assay_put_format(call->out, "%*s", (int)column, "");
    cli_put_wrapped(call->out, text, column, column, call->width);
}

/* A sentence in which names stand that somebody else chose; the line has `column` columns. */
static void put_sentence(const cli_call *call, size_t column, const char *before, const char *text,
                         const char *after)
{
    uint8_t room[SUMMARY_MAX];
    char line[SUMMARY_MAX + 1];
    assay_writer words = assay_writer_lent(room, sizeof room);

    assay_put_string(&words, before);
    assay_put_safe(&words, assay_bytes_of_string(text));
    assay_put_string(&words, after);
    const size_t size = assay_written(&words).size;
    memcpy(line, room, size);
    line[size] = '\0';
    cli_put_wrapped(call->out, line, column, 0, call->width);
}

/* The verdict. */

static void put_verdict(const cli_call *call, const cli_golden_checked *checked)
{
    static const enum cli_tone tones[] = { CLI_GOOD, CLI_BAD, CLI_WARN };
    static const char *const words[] = { "MATCH", "MISMATCH", "UNKNOWN" };
    const enum assay_reference_verdict verdict = cli_golden_verdict(checked);
    const assay_reference_result *const result = &checked->result;

    cli_put_toned(call, tones[verdict], words[verdict]);
    if (checked->expired == NULL) {
        put_sentence(call, strlen(words[verdict]), ": ", result->why, ".");
    } else {
        const assay_reference *const r = checked->reference.reference;

        assay_put_format(call->out, ": %s: it is %s, and it is good from %s to %s.\n",
                         checked->expired, checked->at,
                         r->not_before != NULL ? r->not_before : "ever",
                         r->not_after != NULL ? r->not_after : "ever");
        put_sentence(call, 0, "The boot itself: ", result->why, ".");
    }
    if (result->weak)
        put_paragraph(call, "Weak: of some PCR only SHA-1 could be compared, or only its value "
                            "vouches.", 0);
    if (result->unlogged != 0) {
        assay_put_string(call->out, "Not judged: PCR ");
        assay_pcr_set_write(call->out, result->unlogged);
        assay_put_string(call->out, ", of which neither the reference nor a log says anything.\n");
    }
}

/* Components. */

static enum cli_tone tone_of(enum assay_compared outcome)
{
    switch (outcome) {
    case ASSAY_COMPARED_CHANGED:
    case ASSAY_COMPARED_MISSING:
    case ASSAY_COMPARED_ADDED:
        return CLI_BAD;
    case ASSAY_COMPARED_FOLLOWS:
    case ASSAY_COMPARED_UNKNOWN:
        return CLI_WARN;
    default:
        return CLI_PLAIN;
    }
}

/* Text of a name in as many columns; what is longer is cut. */
static void put_cell(const cli_call *call, const char *text, int columns)
{
    uint8_t room[128];
    assay_writer cell = assay_writer_lent(room, sizeof room);

    assay_put_safe(&cell, assay_bytes_of_string(text));
    const assay_bytes written = assay_written(&cell);
    assay_put_format(call->out, "%-*.*s  ", columns,
                     written.size < (size_t)columns ? (int)written.size : columns,
                     (const char *)written.data);
}

static void put_components(const cli_call *call, const assay_reference_result *result)
{
    if (result->component_count == 0)
        return;
    assay_put_format(call->out, "\n  %-14s  %-26s  %-16s  %s\n", "COMPONENT", "NAME", "VERSION",
                     "OUTCOME");
    for (size_t i = 0; i < result->component_count; i++) {
        const assay_reference_component_result *const c = &result->components[i];

        assay_put_string(call->out, "  ");
        put_cell(call, assay_part_name(c->role), 14);
        put_cell(call, c->name, 26);
        put_cell(call, c->version != NULL ? c->version : "", 16);
        cli_put_toned(call, tone_of(c->outcome), assay_compared_name(c->outcome));
        assay_put_char(call->out, '\n');
    }
}

/* Differences. */

static void put_decoded(const cli_call *call, const char *title, const assay_event *event)
{
    uint8_t room[SUMMARY_MAX];
    assay_writer summary = assay_writer_lent(room, sizeof room);
    assay_payload payload;

    assay_put_format(call->out, "    %-9s ", title);
    if (event == NULL) {
        assay_put_string(call->out, "nothing\n");
        return;
    }
    assay_payload_decode(event, &payload);
    assay_payload_summary(&summary, &payload);
    cli_put_fitted(call->out, assay_written(&summary), call->width > 16 ? call->width - 16 : 64, 3,
                   14);
    assay_put_char(call->out, '\n');
}

/* The digest in the best bank that both have, or that the one has. */
static void put_digest(const cli_call *call, const assay_event *event, const assay_event *other)
{
    const assay_event_digest *best = NULL;

    for (size_t i = 0; event != NULL && i < event->digest_count; i++) {
        const assay_event_digest *const one = &event->digests[i];

        if (assay_alg_find(one->alg) != NULL &&
            (other == NULL || assay_event_digest_of(other, one->alg).data != NULL) &&
            (best == NULL || (one->alg == ASSAY_ALG_SHA256)))
            best = one;
    }
    if (best == NULL)
        return;
    const char *const name = assay_alg_find(best->alg)->name;
    assay_put_format(call->out, "%*s%s ", DIGEST_COLUMN, "", name);
    cli_put_value(call->out, best->value, DIGEST_COLUMN + strlen(name) + 1);
}

static const char *log_of(enum assay_stage stage)
{
    static const char *const logs[ASSAY_STAGES] = { "the firmware's log", "the launch's log",
                                                    "the kernel's list", "userspace's log" };

    return logs[stage];
}

/* The digests that a file of that path may have. */
static void put_files(const cli_call *call, const assay_reference *reference, size_t at)
{
    const size_t count = cli_files_of_path(reference, at);

    for (size_t i = 0; i < count && i < FILES_SHOWN; i++) {
        assay_put_format(call->out, "    %-9s ", i == 0 ? "expected" : "or");
        cli_put_file_digest(call->out, &reference->files[at + i], VALUE_COLUMN, VALUE_COLUMN);
    }
    if (count > FILES_SHOWN)
        assay_put_format(call->out, "    or one of %zu others\n", count - FILES_SHOWN);
}

static void put_difference(const cli_call *call, const assay_reference *reference,
                           const assay_reference_difference *d)
{
    assay_put_string(call->out, "  ");
    if (d->event != ASSAY_NO_EVENT)
        assay_put_format(call->out, "event %u of %s", d->event, log_of(d->stage));
    else
        assay_put_format(call->out, "in %s", log_of(d->stage));
    if (d->pcr_index < ASSAY_PCRS)
        assay_put_format(call->out, ", PCR %u", d->pcr_index);
    assay_put_format(call->out, ": %s ", assay_part_name(d->role));
    cli_put_toned(call, tone_of(d->kind), assay_compared_name(d->kind));
    assay_put_char(call->out, '\n');
    if (d->file != SIZE_MAX)
        put_files(call, reference, d->file);
    else
        put_decoded(call, "expected", d->expected);
    put_digest(call, d->expected, d->actual);
    put_decoded(call, "came", d->actual);
    put_digest(call, d->actual, d->expected);
    if (d->contradicted)
        put_paragraph(call, d->expected != NULL
                                ? "The digest is the expected one, and is not of the data that the "
                                  "log has beside it: the log was altered."
                                : "The entry's digest is not of the fields beside it, so that it "
                                  "can't be told what was measured: the log was altered.", 4);
}

static const assay_reference_difference *first_of_itself(const assay_reference_result *result)
{
    for (size_t i = 0; i < result->difference_count; i++)
        if (result->differences[i].kind != ASSAY_COMPARED_FOLLOWS)
            return &result->differences[i];
    return result->difference_count > 0 ? &result->differences[0] : NULL;
}

static void put_differences(const cli_call *call, const assay_reference *reference,
                            const assay_reference_result *result)
{
    const assay_reference_difference *const first = first_of_itself(result);

    if (first == NULL)
        return;
    if (call->common->verbose > 0) {
        assay_put_string(call->out, "\nDifferences, in the order of the boot:\n");
        for (size_t i = 0; i < result->difference_count; i++)
            put_difference(call, reference, &result->differences[i]);
        return;
    }
    assay_put_string(call->out, "\nThe first that differs of itself:\n");
    put_difference(call, reference, first);
    if (result->difference_count > 1)
        assay_put_format(call->out, "  %zu more with --verbose\n", result->difference_count - 1);
}

/* PCRs. */

static void put_value(const cli_call *call, const char *title, assay_bytes value)
{
    assay_put_format(call->out, "%s", title);
    if (value.data != NULL)
        cli_put_value(call->out, value, VALUE_COLUMN);
    else
        assay_put_string(call->out, "not given\n");
}

/* One bank is enough to show: SHA-256, or the first in which something differs. */
static uint16_t shown_bank(const assay_reference_result *result)
{
    uint16_t shown = ASSAY_ALG_NULL;

    for (size_t i = 0; i < result->pcr_count; i++)
        if (result->pcrs[i].outcome == ASSAY_COMPARED_CHANGED &&
            (shown == ASSAY_ALG_NULL || result->pcrs[i].alg == ASSAY_ALG_SHA256))
            shown = result->pcrs[i].alg;
    return shown;
}

static void put_pcrs(const cli_call *call, const assay_reference_result *result)
{
    const uint16_t bank = shown_bank(result);
    bool any = false;

    for (size_t i = 0; i < result->pcr_count; i++) {
        const assay_reference_pcr_result *const pcr = &result->pcrs[i];

        if (pcr->outcome != ASSAY_COMPARED_CHANGED ||
            (pcr->alg != bank && call->common->verbose == 0))
            continue;
        assay_put_string(call->out, any ? "" : "\nPCR values that differ:\n");
        any = true;
        assay_put_format(call->out, "  %s:%u\n", assay_alg_find(pcr->alg)->name, pcr->pcr);
        put_value(call, "    expected  ", pcr->expected);
        put_value(call, "    holds     ", pcr->actual);
    }
}

/* What nothing can be read from, and what --fail-on names. */
static void put_findings(const cli_call *call, const assay_findings *findings)
{
    if (!cli_any_findings(call, findings, ASSAY_ERROR))
        return;
    assay_put_char(call->out, '\n');
    cli_put_findings(call, findings, ASSAY_ERROR);
}

/* What to do. */

static const struct {
    enum assay_part part;
    const char *advice;
} advices[] = {
    { ASSAY_PART_FIRMWARE, "If the firmware was updated on purpose, learn a boot of it and merge "
                           "that; else read the flash out and compare it with the vendor's." },
    { ASSAY_PART_SETUP, "Look at the machine's setup and hardware: somebody changed it, or moved "
                        "the disk to another machine." },
    { ASSAY_PART_OPTION_ROM, "A card came, went or has other firmware: look at the slots." },
    { ASSAY_PART_SECURE_BOOT, "Compare PK, KEK, db and dbx with those that you roll out: an update "
                              "of dbx is usual, anything else is somebody's hand." },
    { ASSAY_PART_BOOT_OPTION, "'efibootmgr -v' on the machine shows the boot options and their "
                              "order; installers and firmware setups change them." },
    { ASSAY_PART_GPT, "The partition table of the boot disk is another: was it repartitioned?" },
    { ASSAY_PART_LOADER, "Compare the boot loader and its configuration on the EFI partition with "
                         "the package's." },
    { ASSAY_PART_SHIM, "'mokutil --list-enrolled' shows the keys that shim trusts; compare shim's "
                       "own file with the package's." },
    { ASSAY_PART_GRUB, "Compare grub.cfg with the one you roll out: the event says which command "
                       "is another." },
    { ASSAY_PART_UKI, "Compare the unified kernel image with the one that was released." },
    { ASSAY_PART_KERNEL, "If this kernel is a planned update, learn it and merge it; else compare "
                         "the file with the package's." },
    { ASSAY_PART_INITRD, "An initrd made on the machine is another one each time: if it was "
                         "regenerated on purpose learn it, else take the released one." },
    { ASSAY_PART_USERSPACE, "Compare the file with its package's: if it was updated on purpose, or "
                            "no boot that was learnt had read it, learn this boot (--files) and "
                            "merge it." },
    { ASSAY_PART_CMDLINE, "Compare the kernel's command line with the released one: it can turn "
                          "off what protects the system." },
};

static const char *advice_for(const assay_reference_difference *first)
{
    const assay_event *const event = first->actual != NULL ? first->actual : first->expected;

    if (event != NULL && assay_boot_aggregate_is(event))
        return "boot_aggregate is the hash of PCRs of this boot: of which, and by which algorithm, "
               "follows from the kernel's version, its command line (ima_hash=) and the TPM's "
               "banks. If one of these was changed on purpose, learn this boot and merge it.";
    for (size_t i = 0; i < sizeof advices / sizeof *advices; i++)
        if (advices[i].part == first->role)
            return advices[i].advice;
    return "Find out who changed it; if it was planned, learn the new boot and merge it.";
}

static const char *next_step(const cli_golden_checked *checked)
{
    const assay_reference_result *const result = &checked->result;
    const assay_reference_difference *const first = first_of_itself(result);

    if (checked->expired != NULL)
        return "Take the reference's newer revision, or learn one.";
    if (result->log_contradicts)
        return "'assay check' with the same logs and values says why they disagree. Software that "
               "extends PCRs after the boot has a log of its own: give that, too, or leave those "
               "PCRs out with --pcr.";
    if (first != NULL)
        return advice_for(first);
    if (result->verdict == ASSAY_REFERENCE_MISMATCH &&
        checked->reference.reference->step_count == 0)
        return "The reference is a list of values: one that is learnt from logs or a prediction "
               "tells which component it is.";
    if (result->verdict == ASSAY_REFERENCE_MISMATCH)
        return "Give the machine's logs, too: they tell which component it is.";
    if (result->verdict == ASSAY_REFERENCE_UNKNOWN)
        return "Give the PCR values and the logs of the same boot, in a bank that the reference "
               "has; or name the PCRs that decide with --pcr.";
    return result->vouched ? NULL
                           : "Give the PCR values of the same boot, from a quote at best: a log "
                             "can be written by anyone.";
}

void cli_golden_check_put(const cli_call *call, const cli_golden_checked *checked)
{
    const assay_reference_result *const result = &checked->result;
    const char *const next = next_step(checked);

    put_verdict(call, checked);
    put_components(call, result);
    put_differences(call, checked->reference.reference, result);
    put_pcrs(call, result);
    put_findings(call, &checked->boot->findings);
    if (next == NULL)
        return;
    assay_put_string(call->out, "\nNext: ");
    cli_put_wrapped(call->out, next, 6, 6, call->width);
}
