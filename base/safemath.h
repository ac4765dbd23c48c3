/* SPDX-License-Identifier: BSD-2-Clause */
/* Sums and products of untrusted sizes: true when the result fits. */
#ifndef ASSAY_BASE_SAFEMATH_H
#define ASSAY_BASE_SAFEMATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool assay_add_size(size_t a, size_t b, size_t *ret_sum)
{
    return !__builtin_add_overflow(a, b, ret_sum);
}

static inline bool assay_mul_size(size_t a, size_t b, size_t *ret_product)
{
    return !__builtin_mul_overflow(a, b, ret_product);
}

static inline bool assay_add_u64(uint64_t a, uint64_t b, uint64_t *ret_sum)
{
    return !__builtin_add_overflow(a, b, ret_sum);
}

static inline bool assay_mul_u64(uint64_t a, uint64_t b, uint64_t *ret_product)
{
    return !__builtin_mul_overflow(a, b, ret_product);
}

#endif
