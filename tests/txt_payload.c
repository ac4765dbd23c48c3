/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventlog/payload/txt.h: what the data of TXT's events say. Bytes are those of SINIT's
 * events on real machines where the comment says "real", else made from the TXT SDG by
 * hand; digests of fixed content are what `openssl dgst` prints.
 */
#include "eventlog/payload/txt.h"
#include "eventlog/txtflags.h"
#include "eventlog/types.h"
#include "tests/payload.h"

#include "base/alg.h"
#include "base/hash.h"
#include "base/hex.h"

#include <stdlib.h>

#define HEX20 "000102030405060708090a0b0c0d0e0f10111213"
#define HEX32 "72589322d1c6cab6e7a1fb82b44565777ffaab90ee8c1c3559578adf1c1ba11b"

#define UNSIGNED_LIST "10000400" HEX20

/* TPMS_NV_PUBLIC of 0x01c10102 and 0x01c10103, real. */
#define NV_AUX                                                                                     \
    "01c10102000b620444080020ef9a26fc22d1ae8cecff59e9481ac1ec533dbe228bec6d17930f4cb2cc5b9724"     \
    "0068"
#define NV_PS                                                                                      \
    "01c10103000b6204040800209f970e88340b836b768e682db1be76ec3f4284282fddf64b05acf8fd2699a71c"     \
    "0046"

typedef struct row {
    uint32_t type;
    const char *data;    /* hexadecimal */
    const char *summary; /* NULL: not of this type, opaque */
    const char *json;    /* what the fields must contain, or NULL */
} row;

static const row rows[] = {
    { TXT_EVTYPE_PCRMAPPING, "01000000", "PCR mapping: details and authorities",
      "\"mapping\":\"details and authorities\"" },
    { TXT_EVTYPE_PCRMAPPING, "00000000", "PCR mapping: legacy", "\"mapping\":\"legacy\"" },
    { TXT_EVTYPE_HASH_START, HEX32 "00000000", "SINIT ACM " HEX32, /* real */
      "\"sinit_hash\":\"" HEX32 "\",\"edx_senter_flags\":\"0x0\"" },
    { TXT_EVTYPE_HASH_START, HEX20 "02000000", "SINIT ACM " HEX20 ", SENTER flags 0x00000002",
      "\"edx_senter_flags\":\"0x2\"" },
    { TXT_EVTYPE_COMBINED_HASH,
      HEX20 "0100000000000000" HEX20 "04000000" HEX20 "01020000"
            "01000000",
      "BIOS ACM " HEX20 ", policy " HEX20,
      "\"mseg_valid\":\"0x1\",\"stm_hash\":\"" HEX20 "\",\"policy_control\":\"0x4\","
      "\"policy_control_names\":[\"capabilities measured into PCR 17\"],"
      "\"lcp_policy_hash\":\"" HEX20 "\",\"capabilities\":\"0x201\","
      "\"capability_names\":[\"wake-up by GETSEC\",\"crypto-agile log\"],"
      "\"processor_scrtm_status\":\"0x1\"" },
    { TXT_EVTYPE_COMBINED_HASH, HEX20 "0000000000000000" HEX20 "00000000" HEX20 "00000000",
      "BIOS ACM " HEX20 ", policy " HEX20, "\"capability_names\":[]}" },
    { TXT_EVTYPE_MLE_HASH, "", "launched environment (MLE)", NULL },
    { TXT_EVTYPE_BIOSAC_REG_DATA, /* real */
      "000000002408182007b000000002000000000000000000000400000000000000",
      "registration of the BIOS ACM", "\"registration_data\":\"0000000024081820" },
    { TXT_EVTYPE_BIOSAC_REG_DATA, "", "registration of the BIOS ACM", NULL }, /* TPM 1.2 */
    { TXT_EVTYPE_CPU_SCRTM_STAT, "01000000", "PCR 0 begins in the processor",
      "\"pcr0_begins_in_processor\":true" },
    { TXT_EVTYPE_CPU_SCRTM_STAT, "fefffffe", "PCR 0 does not begin in the processor",
      "\"status\":\"0xfefffffe\"" },
    { TXT_EVTYPE_LCP_CONTROL_HASH, "00000000", "policy control: none",
      "\"policy_control_names\":[]" },
    { TXT_EVTYPE_LCP_CONTROL_HASH, "02000080",
      "policy control: pre-production ACM allowed, AUX index may be deleted", NULL },
    { TXT_EVTYPE_ELEMENTS_HASH, HEX20 "00000000" HEX20 "01000000" HEX20 "02000000" HEX20 "03000000",
      "policy elements that matched", "{\"hash\":\"" HEX20 "\",\"pol_elt_control\":\"0x3\"}]" },
    { TXT_EVTYPE_STM_HASH, "00", "no STM", NULL },
    { TXT_EVTYPE_OSSINITDATA_CAP_HASH, "01060000", /* real */
      "capabilities: wake-up by GETSEC, crypto-agile log, CBnT", "\"capabilities\":\"0x601\"" },
    { TXT_EVTYPE_OSSINITDATA_CAP_HASH, "80200000", "capabilities: server platform, bit 13",
      "[\"server platform\",\"bit 13\"]" },
    { TXT_EVTYPE_SINIT_PUBKEY_HASH, "", "key that signed the SINIT ACM", NULL },
    { TXT_EVTYPE_LCP_HASH, HEX20 HEX20, "policy lists: 2",
      "\"lists\":[\"" HEX20 "\",\"" HEX20 "\"]" },
    { TXT_EVTYPE_LCP_DETAILS_HASH, "00", "launch control policy: any environment is allowed",
      NULL },
    { TXT_EVTYPE_LCP_DETAILS_HASH,
      "0102000000"
      "0b00" HEX32 "00"
      "0100000000"
      "0400" HEX20 "0000",
      "policy elements that matched: MLE, PS PCONF",
      "{\"element\":\"MLE\",\"pol_elt_control\":\"0x2\",\"pol_elt_control_names\":"
      "[\"STM required\"],\"digest_alg\":\"sha256\",\"digest\":\"" HEX32 "\"},"
      "{\"element\":\"PS PCONF\"" },
    { TXT_EVTYPE_LCP_DETAILS_HASH,
      "0100000002"
      "000b" HEX32 "00000000", /* big-endian */
      "policy elements that matched: MLE", "\"pol_elt_control\":\"0x2\"" },
    { TXT_EVTYPE_LCP_DETAILS_HASH, "0000000000", "no element of the policy had to match", NULL },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH, "00", "launch control policy: any environment is allowed",
      NULL },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH,
      "1600"
      "0b00"
      "8001"
      "0b00" HEX32 "1000"
      "0400" HEX20,
      "policy lists: rsapss key " HEX32 ", unsigned " HEX20,
      "{\"signed\":true,\"sign_alg\":\"rsapss\",\"hash_alg\":\"sha256\",\"pubkey_size\":384,"
      "\"digest_alg\":\"sha256\",\"digest\":\"" HEX32 "\"},"
      "{\"signed\":false,\"digest_alg\":\"sha1\",\"digest\":\"" HEX20 "\"}" },
    { TXT_EVTYPE_NV_INFO_HASH, "01" NV_AUX "01" NV_PS "00", /* real */
      "NV indices: AUX 0x01c10102, PS 0x01c10103, no PO",
      "\"aux\":{\"nv_index\":\"0x1c10102\",\"name_alg\":\"sha256\",\"attributes\":\"0x62044408\","
      "\"attribute_names\":[\"POLICYWRITE\",\"POLICY_DELETE\",\"WRITE_STCLEAR\",\"AUTHREAD\","
      "\"NO_DA\",\"WRITTEN\",\"PLATFORMCREATE\"]," },
    { TXT_EVTYPE_NV_INFO_HASH, "000000", "NV indices: no AUX, no PS, no PO",
      "\"aux\":null,\"ps\":null,\"po\":null" },
    { TXT_EVTYPE_NV_INFO_HASH, "0101800003777762044408000000680000",
      "NV indices: AUX 0x01800003, no PS, no PO", "\"name_alg\":\"0x7777\"" },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH,
      "18007777400004"
      "00" HEX20,
      "policy lists: ecdsa key " HEX20, "\"hash_alg\":\"0x7777\",\"pubkey_size\":64" },
    { TXT_EVTYPE_KM_HASH, "", "key manifest", NULL },
    { TXT_EVTYPE_BPM_HASH, "", "boot policy manifest", NULL },
    { TXT_EVTYPE_BOOT_POL_HASH, "", "boot policy", NULL },
    { TXT_EVTYPE_COLD_BOOT_BIOS_HASH, "", "firmware at cold boot", NULL },
    { TXT_EVTYPE_RANDOM_VALUE, "", "random value: the PCR is capped by a pre-production ACM",
      NULL },
    { TXT_EVTYPE_CAP_VALUE, "01", "cap: SINIT can't compute this bank", NULL },
    { TB_EVTYPE_HASH, "", "tboot: its policy, or a module", NULL },

    /* What is no such data: of another size, or with another number in it. */
    { TXT_EVTYPE_PCRMAPPING, "0100", NULL, NULL },
    { TXT_EVTYPE_PCRMAPPING, "0100000000", NULL, NULL },
    { TXT_EVTYPE_HASH_START, HEX32 "000000", NULL, NULL },
    { TXT_EVTYPE_HASH_START, HEX32 "0000000000", NULL, NULL },
    { TXT_EVTYPE_COMBINED_HASH, HEX20 "0000000000000000" HEX20 "00000000" HEX20 "0000000000", NULL,
      NULL },
    { TXT_EVTYPE_ELEMENTS_HASH, HEX20 "00000000", NULL, NULL },
    { TXT_EVTYPE_BIOSAC_REG_DATA, HEX20, NULL, NULL },
    { TXT_EVTYPE_STM_HASH, "01", NULL, NULL },
    { TXT_EVTYPE_STM_HASH, "0000", NULL, NULL },
    { TXT_EVTYPE_CAP_VALUE, "00", NULL, NULL },
    { TXT_EVTYPE_LCP_HASH, HEX20 "00", NULL, NULL },
    { TXT_EVTYPE_LCP_HASH, HEX20 HEX20 HEX20 HEX20 HEX20, NULL, NULL },
    { TXT_EVTYPE_LCP_DETAILS_HASH, "00000000", NULL, NULL },
    { TXT_EVTYPE_LCP_DETAILS_HASH, "0200000000", NULL, NULL },
    { TXT_EVTYPE_LCP_DETAILS_HASH,
      "0102000000"
      "0b00" HEX20 "00000000",
      NULL, NULL },
    { TXT_EVTYPE_LCP_DETAILS_HASH,
      "0102000000"
      "1000"
      "00000000",
      NULL, NULL },
    { TXT_EVTYPE_LCP_DETAILS_HASH, "000000000000", NULL, NULL },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH,
      "1600"
      "0b00"
      "8001"
      "0b00" HEX20,
      NULL, NULL },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH,
      "1700"
      "0b00"
      "8001"
      "0b00" HEX32,
      NULL, NULL },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH,
      UNSIGNED_LIST UNSIGNED_LIST UNSIGNED_LIST UNSIGNED_LIST UNSIGNED_LIST UNSIGNED_LIST, NULL,
      NULL },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH, "01", NULL, NULL },
    { TXT_EVTYPE_NV_INFO_HASH, "01" NV_AUX "01" NV_PS, NULL, NULL },
    { TXT_EVTYPE_NV_INFO_HASH, "01" NV_AUX "01" NV_PS "0000", NULL, NULL },
    { TXT_EVTYPE_NV_INFO_HASH, "000002", NULL, NULL },
    { TXT_EVTYPE_NV_INFO_HASH, "0101c10102000b62044408ffff00", NULL, NULL },
    { TXT_EVTYPE_MLE_HASH, "00", NULL, NULL },
    { TB_EVTYPE_HASH, "00", NULL, NULL },
};

static assay_bytes bytes_of_hex(const char *hex, uint8_t *room)
{
    const size_t size = strlen(hex) / 2;

    cr_assert(assay_hex_decode(assay_bytes_of_string(hex), room, size), "%s", hex);
    return assay_bytes_of(room, size);
}

static void check_row(const row *row)
{
    uint8_t room[512];
    const assay_event event = { .type = row->type, .data = bytes_of_hex(row->data, room) };
    const char *const name = assay_event_type_find(row->type)->name;
    assay_txt_payload payload;

    if (row->summary == NULL) {
        cr_expect_not(assay_txt_decode(&event, &payload), "%s %s", name, row->data);
        return;
    }
    cr_assert(assay_txt_decode(&event, &payload), "%s %s", name, row->data);
    cr_expect_eq(payload.type, row->type);
    cr_expect(ENCODES_TO(assay_txt_encode, &payload, event.data), "%s %s", name, row->data);
    cr_expect_str_eq(TEXT_OF(assay_txt_summary, &payload), row->summary);
    const char *const json = JSON_OF(assay_txt_emit, &payload);
    cr_expect_not_null(strstr(json, row->json == NULL ? "{\"title\":" : row->json), "%s", json);
}

Test(txt_payload, every_kind_of_data_is_read_said_and_written)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_row(&rows[i]);
}

Test(txt_payload, every_type_of_the_table_has_a_reader_and_a_title)
{
    const assay_event_type *type;

    for (unsigned i = 0; (type = assay_event_type_at(i)) != NULL; i++) {
        const assay_event event = { .type = type->value, .data = assay_bytes_of("", 0) };
        assay_txt_payload payload;

        if (type->decoder != ASSAY_DECODE_TXT)
            continue;
        cr_assert(assay_txt_decode(&event, &payload), "%s", type->name);
        cr_expect_str_neq(TEXT_OF(assay_txt_summary, &payload), "TXT event", "%s", type->name);
    }
}

Test(txt_payload, any_bytes_of_any_type_come_back_as_they_were)
{
    static const uint32_t first = TXT_EVTYPE_PCRMAPPING, last = TXT_EVTYPE_BOOT_POL_HASH;
    uint32_t state = 1;

    for (size_t round = 0; round < 200000; round++) {
        const size_t size = (state >> 8) % 128;
        uint8_t *const exact = malloc(size + 1);
        assay_txt_payload payload;

        for (size_t i = 0; i < size; i++) {
            state = state * 1103515245 + 12345;
            exact[i] = (state >> 16) % 4 == 0 ? (uint8_t)(state >> 24) : (uint8_t)(state >> 30);
        }
        const assay_event event = { .type = first + state % (last - first + 1),
                                    .data = assay_bytes_of(exact, size) };
        if (assay_txt_decode(&event, &payload))
            cr_assert(ENCODES_TO(assay_txt_encode, &payload, event.data));
        free(exact);
        state = state * 1103515245 + 12345;
    }
}

/* What a digest is of, and what that means for a type of event. */
static const struct {
    uint32_t type;
    const char *content; /* hexadecimal */
    const char *meaning;
} known[] = {
    { TXT_EVTYPE_LCP_CONTROL_HASH, "00000000", "no bit of the policy control is set" },
    { TXT_EVTYPE_CPU_SCRTM_STAT, "00000000", "PCR 0 does not begin in the processor" },
    { TXT_EVTYPE_CPU_SCRTM_STAT, "01000000", "PCR 0 begins in the processor" },
    { TXT_EVTYPE_STM_HASH, "00", "no STM" },
    { TXT_EVTYPE_LCP_DETAILS_HASH, "00", "the policy allows any environment" },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH, "00", "the policy allows any environment" },
    { TXT_EVTYPE_CAP_VALUE, "01", "the PCR is capped" },
    /* policy_control 1 and SHA-256 of the policy built into tboot 1.10.5 */
    { TB_EVTYPE_HASH, "01000000e8cd244a4fa79c3e7ebb9e0a5a682157edfec023f1228eef274b84789cc6df89",
      "tboot's built-in policy: no verified launch policy is provisioned" },
};

Test(txt_payload, fixed_content_is_known_by_its_digest_in_every_bank)
{
    static const uint16_t algs[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA384,
                                     ASSAY_ALG_SHA512, ASSAY_ALG_SM3_256 };
    assay_hashes *hashes = assay_hashes_new();

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        for (size_t a = 0; a < sizeof algs / sizeof *algs; a++) {
            uint8_t room[64], digest[ASSAY_DIGEST_MAX];
            const assay_bytes content = bytes_of_hex(known[i].content, room);
            assay_hash *hash;

            cr_assert_eq(assay_hashes_get(hashes, algs[a], &hash), 0);
            cr_assert_eq(assay_hash_parts(hash, &content, 1, digest), 0);
            const assay_bytes value = assay_bytes_of(digest, assay_hash_size(hash));
            const char *const meaning = assay_txt_known_digest(known[i].type, algs[a], value);
            cr_assert_not_null(meaning, "%s, %04x", known[i].meaning, algs[a]);
            cr_expect_str_eq(meaning, known[i].meaning);
            cr_expect_null(assay_txt_known_digest(TXT_EVTYPE_MLE_HASH, algs[a], value));
            digest[0] ^= 1;
            cr_expect_null(assay_txt_known_digest(known[i].type, algs[a], value));
        }
    assay_hashes_free(&hashes);
}

Test(txt_payload, tboot_without_a_policy_is_known_as_real_logs_have_it)
{
    static const struct {
        uint16_t alg;
        const char *digest;
    } real[] = {
        { ASSAY_ALG_SHA256, "71be5852a14eabefebf0df0e1acc5da291883b6d4c5ab20914ed987c1daf3f91" },
        { ASSAY_ALG_SHA1, "0afc07618e3739481f4c2abaf703ca4e35507e6e" },
        { ASSAY_ALG_SHA1, "c3438497fda827be3b321c5309a204f0c9e53943" }, /* TPM 1.2 */
    };

    for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
        uint8_t room[32];
        const assay_event event = {
            .type = TB_EVTYPE_HASH,
            .data = assay_bytes_of("", 0),
            .digest_count = 1,
            .digests = { { real[i].alg, bytes_of_hex(real[i].digest, room) } },
        };
        assay_txt_payload payload;

        cr_assert(assay_txt_decode(&event, &payload));
        cr_expect_str_eq(TEXT_OF(assay_txt_summary, &payload),
                         "tboot's built-in policy: no verified launch policy is provisioned");
        cr_expect_not_null(
            strstr(JSON_OF(assay_txt_emit, &payload), "\"known\":\"tboot's built-in"));
    }
}

Test(txt_payload, a_digest_says_what_data_that_are_not_there_would)
{
    uint8_t room[20];
    const assay_event event = {
        .type = TXT_EVTYPE_STM_HASH,
        .data = assay_bytes_of("", 0),
        .digest_count = 1,
        .digests = { { ASSAY_ALG_SHA1,
                       bytes_of_hex("5ba93c9db0cff93f52b521d7420e43f6eda2784f", room) } },
    };
    assay_txt_payload payload;

    cr_assert(assay_txt_decode(&event, &payload));
    cr_expect_str_eq(TEXT_OF(assay_txt_summary, &payload), "SMI transfer monitor (STM): no STM");
}

Test(txt_payload, a_digest_is_known_in_its_own_bank_and_size_only)
{
    uint8_t room[20];
    const assay_bytes value =
        bytes_of_hex("9069ca78e7450a285173431b3e52c5c25299e473", room); /* SHA-1 of 00000000 */

    cr_expect_not_null(assay_txt_known_digest(TXT_EVTYPE_LCP_CONTROL_HASH, ASSAY_ALG_SHA1, value));
    cr_expect_null(assay_txt_known_digest(TXT_EVTYPE_LCP_CONTROL_HASH, ASSAY_ALG_SHA256, value));
    cr_expect_null(assay_txt_known_digest(TXT_EVTYPE_LCP_CONTROL_HASH, 0x7777, value));
    cr_expect_null(assay_txt_known_digest(TXT_EVTYPE_LCP_CONTROL_HASH, ASSAY_ALG_SHA1,
                                          assay_bytes_of(room, 19)));
    cr_expect_null(
        assay_txt_known_digest(TXT_EVTYPE_LCP_CONTROL_HASH, ASSAY_ALG_SHA1, ASSAY_NO_BYTES));
}

Test(txt_payload, flags_are_words_and_bits_without_one_are_numbered)
{
    static const struct {
        const assay_txt_flag *flags;
        uint32_t value;
        const char *text;
    } samples[] = {
        { assay_txt_capabilities, 0x00000602, "wake-up by MONITOR, crypto-agile log, CBnT" },
        { assay_txt_capabilities, 0x000000C0, "bit 6, bit 7" }, /* no such platform */
        { assay_txt_capabilities, 0x00000040, "client platform" },
        { assay_txt_policy_control, (1u << 16 | 1u << 17 | 1u << 20),
          "PS MLE elements ignored, PS PCONF elements ignored, PS STM elements ignored" },
        { assay_txt_mle_flags, 0x00000005, "PPI, server platform" },
        { assay_txt_nv_attributes, 0x0204000A, "OWNERWRITE, POLICYWRITE, AUTHREAD, NO_DA" },
        { assay_txt_nv_attributes, 0x00000010, "COUNTER" },
        { assay_txt_element_control, 0x80000000, "bit 31" },
        { assay_txt_element_control, 0, "none" },
    };

    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        char text[200] = "";
        assay_writer writer = assay_writer_lent(text, sizeof text - 1);

        assay_txt_put_flags(&writer, samples[i].flags, samples[i].value);
        cr_expect_str_eq(text, samples[i].text);
    }
}
