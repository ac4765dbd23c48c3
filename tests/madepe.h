/* SPDX-License-Identifier: BSD-2-Clause */
/* PE32+ images made of sections, as small as they get: no code, no relocations. */
#ifndef ASSAY_TESTS_MADEPE_H
#define ASSAY_TESTS_MADEPE_H

#include "base/writer.h"

typedef struct made_section {
    const char *name;    /* at most eight characters */
    const char *content; /* text, without its NUL */
    uint32_t more;       /* VirtualSize beyond the content */
    assay_bytes bytes;   /* instead of `content` */
} made_section;

enum { MADE_HEADERS = 0x400, MADE_ALIGNMENT = 0x200 };

static inline assay_bytes made_content(const made_section *section)
{
    return section->content != NULL ? assay_bytes_of_string(section->content) : section->bytes;
}

static inline uint32_t made_raw_size(const made_section *section)
{
    const size_t size = made_content(section).size;

    return (uint32_t)(size + MADE_ALIGNMENT - 1) / MADE_ALIGNMENT * MADE_ALIGNMENT;
}

/* Microsoft PE/COFF: the headers' fields in their order. */
static inline void made_headers(assay_writer *out, const made_section *sections, size_t count)
{
    uint32_t raw = MADE_HEADERS, address = 0x1000;

    assay_put_string(out, "MZ");
    assay_put_zeros(out, 0x3a);
    assay_put_u32le(out, 0x40);
    assay_put(out, ASSAY_LITERAL("PE\0\0"));
    assay_put_u16le(out, 0x8664);
    assay_put_u16le(out, (uint16_t)count);
    assay_put_zeros(out, 12);
    assay_put_u16le(out, 240); /* SizeOfOptionalHeader */
    assay_put_u16le(out, 0x22);
    assay_put_u16le(out, 0x20b);
    assay_put_zeros(out, 30);
    assay_put_u32le(out, 0x1000); /* SectionAlignment */
    assay_put_u32le(out, MADE_ALIGNMENT);
    assay_put_zeros(out, 16);
    assay_put_u32le(out, 0x1000 * (uint32_t)(count + 1)); /* SizeOfImage */
    assay_put_u32le(out, MADE_HEADERS);
    assay_put_u32le(out, 0);
    assay_put_u16le(out, 10);
    assay_put_zeros(out, 38);
    assay_put_u32le(out, 16); /* NumberOfRvaAndSizes */
    assay_put_zeros(out, 128);
    for (size_t i = 0; i < count; i++) {
        const uint32_t size = (uint32_t)made_content(&sections[i]).size + sections[i].more;
        char name[9] = "";
        strncpy(name, sections[i].name, 8);
        assay_put(out, assay_bytes_of(name, 8));
        assay_put_u32le(out, size);
        assay_put_u32le(out, address);
        assay_put_u32le(out, made_raw_size(&sections[i]));
        assay_put_u32le(out, raw);
        assay_put_zeros(out, 12);
        assay_put_u32le(out, 0x40000040);
        raw += made_raw_size(&sections[i]);
        address += (size + 0xfff) / 0x1000 * 0x1000;
    }
    assay_put_zeros(out, MADE_HEADERS - (size_t)(out->written % MADE_HEADERS));
}

/** Writes one into `buffer`; what was used of it. At most fourteen sections. */
static inline assay_bytes made_pe(void *buffer, size_t size, const made_section *sections,
                                  size_t count)
{
    assay_writer out = assay_writer_lent(buffer, size);

    made_headers(&out, sections, count);
    for (size_t i = 0; i < count; i++) {
        const assay_bytes content = made_content(&sections[i]);
        assay_put(&out, content);
        assay_put_zeros(&out, made_raw_size(&sections[i]) - content.size);
    }
    return out.failure == 0 ? assay_written(&out) : ASSAY_NO_BYTES;
}

#endif
