/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

/* Asked by LeakSanitizer before it looks for leaks, <sanitizer/lsan_interface.h>. */
int __lsan_is_turned_off(void);

/*
 * Criterion runs each test in a process of its own, which it tells so by BXFI_MAP, and there
 * every leak counts. The process that starts them runs no line of ours: what leaks there is
 * Criterion's (now and then the entry of a test's --timeout, 48 bytes).
 */
int __lsan_is_turned_off(void)
{
    return getenv("BXFI_MAP") == NULL;
}
