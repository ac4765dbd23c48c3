/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/alg.h"

#include <stdio.h>

static const assay_alg algs[ASSAY_ALGS] = {
    { ASSAY_ALG_SHA1, 20, "sha1", "SHA1" },
    { ASSAY_ALG_SHA256, 32, "sha256", "SHA256" },
    { ASSAY_ALG_SHA384, 48, "sha384", "SHA384" },
    { ASSAY_ALG_SHA512, 64, "sha512", "SHA512" },
    { ASSAY_ALG_SM3_256, 32, "sm3_256", "SM3" },
    { ASSAY_ALG_SHA3_256, 32, "sha3_256", "SHA3-256" },
    { ASSAY_ALG_SHA3_384, 48, "sha3_384", "SHA3-384" },
    { ASSAY_ALG_SHA3_512, 64, "sha3_512", "SHA3-512" },
};

const assay_alg *assay_alg_at(size_t index)
{
    return &algs[index];
}

size_t assay_alg_index(uint16_t id)
{
    size_t i = 0;

    while (i < ASSAY_ALGS && algs[i].id != id)
        i++;
    return i;
}

const assay_alg *assay_alg_find(uint16_t id)
{
    const size_t i = assay_alg_index(id);

    return i < ASSAY_ALGS ? &algs[i] : NULL;
}

const char *assay_alg_name(uint16_t id, char unknown[ASSAY_ALG_NUMBER_SIZE])
{
    const assay_alg *const known = assay_alg_find(id);

    if (known != NULL)
        return known->name;
    snprintf(unknown, ASSAY_ALG_NUMBER_SIZE, "0x%04x", id);
    return unknown;
}

/* Copies letters and digits in lower case: what is left of a name's spelling. */
static void squeeze(assay_bytes name, char *ret_text, size_t capacity)
{
    size_t used = 0;

    for (size_t i = 0; i < name.size && used + 1 < capacity; i++) {
        const char c = (char)name.data[i];

        if (c >= 'A' && c <= 'Z')
            ret_text[used++] = (char)(c - 'A' + 'a');
        else if (c != '-' && c != '_')
            ret_text[used++] = c;
    }
    ret_text[used] = '\0';
}

const assay_alg *assay_alg_by_name(assay_bytes name)
{
    char wanted[16], known[16];

    squeeze(name, wanted, sizeof wanted);
    for (size_t i = 0; i < ASSAY_ALGS; i++) {
        squeeze(assay_bytes_of_string(algs[i].name), known, sizeof known);
        if (strcmp(wanted, known) == 0 ||
            (algs[i].id == ASSAY_ALG_SM3_256 && strcmp(wanted, "sm3") == 0))
            return &algs[i];
    }
    return NULL;
}
