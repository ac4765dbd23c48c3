/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/imatemplate.h"

#include "base/cursor.h"

static const char *const ids[ASSAY_IMA_FIELD_IDS] = {
    [ASSAY_IMA_D] = "d",
    [ASSAY_IMA_D_NG] = "d-ng",
    [ASSAY_IMA_D_NGV2] = "d-ngv2",
    [ASSAY_IMA_N] = "n",
    [ASSAY_IMA_N_NG] = "n-ng",
    [ASSAY_IMA_SIG] = "sig",
    [ASSAY_IMA_BUF] = "buf",
    [ASSAY_IMA_D_MODSIG] = "d-modsig",
    [ASSAY_IMA_MODSIG] = "modsig",
    [ASSAY_IMA_EVMSIG] = "evmsig",
    [ASSAY_IMA_IUID] = "iuid",
    [ASSAY_IMA_IGID] = "igid",
    [ASSAY_IMA_IMODE] = "imode",
    [ASSAY_IMA_XATTRNAMES] = "xattrnames",
    [ASSAY_IMA_XATTRLENGTHS] = "xattrlengths",
    [ASSAY_IMA_XATTRVALUES] = "xattrvalues",
};

static const struct {
    assay_bytes name, format;
} named[] = {
    { ASSAY_LITERAL("ima"), ASSAY_LITERAL("d|n") },
    { ASSAY_LITERAL("ima-ng"), ASSAY_LITERAL("d-ng|n-ng") },
    { ASSAY_LITERAL("ima-sig"), ASSAY_LITERAL("d-ng|n-ng|sig") },
    { ASSAY_LITERAL("ima-ngv2"), ASSAY_LITERAL("d-ngv2|n-ng") },
    { ASSAY_LITERAL("ima-sigv2"), ASSAY_LITERAL("d-ngv2|n-ng|sig") },
    { ASSAY_LITERAL("ima-buf"), ASSAY_LITERAL("d-ng|n-ng|buf") },
    { ASSAY_LITERAL("ima-modsig"), ASSAY_LITERAL("d-ng|n-ng|sig|d-modsig|modsig") },
    { ASSAY_LITERAL("evm-sig"),
      ASSAY_LITERAL("d-ng|n-ng|evmsig|xattrnames|xattrlengths|xattrvalues|iuid|igid|imode") },
};

enum { NAMED = sizeof named / sizeof *named };

const char *assay_ima_field_id(enum assay_ima_field field)
{
    return field < ASSAY_IMA_FIELD_IDS ? ids[field] : NULL;
}

bool assay_ima_template_is_old(assay_bytes name)
{
    return assay_bytes_equal(name, named[0].name);
}

static enum assay_ima_field field_of(assay_bytes id)
{
    enum assay_ima_field field = 0;

    while (field < ASSAY_IMA_FIELD_IDS && !assay_bytes_equal(id, assay_bytes_of_string(ids[field])))
        field++;
    return field;
}

/* The next id of a format, and past the '|' behind it. */
static assay_bytes take_id(assay_cursor *c)
{
    const assay_bytes rest = assay_peek_rest(c);
    const uint8_t *const bar = memchr(rest.data, '|', rest.size);
    const assay_bytes id = assay_take(c, bar != NULL ? (size_t)(bar - rest.data) : rest.size);

    if (bar != NULL)
        assay_take_u8(c);
    return id;
}

static bool parse(assay_bytes format, assay_ima_template *ret_template)
{
    assay_cursor c = assay_cursor_of(format);
    assay_ima_template template = { .count = 0 };

    while (assay_left(&c) > 0 && template.count < ASSAY_IMA_FIELDS_MAX) {
        const enum assay_ima_field field = field_of(take_id(&c));

        if (field == ASSAY_IMA_FIELD_IDS)
            return false;
        template.fields[template.count++] = field;
    }
    if (assay_left(&c) > 0 || template.count == 0 || format.data[format.size - 1] == '|')
        return false;
    *ret_template = template;
    return true;
}

bool assay_ima_template_find(assay_bytes name, assay_ima_template *ret_template)
{
    for (size_t i = 0; i < NAMED; i++)
        if (assay_bytes_equal(name, named[i].name))
            return parse(named[i].format, ret_template);
    return parse(name, ret_template);
}

static bool split_old(assay_bytes data, bool big_endian, assay_ima_fields *fields)
{
    assay_cursor c = assay_cursor_of(data);

    *fields = (assay_ima_fields){ .big_endian = big_endian, .count = 2 };
    fields->list[0] = assay_take(&c, ASSAY_IMA_OLD_DIGEST);
    const uint32_t size = big_endian ? assay_take_u32be(&c) : assay_take_u32le(&c);
    fields->list[1] = assay_take(&c, size);
    return !c.failed && assay_left(&c) == 0 && size <= ASSAY_IMA_OLD_NAME;
}

static bool split_new(assay_bytes data, bool big_endian, assay_ima_fields *fields)
{
    assay_cursor c = assay_cursor_of(data);

    fields->big_endian = big_endian;
    fields->count = 0;
    while (assay_left(&c) > 0 && fields->count < ASSAY_IMA_FIELDS_MAX) {
        const uint32_t size = big_endian ? assay_take_u32be(&c) : assay_take_u32le(&c);

        fields->list[fields->count++] = assay_take(&c, size);
    }
    return !c.failed && assay_left(&c) == 0;
}

bool assay_ima_split(assay_bytes name, assay_bytes data, assay_ima_fields *ret_fields)
{
    bool (*const split)(assay_bytes, bool, assay_ima_fields *) =
        assay_ima_template_is_old(name) ? split_old : split_new;
    assay_ima_fields fields;

    if (!split(data, false, &fields) && !split(data, true, &fields))
        return false;
    *ret_fields = fields;
    return true;
}
