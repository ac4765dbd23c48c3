/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes each allocation of an operation fail in turn: the library's, and libcrypto's. */
#ifndef ASSAY_TESTS_ALLOCFAIL_H
#define ASSAY_TESTS_ALLOCFAIL_H

/**
 * Runs `operation` again and again, the first time with its first allocation failing,
 * then with its second, until it makes fewer. It returns 0 or a negative kind and frees
 * what it had. Fails the test when it returns anything but success, -ASSAY_NO_MEMORY,
 * -ASSAY_CRYPTO or -ASSAY_UNSUPPORTED, or leaves memory of the library behind.
 * Returns how many allocations there were.
 */
unsigned long each_allocation_fails(const char *name, int (*operation)(void));

#endif
