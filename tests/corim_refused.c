/* SPDX-License-Identifier: BSD-2-Clause */
/* CoRIMs that are refused, each with its place; and what is left out of sound ones. */
#include <criterion/criterion.h>

#include "policy/export/corim/cbor.h"
#include "tests/exported.h"
#include "tests/unhex.h"

static assay_hashes *hashes;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(corim_refused, .init = set_up, .fini = tear_down);

#define SHA256(b) b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b
#define DIGEST "82 01 5820" SHA256("31")

/* The whole file of hexadecimal digits. */
static int read_file(const char *hex, assay_import_job *job, assay_reference **ret_reference,
                     assay_error *error)
{
    const unhexed bytes = unhex(hex);

    return import_bytes("corim", unhexed_bytes(&bytes), job, ret_reference, error);
}

/* The CoMID of hexadecimal digits in 501({0: "i", 1: [506(<<CoMID>>)]}). */
static int read_comid(const char *hex, assay_import_job *job, assay_reference **ret_reference,
                      uint64_t *ret_content, assay_error *error)
{
    const unhexed comid = unhex(hex);
    assay_writer file = assay_writer_growing(1 << 20);

    assay_cbor_put_tag(&file, 501);
    assay_cbor_put_map(&file, 2);
    assay_cbor_put_uint(&file, 0);
    assay_cbor_put_text(&file, "i");
    assay_cbor_put_uint(&file, 1);
    assay_cbor_put_array(&file, 1);
    assay_cbor_put_tag(&file, 506);
    assay_cbor_put_bytes(&file, unhexed_bytes(&comid));
    *ret_content = file.used - comid.size;
    const int status = import_bytes("corim", assay_written(&file), job, ret_reference, error);
    assay_writer_close(&file);
    return status;
}

typedef struct row {
    const char *hex;
    int kind;
    uint64_t offset;
    const char *why;
} row;

static const row files[] = {
    { "", ASSAY_TRUNCATED, 0, "nothing" },
    { "7b7d", ASSAY_TRUNCATED, 0, "JSON" },
    { "a0", ASSAY_UNKNOWN_FORMAT, 0, "a map without tag 501" },
    { "d901f500", ASSAY_MALFORMED, 3, "tag 501 around a number" },
    { "d901f5a0", ASSAY_MALFORMED, 3, "no id" },
    { "d901f5a10001", ASSAY_MALFORMED, 5, "an id that is a number" },
    { "d901f5a10060", ASSAY_MALFORMED, 5, "an id that is an empty text" },
    { "d901f5a1004101", ASSAY_MALFORMED, 5, "an id of one byte" },
    { "d901f5a1006169", ASSAY_MALFORMED, 3, "no tags" },
    { "d901f5a2006169 0180", ASSAY_MALFORMED, 8, "tags of none" },
    { "d901f5a2006169 018100", ASSAY_MALFORMED, 9, "a tag that is none" },
    { "d901f5a2006169 0181d901fa00", ASSAY_MALFORMED, 12, "a CoMID that isn't in bytes" },
    { "d901f5a2006169 0181d901fa41ff", ASSAY_UNSUPPORTED, 13, "a CoMID that is no CBOR" },
    { "d901f5a2006169 0181d901f94100", ASSAY_UNSUPPORTED, 8, "a CoSWID alone" },
    { "d901f5a3006169 006169 0180", ASSAY_MALFORMED, 7, "the id twice" },
    { "d901f5a3006169 018100 0300", ASSAY_MALFORMED, 11, "a profile that is a number" },
    { "d901f5a3006169 018100 03d86f4180", ASSAY_MALFORMED, 13, "a profile that is no OID" },
    { "d901f5a3006169 018100 04a0", ASSAY_MALFORMED, 11, "a validity without an end" },
    { "d901f5a3006169 018100 04a10100", ASSAY_MALFORMED, 13, "an end without tag 1" },
    { "d901f5a3006169 018100 04a101c1f90000", ASSAY_MALFORMED, 13, "an end that is a fraction" },
    { "d901f5a3006169 018100 04a101c11b7fffffffffffffff", ASSAY_MALFORMED, 14,
      "an end that is far away" },
    { "d901f5a3006169 018100 04a200c10201c101", ASSAY_MALFORMED, 11, "an end before its begin" },
    { "d901f5a3006169 018100 0580", ASSAY_MALFORMED, 11, "entities of none" },
    { "d901f5a3006169 018100 0581a0", ASSAY_MALFORMED, 12, "an entity without a name" },
    { "d901f5a3006169 018100 0581a10060", ASSAY_MALFORMED, 14, "an entity with an empty name" },
};

static const row comids[] = {
    { "00", ASSAY_MALFORMED, 0, "a number" },
    { "a101a1006174", ASSAY_MALFORMED, 0, "no triples" },
    { "a104a1008080", ASSAY_MALFORMED, 5, "a byte behind it" },
    { "a104a10000", ASSAY_MALFORMED, 0, "no tag-identity" },
    { "a201a004a10000", ASSAY_MALFORMED, 2, "a tag-identity without an id" },
    { "a201a20061740120 04a10000", ASSAY_MALFORMED, 7, "a tag-version below zero" },
    { "a301a1006174 0300 04a10000", ASSAY_MALFORMED, 7, "linked-tags that are a number" },
    { "a301a1006174 0381a0 04a10000", ASSAY_MALFORMED, 8, "a link to nothing" },
    { "a201a1006174 04a0", ASSAY_MALFORMED, 7, "triples of none" },
    { "a201a1006174 04a10080", ASSAY_MALFORMED, 9, "reference-triples of none" },
    { "a201a1006174 04a1008180", ASSAY_MALFORMED, 10, "a triple of nothing" },
    { "a201a1006174 04a1008182a080", ASSAY_MALFORMED, 11, "an empty environment" },
    { "a201a1006174 04a1008182a100a080", ASSAY_MALFORMED, 13, "an empty class" },
    { "a201a1006174 04a1008182a100a100d825410080", ASSAY_MALFORMED, 17, "a UUID of one byte" },
    { "a201a1006174 04a1008182a100a100d86f418080", ASSAY_MALFORMED, 17, "an OID that is none" },
    { "a201a1006174 04a1008182a100a102616d80", ASSAY_MALFORMED, 17, "no measurement" },
    { "a201a1006174 04a1008182a100a102616d8100", ASSAY_MALFORMED, 18, "a measurement: a number" },
    { "a201a1006174 04a1008182a100a102616d81a10000", ASSAY_MALFORMED, 18, "no mval" },
    { "a201a1006174 04a1008182a100a102616d81a2000701a10280", ASSAY_MALFORMED, 24, "no digest" },
    { "a201a1006174 04a1008182a100a102616d81a2000701a1028100", ASSAY_MALFORMED, 25,
      "a digest that is a number" },
    { "a201a1006174 04a1008182a100a102616d81a2000701a10281820141ff", ASSAY_MALFORMED, 25,
      "a SHA-256 of one byte" },
    { "a201a1006174 04a1008182a100a102616d81a2000701a10282" DIGEST DIGEST, ASSAY_UNSUPPORTED, 61,
      "two SHA-256 of a PCR" },
    { "a201a1006174 04a1008182a100a102616d82 a2000701a10281" DIGEST "a2000701a10281" DIGEST,
      ASSAY_UNSUPPORTED, 68, "a PCR twice in a boot" },
    { "a201a1006174 04a1008182a100a102616d81a101a10ea0", ASSAY_MALFORMED, 22,
      "integrity-registers of none" },
    { "a201a1006174 04a1008182a100a102616d81a101a10ea20181" DIGEST "6572746d723081" DIGEST,
      ASSAY_UNSUPPORTED, 61, "a PCR and an RTMR" },
    { "a201a1006174 04a1008182a100a102616d81a20061780 1a10281" DIGEST, ASSAY_UNSUPPORTED,
      UINT64_MAX, "no measurement of a PCR" },
    { "a201a1006174 04a10082 82a100a102616d81a2000701a10281" DIGEST
      "82a100a102616e81a2000701a10281" DIGEST, ASSAY_UNSUPPORTED, 62,
      "triples of two environments" },
};

static void expect_row_refused(const row *row, int status, uint64_t base,
                               const assay_import_job *job, const assay_error *error)
{
    cr_expect_eq(status, -row->kind, "%s: %d, %s", row->why, status, error->what);
    if (row->offset != UINT64_MAX)
        cr_expect_eq(error->offset, base + row->offset, "%s: %s at %llu", row->why, error->what,
                     (unsigned long long)(error->offset - base));
    cr_expect_not_null(error->field, "%s", row->why);
    cr_expect_str_eq(job->place, "some/where.txt");
}

Test(corim_refused, with_its_place)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        assay_import_job job = { .hashes = hashes };
        assay_error error = { .what = "" };
        assay_reference *reference = NULL;

        expect_row_refused(&files[i], read_file(files[i].hex, &job, &reference, &error), 0, &job,
                       &error);
        assay_import_job_free(&job);
    }
}

Test(corim_refused, inside_a_comid_with_the_place_in_the_file)
{
    for (size_t i = 0; i < sizeof comids / sizeof *comids; i++) {
        assay_import_job job = { .hashes = hashes };
        assay_error error = { .what = "" };
        assay_reference *reference = NULL;
        uint64_t base;
        const int status = read_comid(comids[i].hex, &job, &reference, &base, &error);

        expect_row_refused(&comids[i], status, base, &job, &error);
        assay_import_job_free(&job);
    }
}

/* Sound, but with things that a reference has no place for. */
static const struct {
    const char *hex, *words;
} left_out[] = {
    { "a201a1006174 04a1008182a100a202616d030181a2000701a10281" DIGEST, "layer" },
    { "a201a1006174 04a1008182a200a102616d02d825500000000000000000000000000000000081a2000701a10281"
      DIGEST, "group" },
    { "a201a1006174 04a1008182a200a102616d01d902264101 81a2000701a10281" DIGEST, "an instance" },
    { "a201a1006174 04a1008182a100a200d90230410102616d81a2000701a10281" DIGEST, "a class-id" },
    { "a201a1006174 04a1008182a100a102616d81a2000701a20281" DIGEST "0b6178", "what else" },
    { "a201a1006174 04a1008182a100a102616d81a2000701a10282" DIGEST "820241ff", "of an algorithm" },
    { "a201a1006174 04a1008182a100a102616d82a2000701a10281" DIGEST "a200617801a10b6178",
      "no PCR's" },
    { "a201a1006174 04a1008182a100a102616d82a2000701a10281" DIGEST "a2001818 01a10281" DIGEST,
      "no PCR's" },
    { "a201a1006174 04a2008182a100a102616d81a2000701a10281" DIGEST "0300", "no reference values" },
    { "a301a1006174 0381a20061780100 04a1008182a100a102616d81a2000701a10281" DIGEST,
      "a link to another tag" },
    { "a301a1006174 0282a1006178a1006179 04a1008182a100a102616d81a2000701a10281" DIGEST,
      "another entity" },
};

Test(corim_refused, not_for_what_is_only_left_out)
{
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) {
        assay_import_job job = { .hashes = hashes };
        assay_error error = { .what = "" };
        assay_reference *reference = NULL;
        uint64_t base;

        cr_expect_eq(read_comid(left_out[i].hex, &job, &reference, &base, &error), 0, "%s: %s",
                     left_out[i].words, error.what);
        cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, left_out[i].words), "%s",
                  left_out[i].words);
        if (reference != NULL)
            cr_expect_eq(assay_reference_value(reference, 0, ASSAY_ALG_SHA256, 7).size, 32);
        assay_reference_free(&reference);
        assay_import_job_free(&job);
    }
}

Test(corim_refused, not_for_names_of_algorithms)
{
    /* [7, ["sha-1", 20 bytes]]: no number, so others write the name. */
    assay_import_job job = { .hashes = hashes };
    assay_error error = { .what = "" };
    assay_reference *reference = NULL;
    uint64_t base;

    cr_assert_eq(read_comid("a201a1006174 04a1008182a100a102616d81a2000701a10281 82 65 7368612d31 "
                            "54 4141414141414141414141414141414141414141",
                            &job, &reference, &base, &error),
                 0, "%s", error.what);
    cr_expect_eq(assay_reference_value(reference, 0, ASSAY_ALG_SHA1, 7).data[19], 0x41);
    assay_reference_free(&reference);
    assay_import_job_free(&job);
}

Test(corim_refused, with_more_boots_than_a_reference_has)
{
    assay_writer comid = assay_writer_growing(1 << 20);
    const unhexed head = unhex("a201a1006174 04a1009841"); /* 65 triples */
    const unhexed triple = unhex("82a100a102616d81a2000701a10281" DIGEST);
    assay_writer file = assay_writer_growing(1 << 20);
    assay_import_job job = { .hashes = hashes };
    assay_error error = { .what = "" };
    assay_reference *reference = NULL;

    assay_put(&comid, unhexed_bytes(&head));
    for (int i = 0; i < ASSAY_VARIANTS_MAX + 1; i++)
        assay_put(&comid, unhexed_bytes(&triple));
    const unhexed before = unhex("d901f5a2006169 0181d901fa");
    assay_put(&file, unhexed_bytes(&before));
    assay_cbor_put_bytes(&file, assay_written(&comid));
    cr_expect_eq(import_bytes("corim", assay_written(&file), &job, &reference, &error),
                 -ASSAY_TOO_LARGE, "%s", error.what);
    assay_import_job_free(&job);
    assay_writer_close(&file);
    assay_writer_close(&comid);
}
