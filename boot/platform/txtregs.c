/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/platform/txtregs.h"

#include "base/cursor.h"

enum { INTEL = 0x8086, LEAST = 8 /* an image has at least TXT.STS */ };

static const assay_txt_register_info registers_table[ASSAY_TXT_REGISTERS] = {
#define TXT_REGISTER(ID, offset, width, name, alias, file, clause)                                 \
    [ASSAY_TXT_##ID] = { offset, width, name, alias, file, clause },
#include "boot/platform/txtregs.def"
};

const assay_txt_register_info *assay_txt_register_describe(enum assay_txt_register id)
{
    return &registers_table[id];
}

static void take_register(assay_txt_registers *registers, enum assay_txt_register id,
                          assay_bytes space)
{
    const assay_txt_register_info *const info = &registers_table[id];
    assay_cursor c = assay_cursor_of(space);
    uint64_t value = 0;

    assay_seek(&c, info->offset);
    const assay_bytes bytes = assay_take(&c, info->width);
    if (c.failed)
        return;
    registers->captured[id] = true;
    if (id == ASSAY_TXT_PUBLIC_KEY) {
        memcpy(registers->public_key, bytes.data, bytes.size);
        return;
    }
    for (size_t i = bytes.size; i > 0; i--)
        value = value << 8 | bytes.data[i - 1];
    registers->value[id] = value;
}

static uint64_t ones(enum assay_txt_register id)
{
    return UINT64_MAX >> (64 - 8 * registers_table[id].width);
}

static bool reads_ones(const assay_txt_registers *registers, enum assay_txt_register id)
{
    return id == ASSAY_TXT_PUBLIC_KEY
               ? assay_bytes_all(assay_bytes_of(registers->public_key, ASSAY_TXT_KEY_SIZE), 0xFF)
               : registers->value[id] == ones(id);
}

bool assay_txt_registers_absent(const assay_txt_registers *registers)
{
    for (enum assay_txt_register id = 0; id < ASSAY_TXT_REGISTERS; id++)
        if (registers->captured[id] && !reads_ones(registers, id))
            return false;
    return assay_txt_registers_count(registers) > 0;
}

/* Zeros and ones come from a machine without TXT. */
static bool vendor_is_possible(const assay_txt_registers *registers)
{
    const uint16_t vendor = registers->value[ASSAY_TXT_DIDVID] & 0xFFFF;

    return !registers->captured[ASSAY_TXT_DIDVID] || vendor == INTEL || vendor == 0 ||
           vendor == 0xFFFF;
}

int assay_txt_registers_read_image(assay_bytes image, assay_txt_registers *registers,
                                   assay_error *error)
{
    const uint64_t offset = image.size > ASSAY_TXT_SPACE_SIZE ? ASSAY_TXT_SPACE_SIZE : 0;
    assay_cursor c = assay_cursor_of(image);

    *registers = (assay_txt_registers){ .form = "image", .offset = offset };
    assay_seek(&c, offset);
    const assay_bytes space = assay_peek_rest(&c);
    for (enum assay_txt_register id = 0; id < ASSAY_TXT_REGISTERS; id++)
        take_register(registers, id, space);
    if (space.size < LEAST)
        return assay_fail(error, ASSAY_TRUNCATED,
                          (assay_place){ offset, ASSAY_NO_EVENT, "TXT.STS" },
                          "the image has %zu bytes of the TXT configuration space, fewer than its "
                          "first register",
                          space.size);
    if (!vendor_is_possible(registers))
        return assay_fail(
            error, ASSAY_MALFORMED,
            (assay_place){ offset + registers_table[ASSAY_TXT_DIDVID].offset, ASSAY_NO_EVENT,
                           "TXT.DIDVID" },
            "this is no image of the TXT configuration space: the vendor is 0x%04x and not 0x%04x",
            (unsigned)(registers->value[ASSAY_TXT_DIDVID] & 0xFFFF), INTEL);
    return 0;
}

static bool is_text(assay_bytes input)
{
    for (size_t i = 0; i < input.size; i++)
        if ((input.data[i] < 0x20 && input.data[i] != '\n' && input.data[i] != '\t' &&
             input.data[i] != '\r' && input.data[i] != '\f') ||
            input.data[i] == 0x7F)
            return false;
    return input.size > 0;
}

int assay_txt_registers_read(assay_bytes input, assay_txt_registers *registers, assay_error *error)
{
    /* A space that answers nothing is all ones, and never text. */
    return is_text(input) && !assay_bytes_all(input, 0xFF)
               ? assay_txt_registers_read_text(input, registers, error)
               : assay_txt_registers_read_image(input, registers, error);
}

void assay_txt_registers_write_image(assay_writer *writer, const assay_txt_registers *registers)
{
    uint32_t at = 0;

    for (enum assay_txt_register id = 0; id < ASSAY_TXT_REGISTERS; id++) {
        const assay_txt_register_info *const info = &registers_table[id];

        assay_put_zeros(writer, info->offset - at);
        at = info->offset + info->width;
        if (id == ASSAY_TXT_PUBLIC_KEY)
            assay_put(writer, assay_bytes_of(registers->public_key, ASSAY_TXT_KEY_SIZE));
        for (uint32_t i = 0; i < info->width && id != ASSAY_TXT_PUBLIC_KEY; i++)
            assay_put_u8(writer, (uint8_t)(registers->value[id] >> (8 * i)));
    }
}

bool assay_txt_registers_equal(const assay_txt_registers *a, const assay_txt_registers *b)
{
    for (enum assay_txt_register id = 0; id < ASSAY_TXT_REGISTERS; id++)
        if (a->captured[id] != b->captured[id] || a->value[id] != b->value[id])
            return false;
    return memcmp(a->public_key, b->public_key, sizeof a->public_key) == 0;
}

uint64_t assay_txt_register_value(const assay_txt_registers *registers, enum assay_txt_register id)
{
    return registers->captured[id] ? registers->value[id] : 0;
}

bool assay_txt_register_bit(const assay_txt_registers *registers, enum assay_txt_register id,
                            unsigned bit)
{
    return (assay_txt_register_value(registers, id) >> bit & 1) != 0;
}

size_t assay_txt_registers_count(const assay_txt_registers *registers)
{
    size_t count = 0;

    for (enum assay_txt_register id = 0; id < ASSAY_TXT_REGISTERS; id++)
        count += registers->captured[id];
    return count;
}
