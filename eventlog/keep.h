/* SPDX-License-Identifier: BSD-2-Clause */
/* Events that outlive the log they were read from. */
#ifndef ASSAY_EVENTLOG_KEEP_H
#define ASSAY_EVENTLOG_KEEP_H

#include "base/arena.h"
#include "eventlog/event.h"

/** Has an event point to copies of all that it points to; false when there is no memory. */
bool assay_event_keep(assay_arena *arena, assay_event *event);

#endif
