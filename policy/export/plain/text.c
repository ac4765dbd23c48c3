/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values as lines, "sha256:0 hex", that `assay check` and `assay replay` take for PCR values and
 * that diff shows well. Before those of each variant stands a comment with its name:
 *
 *     # variant linux-6.1
 *     # confidence observed sha256:0-7
 *     sha256:0 3d45...
 *
 * with how its values came to be known, where somebody knows more than that a list says so.
 * What is read may be in any form that replay/pcrvalues.h knows, below such comments or without.
 */
#include "policy/export/imported.h"
#include "policy/export/plain/plain.h"

#include "base/cursor.h"
#include "replay/pcrvalues.h"

static const char heading[] = "# variant ", known_heading[] = "# confidence ";

/* "# confidence observed sha256:0-7,14": comments, to all others that read values. */
static void put_known(assay_writer *writer, const assay_reference_variant *variant,
                      const assay_pcrs *values)
{
    for (size_t bank = 0; bank < values->bank_count; bank++)
        for (int i = ASSAY_CONFIDENCE_STATED + 1; i < ASSAY_CONFIDENCES; i++) {
            const enum assay_confidence confidence = (enum assay_confidence)i;
            const assay_pcr_set known =
                assay_plain_known(variant, &values->banks[bank], confidence);

            if (known == 0)
                continue;
            assay_put_format(writer, "%s%s %s:", known_heading, assay_confidence_name(confidence),
                             assay_alg_find(values->banks[bank].alg)->name);
            assay_pcr_set_write(writer, known);
            assay_put_char(writer, '\n');
        }
}

static int write(assay_export_job *job, assay_error *error)
{
    const int status = assay_plain_check_pcrs(job, error);

    if (status < 0)
        return status;
    assay_writer *const writer = assay_export_add_file(job, "");
    for (size_t i = 0; i < job->reference->variant_count; i++) {
        if (!assay_export_has_variant(job, i))
            continue;
        const assay_pcrs values = assay_plain_values(job, i);
        assay_put_string(writer, heading);
        assay_put_safe(writer, assay_bytes_of_string(job->reference->variants[i].name));
        assay_put_char(writer, '\n');
        put_known(writer, &job->reference->variants[i], &values);
        assay_pcrvalues_write(writer, &values, ASSAY_PCRVALUES_LINES);
    }
    assay_plain_note_losses(job);
    if (assay_export_variant_count(job) > 1)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "what reads PCR values reads those of one boot: give it one variant "
                             "at a time (--variant)");
    return 0;
}

/* Reading. */

/* A part of the text: the values of a boot, below its heading where there is one. */
typedef struct text_block {
    assay_bytes name, values;
    uint64_t said_at, offset; /* of the heading, or of the values; of the values */
} text_block;

/* The text up to the next heading at the start of a line, and past it that heading's name. */
static assay_bytes take_block(assay_cursor *c, assay_bytes *ret_next_name,
                              uint64_t *ret_next_offset)
{
    const assay_bytes mark = assay_bytes_of_string(heading);
    assay_cursor line = *c;

    while (assay_left(&line) > 0) {
        const assay_bytes rest = assay_peek_rest(&line);
        const size_t length = assay_bytes_find(rest, ASSAY_LITERAL("\n"));

        if (assay_bytes_start_with(rest, mark)) {
            const assay_bytes block = assay_take(c, line.offset - c->offset);
            *ret_next_offset = c->offset;
            assay_take(c, mark.size);
            *ret_next_name = assay_take(c, length - mark.size);
            assay_take(c, length < rest.size ? 1 : 0);
            return block;
        }
        assay_take(&line, length < rest.size ? length + 1 : length);
    }
    *ret_next_name = ASSAY_NO_BYTES;
    return assay_take_rest(c);
}

/* Whether no line of the block says anything. */
static bool is_silent(assay_bytes block)
{
    bool comment = false;

    for (size_t i = 0; i < block.size; i++) {
        const uint8_t c = block.data[i];

        comment = c == '#' || (comment && c != '\n');
        if (!comment && c != ' ' && c != '\t' && c != '\r' && c != '\n')
            return false;
    }
    return true;
}

static assay_bytes trim(assay_bytes name)
{
    while (name.size > 0 && (name.data[name.size - 1] == '\r' || name.data[name.size - 1] == ' '))
        name.size--;
    return name;
}

/* A line of the block, without its end; *block is what is behind it. */
static assay_bytes take_line(assay_bytes *block)
{
    const size_t length = assay_bytes_find(*block, ASSAY_LITERAL("\n"));
    const size_t taken = length < block->size ? length + 1 : block->size;
    const assay_bytes line = assay_bytes_of(block->data, length < block->size ? length : taken);

    *block = assay_bytes_of(block->data + taken, block->size - taken);
    return trim(line);
}

/* What stands before `mark`; *rest is what is behind it, or no bytes. */
static assay_bytes take_until(assay_bytes *rest, const char *mark)
{
    const size_t length = assay_bytes_find(*rest, assay_bytes_of_string(mark));
    const size_t end = length < rest->size ? length : rest->size;
    const assay_bytes word = assay_bytes_of(rest->data, end);
    const size_t taken = end < rest->size ? end + 1 : end;

    *rest = assay_bytes_of(rest->data + taken, rest->size - taken);
    return word;
}

/*
 * A comment that says how values are known. One that goes on otherwise is no more than that. NULL,
 * or what is wrong.
 */
static const char *take_known(assay_reference_variant *variant, assay_pcr_set said[ASSAY_ALGS],
                              assay_bytes line)
{
    const assay_bytes mark = assay_bytes_of_string(known_heading);

    if (!assay_bytes_start_with(line, mark))
        return NULL;
    assay_bytes rest = assay_bytes_of(line.data + mark.size, line.size - mark.size);
    const enum assay_confidence confidence = assay_plain_confidence_of(take_until(&rest, " "));
    if (confidence == ASSAY_CONFIDENCES)
        return NULL;
    const assay_alg *const alg = assay_alg_by_name(take_until(&rest, ":"));
    return assay_plain_take_known(variant, said, alg != NULL ? alg->id : ASSAY_ALG_NULL, rest,
                                  confidence);
}

static int read_known(assay_reference_variant *variant, assay_bytes block, uint64_t offset,
                      assay_error *error)
{
    const uint8_t *const start = block.data;
    assay_pcr_set said[ASSAY_ALGS] = { 0 };

    while (block.size > 0) {
        const uint64_t place = offset + (uint64_t)(block.data - start);
        const char *const wrong = take_known(variant, said, take_line(&block));

        if (wrong != NULL)
            return assay_fail(error, ASSAY_MALFORMED,
                              (assay_place){ place, ASSAY_NO_EVENT, "confidence" }, "%s", wrong);
    }
    return 0;
}

static int read_block(assay_reference *reference, const text_block *block, assay_error *error)
{
    assay_reference_variant *variant;
    int status =
        assay_import_variant_at(reference, block->name, block->said_at, &variant, error);

    if (status < 0)
        return status;
    status = assay_pcrvalues_parse(block->values, &variant->values, error);
    if (status < 0 && error != NULL)
        error->offset =
            error->offset == ASSAY_NO_OFFSET ? block->said_at : error->offset + block->offset;
    return status < 0 || variant->values.measurement_registers
               ? status
               : read_known(variant, block->values, block->offset, error);
}

static int read_blocks(const assay_import_job *job, assay_reference *reference, assay_bytes text,
                       assay_error *error)
{
    assay_cursor c = assay_cursor_of(text);
    text_block block = { .name = assay_import_variant_name(job) };
    bool named = false;
    int status = 0;

    while (status == 0 && (assay_left(&c) > 0 || named)) {
        uint64_t said_at = 0;
        assay_bytes next;

        block.offset = c.offset;
        block.values = take_block(&c, &next, &said_at);
        if (named || !is_silent(block.values))
            status = read_block(reference, &block, error);
        named = next.data != NULL;
        block.name = named ? trim(next) : ASSAY_NO_BYTES;
        block.said_at = said_at;
    }
    return status;
}

static int read(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    assay_bytes text;
    int status = assay_import_one_file(job, &text, error);

    if (status < 0)
        return status;
    assay_reference *const reference = assay_import_begin(job);
    if (reference != NULL)
        status = read_blocks(job, reference, text, error);
    return assay_import_end(reference, status, ret_reference, error);
}

const assay_export_format assay_export_text = {
    .name = "text",
    .title = "list of PCR values, one a line",
    .reader = "people, diff, and assay's own check and replay",
    .holds = "every bank and PCR",
    .loses = "all but values, variants and how well each value is known",
    .text = true,
    .settings = assay_import_variant_setting,
    .write = write,
    .read = read,
};
