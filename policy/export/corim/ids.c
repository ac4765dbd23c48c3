/* SPDX-License-Identifier: BSD-2-Clause */
/* What CoRIM writes in other ways than people: object identifiers, times, algorithms. */
#include "policy/export/corim/corim.h"

#include "base/number.h"

#include <time.h>

/* X.690 section 8.19: seven bits a byte, the first with the top bit set but the last. */
static void put_arc(assay_writer *writer, uint64_t arc)
{
    unsigned bytes = 1;

    while (bytes < 10 && arc >> 7 * bytes != 0)
        bytes++;
    while (bytes-- > 0)
        assay_put_u8(writer, (uint8_t)((arc >> 7 * bytes & 0x7f) | (bytes > 0 ? 0x80 : 0)));
}

/* The next number of "2.999.1"; false where there is none. */
static bool next_arc(const char **dots, uint64_t *ret_arc)
{
    const size_t size = strcspn(*dots, ".");
    const assay_bytes digits = assay_bytes_of(*dots, size);

    if (size == 0 || (size > 1 && **dots == '0') ||
        !assay_digits_read(digits, 10, UINT64_MAX / 2, ret_arc))
        return false;
    *dots += size;
    return true;
}

bool assay_oid_put(assay_writer *writer, const char *dots)
{
    uint64_t first, arc;

    if (!next_arc(&dots, &first) || first > 2 || *dots++ != '.' || !next_arc(&dots, &arc) ||
        (first < 2 && arc >= 40))
        return false;
    /* The first two share one number. */
    put_arc(writer, first * 40 + arc);
    while (*dots == '.') {
        dots++;
        if (!next_arc(&dots, &arc))
            return false;
        put_arc(writer, arc);
    }
    return *dots == '\0';
}

const char *assay_oid_text(assay_arena *arena, assay_bytes contents)
{
    assay_writer text = assay_writer_growing(1 << 12);
    uint64_t arc = 0;
    bool first = true, inside = false;
    assay_bytes kept = ASSAY_NO_BYTES;

    for (size_t i = 0; i < contents.size && text.failure == 0; i++) {
        /* No leading zeros, and nothing that a u64 has no room for. */
        if ((!inside && contents.data[i] == 0x80) || arc >> 56 != 0)
            break;
        arc = arc << 7 | (contents.data[i] & 0x7f);
        inside = (contents.data[i] & 0x80) != 0;
        if (inside)
            continue;
        const uint64_t root = !first ? 0 : arc < 80 ? arc / 40 : 2;
        if (first)
            assay_put_format(&text, "%u.", (unsigned)root);
        else
            assay_put_char(&text, '.');
        assay_put_decimal(&text, arc - 40 * root);
        first = false;
        arc = 0;
        if (i + 1 == contents.size)
            assay_put_char(&text, '\0');
    }
    const bool whole = text.used > 0 && text.data[text.used - 1] == '\0';
    if (whole && assay_arena_take(arena, &text, &kept) == 0)
        return (const char *)kept.data;
    assay_writer_close(&text);
    return NULL;
}

bool assay_epoch_format(int64_t seconds, char ret_text[static ASSAY_RFC3339_SIZE])
{
    const time_t time = (time_t)seconds;
    struct tm parts;

    return gmtime_r(&time, &parts) != NULL && parts.tm_year >= -1900 && parts.tm_year <= 8099 &&
           strftime(ret_text, ASSAY_RFC3339_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts) ==
               ASSAY_RFC3339_SIZE - 1;
}

bool assay_epoch_of(const char *rfc3339, int64_t *ret_seconds)
{
    struct tm parts = { .tm_mday = 1 };
    char again[ASSAY_RFC3339_SIZE];
    const char *const end = strptime(rfc3339, "%Y-%m-%dT%H:%M:%SZ", &parts);

    if (end == NULL || *end != '\0')
        return false;
    const int64_t seconds = (int64_t)timegm(&parts);
    /* Refuses what strptime lets pass: the 31st of February, a leap second, a missing zero. */
    if (!assay_epoch_format(seconds, again) || strcmp(again, rfc3339) != 0)
        return false;
    *ret_seconds = seconds;
    return true;
}

static const struct {
    uint16_t alg;
    unsigned number;
} named_information[] = {
    { ASSAY_ALG_SHA256, 1 },    { ASSAY_ALG_SHA384, 7 },    { ASSAY_ALG_SHA512, 8 },
    { ASSAY_ALG_SHA3_256, 10 }, { ASSAY_ALG_SHA3_384, 11 }, { ASSAY_ALG_SHA3_512, 12 },
};

unsigned assay_named_information_of(uint16_t alg)
{
    for (size_t i = 0; i < sizeof named_information / sizeof *named_information; i++)
        if (named_information[i].alg == alg)
            return named_information[i].number;
    return 0;
}

uint16_t assay_alg_of_named_information(uint64_t number)
{
    for (size_t i = 0; i < sizeof named_information / sizeof *named_information; i++)
        if (named_information[i].number == number)
            return named_information[i].alg;
    return 0;
}
