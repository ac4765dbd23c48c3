/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/pcrinfo.h"

enum { SELECT_MAX = 4, SELECT_OF_TPM2 = 3, SHA1_SIZE = 20 };

uint8_t assay_lcp_select_usual(uint32_t type, uint32_t pcrs)
{
    uint8_t size = 1;

    if (type != ASSAY_LCP_PCONF)
        return SELECT_OF_TPM2;
    while (size < SELECT_MAX && pcrs >> 8 * size != 0)
        size++;
    return size;
}

static const char *take_select(assay_cursor *cursor, size_t size, assay_lcp_pcr_info *info)
{
    if (cursor->failed)
        return NULL;
    if (size == 0 || size > SELECT_MAX)
        return "sizeOfSelect is none of 1 to 4";
    info->select_size = (uint8_t)size;
    for (size_t i = 0; i < size; i++)
        info->pcrs |= (uint32_t)assay_take_u8(cursor) << 8 * i;
    return NULL;
}

static const char *take_short(assay_cursor *cursor, assay_lcp_pcr_info *info)
{
    info->bank = ASSAY_ALG_SHA1;
    const char *const why = take_select(cursor, assay_take_u16be(cursor), info);
    info->locality = assay_take_u8(cursor);
    info->digest = assay_take(cursor, SHA1_SIZE);
    return why;
}

static const char *take_quote(assay_cursor *cursor, assay_lcp_pcr_info *info)
{
    const uint32_t count = assay_take_u32be(cursor);

    if (!cursor->failed && count != 1)
        return "the count of PCR selections is not 1";
    info->bank = assay_take_u16be(cursor);
    const char *const why = take_select(cursor, assay_take_u8(cursor), info);
    if (why != NULL)
        return why;
    info->digest = assay_take(cursor, assay_take_u16be(cursor));
    return info->digest.size > ASSAY_DIGEST_MAX ? "its digest is longer than any" : NULL;
}

const char *assay_lcp_pcr_info_take(assay_cursor *cursor, uint32_t type,
                                    assay_lcp_pcr_info *ret_info)
{
    assay_lcp_pcr_info info = { 0 };
    const char *const why =
        type == ASSAY_LCP_PCONF ? take_short(cursor, &info) : take_quote(cursor, &info);

    *ret_info = info;
    return why;
}

bool assay_lcp_pcr_info_next(const assay_lcp_element *element, assay_cursor *cursor,
                             assay_lcp_pcr_info *ret_info)
{
    return assay_left(cursor) > 0 &&
           assay_lcp_pcr_info_take(cursor, element->type, ret_info) == NULL && !cursor->failed;
}

static void put_select(assay_writer *writer, const assay_lcp_pcr_info *info, size_t size)
{
    for (size_t i = 0; i < size; i++)
        assay_put_u8(writer, (uint8_t)(info->pcrs >> 8 * i));
}

void assay_lcp_pcr_info_encode(assay_writer *writer, uint32_t type, const assay_lcp_pcr_info *info)
{
    const uint8_t size =
        info->select_size == 0 ? assay_lcp_select_usual(type, info->pcrs) : info->select_size;

    if (type == ASSAY_LCP_PCONF) {
        assay_put_u16be(writer, size);
        put_select(writer, info, size);
        assay_put_u8(writer, info->locality);
    } else {
        assay_put_u32be(writer, 1);
        assay_put_u16be(writer, info->bank);
        assay_put_u8(writer, size);
        put_select(writer, info, size);
        assay_put_u16be(writer, (uint16_t)info->digest.size);
    }
    assay_put(writer, info->digest);
}
