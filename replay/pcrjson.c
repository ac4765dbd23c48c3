/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCR values in JSON, and the only place that sees jansson. What it refuses, it
 * refuses with a byte offset; what it accepts has no places any more, so a value
 * found wrong later is looked for in the text.
 */
#include "replay/pcrforms.h"

#include <jansson.h>
#include <stdio.h>

static const char registers_key[] = "rtmr";

typedef struct json_source {
    assay_bytes text;
    assay_pcr_reading *reading;
    assay_error *error;
    const char *bank; /* the key whose value is being read */
    const char *pcr;  /* the key in that, or NULL */
} json_source;

/* Where `"word"` stands after `from`; `from` itself when it can't be found (it has escapes). */
static size_t find_word(assay_bytes text, size_t from, const char *word)
{
    char quoted[2 * ASSAY_DIGEST_MAX + 8];
    const int length = snprintf(quoted, sizeof quoted, "\"%s\"", word);
    const uint8_t *const at =
        memmem(text.data + from, text.size - from, quoted,
               (size_t)length < sizeof quoted ? (size_t)length : sizeof quoted - 1);

    return at == NULL ? from : (size_t)(at - text.data);
}

/* The place of what is being read. */
static uint64_t find_place(const json_source *source)
{
    const size_t bank = find_word(source->text, 0, source->bank);

    return source->pcr == NULL ? bank : find_word(source->text, bank, source->pcr);
}

static int refuse(const json_source *source, const char *what)
{
    return assay_fail(source->error, ASSAY_MALFORMED,
                      (assay_place){ find_place(source), ASSAY_NO_EVENT, NULL }, "%s", what);
}

/* A decimal number of at most two digits below `count`, or `count`. */
static unsigned number_of(const char *key, unsigned count)
{
    assay_pcr_set set;

    if (strlen(key) > 2 || !assay_pcr_set_parse(key, &set))
        return count;
    const unsigned number = (unsigned)__builtin_ctz(set);
    return number < count ? number : count;
}

/* SHA-384 under Intel TDX, SM3 under Hygon CSV: told by the length of the first. */
/* TDX has four registers of SHA-384, Hygon CSV five of SM3. */
enum { TDX_REGISTERS = 4, CSV_REGISTERS = 5, SM3_HEX = 64 };

static unsigned register_count(const json_t *value)
{
    return json_string_length(value) == SM3_HEX ? CSV_REGISTERS : TDX_REGISTERS;
}

static uint16_t register_alg(const assay_pcrs *pcrs, assay_bytes hex)
{
    if (pcrs->bank_count > 0)
        return pcrs->banks[0].alg;
    return hex.size == SM3_HEX ? ASSAY_ALG_SM3_256 : ASSAY_ALG_SHA384;
}

static int read_value(const json_source *source, const assay_alg *alg, const char *number,
                      const json_t *value)
{
    const unsigned count = alg != NULL ? (unsigned)ASSAY_PCRS : register_count(value);
    const unsigned pcr = number_of(number, count);

    if (pcr == count)
        return refuse(source, "a key that is not the number of a PCR or RTMR");
    if (!json_is_string(value))
        return refuse(source, "the value of a PCR is not a string");

    const assay_bytes hex = assay_bytes_of(json_string_value(value), json_string_length(value));
    const assay_pcr_text text = { alg != NULL ? alg->id : register_alg(&source->reading->pcrs, hex),
                                  pcr, hex, ASSAY_NO_OFFSET };
    const int status = assay_pcr_text_add(&source->reading->pcrs, &text, source->error);
    if (status < 0)
        source->error->offset = find_place(source);
    return status;
}

/* A value of a bank whose number is known, faulty or not. */
static int read_or_forgive(const json_source *source, const assay_alg *alg, const char *number,
                           const json_t *value)
{
    const int status = read_value(source, alg, number, value);

    return alg == NULL ? status
                       : assay_pcr_forgive(source->reading, alg->id, status, source->error);
}

static int read_bank(json_source *source, json_t *bank)
{
    const assay_alg *const alg = assay_alg_by_name(assay_bytes_of_string(source->bank));
    const bool registers = strcmp(source->bank, registers_key) == 0;
    json_t *value;
    int status = 0;

    if (alg == NULL && !registers)
        return refuse(source, "a key that is not the name of a bank");
    if (!json_is_object(bank))
        return refuse(source, "a bank that is not an object");
    if (source->reading->pcrs.bank_count > 0 &&
        source->reading->pcrs.measurement_registers != registers)
        return refuse(source, "PCRs and measurement registers in one document");
    source->reading->pcrs.measurement_registers = registers;
    json_object_foreach(bank, source->pcr, value)
    {
        status = read_or_forgive(source, alg, source->pcr, value);
        if (status < 0)
            return status;
    }
    source->pcr = NULL;
    return 0;
}

/* One PCR of an HVS host manifest: {"index": "pcr_17", "value": "hex", "pcr_bank": "SHA256"}. */
static int read_manifest_pcr(json_source *source, const assay_alg *alg, const json_t *entry)
{
    static const char prefix[] = "pcr_";
    const char *const bank = json_string_value(json_object_get(entry, "pcr_bank"));
    const char *const index = json_string_value(json_object_get(entry, "index"));

    source->pcr = index;
    if (index == NULL || strncmp(index, prefix, sizeof prefix - 1) != 0)
        return refuse(source, "a PCR of a host manifest without its index");
    if (bank != NULL && assay_alg_by_name(assay_bytes_of_string(bank)) != alg)
        return refuse(source, "a PCR of a host manifest among those of another bank");
    return read_or_forgive(source, alg, index + sizeof prefix - 1, json_object_get(entry, "value"));
}

static int read_manifest_bank(json_source *source, const assay_alg *alg, json_t *list)
{
    const json_t *entry;
    int status = 0;
    size_t i;

    if (list == NULL || json_is_null(list))
        return 0;
    if (!json_is_array(list))
        return refuse(source, "the PCRs of a host manifest are not an array");
    json_array_foreach(list, i, entry)
    {
        status = read_manifest_pcr(source, alg, entry);
        if (status < 0)
            return status;
    }
    source->pcr = NULL;
    return 0;
}

static int read_manifest(json_source *source, json_t *manifest)
{
    static const struct {
        const char *key;
        uint16_t alg;
    } banks[] = { { "sha1pcrs", ASSAY_ALG_SHA1 }, { "sha2pcrs", ASSAY_ALG_SHA256 } };
    int status = 0;

    for (size_t i = 0; i < sizeof banks / sizeof *banks && status == 0; i++) {
        source->bank = banks[i].key;
        status = read_manifest_bank(source, assay_alg_find(banks[i].alg),
                                    json_object_get(manifest, source->bank));
    }
    return status;
}

/* "pcr_manifest" of a host manifest, or of the one in a trust report; else NULL. */
static json_t *find_manifest(json_t *document)
{
    json_t *const inner = json_object_get(document, "host_manifest");
    json_t *const manifest = json_object_get(inner != NULL ? inner : document, "pcr_manifest");

    return json_is_object(manifest) ? manifest : NULL;
}

static int read_document(json_source *source, json_t *document)
{
    json_t *const manifest = find_manifest(document);
    json_t *const inner = json_object_get(document, "pcrs");
    json_t *bank;

    if (manifest != NULL)
        return read_manifest(source, manifest);
    json_object_foreach(json_is_object(inner) ? inner : document, source->bank, bank)
    {
        const int status = read_bank(source, bank);

        if (status < 0)
            return status;
    }
    return 0;
}

static const char *json_fault(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
        return "a key stands there twice";
    case json_error_premature_end_of_input:
        return "the JSON ends too early";
    case json_error_out_of_memory:
        return "no memory to read the JSON";
    default:
        return "not JSON";
    }
}

int assay_pcrjson_parse(assay_bytes text, assay_pcr_reading *reading, assay_error *error)
{
    json_source source = { .text = text, .reading = reading, .error = error };
    json_error_t fault;
    json_t *const document =
        json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &fault);

    if (document == NULL)
        return assay_fail(error, ASSAY_MALFORMED,
                          (assay_place){ (uint64_t)fault.position, ASSAY_NO_EVENT, NULL }, "%s",
                          json_fault(&fault));
    const int status = json_is_object(document)
                           ? read_document(&source, document)
                           : assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                                        "a JSON array; an object of banks is wanted");
    json_decref(document);
    return status;
}
