/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/progress.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CALLS_PER_LOOK = 256 };

/* Standard output may be a terminal, or a pipe to one: lines there and here would mingle. */
static bool output_is_elsewhere(const cli_call *call)
{
    struct stat info;

    return call->common->quiet || call->common->output != NULL ||
           (fstat(STDOUT_FILENO, &info) == 0 && S_ISREG(info.st_mode));
}

static bool is_due(cli_progress *progress)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec < progress->next.tv_sec ||
        (now.tv_sec == progress->next.tv_sec && now.tv_nsec < progress->next.tv_nsec))
        return false;
    progress->next = now;
    progress->next.tv_sec++;
    return true;
}

cli_progress cli_progress_begin(const cli_call *call)
{
    cli_progress progress = { .wanted = isatty(STDERR_FILENO) && output_is_elsewhere(call) };

    is_due(&progress);
    return progress;
}

void cli_progress_at(cli_progress *progress, uint64_t done, uint64_t total)
{
    if (!progress->wanted || ++progress->calls % CALLS_PER_LOOK != 0 || !is_due(progress))
        return;
    fprintf(stderr, "\r%3u %%", (unsigned)(total > 0 ? 100 * done / total : 100));
    progress->shown = true;
}

void cli_progress_end(cli_progress *progress)
{
    if (progress->shown)
        fputs("\r     \r", stderr);
    progress->shown = false;
}
