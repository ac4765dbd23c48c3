/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libassay, whole: reads measured-boot event logs, replays and checks them, and predicts those of
 * boots that have not happened.
 * libassay(3) is the overview; each header below is the manual of its part.
 */
#ifndef ASSAY_H
#define ASSAY_H

/* Before the linkage block, which may not reach the system's own headers. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#include "base/arena.h"
#include "base/base64.h"
#include "base/file.h"
#include "boot/artefact/acm.h"
#include "boot/artefact/authenticode.h"
#include "boot/artefact/bzimage.h"
#include "boot/artefact/esp.h"
#include "boot/artefact/fat.h"
#include "boot/artefact/fv.h"
#include "boot/artefact/gunzip.h"
#include "boot/artefact/mle.h"
#include "boot/artefact/module.h"
#include "boot/artefact/multiboot.h"
#include "boot/artefact/optionrom.h"
#include "boot/artefact/ovmf.h"
#include "boot/artefact/sbat.h"
#include "boot/artefact/signaturedb.h"
#include "boot/artefact/signatures.h"
#include "boot/artefact/slb.h"
#include "boot/artefact/tree.h"
#include "boot/artefact/uki.h"
#include "boot/loader/alone.h"
#include "boot/platform/launchstate.h"
#include "boot/platform/nvcontent.h"
#include "boot/platform/nvindex.h"
#include "boot/platform/tpm.h"
#include "boot/platform/txtlive.h"
#include "boot/platform/varstore.h"
#include "boot/rebase/rebase.h"
#include "boot/scenario/files.h"
#include "boot/scenario/init.h"
#include "boot/scenario/scenario.h"
#include "eventlog/convert.h"
#include "eventlog/log.h"
#include "eventlog/overlap.h"
#include "eventlog/payload/payload.h"
#include "eventlog/types.h"
#include "policy/export/export.h"
#include "policy/export/tpm/plan.h"
#include "policy/key/key.h"
#include "policy/key/quote.h"
#include "policy/key/quoted.h"
#include "policy/launch/bootaggregate.h"
#include "policy/launch/launch.h"
#include "policy/launch/values.h"
#include "policy/launch/whatif.h"
#include "policy/lcp/allows.h"
#include "policy/lcp/diff.h"
#include "policy/lcp/json.h"
#include "policy/lcp/nv.h"
#include "policy/lcp/show.h"
#include "policy/lcp/signing.h"
#include "policy/lcp/verify.h"
#include "policy/lcp/vlpallows.h"
#include "policy/lcp/vlpdiff.h"
#include "policy/lcp/vlpedit.h"
#include "policy/lcp/vlpjson.h"
#include "policy/lcp/vlpwrap.h"
#include "policy/reference/change.h"
#include "policy/reference/compare.h"
#include "policy/reference/describe.h"
#include "policy/reference/json.h"
#include "policy/reference/learn.h"
#include "policy/reference/reference.h"
#include "policy/reference/signature.h"
#include "policy/tpm/or.h"
#include "policy/tpm/policy.h"
#include "policy/tpm/public.h"
#include "policy/tpm/selection.h"
#include "policy/tpm/variants.h"
#include "replay/bootaggregate.h"
#include "replay/claimed.h"
#include "replay/datacheck.h"
#include "replay/explain.h"
#include "replay/facts.h"
#include "replay/pcrvalues.h"
#include "replay/replay.h"

#ifdef __cplusplus
}
#endif

#endif
