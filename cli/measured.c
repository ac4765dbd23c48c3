/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kinds of assay measure measure with. */
#include "cli/measure.h"

#include "base/utf8.h"
#include "eventlog/payload/tagged.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { EVENTS_FIRST = 16, TEXT_MAX = 256 };

struct cli_measured_chunk {
    struct cli_measured_chunk *next;
    uint8_t bytes[];
};

static void fail(cli_measured *m, int status)
{
    if (m->status == 0)
        m->status = status;
}

bool cli_measured_begin(cli_measured *m, assay_digesting *ret_digesting)
{
    return cli_measured_begin_of(m, m->algs, m->alg_count, ret_digesting);
}

bool cli_measured_begin_of(cli_measured *m, const uint16_t *algs, size_t count,
                           assay_digesting *ret_digesting)
{
    if (m->status == 0)
        m->status = assay_digesting_begin(ret_digesting, m->hashes, algs, count);
    if (m->status < 0)
        return false;
    ret_digesting->hashed = m->hashed;
    ret_digesting->context = m->hashed_context;
    ret_digesting->threads = m->threads;
    return true;
}

void cli_measured_digest(cli_measured *m, assay_bytes bytes)
{
    assay_digesting digesting;

    if (!cli_measured_begin(m, &digesting))
        return;
    m->status = assay_digesting_update(&digesting, bytes);
    if (m->status == 0)
        m->status = assay_digesting_end(&digesting, &m->digests);
    m->whole = m->status == 0 && bytes.data == m->input.file.bytes.data &&
               bytes.size == m->input.file.bytes.size;
}

assay_digests cli_measured_hash(cli_measured *m, const assay_bytes *parts, size_t count)
{
    assay_digests digests = { 0 };

    if (m->status == 0)
        m->status = assay_digests_of(m->hashes, m->algs, m->alg_count, parts, count, &digests);
    return digests;
}

static bool make_room(cli_measured *m)
{
    const size_t room = m->event_room > 0 ? 2 * m->event_room : EVENTS_FIRST;

    if (m->event_count < m->event_room)
        return true;
    cli_measured_event *const events = reallocarray(m->events, room, sizeof *events);
    if (events == NULL) {
        fail(m, -ASSAY_NO_MEMORY);
        return false;
    }
    m->events = events;
    m->event_room = room;
    return true;
}

void cli_measured_add(cli_measured *m, const cli_measured_event *event)
{
    if (m->status == 0 && make_room(m))
        m->events[m->event_count++] = *event;
}

void cli_measured_add_main(cli_measured *m, unsigned pcr, uint32_t type, const char *when,
                           assay_bytes data)
{
    cli_measured_add(m, &(cli_measured_event){ .pcr = pcr,
                                               .type = type,
                                               .when = when,
                                               .data = data,
                                               .digests = m->digests });
}

void cli_measured_add_bytes(cli_measured *m, const cli_measured_event *event, assay_bytes bytes)
{
    cli_measured_event copy = *event;

    copy.digests = cli_measured_hash(m, &bytes, 1);
    cli_measured_add(m, &copy);
}

void cli_measured_add_file(cli_measured *m, unsigned pcr, uint32_t type, const char *of,
                           const char *when)
{
    cli_measured_event event = { .pcr = pcr, .type = type, .of = of, .when = when };
    assay_digesting digesting;

    if (!cli_measured_begin(m, &digesting))
        return;
    m->status = assay_digesting_update(&digesting, m->file.bytes);
    if (m->status == 0)
        m->status = assay_digesting_end(&digesting, &event.digests);
    if (m->digests.count == 0)
        m->digests = event.digests;
    cli_measured_add(m, &event);
}

void *cli_measured_room(cli_measured *m, size_t size)
{
    struct cli_measured_chunk *const chunk =
        m->status == 0 && size < SIZE_MAX / 2 ? malloc(sizeof *chunk + size) : NULL;

    if (chunk == NULL) {
        fail(m, -ASSAY_NO_MEMORY);
        return NULL;
    }
    chunk->next = m->chunks;
    m->chunks = chunk;
    return chunk->bytes;
}

assay_bytes cli_measured_keep(cli_measured *m, assay_bytes bytes)
{
    uint8_t *const room = cli_measured_room(m, bytes.size);

    if (room == NULL)
        return ASSAY_NO_BYTES;
    if (bytes.size > 0)
        memcpy(room, bytes.data, bytes.size);
    return assay_bytes_of(room, bytes.size);
}

const char *cli_measured_text(cli_measured *m, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list values;

    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    const assay_bytes kept = cli_measured_keep(m, assay_bytes_of(text, strlen(text) + 1));
    return kept.data != NULL ? (const char *)kept.data : "";
}

/* A byte that is no UTF-8 stands for the character of its number. */
static void put_utf16(assay_writer *out, assay_bytes text)
{
    assay_cursor c = assay_cursor_of(text);

    while (assay_left(&c) > 0) {
        uint32_t character;
        const size_t size = assay_utf8_decode(assay_peek_rest(&c), &character);

        if (size == 0)
            character = assay_take_u8(&c);
        else
            assay_take(&c, size);
        if (character < 0x10000) {
            assay_put_u16le(out, (uint16_t)character);
        } else {
            assay_put_u16le(out, (uint16_t)(0xD800 + ((character - 0x10000) >> 10)));
            assay_put_u16le(out, (uint16_t)(0xDC00 + ((character - 0x10000) & 0x3FF)));
        }
    }
}

assay_bytes cli_measured_utf16(cli_measured *m, const char *prefix, assay_bytes text, bool nul)
{
    const size_t most = 2 * (strlen(prefix) + text.size + 1);
    uint8_t *const room = cli_measured_room(m, most);
    assay_writer out = assay_writer_lent(room, room != NULL ? most : 0);

    put_utf16(&out, assay_bytes_of_string(prefix));
    put_utf16(&out, text);
    if (nul)
        assay_put_u16le(&out, 0);
    return room != NULL ? assay_written(&out) : ASSAY_NO_BYTES;
}

assay_bytes cli_measured_tag(cli_measured *m, uint32_t tag, assay_bytes data)
{
    const size_t size = 8 + data.size;
    uint8_t *const room = cli_measured_room(m, size);
    assay_writer out = assay_writer_lent(room, room != NULL ? size : 0);

    assay_put_u32le(&out, tag);
    assay_put_u32le(&out, (uint32_t)data.size);
    assay_put(&out, data);
    return room != NULL ? assay_written(&out) : ASSAY_NO_BYTES;
}

int cli_measured_status(const cli_measured *m, assay_error *error)
{
    if (m->status == 0)
        return 0;
    return assay_fail(error, (enum assay_kind) - m->status, ASSAY_NOWHERE,
                      m->status == -ASSAY_NO_MEMORY ? "no memory for what is measured"
                                                    : "the digests can't be computed");
}

void cli_measured_close(cli_measured *m)
{
    while (m->chunks != NULL) {
        struct cli_measured_chunk *const next = m->chunks->next;

        free(m->chunks);
        m->chunks = next;
    }
    free(m->events);
    m->events = NULL;
    m->event_count = m->event_room = 0;
    assay_gunzip_close(&m->file);
}
