/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/format/tpm2yaml_shapes.h"

#include "base/output.h"
#include "base/utf16.h"
#include "base/utf8.h"
#include "eventlog/payload/blob.h"
#include "eventlog/payload/image.h"
#include "eventlog/payload/variable.h"
#include "eventlog/types.h"

#include <ctype.h>
#include <strings.h>

enum { BLOB_SIZE = 16, PLAIN_NAME_MAX = 64 };

static void put_number(assay_writer *out, const char *key, uint64_t value)
{
    assay_put_format(out, "%s: %llu\n", key, (unsigned long long)value);
}

static void put_address(assay_writer *out, const char *key, uint64_t value)
{
    assay_put_format(out, "%s: 0x%llx\n", key, (unsigned long long)value);
}

static void put_hex(assay_writer *out, const char *key, assay_bytes bytes, char quote)
{
    assay_put_format(out, "%s: %c", key, quote);
    assay_put_hex(out, bytes);
    assay_put_char(out, quote);
    assay_put_char(out, '\n');
}

/* Whether a name is a string in YAML without quotes: letters and digits, and no word of YAML's. */
static bool is_plain(const char *name)
{
    static const char *const words[] = {
        "y", "n", "yes", "no", "on", "off", "true", "false", "null"
    };
    size_t i = 0;

    while (isalnum((unsigned char)name[i]))
        i++;
    if (i == 0 || name[i] != '\0' || isdigit((unsigned char)name[0]))
        return false;
    for (size_t word = 0; word < sizeof words / sizeof *words; word++)
        if (strcasecmp(name, words[word]) == 0)
            return false;
    return true;
}

/* The program ends it at a NUL. */
static void put_name(assay_writer *out, const char *key, assay_bytes utf16,
                     enum assay_tpm2yaml_care care)
{
    char name[PLAIN_NAME_MAX + 1];
    assay_writer utf8 = assay_writer_lent(name, PLAIN_NAME_MAX);
    assay_output quoted = assay_output_yaml(out);

    assay_put_utf16(&utf8, utf16);
    name[utf8.used] = '\0';
    assay_put_format(out, "%s:", key);
    const bool whole = strlen(name) == utf8.used || care == ASSAY_TPM2YAML_AS_PRINTED;
    if (utf8.failure == 0 && whole && is_plain(name))
        assay_put_format(out, " %s", name);
    else
        assay_emit_text16(&quoted, NULL, utf16);
    assay_put_char(out, '\n');
}

/* Texts. */

/* The next line of a text, which is left with what follows it; false after the last. */
static bool next_line(assay_bytes *text, assay_bytes *ret_line)
{
    if (text->data == NULL)
        return false;
    const uint8_t *const end = text->size > 0 ? memchr(text->data, '\n', text->size) : NULL;
    const size_t size = end != NULL ? (size_t)(end - text->data) : text->size;

    *ret_line = assay_bytes_of(text->data, size);
    *text = end != NULL ? assay_bytes_of(end + 1, text->size - size - 1) : ASSAY_NO_BYTES;
    return true;
}

/* Whether a text stands there as it is, and is told from all others: one line of plain words. */
static bool is_plain_text(assay_bytes text)
{
    if (text.size > 0 && text.data[text.size - 1] == '\0')
        text.size--;
    if (text.size == 0 || text.data[0] == ' ' || text.data[text.size - 1] == ' ')
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < ' ' || text.data[i] > '~')
            return false;
    return true;
}

static bool put_text(assay_writer *out, const assay_event *event, enum assay_tpm2yaml_care care)
{
    assay_bytes text = event->data, line;
    const uint8_t *const nul = memchr(text.data, '\0', text.size);

    if (care == ASSAY_TPM2YAML_EXACT && !is_plain_text(text))
        return false;
    if (nul != NULL)
        text.size = (size_t)(nul - text.data);
    /* The indentation is found by the first line, unless that begins with a blank itself. */
    assay_put_string(out,
                     text.size > 0 && text.data[0] == ' ' ? "  Event: |2-\n" : "  Event: |-\n");
    while (next_line(&text, &line)) {
        assay_put_string(out, "    ");
        assay_put_safe(out, line);
        assay_put_char(out, '\n');
    }
    return true;
}

/* A character that may not stand as it is, byte by byte. */
static void put_bytes(assay_writer *out, uint32_t character)
{
    char room[4];
    assay_writer bytes = assay_writer_lent(room, sizeof room);

    if (character & ASSAY_NOT_UTF8)
        assay_put_u8(&bytes, (uint8_t)character);
    else
        assay_put_utf8(&bytes, character);
    for (size_t i = 0; i < bytes.used; i++)
        assay_put_format(out, "\\x%02x", bytes.data[i]);
}

/* The characters of C's escapes by name, and others that are not printable by number. */
static void put_c_characters(assay_writer *out, assay_bytes text)
{
    static const char *const named[] = {
        ['\0'] = "\\0", ['\a'] = "\\a", ['\b'] = "\\b",   ['\t'] = "\\t", ['\v'] = "\\v",
        ['\f'] = "\\f", ['\r'] = "\\r", ['\x1b'] = "\\e", ['\''] = "\\'", ['\\'] = "\\\\",
    };
    size_t start = 0;

    for (size_t i = 0; i < text.size; i++) {
        const uint8_t c = text.data[i];

        if (c >= sizeof named / sizeof *named || named[c] == NULL)
            continue;
        assay_put_escaped(out, assay_bytes_of(text.data + start, i - start), false, put_bytes);
        assay_put_string(out, named[c]);
        start = i + 1;
    }
    assay_put_escaped(out, assay_bytes_of(text.data + start, text.size - start), false, put_bytes);
}

static bool put_ipl(assay_writer *out, const assay_event *event, enum assay_tpm2yaml_care care)
{
    assay_bytes text = event->data, line;

    (void)care;
    assay_put_string(out, "  Event:\n    String: |-\n");
    while (next_line(&text, &line)) {
        assay_put_string(out, "      \"");
        put_c_characters(out, line);
        assay_put_string(out, "\"\n");
    }
    return true;
}

/* Structures. */

/* Whether a name comes back from how it is shown: its characters are whole. */
static bool is_whole_name(assay_bytes utf16)
{
    assay_cursor c = assay_cursor_of(utf16);

    while (assay_left(&c) > 1) {
        const uint16_t unit = assay_take_u16le(&c);

        if (unit >= 0xD800 && unit < 0xE000)
            return false;
    }
    return true;
}

static bool put_variable(assay_writer *out, const assay_event *event, enum assay_tpm2yaml_care care)
{
    assay_variable variable;
    char vendor[ASSAY_GUID_TEXT];

    if (!assay_variable_decode(event->data, &variable) ||
        (care == ASSAY_TPM2YAML_EXACT &&
         (assay_variable_is_cut(&variable) || variable.trailing.size > 0 ||
          variable.name.size != 2 * variable.name_length || !is_whole_name(variable.name))))
        return false;
    assay_guid_format(&variable.vendor, vendor);
    assay_put_format(out, "  Event:\n    VariableName: %s\n", vendor);
    put_number(out, "    UnicodeNameLength", variable.name_length);
    put_number(out, "    VariableDataLength", variable.data_length);
    put_name(out, "    UnicodeName", variable.name, care);
    if (variable.data.size > 0)
        put_hex(out, "    VariableData", variable.data, '"');
    return true;
}

static bool put_image(assay_writer *out, const assay_event *event, enum assay_tpm2yaml_care care)
{
    assay_image image;

    if (!assay_image_decode(event->data, &image) || (care == ASSAY_TPM2YAML_EXACT && image.narrow))
        return false;
    assay_put_string(out, "  Event:\n");
    put_address(out, "    ImageLocationInMemory", image.location);
    put_number(out, "    ImageLengthInMemory", image.length);
    put_address(out, "    ImageLinkTimeAddress", image.link_time_address);
    put_number(out, "    LengthOfDevicePath", image.path_size);
    /* It takes all that follows for the path. */
    put_hex(out, "    DevicePath",
            assay_bytes_of(image.path.data, image.path.size + image.trailing.size), '\'');
    return true;
}

static void put_blob_place(assay_writer *out, const assay_blob *blob)
{
    put_address(out, "    BlobBase", blob->base);
    put_address(out, "    BlobLength", blob->length);
}

static bool put_blob(assay_writer *out, const assay_event *event, enum assay_tpm2yaml_care care)
{
    assay_blob blob;

    (void)care;
    if (event->data.size != BLOB_SIZE || !assay_blob_decode(event->data, &blob))
        return false;
    assay_put_string(out, "  Event:\n");
    put_blob_place(out, &blob);
    return true;
}

static bool put_blob2(assay_writer *out, const assay_event *event, enum assay_tpm2yaml_care care)
{
    assay_blob blob;

    if (!assay_blob_decode2(event->data, &blob) ||
        (care == ASSAY_TPM2YAML_EXACT && event->data.size != 1 + blob.description.size + BLOB_SIZE))
        return false;
    assay_put_string(out, "  Event:\n");
    put_number(out, "    BlobDescriptionSize", blob.description.size);
    put_hex(out, "    BlobDescription", blob.description, '"');
    put_blob_place(out, &blob);
    return true;
}

static bool put_post_code(assay_writer *out, const assay_event *event,
                          enum assay_tpm2yaml_care care)
{
    return event->data.size == BLOB_SIZE ? put_blob(out, event, care) : put_text(out, event, care);
}

/* Types that are shown otherwise than by the digits of their data. */
static const struct {
    uint32_t type;
    bool (*put)(assay_writer *out, const assay_event *event, enum assay_tpm2yaml_care care);
} shapes[] = {
    { EV_POST_CODE, put_post_code },
    { EV_S_CRTM_CONTENTS, put_blob },
    { EV_IPL, put_ipl },
    { EV_EFI_VARIABLE_DRIVER_CONFIG, put_variable },
    { EV_EFI_VARIABLE_BOOT, put_variable },
    { EV_EFI_BOOT_SERVICES_APPLICATION, put_image },
    { EV_EFI_BOOT_SERVICES_DRIVER, put_image },
    { EV_EFI_RUNTIME_SERVICES_DRIVER, put_image },
    { EV_EFI_ACTION, put_text },
    { EV_EFI_PLATFORM_FIRMWARE_BLOB, put_blob },
    { EV_EFI_PLATFORM_FIRMWARE_BLOB2, put_blob2 },
    { EV_EFI_VARIABLE_BOOT2, put_variable },
    { EV_EFI_VARIABLE_AUTHORITY, put_variable },
};

void assay_tpm2yaml_shape_put(assay_writer *out, const assay_event *event,
                              enum assay_tpm2yaml_care care)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (shapes[i].type == event->type && shapes[i].put(out, event, care))
            return;
    put_hex(out, "  Event", event->data, '"');
}
