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

/** Where an event of `type` stands when it stands in PCR `pcr`, 0 to 23. */
enum assay_placement assay_placement_of(uint32_t type, unsigned pcr);

/** Whether facts rest on this PCR, so that every event in it must be understood. */
bool assay_placement_is_strict(unsigned pcr);

#endif
