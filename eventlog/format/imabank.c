/* SPDX-License-Identifier: BSD-2-Clause */
/* Of which bank an IMA list is, read and written. */
#include "eventlog/format/ima.h"

#include "base/hash.h"

enum { PROBES = 64 }; /* entries: the first that is no violation tells in a list that is sound */

bool assay_ima_name_is_sound(assay_bytes name)
{
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] <= ' ' || name.data[i] > '~')
            return false;
    return name.size > 0 && name.size <= ASSAY_IMA_NAME_MAX;
}

bool assay_ima_name_is_telling(assay_bytes name)
{
    assay_ima_template template;

    return assay_ima_name_is_sound(name) && (assay_bytes_start_with(name, ASSAY_LITERAL("ima")) ||
                                             assay_ima_template_find(name, &template));
}

void assay_ima_set_header(assay_log *log, size_t digest_size)
{
    uint16_t alg = ASSAY_ALG_NULL;

    for (size_t i = ASSAY_ALGS; i-- > 0;)
        if (assay_alg_at(i)->size == digest_size)
            alg = assay_alg_at(i)->id;
    log->header.stage = ASSAY_STAGE_KERNEL;
    log->header.banks_follow = true;
    log->header.bank_count = 1;
    log->header.banks[0] = (assay_bank){ alg, (uint16_t)digest_size };
}

int assay_ima_follows(assay_hashes *hashes, uint16_t alg, const assay_event *event,
                      assay_bytes stated)
{
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_bytes parts[ASSAY_IMA_PARTS];
    assay_hash *hash;
    int status = assay_hashes_get(hashes, alg, &hash);

    if (status == 0 && assay_hash_size(hash) != stated.size)
        return 0;
    if (status == 0)
        status = assay_hash_parts(hash, parts, assay_ima_measured(event, parts), digest);
    if (status < 0)
        return status == -ASSAY_UNSUPPORTED ? 0 : status;
    return memcmp(digest, stated.data, stated.size) == 0;
}

static int tell(assay_hashes *hashes, const assay_event *event, uint16_t *ret_alg)
{
    const assay_bytes stated = event->digests[0].value;
    int status = 0;

    if (assay_ima_is_violation(event) || !assay_event_keeps_data(event))
        return 0;
    for (size_t i = 0; i < ASSAY_ALGS && status == 0; i++) {
        const assay_alg *const alg = assay_alg_at(i);

        if (alg->size == stated.size &&
            (status = assay_ima_follows(hashes, alg->id, event, stated)) > 0)
            *ret_alg = alg->id;
    }
    return status;
}

int assay_ima_tell_bank(assay_log *log, int (*next)(assay_log *log, assay_event *ret_event),
                        bool *ret_told)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_log ahead = *log;
    assay_event event = { .number = 0 };
    int status = hashes != NULL ? 0 : -ASSAY_NO_MEMORY;

    ahead.findings = NULL;
    for (size_t i = 0; i < PROBES && status == 0; i++) {
        event.label = ASSAY_NO_BYTES;
        if (next(&ahead, &event) <= 0)
            break;
        status = tell(hashes, &event, &log->header.banks[0].alg);
    }
    assay_hashes_free(&hashes);
    *ret_told = status > 0;
    return status < 0 ? assay_log_fail(log, (enum assay_kind) - status, 0, NULL,
                                       "no hash to tell the list's bank by")
                      : 0;
}

assay_bank assay_ima_bank_to_write(const assay_log_header *header)
{
    static const assay_bank sha1 = { ASSAY_ALG_SHA1, 20 };

    return header->bank_count == 0 || assay_log_announces(header, ASSAY_ALG_SHA1)
               ? sha1
               : header->banks[0];
}

int assay_ima_check_writable(const assay_event *event, assay_bank bank, assay_bytes *ret_digest,
                             assay_error *error)
{
    const assay_place place = { event->offset, event->number, "template_digest" };

    *ret_digest = assay_event_digest_of(event, bank.alg);
    if (event->content != ASSAY_CONTENT_IMA_TEMPLATE || event->nv_index != 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, place,
                          "an IMA list can't hold an event that is no IMA entry");
    if (ret_digest->size != bank.size)
        return assay_fail(error, ASSAY_UNSUPPORTED, place,
                          "an IMA list of algorithm 0x%04x can't hold an entry without its digest",
                          bank.alg);
    if (!assay_ima_name_is_sound(event->name))
        return assay_fail(error, ASSAY_UNSUPPORTED, place,
                          "an IMA list can't hold an entry whose template has no name");
    return 0;
}
