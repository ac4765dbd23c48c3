/* SPDX-License-Identifier: BSD-2-Clause */
/* A GRUB image as small as it gets, and what it measures of the files of a disk. */
#ifndef ASSAY_TESTS_GRUBPLAY_H
#define ASSAY_TESTS_GRUBPLAY_H

#include "tests/madepe.h"
#include "tests/played.h"

/** Debian's GRUB of 12 and 13, Fedora's; prefix /EFI/debian, no script built in. */
#define GRUB_206 "grub,5,FSF,grub,2.06,u\ngrub.debian,5,Debian,grub2,2.06-13,u\n"
#define GRUB_212 "grub,5,FSF,grub,2.12,u\ngrub.debian,5,Debian,grub2,2.12-9,u\n"
#define GRUB_RH "grub,5,FSF,grub,2.06,u\ngrub.rh,2,Red Hat,grub2,2.06-100,u\n"

/** With these files played_make() and played_add() made; how it ended. */
enum assay_boot_end grub_play(played *p, const char *sbat);

/**
 * What was measured into PCR 8 and 9, a line each: "cmd LINE", "cmdline LINE" or "file NAME"; a NUL
 * must end each event. Static.
 */
const char *grub_lines(const played *p);

/** The same of a grub.cfg alone, without the line of the file itself. */
const char *grub_lines_of(const char *config);

#endif
