/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device paths for people. The one file that calls libefivar, whose formatter
 * trusts what it is given: it gets one node that passed our check, in a copy of
 * its own with zeros behind, and room for more text than such a node can become.
 */
#include "eventlog/payload/devpath.h"

#include "base/utf16.h"

#include <efivar/efivar.h>

enum {
    LARGEST = 512, /* bytes of a node the library gets; vendors' data may be longer */
    MARGIN = 256,  /* zeros behind it: the library reads fields that short nodes lack */
    TEXT = 4096,   /* at most four characters a byte, and a name */
};

/*
 * An NVDIMM root: libefivar looks at the node behind it, and complains to a list of
 * errors that all threads share (version 37).
 */
static bool wants_next_node(const assay_devpath_node *node)
{
    enum { ACPI = 2, HID = 1, ACPI0012 = 0x00128E09 };
    assay_cursor c = assay_cursor_of(node->data);

    return node->type == ACPI && node->subtype == HID && assay_take_u32le(&c) == ACPI0012;
}

/* False when the library has no text for the node. */
static bool put_library_text(assay_writer *writer, const assay_devpath_node *node)
{
    uint8_t copy[LARGEST + MARGIN] = { 0 };
    char text[TEXT] = "";
    assay_writer copier = assay_writer_lent(copy, LARGEST);

    assay_devpath_encode(&copier, node);
    if (copier.failure != 0 || wants_next_node(node))
        return false;
    /* void *: the library's first versions say char *, later ones unsigned char *. */
    if (efidp_format_device_path((void *)text, sizeof text, (const_efidp)(const void *)copy,
                                 (ssize_t)copier.used) < 0) {
        efi_error_clear(); /* the library keeps a list that only grows */
        return false;
    }
    assay_put_string(writer, text);
    return text[0] != '\0';
}

static void put_node(assay_writer *writer, const assay_devpath_node *node)
{
    const assay_devpath_kind *const kind = assay_devpath_kind_of(node);

    if (kind != NULL && kind->text == ASSAY_DEVPATH_TEXT_FILE) {
        assay_put_utf16(writer, assay_devpath_file_name(node));
        return;
    }
    if (kind != NULL && kind->text == ASSAY_DEVPATH_TEXT_LIBEFIVAR &&
        put_library_text(writer, node))
        return;
    assay_put_format(writer, "Path(%u,%u,", node->type, node->subtype);
    assay_put_hex(writer, node->data);
    assay_put_char(writer, ')');
}

void assay_devpath_put_text(assay_writer *writer, assay_bytes bytes)
{
    assay_devpath path = assay_devpath_of(bytes);
    assay_devpath_node node;
    const char *before = "";

    while (assay_devpath_next(&path, &node) && !path.ended) {
        const bool instance_ends = node.type == ASSAY_DEVPATH_END &&
                                   node.subtype == ASSAY_DEVPATH_END_INSTANCE;

        if (!instance_ends) {
            assay_put_string(writer, before);
            put_node(writer, &node);
        }
        before = instance_ends ? "," : "/";
    }
    if (path.ended || assay_bytes_all(assay_devpath_rest(&path), 0))
        return;
    assay_put_format(writer, "%sBytes(", before);
    assay_put_hex(writer, assay_devpath_rest(&path));
    assay_put_char(writer, ')');
}

/* The path's file names, each below the one before. */
static void put_files(assay_writer *writer, assay_bytes bytes)
{
    static const assay_bytes backslash = { (const uint8_t *)"\\\0", 2 };
    assay_devpath path = assay_devpath_of(bytes);
    assay_devpath_node node;
    bool below = false;

    while (assay_devpath_next(&path, &node)) {
        const assay_bytes name = assay_devpath_file_name(&node);

        if (below && name.size > 0 && !assay_bytes_start_with(name, backslash))
            assay_put_char(writer, '\\');
        assay_put_utf16(writer, name);
        below = below || name.size > 0;
    }
}

void assay_devpath_summary(assay_writer *writer, assay_bytes path)
{
    const uint64_t written = writer->written;

    put_files(writer, path);
    if (writer->written == written)
        assay_devpath_put_text(writer, path);
}

/* Text made in a buffer of fixed size; what does not fit is left out, visibly. */
static void emit_made(assay_output *out, const char *key,
                      void (*make)(assay_writer *writer, assay_bytes path), assay_bytes path)
{
    static const char more[] = "...";
    char text[TEXT + sizeof more];
    assay_writer writer = assay_writer_lent(text, TEXT);

    make(&writer, path);
    if (writer.failure != 0) {
        memcpy(text + writer.used, more, sizeof more - 1);
        writer.used += sizeof more - 1;
    }
    if (writer.used > 0)
        assay_emit_text(out, key, assay_written(&writer));
}

/* UEFI 2.10 section 10.3.5.1: which partition, if the disk has a GPT. */
static void emit_partition(assay_output *out, assay_bytes bytes)
{
    enum { BEFORE_SIGNATURE = 20, SIGNATURE_GUID = 2 };
    assay_devpath path = assay_devpath_of(bytes);
    assay_devpath_node node;

    while (assay_devpath_next(&path, &node)) {
        assay_cursor c = assay_cursor_of(node.data);

        if (node.type != ASSAY_DEVPATH_MEDIA || node.subtype != ASSAY_DEVPATH_HARD_DRIVE)
            continue;
        assay_take(&c, BEFORE_SIGNATURE);
        const assay_guid signature = assay_take_guid(&c);
        assay_take_u8(&c);
        if (assay_take_u8(&c) == SIGNATURE_GUID) {
            assay_emit_guid(out, "partition_guid", &signature);
            return;
        }
    }
}

static void emit_node(assay_output *out, const assay_devpath_node *node)
{
    const assay_devpath_kind *const kind = assay_devpath_kind_of(node);

    assay_emit_object(out, NULL);
    assay_emit_u64(out, "type", node->type);
    assay_emit_u64(out, "subtype", node->subtype);
    if (kind != NULL)
        assay_emit_string(out, "name", kind->name);
    assay_emit_hex(out, "data_hex", node->data);
    assay_emit_end(out);
}

void assay_devpath_emit(assay_output *out, const char *key, assay_bytes bytes)
{
    assay_devpath path = assay_devpath_of(bytes);
    assay_devpath_node node;

    assay_emit_object(out, key);
    emit_made(out, "text", assay_devpath_put_text, bytes);
    emit_made(out, "file", put_files, bytes);
    emit_partition(out, bytes);
    assay_emit_array(out, "nodes");
    while (assay_devpath_next(&path, &node))
        emit_node(out, &node);
    assay_emit_end(out);
    if (assay_devpath_rest(&path).size > 0)
        assay_emit_hex(out, "rest_hex", assay_devpath_rest(&path));
    assay_emit_end(out);
}
