/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The binary measurement list of Linux IMA (security/integrity/ima/ima_fs.c):
 * /sys/kernel/security/ima/binary_runtime_measurements and, since Linux 6.10, its
 * relatives with the digests of other banks.
 *
 *     u32 pcr | template_digest | u32 template_name_length | template_name
 *             | u32 template_data_length | template_data      of all templates but
 *             | digest[20] | u32 name_length | name           of "ima"
 *
 * In the byte order of the machine, unless that was told otherwise (ima_canonical_fmt). The
 * digest has 20, 32, 48 or 64 bytes in all entries of a list, and nothing says how many.
 */
#include "eventlog/format/ima.h"

enum byte_order { LITTLE, BIG };

/* What entries of a list are laid out by. */
typedef struct entry_shape {
    enum byte_order order;
    size_t digest_size;
} entry_shape;

static const size_t digest_sizes[] = { 20, 32, 48, 64 };

enum { DIGEST_SIZES = sizeof digest_sizes / sizeof *digest_sizes };

static enum byte_order order_of(const assay_log_header *header)
{
    return header->big_endian ? BIG : LITTLE;
}

static uint32_t take_u32(assay_cursor *c, enum byte_order order)
{
    return order == BIG ? assay_take_u32be(c) : assay_take_u32le(c);
}

static void put_u32(assay_writer *writer, enum byte_order order, uint32_t value)
{
    if (order == BIG)
        assay_put_u32be(writer, value);
    else
        assay_put_u32le(writer, value);
}

/* Detection: by the name of the first entry's template, behind digests of each size. */

static bool begins_with(assay_bytes bytes, entry_shape shape)
{
    assay_cursor c = assay_cursor_of(bytes);

    take_u32(&c, shape.order);
    assay_take(&c, shape.digest_size);
    const assay_bytes name = assay_take(&c, take_u32(&c, shape.order));
    return !c.failed && assay_ima_name_is_telling(name);
}

static bool find_shape(assay_bytes bytes, entry_shape *ret_shape)
{
    for (enum byte_order order = LITTLE; order <= BIG; order++)
        for (size_t i = 0; i < DIGEST_SIZES; i++) {
            const entry_shape shape = { order, digest_sizes[i] };

            if (begins_with(bytes, shape)) {
                *ret_shape = shape;
                return true;
            }
        }
    return false;
}

static const char *detect(assay_bytes bytes)
{
    entry_shape shape;

    return find_shape(bytes, &shape) ? "the first record names a template of Linux IMA" : NULL;
}

/* Entries. */

static int fail_name(assay_log *log, uint64_t offset, uint32_t size)
{
    return assay_log_fail(log, ASSAY_MALFORMED, offset, "template_name_length",
                          "%u bytes can't be the name of a template", size);
}

/* The name of the template, or fails and is no bytes. */
static assay_bytes read_name(assay_log *log, enum byte_order order, uint64_t start)
{
    assay_cursor *const c = &log->cursor;
    const uint64_t length_offset = c->offset;
    const uint32_t size = take_u32(c, order);
    const char *const field = c->failed ? "template_digest" : "template_name";

    if (!c->failed && (size == 0 || size > ASSAY_IMA_NAME_MAX)) {
        fail_name(log, length_offset, size);
        return ASSAY_NO_BYTES;
    }
    const uint64_t offset = c->offset;
    const assay_bytes name = assay_take(c, size);
    if (c->failed) {
        assay_log_fail_truncated(log, start, field);
        return ASSAY_NO_BYTES;
    }
    if (assay_ima_name_is_sound(name))
        return name;
    assay_log_fail(log, ASSAY_MALFORMED, offset, "template_name",
                   "the name of a template has characters that none has");
    return ASSAY_NO_BYTES;
}

/* Moves past the fields of template "ima", which only their own lengths delimit. */
static int skip_old(assay_log *log, enum byte_order order)
{
    assay_cursor *const c = &log->cursor;

    assay_take(c, ASSAY_IMA_OLD_DIGEST);
    const uint64_t offset = c->offset;
    const uint32_t size = take_u32(c, order);
    if (!c->failed && size > ASSAY_IMA_OLD_NAME)
        return assay_log_fail(log, ASSAY_MALFORMED, offset, "name_length",
                              "a file name of %u bytes, where the template has at most %d", size,
                              ASSAY_IMA_OLD_NAME);
    assay_take(c, size);
    return 0;
}

static int read_data(assay_log *log, enum byte_order order, assay_event *event)
{
    assay_cursor *const c = &log->cursor;
    const bool old = assay_ima_template_is_old(event->name);
    const uint32_t size = old ? 0 : take_u32(c, order);
    const char *const field = c->failed ? "template_data_length" : "template_data";

    event->data_offset = c->offset;
    if (old) {
        const int status = skip_old(log, order);

        if (status < 0)
            return status;
    } else {
        assay_take(c, size);
    }
    if (c->failed)
        return assay_log_fail_truncated(log, event->offset, field);
    event->data =
        assay_bytes_of(c->bytes.data + event->data_offset, c->offset - (size_t)event->data_offset);
    return 1;
}

static int read_entry(assay_log *log, assay_event *ret_event)
{
    assay_cursor *const c = &log->cursor;
    const enum byte_order order = order_of(&log->header);
    const assay_bank bank = log->header.banks[0];

    ret_event->number = log->next_number;
    ret_event->offset = c->offset;
    ret_event->content = ASSAY_CONTENT_IMA_TEMPLATE;
    ret_event->type = ASSAY_NO_EVENT_TYPE;
    ret_event->pcr_index = take_u32(c, order);
    ret_event->digest_count = 1;
    ret_event->digests[0] = (assay_event_digest){ bank.alg, assay_take(c, bank.size) };
    ret_event->name = read_name(log, order, ret_event->offset);
    return ret_event->name.data == NULL ? -log->error.kind : read_data(log, order, ret_event);
}

/*
 * Too few bytes for the PCR of an entry are no part of one that anyone would miss, no more than a
 * list that is cut between two entries: the newline that an editor added, for instance.
 */
static bool is_stray(const assay_log *log)
{
    return log->next_number > 0 && assay_left(&log->cursor) < sizeof(uint32_t);
}

static int next(assay_log *log, assay_event *ret_event)
{
    if (assay_log_at_end(log))
        return 0;
    return is_stray(log) ? assay_log_end_with_tail(log, log->cursor.offset)
                         : read_entry(log, ret_event);
}

static int open(assay_log *log)
{
    entry_shape shape = { LITTLE, digest_sizes[0] };
    bool told;

    find_shape(log->bytes, &shape);
    assay_ima_set_header(log, shape.digest_size);
    log->header.big_endian = shape.order == BIG;
    /* No other bank has digests of SHA-1's size. */
    return log->header.banks[0].alg == ASSAY_ALG_SHA1 ? 0 : assay_ima_tell_bank(log, next, &told);
}

/* Writing. */

static int write_begin(assay_log_writer *out, assay_error *error)
{
    const size_t size = assay_ima_bank_to_write(out->header).size;

    for (size_t i = 0; i < DIGEST_SIZES; i++)
        if (digest_sizes[i] == size)
            return 0;
    return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                      "an IMA list can't hold digests of %zu bytes", size);
}

static int fail_entry(const assay_event *event, const char *field, const char *what,
                      assay_error *error)
{
    return assay_fail(error, ASSAY_UNSUPPORTED,
                      (assay_place){ event->offset, event->number, field }, "%s", what);
}

/* Entries whose bytes alone would not say where they end, or of which format they are. */
static int check_entry(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    assay_ima_fields fields;

    if (out->state[0]++ == 0 && !assay_ima_name_is_telling(event->name))
        return fail_entry(event, "template_name",
                          "a list that begins with this template would not be taken for one of IMA",
                          error);
    if (assay_ima_template_is_old(event->name) &&
        (!assay_ima_split(event->name, event->data, &fields) ||
         (fields.list[1].size > 0 && fields.big_endian != out->header->big_endian)))
        return fail_entry(event, "template_data",
                          "an IMA list can't hold an entry of template \"ima\" of other fields",
                          error);
    return 0;
}

static int write_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    const enum byte_order order = order_of(out->header);
    assay_bytes digest;
    int status =
        assay_ima_check_writable(event, assay_ima_bank_to_write(out->header), &digest, error);

    if (status == 0)
        status = check_entry(out, event, error);
    if (status < 0)
        return status;
    put_u32(out->writer, order, event->pcr_index);
    assay_put(out->writer, digest);
    put_u32(out->writer, order, (uint32_t)event->name.size);
    assay_put(out->writer, event->name);
    if (!assay_ima_template_is_old(event->name))
        put_u32(out->writer, order, (uint32_t)event->data.size);
    assay_put(out->writer, event->data);
    return 0;
}

const assay_format assay_format_ima = {
    .info = { "ima", "Linux IMA measurement list", "Linux, security/integrity/ima/ima_fs.c", true },
    .room = { .contents = 1u << ASSAY_CONTENT_IMA_TEMPLATE,
              .banks = ASSAY_ROOM_ONE_BANK,
              .data = true },
    .detect = detect,
    .open = open,
    .next = next,
    .write_begin = write_begin,
    .write_event = write_event,
};
