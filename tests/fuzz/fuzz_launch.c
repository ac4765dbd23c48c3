/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as the log of a platform, and what is replaced by the first eight of them: a
 * prediction comes, or a refusal that says why. Nothing replaced is the log again, and what is
 * written reads as what was predicted.
 */
#include "policy/launch/launch.h"
#include "policy/launch/values.h"
#include "policy/launch/securelaunch.h"
#include "policy/launch/whatif.h"
#include "tests/fuzz/fuzz.h"

enum { KNOBS = 8 };

static assay_hashes *hashes;

static void ignore(void *context, const assay_whatif_change *change)
{
    (void)context;
    demand(change->before != NULL || change->after != NULL, "a change is of something");
}

static assay_prediction *read_base(assay_bytes bytes)
{
    assay_error error = { .what = "" };
    assay_prediction *base;
    assay_log log;

    if (assay_log_open(&log, bytes, NULL, NULL, &error) < 0)
        return NULL;
    base = assay_prediction_new(&log.header);
    if (base != NULL && assay_prediction_read(base, &log, &error) < 0) {
        demand(error.what[0] != '\0', "a log that ends early is explained");
        assay_prediction_free(&base);
    }
    assay_log_close(&log);
    return base;
}

static void demand_readable(const assay_prediction *prediction)
{
    assay_writer writer = assay_writer_growing(FUZZ_CEILING);
    assay_error error = { .what = "" };
    const int status = assay_prediction_write(prediction, NULL, &writer, &error);
    assay_prediction *again;

    demand(status == 0 || error.what[0] != '\0', "what can't be written is explained");
    /* Text formats say less than they read, and a heap has room for what a launch has. */
    if (status == 0 && strcmp(prediction->format, "tcg2") == 0) {
        again = read_base(assay_written(&writer));
        demand(again != NULL, "a predicted log can be read");
        demand(again->count == prediction->count, "with as many events");
        demand(assay_prediction_has_unknown(again) == assay_prediction_has_unknown(prediction),
               "and what is not known is not known");
        assay_prediction_free(&again);
    }
    assay_writer_close(&writer);
}

static void demand_same(const assay_prediction *base, const assay_prediction *prediction)
{
    demand(base->count == prediction->count, "nothing replaced has as many events");
    for (size_t i = 0; i < base->count; i++)
        demand(assay_event_equal(&base->events[i].event, &prediction->events[i].event),
               "nothing replaced is the log again");
}

static void predict(const assay_prediction *base, const assay_launch *launch, bool nothing)
{
    static assay_prediction_values values;
    assay_prediction *prediction = NULL;
    assay_error error = { .what = "" };

    if (assay_launch_predict(base, launch, hashes, &prediction, &error) < 0) {
        demand(error.what[0] != '\0' && prediction == NULL, "a refusal is explained");
        return;
    }
    if (nothing)
        demand_same(base, prediction);
    demand(assay_prediction_fold(prediction, hashes, &values) == 0, "it folds");
    demand(assay_whatif_changes(base, prediction, ignore, NULL) == 0, "it compares");
    demand_readable(prediction);
    assay_prediction_free(&prediction);
}

/* Each bit of the knobs replaces something. */
static void turn(const assay_prediction *base, const uint8_t *knobs)
{
    static const char *const extpols[] = { "sha1", "sha256", "embedded", "agile", "sm3", "x" };
    static const uint8_t bytes[256] = { 1 };
    static assay_vlp vlp;
    static assay_secure_launch secure;
    const assay_acm acm = { .module = assay_bytes_of(bytes, 128),
                            .user_area = ASSAY_LITERAL("u"),
                            .key = ASSAY_LITERAL("k") };
    const assay_launch_lcp lcp = { .known = (knobs[3] & 1) != 0,
                                   .why = "no",
                                   .details = assay_bytes_of(bytes, knobs[4]),
                                   .authorities = assay_bytes_of(bytes, knobs[5]) };
    const assay_launch_nv nv = { 0x40000010, assay_bytes_of(bytes, knobs[6] & 31) };
    assay_launch_module modules[4];
    assay_launch launch = { .replaces_mle = (knobs[0] & 1) != 0,
                            .replaces_stm = (knobs[0] & 2) != 0,
                            .replaces_capabilities = (knobs[0] & 4) != 0,
                            .lcp = (knobs[0] & 8) != 0 ? &lcp : NULL,
                            .sinit = (knobs[0] & 16) != 0 ? &acm : NULL,
                            .replaces_nv = (knobs[0] & 32) != 0,
                            .replaces_tboot = (knobs[0] & 64) != 0,
                            .secure = (knobs[0] & 128) != 0 ? &secure : NULL,
                            .version = assay_tboot_version_at(knobs[1] & 15),
                            .has_extpol = (knobs[1] & 16) != 0,
                            .extpol = assay_bytes_of_string(extpols[(knobs[1] >> 5) % 6]),
                            .modules = modules,
                            .module_count = knobs[2] & 3,
                            .modules_end = (knobs[2] & 4) != 0,
                            .measure_nv = (knobs[2] & 8) != 0,
                            .vlp_builtin = (knobs[2] & 16) != 0,
                            .nv = &nv,
                            .nv_count = 1,
                            .mapping = (enum assay_launch_mapping)((knobs[6] >> 6) % 3) };

    for (size_t i = 0; i < 4; i++)
        modules[i] = (assay_launch_module){ .kept = (knobs[2] >> (4 + i) & 1) != 0,
                                            .cmdline = assay_bytes_of(bytes, i),
                                            .image = assay_bytes_of(bytes, knobs[7]) };
    secure = (assay_secure_launch){ .has_cmdline = (knobs[7] & 1) != 0,
                                    .cmdline = ASSAY_LITERAL("quiet"),
                                    .has_base_cmdline = (knobs[7] & 2) != 0,
                                    .base_cmdline = ASSAY_LITERAL(""),
                                    .initrd = { .given = (knobs[7] & 4) != 0 } };
    if ((knobs[3] & 2) != 0) {
        assay_tboot_builtin(assay_tboot_newest(), false, (knobs[3] & 4) != 0, &vlp);
        vlp.type = ASSAY_VLP_HALT;
        vlp.num_entries = knobs[3] >> 6;
        launch.vlp = &vlp;
    }
    predict(base, &launch, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const assay_launch nothing;

    if (hashes == NULL)
        hashes = assay_hashes_new();
    if (size < KNOBS)
        return 0;
    assay_prediction *base = read_base(assay_bytes_of(data + KNOBS, size - KNOBS));
    if (base == NULL)
        return 0;
    predict(base, &nothing, true);
    turn(base, data);
    assay_prediction_free(&base);
    return 0;
}
