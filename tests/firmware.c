/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/loader: firmware.c, firmwarerom.c, firmwareacpi.c. */
#include "boot/loader/jobs.h"
#include "tests/artefact.h"
#include "tests/played.h"

/*
 * Digests that TPMs were extended with, as logs of OVMF have them: SecureBoot with 0, PK, KEK, db
 * and dbx that are not there; a separator; "Calling EFI Application from Boot Option".
 */
#define NO_KEYS "7:dea7b80a 7:e670e121 7:baf89a3c 7:9f75b682 "
#define SEPARATORS                                                                                 \
    "0:df3f6198 1:df3f6198 2:df3f6198 3:df3f6198 4:df3f6198 5:df3f6198 6:df3f6198 "
#define CALLING "4:3d6772b4 "

/* One word an event: its PCR and the first bytes of its SHA-256; or '?', where that isn't known. */
static const char *words(played *p)
{
    static char text[2000];
    assay_writer out = assay_writer_lent(text, sizeof text - 1);

    assay_boot_do_jobs(&p->boot);
    cr_assert_eq(p->boot.status, 0, "%s", p->error.what);
    for (size_t i = 0; i < p->played->count; i++) {
        const assay_predicted_event *const event = &p->played->events[i];

        assay_put_format(&out, "%u:", event->event.pcr_index);
        if (event->unknown_count > 0)
            assay_put_char(&out, '?');
        else
            assay_put_hex(&out, assay_bytes_of(event->event.digests[0].value.data, 4));
        assay_put_char(&out, ' ');
    }
    text[out.used] = '\0';
    return text;
}

typedef struct made {
    played played;
    artefact flash, rom;
} made;

static void make(made *m, bool with_firmware)
{
    played_make(&m->played);
    m->flash = artefact_load("fixtures/firmware/ovmf.fd");
    m->rom = artefact_load("fixtures/firmware/option.rom");
    m->played.scenario.machine.memory = 512 << 20;
    m->played.scenario.machine.cpus = 1;
    if (with_firmware)
        m->played.scenario.firmware = artefact_bytes(&m->flash);
}

static void discard(made *m)
{
    assay_ovmf_close(&m->played.boot.ovmf);
    played_free(&m->played);
    artefact_free(&m->flash);
    artefact_free(&m->rom);
}

static void set(made *m, const assay_guid *vendor, const char *name, assay_bytes data)
{
    const assay_efivar variable = { *vendor, assay_bytes_of_string(name), 0, data };

    cr_assert_eq(assay_variables_set(m->played.scenario.variables, &variable), 0);
}

static assay_bytes data_of(const made *m, size_t event)
{
    return m->played.played->events[event].event.data;
}

/*
 * The version and DXEFV as fixtures/firmware/make.py has them: hashlib of "1.2-made~3" in UTF-16
 * with a NUL is d276e222..., of DXEFV eaeff0b3...; PEIFV is of a build that nobody has run.
 */
Test(firmware, from_reset_to_ready_to_boot)
{
    made m;

    make(&m, true);
    assay_firmware_start(&m.played.boot);
    assay_firmware_ready_to_boot(&m.played.boot);
    assay_firmware_ready_to_boot(&m.played.boot);
    cr_expect_str_eq(words(&m.played), "0:d276e222 0:? 0:eaeff0b3 7:115aa827 " NO_KEYS
                                       "7:df3f6198 " CALLING SEPARATORS CALLING);
    cr_expect(assay_bytes_equal(data_of(&m, 1), ASSAY_LITERAL("\0\0\x82\0\0\0\0\0"
                                                              "\0\x10\0\0\0\0\0\0")));
    cr_expect(assay_bytes_equal(data_of(&m, 2), ASSAY_LITERAL("\0\x10\x82\0\0\0\0\0"
                                                              "\0\x20\0\0\0\0\0\0")));
    cr_expect_eq(m.played.played->events[1].event.type, EV_EFI_PLATFORM_FIRMWARE_BLOB);
    cr_expect_not_null(m.played.played->events[1].why);
    discard(&m);
}

Test(firmware, without_an_image_pcr_0_is_unknown)
{
    made m;

    make(&m, false);
    assay_firmware_start(&m.played.boot);
    cr_expect_str_eq(words(&m.played), "0:? 7:115aa827 " NO_KEYS "7:df3f6198 ");
    cr_expect_eq(m.played.played->remark_count, 0);
    discard(&m);
}

Test(firmware, another_image_is_remarked_on)
{
    made m;

    make(&m, true);
    m.played.scenario.firmware = artefact_bytes(&m.rom);
    assay_firmware_start(&m.played.boot);
    cr_expect_str_eq(words(&m.played), "0:? 7:115aa827 " NO_KEYS "7:df3f6198 ");
    cr_expect_eq(m.played.played->remark_count, 1);
    discard(&m);
}

/* SecureBoot with 1 is ccfc4bb3 in the logs. It is on with a PK, unless it was switched off. */
Test(firmware, secure_boot_is_on_with_a_pk)
{
    static const assay_guid enable =
        ASSAY_GUID(0xf0a30bc7, 0xaf08, 0x4556, 0x99, 0xc4, 0x00, 0x10, 0x09, 0xc9, 0x3a, 0x44);
    static const struct {
        const char *pk, *enable;
        bool on;
    } cases[] = { { NULL, NULL, false }, { "k", NULL, true },  { "k", "\1", true },
                  { "k", "", false },    { NULL, "\1", false } };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        made m;

        make(&m, true);
        if (cases[i].pk != NULL)
            set(&m, &assay_guid_global_variable, "PK", assay_bytes_of_string(cases[i].pk));
        if (cases[i].enable != NULL)
            set(&m, &enable, "SecureBootEnable", assay_bytes_of(cases[i].enable, 1));
        assay_firmware_start(&m.played.boot);
        cr_expect_eq(m.played.boot.secure_boot, cases[i].on, "case %zu", i);
        cr_expect_not_null(strstr(words(&m.played), cases[i].on ? "7:ccfc4bb3" : "7:115aa827"));
        discard(&m);
    }
}

/* Behind dbx, and only where there is one (EDK2 since 2017). */
Test(firmware, dbt_is_measured_where_there_is_one)
{
    made m;

    make(&m, true);
    set(&m, &assay_guid_image_security, "dbt", ASSAY_LITERAL("t"));
    set(&m, &assay_guid_image_security, "dbx", ASSAY_LITERAL("x"));
    assay_firmware_start(&m.played.boot);
    words(&m.played);
    cr_assert_eq(m.played.played->count, 3 + 6 + 1);
    cr_expect_eq(data_of(&m, 7).data[32 + 4], 'x'); /* dbx, by the end of its name */
    cr_expect_eq(data_of(&m, 8).data[32 + 4], 't');
    cr_expect(assay_bytes_equal(m.played.boot.dbx, ASSAY_LITERAL("x")));
    discard(&m);
}

/* --- configuration, drivers ------------------------------------------------------------------- */

/* A command of etc/table-loader: ALLOCATE, or anything else. */
static void put_command(uint8_t *at, uint8_t command, const char *name)
{
    memset(at, 0, 128);
    at[0] = command;
    strcpy((char *)at + 4, name);
}

/* 64 KiB of zeros are de2f2560 in the logs; sha256sum says d98a034f of "tables". */
Test(firmware, tables_are_measured_in_the_order_in_which_they_are_fetched)
{
    uint8_t commands[4 * 128];
    made m;

    make(&m, true);
    put_command(commands, 1, "etc/acpi/tables");
    put_command(commands + 128, 2, "etc/acpi/rsdp");
    put_command(commands + 256, 1, "etc/tpm/log");
    put_command(commands + 384, 1, "etc/vmgenid_guid");
    m.played.scenario.blobs[0] =
        (assay_scenario_blob){ "etc/table-loader", assay_bytes_of(commands, sizeof commands) };
    m.played.scenario.blobs[1] =
        (assay_scenario_blob){ "etc/acpi/tables", ASSAY_LITERAL("tables") };
    m.played.scenario.blob_count = 2;
    assay_firmware_start(&m.played.boot);
    const size_t before = m.played.played->count;
    assay_firmware_configuration(&m.played.boot);
    cr_assert_eq(m.played.played->count, before + 4);
    cr_expect_not_null(strstr(words(&m.played), "1:d98a034f 1:de2f2560 1:? "), "%s",
                       words(&m.played));
    cr_expect(assay_bytes_equal(data_of(&m, before), ASSAY_LITERAL("ACPI DATA")));
    discard(&m);
}

Test(firmware, tables_that_are_not_given_are_unknown)
{
    made m;

    make(&m, true);
    assay_firmware_start(&m.played.boot);
    assay_firmware_configuration(&m.played.boot);
    cr_expect_not_null(strstr(words(&m.played), " 1:? 1:? 1:de2f2560 1:? "));
    discard(&m);
}

/* Authenticode of make.py's images: all of it but CheckSum in hashlib, with the ROM's
 * padding of the first, which has no directory of certificates. */
Test(firmware, drivers_of_option_roms)
{
    made m;

    make(&m, false);
    m.played.scenario.rom_count = 1;
    m.played.scenario.roms[0] =
        (assay_scenario_rom){ .name = "made", .bytes = artefact_bytes(&m.rom) };
    m.played.boot.secure_boot = true; /* lets them pass all the same */
    assay_firmware_option_roms(&m.played.boot);
    cr_expect_str_eq(words(&m.played), "2:f974942b 2:146af63f ");
    cr_expect_eq(m.played.played->events[0].event.type, EV_EFI_BOOT_SERVICES_DRIVER);
    /* Offset(0x200, 0x7ff) behind the four numbers. */
    cr_expect(assay_bytes_equal(assay_bytes_of(data_of(&m, 0).data + 40, 16),
                                ASSAY_LITERAL("\0\2\0\0\0\0\0\0\xff\7\0\0\0\0\0\0")));
    discard(&m);
}

Test(firmware, a_broken_option_rom_is_remarked_on)
{
    made m;

    make(&m, false);
    m.rom.data[512 + 0x2C] = 0;
    m.played.scenario.rom_count = 1;
    m.played.scenario.roms[0] =
        (assay_scenario_rom){ .name = "made", .bytes = artefact_bytes(&m.rom) };
    assay_firmware_option_roms(&m.played.boot);
    cr_expect_str_eq(words(&m.played), "");
    cr_expect_eq(m.played.played->remark_count, 1);
    discard(&m);
}
