/* SPDX-License-Identifier: BSD-2-Clause */
/* Recorded boots of ../shared/boots: their logs, their files and the values of their TPMs. */
#ifndef ASSAY_TESTS_RECORDED_H
#define ASSAY_TESTS_RECORDED_H

#include "boot/platform/varstore.h"
#include "tests/launch.h"

#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECORDED "../shared/boots/"

static inline bool recorded_is_there(const char *boot)
{
    char path[300];

    snprintf(path, sizeof path, RECORDED "%s/pcrs.json", boot);
    return access(path, R_OK) == 0;
}

static inline json_t *recorded_json(const char *boot, const char *file)
{
    char path[300];

    snprintf(path, sizeof path, RECORDED "%s/%s", boot, file);
    json_t *const document = json_load_file(path, 0, NULL);
    cr_assert_not_null(document, "%s", path);
    return document;
}

/** The log of a boot; the caller frees it. */
static inline assay_prediction *recorded_log(const char *boot)
{
    char path[300];

    snprintf(path, sizeof path, RECORDED "%s/eventlog.bin", boot);
    return base_of(path);
}

/** A file of the store, unpacked once. The bytes last as long as the process. */
static inline assay_bytes recorded_content(const char *hash)
{
    static assay_file kept[64]; /* lent until the process ends */
    static size_t kept_count;
    char path[200], command[1000];
    assay_error error;
    assay_file file;

    snprintf(path, sizeof path, "build/boots/%.64s", hash);
    mkdir("build", 0777);
    mkdir("build/boots", 0777);
    if (access(path, R_OK) != 0) {
        snprintf(command, sizeof command,
                 "python3 " RECORDED "store.py get %.64s > %s.%d && mv %s.%d %s", hash, path,
                 (int)getpid(), path, (int)getpid(), path);
        cr_assert_eq(system(command), 0, "%s", command);
    }
    cr_assert_eq(assay_file_read(&file, path, 1 << 28, &error), 0, "%s: %s", path, error.what);
    cr_assert_lt(kept_count, sizeof kept / sizeof *kept);
    kept[kept_count++] = file;
    return file.bytes;
}

/** A file of a boot's ESP. */
static inline assay_bytes recorded_file(const char *boot, const char *name)
{
    json_t *const manifest = recorded_json(boot, "inputs/manifest.json");
    const char *const hash = json_string_value(
        json_object_get(json_object_get(json_object_get(manifest, "esp"), name), "sha256"));

    cr_assert_not_null(hash, "%s has no %s", boot, name);
    const assay_bytes bytes = recorded_content(hash);
    json_decref(manifest);
    return bytes;
}

/** All files of it; the caller frees the tree. */
static inline assay_tree *recorded_files(const char *boot)
{
    json_t *const manifest = recorded_json(boot, "inputs/manifest.json");
    assay_tree *const tree = assay_tree_new();
    const char *name;
    json_t *value;

    json_object_foreach(json_object_get(manifest, "esp"), name, value)
    {
        const char *const hash = json_string_value(json_object_get(value, "sha256"));

        /* The manifest goes: the tree keeps its own copy of the name. */
        cr_assert_eq(assay_tree_add_bytes(tree, assay_bytes_of_string(name),
                                          recorded_content(hash), NULL),
                     0);
    }
    json_decref(manifest);
    return tree;
}

/** A variable of a boot as it was before it; no bytes with a place where there is none. */
static inline assay_bytes recorded_variable(const char *boot, const assay_guid *vendor,
                                            const char *name)
{
    static assay_variables *stores[16];
    static size_t count;
    json_t *const manifest = recorded_json(boot, "inputs/manifest.json");
    const char *const hash = json_string_value(json_object_get(
        json_object_get(json_object_get(manifest, "firmware"), "vars_before_boot"), "sha256"));
    assay_variables *const variables = assay_variables_new();
    assay_varstore layout;
    assay_error error = { .what = "" };

    cr_assert_eq(assay_varstore_read(variables, recorded_content(hash), &layout, &error), 0, "%s",
                 error.what);
    json_decref(manifest);
    cr_assert_lt(count, sizeof stores / sizeof *stores);
    stores[count++] = variables; /* kept, as the bytes are lent */
    const assay_bytes data = assay_variables_data(variables, vendor, name);
    return data.data != NULL ? data : ASSAY_LITERAL("");
}

/** How many values in banks of the log differ from the TPM's, of PCR 0-9 and 11-14. */
static inline size_t recorded_differ(const assay_prediction *prediction, const char *boot)
{
    json_t *const truth = recorded_json(boot, "pcrs.json");
    size_t differ = 0;

    for (size_t i = 0; i < prediction->header.bank_count; i++) {
        char unknown[ASSAY_ALG_NUMBER_SIZE];
        const uint16_t alg = prediction->header.banks[i].alg;
        json_t *const bank = json_object_get(truth, assay_alg_name(alg, unknown));

        for (unsigned pcr = 0; pcr < 15; pcr++) {
            char number[12];

            snprintf(number, sizeof number, "%u", pcr);
            const char *const wanted = json_string_value(json_object_get(bank, number));
            if (pcr != 10 && strcmp(wanted, value_of(prediction, alg, pcr)) != 0)
                differ++;
        }
    }
    json_decref(truth);
    return differ;
}

#endif
