/* SPDX-License-Identifier: BSD-2-Clause */
/* The text form, its digests: spelled out after "=", or following from the data. */
#include "base/hex.h"
#include "base/number.h"
#include "eventlog/format/textlog.h"
#include "eventlog/types.h"

static const char field[] = "digests";

assay_textlog_measured assay_textlog_measured_of(const assay_event *event)
{
    assay_textlog_measured measured = { .extends = assay_event_type_extends(event->type) };

    if (!assay_event_keeps_data(event))
        return measured;
    if (event->content == ASSAY_CONTENT_IMA_TEMPLATE) {
        measured.count = assay_ima_measured(event, measured.parts);
        return measured;
    }
    measured.count = 1;
    measured.parts[0] = event->data;
    return measured;
}

assay_textlog_measured assay_textlog_measured_as(assay_bytes bytes)
{
    return (assay_textlog_measured){ .extends = true, .count = 1, .parts = { bytes } };
}

int assay_textlog_digest(assay_hashes *hashes, uint16_t alg, const assay_textlog_measured *measured,
                         uint8_t *ret_digest)
{
    assay_hash *hash;

    if (assay_alg_find(alg) == NULL || (measured->extends && measured->count == 0))
        return -ASSAY_UNSUPPORTED;
    if (!measured->extends) {
        memset(ret_digest, 0, ASSAY_DIGEST_MAX);
        return 0;
    }
    const int status = assay_hashes_get(hashes, alg, &hash);
    return status < 0 ? status
                      : assay_hash_parts(hash, measured->parts, measured->count, ret_digest);
}

/* Room for a digest in the scratch, which reserve() of textlog_read.c made large enough. */
static uint8_t *take_room(assay_textlog *text, size_t size)
{
    uint8_t *const room = text->scratch + text->bytes.used;

    assay_put_zeros(&text->bytes, size);
    return room;
}

enum { USUAL_SIZE = UINT16_MAX + 1 }; /* more than a size can be */

/* Takes "/SIZE" off the name of an algorithm; the size is its usual one where there is none. */
static bool take_size(assay_bytes *name, size_t *ret_size)
{
    const uint8_t *const slash = name->size > 0 ? memchr(name->data, '/', name->size) : NULL;
    assay_cursor c = assay_cursor_of(*name);
    uint64_t size;

    *ret_size = USUAL_SIZE;
    if (slash == NULL)
        return true;
    *name = assay_take(&c, (size_t)(slash - name->data));
    assay_take_u8(&c);
    if (!assay_number_read(assay_take_rest(&c), UINT16_MAX, &size))
        return false;
    *ret_size = (size_t)size;
    return true;
}

/* "sha256" or "0x1234": the algorithm's number; false for anything else. */
static bool read_alg(assay_bytes name, uint16_t *ret_alg)
{
    const assay_alg *const alg = assay_alg_by_name(name);
    uint64_t number;

    if (alg != NULL)
        *ret_alg = alg->id;
    else if (assay_number_read(name, UINT16_MAX, &number))
        *ret_alg = (uint16_t)number;
    else
        return false;
    return true;
}

/* Splits "sha256:00ff" at its colon; the digits are no bytes where there is none. */
static void split(assay_bytes text, assay_bytes *ret_name, assay_bytes *ret_digits)
{
    assay_cursor cursor = assay_cursor_of(text);
    const uint8_t *const colon = text.size > 0 ? memchr(text.data, ':', text.size) : NULL;

    *ret_name = colon == NULL ? text : assay_take(&cursor, (size_t)(colon - text.data));
    assay_take_u8(&cursor);
    *ret_digits = colon == NULL ? ASSAY_NO_BYTES : assay_take_rest(&cursor);
}

static int check_alg(assay_log *log, const assay_event *event, size_t offset, uint16_t alg,
                     size_t size)
{
    if (size == USUAL_SIZE && assay_log_digest_size(&log->header, alg) == 0)
        return assay_textlog_fail(log, offset, field,
                                  "algorithm 0x%04x is neither in the first line nor known", alg);
    if (assay_event_digest_of(event, alg).data != NULL)
        return assay_textlog_fail(log, offset, field, "a second digest of algorithm 0x%04x", alg);
    if (event->digest_count == ASSAY_BANKS_MAX)
        return assay_textlog_fail(log, offset, field, "an event has at most %d digests",
                                  ASSAY_BANKS_MAX);
    return 0;
}

/* A digest without its value gets the empty run of bytes at `unset` until it is computed. */
static const uint8_t unset = 0;

static int read_value(assay_log *log, size_t offset, assay_event_digest *digest, assay_bytes digits,
                      size_t stated)
{
    const size_t size =
        stated == USUAL_SIZE ? assay_log_digest_size(&log->header, digest->alg) : stated;

    if (digits.data == NULL && stated != USUAL_SIZE)
        return assay_textlog_fail(log, offset, field,
                                  "a digest of a size of its own has to be spelled out");
    if (digits.data == NULL) {
        digest->value = assay_bytes_of(&unset, 0);
        return 0;
    }
    if (digits.size != 2 * size)
        return assay_textlog_fail(log, offset, field,
                                  "a digest of algorithm 0x%04x has %zu hexadecimal digits, "
                                  "not %zu",
                                  digest->alg, 2 * size, digits.size);
    uint8_t *const value = take_room(log->owned, size);
    if (!assay_hex_decode(digits, value, size))
        return assay_textlog_fail(log, offset, field, "a digest is hexadecimal digits");
    digest->value = assay_bytes_of(value, size);
    return 0;
}

/* Reads a digest: 1, 0 when the word is something else, or a negative kind. */
static int read_digest(assay_log *log, const assay_textlog_word *word, assay_event *event)
{
    const assay_bytes only = assay_textlog_after(word->text, "only:");
    assay_event_digest digest = { .alg = ASSAY_ALG_NULL };
    assay_bytes name, digits;
    size_t size;

    split(only.data != NULL ? only : word->text, &name, &digits);
    if (!take_size(&name, &size) || !read_alg(name, &digest.alg))
        return 0;
    int status = check_alg(log, event, word->offset, digest.alg, size);
    if (status == 0)
        status = read_value(log, word->offset, &digest, digits, size);
    if (status < 0)
        return status;
    event->digests[event->digest_count++] = digest;
    if (only.data != NULL && event->only_bank != 0)
        return assay_textlog_fail(log, word->offset, field, "an event has one only: at most");
    if (only.data != NULL)
        event->only_bank = digest.alg;
    return 1;
}

/* Reads the digests, and leaves `word` at the first word that is none. */
static int read_digests(assay_log *log, assay_textlog_word *word, assay_event *event)
{
    int status = assay_textlog_word_next(log, word);

    while (status > 0 && (status = read_digest(log, word, event)) > 0)
        status = assay_textlog_word_next(log, word);
    return status;
}

static void add_announced_banks(const assay_log_header *header, assay_event *event)
{
    for (size_t i = 0; i < header->bank_count; i++)
        event->digests[event->digest_count++] =
            (assay_event_digest){ header->banks[i].alg, { &unset, 0 } };
}

static int fail_computing(assay_log *log, size_t offset, enum assay_kind kind, uint16_t alg,
                          const assay_textlog_measured *measured)
{
    if (kind == ASSAY_UNSUPPORTED && measured->extends && measured->count == 0)
        return assay_textlog_fail(log, offset, field,
                                  "what was measured is not there: spell the digest out as "
                                  "0x%04x:HEX",
                                  alg);
    if (kind == ASSAY_UNSUPPORTED)
        return assay_textlog_fail(log, offset, field,
                                  "algorithm 0x%04x can't be computed here: spell its digest out "
                                  "as 0x%04x:HEX",
                                  alg, alg);
    return assay_log_fail(log, kind, offset, field,
                          "the digest of algorithm 0x%04x could not be computed", alg);
}

/* Computes the digests that the line does not spell out. */
static int compute(assay_log *log, size_t offset, assay_event *event,
                   const assay_textlog_measured *measured)
{
    assay_textlog *const text = log->owned;

    for (size_t i = 0; i < event->digest_count; i++) {
        assay_event_digest *const digest = &event->digests[i];

        if (digest->value.data != &unset)
            continue;
        uint8_t *const value = take_room(text, ASSAY_DIGEST_MAX);
        const int status = assay_textlog_digest(text->hashes, digest->alg, measured, value);
        if (status < 0)
            return fail_computing(log, offset, (enum assay_kind)(-status), digest->alg, measured);
        digest->value = assay_bytes_of(value, assay_alg_find(digest->alg)->size);
    }
    return 0;
}

/* After "=": digests, measured bytes, or neither, which says that there is no digest. */
static int read_stated(assay_log *log, assay_textlog_word *word, assay_event *event,
                       assay_bytes *ret_measured)
{
    assay_textlog *const text = log->owned;
    int status = read_digests(log, word, event);

    if (status < 0 || word->text.size == 0)
        return status;
    const size_t start = text->bytes.used;
    status = assay_textlog_items_read(log, word, field, &text->bytes);
    if (status < 0)
        return status;
    if (word->text.size > 0)
        return assay_textlog_fail(log, word->offset, field, "an event has one = at most");
    *ret_measured = assay_bytes_of(text->scratch + start, text->bytes.used - start);
    if (event->digest_count == 0)
        add_announced_banks(&log->header, event);
    return 0;
}

int assay_textlog_digests_read(assay_log *log, assay_textlog_word *word, assay_event *event)
{
    const size_t offset = word->offset;
    assay_bytes measured = ASSAY_NO_BYTES;
    int status = 0;

    if (word->text.size == 0)
        add_announced_banks(&log->header, event);
    else
        status = read_stated(log, word, event, &measured);
    if (status < 0)
        return status;
    const assay_textlog_measured follows = measured.data == NULL
                                               ? assay_textlog_measured_of(event)
                                               : assay_textlog_measured_as(measured);
    return compute(log, offset, event, &follows);
}
