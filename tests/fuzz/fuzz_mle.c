/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a measured launched environment, as they are and unzipped. */
#include "boot/artefact/gunzip.h"
#include "boot/artefact/mle.h"
#include "tests/fuzz/fuzz.h"

enum { CEILING = 1 << 20, MEMORY = 1 << 22 };

static void demand_header(const assay_mle *mle)
{
    uint8_t written[ASSAY_MLE_HEADER_SIZE], there[ASSAY_MLE_HEADER_SIZE];
    assay_writer out = assay_writer_lent(written, sizeof written);

    demand(assay_loaded_image_copy(&mle->image, mle->header_offset, there, sizeof there),
           "the header lies in the image");
    assay_mle_header_write(&out, &mle->header);
    demand(memcmp(written, there, sizeof there) == 0, "a header is written as it was read");
}

static void demand_words(const assay_mle *mle)
{
    assay_writer writer = assay_writer_growing(FUZZ_CEILING);
    assay_output out = assay_output_json_line(&writer);

    assay_emit_object(&out, NULL);
    assay_mle_emit(&out, mle);
    demand(out.depth == 1, "what is begun is ended");
    assay_emit_end(&out);
    assay_writer_close(&writer);
}

/* What is placed in the area is what a copy with it placed there has. */
static void demand_digests(const assay_mle *mle, assay_hashes *hashes)
{
    static const uint16_t alg = ASSAY_ALG_SHA256;
    const size_t size = mle->header.mle_end - mle->header.mle_start;
    uint8_t *const copy = malloc(size);
    assay_digesting digesting;
    assay_digests placed, same;
    const assay_bytes whole = assay_bytes_of(copy, size), cmdline = ASSAY_LITERAL("x");

    demand(assay_loaded_image_copy(&mle->image, mle->header.mle_start, copy, size),
           "the MLE is there");
    demand(assay_digesting_begin(&digesting, hashes, &alg, 1) == 0, "SHA-256 is there");
    if (assay_mle_digest(mle, cmdline, &digesting, &placed, NULL) == 0) {
        const uint32_t room = assay_mle_cmdline_max(mle);

        if (room > 0) {
            uint8_t *const area = copy + (mle->header.cmdline_start - mle->header.mle_start);

            memset(area, 0, room + 1);
            area[0] = 'x';
        }
        demand(assay_digests_of(hashes, &alg, 1, &whole, 1, &same) == 0, "SHA-256 works");
        demand(memcmp(&placed, &same, sizeof same) == 0, "pieces and whole have one digest");
    }
    free(copy);
}

static void read_mle(assay_bytes bytes, assay_hashes *hashes)
{
    assay_error error = { .what = "" };
    assay_mle mle;

    assay_mle_linux_detect(bytes);
    if (assay_mle_open(&mle, bytes, &error) < 0) {
        demand(error.what[0] != '\0', "a fault is explained");
        return;
    }
    demand_header(&mle);
    demand_words(&mle);
    if (mle.image.size <= MEMORY)
        demand_digests(&mle, hashes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_error error = { .what = "" };
    assay_gunzipped unzipped;

    read_mle(assay_bytes_of(data, size), hashes);
    if (assay_gunzip(&unzipped, assay_bytes_of(data, size), CEILING, &error) == 0) {
        demand(unzipped.bytes.size <= (unzipped.members > 0 ? CEILING : size), "no bomb goes off");
        demand(unzipped.trailing < size || size == 0, "what is behind is less than all");
        if (unzipped.members > 0)
            read_mle(unzipped.bytes, hashes);
        assay_gunzip_close(&unzipped);
    } else {
        demand(error.what[0] != '\0', "a fault is explained");
    }
    assay_hashes_free(&hashes);
    return 0;
}
