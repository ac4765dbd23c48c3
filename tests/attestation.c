/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attestations of go-tpm-tools: eventlog/attestation.h. The messages are encoded here, by the
 * rules of protobuf; real ones lie beside the project, where their own quotes give the values.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "base/hex.h"
#include "eventlog/attestation.h"
#include "eventlog/types.h"
#include "replay/compare.h"
#include "replay/pcrvalues.h"
#include "tests/reading.h"

#include <unistd.h>

/* printf '\0\0\0\0' | sha1sum; and a PCR of zeros extended with it. */
#define SHA1_OF_ZEROS "9069ca78e7450a285173431b3e52c5c25299e473"
#define SEPARATED "b2a83b0ebf2f8374299a5b2bdfc31ea955ad7236"

enum { ROOM = 1000 };

/* A message being made. */
typedef struct message {
    uint8_t room[ROOM];
    assay_writer writer;
} message;

static void begin(message *m)
{
    m->writer = assay_writer_lent(m->room, ROOM);
}

static void put_varint(assay_writer *w, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        assay_put_u8(w, (uint8_t)(value | 0x80));
    assay_put_u8(w, (uint8_t)value);
}

static void put_bytes(message *m, unsigned number, assay_bytes bytes)
{
    put_varint(&m->writer, number << 3 | 2);
    put_varint(&m->writer, bytes.size);
    assay_put(&m->writer, bytes);
}

static void put_integer(message *m, unsigned number, uint64_t value)
{
    put_varint(&m->writer, number << 3);
    put_varint(&m->writer, value);
}

static assay_bytes made(const message *m)
{
    return assay_written(&m->writer);
}

static assay_bytes from_hex(const char *digits, uint8_t *room)
{
    const size_t size = strlen(digits) / 2;

    cr_assert(assay_hex_decode(assay_bytes_of_string(digits), room, size));
    return assay_bytes_of(room, size);
}

/* One separator in PCR 4 of a SHA-1 log: pcrIndex, eventType, digest, eventSize, event. */
static void make_log(message *m)
{
    uint8_t digest[20];

    begin(m);
    assay_put_u32le(&m->writer, 4);
    assay_put_u32le(&m->writer, EV_SEPARATOR);
    assay_put(&m->writer, from_hex(SHA1_OF_ZEROS, digest));
    assay_put_u32le(&m->writer, 4);
    assay_put_zeros(&m->writer, 4);
}

/* A Quote of one PCR. */
static void make_quote(message *m, uint64_t alg, uint64_t pcr, const char *value)
{
    static message entry, pcrs;
    uint8_t digest[100];

    begin(&entry);
    if (pcr != 0) /* protobuf leaves zeros out */
        put_integer(&entry, 1, pcr);
    put_bytes(&entry, 2, from_hex(value, digest));
    begin(&pcrs);
    put_bytes(&pcrs, 2, made(&entry));
    put_integer(&pcrs, 1, alg); /* behind what it is for: the order of fields is free */
    begin(m);
    put_bytes(m, 1, ASSAY_LITERAL("quote"));
    put_bytes(m, 2, ASSAY_LITERAL("signature"));
    put_bytes(m, 3, made(&pcrs));
}

static message whole, part, log_part;

static void make(uint64_t alg, uint64_t pcr, const char *value)
{
    begin(&whole);
    put_bytes(&whole, 1, ASSAY_LITERAL("key"));
    make_quote(&part, alg, pcr, value);
    put_bytes(&whole, 2, made(&part));
    make_log(&log_part);
    put_bytes(&whole, 3, made(&log_part));
}

Test(attestation, its_log_and_its_values)
{
    assay_pcrs pcrs = { 0 };
    char hex[41] = "";

    make(ASSAY_ALG_SHA1, 4, SEPARATED);
    put_bytes(&whole, 6, ASSAY_LITERAL("certificate"));
    const reading reading = read_log(made(&whole), NULL, NULL);
    cr_assert_not_null(reading.format);
    cr_expect_str_eq(reading.format, "attestation");
    cr_expect_eq(reading.status, 0, "%s", reading.error.what);
    cr_expect_eq(reading.events, 1);
    cr_assert_eq(assay_pcrvalues_beside(made(&whole), &pcrs, NULL), 1);
    cr_expect_eq(pcrs.bank_count, 1);
    cr_expect_eq(pcrs.banks[0].present, 1u << 4);
    assay_hex_encode(hex, assay_pcrs_value(&pcrs, ASSAY_ALG_SHA1, 4));
    cr_expect_str_eq(hex, SEPARATED);
}

Test(attestation, what_protobuf_leaves_out)
{
    assay_pcrs pcrs = { 0 };

    make(ASSAY_ALG_SHA1, 0, SEPARATED);
    cr_assert_eq(assay_pcrvalues_beside(made(&whole), &pcrs, NULL), 1);
    cr_expect_eq(pcrs.banks[0].present, 1, "the number of PCR 0 is not written");
    make(0, 4, SEPARATED);
    cr_expect_eq(assay_pcrvalues_beside(made(&whole), &pcrs, NULL), 0, "no bank, no values");
    make(0x7777, 4, SEPARATED);
    cr_expect_eq(assay_pcrvalues_beside(made(&whole), &pcrs, NULL), 0, "a bank unknown here");
}

Test(attestation, values_that_are_none_are_refused)
{
    assay_pcrs pcrs = { 0 };
    assay_error error = { 0 };

    make(ASSAY_ALG_SHA1, 24, SEPARATED);
    cr_expect_eq(assay_pcrvalues_beside(made(&whole), &pcrs, &error), -ASSAY_MALFORMED);
    make(ASSAY_ALG_SHA1, 1ull << 32, SEPARATED);
    cr_expect_eq(assay_pcrvalues_beside(made(&whole), &pcrs, &error), -ASSAY_MALFORMED);
    make(ASSAY_ALG_SHA1, 4, SEPARATED "00");
    cr_expect_eq(assay_pcrvalues_beside(made(&whole), &pcrs, &error), -ASSAY_MALFORMED);
    /* "key" with its tag, the quote's tag, "quote", "signature", the PCRs' tag, the entry's tag,
     * its number, its value's tag: 5 + 2 + 7 + 11 + 2 + 2 + 2 + 2. */
    cr_expect_eq(error.offset, 33, "%zu", (size_t)error.offset);
    make(ASSAY_ALG_SHA1, 4, SHA1_OF_ZEROS SHA1_OF_ZEROS SHA1_OF_ZEROS SHA1_OF_ZEROS);
    cr_expect_eq(assay_pcrvalues_beside(made(&whole), &pcrs, &error), -ASSAY_MALFORMED);
}

Test(attestation, a_quote_that_is_no_message)
{
    static const char *const quotes[] = { "1a",           "1a05",        "1a021200", "1a021205",
                                          "1a0108",       "1a0112",      "00",       "1a02120a",
                                          "1a04120210ff", "1a0412021a05" };
    uint8_t room[20];

    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++) {
        assay_pcrs pcrs = { 0 };
        assay_error error = { 0 };

        begin(&whole);
        put_bytes(&whole, 2, from_hex(quotes[i], room));
        make_log(&log_part);
        put_bytes(&whole, 3, made(&log_part));
        const int status = assay_pcrvalues_beside(made(&whole), &pcrs, &error);
        cr_expect_leq(status, 0, "%s", quotes[i]);
        cr_expect(status == 0 || error.offset <= made(&whole).size, "%s", quotes[i]);
        cr_expect_eq(read_log(made(&whole), NULL, NULL).events, 1, "the log is sound");
    }
}

Test(attestation, a_message_that_is_cut_or_wrong_is_told)
{
    make(ASSAY_ALG_SHA1, 4, SEPARATED);
    const assay_bytes sound = made(&whole);
    put_bytes(&whole, 6, ASSAY_LITERAL("certificate"));

    const reading behind = read_log(assay_bytes_of(sound.data, sound.size + 5), NULL, NULL);
    cr_expect_eq(behind.events, 1, "the log was before that");
    cr_expect_eq(behind.status, -ASSAY_TRUNCATED);
    cr_expect_eq(behind.error.offset, sound.size);

    const reading inside = read_log(assay_bytes_of(sound.data, sound.size - 1), NULL, NULL);
    cr_expect_eq(inside.events, 0);
    cr_expect_eq(inside.status, -ASSAY_TRUNCATED);

    static const struct {
        const char *tail;
        int kind;
    } wrong[] = { { "00", ASSAY_MALFORMED },   { "08", ASSAY_TRUNCATED },
                  { "0800", ASSAY_MALFORMED }, { "5200", ASSAY_MALFORMED },
                  { "33", ASSAY_MALFORMED },   { "ffffffffffffffffffff01", ASSAY_MALFORMED },
                  { "1a00", ASSAY_MALFORMED }, { "32ffffffffffffffffff01", ASSAY_TRUNCATED },
                  { "0900", ASSAY_TRUNCATED }, { "0d00", ASSAY_TRUNCATED },
                  { "32", ASSAY_TRUNCATED } };
    uint8_t room[20];

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        make(ASSAY_ALG_SHA1, 4, SEPARATED);
        assay_put(&whole.writer, from_hex(wrong[i].tail, room));
        const reading reading = read_log(made(&whole), NULL, NULL);
        cr_expect_eq(reading.events, 1, "%s", wrong[i].tail);
        cr_expect_eq(reading.status, -wrong[i].kind, "%s: %s", wrong[i].tail, reading.error.what);
        cr_expect_eq(reading.error.offset, sound.size, "%s", wrong[i].tail);
    }
}

Test(attestation, without_a_log_there_is_nothing)
{
    begin(&whole);
    put_bytes(&whole, 1, ASSAY_LITERAL("key"));
    cr_expect_null(read_log(made(&whole), NULL, NULL).format);
    cr_expect_eq(read_log(made(&whole), "attestation", NULL).status, -ASSAY_UNSUPPORTED);
    put_bytes(&whole, 3, ASSAY_LITERAL("no log"));
    cr_expect_null(read_log(made(&whole), NULL, NULL).format);
}

Test(attestation, a_canonical_log_is_told)
{
    static assay_findings findings;

    make(ASSAY_ALG_SHA1, 4, SEPARATED);
    put_bytes(&whole, 5, ASSAY_LITERAL("TLVs"));
    cr_expect_eq(read_log(made(&whole), NULL, &findings).status, 0);
    cr_expect_eq(findings.seen[ASSAY_FINDING_CANONICAL_LOG], 1);
}

/* The values of real quotes, which the log must fold to; IMA's PCR 10 is in another. */
Test(attestation, real_ones_match_their_own_quotes)
{
    static const char *const paths[] = {
        "../shared/corpus/other/google-attestation-gce-cos-85-no-nonce.pb",
        "../shared/corpus/other/google-attestation-gce-cos-85-nonce9009.pb",
    };
    static assay_replay replay;
    static assay_comparison comparison;

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assay_hashes *hashes = assay_hashes_new();
        assay_pcrs pcrs = { 0 };
        assay_file file;
        assay_event event;
        assay_log log;

        if (access(paths[i], R_OK) != 0)
            cr_skip_test("no collection");
        cr_assert_eq(assay_file_read(&file, paths[i], 1 << 20, NULL), 0);
        cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, NULL), 0);
        cr_expect_str_eq(assay_log_format_name(&log), "attestation");
        cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, NULL), 0);
        while (assay_log_next(&log, &event) > 0)
            cr_assert_eq(assay_replay_event(&replay, &event), 0);
        cr_expect_eq(log.error.kind, 0);
        cr_assert_eq(assay_pcrvalues_beside(file.bytes, &pcrs, NULL), 1);
        cr_expect_eq(pcrs.bank_count, 3);
        assay_compare(&replay, &pcrs, ASSAY_ALL_PCRS, &comparison);
        cr_expect_eq(comparison.matched, 30, "PCR 0 to 9 in three banks");
        cr_expect_eq(comparison.mismatched, 0);
        assay_log_close(&log);
        assay_file_close(&file);
        assay_hashes_free(&hashes);
    }
}
