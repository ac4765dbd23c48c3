/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as what they are detected to be. */
#include "tests/fuzz/fuzz.h"

static const assay_format_info *format_named(const char *name)
{
    const assay_format_info *format;

    for (size_t i = 0; (format = assay_log_format_at(i)) != NULL; i++)
        if (strcmp(format->name, name) == 0)
            return format;
    return NULL;
}

/* Formats that leave their writers a choice: what is read is not written back to the byte. */
static bool is_free_in_form(const char *name)
{
    static const char *const names[] = { "inteljson", "cel-tlv", "cel-json", "systemd" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static assay_findings findings;
    const assay_bytes bytes = assay_bytes_of(data, size);
    const reading reading = read_twice(bytes, NULL, &findings);

    if (reading.status != 0 || !format_named(reading.format)->writable)
        return 0;
    if (strcmp(reading.format, "text") == 0)
        demand_canonical(bytes);
    else if (findings.count == 0 && !is_free_in_form(reading.format))
        demand_identity(bytes, reading.format);
    return 0;
}
