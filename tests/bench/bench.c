/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench ASSAY [PART]: speed and memory on a log of 100,000 events, beside the least that the
 * hashing costs and beside the peers that are installed. Read the ratios; the times are
 * of the machine at hand.
 */
#include "tests/bench/bench.h"

#include "base/alg.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct shape {
    const char *name;
    size_t bank_count;
    uint16_t banks[3];
} shape;

static const shape shapes[] = {
    { "one bank: sha256", 1, { ASSAY_ALG_SHA256 } },
    { "three banks: sha1, sha256, sha384",
      3,
      { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA384 } },
};

/* NULL: a list of Linux IMA. */
static int make_log(const shape *shape, size_t events, assay_writer *writer)
{
    return shape == NULL ? bench_write_ima(writer, events)
                         : bench_write_log(writer, shape->banks, shape->bank_count, events);
}

/* In a child, so that this process stays small: see process.c. */
static int write_log_file(const shape *shape, size_t events, const char *path)
{
    const pid_t child = fork();
    int status = -1;

    if (child == 0) {
        FILE *const file = fopen(path, "wb");
        assay_writer writer = assay_writer_growing(512u << 20);
        const int written = make_log(shape, events, &writer);
        const assay_bytes log = assay_written(&writer);
        const int good = file != NULL && written == 0 &&
                         fwrite(log.data, 1, log.size, file) == log.size && fclose(file) == 0;

        _exit(good ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0 ? 0 : -1;
}

static double file_size(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 ? (double)facts.st_size : 0;
}

static void compare_commands(const char *assay, const char *log, const char *tiny)
{
    const char *const small[] = { assay, "show", "--format", "json", tiny, NULL };
    const char *const show[] = { assay, "show", "--format", "json", log, NULL };
    const char *const yaml[] = { assay, "show", "--format", "yaml", log, NULL };
    const char *const replay[] = { assay, "replay", "--format", "json", log, NULL };
    const char *const check[] = { assay, "check", log, NULL };
    const char *const peer[] = { "tpm2_eventlog", log, NULL };
    const char *const *const commands[] = { small, show, yaml, replay, check, peer };
    bench_run runs[6];
    const double input = file_size(log);

    bench_commands(commands, 6, runs);
    const double start = runs[0].peak - file_size(tiny);
    printf("  %-28s %9s %9s %12s %13s\n", "the whole process", "elapsed", "CPU time", "memory",
           "faster");
    bench_print_run("assay show, of one event", &runs[0], &(bench_run){ 0 }, 0);
    printf("  %-28s %9s %9s %12s %13s\n", "", "", "", "beyond that", "");
    bench_print_run("assay show --format json", &runs[1], &runs[5], start + input);
    bench_print_run("assay show --format yaml", &runs[2], &runs[5], start + input);
    bench_print_run("assay replay --format json", &runs[3], &runs[5], start + input);
    bench_print_run("assay check", &runs[4], &runs[5], start + input);
    bench_print_run("tpm2_eventlog", &runs[5], &runs[5], start + input);
}

/* evmctl(1) reads the PCRs to compare with from a file: these are none of the list's. */
static int write_pcrs(const char *path)
{
    FILE *const file = fopen(path, "w");

    for (int pcr = 0; file != NULL && pcr < 24; pcr++) {
        fprintf(file, "PCR-%02d:", pcr);
        for (int i = 0; i < 20; i++)
            fprintf(file, " 00");
        fprintf(file, "\n");
    }
    return file != NULL ? fclose(file) : -1;
}

static void compare_ima_commands(const char *assay, const char *list, const char *tiny,
                                 const char *pcrs)
{
    char values[300];
    const char *const small[] = { assay, "show", "--format", "json", tiny, NULL };
    const char *const replay[] = { assay, "replay", "--format", "json", list, NULL };
    const char *const check[] = { assay, "check", list, NULL };
    const char *const peer[] = { "evmctl", "ima_measurement", "--pcrs", values, list, NULL };
    const char *const *const commands[] = { small, replay, check, peer };
    bench_run runs[4];

    snprintf(values, sizeof values, "sha1,%s", pcrs);
    bench_commands(commands, 4, runs);
    printf("  %-28s %9s %9s %12s %13s\n", "the whole process", "elapsed", "CPU time", "memory",
           "faster");
    bench_print_run("assay show, of one entry", &runs[0], &(bench_run){ 0 }, 0);
    printf("  %-28s %9s %9s %12s %13s\n", "", "", "", "beyond that", "");
    bench_print_run("assay replay --format json", &runs[1], &runs[3], runs[0].peak);
    bench_print_run("assay check", &runs[2], &runs[3], runs[0].peak);
    bench_print_run("evmctl ima_measurement", &runs[3], &runs[3], runs[0].peak);
}

static int compare_fold(const char *path, int (*measure)(assay_bytes log, bench_fold *ret_fold))
{
    assay_file file;
    bench_fold fold;

    if (assay_file_read(&file, path, SIZE_MAX, NULL) < 0)
        return -1;
    const int status = measure(file.bytes, &fold);
    assay_file_close(&file);
    if (status < 0)
        return status;
    printf("  in process: the hashing alone %.0f ns an event, replay %.0f ns: %.2f times the "
           "floor\n\n",
           fold.floor / (double)fold.events, fold.replay / (double)fold.events,
           fold.replay / fold.floor);
    return 0;
}

static int bench_shape(const char *assay, const shape *shape, const char *folder)
{
    char log[256], tiny[256];

    snprintf(log, sizeof log, "%s/bench.log", folder);
    snprintf(tiny, sizeof tiny, "%s/tiny.log", folder);
    if (write_log_file(shape, BENCH_EVENTS, log) < 0 || write_log_file(shape, 1, tiny) < 0)
        return -1;
    printf("%d events, %s, %.1f MB\n", BENCH_EVENTS, shape->name, file_size(log) / 1e6);
    fflush(stdout);
    compare_commands(assay, log, tiny);
    const int status = compare_fold(log, bench_fold_log);
    unlink(log);
    unlink(tiny);
    return status;
}

static int bench_ima(const char *assay, const char *folder)
{
    char list[256], tiny[256], pcrs[256];

    snprintf(list, sizeof list, "%s/ima.bin", folder);
    snprintf(tiny, sizeof tiny, "%s/tiny.bin", folder);
    snprintf(pcrs, sizeof pcrs, "%s/pcrs", folder);
    if (write_log_file(NULL, BENCH_IMA_ENTRIES, list) < 0 || write_log_file(NULL, 1, tiny) < 0 ||
        write_pcrs(pcrs) != 0)
        return -1;
    printf("%d entries of Linux IMA, into sha1 and sha256, %.1f MB\n", BENCH_IMA_ENTRIES,
           file_size(list) / 1e6);
    fflush(stdout);
    compare_ima_commands(assay, list, tiny, pcrs);
    const int status = compare_fold(list, bench_fold_ima);
    unlink(list);
    unlink(tiny);
    unlink(pcrs);
    return status;
}

/* A boot as machines have them, and one that measured as much as any. */
static int bench_goldens(const char *assay, const char *folder)
{
    static const char real[] = "fixtures/machines/d1-shim-grub206-sb/eventlog.bin";
    const shape *const three = &shapes[1];
    char log[256];

    printf("references, of a machine's log, %.1f KB\n", file_size(real) / 1e3);
    fflush(stdout);
    if (bench_references(assay, folder, real) < 0)
        return -1;
    snprintf(log, sizeof log, "%s/golden.log", folder);
    if (write_log_file(three, BENCH_REFERENCE_EVENTS, log) < 0)
        return -1;
    printf("references, of %d events, %s, %.1f MB\n", BENCH_REFERENCE_EVENTS, three->name,
           file_size(log) / 1e6);
    fflush(stdout);
    const int status = bench_references(assay, folder, log);
    unlink(log);
    return status;
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/assay-bench-XXXXXX";
    int status = 0;

    if (argc < 2 || argc > 3 || mkdtemp(folder) == NULL) {
        fprintf(stderr, "usage: bench ASSAY [logs|ima|measure|predict|golden]\n");
        return 2;
    }
    const char *const part = argc == 3 ? argv[2] : NULL;

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes && status == 0; i++)
        if (part == NULL || strcmp(part, "logs") == 0)
            status = bench_shape(argv[1], &shapes[i], folder);
    if (status == 0 && (part == NULL || strcmp(part, "ima") == 0))
        status = bench_ima(argv[1], folder);
    if (status == 0 && (part == NULL || strcmp(part, "measure") == 0))
        status = bench_measure(argv[1], folder);
    if (status == 0 && (part == NULL || strcmp(part, "predict") == 0))
        status = bench_predictions(argv[1], folder);
    if (status == 0 && (part == NULL || strcmp(part, "golden") == 0))
        status = bench_goldens(argv[1], folder);
    rmdir(folder);
    return status == 0 ? 0 : 1;
}
