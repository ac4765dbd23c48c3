/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs other programs and asks the kernel what they needed. */
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 7 };

static double nanoseconds(struct timeval time)
{
    return (double)time.tv_sec * 1e9 + (double)time.tv_usec * 1e3;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/*
 * The child's resident set begins as a copy of this process's, so whoever asks for the
 * peak of a small program must himself be small.
 */
static bench_run run(const char *const *command)
{
    const double start = now();
    const pid_t child = fork();
    struct rusage usage;
    int status;

    if (child == 0) {
        const int nowhere = open("/dev/null", O_RDWR);

        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        execvp(command[0], (char *const *)(uintptr_t)command);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) > 1)
        return (bench_run){ 0, 0, 0 };
    return (bench_run){ now() - start, nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime),
                        (double)usage.ru_maxrss * 1024 };
}

void bench_commands(const char *const *const *commands, size_t count, bench_run *ret_runs)
{
    double elapsed[BENCH_COMMANDS][ROUNDS], cpu[BENCH_COMMANDS][ROUNDS],
        peak[BENCH_COMMANDS][ROUNDS];

    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < count; i++) {
            const bench_run one = run(commands[i]);

            elapsed[i][round] = one.elapsed;
            cpu[i][round] = one.cpu;
            peak[i][round] = one.peak;
        }
    for (size_t i = 0; i < count; i++)
        ret_runs[i] = (bench_run){ bench_median(elapsed[i], ROUNDS), bench_median(cpu[i], ROUNDS),
                                   bench_median(peak[i], ROUNDS) };
}

void bench_print_run(const char *name, const bench_run *run, const bench_run *peer,
                     double start)
{
    if (run->elapsed == 0) {
        printf("  %-28s did not run\n", name);
        return;
    }
    printf("  %-28s %6.0f ms %6.0f ms %8.2f MiB", name, run->elapsed / 1e6, run->cpu / 1e6,
           (run->peak - start) / (1 << 20));
    if (peer->elapsed > 0)
        printf(" %7.1f times", peer->elapsed / run->elapsed);
    printf("\n");
}
