/* SPDX-License-Identifier: BSD-2-Clause */
/* The ASCII list, written: only what a reader puts back together into the same data. */
#include "base/hash.h"
#include "eventlog/format/ima.h"
#include "eventlog/format/imacolumns.h"

#include <stdlib.h>

/* What assay_log_writer.owned points to. */
typedef struct imatext_writer {
    assay_writer columns; /* of the entry at hand */
    assay_writer back;    /* what a reader would make of them */
    bool decided;         /* the byte order of the list */
    bool big_endian;
    assay_hashes *hashes;
} imatext_writer;

int assay_imatext_write_end(assay_log_writer *out, assay_error *error)
{
    imatext_writer *const self = out->owned;

    (void)error;
    assay_writer_close(&self->columns);
    assay_writer_close(&self->back);
    assay_hashes_free(&self->hashes);
    free(self);
    out->owned = NULL;
    return 0;
}

int assay_imatext_write_begin(assay_log_writer *out, assay_error *error)
{
    imatext_writer *const self = calloc(1, sizeof *self);

    if (self == NULL || (self->hashes = assay_hashes_new()) == NULL) {
        free(self);
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to write the list");
    }
    self->columns = assay_writer_growing(4 * ASSAY_IMATEXT_DATA_MAX);
    self->back = assay_writer_growing(ASSAY_IMATEXT_DATA_MAX);
    out->owned = self;
    return 0;
}

static int fail_fields(const assay_event *event, const char *what, assay_error *error)
{
    return assay_fail(error, ASSAY_UNSUPPORTED,
                      (assay_place){ event->offset, event->number, "template_data" },
                      "an ASCII list can't hold an entry %s", what);
}

/* A reader takes a list for little endian, unless the digest of its first entry says otherwise. */
static int choose_order(imatext_writer *self, assay_bank bank, const assay_event *event,
                        assay_bytes digest, bool big_endian, assay_error *error)
{
    int status = 1;

    if (!self->decided && big_endian)
        status = assay_ima_is_violation(event) || assay_ima_template_is_old(event->name)
                     ? 0
                     : assay_ima_follows(self->hashes, bank.alg, event, digest);
    if (status < 0)
        return assay_fail(error, (enum assay_kind) - status, ASSAY_NOWHERE, "hashing failed");
    if (status == 0 || (self->decided && self->big_endian != big_endian))
        return fail_fields(event, "of this byte order here", error);
    self->decided = true;
    self->big_endian = big_endian;
    return 0;
}

static int format_columns(imatext_writer *self, const assay_event *event,
                          const assay_ima_fields *fields, assay_error *error)
{
    self->columns.used = self->back.used = 0;
    if (!assay_ima_columns_write(event->name, fields, &self->columns))
        return fail_fields(event, "of a template that is not known here", error);
    const assay_bytes columns = assay_written(&self->columns);
    const assay_bytes text = assay_bytes_of(columns.data + 1, columns.size - 1);
    const bool read = self->columns.failure == 0 && memchr(text.data, '\n', text.size) == NULL &&
                      memchr(text.data, '\r', text.size) == NULL &&
                      assay_ima_columns_read(event->name, text, fields->big_endian, &self->back);
    if (self->columns.failure == ASSAY_NO_MEMORY || self->back.failure == ASSAY_NO_MEMORY)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to write an entry");
    if (!read || self->back.failure != 0 ||
        !assay_bytes_equal(assay_written(&self->back), event->data))
        return fail_fields(event, "with fields that its columns don't show in full", error);
    return 0;
}

static int columns_of(imatext_writer *self, assay_bank bank, const assay_event *event,
                      assay_bytes digest, assay_error *error)
{
    assay_ima_fields fields;

    if (!assay_ima_split(event->name, event->data, &fields) || fields.count == 0)
        return fail_fields(event, "whose data are no fields", error);
    const int status = choose_order(self, bank, event, digest, fields.big_endian, error);
    return status < 0 ? status : format_columns(self, event, &fields, error);
}

/* A label is the columns of an entry that was read from such a list. */
static int label_as_columns(imatext_writer *self, const assay_event *event, assay_error *error)
{
    const assay_bytes label = event->label;

    self->columns.used = self->back.used = 0;
    if (memchr(label.data, '\n', label.size) != NULL ||
        memchr(label.data, '\r', label.size) != NULL ||
        assay_ima_columns_read(event->name, label, false, &self->back))
        return fail_fields(event, "that keeps no data and is of a known template", error);
    assay_put_char(&self->columns, ' ');
    assay_put(&self->columns, label);
    return 0;
}

int assay_imatext_write_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    imatext_writer *const self = out->owned;
    const assay_bank bank = assay_ima_bank_to_write(out->header);
    assay_bytes digest;
    int status = assay_ima_check_writable(event, bank, &digest, error);

    if (status == 0)
        status = assay_event_keeps_data(event) ? columns_of(self, bank, event, digest, error)
                                               : label_as_columns(self, event, error);
    if (status < 0)
        return status;
    assay_put_format(out->writer, "%2u ", event->pcr_index);
    assay_put_hex(out->writer, digest);
    assay_put_char(out->writer, ' ');
    assay_put(out->writer, event->name);
    assay_put(out->writer, assay_written(&self->columns));
    assay_put_char(out->writer, '\n');
    return 0;
}
