/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/loader/grub/script.h and how scripts run. */
#include "boot/loader/grub/script.h"
#include "tests/grubplay.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

/* As grub-script-check of GRUB 2.06 says. */
static const struct {
    const char *script;
    bool sound;
} scripts[] = {
    { "echo a\n", true },
    { "echo a", true },
    { "echo a; echo b;\n", true },
    { "echo a;; echo b\n", false },
    { ";\n", false },
    { "echo a | cat\n", false },
    { "a && b\n", false },
    { "echo $x ${x} $1 $? \"$x\" 'x' $\"x\"\n", true },
    { "echo $\n", false },
    { "echo \"$\"\n", false },
    { "echo ${x\n", false },
    { "echo 'a\nb'\n", true },
    { "echo 'a\n", false },
    { "echo a \\\n b\n", true },
    { "echo if then fi for\n", true },
    { "fi\n", false },
    { "if true; then echo; fi\n", true },
    { "if true\nthen\necho\nelif false; then echo\nelse\necho\nfi\n", true },
    { "if true; then fi\n", false },
    { "if true then echo; fi\n", false },
    { "if true; then echo;\n", false },
    { "while true; do echo; done\n", true },
    { "until true; do echo; done\n", true },
    { "for x in a b; do echo; done\n", true },
    { "for x in; do echo; done\n", true },
    { "for 1 in a; do echo; done\n", false },
    { "function f {\n echo\n}\n", true },
    { "function f\n{ echo; }\n", true },
    { "function f { echo }\n", false },
    { "function f {\n}\n", false },
    { "if true; then function f { echo; }; fi\n", false },
    { "menuentry a { echo }\n", true },
    { "menuentry a {\n echo\n}\n", true },
    { "menuentry a { }\n", false },
    { "menuentry a\n{ echo }\n", false },
    { "menuentry a { echo } b\n", false },
    { "submenu a { menuentry b { echo; echo } }\n", true },
    { "echo a}\n", false },
    { "echo a#b #c\n", true },
    { "[ a = b ]\n", true },
    { "[[ a = b ]]\n", false },
    { "! true\n", true },
    { "case a in\n", false },
};

static bool is_sound(const char *script)
{
    assay_grub_lines lines = { .text = assay_bytes_of_string(script) };
    assay_grub_pool pool = { 0 };
    assay_grub_unit unit;
    int status;

    while ((status = assay_grub_read_unit(&lines, &pool, &unit, NULL)) > 0)
        ;
    assay_grub_pool_free(&pool);
    return status == 0;
}

Test(grubscript, takes_and_refuses_what_grub_does)
{
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        cr_expect_eq(is_sound(scripts[i].script), scripts[i].sound, "%s", scripts[i].script);
}

static bool is_sound_to_grub(const char *script)
{
    char name[] = "/tmp/assay-grub-XXXXXX", command[64];
    const int fd = mkstemp(name);

    cr_assert(fd >= 0 && write(fd, script, strlen(script)) == (ssize_t)strlen(script));
    close(fd);
    snprintf(command, sizeof command, "grub-script-check %s 2>/dev/null", name);
    const bool sound = system(command) == 0;

    unlink(name);
    return sound;
}

Test(grubscript, knows_what_grub_script_check_says)
{
    if (system("command -v grub-script-check > /dev/null") != 0)
        cr_skip_test("no grub-script-check here");
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        cr_expect_eq(is_sound_to_grub(scripts[i].script), scripts[i].sound, "%s",
                     scripts[i].script);
}

static void write_script(assay_writer *out, assay_bytes text)
{
    assay_grub_lines lines = { .text = text };
    assay_grub_pool pool = { 0 };
    assay_grub_unit unit;

    while (assay_grub_read_unit(&lines, &pool, &unit, NULL) > 0)
        assay_grub_write_script(out, unit.statements);
    assay_grub_pool_free(&pool);
}

Test(grubscript, writes_scripts_that_read_as_the_same)
{
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        assay_writer once = assay_writer_growing(1 << 16), twice = assay_writer_growing(1 << 16);

        write_script(&once, assay_bytes_of_string(scripts[i].script));
        write_script(&twice, assay_written(&once));
        cr_expect(!scripts[i].sound || once.used > 0);
        cr_expect(assay_bytes_equal(assay_written(&once), assay_written(&twice)), "%s",
                  scripts[i].script);
        assay_writer_close(&once);
        assay_writer_close(&twice);
    }
}

Test(grubscript, writes_what_was_meant)
{
    assay_writer out = assay_writer_growing(1 << 16);

    write_script(&out, ASSAY_LITERAL("if a;then b $x\"y${z}\\$\" 'q';fi #c\n"));
    cr_expect(assay_bytes_equal(assay_written(&out),
                                ASSAY_LITERAL("if a\nthen\nb ${x}\"y${z}\\$\" 'q'\nfi\n")));
    assay_writer_close(&out);
}

Test(grubscript, says_the_line_of_a_mistake)
{
    assay_grub_lines lines = { .text = ASSAY_LITERAL("true\nif true; then\n|\nfi\n") };
    assay_grub_pool pool = { 0 };
    assay_grub_unit unit;
    assay_error error;

    cr_expect_eq(assay_grub_read_unit(&lines, &pool, &unit, &error), 1);
    cr_expect_eq(assay_grub_read_unit(&lines, &pool, &unit, &error), -ASSAY_MALFORMED);
    cr_expect_str_eq(error.what, "line 3: that is no sentence of GRUB's language");
    cr_expect_eq(error.offset, 5);
    assay_grub_pool_free(&pool);
}

/* Quotes go, but what they hold together stays; blanks of a value part words, and nothing is
 * nothing. The first three as recorded machines measured them. */
Test(grubscript, expands_words_as_grub_does)
{
    static const struct {
        const char *script, *lines;
    } cases[] = {
        { "[ \"${no}\" ]\n", "cmd [  ]\n" },
        { "set a=\"b c\"\n", "cmd set a=b c\n" },
        { "set lang=\n", "cmd set lang=\n" },
        { "echo $no x\n", "cmd echo x\n" },
        { "$no\n", "" },
        { "a='b  c'\necho x${a}y \"$a\"\n", "cmd a=b  c\ncmd echo xb cy b  c\n" },
        { "a=' b '\necho x$a\"y\"\n", "cmd a= b \ncmd echo xby\n" },
        { "echo a\\ b \\$x '\\' \"\\a\\\\\"\n", "cmd echo a b $x \\ \\a\\\n" },
        { "echo a\\\nb\n", "cmd echo ab\n" },
        { "echo 'a\nb'\n", "cmd echo a\nb\n" },
        { "echo a#b # c\n", "cmd echo a#b\n" },
        { "echo $\"x\" \"$?\"\n", "cmd echo x \n" },
        { "false\necho $?\ntrue\necho $?\n", "cmd false\ncmd echo 1\ncmd true\ncmd echo 0\n" },
        { "function f {\n echo $# $1 $3 \"$*\"\n for i in \"$@\"; do\n  echo $i\n done\n shift\n "
          "echo $1\n}\nf 'a b' c\n",
          "cmd f a b c\ncmd echo 2 a b a b c\ncmd echo a b\ncmd echo c\ncmd shift\ncmd echo c\n" },
        { "echo $1 $#\n", "cmd echo\n" },
        { "#echo\n echo a\r\n", "cmd echo a\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_str_eq(grub_lines_of(cases[i].script), cases[i].lines, "%s: %s",
                         cases[i].script, grub_lines_of(cases[i].script));
}

/* GRUB takes a command that it doesn't have for an assignment, and so for true (execute.c). */
Test(grubscript, runs_statements_as_grub_does)
{
    static const struct {
        const char *script, *lines;
    } cases[] = {
        { "if no-such-command; then echo y; else echo n; fi\n", "cmd no-such-command\ncmd echo y\n" },
        { "if ! true; then echo y; else echo n; fi\n", "cmd ! true\ncmd echo n\n" },
        { "if false; then echo a; elif true; then echo b; fi\n",
          "cmd false\ncmd true\ncmd echo b\n" },
        { "while [ \"$a\" != xx ]; do a=x$a; done\n",
          "cmd [  != xx ]\ncmd a=x\ncmd [ x != xx ]\ncmd a=xx\ncmd [ xx != xx ]\n" },
        { "until true; do echo; done\n", "cmd true\n" },
        { "for a in 1 2 3; do\nif [ $a = 2 ]; then continue; fi\necho $a\ndone\n",
          "cmd [ 1 = 2 ]\ncmd echo 1\ncmd [ 2 = 2 ]\ncmd continue\ncmd [ 3 = 2 ]\ncmd echo 3\n" },
        { "for a in 1 2; do for b in 1 2; do break 2; done; done\necho $a$b\n",
          "cmd break 2\ncmd echo 11\n" },
        { "function f {\n return 1\n echo\n}\nif f; then echo y; else echo n; fi\n",
          "cmd f\ncmd return 1\ncmd echo n\n" },
        { "echo a\n|\necho b\n", "cmd echo a\ncmd echo b\n" },
        { "set a=1\nunset a\necho \"$a\"\nset\n", "cmd set a=1\ncmd unset a\ncmd echo \ncmd set\n" },
        { "regexp --set 1:a 'v([0-9]+)' v12\necho $a\n",
          "cmd regexp --set 1:a v([0-9]+) v12\ncmd echo 12\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_str_eq(grub_lines_of(cases[i].script), cases[i].lines, "%s: %s",
                         cases[i].script, grub_lines_of(cases[i].script));
}

Test(grubscript, tests_as_grub_does)
{
    static const struct {
        const char *expression;
        bool holds;
    } tests[] = {
        { "a = a", true },           { "a == b", false },        { "a != b", true },
        { "a < b", true },           { "b <= a", false },        { "-1 -lt 0", true },
        { "0x10 -eq 16", true },     { "3 -ge 4", false },       { "3 -ne 4", true },
        { "vmlinuz-2 -plt vmlinuz-11", true },                   { "v-9 -pgt v-10", false },
        { "-z ''", true },           { "-n ''", false },         { "-n x", true },
        { "a", true },               { "''", false },            { "! a", false },
        { "a -a ''", false },        { "a '' -o b", true },      { "'' -o ''", false },
        { "( a = b ) -o ( c )", true },                          { "! ( a = b )", true },
        { "-e /EFI", true },         { "-d /EFI/", true },       { "-f /EFI", false },
        { "-f /efi/DEBIAN/grub.cfg", true },                     { "-s /EFI/debian/grub.cfg", true },
        { "-e /nothing", false },    { "-d (hd0)", true },       { "-f (hd7)/a", false },
        { "/EFI -nt /nothing", true },                           { "", true },
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        char script[200];

        snprintf(script, sizeof script, "if [ %s ]; then echo y; else echo n; fi\n",
                 tests[i].expression);
        cr_expect_neq(strstr(grub_lines_of(script), tests[i].holds ? "cmd echo y" : "cmd echo n"),
                      NULL, "%s", tests[i].expression);
    }
}
