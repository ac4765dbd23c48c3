/* SPDX-License-Identifier: BSD-2-Clause */
/* base/base64.h: the vectors of RFC 4648 section 10, and what its section 3 says to refuse. */
#include "base/base64.h"

#include <criterion/criterion.h>

/* RFC 4648 section 10; the last two have the digits in which the alphabets differ (section 5). */
static const struct {
    const char *bytes;
    size_t size;
    const char *text, *for_url;
} vectors[] = {
    { "", 0, "", "" },
    { "f", 1, "Zg==", "Zg" },
    { "fo", 2, "Zm8=", "Zm8" },
    { "foo", 3, "Zm9v", "Zm9v" },
    { "foob", 4, "Zm9vYg==", "Zm9vYg" },
    { "fooba", 5, "Zm9vYmE=", "Zm9vYmE" },
    { "foobar", 6, "Zm9vYmFy", "Zm9vYmFy" },
    { "\xfb\xff", 2, "+/8=", "-_8" }, /* 111110 111111 1111(00) */
    { "\0\0\0\0", 4, "AAAAAA==", "AAAAAA" },
};

enum { VECTORS = sizeof vectors / sizeof *vectors };

static void expect_put(void (*put)(assay_writer *, assay_bytes), assay_bytes bytes,
                       const char *text)
{
    uint8_t room[64];
    assay_writer writer = assay_writer_lent(room, sizeof room);

    put(&writer, bytes);
    cr_expect(assay_bytes_equal(assay_written(&writer), assay_bytes_of_string(text)), "%s", text);
}

static void expect_taken(bool (*take)(assay_writer *, assay_bytes), const char *text,
                         assay_bytes bytes)
{
    uint8_t room[64];
    assay_writer writer = assay_writer_lent(room, sizeof room);

    cr_expect(take(&writer, assay_bytes_of_string(text)), "%s", text);
    cr_expect(assay_bytes_equal(assay_written(&writer), bytes), "%s", text);
}

Test(base64, the_vectors_of_the_rfc)
{
    for (size_t i = 0; i < VECTORS; i++) {
        const assay_bytes bytes = assay_bytes_of(vectors[i].bytes, vectors[i].size);

        expect_put(assay_put_base64, bytes, vectors[i].text);
        expect_put(assay_put_base64url, bytes, vectors[i].for_url);
        expect_taken(assay_put_unbase64, vectors[i].text, bytes);
        expect_taken(assay_put_unbase64url, vectors[i].for_url, bytes);
    }
}

static void expect_refused(bool (*take)(assay_writer *, assay_bytes), assay_bytes text)
{
    uint8_t room[64];
    assay_writer writer = assay_writer_lent(room, sizeof room);

    cr_expect_not(take(&writer, text), "%.*s", (int)text.size, (const char *)text.data);
}

Test(base64, what_no_encoder_writes_is_refused)
{
    static const char *const padded[] = {
        "Zg",                                   /* padding is missing */
        "Zg=",                                  /* too little */
        "Zg===",                                /* too much */
        "=",       "====",  "Z===",     "Zh==", /* a bit behind the last byte */
        "Zm9=",    "Zm9v=", "Zm9v\n",           /* a line break */
        "Zm 9",    "Z=g=",  "Zg==Zg==",         /* padding in the middle */
        "-_8=",                                 /* of the other alphabet */
        "Zm9\xc3",
    };
    static const char *const bare[] = { "Z", "Zg==", "Zh", "Zm9vY", "+/8", "Zm9v\n", "Zm9 " };

    for (size_t i = 0; i < sizeof padded / sizeof *padded; i++)
        expect_refused(assay_put_unbase64, assay_bytes_of_string(padded[i]));
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
        expect_refused(assay_put_unbase64url, assay_bytes_of_string(bare[i]));
    expect_refused(assay_put_unbase64, ASSAY_LITERAL("Zm9\0"));
    expect_refused(assay_put_unbase64url, ASSAY_LITERAL("Zm\0"));
}
