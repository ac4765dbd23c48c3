/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/make.h"

#include "base/hex.h"
#include "base/number.h"
#include "policy/lcp/pcrinfo.h"

/* The next line of a text, without what ends it; moves behind. */
static assay_bytes take_line(assay_cursor *cursor)
{
    const assay_bytes rest = assay_peek_rest(cursor);
    const size_t end = assay_bytes_find(rest, ASSAY_LITERAL("\n"));
    assay_bytes line = assay_take(cursor, end);

    assay_take_up_to(cursor, 1);
    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    return line;
}

static assay_bytes trimmed(assay_bytes line)
{
    line.size = assay_bytes_find(line, ASSAY_LITERAL("#"));
    while (line.size > 0 && (line.data[0] == ' ' || line.data[0] == '\t'))
        line = assay_bytes_of(line.data + 1, line.size - 1);
    while (line.size > 0 && (line.data[line.size - 1] == ' ' || line.data[line.size - 1] == '\t'))
        line.size--;
    return line;
}

/* The digits of one digest, with blanks or colons between bytes; how many bytes, or -1. */
static int take_digest(assay_bytes line, size_t size, uint8_t *digest)
{
    size_t count = 0, i = 0;
    bool parted = false;

    if (assay_bytes_start_with(line, ASSAY_LITERAL("0x")))
        i = 2;
    while (i < line.size && count < size) {
        if (line.data[i] == ' ' || line.data[i] == ':') {
            parted = true;
            i++;
            continue;
        }
        if (i + 1 >= line.size ||
            !assay_hex_decode(assay_bytes_of(line.data + i, 2), digest + count, 1))
            return -1;
        count++;
        i += 2;
    }
    /* sha256sum's name of the file comes behind a blank; bytes one by one may be too many */
    if (i < line.size && (parted || line.data[i] != ' '))
        return -1;
    return (int)count;
}

int assay_lcp_hash_file_read(assay_writer *digests, assay_bytes text, uint16_t alg,
                             assay_error *error)
{
    const assay_alg *const row = assay_alg_find(alg);
    assay_cursor cursor = assay_cursor_of(text);
    uint8_t digest[ASSAY_DIGEST_MAX];
    unsigned count = 0;

    if (row == NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "the algorithm is unknown");
    while (assay_left(&cursor) > 0) {
        const size_t offset = cursor.offset;
        const assay_bytes line = trimmed(take_line(&cursor));

        if (line.size == 0)
            continue;
        if (take_digest(line, row->size, digest) != row->size)
            return assay_fail(error, ASSAY_MALFORMED, (assay_place){ offset, ASSAY_NO_EVENT, NULL },
                              "a line that is no digest of %s: %u bytes in hexadecimal", row->name,
                              row->size);
        assay_put(digests, assay_bytes_of(digest, row->size));
        count++;
    }
    return count > 0
               ? 0
               : assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE, "there is no digest in it");
}

static bool is_line_of_pcr(assay_bytes line, uint64_t *ret_pcr, assay_bytes *ret_value)
{
    const size_t colon = assay_bytes_find(line, ASSAY_LITERAL(":"));

    if (colon == line.size ||
        !assay_digits_read(assay_bytes_of(line.data, colon), 10, ASSAY_PCRS - 1, ret_pcr))
        return false;
    *ret_value = trimmed(assay_bytes_of(line.data + colon + 1, line.size - colon - 1));
    return true;
}

int assay_lcp_pcr_file_read(assay_bytes text, assay_pcrs *ret_pcrs, uint8_t *ret_locality,
                            assay_error *error)
{
    static const char locality_key[] = "locality:";
    assay_pcrs pcrs = { 0 };
    assay_pcr_bank *const bank = assay_pcrs_add_bank(&pcrs, ASSAY_ALG_SHA1);
    assay_cursor cursor = assay_cursor_of(text);
    uint64_t locality = 0x1f, pcr;
    assay_bytes value;

    while (assay_left(&cursor) > 0) {
        const assay_place place = { cursor.offset, ASSAY_NO_EVENT, NULL };
        const assay_bytes line = trimmed(take_line(&cursor));
        bool taken = line.size == 0;

        if (assay_bytes_start_with(line, assay_bytes_of_string(locality_key)))
            taken = assay_number_read(trimmed(assay_bytes_of(line.data + sizeof locality_key - 1,
                                                             line.size - sizeof locality_key + 1)),
                                      UINT8_MAX, &locality);
        else if (is_line_of_pcr(line, &pcr, &value) &&
                 !assay_pcr_set_has(bank->present, (unsigned)pcr))
            taken = assay_hex_decode(value, bank->value[pcr], bank->size);
        else if (line.size > 0)
            taken = false;
        if (!taken)
            return assay_fail(error, ASSAY_MALFORMED, place,
                              "a line that is neither 'locality:0x1F' nor '0:' and 20 bytes of a "
                              "PCR that was not there yet");
        if (line.size > 0 && line.data[0] != 'l')
            bank->present |= 1u << pcr;
    }
    if (bank->present == 0)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE, "there is no PCR value in it");
    *ret_pcrs = pcrs;
    *ret_locality = (uint8_t)locality;
    return 0;
}

static int hash_values(const assay_pcrs *pcrs, const assay_lcp_pcr_info *info, assay_hash *hash,
                       assay_error *error)
{
    int status = 0;

    for (unsigned i = 0; i < 32 && status == 0; i++) {
        if ((info->pcrs >> i & 1) == 0)
            continue;
        const assay_bytes value =
            i < ASSAY_PCRS ? assay_pcrs_value(pcrs, info->bank, i) : ASSAY_NO_BYTES;

        if (value.data == NULL)
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                              "PCR %u has no value in the bank that is wanted", i);
        status = assay_hash_update(hash, value);
    }
    return status;
}

static unsigned count_of(uint32_t pcrs)
{
    return (unsigned)__builtin_popcount(pcrs);
}

/* TPM_PCR_COMPOSITE (TPM 1.2 Part 2, 5.4.1) before its values: select, and their size. */
static int hash_composite_head(const assay_lcp_pcr_info *info, assay_hash *hash)
{
    uint8_t head[2 + 4 + 4];
    assay_writer writer = assay_writer_lent(head, sizeof head);
    const uint8_t size = info->select_size == 0
                             ? assay_lcp_select_usual(ASSAY_LCP_PCONF, info->pcrs)
                             : info->select_size;

    assay_put_u16be(&writer, size);
    for (unsigned i = 0; i < size; i++)
        assay_put_u8(&writer, (uint8_t)(info->pcrs >> 8 * i));
    assay_put_u32be(&writer, 20 * count_of(info->pcrs));
    return assay_hash_update(hash, assay_written(&writer));
}

int assay_lcp_composite(uint32_t element_type, const assay_lcp_pcr_info *info,
                        const assay_pcrs *pcrs, assay_hash *hash, uint8_t *ret_digest,
                        assay_error *error)
{
    int status = assay_hash_begin(hash);

    if (status == 0 && element_type == ASSAY_LCP_PCONF)
        status = hash_composite_head(info, hash);
    if (status == 0)
        status = hash_values(pcrs, info, hash, error);
    return status == 0 ? assay_hash_end(hash, ret_digest) : status;
}
