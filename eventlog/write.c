/* SPDX-License-Identifier: BSD-2-Clause */
/* Logs, written: what is asked of all formats before their own writer is. */
#include "eventlog/format/format.h"

int assay_log_write_begin(assay_log_writer *log_writer, const char *format,
                          const assay_log_header *header, assay_writer *writer, assay_error *error)
{
    *log_writer = (assay_log_writer){ .format = assay_format_by_name(format), .header = header,
                                      .writer = writer, .start = writer->used };
    if (log_writer->format == NULL || log_writer->format->write_begin == NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "there is no writer of that format");
    return log_writer->format->write_begin(log_writer, error);
}

int assay_log_write_event(assay_log_writer *log_writer, const assay_event *event,
                          assay_error *error)
{
    /*
     * The crypto-agile header is written from the log's header, by formats that have one. To
     * the others it is no event either: a log that began with it would be taken for crypto-agile.
     */
    if (assay_tcg2_is_header(log_writer->header, event))
        return 0;
    if ((log_writer->format->room.contents & 1u << event->content) == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED,
                          (assay_place){ event->offset, event->number, "content" },
                          "the format has no room for events of content %s",
                          assay_content_name(event->content));
    if (!assay_event_keeps_data(event) && !log_writer->format->room.labels)
        return assay_fail(error, ASSAY_UNSUPPORTED,
                          (assay_place){ event->offset, event->number, "event" },
                          "the format can't say that the data of an event was not kept");
    return log_writer->format->write_event(log_writer, event, error);
}

int assay_log_write_end(assay_log_writer *log_writer, assay_error *error)
{
    const int status = log_writer->format->write_end == NULL
                           ? 0
                           : log_writer->format->write_end(log_writer, error);

    if (status < 0)
        return status;
    if (log_writer->writer->failure == 0)
        return 0;
    return assay_fail(error, (enum assay_kind)log_writer->writer->failure, ASSAY_NOWHERE,
                      "the log did not fit where it was to be written");
}
