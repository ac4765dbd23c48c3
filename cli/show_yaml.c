/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log in the shape that tpm2_eventlog of tpm2-tools 5.4 prints, keys and values alike, so
 * that its users' scripts go on working. Here only the PCRs at the end, which follow all rules
 * of the replay.
 */
#include "cli/show.h"

#include "eventlog/tpm2yaml.h"
#include "replay/replay.h"

/* Only the banks that are asked for. */
static assay_event wanted_banks(const cli_common *common, const assay_event *event)
{
    assay_event wanted = *event;

    wanted.digest_count = 0;
    for (size_t i = 0; i < event->digest_count; i++)
        if (cli_bank_wanted(&common->banks, event->digests[i].alg))
            wanted.digests[wanted.digest_count++] = event->digests[i];
    return wanted;
}

/* Events of several logs are numbered through: the shape knows one log. */
static void put_event(const shown *show, const assay_event *event, uint32_t number)
{
    const bool header = event->number == 0 && show_log(show)->header.spec_id.signature == 3;
    assay_event wanted = header ? *event : wanted_banks(show->call->common, event);

    wanted.number = number;
    assay_tpm2yaml_put(show->call->out, &wanted, &show_log(show)->header,
                       ASSAY_TPM2YAML_AS_PRINTED);
}

static void put_bank(const cli_call *call, const assay_replay *replay,
                     const assay_replay_bank *bank)
{
    assay_put_format(call->out, "  %s:\n",
                     replay->measurement_registers ? "rtmr" : assay_alg_find(bank->alg)->name);
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        if ((bank->extended >> pcr & 1) == 0 || !cli_pcr_wanted(call->common, pcr))
            continue;
        assay_put_format(call->out, "    %-2u : 0x", pcr);
        assay_put_hex(call->out, assay_pcrs_value(&replay->pcrs, bank->alg, pcr));
        if ((bank->incomplete >> pcr & 1) != 0)
            assay_put_string(call->out, " # some events have no digest of this bank");
        assay_put_char(call->out, '\n');
    }
}

static void put_pcrs(const cli_call *call, const assay_replay *replay)
{
    assay_put_string(call->out, "pcrs:\n");
    for (size_t i = 0; i < replay->bank_count; i++) {
        const assay_replay_bank *const bank = &replay->banks[i];

        if (!cli_bank_wanted(&call->common->banks, bank->alg))
            continue;
        if (bank->hash == NULL)
            assay_put_format(call->out, "  # algorithm 0x%04x cannot be computed here\n",
                             bank->alg);
        else if (bank->extended != 0)
            put_bank(call, replay, bank);
    }
}

/* What all logs go to. */
typedef struct yaml_list {
    assay_replay replay;
    uint32_t before; /* events of the logs before this one */
    bool any;
} yaml_list;

static int put_log(shown *show, yaml_list *list)
{
    const cli_call *const call = show->call;
    const uint32_t before = list->before;
    assay_event event;
    int status = 0;

    while (status == 0 && call->out->failure == 0 && show_next(show, &event) > 0) {
        list->before = before + event.number + 1;
        status = assay_replay_event(&list->replay, &event);
        if (!show_wants(show, &event))
            continue;
        if (status == 0)
            status = show_watch(show, &event);
        assay_put_string(call->out, list->any ? "" : "\n");
        list->any = true;
        put_event(show, &event, before + event.number);
    }
    return status;
}

/* The events of several logs are one list: who reads this shape knows no other. */
int show_yaml(shown *show)
{
    const cli_logs *const logs = &show->logs;
    yaml_list list = { .before = 0 };
    int status =
        assay_replay_begin(&list.replay, &logs->list[0]->log.header, show->hashes, NULL);

    for (size_t i = 1; i < logs->count && status == 0; i++)
        status = assay_replay_continue(&list.replay, &logs->list[i]->log.header);
    assay_put_string(show->call->out, "---\nversion: 1\nevents:");
    do
        status = status == 0 ? put_log(show, &list) : status;
    while (status == 0 && show_next_log(show));
    assay_put_string(show->call->out, list.any ? "" : " []\n");
    put_pcrs(show->call, &list.replay);
    return status;
}
