/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the seeds of the log formats' fuzz targets anew: make_seeds FOLDER, which is
 * tests/fuzz/seeds. Each seed is a generated log, so that the fuzzer begins with inputs
 * that reach everything.
 */
#include "tests/generate.c"
#include "tests/reading.h"

#include <stdio.h>
#include <sys/stat.h>

enum { SEEDS = 12, CHOICES = 400, CEILING = 1 << 20, LONGEST = 2048 };

static void save(const char *folder, const char *target, uint64_t number, assay_bytes bytes)
{
    char path[512];

    snprintf(path, sizeof path, "%s/%s", folder, target);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/%s/generated-%02u", folder, target, (unsigned)number);
    FILE *const file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes.data, 1, bytes.size, file) != bytes.size ||
        fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

/* The choices themselves, the log made of them, and its text. One too long to be a seed is left
 * out. */
static void make(const char *folder, uint64_t number, uint64_t *saved)
{
    static generated model;
    uint8_t choices[CHOICES];
    assay_writer log = assay_writer_growing(CEILING), text = assay_writer_growing(CEILING);
    assay_error error;

    random_bytes(number, choices, sizeof choices);
    generate(&model, assay_bytes_of(choices, sizeof choices));
    generated_encode(&model, &log);
    const bool fits =
        log.used <= LONGEST && copy_log(assay_written(&log), "text", &text, &error) == 0;
    if (fits) {
        save(folder, "roundtrip", *saved, assay_bytes_of(choices, sizeof choices));
        save(folder, model.format, *saved, assay_written(&log));
        save(folder, "text", *saved, assay_written(&text));
        save(folder, "detect", *saved,
             *saved % 2 == 0 ? assay_written(&log) : assay_written(&text));
        ++*saved;
    }
    assay_writer_close(&text);
    assay_writer_close(&log);
}

int main(int argc, char **argv)
{
    uint64_t saved = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: make_seeds FOLDER\n");
        return 2;
    }
    mkdir(argv[1], 0777);
    for (uint64_t number = 0; saved < SEEDS; number++)
        make(argv[1], number, &saved);
    return 0;
}
