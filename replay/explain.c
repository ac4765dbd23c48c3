/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/explain.h"

#include "base/safemath.h"
#include "eventlog/types.h"
#include "replay/lesson.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct lesson_row {
    assay_lesson_info info;
    assay_lesson *try;
} lesson_row;

/*
 * Cheap and likely first: the first that meets the value is the explanation. The search for a
 * single edit is spared where nothing at all matches.
 */
static const lesson_row lessons[] = {
    { { "never-extended", true,
        "Compare another bank: one that the firmware leaves alone can be filled by anyone. Or have "
        "the firmware serve it (tpm2_pcrallocate, firmware setup)." },
      assay_lesson_never_extended },
    { { "startup-locality", true,
        "The log is right and incomplete: report to the vendor that its StartupLocality event is "
        "missing or wrong." },
      assay_lesson_startup_locality },
    { { "launch-start", true,
        "Check who computed the values: a TPM starts these PCRs from zeros at a dynamic launch, "
        "and from ones without." },
      assay_lesson_launch_start },
    { { "hash-start", true,
        "Nothing is wrong with the launch: SINIT modules log HASH_START in two ways." },
      assay_lesson_hash_start },
    { { "no-action-extended", true,
        "Read the PCRs from the TPM again: tpm2_eventlog before 5.6 computes PCR 0 in this way, "
        "and no TPM does." },
      assay_lesson_no_action },
    { { "windows-cap", true,
        "Nothing: compare the bank that Windows uses (SHA-256); this one was closed on purpose." },
      assay_lesson_windows_cap },
    { { "windows-start", true,
        "Compare with the log of that start: C:\\Windows\\Logs\\MeasuredBoot keeps them, "
        "the newest is that of the PCRs a machine holds now." },
      assay_lesson_windows_start },
    { { "boot-phases", true,
        "Nothing is wrong: compare a value taken at the same phase, or add systemd's userspace "
        "log." },
      assay_lesson_boot_phases },
    { { "two-boots", false,
        "Give the logs of one boot only: that of the values; of several that Windows kept, the "
        "last." },
      assay_lesson_two_boots },
    { { "other-log", true,
        "Nothing is wrong with it: give the firmware's log too, and this PCR is compared." },
      assay_lesson_other_log },
    { { "unlogged-tail", true,
        "Capture log and PCRs again at the same moment; if it stays, the log lacks these events "
        "(they may be in the final events table)." },
      assay_lesson_known_tail },
    { { "listed-twice", true,
        "Nothing is wrong with this boot: update the boot loader, which read the log early, so "
        "that the kernel listed the final events twice (rhboot/shim#158)." },
      assay_lesson_listed_twice },
    { { "read-early", true,
        "Capture log and PCRs again at the same moment: the values are older than the log." },
      assay_lesson_read_early },
    { { "other-pcr", true, "Check how the values were collected: two PCRs were exchanged." },
      assay_lesson_other_pcr },
    { { "padded-sha1", true,
        "Trust the SHA-1 bank only as far as SHA-1 goes; update what extends padded digests." },
      assay_lesson_padded_sha1 },
    { { "sinit-alone", false,
        "Take the log from the launched program (tboot, Linux) or after it; then nothing is "
        "missing." },
      assay_lesson_sinit_alone },
    { { "other-boot", false,
        "Capture log and PCRs together, on one machine, in one boot; after resuming from "
        "hibernation take the newest log." },
      assay_lesson_other_boot },
    { { "not-extended", true,
        "Find out why this event was logged and not extended: a fault of the firmware, or an "
        "edited log." },
      assay_lesson_dropped },
    { { "extended-twice", true,
        "Report it to the vendor of what measured this: it extends twice and logs once." },
      assay_lesson_doubled },
    { { "swapped", true,
        "Report it to the vendor of what measured these: it logs in another order than it "
        "extends." },
      assay_lesson_swapped },
    { { "digest-altered", true,
        "Distrust this event's digest: the log was edited, or what wrote it logs another digest "
        "than it extends." },
      assay_lesson_digest_altered },
    { { "unlogged-event", true,
        "Report it to the vendor of the firmware: the log lacks an event that was extended." },
      assay_lesson_unlogged_known },
    { { "incomplete", false,
        "Compare another bank of this PCR; this one can't be computed from the log." },
      assay_lesson_incomplete },
    { { "truncated", false,
        "Capture the log again, to its end; if it is cut there too, the log area was full." },
      assay_lesson_truncated },
    { { "unlogged-firmware", false,
        "Treat these PCRs as unexplained: the firmware's part of the log is missing." },
      assay_lesson_unlogged_firmware },
    { { "pcr0-only", false,
        "Compare with a known good value for this firmware version. If it always differs, the "
        "firmware measures without logging: ask for an update. If it differs since now, suspect "
        "the firmware." },
      assay_lesson_pcr0_only },
    { { "windows-other-start", false,
        "Compare with the log of that start: C:\\Windows\\Logs\\MeasuredBoot keeps them, "
        "the newest is that of the PCRs a machine holds now." },
      assay_lesson_windows_other_start },
    { { "other-list", false, "Take the list and the PCR values of one machine in one boot." },
      assay_lesson_other_list },
    { { "older-list", false,
        "Read the PCR first and the list after it: of a list that is longer than the value, the "
        "beginning is compared." },
      assay_lesson_older_list },
    { { "later-extends", false,
        "Find what extends this PCR after boot, and add its log; or take the value early in "
        "boot." },
      assay_lesson_later_extends },
    { { "unexplained", false,
        "Compare this log with one of a good boot of this machine: the first event that differs is "
        "the suspect." },
      assay_lesson_unexplained },
};

enum { LESSONS = sizeof lessons / sizeof *lessons };

const assay_lesson_info *assay_lesson_at(size_t index)
{
    return index < LESSONS ? &lessons[index].info : NULL;
}

void assay_puzzle_extend(assay_puzzle *puzzle, assay_fold *fold, const uint8_t *digest)
{
    puzzle->cut |= puzzle->budget == 0;
    if (puzzle->cut || puzzle->failure < 0)
        return;
    puzzle->budget--;
    puzzle->failure = assay_hash_extend(puzzle->chain->hash, fold->value, digest);
}

void assay_puzzle_extend_rest(assay_puzzle *puzzle, assay_fold *fold, size_t from)
{
    const assay_links *const links = &puzzle->chain->links;

    for (size_t i = from; i < links->count; i++)
        assay_puzzle_extend(puzzle, fold, links->list[i].digest);
}

const assay_fold *assay_puzzle_start(const assay_puzzle *puzzle)
{
    return &puzzle->prefixes[0];
}

const assay_fold *assay_puzzle_end(const assay_puzzle *puzzle)
{
    return &puzzle->prefixes[puzzle->chain->links.count];
}

bool assay_puzzle_met(const assay_puzzle *puzzle, const assay_fold *fold)
{
    return !puzzle->cut && puzzle->failure == 0 &&
           memcmp(fold->value, puzzle->status->expected.data, puzzle->chain->size) == 0;
}

assay_fold assay_puzzle_hash(assay_puzzle *puzzle, assay_bytes text)
{
    assay_fold digest = { { 0 } };

    if (puzzle->failure == 0)
        puzzle->failure = assay_hash_parts(puzzle->chain->hash, &text, 1, digest.value);
    return digest;
}

bool assay_explain_as(assay_explanation *ret, uint32_t event, const char *format, ...)
{
    va_list arguments;

    ret->event = event;
    va_start(arguments, format);
    vsnprintf(ret->text, sizeof ret->text, format, arguments);
    va_end(arguments);
    return true;
}

const char *assay_link_type(const assay_link *link)
{
    const assay_event_type *const type = assay_event_type_find(link->type);

    return type != NULL ? type->name : "an event of unknown type";
}

static int fold_prefixes(assay_puzzle *puzzle)
{
    const assay_chain *const chain = puzzle->chain;
    size_t bytes;

    puzzle->prefixes = assay_mul_size(chain->links.count + 1, sizeof *puzzle->prefixes, &bytes)
                           ? malloc(bytes)
                           : NULL;
    if (puzzle->prefixes == NULL)
        return -ASSAY_NO_MEMORY;
    memcpy(puzzle->prefixes[0].value, chain->start, sizeof chain->start);
    for (size_t i = 0; i < chain->links.count; i++) {
        puzzle->prefixes[i + 1] = puzzle->prefixes[i];
        puzzle->failure = assay_hash_extend(chain->hash, puzzle->prefixes[i + 1].value,
                                            chain->links.list[i].digest);
    }
    return puzzle->failure;
}

static int try_lessons(assay_puzzle *puzzle, assay_explanation *ret)
{
    for (size_t i = 0; i < LESSONS && puzzle->failure == 0; i++) {
        assay_explanation found = { .event = ASSAY_NO_EVENT };

        if (!lessons[i].try(puzzle, &found))
            continue;
        found.name = lessons[i].info.name;
        found.proven = lessons[i].info.proven;
        found.action = lessons[i].info.action;
        found.cut = puzzle->cut;
        *ret = found;
        return 1;
    }
    return puzzle->failure;
}

int assay_explain(const assay_chain *chain, const assay_comparison *comparison,
                  const assay_pcr_status *status, const assay_findings *findings,
                  assay_explanation *ret_explanation)
{
    assay_puzzle puzzle = { .chain = chain,
                            .comparison = comparison,
                            .status = status,
                            .findings = findings,
                            .budget = ASSAY_EXPLAIN_EXTENDS };

    if (status->state != ASSAY_PCR_MISMATCH && status->state != ASSAY_PCR_INCOMPLETE &&
        status->state != ASSAY_PCR_NOT_IN_LOG)
        return 0;
    int result = fold_prefixes(&puzzle);
    if (result == 0)
        result = try_lessons(&puzzle, ret_explanation);
    free(puzzle.prefixes);
    return result;
}
