/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/loadopt.h"

#include "base/utf16.h"
#include "eventlog/payload/devpath.h"

bool assay_load_option_decode(assay_bytes data, assay_load_option *ret_option)
{
    assay_cursor c = assay_cursor_of(data);
    assay_load_option option;

    option.attributes = assay_take_u32le(&c);
    option.path_size = assay_take_u16le(&c);
    option.description = assay_utf16_until_nul(assay_peek_rest(&c));
    assay_take(&c, option.description.size);
    assay_take_u16le(&c);
    option.path = assay_take_up_to(&c, option.path_size);
    option.optional_data = assay_take_rest(&c);
    if (c.failed)
        return false;
    *ret_option = option;
    return true;
}

void assay_load_option_encode(assay_writer *writer, const assay_load_option *option)
{
    assay_put_u32le(writer, option->attributes);
    assay_put_u16le(writer, option->path_size);
    assay_put(writer, option->description);
    assay_put_u16le(writer, 0);
    assay_put(writer, option->path);
    assay_put(writer, option->optional_data);
}

static void emit_attributes(assay_output *out, uint32_t attributes)
{
    static const struct {
        uint32_t bit;
        const char *key;
    } flags[] = {
        { ASSAY_LOAD_OPTION_ACTIVE, "active" },
        { ASSAY_LOAD_OPTION_FORCE_RECONNECT, "force_reconnect" },
        { ASSAY_LOAD_OPTION_HIDDEN, "hidden" },
    };

    assay_emit_address(out, "attributes", attributes);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        assay_emit_bool(out, flags[i].key, (attributes & flags[i].bit) != 0);
    assay_emit_string(out, "category",
                      (attributes & ASSAY_LOAD_OPTION_CATEGORY) == 0 ? "boot"
                      : (attributes & ASSAY_LOAD_OPTION_CATEGORY) == ASSAY_LOAD_OPTION_CATEGORY_APP
                          ? "app"
                          : "reserved");
}

/* The well-known GUID that the optional data consists of, or NULL. */
static const char *marker(assay_bytes optional_data)
{
    assay_cursor c = assay_cursor_of(optional_data);
    const assay_guid guid = assay_take_guid(&c);

    return c.failed || assay_left(&c) > 0 ? NULL : assay_guid_name(&guid);
}

static void emit_optional_data(assay_output *out, assay_bytes data)
{
    if (data.size == 0)
        return;
    if (marker(data) != NULL)
        assay_emit_string(out, "optional_data_marker", marker(data));
    if (assay_utf16_is_text(data))
        assay_emit_text16(out, "optional_data_text", assay_utf16_until_nul(data));
    else
        assay_emit_hex(out, "optional_data_hex", data);
}

/* FilePathList is one path after the other; the first is the one that is loaded. */
static void emit_paths(assay_output *out, assay_bytes list)
{
    assay_emit_array(out, "paths");
    while (list.size > 0) {
        assay_devpath path = assay_devpath_of(list);
        assay_devpath_node node;

        while (assay_devpath_next(&path, &node))
            continue;
        const size_t rest = path.ended ? assay_devpath_rest(&path).size : 0;
        assay_devpath_emit(out, NULL, assay_bytes_of(list.data, list.size - rest));
        list = assay_bytes_of(list.data + list.size - rest, rest);
    }
    assay_emit_end(out);
}

void assay_load_option_emit(assay_output *out, const assay_load_option *option)
{
    emit_attributes(out, option->attributes);
    assay_emit_text16(out, "description", option->description);
    emit_paths(out, option->path);
    if (option->path.size < option->path_size)
        assay_emit_u64(out, "stated_path_size", option->path_size);
    emit_optional_data(out, option->optional_data);
}

void assay_load_option_summary(assay_writer *writer, const assay_load_option *option)
{
    assay_put_char(writer, '"');
    assay_put_utf16(writer, option->description);
    assay_put_string(writer, "\" ");
    assay_devpath_put_text(writer, option->path);
    if (assay_utf16_is_text(option->optional_data)) {
        assay_put_string(writer, " with \"");
        assay_put_utf16(writer, assay_utf16_until_nul(option->optional_data));
        assay_put_char(writer, '"');
    }
    if ((option->attributes & ASSAY_LOAD_OPTION_ACTIVE) == 0)
        assay_put_string(writer, " (inactive)");
    if (option->path.size < option->path_size)
        assay_put_string(writer, " (path cut off)");
}
