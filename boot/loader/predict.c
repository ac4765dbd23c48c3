/* SPDX-License-Identifier: BSD-2-Clause */
/* A whole boot, from reset to the start of userspace. */
#include "base/parallel.h"
#include "boot/loader/jobs.h"
#include "eventlog/log.h"

static assay_log_header header_of(const assay_scenario *scenario)
{
    assay_log_header header = {
        .spec_id = { .present = true, .signature = 3, .version_major = 2, .uintn_size = 2 },
        .bank_count = scenario->bank_count,
    };

    for (size_t i = 0; i < scenario->bank_count; i++)
        header.banks[i] =
            (assay_bank){ scenario->banks[i], assay_alg_find(scenario->banks[i])->size };
    return header;
}

/* The log's first event is its header, as its reader sees it. */
static int add_header(assay_prediction *prediction, assay_error *error)
{
    uint8_t bytes[256];
    assay_writer out = assay_writer_lent(bytes, sizeof bytes);
    assay_log log;
    int status = assay_prediction_write(prediction, "tcg2", &out, error);

    if (status == 0)
        status = assay_log_open(&log, assay_written(&out), "tcg2", NULL, error);
    if (status < 0)
        return status;
    status = assay_prediction_read(prediction, &log, error);
    assay_log_close(&log);
    if (status == 0 && prediction->count > 0)
        prediction->events[0].origin = ASSAY_PREDICTED_COMPUTED;
    return status;
}

static void remark_on_choices(assay_boot *boot)
{
    if (boot->scenario->choice.grub != NULL && !boot->ran_grub)
        assay_boot_remark(boot, ASSAY_PART_GRUB, false,
                          "GRUB is not started: the entry chosen in its menu changes nothing");
    if (boot->scenario->choice.boot_manager != NULL && !boot->ran_sdboot)
        assay_boot_remark(boot, ASSAY_PART_LOADER, false,
                          "systemd-boot is not started: the entry chosen in its menu changes "
                          "nothing");
}

/* What was refused on the way is a refusal only where no way led to a system. */
static void judge(assay_boot *boot, enum assay_boot_end end)
{
    assay_prediction *const prediction = boot->prediction;

    prediction->lost = end == ASSAY_BOOT_LOST;
    prediction->stopped = end == ASSAY_BOOT_RETURNED || end == ASSAY_BOOT_WAITS;
    if (prediction->stopped)
        assay_boot_remark(boot, ASSAY_PART_BOOT_OPTION, true, "no operating system comes up");
    else
        assay_prediction_allow(prediction);
}

static void play(assay_boot *boot)
{
    assay_firmware_start(boot);
    const enum assay_boot_end end = boot->scenario->direct.kernel.data != NULL
                                        ? assay_direct_run(boot)
                                        : assay_boot_manager_run(boot);

    remark_on_choices(boot);
    judge(boot, end);
    if (!boot->prediction->stopped)
        assay_userspace_run(boot);
}

/* --- the rehearsal ---------------------------------------------------------------------------- */

/*
 * To unpack the firmware takes one thread as long as two need for all digests, and what a boot
 * measures of its files hardly ever depends on it. So the boot is played without firmware first,
 * in next to no time and only for what is to be hashed, which other threads begin with. Whether
 * they guessed right or not, the boot's own digests come out the same.
 */
typedef struct rehearsal {
    assay_scenario scenario;
    assay_error error;
    assay_boot boot;
} rehearsal;

static void rehearse(rehearsal *r, assay_boot *boot)
{
    const assay_log_header header = header_of(boot->scenario);

    *r = (rehearsal){ .scenario = *boot->scenario };
    if (boot->scenario->firmware.data == NULL || assay_parallel_cores() == 1)
        return;
    r->scenario.firmware = ASSAY_NO_BYTES;
    r->boot = (assay_boot){ .scenario = &r->scenario, .hashes = boot->hashes, .error = &r->error };
    r->boot.prediction = assay_prediction_new(&header);
    if (r->boot.prediction == NULL)
        return;
    play(&r->boot);
    assay_boot_forget_events(&r->boot);
    boot->jobs = r->boot.jobs;
}

/* --- the boot --------------------------------------------------------------------------------- */

int assay_scenario_predict(const assay_scenario *scenario, assay_hashes *hashes,
                           assay_prediction **ret_prediction, assay_error *error)
{
    const assay_log_header header = header_of(scenario);
    assay_error ignored = { 0 };
    rehearsal before;
    assay_boot boot = { .scenario = scenario,
                        .hashes = hashes,
                        .error = error != NULL ? error : &ignored };

    boot.prediction = assay_prediction_new(&header);
    *ret_prediction = boot.prediction;
    if (boot.prediction == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a prediction");
    boot.prediction->format = "tcg2";
    boot.status = add_header(boot.prediction, error);
    rehearse(&before, &boot);
    play(&boot);
    assay_boot_do_jobs(&boot);
    assay_boot_free_jobs(&boot);
    assay_prediction_free(&before.boot.prediction);
    assay_ovmf_close(&boot.ovmf);
    return boot.status;
}
