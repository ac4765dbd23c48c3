/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware itself: its version, how it started, what it loaded, how it ended. */
#include "replay/facts_internal.h"

/* PCR 0, PFP 1.06 section 3.3.4.1. */
static void look_at_version(assay_facts *facts, const assay_event *event,
                            const assay_payload *payload, const assay_datacheck *check)
{
    const assay_semantics *const s = facts->semantics;

    if (event->type != EV_S_CRTM_VERSION || s->measurement_registers || event->pcr_index != 0 ||
        check->outcome != ASSAY_VERIFIED || payload->kind != ASSAY_PAYLOAD_TEXT ||
        !assay_semantics_before_separator(s, event) || s->versions > 1)
        return;
    fact_basis basis = fact_basis_of_event(event, check);
    basis.firmware = true;
    assay_writer writer = fact_begin(facts, FACT_FIRMWARE_VERSION, basis);
    if (payload->text.text.size == 0)
        assay_put_string(&writer, "empty");
    else
        assay_text_summary(&writer, &payload->text);
    fact_end(facts, &writer);
}

void facts_firmware_event(assay_facts *facts, const assay_event *event,
                          const assay_payload *payload, const assay_datacheck *check)
{
    look_at_version(facts, event, payload, check);
}

static void state_version(assay_facts *facts)
{
    if (!fact_is_stated(facts, FACT_FIRMWARE_VERSION))
        fact_unknown(facts, FACT_FIRMWARE_VERSION, fact_basis_of_pcr(facts, 0),
                     "no EV_S_CRTM_VERSION of PCR 0 has the digest of its own text");
}

/* The start value of PCR 0 is part of its fold, so a PCR that is met proves it. */
static void state_startup(assay_facts *facts, const assay_replay *replay)
{
    const fact_basis basis = fact_basis_of_pcr(facts, 0);

    if (replay->hcrtm)
        fact_state(facts, FACT_STARTUP, basis,
                   "the processor measured the firmware before it ran (H-CRTM)");
    else
        fact_state(facts, FACT_STARTUP, basis, "the TPM was started from locality %d",
                   replay->startup_locality > 0 ? replay->startup_locality : 0);
}

/* PCR 2, section 3.3.4.3. How many there were is certain; what they were is not. */
static void state_option_roms(assay_facts *facts)
{
    const assay_pcr_course *const course = assay_semantics_course(facts->semantics, 2);
    fact_basis basis = fact_basis_of_pcr(facts, 2);
    const uint32_t count = course->events - course->separators;

    basis.firmware = true;
    if (count == 0)
        fact_state(facts, FACT_OPTION_ROMS, basis, "none was measured");
    else
        fact_state(facts, FACT_OPTION_ROMS, basis, "%u measurement%s in their PCR", count,
                   count == 1 ? "" : "s");
}

/* PCR 5, section 10.4.4: recognised by digest. */
static void state_exit(assay_facts *facts)
{
    const assay_exit_boot_services *const exit = assay_semantics_exit(facts->semantics);
    fact_basis basis = fact_basis_of_pcr(facts, 5);

    basis.event = exit->event;
    if (exit->event == ASSAY_NO_EVENT)
        fact_unknown(facts, FACT_EXIT_BOOT_SERVICES, basis,
                     "the log does not say that an operating system took over");
    else if (exit->invocations == 1 && exit->successes == 1 && exit->failures == 0)
        fact_state(facts, FACT_EXIT_BOOT_SERVICES, basis, "called once, with success");
    else
        fact_state(facts, FACT_EXIT_BOOT_SERVICES, basis,
                   "called %u times, with %u successes and %u failures", exit->invocations,
                   exit->successes, exit->failures);
}

void facts_firmware_finish(assay_facts *facts, const assay_replay *replay)
{
    const assay_semantics *const s = facts->semantics;

    if (!s->measurement_registers && assay_semantics_course(s, 0)->events > 0) {
        state_version(facts);
        state_startup(facts, replay);
    }
    if (!s->measurement_registers && assay_semantics_course(s, 2)->events > 0)
        state_option_roms(facts);
    if (assay_semantics_course(s, assay_semantics_index(s, 5))->events > 0)
        state_exit(facts);
}
