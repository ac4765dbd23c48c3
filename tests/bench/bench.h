/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the benchmark: a log of known size, time, other processes. */
#ifndef ASSAY_TESTS_BENCH_BENCH_H
#define ASSAY_TESTS_BENCH_BENCH_H

#include "base/writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BENCH_EVENTS = 100000,
    BENCH_REFERENCE_EVENTS = 10000,
    BENCH_IMA_ENTRIES = 1000000,
    BENCH_INITRD_MEGABYTES = 500,
};

/** Writes a crypto-agile log of `events` events for these banks; the same bytes each time. */
int bench_write_log(assay_writer *writer, const uint16_t *banks, size_t bank_count, size_t events);

/** Writes a binary measurement list of Linux IMA, ima-ng and ima-sig; the same bytes each time. */
int bench_write_ima(assay_writer *writer, size_t entries);

/** Nanoseconds of CPU time that this thread has used. */
uint64_t bench_cpu_now(void);

/** The middle one of `count` values, which it sorts. */
double bench_median(double *values, size_t count);

/**
 * Nanoseconds to replay the log at `bytes` (reading, then folding every event), and to
 * do nothing but the extends of the same digests in the same order.
 */
typedef struct bench_fold {
    double replay;
    double floor;
    size_t events;
} bench_fold;

/** Medians of interleaved runs. 0, or -1 when the log can't be replayed. */
int bench_fold_log(assay_bytes bytes, bench_fold *ret_fold);

/** The same for an IMA list folded into SHA-1 and SHA-256; to the floor belongs the hash of each
 * entry. */
int bench_fold_ima(assay_bytes list, bench_fold *ret_fold);

/** Writes a file of this many million bytes, which are random, that looks like an initrd.
 * 0 or -1. */
int bench_write_initrd(const char *path, size_t megabytes);

/** Nanoseconds of CPU time of nothing but SHA-1, SHA-256 and SHA-384 of a file. */
typedef struct bench_digesting {
    double sum, slowest;
} bench_digesting;

/** Medians, on one thread. 0 or -1. */
int bench_digests(const char *path, bench_digesting *ret_digesting);

/** Nanoseconds to hash so many bytes, in an index for the size of the digest in bytes. 0 or -1. */
int bench_digest_bytes(const double *totals, double *ret_time);

/** What a prediction can't do without: nanoseconds of one thread, bytes hashed of all banks. */
typedef struct bench_prediction {
    double hashing, unpacking;
    double hashed;
} bench_prediction;

/** Medians, of the scenario in a file. 0 or -1. */
int bench_predict(const char *path, bench_prediction *ret_prediction);

enum { BENCH_SECTIONS = 4 };

/** Writes .linux, .osrel, .cmdline and .initrd of a unified kernel image that has them. 0 or -1. */
int bench_write_sections(const char *image, const char *const paths[BENCH_SECTIONS]);

/** Keeps this process, and those it starts, to one core; or lets it have all it had. 0 or -1. */
int bench_on_one_core(bool one);

/** What another program needed. */
typedef struct bench_run {
    double elapsed; /* nanoseconds from start to end; 0: it is not installed or failed */
    double cpu;     /* nanoseconds that its threads used together, user and system */
    double peak;    /* bytes of the largest resident set */
} bench_run;

enum { BENCH_COMMANDS = 8 };

/**
 * Runs the commands (each an argv) in turn, several times around, with standard output
 * to /dev/null; the medians of each.
 */
void bench_commands(const char *const *const *commands, size_t count, bench_run *ret_runs);

/** A row: of the memory what is beyond `start`, and how many times as long `peer` took. */
void bench_print_run(const char *name, const bench_run *run, const bench_run *peer, double start);

/** The parts of the benchmark that are about artefacts;
 * `folder` is for what they write. 0 or -1. */
int bench_measure(const char *assay, const char *folder);
int bench_predictions(const char *assay, const char *folder);

/** The part about references: of the boot that a log is of. */
int bench_references(const char *assay, const char *folder, const char *log);

#endif
