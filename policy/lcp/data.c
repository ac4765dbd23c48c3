/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/data.h"

static const char file_signature[32] = "Intel(R) TXT LCP_POLICY_DATA";

enum { NUM_LISTS = sizeof file_signature + 3 };

static assay_bytes signature_bytes(void)
{
    return assay_bytes_of(file_signature, sizeof file_signature);
}

bool assay_lcp_data_detect(assay_bytes bytes)
{
    return assay_bytes_start_with(bytes, signature_bytes());
}

static int fail_at(assay_error *error, enum assay_kind kind, size_t offset, const char *field,
                   const char *what)
{
    return assay_fail(error, kind, (assay_place){ offset, ASSAY_NO_EVENT, field }, "%s", what);
}

/* The lists; those before a fault stay. */
static int read_lists(assay_lcp_data *data, assay_cursor *cursor, size_t count, assay_error *error)
{
    for (size_t i = 0; i < count; i++) {
        const int status = assay_lcp_list_read(cursor, 0, &data->lists[i], error);

        if (status < 0)
            return status;
        data->list_count = i + 1;
    }
    return 0;
}

int assay_lcp_data_read(assay_lcp_data *ret_data, assay_bytes bytes, assay_error *error)
{
    assay_cursor cursor = assay_cursor_of(bytes);

    *ret_data = (assay_lcp_data){ .bytes = bytes };
    if (!assay_lcp_data_detect(bytes))
        return fail_at(error, ASSAY_UNKNOWN_FORMAT, 0, "FileSignature",
                       "a policy data file begins with \"Intel(R) TXT LCP_POLICY_DATA\"");
    assay_take(&cursor, sizeof file_signature);
    for (unsigned i = 0; i < 3; i++)
        ret_data->reserved |= (uint32_t)assay_take_u8(&cursor) << 8 * i;
    const uint8_t count = assay_take_u8(&cursor);
    if (cursor.failed)
        return fail_at(error, ASSAY_TRUNCATED, bytes.size, "NumLists",
                       "the input ends before the number of lists");
    if (count > ASSAY_LCP_LISTS_MAX) {
        read_lists(ret_data, &cursor, ASSAY_LCP_LISTS_MAX, NULL);
        return assay_fail(error, ASSAY_MALFORMED,
                          (assay_place){ NUM_LISTS, ASSAY_NO_EVENT, "NumLists" },
                          "%u lists; there may be 8", count);
    }
    const int status = read_lists(ret_data, &cursor, count, error);
    if (status == 0)
        ret_data->after = assay_take_rest(&cursor);
    return status;
}

void assay_lcp_data_encode(assay_writer *writer, const assay_lcp_data *data)
{
    assay_put(writer, signature_bytes());
    for (unsigned i = 0; i < 3; i++)
        assay_put_u8(writer, (uint8_t)(data->reserved >> 8 * i));
    assay_put_u8(writer, (uint8_t)data->list_count);
    for (size_t i = 0; i < data->list_count; i++)
        assay_lcp_list_encode(writer, &data->lists[i]);
    assay_put(writer, data->after);
}

int assay_lcp_data_hash(const assay_lcp_data *data, assay_hash *hash, uint8_t *ret_digest)
{
    uint8_t measured[ASSAY_LCP_LISTS_MAX][ASSAY_DIGEST_MAX];
    assay_bytes parts[ASSAY_LCP_LISTS_MAX];

    for (size_t i = 0; i < data->list_count; i++) {
        const int status = assay_lcp_list_measure(&data->lists[i], hash, measured[i]);

        if (status < 0)
            return status;
        parts[i] = assay_bytes_of(measured[i], assay_hash_size(hash));
    }
    return assay_hash_parts(hash, parts, data->list_count, ret_digest);
}
