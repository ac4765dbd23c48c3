/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which type of event belongs in which PCR: PFP 1.06 section 3.3.4, with what real
 * firmware, boot loaders and launchers do besides. Private to replay/.
 */
#ifndef ASSAY_REPLAY_PLACEMENT_H
#define ASSAY_REPLAY_PLACEMENT_H

#include "replay/pcrs.h"

enum assay_placement {
    ASSAY_PLACE_USUAL,
    ASSAY_PLACE_ODD,     /* nothing known here measures it there */
    ASSAY_PLACE_REFUSED, /* and facts rest on that PCR, so it can't be passed over */
};

/**
 * Where an event of `type` stands when it stands in the register that stands for `pcrs`: one
 * PCR, the several of a measurement register, or none, where anybody may measure.
 */
enum assay_placement assay_placement_of(uint32_t type, assay_pcr_set pcrs);

/** In how many of `pcrs` an event of `type` is usual. */
unsigned assay_placement_count(uint32_t type, assay_pcr_set pcrs);

/**
 * Whether facts rest on what stands there, so that it must be understood: on the PCR, or of a
 * measurement register on one of its PCRs where the type is usual.
 */
bool assay_placement_is_strict(uint32_t type, assay_pcr_set pcrs);

#endif
