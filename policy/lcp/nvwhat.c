/* SPDX-License-Identifier: BSD-2-Clause */
/* Telling policies of one kind from those of another, and where two differ. */
#include "policy/lcp/nv.h"
#include "policy/lcp/policy.h"

enum { MAJOR_12 = 2, MAJOR_20 = 3, VLP_HEADER = 12, VLP_TYPES = 3 };

static bool is_blank(assay_bytes bytes)
{
    return bytes.size == 0 || assay_bytes_all(bytes, 0) || assay_bytes_all(bytes, 0xFF);
}

/*
 * tb_policy_t begins with its version 2 and a type of 0 to 2, an LCP_POLICY 2.2 with 2 and 2 as
 * well; but there HashAlg, 0, follows, and it has 54 bytes, which no policy of tboot has.
 */
static bool is_vlp(assay_bytes bytes)
{
    return bytes.size >= VLP_HEADER && bytes.data[0] == 2 && bytes.data[1] < VLP_TYPES;
}

enum assay_lcp_nv_what assay_lcp_nv_tell(assay_bytes bytes)
{
    if (is_blank(bytes))
        return ASSAY_LCP_NV_NOTHING;
    if (assay_lcp_data_detect(bytes))
        return ASSAY_LCP_NV_IS_DATA;
    if (bytes.size == ASSAY_LCP_POLICY_SIZE && bytes.data[1] == MAJOR_12 && bytes.data[2] == 0)
        return ASSAY_LCP_NV_IS_LCP12;
    if (bytes.size > ASSAY_LCP_POLICY2_FIXED && bytes.data[1] == MAJOR_20)
        return ASSAY_LCP_NV_IS_LCP;
    return is_vlp(bytes) ? ASSAY_LCP_NV_IS_VLP : ASSAY_LCP_NV_UNKNOWN;
}

static void describe_lcp(assay_writer *writer, assay_bytes bytes)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];
    assay_lcp_policy policy;

    assay_put_string(writer, "launch control policy ");
    if (assay_lcp_policy_read(&policy, bytes, NULL) < 0) {
        assay_put_format(writer, "%u.%u, faulty", bytes.data[1], bytes.data[0]);
        return;
    }
    assay_put_format(writer, "%u.%u, %s, %s", policy.version >> 8, policy.version & 0xFF,
                     policy.policy_type == ASSAY_LCP_TYPE_ANY    ? "ANY"
                     : policy.policy_type == ASSAY_LCP_TYPE_LIST ? "LIST"
                                                                 : "of no known type",
                     assay_alg_name(policy.hash_alg, unknown));
}

void assay_lcp_nv_describe(assay_writer *writer, assay_bytes bytes)
{
    switch (assay_lcp_nv_tell(bytes)) {
    case ASSAY_LCP_NV_NOTHING:
        assay_put_string(writer, bytes.size == 0 ? "nothing" : "nothing but one byte repeated");
        break;
    case ASSAY_LCP_NV_IS_LCP:
    case ASSAY_LCP_NV_IS_LCP12:
        describe_lcp(writer, bytes);
        break;
    case ASSAY_LCP_NV_IS_VLP:
        assay_put_string(writer, "verified launch policy of tboot");
        break;
    case ASSAY_LCP_NV_IS_DATA:
        assay_put_string(writer, "policy data file");
        break;
    default:
        assay_put_string(writer, "no policy");
    }
}

static const char *field_at(assay_bytes bytes, size_t offset)
{
    const enum assay_lcp_nv_what what = assay_lcp_nv_tell(bytes);
    const assay_lcp_field *field;
    const char *name = "data";
    const uint16_t version =
        bytes.size < 2 ? 0 : (uint16_t)(bytes.data[0] | (unsigned)bytes.data[1] << 8);

    if (what != ASSAY_LCP_NV_IS_LCP && what != ASSAY_LCP_NV_IS_LCP12)
        return name;
    for (size_t i = 0; (field = assay_lcp_policy_field(version, i)) != NULL; i++)
        if (field->offset <= offset)
            name = field->name;
    return name;
}

bool assay_lcp_nv_difference(assay_bytes a, assay_bytes b, const char **ret_field,
                             size_t *ret_offset)
{
    const size_t both = a.size < b.size ? a.size : b.size;
    size_t offset = 0;

    while (offset < both && a.data[offset] == b.data[offset])
        offset++;
    if (offset == both && a.size == b.size)
        return false;
    *ret_field = field_at(a.size > offset ? a : b, offset);
    *ret_offset = offset;
    return true;
}
