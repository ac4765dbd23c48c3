/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/allocfail.h"

#include <criterion/criterion.h>

#include "base/file.h"
#include "replay/replay.h"
#include "tests/reading.h"

#include <errno.h>

/*
 * The program's own malloc and friends, which its shared libraries find first. Beneath
 * them is the C library, or AddressSanitizer.
 */
#ifndef __has_feature
#define __has_feature(feature) 0 /* gcc 12 says it in a macro of its own */
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define BENEATH(name) __interceptor_##name
#else
#define BENEATH(name) __libc_##name
#endif

void *BENEATH(malloc)(size_t size);
void *BENEATH(calloc)(size_t count, size_t size);
void *BENEATH(realloc)(void *old, size_t size);
void BENEATH(free)(void *memory);

/* Where the program's own code lies, as the linker says. */
extern const char __executable_start, etext;

enum { LIVE_MAX = 256 };

static struct {
    bool armed;
    unsigned long left;   /* allocations until the one that fails */
    unsigned long count;  /* allocations so far */
    void *live[LIVE_MAX]; /* what the program's own code has not freed */
    size_t live_count;
} faults;

static bool is_due(void)
{
    if (!faults.armed)
        return false;
    faults.count++;
    if (faults.left == 0 || --faults.left > 0)
        return false;
    errno = ENOMEM;
    return true;
}

static void *remember(void *memory, const void *caller)
{
    if (faults.armed && memory != NULL && (const char *)caller >= &__executable_start &&
        (const char *)caller < &etext && faults.live_count < LIVE_MAX)
        faults.live[faults.live_count++] = memory;
    return memory;
}

static void forget(const void *memory)
{
    for (size_t i = 0; i < faults.live_count; i++)
        if (faults.live[i] == memory) {
            faults.live[i] = faults.live[--faults.live_count];
            return;
        }
}

void *malloc(size_t size)
{
    return is_due() ? NULL : remember(BENEATH(malloc)(size), __builtin_return_address(0));
}

void *calloc(size_t count, size_t size)
{
    return is_due() ? NULL : remember(BENEATH(calloc)(count, size), __builtin_return_address(0));
}

void *realloc(void *old, size_t size)
{
    if (is_due())
        return NULL;
    forget(old);
    return remember(BENEATH(realloc)(old, size), __builtin_return_address(0));
}

void free(void *memory)
{
    forget(memory);
    BENEATH(free)(memory);
}

static int run(unsigned long failing, int (*operation)(void))
{
    faults.left = failing;
    faults.count = 0;
    faults.live_count = 0;
    faults.armed = true;
    const int status = operation();
    faults.armed = false;
    return status;
}

unsigned long each_allocation_fails(const char *name, int (*operation)(void))
{
    unsigned long failing = 0;

    cr_assert_eq(run(0, operation), 0, "%s succeeds when nothing fails", name);
    do {
        const int status = run(++failing, operation);

        cr_expect(status == 0 || status == -ASSAY_NO_MEMORY || status == -ASSAY_CRYPTO ||
                      status == -ASSAY_UNSUPPORTED,
                  "%s, allocation %lu: %d", name, failing, status);
        cr_expect_eq(faults.live_count, 0, "%s, allocation %lu: %zu blocks left", name, failing,
                     faults.live_count);
    } while (faults.count >= failing);
    return failing - 1;
}

/* A log of one bank, which every format can hold. */
static const char sample[] = "assay-log 1 sha1\n"
                             "4 EV_EFI_ACTION \"Calling EFI Application from Boot Option\"\n"
                             "17 TXT_EVTYPE_HASH_START hex:00\n"
                             "4 EV_SEPARATOR u32:0 = \"other\"\n";

static assay_bytes log_bytes; /* the sample in the format at hand */
static const char *format_name;

static int read_all(void)
{
    return read_log(log_bytes, format_name, NULL).status;
}

static int write_all(void)
{
    assay_writer writer = assay_writer_growing(1 << 20);
    assay_error error = { 0 };
    const int status = copy_log(assay_bytes_of_string(sample), format_name, &writer, &error);

    cr_assert_eq(-status, error.kind, "the error says what the status does");
    assay_writer_close(&writer);
    return status;
}

static int replay_events(assay_log *log, assay_hashes *hashes)
{
    static assay_replay replay;
    assay_event event;
    int status = assay_replay_begin(&replay, &log->header, hashes, NULL);

    while (status >= 0 && (status = assay_log_next(log, &event)) > 0)
        status = assay_replay_event(&replay, &event);
    return status;
}

static int replay_all(void)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_log log;
    int status = hashes == NULL ? -ASSAY_NO_MEMORY
                                : assay_log_open(&log, log_bytes, format_name, NULL, NULL);

    if (status == 0) {
        status = replay_events(&log, hashes);
        assay_log_close(&log);
    }
    assay_hashes_free(&hashes);
    return status;
}

static int hash_with_each_algorithm(void)
{
    const assay_bytes message = ASSAY_LITERAL("abc");
    assay_hashes *hashes = assay_hashes_new();
    uint8_t digest[ASSAY_DIGEST_MAX];
    int status = hashes == NULL ? -ASSAY_NO_MEMORY : 0;

    for (size_t i = 0; i < ASSAY_ALGS && status == 0; i++) {
        assay_hash *hash;

        status = assay_hashes_get(hashes, assay_alg_at(i)->id, &hash);
        if (status == 0)
            status = assay_hash_parts(hash, &message, 1, digest);
    }
    assay_hashes_free(&hashes);
    return status;
}

static int read_file(void)
{
    assay_error error = { 0 };
    assay_file file;
    const int status = assay_file_read(&file, "/proc/self/maps", 1 << 20, &error);

    if (status == 0)
        assay_file_close(&file);
    return status;
}

Test(allocfail, hashing_survives_each_failure)
{
    cr_expect_gt(each_allocation_fails("hash", hash_with_each_algorithm), 1);
}

Test(allocfail, reading_a_file_of_unknown_size_survives_each_failure)
{
    cr_expect_gt(each_allocation_fails("file", read_file), 0);
}

Test(allocfail, every_format_survives_each_failure)
{
    const assay_format_info *format;

    for (size_t i = 0; (format = assay_log_format_at(i)) != NULL; i++) {
        assay_writer writer = assay_writer_growing(1 << 20);
        assay_error error = { 0 };

        if (!format->writable)
            continue;
        format_name = format->name;
        cr_assert_eq(copy_log(assay_bytes_of_string(sample), format_name, &writer, &error), 0,
                     "%s: %s", format_name, error.what);
        log_bytes = assay_written(&writer);
        const unsigned long reading = each_allocation_fails(format_name, read_all);
        cr_expect_eq(reading > 0, strcmp(format_name, "text") == 0,
                     "%s: reading a binary format allocates nothing", format_name);
        cr_expect_gt(each_allocation_fails(format_name, write_all), 0);
        each_allocation_fails(format_name, replay_all);
        assay_writer_close(&writer);
    }
}
