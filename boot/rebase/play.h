/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program's part of the boot played anew (boot/loader/), in the place of what the base has of it.
 * Private to boot/.
 */
#ifndef ASSAY_BOOT_REBASE_PLAY_H
#define ASSAY_BOOT_REBASE_PLAY_H

#include "boot/loader/boot.h"
#include "boot/rebase/work.h"

typedef struct assay_rebase_play {
    assay_scenario scenario;
    assay_boot boot;
    assay_tree *own_files; /* where no files were given */
} assay_rebase_play;

/** Begins a boot in the state in which the base's is before item `at`. To be ended. */
bool assay_rebase_play_begin(assay_rebase_work *work, assay_rebase_play *play, size_t at);

/** Computes what is still to be computed, and takes the remarks. False after a failure. */
bool assay_rebase_play_finish(assay_rebase_work *work, assay_rebase_play *play);

/**
 * Puts what was played in the place of the items from `first` on and before `end`. Events that the
 * base has keep their place in its numbering, and all of it where nothing about them changed.
 * False, and nothing is changed, where the items have an operating system started and what was
 * played has not: the remarks say why.
 */
bool assay_rebase_play_splice(assay_rebase_work *work, assay_rebase_play *play, size_t first,
                              size_t end);

void assay_rebase_play_end(assay_rebase_work *work, assay_rebase_play *play);

/** The item behind the last of ExitBootServices after `from`; work->count where there is none. */
size_t assay_rebase_exit_end(const assay_rebase_work *work, size_t from);

#endif
