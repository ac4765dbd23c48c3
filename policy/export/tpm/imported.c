/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/tpm/imported.h"

#include "base/utf8.h"

#include <stdio.h>

enum { NAME_MAX_SIZE = 255 };

static bool is_name(assay_bytes name)
{
    uint32_t character;

    if (name.size == 0 || name.size > NAME_MAX_SIZE)
        return false;
    for (size_t size; name.size > 0; name = assay_bytes_of(name.data + size, name.size - size)) {
        size = assay_utf8_decode(name, &character);
        if (size == 0 || !assay_utf8_is_harmless(character))
            return false;
    }
    return true;
}

int assay_tpm_import_variant(assay_reference *reference, assay_bytes name,
                             assay_reference_variant **ret_variant, assay_error *error)
{
    if (!is_name(name))
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "the name of variant %zu is none: 1 to %d bytes of UTF-8 that can be shown",
                          reference->variant_count + 1, NAME_MAX_SIZE);
    if (reference->variant_count >= ASSAY_VARIANTS_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE, "more than %d variants",
                          ASSAY_VARIANTS_MAX);
    const char *const kept = assay_arena_text(&reference->arena, name);
    assay_reference_variant *const added = assay_arena_more(
        &reference->arena, &reference->variants, reference->variant_count, sizeof *added);
    if (kept == NULL || added == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
    const size_t taken = assay_reference_find(reference, kept);
    if (taken < reference->variant_count)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "variants %zu and %zu have one name", taken + 1,
                          reference->variant_count + 1);
    added->name = kept;
    reference->variant_count++;
    *ret_variant = added;
    return 0;
}

bool assay_tpm_import_value(assay_reference_variant *variant, uint16_t alg, unsigned pcr,
                            assay_bytes value)
{
    assay_pcr_bank *const bank = assay_pcrs_add_bank(&variant->values, alg);

    if (bank == NULL || pcr >= ASSAY_PCRS || value.size != bank->size ||
        assay_pcr_set_has(bank->present, pcr))
        return false;
    memcpy(bank->value[pcr], value.data, value.size);
    bank->present |= (assay_pcr_set)1 << pcr;
    variant->confidence[bank - variant->values.banks][pcr] = ASSAY_CONFIDENCE_STATED;
    return true;
}

assay_reference *assay_tpm_import_begin(assay_bytes name)
{
    char text[NAME_MAX_SIZE + 1] = "reference";

    if (is_name(name))
        snprintf(text, sizeof text, "%.*s", (int)name.size, (const char *)name.data);
    return assay_reference_new(text);
}
