/* SPDX-License-Identifier: BSD-2-Clause */
/* The text form, its digests written: left out where they follow from the data. */
#include "eventlog/format/textlog.h"
#include "eventlog/types.h"

#include <stdio.h>

/* Whether a reader has to be told how long the digest is. */
static bool has_own_size(const assay_log_header *header, const assay_event_digest *digest)
{
    return digest->value.size != assay_log_digest_size(header, digest->alg);
}

/* Whether this is the digest of `measured`, or zeros where nothing is extended. 1, 0 or failure. */
static int is_digest_of(assay_log_writer *out, const assay_event_digest *digest,
                        const assay_textlog_measured *measured)
{
    const assay_textlog_writer *const text = out->owned;
    uint8_t value[ASSAY_DIGEST_MAX];
    const int status = assay_textlog_digest(text->hashes, digest->alg, measured, value);

    if (status == -ASSAY_UNSUPPORTED || (status == 0 && has_own_size(out->header, digest)))
        return 0;
    return status < 0 ? status
                      : assay_bytes_equal(digest->value, assay_bytes_of(value, digest->value.size));
}

static int are_digests_of(assay_log_writer *out, const assay_event *event,
                          const assay_textlog_measured *measured)
{
    int status = 1;

    for (size_t i = 0; i < event->digest_count && status > 0; i++)
        status = is_digest_of(out, &event->digests[i], measured);
    return status;
}

static bool in_header_order(const assay_log_header *header, const assay_event *event)
{
    if (event->only_bank != 0 || event->digest_count != header->bank_count)
        return false;
    for (size_t i = 0; i < event->digest_count; i++)
        if (event->digests[i].alg != header->banks[i].alg)
            return false;
    return true;
}

/* What programs measure of data that they log with more around it; no bytes where there is none. */

static assay_bytes without_nul(assay_bytes data)
{
    assay_cursor c = assay_cursor_of(data);
    const assay_bytes text = assay_take(&c, data.size - 1);

    return assay_take_u8(&c) == 0 ? text : ASSAY_NO_BYTES;
}

/* GRUB logs "grub_cmd: set x" with a NUL, and measures "set x". */
static assay_bytes without_prefix(assay_bytes data)
{
    const assay_bytes text = without_nul(data);
    const uint8_t *const colon = text.size > 0 ? memchr(text.data, ':', text.size) : NULL;
    assay_cursor c = assay_cursor_of(text);

    if (colon == NULL)
        return ASSAY_NO_BYTES;
    assay_take(&c, (size_t)(colon - text.data) + 2);
    return assay_take_rest(&c);
}

/* VariableData alone: EV_EFI_VARIABLE_BOOT (PFP 1.06 section 10.4.1), and shim's own variables. */
static assay_bytes variable_data(assay_bytes data)
{
    assay_cursor c = assay_cursor_of(data);

    assay_take(&c, 16);
    const uint64_t characters = assay_take_u64le(&c);
    assay_take(&c, 8);
    assay_take(&c, characters <= data.size ? 2 * (size_t)characters : SIZE_MAX);
    return assay_take_rest(&c);
}

/* Puts the measured bytes where they are known and all digests follow. 1, 0 or failure. */
static int put_measured(assay_log_writer *out, const assay_event *event)
{
    static assay_bytes (*const parts[])(assay_bytes data) = { without_prefix, without_nul,
                                                              variable_data };

    if (event->data.size == 0 || event->digest_count == 0 ||
        event->content != ASSAY_CONTENT_PCCLIENT_STD)
        return 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const assay_bytes measured = parts[i](event->data);
        const assay_textlog_measured as = assay_textlog_measured_as(measured);
        const int status = measured.size == 0 ? 0 : are_digests_of(out, event, &as);

        if (status > 0) {
            assay_textlog_string_put(out, "=");
            assay_textlog_items_put(out, EV_NO_ACTION, measured);
        }
        if (status != 0)
            return status;
    }
    return 0;
}

static void put_digest(assay_log_writer *out, const assay_event *event,
                       const assay_event_digest *digest, bool spelled_out)
{
    const char *const only = event->only_bank == digest->alg ? "only:" : "";
    char unknown[ASSAY_ALG_NUMBER_SIZE], name[48];
    const char *const alg = assay_alg_name(digest->alg, unknown);

    if (has_own_size(out->header, digest))
        snprintf(name, sizeof name, "%s%s/%zu", only, alg, digest->value.size);
    else
        snprintf(name, sizeof name, "%s%s", only, alg);
    assay_textlog_word_begin(out, strlen(name) + (spelled_out ? 1 + 2 * digest->value.size : 0));
    assay_put_string(out->writer, name);
    if (!spelled_out)
        return;
    assay_put_char(out->writer, ':');
    assay_put_hex(out->writer, digest->value);
}

static int put_each(assay_log_writer *out, const assay_event *event,
                    const assay_textlog_measured *measured)
{
    assay_textlog_string_put(out, "=");
    for (size_t i = 0; i < event->digest_count; i++) {
        const int status = is_digest_of(out, &event->digests[i], measured);

        if (status < 0)
            return status;
        put_digest(out, event, &event->digests[i], status == 0);
    }
    return 0;
}

int assay_textlog_digests_put(assay_log_writer *out, const assay_event *event)
{
    const assay_textlog_measured measured = assay_textlog_measured_of(event);
    int status;

    if (!in_header_order(out->header, event))
        return put_each(out, event, &measured);
    status = are_digests_of(out, event, &measured);
    if (status == 0)
        status = put_measured(out, event);
    if (status == 0)
        status = put_each(out, event, &measured);
    return status < 0 ? status : 0;
}
