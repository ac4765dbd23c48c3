/* SPDX-License-Identifier: BSD-2-Clause */
/* Words into options: GNU's conventions, over the tables of command.h. */
#include "cli/command.h"
#include "cli/complain.h"

#include <stdio.h>

void cli_each_option(const cli_verb *verb, void (*visit)(const cli_option *option, void *context),
                     void *context)
{
    const cli_option *const tables[] = { verb->options, verb->reads_logs ? cli_log_options : NULL,
                                         cli_common_options };

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const cli_option *option = tables[i]; option != NULL && option->name != NULL; option++)
            visit(option, context);
}

typedef struct wanted {
    char letter; /* or NUL, and then a name */
    assay_bytes name;
    const cli_option *found;
} wanted;

static void look_at(const cli_option *option, void *context)
{
    wanted *const want = context;
    const bool same = want->letter != '\0'
                          ? option->letter == want->letter
                          : assay_bytes_equal(assay_bytes_of_string(option->name), want->name);

    if (same && want->found == NULL)
        want->found = option;
}

static const cli_option *find(const cli_verb *verb, wanted want)
{
    cli_each_option(verb, look_at, &want);
    return want.found;
}

/* The words that are left while parsing. */
typedef struct parser {
    const cli_verb *verb;
    char **words;
    size_t count, next;
    void *options;
    unsigned standard_inputs; /* words that name standard input */
} parser;

static bool is_word(const cli_option *option, assay_bytes word)
{
    for (size_t i = 0; option->words[i] != NULL; i++)
        if (assay_bytes_equal(assay_bytes_of_string(option->words[i]), word))
            return true;
    return false;
}

/* What was meant by the first member of the value that is no word of the option. */
static cli_nearest nearest_word(const cli_option *option, const char *value)
{
    cli_nearest nearest = cli_nearest_to(assay_bytes_of_string(""));
    const char *end = value;

    if (option->words == NULL || value == NULL)
        return nearest;
    do {
        value = end + (*end == ',');
        end = strchrnul(value, ',');
        nearest = cli_nearest_to(assay_bytes_of(value, (size_t)(end - value)));
    } while (*end != '\0' && is_word(option, nearest.word));
    cli_nearest_try_all(&nearest, option->words);
    return nearest;
}

/* A value that is a file to be read: of options the table says what they take. */
static bool reads_file(const cli_option *option)
{
    return option->value != NULL && strcmp(option->name, "output") != 0 &&
           (strcmp(option->value, "FILE") == 0 || strcmp(option->value, "LOG") == 0);
}

static int take(parser *p, const cli_option *option, const char *value)
{
    if (value != NULL && strcmp(value, "-") == 0 && reads_file(option))
        p->standard_inputs++;
    const char *const wrong = option->take(option, value, (char *)p->options + option->offset);

    if (wrong == NULL)
        return CLI_YES;
    const cli_nearest nearest = nearest_word(option, value);
    return cli_complain_word(p->verb, &nearest, "--%s wants %s, not '%s'%s%s", option->name,
                             option->value, value, *wrong != '\0' ? ": " : "", wrong);
}

static void try_option(const cli_option *option, void *context)
{
    cli_nearest_try(context, option->name);
}

/* The value of an option that wants one and has none attached: the next word. */
static int take_next_word(parser *p, const cli_option *option)
{
    if (p->next == p->count)
        return cli_complain_usage(p->verb, "--%s wants %s", option->name, option->value);
    return take(p, option, p->words[p->next++]);
}

static int parse_long(parser *p, const char *word)
{
    const char *const equals = strchr(word, '=');
    const assay_bytes name = equals == NULL ? assay_bytes_of_string(word)
                                            : assay_bytes_of(word, (size_t)(equals - word));
    const cli_option *const option = find(p->verb, (wanted){ .name = name });

    if (option == NULL) {
        cli_nearest nearest = cli_nearest_to(name);

        nearest.prefix = "--";
        cli_each_option(p->verb, try_option, &nearest);
        return cli_complain_word(p->verb, &nearest, "there is no option --%.*s", (int)name.size,
                                 word);
    }
    if (option->value == NULL && equals != NULL)
        return cli_complain_usage(p->verb, "--%s takes no value", option->name);
    if (option->value == NULL || equals != NULL)
        return take(p, option, equals == NULL ? NULL : equals + 1);
    return take_next_word(p, option);
}

/* A cluster: letters without values, then perhaps one with the rest as its value. */
static int parse_short(parser *p, const char *letters)
{
    int status = CLI_YES;

    while (*letters != '\0' && status == CLI_YES) {
        const cli_option *const option = find(p->verb, (wanted){ .letter = *letters });

        letters++;
        if (option == NULL)
            return cli_complain_usage(p->verb, "there is no option -%c", letters[-1]);
        if (option->value == NULL)
            status = take(p, option, NULL);
        else if (*letters == '\0')
            return take_next_word(p, option);
        else
            return take(p, option, letters);
    }
    return status;
}

static int check_arguments(const parser *p, size_t arguments)
{
    const cli_common *const common = p->options;

    if (common->help)
        return CLI_YES;
    if (common->lines && common->notation != CLI_JSON)
        return cli_complain_usage(p->verb, "--lines is for --format json");
    if (arguments < p->verb->least)
        return cli_complain_usage(p->verb, "an argument is missing: %s", p->verb->usage);
    if (arguments > p->verb->most)
        return cli_complain_usage(p->verb, "one argument too many: '%s'", p->words[p->verb->most]);
    if (p->standard_inputs > 1)
        return cli_complain_usage(p->verb,
                                  "standard input can be read once, and '-' stands %u times",
                                  p->standard_inputs);
    return CLI_YES;
}

int cli_parse(const cli_verb *verb, char **words, size_t count, void *options,
              size_t *ret_argument_count)
{
    parser p = { .verb = verb, .words = words, .count = count, .options = options };
    size_t arguments = 0;
    bool only_arguments = false;

    while (p.next < p.count) {
        char *const word = p.words[p.next++];
        int status = CLI_YES;

        if (only_arguments || word[0] != '-' || word[1] == '\0') {
            words[arguments++] = word;
            p.standard_inputs += strcmp(word, "-") == 0;
        }
        else if (word[1] != '-')
            status = parse_short(&p, word + 1);
        else if (word[2] != '\0')
            status = parse_long(&p, word + 2);
        else
            only_arguments = true;
        if (status != CLI_YES)
            return status;
    }
    *ret_argument_count = arguments;
    return check_arguments(&p, arguments);
}
