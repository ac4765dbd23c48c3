/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/vlpallows.h"

#include <stdarg.h>
#include <stdio.h>

typedef struct walk {
    const assay_vlp *policy;
    const assay_vlp_launch *launch;
    assay_hashes *hashes;
    assay_vlp_step_sink *sink;
    void *context;
    assay_vlp_verdict *verdict;
    unsigned measurements; /* that tboot keeps so far */
    bool halted;
} walk;

static void __attribute__((format(printf, 2, 3)))
explain(assay_vlp_step *step, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vsnprintf(step->reason, sizeof step->reason, format, values);
    va_end(values);
}

static void __attribute__((format(printf, 2, 3)))
explain_more(assay_vlp_step *step, const char *format, ...)
{
    const size_t used = strlen(step->reason);
    va_list values;

    va_start(values, format);
    vsnprintf(step->reason + used, sizeof step->reason - used, format, values);
    va_end(values);
}

/* Whether tboot keeps one more; beyond its array it is dropped and extended nowhere. */
static void measure(walk *w, assay_vlp_step *step, uint8_t pcr)
{
    if (pcr == ASSAY_VLP_PCR_NONE)
        return;
    if (w->measurements >= ASSAY_VLP_MEASUREMENTS_MAX) {
        explain_more(step, "; not extended, as tboot keeps %d measurements",
                     ASSAY_VLP_MEASUREMENTS_MAX);
        return;
    }
    w->measurements++;
    step->pcr = pcr;
}

static void finish(walk *w, assay_vlp_step *step)
{
    step->action = assay_vlp_action_after((enum assay_vlp_type)w->policy->type, step->error);
    step->reached = !w->halted;
    if (step->error != ASSAY_TBOOT_ERR_NONE)
        w->verdict->verified = false;
    if (step->reached && step->action > w->verdict->action)
        w->verdict->action = step->action;
    if (step->action == ASSAY_VLP_STOP)
        w->halted = true;
    if (step->entry != ASSAY_VLP_NO_ENTRY)
        w->verdict->used[step->entry] = true;
    w->sink(w->context, step);
}

static assay_vlp_step begin(enum assay_vlp_subject subject)
{
    return (assay_vlp_step){
        .subject = subject, .entry = ASSAY_VLP_NO_ENTRY, .hash = -1, .pcr = ASSAY_VLP_PCR_NONE
    };
}

static int step_policy(walk *w, uint8_t pcr)
{
    assay_vlp_step step = begin(ASSAY_VLP_OF_POLICY);
    const int status = assay_vlp_event_digest(w->policy, w->hashes, w->launch->current,
                                              w->launch->current, &step.digest);

    if (status < 0)
        return status;
    explain(&step, (w->policy->control & ASSAY_VLP_EXTEND_PCR17) != 0
                       ? "the policy's control and digest are measured"
                       : "the policy's control is measured, its digest is not");
    measure(w, &step, pcr);
    finish(w, &step);
    return 0;
}

static void step_first_module(walk *w)
{
    assay_vlp_step step = begin(ASSAY_VLP_OF_FIRST_MODULE);

    if (w->launch->module_count == 0)
        return;
    step.digest = w->launch->modules[0];
    explain(&step, "module 0 is measured whatever the policy says");
    measure(w, &step, w->launch->details ? 17 : 18);
    finish(w, &step);
}

/* Which digest of the entry equals `digest`, or -1. */
static int find_hash(const walk *w, const assay_vlp_entry *entry, assay_bytes digest)
{
    for (int i = 0; i < entry->num_hashes; i++)
        if (assay_bytes_equal(assay_vlp_hash(w->policy, entry, (size_t)i), digest))
            return i;
    return -1;
}

/* What all entries that look at digests have in common. */
static void compare(const walk *w, assay_vlp_step *step, enum assay_tboot_error error)
{
    const assay_vlp_entry *const entry = &w->policy->entries[step->entry];

    if (entry->hash_type == ASSAY_VLP_HASH_ANY) {
        explain(step, "entry %zu accepts any", step->entry);
        return;
    }
    step->hash = find_hash(w, entry, assay_bytes_of(step->digest.value, step->digest.size));
    if (step->hash >= 0) {
        explain(step, "it has digest %d of entry %zu", step->hash, step->entry);
        return;
    }
    step->error = error;
    if (entry->num_hashes == 0)
        explain(step, "entry %zu wants a digest and has none", step->entry);
    else
        explain(step, "it has %s of entry %zu",
                entry->num_hashes == 1 ? "not the digest" : "none of the digests", step->entry);
}

static void verify_module(const walk *w, assay_vlp_step *step)
{
    const uint16_t alg = assay_vlp_alg(w->policy);
    char current[ASSAY_ALG_NUMBER_SIZE], wanted[ASSAY_ALG_NUMBER_SIZE];

    if (w->launch->embedded)
        explain(step, "tboot verifies no module when it is started with extpol=embedded");
    else if (alg != w->launch->current &&
             w->policy->entries[step->entry].hash_type != ASSAY_VLP_HASH_ANY) {
        step->error = ASSAY_TBOOT_ERR_MODULE_VERIFICATION_FAILED;
        explain(step, "tboot measures with %s, the policy's digests are %s",
                assay_alg_name(w->launch->current, current), assay_alg_name(alg, wanted));
    } else
        compare(w, step, ASSAY_TBOOT_ERR_MODULE_VERIFICATION_FAILED);
}

static void step_module(walk *w, unsigned module)
{
    const assay_vlp_entry *const entry = assay_vlp_find(w->policy, module);
    assay_vlp_step step = begin(ASSAY_VLP_OF_MODULE);

    step.module = module;
    step.digest = w->launch->modules[module];
    if (entry == NULL) {
        step.error = ASSAY_TBOOT_ERR_MODULES_NOT_IN_POLICY;
        explain(&step, "no entry is for module %u or for any", module);
    } else {
        step.entry = (size_t)(entry - w->policy->entries);
        verify_module(w, &step);
        measure(w, &step, entry->pcr);
    }
    finish(w, &step);
}

static const assay_vlp_nv *find_index(const assay_vlp_launch *launch, uint32_t index)
{
    for (size_t i = 0; i < launch->index_count; i++)
        if (launch->indices[i].index == index)
            return &launch->indices[i];
    return NULL;
}

static bool is_raw_size(size_t size, uint16_t alg)
{
    return alg == ASSAY_ALG_SHA1 ? size == 20 : size == 32 || size == 48 || size == 64;
}

/* Of a raw index tboot compares and extends as many bytes as a digest of the policy has; behind a
 * shorter one its buffer has zeros. */
static void take_raw(assay_vlp_step *step, assay_bytes content)
{
    const size_t size = content.size < step->digest.size ? content.size : step->digest.size;

    memcpy(step->digest.value, content.data, size);
}

/* The digest of an NV index: 1, 0 when there is none and the step says why, or a negative kind. */
static int digest_of_index(const walk *w, assay_vlp_step *step, const assay_vlp_nv *nv)
{
    const bool raw = w->policy->entries[step->entry].mod_num == ASSAY_VLP_NUM_NV_RAW;
    const uint16_t alg = assay_vlp_alg(w->policy);
    assay_digest digest = { .alg = alg };
    assay_bytes content = nv->content;
    assay_hash *hash;
    const int status = assay_hashes_get(w->hashes, alg, &hash);

    if (status < 0)
        return status;
    if (content.size > ASSAY_VLP_NV_CONTENT_MAX)
        content.size = ASSAY_VLP_NV_CONTENT_MAX;
    if (raw && !is_raw_size(content.size, alg)) {
        explain(step, "a raw index holds a digest, and %zu bytes are none that tboot takes",
                content.size);
        return 0;
    }
    digest.size = (uint16_t)assay_hash_size(hash);
    step->digest = digest;
    if (raw)
        take_raw(step, content);
    else if (assay_hash_parts(hash, &content, 1, step->digest.value) < 0)
        return -ASSAY_CRYPTO;
    return 1;
}

static int step_index(walk *w, size_t position)
{
    const assay_vlp_entry *const entry = &w->policy->entries[position];
    const assay_vlp_nv *const nv = find_index(w->launch, entry->nv_index);
    assay_vlp_step step = begin(ASSAY_VLP_OF_NV);
    int status = 0;

    step.nv_index = entry->nv_index;
    step.entry = position;
    if (nv == NULL)
        explain(&step, "its content was not given, as if the TPM had no such index");
    else
        status = digest_of_index(w, &step, nv);
    if (status < 0)
        return status;
    if (status == 0)
        step.error = ASSAY_TBOOT_ERR_NV_VERIFICATION_FAILED;
    else {
        compare(w, &step, ASSAY_TBOOT_ERR_NV_VERIFICATION_FAILED);
        measure(w, &step, entry->pcr);
    }
    finish(w, &step);
    return 0;
}

int assay_vlp_allows(const assay_vlp *policy, const assay_vlp_launch *launch, assay_hashes *hashes,
                     assay_vlp_step_sink *sink, void *context, assay_vlp_verdict *ret_verdict)
{
    walk w = { .policy = policy,
               .launch = launch,
               .hashes = hashes,
               .sink = sink,
               .context = context,
               .verdict = ret_verdict };
    int status;

    *ret_verdict = (assay_vlp_verdict){ .verified = true };
    if (policy->version != 2)
        return -ASSAY_UNSUPPORTED;
    status = step_policy(&w, 17);
    if (status == 0 && launch->details)
        status = step_policy(&w, 18);
    if (status < 0)
        return status;
    step_first_module(&w);
    for (size_t i = 0; i < launch->module_count; i++)
        step_module(&w, (unsigned)i);
    for (size_t i = 0; i < policy->num_entries && status == 0; i++)
        if (assay_vlp_is_nv(&policy->entries[i]))
            status = step_index(&w, i);
    return status;
}
