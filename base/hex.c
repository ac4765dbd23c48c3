/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/hex.h"

/* Both digits of every byte: one load and one store a byte. */
static const char pairs[2 * 256 + 1] =
    "000102030405060708090a0b0c0d0e0f"
    "101112131415161718191a1b1c1d1e1f"
    "202122232425262728292a2b2c2d2e2f"
    "303132333435363738393a3b3c3d3e3f"
    "404142434445464748494a4b4c4d4e4f"
    "505152535455565758595a5b5c5d5e5f"
    "606162636465666768696a6b6c6d6e6f"
    "707172737475767778797a7b7c7d7e7f"
    "808182838485868788898a8b8c8d8e8f"
    "909192939495969798999a9b9c9d9e9f"
    "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
    "b0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
    "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
    "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
    "e0e1e2e3e4e5e6e7e8e9eaebecedeeef"
    "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

typedef uint8_t vector __attribute__((vector_size(16)));

static vector digits_of(vector nibbles)
{
    return nibbles + '0' + ((vector)(nibbles > 9) & ('a' - '0' - 10));
}

/* Sixteen bytes at once: most of what this project prints is digests. */
static void encode_sixteen(char *text, const uint8_t *bytes)
{
    vector all;

    memcpy(&all, bytes, sizeof all);
    const vector high = digits_of(all >> 4), low = digits_of(all & 15);
    const vector first = __builtin_shufflevector(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5,
                                                 21, 6, 22, 7, 23);
    const vector second = __builtin_shufflevector(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28,
                                                  13, 29, 14, 30, 15, 31);
    memcpy(text, &first, sizeof first);
    memcpy(text + sizeof first, &second, sizeof second);
}

void assay_hex_encode(char *text, assay_bytes bytes)
{
    size_t i = 0;

    for (; bytes.size - i >= sizeof(vector); i += sizeof(vector))
        encode_sixteen(text + 2 * i, bytes.data + i);
    for (; i < bytes.size; i++)
        memcpy(text + 2 * i, pairs + (size_t)2 * bytes.data[i], 2);
}

/* One more than the value of each digit; 0 for all other characters. Text forms decode little else. */
static const uint8_t values[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

int assay_hex_digit(char c)
{
    return values[(uint8_t)c] - 1;
}

bool assay_hex_decode(assay_bytes text, uint8_t *ret_bytes, size_t size)
{
    unsigned others = 0;

    if (text.size % 2 != 0 || text.size / 2 != size)
        return false;
    for (size_t i = 0; i < text.size; i++)
        others |= values[text.data[i]] == 0;
    if (others != 0)
        return false;
    for (size_t i = 0; i < size; i++)
        ret_bytes[i] = (uint8_t)((values[text.data[2 * i]] - 1U) << 4 |
                                 (values[text.data[2 * i + 1]] - 1U));
    return true;
}
