/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/devpath.h"

#include "base/utf16.h"

enum { HEADER = 4 };

static const assay_devpath_kind kinds[] = {
#define DEVPATH_NODE(type, subtype, minimum, text, name)                                           \
    { type, subtype, minimum, ASSAY_DEVPATH_TEXT_##text, name },
#include "eventlog/payload/devpath.def"
#undef DEVPATH_NODE
};

bool assay_devpath_next(assay_devpath *path, assay_devpath_node *ret_node)
{
    assay_cursor c = path->cursor;
    assay_devpath_node node;

    if (path->ended)
        return false;
    node.type = assay_take_u8(&c);
    node.subtype = assay_take_u8(&c);
    assay_cursor whole = path->cursor;
    assay_cursor inside = assay_cursor_of(assay_take(&whole, assay_take_u16le(&c)));
    assay_take(&inside, HEADER);
    node.data = assay_take_rest(&inside);
    if (c.failed || inside.failed)
        return false;
    path->cursor = whole;
    path->ended =
        node.type == ASSAY_DEVPATH_END && node.subtype == ASSAY_DEVPATH_END_ENTIRE;
    *ret_node = node;
    return true;
}

void assay_devpath_encode(assay_writer *writer, const assay_devpath_node *node)
{
    if (node->data.size > UINT16_MAX - HEADER)
        return;
    assay_put_u8(writer, node->type);
    assay_put_u8(writer, node->subtype);
    assay_put_u16le(writer, (uint16_t)(HEADER + node->data.size));
    assay_put(writer, node->data);
}

void assay_devpath_put_file(assay_writer *writer, assay_bytes name)
{
    assay_writer size = assay_writer_lent(NULL, 0);

    assay_put_as_utf16(&size, name);
    if (size.written > UINT16_MAX - HEADER - 2)
        return;
    assay_put_u8(writer, ASSAY_DEVPATH_MEDIA);
    assay_put_u8(writer, ASSAY_DEVPATH_FILE);
    assay_put_u16le(writer, (uint16_t)(HEADER + size.written + 2));
    assay_put_as_utf16(writer, name);
    assay_put_u16le(writer, 0);
}

void assay_devpath_put_end(assay_writer *writer)
{
    assay_devpath_encode(writer, &(assay_devpath_node){ ASSAY_DEVPATH_END,
                                                        ASSAY_DEVPATH_END_ENTIRE,
                                                        ASSAY_NO_BYTES });
}

static const assay_devpath_kind *find_kind(const assay_devpath_node *node)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].type == node->type && kinds[i].subtype == node->subtype)
            return &kinds[i];
    return NULL;
}

const assay_devpath_kind *assay_devpath_kind_of(const assay_devpath_node *node)
{
    const assay_devpath_kind *const kind = find_kind(node);

    if (kind == NULL || HEADER + node->data.size < kind->minimum)
        return NULL;
    if (kind->text == ASSAY_DEVPATH_TEXT_FILE &&
        assay_utf16_until_nul(node->data).size == node->data.size)
        return NULL;
    return kind;
}

assay_bytes assay_devpath_file_name(const assay_devpath_node *node)
{
    const assay_devpath_kind *const kind = assay_devpath_kind_of(node);

    if (kind == NULL || kind->text != ASSAY_DEVPATH_TEXT_FILE)
        return ASSAY_NO_BYTES;
    return assay_utf16_until_nul(node->data);
}
