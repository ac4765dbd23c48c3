/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of the collection of real logs, which not everybody has. */
#ifndef ASSAY_TESTS_COLLECTION_H
#define ASSAY_TESTS_COLLECTION_H

#include "base/file.h"

#include <criterion/criterion.h>
#include <unistd.h>

/** Reads a file of at most `ceiling` bytes; false when it is not there: skip the test then. */
static inline bool load_collected(const char *path, size_t ceiling, assay_file *ret_file)
{
    assay_error error;

    if (access(path, R_OK) != 0)
        return false;
    cr_assert_eq(assay_file_read(ret_file, path, ceiling, &error), 0, "%s", error.what);
    return true;
}

#endif
