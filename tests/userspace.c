/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/loader/userspace.h. */
#include "boot/loader/userspace.h"
#include "tests/played.h"

#include <criterion/criterion.h>
#include <jansson.h>

/* What the initrd of k1 extends, besides what its stub measured: the phases of a boot. */
static const assay_scenario_extend extends[] = {
    { 11, "enter-initrd" },
    { 11, "leave-initrd" },
    { 11, "sysinit" },
    { 11, "ready" },
    { 15, "machine-id:0123456789abcdef0123456789abcdef" },
    { 12, "rig userspace extend" },
};

static void fold(const assay_prediction *log, assay_hash *hash, uint16_t alg, uint32_t pcr,
                 uint8_t value[64])
{
    memset(value, 0, 64);
    for (size_t i = 0; i < log->count; i++) {
        const assay_event *const event = &log->events[i].event;
        for (size_t j = 0; j < event->digest_count && event->pcr_index == pcr; j++)
            if (event->digests[j].alg == alg)
                cr_assert_eq(assay_hash_extend(hash, value, event->digests[j].value.data), 0);
    }
}

static void expect_pcr(const played *p, json_t *pcrs, const char *bank, uint16_t alg, uint32_t pcr)
{
    uint8_t value[64];
    char hex[129] = "", number[8];
    assay_hash *hash;

    cr_assert_eq(assay_hashes_get(p->boot.hashes, alg, &hash), 0);
    fold(p->played, hash, alg, pcr, value);
    assay_writer out = assay_writer_lent(hex, sizeof hex - 1);
    assay_put_hex(&out, assay_bytes_of(value, assay_hash_size(hash)));
    snprintf(number, sizeof number, "%u", pcr);
    cr_expect_str_eq(hex,
                     json_string_value(json_object_get(json_object_get(pcrs, bank), number)),
                     "%s:%u", bank, pcr);
}

Test(userspace, extends_make_the_registers_of_the_recorded_machine)
{
    static const uint32_t registers[] = { 9, 11, 12, 13, 15 };
    played p;

    if (!played_open(&p, "k1-userspace-extends"))
        cr_skip_test("no recorded boots here");
    json_t *const pcrs =
        json_load_file("../shared/boots/k1-userspace-extends/pcrs.json", 0, NULL);
    played_start(&p, p.path, assay_bytes_of(p.load_options, p.load_options_size));
    memcpy(p.scenario.userspace.extends, extends, sizeof extends);
    p.scenario.userspace.extend_count = sizeof extends / sizeof *extends;
    assay_userspace_run(&p.boot);
    for (size_t i = 0; i < sizeof registers / sizeof *registers; i++) {
        expect_pcr(&p, pcrs, "sha1", 0x0004, registers[i]);
        expect_pcr(&p, pcrs, "sha256", 0x000b, registers[i]);
        expect_pcr(&p, pcrs, "sha384", 0x000c, registers[i]);
        expect_pcr(&p, pcrs, "sha512", 0x000d, registers[i]);
    }
    json_decref(pcrs);
    played_free(&p);
}

Test(userspace, phases_are_known_by_their_words)
{
    cr_expect(assay_boot_is_phase(ASSAY_LITERAL("leave-initrd")));
    cr_expect_not(assay_boot_is_phase(ASSAY_LITERAL("leave-initr")));
    cr_expect_not(assay_boot_is_phase(ASSAY_LITERAL("machine-id:0")));
}
