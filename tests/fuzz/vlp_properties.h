/* SPDX-License-Identifier: BSD-2-Clause */
/* What must hold of every verified launch policy. */
#ifndef ASSAY_TESTS_FUZZ_VLP_PROPERTIES_H
#define ASSAY_TESTS_FUZZ_VLP_PROPERTIES_H

#include "policy/lcp/vlpallows.h"
#include "policy/lcp/vlpdiff.h"
#include "policy/lcp/vlpjson.h"
#include "policy/lcp/vlplint.h"
#include "tests/fuzz/property.h"

static inline void count_change(void *context, const assay_vlp_change *change)
{
    must(change->field != NULL);
    ++*(size_t *)context;
}

static inline void hear_remark(void *context, const assay_vlp_remark *remark)
{
    const assay_vlp *const policy = (const assay_vlp *)context;

    must(remark->detail[0] != '\0' && remark->code < ASSAY_VLP_REMARKS);
    must(remark->entry == ASSAY_VLP_NO_ENTRY || remark->entry < policy->num_entries);
}

static inline void hear_step(void *context, const assay_vlp_step *step)
{
    must(step->reason[0] != '\0' && step->action < ASSAY_VLP_ACTIONS);
    must((step->error == ASSAY_TBOOT_ERR_NONE) <= (step->action == ASSAY_VLP_GO_ON));
    ++*(size_t *)context;
}

/* A launch of two modules, one with a digest of the policy, and of an NV index. */
static inline void must_be_judged(const assay_vlp *policy)
{
    assay_digest modules[2] = { { .alg = assay_vlp_alg(policy), .size = 20 } };
    const assay_vlp_nv nv = { 1, ASSAY_LITERAL("0123456789abcdef0123456789abcdef") };
    const assay_vlp_launch launch = { .current = assay_vlp_alg(policy),
                                      .details = true,
                                      .modules = modules,
                                      .module_count = 2,
                                      .indices = &nv,
                                      .index_count = 1 };
    assay_hashes *hashes = assay_hashes_new();
    assay_vlp_verdict verdict;
    size_t steps = 0;

    if (policy->num_entries > 0 && policy->entries[0].num_hashes > 0) {
        const assay_bytes hash = assay_vlp_hash(policy, &policy->entries[0], 0);

        modules[1].alg = modules[0].alg;
        modules[1].size = (uint16_t)hash.size;
        memcpy(modules[1].value, hash.data, hash.size);
    }
    const int status = assay_vlp_allows(policy, &launch, hashes, hear_step, &steps, &verdict);
    must(status < 0 || steps >= 5);
    assay_hashes_free(&hashes);
}

static inline void must_write(const assay_vlp *policy, assay_bytes bytes)
{
    assay_writer written = assay_writer_growing(PROPERTY_CEILING);

    assay_vlp_write(policy, &written);
    must(assay_bytes_equal(assay_written(&written), bytes));
    assay_writer_close(&written);
}

/* As JSON and back it is the same bytes. */
static inline void must_survive_json(const assay_vlp *policy)
{
    assay_writer json = assay_writer_growing(PROPERTY_CEILING);
    assay_writer room = assay_writer_growing(PROPERTY_CEILING);
    assay_writer bytes = assay_writer_growing(PROPERTY_CEILING);
    assay_output out = assay_output_json(&json);
    assay_vlp back;

    assay_emit_object(&out, NULL);
    assay_vlp_emit(&out, policy);
    assay_emit_end(&out);
    assay_vlp_write(policy, &bytes);
    must(assay_vlp_json_read(&back, assay_written(&json), &room, NULL, NULL, NULL) == 0);
    must_write(&back, assay_written(&bytes));
    assay_writer_close(&bytes);
    assay_writer_close(&room);
    assay_writer_close(&json);
}

static inline void must_be_sound(const assay_vlp *policy)
{
    size_t changes = 0;
    assay_vlp lent = *policy;

    must_survive_json(policy);
    must(assay_vlp_diff(policy, policy, count_change, &changes) == 0 && changes == 0);
    assay_vlp_lint(policy, hear_remark, &lent);
    must_be_judged(policy);
}

#endif
