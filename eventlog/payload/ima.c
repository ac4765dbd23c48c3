/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/ima.h"

#include "base/cursor.h"
#include "eventlog/payload/imabuf.h"
#include "eventlog/payload/imasig.h"

enum { SHA1_SIZE = 20, MD5_SIZE = 16, SUMMARY_DIGEST = 8 };

bool assay_ima_decode(const assay_event *event, assay_ima *ret_ima)
{
    assay_ima_template template = { .count = 0 };

    if (!assay_ima_split(event->name, event->data, &ret_ima->fields))
        return false;
    ret_ima->template_name = event->name;
    ret_ima->violation = assay_ima_is_violation(event);
    const bool known =
        assay_ima_template_find(event->name, &template) && template.count == ret_ima->fields.count;
    for (size_t i = 0; i < ret_ima->fields.count; i++)
        ret_ima->ids[i] = known ? template.fields[i] : ASSAY_IMA_FIELD_IDS;
    return true;
}

void assay_ima_encode(assay_writer *writer, const assay_ima *ima)
{
    const bool old = assay_ima_template_is_old(ima->template_name);

    for (size_t i = 0; i < ima->fields.count; i++) {
        const assay_bytes field = ima->fields.list[i];

        if (old && i == 0)
            ;
        else if (ima->fields.big_endian)
            assay_put_u32be(writer, (uint32_t)field.size);
        else
            assay_put_u32le(writer, (uint32_t)field.size);
        assay_put(writer, field);
    }
}

assay_bytes assay_ima_field_of(const assay_ima *ima, enum assay_ima_field field)
{
    for (size_t i = 0; i < ima->fields.count; i++)
        if (ima->ids[i] == field)
            return ima->fields.list[i];
    return ASSAY_NO_BYTES;
}

static assay_bytes without_nul(assay_bytes text)
{
    if (text.size > 0 && text.data[text.size - 1] == 0)
        text.size--;
    return text;
}

assay_bytes assay_ima_file_name(const assay_ima *ima)
{
    const assay_bytes name = assay_ima_field_of(ima, ASSAY_IMA_N_NG);

    return without_nul(name.data != NULL ? name : assay_ima_field_of(ima, ASSAY_IMA_N));
}

/* [[type ':'] algorithm] ':' NUL digest */
static void split_digest(assay_bytes field, assay_ima_file_hash *ret_digest)
{
    const uint8_t *const nul = memchr(field.data, 0, field.size);
    assay_cursor c = assay_cursor_of(field);
    assay_bytes head = assay_take(&c, nul != NULL ? (size_t)(nul - field.data) : 0);

    assay_take_u8(&c);
    *ret_digest = (assay_ima_file_hash){ .value = assay_take_rest(&c) };
    if (head.size > 0 && head.data[head.size - 1] == ':')
        head.size--;
    const uint8_t *const colon = memchr(head.data, ':', head.size);
    assay_cursor words = assay_cursor_of(head);

    if (colon != NULL) {
        ret_digest->type = assay_take(&words, (size_t)(colon - head.data));
        assay_take_u8(&words);
    }
    ret_digest->algorithm = assay_take_rest(&words);
}

/* The oldest field has no room for the algorithm's name; two were allowed. */
static void digest_by_size(assay_bytes field, assay_ima_file_hash *ret_digest)
{
    *ret_digest = (assay_ima_file_hash){ .value = field };
    if (field.size == SHA1_SIZE)
        ret_digest->algorithm = ASSAY_LITERAL("sha1");
    else if (field.size == MD5_SIZE)
        ret_digest->algorithm = ASSAY_LITERAL("md5");
}

bool assay_ima_file_digest(const assay_ima *ima, assay_ima_file_hash *ret_digest)
{
    static const enum assay_ima_field fields[] = { ASSAY_IMA_D_NG, ASSAY_IMA_D_NGV2, ASSAY_IMA_D };

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const assay_bytes field = assay_ima_field_of(ima, fields[i]);

        if (field.data == NULL)
            continue;
        (fields[i] == ASSAY_IMA_D ? digest_by_size : split_digest)(field, ret_digest);
        return true;
    }
    return false;
}

/* Output. */

static void emit_digest(assay_output *out, const char *key, const assay_ima_file_hash *digest)
{
    assay_emit_object(out, key);
    if (digest->type.data != NULL)
        assay_emit_text(out, "type", digest->type);
    if (digest->algorithm.size > 0)
        assay_emit_text(out, "algorithm", digest->algorithm);
    assay_emit_hex(out, "value", digest->value);
    assay_emit_end(out);
}

static uint64_t number_of(const assay_ima *ima, assay_bytes field)
{
    uint64_t number = 0;

    for (size_t i = 0; i < field.size && i < sizeof number; i++)
        number |= (uint64_t)field.data[i]
                  << 8 * (ima->fields.big_endian ? field.size - 1 - i : i) % 64;
    return number;
}

static void emit_mode(assay_output *out, uint64_t mode)
{
    char text[32];
    assay_writer writer = assay_writer_lent(text, sizeof text);

    assay_put_format(&writer, "%07llo", (unsigned long long)mode);
    assay_emit_text(out, "mode", assay_written(&writer));
}

static void emit_names(assay_output *out, assay_bytes names)
{
    assay_cursor c = assay_cursor_of(without_nul(names));

    assay_emit_array(out, "xattr_names");
    while (assay_left(&c) > 0) {
        const assay_bytes rest = assay_peek_rest(&c);
        const uint8_t *const bar = memchr(rest.data, '|', rest.size);

        assay_emit_text(out, NULL,
                        assay_take(&c, bar != NULL ? (size_t)(bar - rest.data) : rest.size));
        if (bar != NULL)
            assay_take_u8(&c);
    }
    assay_emit_end(out);
}

static void emit_lengths(assay_output *out, const assay_ima *ima, assay_bytes lengths)
{
    assay_cursor c = assay_cursor_of(lengths);

    assay_emit_array(out, "xattr_lengths");
    while (assay_left(&c) > 0)
        assay_emit_u64(out, NULL, number_of(ima, assay_take_up_to(&c, 4)));
    assay_emit_end(out);
}

static void emit_field(assay_output *out, const assay_ima *ima, size_t i)
{
    const assay_bytes field = ima->fields.list[i];
    assay_ima_file_hash digest;

    switch (ima->ids[i]) {
    case ASSAY_IMA_D:
        digest_by_size(field, &digest);
        emit_digest(out, "file_digest", &digest);
        break;
    case ASSAY_IMA_D_NG:
    case ASSAY_IMA_D_NGV2:
        split_digest(field, &digest);
        emit_digest(out, "file_digest", &digest);
        break;
    case ASSAY_IMA_D_MODSIG:
        split_digest(field, &digest);
        emit_digest(out, "modsig_digest", &digest);
        break;
    case ASSAY_IMA_N:
    case ASSAY_IMA_N_NG:
        assay_emit_text(out, "file_name", without_nul(field));
        break;
    case ASSAY_IMA_SIG:
        assay_ima_signature_emit(out, "signature", field);
        break;
    case ASSAY_IMA_EVMSIG:
        assay_ima_signature_emit(out, "evm_signature", field);
        break;
    case ASSAY_IMA_BUF:
        assay_ima_buffer_emit(out, "buffer", field);
        break;
    case ASSAY_IMA_MODSIG:
        assay_emit_u64(out, "modsig_size", field.size);
        break;
    case ASSAY_IMA_IUID:
        assay_emit_u64(out, "uid", number_of(ima, field));
        break;
    case ASSAY_IMA_IGID:
        assay_emit_u64(out, "gid", number_of(ima, field));
        break;
    case ASSAY_IMA_IMODE:
        emit_mode(out, number_of(ima, field));
        break;
    case ASSAY_IMA_XATTRNAMES:
        emit_names(out, field);
        break;
    case ASSAY_IMA_XATTRLENGTHS:
        emit_lengths(out, ima, field);
        break;
    case ASSAY_IMA_XATTRVALUES:
        assay_emit_hex(out, "xattr_values", field);
        break;
    case ASSAY_IMA_FIELD_IDS:
        break;
    }
}

/* Of a template that is not known the fields have neither names nor meaning, but sizes. */
static void emit_unknown(assay_output *out, const assay_ima *ima)
{
    assay_emit_array(out, "fields");
    for (size_t i = 0; i < ima->fields.count; i++)
        assay_emit_hex(out, NULL, ima->fields.list[i]);
    assay_emit_end(out);
}

/* A custom format may name a field twice, which no object can. */
static bool is_repeated(const assay_ima *ima, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (ima->ids[k] == ima->ids[i] ||
            (ima->ids[k] <= ASSAY_IMA_D_NGV2 && ima->ids[i] <= ASSAY_IMA_D_NGV2) ||
            (ima->ids[k] >= ASSAY_IMA_N && ima->ids[k] <= ASSAY_IMA_N_NG &&
             ima->ids[i] >= ASSAY_IMA_N && ima->ids[i] <= ASSAY_IMA_N_NG))
            return true;
    return false;
}

void assay_ima_emit(assay_output *out, const assay_ima *ima)
{
    assay_emit_text(out, "template", ima->template_name);
    assay_emit_bool(out, "violation", ima->violation);
    if (ima->fields.count > 0 && ima->ids[0] == ASSAY_IMA_FIELD_IDS)
        emit_unknown(out, ima);
    for (size_t i = 0; i < ima->fields.count; i++)
        if (ima->fields.list[i].size > 0 && !is_repeated(ima, i))
            emit_field(out, ima, i);
}

static void put_digest(assay_writer *writer, const assay_ima *ima)
{
    assay_ima_file_hash digest;

    if (!assay_ima_file_digest(ima, &digest) || digest.value.size == 0)
        return;
    assay_cursor c = assay_cursor_of(digest.value);
    assay_put_string(writer, ", ");
    if (digest.type.size > 0) {
        assay_put(writer, digest.type);
        assay_put_char(writer, ' ');
    }
    assay_put(writer, digest.algorithm);
    assay_put_char(writer, ' ');
    assay_put_hex(writer, assay_take_up_to(&c, SUMMARY_DIGEST));
    assay_put_string(writer, assay_left(&c) > 0 ? "..." : "");
}

static void put_signature(assay_writer *writer, assay_bytes signature)
{
    if (signature.size == 0)
        return;
    assay_put_string(writer, ", ");
    assay_ima_signature_summary(writer, signature);
}

void assay_ima_summary(assay_writer *writer, const assay_ima *ima)
{
    const assay_bytes name = assay_ima_file_name(ima);
    const assay_bytes buffer = assay_ima_field_of(ima, ASSAY_IMA_BUF);

    if (ima->violation)
        assay_put_string(writer, "violation: ");
    if (name.data != NULL)
        assay_put(writer, name);
    else
        assay_put_format(writer, "an entry of %zu field%s", ima->fields.count,
                         ima->fields.count == 1 ? "" : "s");
    if (buffer.size > 0)
        assay_ima_buffer_summary(writer, buffer);
    else if (!ima->violation)
        put_digest(writer, ima);
    put_signature(writer, assay_ima_field_of(ima, ASSAY_IMA_SIG));
    put_signature(writer, assay_ima_field_of(ima, ASSAY_IMA_EVMSIG));
    if (assay_ima_field_of(ima, ASSAY_IMA_MODSIG).size > 0)
        assay_put_string(writer, ", with an appended signature");
}
