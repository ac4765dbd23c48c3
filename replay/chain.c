/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/chain.h"

#include "base/safemath.h"
#include "eventlog/payload/sipa.h"
#include "eventlog/types.h"
#include "replay/imadigest.h"

#include <stdlib.h>

static assay_link *add_link(assay_links *links)
{
    if (links->count == links->capacity) {
        const size_t capacity = links->capacity == 0 ? 16 : 2 * links->capacity;
        size_t bytes;
        assay_link *const list =
            assay_mul_size(capacity, sizeof *list, &bytes) ? realloc(links->list, bytes) : NULL;

        if (list == NULL)
            return NULL;
        links->list = list;
        links->capacity = capacity;
    }
    return &links->list[links->count++];
}

static int fill_link(const assay_chain *chain, const assay_event *event, assay_bytes digest,
                     assay_link *link)
{
    const assay_bytes sha1 = assay_event_digest_of(event, ASSAY_ALG_SHA1);

    *link = (assay_link){ .event = event->number,
                          .log = chain->log,
                          .type = event->type,
                          .ima = event->content == ASSAY_CONTENT_IMA_TEMPLATE,
                          .after = (uint32_t)chain->links.count,
                          .has_data = event->data.size > 0 };
    memcpy(link->digest, digest.data, chain->size);
    if (sha1.size > 0 && sha1.size < chain->size)
        memcpy(link->padded_sha1, sha1.data, sha1.size);
    return link->has_data ? assay_hash_parts(chain->hash, &event->data, 1, link->data_digest) : 0;
}

/* A HASH_START that logged the value of the PCR is no link: the chain starts from it. */
static bool starts_chain(const assay_chain *chain, const assay_replay_bank *bank,
                         const assay_event *event)
{
    return event->type == TXT_EVTYPE_HASH_START && chain->links.count == 0 && !chain->loaded &&
           bank->hash_start == ASSAY_HASH_START_RESULT;
}

/* Copies the event that holds Windows' boot counter: lessons try others. */
static void keep_counted(assay_chain *chain, const assay_event *event, const assay_link *link)
{
    enum { PCR_SETTINGS = 12 };
    assay_counted counted = { .size = event->data.size, .link = chain->links.count - 1 };
    bool found = false;
    assay_sipa sipa;
    assay_sipa_record record;

    if (chain->pcr != PCR_SETTINGS || event->type != EV_EVENT_TAG || chain->counted.size > 0 ||
        counted.size > sizeof counted.data || !assay_sipa_decode(event->data, &sipa) ||
        memcmp(link->digest, link->data_digest, chain->size) != 0)
        return;
    assay_sipa_walk walk = assay_sipa_walk_of(&sipa);
    while (assay_sipa_walk_next(&walk, &record)) {
        const size_t at = (size_t)(record.data.data - event->data.data);

        if (record.data.size != sizeof(uint64_t))
            continue;
        if (record.type == SIPAEVENT_BOOTCOUNTER) {
            found = assay_sipa_number(record.data, &counted.boot);
            counted.boot_at = at;
        } else if (record.type == SIPAEVENT_EVENTCOUNTER) {
            assay_sipa_number(record.data, &counted.events);
            counted.events_at = at;
        }
    }
    if (!found)
        return;
    memcpy(counted.data, event->data.data, counted.size);
    chain->counted = counted;
}

static int take_digest(assay_chain *chain, assay_links *links, const assay_event *event,
                       assay_bytes digest)
{
    assay_link *const link = add_link(links);

    return link != NULL ? fill_link(chain, event, digest, link) : -ASSAY_NO_MEMORY;
}

/* Takes an event that the replay has just folded. */
static int take_event(assay_chain *chain, const assay_replay *replay, const assay_event *event)
{
    const assay_replay_bank *const bank = assay_replay_bank_of(replay, chain->alg);
    assay_bytes digest = assay_event_digest_of(event, chain->alg);
    uint8_t buffer[ASSAY_DIGEST_MAX];

    if (event->content == ASSAY_CONTENT_IMA_TEMPLATE) {
        const int status = assay_ima_digest(chain->hash, chain->alg, event, buffer, &digest);
        if (status < 0)
            return status;
    }
    const bool here = bank != NULL && digest.size == chain->size;

    if (replay->last != chain->pcr) {
        const bool no_action = event->type == EV_NO_ACTION && event->pcr_index == chain->pcr;

        return no_action && here ? take_digest(chain, &chain->no_actions, event, digest) : 0;
    }
    if (!here) {
        chain->missing += event->only_bank == 0 || event->only_bank == chain->alg;
        return 0;
    }
    if (!starts_chain(chain, bank, event)) {
        const int status = take_digest(chain, &chain->links, event, digest);

        if (status == 0)
            keep_counted(chain, event, &chain->links.list[chain->links.count - 1]);
        return status;
    }
    memcpy(chain->start, digest.data, chain->size);
    chain->loaded = true;
    return 0;
}

/* The header without all banks but one. */
static assay_log_header only_bank(const assay_log_header *header, uint16_t alg)
{
    assay_log_header narrow = *header;

    narrow.bank_count = 0;
    for (size_t i = 0; i < header->bank_count; i++)
        if (header->banks[i].alg == alg)
            narrow.banks[narrow.bank_count++] = header->banks[i];
    return narrow;
}

static int take_log(assay_chain *chain, assay_replay *replay, const assay_log *source)
{
    assay_log log;
    assay_event event;
    int status = assay_log_open_again(&log, source, NULL);

    if (status < 0)
        return status;
    const assay_log_header header = only_bank(&log.header, chain->alg);
    status = assay_replay_continue(replay, &header);
    if (status == 0 && log.header.banks_follow)
        status = assay_replay_add_bank(replay, chain->alg);
    while (status >= 0 && assay_log_next(&log, &event) > 0) {
        status = assay_replay_event(replay, &event);
        /* The Spec ID header is in the SHA-1 format and is nobody's measurement. */
        if (status >= 0 && !assay_log_is_spec_id(&log.header, &event))
            status = take_event(chain, replay, &event);
    }
    assay_log_close(&log);
    return status;
}

int assay_chain_read(assay_chain *chain, const assay_log *const *logs, size_t log_count,
                     assay_hashes *hashes, uint16_t alg, unsigned pcr)
{
    const assay_log_header none = { .measurement_registers =
                                        log_count > 0 && logs[0]->header.measurement_registers };
    assay_replay replay;

    *chain = (assay_chain){ .alg = alg, .pcr = pcr };
    int status = assay_hashes_get(hashes, alg, &chain->hash);
    if (status < 0)
        return status;
    chain->size = assay_hash_size(chain->hash);
    status = assay_replay_begin(&replay, &none, hashes, NULL);
    for (chain->log = 0; chain->log < log_count && status >= 0; chain->log++)
        status = take_log(chain, &replay, logs[chain->log]);
    if (status < 0) {
        assay_chain_free(chain);
        return status;
    }
    if (!chain->loaded)
        assay_replay_start(&replay, pcr, chain->size, chain->start);
    return 0;
}

void assay_chain_free(assay_chain *chain)
{
    free(chain->links.list);
    free(chain->no_actions.list);
    *chain = (assay_chain){ 0 };
}
