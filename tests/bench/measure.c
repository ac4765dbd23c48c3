/* SPDX-License-Identifier: BSD-2-Clause */
/* The digests of an initrd of 500 MB, against the least they cost:
 * libcrypto over the same bytes. */
#include "tests/bench/bench.h"

#include "base/file.h"

#include <openssl/evp.h>
#include <sched.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

enum { ROUNDS = 3, PIECE = 64 * 1024, BANKS = 3, MEGABYTE = 1000000 };

static const char *const banks[BANKS] = { "SHA1", "SHA256", "SHA384" };

int bench_write_initrd(const char *path, size_t megabytes)
{
    static uint8_t piece[MEGABYTE];
    FILE *const file = fopen(path, "wb");
    bool good = file != NULL && getrandom(piece, sizeof piece, 0) == (ssize_t)sizeof piece;

    for (size_t i = 0; i < megabytes && good; i++) {
        memcpy(piece, i == 0 ? "070701" : "", i == 0 ? 6 : 0);
        good = fwrite(piece, 1, sizeof piece, file) == sizeof piece;
    }
    return file != NULL && fclose(file) == 0 && good ? 0 : -1;
}

/* In pieces, as openssl(1) does it. */
static int digest(const char *name, assay_bytes bytes)
{
    EVP_MD *const md = EVP_MD_fetch(NULL, name, NULL);
    EVP_MD_CTX *const context = EVP_MD_CTX_new();
    uint8_t value[EVP_MAX_MD_SIZE];
    bool good = md != NULL && context != NULL && EVP_DigestInit_ex2(context, md, NULL) == 1;

    for (size_t i = 0; i < bytes.size && good; i += PIECE)
        good = EVP_DigestUpdate(context, bytes.data + i,
                                bytes.size - i < PIECE ? bytes.size - i : PIECE) == 1;
    good = good && EVP_DigestFinal_ex(context, value, NULL) == 1;
    EVP_MD_CTX_free(context);
    EVP_MD_free(md);
    return good ? 0 : -1;
}

int bench_digests(const char *path, bench_digesting *ret)
{
    double times[BANKS][ROUNDS];
    assay_file file;
    int status = assay_file_read(&file, path, SIZE_MAX, NULL);

    if (status < 0)
        return -1;
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < BANKS && status == 0; i++) {
            const double start = (double)bench_cpu_now();

            status = digest(banks[i], file.bytes);
            times[i][round] = (double)bench_cpu_now() - start;
        }
    assay_file_close(&file);
    *ret = (bench_digesting){ 0 };
    for (size_t i = 0; i < BANKS && status == 0; i++) {
        const double median = bench_median(times[i], ROUNDS);

        ret->sum += median;
        ret->slowest = median > ret->slowest ? median : ret->slowest;
    }
    return status;
}

int bench_digest_bytes(const double *totals, double *ret_time)
{
    static const struct {
        const char *name;
        size_t size;
    } digests[] = { { "SHA1", 20 }, { "SHA256", 32 }, { "SHA384", 48 }, { "SHA512", 64 } };
    static uint8_t piece[MEGABYTE];
    const double start = (double)bench_cpu_now();
    int status = 0;

    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++)
        for (double left = totals[digests[i].size]; left > 0 && status == 0; left -= MEGABYTE)
            status = digest(digests[i].name,
                            assay_bytes_of(piece, left < MEGABYTE ? (size_t)left : MEGABYTE));
    *ret_time = (double)bench_cpu_now() - start;
    return status;
}

int bench_on_one_core(bool one)
{
    static cpu_set_t all;
    cpu_set_t single;

    if (!one)
        return sched_setaffinity(0, sizeof all, &all);
    CPU_ZERO(&single);
    if (sched_getaffinity(0, sizeof all, &all) != 0)
        return -1;
    for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&single) == 0; i++)
        if (CPU_ISSET(i, &all))
            CPU_SET(i, &single);
    return sched_setaffinity(0, sizeof single, &single);
}
