/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/jsonreader.h"

#include "base/number.h"

#include <stdarg.h>
#include <stdio.h>

int assay_lcp_refuse(const assay_lcp_reader *r, const char *key, const char *format, ...)
{
    char what[120];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return assay_fail(r->error, ASSAY_MALFORMED, ASSAY_NOWHERE, "%.*s%s%s%s%s", (int)r->path_size,
                      r->path, r->path_size > 0 && key != NULL ? "." : "", key == NULL ? "" : key,
                      r->path_size > 0 || key != NULL ? ": " : "", what);
}

int assay_lcp_check_writer(const assay_lcp_reader *r, const char *key, const assay_writer *writer)
{
    if (writer->failure == 0)
        return 0;
    if (writer->failure == ASSAY_NO_MEMORY)
        return assay_fail(r->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
    return assay_lcp_refuse(r, key, "there is no room for so many bytes");
}

static void append(assay_lcp_reader *r, const char *text)
{
    const size_t room = sizeof r->path - r->path_size;
    const size_t size = strlen(text);

    if (size >= room)
        return;
    memcpy(r->path + r->path_size, text, size);
    r->path_size += size;
}

size_t assay_lcp_enter(assay_lcp_reader *r, const char *key)
{
    const size_t before = r->path_size;

    if (before > 0)
        append(r, ".");
    append(r, key);
    return before;
}

size_t assay_lcp_enter_index(assay_lcp_reader *r, size_t index)
{
    const size_t before = r->path_size;
    char text[24];

    snprintf(text, sizeof text, "[%zu]", index);
    append(r, text);
    return before;
}

void assay_lcp_leave(assay_lcp_reader *r, size_t before)
{
    r->path_size = before;
}

/* A key comes from the text, and is said only where it can do no harm. */
static bool is_plain(const char *key)
{
    const size_t size = strlen(key);

    for (size_t i = 0; i < size; i++)
        if (!((key[i] >= 'a' && key[i] <= 'z') || (key[i] >= 'A' && key[i] <= 'Z') ||
              (key[i] >= '0' && key[i] <= '9') || key[i] == '_' || key[i] == '-'))
            return false;
    return size > 0 && size <= 40;
}

int assay_lcp_check_keys(const assay_lcp_reader *r, json_t *object, const char *const *known)
{
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return assay_lcp_refuse(r, NULL, "this is no object");
    json_object_foreach(object, key, value)
    {
        const char *const *name = known;

        while (*name != NULL && strcmp(*name, key) != 0)
            name++;
        if (*name == NULL)
            return assay_lcp_refuse(r, NULL, "the key '%s' is unknown here",
                                    is_plain(key) ? key : "...");
    }
    return 0;
}

assay_bytes assay_lcp_json_text(const json_t *value)
{
    return json_is_string(value)
               ? assay_bytes_of(json_string_value(value), json_string_length(value))
               : ASSAY_NO_BYTES;
}

int assay_lcp_read_number(const assay_lcp_reader *r, json_t *object, const char *key, uint64_t max,
                          uint64_t *ret, bool *ret_given)
{
    const json_t *const value = json_object_get(object, key);
    uint64_t number;

    if (ret_given != NULL)
        *ret_given = value != NULL;
    if (value == NULL)
        return 0;
    if (json_is_string(value) && assay_number_read(assay_lcp_json_text(value), UINT64_MAX, &number))
        ;
    else if (json_is_integer(value) && json_integer_value(value) >= 0)
        number = (uint64_t)json_integer_value(value);
    else
        return assay_lcp_refuse(r, key, "this is no number from 0 to %llu",
                                (unsigned long long)max);
    if (number > max)
        return assay_lcp_refuse(r, key, "%llu is more than %llu", (unsigned long long)number,
                                (unsigned long long)max);
    *ret = number;
    return 0;
}

static int read_word_list(const assay_lcp_reader *r, const json_t *array, const char *key,
                          const assay_lcp_word *words, uint32_t max, uint32_t *ret)
{
    uint32_t bits = 0;
    json_t *member;
    size_t i;

    json_array_foreach(array, i, member)
    {
        const uint32_t bit = assay_lcp_word_bit(words, assay_lcp_json_text(member));

        if (bit == 0 || bit > max)
            return assay_lcp_refuse(r, key, "word %zu is none of this field", i);
        bits |= bit;
    }
    *ret = bits;
    return 0;
}

int assay_lcp_read_words(const assay_lcp_reader *r, json_t *object, const char *key,
                         const assay_lcp_word *words, uint32_t max, uint32_t *ret, bool *ret_given)
{
    const json_t *const value = json_object_get(object, key);
    uint64_t number = *ret;

    if (ret_given != NULL)
        *ret_given = value != NULL;
    if (value == NULL)
        return 0;
    if (json_is_array(value))
        return read_word_list(r, value, key, words, max, ret);
    const int status = assay_lcp_read_number(r, object, key, max, &number, NULL);
    if (status == 0)
        *ret = (uint32_t)number;
    return status;
}

bool assay_lcp_alg_of(assay_bytes name, uint16_t *ret_alg)
{
    const assay_alg *const alg = assay_alg_by_name(name);
    uint64_t number;

    if (alg == NULL && (name.size <= 2 || !assay_number_read(name, UINT16_MAX, &number)))
        return false;
    *ret_alg = alg != NULL ? alg->id : (uint16_t)number;
    return true;
}

int assay_lcp_read_alg(const assay_lcp_reader *r, json_t *object, const char *key, uint16_t *ret)
{
    const json_t *const value = json_object_get(object, key);

    if (value == NULL || assay_lcp_alg_of(assay_lcp_json_text(value), ret))
        return 0;
    return assay_lcp_refuse(r, key, "this names no hash algorithm, such as \"sha256\"");
}

int assay_lcp_read_hex(const assay_lcp_reader *r, const json_t *value, const char *key,
                       assay_writer *into)
{
    if (!json_is_string(value) || !assay_put_decoded(into, assay_lcp_json_text(value)))
        return assay_lcp_refuse(r, key, "these are no bytes in hexadecimal");
    return assay_lcp_check_writer(r, key, into);
}
