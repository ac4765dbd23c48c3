/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * coreboot's own log of what it measured, an area of CBMEM ("TCPA" up to 2022, "TPM CB LOG"
 * since; src/commonlib/include/commonlib/tpm_log_serialized.h of coreboot):
 *
 *     u16 max_entries | u16 num_entries | max_entries slots of
 *     u32 pcr | char digest_type[10] | u8 digest[64] | u32 digest_length | char name[50]
 *
 * An entry is one TPM2_PCR_Extend of one bank. There is no event type and no data; the name is
 * what coreboot calls the thing measured. Nobody clears the memory first, so what lies behind
 * a NUL, behind a digest or in a slot that isn't used yet is of no meaning.
 *
 * The logs that coreboot writes as the specifications have them are in tcg12.c and tcg2.c.
 */
#include "eventlog/format/format.h"
#include "eventlog/types.h"

enum {
    HEADER_SIZE = 4,
    NUM_OFFSET = 2,
    TYPE_SIZE = 10,
    NAME_SIZE = 50,
    SLOT_SIZE = 132,
    TYPE_OFFSET = 4,    /* in a slot */
    LENGTH_OFFSET = 78, /* in a slot */
    USUAL_SLOTS = 50,   /* MAX_TPM_LOG_ENTRIES */
    PCRS = 24,
    SHORTEST = HEADER_SIZE + TYPE_OFFSET + TYPE_SIZE,
};

/* log->state */
enum { MAX, NUM };

typedef struct cb_entry {
    uint32_t pcr_index;
    const assay_alg *alg; /* NULL: digest_type is no algorithm's name */
    assay_bytes digest;   /* all 64 bytes */
    uint32_t digest_length;
    assay_bytes name;
} cb_entry;

/* The characters of a field before its first NUL. */
static assay_bytes text_of(assay_bytes field)
{
    const uint8_t *const nul = field.size > 0 ? memchr(field.data, '\0', field.size) : NULL;

    return nul != NULL ? assay_bytes_of(field.data, (size_t)(nul - field.data)) : field;
}

static cb_entry take_entry(assay_cursor *c)
{
    cb_entry entry = { .pcr_index = assay_take_u32le(c) };

    entry.alg = assay_alg_by_name(text_of(assay_take(c, TYPE_SIZE)));
    entry.digest = assay_take(c, ASSAY_DIGEST_MAX);
    entry.digest_length = assay_take_u32le(c);
    entry.name = text_of(assay_take(c, NAME_SIZE - 1));
    assay_take_u8(c); /* a NUL, always */
    return entry;
}

/* An area that was set up and not written to. */
static bool is_unused(assay_bytes bytes, uint16_t max)
{
    return max > 0 && bytes.size == HEADER_SIZE + (size_t)max * SLOT_SIZE &&
           assay_bytes_all(assay_bytes_of(bytes.data + HEADER_SIZE, bytes.size - HEADER_SIZE), 0);
}

static const char *detect(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);
    const uint16_t max = assay_take_u16le(&c), num = assay_take_u16le(&c);

    if (!c.failed && num == 0)
        return is_unused(bytes, max) ? "as many empty slots as a coreboot log's header says" : NULL;
    const uint32_t pcr_index = assay_take_u32le(&c);
    const assay_bytes type = text_of(assay_take(&c, TYPE_SIZE));

    if (c.failed || pcr_index >= PCRS || assay_alg_by_name(type) == NULL)
        return NULL;
    return "the first entry has a PCR index and the name of an algorithm, as coreboot's have";
}

/* The banks in the order in which the entries come to them. */
static void collect_banks(assay_log *log)
{
    assay_cursor c = log->cursor;

    for (uint64_t i = 0; i < log->state[NUM]; i++) {
        const cb_entry entry = take_entry(&c);

        if (c.failed)
            return;
        if (entry.alg != NULL && !assay_log_announces(&log->header, entry.alg->id))
            log->header.banks[log->header.bank_count++] =
                (assay_bank){ entry.alg->id, entry.alg->size };
    }
}

static int open(assay_log *log)
{
    log->state[MAX] = assay_take_u16le(&log->cursor);
    log->state[NUM] = assay_take_u16le(&log->cursor);
    if (log->cursor.failed)
        return assay_log_fail(log, ASSAY_TRUNCATED, 0, "max_entries",
                              "the header of a coreboot log has %d bytes", HEADER_SIZE);
    if (log->state[NUM] > log->state[MAX])
        return assay_log_fail(log, ASSAY_MALFORMED, NUM_OFFSET, "num_entries",
                              "%u entries in a log with room for %u", (unsigned)log->state[NUM],
                              (unsigned)log->state[MAX]);
    collect_banks(log);
    return 0;
}

static int check(assay_log *log, const cb_entry *entry, uint64_t start)
{
    if (entry->alg == NULL)
        return assay_log_fail(log, ASSAY_MALFORMED, start + TYPE_OFFSET, "digest_type",
                              "no name of a digest algorithm");
    if (entry->digest_length > ASSAY_DIGEST_MAX)
        return assay_log_fail(log, ASSAY_MALFORMED, start + LENGTH_OFFSET, "digest_length",
                              "%u bytes in a field of %d", entry->digest_length, ASSAY_DIGEST_MAX);
    if (entry->digest_length != entry->alg->size)
        assay_log_note(log, ASSAY_FINDING_DIGEST_SIZE, start + LENGTH_OFFSET,
                       "%u bytes in an entry of bank %s", entry->digest_length, entry->alg->name);
    return 0;
}

/* The slots that are left are the table's too; what follows the table is a tail. */
static int leave(assay_log *log)
{
    const uint64_t end = HEADER_SIZE + log->state[MAX] * SLOT_SIZE;
    const size_t size = log->cursor.bytes.size;

    assay_seek(&log->cursor, end < size ? end : size);
    return assay_log_at_end(log) ? 0 : assay_log_end_with_tail(log, log->cursor.offset);
}

static int next(assay_log *log, assay_event *ret_event)
{
    const uint64_t start = log->cursor.offset;

    if (log->next_number >= log->state[NUM])
        return leave(log);
    const cb_entry entry = take_entry(&log->cursor);
    if (log->cursor.failed)
        return assay_log_fail_truncated(log, start, "entries");
    const int status = check(log, &entry, start);
    if (status < 0)
        return status;
    *ret_event = (assay_event){ .number = log->next_number,
                                .offset = start,
                                .data_offset = log->cursor.offset,
                                .pcr_index = entry.pcr_index,
                                .type = ASSAY_NO_EVENT_TYPE,
                                .only_bank = entry.alg->id,
                                .digest_count = 1,
                                .label = entry.name };
    ret_event->data = assay_take(&log->cursor, 0);
    ret_event->digests[0] =
        (assay_event_digest){ entry.alg->id,
                              assay_bytes_of(entry.digest.data, entry.digest_length) };
    return 1;
}

/* log_writer->state */
enum { COUNT };

static int write_begin(assay_log_writer *out, assay_error *error)
{
    (void)error;
    assay_put_u32le(out->writer, 0); /* both counts, known at the end */
    return 0;
}

static int refuse(const assay_event *event, assay_error *error, const char *field, const char *what)
{
    return assay_fail(error, ASSAY_UNSUPPORTED,
                      (assay_place){ event->offset, event->number, field }, "%s", what);
}

/* Whether the format can hold the event, and its algorithm. */
static int judge(const assay_log_writer *out, const assay_event *event, const assay_alg **ret_alg,
                 assay_error *error)
{
    const assay_alg *const alg =
        event->digest_count == 1 ? assay_alg_find(event->digests[0].alg) : NULL;

    if (alg == NULL || event->digests[0].value.size > ASSAY_DIGEST_MAX)
        return refuse(event, error, "digests",
                      "an entry of coreboot's log has one digest, of an algorithm known here");
    if (!assay_event_type_extends(event->type))
        return refuse(event, error, "eventType",
                      "coreboot's log has no types, so that every entry extends");
    if (assay_event_keeps_data(event))
        return refuse(event, error, "event", "an entry of coreboot's log has no room for data");
    if (event->label.size >= NAME_SIZE ||
        (event->label.size > 0 && memchr(event->label.data, '\0', event->label.size) != NULL))
        return refuse(event, error, "name",
                      "a name in coreboot's log has at most 49 characters, "
                      "and no NUL");
    if (out->state[COUNT] == UINT16_MAX)
        return refuse(event, error, "max_entries", "coreboot's log has at most 65535 entries");
    *ret_alg = alg;
    return 0;
}

/* In capitals, NUL to the field's end. */
static void put_type(assay_writer *w, const assay_alg *alg)
{
    size_t i = 0;

    for (; i < TYPE_SIZE - 1 && alg->name[i] != '\0'; i++)
        assay_put_u8(w,
                     (uint8_t)(alg->name[i] >= 'a' && alg->name[i] <= 'z' ? alg->name[i] - 'a' + 'A'
                                                                          : alg->name[i]));
    assay_put_zeros(w, TYPE_SIZE - i);
}

static int write_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    assay_writer *const w = out->writer;
    const assay_alg *alg = NULL;
    const int status = judge(out, event, &alg, error);

    if (status < 0)
        return status;
    const assay_bytes digest = event->digests[0].value;
    assay_put_u32le(w, event->pcr_index);
    put_type(w, alg);
    assay_put(w, digest);
    assay_put_zeros(w, ASSAY_DIGEST_MAX - digest.size);
    assay_put_u32le(w, (uint32_t)digest.size);
    assay_put(w, event->label);
    assay_put_zeros(w, NAME_SIZE - event->label.size);
    out->state[COUNT]++;
    return 0;
}

/* The area as coreboot allots it, empty slots included. */
static int write_end(assay_log_writer *out, assay_error *error)
{
    const uint32_t count = (uint32_t)out->state[COUNT];
    const uint32_t max = count > USUAL_SLOTS ? count : USUAL_SLOTS;

    (void)error;
    assay_put_zeros(out->writer, (size_t)(max - count) * SLOT_SIZE);
    assay_patch_u32le(out->writer, out->start, max | count << 16);
    return 0;
}

const assay_format assay_format_coreboot = {
    .info = { "coreboot", "coreboot's own TPM log", "coreboot: commonlib/tpm_log_serialized.h",
              true },
    .room = { .contents = 1u << ASSAY_CONTENT_PCCLIENT_STD,
              .banks = ASSAY_ROOM_BANK_BY_BANK,
              .labels = true,
              .only_bank = true,
              .odd_digests = true },
    .detect = detect,
    .open = open,
    .next = next,
    .write_begin = write_begin,
    .write_event = write_event,
    .write_end = write_end,
};
