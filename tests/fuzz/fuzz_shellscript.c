/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of UEFI shell scripts: in order, inside the script, none without a word. */
#include "boot/loader/shellscript.h"
#include "tests/fuzz/property.h"

static bool is_inside(assay_bytes part, assay_bytes whole)
{
    return part.data >= whole.data && part.data + part.size <= whole.data + whole.size;
}

static void must_be_sound(const assay_shell_line *line, assay_bytes script)
{
    assay_writer options = assay_writer_growing(PROPERTY_CEILING);

    must(line->text.size > 0 && is_inside(line->text, script));
    must(line->text.data[0] != '#' && line->text.data[0] != ':' && line->text.data[0] != ' ');
    must(line->count > 0 && line->count <= ASSAY_SHELL_WORDS);
    for (size_t i = 0; i < line->count; i++)
        must(is_inside(line->words[i], line->text));
    assay_shell_put_options(&options, line->text);
    must(options.used <= line->text.size);
    assay_writer_close(&options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_writer text = assay_writer_growing(ASSAY_SHELL_SCRIPT_MAX);
    assay_shell_line line;
    size_t before = 0;

    assay_shell_script_decode(&text, assay_bytes_of(data, size));
    const assay_bytes script = assay_written(&text);
    assay_cursor c = assay_cursor_of(script);

    while (assay_shell_next_line(&c, &line)) {
        must(c.offset > before);
        before = c.offset;
        must_be_sound(&line, script);
    }
    must(assay_left(&c) == 0);
    assay_writer_close(&text);
    return 0;
}
