/* SPDX-License-Identifier: BSD-2-Clause */
/* The UEFI shell: lines of scripts, and what startup.nsh starts. */
#include "boot/loader/shellscript.h"
#include "tests/ovmfmachine.h"

#include <criterion/criterion.h>

/* --- lines ------------------------------------------------------------------------------------ */

static assay_shell_line line_of(const char *script)
{
    assay_cursor c = assay_cursor_of(assay_bytes_of_string(script));
    assay_shell_line line = { .count = 0 };

    assay_shell_next_line(&c, &line);
    return line;
}

static bool is(assay_bytes bytes, const char *text)
{
    return assay_bytes_equal(bytes, assay_bytes_of_string(text));
}

Test(shell, a_line_is_what_is_left_of_it)
{
    static const struct {
        const char *script, *text;
    } lines[] = {
        { "fs0:\r\nmore", "fs0:" },
        { "  \t\n\n  # comment\n:label\n  x.efi a  b \n", "x.efi a  b" },
        { "x.efi a # b", "x.efi a" },
        { "x.efi a^#b # c", "x.efi a^#b" },
        { "x.efi \"a # b\"", "x.efi \"a" }, /* a comment begins between quotes too */
        { "@echo -off", "echo -off" },
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        cr_assert(is(line_of(lines[i].script).text, lines[i].text), "%s", lines[i].script);
    cr_assert_eq(line_of(" \n#\n::\n@\n").count, 0);
}

Test(shell, words_may_stand_in_quotes)
{
    const assay_shell_line line = line_of("\"\\EFI\\my os\\x.efi\"  quiet \"\" \"open");

    cr_assert_eq(line.count, 4);
    cr_assert(is(line.words[0], "\\EFI\\my os\\x.efi"));
    cr_assert(is(line.words[1], "quiet"));
    cr_assert(is(line.words[2], ""));
    cr_assert(is(line.words[3], "open"));
}

Test(shell, scripts_are_bytes_or_utf16)
{
    static const struct {
        assay_bytes script;
        const char *text;
    } scripts[] = {
        { ASSAY_LITERAL("a\xe4"), "a\xc3\xa4" },
        { ASSAY_LITERAL("\xff\xfe\x61\x00\xac\x20"), "a\xe2\x82\xac" },
    };

    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        assay_writer out = assay_writer_growing(64);

        assay_shell_script_decode(&out, scripts[i].script);
        cr_assert(is(assay_written(&out), scripts[i].text), "%zu", i);
        assay_writer_close(&out);
    }
}

Test(shell, an_escaped_comment_is_told_without_its_escape)
{
    assay_writer out = assay_writer_growing(64);

    assay_shell_put_options(&out, ASSAY_LITERAL("x.efi a^#b ^c ^"));
    cr_assert(is(assay_written(&out), "x.efi a#b ^c ^"));
    assay_writer_close(&out);
}

/* --- what is started -------------------------------------------------------------------------- */

/* Runs a script on a disk with /EFI/a.efi and /b.efi; the images measured after the shell's. */
static size_t started(ovmfmachine *m, const char *where, const char *script)
{
    machine_open(m);
    machine_put_program(m, "EFI/a.efi", "");
    machine_put_program(m, "b.efi", "");
    machine_put_text(m, where, script);
    cr_assert_neq(assay_boot_manager_run(&m->boot), ASSAY_BOOT_RETURNED);
    return machine_count(m, 4, EV_EFI_BOOT_SERVICES_APPLICATION) - 1;
}

/* The n-th image's device path ends so, in UTF-16 with NUL, before its End. */
static bool ends_in(const ovmfmachine *m, size_t n, assay_bytes utf16)
{
    const assay_event *const event = machine_event(m, 4, EV_EFI_BOOT_SERVICES_APPLICATION, n + 1);

    return event != NULL && assay_bytes_find(event->data, utf16) == event->data.size - 6 - utf16.size;
}

#define A_EFI ASSAY_LITERAL("\\\0E\0F\0I\0\\\0a\0.\0e\0f\0i\0")
#define B_EFI ASSAY_LITERAL("\\\0b\0.\0e\0f\0i\0")

Test(shell, starts_what_its_script_names)
{
    static const struct {
        const char *script;
        bool a; /* else b.efi */
    } scripts[] = {
        { "fs0:\r\n\\EFI\\a.efi x\r\n", true },
        { "fs0:\\EFI\\a.efi x\n", true },
        { "FS0:/EFI/a.efi\n", true },
        { "fs0:\ncd EFI\na\n", true },
        { "fs0:\ncd \\EFI\ncd ..\nif exist b.efi then\nb\nendif\n", false },
        { "fs0:\ncd fs0:\\EFI\nb\n", false }, /* which changes only that one's folder: found in path */
        { "b\n", false },
        { "echo -off\nif exist \\nothing then\nb\nelse\nfs0:\\EFI\\a.efi\nendif\nb\n", true },
        { "fs0:\nif not exist EFI then\n if exist b.efi then\nb\nendif\nelse\nEFI\\a\nendif\n", true },
    };

    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        ovmfmachine m;

        cr_assert_eq(started(&m, "startup.nsh", scripts[i].script), 1, "%s", scripts[i].script);
        cr_assert(ends_in(&m, 0, scripts[i].a ? A_EFI : B_EFI), "%s", scripts[i].script);
        machine_free(&m);
    }
}

Test(shell, a_script_may_call_another_and_lie_elsewhere)
{
    ovmfmachine m;

    machine_open(&m);
    machine_put_program(&m, "b.efi", "");
    machine_put_text(&m, "efi/boot/startup.nsh", "fs0:\nnext.nsh\n");
    machine_put_text(&m, "next.nsh", "b\n");
    assay_boot_manager_run(&m.boot);
    cr_assert_eq(machine_count(&m, 4, EV_EFI_BOOT_SERVICES_APPLICATION), 2);
    machine_free(&m);
}

Test(shell, waits_where_it_can_not_go_on)
{
    static const char *const scripts[] = {
        "", "reset\nb\n", "pause\nb\n", "fs7:\nb\n", "exit\nb\n", "exit /b\nb\n", "goto x\nb\n",
        "if %lasterror% == 0 then\nb\nendif\n", "b > log\n", "nothing.efi\n",
    };

    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        ovmfmachine m;

        cr_assert_eq(started(&m, "startup.nsh", scripts[i]), 0, "%s", scripts[i]);
        cr_assert(machine_remarks(&m, "the UEFI shell waits") !=
                      machine_remarks(&m, "what startup.nsh says can't be followed"),
                  "%s", scripts[i]);
        machine_free(&m);
    }
}

Test(shell, a_script_that_calls_itself_ends)
{
    ovmfmachine m;

    cr_assert_eq(started(&m, "startup.nsh", "fs0:\nstartup.nsh\nstartup.nsh\nstartup.nsh\n"), 0);
    machine_free(&m);
}
