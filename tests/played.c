/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/played.h"

#include "boot/loader/jobs.h"
#include "eventlog/payload/image.h"
#include "tests/artefact.h"

#include <errno.h>
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

#define BOOTS "../shared/boots/"
#define CACHE "build/boots"

/* The store unpacks a file in a second or so: what was unpacked once is kept. */
static const char *unpacked(const char *hash)
{
    static char path[200];
    char command[600];
    struct stat st;

    snprintf(path, sizeof path, CACHE "/%.64s", hash);
    if (stat(path, &st) == 0)
        return path;
    mkdir("build", 0777);
    mkdir(CACHE, 0777);
    snprintf(command, sizeof command,
             "python3 " BOOTS "store.py get %.64s > " CACHE "/%.64s.%d && mv " CACHE "/%.64s.%d %s",
             hash, hash, (int)getpid(), hash, (int)getpid(), path);
    cr_assert_eq(system(command), 0, "%s", command);
    return path;
}

static void add_esp(played *p, const char *name)
{
    char path[300];
    const char *file;
    json_t *value;

    snprintf(path, sizeof path, BOOTS "%s/inputs/manifest.json", name);
    json_t *const manifest = json_load_file(path, 0, NULL);
    cr_assert_not_null(manifest);
    json_object_foreach(json_object_get(manifest, "esp"), file, value)
    {
        const char *const hash = json_string_value(json_object_get(value, "sha256"));
        cr_assert_eq(assay_tree_add_file(p->scenario.disks[0].esp, assay_bytes_of_string(file),
                                         unpacked(hash), &p->error),
                     0, "%s", p->error.what);
    }
    json_decref(manifest);
}

static artefact variable(const char *boot, const char *name)
{
    char path[300];

    snprintf(path, sizeof path, BOOTS "%s/efivars/%s-8be4df61-93ca-11d2-aa0d-00e098032b8c", boot,
             name);
    return artefact_load(path);
}

/* Path and optional data of the boot option that was taken (UEFI 2.10 section 3.1.3). */
static void read_option(played *p, const char *boot)
{
    char name[16];
    artefact current = variable(boot, "BootCurrent");

    snprintf(name, sizeof name, "Boot%04X", current.data[4] | current.data[5] << 8);
    artefact_free(&current);
    artefact option = variable(boot, name);
    assay_cursor c = assay_cursor_of(artefact_bytes(&option));
    assay_take(&c, 4 + 4);
    const uint16_t size = assay_take_u16le(&c);
    while (assay_take_u16le(&c) != 0)
        ;
    assay_cursor nodes = assay_cursor_of(assay_take(&c, size));
    strcpy(p->path, "EFI/BOOT/BOOTX64.EFI");
    while (assay_left(&nodes) >= 4) {
        const uint16_t type = assay_take_u16le(&nodes), length = assay_take_u16le(&nodes);
        const assay_bytes text = assay_take(&nodes, length - 4u);
        if (type != 0x0404)
            continue;
        for (size_t i = 0; i < text.size / 2; i++)
            p->path[i] = text.data[2 * i] == '\\' ? '/' : (char)text.data[2 * i];
        memmove(p->path, p->path + 1, strlen(p->path));
        const assay_bytes data = assay_take_rest(&c);
        memcpy(p->load_options, data.data, data.size);
        p->load_options_size = data.size;
    }
    artefact_free(&option);
}

static void read_log(played *p, const char *name)
{
    static assay_file file;
    char path[300];
    assay_log log;

    snprintf(path, sizeof path, BOOTS "%s/eventlog.bin", name);
    cr_assert_eq(assay_file_read(&file, path, 1 << 24, &p->error), 0);
    cr_assert_eq(assay_log_open(&log, file.bytes, "tcg2", NULL, &p->error), 0);
    p->recorded = assay_prediction_new(&log.header);
    cr_assert_eq(assay_prediction_read(p->recorded, &log, &p->error), 0);
    p->played = assay_prediction_new(&log.header);
    p->scenario.bank_count = log.header.bank_count;
    for (size_t i = 0; i < log.header.bank_count; i++)
        p->scenario.banks[i] = log.header.banks[i].alg;
    assay_log_close(&log);
    assay_file_close(&file);
}

bool played_open(played *p, const char *name)
{
    char path[300];

    *p = (played){ 0 };
    snprintf(path, sizeof path, BOOTS "%s/eventlog.bin", name);
    if (access(path, R_OK) != 0)
        return false;
    p->scenario.disk_count = 1;
    p->scenario.disks[0].esp = assay_tree_new();
    p->scenario.variables = assay_variables_new();
    snprintf(path, sizeof path, BOOTS "%s/efivars", name);
    cr_assert_eq(assay_variables_read_folder(p->scenario.variables, path, &p->error), 0);
    add_esp(p, name);
    read_option(p, name);
    read_log(p, name);
    artefact secure = variable(name, "SecureBoot");
    p->boot = (assay_boot){
        .scenario = &p->scenario,
        .prediction = p->played,
        .hashes = assay_hashes_new(),
        .error = &p->error,
        .gpt_measured = true,
        .secure_boot = secure.data[4] == 1,
        .db = assay_variables_data(p->scenario.variables, &assay_guid_image_security, "db"),
        .dbx = assay_variables_data(p->scenario.variables, &assay_guid_image_security, "dbx"),
    };
    artefact_free(&secure);
    return true;
}

void played_make(played *p)
{
    assay_log_header header = { .spec_id = { .present = true,
                                             .signature = 3,
                                             .version_major = 2,
                                             .uintn_size = 2 },
                                .bank_count = 1,
                                .banks = { { 0x000b, 32 } } };

    *p = (played){ .scenario = { .bank_count = 1, .banks = { 0x000b }, .disk_count = 1 } };
    p->scenario.disks[0].esp = assay_tree_new();
    p->scenario.variables = assay_variables_new();
    p->played = assay_prediction_new(&header);
    p->boot = (assay_boot){
        .scenario = &p->scenario,
        .prediction = p->played,
        .hashes = assay_hashes_new(),
        .error = &p->error,
        .gpt_measured = true,
    };
}

void played_add(played *p, const char *path, assay_bytes bytes)
{
    cr_assert_eq(assay_tree_add_bytes(p->scenario.disks[0].esp, assay_bytes_of_string(path), bytes,
                                      &p->error),
                 0, "%s", p->error.what);
}

const char *played_words(played *p)
{
    static char text[2000];
    assay_writer out = assay_writer_lent(text, sizeof text - 1);

    assay_boot_do_jobs(&p->boot);
    for (size_t i = 0; i < p->played->count; i++) {
        const assay_event *const event = &p->played->events[i].event;
        assay_put_format(&out, "%s%u:", i > 0 ? " " : "", event->pcr_index);
        assay_put_hex(&out, assay_bytes_of(event->digests[0].value.data, 4));
    }
    text[out.used] = '\0';
    return text;
}

void played_free(played *p)
{
    assay_boot_free_jobs(&p->boot);
    assay_hashes_free(&p->boot.hashes);
    assay_prediction_free(&p->played);
    assay_prediction_free(&p->recorded);
    assay_variables_free(&p->scenario.variables);
    assay_tree_free(&p->scenario.disks[0].esp);
}

assay_bytes played_file(played *p, const char *path)
{
    assay_bytes bytes = ASSAY_NO_BYTES;

    cr_assert_eq(assay_tree_read(p->scenario.disks[0].esp, assay_bytes_of_string(path), &bytes,
                                 &p->error),
                 1, "%s", path);
    return bytes;
}

enum assay_boot_end played_start(played *p, const char *path, assay_bytes load_options)
{
    const assay_boot_image image = {
        .file = played_file(p, path),
        .disk = &p->scenario.disks[0],
        .path = assay_bytes_of_string(path),
        .load_options = load_options,
    };
    assay_pe pe;

    /* Whether it is let pass, and by what, is not what is played here. */
    cr_assert_eq(assay_pe_open(&pe, image.file, &p->error), 0);
    assay_boot_measure_pe(&p->boot, 4, EV_EFI_BOOT_SERVICES_APPLICATION, ASSAY_PART_LOADER, &pe,
                          ASSAY_NO_BYTES);
    const enum assay_boot_end end = assay_boot_run(&p->boot, &image, &pe);
    assay_boot_do_jobs(&p->boot);
    cr_assert_eq(p->boot.status, 0, "%s", p->error.what);
    for (size_t i = 0; i < p->played->remark_count; i++)
        cr_log_info("%s", p->played->remarks[i].text);
    return end;
}

static bool is_of_others(const assay_event *event)
{
    return event->pcr_index <= 1 || event->pcr_index == 7 || event->pcr_index == 14 ||
           event->type == EV_EFI_GPT_EVENT || event->type == EV_NO_ACTION;
}

static const assay_event *next(const assay_prediction *log, size_t *index)
{
    while (*index < log->count) {
        const assay_event *const event = &log->events[(*index)++].event;
        if (!is_of_others(event))
            return event;
    }
    return NULL;
}

static void expect_equal(const assay_event *ours, const assay_event *theirs, size_t number)
{
    cr_assert_eq(ours->pcr_index, theirs->pcr_index, "event %zu: PCR %u, not %u", number,
                 ours->pcr_index, theirs->pcr_index);
    cr_assert_eq(ours->type, theirs->type, "event %zu", number);
    cr_assert_eq(ours->digest_count, theirs->digest_count);
    for (size_t i = 0; i < ours->digest_count; i++)
        cr_assert(assay_bytes_equal(ours->digests[i].value, theirs->digests[i].value),
                  "event %zu in PCR %u, bank %zu", number, ours->pcr_index, i);
    if (ours->type != EV_EFI_BOOT_SERVICES_APPLICATION)
        cr_assert(assay_bytes_equal(ours->data, theirs->data), "data of event %zu", number);
}

/* Behind the measurement of an image of this size. */
static size_t find_start(const played *p, size_t size)
{
    for (size_t i = 0; i < p->recorded->count; i++) {
        const assay_event *const event = &p->recorded->events[i].event;
        assay_image image;
        if (event->type == EV_EFI_BOOT_SERVICES_APPLICATION &&
            assay_image_decode(event->data, &image) && image.length == size)
            return i;
    }
    cr_assert(false, "the log has no image of %zu bytes", size);
    return 0;
}

size_t played_compare(played *p, const char *path)
{
    size_t theirs = find_start(p, played_file(p, path).size), ours = 0, count = 0;

    for (;; count++) {
        const assay_event *const recorded = next(p->recorded, &theirs);
        const assay_event *const event = next(p->played, &ours);
        cr_assert_eq(recorded == NULL, event == NULL, "%s after %zu events",
                     recorded == NULL ? "the machine measures no more" : "we measure no more",
                     count);
        if (event == NULL)
            return count;
        expect_equal(event, recorded, count);
    }
}
