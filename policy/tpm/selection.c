/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/tpm/selection.h"

enum { SELECT_SIZE = 3 }; /* sizeofSelect of every TPM with 24 PCRs */

static assay_tpm_selected *find(assay_tpm_selection *selection, uint16_t alg)
{
    for (size_t i = 0; i < selection->count; i++)
        if (selection->banks[i].alg == alg)
            return &selection->banks[i];
    return NULL;
}

bool assay_tpm_select(assay_tpm_selection *selection, uint16_t alg, assay_pcr_set pcrs)
{
    assay_tpm_selected *selected = find(selection, alg);

    if (assay_alg_find(alg) == NULL || (pcrs & ~ASSAY_ALL_PCRS) != 0)
        return false;
    if (pcrs == 0)
        return true;
    if (selected == NULL) {
        if (selection->count == ASSAY_ALGS)
            return false;
        selected = &selection->banks[selection->count++];
        *selected = (assay_tpm_selected){ .alg = alg };
    }
    selected->pcrs |= pcrs;
    return true;
}

size_t assay_tpm_selection_count(const assay_tpm_selection *selection)
{
    size_t count = 0;

    for (size_t i = 0; i < selection->count; i++)
        count += (size_t)__builtin_popcount(selection->banks[i].pcrs);
    return count;
}

void assay_tpm_selection_put(assay_writer *writer, const assay_tpm_selection *selection)
{
    assay_put_u32be(writer, (uint32_t)selection->count);
    for (size_t i = 0; i < selection->count; i++) {
        assay_put_u16be(writer, selection->banks[i].alg);
        assay_put_u8(writer, SELECT_SIZE);
        for (size_t byte = 0; byte < SELECT_SIZE; byte++)
            assay_put_u8(writer, (uint8_t)(selection->banks[i].pcrs >> 8 * byte));
    }
}

void assay_tpm_selection_write(assay_writer *writer, const assay_tpm_selection *selection)
{
    for (size_t i = 0; i < selection->count; i++) {
        const char *separator = ":";

        assay_put_format(writer, "%s%s", i == 0 ? "" : "+",
                         assay_alg_find(selection->banks[i].alg)->name);
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (assay_pcr_set_has(selection->banks[i].pcrs, pcr)) {
                assay_put_format(writer, "%s%u", separator, pcr);
                separator = ",";
            }
    }
}

int assay_tpm_selection_put_values(assay_writer *writer, const assay_tpm_selection *selection,
                                   const assay_pcrs *values, assay_error *error)
{
    for (size_t i = 0; i < selection->count; i++) {
        const uint16_t alg = selection->banks[i].alg;

        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
            if (!assay_pcr_set_has(selection->banks[i].pcrs, pcr))
                continue;
            const assay_bytes value = assay_pcrs_value(values, alg, pcr);
            if (value.size == 0)
                return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                                  "PCR %u of %s has no value here", pcr, assay_alg_find(alg)->name);
            assay_put(writer, value);
        }
    }
    return 0;
}

/* Reading: BANK:PCR[,PCR]...[+BANK:...], which tpm2-tools' pcr_parse_selections takes too. */

static int refuse(assay_error *error, assay_bytes text, const uint8_t *at, const char *why)
{
    const assay_place place = { (uint64_t)(at - text.data), ASSAY_NO_EVENT, NULL };

    return assay_fail(error, ASSAY_MALFORMED, place, "%s", why);
}

/* What stands before the next `end`, which is passed over; *ret_more: there was one. */
static assay_bytes take_until(assay_bytes *left, char end, bool *ret_more)
{
    const size_t size = assay_bytes_find(*left, assay_bytes_of(&end, 1));
    const assay_bytes taken = { left->data, size };
    const size_t passed = size < left->size ? size + 1 : size;

    *ret_more = size < left->size;
    left->data += passed;
    left->size -= passed;
    return taken;
}

/* A PCR of one or two digits; PCR 24 where it is none. */
static unsigned read_pcr(assay_bytes digits)
{
    unsigned pcr = 0;

    if (digits.size < 1 || digits.size > 2)
        return ASSAY_PCRS;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return ASSAY_PCRS;
        pcr = 10 * pcr + digits.data[i] - '0';
    }
    return pcr < ASSAY_PCRS ? pcr : ASSAY_PCRS;
}

static int read_pcrs(assay_pcr_set *ret_pcrs, assay_bytes list, assay_bytes text,
                     assay_error *error)
{
    assay_pcr_set pcrs = 0;
    bool more;

    if (assay_bytes_equal(list, ASSAY_LITERAL("all"))) {
        *ret_pcrs = ASSAY_ALL_PCRS;
        return 0;
    }
    do {
        const assay_bytes digits = take_until(&list, ',', &more);
        const unsigned pcr = read_pcr(digits);
        if (pcr == ASSAY_PCRS)
            return refuse(error, text, digits.data, "no PCR from 0 to 23 stands here");
        pcrs |= (assay_pcr_set)1 << pcr;
    } while (more);
    *ret_pcrs = pcrs;
    return 0;
}

int assay_tpm_selection_read(assay_tpm_selection *ret_selection, assay_bytes text,
                             assay_error *error)
{
    assay_tpm_selection selection = { 0 };
    assay_bytes left = text;
    bool more;

    do {
        bool has_list;
        assay_bytes list = take_until(&left, '+', &more);
        const assay_bytes name = take_until(&list, ':', &has_list);
        const assay_alg *const alg = assay_alg_by_name(name);
        assay_pcr_set pcrs = 0;

        if (alg == NULL)
            return refuse(error, text, name.data, "no hash algorithm known here stands here");
        if (!has_list)
            return refuse(error, text, list.data, "no PCRs follow the bank");
        if (find(&selection, alg->id) != NULL)
            return refuse(error, text, name.data, "a bank comes twice");
        const int failed = read_pcrs(&pcrs, list, text, error);
        if (failed != 0)
            return failed;
        assay_tpm_select(&selection, alg->id, pcrs);
    } while (more);
    *ret_selection = selection;
    return 0;
}
