/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * References: learnt from a log, checked against it, exported and read back, beside a replay of the
 * same log; and a reference read, beside jansson's load of the same file.
 */
#include "tests/bench/bench.h"

#include "base/file.h"
#include "policy/reference/json.h"

#include <ftw.h>
#include <jansson.h>
#include <stdio.h>

enum { ROUNDS = 7, PATH = 256 };

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *where)
{
    (void)facts, (void)kind, (void)where;
    return remove(path);
}

/* A command, and in the first column what it is called. */
typedef struct row {
    const char *name;
    const char *const *command;
} row;

static void print_beside_replay(const char *name, const bench_run *run, const bench_run *replay)
{
    if (run->elapsed == 0)
        printf("  %-28s did not run\n", name);
    else
        printf("  %-28s %6.0f ms %6.0f ms %8.2f MiB   %.1f times the replay, CPU time\n", name,
               run->elapsed / 1e6, run->cpu / 1e6, run->peak / (1 << 20), run->cpu / replay->cpu);
}

/* In each round a file before it is read. */
static void compare_commands(const char *assay, const char *folder, const char *log)
{
    char ref[PATH], text[PATH], corim[PATH], pcrlock[PATH], read[PATH];

    snprintf(ref, sizeof ref, "%s/reference.json", folder);
    snprintf(text, sizeof text, "%s/text", folder);
    snprintf(corim, sizeof corim, "%s/corim", folder);
    snprintf(pcrlock, sizeof pcrlock, "%s/pcrlock", folder);
    snprintf(read, sizeof read, "%s/read.json", folder);
    /* clang-format off */
    const row rows[BENCH_COMMANDS] = {
        { "assay replay", (const char *[]){ assay, "replay", log, NULL } },
        { "assay golden learn",
          (const char *[]){ assay, "golden", "learn", log, "-o", ref, NULL } },
        { "assay golden check", (const char *[]){ assay, "golden", "check", ref, log, NULL } },
        { "assay export --to text",
          (const char *[]){ assay, "export", ref, "--to", "text", "-o", text, NULL } },
        { "assay export --to corim",
          (const char *[]){ assay, "export", ref, "--to", "corim", "-o", corim, NULL } },
        { "assay export --to pcrlock",
          (const char *[]){ assay, "export", ref, "--to", "pcrlock", "--replace", "-o", pcrlock,
                            NULL } },
        { "assay import --from corim",
          (const char *[]){ assay, "import", "--from", "corim", corim, "-o", read, NULL } },
        { "assay import --from pcrlock",
          (const char *[]){ assay, "import", "--from", "pcrlock", pcrlock, "-o", read, NULL } },
    };
    /* clang-format on */
    const char *const *commands[BENCH_COMMANDS];
    bench_run runs[BENCH_COMMANDS];

    for (size_t i = 0; i < BENCH_COMMANDS; i++)
        commands[i] = rows[i].command;
    bench_commands(commands, BENCH_COMMANDS, runs);
    printf("  %-28s %9s %9s %12s\n", "the whole process", "elapsed", "CPU time", "memory");
    for (size_t i = 0; i < BENCH_COMMANDS; i++)
        print_beside_replay(rows[i].name, &runs[i], &runs[0]);
}

static double time_jansson(assay_bytes json)
{
    const uint64_t start = bench_cpu_now();

    json_decref(json_loadb((const char *)json.data, json.size, JSON_REJECT_DUPLICATES, NULL));
    return (double)(bench_cpu_now() - start);
}

/* Negative when it can't be read. */
static double time_reading(assay_bytes json, assay_hashes *hashes)
{
    const uint64_t start = bench_cpu_now();
    assay_reference *reference = NULL;

    if (assay_reference_read(&reference, json, hashes, NULL) < 0)
        return -1;
    assay_reference_free(&reference);
    return (double)(bench_cpu_now() - start);
}

/* Medians of interleaved runs. 0, or -1 when the reference can't be read. */
static int measure_reading(assay_bytes json, double *ret_floor, double *ret_reading)
{
    double floors[ROUNDS], readings[ROUNDS];
    assay_hashes *hashes = assay_hashes_new();
    int status = hashes == NULL ? -1 : 0;

    for (size_t i = 0; i < ROUNDS && status == 0; i++) {
        floors[i] = time_jansson(json);
        readings[i] = time_reading(json, hashes);
        status = readings[i] < 0 ? -1 : 0;
    }
    if (status == 0) {
        *ret_floor = bench_median(floors, ROUNDS);
        *ret_reading = bench_median(readings, ROUNDS);
    }
    assay_hashes_free(&hashes);
    return status;
}

static int compare_reading(const char *folder)
{
    char path[PATH];
    assay_file file;
    double floor, reading;

    snprintf(path, sizeof path, "%s/reference.json", folder);
    if (assay_file_read(&file, path, SIZE_MAX, NULL) < 0)
        return -1;
    const int status = measure_reading(file.bytes, &floor, &reading);
    if (status == 0)
        printf(
            "  in process: jansson's load of the reference, %.2f MB, %.2f ms; reading it %.2f ms: "
            "%.2f times the floor\n",
            (double)file.bytes.size / 1e6, floor / 1e6, reading / 1e6, reading / floor);
    assay_file_close(&file);
    return status;
}

/* What the commands' replay takes without the start of a process. */
static int print_replay(const char *log)
{
    bench_fold fold;
    assay_file file;

    if (assay_file_read(&file, log, SIZE_MAX, NULL) < 0)
        return -1;
    const int status = bench_fold_log(file.bytes, &fold);
    if (status == 0)
        printf("  in process: the replay of the log %.2f ms\n\n", fold.replay / 1e6);
    assay_file_close(&file);
    return status;
}

int bench_references(const char *assay, const char *folder, const char *log)
{
    static const char *const made[] = { "reference.json", "text", "corim", "pcrlock", "read.json" };
    char path[PATH];

    compare_commands(assay, folder, log);
    int status = compare_reading(folder);
    if (status == 0)
        status = print_replay(log);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, made[i]);
        nftw(path, remove_one, 4, FTW_DEPTH | FTW_PHYS);
    }
    return status;
}
