/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a verified launch policy lies: alone in a file or an NV index; or in a custom element of a
 * launch control policy with tboot's UUID, and that alone, in a list, or in a policy data file.
 */
#ifndef ASSAY_POLICY_LCP_VLPWRAP_H
#define ASSAY_POLICY_LCP_VLPWRAP_H

#include "policy/lcp/data.h"

enum assay_vlp_wrapping {
    ASSAY_VLP_BARE,
    ASSAY_VLP_IN_ELEMENT,
    ASSAY_VLP_IN_LIST,
    ASSAY_VLP_IN_DATA
};

typedef struct assay_vlp_place {
    enum assay_vlp_wrapping wrapping;
    assay_bytes policy; /* lent from the input */
    uint64_t offset;    /* of the policy in the input */
    uint32_t element;   /* ASSAY_LCP_CUSTOM or ASSAY_LCP_CUSTOM2, unless bare */
    uint32_t control;   /* PolEltControl of that element */
    size_t list;        /* IN_DATA: number of the list */
    size_t others;      /* further policies, which tboot does not look at */
} assay_vlp_place;

/**
 * Finds the policy: the first one, as tboot does. What is no element, list or policy data file is
 * taken for a bare policy. 0; -ASSAY_UNKNOWN_FORMAT for a list or a policy data file that has
 * none; another negative kind when these are malformed before one is found.
 */
int assay_vlp_locate(assay_bytes input, assay_vlp_place *ret_place, assay_error *error);

/** Writes an element of `type`, ASSAY_LCP_CUSTOM or ASSAY_LCP_CUSTOM2, around a policy. */
void assay_vlp_wrap(uint32_t type, uint32_t control, assay_bytes policy, assay_writer *out);

/** "element", "list", "policy data"; NULL for bare. Static. */
const char *assay_vlp_wrapping_name(enum assay_vlp_wrapping wrapping);

#endif
