/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `systemd-cryptenroll --tpm2-pcrs=4:sha256=HEX+7:sha256=HEX`, systemd 255 and later: a script that
 * enrols a LUKS2 volume for the values of a reference, a line for each variant. Read back are such
 * a script, and the option's argument alone.
 */
#include "base/number.h"
#include "base/output.h"
#include "policy/export/imported.h"
#include "policy/export/plain/plain.h"
#include "policy/export/systemd/phases.h"
#include "policy/export/systemd/systemd.h"

enum { SLOTS_MAX = 32 }; /* key slots of LUKS2 */

static const char option[] = "--tpm2-pcrs=", variant_mark[] = "# Variant ";

/* Writing. */

/* "4:sha256=HEX+7:sha256=HEX"; false where there is no value. */
static bool put_values(assay_writer *writer, const assay_export_job *job, size_t variant,
                       uint16_t bank)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];
    bool some = false;

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        const assay_bytes value = assay_export_value(job, variant, bank, pcr);

        if (value.data == NULL)
            continue;
        assay_put_format(writer, "%s%u:%s=", some ? "+" : "", pcr, assay_alg_name(bank, unknown));
        assay_put_hex(writer, value);
        some = true;
    }
    return some;
}

static bool put_line(assay_writer *script, assay_export_job *job, size_t variant, uint16_t bank)
{
    const char *const name = job->reference->variants[variant].name;
    assay_writer values = assay_writer_growing((size_t)ASSAY_PCRS * (2 * ASSAY_DIGEST_MAX + 16));
    const bool some = put_values(&values, job, variant, bank);

    if (some) {
        assay_put_string(script, variant_mark);
        assay_put_safe(script, assay_bytes_of_string(name));
        assay_put_string(script, "\nsystemd-cryptenroll --tpm2-device=auto ");
        assay_put_string(script, option);
        assay_put(script, assay_written(&values));
        assay_put_string(script, " \"$device\"\n");
    } else
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "variant %s has no value in the bank and PCRs that are wanted, and no "
                             "line: an empty list would bind to no PCR at all",
                             name);
    if (values.failure != 0)
        script->failure = values.failure;
    assay_writer_close(&values);
    return some;
}

static void note(assay_export_job *job, uint16_t bank, size_t lines)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    assay_plain_note_losses(job);
    if (!assay_systemd_knows_bank(bank))
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL, "systemd knows no bank %s",
                             assay_alg_name(bank, unknown));
    if (lines > SLOTS_MAX - 1)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "%zu enrolments, and a LUKS2 volume has %d key slots", lines,
                             SLOTS_MAX);
    if (lines > 1)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "each of the %zu variants takes a key slot and has to be enrolled "
                             "anew at the next update: formats pcrlock and pcrsig need neither",
                             lines);
    assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                         "systemd before 255 takes PCRs without their values, and refuses this");
    if ((job->pcrs & ASSAY_OS_SEPARATOR_PCRS) != 0 &&
        !assay_boot_has_os_separator(job->reference, job->hashes))
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "the initrd of a unified kernel image with systemd 261 or later "
                             "extends PCR 0-7, 9 and 12-14 by os-separator before it opens "
                             "volumes: values without it, as these are, open none there");
}

static int write_script(assay_export_job *job, assay_error *error)
{
    const uint16_t bank = assay_export_one_bank(job);
    assay_writer *const script = assay_export_add_file(job, "");
    size_t lines = 0;

    assay_put_string(script, "#!/bin/sh\n"
                             "set -eu\n"
                             "device=${1:?the block device of a LUKS2 volume}\n");
    for (size_t i = 0; i < job->reference->variant_count && bank != 0; i++)
        if (assay_export_has_variant(job, i))
            lines += put_line(script, job, i, bank);
    if (lines == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "there is no value to write: no such bank, or no such PCR");
    note(job, bank, lines);
    return 0;
}

/* Reading. */

/* What systemd calls PCRs (systemd-analyze pcrs); it takes names for numbers. */
static const char *const pcr_names[ASSAY_PCRS] = {
    [0] = "platform-code",      [1] = "platform-config",    [2] = "external-code",
    [3] = "external-config",    [4] = "boot-loader-code",   [5] = "boot-loader-config",
    [6] = "host-platform",      [7] = "secure-boot-policy", [9] = "kernel-initrd",
    [10] = "ima",               [11] = "kernel-boot",       [12] = "kernel-config",
    [13] = "sysexts",           [14] = "shim-policy",       [15] = "system-identity",
    [16] = "debug",             [23] = "application-support",
};

static bool is_one_of(uint8_t byte, const char *signs)
{
    while (*signs != '\0' && (uint8_t)*signs != byte)
        signs++;
    return *signs != '\0';
}

/* What stands before the first of `signs`, and moves past it; all where none stands there. */
static assay_bytes split(assay_bytes *text, const char *signs)
{
    const assay_bytes whole = *text;
    size_t at = 0;

    while (at < whole.size && !is_one_of(whole.data[at], signs))
        at++;
    *text = at == whole.size ? ASSAY_NO_BYTES
                             : assay_bytes_of(whole.data + at + 1, whole.size - at - 1);
    return assay_bytes_of(whole.data, at);
}

static bool read_pcr(assay_bytes text, unsigned *ret_pcr)
{
    uint64_t number;

    if (assay_digits_read(text, 10, ASSAY_PCRS - 1, &number)) {
        *ret_pcr = (unsigned)number;
        return true;
    }
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (pcr_names[pcr] != NULL &&
            assay_bytes_equal(text, assay_bytes_of_string(pcr_names[pcr]))) {
            *ret_pcr = pcr;
            return true;
        }
    return false;
}

static int refuse(assay_error *error, enum assay_kind kind, size_t number, const char *what)
{
    return assay_fail(error, kind, ASSAY_NOWHERE, "PCR number %zu of the list: %s", number, what);
}

/* "4:sha256=HEX"; "4" and "4:sha256" stand for what the PCR is by then. */
static int read_item(assay_bytes item, size_t number, assay_pcrs *values, assay_error *error)
{
    uint8_t value[ASSAY_DIGEST_MAX];
    assay_writer writer = assay_writer_lent(value, sizeof value);
    assay_bytes rest = item;
    const assay_bytes name = split(&rest, ":"), bank_name = split(&rest, "=");
    unsigned pcr;

    if (!read_pcr(name, &pcr))
        return refuse(error, ASSAY_MALFORMED, number, "no PCR from 0 to 23, nor a name of one");
    if (rest.size == 0)
        return refuse(error, ASSAY_UNSUPPORTED, number, "without a value: what it is by then");
    const assay_alg *const alg = assay_alg_by_name(bank_name);
    if (alg == NULL || !assay_systemd_knows_bank(alg->id))
        return refuse(error, ASSAY_MALFORMED, number, "no bank that systemd knows");
    if (assay_bytes_start_with(rest, ASSAY_LITERAL("0x")))
        rest = assay_bytes_of(rest.data + 2, rest.size - 2);
    if (!assay_put_decoded(&writer, rest) || writer.written != alg->size)
        return refuse(error, ASSAY_MALFORMED, number, "no hexadecimal value of its bank's size");
    assay_pcr_bank *const bank = assay_pcrs_add_bank(values, alg->id);
    if (assay_pcr_set_has(bank->present, pcr))
        return refuse(error, ASSAY_MALFORMED, number, "it is there twice");
    memcpy(bank->value[pcr], value, bank->size);
    bank->present |= (assay_pcr_set)1 << pcr;
    return 0;
}

static int read_list(assay_bytes list, assay_pcrs *values, assay_error *error)
{
    for (size_t number = 1; list.data != NULL; number++) {
        const int status = read_item(split(&list, "+,"), number, values, error);

        if (status < 0)
            return status;
    }
    return 0;
}

static int add_list(assay_reference *reference, assay_bytes name, assay_bytes list,
                    assay_error *error)
{
    assay_pcrs values = { .bank_count = 0 };
    assay_reference_variant *variant;
    int status = read_list(list, &values, error);

    if (status == 0 && values.bank_count > 1)
        status = assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                            "values of %zu banks, and systemd takes those of one",
                            values.bank_count);
    if (status == 0)
        status = assay_import_variant(reference, name, &variant, error);
    if (status == 0)
        variant->values = values;
    if (status == 0 && values.banks[0].alg != reference->variants[0].values.banks[0].alg)
        status = assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "list %zu is of another bank than the first",
                            reference->variant_count);
    return status;
}

/* Up to the blank or the quote that ends a word of the shell. */
static assay_bytes word_of(assay_bytes text)
{
    size_t size = 0;

    if (text.size > 0 && (text.data[0] == '"' || text.data[0] == '\''))
        text = assay_bytes_of(text.data + 1, text.size - 1);
    while (size < text.size && !is_one_of(text.data[size], " \t\r'\""))
        size++;
    return assay_bytes_of(text.data, size);
}

/* Each line with the option is a variant, named by the comment above it. */
static int read_lines(const assay_import_job *job, assay_bytes text, assay_reference *reference,
                      assay_error *error)
{
    const assay_bytes wanted = assay_bytes_of_string(option),
                      mark = assay_bytes_of_string(variant_mark);
    assay_bytes name = assay_import_variant_name(job);
    int status = 0;

    while (text.data != NULL && status == 0) {
        const assay_bytes line = split(&text, "\n");
        const size_t at = assay_bytes_find(line, wanted);

        if (assay_bytes_start_with(line, mark))
            name = assay_bytes_of(line.data + mark.size, line.size - mark.size);
        else if (at < line.size && line.data[0] != '#')
            status = add_list(reference, name,
                              word_of(assay_bytes_of(line.data + at + wanted.size,
                                                     line.size - at - wanted.size)),
                              error);
    }
    return status;
}

/* Whether nothing but blanks and a closing quote follow the list, on its line and behind it. */
static bool ends_there(assay_bytes line, assay_bytes list, assay_bytes behind)
{
    for (const uint8_t *c = list.data + list.size; c < line.data + line.size; c++)
        if (!is_one_of(*c, " \t\r'\""))
            return false;
    for (size_t i = 0; i < behind.size; i++)
        if (!is_one_of(behind.data[i], " \t\r\n"))
            return false;
    return true;
}

static int refuse_more(assay_bytes line, assay_bytes list, assay_error *error)
{
    const assay_place place = { (uint64_t)(list.data + list.size - line.data), ASSAY_NO_EVENT,
                                NULL };

    return assay_fail(error, ASSAY_MALFORMED, place, "something follows the list");
}

static int read_script(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    assay_bytes text;
    const int status = assay_import_one_file(job, &text, error);
    assay_reference *const reference = status < 0 ? NULL : assay_import_begin(job);

    if (status < 0)
        return status;
    if (reference == NULL)
        return assay_import_end(reference, 0, ret_reference, error);
    if (assay_bytes_find(text, assay_bytes_of_string(option)) < text.size)
        return assay_import_end(reference, read_lines(job, text, reference, error), ret_reference,
                               error);
    const assay_bytes line = split(&text, "\n"), list = word_of(line);
    if (!ends_there(line, list, text))
        return assay_import_end(reference, refuse_more(line, list, error), ret_reference, error);
    return assay_import_end(
        reference, add_list(reference, assay_import_variant_name(job), list, error), ret_reference,
        error);
}

const assay_export_format assay_export_cryptenroll = {
    .name = "cryptenroll",
    .title = "systemd-cryptenroll: a script that enrols volumes for the values",
    .reader = "systemd-cryptenroll 255 and later",
    .holds = "one bank: sha1, sha256, sha384, sha512; PCR 0-23",
    .loses = "all but the values",
    .text = true,
    .settings = assay_import_variant_setting,
    .write = write_script,
    .read = read_script,
};
