/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/reference/json.h: a reference is written and read, and what is wrong with one is refused
 * with its place.
 */
#include "policy/reference/json.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static assay_hashes *hashes;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(reference_json, .init = set_up, .fini = tear_down);

/* 00000000 in PCR 7 by SHA-256, and H(zeros | H(00000000)), by Python's hashlib. */
#define SEPARATOR "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119"
#define PCR7 "3d458cfe55cc03ea1f443f1562beec8df51c75e14a9fcf9a7234a13f198e7969"

static const char small[] =
    "{\n"
    "  \"assay\":{\n"
    "    \"schema\":\"assay-reference/1\"\n"
    "  },\n"
    "  \"tool\":\"a hand\",\n"
    "  \"name\":\"image\",\n"
    "  \"revision\":1,\n"
    "  \"components\":[\n"
    "    {\n"
    "      \"id\":\"firmware\",\n"
    "      \"role\":\"firmware\",\n"
    "      \"name\":\"firmware\"\n"
    "    }\n"
    "  ],\n"
    "  \"variants\":[\n"
    "    {\n"
    "      \"name\":\"boot\",\n"
    "      \"values\":{\n"
    "        \"sha256\":{\n"
    "          \"7\":\"" PCR7 "\"\n"
    "        }\n"
    "      },\n"
    "      \"confidence\":{\n"
    "        \"sha256\":{\n"
    "          \"observed\":\"7\"\n"
    "        }\n"
    "      }\n"
    "    }\n"
    "  ],\n"
    "  \"logs\":[\n"
    "    {\n"
    "      \"stage\":\"firmware\",\n"
    "      \"format\":\"tcg2\",\n"
    "      \"banks\":{\n"
    "        \"sha256\":32\n"
    "      }\n"
    "    }\n"
    "  ],\n"
    "  \"steps\":[\n"
    "    {\n"
    "      \"stage\":\"firmware\",\n"
    "      \"pcr\":7,\n"
    "      \"type\":\"EV_SEPARATOR\",\n"
    "      \"component\":\"firmware\",\n"
    "      \"digests\":{\n"
    "        \"sha256\":\"" SEPARATOR "\"\n"
    "      },\n"
    "      \"data\":\"00000000\"\n"
    "    }\n"
    "  ]\n"
    "}\n";

static assay_reference *must_read(const char *text)
{
    assay_reference *reference = NULL;
    assay_error error = { .what = "" };

    cr_assert_eq(assay_reference_read(&reference, assay_bytes_of_string(text), hashes, &error), 0,
                 "%s", error.what);
    return reference;
}

static void expect_written(const assay_reference *reference, const char *text)
{
    assay_writer writer = assay_writer_growing(1 << 20);

    cr_assert_eq(assay_reference_write(reference, ASSAY_REFERENCE_WHOLE, &writer), 0);
    assay_put_u8(&writer, 0);
    cr_expect_str_eq((const char *)assay_written(&writer).data, text);
    assay_writer_close(&writer);
}

Test(reference_json, what_is_written_in_canonical_form_stays_so)
{
    assay_reference *reference = must_read(small);

    expect_written(reference, small);
    cr_expect_str_eq(reference->name, "image");
    cr_expect_eq(reference->variant_count, 1);
    cr_expect_eq(reference->variants[0].confidence[0][7], ASSAY_CONFIDENCE_OBSERVED);
    cr_expect_eq(reference->steps[0].alternatives[0].event.type, 4); /* EV_SEPARATOR */
    cr_expect_eq(reference->steps[0].alternatives[0].variants, 1);
    assay_reference_free(&reference);
}
