/* SPDX-License-Identifier: BSD-2-Clause */
/* What a conversion does to a header and to an event: pure, by the target's row alone. */
#include "eventlog/convert.h"

#include "eventlog/format/format.h"
#include "eventlog/ima.h"

static const assay_loss_info infos[ASSAY_LOSSES] = {
#define LOSS(token, name, matters, sentence) [ASSAY_LOSS_##token] = { name, matters, sentence },
#include "eventlog/losses.def"
#undef LOSS
};

const assay_loss_info *assay_loss_describe(enum assay_loss loss)
{
    return &infos[loss];
}

const assay_format_room *assay_format_room_of(const char *name)
{
    const assay_format *const format = assay_format_by_name(name);

    return format != NULL && format->write_begin != NULL ? &format->room : NULL;
}

static assay_loss_set bit(enum assay_loss loss)
{
    return (assay_loss_set)1 << loss;
}

static bool holds_kind(const assay_format_room *room, const assay_event *event)
{
    return (room->contents >> event->content & 1) != 0 &&
           (event->nv_index == 0 || room->nv_indices);
}

static bool needs_a_digest(const assay_format_room *room)
{
    return room->banks != ASSAY_ROOM_ANY_BANKS;
}

/* A log of one bank says so of all its records, and so does one whose records say it. */
static bool tells_banks_apart(const assay_format_room *room, const assay_log_header *to)
{
    return room->only_bank || room->banks == ASSAY_ROOM_BANK_BY_BANK || to->bank_count == 1;
}

static bool holds_data(const assay_format_room *room, const assay_event *event)
{
    return room->data || !assay_event_keeps_data(event) ||
           (event->data.size == 0 && !room->labels) ||
           (room->holds_data != NULL && room->holds_data(event));
}

static bool odd(const assay_log_header *header, const assay_event_digest *digest)
{
    return digest->value.size == 0 ||
           digest->value.size != assay_log_digest_size(header, digest->alg);
}

/* What keeps a digest out of the target; no bit when nothing does. */
static assay_loss_set digest_loss(const assay_format_room *room, const assay_log_header *to,
                                  const assay_log_header *from, const assay_event_digest *digest)
{
    const bool announced = from == NULL || assay_log_announces(from, digest->alg);

    if (odd(to, digest) && !room->odd_digests)
        return bit(ASSAY_LOSS_DIGEST_SIZE);
    if (room->banks == ASSAY_ROOM_ANY_BANKS || assay_log_announces(to, digest->alg))
        return 0;
    return bit(announced ? ASSAY_LOSS_BANK : ASSAY_LOSS_UNANNOUNCED);
}

/* Whether a record of each bank says as much as this one of several: none may miss a digest. */
static bool splits(const assay_log_header *to, const assay_event *event)
{
    for (size_t i = 0; i < to->bank_count; i++)
        if (assay_event_digest_of(event, to->banks[i].alg).data == NULL)
            return false;
    return true;
}

static assay_loss_set bank_losses(const assay_format_room *room, const assay_log_header *to,
                                  const assay_event *event)
{
    if (event->only_bank != 0 && !tells_banks_apart(room, to))
        return bit(ASSAY_LOSS_ONLY_BANK);
    if (room->banks == ASSAY_ROOM_BANK_BY_BANK && event->only_bank == 0 && !splits(to, event))
        return bit(ASSAY_LOSS_ONLY_BANK);
    return 0;
}

assay_loss_set assay_convert_losses(const assay_format_room *room, const assay_log_header *to,
                                    const assay_log_header *from, const assay_event *event)
{
    assay_event fitted = *event;
    assay_loss_set losses = 0;

    if ((room->contents >> event->content & 1) == 0)
        return bit(ASSAY_LOSS_CONTENT);
    if (event->nv_index != 0 && !room->nv_indices)
        return bit(ASSAY_LOSS_NV_INDEX);
    for (size_t i = 0; i < event->digest_count; i++)
        losses |= digest_loss(room, to, from, &event->digests[i]);
    /* A record of one bank is nothing beside the digest of that bank. */
    if (!assay_convert_fit(room, to, &fitted))
        return losses != 0 && event->only_bank != 0 ? losses : losses | bit(ASSAY_LOSS_EVENT);
    losses |= bank_losses(room, to, event);
    if (from->measurement_registers && !room->registers)
        losses |= bit(ASSAY_LOSS_REGISTERS);
    if (!room->types && event->type != ASSAY_NO_EVENT_TYPE)
        losses |= bit(ASSAY_LOSS_TYPE);
    if (!holds_data(room, event))
        losses |= bit(ASSAY_LOSS_DATA);
    if (!assay_event_keeps_data(event) && !room->labels)
        losses |= bit(ASSAY_LOSS_LABEL);
    return losses;
}

static void fit_digests(const assay_format_room *room, const assay_log_header *to,
                        assay_event *event)
{
    uint16_t kept = 0;

    for (size_t i = 0; i < event->digest_count; i++)
        if (digest_loss(room, to, NULL, &event->digests[i]) == 0)
            event->digests[kept++] = event->digests[i];
    event->digest_count = kept;
}

bool assay_convert_fit(const assay_format_room *room, const assay_log_header *to,
                       assay_event *event)
{
    if (!holds_kind(room, event))
        return false;
    fit_digests(room, to, event);
    if (needs_a_digest(room) && event->digest_count == 0)
        return false;
    if (event->only_bank != 0 && !tells_banks_apart(room, to))
        event->only_bank = 0;
    if (event->only_bank != 0 && assay_event_digest_of(event, event->only_bank).data == NULL)
        return false;
    if (!holds_data(room, event)) {
        event->data = assay_bytes_of(event->data.data, 0);
        event->label = room->labels ? ASSAY_LITERAL("") : ASSAY_NO_BYTES;
    }
    if (!room->labels)
        event->label = ASSAY_NO_BYTES;
    if (!room->types)
        event->type = ASSAY_NO_EVENT_TYPE;
    return true;
}

/* Digests that follow from what is kept. */

/* Digest of `alg` as a list of that bank would state it: 1, 0 where it doesn't follow, or failure.
 */
static int follow(assay_hashes *hashes, const assay_event *event, bool violation, uint16_t alg,
                  uint8_t *ret_digest)
{
    assay_bytes parts[ASSAY_IMA_PARTS];
    const size_t count = assay_ima_measured(event, parts);
    assay_hash *hash;
    int status;

    memset(ret_digest, 0, ASSAY_DIGEST_MAX);
    if (violation)
        return 1;
    if (count == 0)
        return 0;
    status = assay_hashes_get(hashes, alg, &hash);
    if (status == 0)
        status = assay_hash_parts(hash, parts, count, ret_digest);
    return status == -ASSAY_UNSUPPORTED ? 0 : status < 0 ? status : 1;
}

static int drop_what_follows(const assay_log_header *to, assay_hashes *hashes, assay_event *event,
                             bool violation)
{
    uint16_t kept = 0;
    int status = 0;

    for (size_t i = 0; i < event->digest_count && status >= 0; i++) {
        const assay_event_digest digest = event->digests[i];
        uint8_t value[ASSAY_DIGEST_MAX];

        status = assay_log_announces(to, digest.alg)
                     ? 0
                     : follow(hashes, event, violation, digest.alg, value);
        if (status <= 0 || digest.value.size > sizeof value ||
            !assay_bytes_equal(digest.value, assay_bytes_of(value, digest.value.size)))
            event->digests[kept++] = digest;
    }
    if (status >= 0)
        event->digest_count = kept;
    return status;
}

int assay_convert_complete(const assay_format_room *room, const assay_log_header *to,
                           assay_hashes *hashes, assay_event *event, assay_convert_digests *digests)
{
    int status;

    if (event->content != ASSAY_CONTENT_IMA_TEMPLATE || !holds_kind(room, event) || !room->data ||
        !assay_event_keeps_data(event) || event->only_bank != 0)
        return 0;
    const bool violation = assay_ima_is_violation(event);
    status = drop_what_follows(to, hashes, event, violation);
    for (size_t i = 0; i < to->bank_count && status >= 0; i++) {
        const assay_bank bank = to->banks[i];

        if (assay_event_digest_of(event, bank.alg).data != NULL ||
            event->digest_count == ASSAY_BANKS_MAX || bank.size > ASSAY_DIGEST_MAX)
            continue;
        status = follow(hashes, event, violation, bank.alg, digests->value[i]);
        if (status > 0)
            event->digests[event->digest_count++] =
                (assay_event_digest){ bank.alg, assay_bytes_of(digests->value[i], bank.size) };
    }
    return status < 0 ? status : 0;
}

/* Comparing. */

static assay_loss_set compare_digests(const assay_event *event, const assay_event *written)
{
    assay_loss_set losses = 0;
    size_t same = 0;

    for (size_t i = 0; i < event->digest_count; i++) {
        const assay_event_digest *const digest = &event->digests[i];
        const assay_bytes value = assay_event_digest_of(written, digest->alg);

        if (value.data == NULL || !assay_bytes_equal(value, digest->value))
            losses |= bit(ASSAY_LOSS_BANK);
        else if (i < written->digest_count && written->digests[i].alg == digest->alg)
            same++;
    }
    if (event->digest_count != written->digest_count)
        losses |= bit(ASSAY_LOSS_BANK);
    if (losses == 0 && same < event->digest_count)
        losses |= bit(ASSAY_LOSS_DIGEST_ORDER);
    return losses;
}

assay_loss_set assay_convert_compare(const assay_log_header *to, const assay_event *event,
                                     const assay_event *written)
{
    assay_loss_set losses = compare_digests(event, written);

    if (event->pcr_index != written->pcr_index || !assay_bytes_equal(event->name, written->name))
        losses |= bit(ASSAY_LOSS_OTHER);
    if (event->content != written->content)
        losses |= bit(ASSAY_LOSS_CONTENT);
    if (event->nv_index != written->nv_index)
        losses |= bit(ASSAY_LOSS_NV_INDEX);
    if (event->type != written->type)
        losses |= bit(ASSAY_LOSS_TYPE);
    if (!assay_bytes_equal(event->data, written->data))
        losses |= bit(ASSAY_LOSS_DATA);
    if (assay_event_keeps_data(event) != assay_event_keeps_data(written) ||
        !assay_bytes_equal(event->label, written->label))
        losses |= bit(ASSAY_LOSS_LABEL);
    /* Where there is one bank alone, a record speaks for it whether it says so or not. */
    if (event->only_bank != written->only_bank && to->bank_count > 1)
        losses |= bit(ASSAY_LOSS_ONLY_BANK);
    return losses;
}
