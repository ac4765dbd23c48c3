/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is refused here is what EDK2 refuses (MdePkg BasePeCoffLib, PeCoffLoaderGetPeHeader, of
 * 2015 to 2025): such an image is neither measured nor started.
 */
#include "boot/artefact/pe.h"

/* Microsoft PE/COFF, sections 2 and 3. */
enum {
    DOS_HEADER_SIZE = 64,
    E_LFANEW = 0x3c,
    FILE_HEADER_SIZE = 20,
    MAGIC_PE32 = 0x10b,
    MAGIC_PE32_PLUS = 0x20b,
    CHECKSUM = 64, /* in both optional headers */
    DIRECTORIES_PE32 = 96,
    DIRECTORIES_PE32_PLUS = 112,
    DIRECTORIES_MAX = 16,
    DIRECTORY_SIZE = 8,
    SECURITY = 4, /* the directory of the certificate table */
    SECTION_HEADER_SIZE = 40,
    SECTION_NAME_SIZE = 8,
    SYMBOL_SIZE = 18,
    HEADERS_MIN = 4 + FILE_HEADER_SIZE + DIRECTORIES_PE32_PLUS + DIRECTORIES_MAX * DIRECTORY_SIZE,
};

/* What is needed of the headers while they are read, beside what the image keeps of them. */
typedef struct headers {
    uint32_t pe;      /* offset of "PE\0\0" */
    uint16_t section_count;
    uint32_t symbols; /* PointerToSymbolTable */
    uint32_t symbol_count;
    uint16_t optional_size;
    uint32_t directory_count; /* NumberOfRvaAndSizes */
    uint32_t directories;     /* offset of the first */
    uint64_t sections;        /* offset of the first section header */
} headers;

static int fail(assay_error *error, enum assay_kind kind, uint64_t offset, const char *field,
                const char *what)
{
    const assay_place place = { offset, ASSAY_NO_EVENT, field };

    return assay_fail(error, kind, place, "%s", what);
}

static bool find_pe(assay_bytes bytes, uint32_t *ret_offset)
{
    assay_cursor c = assay_cursor_of(bytes);
    const assay_bytes magic = assay_take(&c, 2);

    assay_seek(&c, E_LFANEW);
    const uint32_t offset = assay_take_u32le(&c);

    assay_seek(&c, offset);
    const assay_bytes signature = assay_take(&c, 4);

    if (c.failed || memcmp(magic.data, "MZ", 2) != 0 || memcmp(signature.data, "PE\0\0", 4) != 0)
        return false;
    *ret_offset = offset;
    return true;
}

bool assay_pe_detect(assay_bytes bytes)
{
    uint32_t offset;

    return find_pe(bytes, &offset);
}

static void read_file_header(assay_cursor *c, assay_pe *pe, headers *h)
{
    pe->machine = assay_take_u16le(c);
    h->section_count = assay_take_u16le(c);
    pe->time_date_stamp = assay_take_u32le(c);
    h->symbols = assay_take_u32le(c);
    h->symbol_count = assay_take_u32le(c);
    h->optional_size = assay_take_u16le(c);
    assay_take_u16le(c); /* Characteristics */
}

/* From ImageBase to NumberOfRvaAndSizes; the widths of some fields are those of the addresses. */
static void read_optional_header(assay_cursor *c, assay_pe *pe, headers *h)
{
    pe->image_base = pe->plus ? assay_take_u64le(c) : assay_take_u32le(c);
    assay_take(c, 4 + 4 + 6 * 2 + 4); /* SectionAlignment to Win32VersionValue */
    pe->size_of_image = assay_take_u32le(c);
    pe->size_of_headers = assay_take_u32le(c);
    pe->checksum_offset = (uint32_t)c->offset;
    assay_take_u32le(c); /* CheckSum */
    pe->subsystem = assay_take_u16le(c);
    assay_take(c, 2 + (pe->plus ? 4 * 8 : 4 * 4) + 4); /* DllCharacteristics to LoaderFlags */
    h->directory_count = assay_take_u32le(c);
    h->directories = (uint32_t)c->offset;
}

static void read_security(assay_cursor *c, assay_pe *pe, const headers *h)
{
    if (h->directory_count <= SECURITY)
        return;
    pe->security_offset = h->directories + SECURITY * DIRECTORY_SIZE;
    assay_seek(c, pe->security_offset);
    pe->certificates_offset = assay_take_u32le(c);
    pe->certificates_size = assay_take_u32le(c);
}

static int read_headers(assay_pe *pe, headers *h, assay_error *error)
{
    assay_cursor c = assay_cursor_of(pe->file);

    assay_seek(&c, h->pe);
    if (assay_left(&c) < HEADERS_MIN)
        return fail(error, ASSAY_TRUNCATED, h->pe, "PE header", "the file ends inside its headers");
    assay_take(&c, 4);
    read_file_header(&c, pe, h);
    h->sections = (uint64_t)h->pe + 4 + FILE_HEADER_SIZE + h->optional_size;

    const uint64_t at = c.offset;
    const uint16_t magic = assay_take_u16le(&c);

    pe->plus = magic == MAGIC_PE32_PLUS;
    if (magic != MAGIC_PE32 && magic != MAGIC_PE32_PLUS)
        return fail(error, ASSAY_UNSUPPORTED, at, "Magic", "this is neither PE32 nor PE32+");
    assay_take(&c, 2 + 5 * 4 + (pe->plus ? 0 : 4)); /* linker version to BaseOfCode, BaseOfData */
    read_optional_header(&c, pe, h);
    if (h->directory_count > DIRECTORIES_MAX)
        return fail(error, ASSAY_MALFORMED, h->directories - 4, "NumberOfRvaAndSizes",
                    "there are more than 16 data directories");
    if (h->optional_size != h->directories - at + h->directory_count * DIRECTORY_SIZE)
        return fail(error, ASSAY_MALFORMED, (uint64_t)h->pe + 20, "SizeOfOptionalHeader",
                    "the optional header's size contradicts its number of data directories");
    read_security(&c, pe, h);
    return 0;
}

static int check_sizes(const assay_pe *pe, const headers *h, assay_error *error)
{
    const uint64_t at = pe->checksum_offset, table = h->sections;

    if (pe->size_of_headers >= pe->size_of_image)
        return fail(error, ASSAY_MALFORMED, at - 4, "SizeOfHeaders",
                    "the headers are not smaller than the image");
    if (pe->size_of_headers <= table ||
        (pe->size_of_headers - table) / SECTION_HEADER_SIZE < h->section_count)
        return fail(error, ASSAY_MALFORMED, at - 4, "SizeOfHeaders",
                    "the section headers reach beyond SizeOfHeaders");
    if ((pe->size_of_image - table) / SECTION_HEADER_SIZE <= h->section_count)
        return fail(error, ASSAY_MALFORMED, at - 8, "SizeOfImage",
                    "the section headers reach beyond SizeOfImage");
    if (pe->size_of_headers > pe->file.size)
        return fail(error, ASSAY_TRUNCATED, at - 4, "SizeOfHeaders",
                    "the file ends inside its headers");
    if (h->section_count > ASSAY_PE_SECTIONS_MAX)
        return fail(error, ASSAY_TOO_LARGE, (uint64_t)h->pe + 6, "NumberOfSections",
                    "there are more than 96 sections");
    if (pe->certificates_size != 0 &&
        (uint64_t)pe->certificates_offset + pe->certificates_size > pe->file.size)
        return fail(error, ASSAY_TRUNCATED, pe->security_offset, "CertificateTable",
                    "the certificate table reaches beyond the end of the file");
    return 0;
}

/* Digits that fill the rest of a name "/1234". */
static bool read_name_offset(assay_bytes name, uint64_t *ret_offset)
{
    assay_cursor c = assay_cursor_of(name);
    uint64_t offset = 0;

    if (assay_take_u8(&c) != '/' || assay_left(&c) == 0)
        return false;
    while (assay_left(&c) > 0) {
        const uint8_t digit = assay_take_u8(&c);

        if (digit < '0' || digit > '9')
            return false;
        offset = offset * 10 + (digit - '0');
    }
    *ret_offset = offset;
    return true;
}

/* The name in the string table, if there is one of more than eight characters that has room. */
static assay_bytes long_name(const assay_pe *pe, const headers *h, assay_bytes name)
{
    uint64_t offset;

    if (h->symbols == 0 || !read_name_offset(name, &offset))
        return name;
    assay_cursor c = assay_cursor_of(pe->file);

    assay_seek(&c, h->symbols + (uint64_t)h->symbol_count * SYMBOL_SIZE);
    const uint32_t size = assay_take_u32le(&c);

    assay_seek(&c, c.offset - 4 + offset);
    const assay_bytes rest = assay_take_up_to(&c, ASSAY_PE_NAME);
    const size_t length = assay_bytes_find(rest, assay_bytes_of("", 1));

    if (c.failed || offset < 4 || offset + length >= size || length == rest.size ||
        length <= SECTION_NAME_SIZE)
        return name;
    return assay_bytes_of(rest.data, length);
}

static void set_name(assay_pe_section *section, const assay_pe *pe, const headers *h,
                     assay_bytes field)
{
    const size_t length = assay_bytes_find(field, assay_bytes_of("", 1));
    const assay_bytes name = long_name(pe, h, assay_bytes_of(field.data, length));

    memcpy(section->name, name.data, name.size);
    section->name[name.size] = '\0';
}

static int check_section(const assay_pe *pe, const assay_pe_section *section, uint64_t at,
                         assay_error *error)
{
    if (section->raw_size == 0)
        return 0;
    if (section->virtual_address < pe->size_of_headers ||
        section->raw_offset < pe->size_of_headers)
        return fail(error, ASSAY_MALFORMED, at, "section header",
                    "a section lies inside the headers");
    if ((uint64_t)section->raw_offset + section->raw_size > pe->file.size)
        return fail(error, ASSAY_TRUNCATED, at, "SizeOfRawData",
                    "a section reaches beyond the end of the file");
    return 0;
}

static int read_section(assay_cursor *c, assay_pe *pe, const headers *h, assay_error *error)
{
    assay_pe_section *const section = &pe->sections[pe->section_count];
    const uint64_t at = c->offset;
    const assay_bytes name = assay_take(c, SECTION_NAME_SIZE);

    section->virtual_size = assay_take_u32le(c);
    section->virtual_address = assay_take_u32le(c);
    section->raw_size = assay_take_u32le(c);
    section->raw_offset = assay_take_u32le(c);
    assay_take(c, 16); /* relocations, line numbers, Characteristics */
    if (c->failed)
        return fail(error, ASSAY_TRUNCATED, at, "section header",
                    "the file ends inside its headers");
    const int status = check_section(pe, section, at, error);

    if (status < 0)
        return status;
    set_name(section, pe, h, name);
    const bool cut = section->virtual_size < section->raw_size;
    assay_cursor content = assay_cursor_of(pe->file);

    if (section->raw_size > 0)
        assay_seek(&content, section->raw_offset);
    section->bytes = assay_take(&content, cut ? section->virtual_size : section->raw_size);
    section->zeros = section->virtual_size - (uint32_t)section->bytes.size;
    pe->section_count++;
    return 0;
}

int assay_pe_open(assay_pe *pe, assay_bytes bytes, assay_error *error)
{
    headers h = { 0 };

    *pe = (assay_pe){ .file = bytes };
    if (bytes.size < DOS_HEADER_SIZE)
        return fail(error, ASSAY_TRUNCATED, 0, "DOS header",
                    "the file is too short for a PE image");
    if (!find_pe(bytes, &h.pe))
        return fail(error, ASSAY_UNKNOWN_FORMAT, 0, "e_lfanew", "this is no PE image");
    int status = read_headers(pe, &h, error);

    if (status == 0)
        status = check_sizes(pe, &h, error);
    assay_cursor c = assay_cursor_of(bytes);

    assay_seek(&c, h.sections);
    for (unsigned i = 0; i < h.section_count && status == 0; i++)
        status = read_section(&c, pe, &h, error);
    return status;
}

const assay_pe_section *assay_pe_find(const assay_pe *pe, const char *name)
{
    for (size_t i = 0; i < pe->section_count; i++)
        if (strcmp(pe->sections[i].name, name) == 0)
            return &pe->sections[i];
    return NULL;
}

assay_bytes assay_pe_bytes(const assay_pe *pe, const char *name)
{
    const assay_pe_section *const section = assay_pe_find(pe, name);

    return section != NULL ? section->bytes : ASSAY_NO_BYTES;
}
