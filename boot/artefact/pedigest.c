/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Authenticode digest step by step as EDK2 computes it (SecurityPkg Tcg2Dxe,
 * MeasureBootPeCoff.c; DxeImageVerificationLib and shim's generate_hash() agree on images whose
 * sections lie side by side). It differs from Microsoft's text in that nothing is padded to a
 * multiple of eight bytes, and in that what follows the sections is looked for where the *sum* of
 * all that was hashed says, not where the last section ends.
 */
#include "boot/artefact/pe.h"

/* Bytes [from, to) of the file, both of which lie in it. */
static int hash_range(const assay_pe *pe, uint64_t from, uint64_t to, assay_digesting *digesting)
{
    assay_cursor c = assay_cursor_of(pe->file);

    assay_seek(&c, from);
    return assay_digesting_update(digesting, assay_take_up_to(&c, to > from ? to - from : 0));
}

static int hash_headers(const assay_pe *pe, assay_digesting *digesting)
{
    const uint32_t behind = pe->checksum_offset + 4;
    int status = hash_range(pe, 0, pe->checksum_offset, digesting);

    if (pe->security_offset == 0)
        return status == 0 ? hash_range(pe, behind, pe->size_of_headers, digesting) : status;
    if (status == 0)
        status = hash_range(pe, behind, pe->security_offset, digesting);
    if (status == 0)
        status = hash_range(pe, pe->security_offset + 8, pe->size_of_headers, digesting);
    return status;
}

/* By their place in the file; those of one place in the order of their headers. */
static void sort_sections(const assay_pe *pe, size_t order[ASSAY_PE_SECTIONS_MAX])
{
    for (size_t i = 0; i < pe->section_count; i++) {
        size_t at = i;

        for (; at > 0 && pe->sections[i].raw_offset < pe->sections[order[at - 1]].raw_offset; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

static int hash_sections(const assay_pe *pe, assay_digesting *digesting, uint64_t *ret_sum)
{
    size_t order[ASSAY_PE_SECTIONS_MAX];
    uint64_t sum = pe->size_of_headers;
    int status = 0;

    sort_sections(pe, order);
    for (size_t i = 0; i < pe->section_count && status == 0; i++) {
        const assay_pe_section *const section = &pe->sections[order[i]];

        if (section->raw_size == 0)
            continue;
        status = hash_range(pe, section->raw_offset,
                            (uint64_t)section->raw_offset + section->raw_size, digesting);
        sum += section->raw_size;
    }
    *ret_sum = sum;
    return status;
}

int assay_pe_digest(const assay_pe *pe, assay_digesting *digesting, assay_digests *ret_digests,
                    assay_error *error)
{
    uint64_t sum = 0;
    int status = hash_headers(pe, digesting);

    if (status == 0)
        status = hash_sections(pe, digesting, &sum);
    if (status == 0 && pe->file.size > sum) {
        const uint64_t end = pe->file.size - pe->certificates_size; /* which lies in the file */

        if (end < sum)
            return assay_fail(error, ASSAY_MALFORMED,
                              (assay_place){ pe->security_offset, ASSAY_NO_EVENT,
                                             "CertificateTable" },
                              "the certificate table is larger than what follows the sections");
        status = hash_range(pe, sum, end, digesting);
    }
    if (status == 0)
        status = assay_digesting_end(digesting, ret_digests);
    if (status < 0)
        assay_fail(error, (enum assay_kind) - status, ASSAY_NOWHERE, "the image can't be hashed");
    return status;
}
