/* SPDX-License-Identifier: BSD-2-Clause */
/* A boot for people: what was given, and every event that will come. */
#include "cli/predict.h"
#include "cli/show.h"
#include "cli/style.h"
#include "eventlog/payload/payload.h"
#include "eventlog/types.h"

enum { PART_COLUMNS = 21, SUMMARY_COLUMN = 31, SCRATCH = 64 * 1024 };

static void put_inputs(const predict_work *w)
{
    const char *role, *name;
    assay_bytes bytes;

    if (w->options->boot.scenario != NULL) {
        cli_tone_begin(w->call, CLI_STRONG);
        cli_put_fitted(w->call->out, assay_bytes_of_string(w->options->boot.scenario),
                       w->call->width - 1, 1, 0);
        cli_tone_end(w->call, CLI_STRONG);
        assay_put_char(w->call->out, '\n');
    }
    for (size_t i = 0; assay_scenario_files_at(w->boot, i, &role, &name, &bytes); i++) {
        assay_put_format(w->call->out, "  %-15s ", role);
        cli_put_fitted(w->call->out, assay_bytes_of_string(name), w->call->width - 19, 1, 0);
        assay_put_char(w->call->out, '\n');
    }
}

/* What an event says, in a line; of one that says nothing its type. */
static assay_bytes summary_of(const assay_event *event, assay_writer *scratch)
{
    const assay_event_type *const type = assay_event_type_find(event->type);
    assay_payload payload;

    assay_payload_decode(event, &payload);
    assay_payload_summary(scratch, &payload);
    if (scratch->used == 0 && type != NULL)
        assay_put_string(scratch, show_short_type(type->name));
    return assay_written(scratch);
}

static void put_event(const predict_work *w, const assay_predicted_event *event, uint8_t *room)
{
    static const char *const marks[] = {
        [ASSAY_PREDICTED_KEPT] = " ",
        [ASSAY_PREDICTED_COMPUTED] = " ",
        [ASSAY_PREDICTED_UNKNOWN] = "?",
    };
    assay_writer scratch = assay_writer_lent(room, SCRATCH);

    assay_put_format(w->call->out, "%4u %3u ", event->event.number, event->event.pcr_index);
    cli_put_toned(w->call, CLI_BAD, marks[event->origin]);
    assay_put_format(w->call->out, "%-*.*s ", PART_COLUMNS - 1, PART_COLUMNS - 1,
                     assay_part_title(event->part));
    cli_put_fitted(w->call->out, summary_of(&event->event, &scratch),
                   w->call->width - SUMMARY_COLUMN - 1, w->call->common->verbose > 0 ? 3 : 1,
                   SUMMARY_COLUMN);
    assay_put_char(w->call->out, '\n');
}

void predict_put_boot(const predict_work *w)
{
    uint8_t room[SCRATCH];

    put_inputs(w);
    assay_put_string(w->call->out, "\n   # PCR  OF                   WHAT\n");
    for (size_t i = 0; i < w->prediction->count; i++)
        if (cli_pcr_wanted(w->call->common, w->prediction->events[i].event.pcr_index))
            put_event(w, &w->prediction->events[i], room);
}
