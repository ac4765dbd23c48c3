/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/generate.h"

#include "eventlog/types.h"

#include <openssl/evp.h>
#include <stdlib.h>

enum { UNKNOWN_ALG = 0x7123, SHA1_SIZE = 20 };

void random_bytes(uint64_t seed, uint8_t *ret_bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint64_t z = seed += 0x9E3779B97F4A7C15;

        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        ret_bytes[i] = (uint8_t)(z ^ z >> 31);
    }
}

static uint32_t choose(generated *log, uint32_t below)
{
    return assay_left(&log->choices) > 0 ? assay_take_u8(&log->choices) % below : 0;
}

/* Room for `size` bytes that live as long as the log. */
static uint8_t *take_room(generated *log, size_t size)
{
    if (size > sizeof log->pool - log->pool_used)
        abort();
    log->pool_used += size;
    return log->pool + log->pool_used - size;
}

static assay_bytes some_bytes(generated *log, size_t size)
{
    uint8_t *const bytes = take_room(log, size);

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)choose(log, 256);
    return assay_bytes_of(bytes, size);
}

static assay_bytes copy(generated *log, const void *bytes, size_t size)
{
    return assay_bytes_of(memcpy(take_room(log, size), bytes, size), size);
}

/* What event data looks like. */

static assay_bytes text_data(generated *log)
{
    static const char *const texts[] = {
        "Exit Boot Services Invocation",
        "grub_cmd: set root=hd0\0",
        "two\nlines\tof \"text\" \\ and more\0",
        "HCRTM",
        "a",
        "ab",
        "abc:",
        "a: \0",
        "/boot/vmlinuz\0",
        "Spec ID Event00",
        "StartupLocality\0\3",
        "caf\xC3\xA9 au lait",
    };
    const char *const text = texts[choose(log, sizeof texts / sizeof *texts)];

    return copy(log, text, strlen(text) + choose(log, 2));
}

static assay_bytes wide_data(generated *log)
{
    uint8_t wide[64];
    const assay_bytes text = text_data(log);
    size_t size = 0;

    for (size_t i = 0; i < text.size && size < sizeof wide - 1; i++) {
        wide[size++] = text.data[i];
        wide[size++] = text.data[i] < 0x80 ? 0 : 0x30;
    }
    return copy(log, wide, size - (size > 0 && choose(log, 8) == 7));
}

static assay_bytes short_data(generated *log)
{
    return some_bytes(log, choose(log, 60));
}

static assay_bytes long_data(generated *log)
{
    return some_bytes(log, 100 + 2 * choose(log, 256));
}

static assay_bytes zero_data(generated *log)
{
    const size_t size = choose(log, 40);

    return assay_bytes_of(memset(take_room(log, size), choose(log, 2) ? 0xFF : 0, size), size);
}

/* UEFI_VARIABLE_DATA, its lengths right but for one in eight. */
static assay_bytes variable_data(generated *log)
{
    static const uint8_t global[] = { 0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11,
                                      0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c };
    const assay_bytes guid = choose(log, 2) ? some_bytes(log, 16) : copy(log, global, 16);
    const assay_bytes name = wide_data(log), value = short_data(log);
    const uint8_t lie = choose(log, 8) == 7;
    uint8_t *const data = take_room(log, 32 + name.size + value.size);

    memset(data, 0, 32);
    memcpy(data, guid.data, guid.size);
    data[16] = (uint8_t)(name.size / 2);
    data[24] = (uint8_t)(value.size + name.size % 2 + lie);
    memcpy(data + 32, name.data, name.size);
    memcpy(data + 32 + name.size, value.data, value.size);
    return assay_bytes_of(data, 32 + name.size + value.size);
}

static assay_bytes text_among_bytes(generated *log)
{
    const assay_bytes before = short_data(log), text = text_data(log), after = short_data(log);
    uint8_t *const data = take_room(log, before.size + text.size + after.size);

    memcpy(data, before.data, before.size);
    memcpy(data + before.size, text.data, text.size);
    memcpy(data + before.size + text.size, after.data, after.size);
    return assay_bytes_of(data, before.size + text.size + after.size);
}

static assay_bytes event_data(generated *log)
{
    static assay_bytes (*const kinds[])(generated * log) = {
        zero_data,  text_data,     text_data, wide_data,
        short_data, variable_data, long_data, text_among_bytes,
    };

    return kinds[choose(log, sizeof kinds / sizeof *kinds)](log);
}

/* Digests: of the data, of a part of it, zeros, or of something that the log does not hold. */

static assay_bytes digest(generated *log, assay_bank bank, assay_bytes data)
{
    const assay_alg *const alg = assay_alg_find(bank.alg);
    const uint32_t kind = choose(log, 5);
    const size_t measured = kind == 1 && data.size > 0 ? data.size - 1 : data.size;
    uint8_t *value;

    if (kind == 4 || (alg == NULL && kind != 3))
        return some_bytes(log, bank.size);
    value = take_room(log, bank.size);
    memset(value, 0, bank.size);
    if (kind != 3 &&
        EVP_Q_digest(NULL, alg->libcrypto, NULL, data.data, measured, value, NULL) != 1)
        abort();
    return assay_bytes_of(value, bank.size);
}

static bool has_digest(const assay_event *event, uint16_t alg)
{
    return assay_event_digest_of(event, alg).data != NULL;
}

static void add_digest(generated *log, assay_event *event, assay_bank bank)
{
    if (!has_digest(event, bank.alg))
        event->digests[event->digest_count++] =
            (assay_event_digest){ bank.alg, digest(log, bank, event->data) };
}

/* The header's banks; now and then from another one on, without one, or with one more. */
static void add_digests(generated *log, assay_event *event)
{
    const assay_bank extra = { ASSAY_ALG_SHA3_384, 48 };
    const uint32_t oddity = choose(log, 16);
    const size_t banks = log->header.bank_count;
    const size_t first = oddity == 1 ? choose(log, (uint32_t)banks) : 0;

    for (size_t i = oddity == 2 ? 1 : 0; i < banks; i++)
        add_digest(log, event, log->header.banks[(first + i) % banks]);
    if (oddity == 3 && event->digest_count < ASSAY_BANKS_MAX)
        add_digest(log, event, extra);
}

static uint32_t event_type(generated *log)
{
    static const uint32_t unknown[] = { 0x8402, 0x10000001, 0xFFFFFFFF };
    unsigned known = 0;

    while (assay_event_type_at(known) != NULL)
        known++;
    const uint32_t choice = choose(log, 256);
    return choice >= 253 ? unknown[choice - 253] : assay_event_type_at(choice % known)->value;
}

static uint32_t pcr_index(generated *log)
{
    static const uint32_t odd[] = { 24, 31, 32, 255, 256, 0x80000000, 0xFFFFFFFF };
    const uint32_t choice = choose(log, 100);

    return choice < 93 ? choice % 24 : odd[choice - 93];
}

static assay_event *add_event(generated *log)
{
    assay_event *const event = &log->events[log->event_count];

    *event = (assay_event){ .number = (uint32_t)log->event_count++,
                            .pcr_index = pcr_index(log),
                            .type = event_type(log),
                            .data = event_data(log) };
    add_digests(log, event);
    /* All zero, it would be the end of the log. */
    if (event->pcr_index == 0 && event->type == 0)
        event->type = EV_ACTION;
    return event;
}

static void put_le(assay_writer *writer, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++, value >>= 8)
        assay_put_u8(writer, (uint8_t)value);
}

/* TCG_EfiSpecIDEvent, PFP 1.06 table 18. */
static void add_spec_id_event(generated *log)
{
    const assay_spec_id *const spec_id = &log->header.spec_id;
    uint8_t *const room = take_room(log, 512);
    assay_writer w = assay_writer_lent(room, 512);

    assay_put(&w, assay_bytes_of("Spec ID Event03", 16));
    put_le(&w, spec_id->platform_class, 4);
    put_le(&w, spec_id->version_minor, 1);
    put_le(&w, spec_id->version_major, 1);
    put_le(&w, spec_id->errata, 1);
    put_le(&w, spec_id->uintn_size, 1);
    put_le(&w, log->header.bank_count, 4);
    for (size_t i = 0; i < log->header.bank_count; i++) {
        put_le(&w, log->header.banks[i].alg, 2);
        put_le(&w, log->header.banks[i].size, 2);
    }
    put_le(&w, spec_id->vendor_info.size, 1);
    assay_put(&w, spec_id->vendor_info);
    log->events[log->event_count++] = (assay_event){
        .pcr_index = log->header.measurement_registers ? 1 : 0,
        .type = EV_NO_ACTION,
        .digest_count = 1,
        .digests = { { ASSAY_ALG_SHA1, assay_bytes_of(memset(take_room(log, 20), 0, 20), 20) } },
        .data = assay_written(&w),
    };
}

static void choose_banks(generated *log)
{
    static const uint16_t algs[] = { ASSAY_ALG_SHA256, ASSAY_ALG_SHA1,    ASSAY_ALG_SHA384,
                                     ASSAY_ALG_SHA512, ASSAY_ALG_SM3_256, UNKNOWN_ALG };
    const uint32_t count = 1 + choose(log, 4), first = choose(log, sizeof algs / sizeof *algs);

    for (uint32_t i = 0; i < count; i++) {
        const uint16_t id = algs[(first + i) % (sizeof algs / sizeof *algs)];
        const assay_alg *const alg = assay_alg_find(id);

        log->header.banks[log->header.bank_count++] =
            (assay_bank){ id, alg != NULL ? alg->size : (uint16_t)(1 + choose(log, 80)) };
    }
}

static void begin_tcg2(generated *log)
{
    log->format = "tcg2";
    choose_banks(log);
    log->header.measurement_registers = choose(log, 8) == 7;
    log->header.spec_id = (assay_spec_id){ .present = true,
                                           .signature = 3,
                                           .platform_class = choose(log, 2),
                                           .version_minor = (uint8_t)(choose(log, 10) / 9),
                                           .version_major = 2,
                                           .errata = (uint8_t)choose(log, 106),
                                           .uintn_size = (uint8_t)(2 - choose(log, 2)),
                                           .vendor_info = short_data(log) };
    add_spec_id_event(log);
}

/* The first record must be one that detection takes for a SHA-1 log, and no other format's. */
static void begin_tcg12(generated *log)
{
    log->format = "tcg12";
    log->header.bank_count = 1;
    log->header.banks[0] = (assay_bank){ ASSAY_ALG_SHA1, SHA1_SIZE };
    assay_event *const event = add_event(log);
    if (assay_bytes_start_with(event->data, ASSAY_LITERAL("Spec ID Event03")))
        event->data = zero_data(log);
    event->pcr_index %= 24;
    event->type =
        assay_event_type_find(event->type) != NULL && event->type != 0 ? event->type : EV_ACTION;
}

/* The SHA-1 format has room for a SHA-1 digest and nothing else. */
static void keep_one_digest(assay_event *event)
{
    static const uint8_t zeros[SHA1_SIZE];
    const assay_bytes sha1 = assay_event_digest_of(event, ASSAY_ALG_SHA1);

    event->digest_count = 1;
    event->digests[0] =
        (assay_event_digest){ ASSAY_ALG_SHA1,
                              sha1.data != NULL ? sha1 : assay_bytes_of(zeros, sizeof zeros) };
}

void generate(generated *ret_log, assay_bytes choices)
{
    memset(ret_log, 0, sizeof *ret_log);
    ret_log->choices = assay_cursor_of(choices);
    const bool agile = choose(ret_log, 3) != 2;
    const uint32_t events = choose(ret_log, GENERATED_EVENTS);

    (agile ? begin_tcg2 : begin_tcg12)(ret_log);
    for (uint32_t i = 0; i < events; i++)
        add_event(ret_log);
    for (size_t i = 0; i < ret_log->event_count && !agile; i++)
        keep_one_digest(&ret_log->events[i]);
    ret_log->tail_byte = choose(ret_log, 2) ? 0xFF : 0x00;
    ret_log->tail_size = choose(ret_log, 4) == 3 ? choose(ret_log, 200) : 0;
}

static void encode_digests(const assay_event *event, bool agile, assay_writer *w)
{
    if (agile)
        put_le(w, event->digest_count, 4);
    for (size_t i = 0; i < event->digest_count; i++) {
        if (agile)
            put_le(w, event->digests[i].alg, 2);
        assay_put(w, event->digests[i].value);
    }
}

void generated_encode(generated *log, assay_writer *writer)
{
    const bool agile = strcmp(log->format, "tcg2") == 0;

    for (size_t i = 0; i < log->event_count; i++) {
        assay_event *const event = &log->events[i];

        event->offset = writer->written;
        put_le(writer, event->pcr_index, 4);
        put_le(writer, event->type, 4);
        encode_digests(event, agile && i > 0, writer);
        put_le(writer, event->data.size, 4);
        event->data_offset = writer->written;
        assay_put(writer, event->data);
    }
    for (size_t i = 0; i < log->tail_size; i++)
        assay_put_u8(writer, log->tail_byte);
}
