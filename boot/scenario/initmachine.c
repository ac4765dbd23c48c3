/* SPDX-License-Identifier: BSD-2-Clause */
/* What a machine's own records say of its next boot. */
#include "boot/scenario/init_private.h"

#include "base/file.h"
#include "boot/artefact/gptdisk.h"
#include "eventlog/log.h"
#include "eventlog/types.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

static const size_t log_max = (size_t)1 << 30;

/* --- the log ---------------------------------------------------------------------------------- */

static void take_banks(assay_scenario_init *init, const assay_log_header *header)
{
    assay_document *const d = &init->document;

    d->bank_count = 0;
    for (size_t i = 0; i < header->bank_count; i++)
        if (d->bank_count < ASSAY_ALGS && assay_alg_find(header->banks[i].alg) != NULL)
            d->banks[d->bank_count++] = header->banks[i].alg;
}

/* The first table that was measured becomes the first blocks of the disk, if they can be known. */
static void take_gpt(assay_scenario_init *init, assay_bytes data)
{
    assay_gpt gpt;

    if (assay_written(&init->gpt).size > 0 || !assay_gpt_decode(data, &gpt))
        return;
    assay_document_disk *const disk = assay_init_open_disk(init, false);
    if (disk == NULL)
        return;
    if (assay_gptdisk_write_measured(&init->gpt, &gpt))
        disk->gpt = "gpt.bin";
    else
        assay_init_note(init, "the partition table in the log has gaps that the log does not tell: "
                              "the disk's first blocks are needed");
}

int assay_init_add_log(assay_scenario_init *init, assay_bytes bytes, assay_error *error)
{
    assay_event event;
    assay_log log;
    int status = assay_log_open(&log, bytes, NULL, NULL, error);

    if (status < 0)
        return status;
    if (log.header.stage == ASSAY_STAGE_FIRMWARE)
        take_banks(init, &log.header);
    while ((status = assay_log_next(&log, &event)) > 0)
        if (event.type == EV_EFI_GPT_EVENT)
            take_gpt(init, event.data);
    if (status < 0)
        assay_init_note(init, "the event log can't be read to its end");
    assay_log_close(&log);
    return 0;
}

/* --- the folder ------------------------------------------------------------------------------- */

static bool has_part(const char *folder, const char *name, char ret_path[PATH_MAX])
{
    const int size = snprintf(ret_path, PATH_MAX, "%s/%s", folder, name);

    return size > 0 && size < PATH_MAX && access(ret_path, F_OK) == 0;
}

/* The path of a part of the folder; NULL where it isn't there. 0 or a negative kind. */
static int find_part(assay_scenario_init *init, const char *folder, const char *name,
                     const char **ret_path, assay_error *error)
{
    char path[PATH_MAX];

    *ret_path = NULL;
    if (!has_part(folder, name, path))
        return 0;
    *ret_path = assay_init_keep(init, path, error);
    return *ret_path != NULL ? 0 : -ASSAY_NO_MEMORY;
}

bool assay_init_is_machine(const char *folder)
{
    char path[PATH_MAX];

    return has_part(folder, "eventlog.bin", path) || has_part(folder, "efivars", path) ||
           has_part(folder, "pcrs.json", path);
}

static int add_log_file(assay_scenario_init *init, const char *path, assay_error *error)
{
    assay_file file;
    int status = assay_file_read(&file, path, log_max, error);

    if (status < 0)
        return status;
    if (file.bytes.size == 0)
        assay_init_note(init, "the machine's event log is empty");
    else
        status = assay_init_add_log(init, file.bytes, error);
    assay_file_close(&file);
    return status;
}

int assay_init_add_machine(assay_scenario_init *init, const char *folder, assay_error *error)
{
    const char *log = NULL, *variables = NULL, *esp = NULL, *ima = NULL;
    int status = find_part(init, folder, "eventlog.bin", &log, error);

    if (status == 0)
        status = find_part(init, folder, "efivars", &variables, error);
    if (status == 0)
        status = find_part(init, folder, "esp", &esp, error);
    if (status == 0)
        status = find_part(init, folder, "ima.bin", &ima, error);
    if (status == 0 && log != NULL)
        status = add_log_file(init, log, error);
    if (status == 0 && esp != NULL)
        status = assay_scenario_init_add(init, esp, error);
    if (status < 0)
        return status;
    if (variables != NULL) {
        init->document.variables = variables;
        assay_init_note(init, "the variables are those that the recorded boot left behind");
    }
    if (ima != NULL)
        init->document.ima = 1;
    assay_init_note(init, "a machine's firmware, hardware and disks are in no folder: for what "
                          "will change on this very machine, assay predict --base is better");
    return 0;
}
