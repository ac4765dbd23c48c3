/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/hvs/gojson.h"

#include "base/utf8.h"

#include <stdlib.h>

static void put_character(assay_writer *writer, uint32_t c)
{
    static const char shorts[] = "\"\"\\\\\nn\rr\tt";

    for (size_t i = 0; i + 1 < sizeof shorts; i += 2)
        if (c == (uint8_t)shorts[i]) {
            assay_put_char(writer, '\\');
            assay_put_char(writer, shorts[i + 1]);
            return;
        }
    if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029)
        assay_put_format(writer, "\\u%04x", c);
    else
        assay_put_utf8(writer, c);
}

void assay_gojson_put_text(assay_gojson *e, assay_bytes text)
{
    assay_put_char(e->writer, '"');
    while (text.size > 0) {
        uint32_t character;
        const size_t size = assay_utf8_decode(text, &character);

        put_character(e->writer, size > 0 ? character : 0xFFFD);
        text = assay_bytes_of(text.data + (size > 0 ? size : 1), text.size - (size > 0 ? size : 1));
    }
    assay_put_char(e->writer, '"');
}

void assay_gojson_put_key(assay_gojson *e, bool *first, assay_bytes key)
{
    if (!*first)
        assay_put_char(e->writer, ',');
    *first = false;
    assay_gojson_put_text(e, key);
    assay_put_char(e->writer, ':');
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Go sorts a map's keys by their bytes. */
static int put_map(assay_gojson *e, const char *key, json_t *map)
{
    const char **const keys = calloc(json_object_size(map) + 1, sizeof *keys);
    size_t count = 0;
    const char *name;
    json_t *value;
    bool first = true;
    int status = 0;

    if (keys == NULL)
        return assay_json_refuse_as(&e->at, ASSAY_NO_MEMORY, key, "no memory");
    json_object_foreach(map, name, value) keys[count++] = name;
    qsort(keys, count, sizeof *keys, compare_keys);
    assay_put_char(e->writer, '{');
    for (size_t i = 0; i < count && status == 0; i++) {
        assay_gojson_put_key(e, &first, assay_bytes_of_string(keys[i]));
        status = assay_gojson_put(e, key, json_object_get(map, keys[i]));
    }
    assay_put_char(e->writer, '}');
    free(keys);
    return status;
}

int assay_gojson_put_array(assay_gojson *e, const char *key, json_t *array)
{
    int status = 0;

    assay_put_char(e->writer, '[');
    for (size_t i = 0; i < json_array_size(array) && status == 0; i++) {
        if (i > 0)
            assay_put_char(e->writer, ',');
        status = assay_gojson_put(e, key, json_array_get(array, i));
    }
    assay_put_char(e->writer, ']');
    return status;
}

static bool is_whole_in_go(json_int_t number)
{
    const json_int_t beyond = (json_int_t)1 << 53;

    return number > -beyond && number < beyond;
}

/* A number in a map is a float64 to Go, which writes whole ones below 10^21 without an exponent. */
int assay_gojson_put(assay_gojson *e, const char *key, json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return put_map(e, key, value);
    case JSON_ARRAY:
        return assay_gojson_put_array(e, key, value);
    case JSON_STRING:
        assay_gojson_put_text(e, assay_json_text(value));
        return 0;
    case JSON_INTEGER:
        if (!is_whole_in_go(json_integer_value(value)))
            break;
        assay_put_format(e->writer, "%lld", (long long)json_integer_value(value));
        return 0;
    case JSON_REAL:
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        assay_put_string(e->writer, json_is_true(value) ? "true" : "false");
        return 0;
    case JSON_NULL:
        assay_put_string(e->writer, "null");
        return 0;
    }
    return assay_json_refuse_as(&e->at, ASSAY_UNSUPPORTED, key,
                                "a number of which Go would write a rounded form");
}
