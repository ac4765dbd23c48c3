/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/jsonwalk.h"

#include "base/number.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/* A text has no more values than these signs. */
static bool has_more_values(assay_bytes text, size_t values)
{
    size_t signs = 0;

    for (size_t i = 0; i < text.size; i++)
        signs += text.data[i] == ',' || text.data[i] == '[' || text.data[i] == '{';
    return signs > values;
}

/* Why a text is none that this reads, where that is more than a wrong sign. */
static const char *reason_of(enum json_error_code code)
{
    switch (code) {
    case json_error_invalid_utf8:
        return "this is not UTF-8";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a NUL in a string";
    case json_error_numeric_overflow:
        return "a number larger than any that is read here";
    case json_error_stack_overflow:
        return "nested too deep";
    case json_error_end_of_input_expected:
        return "something follows the document";
    default:
        return "not JSON";
    }
}

/* Jansson counts what it has taken: the fault is the last of it, or the next where it took nothing,
 * of a byte that is no UTF-8 and behind the end. */
static int refuse_text(const json_error_t *fault, assay_error *error)
{
    const enum json_error_code code = json_error_code(fault);
    const int not_taken =
        code == json_error_invalid_utf8 || code == json_error_premature_end_of_input;
    const int taken = fault->position + not_taken;
    const assay_place place = { taken > 0 ? (uint64_t)taken - 1 : 0, ASSAY_NO_EVENT, NULL };

    switch (code) {
    case json_error_out_of_memory:
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to read the JSON");
    case json_error_duplicate_key:
        return assay_fail(error, ASSAY_MALFORMED, place, "line %d: a key stands there twice",
                          fault->line);
    case json_error_premature_end_of_input:
        return assay_fail(error, ASSAY_TRUNCATED, place, "line %d: the JSON ends too early",
                          fault->line);
    default:
        return assay_fail(error, ASSAY_MALFORMED, place, "line %d, column %d: %s", fault->line,
                          fault->column + not_taken, reason_of(code));
    }
}

int assay_json_load(json_t **ret_document, assay_bytes text, size_t bytes, size_t values,
                    assay_error *error)
{
    json_error_t fault;

    if (text.size > bytes || has_more_values(text, values))
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "more bytes or values than any such document has");
    if (assay_bytes_start_with(text, ASSAY_LITERAL("\xEF\xBB\xBF")))
        return assay_fail(error, ASSAY_MALFORMED, (assay_place){ 0, ASSAY_NO_EVENT, NULL },
                          "a byte order mark, with which JSON doesn't begin");
    errno = 0;
    json_t *const document =
        json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &fault);
    /* jansson 2.14 cuts a string that it can't make room for, and says so nowhere else. */
    if (errno == ENOMEM) {
        json_decref(document);
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to read the JSON");
    }
    if (document == NULL)
        return refuse_text(&fault, error);
    *ret_document = document;
    return 0;
}

int assay_json_load_held(const assay_json_walk *walk, const char *key, json_t **ret_document,
                         assay_bytes text, size_t bytes, size_t values)
{
    assay_error inner;
    const int status = assay_json_load(ret_document, text, bytes, values, &inner);

    if (status == 0)
        return 0;
    return inner.offset == ASSAY_NO_OFFSET
               ? assay_json_refuse_as(walk, (enum assay_kind)-status, key, "%s", inner.what)
               : assay_json_refuse_as(walk, (enum assay_kind)-status, key,
                                      "%s, at byte %llu of what it holds", inner.what,
                                      (unsigned long long)inner.offset);
}

__attribute__((format(printf, 4, 0))) static int refuse(const assay_json_walk *walk,
                                                        enum assay_kind kind, const char *key,
                                                        const char *format, va_list arguments)
{
    char what[120];

    vsnprintf(what, sizeof what, format, arguments);
    return assay_fail(walk->error, kind, ASSAY_NOWHERE, "%.*s%s%s%s%s", (int)walk->path_size,
                      walk->path, walk->path_size > 0 && key != NULL ? "." : "",
                      key == NULL ? "" : key, walk->path_size > 0 || key != NULL ? ": " : "", what);
}

int assay_json_refuse(const assay_json_walk *walk, const char *key, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    const int status = refuse(walk, ASSAY_MALFORMED, key, format, arguments);
    va_end(arguments);
    return status;
}

int assay_json_refuse_as(const assay_json_walk *walk, enum assay_kind kind, const char *key,
                         const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    const int status = refuse(walk, kind, key, format, arguments);
    va_end(arguments);
    return status;
}

static void append(assay_json_walk *walk, const char *text)
{
    const size_t room = sizeof walk->path - walk->path_size;
    const size_t size = strlen(text);

    if (size >= room)
        return;
    memcpy(walk->path + walk->path_size, text, size);
    walk->path_size += size;
}

size_t assay_json_enter(assay_json_walk *walk, const char *key)
{
    const size_t before = walk->path_size;

    if (before > 0)
        append(walk, ".");
    append(walk, key);
    return before;
}

size_t assay_json_enter_index(assay_json_walk *walk, size_t index)
{
    const size_t before = walk->path_size;
    char text[24];

    snprintf(text, sizeof text, "[%zu]", index);
    append(walk, text);
    return before;
}

void assay_json_leave(assay_json_walk *walk, size_t before)
{
    walk->path_size = before;
}

assay_json_list assay_json_begin_list(assay_json_walk *walk, const char *key, const json_t *array)
{
    assay_json_list list = { .walk = walk, .array = array, .outside = walk->path_size };

    if (key != NULL)
        assay_json_enter(walk, key);
    list.inside = walk->path_size;
    return list;
}

json_t *assay_json_next(assay_json_list *list)
{
    json_t *const element = json_array_get(list->array, list->next);

    assay_json_leave(list->walk, list->inside);
    if (element != NULL)
        assay_json_enter_index(list->walk, list->next++);
    return element;
}

void assay_json_end_list(assay_json_list *list)
{
    assay_json_leave(list->walk, list->outside);
}

static bool is_plain(const char *key)
{
    const size_t size = strlen(key);

    for (size_t i = 0; i < size; i++)
        if (!((key[i] >= 'a' && key[i] <= 'z') || (key[i] >= 'A' && key[i] <= 'Z') ||
              (key[i] >= '0' && key[i] <= '9') || key[i] == '_' || key[i] == '-'))
            return false;
    return size > 0 && size <= 40;
}

const char *assay_json_key_shown(const char *key)
{
    return is_plain(key) ? key : "...";
}

int assay_json_check_keys(const assay_json_walk *walk, json_t *object, const char *const *known)
{
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return assay_json_refuse(walk, NULL, "this is no object");
    json_object_foreach(object, key, value)
    {
        const char *const *name = known;

        while (*name != NULL && strcmp(*name, key) != 0)
            name++;
        if (*name == NULL)
            return assay_json_refuse(walk, NULL, "the key '%s' is unknown here",
                                     assay_json_key_shown(key));
    }
    return 0;
}

assay_bytes assay_json_text(const json_t *value)
{
    return json_is_string(value)
               ? assay_bytes_of(json_string_value(value), json_string_length(value))
               : ASSAY_NO_BYTES;
}

bool assay_json_is_word(const json_t *value, const char *word)
{
    return assay_bytes_equal(assay_json_text(value), assay_bytes_of_string(word));
}

bool assay_json_number(const json_t *value, uint64_t max, uint64_t *ret_number)
{
    if (json_is_string(value))
        return assay_number_read(assay_json_text(value), max, ret_number);
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > max)
        return false;
    *ret_number = (uint64_t)json_integer_value(value);
    return true;
}

int assay_json_read_number(const assay_json_walk *walk, const json_t *object, const char *key,
                           uint64_t max, uint64_t *ret, bool *ret_given)
{
    const json_t *const value = json_object_get(object, key);
    uint64_t number;

    if (ret_given != NULL)
        *ret_given = value != NULL;
    if (value == NULL)
        return 0;
    if (!assay_json_number(value, UINT64_MAX, &number))
        return assay_json_refuse(walk, key, "this is no number from 0 to %llu",
                                 (unsigned long long)max);
    if (number > max)
        return assay_json_refuse(walk, key, "%llu is more than %llu", (unsigned long long)number,
                                 (unsigned long long)max);
    *ret = number;
    return 0;
}

int assay_json_read_hex(const assay_json_walk *walk, const json_t *value, const char *key,
                        assay_writer *into)
{
    if (!json_is_string(value) || !assay_put_decoded(into, assay_json_text(value)))
        return assay_json_refuse(walk, key, "these are no bytes in hexadecimal");
    return assay_json_check_writer(walk, key, into);
}

int assay_json_check_writer(const assay_json_walk *walk, const char *key,
                            const assay_writer *writer)
{
    if (writer->failure == 0)
        return 0;
    if (writer->failure == ASSAY_NO_MEMORY)
        return assay_fail(walk->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
    return assay_json_refuse(walk, key, "there is no room for so many bytes");
}
