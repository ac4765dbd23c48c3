/* SPDX-License-Identifier: BSD-2-Clause */
/* The input as the choices from which a valid log is made: it is read as it was made. */
#include "tests/fuzz/fuzz.h"

/* A target is one file and the library. */
#include "tests/generate.c"

static void demand_model(assay_bytes bytes, const generated *model)
{
    assay_error error;
    assay_event event;
    assay_log log;
    size_t i = 0;

    demand(assay_log_open(&log, bytes, NULL, NULL, &error) == 0, "a valid log is opened");
    while (assay_log_next(&log, &event) > 0 && i < model->event_count)
        demand(assay_event_equal(&event, &model->events[i++]), "an event is read as it was made");
    demand(log.error.kind == 0 && i == model->event_count, "all events are read");
    assay_log_close(&log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static generated model;
    static uint8_t buffer[2 * GENERATED_POOL];
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);

    generate(&model, assay_bytes_of(data, size));
    generated_encode(&model, &writer);
    demand(writer.failure == 0, "the buffer is large enough");
    demand_model(assay_written(&writer), &model);
    if (model.header.spec_id.version_minor == 0)
        demand_tcg(assay_written(&writer), model.format);
    return 0;
}
