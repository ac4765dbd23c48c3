/* SPDX-License-Identifier: BSD-2-Clause */
/* tboot's text: one record, or the header of a crypto-agile log, word by word. */
#include "base/hex.h"
#include "eventlog/format/txtstat.h"

#include <stdarg.h>
#include <stdio.h>

enum {
    SHA1_SIZE = 20,
    STALE = 12 /* tboot prints a SHA-1 digest from a field of SHA-256's size */
};

/* Sizes of what stands around digests and data in binary records. */
enum { TCG12_FIXED = 32, BANK_FIXED = 12, AGILE_FIXED = 16, AGILE_ALG = 2, SPEC_ID_FIXED = 29 };

static const struct {
    const char *name;
    uint16_t alg;
} algs[] = { { "SHA1:", ASSAY_ALG_SHA1 },
             { "SHA256:", ASSAY_ALG_SHA256 },
             { "SM3_256:", ASSAY_ALG_SM3_256 },
             { "SHA384:", ASSAY_ALG_SHA384 },
             { "SHA512:", ASSAY_ALG_SHA512 } };

enum { ALGS = sizeof algs / sizeof *algs };

uint16_t assay_txtstat_alg(const assay_txtstat_word *word)
{
    for (size_t i = 0; i < ALGS; i++)
        if (assay_txtstat_word_is(word, algs[i].name))
            return algs[i].alg;
    return 0;
}

const char *assay_txtstat_alg_name(uint16_t alg)
{
    for (size_t i = 0; i < ALGS; i++)
        if (algs[i].alg == alg)
            return algs[i].name;
    return NULL;
}

static bool fault_at(assay_txtstat_reader *reader, enum assay_kind kind, uint64_t offset,
                     const char *field, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Returns false, which the caller returns. */
static bool fault_at(assay_txtstat_reader *reader, enum assay_kind kind, uint64_t offset,
                     const char *field, const char *format, ...)
{
    va_list arguments;

    reader->fault = (assay_error){ .kind = (int)kind, .offset = offset, .field = field };
    va_start(arguments, format);
    vsnprintf(reader->fault.what, sizeof reader->fault.what, format, arguments);
    va_end(arguments);
    return false;
}

static bool next_word(assay_txtstat_reader *reader, const char *field, assay_txtstat_word *word)
{
    return assay_txtstat_word_next(&reader->words, word) ||
           fault_at(reader, ASSAY_TRUNCATED, word->offset, field, "the text ends inside a record");
}

static assay_txtstat_word peek(const assay_txtstat_reader *reader)
{
    assay_txtstat_words ahead = reader->words;
    assay_txtstat_word word;

    assay_txtstat_word_next(&ahead, &word);
    return word;
}

static bool at_end(const assay_txtstat_reader *reader)
{
    return peek(reader).text.size == 0;
}

/* The word that names the next field. */
static bool take_key(assay_txtstat_reader *reader, const char *field, const char *key)
{
    assay_txtstat_word word;

    if (!next_word(reader, field, &word))
        return false;
    if (assay_txtstat_word_is(&word, "Wrong"))
        return fault_at(reader, ASSAY_MALFORMED, word.offset, field,
                        "the program that printed the text took the record for none");
    return assay_txtstat_word_is(&word, key) ||
           fault_at(reader, ASSAY_MALFORMED, word.offset, field, "expected \"%s\" here", key);
}

static bool take_number(assay_txtstat_reader *reader, const char *field, uint32_t *ret_number)
{
    assay_txtstat_word word;

    return next_word(reader, field, &word) &&
           (assay_txtstat_number(&word, ret_number) ||
            fault_at(reader, ASSAY_MALFORMED, word.offset, field, "expected a number here"));
}

static bool take_field(assay_txtstat_reader *reader, const char *field, const char *key,
                       uint32_t *ret_number)
{
    return take_key(reader, field, key) && take_number(reader, field, ret_number);
}

/* Bytes up to the next other word; `most` go into `bytes`. */
static size_t take_bytes(assay_txtstat_reader *reader, uint8_t *bytes, size_t most)
{
    assay_txtstat_words ahead = reader->words;
    assay_txtstat_word word;
    size_t count = 0;
    int byte;

    while (assay_txtstat_word_next(&ahead, &word) && (byte = assay_txtstat_byte(&word)) >= 0) {
        if (count < most)
            bytes[count] = (uint8_t)byte;
        count++;
        reader->words = ahead;
    }
    return count;
}

/* "36 bytes" and as many. */
static bool take_data(assay_txtstat_reader *reader, const char *field, const char *key)
{
    assay_txtstat_record *const record = &reader->record;
    assay_txtstat_word word;
    uint32_t size;

    if (!take_field(reader, field, key, &size) || !take_key(reader, field, "bytes"))
        return false;
    record->data_offset = reader->words.cursor.offset;
    for (uint32_t i = 0; i < size; i++) {
        if (!next_word(reader, field, &word))
            return false;
        const int byte = assay_txtstat_byte(&word);
        if (byte < 0)
            return fault_at(reader, ASSAY_MALFORMED, word.offset, field,
                            "%u bytes of data, and no byte is here after %u of them", size, i);
        if (i == 0)
            record->data_offset = word.offset;
        assay_put_u8(&record->data, (uint8_t)byte);
    }
    if (record->data.failure != 0)
        return fault_at(reader, (enum assay_kind)record->data.failure, record->data_offset, field,
                        "%u bytes of data are too many to keep", size);
    return true;
}

/* Digests. */

static uint16_t alg_of_size(size_t size)
{
    static const uint16_t usual[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA384,
                                      ASSAY_ALG_SHA512 };

    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (assay_alg_find(usual[i])->size == size)
            return usual[i];
    return 0;
}

/* Of which algorithm a digest is that has no name: as the log at hand, or by its size. */
static uint16_t alg_of(const assay_txtstat_reader *reader, size_t size, bool *ret_stale)
{
    const assay_alg *const said = assay_alg_find(reader->alg);

    *ret_stale = said != NULL && said->id == ASSAY_ALG_SHA1 && size == SHA1_SIZE + STALE;
    return said != NULL && (said->size == size || *ret_stale) ? said->id : alg_of_size(size);
}

static bool add_digest(assay_txtstat_reader *reader, uint16_t alg, uint64_t offset)
{
    assay_txtstat_record *const record = &reader->record;

    if (record->digest_count == ASSAY_BANKS_MAX)
        return fault_at(reader, ASSAY_MALFORMED, offset, "count", "an event has at most %d digests",
                        ASSAY_BANKS_MAX);
    for (size_t i = 0; i < record->digest_count; i++)
        if (record->digests[i].alg == alg)
            return fault_at(reader, ASSAY_MALFORMED, offset, "digests",
                            "a second digest of algorithm 0x%04x", alg);
    record->digests[record->digest_count++] = (assay_bank){ alg, assay_alg_find(alg)->size };
    return true;
}

/* Of the log of one bank. */
static bool take_digest(assay_txtstat_reader *reader)
{
    assay_txtstat_record *const record = &reader->record;
    uint8_t bytes[ASSAY_DIGEST_MAX];

    if (!take_key(reader, "Digest", "Digest:"))
        return false;
    const uint64_t offset = peek(reader).offset;
    const size_t size = take_bytes(reader, bytes, sizeof bytes);
    const uint16_t alg = alg_of(reader, size, &record->stale);
    if (alg == 0 && at_end(reader))
        return fault_at(reader, ASSAY_TRUNCATED, offset, "Digest", "the text ends inside a digest");
    if (alg == 0)
        return fault_at(reader, ASSAY_MALFORMED, offset, "Digest",
                        "%zu bytes, which is no digest's size", size);
    memcpy(record->values[0], bytes, sizeof bytes);
    return add_digest(reader, alg, offset);
}

/* "SHA256:", or "alg 000b:" */
static bool take_alg(assay_txtstat_reader *reader, assay_txtstat_word *word, uint16_t *ret_alg)
{
    uint8_t number[2];

    if (!next_word(reader, "digests", word))
        return false;
    *ret_alg = assay_txtstat_alg(word);
    if (assay_txtstat_word_is(word, "alg") && next_word(reader, "digests", word)) {
        assay_cursor c = assay_cursor_of(word->text);

        if (assay_hex_decode(assay_take(&c, 4), number, 2) &&
            assay_alg_find((uint16_t)(number[0] << 8 | number[1])) != NULL)
            *ret_alg = (uint16_t)(number[0] << 8 | number[1]);
    }
    return *ret_alg != 0 || fault_at(reader, ASSAY_MALFORMED, word->offset, "digests",
                                     "expected the name of an algorithm here, such as SHA256:");
}

static bool take_named_digest(assay_txtstat_reader *reader)
{
    assay_txtstat_record *const record = &reader->record;
    assay_txtstat_word word;
    uint16_t alg;

    if (!take_alg(reader, &word, &alg) || !add_digest(reader, alg, word.offset))
        return false;
    const size_t size = assay_alg_find(alg)->size;
    const size_t count =
        take_bytes(reader, record->values[record->digest_count - 1], ASSAY_DIGEST_MAX);
    if (count < size && at_end(reader))
        return fault_at(reader, ASSAY_TRUNCATED, word.offset, "digests",
                        "the text ends inside a digest");
    if (count != size && !(alg == ASSAY_ALG_SHA1 && count == SHA1_SIZE + STALE))
        return fault_at(reader, ASSAY_MALFORMED, word.offset, "digests",
                        "%zu bytes in a digest of algorithm 0x%04x, which has %zu", count, alg,
                        size);
    record->stale |= count != size;
    return true;
}

static void begin(assay_txtstat_reader *reader)
{
    assay_txtstat_record *const record = &reader->record;

    record->offset = reader->place;
    record->digest_count = 0;
    record->stale = false;
    record->data.used = 0;
    record->size = 0;
}

bool assay_txtstat_record_read(assay_txtstat_reader *reader)
{
    assay_txtstat_record *const record = &reader->record;

    begin(reader);
    if (!take_number(reader, "PCRIndex", &record->pcr_index) ||
        !take_field(reader, "Type", "Type:", &record->type) || !take_digest(reader) ||
        !take_data(reader, "Data", "Data:"))
        return false;
    record->size = (uint64_t)BANK_FIXED + record->digests[0].size + record->data.used;
    return true;
}

/* Without digests, tboot says that something is wrong, and nothing of the data. */
static bool take_agile_data(assay_txtstat_reader *reader)
{
    assay_txtstat_words ahead = reader->words;
    assay_txtstat_word word;

    if (reader->record.digest_count == 0 && assay_txtstat_word_next(&ahead, &word) &&
        !assay_txtstat_word_is(&word, "event_data:")) {
        reader->record.data_offset = reader->words.cursor.offset;
        return true;
    }
    return take_data(reader, "event_data", "event_data:");
}

bool assay_txtstat_agile_read(assay_txtstat_reader *reader)
{
    assay_txtstat_record *const record = &reader->record;
    uint32_t count;

    begin(reader);
    if (!take_number(reader, "pcr_index", &record->pcr_index) ||
        !take_field(reader, "event_type", "event_type:", &record->type) ||
        !take_field(reader, "count", "count:", &count))
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!take_named_digest(reader))
            return false;
    if (!take_agile_data(reader))
        return false;
    record->size = AGILE_FIXED + record->data.used;
    for (size_t i = 0; i < record->digest_count; i++)
        record->size += (uint64_t)AGILE_ALG + record->digests[i].size;
    return true;
}

/* The header. */

/* Its digest is printed as text, which may be any. */
static bool skip_to(assay_txtstat_reader *reader, const char *field, const char *key)
{
    enum { WORDS = 64 };
    assay_txtstat_word word;

    for (int i = 0; i < WORDS; i++) {
        if (!next_word(reader, field, &word))
            return false;
        if (assay_txtstat_word_is(&word, key))
            return true;
    }
    return fault_at(reader, ASSAY_MALFORMED, word.offset, field, "expected \"%s\" here", key);
}

static bool take_bank(assay_txtstat_reader *reader)
{
    assay_txtstat_record *const record = &reader->record;
    const uint64_t offset = peek(reader).offset;
    uint32_t id, size;

    if (!take_field(reader, "algorithmId", "algorithm_id:", &id) ||
        !take_field(reader, "digestSize", "digest_size:", &size))
        return false;
    const assay_alg *const alg = id <= UINT16_MAX ? assay_alg_find((uint16_t)id) : NULL;
    if (id > UINT16_MAX || size == 0 || size > UINT16_MAX || (alg != NULL && alg->size != size))
        return fault_at(reader, ASSAY_MALFORMED, offset, "digestSize",
                        "%u bytes is no digest size of algorithm 0x%04x", size, id);
    for (size_t i = 0; i < record->digest_count; i++)
        if (record->digests[i].alg == id)
            return fault_at(reader, ASSAY_MALFORMED, offset, "algorithmId",
                            "algorithm 0x%04x is listed twice", id);
    record->digests[record->digest_count++] = (assay_bank){ (uint16_t)id, (uint16_t)size };
    return true;
}

static bool take_banks(assay_txtstat_reader *reader)
{
    const uint64_t offset = peek(reader).offset;
    uint32_t count;

    if (!take_field(reader, "numberOfAlgorithms", "number_of_algorithms:", &count))
        return false;
    if (count == 0 || count > ASSAY_BANKS_MAX)
        return fault_at(reader, ASSAY_MALFORMED, offset, "numberOfAlgorithms",
                        "%u algorithms; a log has between 1 and %d", count, ASSAY_BANKS_MAX);
    for (uint32_t i = 0; i < count; i++)
        if (!take_bank(reader))
            return false;
    return true;
}

static bool take_small(assay_txtstat_reader *reader, const char *key, uint8_t *ret_number)
{
    uint32_t number = 0;

    if (!take_field(reader, "TCG_EfiSpecIDEvent", key, &number))
        return false;
    *ret_number = (uint8_t)number;
    return number <= UINT8_MAX || fault_at(reader, ASSAY_MALFORMED, reader->words.cursor.offset,
                                           "TCG_EfiSpecIDEvent", "%u is more than a byte", number);
}

bool assay_txtstat_header_read(assay_txtstat_reader *reader)
{
    static const char signature[] = "signature:";
    assay_txtstat_record *const record = &reader->record;
    assay_spec_id *const spec_id = &record->spec_id;

    begin(reader);
    *spec_id = (assay_spec_id){ .present = true, .signature = 3 };
    if (!skip_to(reader, "signature", signature) || !take_key(reader, "signature", "Spec") ||
        !take_key(reader, "signature", "ID") || !take_key(reader, "signature", "Event03") ||
        !take_field(reader, "platformClass", "platform_class:", &spec_id->platform_class) ||
        !take_small(reader, "spec_version_major:", &spec_id->version_major) ||
        !take_small(reader, "spec_version_minor:", &spec_id->version_minor) ||
        !take_small(reader, "spec_errata:", &spec_id->errata) ||
        !take_small(reader, "uintn_size:", &spec_id->uintn_size) || !take_banks(reader) ||
        !take_data(reader, "vendorInfo", "vendor_info:"))
        return false;
    if (record->data.used > UINT8_MAX)
        return fault_at(reader, ASSAY_MALFORMED, record->data_offset, "vendorInfoSize",
                        "%zu bytes are more than there is room for", record->data.used);
    record->size = TCG12_FIXED + SPEC_ID_FIXED + 4u * record->digest_count + record->data.used;
    return true;
}
