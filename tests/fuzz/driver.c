/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Feeds files to a fuzz target without a fuzzer, so that any compiler replays every
 * seed: driver [--every-prefix] [--hostile-bytes] FILE...
 *
 * --every-prefix   each beginning of each file as well
 * --hostile-bytes  each byte in turn as 0, 1, 0x7f, 0x80 and 0xff, in files up to 4 KiB
 *
 * Each input lies in a heap buffer of exactly its size, so that AddressSanitizer sees
 * the first byte read beyond it.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SMALL = 4096 };

static char current[512]; /* what is being fed, for the moment when it crashes */
static unsigned long fed;

static void tell_and_die(int signal_number)
{
    const ssize_t told = write(STDERR_FILENO, current, strlen(current));

    (void)told; /* nothing is left to do about it */
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void feed(const uint8_t *data, size_t size)
{
    uint8_t *const exact = malloc(size);

    if (exact == NULL && size > 0)
        abort();
    if (size > 0)
        memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    fed++;
}

static void feed_prefixes(const char *path, const uint8_t *data, size_t size)
{
    for (size_t length = 0; length < size; length++) {
        snprintf(current, sizeof current, "%s: its first %zu bytes\n", path, length);
        feed(data, length);
    }
}

static void feed_hostile_bytes(const char *path, uint8_t *data, size_t size)
{
    static const uint8_t hostile[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };

    for (size_t at = 0; at < size && size <= SMALL; at++) {
        const uint8_t before = data[at];

        for (size_t i = 0; i < sizeof hostile; i++) {
            data[at] = hostile[i];
            snprintf(current, sizeof current, "%s: byte %zu as 0x%02x\n", path, at, data[at]);
            feed(data, size);
        }
        data[at] = before;
    }
}

/* The whole file, NULL when it can't be read. The caller frees it. */
static uint8_t *read_file(const char *path, size_t *ret_size)
{
    FILE *const file = fopen(path, "rb");
    uint8_t *data = NULL;

    if (file == NULL)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && ftell(file) >= 0) {
        *ret_size = (size_t)ftell(file);
        data = malloc(*ret_size + 1);
    }
    rewind(file);
    if (data != NULL && fread(data, 1, *ret_size, file) != *ret_size) {
        free(data);
        data = NULL;
    }
    fclose(file);
    return data;
}

int main(int argc, char **argv)
{
    bool prefixes = false, bytes = false;

    signal(SIGABRT, tell_and_die);
    signal(SIGSEGV, tell_and_die);
    for (int i = 1; i < argc; i++) {
        size_t size = 0;

        if (strcmp(argv[i], "--every-prefix") == 0) {
            prefixes = true;
            continue;
        }
        if (strcmp(argv[i], "--hostile-bytes") == 0) {
            bytes = true;
            continue;
        }
        uint8_t *const data = read_file(argv[i], &size);
        if (data == NULL) {
            perror(argv[i]);
            return 1;
        }
        snprintf(current, sizeof current, "%s\n", argv[i]);
        feed(data, size);
        if (prefixes)
            feed_prefixes(argv[i], data, size);
        if (bytes)
            feed_hostile_bytes(argv[i], data, size);
        free(data);
    }
    printf("%lu inputs\n", fed);
    return 0;
}
