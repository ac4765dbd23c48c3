/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts held against a reference, for the formats about them. */
#include "cli/boots.h"
#include "cli/complain.h"
#include "cli/export.h"

#include <stdlib.h>
#include <time.h>

void cli_exported_hosts_free(cli_exported_hosts *hosts)
{
    for (size_t i = 0; i < hosts->count; i++) {
        free(hosts->names[i]);
        if (hosts->results[i] != NULL)
            assay_reference_result_free(hosts->results[i]);
        free(hosts->results[i]);
    }
    hosts->count = 0;
}

/* SOURCE_DATE_EPOCH, where it is set, so that two runs say the same. */
static void say_time(char ret_time[CLI_MOMENT_SIZE])
{
    const char *const given = getenv("SOURCE_DATE_EPOCH");
    const time_t now = given != NULL ? (time_t)strtoll(given, NULL, 10) : time(NULL);
    struct tm utc;

    if (gmtime_r(&now, &utc) == NULL ||
        strftime(ret_time, CLI_MOMENT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        memcpy(ret_time, "1970-01-01T00:00:00Z", CLI_MOMENT_SIZE);
}

/* A host that can't be read is said to be so, and exported as what it is: unknown. */
static int compare_one(const cli_call *call, const char *word, const assay_reference *reference,
                       assay_hashes *hashes, cli_exported_hosts *hosts)
{
    const size_t i = hosts->count;
    char *variant;
    char *const name = strndup(word, strcspn(word, "="));
    cli_boot *boot = name == NULL ? NULL
                                  : cli_boot_of_word(call, word + strlen(name) + 1, &variant);
    assay_error error = { .what = "what it measured can't be read" };

    if (name == NULL)
        return cli_complain_memory(call->verb);
    hosts->count++;
    hosts->names[i] = name;
    hosts->list[i] = (assay_export_host){ .name = name, .time = hosts->time };
    hosts->results[i] = boot == NULL ? NULL : calloc(1, sizeof *hosts->results[i]);
    if (hosts->results[i] != NULL &&
        assay_reference_compare(reference, &boot->boot, assay_reference_all(reference), hashes,
                                hosts->results[i], &error) < 0) {
        cli_complain(call->verb, word, &error);
        free(hosts->results[i]);
        hosts->results[i] = NULL;
    }
    hosts->list[i].result = hosts->results[i];
    memcpy(hosts->why[i], error.what, sizeof hosts->why[i]);
    hosts->list[i].why = hosts->why[i];
    cli_boot_free(&boot);
    free(variant);
    return CLI_YES;
}

int cli_compare_hosts(const cli_call *call, const cli_words *words,
                      const assay_reference *reference, assay_hashes *hashes,
                      cli_exported_hosts *ret_hosts)
{
    int status = CLI_YES;

    *ret_hosts = (cli_exported_hosts){ .count = 0 };
    say_time(ret_hosts->time);
    for (size_t i = 0; i < words->count && status == CLI_YES; i++)
        status = compare_one(call, words->list[i], reference, hashes, ret_hosts);
    return status;
}
