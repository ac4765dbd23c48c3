/* SPDX-License-Identifier: BSD-2-Clause */
/* replay/pcrvalues.h: PCR values in every form they come in, and back. */
#include <criterion/criterion.h>

#include "base/hex.h"
#include "replay/pcrvalues.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* TPM: what swtpm 0.7.1 holds after `tpm2_pcrextend 16:sha256=$(printf %064d 7)`. */
#define VALUE "2ebe6807995c988b9d292b535a81546078d93d753a42bf8d15ddcaf2d84be200"
#define UPPER "2EBE6807995C988B9D292B535A81546078D93D753A42BF8D15DDCAF2D84BE200"
#define OTHER "3ebe6807995c988b9d292b535a81546078d93d753a42bf8d15ddcaf2d84be200"
#define SHA1 "863b40ac690a22c4da6fb6c26a520d5f118d0d5b"
#define SHA384 SHA1 SHA1 "01234567abcdef00"

static void expect_value(const assay_pcrs *pcrs, uint16_t alg, unsigned pcr, const char *hex)
{
    char text[2 * ASSAY_DIGEST_MAX + 1] = "";

    assay_hex_encode(text, assay_pcrs_value(pcrs, alg, pcr));
    cr_expect_str_eq(text, hex);
}

static assay_pcrs parse(const char *text)
{
    assay_error error = { 0 };
    assay_pcrs pcrs = { 0 };

    cr_assert_eq(assay_pcrvalues_parse(assay_bytes_of_string(text), &pcrs, &error), 0, "%s: %s",
                 error.what, text);
    return pcrs;
}

Test(pcrvalues, one_value_in_every_form)
{
    static const char *const forms[] = {
        "{\"sha256\": {\"16\": \"" VALUE "\"}}",
        "{\"SHA256\":{\"16\":\"0x" UPPER "\"}}",
        " \n\t{\"pcrs\": {\"sha256\": {\"16\": \"" VALUE "\"}}, \"assay\": {\"version\": \"1\"}}",
        "  sha256:\n    16: 0x" UPPER "\n", /* tpm2_pcrread 5.4, as it prints it */
        "  sha256:\r\n    16: 0x" UPPER "\r\n",
        "sha256 :\n  16 : " VALUE "\n", /* tpm2_pcrlist 3.x */
        "sha256:\n16 " VALUE,           /* no colon after the PCR, no newline at the end */
        "---\npcrs:\n  sha256:\n    16 : 0x" VALUE "\n", /* the end of what tpm2_eventlog prints */
        "sha256:16 " VALUE "\n",
        "sha256:16=" VALUE "\n",
        "SHA-256:16:" VALUE "\n",
        "# of last night\n\n  sha256:16 \t 0X" UPPER "  \n\n",
        "sha256: 16 = " VALUE,
        "sha256:\nPCR-16: " VALUE,
        "sha256:16 " VALUE "\nsha256:16 " UPPER "\n", /* twice, and the same */
    };

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const assay_pcrs pcrs = parse(forms[i]);

        cr_expect_eq(pcrs.bank_count, 1, "%s", forms[i]);
        cr_expect_eq(pcrs.banks[0].present, 1u << 16, "%s", forms[i]);
        cr_expect_not(pcrs.measurement_registers);
        expect_value(&pcrs, ASSAY_ALG_SHA256, 16, VALUE);
    }
}

/* The text of `tpm2_pcrread sha256:0,16+sha1:3`; a bank that is not active has no lines. */
Test(pcrvalues, what_tpm2_pcrread_prints)
{
    const assay_pcrs pcrs = parse("  sha256:\n"
                                  "    0 : 0x" VALUE "\n"
                                  "    16: 0x" UPPER "\n"
                                  "  sha1:\n"
                                  "    3 : 0x" SHA1 "\n"
                                  "  sha384:\n");

    cr_expect_eq(pcrs.bank_count, 2);
    expect_value(&pcrs, ASSAY_ALG_SHA256, 0, VALUE);
    expect_value(&pcrs, ASSAY_ALG_SHA256, 16, VALUE);
    expect_value(&pcrs, ASSAY_ALG_SHA1, 3, SHA1);
}

/* drivers/char/tpm/tpm-sysfs.c prints a TPM 1.2 like this. */
Test(pcrvalues, the_sysfs_file_of_a_TPM_1_2)
{
    const assay_pcrs pcrs =
        parse("PCR-00: 86 3B 40 AC 69 0A 22 C4 DA 6F B6 C2 6A 52 0D 5F 11 8D 0D 5B \n"
              "PCR-23: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 \n");

    expect_value(&pcrs, ASSAY_ALG_SHA1, 0, SHA1);
    cr_expect_eq(pcrs.banks[0].present, 1u << 23 | 1);
}

Test(pcrvalues, measurement_registers_are_known_by_their_key)
{
    const assay_pcrs tdx = parse("{\"rtmr\": {\"0\": \"" SHA384 "\", \"3\": \"" SHA384 "\"}}");
    const assay_pcrs csv = parse("{\"pcrs\": {\"rtmr\": {\"1\": \"" VALUE "\"}}}");

    cr_expect(tdx.measurement_registers);
    cr_expect_eq(tdx.banks[0].present, 9);
    expect_value(&tdx, ASSAY_ALG_SHA384, 3, SHA384);
    expect_value(&csv, ASSAY_ALG_SM3_256, 1, VALUE);
}

/* Where `needle` stands in `text`, or the end. */
static uint64_t place(const char *text, const char *needle)
{
    const char *const at = strstr(text, needle);

    return at != NULL ? (uint64_t)(at - text) : strlen(text);
}

Test(pcrvalues, what_is_wrong_is_refused_with_its_place)
{
    static const struct {
        const char *text;
        const char *at; /* the error's offset is where this stands first; NULL: it has none */
        const char *what;
    } wrong[] = {
        { "", NULL, "nothing at all" },
        { "\n# a comment\n", NULL, "no value" },
        { "{}", NULL, "an object without banks" },
        { "{\"pcrs\": {}}", NULL, "the same one level down" },
        { "[]", NULL, "an array" },
        { "{\"sha256\": {\"0\": \"" VALUE "\"}", "", "the JSON ends too early" },
        { "{\"sha256\": {\"0\": \"" VALUE "\",} }", " }", "a comma too many" },
        { "{\"sha256\": {\"0\": \"" VALUE "\", \"0\": \"" VALUE "\"}}", ": \"" VALUE "\"}}",
          "a PCR named twice" },
        { "{\"sha1\": {}, \"sha1\": {}}", ": {}}", "a bank named twice" },
        { "{\"sha1\": {\"0\": \"" SHA1 "\"}, \"sha256\": {\"0\": \"" SHA1 "\"}}",
          "\"0\": \"" SHA1 "\"}}", "a SHA-1 value in the SHA-256 bank" },
        { "{\"sha1\": {\"0\": \"" SHA1 "\", \"00\": \"0" SHA1 "\"}}", "\"00\"",
          "a digit too many" },
        { "{\"sha256\": {\"00\": \"" VALUE "\", \"0\": \"" OTHER "\"}}", "\"0\"",
          "one PCR under two spellings" },
        { "{\"sha256\": {\"24\": \"" VALUE "\"}}", "\"24", "a PCR that no TPM has" },
        { "{\"sha256\": {\"-1\": \"" VALUE "\"}}", "\"-1", "a negative PCR" },
        { "{\"sha256\": {\"0-1\": \"" VALUE "\"}}", "\"0-1", "a range" },
        { "{\"sha256\": {\"\": \"" VALUE "\"}}", "\"\": ", "an empty key" },
        { "{\"sha256\": {\"0\": 7}}", "\"0\"", "a number for a value" },
        { "{\"sha256\": {\"0\": \"\"}}", "\"0\"", "an empty value" },
        { "{\"sha256\": {\"0\": \"" VALUE "\\u0000\"}}", "}}", "a NUL after the value" },
        { "{\"sha256\": [\"" VALUE "\"]}", "\"sha256", "a bank that is an array" },
        { "{\"md5\": {\"0\": \"00\"}}", "\"md5", "a bank that no TPM has" },
        { "{\"rtmr\": {\"4\": \"" SHA384 "\"}}", "\"4\"", "a fifth RTMR of TDX" },
        { "{\"rtmr\": {\"5\": \"" VALUE "\"}}", "\"5\"", "a sixth RTMR of CSV" },
        { "{\"rtmr\": {\"0\": \"" SHA384 "\", \"1\": \"" VALUE "\"}}", "\"1\"",
          "registers of two sizes" },
        { "{\"sha1\": {\"0\": \"" SHA1 "\"}, \"rtmr\": {\"0\": \"" SHA384 "\"}}", "\"rtmr",
          "PCRs and registers in one document" },
        { "0 : " VALUE, "0", "a PCR before any bank" },
        { "sha256:\n 24: " VALUE, VALUE, "PCR 24" },
        { "sha256:\n 4294967296: " VALUE, VALUE, "a PCR that wraps to 0 in 32 bits" },
        { "sha256:0 " SHA1, SHA1, "a value too short" },
        { "sha256:0 " VALUE "0", VALUE, "a value too long" },
        { "sha256:0 " VALUE VALUE VALUE, VALUE, "a value far too long" },
        { "sha256:0", "", "a PCR without a value" },
        { "sha256:0 g" VALUE, "g" VALUE, "a letter that is no digit" },
        { "sha256:0 " VALUE "\nsha256:0 " OTHER, OTHER, "two values of one PCR" },
        { "sha256:x " VALUE, "sha256", "a bank without a PCR's number" },
        { "md5:0 00", "md5", "a bank that no TPM has" },
        { "sha256 0 " VALUE, "sha256", "no colon after the bank" },
        { "PCR-: " SHA1, "PCR", "no number after PCR-" },
        { "PCR-0x: " SHA1, "PCR", "no decimal number after PCR-" },
        { "\177ELF", "\177", "a program" },
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assay_pcrs pcrs = { .bank_count = 77 };
        assay_error error = { 0 };
        const int status =
            assay_pcrvalues_parse(assay_bytes_of_string(wrong[i].text), &pcrs, &error);

        cr_expect_lt(status, 0, "%s", wrong[i].what);
        cr_expect_eq(error.kind, -status, "%s", wrong[i].what);
        cr_expect_eq(error.offset,
                     wrong[i].at != NULL ? *wrong[i].at != '\0' ? place(wrong[i].text, wrong[i].at)
                                                                : strlen(wrong[i].text)
                                         : ASSAY_NO_OFFSET,
                     "%s: at %ld, %s", wrong[i].what, (long)error.offset, error.what);
        cr_expect_eq(pcrs.bank_count, 77, "nothing is written on failure");
        cr_expect_eq(assay_pcrvalues_parse(assay_bytes_of_string(wrong[i].text), &pcrs, NULL),
                     status, "nor is the error needed");
    }
}

/* Banks and PCRs by the bits of `seed`, values that differ. */
static assay_pcrs generate(uint32_t seed)
{
    assay_pcrs pcrs = { 0 };

    for (size_t i = 0; i < ASSAY_ALGS; i++) {
        if ((seed >> i & 1) == 0)
            continue;
        assay_pcr_bank *const bank = assay_pcrs_add_bank(&pcrs, assay_alg_at(i)->id);
        bank->present = (seed * 2654435761u >> 8 | 1u << (seed % 24)) & ASSAY_ALL_PCRS;
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (assay_pcr_set_has(bank->present, pcr))
                for (size_t k = 0; k < bank->size; k++)
                    bank->value[pcr][k] = (uint8_t)((seed + i * 7 + pcr) * (k + 3));
    }
    return pcrs;
}

static void expect_round_trip(const assay_pcrs *pcrs, enum assay_pcrvalues_form form)
{
    assay_writer writer = assay_writer_growing(1 << 20);
    assay_pcrs again = { 0 };
    assay_error error = { 0 };

    assay_pcrvalues_write(&writer, pcrs, form);
    cr_expect_eq(assay_pcrvalues_parse(assay_written(&writer), &again, &error), 0, "%s",
                 error.what);
    cr_expect_eq(memcmp(&again, pcrs, sizeof again), 0, "form %d", (int)form);
    assay_writer_close(&writer);
}

Test(pcrvalues, what_is_written_is_read_back)
{
    for (uint32_t seed = 1; seed < 256; seed++) {
        const assay_pcrs pcrs = generate(seed);

        expect_round_trip(&pcrs, ASSAY_PCRVALUES_JSON);
        expect_round_trip(&pcrs, ASSAY_PCRVALUES_PCRREAD);
        expect_round_trip(&pcrs, ASSAY_PCRVALUES_LINES);
    }
}

Test(pcrvalues, registers_are_written_and_read_back)
{
    const assay_pcrs tdx = parse("{\"rtmr\": {\"0\": \"" SHA384 "\", \"2\": \"" SHA384 "\"}}");

    expect_round_trip(&tdx, ASSAY_PCRVALUES_JSON);
}

Test(pcrvalues, pcrread_is_written_as_tpm2_pcrread_prints)
{
    const assay_pcrs pcrs = parse("sha1:3 " SHA1 "\nsha1:16 " SHA1);
    char text[200] = "";
    assay_writer writer = assay_writer_lent(text, sizeof text - 1);

    assay_pcrvalues_write(&writer, &pcrs, ASSAY_PCRVALUES_PCRREAD);
    cr_expect_str_eq(text, "  sha1:\n    3 : 0x" SHA1 "\n    16: 0x" SHA1 "\n");
    cr_expect_str_eq(assay_pcr_key(0), "0");
    cr_expect_str_eq(assay_pcr_key(23), "23");
}

/* Files and folders. */

static char folder[] = "/tmp/assay-pcrvalues-XXXXXX";

static void put_file(const char *name, const char *text)
{
    char path[200];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    cr_assert_not_null(file = fopen(path, "w"));
    fputs(text, file);
    fclose(file);
}

static void put_folder(const char *name)
{
    char path[200];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    cr_assert_eq(mkdir(path, 0700), 0);
}

static void make_folder(void)
{
    strcpy(folder, "/tmp/assay-pcrvalues-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[100];

    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_assert_eq(system(command), 0);
}

Test(pcrvalues, a_sysfs_folder, .init = make_folder, .fini = remove_folder)
{
    assay_pcrs pcrs;
    assay_error error;

    put_file("ppi", "not a bank");
    put_folder("pcr-sha256");
    put_folder("pcr-sm3"); /* as the kernel spells it */
    put_folder("pcr-whirlpool");
    put_file("pcr-sha256/0", UPPER "\n");
    put_file("pcr-sha256/23", UPPER "\n");
    put_file("pcr-sm3/7", VALUE);
    cr_assert_eq(assay_pcrvalues_read(folder, &pcrs, &error), 0);
    cr_expect_eq(pcrs.bank_count, 2);
    expect_value(&pcrs, ASSAY_ALG_SHA256, 0, VALUE);
    expect_value(&pcrs, ASSAY_ALG_SHA256, 23, VALUE);
    expect_value(&pcrs, ASSAY_ALG_SM3_256, 7, VALUE);

    put_file("pcr-sha256/1", SHA1 "\n");
    cr_expect_eq(assay_pcrvalues_read(folder, &pcrs, &error), -ASSAY_MALFORMED);
    put_file("pcrs.json", "{\"sha1\": {\"5\": \"" SHA1 "\"}}");
    cr_assert_eq(assay_pcrvalues_read(folder, &pcrs, &error), 0, "a machine folder");
    expect_value(&pcrs, ASSAY_ALG_SHA1, 5, SHA1);
}

Test(pcrvalues, files_and_folders_without_values, .init = make_folder, .fini = remove_folder)
{
    assay_pcrs pcrs;
    assay_error error;
    char path[200];

    cr_expect_eq(assay_pcrvalues_read(folder, &pcrs, &error), -ASSAY_UNKNOWN_FORMAT);
    snprintf(path, sizeof path, "%s/none", folder);
    cr_expect_eq(assay_pcrvalues_read(path, &pcrs, &error), -ASSAY_IO);
    snprintf(path, sizeof path, "%s/values", folder);
    put_file("values", "sha1:3 " SHA1 "\n");
    cr_expect_eq(assay_pcrvalues_read(path, &pcrs, &error), 0);
    put_file("values", "sha1:3 " SHA1 "0\n");
    cr_expect_eq(assay_pcrvalues_read(path, &pcrs, &error), -ASSAY_MALFORMED);
    cr_expect_eq(error.offset, 7);
}

#define MANIFEST(inner) "{\"hardware_uuid\":\"x\",\"pcr_manifest\":{" inner "}}"
#define MANIFEST_PCR(index, bank)                                                                  \
    "{\"index\":\"" index "\",\"value\":\"" VALUE "\",\"pcr_bank\":\"" bank "\"}"

Test(pcrvalues, a_host_manifest_brings_its_own)
{
    static const char *const texts[] = {
        MANIFEST("\"sha1pcrs\":[],\"sha2pcrs\":[" MANIFEST_PCR("pcr_16", "SHA256") "]"),
        MANIFEST("\"sha1pcrs\":null,\"sha2pcrs\":[{\"index\":\"pcr_16\",\"value\":\"" VALUE "\"}]"),
        "{\"host_manifest\":" MANIFEST("\"sha2pcrs\":[" MANIFEST_PCR("pcr_16", "SHA256") "]") "}",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const assay_pcrs pcrs = parse(texts[i]);
        assay_pcrs beside;

        expect_value(&pcrs, ASSAY_ALG_SHA256, 16, VALUE);
        cr_expect_eq(pcrs.bank_count, 1);
        cr_expect_eq(assay_pcrvalues_beside(assay_bytes_of_string(texts[i]), &beside, NULL), 1);
        expect_value(&beside, ASSAY_ALG_SHA256, 16, VALUE);
    }
}

Test(pcrvalues, a_document_without_a_host_manifest_brings_none)
{
    static const char *const texts[] = {
        "",
        "sha256:16 " VALUE "\n",
        "[]",
        "{\"sha256\": {\"16\": \"" VALUE "\"}}",
        MANIFEST("\"sha1pcrs\":[],\"sha2pcrs\":[]"),
        MANIFEST("\"pcr_event_log_map\":{}"),
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assay_pcrs pcrs;

        cr_expect_eq(assay_pcrvalues_beside(assay_bytes_of_string(texts[i]), &pcrs, NULL), 0, "%s",
                     texts[i]);
    }
}

Test(pcrvalues, a_wrong_host_manifest_is_refused_with_its_place)
{
    static const struct {
        const char *what, *text, *place; /* the place: where this stands in it */
    } cases[] = {
        { "the PCRs are an object", MANIFEST("\"sha1pcrs\":{}"), "\"sha1pcrs\"" },
        { "a PCR has no index", MANIFEST("\"sha2pcrs\":[{\"value\":\"" VALUE "\"}]"),
          "\"sha2pcrs\"" },
        { "an index has no prefix", MANIFEST("\"sha2pcrs\":[" MANIFEST_PCR("16", "SHA256") "]"),
          "\"16\"" },
        { "there is no such PCR", MANIFEST("\"sha2pcrs\":[" MANIFEST_PCR("pcr_24", "SHA256") "]"),
          "\"pcr_24\"" },
        { "it is of another bank", MANIFEST("\"sha2pcrs\":[" MANIFEST_PCR("pcr_1", "SHA1") "]"),
          "\"pcr_1\"" },
        { "its value is too long", MANIFEST("\"sha1pcrs\":[" MANIFEST_PCR("pcr_1", "SHA1") "]"),
          "\"pcr_1\"" },
        { "its value is no string", MANIFEST("\"sha1pcrs\":[{\"index\":\"pcr_1\",\"value\":1}]"),
          "\"pcr_1\"" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_error error = { 0 };
        assay_pcrs pcrs;

        cr_expect_eq(assay_pcrvalues_beside(assay_bytes_of_string(cases[i].text), &pcrs, &error),
                     -ASSAY_MALFORMED, "%s", cases[i].what);
        cr_expect_eq(error.offset,
                     (uint64_t)(strstr(cases[i].text, cases[i].place) - cases[i].text), "%s: %zu",
                     cases[i].what, (size_t)error.offset);
    }
}

/* A fault costs its bank and no other, and is told with its place. */
Test(pcrvalues, what_is_sound_is_kept_beside_a_fault)
{
    static const struct {
        const char *text;
        const char *at;
    } faulty[] = {
        { "{\"sha1\": {\"3\": \"" SHA1 "\"}, \"sha384\": {\"0\": \"" VALUE "\", \"1\": \"" SHA384
          "\"}, \"sha256\": {\"16\": \"" VALUE "\"}}",
          "\"0\": \"" VALUE },
        { "{\"sha384\": {\"1\": \"" SHA384 "\", \"x\": \"00\"}, \"sha1\": {\"3\": \"" SHA1
          "\"}, \"sha256\": {\"16\": \"" VALUE "\"}}",
          "\"x\"" },
        { "{\"sha384\": {\"1\": 7}, \"sha1\": {\"3\": \"" SHA1 "\"}, \"sha256\": {\"16\": \"" VALUE
          "\"}}",
          "\"1\": 7" },
        { "sha384:\n 0 : " VALUE "\nsha256:\n 16 : " VALUE "\nsha1:\n 3 : " SHA1 "\n", VALUE },
        { "sha384:0 " SHA384 "\nsha256:16 " VALUE "\nsha384:24 " SHA384 "\nsha1:3 " SHA1 "\n"
          "sha384:0 00\n",
          SHA384 "\nsha1" },
        { "{\"pcr_manifest\": {\"sha1pcrs\": [{\"index\": \"pcr_3\", \"value\": \"00\"}], "
          "\"sha2pcrs\": [{\"index\": \"pcr_16\", \"value\": \"" VALUE "\"}]}}",
          "\"pcr_3\"" },
    };

    for (size_t i = 0; i < sizeof faulty / sizeof *faulty; i++) {
        const assay_bytes text = assay_bytes_of_string(faulty[i].text);
        assay_pcrs pcrs = { 0 };
        assay_error fault = { .kind = 0 }, error = { .kind = 0 };

        cr_assert_eq(assay_pcrvalues_salvage(text, &pcrs, &fault, &error), 0, "%s", error.what);
        expect_value(&pcrs, ASSAY_ALG_SHA256, 16, VALUE);
        cr_expect_null(assay_pcrs_bank_const(&pcrs, ASSAY_ALG_SHA384), "%s", faulty[i].text);
        cr_expect_eq(pcrs.bank_count, i < 5 ? 2 : 1);
        cr_expect_eq(fault.kind, ASSAY_MALFORMED);
        cr_expect_eq(fault.offset, place(faulty[i].text, faulty[i].at), "%zu: %s",
                     (size_t)fault.offset, faulty[i].text);
        cr_expect_eq(assay_pcrvalues_parse(text, &pcrs, &error), -ASSAY_MALFORMED);
        cr_expect_eq(error.offset, fault.offset);
    }
}

Test(pcrvalues, nothing_is_salvaged_where_nothing_is_sound)
{
    static const char *const texts[] = {
        "sha256:0 00\n",
        "{\"sha256\": {\"0\": 7}}",
        "{\"sha256\": {\"0\": \"" VALUE "\"}",
        "sha256:0 " VALUE "\nnonsense\n",
        "",
        "{\"md5\": {}}",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assay_pcrs pcrs = { .bank_count = 77 };
        assay_error fault = { .kind = 77 }, error = { .kind = 0 };
        const int status =
            assay_pcrvalues_salvage(assay_bytes_of_string(texts[i]), &pcrs, &fault, &error);

        cr_expect_lt(status, 0, "%s", texts[i]);
        cr_expect_eq(error.kind, -status);
        cr_expect_eq(pcrs.bank_count, 77);
        cr_expect_eq(fault.kind, 77);
        cr_expect_eq(assay_pcrvalues_salvage(assay_bytes_of_string(texts[i]), &pcrs, &fault, NULL),
                     status);
    }
    assay_pcrs pcrs = { 0 };
    assay_error fault = { .kind = 77 };
    cr_expect_eq(assay_pcrvalues_salvage(ASSAY_LITERAL("sha256:16 " VALUE), &pcrs, &fault, NULL),
                 0);
    cr_expect_eq(fault.kind, 0, "there is no fault");
}

/* Real values of which one bank has digests of another's length. */
Test(pcrvalues, the_sound_banks_of_a_machine)
{
    static const char path[] = "../shared/corpus/tcg20/immune-ludmilla.pcrs.json";
    FILE *const file = fopen(path, "r");
    assay_pcrs pcrs = { 0 };
    assay_error fault = { .kind = 0 };
    char text[20000];

    if (file == NULL)
        cr_skip_test("no collection");
    const size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    cr_assert_eq(assay_pcrvalues_salvage(assay_bytes_of(text, size), &pcrs, &fault, NULL), 0);
    cr_expect_eq(pcrs.bank_count, 2, "sha1 and sha256, of sha384 some are too short");
    cr_expect_eq(fault.kind, ASSAY_MALFORMED);
}
