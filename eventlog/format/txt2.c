/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intel TXT's own log of a TPM 2.0 (TXT SDG appendix G.2.1): one log a bank. The records
 * are those of the SHA-1 format with a digest of the bank's size. Each log but that of SHA-1
 * begins with an event in the SHA-1 format that is never extended: PCR 0, EV_NO_ACTION, and
 *
 *     "FRMT ID EVENT00" and a NUL | u32 Revision | u32 DigestAlgID | u32 DigestSize
 *
 * DigestAlgID is a number of this format alone. A bare log of SHA-1 can't be told from a log
 * of TPM 1.2 firmware, and is read as one.
 */
#include "eventlog/format/txt.h"
#include "eventlog/types.h"

static const assay_bytes signature = ASSAY_LITERAL("FRMT ID EVENT00\0");

enum { SHA1_SIZE = 20, RECORD_DATA = 32, HEADER_DATA_SIZE = 28, REVISION = 1 };

/* DigestAlgID of TXT SDG appendix G.2.1; that of SM3 is tboot's. */
static const uint16_t algorithms[] = {
    [1] = ASSAY_ALG_SHA1,   [2] = ASSAY_ALG_SHA256,  [3] = ASSAY_ALG_SHA384,
    [4] = ASSAY_ALG_SHA512, [5] = ASSAY_ALG_SM3_256,
};

enum { ALGORITHMS = sizeof algorithms / sizeof *algorithms };

static bool header_here(assay_cursor cursor)
{
    assay_take(&cursor, RECORD_DATA);
    return assay_bytes_equal(assay_take(&cursor, signature.size), signature);
}

static const char *detect(assay_bytes bytes)
{
    return header_here(assay_cursor_of(bytes)) ? "\"FRMT ID EVENT00\" in the first record" : NULL;
}

/* Fills in what is open of *bank; fails where the header contradicts it. */
static int agree(assay_log *log, uint64_t offset, uint32_t number, uint32_t size, assay_bank *bank)
{
    const uint16_t alg = number < ALGORITHMS ? algorithms[number] : 0;
    const assay_alg *const known = assay_alg_find(bank->alg != 0 ? bank->alg : alg);

    if (bank->alg == 0 && alg == 0)
        return assay_log_fail(log, ASSAY_UNSUPPORTED, offset, "DigestAlgID",
                              "%u is no number of a digest algorithm", number);
    if (bank->alg != 0 && alg != 0 && bank->alg != alg)
        return assay_log_fail(log, ASSAY_MALFORMED, offset, "DigestAlgID",
                              "the log is of algorithm 0x%04x, and 0x%04x was announced", alg,
                              bank->alg);
    if (size == 0 || size > UINT16_MAX || (known != NULL && known->size != size))
        return assay_log_fail(log, ASSAY_MALFORMED, offset + 4, "DigestSize",
                              "%u bytes is no digest size of algorithm 0x%04x", size,
                              bank->alg != 0 ? bank->alg : alg);
    *bank = (assay_bank){ bank->alg != 0 ? bank->alg : alg, (uint16_t)size };
    return 0;
}

static int read_header(assay_log *log, assay_bank *bank)
{
    const assay_cursor start = log->cursor;
    assay_event event = { 0 };
    const int status = assay_tcg12_read_record(log, &event);

    log->cursor = start;
    if (status < 0)
        return status;
    if (event.type != EV_NO_ACTION)
        return assay_log_fail(log, ASSAY_MALFORMED, event.offset + 4, "eventType",
                              "the record of \"FRMT ID EVENT00\" is not an EV_NO_ACTION");
    assay_cursor c = assay_cursor_of(event.data);
    assay_take(&c, signature.size);
    const uint32_t revision = assay_take_u32le(&c);
    const uint64_t algorithm_offset = event.data_offset + c.offset;
    const uint32_t number = assay_take_u32le(&c);
    const uint32_t size = assay_take_u32le(&c);
    if (c.failed)
        return assay_log_fail(log, ASSAY_TRUNCATED, event.data_offset, "FRMT ID EVENT00",
                              "the header event has %zu bytes of data, and wants %d",
                              event.data.size, HEADER_DATA_SIZE);
    if (revision != REVISION || assay_left(&c) > 0 || event.pcr_index != 0 ||
        number < 2 /* SHA-1 has no header */ || number >= ALGORITHMS ||
        !assay_bytes_all(event.digests[0].value, 0))
        assay_log_note(log, ASSAY_FINDING_TXT_HEADER, event.offset,
                       "the header event is not that of revision %d", REVISION);
    return agree(log, algorithm_offset, number, size, bank);
}

int assay_txt2_open(assay_log *log, assay_bank *bank)
{
    if (header_here(log->cursor))
        return read_header(log, bank);
    const assay_alg *const alg = assay_alg_find(bank->alg != 0 ? bank->alg : ASSAY_ALG_SHA1);
    if (alg == NULL)
        return assay_log_fail(log, ASSAY_UNSUPPORTED, log->cursor.offset, "DigestAlgID",
                              "no header says how long a digest of algorithm 0x%04x is", bank->alg);
    if (alg->id != ASSAY_ALG_SHA1)
        assay_log_note(log, ASSAY_FINDING_TXT_HEADER, log->cursor.offset,
                       "the log of algorithm 0x%04x has no header event", alg->id);
    *bank = (assay_bank){ alg->id, alg->size };
    return 0;
}

int assay_txt2_next(assay_log *log, assay_bank bank, assay_event *ret_event)
{
    const bool header = assay_area_at_first(log) && header_here(log->cursor);

    /* The header is in the SHA-1 format and speaks for no bank. */
    if (header)
        return assay_tcg12_read_record(log, ret_event);
    const int status = assay_single_bank_read_record(log, bank, ret_event);
    ret_event->only_bank = bank.alg;
    return status;
}

static int open(assay_log *log)
{
    const assay_log_area whole = { .next = log->bytes.size, .end = log->bytes.size };

    log->header.bank_count = 1;
    log->header.stage = ASSAY_STAGE_LAUNCH;
    const int status = assay_txt2_open(log, &log->header.banks[0]);
    return status < 0 ? status : assay_area_enter(log, &whole, "size");
}

static int next(assay_log *log, assay_event *ret_event)
{
    return assay_log_at_end(log) ? 0 : assay_txt2_next(log, log->header.banks[0], ret_event);
}

int assay_txt2_write_header(assay_writer *writer, assay_bank bank, assay_error *error)
{
    uint32_t number = 1;

    if (bank.alg == ASSAY_ALG_SHA1)
        return 0;
    while (number < ALGORITHMS && algorithms[number] != bank.alg)
        number++;
    if (number == ALGORITHMS)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the TXT format has no number for algorithm 0x%04x", bank.alg);
    assay_put_u32le(writer, 0);
    assay_put_u32le(writer, EV_NO_ACTION);
    assay_put_zeros(writer, SHA1_SIZE);
    assay_put_u32le(writer, HEADER_DATA_SIZE);
    assay_put(writer, signature);
    assay_put_u32le(writer, REVISION);
    assay_put_u32le(writer, number);
    assay_put_u32le(writer, bank.size);
    return 0;
}

assay_bytes assay_txt2_header_data(assay_bytes record)
{
    assay_cursor c = assay_cursor_of(record);

    assay_take(&c, RECORD_DATA);
    return assay_take_rest(&c);
}

bool assay_txt2_is_header(const assay_event *event)
{
    return event->only_bank == 0 && event->type == EV_NO_ACTION &&
           assay_bytes_start_with(event->data, signature);
}

int assay_txt2_write_event(assay_writer *writer, assay_bank bank, const assay_event *event,
                           assay_error *error)
{
    const assay_bytes digest = assay_event_digest_of(event, bank.alg);

    if (assay_txt2_is_header(event))
        return 0; /* written from the header */
    if (digest.data == NULL || (event->only_bank != 0 && event->only_bank != bank.alg))
        return assay_fail(
            error, ASSAY_UNSUPPORTED, (assay_place){ event->offset, event->number, "Digest" },
            "a log of algorithm 0x%04x can't hold this event: it has no digest of it", bank.alg);
    assay_single_bank_write_record(writer, event, digest);
    return 0;
}

static int write_begin(assay_log_writer *out, assay_error *error)
{
    if (out->header->bank_count != 1)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "a TXT log of one bank can't hold %zu banks", out->header->bank_count);
    return assay_txt2_write_header(out->writer, out->header->banks[0], error);
}

static int write_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    return assay_txt2_write_event(out->writer, out->header->banks[0], event, error);
}

bool assay_txt2_is_list_header(const assay_log_header *header, const assay_event *event)
{
    (void)header;
    return assay_txt2_is_header(event);
}

const assay_format assay_format_txt2 = {
    .info = { "txt2", "Intel TXT log of one bank", "TXT SDG appendix G.2.1", true },
    .room = { .contents = 1u << ASSAY_CONTENT_PCCLIENT_STD,
              .banks = ASSAY_ROOM_ONE_BANK, .types = true, .data = true },
    .detect = detect,
    .open = open,
    .next = next,
    .write_begin = write_begin,
    .write_event = write_event,
    .is_header = assay_txt2_is_list_header,
};
