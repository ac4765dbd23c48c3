/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What coreboot's cbmem -L and its console print of a TPM log, as people paste it:
 *
 *     PCR-2 HEX SHA256 [FMAP: FMAP]                        coreboot's own log, and the console
 *
 *     TCPA log entry 1: PCR: 2 Event type: Action Digest: HEX Event data: FMAP: FMAP
 *     TPM2 log entry 1: PCR: 2 Event type: Action Digests: { SHA256: HEX } Event data: FMAP: FMAP
 *
 * Data are printed up to their first NUL at most, so that what is there is a label and no data.
 */
#include "base/hex.h"
#include "eventlog/format/txtstat.h"
#include "eventlog/types.h"

#include <stdlib.h>

enum { DETECT_MAX = 1 << 20 };

static const struct {
    assay_bytes text;
    const char *why;
} marks[] = {
    { ASSAY_LITERAL("TPM2 log entry "), "the text has \"TPM2 log entry\", as cbmem -L prints" },
    { ASSAY_LITERAL("TCPA log entry "), "the text has \"TCPA log entry\", as cbmem -L prints" },
    { ASSAY_LITERAL("coreboot TPM log:"), "the text has \"coreboot TPM log:\"" },
    { ASSAY_LITERAL("coreboot TCPA log:"), "the text has \"coreboot TCPA log:\"" },
    { ASSAY_LITERAL("coreboot TPM log measurements:"),
      "the text has \"coreboot TPM log measurements:\"" },
    { ASSAY_LITERAL("coreboot TPM 1.2 measurements:"),
      "the text has \"coreboot TPM 1.2 measurements:\"" },
    { ASSAY_LITERAL("coreboot TPM 2.0 measurements:"),
      "the text has \"coreboot TPM 2.0 measurements:\"" },
    { ASSAY_LITERAL("coreboot TCPA measurements:"),
      "the text has \"coreboot TCPA measurements:\"" },
};

/* With these a list begins. */
static const assay_bytes heads[] = {
    ASSAY_LITERAL("TPM2 log:"),
    ASSAY_LITERAL("TCPA log:"),
    ASSAY_LITERAL("coreboot TPM log:"),
    ASSAY_LITERAL("measurements:"),
};

/* eventType by the names that cbmem gives it, from 0. */
static const char *const types[] = {
    "Reserved",
    "POST code",
    "Unused",
    "No action",
    "Separator",
    "Action",
    "Event tag",
    "S-CRTM contents",
    "S-CRTM version",
    "CPU microcode",
    "Platform configuration flags",
    "Table of devices",
    "Compact hash",
    "IPL",
    "IPL partition data",
    "Non-host code",
    "Non-host configuration",
    "Non-host information",
    "Omit boot device events",
};

/* What log->owned points to. */
typedef struct cbmem {
    assay_txtstat_words words;
    assay_txtstat_word before; /* the last word */
    uint8_t values[ASSAY_BANKS_MAX][ASSAY_DIGEST_MAX];
} cbmem;

static bool is_text(assay_bytes bytes)
{
    enum { ENOUGH = 64 };

    for (size_t i = 0; i < bytes.size && i < ENOUGH; i++)
        if (bytes.data[i] < ' ' && (bytes.data[i] < '\t' || bytes.data[i] > '\r') &&
            bytes.data[i] != 0x1B)
            return false;
    return bytes.size > 0;
}

static const char *detect(assay_bytes bytes)
{
    const assay_bytes most = { bytes.data, bytes.size < DETECT_MAX ? bytes.size : DETECT_MAX };

    for (size_t i = 0; is_text(bytes) && i < sizeof marks / sizeof *marks; i++)
        if (assay_bytes_find(most, marks[i].text) < most.size)
            return marks[i].why;
    return NULL;
}

/* Fields. */

static int fail(assay_log *log, const assay_txtstat_word *word, const char *field, const char *what)
{
    return assay_log_fail(log, word->text.size > 0 ? ASSAY_MALFORMED : ASSAY_TRUNCATED,
                          word->offset, field, "%s",
                          word->text.size > 0 ? what : "the text ends inside an entry");
}

static bool next_word(cbmem *self, assay_txtstat_word *word)
{
    self->before = *word;
    return assay_txtstat_word_next(&self->words, word);
}

/* "entry" of "TPM2 log entry 1:", but not of "No digests in this log entry". */
static bool begins_entry(const cbmem *self, const assay_txtstat_word *word)
{
    assay_txtstat_words ahead = self->words;
    assay_txtstat_word number;
    uint32_t value;

    if (!assay_txtstat_word_is(word, "entry") || !assay_txtstat_word_is(&self->before, "log") ||
        !assay_txtstat_word_next(&ahead, &number))
        return false;
    number.text.size -= number.text.data[number.text.size - 1] == ':';
    return assay_txtstat_number(&number, &value);
}

/* What is left of the line, without the blanks around it. */
static assay_bytes rest_of_line(cbmem *self)
{
    const assay_bytes rest = assay_peek_rest(&self->words.cursor);
    assay_bytes line = assay_take(&self->words.cursor, assay_bytes_find(rest, ASSAY_LITERAL("\n")));

    while (line.size > 0 && line.data[0] <= ' ')
        line = assay_bytes_of(line.data + 1, line.size - 1);
    while (line.size > 0 && line.data[line.size - 1] <= ' ')
        line.size--;
    return line;
}

/* A digest of hexadecimal digits. `word` is the name of its algorithm, or NULL: by its size. */
static int add_digest(assay_log *log, assay_event *event, uint16_t alg,
                      const assay_txtstat_word *hex)
{
    cbmem *const self = log->owned;
    uint8_t *const value = self->values[event->digest_count % ASSAY_BANKS_MAX];
    const assay_alg *const known = assay_alg_find(alg);

    if (event->digest_count == ASSAY_BANKS_MAX || assay_event_digest_of(event, alg).data != NULL)
        return fail(log, hex, "digests", "a second digest of a bank, or too many of them");
    if (known == NULL || !assay_hex_decode(hex->text, value, known->size))
        return fail(log, hex, "digest", "expected the digits of a digest of its algorithm's size");
    event->digests[event->digest_count++] =
        (assay_event_digest){ alg, assay_bytes_of(value, known->size) };
    return 0;
}

static uint16_t alg_of_name(assay_bytes name)
{
    if (name.size > 0 && name.data[name.size - 1] == ':')
        name.size--;
    const assay_alg *const alg = assay_alg_by_name(name);
    return alg != NULL ? alg->id : 0;
}

/* "PCR-2 HEX SHA256 [FMAP: FMAP]", of which the first word is read. */
static int read_line(assay_log *log, assay_event *event)
{
    cbmem *const self = log->owned;
    assay_txtstat_word hex, name;

    if (!assay_txtstat_word_next(&self->words, &hex) ||
        !assay_txtstat_word_next(&self->words, &name))
        return fail(log, &(assay_txtstat_word){ .offset = self->words.cursor.offset }, "digest",
                    "");
    const uint16_t alg = alg_of_name(name.text);
    if (alg == 0)
        return fail(log, &name, "digest_type", "expected the name of an algorithm here");
    const int status = add_digest(log, event, alg, &hex);
    if (status < 0)
        return status;
    event->only_bank = alg;
    event->label = rest_of_line(self);
    if (event->label.size == 0) /* wrapped before the name */
        event->label = rest_of_line(self);
    if (event->label.size >= 2 && event->label.data[0] == '[' &&
        event->label.data[event->label.size - 1] == ']')
        event->label = assay_bytes_of(event->label.data + 1, event->label.size - 2);
    return 1;
}

/* "Action", or "Unknown (0x80000001 >= 19)" */
static uint32_t type_of(assay_bytes name)
{
    assay_cursor c = assay_cursor_of(name);
    uint32_t number;

    for (uint32_t i = 0; i < sizeof types / sizeof *types; i++)
        if (assay_bytes_equal(name, assay_bytes_of_string(types[i])))
            return i;
    assay_take(&c, assay_bytes_find(name, ASSAY_LITERAL("0x")));
    const assay_bytes rest = assay_take_rest(&c);
    const assay_txtstat_word word = { .text = { rest.data,
                                                assay_bytes_find(rest, ASSAY_LITERAL(" ")) } };
    return word.text.size > 0 && assay_txtstat_number(&word, &number) ? number
                                                                      : ASSAY_NO_EVENT_TYPE;
}

/* One field of an entry; 1 when it was the last one. */
static int read_field(assay_log *log, assay_event *event, const assay_txtstat_word *word,
                      bool *ret_pcr)
{
    cbmem *const self = log->owned;
    const bool of_event = assay_txtstat_word_is(&self->before, "Event");
    assay_txtstat_word value = { .text = ASSAY_NO_BYTES };

    if (assay_txtstat_word_is(word, "PCR:")) {
        assay_txtstat_word_next(&self->words, &value);
        *ret_pcr = assay_txtstat_number(&value, &event->pcr_index);
        return *ret_pcr ? 0 : fail(log, &value, "pcr", "expected the number of a PCR here");
    }
    if (of_event && assay_txtstat_word_is(word, "type:"))
        event->type = type_of(rest_of_line(self));
    if (of_event && (assay_txtstat_word_is(word, "data:") || assay_txtstat_word_is(word, "data"))) {
        event->data_offset = self->words.cursor.offset;
        event->label = rest_of_line(self);
        if (assay_txtstat_word_is(word, "data"))
            event->label = ASSAY_LITERAL(""); /* "not provided" */
        return 1;
    }
    const uint16_t alg =
        assay_txtstat_word_is(word, "Digest:") ? ASSAY_ALG_SHA1 : alg_of_name(word->text);
    if (alg == 0 || word->text.data[word->text.size - 1] != ':')
        return 0;
    assay_txtstat_word_next(&self->words, &value);
    return add_digest(log, event, alg, &value);
}

/* "TPM2 log entry", of which all is read. */
static int read_entry(assay_log *log, assay_event *event)
{
    cbmem *const self = log->owned;
    assay_txtstat_word word = { .text = ASSAY_NO_BYTES };
    bool has_pcr = false;
    int status = 0;

    while (status == 0) {
        if (!next_word(self, &word) || begins_entry(self, &word))
            return fail(log, &word, "Event data", "an entry begins here inside another");
        status = read_field(log, event, &word, &has_pcr);
    }
    if (status < 0)
        return status;
    if (!has_pcr)
        return fail(log, &word, "pcr", "an entry without its PCR");
    if (event->type == EV_NO_ACTION &&
        assay_bytes_start_with(event->label, ASSAY_LITERAL("StartupLocality")))
        assay_log_note(log, ASSAY_FINDING_CBMEM_LOCALITY, event->offset,
                       "an event of StartupLocality, without the locality");
    return 1;
}

/* Events. */

static int read_next(assay_log *log, assay_event *event)
{
    cbmem *const self = log->owned;
    assay_txtstat_word word = { .text = ASSAY_NO_BYTES };

    while (next_word(self, &word)) {
        assay_cursor c = assay_cursor_of(word.text);
        const bool pcr = assay_bytes_equal(assay_take(&c, 4), ASSAY_LITERAL("PCR-"));
        const assay_txtstat_word number = { .text = assay_take_rest(&c) };

        *event = (assay_event){ .number = log->next_number,
                                .offset = word.offset,
                                .data_offset = word.offset,
                                .type = ASSAY_NO_EVENT_TYPE,
                                .label = ASSAY_LITERAL("") };
        if (pcr && assay_txtstat_number(&number, &event->pcr_index))
            return read_line(log, event);
        if (begins_entry(self, &word)) {
            next_word(self, &word); /* its number */
            return read_entry(log, event);
        }
    }
    return 0;
}

/* The last list: a console has one of each boot. */
static size_t last_list(assay_log *log)
{
    assay_cursor c = assay_cursor_of(log->bytes);
    size_t start = 0, lists = 0;

    while (assay_left(&c) > 0) {
        const assay_bytes line =
            assay_take(&c, assay_bytes_find(assay_peek_rest(&c), ASSAY_LITERAL("\n")));

        for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
            if (assay_bytes_find(line, heads[i]) < line.size) {
                lists++;
                start = (size_t)(line.data - log->bytes.data);
                break;
            }
        assay_take_u8(&c);
    }
    if (lists > 1)
        assay_log_note(log, ASSAY_FINDING_CBMEM_BOOTS, start, "%zu lists; the last one is read",
                       lists);
    return start;
}

static void collect_banks(assay_log *log)
{
    assay_log ahead = *log;
    assay_event event;

    ahead.findings = NULL;
    while (read_next(&ahead, &event) > 0)
        for (size_t i = 0; i < event.digest_count; i++) {
            const uint16_t alg = event.digests[i].alg;

            if (!assay_log_announces(&log->header, alg))
                log->header.banks[log->header.bank_count++] =
                    (assay_bank){ alg, assay_alg_find(alg)->size };
        }
}

static int open(assay_log *log)
{
    cbmem *const self = calloc(1, sizeof *self);

    log->owned = self;
    if (self == NULL)
        return assay_log_fail(log, ASSAY_NO_MEMORY, 0, NULL, "no memory to read cbmem's text");
    self->words.cursor = assay_cursor_of(log->bytes);
    assay_seek(&self->words.cursor, last_list(log));
    const assay_txtstat_words start = self->words;
    collect_banks(log);
    self->words = start;
    return 0;
}

static int next(assay_log *log, assay_event *ret_event)
{
    return read_next(log, ret_event);
}

static void close(assay_log *log)
{
    free(log->owned);
}

const assay_format assay_format_cbmem = {
    .info = { "cbmem", "text of coreboot's cbmem -L or console", "coreboot: util/cbmem", false },
    .detect = detect,
    .open = open,
    .next = next,
    .close = close,
};
