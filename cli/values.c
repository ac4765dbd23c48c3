/* SPDX-License-Identifier: BSD-2-Clause */
/* How options read their values, and the options that every verb takes. */
#include "cli/command.h"

#include "eventlog/log.h"

const char *cli_take_flag(const cli_option *option, const char *value, void *field)
{
    (void)option;
    (void)value;
    *(bool *)field = true;
    return NULL;
}

const char *cli_take_count(const cli_option *option, const char *value, void *field)
{
    (void)option;
    (void)value;
    ++*(unsigned *)field;
    return NULL;
}

const char *cli_take_text(const cli_option *option, const char *value, void *field)
{
    (void)option;
    *(const char **)field = value;
    return *value == '\0' ? "" : NULL;
}

const char *cli_take_word(const cli_option *option, const char *value, void *field)
{
    for (unsigned i = 0; option->words[i] != NULL; i++)
        if (strcmp(option->words[i], value) == 0) {
            *(unsigned *)field = i;
            return NULL;
        }
    return "";
}

static const char *add_bank(cli_banks *banks, assay_bytes name)
{
    const assay_alg *const alg = assay_alg_by_name(name);

    if (alg == NULL)
        return "an algorithm unknown here";
    for (size_t i = 0; i < banks->count; i++)
        if (banks->alg[i] == alg->id)
            return NULL;
    banks->alg[banks->count++] = alg->id;
    return NULL;
}

const char *cli_take_banks(const cli_option *option, const char *value, void *field)
{
    const char *wrong = NULL;

    (void)option;
    do {
        const char *const end = strchrnul(value, ',');

        wrong = add_bank(field, assay_bytes_of(value, (size_t)(end - value)));
        value = *end == '\0' ? NULL : end + 1;
    } while (value != NULL && wrong == NULL);
    return wrong;
}

bool cli_bank_wanted(const cli_banks *banks, uint16_t alg)
{
    for (size_t i = 0; i < banks->count; i++)
        if (banks->alg[i] == alg)
            return true;
    return banks->count == 0;
}

const char *cli_take_pcrs(const cli_option *option, const char *value, void *field)
{
    (void)option;
    return assay_pcr_set_parse(value, field) ? NULL : "such as 0-7,14";
}

bool cli_pcr_wanted(const cli_common *common, uint32_t pcr)
{
    return common->pcrs == 0 || (pcr < ASSAY_PCRS && (common->pcrs >> pcr & 1) != 0);
}

const char *cli_take_formats(const cli_option *option, const char *value, void *field)
{
    const assay_format_info *info;

    (void)option;
    for (size_t i = 0; (info = assay_log_format_at(i)) != NULL; i++)
        if (strcmp(info->name, value) == 0) {
            *(const char **)field = value;
            return NULL;
        }
    return "there is no such log format";
}

/* The severities, then the codes, as --fail-on takes them. */
static const char *const finding_words[] = {
    "note",
    "warning",
    "error",
#define FINDING(token, name, severity, meaning, action, seen) name,
#include "eventlog/findings.def"
#undef FINDING
    NULL,
};

enum { SEVERITIES = ASSAY_ERROR + 1 };

static void fail_on_severity(cli_fail_on_set *set, enum assay_severity at_least)
{
    for (unsigned code = 0; code < ASSAY_FINDING_CODES; code++)
        if (assay_finding_describe((enum assay_finding_code)code)->severity >= at_least)
            set->code[code] = true;
}

static bool fail_on_word(cli_fail_on_set *set, assay_bytes word)
{
    for (unsigned i = 0; finding_words[i] != NULL; i++) {
        if (!assay_bytes_equal(assay_bytes_of_string(finding_words[i]), word))
            continue;
        if (i < SEVERITIES)
            fail_on_severity(set, (enum assay_severity)i);
        else
            set->code[i - SEVERITIES] = true;
        return true;
    }
    return false;
}

const char *cli_take_fail_on(const cli_option *option, const char *value, void *field)
{
    cli_fail_on_set *const set = field;
    const char *end;

    (void)option;
    do {
        end = strchrnul(value, ',');
        if (!fail_on_word(set, assay_bytes_of(value, (size_t)(end - value))))
            return "note, warning, error, or codes that assay-findings(7) lists";
        value = end + 1;
    } while (*end != '\0');
    set->given = true;
    return NULL;
}

static const char *const notations[] = { "text", "json", "yaml", NULL };
static const char *const colors[] = { "auto", "always", "never", NULL };

const cli_option cli_log_options[] = {
    { 'b', "bank", "ALG,...", "only these banks: sha1, sha256, sha384, sha512, sm3_256 ...",
      cli_take_banks, offsetof(cli_common, banks), NULL },
    { 'p', "pcr", "LIST", "only these PCRs, such as 0-7,14", cli_take_pcrs,
      offsetof(cli_common, pcrs), NULL },
    { 0, "log-format", "NAME", "take the log for this format instead of detecting it",
      cli_take_formats, offsetof(cli_common, log_format), NULL },
    { 0, "fail-on", "CODE,...",
      "exit status 1 when one of these was found: codes of assay-findings(7), or note, warning, "
      "error for all of at least that severity",
      cli_take_fail_on, offsetof(cli_common, fail_on), finding_words },
    { .name = NULL },
};

const cli_option cli_common_options[] = {
    { 'f', "format", "text|json|yaml", "notation of the output (text)", cli_take_word,
      offsetof(cli_common, notation), notations },
    { 0, "lines", NULL, "JSON on one line", cli_take_flag, offsetof(cli_common, lines), NULL },
    { 'o', "output", "FILE", "write to FILE, whole or not at all", cli_take_text,
      offsetof(cli_common, output), NULL },
    { 0, "color", "auto|always|never", "colour text (auto: on a terminal)", cli_take_word,
      offsetof(cli_common, color), colors },
    { 'q', "quiet", NULL, "print nothing but errors; the exit status tells", cli_take_flag,
      offsetof(cli_common, quiet), NULL },
    { 'v', "verbose", NULL, "print more", cli_take_count, offsetof(cli_common, verbose), NULL },
    { 'h', "help", NULL, "print this help", cli_take_flag, offsetof(cli_common, help), NULL },
    { .name = NULL },
};
