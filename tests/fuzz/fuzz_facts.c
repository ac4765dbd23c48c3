/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What any log supports: the same twice; nothing stands without PCR values; against the
 * log's own fold nothing stands in a PCR in which an error was found, nor in SHA-1 alone;
 * and every fact is a text that ends.
 */
#include "replay/facts.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

typedef struct said {
    assay_findings findings;
    size_t count;
    assay_fact facts[ASSAY_FACTS_MAX];
} said;

/* Every event of the log, seen by all that facts need. */
static void read_events(assay_log *log, assay_hashes *hashes, assay_semantics *semantics,
                        assay_facts *facts, assay_replay *replay)
{
    assay_event event;

    while (assay_log_next(log, &event) > 0) {
        assay_payload payload;
        assay_datacheck datacheck;

        assay_payload_decode(&event, &payload);
        check(assay_datacheck_event(hashes, &event, &payload, &datacheck) == 0);
        check(assay_semantics_event(semantics, &event, &payload, &datacheck) == 0);
        assay_facts_event(facts, &event, &payload, &datacheck);
        check(assay_replay_event(replay, &event) == 0);
    }
    assay_semantics_end(semantics);
}

static void check_facts(const said *what, const assay_semantics *semantics, bool compared)
{
    for (size_t i = 0; i < what->count; i++) {
        const assay_fact *const fact = &what->facts[i];

        check(memchr(fact->text, 0, sizeof fact->text) != NULL && fact->name != NULL);
        check((fact->why != NULL) == (fact->standing == ASSAY_CLAIMED));
        if (fact->standing == ASSAY_STANDS)
            check(compared && fact->pcr < ASSAY_PCRS &&
                  !assay_semantics_course(semantics, fact->pcr)->broken);
    }
}

/* False when the bytes are no log. */
static bool say(assay_bytes bytes, assay_hashes *hashes, bool compare, said *ret_said)
{
    static assay_comparison comparison;
    static assay_replay replay;
    assay_log log;

    memset(ret_said, 0, sizeof *ret_said);
    if (assay_log_open(&log, bytes, NULL, NULL, NULL) < 0)
        return false;
    assay_semantics *semantics = assay_semantics_new(&log.header, hashes, &ret_said->findings);
    assay_facts *facts = assay_facts_new(semantics);
    check(facts != NULL && assay_replay_begin(&replay, &log.header, hashes, NULL) == 0);
    read_events(&log, hashes, semantics, facts, &replay);
    assay_compare(&replay, &replay.pcrs, ASSAY_ALL_PCRS, &comparison);
    ret_said->count = assay_facts_finish(facts, &replay, compare ? &comparison : NULL,
                                         ret_said->facts);
    check_facts(ret_said, semantics, compare);
    assay_facts_free(&facts);
    assay_semantics_free(&semantics);
    assay_log_close(&log);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    static said claimed, compared, again;
    assay_hashes *hashes = assay_hashes_new();

    check(hashes != NULL);
    if (say(bytes, hashes, false, &claimed)) {
        say(bytes, hashes, true, &compared);
        say(bytes, hashes, true, &again);
        check(memcmp(&compared, &again, sizeof compared) == 0);
        check(memcmp(&claimed.findings, &compared.findings, sizeof claimed.findings) == 0);
        check(claimed.count == compared.count);
    }
    assay_hashes_free(&hashes);
    return 0;
}
