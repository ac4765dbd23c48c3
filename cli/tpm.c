/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/tpm.h"

#include "base/file.h"
#include "base/hex.h"
#include "cli/complain.h"

#include <stdlib.h>

static const char *name_of(const char *tcti)
{
    const char *const name = assay_tpm_tcti(tcti);

    return name != NULL ? name : "device:/dev/tpmrm0";
}

int cli_tpm_complain(const cli_call *call, const char *tcti, const assay_tpm *tpm,
                     const assay_error *error)
{
    const char *const advice = tpm != NULL ? assay_tpm_advice_on(assay_tpm_last(tpm)) : NULL;

    return advice != NULL ? cli_complain_hint(call->verb, name_of(tcti), error, advice)
                          : cli_complain(call->verb, name_of(tcti), error);
}

/* A TPM that was there and fell silent is not open any more: its code stands in the words. */
static const char *hint_for(const assay_error *error)
{
    if (strstr(error->what, "(0x101)") != NULL)
        return assay_tpm_advice_on(ASSAY_TPM_RC_FAILURE);
    if (strstr(error->what, "(0x100)") != NULL)
        return "nobody has started the TPM: firmware does that, swtpm with the flag startup-clear";
    if (error->kind == ASSAY_UNSUPPORTED)
        return "a TPM 1.2 has its own tools; assay reads its event logs";
    return "is it there, and may you use it (root, or the group tss)? --tcti names another";
}

int cli_tpm_open(const cli_call *call, const char *tcti, assay_tpm **ret_tpm)
{
    assay_error error;

    /* What tpm2-tss logs by itself would stand around our one line. */
    setenv("TSS2_LOG", "all+none", 0);
    if (assay_tpm_open(ret_tpm, tcti, &error) == 0)
        return CLI_YES;
    return cli_complain_hint(call->verb, name_of(tcti), &error, hint_for(&error));
}

/* Adds a bank's values to those of PCRs. */
static void add_bank(assay_pcrs *pcrs, const assay_tpm_bank *bank)
{
    assay_pcr_bank *const values = assay_pcrs_add_bank(pcrs, bank->alg);

    if (values == NULL)
        return;
    values->present = bank->pcrs & ASSAY_ALL_PCRS;
    memcpy(values->value, bank->value, sizeof values->value);
}

_Static_assert((int)ASSAY_TPM_PCRS == (int)ASSAY_PCRS, "a TPM's PCRs are those of the values");

static int read_banks(assay_tpm *tpm, assay_pcrs *pcrs, assay_error *error)
{
    assay_tpm_bank *const banks = calloc(ASSAY_BANKS_MAX, sizeof *banks);
    size_t count = 0;
    int status = banks == NULL
                     ? assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for PCRs")
                     : assay_tpm_banks(tpm, banks, &count, error);

    for (size_t i = 0; i < count && status == 0; i++) {
        if (banks[i].size == 0)
            continue;
        status = assay_tpm_read_pcrs(tpm, &banks[i], error);
        if (status == 0)
            add_bank(pcrs, &banks[i]);
    }
    free(banks);
    return status;
}

int cli_tpm_pcrs(const cli_call *call, const char *tcti, assay_pcrs *ret_pcrs)
{
    assay_pcrs pcrs = { 0 };
    assay_tpm *tpm = NULL;
    assay_error error;
    int status = cli_tpm_open(call, tcti, &tpm);

    if (status != CLI_YES)
        return status;
    if (read_banks(tpm, &pcrs, &error) < 0)
        status = cli_tpm_complain(call, tcti, tpm, &error);
    else
        *ret_pcrs = pcrs;
    assay_tpm_close(&tpm);
    return status;
}

/* Passwords. */

static int wrong_password(const cli_call *call, const char *option)
{
    return cli_complain_usage(call->verb,
                              "--%s wants a password of at most %d bytes: file:NAME, hex:00ff, "
                              "str:words or the words themselves",
                              option, CLI_PASSWORD_MAX);
}

static int take_bytes(const cli_call *call, const char *option, assay_bytes bytes,
                      uint8_t *ret_password, size_t *ret_size)
{
    if (bytes.size > CLI_PASSWORD_MAX)
        return wrong_password(call, option);
    if (bytes.size > 0)
        memcpy(ret_password, bytes.data, bytes.size);
    *ret_size = bytes.size;
    return CLI_YES;
}

/* The line feed that an editor leaves is no part of the password. */
static int take_file(const cli_call *call, const char *option, const char *name,
                     uint8_t *ret_password, size_t *ret_size)
{
    enum { CEILING = 4096 };
    assay_file file;
    assay_error error;

    if (assay_file_read(&file, name, CEILING, &error) < 0)
        return cli_complain(call->verb, name, &error);
    assay_bytes bytes = file.bytes;
    if (bytes.size > 0 && bytes.data[bytes.size - 1] == '\n')
        bytes.size--;
    const int status = take_bytes(call, option, bytes, ret_password, ret_size);
    assay_file_close(&file);
    return status;
}

int cli_password(const cli_call *call, const char *option, const char *text,
                 uint8_t ret_password[static CLI_PASSWORD_MAX], size_t *ret_size)
{
    assay_bytes words = assay_bytes_of_string(text != NULL ? text : "");

    *ret_size = 0;
    if (assay_bytes_start_with(words, ASSAY_LITERAL("file:")))
        return take_file(call, option, text + 5, ret_password, ret_size);
    if (assay_bytes_start_with(words, ASSAY_LITERAL("hex:"))) {
        words = assay_bytes_of(words.data + 4, words.size - 4);
        if (words.size > 2 * (size_t)CLI_PASSWORD_MAX ||
            !assay_hex_decode(words, ret_password, words.size / 2))
            return wrong_password(call, option);
        *ret_size = words.size / 2;
        return CLI_YES;
    }
    if (assay_bytes_start_with(words, ASSAY_LITERAL("str:")))
        words = assay_bytes_of(words.data + 4, words.size - 4);
    return take_bytes(call, option, words, ret_password, ret_size);
}
