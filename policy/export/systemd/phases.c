/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/systemd/phases.h"

enum {
    BOOT = 1 << ASSAY_KERNEL_BOOT_PCR,
    INITRD = 1 << 9,
};

/*
 * units/systemd-pcrphase*.service of systemd 251 and later, the NvPCRs' separator of 259 and
 * systemd-pcrosseparator.service of 261; numbers of systemd.pcrlock(5) and of pcrlock.d of 262.
 */
static const assay_boot_phase phases[] = {
    { "enter-initrd", 750, BOOT },
    { "os-separator", 750, ASSAY_OS_SEPARATOR_PCRS },
    { "nvpcr-separator", 770, INITRD },
    { "leave-initrd", 800, BOOT },
    { "sysinit", 850, BOOT },
    { "ready", 900, BOOT },
    { "shutdown", 950, BOOT },
    { "final", 990, BOOT },
};

const assay_boot_phase *assay_boot_phase_at(size_t index)
{
    return index < sizeof phases / sizeof *phases ? &phases[index] : NULL;
}

static int hash_of(assay_hash *hash, assay_bytes bytes, uint8_t *ret_digest)
{
    return assay_hash_parts(hash, &bytes, 1, ret_digest);
}

/* By its digest: not every log has what was measured. */
const assay_boot_phase *assay_boot_phase_of(const assay_reference_alternative *at,
                                            assay_hashes *hashes)
{
    const assay_event *const event = &at->event;

    if (event->digest_count == 0)
        return NULL;
    const assay_event_digest *const digest = &event->digests[0];
    uint8_t expected[ASSAY_DIGEST_MAX];
    assay_hash *hash;

    if (assay_hashes_get(hashes, digest->alg, &hash) < 0 ||
        digest->value.size != assay_hash_size(hash))
        return NULL;
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++)
        if (assay_pcr_set_has(phases[i].pcrs, event->pcr_index) &&
            hash_of(hash, assay_bytes_of_string(phases[i].word), expected) == 0 &&
            memcmp(expected, digest->value.data, digest->value.size) == 0)
            return &phases[i];
    return NULL;
}

bool assay_boot_has_os_separator(const assay_reference *reference, assay_hashes *hashes)
{
    for (size_t i = 0; i < reference->step_count; i++)
        for (size_t j = 0; j < reference->steps[i].alternative_count; j++) {
            const assay_boot_phase *const phase =
                assay_boot_phase_of(&reference->steps[i].alternatives[j], hashes);

            if (phase != NULL && phase->pcrs == ASSAY_OS_SEPARATOR_PCRS)
                return true;
        }
    return false;
}

int assay_boot_phases_extend(assay_hash *hash, assay_bytes path, uint8_t *value)
{
    int status = 0;

    while (path.size > 0 && status == 0) {
        const size_t size = assay_bytes_find(path, ASSAY_LITERAL(":"));
        uint8_t digest[ASSAY_DIGEST_MAX];

        status = hash_of(hash, assay_bytes_of(path.data, size), digest);
        if (status == 0)
            status = assay_hash_extend(hash, value, digest);
        path = size == path.size ? ASSAY_NO_BYTES
                                 : assay_bytes_of(path.data + size + 1, path.size - size - 1);
    }
    return status;
}

/* 1: extended; 0: its digest isn't held; or negative. */
static int extend(const assay_reference_step *step, const assay_reference_alternative *at,
                  assay_hash *hash, uint16_t alg, uint8_t *value)
{
    const assay_bytes digest = assay_event_digest_of(&at->event, alg);

    if (step->varies != NULL || digest.data == NULL || digest.size != assay_hash_size(hash))
        return 0;
    const int status = assay_hash_extend(hash, value, digest.data);
    return status < 0 ? status : 1;
}

int assay_boot_phases_start(const assay_reference *reference, size_t variant, uint16_t alg,
                            assay_hashes *hashes, uint8_t *ret_value)
{
    assay_hash *hash;
    int status = assay_hashes_get(hashes, alg, &hash), some = 0;

    if (status < 0)
        return status;
    memset(ret_value, 0, assay_hash_size(hash));
    for (size_t i = 0; i < reference->step_count; i++) {
        const assay_reference_step *const step = &reference->steps[i];
        const assay_reference_alternative *const at = assay_reference_at(step, variant);

        if (at == NULL || at->event.pcr_index != ASSAY_KERNEL_BOOT_PCR ||
            assay_boot_phase_of(at, hashes) != NULL || step->stage == ASSAY_STAGE_USERSPACE)
            continue;
        status = extend(step, at, hash, alg, ret_value);
        if (status <= 0)
            return status;
        some = 1;
    }
    return some;
}
