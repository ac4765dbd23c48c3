/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A property of all formats that can be read back, over references learnt from recorded boots: what
 * is written of what was read of what was written is the same files; and what the format's row says
 * that it holds comes back as it was.
 */
#include "tests/exported.h"

#include <stdlib.h>

enum { FILES_MAX = 256 };

static assay_hashes *hashes;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(export_roundtrip, .init = set_up, .fini = tear_down);

/* What a format keeps of a value besides the value itself. */
enum {
    VALUES = 1,
    NAMES = 2,
    KNOWN = 4,
    /* Of the kernel's list the first entry alone: what comes any number of times is lost. */
    NO_LIST = 8,
    /* The events that a PCR is demanded with are not read back:
     * which steps are theirs isn't said. */
    NO_EVENTS = 16,
    /* Its reader would refuse what these boots have;
     * what --force writes comes back all the same. */
    FORCED = 32,
};

static const assay_export_setting json_names[] = { { "names", "yes" } };
static const assay_export_setting hvs[] = { { "bios-name", "b" }, { "bios-version", "1" },
                                            { "os-name", "o" }, { "os-version", "1" } };
static const assay_export_setting oat[] = { { "oem", "e" }, { "bios-name", "b" },
                                            { "bios-version", "1" }, { "os-name", "o" },
                                            { "os-version", "1" }, { "ranges", "all" } };

static const struct row {
    const char *format;
    unsigned keeps;
    uint16_t bank; /* of a format that holds one */
    const assay_export_setting *settings;
    size_t setting_count;
} rows[] = {
    { "text", VALUES | NAMES | KNOWN, 0, NULL, 0 },
    { "csv", VALUES | NAMES | KNOWN, 0, NULL, 0 },
    { "json", VALUES | NAMES | KNOWN, 0, json_names, 1 },
    { "cel-json", VALUES | NO_LIST, 0, NULL, 0 },
    { "cel-tlv", VALUES | NO_LIST, 0, NULL, 0 },
    { "keylime-tpm-policy", VALUES, ASSAY_ALG_SHA256, NULL, 0 },
    { "keylime-rest", VALUES, ASSAY_ALG_SHA256, NULL, 0 },
    { "pcrlock", 0, ASSAY_ALG_SHA256, NULL, 0 },
    { "cryptenroll", VALUES, ASSAY_ALG_SHA256, NULL, 0 },
    { "tpm2-policy", VALUES, ASSAY_ALG_SHA256, NULL, 0 },
    { "clevis", VALUES, ASSAY_ALG_SHA256, NULL, 0 },
    { "fapi", VALUES, ASSAY_ALG_SHA256, NULL, 0 },
    { "corim", VALUES, ASSAY_ALG_SHA256, NULL, 0 },
    { "tcg-rim", FORCED, ASSAY_ALG_SHA256, NULL, 0 },
    { "hvs-flavor", VALUES | NO_EVENTS, ASSAY_ALG_SHA256, hvs, 4 },
    { "oat-wlm", VALUES | FORCED, ASSAY_ALG_SHA256, oat, 6 },
    { "open-cit", VALUES | FORCED, ASSAY_ALG_SHA256, oat, 6 },
    { "rvps", VALUES, ASSAY_ALG_SHA256, NULL, 0 },
};

enum { ROWS = sizeof rows / sizeof *rows };

static const struct row *row_of(const char *format)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].format, format) == 0)
            return &rows[i];
    return NULL;
}

static int write_row(const struct row *row, assay_export_job *job, assay_error *error)
{
    job->settings = row->settings;
    job->setting_count = row->setting_count;
    if (row->bank != 0) {
        job->banks_asked = true;
        job->bank_count = 1;
        job->banks[0] = row->bank;
    }
    return assay_export_write(assay_export_format_by_name(row->format), job, error);
}

static assay_reference *read_row(const struct row *row, const assay_export_job *job)
{
    static assay_export_file files[FILES_MAX];
    assay_import_job read = { .files = files, .file_count = job->file_count, .hashes = hashes };
    assay_reference *reference = NULL;
    assay_error error = { .what = "" };

    cr_assert_leq(job->file_count, FILES_MAX);
    for (size_t i = 0; i < job->file_count; i++)
        files[i] = *job->files[i];
    cr_expect_eq(assay_export_read(assay_export_format_by_name(row->format), &read, &reference,
                                   &error), 0, "%s: %s", row->format, error.what);
    assay_import_job_free(&read);
    return reference;
}

static void expect_same_files(const struct row *row, const assay_export_job *a,
                              const assay_export_job *b, const char *machine)
{
    cr_expect_eq(a->file_count, b->file_count, "%s of %s", row->format, machine);
    for (size_t i = 0; i < a->file_count && i < b->file_count; i++)
        cr_expect(strcmp(a->files[i]->path, b->files[i]->path) == 0 &&
                      assay_bytes_equal(assay_written(&a->files[i]->writer),
                                        assay_written(&b->files[i]->writer)),
                  "%s of %s: %s", row->format, machine, a->files[i]->path);
}

/* What was read has the same value of each PCR that it has at all, and of none another. */
static void expect_same_values(const struct row *row, const assay_reference *of,
                               const assay_reference *read, const char *machine)
{
    for (size_t v = 0; v < read->variant_count; v++) {
        const assay_pcrs *const values = &read->variants[v].values;

        for (size_t b = 0; b < values->bank_count; b++)
            for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
                const assay_bytes value = assay_pcrs_value(values, values->banks[b].alg, pcr);
                bool found = value.data == NULL || ((row->keeps & NO_LIST) != 0 && pcr == 10);

                for (size_t other = 0; other < of->variant_count; other++)
                    found = found || assay_bytes_equal(value, assay_reference_value(
                                                           of, other, values->banks[b].alg, pcr));
                cr_expect(found, "%s of %s: PCR %u", row->format, machine, pcr);
            }
    }
}

static void expect_kept(const struct row *row, const assay_reference *of,
                        const assay_reference *read, const char *machine)
{
    if ((row->keeps & VALUES) != 0)
        expect_same_values(row, of, read, machine);
    if ((row->keeps & NAMES) == 0)
        return;
    cr_assert_eq(read->variant_count, of->variant_count, "%s of %s", row->format, machine);
    for (size_t v = 0; v < of->variant_count; v++) {
        cr_expect_str_eq(read->variants[v].name, of->variants[v].name);
        cr_expect_arr_eq(&read->variants[v].values, &of->variants[v].values, sizeof(assay_pcrs),
                         "%s of %s", row->format, machine);
        if ((row->keeps & KNOWN) != 0)
            cr_expect_arr_eq(read->variants[v].confidence, of->variants[v].confidence,
                             sizeof of->variants[v].confidence, "%s of %s", row->format, machine);
    }
}

/* Whether it could be written at all: some formats have no place for some boots. */
static bool try_row(const struct row *row, const assay_reference *of, const char *machine)
{
    assay_export_job once = job_of(of, hashes);
    assay_error error = { .what = "" };
    const bool written =
        write_row(row, &once, &error) == 0 &&
        ((row->keeps & FORCED) != 0 || !assay_export_is_refused(&once));

    if (written) {
        assay_reference *read = read_row(row, &once);
        assay_export_job twice = job_of(read, hashes);

        cr_expect_eq(write_row(row, &twice, &error), 0, "%s of %s: %s", row->format, machine,
                     error.what);
        if ((row->keeps & NO_EVENTS) == 0)
            expect_same_files(row, &once, &twice, machine);
        expect_kept(row, of, read, machine);
        assay_export_job_free(&twice);
        assay_reference_free(&read);
    }
    assay_export_job_free(&once);
    return written;
}

static const char *const machines[] = { "b1-uki252", "a5-efistub-6.12-ovmf2025",
                                        "c5-sdboot257-type2-sb", "d1-shim-grub206-sb" };
enum { MACHINES = sizeof machines / sizeof *machines };

Test(export_roundtrip, every_format_that_can_be_read_is_in_the_table)
{
    for (size_t i = 0; assay_export_format_at(i) != NULL; i++) {
        const assay_export_format *const format = assay_export_format_at(i);

        cr_expect(format->read == NULL || row_of(format->name) != NULL, "%s", format->name);
    }
}

Test(export_roundtrip, what_is_read_is_written_again)
{
    bool tried[ROWS] = { false };

    for (size_t m = 0; m < MACHINES; m++) {
        assay_reference *of = assay_reference_new("machine");

        learnt_add(of, machines[m], "boot", hashes);
        for (size_t i = 0; i < ROWS; i++)
            tried[i] |= try_row(&rows[i], of, machines[m]);
        assay_reference_free(&of);
    }
    for (size_t i = 0; i < ROWS; i++)
        cr_expect(tried[i], "%s was never written", rows[i].format);
}

Test(export_roundtrip, so_are_two_variants)
{
    assay_reference *of = assay_reference_new("machine");

    learnt_add(of, "b1-uki252", "old", hashes);
    learnt_add(of, "d1-shim-grub206-sb", "new", hashes);
    for (size_t i = 0; i < ROWS; i++)
        try_row(&rows[i], of, "two");
    assay_reference_free(&of);
}
