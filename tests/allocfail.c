/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/allocfail.h"

#include <criterion/criterion.h>

#include "base/file.h"
#include "replay/replay.h"
#include "tests/reading.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>

/*
 * The linker hands what the program's own objects ask of the C library to __wrap_NAME
 * (WRAPPED in the Makefile), and libcrypto asks the functions it was given.
 */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_realpath(const char *path, char *room);
void __real_free(void *memory);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_realpath(const char *path, char *room);
int __wrap_asprintf(char **ret_text, const char *format, ...);
void __wrap_free(void *memory);

enum { LIVE_MAX = 256 };

static struct {
    bool armed;
    unsigned long left;   /* allocations until the one that fails */
    unsigned long count;  /* allocations so far */
    void *live[LIVE_MAX]; /* what the library has not freed */
    size_t live_count;
    bool in_libcrypto; /* libcrypto's allocations fail too */
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

static void *remember(void *memory)
{
    if (faults.armed && memory != NULL && faults.live_count < LIVE_MAX)
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

void *__wrap_malloc(size_t size)
{
    return is_due() ? NULL : remember(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return is_due() ? NULL : remember(__real_calloc(count, size));
}

void *__wrap_realloc(void *old, size_t size)
{
    if (is_due())
        return NULL;
    forget(old);
    return remember(__real_realloc(old, size));
}

char *__wrap_strdup(const char *text)
{
    return is_due() ? NULL : remember(__real_strdup(text));
}

char *__wrap_realpath(const char *path, char *room)
{
    if (room != NULL)
        return __real_realpath(path, room);
    return is_due() ? NULL : remember(__real_realpath(path, NULL));
}

int __wrap_asprintf(char **ret_text, const char *format, ...)
{
    va_list arguments;

    if (is_due())
        return -1;
    va_start(arguments, format);
    const int length = vasprintf(ret_text, format, arguments);
    va_end(arguments);
    if (length >= 0)
        remember(*ret_text);
    return length;
}

void __wrap_free(void *memory)
{
    forget(memory);
    __real_free(memory);
}

/* What libcrypto keeps for its next use is its own affair, so it is not remembered. */

static void *crypto_malloc(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return is_due() ? NULL : __real_malloc(size);
}

static void *crypto_realloc(void *old, size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return is_due() ? NULL : __real_realloc(old, size);
}

static void crypto_free(void *memory, const char *file, int line)
{
    (void)file, (void)line;
    __real_free(memory);
}

/* Before main: libcrypto takes them until its first allocation. */
__attribute__((constructor)) static void lend_memory_to_libcrypto(void)
{
    faults.in_libcrypto = CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free) == 1;
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

    cr_assert(faults.in_libcrypto);
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

/* A log of one bank, which every format with room for data can hold. */
static const char sample[] = "assay-log 1 sha1\n"
                             "4 EV_EFI_ACTION \"Calling EFI Application from Boot Option\"\n"
                             "17 TXT_EVTYPE_HASH_START hex:00\n"
                             "4 EV_SEPARATOR u32:0 = \"other\"\n";

/* The same launch for the formats that have no room for data. */
static const char lists[] = "[{\"pcr\":{\"index\":17,\"bank\":\"SHA1\"},\"tpm_events\":["
                            "{\"type_id\":\"0x402\",\"tags\":[\"HASH_START\"],\"measurement\":"
                            "\"9069ca78e7450a285173431b3e52c5c25299e473\"}]}]";

/* An entry of a kernel's list. */
static const char kernel_list[] =
    "10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima-ng "
    "sha1:0000000000000000000000000000000000000000 boot_aggregate\n";

static assay_bytes log_bytes; /* the sample in the format at hand */
static const char *format_name;

/* What the formats that can't hold the usual sample are tried with; a name's beginning stands for
 * all. */
static const struct {
    const char *format, *text;
} samples[] = {
    { "inteljson", lists },
    { "coreboot", lists },
    { "ima", kernel_list },
};

static const char *sample_of(const char *format)
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        if (strncmp(format, samples[i].format, strlen(samples[i].format)) == 0)
            return samples[i].text;
    return sample;
}

static int copy_sample(assay_writer *writer, assay_error *error)
{
    return copy_log(assay_bytes_of_string(sample_of(format_name)), format_name, writer, error);
}

/* Whether its reader owns what its events are made of. */
static bool is_text(void)
{
    assay_log log;

    cr_assert_eq(assay_log_open(&log, log_bytes, format_name, NULL, NULL), 0);
    const bool owns = !assay_log_events_last(&log);
    assay_log_close(&log);
    return owns;
}

static int read_all(void)
{
    return read_log(log_bytes, format_name, NULL).status;
}

static int write_all(void)
{
    assay_writer writer = assay_writer_growing(1 << 20);
    assay_error error = { 0 };
    const int status = copy_sample(&writer, &error);

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
        cr_assert_eq(copy_sample(&writer, &error), 0, "%s: %s", format_name, error.what);
        log_bytes = assay_written(&writer);
        const unsigned long reading = each_allocation_fails(format_name, read_all);
        cr_expect_eq(reading > 0, is_text(), "%s: reading a binary format allocates nothing",
                     format_name);
        cr_expect_gt(each_allocation_fails(format_name, write_all), 0);
        each_allocation_fails(format_name, replay_all);
        assay_writer_close(&writer);
    }
}
