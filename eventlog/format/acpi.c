/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ACPI tables that say where an event log is: TPM2 and TCPA (TCG ACPI Specification 1.3
 * sections 7 and 8), CCEL (UEFI 2.10 section 38.4, ACPI 6.5 section 5.2.34), DRTM (TCG D-RTM
 * Architecture 1.0 section 5). They are not logs, and lie beside them in /sys/firmware/acpi/tables.
 */
#include "base/cursor.h"
#include "eventlog/format/mistakes.h"

enum { HEADER_SIZE = 36, TCPA_SERVER = 1 };

/* Where a table has the length and the address of the log, in bytes from its start. */
typedef struct acpi_table {
    const char *signature;
    size_t length_offset, address_offset;
    bool wide_length; /* 64 bits, not 32 */
} acpi_table;

static const acpi_table tables[] = {
    { "TPM2", 64, 68, false },
    { "TCPA", 38, 42, false },
    { "CCEL", 40, 48, true },
    { "DRTM", 80, 72, false },
};
static const acpi_table tcpa_server = { "TCPA", 40, 48, true };

static const acpi_table *table_of(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);
    const assay_bytes signature = assay_take(&c, 4);

    assay_seek(&c, HEADER_SIZE);
    const uint16_t platform_class = assay_take_u16le(&c);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (assay_bytes_equal(signature, assay_bytes_of_string(tables[i].signature)))
            return i == 1 && platform_class == TCPA_SERVER ? &tcpa_server : &tables[i];
    return NULL;
}

/* Length and address; false where the table, by its own word or in fact, ends before them. */
static bool read_area(assay_bytes bytes, const acpi_table *table, uint64_t *ret_length,
                      uint64_t *ret_address)
{
    assay_cursor c = assay_cursor_of(bytes);

    assay_seek(&c, 4);
    const uint32_t size = assay_take_u32le(&c);
    if (size < bytes.size)
        c.bytes.size = size;
    assay_seek(&c, table->length_offset);
    *ret_length = table->wide_length ? assay_take_u64le(&c) : assay_take_u32le(&c);
    assay_seek(&c, table->address_offset);
    *ret_address = assay_take_u64le(&c);
    return !c.failed;
}

bool assay_acpi_fail(assay_bytes bytes, assay_error *error)
{
    static const assay_place place = { 0, ASSAY_NO_EVENT, NULL };
    const acpi_table *const table = table_of(bytes);
    uint64_t length, address;

    if (table == NULL)
        return false;
    if (!read_area(bytes, table, &length, &address))
        assay_fail(error, ASSAY_UNKNOWN_FORMAT, place,
                   "an ACPI %s table, not a log; it does not say where a log is", table->signature);
    else if (address == 0)
        assay_fail(error, ASSAY_UNKNOWN_FORMAT, place,
                   "an ACPI %s table, not a log; it gives %llu bytes for one, and no address",
                   table->signature, (unsigned long long)length);
    else
        assay_fail(error, ASSAY_UNKNOWN_FORMAT, place,
                   "an ACPI %s table; the log itself is %llu bytes at physical address 0x%llx",
                   table->signature, (unsigned long long)length, (unsigned long long)address);
    return true;
}
