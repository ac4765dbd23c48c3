/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/imabuf.h"

#include "base/cursor.h"
#include "base/utf8.h"
#include "eventlog/payload/x509.h"

enum { TEXT_MIN = 2, SHOWN_MAX = 64 }; /* bytes that are no text are shown up to a long digest */

/* Text to the end, or to a NUL there; no bytes when it is none. */
static assay_bytes text_in(assay_bytes buffer)
{
    assay_bytes text = buffer;
    uint32_t character;

    while (text.size > 0 && text.data[text.size - 1] == 0)
        text.size--;
    if (text.size < TEXT_MIN)
        return ASSAY_NO_BYTES;
    assay_cursor c = assay_cursor_of(text);
    while (assay_left(&c) > 0) {
        const size_t size = assay_utf8_decode(assay_peek_rest(&c), &character);

        if (size == 0 ||
            (!assay_utf8_is_harmless(character) && character != '\n' && character != '\t'))
            return ASSAY_NO_BYTES;
        assay_take(&c, size);
    }
    return text;
}

static void emit_certificate(assay_output *out, const assay_x509 *certificate)
{
    assay_emit_object(out, "certificate");
    assay_emit_string(out, "subject", certificate->subject);
    assay_emit_string(out, "issuer", certificate->issuer);
    assay_emit_string(out, "serial", certificate->serial);
    assay_emit_hex(out, "sha256", assay_bytes_of(certificate->sha256, sizeof certificate->sha256));
    assay_emit_end(out);
}

void assay_ima_buffer_emit(assay_output *out, const char *key, assay_bytes buffer)
{
    const assay_bytes text = text_in(buffer);
    assay_x509 certificate;

    assay_emit_object(out, key);
    assay_emit_u64(out, "size", buffer.size);
    if (text.data != NULL)
        assay_emit_text(out, "text", text);
    else if (assay_x509_is_likely(buffer) && assay_x509_read(buffer, &certificate))
        emit_certificate(out, &certificate);
    else if (buffer.size <= SHOWN_MAX)
        assay_emit_hex(out, "value", buffer);
    assay_emit_end(out);
}

void assay_ima_buffer_summary(assay_writer *writer, assay_bytes buffer)
{
    const assay_bytes text = text_in(buffer);
    assay_x509 certificate;

    assay_put_string(writer, ": ");
    if (text.data != NULL) {
        assay_put(writer, text);
    } else if (assay_x509_is_likely(buffer) && assay_x509_read(buffer, &certificate)) {
        assay_put_string(writer, "certificate of ");
        assay_put_string(writer, certificate.name);
    } else {
        assay_put_format(writer, "%zu byte%s", buffer.size, buffer.size == 1 ? "" : "s");
    }
}
