/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/boot.h"

#include "base/file.h"
#include "eventlog/log.h"
#include "replay/pcrvalues.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { CEILING = 1 << 20 };

/* An event of a text log lives until the next one is read. */
static void append_event(boot *target, const assay_event *event)
{
    assay_event *const copy = &target->events[target->count];
    assay_writer *const bytes = &target->bytes[target->copies++];
    size_t offset = 0;

    cr_assert_lt(target->count, BOOT_EVENTS);
    *copy = *event;
    copy->number = (uint32_t)target->count++;
    *bytes = assay_writer_growing(CEILING);
    for (size_t i = 0; i < event->digest_count; i++)
        assay_put(bytes, event->digests[i].value);
    assay_put(bytes, event->data);
    assay_put(bytes, event->name);
    assay_put_u8(bytes, 0); /* so that even nothing has a place */
    for (size_t i = 0; i < event->digest_count; i++) {
        copy->digests[i].value.data = bytes->data + offset;
        offset += event->digests[i].value.size;
    }
    copy->data.data = bytes->data + offset;
    copy->name.data = bytes->data + offset + event->data.size;
}

static void append_bytes(boot *target, assay_bytes bytes, bool with_header)
{
    assay_log log;
    assay_event event;
    assay_error error;
    int status = assay_log_open(&log, bytes, NULL, NULL, &error);

    cr_assert_eq(status, 0, "%s", error.what);
    if (with_header)
        target->header = log.header;
    while ((status = assay_log_next(&log, &event)) > 0)
        append_event(target, &event);
    cr_assert_eq(status, 0, "%s", log.error.what);
    target->header.spec_id.vendor_info = ASSAY_NO_BYTES;
    assay_log_close(&log);
}

boot *boot_of_bytes(assay_bytes bytes)
{
    boot *const made = calloc(1, sizeof *made);

    append_bytes(made, bytes, true);
    return made;
}

boot *boot_of_text(const char *text)
{
    return boot_of_bytes(assay_bytes_of_string(text));
}

boot *boot_of_machine(const char *folder)
{
    assay_file file;
    assay_error error;
    char path[256];

    snprintf(path, sizeof path, "%s/eventlog.bin", folder);
    if (assay_file_read(&file, path, CEILING, &error) < 0)
        return NULL;
    boot *const made = boot_of_bytes(file.bytes);
    assay_file_close(&file);
    return made;
}

bool values_of_machine(const char *folder, assay_pcrs *ret_values)
{
    assay_error error;
    char path[256];

    memset(ret_values, 0, sizeof *ret_values);
    snprintf(path, sizeof path, "%s/pcrs.json", folder);
    return assay_pcrvalues_read(path, ret_values, &error) == 0;
}

void boot_free(boot **boots)
{
    if (*boots == NULL)
        return;
    for (size_t i = 0; i < (*boots)->copies; i++)
        assay_writer_close(&(*boots)->bytes[i]);
    free(*boots);
    *boots = NULL;
}

boot *boot_copy(const boot *original)
{
    boot *const copy = malloc(sizeof *copy);

    memcpy(copy, original, sizeof *copy);
    copy->copies = 0;
    return copy;
}

void boot_append_text(boot *target, const char *text)
{
    append_bytes(target, assay_bytes_of_string(text), false);
}

void boot_append(boot *target, const boot *more)
{
    for (size_t i = 0; i < more->count; i++)
        append_event(target, &more->events[i]);
}

void boot_remove(boot *target, size_t index)
{
    target->count--;
    memmove(&target->events[index], &target->events[index + 1],
            (target->count - index) * sizeof *target->events);
}

void boot_keep_bank(boot *target, uint16_t alg)
{
    for (size_t i = 0; i < target->count; i++) {
        assay_event *const event = &target->events[i];
        const assay_event_digest digest = { alg, assay_event_digest_of(event, alg) };

        event->digests[0] = digest;
        event->digest_count = digest.value.data != NULL;
    }
    target->header.banks[0] = (assay_bank){ alg, assay_alg_find(alg)->size };
    target->header.bank_count = 1;
}

void boot_judge(const boot *boots, const assay_pcrs *values, verdict *ret_verdict)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_findings *const findings = &ret_verdict->findings;
    assay_semantics *semantics = assay_semantics_new(&boots->header, hashes, findings);
    assay_facts *facts = assay_facts_new(semantics);
    static assay_comparison comparison;
    assay_replay replay;

    assay_findings_reset(findings);
    cr_assert_eq(assay_replay_begin(&replay, &boots->header, hashes, NULL), 0);
    for (size_t i = 0; i < boots->count; i++) {
        const assay_event *const event = &boots->events[i];
        assay_payload payload;
        assay_datacheck check;

        assay_payload_decode(event, &payload);
        cr_assert_eq(assay_datacheck_event(hashes, event, &payload, &check), 0);
        assay_datacheck_note(event, &check, findings);
        cr_assert_eq(assay_semantics_event(semantics, event, &payload, &check), 0);
        assay_facts_event(facts, event, &payload, &check);
        cr_assert_eq(assay_replay_event(&replay, event), 0);
    }
    assay_semantics_end(semantics);
    ret_verdict->pcrs = replay.pcrs;
    if (values != NULL)
        assay_compare(&replay, values, 0xFFFFFF, &comparison);
    ret_verdict->count = assay_facts_finish(facts, &replay, values != NULL ? &comparison : NULL,
                                            ret_verdict->facts);
    assay_facts_free(&facts);
    assay_semantics_free(&semantics);
    assay_hashes_free(&hashes);
}

const assay_fact *fact_of(const verdict *said, const char *name)
{
    for (size_t i = 0; i < said->count; i++)
        if (strcmp(said->facts[i].name, name) == 0)
            return &said->facts[i];
    return NULL;
}

uint64_t seen(const verdict *said, const char *finding)
{
    for (unsigned code = 0; code < ASSAY_FINDING_CODES; code++)
        if (strcmp(assay_finding_describe(code)->name, finding) == 0)
            return said->findings.seen[code];
    cr_assert_fail("no finding is called %s", finding);
    return 0;
}

bool refused(const verdict *said)
{
    return assay_findings_count(&said->findings, ASSAY_ERROR) > 0;
}

bool same_facts(const verdict *a, const verdict *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->facts[i].standing != b->facts[i].standing ||
            strcmp(a->facts[i].name, b->facts[i].name) != 0 ||
            strcmp(a->facts[i].text, b->facts[i].text) != 0)
            return false;
    return true;
}
