/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a PE image: its sections lie in it, and its digest is that of what is read whole. */
#include "boot/artefact/authenticode.h"
#include "boot/artefact/sbat.h"
#include "tests/fuzz/fuzz.h"

static void demand_sections(const assay_pe *pe)
{
    for (size_t i = 0; i < pe->section_count; i++) {
        const assay_pe_section *const section = &pe->sections[i];

        demand(memchr(section->name, '\0', sizeof section->name) != NULL, "names end");
        demand(section->bytes.size + section->zeros == section->virtual_size,
               "a section fills its memory");
        demand(section->bytes.size == 0 ||
                   (section->bytes.data >= pe->file.data &&
                    section->bytes.data + section->bytes.size <= pe->file.data + pe->file.size),
               "a section lies in the file");
        demand(assay_pe_find(pe, section->name) != NULL, "a section is found by its name");
    }
}

/* CheckSum counts for nothing. */
static void demand_digest(const assay_pe *pe, assay_hashes *hashes)
{
    static const uint16_t alg = ASSAY_ALG_SHA256;
    assay_error error = { .what = "" };
    assay_digesting digesting;
    assay_digests first, second;
    assay_pe again;

    demand(assay_digesting_begin(&digesting, hashes, &alg, 1) == 0, "SHA-256 is there");
    const int status = assay_pe_digest(pe, &digesting, &first, &error);

    if (status < 0) {
        demand(error.what[0] != '\0', "a fault is explained");
        return;
    }
    uint8_t *const copy = malloc(pe->file.size);

    memcpy(copy, pe->file.data, pe->file.size);
    copy[pe->checksum_offset + 1] ^= 0xff;
    if (assay_pe_open(&again, assay_bytes_of(copy, pe->file.size), NULL) == 0) {
        bool outside = true; /* a section or the directories may be where CheckSum is */

        for (size_t i = 0; i < pe->section_count; i++)
            outside &= pe->sections[i].raw_offset > pe->checksum_offset + 4 ||
                       pe->sections[i].raw_size == 0;
        demand(assay_digesting_begin(&digesting, hashes, &alg, 1) == 0, "SHA-256 is there");
        if (outside && assay_pe_digest(&again, &digesting, &second, NULL) == 0)
            demand(memcmp(&first, &second, sizeof first) == 0, "CheckSum counts for nothing");
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_error error = { .what = "" };
    assay_sbat_levels levels;
    assay_pe pe;

    if (assay_pe_open(&pe, assay_bytes_of(data, size), &error) < 0) {
        demand(error.what[0] != '\0', "a fault is explained");
        demand(error.offset == ASSAY_NO_OFFSET || error.offset <= size, "a fault is in the file");
        return 0;
    }
    demand(assay_pe_detect(assay_bytes_of(data, size)), "what is opened is recognised");
    assay_hashes *hashes = assay_hashes_new();

    demand_sections(&pe);
    demand_digest(&pe, hashes);
    if (assay_sbat_levels_of(&pe, &levels))
        demand(!assay_sbat_is_level(levels.latest) ||
                   !assay_sbat_keeps(levels.latest, levels.latest) ||
                   assay_sbat_passes(levels.latest, ASSAY_NO_BYTES),
               "an image without components passes");
    assay_sbat_passes(assay_pe_bytes(&pe, ".sbatlevel"), assay_pe_bytes(&pe, ".sbat"));
    assay_hashes_free(&hashes);
    return 0;
}
