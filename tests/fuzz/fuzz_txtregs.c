/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as TXT's registers, image or text: what is read, written and judged of them. */
#include "boot/platform/launchstate.h"
#include "tests/fuzz/fuzz.h"

enum { CEILING = 1 << 20 };

/* An image is told by its vendor; a text, which names its registers, may say another. */
static bool is_of_intel(const assay_txt_registers *registers)
{
    const uint64_t vendor = assay_txt_register_value(registers, ASSAY_TXT_DIDVID) & 0xFFFF;

    return vendor == 0x8086 || vendor == 0 || vendor == 0xFFFF;
}

/* A register not captured is zero in an image, which then has it. */
static void demand_image_back(const assay_txt_registers *registers)
{
    assay_writer image = assay_writer_growing(CEILING);
    assay_txt_registers back;

    assay_txt_registers_write_image(&image, registers);
    demand(image.used == ASSAY_TXT_IMAGE_SIZE, "an image ends with its last register");
    demand(assay_txt_registers_read_image(assay_written(&image), &back, NULL) == 0,
           "an image that was written can be read");
    for (enum assay_txt_register id = 0; id < ASSAY_TXT_REGISTERS; id++)
        demand(back.captured[id] && back.value[id] == assay_txt_register_value(registers, id),
               "an image has the values that were written");
    assay_writer_close(&image);
}

static void demand_text_back(const assay_txt_registers *registers)
{
    assay_writer text = assay_writer_growing(CEILING);
    assay_txt_registers back;

    assay_txt_registers_write_text(&text, registers);
    demand(assay_txt_registers_read_text(assay_written(&text), &back, NULL) == 0,
           "a text that was written can be read");
    demand(assay_txt_registers_equal(registers, &back), "read(write(x)) == x");
    assay_writer_close(&text);
}

static void demand_words(const assay_txt_registers *registers)
{
    assay_writer writer = assay_writer_growing(CEILING);
    assay_output out = assay_output_json_line(&writer);
    assay_txt_launch_state state;

    assay_txt_launch_judge(registers, NULL, &state);
    demand(state.verdict < ASSAY_TXT_LAUNCHES && state.what != NULL && state.action != NULL,
           "every machine has a verdict, in words");
    demand(!state.sound || state.verdict == ASSAY_TXT_LAUNCHED, "only what is launched is sound");
    assay_emit_object(&out, NULL);
    assay_txt_registers_emit(&out, registers);
    assay_txt_launch_emit(&out, &state);
    demand(out.depth == 1, "what is begun is ended");
    assay_emit_end(&out);
    demand(writer.failure == 0, "registers are said in bounds");
    assay_writer_close(&writer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes input = assay_bytes_of(data, size);
    assay_txt_registers registers;
    assay_error error = { .what = "" };
    const int status = assay_txt_registers_read(input, &registers, &error);

    demand(status == 0 || error.what[0] != '\0', "a fault is explained");
    demand_words(&registers);
    if (status < 0)
        return 0;
    if (is_of_intel(&registers))
        demand_image_back(&registers);
    demand_text_back(&registers);
    return 0;
}
