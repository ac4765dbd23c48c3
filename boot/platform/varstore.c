/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/platform/varstore.h"

#include "base/cursor.h"
#include "base/utf16.h"

enum {
    VOLUME_STEP = 4096,  /* flash is erased in blocks of this size at least */
    VOLUME_GUID_AT = 16, /* in EFI_FIRMWARE_VOLUME_HEADER, after ZeroVector */
    VOLUME_HEADER = 0x48,
    STORE_HEADER = 28,
    STORE_FORMATTED = 0x5A, /* VARIABLE_STORE_HEADER.Format and State */
    STORE_HEALTHY = 0xFE,
    RECORD_ALIGNMENT = 4,
    RECORD_START = 0x55AA, /* StartId; what is erased has ones */
    NAME_BYTES_MAX = 4096, /* in UTF-16 */
    NAME_ROOM = NAME_BYTES_MAX / 2 * 3,
};

/* A record's State: VAR_ADDED, and the same & VAR_IN_DELETED_TRANSITION. All others don't count. */
enum record_state {
    RECORD_ADDED = 0x3F,
    RECORD_IN_DELETED_TRANSITION = 0x3E,
};

static const assay_guid system_nv_data_fv =
    ASSAY_GUID(0xfff12b8d, 0x7696, 0x4c8b, 0xa9, 0x85, 0x27, 0x47, 0x07, 0x5b, 0x4f, 0x50);
static const assay_guid authenticated_variables =
    ASSAY_GUID(0xaaf32c78, 0x947b, 0x439a, 0xa1, 0x80, 0x2e, 0x14, 0x4e, 0xc3, 0x77, 0x92);
static const assay_guid plain_variables =
    ASSAY_GUID(0xddcf3616, 0x3275, 0x4164, 0x98, 0xb6, 0xfe, 0x85, 0x70, 0x7f, 0xfe, 0x7d);

/* OvmfPkg/Include/Fdf/VarStore.fdf.inc */
const assay_varstore assay_varstore_ovmf_4m = { 0, 0x84000, 0x40000 - VOLUME_HEADER, true };
const assay_varstore assay_varstore_ovmf_2m = { 0, 0x20000, 0xE000 - VOLUME_HEADER, true };

/* --- where it is ------------------------------------------------------------------------------ */

typedef struct volume_header {
    assay_guid type;
    uint64_t length;
    bool signature;
    uint16_t header_length;
} volume_header;

static volume_header take_volume_header(assay_cursor *c)
{
    volume_header header = { .length = 0 };

    assay_take(c, VOLUME_GUID_AT);
    header.type = assay_take_guid(c);
    header.length = assay_take_u64le(c);
    header.signature = assay_bytes_equal(assay_take(c, 4), ASSAY_LITERAL("_FVH"));
    assay_take_u32le(c); /* Attributes */
    header.header_length = assay_take_u16le(c);
    return header;
}

/* The first volume of that type. */
static bool find_volume(assay_bytes flash, uint64_t *ret_offset)
{
    for (uint64_t offset = 0; offset < flash.size; offset += VOLUME_STEP) {
        assay_cursor c = assay_cursor_of(flash);

        assay_seek(&c, offset);
        const volume_header header = take_volume_header(&c);

        if (!c.failed && header.signature && assay_guid_equal(&header.type, &system_nv_data_fv)) {
            *ret_offset = offset;
            return true;
        }
    }
    return false;
}

bool assay_varstore_detect(assay_bytes flash)
{
    uint64_t offset;

    return find_volume(flash, &offset);
}

/* --- reading ---------------------------------------------------------------------------------- */

typedef struct store_reader {
    assay_varstore layout;
    assay_cursor c; /* over the whole image, so that offsets are its own */
    assay_variables *added;
    assay_variables *in_transition;
    assay_error *error;
} store_reader;

static int refuse(const store_reader *reader, enum assay_kind kind, uint64_t offset,
                  const char *field, const char *what)
{
    return assay_fail(reader->error, kind, (assay_place){ offset, ASSAY_NO_EVENT, field }, "%s",
                      what);
}

/* The words of a sound header add up to nothing. */
static bool adds_up(assay_bytes header)
{
    assay_cursor c = assay_cursor_of(header);
    uint16_t sum = 0;

    while (assay_left(&c) > 0 && !c.failed)
        sum = (uint16_t)(sum + assay_take_u16le(&c));
    return sum == 0 && !c.failed;
}

static int read_volume_header(store_reader *reader)
{
    const uint64_t at = reader->layout.offset;

    assay_seek(&reader->c, at);
    const volume_header header = take_volume_header(&reader->c);

    assay_seek(&reader->c, at);
    if (header.length > assay_left(&reader->c))
        return refuse(reader, ASSAY_TRUNCATED, at, "FvLength",
                      "the image ends inside its volume of variables");
    if (header.header_length > header.length)
        return refuse(reader, ASSAY_MALFORMED, at, "HeaderLength",
                      "the header is longer than its volume");
    if (!adds_up(assay_take(&reader->c, header.header_length)))
        return refuse(reader, ASSAY_MALFORMED, at, "Checksum",
                      "the volume's header contradicts its checksum");
    reader->layout.volume_size = header.length;
    return 0;
}

static int read_store_header(store_reader *reader)
{
    const uint64_t at = reader->c.offset, end = reader->layout.offset + reader->layout.volume_size;
    const assay_guid signature = assay_take_guid(&reader->c);
    const uint32_t size = assay_take_u32le(&reader->c);
    const uint8_t format = assay_take_u8(&reader->c), state = assay_take_u8(&reader->c);

    assay_take(&reader->c, STORE_HEADER - 22);
    if (reader->c.failed || reader->c.offset > end)
        return refuse(reader, ASSAY_TRUNCATED, at, "VARIABLE_STORE_HEADER",
                      "the volume ends inside its store's header");
    reader->layout.authenticated = assay_guid_equal(&signature, &authenticated_variables);
    if (!reader->layout.authenticated && !assay_guid_equal(&signature, &plain_variables))
        return refuse(reader, ASSAY_UNKNOWN_FORMAT, at, "Signature",
                      "the volume holds no store of variables that is known here");
    if (size < STORE_HEADER || size > end - at)
        return refuse(reader, ASSAY_MALFORMED, at, "Size", "the store is larger than its volume");
    if (size > ASSAY_VARSTORE_MAX)
        return refuse(reader, ASSAY_TOO_LARGE, at, "Size", "the store is larger than is read here");
    if (format != STORE_FORMATTED || state != STORE_HEALTHY)
        return refuse(reader, ASSAY_MALFORMED, at, "State",
                      "the store is not formatted, or not healthy");
    reader->layout.store_size = size;
    reader->c.bytes.size = (size_t)at + size;
    return 0;
}

typedef struct record {
    uint8_t state;
    assay_efivar variable;
    uint32_t name_size, data_size;
    assay_bytes name; /* UTF-16LE */
} record;

/* (AUTHENTICATED_)VARIABLE_HEADER after StartId. */
static record take_record_header(assay_cursor *c, bool authenticated)
{
    record r = { .state = assay_take_u8(c) };

    assay_take_u8(c); /* Reserved */
    r.variable.attributes = assay_take_u32le(c);
    if (authenticated)
        assay_take(c, 28); /* MonotonicCount, TimeStamp, PubKeyIndex */
    r.name_size = assay_take_u32le(c);
    r.data_size = assay_take_u32le(c);
    r.variable.vendor = assay_take_guid(c);
    return r;
}

/* Flash that lost its power inside a header: such a record has neither name nor data. */
static bool is_unfinished(const record *r)
{
    return r->state == UINT8_MAX || r->variable.attributes == UINT32_MAX ||
           r->name_size == UINT32_MAX || r->data_size == UINT32_MAX;
}

static int set(const store_reader *reader, assay_variables *into, const assay_efivar *variable,
               uint64_t offset)
{
    const int status = assay_variables_set(into, variable);

    if (status == -ASSAY_TOO_LARGE)
        return refuse(reader, ASSAY_TOO_LARGE, offset, NULL,
                      "there are more variables, or larger ones, than are read here");
    if (status < 0)
        return refuse(reader, ASSAY_NO_MEMORY, offset, NULL, "no memory for the variables");
    return 0;
}

/* By its state the record goes to one of two sets, or nowhere. */
static int keep_record(store_reader *reader, record *r, uint64_t offset)
{
    uint8_t room[NAME_ROOM];
    assay_writer name = assay_writer_lent(room, sizeof room);

    if (r->state != RECORD_ADDED && r->state != RECORD_IN_DELETED_TRANSITION)
        return 0;
    if (r->name.size < 2 || r->name.size % 2 != 0 || r->name.size > NAME_BYTES_MAX)
        return refuse(reader, ASSAY_MALFORMED, offset, "NameSize",
                      "the name of a variable has no sensible length");
    assay_put_utf16(&name, assay_utf16_until_nul(r->name));
    r->variable.name = assay_written(&name);
    return set(reader, r->state == RECORD_ADDED ? reader->added : reader->in_transition,
               &r->variable, offset);
}

/* 1 for a record, 0 at the end of them. */
static int read_record(store_reader *reader)
{
    assay_cursor *const c = &reader->c;
    const uint64_t offset = c->offset;

    if (assay_left(c) < 2)
        return 0;
    const uint16_t start = assay_take_u16le(c);

    if (start == UINT16_MAX)
        return 0;
    if (start != RECORD_START)
        return refuse(reader, ASSAY_MALFORMED, offset, "StartId",
                      "here begins neither a variable nor erased flash");
    record r = take_record_header(c, reader->layout.authenticated);

    if (!is_unfinished(&r)) {
        r.name = assay_take(c, r.name_size);
        r.variable.data = assay_take(c, r.data_size);
    }
    if (c->failed)
        return refuse(reader, ASSAY_TRUNCATED, offset, "DataSize",
                      "the store ends inside a variable");
    const int status = is_unfinished(&r) ? 0 : keep_record(reader, &r, offset);

    assay_take_up_to(c, -c->offset % RECORD_ALIGNMENT);
    return status < 0 ? status : 1;
}

static int read_records(store_reader *reader)
{
    int status;

    assay_take_up_to(&reader->c, -reader->c.offset % RECORD_ALIGNMENT);
    do
        status = read_record(reader);
    while (status > 0);
    return status;
}

/* One that was about to be replaced counts as long as what replaces it wasn't finished. */
static int merge(const store_reader *reader, assay_variables *into)
{
    const assay_variables *const sets[] = { reader->in_transition, reader->added };
    int status = 0;

    for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
        const assay_efivar *variable;

        for (size_t i = 0; status == 0 && (variable = assay_variables_at(sets[s], i)) != NULL; i++)
            status = set(reader, into, variable, reader->layout.offset);
    }
    return status;
}

int assay_varstore_read(assay_variables *variables, assay_bytes flash, assay_varstore *ret_layout,
                        assay_error *error)
{
    store_reader reader = {
        .c = assay_cursor_of(flash),
        .added = assay_variables_new(),
        .in_transition = assay_variables_new(),
        .error = error,
    };
    int status = 0;

    if (reader.added == NULL || reader.in_transition == NULL)
        status = refuse(&reader, ASSAY_NO_MEMORY, 0, NULL, "no memory for the variables");
    else if (!find_volume(flash, &reader.layout.offset))
        status = refuse(&reader, ASSAY_UNKNOWN_FORMAT, ASSAY_NO_OFFSET, NULL,
                        "the image has no volume of UEFI variables");
    if (status == 0)
        status = read_volume_header(&reader);
    if (status == 0)
        status = read_store_header(&reader);
    if (status == 0)
        status = read_records(&reader);
    if (status == 0)
        status = merge(&reader, variables);
    if (status == 0 && ret_layout != NULL)
        *ret_layout = reader.layout;
    assay_variables_free(&reader.added);
    assay_variables_free(&reader.in_transition);
    return status;
}
