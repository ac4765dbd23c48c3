/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/take.h"

#include "base/hex.h"
#include "base/number.h"

const char *cli_take_number(const char *value, uint32_t max, cli_number *field, const char *wrong)
{
    uint64_t number;

    if (!assay_number_read(assay_bytes_of_string(value), max, &number))
        return wrong;
    *field = (cli_number){ true, (uint32_t)number };
    return NULL;
}

const char *cli_take_u8(const cli_option *option, const char *value, void *field)
{
    (void)option;
    return cli_take_number(value, UINT8_MAX, field, "a number from 0 to 255");
}

const char *cli_take_u16(const cli_option *option, const char *value, void *field)
{
    (void)option;
    return cli_take_number(value, UINT16_MAX, field, "a number from 0 to 65535");
}

const char *cli_take_u32(const cli_option *option, const char *value, void *field)
{
    (void)option;
    return cli_take_number(value, UINT32_MAX, field, "a number of 32 bits, such as 17 or 0x11");
}

const char *cli_take_choice(const cli_option *option, const char *value, void *field)
{
    cli_number *const number = field;

    number->given = true;
    return cli_take_word(option, value, &number->value);
}

const char *cli_take_any_text(const cli_option *option, const char *value, void *field)
{
    (void)option;
    *(const char **)field = value;
    return NULL;
}

const char *cli_take_alg(const cli_option *option, const char *value, void *field)
{
    const assay_alg *const alg = assay_alg_by_name(assay_bytes_of_string(value));

    (void)option;
    if (alg == NULL)
        return "an algorithm unknown here";
    *(uint16_t *)field = alg->id;
    return NULL;
}

const char *cli_take_digests(const cli_option *option, const char *value, void *field)
{
    assay_digests *const digests = field;
    const char *const colon = strchr(value, ':');

    (void)option;
    if (colon == NULL)
        return "such as sha256:00ff...";
    const assay_alg *const alg = assay_alg_by_name(assay_bytes_of(value, (size_t)(colon - value)));
    if (alg == NULL)
        return "an algorithm unknown here";
    if (assay_digests_find(digests, alg->id) != NULL)
        return "there is one of this algorithm already";
    assay_digest *const digest = &digests->list[digests->count];
    *digest = (assay_digest){ .alg = alg->id, .size = alg->size };
    if (!assay_hex_decode(assay_bytes_of_string(colon + 1), digest->value, alg->size))
        return "not as many hexadecimal digits as the algorithm has";
    digests->count++;
    return NULL;
}

const char *cli_take_index_file(const char *value, uint32_t *ret_index, const char **ret_file)
{
    const char *const equals = strchr(value, '=');
    uint64_t index;

    if (equals == NULL || equals[1] == '\0' ||
        !assay_number_read(assay_bytes_of(value, (size_t)(equals - value)), UINT32_MAX, &index))
        return "such as 0x01c10131=FILE";
    *ret_index = (uint32_t)index;
    *ret_file = equals + 1;
    return NULL;
}

const char *cli_take_words(const cli_option *option, const char *value, void *field)
{
    cli_words *const words = field;

    (void)option;
    if (*value == '\0')
        return "";
    if (words->count == CLI_WORDS_MAX)
        return "given too often";
    words->list[words->count++] = value;
    return NULL;
}

const char *cli_take_setting(const cli_option *option, const char *value, void *field)
{
    const char *const equals = strchr(value, '=');

    if (equals == NULL || equals == value)
        return "no NAME=VALUE";
    return cli_take_words(option, value, field);
}

const char *cli_setting_value(const char *word, char *ret_name, size_t size)
{
    const size_t length = strcspn(word, "=");
    const size_t kept = length < size - 1 ? length : size - 1;

    memcpy(ret_name, word, kept);
    ret_name[kept] = '\0';
    return word + length + (word[length] == '=');
}
