/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a machine is launched by Intel TXT, judged from everything at hand. One bit does not
 * tell: on machines without a heap, where nothing was ever launched, "senter done" reads 1 together
 * with "sexit done". A launch is in force when SENTER was done and SEXIT was not, the private space
 * is open and there is a heap; and nothing else contradicts it.
 */
#ifndef ASSAY_BOOT_PLATFORM_LAUNCHSTATE_H
#define ASSAY_BOOT_PLATFORM_LAUNCHSTATE_H

#include "boot/platform/errorcode.h"
#include "boot/platform/txtregs.h"
#include "eventlog/heap.h"

enum assay_txt_launch {
    ASSAY_TXT_LAUNCHED,
    ASSAY_TXT_TORN_DOWN,     /* there was a launch since power-on, and it has ended */
    ASSAY_TXT_NEVER,         /* there was none */
    ASSAY_TXT_FAILED,        /* one was tried, and TXT.ERRORCODE says why it failed */
    ASSAY_TXT_RESET_PENDING, /* a TXT reset: no launch is possible before a power cycle */
    ASSAY_TXT_CONTRADICTORY,
    ASSAY_TXT_UNKNOWN, /* too little was captured */
    ASSAY_TXT_LAUNCHES
};

/** What a reason means for the launch. */
enum assay_txt_bearing {
    ASSAY_TXT_SPEAKS_FOR,
    ASSAY_TXT_SPEAKS_AGAINST,
    ASSAY_TXT_IS_NOTED, /* worth knowing, and decides nothing */
    ASSAY_TXT_IS_MISSING,
};

typedef struct assay_txt_reason {
    const char *name; /* the field: "TXT.STS[0] SENTER.DONE.STS". Static, as the next */
    const char *what; /* a clause without its full stop */
    enum assay_txt_bearing bearing;
} assay_txt_reason;

enum { ASSAY_TXT_REASONS_MAX = 24 };

typedef struct assay_txt_launch_state {
    enum assay_txt_launch verdict;
    const char *what;   /* the verdict in a sentence without its full stop. Static, as the next */
    const char *action; /* what to do next, likewise */
    bool sound;         /* launched, and nothing speaks against it */
    bool has_error;     /* TXT.ERRORCODE was captured: */
    assay_txt_error error;
    size_t reason_count;
    assay_txt_reason reasons[ASSAY_TXT_REASONS_MAX];
} assay_txt_launch_state;

/**
 * Judges. `registers` may be NULL, and so may `heap` where it was not to be had; a heap that is
 * given counts as it is, so one without SinitMleData speaks against a launch.
 */
void assay_txt_launch_judge(const assay_txt_registers *registers, const assay_txt_heap *heap,
                            assay_txt_launch_state *ret_state);

/** "launched", "torn-down", "never", "failed", "reset-pending", "contradictory", "unknown". */
const char *assay_txt_launch_name(enum assay_txt_launch verdict);

/** "for", "against", "noted", "missing". Static. */
const char *assay_txt_bearing_name(enum assay_txt_bearing bearing);

/** The fields, in an object the caller has begun. */
void assay_txt_launch_emit(assay_output *out, const assay_txt_launch_state *state);

#endif
