/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder of a test's own for the files that it makes, and the commands that make them there. */
#ifndef ASSAY_TESTS_ROOM_H
#define ASSAY_TESTS_ROOM_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROOM_PATH = 300 };

static char room_folder[] = "/tmp/assay-room-XXXXXX";

/** Runs a shell's commands in the folder, which is made when there is none yet. */
static inline int room_run(const char *commands)
{
    char *all;

    if (access(room_folder, F_OK) != 0)
        cr_assert_not_null(mkdtemp(room_folder));
    cr_assert_gt(asprintf(&all, "cd %s && export LC_ALL=C.UTF-8 MTOOLS_SKIP_CHECK=1 && (%s)",
                          room_folder, commands),
                 0);
    const int status = system(all);
    free(all);
    return status;
}

/** The path of a file in it; good until the next but one. */
static inline const char *room_file(const char *name)
{
    static char paths[2][ROOM_PATH];
    static unsigned turn;
    char *const path = paths[turn++ % 2];

    snprintf(path, ROOM_PATH, "%s/%s", room_folder, name);
    return path;
}

static inline void room_remove(void)
{
    cr_expect_eq(room_run("rm -rf \"$PWD\""), 0);
}

#endif
