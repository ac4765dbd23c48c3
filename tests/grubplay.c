/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/grubplay.h"

#include <criterion/criterion.h>

#define MODS "mimg\0\0\0\0\x18\0\0\0\0\0\0\0\x30\0\0\0\0\0\0\0\3\0\0\0\x18\0\0\0/EFI/debian\0\0\0\0\0"

/* And what 2.12's module for the firmware's setup says of itself, and the names of others. */
#define MODS_212 MODS "\0fwsetup\0--is-supported\0regexp\0normal\0efifwsetup\0"

enum assay_boot_end grub_play(played *p, const char *sbat)
{
    static uint8_t image[0x2000];
    const made_section sections[] = { { .name = ".sbat", .content = sbat },
                                      { .name = "mods",
                                        .bytes = strcmp(sbat, GRUB_212) == 0
                                                     ? ASSAY_LITERAL(MODS_212)
                                                     : ASSAY_LITERAL(MODS) } };
    const assay_bytes file = made_pe(image, sizeof image, sections, 2);
    const assay_boot_image started = { .file = file,
                                       .disk = &p->scenario.disks[0],
                                       .path = ASSAY_LITERAL("/EFI/BOOT/grubx64.efi") };
    assay_pe pe;

    cr_assert_eq(assay_pe_open(&pe, file, &p->error), 0, "%s", p->error.what);
    cr_assert(assay_program_grub.recognise(&pe));
    return assay_program_grub.run(&p->boot, &started, &pe);
}

static void put_line(assay_writer *out, assay_bytes data)
{
    static const struct {
        const char *prefix, *word;
    } kinds[] = { { "grub_cmd: ", "cmd " }, { "kernel_cmdline: ", "cmdline " }, { "", "file " } };

    cr_assert(data.size > 0 && data.data[data.size - 1] == '\0');
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const size_t size = strlen(kinds[i].prefix);

        if (!assay_bytes_start_with(data, assay_bytes_of_string(kinds[i].prefix)))
            continue;
        assay_put_string(out, kinds[i].word);
        assay_put(out, assay_bytes_of(data.data + size, data.size - size - 1));
        assay_put_char(out, '\n');
        return;
    }
}

const char *grub_lines(const played *p)
{
    static char text[20000];
    assay_writer out = assay_writer_lent(text, sizeof text - 1);

    for (size_t i = 0; i < p->played->count; i++) {
        const assay_event *const event = &p->played->events[i].event;

        if (event->pcr_index == 8 || event->pcr_index == 9)
            put_line(&out, event->data);
    }
    text[out.used] = '\0';
    return text;
}

const char *grub_lines_of(const char *config)
{
    const char *const first = "file (hd0)/EFI/debian/grub.cfg\n";
    played p;

    played_make(&p);
    played_add(&p, "EFI/debian/grub.cfg", assay_bytes_of_string(config));
    grub_play(&p, GRUB_206);
    const char *const lines = grub_lines(&p);

    cr_assert_eq(p.boot.status, 0, "%s", p.error.what);
    cr_assert_eq(strncmp(lines, first, strlen(first)), 0, "%s", lines);
    played_free(&p);
    return lines + strlen(first);
}
