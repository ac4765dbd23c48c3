/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A log as large as logs get: lines as GRUB measures them, into PCR 8 and 9, each with
 * the digest that follows from it in every bank. 100,000 of them in three banks are 17 MB.
 */
#include "tests/bench/bench.h"

#include "base/hash.h"
#include "eventlog/log.h"
#include "eventlog/types.h"

#include <stdio.h>

enum { PREFIX = sizeof "grub_cmd: " - 1 };

static assay_log_header header_of(const uint16_t *banks, size_t bank_count)
{
    assay_log_header header = {
        .spec_id = { .present = true, .version_major = 2, .uintn_size = 2 },
        .bank_count = bank_count,
    };

    for (size_t i = 0; i < bank_count; i++)
        header.banks[i] = (assay_bank){ banks[i], assay_alg_find(banks[i])->size };
    return header;
}

static int write_event(assay_log_writer *log, assay_hashes *hashes, uint32_t number)
{
    uint8_t digests[ASSAY_BANKS_MAX][ASSAY_DIGEST_MAX];
    char line[64];
    const int length =
        snprintf(line, sizeof line, "grub_cmd: insmod (hd0,gpt1)/boot/module-%08u.mod", number);
    const assay_bytes hashed = assay_bytes_of(line + PREFIX, (size_t)length - PREFIX);
    assay_event event = {
        .number = number,
        .pcr_index = 8 + number % 2,
        .type = EV_IPL,
        .digest_count = (uint16_t)log->header->bank_count,
        .data =
            assay_bytes_of(line, (size_t)length + 1), /* GRUB logs the NUL and doesn't hash it */
    };

    for (size_t i = 0; i < log->header->bank_count; i++) {
        const assay_bank bank = log->header->banks[i];
        assay_hash *hash;

        if (assay_hashes_get(hashes, bank.alg, &hash) < 0 ||
            assay_hash_parts(hash, &hashed, 1, digests[i]) < 0)
            return -ASSAY_CRYPTO;
        event.digests[i] = (assay_event_digest){ bank.alg, assay_bytes_of(digests[i], bank.size) };
    }
    return assay_log_write_event(log, &event, NULL);
}

int bench_write_log(assay_writer *writer, const uint16_t *banks, size_t bank_count, size_t events)
{
    const assay_log_header header = header_of(banks, bank_count);
    assay_hashes *hashes = assay_hashes_new();
    assay_log_writer log;
    int status = assay_log_write_begin(&log, "tcg2", &header, writer, NULL);

    for (uint32_t number = 1; number <= events && status >= 0; number++)
        status = write_event(&log, hashes, number);
    assay_hashes_free(&hashes);
    return status < 0 ? status : assay_log_write_end(&log, NULL);
}
