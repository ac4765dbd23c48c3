/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/words.h"

#include "base/number.h"

#include <stdio.h>

#define BIT(n) (1u << (n))

const assay_lcp_word assay_lcp_policy_control_words[] = {
    { BIT(1), "npw_ok" },
    { BIT(2), "os_sinit_data_capabilities" },
    { BIT(3), "po_required_or_ps_pconf_enforced" }, /* by which of the two indices it is in */
    { BIT(3), "po_required" },
    { BIT(3), "ps_pconf_enforced" },
    { BIT(16), "ignore_ps_mle" },
    { BIT(17), "ignore_ps_pconf" },
    { BIT(20), "ignore_ps_stm" },
    { BIT(31), "aux_deletion_control" },
    { 0, NULL },
};

const assay_lcp_word assay_lcp_element_control_words[] = {
    { BIT(0), "ignore_ps" },
    { BIT(1), "stm_required" },
    { 0, NULL },
};

const assay_lcp_word assay_lcp_hash_mask_words[] = {
#define HASH_BIT(bit, alg, name) { BIT(bit), name },
#include "policy/lcp/masks.def"
    { BIT(5), "sm3" }, /* as tboot's tools call sm3_256 */
    { 0, NULL },
};

const assay_lcp_word assay_lcp_sign_mask_words[] = {
#define SIGN_BIT(bit, name, key_alg, key_bits, hash_alg) { BIT(bit), name },
#include "policy/lcp/masks.def"
    { 0, NULL },
};

uint32_t assay_lcp_word_bit(const assay_lcp_word *words, assay_bytes name)
{
    uint64_t bit;

    for (; words->name != NULL; words++)
        if (assay_bytes_equal(name, assay_bytes_of_string(words->name)))
            return words->bit;
    if (!assay_bytes_start_with(name, ASSAY_LITERAL("bit ")) &&
        !assay_bytes_start_with(name, ASSAY_LITERAL("bit_")))
        return 0;
    return assay_digits_read(assay_bytes_of(name.data + 4, name.size - 4), 10, 31, &bit) ? BIT(bit)
                                                                                         : 0;
}

const char *assay_lcp_word_of(const assay_lcp_word *words, uint32_t bits,
                              char unnamed[ASSAY_LCP_UNNAMED])
{
    const uint32_t bit = bits & ~(bits - 1);

    for (; words->name != NULL; words++)
        if (words->bit == bit)
            return words->name;
    snprintf(unnamed, ASSAY_LCP_UNNAMED, "bit %d", bits == 0 ? 0 : __builtin_ctz(bits));
    return unnamed;
}

void assay_lcp_emit_words(assay_output *out, const char *key, const assay_lcp_word *words,
                          uint32_t bits)
{
    char unnamed[ASSAY_LCP_UNNAMED];

    assay_emit_array(out, key);
    for (; bits != 0; bits &= bits - 1)
        assay_emit_string(out, NULL, assay_lcp_word_of(words, bits, unnamed));
    assay_emit_end(out);
}

void assay_lcp_put_words(assay_writer *writer, const assay_lcp_word *words, uint32_t bits)
{
    char unnamed[ASSAY_LCP_UNNAMED];

    if (bits == 0)
        assay_put_string(writer, "none");
    for (; bits != 0; bits &= bits - 1) {
        assay_put_string(writer, assay_lcp_word_of(words, bits, unnamed));
        if ((bits & (bits - 1)) != 0)
            assay_put_string(writer, ", ");
    }
}

bool assay_lcp_words_parse(const assay_lcp_word *words, assay_bytes text, uint32_t max,
                           uint32_t *ret_bits)
{
    uint64_t number;
    uint32_t bits = 0;

    if (assay_number_read(text, max, &number)) {
        *ret_bits = (uint32_t)number;
        return true;
    }
    if (assay_bytes_equal(text, ASSAY_LITERAL("none"))) {
        *ret_bits = 0;
        return true;
    }
    while (true) {
        const size_t end = assay_bytes_find(text, ASSAY_LITERAL(","));
        const uint32_t bit = assay_lcp_word_bit(words, assay_bytes_of(text.data, end));

        if (bit == 0 || bit > max)
            return false;
        bits |= bit;
        if (end == text.size)
            break;
        text = assay_bytes_of(text.data + end + 1, text.size - end - 1);
    }
    *ret_bits = bits;
    return true;
}
