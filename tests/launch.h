/* SPDX-License-Identifier: BSD-2-Clause */
/* A prediction from a log in a file: for tests. */
#ifndef ASSAY_TESTS_LAUNCH_H
#define ASSAY_TESTS_LAUNCH_H

#include <criterion/criterion.h>

#include "base/file.h"
#include "base/hex.h"
#include "policy/launch/launch.h"
#include "policy/launch/values.h"

/** Reads a log whole; the caller frees the prediction. */
static inline assay_prediction *read_base(assay_bytes bytes, const char *format)
{
    static assay_error error;
    assay_prediction *base;
    assay_log log;

    cr_assert_eq(assay_log_open(&log, bytes, format, NULL, &error), 0, "%s", error.what);
    base = assay_prediction_new(&log.header);
    cr_assert_not_null(base);
    cr_assert_eq(assay_prediction_read(base, &log, &error), 0, "%s", error.what);
    assay_log_close(&log);
    return base;
}

static inline assay_prediction *base_of(const char *path)
{
    assay_file file;
    assay_error error;
    assay_prediction *base;

    cr_assert_eq(assay_file_read(&file, path, 1 << 24, &error), 0, "%s: %s", path, error.what);
    base = read_base(file.bytes, NULL);
    assay_file_close(&file);
    return base;
}

static inline assay_prediction *predict(const assay_prediction *base, const assay_launch *launch)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_prediction *prediction = NULL;
    assay_error error = { .what = "" };

    cr_assert_eq(assay_launch_predict(base, launch, hashes, &prediction, &error), 0, "%s",
                 error.what);
    assay_hashes_free(&hashes);
    return prediction;
}

/** The value of a PCR in hexadecimal, or "unknown". Lives until the next call. */
static inline const char *value_of(const assay_prediction *prediction, uint16_t alg, unsigned pcr)
{
    static assay_prediction_values values;
    static char hex[2 * ASSAY_DIGEST_MAX + 1];
    assay_hashes *hashes = assay_hashes_new();
    const assay_pcrs *const pcrs = &values.replay.pcrs;

    cr_assert_eq(assay_prediction_fold(prediction, hashes, &values), 0);
    assay_hashes_free(&hashes);
    for (size_t i = 0; i < pcrs->bank_count; i++)
        if (pcrs->banks[i].alg == alg && assay_pcr_set_has(values.unknown[i], pcr))
            return "unknown";
    const assay_bytes value = assay_pcrs_value(pcrs, alg, pcr);
    assay_hex_encode(hex, value);
    hex[2 * value.size] = '\0';
    return hex;
}

/** The event of a type in a PCR. */
static inline const assay_predicted_event *event_of(const assay_prediction *prediction,
                                                    uint32_t type, uint32_t pcr, size_t which)
{
    for (size_t i = 0; i < prediction->count; i++)
        if (prediction->events[i].event.type == type &&
            prediction->events[i].event.pcr_index == pcr && which-- == 0)
            return &prediction->events[i];
    cr_assert_fail("no such event");
    return NULL;
}

/** H(parts) of the algorithm, added to `digests`. */
static inline void add_digest(assay_digests *digests, uint16_t alg, const assay_bytes *parts,
                              size_t count)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_digest *const digest = &digests->list[digests->count++];
    assay_hash *hash;

    cr_assert_eq(assay_hashes_get(hashes, alg, &hash), 0);
    *digest = (assay_digest){ .alg = alg, .size = (uint16_t)assay_hash_size(hash) };
    cr_assert_eq(assay_hash_parts(hash, parts, count, digest->value), 0);
    assay_hashes_free(&hashes);
}

#endif
