/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The profiles of Veraison's two schemes for TPMs, and what each wants of a CoRIM
 * (github.com/veraison/services, scheme/parsec-tpm/corim.go and scheme/tpm-enacttrust/corim.go).
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_EXPORT_CORIM_PROFILE_H
#define ASSAY_POLICY_EXPORT_CORIM_PROFILE_H

#include "policy/export/corim/corim.h"

/** The URI of "parsec-tpm" and "tpm-enacttrust"; any other text, and NULL, as it is. Lent. */
const char *assay_corim_profile_of(const char *name);

/** Whether the scheme is of single machines, and compares what they quote: tpm-enacttrust. */
bool assay_corim_profile_is_quoted(const char *profile);

/** Notes what the profile's scheme would refuse, or that there is none. */
void assay_corim_profile_check(assay_export_job *job, const assay_corim *corim);

#endif
