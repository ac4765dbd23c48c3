/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the measurements of a reference triple: digests by number of the PCR. */
#include "policy/export/corim/take.h"

/* Its number, its name, or as others write it: "sha-256". 0 where it is unknown here. */
static uint16_t alg_of(const assay_cbor *item)
{
    if (item->kind == ASSAY_CBOR_UINT)
        return assay_alg_of_named_information(item->number);
    const assay_alg *const alg =
        item->kind == ASSAY_CBOR_TEXT ? assay_alg_by_name(item->bytes) : NULL;
    return alg != NULL ? alg->id : 0;
}

static int read_digest(const assay_corim_reading *r, const assay_cbor *digest, unsigned pcr,
                       assay_pcrs *tuple)
{
    if (digest->kind != ASSAY_CBOR_ARRAY || digest->count != 2 ||
        digest->items[1].kind != ASSAY_CBOR_BYTES)
        return assay_corim_refuse(r, digest, "digest",
                                  "this is no array of an algorithm and bytes");
    const assay_bytes value = digest->items[1].bytes;
    const uint16_t alg = alg_of(&digest->items[0]);
    if (alg == 0) {
        assay_corim_leave_out(r, digest, "a digest of an algorithm unknown here");
        return 0;
    }
    assay_pcr_bank *const bank = assay_pcrs_add_bank(tuple, alg);
    if (bank == NULL || value.size != bank->size)
        return assay_corim_refuse(r, digest, "digest", "its size isn't its algorithm's");
    if (assay_pcr_set_has(bank->present, pcr))
        return assay_corim_refuse_as(r, ASSAY_UNSUPPORTED, digest, "digest",
                                     "another value of the same PCR in the same bank: a boot has "
                                     "one");
    memcpy(bank->value[pcr], value.data, value.size);
    bank->present |= (assay_pcr_set)1 << pcr;
    return 0;
}

static int read_digests(const assay_corim_reading *r, const assay_cbor *digests, unsigned pcr,
                        assay_pcrs *tuple)
{
    int status = 0;

    if (digests->kind != ASSAY_CBOR_ARRAY || digests->count == 0)
        return assay_corim_refuse(r, digests, "digests", "this is no array, or an empty one");
    for (size_t i = 0; i < digests->count && status == 0; i++)
        status = read_digest(r, &digests->items[i], pcr, tuple);
    return status;
}

/* "rtmr0" to "rtmr9". */
static bool is_rtmr(const assay_cbor *key, unsigned *ret_index)
{
    static const assay_bytes prefix = { (const uint8_t *)"rtmr", 4 };

    if (key->kind != ASSAY_CBOR_TEXT || key->bytes.size != prefix.size + 1 ||
        !assay_bytes_start_with(key->bytes, prefix) || key->bytes.data[4] < '0' ||
        key->bytes.data[4] > '9')
        return false;
    *ret_index = (unsigned)(key->bytes.data[4] - '0');
    return true;
}

static int read_registers(const assay_corim_reading *r, const assay_cbor *map, assay_pcrs *tuple)
{
    int status = 0;

    if (map->kind != ASSAY_CBOR_MAP || map->count == 0)
        return assay_corim_refuse(r, map, "integrity-registers", "this is no map, or an empty one");
    for (size_t i = 0; i < 2 * map->count && status == 0; i += 2) {
        const assay_cbor *const key = &map->items[i], *const digests = &map->items[i + 1];
        unsigned index = 0;
        const bool rtmr = is_rtmr(key, &index);

        if (!rtmr && (key->kind != ASSAY_CBOR_UINT || key->number >= ASSAY_PCRS)) {
            assay_corim_leave_out(r, key, "a register that is no PCR");
            continue;
        }
        if (!rtmr)
            index = (unsigned)key->number;
        if (tuple->bank_count > 0 && tuple->measurement_registers != rtmr)
            status = assay_corim_refuse_as(r, ASSAY_UNSUPPORTED, key, "integrity-registers",
                                           "PCRs and measurement registers in one");
        tuple->measurement_registers = rtmr;
        if (status == 0)
            status = read_digests(r, digests, index, tuple);
    }
    return status;
}

static int read_values(const assay_corim_reading *r, const assay_cbor *key,
                       const assay_cbor *values, assay_pcrs *tuple, enum assay_corim_form *form)
{
    const assay_cbor *const digests = assay_cbor_member(values, VALUES_DIGESTS);
    const assay_cbor *const registers = assay_cbor_member(values, VALUES_INTEGRITY_REGISTERS);
    const bool is_pcr =
        key != NULL && key->kind == ASSAY_CBOR_UINT && key->number < ASSAY_PCRS;

    if (registers != NULL) {
        *form = ASSAY_CORIM_REGISTERS;
        return read_registers(r, registers, tuple);
    }
    if (digests != NULL && key == NULL) {
        assay_corim_leave_out(r, values, "a quote's digest (no PCR's value follows from it)");
        return 0;
    }
    if (digests == NULL || !is_pcr) {
        assay_corim_leave_out(r, values, "a measurement that is no PCR's");
        return 0;
    }
    if (values->count > 1)
        assay_corim_leave_out(r, values, "what else is said of a PCR than its digests");
    if (tuple->measurement_registers)
        return assay_corim_refuse_as(r, ASSAY_UNSUPPORTED, key, "mkey",
                                     "PCRs and measurement registers in one triple");
    return read_digests(r, digests, (unsigned)key->number, tuple);
}

int assay_measurements_read(const assay_corim_reading *r, const assay_cbor *measurements,
                            assay_pcrs *ret_tuple, enum assay_corim_form *ret_form)
{
    int status = 0;

    if (measurements->kind != ASSAY_CBOR_ARRAY || measurements->count == 0)
        return assay_corim_refuse(r, measurements, "measurement-map",
                                  "this is no array, or an empty one");
    for (size_t i = 0; i < measurements->count && status == 0; i++) {
        const assay_cbor *const measurement = &measurements->items[i];
        const assay_cbor *values;

        status = assay_corim_take(r, measurement, MEASUREMENT_VALUES, ASSAY_CBOR_MAP, "mval",
                                  &values);
        if (status == 0)
            status = read_values(r, assay_cbor_member(measurement, MEASUREMENT_KEY), values,
                                 ret_tuple, ret_form);
    }
    return status;
}
