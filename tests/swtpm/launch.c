/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A dynamic launch on a TPM, from the log of one:
 *
 *     swtpm-launch before TCTI       before any launch: PCR 17-22 are ones, and refuse locality 0
 *     swtpm-launch start LOG         prints the data of HASH_START, to be sent to the TPM's own
 * hash sequence at locality 4, which no TCTI can reach swtpm-launch run LOG TCTI      extends the
 * log's other events at the locality of who measured them (SINIT 3, the launched environment 2),
 * reads PCR 17-22 and compares them with the replay of the log swtpm-launch localities TCTI   after
 * a launch: who may extend which PCR
 *
 * Which events extend is said here once more, and not asked of the library.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "boot/platform/tpm.h"
#include "replay/replay.h"

enum {
    CEILING = 1 << 24,
    FIRST = 17,
    LAST = 22,
    PCRMAPPING = 0x401,
    HASH_START = 0x402,
    TB_HASH = 0x501,
    SLAUNCH_START = 0x503,
    SLAUNCH_END = 0x504,
    NO_ACTION = 3,
};

static assay_error error;

static void must(int status, const char *what)
{
    if (status >= 0)
        return;
    fprintf(stderr, "%s: %s\n", what, error.what);
    exit(1);
}

static void differs(const char *what, unsigned pcr, uint16_t alg)
{
    fprintf(stderr, "%s: PCR %u of bank 0x%04x\n", what, pcr, alg);
    exit(1);
}

static size_t read_all(assay_tpm *tpm, assay_tpm_bank *banks)
{
    size_t count = 0;

    must(assay_tpm_banks(tpm, banks, &count, &error), "banks");
    for (size_t i = 0; i < count; i++)
        must(assay_tpm_read_pcrs(tpm, &banks[i], &error), "reading PCRs");
    return count;
}

static const assay_tpm_bank *bank_of(const assay_tpm_bank *banks, size_t count, uint16_t alg)
{
    for (size_t i = 0; i < count; i++)
        if (banks[i].alg == alg)
            return &banks[i];
    return NULL;
}

/* Extends, and expects to be allowed to or not to be. */
static void try_locality(assay_tpm *tpm, uint8_t locality, unsigned pcr, bool allowed)
{
    const assay_digest digest = { .alg = ASSAY_ALG_SHA256, .size = 32, .value = { 1 } };
    int status;

    must(assay_tpm_set_locality(tpm, locality, &error), "locality");
    status = assay_tpm_extend(tpm, pcr, &digest, 1, &error);
    if (allowed != (status == 0) ||
        (!allowed && assay_tpm_rc(assay_tpm_last(tpm)) != ASSAY_TPM_RC_LOCALITY)) {
        fprintf(stderr, "locality %u, PCR %u: %s\n", locality, pcr,
                status == 0 ? "extended" : error.what);
        exit(1);
    }
    must(assay_tpm_set_locality(tpm, 0, &error), "locality");
}

static void expect_all(const assay_tpm_bank *banks, size_t count, uint8_t value)
{
    for (size_t i = 0; i < count; i++)
        for (unsigned pcr = FIRST; pcr <= LAST; pcr++)
            if (!assay_bytes_all(assay_bytes_of(banks[i].value[pcr], banks[i].size), value))
                differs("not as before a launch", pcr, banks[i].alg);
}

static void before(assay_tpm *tpm)
{
    static assay_tpm_bank banks[ASSAY_BANKS_MAX];
    size_t count = read_all(tpm, banks);

    if (count == 0 || bank_of(banks, count, ASSAY_ALG_SHA256) == NULL)
        must(-1, "no bank");
    expect_all(banks, count, 0xFF);
    for (unsigned pcr = FIRST; pcr <= LAST; pcr++)
        try_locality(tpm, 0, pcr, false);
    count = read_all(tpm, banks);
    expect_all(banks, count, 0xFF);
}

/* TCG PC Client Platform TPM Profile 1.05, 4.6.2: who may extend which PCR. */
static void expect_localities(assay_tpm *tpm)
{
    static const struct {
        uint8_t locality;
        unsigned pcr;
        bool allowed;
    } rows[] = {
        { 0, 17, false }, { 0, 18, false }, { 0, 19, false }, { 0, 20, false }, { 0, 22, false },
        { 1, 17, false }, { 1, 18, false }, { 1, 19, false }, { 1, 20, true },  { 2, 17, true },
        { 2, 18, true },  { 2, 19, true },  { 2, 22, true },  { 3, 17, true },  { 3, 18, true },
        { 3, 19, true },  { 3, 20, true },  { 3, 21, false }, { 3, 22, false }, { 4, 17, true },
        { 4, 18, true },  { 4, 19, false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        try_locality(tpm, rows[i].locality, rows[i].pcr, rows[i].allowed);
}

static bool extends(const assay_event *event)
{
    return event->pcr_index >= FIRST && event->pcr_index <= LAST && event->type != NO_ACTION &&
           event->type != PCRMAPPING && event->type != HASH_START && event->type != SLAUNCH_START &&
           event->type != SLAUNCH_END;
}

/* One event to the TPM, in those of its banks that the event has. */
static void extend_event(assay_tpm *tpm, const assay_event *event, const assay_tpm_bank *banks,
                         size_t count)
{
    assay_digest digests[ASSAY_BANKS_MAX] = { 0 };
    size_t used = 0;

    for (size_t i = 0; i < event->digest_count; i++) {
        const assay_event_digest *const digest = &event->digests[i];

        if (bank_of(banks, count, digest->alg) == NULL)
            continue;
        digests[used].alg = digest->alg;
        digests[used].size = (uint16_t)digest->value.size;
        memcpy(digests[used++].value, digest->value.data, digest->value.size);
    }
    must(assay_tpm_set_locality(tpm, event->type == TB_HASH ? 2 : 3, &error), "locality");
    if (used > 0)
        must(assay_tpm_extend(tpm, event->pcr_index, digests, used, &error), "extending");
}

static void compare(const assay_replay *replay, const assay_tpm_bank *banks, size_t count)
{
    unsigned same = 0;

    for (size_t i = 0; i < replay->bank_count; i++) {
        const uint16_t alg = replay->banks[i].alg;
        const assay_tpm_bank *const bank = bank_of(banks, count, alg);

        for (unsigned pcr = FIRST; bank != NULL && pcr <= LAST; pcr++) {
            const assay_bytes value = assay_pcrs_value(&replay->pcrs, alg, pcr);

            if (!assay_bytes_equal(value, assay_bytes_of(bank->value[pcr], bank->size)))
                differs("the replay is not what the TPM has", pcr, alg);
            same++;
        }
    }
    printf("%u values of PCR %u-%u are the TPM's\n", same, FIRST, LAST);
    if (same == 0)
        exit(1);
}

static void run(const assay_file *file, assay_tpm *tpm)
{
    static assay_tpm_bank banks[ASSAY_BANKS_MAX];
    static assay_replay replay;
    assay_hashes *hashes = assay_hashes_new();
    assay_log log;
    assay_event event;
    size_t count = 0;
    int more;

    must(assay_tpm_banks(tpm, banks, &count, &error), "banks");
    must(assay_log_open(&log, file->bytes, NULL, NULL, &error), "log");
    must(assay_replay_begin(&replay, &log.header, hashes, NULL), "replay");
    while ((more = assay_log_next(&log, &event)) > 0) {
        must(assay_replay_event(&replay, &event), "replay");
        if (extends(&event))
            extend_event(tpm, &event, banks, count);
    }
    must(more, "log");
    must(assay_tpm_set_locality(tpm, 0, &error), "locality");
    compare(&replay, banks, read_all(tpm, banks));
    assay_log_close(&log);
    assay_hashes_free(&hashes);
}

static void start(const assay_file *file)
{
    assay_log log;
    assay_event event;

    must(assay_log_open(&log, file->bytes, NULL, NULL, &error), "log");
    while (assay_log_next(&log, &event) > 0)
        if (event.type == HASH_START) {
            fwrite(event.data.data, 1, event.data.size, stdout);
            assay_log_close(&log);
            return;
        }
    must(-1, "no HASH_START");
}

int main(int argc, char **argv)
{
    const char *const verb = argc > 2 ? argv[1] : "";
    const bool reads = strcmp(verb, "start") == 0 || strcmp(verb, "run") == 0;
    assay_file file = { 0 };
    assay_tpm *tpm = NULL;

    if (reads)
        must(assay_file_read(&file, argv[2], CEILING, &error), "log");
    if (strcmp(verb, "start") != 0)
        must(assay_tpm_open(&tpm, argc > 2 ? argv[argc - 1] : NULL, &error), "TPM");
    if (strcmp(verb, "before") == 0)
        before(tpm);
    else if (strcmp(verb, "localities") == 0)
        expect_localities(tpm);
    else if (strcmp(verb, "start") == 0)
        start(&file);
    else if (strcmp(verb, "run") == 0)
        run(&file, tpm);
    else
        must(-1, "usage");
    assay_tpm_close(&tpm);
    if (reads)
        assay_file_close(&file);
    return 0;
}
