/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TPM_PCR_INFO_SHORT (TPM 1.2 Part 2, 8.5) and TPMS_QUOTE_INFO (TPM 2.0 Part 2, 10.12.1) inside
 * elements of PCR values, both big-endian. Private to policy/; element.h has the rest.
 */
#ifndef ASSAY_POLICY_LCP_PCRINFO_H
#define ASSAY_POLICY_LCP_PCRINFO_H

#include "policy/lcp/element.h"

/**
 * Takes the next one of an element of that type. NULL, or what is wrong with it; what doesn't fit
 * is the cursor's failure.
 */
const char *assay_lcp_pcr_info_take(assay_cursor *cursor, uint32_t type,
                                    assay_lcp_pcr_info *ret_info);

/** sizeOfSelect where nobody says it: 3 of a PCONF2, of a PCONF as few as have room. */
uint8_t assay_lcp_select_usual(uint32_t type, uint32_t pcrs);

#endif
