/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a log says of itself in its first record: TCG_EfiSpecIDEvent (PFP 1.06
 * section 10.4.5.1), signature "Spec ID Event03".
 *
 *     signature[16] | u32 platformClass | u8 specVersionMinor | u8 specVersionMajor
 *     | u8 specErrata | u8 uintnSize | u32 numberOfAlgorithms
 *     | numberOfAlgorithms x {u16 algorithmId, u16 digestSize}
 *     | u8 vendorInfoSize | vendorInfo
 *
 * Its forerunners in SHA-1 logs, "Spec ID Event00" (conventional BIOS) and "...02"
 * (EFI 1.2), have no list of algorithms.
 */
#include "eventlog/format/format.h"
#include "eventlog/types.h"

static const assay_bytes signature = ASSAY_LITERAL("Spec ID Event03\0");
static const assay_bytes forerunners[] = { ASSAY_LITERAL("Spec ID Event00\0"),
                                           ASSAY_LITERAL("Spec ID Event02\0") };

bool assay_spec_id_is(const assay_event *event)
{
    return event->type == EV_NO_ACTION && assay_bytes_start_with(event->data, signature);
}

bool assay_spec_id_names_registers(const assay_spec_id *spec_id)
{
    return assay_bytes_equal(spec_id->vendor_info, ASSAY_LITERAL("td-shim"));
}

uint32_t assay_spec_id_index(const assay_log_header *header)
{
    return header->measurement_registers && !assay_spec_id_names_registers(&header->spec_id);
}

/* The fields between the signature and the list of algorithms. */
static void take_fixed_part(assay_cursor *c, assay_spec_id *spec_id)
{
    assay_take(c, signature.size);
    spec_id->platform_class = assay_take_u32le(c);
    spec_id->version_minor = assay_take_u8(c);
    spec_id->version_major = assay_take_u8(c);
    spec_id->errata = assay_take_u8(c);
    spec_id->uintn_size = assay_take_u8(c);
}

void assay_spec_id_read_forerunner(const assay_event *event, assay_spec_id *ret_spec_id)
{
    assay_cursor c = assay_cursor_of(event->data);
    const bool bios = assay_bytes_start_with(event->data, forerunners[0]);
    assay_spec_id spec_id = { .signature = bios ? 0 : 2 };

    if (event->type != EV_NO_ACTION ||
        (!bios && !assay_bytes_start_with(event->data, forerunners[1])))
        return;
    take_fixed_part(&c, &spec_id);
    spec_id.vendor_info = assay_take(&c, assay_take_u8(&c));
    spec_id.present = !c.failed;
    if (spec_id.present)
        *ret_spec_id = spec_id;
}

/* digestSizes[i]: no algorithm twice, no size that contradicts it. */
static int read_bank(assay_log *log, assay_cursor *c, uint64_t base)
{
    const uint64_t offset = base + c->offset;
    assay_bank bank;

    bank.alg = assay_take_u16le(c);
    bank.size = assay_take_u16le(c);
    const assay_alg *const alg = assay_alg_find(bank.alg);

    if (c->failed)
        return assay_log_fail(log, ASSAY_TRUNCATED, offset, "digestSizes",
                              "the Spec ID event ends inside its list of algorithms");
    if (assay_log_announces(&log->header, bank.alg))
        return assay_log_fail(log, ASSAY_MALFORMED, offset, "algorithmId",
                              "algorithm 0x%04x is listed twice", bank.alg);
    if (bank.size == 0 || (alg != NULL && alg->size != bank.size))
        return assay_log_fail(log, ASSAY_MALFORMED, offset + 2, "digestSize",
                              "%u bytes is no digest size of algorithm 0x%04x", bank.size,
                              bank.alg);
    log->header.banks[log->header.bank_count++] = bank;
    return 0;
}

static int read_banks(assay_log *log, assay_cursor *c, uint64_t base)
{
    const uint64_t offset = base + c->offset;
    const uint32_t count = assay_take_u32le(c);

    if (c->failed)
        return assay_log_fail(log, ASSAY_TRUNCATED, base, "TCG_EfiSpecIDEvent",
                              "the Spec ID event has %zu bytes, too few for its fixed part",
                              c->bytes.size);
    if (count == 0 || count > ASSAY_BANKS_MAX)
        return assay_log_fail(log, ASSAY_MALFORMED, offset, "numberOfAlgorithms",
                              "%u algorithms; a log has between 1 and %d", count, ASSAY_BANKS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        const int status = read_bank(log, c, base);

        if (status < 0)
            return status;
    }
    return 0;
}

static void note_oddities(assay_log *log, const assay_event *event, const assay_cursor *c)
{
    const assay_spec_id *const spec_id = &log->header.spec_id;

    if (c->failed || assay_left(c) > 0)
        assay_log_note(log, ASSAY_FINDING_SPEC_VERSION, event->data_offset + c->offset,
                       "vendorInfoSize does not match the size of the Spec ID event");
    if (spec_id->version_major != 2 || spec_id->version_minor != 0 || spec_id->errata > 105 ||
        (spec_id->uintn_size != 1 && spec_id->uintn_size != 2))
        assay_log_note(log, ASSAY_FINDING_SPEC_VERSION, event->data_offset,
                       "specification %u.%u errata %u, uintnSize %u", spec_id->version_major,
                       spec_id->version_minor, spec_id->errata, spec_id->uintn_size);
    if (event->pcr_index != assay_spec_id_index(&log->header) ||
        !assay_bytes_all(event->digests[0].value, 0))
        assay_log_note(log, ASSAY_FINDING_SPEC_VERSION, event->offset,
                       "the Spec ID record names PCR %u, or has a digest", event->pcr_index);
}

int assay_spec_id_read(assay_log *log, const assay_event *event)
{
    assay_cursor c = assay_cursor_of(event->data);
    assay_spec_id *const spec_id = &log->header.spec_id;

    take_fixed_part(&c, spec_id);
    const int status = read_banks(log, &c, event->data_offset);
    if (status < 0)
        return status;
    spec_id->vendor_info = assay_take(&c, assay_take_u8(&c));
    spec_id->signature = 3;
    spec_id->present = true;
    log->header.measurement_registers =
        event->pcr_index == 1 || assay_spec_id_names_registers(spec_id);
    note_oddities(log, event, &c);
    assay_coreboot_slots_note(log);
    return 0;
}

void assay_spec_id_put(assay_writer *writer, const assay_log_header *header)
{
    static const assay_spec_id usual = { .version_major = 2, .uintn_size = 2 };
    const bool stated = header->spec_id.present && header->spec_id.signature == 3;
    const assay_spec_id *const spec_id = stated ? &header->spec_id : &usual;

    assay_put(writer, signature);
    assay_put_u32le(writer, spec_id->platform_class);
    assay_put_u8(writer, spec_id->version_minor);
    assay_put_u8(writer, spec_id->version_major);
    assay_put_u8(writer, spec_id->errata);
    assay_put_u8(writer, spec_id->uintn_size);
    assay_put_u32le(writer, (uint32_t)header->bank_count);
    for (size_t i = 0; i < header->bank_count; i++) {
        assay_put_u16le(writer, header->banks[i].alg);
        assay_put_u16le(writer, header->banks[i].size);
    }
    assay_put_u8(writer, (uint8_t)spec_id->vendor_info.size);
    assay_put(writer, spec_id->vendor_info);
}
