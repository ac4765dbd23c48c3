/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/payload/payload.h: any bytes under any type are something, and come back. */
#include "tests/payload_seen.h"

/* A small generator of bytes that look like lengths, text and structures now and then. */
static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

static size_t make_bytes(uint32_t *state, uint8_t bytes[static 256])
{
    static const uint8_t frequent[] = { 0, 0, 0, 1, 2, 4, 8, 16, 0x20, 'A', '/', 0x7F, 0x80, 0xFF };
    const size_t size = next_random(state) % 160;

    for (size_t i = 0; i < size; i++)
        bytes[i] = next_random(state) % 2 ? frequent[next_random(state) % sizeof frequent]
                                          : (uint8_t)next_random(state);
    return size;
}

Test(payload, random_bytes_under_every_type_come_back)
{
    const assay_event_type *type;
    uint32_t state = 1;

    for (unsigned i = 0; (type = assay_event_type_at(i)) != NULL; i++)
        for (int round = 0; round < 200; round++) {
            uint8_t bytes[256];
            const size_t size = make_bytes(&state, bytes);

            see(next_random(&state) % 16, type->value, bytes, size);
        }
}

Test(payload, no_bytes_and_absent_bytes_are_read_under_every_type)
{
    const assay_event_type *type;

    for (unsigned i = 0; (type = assay_event_type_at(i)) != NULL; i++) {
        see(0, type->value, "", 0);
        see(0, type->value, NULL, 0);
    }
}

Test(payload, an_unknown_type_is_opaque_and_says_how_much)
{
    const struct seen seen = see(0, 0x8402, "abc", 3);

    cr_expect_eq(seen.payload.kind, ASSAY_PAYLOAD_OPAQUE);
    cr_expect_str_eq(seen.summary, "3 bytes");
    cr_expect_str_eq(seen.json, "{}\n");
    cr_expect_str_eq(see(0, 0x8402, "a", 1).summary, "1 byte");
}

Test(payload, separators)
{
    static const struct expectation separators[] = {
        { EV_SEPARATOR, DATA("\0\0\0\0"), ASSAY_PAYLOAD_SEPARATOR, "separator 0x00000000",
          "{\"value\":\"0x0\",\"error\":false}" },
        { EV_SEPARATOR, DATA("\xff\xff\xff\xff"), ASSAY_PAYLOAD_SEPARATOR, "separator 0xffffffff",
          "{\"value\":\"0xffffffff\",\"error\":false}" },
        { EV_SEPARATOR, DATA("\x01\0\0\0"), ASSAY_PAYLOAD_SEPARATOR,
          "separator that reports an error", "{\"value\":\"0x1\",\"error\":true}" },
        /* Windows ends its own PCRs so; one BIOS of HP writes a single byte. */
        { EV_SEPARATOR, DATA("WBCL"), ASSAY_PAYLOAD_TEXT, "WBCL", "{\"text\":\"WBCL\"}" },
        { EV_SEPARATOR, DATA("\xff"), ASSAY_PAYLOAD_OPAQUE, "1 byte", "{}" },
    };

    expect_all(separators, sizeof separators / sizeof *separators);
}

Test(payload, every_kind_has_a_name)
{
    for (int kind = 0; kind < ASSAY_PAYLOAD_KINDS; kind++)
        cr_expect_not_null(assay_payload_kind_name((enum assay_payload_kind)kind));
    cr_expect_str_eq(assay_payload_kind_name(ASSAY_PAYLOAD_HANDOFF), "handoff tables");
}
