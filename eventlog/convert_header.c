/* SPDX-License-Identifier: BSD-2-Clause */
/* The header of a converted log: the banks of its sources, as far as they are wanted and fit. */
#include "eventlog/convert.h"

#include "eventlog/format/format.h"

static bool is_wanted(const uint16_t *wanted, size_t count, uint16_t alg)
{
    for (size_t i = 0; i < count; i++)
        if (wanted[i] == alg)
            return true;
    return count == 0;
}

static int add_bank(assay_log_header *header, assay_bank bank, assay_error *error)
{
    if (assay_log_announces(header, bank.alg))
        return assay_log_digest_size(header, bank.alg) == bank.size
                   ? 0
                   : assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                                "two of the logs say different digest sizes of algorithm 0x%04x",
                                bank.alg);
    if (header->bank_count == ASSAY_BANKS_MAX)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the logs have more than %d banks together", ASSAY_BANKS_MAX);
    header->banks[header->bank_count++] = bank;
    return 0;
}

static int add_known_bank(assay_log_header *header, uint16_t alg, assay_error *error)
{
    const assay_alg *const known = assay_alg_find(alg);

    return known == NULL ? 0 : add_bank(header, (assay_bank){ known->id, known->size }, error);
}

static int add_stated_banks(assay_log_header *header, const assay_log_header *from,
                            const uint16_t *wanted, size_t count, assay_error *error)
{
    int status = 0;

    for (size_t i = 0; i < from->bank_count && status == 0; i++)
        if (is_wanted(wanted, count, from->banks[i].alg))
            status = add_bank(header, from->banks[i], error);
    return status;
}

/* The one bank to keep of several: what most verifiers look at. */
static assay_bank choose_bank(const assay_log_header *header, const assay_format_room *room)
{
    static const uint16_t preferred[] = { ASSAY_ALG_SHA256, ASSAY_ALG_SHA384, ASSAY_ALG_SHA512,
                                          ASSAY_ALG_SM3_256, ASSAY_ALG_SHA1 };
    static const uint16_t sha1 = ASSAY_ALG_SHA1;
    const bool only_sha1 = room->banks == ASSAY_ROOM_SHA1_ONLY;
    const uint16_t *const order = only_sha1 ? &sha1 : preferred;
    const size_t count = only_sha1 ? 1 : sizeof preferred / sizeof *preferred;

    for (size_t p = 0; p < count; p++)
        for (size_t i = 0; i < header->bank_count; i++)
            if (header->banks[i].alg == order[p])
                return header->banks[i];
    return only_sha1 || header->bank_count == 0 ? (assay_bank){ 0, 0 } : header->banks[0];
}

static int narrow(const assay_format_room *room, assay_log_header *header, bool follow,
                  assay_error *error)
{
    if (room->banks == ASSAY_ROOM_ONE_BANK || room->banks == ASSAY_ROOM_SHA1_ONLY) {
        const assay_bank bank = choose_bank(header, room);

        header->bank_count = bank.alg != 0;
        header->banks[0] = bank;
        if (bank.alg == 0 && follow)
            add_known_bank(header, ASSAY_ALG_SHA1, error);
    }
    if (header->bank_count > 0 || room->no_banks)
        return 0;
    return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                      room->banks == ASSAY_ROOM_SHA1_ONLY
                          ? "the target holds SHA-1 alone, and there is no such bank to convert"
                          : "no bank is left to convert");
}

int assay_convert_header(const assay_format_room *room, const assay_log_header *const *from,
                         size_t count, const uint16_t *wanted, size_t wanted_count,
                         assay_log_header *ret_header, assay_error *error)
{
    assay_log_header header = *from[0];
    bool follow = false;
    int status = 0;

    header.bank_count = 0;
    for (size_t i = 0; i < count && status == 0; i++) {
        if (from[i]->measurement_registers != header.measurement_registers)
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                              "one of the logs counts measurement registers and another PCRs");
        if (!header.spec_id.present && from[i]->spec_id.signature == 3)
            header.spec_id = from[i]->spec_id;
        follow = follow || from[i]->banks_follow;
        header.banks_follow = header.banks_follow && from[i]->banks_follow;
        status = add_stated_banks(&header, from[i], wanted, wanted_count, error);
    }
    for (size_t i = 0; i < wanted_count && follow && status == 0; i++)
        status = add_known_bank(&header, wanted[i], error);
    if (status == 0)
        status = narrow(room, &header, follow, error);
    if (status == 0)
        *ret_header = header;
    return status;
}
