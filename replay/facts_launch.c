/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dynamic launch. Only a launch resets PCR 17 to zeros, so that a value that is met
 * proves that there was one (TXT SDG 1.10.1.1); what PCR 18 has is a part of it.
 */
#include "replay/facts_internal.h"

enum { PCR_DETAILS = 17, SINIT_SHA1 = 20 /* bytes; of old platforms */ };

/*
 * Records without data are told apart by their place alone, and semantics_launch.c
 * accepts each in one place only.
 */
static fact_basis basis_of_record(const assay_event *event, const assay_datacheck *check)
{
    fact_basis basis = fact_basis_of_event(event, check);

    if (event->data.size == 0)
        basis.doubt = NULL;
    return basis;
}

static void look_at_launch(assay_facts *facts, const assay_event *event,
                           const assay_payload *payload, fact_basis basis)
{
    (void)event;
    fact_state(facts, FACT_DYNAMIC_LAUNCH, basis, "Intel TXT");
    if (payload->kind != ASSAY_PAYLOAD_TXT || payload->txt.kind != ASSAY_TXT_HASH_START) {
        fact_unknown(facts, FACT_SINIT, basis, "the log does not hold the hash of the module");
        return;
    }
    const assay_bytes hash = payload->txt.hash_start.sinit_hash;
    assay_writer writer = fact_begin(facts, FACT_SINIT, basis);
    assay_put_string(&writer, hash.size == SINIT_SHA1 ? "sha1 " : "sha256 ");
    assay_put_hex(&writer, hash);
    fact_end(facts, &writer);
}

static void look_at_mle(assay_facts *facts, const assay_event *event,
                        const assay_payload *payload, fact_basis basis)
{
    assay_writer writer = fact_begin(facts, FACT_MLE, basis);

    (void)payload;
    fact_put_digest(&writer, event);
    fact_end(facts, &writer);
}

/* CPU_SCRTM_STAT bit 0 (TXT SDG table E-6). */
static void look_at_scrtm(assay_facts *facts, const assay_event *event,
                          const assay_payload *payload, fact_basis basis)
{
    (void)event;
    if (payload->kind != ASSAY_PAYLOAD_TXT || payload->txt.kind != ASSAY_TXT_CPU_SCRTM_STAT)
        fact_unknown(facts, FACT_SCRTM_STATUS, basis, "the log does not hold the status");
    else
        fact_state(facts, FACT_SCRTM_STATUS, basis, "PCR 0 is%s rooted in the processor",
                   (payload->txt.word & 1) != 0 ? "" : " not");
}

static void look_at_policy(assay_facts *facts, const assay_event *event,
                           const assay_payload *payload, fact_basis basis)
{
    const bool txt = payload->kind == ASSAY_PAYLOAD_TXT;

    (void)event;
    if (txt && payload->txt.kind == ASSAY_TXT_NOTHING)
        fact_state(facts, FACT_LCP, basis, "anything may be launched (ANY)");
    else if (txt && payload->txt.kind == ASSAY_TXT_LCP_DETAILS)
        fact_state(facts, FACT_LCP, basis, "elements of a policy were met");
    else
        fact_unknown(facts, FACT_LCP, basis, "the log does not hold which policy was met");
}

/* The first thing that tboot measures is its own policy. */
static void look_at_tboot(assay_facts *facts, const assay_event *event,
                          const assay_payload *payload, fact_basis basis)
{
    (void)payload;
    if (facts->tboot)
        return;
    facts->tboot = true;
    if (assay_is_tboot_default_policy(event)) {
        fact_state(facts, FACT_TBOOT_POLICY, basis,
                   "tboot's own: no verified launch policy was provisioned");
        return;
    }
    assay_writer writer = fact_begin(facts, FACT_TBOOT_POLICY, basis);
    assay_put_string(&writer, "provisioned, ");
    fact_put_digest(&writer, event);
    fact_end(facts, &writer);
}

/*
 * Where TXT keeps a log a bank, one of them is read: the first that is stronger than
 * SHA-1, or else the first. False for a record of another.
 */
static bool choose_bank(assay_facts *facts, const assay_event *event)
{
    if (event->only_bank == facts->launch_bank)
        return true;
    if (facts->launch_bank != 0 && facts->launch_bank != ASSAY_ALG_SHA1)
        return false;
    for (size_t i = 0; i < facts->count; i++)
        if (facts->slots[i].name >= FACT_OF_LAUNCH)
            facts->slots[i].name = FACT_NAMES;
    facts->launch_bank = event->only_bank;
    facts->tboot = false;
    return true;
}

void facts_launch_event(assay_facts *facts, const assay_event *event,
                        const assay_payload *payload, const assay_datacheck *check)
{
    static const struct {
        uint32_t type;
        void (*look)(assay_facts *facts, const assay_event *event, const assay_payload *payload,
                     fact_basis basis);
    } records[] = {
        { TXT_EVTYPE_HASH_START, look_at_launch },
        { TXT_EVTYPE_MLE_HASH, look_at_mle },
        { TXT_EVTYPE_CPU_SCRTM_STAT, look_at_scrtm },
        { TXT_EVTYPE_LCP_DETAILS_HASH, look_at_policy },
        { TB_EVTYPE_HASH, look_at_tboot },
    };

    if (facts->semantics->measurement_registers || !choose_bank(facts, event) ||
        event->pcr_index != PCR_DETAILS)
        return;
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        if (records[i].type == event->type)
            records[i].look(facts, event, payload, basis_of_record(event, check));
}

void facts_launch_finish(assay_facts *facts, const assay_replay *replay)
{
    fact_basis basis = fact_basis_of_pcr(facts, PCR_DETAILS);

    if (facts->semantics->measurement_registers || fact_is_stated(facts, FACT_DYNAMIC_LAUNCH))
        return;
    if (replay->dynamic_launch) {
        fact_state(facts, FACT_DYNAMIC_LAUNCH, basis, "not by Intel TXT, or without its records");
        return;
    }
    basis.untouched = true;
    fact_state(facts, FACT_DYNAMIC_LAUNCH, basis, "none is logged");
}
