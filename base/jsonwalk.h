/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading the JSON that people write: a walk through a document that knows where it is, so that
 * what is refused is refused by its place, "lists[1].elements[0].hash_alg: ...".
 * Private to the project: it speaks jansson.
 */
#ifndef ASSAY_BASE_JSONWALK_H
#define ASSAY_BASE_JSONWALK_H

#include "base/error.h"
#include "base/writer.h"

#include <jansson.h>

typedef struct assay_json_walk {
    assay_error *error; /* or NULL */
    char path[96];      /* of keys known here and numbers */
    size_t path_size;
} assay_json_walk;

/**
 * Reads the document in `text`, of at most `bytes` bytes and about `values` values, for jansson
 * allocates for each; a key that stands twice in an object is refused. json_decref it after 0;
 * else a negative kind with `error` filled.
 */
int assay_json_load(json_t **ret_document, assay_bytes text, size_t bytes, size_t values,
                    assay_error *error);

/**
 * The same of a document that a string of another one holds, which is `key` where the walk is: what
 * is refused is refused there, by the byte of the string's text.
 */
int assay_json_load_held(const assay_json_walk *walk, const char *key, json_t **ret_document,
                         assay_bytes text, size_t bytes, size_t values);

/** "PATH.KEY: what" is malformed; `key` may be NULL. Returns the negative kind. */
int assay_json_refuse(const assay_json_walk *walk, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The same of another kind. */
int assay_json_refuse_as(const assay_json_walk *walk, enum assay_kind kind, const char *key,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));

/** A key of the text, as it may be said: "..." for what could do harm to who reads it. */
const char *assay_json_key_shown(const char *key);

/** Goes down to a member, or to an element of an array; what to give to assay_json_leave. */
size_t assay_json_enter(assay_json_walk *walk, const char *key);
size_t assay_json_enter_index(assay_json_walk *walk, size_t index);
void assay_json_leave(assay_json_walk *walk, size_t before);

/**
 * The elements of an array, one after the other, the walk being at each in its turn:
 *
 *     assay_json_list list = assay_json_begin_list(&walk, "pcrs", json_object_get(object, "pcrs"));
 *
 *     while (status == 0 && (element = assay_json_next(&list)) != NULL)
 *         status = read_one(&walk, element);
 *     assay_json_end_list(&list);
 *
 * With a NULL for `key` the walk is at the array already. What is no array has no elements.
 */
typedef struct assay_json_list {
    assay_json_walk *walk;
    const json_t *array;
    size_t next;           /* the place of the next element */
    size_t outside, inside; /* how much of the path is outside the array, and outside an element */
} assay_json_list;

assay_json_list assay_json_begin_list(assay_json_walk *walk, const char *key, const json_t *array);

/** The next element, lent; NULL beyond the last. */
json_t *assay_json_next(assay_json_list *list);

/** Goes back to where the list was begun, wherever in it the walk is. */
void assay_json_end_list(assay_json_list *list);

/** Refuses what is no object, and keys that are not among `known`, a NULL-ended list. */
int assay_json_check_keys(const assay_json_walk *walk, json_t *object, const char *const *known);

/** The text of a string; no bytes for another value, or none. */
assay_bytes assay_json_text(const json_t *value);
bool assay_json_is_word(const json_t *value, const char *word);

/** 17, "17" or "0x11"; false, and nothing written, for anything else and beyond `max`. */
bool assay_json_number(const json_t *value, uint64_t max, uint64_t *ret_number);

/**
 * A member into *ret; one that is missing leaves it as it was. 0, or the negative kind of what was
 * refused. *ret_given, whether there is one, may be NULL.
 */
int assay_json_read_number(const assay_json_walk *walk, const json_t *object, const char *key,
                           uint64_t max, uint64_t *ret, bool *ret_given);

/** Puts the bytes of hexadecimal `value`, which is called `key` where it is refused. */
int assay_json_read_hex(const assay_json_walk *walk, const json_t *value, const char *key,
                        assay_writer *into);

/** A writer of so many bytes that there is no memory, or no room for them; 0 for a sound one. */
int assay_json_check_writer(const assay_json_walk *walk, const char *key,
                            const assay_writer *writer);

#endif
