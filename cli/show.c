/* SPDX-License-Identifier: BSD-2-Clause */
/* assay show: every event of a log, decoded. */
#include "cli/show.h"

#include "cli/complain.h"
#include "cli/findings.h"
#include "cli/verbs.h"
#include "eventlog/types.h"

#include <errno.h>
#include <stdlib.h>

static bool number_of(const char *text, uint32_t *ret_value)
{
    char *end;

    errno = 0;
    const bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const unsigned long long value = strtoull(text, &end, hex ? 16 : 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value > UINT32_MAX)
        return false;
    *ret_value = (uint32_t)value;
    return true;
}

/* By number, by name, or by the short one that the text shows: "ACTION" is what two types show. */
static bool add_types(show_types *types, const char *text)
{
    const assay_event_type *const type = assay_event_type_by_name(text);
    const size_t before = types->count;
    uint32_t value = type != NULL ? type->value : 0;

    if (type != NULL || number_of(text, &value)) {
        types->value[types->count++] = value;
        return true;
    }
    for (unsigned i = 0; assay_event_type_at(i) != NULL && types->count < SHOW_TYPES_MAX; i++)
        if (strcmp(text, show_short_type(assay_event_type_at(i)->name)) == 0)
            types->value[types->count++] = assay_event_type_at(i)->value;
    return types->count > before;
}

static const char *take_types(const cli_option *option, const char *value, void *field)
{
    show_types *const types = field;
    char name[64];

    (void)option;
    for (;;) {
        const size_t size = strcspn(value, ",");

        if (types->count == SHOW_TYPES_MAX)
            return "these are too many";
        if (size >= sizeof name)
            return "there is no such type";
        memcpy(name, value, size);
        name[size] = '\0';
        if (!add_types(types, name))
            return "names such as EV_SEPARATOR, numbers such as 0x80000001";
        if (value[size] == '\0')
            return NULL;
        value += size + 1;
    }
}

bool show_wants(const shown *show, const assay_event *event)
{
    const show_types *const types = &show->options->types;

    if (!cli_pcr_wanted(show->call->common, event->pcr_index))
        return false;
    for (size_t i = 0; i < types->count; i++)
        if (types->value[i] == event->type)
            return true;
    return types->count == 0;
}

assay_log *show_log(const shown *show)
{
    return &show->logs.list[show->current]->log;
}

int show_next(shown *show, assay_event *ret_event)
{
    assay_log *const log = show_log(show);

    show->findings->source = (uint32_t)show->current;
    const int status = assay_log_next(log, ret_event);
    if (status > 0)
        cli_progress_at(&show->progress, ret_event->offset, log->bytes.size);
    return status;
}

bool show_next_log(shown *show)
{
    if (show->current + 1 == show->logs.count)
        return false;
    show->current++;
    return true;
}

int show_next_wanted(shown *show, assay_event *ret_event)
{
    int status;

    do
        status = show_next(show, ret_event);
    while (status > 0 && !show_wants(show, ret_event));
    return status;
}

int show_examine(assay_hashes *hashes, show_event *seen)
{
    assay_payload_decode(&seen->event, &seen->payload);
    return assay_datacheck_event(hashes, &seen->event, &seen->payload, &seen->check);
}

int show_watch(shown *show, const assay_event *event)
{
    show_event seen = { .event = *event };

    if (!show->call->common->fail_on.given)
        return 0;
    const int status = show_examine(show->hashes, &seen);
    if (status == 0)
        assay_datacheck_note(event, &seen.check, show->findings);
    return status;
}

/* -q: only the exit status, and the error if there is one. */
static int show_nothing(shown *show)
{
    assay_event event;
    int status = 0;

    do
        while (status == 0 && show_next_wanted(show, &event) > 0)
            status = show_watch(show, &event);
    while (status == 0 && show_next_log(show));
    return status;
}

/* Faults of logs, after what was sound in them. */
static bool complain_logs(const shown *show)
{
    bool any = show->logs.refused;

    assay_writer_flush(show->call->out);
    for (size_t i = 0; i < show->logs.count; i++) {
        const cli_log *const entry = show->logs.list[i];

        if (entry->log.error.kind == 0)
            continue;
        cli_complain(show->call->verb, entry->input.name, &entry->log.error);
        any = true;
    }
    return any;
}

static int show_logs(shown *show)
{
    static int (*const notations[])(
        shown *) = { [CLI_TEXT] = show_text, [CLI_JSON] = show_json, [CLI_YAML] = show_yaml };
    const cli_call *const call = show->call;
    assay_error error;

    show->progress = cli_progress_begin(call);
    const int status =
        call->common->quiet ? show_nothing(show) : notations[call->common->notation](show);
    cli_progress_end(&show->progress);
    if (status < 0) {
        assay_fail(&error, (enum assay_kind) - status, ASSAY_NOWHERE, "the data can't be checked");
        cli_complain(call->verb, show->logs.list[show->current]->input.name, &error);
    }
    return cli_fail_on(call, show->findings,
                       complain_logs(show) || status < 0 ? CLI_TROUBLE : CLI_YES);
}

static int run(const cli_call *call)
{
    shown show = { .call = call, .options = call->options, .hashes = assay_hashes_new() };
    int status = CLI_TROUBLE;
    assay_error error;

    show.findings = calloc(1, sizeof *show.findings);
    if (show.findings == NULL || show.hashes == NULL) {
        assay_fail(&error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to begin with");
        cli_complain(call->verb, NULL, &error);
    } else {
        status = cli_logs_open(&show.logs, call, CLI_VALUES_NONE, show.findings);
        if (status == CLI_YES)
            status = show_logs(&show);
        cli_logs_close(&show.logs);
    }
    free(show.findings);
    assay_hashes_free(&show.hashes);
    return status;
}

static const cli_option options[] = {
    { 0, "type", "TYPE,...", "only events of these types, by name or number", take_types,
      offsetof(show_options, types), NULL },
    { 0, "raw", NULL, "the data of each event, byte by byte", cli_take_flag,
      offsetof(show_options, raw), NULL },
    { .name = NULL },
};

const cli_verb cli_show = {
    .name = "show",
    .summary = "print every event of logs, decoded",
    .usage = "LOG...",
    .about =
        "Prints every event of an event log: what was measured into which PCR, what its data "
        "means, and whether its digests follow from that data. LOG is a file, '-' for standard "
        "input, or a machine folder; several logs of one boot are shown in its order.\n"
        "With -v, digests and all fields; with -vv, fields longer than a line too. YAML has the "
        "shape that tpm2_eventlog prints.",
    .options = options,
    .options_size = sizeof(show_options),
    .least = 1,
    .most = CLI_LOGS_MAX,
    .run = run,
    .reads_logs = true,
};
