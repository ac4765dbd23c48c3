/* SPDX-License-Identifier: BSD-2-Clause */
/* What explains a boot_aggregate: PCR values of TPMs, with the list that the same kernel wrote. */
#include <criterion/criterion.h>

#include "base/file.h"
#include "replay/bootaggregate.h"
#include "replay/pcrvalues.h"
#include "replay/replay.h"

#include <glob.h>
#include <stdio.h>
#include <unistd.h>

enum { CEILING = 16 << 20 };

/* What the first entry of a list says of PCR values. */
static assay_boot_aggregate explain(assay_bytes list, const assay_pcrs *pcrs,
                                    assay_findings *findings)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_boot_aggregate aggregate;
    assay_event event;
    assay_log log;

    cr_assert_eq(assay_log_open(&log, list, NULL, NULL, NULL), 0);
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_assert_eq(assay_boot_aggregate_explain(&event, pcrs, hashes, &aggregate), 0);
    cr_expect_eq(assay_boot_aggregate_is(&event), aggregate.outcome != ASSAY_BOOT_AGGREGATE_NONE);
    if (findings != NULL) {
        assay_findings_reset(findings);
        assay_boot_aggregate_note(&event, &aggregate, findings);
    }
    assay_log_close(&log);
    assay_hashes_free(&hashes);
    return aggregate;
}

static assay_boot_aggregate explain_file(const char *path, const assay_pcrs *pcrs)
{
    assay_file file;
    assay_error error;

    cr_assert_eq(assay_file_read(&file, path, CEILING, &error), 0, "%s", error.what);
    const assay_boot_aggregate aggregate = explain(file.bytes, pcrs, NULL);
    assay_file_close(&file);
    return aggregate;
}

static void read_values(const char *path, assay_pcrs *ret_pcrs)
{
    assay_error error;

    cr_assert_eq(assay_pcrvalues_read(path, ret_pcrs, &error), 0, "%s", error.what);
}

Test(bootaggregate, kernels_6_hash_ten_PCRs_or_eight_of_a_SHA1_TPM)
{
    glob_t paths;

    cr_assert_eq(glob("fixtures/machines/*/ima.bin", 0, NULL, &paths), 0);
    cr_expect_eq(paths.gl_pathc, 6);
    for (size_t i = 0; i < paths.gl_pathc; i++) {
        const bool sha1 = strstr(paths.gl_pathv[i], "h3-sha1") != NULL;
        const char *const list = paths.gl_pathv[i];
        char folder[200];
        assay_pcrs pcrs;

        snprintf(folder, sizeof folder, "%.*s", (int)(strlen(list) - strlen("/ima.bin")), list);
        read_values(folder, &pcrs);
        const assay_boot_aggregate aggregate = explain_file(list, &pcrs);
        cr_expect_eq(aggregate.outcome,
                     sha1 ? ASSAY_BOOT_AGGREGATE_PCRS_0_7 : ASSAY_BOOT_AGGREGATE_PCRS_0_9, "%s",
                     list);
        cr_expect_eq(aggregate.alg, sha1 ? ASSAY_ALG_SHA1 : ASSAY_ALG_SHA256);
    }
    globfree(&paths);
}

Test(bootaggregate, every_boot_beside_the_project_is_explained_too)
{
    glob_t paths;

    if (glob("../shared/boots/*/guest/ima.bin", 0, NULL, &paths) != 0)
        cr_skip_test("no boots");
    for (size_t i = 0; i < paths.gl_pathc; i++) {
        const char *const path = paths.gl_pathv[i];
        char values[200];
        assay_pcrs pcrs;

        snprintf(values, sizeof values, "%.*spcrs.json", (int)(strstr(path, "guest/") - path),
                 path);
        read_values(values, &pcrs);
        const assay_boot_aggregate aggregate = explain_file(path, &pcrs);
        cr_expect(aggregate.outcome == ASSAY_BOOT_AGGREGATE_PCRS_0_9 ||
                      (aggregate.outcome == ASSAY_BOOT_AGGREGATE_PCRS_0_7 &&
                       aggregate.alg == ASSAY_ALG_SHA1),
                  "%s", path);
    }
    globfree(&paths);
}

/* Machines of which there are the list and the TPM's values. */
Test(bootaggregate, real_machines_are_explained)
{
    static const struct {
        const char *name;
        uint16_t alg;
        enum assay_boot_aggregate_outcome outcome;
    } machines[] = {
        { "immune-dl160-fwupd-report", ASSAY_ALG_SHA1, ASSAY_BOOT_AGGREGATE_PCRS_0_7 },
        { "immune-hahuri-invalid-eventlog-values", ASSAY_ALG_SHA256,
          ASSAY_BOOT_AGGREGATE_PCRS_0_9 },
        { "immune-ludmilla-2", ASSAY_ALG_SHA1, ASSAY_BOOT_AGGREGATE_PCRS_0_7 },
    };

    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        char path[120];
        assay_pcrs pcrs;

        snprintf(path, sizeof path, "../shared/corpus/tcg20/%s.pcrs.json", machines[i].name);
        if (access(path, R_OK) != 0)
            cr_skip_test("no collection");
        read_values(path, &pcrs);
        snprintf(path, sizeof path, "../shared/corpus/ima/%s.bin", machines[i].name);
        const assay_boot_aggregate aggregate = explain_file(path, &pcrs);
        cr_expect_eq(aggregate.outcome, machines[i].outcome, "%s", path);
        cr_expect_eq(aggregate.alg, machines[i].alg, "%s", path);
    }
}

/* Where there are no values but the firmware's log: what it folds to. */
Test(bootaggregate, replayed_logs_explain_as_well)
{
    static const struct {
        const char *log, *list;
        enum assay_boot_aggregate_outcome outcome;
    } machines[] = {
        { "safeboot-lenovo-t490.bin", "safeboot-lenovo-t490.bin", ASSAY_BOOT_AGGREGATE_PCRS_0_7 },
        { "guard-oss-h12ssl-bios-measurements.bin", "guard-oss-h12ssl-binary-measurements.bin",
          ASSAY_BOOT_AGGREGATE_PCRS_0_7 },
        { "ima-verify-binary-bios-measurements.bin", "ima-verify-boot-aggregate.ascii",
          ASSAY_BOOT_AGGREGATE_PCRS_0_9 },
        { "ima-verify-binary-bios-measurements-vm.bin", "ima-verify-boot-aggregate-vm.ascii",
          ASSAY_BOOT_AGGREGATE_PCRS_0_9 },
        /* of two machines */
        { "safeboot-lenovo-t490.bin", "guard-oss-h12ssl-binary-measurements.bin",
          ASSAY_BOOT_AGGREGATE_DIFFERS },
    };
    static assay_replay replay;

    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        assay_hashes *hashes = assay_hashes_new();
        char path[120];
        assay_file file;
        assay_event event;
        assay_log log;

        snprintf(path, sizeof path, "../shared/corpus/tcg20/%s", machines[i].log);
        if (access(path, R_OK) != 0)
            cr_skip_test("no collection");
        cr_assert_eq(assay_file_read(&file, path, CEILING, NULL), 0);
        cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, NULL), 0);
        cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, NULL), 0);
        while (assay_log_next(&log, &event) > 0)
            cr_assert_eq(assay_replay_event(&replay, &event), 0);
        snprintf(path, sizeof path, "../shared/corpus/ima/%s", machines[i].list);
        cr_expect_eq(explain_file(path, &replay.pcrs).outcome, machines[i].outcome, "%s", path);
        assay_log_close(&log);
        assay_file_close(&file);
        assay_hashes_free(&hashes);
    }
}

/* PCRs of zeros, from PCR 0 to `last`. */
static assay_pcrs zeros(uint16_t alg, unsigned last)
{
    assay_pcrs pcrs = { .bank_count = 0 };

    assay_pcrs_add_bank(&pcrs, alg)->present = ((assay_pcr_set)2 << last) - 1;
    return pcrs;
}

#define TEMPLATE "10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima-ng "

/*
 * sha256(bytes(8 * 32)).hexdigest() ==
 * "5341e6b2646979a70e57653007a1f310169421ec9bdd9f1a5648f75ade005af1" sha256(bytes(10 *
 * 32)).hexdigest() == "7b6436b0c98f62380866d9432c2af0ee08ce16a171bda6951aecd95ee1307d61"
 */
#define OF_8 "sha256:5341e6b2646979a70e57653007a1f310169421ec9bdd9f1a5648f75ade005af1"
#define OF_10 "sha256:7b6436b0c98f62380866d9432c2af0ee08ce16a171bda6951aecd95ee1307d61"
#define OF_OTHERS "sha256:1111111111111111111111111111111111111111111111111111111111111111"

Test(bootaggregate, what_can_not_be_said_is_not_said)
{
    static const struct {
        const char *line;
        uint16_t alg;
        unsigned last;
        enum assay_boot_aggregate_outcome outcome;
    } cases[] = {
        { TEMPLATE OF_8 " boot_aggregate\n", ASSAY_ALG_SHA256, 7, ASSAY_BOOT_AGGREGATE_PCRS_0_7 },
        { TEMPLATE OF_8 " boot_aggregate\n", ASSAY_ALG_SHA256, 9, ASSAY_BOOT_AGGREGATE_PCRS_0_7 },
        { TEMPLATE OF_10 " boot_aggregate\n", ASSAY_ALG_SHA256, 9, ASSAY_BOOT_AGGREGATE_PCRS_0_9 },
        { TEMPLATE OF_8 " boot_aggregate_late\n", ASSAY_ALG_SHA256, 9,
          ASSAY_BOOT_AGGREGATE_PCRS_0_7 },
        { TEMPLATE OF_8 " boot_aggregate\n", ASSAY_ALG_SHA256, 6, ASSAY_BOOT_AGGREGATE_UNKNOWN },
        { TEMPLATE OF_8 " boot_aggregate\n", ASSAY_ALG_SHA1, 9, ASSAY_BOOT_AGGREGATE_UNKNOWN },
        { TEMPLATE OF_OTHERS " boot_aggregate\n", ASSAY_ALG_SHA256, 7,
          ASSAY_BOOT_AGGREGATE_UNKNOWN }, /* PCR 8 and 9 might explain it */
        { TEMPLATE OF_OTHERS " boot_aggregate\n", ASSAY_ALG_SHA256, 9,
          ASSAY_BOOT_AGGREGATE_DIFFERS },
        { TEMPLATE "sha1:1111111111111111111111111111111111111111 boot_aggregate\n", ASSAY_ALG_SHA1,
          7, ASSAY_BOOT_AGGREGATE_DIFFERS }, /* SHA-1 is never over PCR 8 and 9 */
        { TEMPLATE "md5:11111111111111111111111111111111 boot_aggregate\n", ASSAY_ALG_SHA1, 9,
          ASSAY_BOOT_AGGREGATE_UNKNOWN },
        { TEMPLATE "sha256:1111 boot_aggregate\n", ASSAY_ALG_SHA256, 9,
          ASSAY_BOOT_AGGREGATE_UNKNOWN },
        { TEMPLATE "sha1:0000000000000000000000000000000000000000 boot_aggregate\n",
          ASSAY_ALG_SHA256, 9, ASSAY_BOOT_AGGREGATE_NO_TPM },
        { TEMPLATE OF_8 " /init\n", ASSAY_ALG_SHA256, 9, ASSAY_BOOT_AGGREGATE_NONE },
        { "10 0000000000000000000000000000000000000000 ima-ng " OF_8 " boot_aggregate\n",
          ASSAY_ALG_SHA256, 9, ASSAY_BOOT_AGGREGATE_NONE }, /* a violation */
        { "10 719de8e521439498e9b77f6ed41e230b9821111e ima "
          "1111111111111111111111111111111111111111 boot_aggregate\n",
          ASSAY_ALG_SHA1, 9, ASSAY_BOOT_AGGREGATE_DIFFERS },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const assay_pcrs pcrs = zeros(cases[i].alg, cases[i].last);
        static assay_findings findings;
        const enum assay_boot_aggregate_outcome outcome =
            explain(assay_bytes_of_string(cases[i].line), &pcrs, &findings).outcome;

        cr_expect_eq(outcome, cases[i].outcome, "%zu: %s", i, assay_boot_aggregate_name(outcome));
        cr_expect_eq(findings.seen[ASSAY_FINDING_BOOT_AGGREGATE],
                     outcome == ASSAY_BOOT_AGGREGATE_DIFFERS);
        cr_expect_eq(findings.seen[ASSAY_FINDING_IMA_WITHOUT_TPM],
                     outcome == ASSAY_BOOT_AGGREGATE_NO_TPM);
    }
}
