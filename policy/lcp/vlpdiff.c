/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/vlpdiff.h"

#include "base/hex.h"
#include "policy/lcp/uuid.h"

#include <stdio.h>

typedef struct comparison {
    const assay_vlp *expected, *actual;
    assay_vlp_change_sink *sink;
    void *context;
    size_t count;
    /* The position of each entry's like in the other policy, or ASSAY_VLP_NO_ENTRY. */
    size_t in_actual[ASSAY_VLP_ENTRIES_MAX], in_expected[ASSAY_VLP_ENTRIES_MAX];
} comparison;

const char *assay_vlp_change_name(enum assay_vlp_change_kind kind)
{
    static const char *const names[] = { "changed", "added", "removed", "moved" };

    return names[kind];
}

void assay_vlp_put_subject(assay_writer *out, const assay_vlp *policy, const assay_vlp_entry *entry)
{
    if (policy->version == 1) {
        const char *const name = assay_lcp_uuid_name(&entry->uuid);
        char text[ASSAY_GUID_TEXT];

        assay_lcp_uuid_format(&entry->uuid, text);
        assay_put_string(out, name != NULL ? name : text);
    } else if (entry->mod_num == ASSAY_VLP_NUM_ANY)
        assay_put_string(out, "any module");
    else if (assay_vlp_is_nv(entry))
        assay_put_format(out, "%s 0x%08x",
                         entry->mod_num == ASSAY_VLP_NUM_NV ? "NV index" : "raw NV index",
                         entry->nv_index);
    else
        assay_put_format(out, "module %u", entry->mod_num);
}

static void report(comparison *c, const assay_vlp_change *change)
{
    c->count++;
    c->sink(c->context, change);
}

static assay_vlp_change change_of(const comparison *c, enum assay_vlp_change_kind kind,
                                  size_t expected, size_t actual, const char *field)
{
    return (assay_vlp_change){ .kind = kind,
                               .entry = expected != ASSAY_VLP_NO_ENTRY
                                            ? &c->expected->entries[expected]
                                        : actual != ASSAY_VLP_NO_ENTRY ? &c->actual->entries[actual]
                                                                       : NULL,
                               .expected_position = expected,
                               .actual_position = actual,
                               .field = field };
}

/* Fields that are numbers, of which some have words. */
typedef void words(char *text, size_t size, unsigned long value);

static void say_number(char *text, size_t size, unsigned long value)
{
    snprintf(text, size, "%lu", value);
}

static void say_address(char *text, size_t size, unsigned long value)
{
    snprintf(text, size, "0x%08lx", value);
}

static void say_type(char *text, size_t size, unsigned long value)
{
    snprintf(text, size, "%s", assay_vlp_type_name((unsigned)value));
}

static void say_hash_type(char *text, size_t size, unsigned long value)
{
    snprintf(text, size, "%s", assay_vlp_hash_type_name((unsigned)value));
}

static void say_alg(char *text, size_t size, unsigned long value)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    snprintf(text, size, "%s", value == 0 ? "sha1 (0)" : assay_alg_name((uint16_t)value, unknown));
}

static void say_pcr(char *text, size_t size, unsigned long value)
{
    if (value == ASSAY_VLP_PCR_NONE)
        snprintf(text, size, "none");
    else
        say_number(text, size, value);
}

static void compare_number(comparison *c, size_t a, size_t b, const char *field, unsigned long one,
                           unsigned long other, words *say)
{
    assay_vlp_change change = change_of(c, ASSAY_VLP_CHANGED, a, b, field);

    if (one == other)
        return;
    say(change.expected, sizeof change.expected, one);
    say(change.actual, sizeof change.actual, other);
    report(c, &change);
}

static void compare_header(comparison *c)
{
    const assay_vlp *const a = c->expected, *const b = c->actual;
    const size_t none = ASSAY_VLP_NO_ENTRY;

    compare_number(c, none, none, "type", a->type, b->type, say_type);
    compare_number(c, none, none, "alg", a->alg_number, b->alg_number, say_alg);
    compare_number(c, none, none, "control", a->control, b->control, say_address);
    compare_number(c, none, none, "reserved", a->reserved, b->reserved, say_address);
    if (!assay_bytes_equal(a->trailing, b->trailing)) {
        assay_vlp_change change = change_of(c, ASSAY_VLP_CHANGED, none, none, "trailing");

        snprintf(change.expected, sizeof change.expected, "%zu bytes", a->trailing.size);
        snprintf(change.actual, sizeof change.actual, "%zu %sbytes", b->trailing.size,
                 a->trailing.size == b->trailing.size ? "other " : "");
        report(c, &change);
    }
}

/* Digests, as a set: which of them matches decides nothing. */

static bool has_hash(const assay_vlp *policy, const assay_vlp_entry *entry, assay_bytes hash)
{
    for (size_t i = 0; i < entry->num_hashes; i++)
        if (assay_bytes_equal(assay_vlp_hash(policy, entry, i), hash))
            return true;
    return false;
}

static void report_hash(comparison *c, enum assay_vlp_change_kind kind, size_t a, size_t b,
                        assay_bytes hash)
{
    assay_vlp_change change = change_of(c, kind, a, b, "hashes");

    assay_hex_encode(kind == ASSAY_VLP_REMOVED ? change.expected : change.actual, hash);
    report(c, &change);
}

static void compare_hashes(comparison *c, size_t a, size_t b)
{
    const assay_vlp_entry *const one = &c->expected->entries[a], *const other =
                                                                     &c->actual->entries[b];
    const size_t before = c->count;

    if (assay_vlp_alg(c->expected) != assay_vlp_alg(c->actual)) {
        compare_number(c, a, b, "num_hashes", one->num_hashes, other->num_hashes, say_number);
        return;
    }
    for (size_t i = 0; i < one->num_hashes; i++)
        if (!has_hash(c->actual, other, assay_vlp_hash(c->expected, one, i)))
            report_hash(c, ASSAY_VLP_REMOVED, a, b, assay_vlp_hash(c->expected, one, i));
    for (size_t i = 0; i < other->num_hashes; i++)
        if (!has_hash(c->expected, one, assay_vlp_hash(c->actual, other, i)))
            report_hash(c, ASSAY_VLP_ADDED, a, b, assay_vlp_hash(c->actual, other, i));
    if (c->count == before && !assay_bytes_equal(one->hashes, other->hashes)) {
        assay_vlp_change change = change_of(c, ASSAY_VLP_CHANGED, a, b, "hashes");

        snprintf(change.expected, sizeof change.expected, "%u digests", one->num_hashes);
        snprintf(change.actual, sizeof change.actual, "the same, %s",
                 one->num_hashes == other->num_hashes ? "in another order or with other padding"
                                                      : "another number of times");
        report(c, &change);
    }
}

static void compare_entry(comparison *c, size_t a, size_t b)
{
    const assay_vlp_entry *const one = &c->expected->entries[a], *const other =
                                                                     &c->actual->entries[b];
    const bool old = c->expected->version == 1;

    if (!old)
        compare_number(c, a, b, "pcr", one->pcr, other->pcr, say_pcr);
    compare_number(c, a, b, "hash", one->hash_type, other->hash_type, say_hash_type);
    compare_number(c, a, b, old ? "reserved" : "nv_index", one->nv_index, other->nv_index,
                   say_address);
    compare_hashes(c, a, b);
}

/* Which entry of one policy goes with which of the other. */

static void pair(comparison *c)
{
    for (size_t b = 0; b < c->actual->num_entries; b++)
        c->in_expected[b] = ASSAY_VLP_NO_ENTRY;
    for (size_t a = 0; a < c->expected->num_entries; a++) {
        c->in_actual[a] = ASSAY_VLP_NO_ENTRY;
        for (size_t b = 0; b < c->actual->num_entries && c->in_actual[a] == ASSAY_VLP_NO_ENTRY; b++)
            if (c->in_expected[b] == ASSAY_VLP_NO_ENTRY &&
                assay_vlp_same_subject(c->expected, &c->expected->entries[a],
                                       &c->actual->entries[b])) {
                c->in_actual[a] = b;
                c->in_expected[b] = a;
            }
    }
}

static size_t rank(const size_t *partners, size_t position)
{
    size_t before = 0;

    for (size_t i = 0; i < position; i++)
        before += partners[i] != ASSAY_VLP_NO_ENTRY;
    return before;
}

static void compare_position(comparison *c, size_t a, size_t b)
{
    assay_vlp_change change = change_of(c, ASSAY_VLP_MOVED, a, b, "entry");

    if (rank(c->in_actual, a) == rank(c->in_expected, b))
        return;
    snprintf(change.expected, sizeof change.expected, "entry %zu", a);
    snprintf(change.actual, sizeof change.actual, "entry %zu", b);
    report(c, &change);
}

size_t assay_vlp_diff(const assay_vlp *expected, const assay_vlp *actual,
                      assay_vlp_change_sink *sink, void *context)
{
    comparison c = { .expected = expected, .actual = actual, .sink = sink, .context = context };
    const size_t none = ASSAY_VLP_NO_ENTRY;

    compare_number(&c, none, none, "version", expected->version, actual->version, say_number);
    if (c.count > 0)
        return c.count;
    compare_header(&c);
    pair(&c);
    for (size_t a = 0; a < expected->num_entries; a++) {
        const size_t b = c.in_actual[a];
        const assay_vlp_change gone = change_of(&c, ASSAY_VLP_REMOVED, a, none, "entry");

        if (b == none) {
            report(&c, &gone);
            continue;
        }
        compare_position(&c, a, b);
        compare_entry(&c, a, b);
    }
    for (size_t b = 0; b < actual->num_entries; b++) {
        const assay_vlp_change more = change_of(&c, ASSAY_VLP_ADDED, none, b, "entry");

        if (c.in_expected[b] == none)
            report(&c, &more);
    }
    return c.count;
}
