/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as what tpm2_nvreadpublic prints, and as what an NV index holds. */
#include "boot/platform/nvcontent.h"
#include "boot/platform/nvindex.h"
#include "tests/fuzz/fuzz.h"

enum { CEILING = 1 << 20 };

static void demand_verdict(assay_output *out, const assay_txt_nv_public *index)
{
    assay_nv_verdict verdict;

    assay_nv_judge(index, &verdict);
    demand(!verdict.wrong || verdict.faults != 0, "what is wrong has a fault");
    assay_nv_emit(out, NULL, index);
}

static void demand_public(assay_bytes input)
{
    static assay_nv_read list[ASSAY_NV_READ_MAX], back[ASSAY_NV_READ_MAX];
    assay_writer json = assay_writer_growing(CEILING), text = assay_writer_growing(CEILING);
    assay_output out = assay_output_json_line(&json);
    assay_error error = { .what = "" };
    const int count = assay_nv_read_text(input, list, &error);

    demand(count >= 0 || error.what[0] != '\0', "a fault is explained");
    assay_emit_object(&out, NULL);
    assay_emit_array(&out, "nv");
    for (int i = 0; i < count; i++) {
        demand_verdict(&out, &list[i].index);
        assay_nv_write_text(&text, &list[i].index);
    }
    assay_emit_end(&out);
    assay_emit_end(&out);
    if (count >= 0)
        demand(assay_nv_read_text(assay_written(&text), back, NULL) == count,
               "a text that was written can be read");
    for (int i = 0; i < count; i++)
        demand(back[i].index.nv_index == list[i].index.nv_index &&
                   back[i].index.attributes == list[i].index.attributes &&
                   back[i].index.name_alg == list[i].index.name_alg &&
                   back[i].index.data_size == list[i].index.data_size &&
                   assay_bytes_equal(back[i].index.auth_policy, list[i].index.auth_policy),
               "read(write(x)) == x");
    assay_writer_close(&text);
    assay_writer_close(&json);
}

static void demand_content(assay_bytes input)
{
    assay_writer content = assay_writer_growing(ASSAY_NV_CONTENT_MAX);
    assay_error error = { .what = "" };
    const int status = assay_nv_content_read(input, &content, &error);

    demand(status == 0 || error.what[0] != '\0', "a fault is explained");
    demand(content.used <= input.size, "a content is no longer than what it is read from");
    assay_writer_close(&content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    demand_public(assay_bytes_of(data, size));
    demand_content(assay_bytes_of(data, size));
    return 0;
}
