/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A verified launch policy as JSON: what `assay vlp show --format json` prints under "policy" and
 * `assay vlp create --from` reads back, to the same bytes. It is meant to be written by people and
 * kept in their repository:
 *
 *     { "version": 2, "type": "halt", "alg": "sha256", "control": 1,
 *       "entries": [
 *         { "num": 0, "pcr": "none", "hash": "image", "hashes": ["6bd3..."] },
 *         { "num": 1, "pcr": 19, "image": "initrd.img", "cmdline": "" },
 *         { "num": "nv-raw", "nv_index": "0x01c10131", "pcr": 22, "hash": "any" } ] }
 *
 * Left out, "version" is 2, "control" 1, "hash" is "image" for an entry with digests or images and
 * "any" for another. Instead of digests an entry may name an image and the command line that the
 * boot loader passes it, and a member of "hashes" may be such an object. "hash" and "num" of an
 * entry of version 1 are "any" or "image", and a "uuid" ("vmm", "dom0" or a UUID).
 */
#ifndef ASSAY_POLICY_LCP_VLPJSON_H
#define ASSAY_POLICY_LCP_VLPJSON_H

#include "base/output.h"
#include "policy/lcp/vlp.h"

enum { ASSAY_VLP_JSON_MAX = 10 * 1024 * 1024 }; /* bytes of a document; a full policy has 8.6 MB */

/**
 * The digest of a module, H(H(cmdline) | H(image)), for an entry that names its image; `context`
 * is the caller's. 0 or a negative kind with `error` filled.
 */
typedef int assay_vlp_measure(void *context, const char *image, assay_bytes cmdline, uint16_t alg,
                              assay_digest *ret_digest, assay_error *error);

/** Whether the bytes begin as a JSON object does. */
bool assay_vlp_json_detect(assay_bytes text);

/**
 * Reads a policy: an object such as above, or a document that has one under "policy". An unknown
 * key is a fault, and so is one that stands there twice. Digests lie in `room`, a growing writer
 * of the caller's (ceiling ASSAY_VLP_SIZE_MAX or more) that is empty before and outlives the
 * policy. With `measure` NULL images are refused. 0 or a negative kind.
 */
int assay_vlp_json_read(assay_vlp *ret_policy, assay_bytes text, assay_writer *room,
                        assay_vlp_measure *measure, void *context, assay_error *error);

/** Emits the members of such an object into the innermost object of `out`. */
void assay_vlp_emit(assay_output *out, const assay_vlp *policy);

#endif
