/* SPDX-License-Identifier: BSD-2-Clause */
/* One line on what Windows measured: the boot, what was loaded, what is out of the ordinary. */
#include "base/alg.h"
#include "base/utf16.h"
#include "eventlog/payload/sipavalue.h"

/* The settings that make a boot worth a second look, by the value that does. */
static const struct {
    uint32_t type;
    uint64_t value;
    const char *words;
} remarkable[] = {
    { SIPAEVENT_BOOTDEBUGGING, 1, "boot debugging on" },
    { SIPAEVENT_OSKERNELDEBUG, 1, "kernel debugging on" },
    { SIPAEVENT_HYPERVISOR_DEBUG, 1, "hypervisor debugging on" },
    { SIPAEVENT_CODEINTEGRITY, 0, "code integrity off" },
    { SIPAEVENT_TESTSIGNING, 1, "test signing on" },
    { SIPAEVENT_FLIGHTSIGNING, 1, "flight signing on" },
    { SIPAEVENT_SAFEMODE, 1, "safe mode" },
    { SIPAEVENT_WINPE, 1, "Windows PE" },
};

enum { REMARKABLE = sizeof remarkable / sizeof *remarkable };

typedef struct gist {
    size_t records, modules, keys, errors;
    bool named; /* a module with its path was found */
    assay_bytes path, digest, publisher;
    uint64_t algorithm;
    bool boot_known, transfer_known;
    uint64_t boot, transfer, unlock;
    assay_bytes elam, aik;
    uint32_t key_bits;
    uint32_t remarks; /* bit i: remarkable[i] */
    bool quoted;
    assay_sipa_quote quote;
    assay_sipa_record first;
} gist;

static void begin_module(gist *g)
{
    g->modules++;
    g->named |= g->path.data != NULL;
    if (g->named)
        return;
    g->digest = ASSAY_NO_BYTES;
    g->publisher = ASSAY_NO_BYTES;
}

static void note_module(gist *g, const assay_sipa_record *record)
{
    switch (record->type) {
    case SIPAEVENT_FILEPATH:
        g->path = assay_utf16_until_nul(record->data);
        break;
    case SIPAEVENT_AUTHENTICODEHASH:
        g->digest = record->data;
        break;
    case SIPAEVENT_HASHALGORITHMID:
        assay_sipa_number(record->data, &g->algorithm);
        break;
    case SIPAEVENT_AUTHORITYPUBLISHER:
        g->publisher = assay_utf16_until_nul(record->data);
        break;
    default:
        break;
    }
}

static void note_setting(gist *g, const assay_sipa_record *record)
{
    uint64_t number;

    if (!assay_sipa_number(record->data, &number))
        return;
    for (size_t i = 0; i < REMARKABLE; i++)
        if (remarkable[i].type == record->type && remarkable[i].value == number)
            g->remarks |= 1u << i;
    switch (record->type) {
    case SIPAEVENT_BOOTCOUNTER:
        g->boot_known = true;
        g->boot = number;
        break;
    case SIPAEVENT_TRANSFER_CONTROL:
        g->transfer_known = true;
        g->transfer = number;
        break;
    case SIPAEVENT_BITLOCKER_UNLOCK:
        g->unlock |= number;
        break;
    default:
        break;
    }
}

static void note(gist *g, const assay_sipa_record *record)
{
    assay_sipa_key key;

    if (g->records++ == 0)
        g->first = *record;
    g->errors += (record->type >> 16 & 0xFF) == 3;
    if (record->type == SIPAEVENT_LOADEDMODULE_AGGREGATION)
        begin_module(g);
    else if (record->type == SIPAEVENT_ELAM_KEYNAME)
        g->elam = assay_utf16_until_nul(record->data);
    else if (record->type == SIPAEVENT_AIKID && g->aik.data == NULL)
        g->aik = assay_utf16_until_nul(record->data);
    else if (record->type == SIPAEVENT_QUOTE && !g->quoted)
        g->quoted = assay_sipa_quote_read(record->data, &g->quote);
    else if (record->type == SIPAEVENT_AUTHORITYPUBKEY && g->keys++ == 0)
        g->key_bits = assay_sipa_public_key_read(record->data, &key) ? key.bits : 0;
    else if (!g->named)
        note_module(g, record);
    note_setting(g, record);
}

/* The words of a summary are a list. */
static void separate(assay_writer *writer, bool *started)
{
    if (*started)
        assay_put_string(writer, ", ");
    *started = true;
}

static void put_boot(assay_writer *writer, const gist *g, bool *started)
{
    const char *const target = assay_sipa_transfer_name(g->transfer);

    if (g->boot_known) {
        separate(writer, started);
        assay_put_format(writer, "boot %llu", (unsigned long long)g->boot);
    }
    if (g->transfer_known) {
        separate(writer, started);
        if (target != NULL)
            assay_put_format(writer, "next %s", target);
        else
            assay_put_format(writer, "next program %llu", (unsigned long long)g->transfer);
    }
}

static void put_module(assay_writer *writer, const gist *g)
{
    const char *const algorithm = assay_sipa_algorithm_name(g->algorithm);

    assay_put_string(writer, "loaded module ");
    assay_put_utf16(writer, g->path);
    if (g->digest.data != NULL) {
        assay_put_format(writer, ", %s ", algorithm != NULL ? algorithm : "digest");
        assay_put_hex(writer, g->digest);
    }
    if (g->publisher.data != NULL) {
        assay_put_string(writer, ", signer ");
        assay_put_utf16(writer, g->publisher);
    }
    if (g->modules > 1)
        assay_put_format(writer, ", and %zu more", g->modules - 1);
}

static void put_modules(assay_writer *writer, const gist *g, bool *started)
{
    if (g->path.data == NULL && g->modules == 0)
        return;
    separate(writer, started);
    if (g->path.data != NULL)
        put_module(writer, g);
    else
        assay_put_format(writer, "%zu module%s", g->modules, g->modules == 1 ? "" : "s");
}

static void put_state(assay_writer *writer, const gist *g, bool *started)
{
    for (size_t i = 0; i < REMARKABLE; i++)
        if ((g->remarks >> i & 1) != 0) {
            separate(writer, started);
            assay_put_string(writer, remarkable[i].words);
        }
    if (g->errors > 0) {
        separate(writer, started);
        assay_put_format(writer, "%zu error%s", g->errors, g->errors == 1 ? "" : "s");
    }
    if (g->elam.data != NULL) {
        separate(writer, started);
        assay_put_string(writer, "early antimalware ");
        assay_put_utf16(writer, g->elam);
    }
    if (g->unlock != 0) {
        separate(writer, started);
        assay_put_string(writer, "BitLocker opened with ");
        assay_sipa_put_unlock(writer, g->unlock);
    }
}

static void put_keys(assay_writer *writer, const gist *g, bool *started)
{
    if (g->keys == 0)
        return;
    separate(writer, started);
    if (g->keys > 1)
        assay_put_format(writer, "%zu signers' public keys", g->keys);
    else if (g->key_bits > 0)
        assay_put_format(writer, "a signer's public key, RSA %u bits", g->key_bits);
    else
        assay_put_string(writer, "a signer's public key");
}

static void put_trust_point(assay_writer *writer, const gist *g, bool *started)
{
    const assay_alg *const alg = assay_alg_find(g->quote.alg);

    if (g->aik.data != NULL) {
        separate(writer, started);
        assay_put_string(writer, "attestation key ");
        assay_put_utf16(writer, g->aik);
    }
    if (g->quoted) {
        separate(writer, started);
        assay_put_format(writer, "quote of %d PCRs (%s)", __builtin_popcount(g->quote.pcrs),
                         alg != NULL ? alg->name : "unknown bank");
    }
}

/* Where nothing above applies: the first record by its name. */
static void put_first(assay_writer *writer, const gist *g)
{
    const assay_sipa_kind *const kind = assay_sipa_find(g->first.type);
    const char *const class = assay_sipa_class_name(g->first.type);
    uint64_t number;

    if (kind != NULL)
        assay_put_string(writer, kind->name);
    else if (class != NULL)
        assay_put_format(writer, "%s 0x%08x", class, g->first.type);
    else
        assay_put_format(writer, "record 0x%08x", g->first.type);
    if (assay_sipa_number(g->first.data, &number))
        assay_put_format(writer, " %llu", (unsigned long long)number);
    else
        assay_put_format(writer, ", %zu bytes", g->first.data.size);
    if (g->records > 1)
        assay_put_format(writer, ", and %zu more", g->records - 1);
}

/* The size that a damaged record claims. */
static void put_damaged(assay_writer *writer, assay_bytes rest, bool *started)
{
    assay_cursor c = assay_cursor_of(rest);
    const assay_sipa_kind *const kind = assay_sipa_find(assay_take_u32le(&c));
    const uint32_t size = assay_take_u32le(&c);

    if (rest.size == 0)
        return;
    separate(writer, started);
    if (c.failed)
        assay_put_format(writer, "damaged: %zu bytes left over", rest.size);
    else
        assay_put_format(writer, "damaged: %s says %u bytes, the event holds %zu",
                         kind != NULL ? kind->name : "a record", size, assay_left(&c));
}

void assay_sipa_summary(assay_writer *writer, const assay_sipa *sipa)
{
    assay_sipa_walk walk = assay_sipa_walk_of(sipa);
    assay_sipa_record record;
    gist g = { 0 };
    bool started = false;

    while (assay_sipa_walk_next(&walk, &record))
        note(&g, &record);
    put_boot(writer, &g, &started);
    put_modules(writer, &g, &started);
    put_state(writer, &g, &started);
    put_keys(writer, &g, &started);
    put_trust_point(writer, &g, &started);
    if (!started && g.records > 0) {
        put_first(writer, &g);
        started = true;
    }
    put_damaged(writer, sipa->rest, &started);
}
