/* SPDX-License-Identifier: BSD-2-Clause */
/* The logs of a reference's JSON. */
#include "policy/reference/json_private.h"

static int read_log_format(const assay_reference_reading *r, const json_t *object,
                           assay_reference_log *log)
{
    const assay_format_info *row;

    for (size_t i = 0; (row = assay_log_format_at(i)) != NULL; i++)
        if (assay_json_is_word(json_object_get(object, "format"), row->name)) {
            log->format = row->name;
            return 0;
        }
    return assay_json_refuse(&r->at, "format", "no format of logs has this name");
}

static int read_bank(const assay_reference_reading *r, const char *name, const json_t *size,
                     assay_bank *bank)
{
    int status = assay_reference_read_alg(r, name, &bank->alg);
    const assay_alg *const alg = status < 0 ? NULL : assay_alg_find(bank->alg);
    const json_int_t bytes = json_integer_value(size);

    if (status < 0)
        return status;
    if (!json_is_integer(size) || bytes < 0 || bytes > UINT16_MAX ||
        (alg != NULL && bytes != alg->size))
        return assay_json_refuse(&r->at, NULL, "no digest of that algorithm has such a size");
    bank->size = (uint16_t)bytes;
    return 0;
}

static int read_banks(assay_reference_reading *r, const json_t *object, assay_log_header *header)
{
    json_t *const banks = json_object_get(object, "banks");
    const size_t before = assay_json_enter(&r->at, "banks");
    const char *name;
    json_t *size;

    if (!json_is_object(banks) || json_object_size(banks) > ASSAY_BANKS_MAX)
        return assay_json_refuse(&r->at, NULL, "this is no object of at most %d", ASSAY_BANKS_MAX);
    json_object_foreach(banks, name, size)
    {
        const int status = read_bank(r, name, size, &header->banks[header->bank_count++]);

        if (status < 0)
            return status;
    }
    assay_json_leave(&r->at, before);
    return 0;
}

static int read_spec_id_number(const assay_reference_reading *r, const json_t *object,
                               const assay_reference_number *row, assay_spec_id *spec_id)
{
    uint8_t *const field = (uint8_t *)spec_id + row->offset;
    uint64_t number = 0;
    const int status = assay_reference_read_number(
        r, object, row->key, row->size == 1 ? UINT8_MAX : UINT32_MAX, &number);
    const uint32_t four = (uint32_t)number;

    if (row->size == sizeof four)
        memcpy(field, &four, sizeof four);
    else
        *field = (uint8_t)number;
    return status;
}

static int read_spec_id(assay_reference_reading *r, const json_t *object, assay_spec_id *spec_id)
{
    static const char *const keys[] = { "signature",     "platform_class",
                                        "version_minor", "version_major",
                                        "errata",        "uintn_size",
                                        "vendor_info",   NULL };
    json_t *const member = json_object_get(object, "spec_id");
    const json_t *const vendor_info = json_object_get(member, "vendor_info");
    const size_t before = assay_json_enter(&r->at, "spec_id");
    int status = member == NULL ? 0 : assay_json_check_keys(&r->at, member, keys);

    for (const assay_reference_number *row = assay_reference_spec_id_numbers;
         member != NULL && row->key != NULL && status == 0; row++)
        status = read_spec_id_number(r, member, row, spec_id);
    if (status == 0 && vendor_info != NULL)
        status =
            assay_reference_read_bytes(r, vendor_info, "vendor_info", 0, &spec_id->vendor_info);
    if (status == 0 && spec_id->vendor_info.size > UINT8_MAX)
        status = assay_json_refuse(&r->at, "vendor_info", "more than 255 bytes");
    spec_id->present = member != NULL;
    assay_json_leave(&r->at, before);
    return status;
}

/* A variant has one log of a stage. */
static int check_stage(const assay_reference_reading *r, const assay_reference_log *log)
{
    for (const assay_reference_log *other = r->reference->logs; other != log; other++)
        if (other->header.stage == log->header.stage && (other->variants & log->variants) != 0)
            return assay_json_refuse(&r->at, "stage", "one of the variants has a log of it before");
    return 0;
}

int assay_reference_read_log(assay_reference_reading *r, json_t *object, void *into)
{
    static const char *const keys[] = {
        "stage", "format",  "variants", "measurement_registers", "banks_follow", "big_endian",
        "banks", "spec_id", NULL
    };
    assay_reference_log *const log = into;
    assay_log_header *const header = &log->header;
    int status = assay_json_check_keys(&r->at, object, keys);

    if (status == 0)
        status = assay_reference_read_stage(r, object, &header->stage);
    if (status == 0)
        status = read_log_format(r, object, log);
    if (status == 0)
        status = assay_reference_read_set(r, object, &log->variants);
    if (status == 0)
        status = assay_reference_read_bool(r, object, "measurement_registers",
                                           &header->measurement_registers);
    if (status == 0)
        status = assay_reference_read_bool(r, object, "banks_follow", &header->banks_follow);
    if (status == 0)
        status = assay_reference_read_bool(r, object, "big_endian", &header->big_endian);
    if (status == 0)
        status = read_banks(r, object, header);
    if (status == 0)
        status = read_spec_id(r, object, &header->spec_id);
    return status == 0 ? check_stage(r, log) : status;
}
