/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/scenario/document.h: what assay-scenario(5) says is read, and what it doesn't is refused with
 * its place.
 */
#include "boot/scenario/document.h"

#include <criterion/criterion.h>

static assay_document document;

static int read(const char *text, assay_error *error)
{
    return assay_document_read(&document, assay_bytes_of_string(text), error);
}

Test(scenario, every_member_is_read)
{
    static const char text[] =
        "{\"assay\": {}, \"banks\": [\"sha384\", \"sha1\"],"
        " \"machine\": {\"memory\": 2048, \"cpus\": 2, \"smm\": true,"
        "  \"physical_address_bits\": 36, \"gigabyte_pages\": true, \"qemu\": 7},"
        " \"firmware\": {\"code\": \"c\", \"variables\": \"v\", \"secure_boot\": false,"
        "  \"tables\": [{\"name\": \"n\", \"file\": \"f\"}], \"option_roms\": [{\"file\": \"r\", \"pci_device\": 2}]},"
        " \"disks\": [{\"bus\": \"nvme\", \"pci_device\": 3, \"pci_function\": 1, \"port\": 4,"
        "  \"serial\": \"s\", \"description\": \"d\", \"path\": \"00ff\", \"bootindex\": 5,"
        "  \"image\": \"i\", \"gpt\": \"g\", \"esp\": \"e\"},"
        "  {\"esp\": [{\"path\": \"a/b\", \"file\": \"x\"}]}],"
        " \"direct\": {\"kernel\": \"k\", \"initrd\": \"i\", \"cmdline\": \"\"},"
        " \"choice\": {\"boot_manager\": \"m\", \"grub\": \"1>2\"},"
        " \"userspace\": {\"ima\": true, \"ima_hash\": \"sha1\", \"ima_template\": \"ima-sig\", \"phases\": [\"ready\"],"
        "  \"extends\": [{\"pcr\": 15, \"text\": \"t\"}]}}";

    cr_assert_eq(read(text, NULL), 0);
    cr_assert_eq(document.bank_count, 2);
    cr_assert_eq(document.banks[0], ASSAY_ALG_SHA384);
    cr_assert_eq(document.banks[1], ASSAY_ALG_SHA1);
    cr_assert_eq(document.memory, 2048);
    cr_assert_eq(document.cpus, 2);
    cr_assert_eq(document.smm, 1);
    cr_assert_eq(document.physical_address_bits, 36);
    cr_assert_eq(document.gigabyte_pages, 1);
    cr_assert_eq(document.qemu, 7);
    cr_assert_str_eq(document.code, "c");
    cr_assert_str_eq(document.variables, "v");
    cr_assert_eq(document.secure_boot, 0);
    cr_assert_eq(document.table_count, 1);
    cr_assert_str_eq(document.tables[0].path, "n");
    cr_assert_str_eq(document.tables[0].file, "f");
    cr_assert_eq(document.rom_count, 1);
    cr_assert_str_eq(document.roms[0].file, "r");
    cr_assert_eq(document.roms[0].pci_device, 2);
    cr_assert_eq(document.roms[0].pci_function, ASSAY_NOT_GIVEN);
    cr_assert_eq(document.disk_count, 2);
    const assay_document_disk *const disk = &document.disks[0];
    cr_assert_str_eq(disk->bus, "nvme");
    cr_assert_eq(disk->pci_device, 3);
    cr_assert_eq(disk->pci_function, 1);
    cr_assert_eq(disk->port, 4);
    cr_assert_str_eq(disk->serial, "s");
    cr_assert_str_eq(disk->description, "d");
    cr_assert_str_eq(disk->path, "00ff");
    cr_assert_eq(disk->bootindex, 5);
    cr_assert_str_eq(disk->image, "i");
    cr_assert_str_eq(disk->gpt, "g");
    cr_assert_str_eq(disk->esp, "e");
    cr_assert_eq(document.disks[1].file_count, 1);
    cr_assert_str_eq(document.disks[1].files[0].path, "a/b");
    cr_assert_str_eq(document.disks[1].files[0].file, "x");
    cr_assert_str_eq(document.kernel, "k");
    cr_assert_str_eq(document.initrd, "i");
    cr_assert_str_eq(document.cmdline, "");
    cr_assert_str_eq(document.boot_manager, "m");
    cr_assert_str_eq(document.grub, "1>2");
    cr_assert_eq(document.ima, 1);
    cr_assert_str_eq(document.ima_hash, "sha1");
    cr_assert_str_eq(document.ima_template, "ima-sig");
    cr_assert_eq(document.extend_count, 2);
    cr_assert_eq(document.extends[0].pcr, 11);
    cr_assert_str_eq(document.extends[0].text, "ready");
    cr_assert_eq(document.extends[1].pcr, 15);
    cr_assert_str_eq(document.extends[1].text, "t");
    assay_document_free(&document);
}

Test(scenario, nothing_is_given_in_an_empty_one)
{
    cr_assert_eq(read("{}", NULL), 0);
    cr_assert_eq(document.bank_count, 0);
    cr_assert_eq(document.memory, ASSAY_NOT_GIVEN);
    cr_assert_eq(document.smm, ASSAY_NOT_GIVEN);
    cr_assert_eq(document.secure_boot, ASSAY_NOT_GIVEN);
    cr_assert_eq(document.disk_count, 0);
    cr_assert_null(document.code);
    cr_assert_null(document.cmdline);
    assay_document_free(&document);
}

Test(scenario, what_is_refused_is_refused_with_its_place)
{
    static const struct {
        const char *text;
        const char *what; /* the beginning of what is said */
    } list[] = {
        { "[]", "this is no object" },
        { "{\"disk\": []}", "the key 'disk' is unknown here" },
        { "{\"banks\": \"sha1\"}", "banks: this is no array" },
        { "{\"banks\": [\"md4\"]}", "banks[0]: this names no bank" },
        { "{\"banks\": [\"sha1\", \"sha1\"]}", "banks[1]: this bank stands there twice" },
        { "{\"machine\": []}", "machine: this is no object" },
        { "{\"machine\": {\"cpus\": -1}}", "machine.cpus: this is no number from 0 to 65535" },
        { "{\"machine\": {\"smm\": 1}}", "machine.smm: this is neither true nor false" },
        { "{\"firmware\": {\"code\": 1}}", "firmware.code: this is no string" },
        { "{\"firmware\": {\"code\": \"a\\u0000b\"}}", "line 1, column" },
        { "{\"firmware\": {\"tables\": [{\"name\": \"n\"}]}}",
          "firmware.tables[0].file: this is no string" },
        { "{\"disks\": [{}, {\"port\": 65536}]}",
          "disks[1].port: this is no number from 0 to 65535" },
        { "{\"disks\": [{\"esp\": 1}]}", "disks[0].esp: this is no array" },
        { "{\"disks\": [{\"esp\": [{\"path\": \"a\", \"size\": 1}]}]}",
          "disks[0].esp[0]: the key 'size' is unknown here" },
        { "{\"userspace\": {\"extends\": [{\"pcr\": 24, \"text\": \"t\"}]}}",
          "userspace.extends[0].pcr: this is no number from 0 to 23" },
        { "{\"userspace\": {\"phases\": [1]}}", "userspace.phases[0]: this is no string" },
    };

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        assay_error error = { .kind = 0 };

        cr_expect_eq(read(list[i].text, &error), -ASSAY_MALFORMED, "%s", list[i].text);
        cr_expect_eq(strncmp(error.what, list[i].what, strlen(list[i].what)), 0, "%s: %s",
                     list[i].text, error.what);
    }
}

Test(scenario, there_are_no_more_disks_than_there_is_room_for)
{
    char text[16 * 3 + 64] = "{\"disks\": [";
    assay_error error;

    for (size_t i = 0; i < ASSAY_SCENARIO_DISKS; i++)
        strcat(text, "{},");
    strcat(text, "{}]}");
    cr_assert_eq(read(text, &error), -ASSAY_MALFORMED);
    cr_assert_str_eq(error.what, "disks: there are no more than 16");
}

static assay_writer written(const assay_document *of)
{
    assay_writer text = assay_writer_growing(1 << 16);
    assay_output out = assay_output_json_indented(&text);

    assay_emit_object(&out, NULL);
    assay_document_emit(&out, of);
    assay_emit_end(&out);
    return text;
}

/* By hand: what a scenario of one disk with two files looks like. */
Test(scenario, a_document_is_written_as_it_was_filled_in)
{
    static const uint16_t banks[] = { ASSAY_ALG_SHA256 };

    assay_document_init(&document);
    document.bank_count = 1;
    document.banks[0] = banks[0];
    document.code = "c.fd";
    document.smm = 1;
    assay_document_disk *const disk = assay_document_add_disk(&document);
    disk->bus = "sata";
    cr_assert_eq(assay_document_add_file(disk, "EFI/a", "x", NULL), 0);
    cr_assert_eq(assay_document_add_file(disk, "EFI/b", "y", NULL), 0);
    cr_assert_eq(assay_document_add_file(disk, "EFI/c", "z", NULL), 0);
    assay_writer text = written(&document);
    assay_put_u8(&text, 0);
    cr_assert_str_eq((const char *)text.data, "{\n"
                                              "  \"banks\":[\n"
                                              "    \"sha256\"\n"
                                              "  ],\n"
                                              "  \"machine\":{\n"
                                              "    \"smm\":true\n"
                                              "  },\n"
                                              "  \"firmware\":{\n"
                                              "    \"code\":\"c.fd\"\n"
                                              "  },\n"
                                              "  \"disks\":[\n"
                                              "    {\n"
                                              "      \"bus\":\"sata\",\n"
                                              "      \"esp\":[\n"
                                              "        {\n"
                                              "          \"path\":\"EFI/a\",\n"
                                              "          \"file\":\"x\"\n"
                                              "        },\n"
                                              "        {\n"
                                              "          \"path\":\"EFI/b\",\n"
                                              "          \"file\":\"y\"\n"
                                              "        },\n"
                                              "        {\n"
                                              "          \"path\":\"EFI/c\",\n"
                                              "          \"file\":\"z\"\n"
                                              "        }\n"
                                              "      ]\n"
                                              "    }\n"
                                              "  ]\n"
                                              "}\n");
    assay_writer_close(&text);
    assay_document_free(&document);
}
