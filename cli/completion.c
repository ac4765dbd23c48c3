/* SPDX-License-Identifier: BSD-2-Clause */
/* Completion scripts for three shells, from the same tables as parsing and help. */
#include "cli/command.h"

/* `text` to stand between single quotes; `quote` is how the shell writes one inside. */
static void put_inside(assay_writer *out, const char *text, const char *quote)
{
    for (; *text != '\0'; text++)
        if (*text == '\'')
            assay_put_string(out, quote);
        else
            assay_put_char(out, *text);
}

static void put_quoted(assay_writer *out, const char *text, const char *quote)
{
    assay_put_char(out, '\'');
    put_inside(out, text, quote);
    assay_put_char(out, '\'');
}

/* Whether the value is a list, parted by commas. */
static bool is_list(const cli_option *option)
{
    static const char more[] = ",...";
    const size_t size = option->value != NULL ? strlen(option->value) : 0;

    return size >= sizeof more && strcmp(option->value + size - strlen(more), more) == 0;
}

static void put_words(assay_writer *out, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++)
        assay_put_format(out, "%s%s", i > 0 ? " " : "", words[i]);
}

static void bash_words(const cli_option *option, void *context)
{
    assay_writer *const out = context;

    if (option->words == NULL)
        return;
    assay_put_string(out, "        ");
    if (option->letter != '\0')
        assay_put_format(out, "-%c|", option->letter);
    assay_put_format(out, "--%s) words='", option->name);
    put_words(out, option->words);
    assay_put_string(out, is_list(option) ? "' list=yes ;;\n" : "' ;;\n");
}

static void bash_name(const cli_option *option, void *context)
{
    assay_put_format(context, " --%s", option->name);
}

static void bash_below(const cli_verb *verb, void *context)
{
    if (verb->verbs == NULL)
        return;
    assay_put_format(context, "        '%s') verbs='", verb->name);
    for (const cli_verb *const *below = verb->verbs; *below != NULL; below++)
        assay_put_format(context, " %s", cli_verb_last_name(*below));
    assay_put_string(context, "' ;;\n");
}

static void bash_options(const cli_verb *verb, void *context)
{
    if (verb->verbs != NULL)
        return;
    assay_put_format(context, "    '%s')\n        case $previous in\n", verb->name);
    cli_each_option(verb, bash_words, context);
    assay_put_string(context, "        esac\n        options='");
    cli_each_option(verb, bash_name, context);
    assay_put_string(context, "' ;;\n");
}

static void put_bash(assay_writer *out)
{
    assay_put_string(
        out, "_assay() {\n"
             "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
             "    local verb= word words= list= before= options= verbs='--help --version");
    for (const cli_verb *const *verb = cli_verbs; *verb != NULL; verb++)
        assay_put_format(out, " %s", (*verb)->name);
    assay_put_string(out, "'\n"
                          "    COMPREPLY=()\n"
                          "    [ \"$previous\" != = ] || previous=${COMP_WORDS[COMP_CWORD-2]}\n"
                          "    [ \"$current\" != = ] || current=\n"
                          "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                          "        [ -n \"$verbs\" ] || break\n"
                          "        verb=\"${verb:+$verb }$word\" verbs=\n"
                          "        case $verb in\n");
    cli_each_verb(cli_verbs, bash_below, out);
    assay_put_string(out, "        '') ;;\n"
                          "        esac\n"
                          "    done\n"
                          "    if [ -n \"$verbs\" ]; then\n"
                          "        COMPREPLY=($(compgen -W \"$verbs\" -- \"$current\"))\n"
                          "        return\n"
                          "    fi\n"
                          "    case $verb in\n");
    cli_each_verb(cli_verbs, bash_options, out);
    assay_put_string(out, "    esac\n"
                          "    if [ -n \"$words\" ]; then\n"
                          "        if [ -n \"$list\" ] && [[ $current == *,* ]]; then\n"
                          "            before=${current%,*},\n"
                          "        fi\n"
                          "        COMPREPLY=($(compgen -P \"$before\" -W \"$words\" -- "
                          "\"${current#\"$before\"}\"))\n"
                          "    elif [[ $current == -* ]]; then\n"
                          "        COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
                          "    else\n"
                          "        COMPREPLY=($(compgen -f -- \"$current\"))\n"
                          "    fi\n"
                          "}\n"
                          "complete -o filenames -F _assay assay\n");
}

static void zsh_option(const cli_option *option, void *context)
{
    assay_writer *const out = context;

    assay_put_string(out, " \\\n            ");
    if (option->letter != '\0')
        assay_put_format(out, "'(-%c --%s)'{-%c,--%s%s}", option->letter, option->name,
                         option->letter, option->name, option->value != NULL ? "=" : "");
    else
        assay_put_format(out, "--%s%s", option->name, option->value != NULL ? "=" : "");
    assay_put_string(out, "'[");
    put_inside(out, option->help, "'\\''");
    assay_put_char(out, ']');
    if (option->value != NULL && option->words == NULL)
        assay_put_format(out, ":%s:_files", option->value);
    if (option->words != NULL) {
        const bool list = is_list(option);

        assay_put_format(out, list ? ":%s:_values -s , %s " : ":%s:(", option->name, option->name);
        put_words(out, option->words);
        assay_put_string(out, list ? "" : ")");
    }
    assay_put_char(out, '\'');
}

static void zsh_verbs(assay_writer *out, const char *above, const cli_verb *const *verbs)
{
    assay_put_format(out, "        '%s') verbs=(", above);
    for (; *verbs != NULL; verbs++) {
        assay_put_format(out, "\n            %s:", cli_verb_last_name(*verbs));
        put_quoted(out, (*verbs)->summary, "'\\''");
    }
    assay_put_string(out, ") ;;\n");
}

static void zsh_below(const cli_verb *verb, void *context)
{
    if (verb->verbs != NULL)
        zsh_verbs(context, verb->name, verb->verbs);
}

static void zsh_arguments(const cli_verb *verb, void *context)
{
    if (verb->verbs != NULL)
        return;
    assay_put_format(context, "    '%s')\n        _arguments -s", verb->name);
    cli_each_option(verb, zsh_option, context);
    assay_put_string(context, " \\\n            '*:file:_files' ;;\n");
}

static void put_zsh(assay_writer *out)
{
    assay_put_string(out, "#compdef assay\n\n"
                          "_assay() {\n"
                          "    local verb=\n"
                          "    local -a verbs\n"
                          "    while true; do\n"
                          "        case $verb in\n");
    zsh_verbs(out, "", cli_verbs);
    cli_each_verb(cli_verbs, zsh_below, out);
    assay_put_string(out, "        *) break ;;\n"
                          "        esac\n"
                          "        if (( CURRENT == 2 )); then\n"
                          "            _describe verb verbs\n"
                          "            return\n"
                          "        fi\n"
                          "        shift words\n"
                          "        (( CURRENT-- ))\n"
                          "        verb=\"${verb:+$verb }$words[1]\"\n"
                          "    done\n"
                          "    case $verb in\n");
    cli_each_verb(cli_verbs, zsh_arguments, out);
    /* Autoloaded, the file is the function's first call; sourced, it only defines it. */
    assay_put_string(out, "    esac\n}\n\n"
                          "if [ \"$funcstack[1]\" = _assay ]; then\n"
                          "    _assay \"$@\"\n"
                          "else\n"
                          "    compdef _assay assay\n"
                          "fi\n");
}

/* What cli_each_option hands on to fish_option. */
typedef struct fish {
    assay_writer *out;
    const char *verb;
} fish;

static void fish_option(const cli_option *option, void *context)
{
    const fish *const to = context;

    assay_put_format(to->out, "complete -c assay -n '__fish_assay_after %s' -l %s", to->verb,
                     option->name);
    if (option->letter != '\0')
        assay_put_format(to->out, " -s %c", option->letter);
    if (option->words != NULL) {
        const bool list = is_list(option);

        assay_put_string(to->out, list ? " -x -a '(__fish_append , " : " -x -a '");
        put_words(to->out, option->words);
        assay_put_string(to->out, list ? ")'" : "'");
    } else if (option->value != NULL) {
        assay_put_string(to->out, " -r");
    }
    assay_put_string(to->out, " -d ");
    put_quoted(to->out, option->help, "\\'");
    assay_put_char(to->out, '\n');
}

static void fish_verb(const cli_verb *verb, void *context)
{
    assay_writer *const out = context;
    const int above = (int)(cli_verb_last_name(verb) - verb->name);

    assay_put_format(out, "complete -c assay -f -n '__fish_assay_at %.*s' -a %s -d ",
                     above > 0 ? above - 1 : 0, verb->name, cli_verb_last_name(verb));
    put_quoted(out, verb->summary, "\\'");
    assay_put_char(out, '\n');
    if (verb->verbs == NULL)
        cli_each_option(verb, fish_option, &(fish){ out, verb->name });
}

/* Whether the words so far are those of a verb, or begin with them. */
static void put_fish(assay_writer *out)
{
    assay_put_string(out, "function __fish_assay_at\n"
                          "    set -l words (commandline -opc)\n"
                          "    test \"$words[2..-1]\" = \"$argv\"\n"
                          "end\n"
                          "function __fish_assay_after\n"
                          "    set -l words (commandline -opc)\n"
                          "    string match -q -- \"$argv *\" \"$words[2..-1] \"\n"
                          "end\n");
    cli_each_verb(cli_verbs, fish_verb, out);
}

bool cli_completion(assay_writer *out, const char *shell)
{
    static const struct {
        const char *shell;
        void (*put)(assay_writer *out);
    } scripts[] = { { "bash", put_bash }, { "zsh", put_zsh }, { "fish", put_fish } };

    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        if (strcmp(scripts[i].shell, shell) == 0) {
            scripts[i].put(out);
            return true;
        }
    return false;
}
