/* SPDX-License-Identifier: BSD-2-Clause */
/* How the registers of TXT are said. */
#include "boot/platform/errorcode.h"
#include "boot/platform/txtregs.h"

static const struct {
    enum assay_txt_register id;
    uint8_t shift, width;
    uint64_t value;
    const char *words;
} bits[] = {
#define TXT_BITS(ID, shift, width, value, words) { ASSAY_TXT_##ID, shift, width, value, words },
#include "boot/platform/txtregs.def"
};

enum { BITS = sizeof bits / sizeof *bits };

static bool holds(const assay_txt_registers *registers, enum assay_txt_register id, size_t row)
{
    const uint64_t mask = ((uint64_t)1 << bits[row].width) - 1;

    return bits[row].id == id && registers->captured[id] &&
           (registers->value[id] >> bits[row].shift & mask) == bits[row].value;
}

static size_t put_acm_status(assay_writer *writer, uint32_t value)
{
    assay_txt_error error;

    assay_txt_acm_status_decode(value, &error);
    if (error.kind == ASSAY_TXT_ERROR_NONE)
        return 0;
    assay_txt_error_summary(writer, &error);
    return 1;
}

/* Words that are more than a field of fixed meaning. */
static size_t put_numbers(assay_writer *writer, const assay_txt_registers *registers,
                          enum assay_txt_register id)
{
    const uint64_t value = registers->value[id];

    switch (id) {
    case ASSAY_TXT_DIDVID:
        assay_put_format(writer, "vendor 0x%04x, device 0x%04x, revision 0x%x",
                         (unsigned)(value & 0xFFFF), (unsigned)(value >> 16 & 0xFFFF),
                         (unsigned)(value >> 32 & 0xFFFF));
        return 1;
    case ASSAY_TXT_DPR:
        if ((value >> 4 & 0xFF) == 0)
            assay_put_string(writer, "protects nothing");
        else
            assay_put_format(writer, "%u MiB below 0x%08x%s", (unsigned)(value >> 4 & 0xFF),
                             (unsigned)(value & 0xFFF00000),
                             (value & 1) != 0 ? "" : ", not locked");
        return 1;
    case ASSAY_TXT_VER_FSBIF:
        assay_put_string(writer, value == UINT32_MAX || value == 0 ? "see TXT.VER.QPIIF"
                                 : value >> 31 != 0                ? "production fused"
                                                                   : "debug fused");
        return 1;
    case ASSAY_TXT_ACM_STATUS:
        return put_acm_status(writer, (uint32_t)value);
    case ASSAY_TXT_SINIT_SIZE:
    case ASSAY_TXT_HEAP_SIZE:
    case ASSAY_TXT_MSEG_SIZE:
        if (value >= 1024)
            assay_put_format(writer, "%llu KiB", (unsigned long long)(value / 1024));
        return value >= 1024;
    default:
        return 0;
    }
}

void assay_txt_register_put_words(assay_writer *writer, const assay_txt_registers *registers,
                                  enum assay_txt_register id)
{
    size_t count = registers->captured[id] ? put_numbers(writer, registers, id) : 0;

    for (size_t i = 0; i < BITS; i++) {
        if (!holds(registers, id, i))
            continue;
        assay_put_string(writer, count++ > 0 ? ", " : "");
        assay_put_string(writer, bits[i].words);
    }
}

static void emit_register(assay_output *out, const assay_txt_registers *registers,
                          enum assay_txt_register id)
{
    const assay_txt_register_info *const info = assay_txt_register_describe(id);
    char text[1000];
    assay_writer words = assay_writer_lent(text, sizeof text);

    assay_txt_register_put_words(&words, registers, id);
    assay_emit_object(out, NULL);
    assay_emit_string(out, "name", info->name);
    assay_emit_address(out, "offset", info->offset);
    if (id == ASSAY_TXT_PUBLIC_KEY)
        assay_emit_hex(out, "value", assay_bytes_of(registers->public_key, ASSAY_TXT_KEY_SIZE));
    else
        assay_emit_address(out, "value", registers->value[id]);
    if (assay_written(&words).size > 0)
        assay_emit_text(out, "words", assay_written(&words));
    assay_emit_end(out);
}

void assay_txt_registers_emit(assay_output *out, const assay_txt_registers *registers)
{
    assay_emit_array(out, "registers");
    for (enum assay_txt_register id = 0; id < ASSAY_TXT_REGISTERS; id++)
        if (registers->captured[id])
            emit_register(out, registers, id);
    assay_emit_end(out);
    assay_emit_array(out, "not_captured");
    for (enum assay_txt_register id = 0; id < ASSAY_TXT_REGISTERS; id++)
        if (!registers->captured[id])
            assay_emit_string(out, NULL, assay_txt_register_describe(id)->name);
    assay_emit_end(out);
}

void assay_txt_registers_write_text(assay_writer *writer, const assay_txt_registers *registers)
{
    for (enum assay_txt_register id = 0; id < ASSAY_TXT_REGISTERS; id++) {
        const assay_txt_register_info *const info = assay_txt_register_describe(id);

        if (!registers->captured[id])
            continue;
        assay_put_format(writer, "%s: ", info->name);
        if (id == ASSAY_TXT_PUBLIC_KEY)
            assay_put_hex(writer, assay_bytes_of(registers->public_key, ASSAY_TXT_KEY_SIZE));
        else
            assay_put_format(writer, "0x%0*llx", 2 * (int)info->width,
                             (unsigned long long)registers->value[id]);
        assay_put_char(writer, '\n');
    }
}
