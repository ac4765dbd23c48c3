/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/ffs.h"

enum {
    FILE_HEADER = 24,
    FILE_HEADER2 = 32,
    FILE_ALIGNMENT = 8,
    LARGE_FILE = 0x01, /* FFS_ATTRIB_LARGE_FILE */
    CHECKSUM = 0x40,   /* FFS_ATTRIB_CHECKSUM: of the content too */
    STATE_AT = 23,
    FILE_CHECKSUM_AT = 17,
    SECTION_ALIGNMENT = 4,
    EXTENDED = 0xFFFFFF, /* Size that sends to ExtendedSize */
};

/** EFI_FFS_FILE_STATE: the highest bit that is set says what it is. */
enum {
    HEADER_VALID = 0x02,
    DATA_VALID = 0x04,
    MARKED_FOR_UPDATE = 0x08,
};

static int fail(assay_error *error, enum assay_kind kind, uint64_t offset, const char *field,
                const char *what)
{
    const assay_place place = { offset, ASSAY_NO_EVENT, field };

    return assay_fail(error, kind, place, "%s", what);
}

static uint32_t take_u24le(assay_cursor *c)
{
    const uint32_t low = assay_take_u16le(c);

    return low | (uint32_t)assay_take_u8(c) << 16;
}

/* The header's bytes sum up to zero, without those that change later. */
static bool header_sum_is_zero(assay_bytes header)
{
    uint8_t sum = 0;

    for (size_t i = 0; i < header.size; i++)
        if (i != STATE_AT && i != FILE_CHECKSUM_AT)
            sum = (uint8_t)(sum + header.data[i]);
    return sum == 0;
}

static bool is_valid(uint8_t state, const assay_fv *fv)
{
    const bool inverted = (fv->attributes & ASSAY_FV_ERASE_POLARITY) != 0;
    const uint8_t bits = (uint8_t)(inverted ? ~state : state);

    return bits >> 4 == 0 && (bits & (DATA_VALID | MARKED_FOR_UPDATE)) != 0 &&
           (bits & HEADER_VALID) != 0;
}

static bool is_erased(const assay_fv *fv, assay_bytes header)
{
    return assay_bytes_all(header, (fv->attributes & ASSAY_FV_ERASE_POLARITY) != 0 ? 0xFF : 0);
}

/* What a file's header says of its size. */
static int take_content(assay_cursor *c, assay_ffs_file *file, uint32_t size, assay_error *error)
{
    const uint64_t extended = file->large ? assay_take_u64le(c) : size;
    const size_t header = file->large ? FILE_HEADER2 : FILE_HEADER;

    if (c->failed || extended < header)
        return fail(error, c->failed ? ASSAY_TRUNCATED : ASSAY_MALFORMED, file->offset + 20,
                    "Size", "a file is smaller than its header");
    if (extended - header > assay_left(c))
        return fail(error, ASSAY_TRUNCATED, file->offset + 20, "Size",
                    "a file is longer than its volume");
    if (!header_sum_is_zero(assay_bytes_of(c->bytes.data + file->offset, header)))
        return fail(error, ASSAY_MALFORMED, file->offset + 16, "IntegrityCheck.Checksum.Header",
                    "the checksum of a file's header is wrong");
    file->content = assay_take(c, (size_t)(extended - header));
    return 0;
}

int assay_ffs_next(const assay_fv *fv, uint64_t *offset, assay_ffs_file *ret_file,
                   assay_error *error)
{
    assay_ffs_file file = { .offset = *offset };
    assay_cursor c = assay_cursor_of(fv->volume);

    if (*offset >= fv->volume.size || fv->volume.size - *offset < FILE_HEADER)
        return 0;
    assay_seek(&c, *offset);
    assay_cursor peek = c;
    const assay_bytes header = assay_take(&peek, FILE_HEADER);

    if (header.data == NULL || is_erased(fv, header))
        return 0;
    file.name = assay_take_guid(&c);
    assay_take_u16le(&c); /* IntegrityCheck */
    file.type = assay_take_u8(&c);
    file.attributes = assay_take_u8(&c);
    const uint32_t size = take_u24le(&c);
    const uint8_t state = assay_take_u8(&c);
    file.large = (file.attributes & LARGE_FILE) != 0 &&
                 assay_guid_equal(&fv->file_system, &assay_guid_ffs3);
    const int status = take_content(&c, &file, size, error);

    if (status < 0)
        return status;
    file.valid = is_valid(state, fv);
    *ret_file = file;
    *offset = (c.offset + FILE_ALIGNMENT - 1) / FILE_ALIGNMENT * FILE_ALIGNMENT;
    return 1;
}

bool assay_ffs_find(const assay_fv *fv, const assay_guid *name, assay_ffs_file *ret_file)
{
    uint64_t offset = fv->files;
    assay_ffs_file file;

    while (assay_fv_has_files(fv) && assay_ffs_next(fv, &offset, &file, NULL) == 1)
        if (file.valid && file.type != ASSAY_FFS_PAD && assay_guid_equal(&file.name, name)) {
            *ret_file = file;
            return true;
        }
    return false;
}

/* --- sections --------------------------------------------------------------------------------- */

/* EFI_GUID_DEFINED_SECTION: DataOffset counts from the section's first byte. */
static int take_guid_defined(assay_cursor *c, assay_ffs_section *section, assay_error *error)
{
    section->guid = assay_take_guid(c);
    const uint16_t data_offset = assay_take_u16le(c);

    section->guid_attributes = assay_take_u16le(c);
    if (c->failed || data_offset < c->offset)
        return fail(error, ASSAY_MALFORMED, section->offset, "DataOffset",
                    "the data of a GUID-defined section begins in its header");
    section->guid_data = assay_take(c, data_offset - c->offset);
    return 0;
}

static int take_header(assay_cursor *c, assay_ffs_section *section, assay_error *error)
{
    int status = 0;

    if (section->type == ASSAY_FFS_GUID_DEFINED)
        status = take_guid_defined(c, section, error);
    if (section->type == ASSAY_FFS_COMPRESSION) {
        section->uncompressed = assay_take_u32le(c);
        section->compression = assay_take_u8(c);
    }
    section->content = assay_take_rest(c);
    if (status == 0 && c->failed)
        status = fail(error, ASSAY_TRUNCATED, section->offset, "Size",
                      "a section is smaller than its header");
    return status;
}

int assay_ffs_next_section(assay_bytes sections, uint64_t *offset, assay_ffs_section *ret_section,
                           assay_error *error)
{
    assay_ffs_section section = { .offset = *offset };
    assay_cursor c = assay_cursor_of(sections);

    if (*offset >= sections.size || sections.size - *offset < SECTION_ALIGNMENT)
        return 0;
    assay_seek(&c, *offset);
    const assay_bytes rest = assay_peek_rest(&c);
    uint64_t size = take_u24le(&c);

    section.type = assay_take_u8(&c);
    if (size == EXTENDED)
        size = assay_take_u32le(&c);
    const uint64_t header = c.offset - *offset;

    if (c.failed || size > rest.size)
        return fail(error, ASSAY_TRUNCATED, *offset, "Size",
                    "a section is longer than what holds it");
    if (size < header)
        return fail(error, ASSAY_MALFORMED, *offset, "Size",
                    "a section is smaller than its header");
    assay_cursor inside = assay_cursor_of(assay_bytes_of(rest.data, (size_t)size));

    assay_seek(&inside, header);
    const int status = take_header(&inside, &section, error);

    if (status < 0)
        return status;
    *ret_section = section;
    *offset = (*offset + size + SECTION_ALIGNMENT - 1) / SECTION_ALIGNMENT * SECTION_ALIGNMENT;
    return 1;
}

assay_bytes assay_ffs_section_of(assay_bytes sections, uint8_t type)
{
    uint64_t offset = 0;
    assay_ffs_section section;

    while (assay_ffs_next_section(sections, &offset, &section, NULL) == 1)
        if (section.type == type)
            return section.content;
    return ASSAY_NO_BYTES;
}

/* --- writing ---------------------------------------------------------------------------------- */

static void put_u24le(assay_writer *writer, uint32_t value)
{
    assay_put_u16le(writer, (uint16_t)value);
    assay_put_u8(writer, (uint8_t)(value >> 16));
}

static void put_file_header(assay_writer *writer, const assay_guid *name, uint8_t type,
                            uint64_t content, uint8_t checksum)
{
    const bool large = content + FILE_HEADER >= EXTENDED;

    assay_put(writer, assay_bytes_of(name->bytes, sizeof name->bytes));
    assay_put_u8(writer, checksum);
    assay_put_u8(writer, 0xAA); /* FFS_FIXED_CHECKSUM: the content has none */
    assay_put_u8(writer, type);
    assay_put_u8(writer, large ? LARGE_FILE : 0);
    put_u24le(writer, large ? 0 : (uint32_t)content + FILE_HEADER);
    assay_put_u8(writer, 0xF8); /* made, its header and its data valid, of erased ones */
    if (large)
        assay_put_u64le(writer, content + FILE_HEADER2);
}

void assay_ffs_put_file(assay_writer *writer, const assay_guid *name, uint8_t type,
                        assay_bytes content)
{
    uint8_t header[FILE_HEADER2];
    assay_writer trial = assay_writer_lent(header, sizeof header);
    uint8_t sum = 0;

    put_file_header(&trial, name, type, content.size, 0);
    for (size_t i = 0; i < trial.used; i++)
        if (i != STATE_AT && i != FILE_CHECKSUM_AT)
            sum = (uint8_t)(sum + header[i]);
    put_file_header(writer, name, type, content.size, (uint8_t)-sum);
    assay_put(writer, content);
    while (writer->written % FILE_ALIGNMENT != 0 && writer->failure == 0)
        assay_put_u8(writer, 0xFF);
}

void assay_ffs_put_section(assay_writer *writer, uint8_t type, assay_bytes header,
                           assay_bytes content)
{
    const uint64_t size = SECTION_ALIGNMENT + header.size + content.size;
    const bool extended = size >= EXTENDED;

    put_u24le(writer, extended ? EXTENDED : (uint32_t)size);
    assay_put_u8(writer, type);
    if (extended)
        assay_put_u32le(writer, (uint32_t)size + 4);
    assay_put(writer, header);
    assay_put(writer, content);
    while (writer->written % SECTION_ALIGNMENT != 0 && writer->failure == 0)
        assay_put_u8(writer, 0);
}
