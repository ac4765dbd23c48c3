/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/pcrvalues.h"

#include "base/file.h"
#include "base/hex.h"
#include "eventlog/attestation.h"
#include "replay/pcrforms.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

const char *assay_pcr_key(unsigned pcr)
{
    static const char keys[ASSAY_PCRS][3] = {
        "0",  "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",  "10", "11",
        "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23",
    };

    return keys[pcr];
}

/* One value. */

/* Digits without 0x and blanks; the count, or more than `capacity` when there are too many. */
static size_t squeeze(assay_bytes hex, char *ret_digits, size_t capacity)
{
    assay_cursor c = assay_cursor_of(hex);
    size_t used = 0;

    if (assay_bytes_start_with(hex, ASSAY_LITERAL("0x")) ||
        assay_bytes_start_with(hex, ASSAY_LITERAL("0X")))
        assay_take(&c, 2);
    while (assay_left(&c) > 0 && used <= capacity) {
        const char digit = (char)assay_take_u8(&c);

        if (digit == ' ')
            continue;
        if (used < capacity)
            ret_digits[used] = digit;
        used++;
    }
    return used;
}

int assay_pcr_text_add(assay_pcrs *pcrs, const assay_pcr_text *text, assay_error *error)
{
    const assay_alg *const alg = assay_alg_find(text->alg);
    const assay_place place = { text->offset, ASSAY_NO_EVENT, "PCR value" };
    char digits[2 * ASSAY_DIGEST_MAX];
    uint8_t value[ASSAY_DIGEST_MAX];

    if (text->pcr >= ASSAY_PCRS)
        return assay_fail(error, ASSAY_MALFORMED, place, "there is no PCR of that number; 0 to %d",
                          ASSAY_PCRS - 1);
    const size_t count = squeeze(text->hex, digits, sizeof digits);
    if (!assay_hex_decode(assay_bytes_of(digits, count), value, alg->size))
        return assay_fail(error, ASSAY_MALFORMED, place,
                          "the value of %s PCR %u is not %u hexadecimal digits", alg->name,
                          text->pcr, 2u * alg->size);

    assay_pcr_bank *const bank = assay_pcrs_add_bank(pcrs, text->alg);
    if (assay_pcr_set_has(bank->present, text->pcr) &&
        memcmp(bank->value[text->pcr], value, alg->size) != 0)
        return assay_fail(error, ASSAY_MALFORMED, place,
                          "%s PCR %u stands there twice, with different values", alg->name,
                          text->pcr);
    memcpy(bank->value[text->pcr], value, alg->size);
    bank->present |= (assay_pcr_set)1 << text->pcr;
    return 0;
}

int assay_pcr_forgive(assay_pcr_reading *reading, uint16_t alg, int status,
                      const assay_error *error)
{
    if (!reading->lenient || status != -ASSAY_MALFORMED)
        return status;
    if (reading->fault.kind == 0)
        reading->fault = *error;
    reading->broken[assay_alg_index(alg)] = true;
    return 0;
}

/* Leaves out the banks that have a faulty value: the others of them may be as wrong. */
static assay_pcrs sound_banks(const assay_pcr_reading *reading)
{
    assay_pcrs sound = { .measurement_registers = reading->pcrs.measurement_registers };

    for (size_t i = 0; i < reading->pcrs.bank_count; i++)
        if (!reading->broken[assay_alg_index(reading->pcrs.banks[i].alg)])
            sound.banks[sound.bank_count++] = reading->pcrs.banks[i];
    return sound;
}

/* Text. */

static bool looks_like_json(assay_bytes text)
{
    assay_cursor c = assay_cursor_of(text);
    uint8_t first;

    do
        first = assay_take_u8(&c);
    while (first == ' ' || first == '\t' || first == '\r' || first == '\n');
    return first == '{' || first == '[';
}

/* Reads text of any form; `reading` begins empty. */
static int read_text(assay_bytes text, assay_pcr_reading *reading, assay_error *error)
{
    return looks_like_json(text) ? assay_pcrjson_parse(text, reading, error)
                                 : assay_pcrlines_parse(text, reading, error);
}

static int refuse_empty(assay_error *error)
{
    return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE, "there is no PCR value in it");
}

int assay_pcrvalues_salvage(assay_bytes text, assay_pcrs *ret_pcrs, assay_error *ret_fault,
                            assay_error *error)
{
    assay_pcr_reading reading = { .lenient = true };
    assay_error own;
    int status = read_text(text, &reading, error != NULL ? error : &own);

    if (status < 0)
        return status;
    const assay_pcrs sound = sound_banks(&reading);
    if (sound.bank_count == 0 && reading.fault.kind != 0) {
        if (error != NULL)
            *error = reading.fault;
        return -reading.fault.kind;
    }
    if (sound.bank_count == 0)
        return refuse_empty(error);
    *ret_pcrs = sound;
    *ret_fault = reading.fault;
    return 0;
}

int assay_pcrvalues_parse(assay_bytes text, assay_pcrs *ret_pcrs, assay_error *error)
{
    assay_pcr_reading reading = { .lenient = false };
    assay_error own;
    const int status = read_text(text, &reading, error != NULL ? error : &own);

    if (status < 0)
        return status;
    if (reading.pcrs.bank_count == 0)
        return refuse_empty(error);
    *ret_pcrs = reading.pcrs;
    return 0;
}

/* The values that the quotes of an attestation speak for. Nobody has checked the quotes. */
static int read_attestation(assay_bytes message, assay_pcrs *pcrs, assay_error *error)
{
    assay_attestation_walk walk = { .message = assay_cursor_of(message) };
    assay_attestation_pcr value;
    char digits[2 * ASSAY_DIGEST_MAX];
    int status;

    while ((status = assay_attestation_next_pcr(&walk, &value, error)) > 0) {
        const assay_place place = { value.offset, ASSAY_NO_EVENT, "pcrs" };

        if (value.alg > UINT16_MAX || assay_alg_find((uint16_t)value.alg) == NULL)
            continue; /* a bank that can't be computed here */
        if (value.value.size > ASSAY_DIGEST_MAX)
            return assay_fail(error, ASSAY_MALFORMED, place, "no PCR has a value of %zu bytes",
                              value.value.size);
        assay_hex_encode(digits, value.value);
        const assay_pcr_text text = { (uint16_t)value.alg, value.pcr,
                                      assay_bytes_of(digits, 2 * value.value.size), value.offset };
        status = assay_pcr_text_add(pcrs, &text, error);
        if (status < 0)
            return status;
    }
    return status;
}

int assay_pcrvalues_beside(assay_bytes text, assay_pcrs *ret_pcrs, assay_error *error)
{
    static const assay_bytes key = ASSAY_LITERAL("\"pcr_manifest\"");
    assay_pcr_reading reading = { .lenient = false };
    assay_error own;
    int status = 0;

    if (assay_attestation_is(text))
        status = read_attestation(text, &reading.pcrs, error);
    else if (looks_like_json(text) && assay_bytes_find(text, key) < text.size)
        status = assay_pcrjson_parse(text, &reading, error != NULL ? error : &own);
    if (status < 0 || reading.pcrs.bank_count == 0)
        return status;
    *ret_pcrs = reading.pcrs;
    return 1;
}

/* Files and folders. */

static int read_sysfs_pcr(const char *path, assay_pcr_text text, assay_pcrs *pcrs,
                          assay_error *error)
{
    assay_file file;
    int status = assay_file_read(&file, path, ASSAY_PCRVALUES_CEILING, error);

    if (status < 0)
        return status;
    text.hex = file.bytes;
    if (text.hex.size > 0 && text.hex.data[text.hex.size - 1] == '\n')
        text.hex.size--;
    status = assay_pcr_text_add(pcrs, &text, error);
    assay_file_close(&file);
    return status;
}

/* pcr-sha256/0 ... 23: those that exist. */
static int read_sysfs_bank(const char *folder, const char *name, assay_pcrs *pcrs,
                           assay_error *error)
{
    static const char prefix[] = "pcr-";
    int status = 0;

    if (strncmp(name, prefix, sizeof prefix - 1) != 0)
        return 0;
    const assay_alg *const alg = assay_alg_by_name(assay_bytes_of_string(name + sizeof prefix - 1));
    if (alg == NULL)
        return 0;
    for (unsigned pcr = 0; pcr < ASSAY_PCRS && status == 0; pcr++) {
        char *path;
        struct stat info;

        if (asprintf(&path, "%s/%s/%u", folder, name, pcr) < 0)
            return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a file name");
        if (stat(path, &info) == 0)
            status =
                read_sysfs_pcr(path, (assay_pcr_text){ .alg = alg->id, .pcr = pcr }, pcrs, error);
        free(path);
    }
    return status;
}

static int read_sysfs(const char *path, DIR *folder, assay_pcrs *ret_pcrs, assay_error *error)
{
    assay_pcrs pcrs = { 0 };
    const struct dirent *entry;
    int status = 0;

    while (status == 0 && (entry = readdir(folder)) != NULL)
        status = read_sysfs_bank(path, entry->d_name, &pcrs, error);
    if (status == 0 && pcrs.bank_count == 0)
        status = assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                            "no pcr-sha256 folder or its like is in it");
    if (status == 0)
        *ret_pcrs = pcrs;
    return status;
}

static int read_file(const char *path, assay_pcrs *ret_pcrs, assay_error *error)
{
    assay_file file;
    int status = assay_file_read(&file, path, ASSAY_PCRVALUES_CEILING, error);

    if (status < 0)
        return status;
    status = assay_pcrvalues_parse(file.bytes, ret_pcrs, error);
    assay_file_close(&file);
    return status;
}

static int read_folder(const char *path, DIR *folder, assay_pcrs *ret_pcrs, assay_error *error)
{
    char *machine;
    struct stat info;

    if (asprintf(&machine, "%s/pcrs.json", path) < 0)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a file name");
    const int status = stat(machine, &info) == 0 ? read_file(machine, ret_pcrs, error)
                                                 : read_sysfs(path, folder, ret_pcrs, error);
    free(machine);
    return status;
}

int assay_pcrvalues_read(const char *path, assay_pcrs *ret_pcrs, assay_error *error)
{
    DIR *const folder = opendir(path);

    if (folder == NULL)
        return read_file(path, ret_pcrs, error);
    const int status = read_folder(path, folder, ret_pcrs, error);
    closedir(folder);
    return status;
}

/* Writers. */

static const char *bank_name(const assay_pcrs *pcrs, const assay_pcr_bank *bank)
{
    return pcrs->measurement_registers ? "rtmr" : assay_alg_find(bank->alg)->name;
}

void assay_pcrvalues_emit(assay_output *out, const assay_pcrs *pcrs)
{
    for (size_t i = 0; i < pcrs->bank_count; i++) {
        const assay_pcr_bank *const bank = &pcrs->banks[i];

        assay_emit_object(out, bank_name(pcrs, bank));
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (assay_pcr_set_has(bank->present, pcr))
                assay_emit_hex(out, assay_pcr_key(pcr),
                               assay_bytes_of(bank->value[pcr], bank->size));
        assay_emit_end(out);
    }
}

static void write_text(assay_writer *writer, const assay_pcr_bank *bank, unsigned pcr,
                       enum assay_pcrvalues_form form)
{
    const assay_bytes value = assay_bytes_of(bank->value[pcr], bank->size);

    if (form == ASSAY_PCRVALUES_PCRREAD)
        assay_put_format(writer, "    %-2u: 0x", pcr);
    else
        assay_put_format(writer, "%s:%u ", assay_alg_find(bank->alg)->name, pcr);
    assay_put_hex(writer, value);
    assay_put_char(writer, '\n');
}

void assay_pcrvalues_write(assay_writer *writer, const assay_pcrs *pcrs,
                           enum assay_pcrvalues_form form)
{
    if (form == ASSAY_PCRVALUES_JSON) {
        assay_output out = assay_output_json(writer);

        assay_emit_object(&out, NULL);
        assay_pcrvalues_emit(&out, pcrs);
        assay_emit_end(&out);
        return;
    }
    for (size_t i = 0; i < pcrs->bank_count; i++) {
        const assay_pcr_bank *const bank = &pcrs->banks[i];

        if (form == ASSAY_PCRVALUES_PCRREAD)
            assay_put_format(writer, "  %s:\n", assay_alg_find(bank->alg)->name);
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (assay_pcr_set_has(bank->present, pcr))
                write_text(writer, bank, pcr, form);
    }
}
