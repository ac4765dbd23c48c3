/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/pcrs.h"

assay_pcr_bank *assay_pcrs_bank(assay_pcrs *pcrs, uint16_t alg)
{
    for (size_t i = 0; i < pcrs->bank_count; i++)
        if (pcrs->banks[i].alg == alg)
            return &pcrs->banks[i];
    return NULL;
}

const assay_pcr_bank *assay_pcrs_bank_const(const assay_pcrs *pcrs, uint16_t alg)
{
    for (size_t i = 0; i < pcrs->bank_count; i++)
        if (pcrs->banks[i].alg == alg)
            return &pcrs->banks[i];
    return NULL;
}

assay_pcr_bank *assay_pcrs_add_bank(assay_pcrs *pcrs, uint16_t alg)
{
    const assay_alg *const known = assay_alg_find(alg);
    assay_pcr_bank *bank = assay_pcrs_bank(pcrs, alg);

    if (bank != NULL || known == NULL)
        return bank;
    /* There is room: banks[] is as long as the table of algorithms, and none is in it twice. */
    bank = &pcrs->banks[pcrs->bank_count++];
    memset(bank, 0, sizeof *bank);
    bank->alg = alg;
    bank->size = known->size;
    return bank;
}

assay_bytes assay_pcrs_value(const assay_pcrs *pcrs, uint16_t alg, unsigned pcr)
{
    const assay_pcr_bank *const bank = assay_pcrs_bank_const(pcrs, alg);

    if (bank == NULL || pcr >= ASSAY_PCRS || !assay_pcr_set_has(bank->present, pcr))
        return ASSAY_NO_BYTES;
    return assay_bytes_of(bank->value[pcr], bank->size);
}

static bool agree(const assay_pcr_bank *a, const assay_pcr_bank *b)
{
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(a->present & b->present, pcr) &&
            memcmp(a->value[pcr], b->value[pcr], a->size) != 0)
            return false;
    return true;
}

static void merge_bank(assay_pcr_bank *bank, const assay_pcr_bank *more)
{
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(more->present, pcr))
            memcpy(bank->value[pcr], more->value[pcr], bank->size);
    bank->present |= more->present;
}

bool assay_pcrs_merge(assay_pcrs *pcrs, const assay_pcrs *more)
{
    if (pcrs->bank_count > 0 && pcrs->measurement_registers != more->measurement_registers)
        return false;
    for (size_t i = 0; i < more->bank_count; i++) {
        const assay_pcr_bank *const bank = assay_pcrs_bank_const(pcrs, more->banks[i].alg);

        if (bank != NULL && !agree(bank, &more->banks[i]))
            return false;
    }
    for (size_t i = 0; i < more->bank_count; i++) {
        assay_pcr_bank *const bank = assay_pcrs_add_bank(pcrs, more->banks[i].alg);

        if (bank != NULL)
            merge_bank(bank, &more->banks[i]);
    }
    pcrs->measurement_registers = more->measurement_registers;
    return true;
}

void assay_pcr_set_write(assay_writer *writer, assay_pcr_set set)
{
    bool first = true;

    for (unsigned pcr = 0, last; pcr < ASSAY_PCRS; pcr = last + 1) {
        last = pcr;
        if (!assay_pcr_set_has(set, pcr))
            continue;
        while (last + 1 < ASSAY_PCRS && assay_pcr_set_has(set, last + 1))
            last++;
        assay_put_format(writer, first ? "%u" : ",%u", pcr);
        if (last > pcr)
            assay_put_format(writer, "-%u", last);
        first = false;
    }
}

const char *assay_pcr_set_text(assay_pcr_set set, char ret_text[ASSAY_PCR_SET_TEXT])
{
    assay_writer writer = assay_writer_lent(ret_text, ASSAY_PCR_SET_TEXT - 1);

    assay_pcr_set_write(&writer, set);
    ret_text[writer.used] = '\0';
    return ret_text;
}

/* One or two digits, at most 23; moves `text` past them. */
static bool parse_pcr(const char **text, unsigned *ret_pcr)
{
    unsigned pcr = 0, digits = 0;

    for (; **text >= '0' && **text <= '9' && digits < 3; digits++)
        pcr = pcr * 10 + (unsigned)(*(*text)++ - '0');
    *ret_pcr = pcr;
    return digits > 0 && pcr < ASSAY_PCRS;
}

static bool parse_range(const char **text, assay_pcr_set *set)
{
    unsigned first, last;

    if (!parse_pcr(text, &first))
        return false;
    last = first;
    if (**text == '-') {
        (*text)++;
        if (!parse_pcr(text, &last) || last < first)
            return false;
    }
    for (unsigned pcr = first; pcr <= last; pcr++)
        *set |= (assay_pcr_set)1 << pcr;
    return true;
}

bool assay_pcr_set_parse(const char *text, assay_pcr_set *ret_set)
{
    assay_pcr_set set = 0;

    for (;; text++) {
        if (!parse_range(&text, &set))
            return false;
        if (*text == '\0')
            break;
        if (*text != ',')
            return false;
    }
    *ret_set = set;
    return true;
}
