/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventlog/payload/sipa.h: the records of Windows. Types and layouts are those of wbcl.h of
 * its SDK; every byte here is written by hand.
 */
#include "eventlog/payload/sipavalue.h"
#include "tests/payload_seen.h"

/* A record: type (little-endian), size, data. */
#define BOOT                                                                                       \
    "\x02\x00\x02\x00"                                                                             \
    "\x08\0\0\0"                                                                                   \
    "\xac\0\0\0\0\0\0\0"
#define RESUME                                                                                     \
    "\x03\x00\x02\x00"                                                                             \
    "\x04\0\0\0"                                                                                   \
    "\x02\0\0\0"
#define CODE_INTEGRITY_OFF                                                                         \
    "\x02\x00\x05\x00"                                                                             \
    "\x01\0\0\0"                                                                                   \
    "\0"
#define PATH                                                                                       \
    "\x01\x00\x07\x00"                                                                             \
    "\x08\0\0\0"                                                                                   \
    "\\\0a\0b\0\0\0"
#define SHA256_ID                                                                                  \
    "\x03\x00\x07\x00"                                                                             \
    "\x04\0\0\0"                                                                                   \
    "\x0c\x80\0\0"
#define HASH                                                                                       \
    "\x04\x00\x07\x00"                                                                             \
    "\x04\0\0\0"                                                                                   \
    "\xde\xad\xbe\xef"
#define PUBLISHER                                                                                  \
    "\x08\x00\x07\x00"                                                                             \
    "\x04\0\0\0"                                                                                   \
    "M\0\0\0"
#define VALIDATED                                                                                  \
    "\x0a\x00\x07\x00"                                                                             \
    "\x01\0\0\0"                                                                                   \
    "\x01"
/* 8 + 8 + 8 + 4 + 8 + 4 + 8 + 4 + 8 + 1 = 61 bytes of records */
#define MODULE                                                                                     \
    "\x03\x00\x01\x40"                                                                             \
    "\x3d\0\0\0" PATH SHA256_ID HASH PUBLISHER VALIDATED
#define BARE_MODULE                                                                                \
    "\x03\x00\x01\x40"                                                                             \
    "\x0c\0\0\0" HASH
/* TPMS_ATTEST of a quote: PCR 0 and 9 of SHA-256; the time is 2021-03-24T17:06:58Z */
#define SIGNER                                                                                     \
    "\x00\x02"                                                                                     \
    "\x00\x0b"
#define FILETIME "\x00\xa5\x45\x19\xd0\x20\xd7\x01"
#define CLOCK                                                                                      \
    "\0\0\0\0\0\0\0\x05"                                                                           \
    "\0\0\0\x06"                                                                                   \
    "\0\0\0\x07"                                                                                   \
    "\x01"
#define ATTEST                                                                                     \
    "\xff\x54\x43\x47"                                                                             \
    "\x80\x18" SIGNER "\x00\x0a" FILETIME "\0\0" CLOCK "\0\0\0\0\0\0\0\x08"                        \
    "\0\0\0\x01"                                                                                   \
    "\x00\x0b"                                                                                     \
    "\x03"                                                                                         \
    "\x01\x02\x00"                                                                                 \
    "\x00\x02"                                                                                     \
    "\xca\xfe"
#define QUOTE                                                                                      \
    "\x01\x00\x08\x80"                                                                             \
    "\x3d\0\0\0" ATTEST
#define AIK                                                                                        \
    "\x03\x00\x08\x80"                                                                             \
    "\x06\0\0\0"                                                                                   \
    "K\0"                                                                                          \
    "1\0\0\0"

#define NAMED(type, name) "{\"type\":\"" type "\",\"name\":\"" name "\","
#define ONE(type, name, value) "{\"events\":[" NAMED(type, name) value "}]}"

static const struct expectation records[] = {
    { EV_EVENT_TAG,
      DATA("\x01\x00\x01\x40"
           "\x25\0\0\0" BOOT RESUME CODE_INTEGRITY_OFF),
      ASSAY_PAYLOAD_SIPA, "boot 172, next resume from hibernation, code integrity off",
      "{\"events\":[" NAMED("0x40010001", "SIPAEVENT_TRUSTBOUNDARY") "\"children\":[" NAMED(
          "0x20002",
          "SIPAEVENT_BOOTCOUNTER") "\"value\":172}," NAMED("0x20003",
                                                           "SIPAEVENT_TRANSFER_CONTROL") "\"value\""
                                                                                         ":2,"
                                                                                         "\"meaning"
                                                                                         "\":"
                                                                                         "\"resume "
                                                                                         "from "
                                                                                         "hibernati"
                                                                                         "on\"}"
                                                                                         "," NAMED("0x50002",
                                                                                                   "SIPAEVENT_CODEINTEGRITY") "\"value\":false}]}]}" },
    { EV_EVENT_TAG, DATA(MODULE), ASSAY_PAYLOAD_SIPA,
      "loaded module \\ab, sha256 deadbeef, signer M",
      "{\"events\":[" NAMED("0x40010003", "SIPAEVENT_LOADEDMODULE_AGGREGATION") "\"children\":"
                                                                                "[" NAMED("0x70001", "SIPAEVENT_FILEPATH") "\"value\":\"\\\\ab\"}," NAMED("0x70003", "SIPAEVENT_HASHALGORITHMID") "\"value\":\"0x800c\",\"meaning\":\"sha256\"}," NAMED(
                                                                                    "0x70004",
                                                                                    "SIPAEVENT_"
                                                                                    "AUTHENTICODEHA"
                                                                                    "SH") "\"data\""
                                                                                          ":\"deadb"
                                                                                          "eef\"}"
                                                                                          "," NAMED("0x70008",
                                                                                                    "SIPAEVENT_AUTHORITYPUBLISHER") "\"value\":\"M\"}," NAMED("0x7000a",
                                                                                                                                                              "SIPAEVENT_IMAGEVALIDATED") "\"value\":true}]}]}" },
    /* Two records at the top, as Windows 10 writes its signers' keys. */
    { EV_EVENT_TAG,
      DATA("\x02\x00\x06\x00"
           "\x01\0\0\0"
           "\xff"
           "\x01\x00\x06\x00"
           "\0\0\0\0"),
      ASSAY_PAYLOAD_SIPA, "a signer's public key",
      "{\"events\":[" NAMED("0x60002", "SIPAEVENT_AUTHORITYPUBKEY") "\"data\":\"ff\"}," NAMED(
          "0x60001", "SIPAEVENT_NOAUTHORITY") "\"data\":\"\"}]}" },
    { EV_NO_ACTION,
      DATA("\x04\x00\x01\xc0"
           "\x53\0\0\0" AIK QUOTE),
      ASSAY_PAYLOAD_SIPA, "attestation key K1, quote of 2 PCRs (sha256)",
      "{\"events\":[" NAMED(
          "0xc0010004",
          "SIPAEVENT_TRUSTPOINT_AGGREGATION") "\"children\":[" NAMED("0x80080003",
                                                                     "SIPAEVENT_AIKID") "\"value\":"
                                                                                        "\"K1\"}"
                                                                                        "," NAMED("0x80080001",
                                                                                                  "SIPAEVENT_QUOTE") "\"value\":{\"qualified_signer\":\"000b\",\"extra_data\":\"00a54519d020d7010000\","
                                                                                                                     "\"time\":\"2021-03-24T17:06:58Z\",\"clock\":5,\"reset_count\":6,\"restart_count\":7,"
                                                                                                                     "\"safe\":true,\"firmware_version\":\"0x8\",\"bank\":\"sha256\",\"pcrs\":[0,9],"
                                                                                                                     "\"pcr_digest\":\"cafe\"}}]}]}" },
    /* A container inside which the sizes lie: what is sound before is shown. */
    { EV_EVENT_TAG,
      DATA("\x01\x00\x01\x40"
           "\x19\0\0\0" BOOT "\x02\x00\x05\x00"
           "\x02\0\0\0"
           "\0"),
      ASSAY_PAYLOAD_SIPA, "boot 172",
      "{\"events\":[" NAMED("0x40010001", "SIPAEVENT_TRUSTBOUNDARY") "\"children\":[" NAMED(
          "0x20002", "SIPAEVENT_BOOTCOUNTER") "\"value\":172}],"
                                              "\"rest\":\"020005000200000000\"}]}" },
    { EV_NO_ACTION,
      DATA("\x04\x00\x01\xc0"
           "\x01\0\0\0"
           "\xff"),
      ASSAY_PAYLOAD_SIPA, "SIPAEVENT_TRUSTPOINT_AGGREGATION 255",
      "{\"events\":[" NAMED(
          "0xc0010004", "SIPAEVENT_TRUSTPOINT_AGGREGATION") "\"children\":[],\"rest\":\"ff\"}]}" },
    /* As of a TPM 1.2 with Windows 10: a trailer that says to be longer than it is. */
    { EV_NO_ACTION,
      DATA("\x04\x00\x01\xc0"
           "\xc1\x03\0\0"
           "\xab"),
      ASSAY_PAYLOAD_SIPA,
      "damaged: SIPAEVENT_TRUSTPOINT_AGGREGATION says 961 bytes, the event holds 1",
      "{\"events\":[],\"damaged\":{\"type\":\"0xc0010004\","
      "\"name\":\"SIPAEVENT_TRUSTPOINT_AGGREGATION\",\"size\":961,\"data\":\"ab\"}}" },
    /* Types that wbcl.h does not list stay visible by their class. */
    { EV_EVENT_TAG,
      DATA("\x99\x00\x05\x00"
           "\x01\0\0\0"
           "\x07"),
      ASSAY_PAYLOAD_SIPA, "Windows OS parameter 0x00050099 7",
      ONE("0x50099", "Windows OS parameter", "\"data\":\"07\"") },
};

static const struct expectation values[] = {
    { EV_EVENT_TAG,
      DATA("\x05\x00\x02\x00"
           "\x04\0\0\0"
           "\x14\0\0\0"),
      ASSAY_PAYLOAD_SIPA, "BitLocker opened with TPM and PIN",
      ONE("0x20005", "SIPAEVENT_BITLOCKER_UNLOCK", "\"value\":20,\"meaning\":\"TPM and PIN\"") },
    { EV_EVENT_TAG,
      DATA("\x05\x00\x02\x00"
           "\x04\0\0\0"
           "\0\0\x01\0"),
      ASSAY_PAYLOAD_SIPA, "BitLocker opened with 0x10000",
      ONE("0x20005", "SIPAEVENT_BITLOCKER_UNLOCK", "\"value\":65536,\"meaning\":\"0x10000\"") },
    { EV_EVENT_TAG,
      DATA("\x08\x00\x05\x00"
           "\x04\0\0\0"
           "\x04\0\x01\0"),
      ASSAY_PAYLOAD_SIPA, "SIPAEVENT_OSDEVICE 65540",
      ONE("0x50008", "SIPAEVENT_OSDEVICE", "\"value\":\"0x10004\",\"meaning\":\"partition\"") },
    { EV_EVENT_TAG,
      DATA("\x0b\x00\x02\x00"
           "\x04\0\0\0"
           "\x25\x02\0\xc0"),
      ASSAY_PAYLOAD_SIPA, "SIPAEVENT_MORBIT_API_STATUS 3221226021",
      ONE("0x2000b", "SIPAEVENT_MORBIT_API_STATUS", "\"value\":\"0xc0000225\"") },
    /* A BOOLEAN that is neither, and one of another size. */
    { EV_EVENT_TAG,
      DATA("\x03\x00\x05\x00"
           "\x01\0\0\0"
           "\x02"),
      ASSAY_PAYLOAD_SIPA, "SIPAEVENT_TESTSIGNING 2",
      ONE("0x50003", "SIPAEVENT_TESTSIGNING", "\"data\":\"02\"") },
    { EV_EVENT_TAG,
      DATA("\x03\x00\x05\x00"
           "\0\0\0\0"),
      ASSAY_PAYLOAD_SIPA, "SIPAEVENT_TESTSIGNING, 0 bytes",
      ONE("0x50003", "SIPAEVENT_TESTSIGNING", "\"data\":\"\"") },
    /* Nine bytes are no number, and an odd size no UTF-16. */
    { EV_EVENT_TAG,
      DATA("\x02\x00\x02\x00"
           "\x09\0\0\0"
           "\1\2\3\4\5\6\7\x08\x09"),
      ASSAY_PAYLOAD_SIPA, "SIPAEVENT_BOOTCOUNTER, 9 bytes",
      ONE("0x20002", "SIPAEVENT_BOOTCOUNTER", "\"data\":\"010203040506070809\"") },
    { EV_EVENT_TAG,
      DATA("\x09\x00\x05\x00"
           "\x03\0\0\0"
           "\\\0a"),
      ASSAY_PAYLOAD_SIPA, "SIPAEVENT_SYSTEMROOT 6357084",
      ONE("0x50009", "SIPAEVENT_SYSTEMROOT", "\"data\":\"5c0061\"") },
    { EV_EVENT_TAG,
      DATA("\x02\x00\x04\x00"
           "\x10\0\0\0" FILETIME "\x02\0\0\0"
           "\x0b\0"
           "\xca\xfe"),
      ASSAY_PAYLOAD_SIPA, "SIPAEVENT_BOOT_REVOCATION_LIST, 16 bytes",
      ONE("0x40002", "SIPAEVENT_BOOT_REVOCATION_LIST",
          "\"value\":{\"creation_time\":\"2021-03-24T17:06:58Z\",\"algorithm\":\"sha256\","
          "\"digest\":\"cafe\"}") },
    { EV_EVENT_TAG,
      DATA("\x0f\x00\x05\x00"
           "\x15\0\0\0"
           "\x01\0\x02\x53\0\0\x0a\0"
           "\x04\0"
           "\x0b\0"
           "\x01\0\0\0"
           "P\0\0\0"
           "\xee"),
      ASSAY_PAYLOAD_SIPA, "SIPAEVENT_SI_POLICY, 21 bytes",
      ONE("0x5000f", "SIPAEVENT_SI_POLICY",
          "\"value\":{\"version\":\"10.0.21250.1\",\"policy\":\"P\",\"algorithm\":\"sha256\","
          "\"digest\":\"ee\"}") },
    { EV_EVENT_TAG,
      DATA("\x29\x00\x05\x00"
           "\x15\0\0\0"
           "\x01\0\0\0"
           "\x14\0\0\0"
           "\x77\x77"
           "\x01\0"
           "\x05\0\0\0"
           "\x02\0\0\0"
           "\xee"),
      ASSAY_PAYLOAD_SIPA, "SIPAEVENT_SBCP_INFO, 21 bytes",
      ONE("0x50029", "SIPAEVENT_SBCP_INFO",
          "\"value\":{\"options\":\"0x5\",\"signers\":2,\"algorithm\":\"0x7777\","
          "\"digest\":\"ee\"}") },
    { EV_EVENT_TAG,
      DATA("\x20\x00\x05\x00"
           "\x12\0\0\0"
           "\x01\0\0\0"
           "\x08\0\0\0"
           "\x01\0\0\0"
           "\x01\0\0\0"
           "\x03"
           "\xc1"),
      ASSAY_PAYLOAD_SIPA, "SIPAEVENT_VSM_IDK_INFO, 18 bytes",
      ONE("0x50020", "SIPAEVENT_VSM_IDK_INFO",
          "\"value\":{\"algorithm\":\"rsa\",\"bits\":8,\"modulus\":\"c1\",\"exponent\":\"03\"}") },
    { EV_EVENT_TAG,
      DATA("\x01\x00\x0b\x00"
           "\x09\0\0\0"
           "\x14\0\0\0"
           "\x01\0\0\0"
           "\xaa"),
      ASSAY_PAYLOAD_SIPA, "SIPAEVENT_KSR_SIGNATURE, 9 bytes",
      ONE("0xb0001", "SIPAEVENT_KSR_SIGNATURE",
          "\"value\":{\"algorithm\":\"0x14\",\"signature\":\"aa\"}") },
    /* SubjectPublicKeyInfo, by hand: SEQUENCE of the algorithm and of a BIT STRING of a key. */
    { EV_EVENT_TAG,
      DATA("\x02\x00\x06\x00"
           "\x1c\0\0\0"
           "\x30\x1a"
           "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"
           "\x03\x09\x00"
           "\x30\x06"
           "\x02\x01\x23"
           "\x02\x01\x03"),
      ASSAY_PAYLOAD_SIPA, "a signer's public key, RSA 6 bits",
      ONE("0x60002", "SIPAEVENT_AUTHORITYPUBKEY",
          "\"value\":{\"algorithm\":\"rsa\",\"bits\":6,\"modulus\":\"23\",\"exponent\":\"03\"}") },
};

Test(payload_sipa, records_are_named_and_nested)
{
    expect_all(records, sizeof records / sizeof *records);
}

Test(payload_sipa, values_are_read_by_their_type)
{
    expect_all(values, sizeof values / sizeof *values);
}

Test(payload_sipa, modules_without_a_name_are_counted)
{
    const struct seen two = see(12, EV_EVENT_TAG, DATA(BARE_MODULE BARE_MODULE));
    const struct seen mixed = see(13, EV_EVENT_TAG, DATA(BARE_MODULE MODULE BARE_MODULE));

    cr_expect_str_eq(two.summary, "2 modules");
    cr_expect_str_eq(mixed.summary, "loaded module \\ab, sha256 deadbeef, signer M, and 2 more");
}

static const struct {
    const char *why;
    const char *data;
    size_t size;
    enum assay_payload_kind kind;
} malformed[] = {
    { "no record", DATA(""), ASSAY_PAYLOAD_OPAQUE },
    { "half a type", DATA("\x02\x00"), ASSAY_PAYLOAD_OPAQUE },
    { "a type without a size", DATA("\x02\x00\x02\x00"), ASSAY_PAYLOAD_OPAQUE },
    { "half a size", DATA("\x02\x00\x02\x00\x08\0"), ASSAY_PAYLOAD_OPAQUE },
    { "data beyond the event, of a known type",
      DATA("\x02\x00\x02\x00"
           "\x08\0\0\0"
           "\1"),
      ASSAY_PAYLOAD_SIPA },
    { "data beyond the event, of an unknown type",
      DATA("\x99\x00\x02\x00"
           "\x08\0\0\0"
           "\1"),
      ASSAY_PAYLOAD_OPAQUE },
    { "the largest size there is",
      DATA("\x02\x00\x02\x00"
           "\xff\xff\xff\xff"
           "\1"),
      ASSAY_PAYLOAD_SIPA },
    { "a good record and three bytes", DATA(BOOT "\0\0\0"), ASSAY_PAYLOAD_SIPA },
    { "a class that Windows lacks",
      DATA("\x01\x00\x0d\x00"
           "\0\0\0\0"),
      ASSAY_PAYLOAD_TAGGED },
    { "bits that Windows leaves zero",
      DATA("\x02\x00\x06\x01"
           "\0\0\0\0"),
      ASSAY_PAYLOAD_TAGGED },
    { "a tag of systemd",
      DATA("\x23\xbd\xb3\xc0"
           "\0\0\0\0"),
      ASSAY_PAYLOAD_TAGGED },
};

Test(payload_sipa, sizes_that_lie_are_seen)
{
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        const struct seen seen = see(12, EV_EVENT_TAG, malformed[i].data, malformed[i].size);

        cr_expect_eq(seen.payload.kind, malformed[i].kind, "%s: %s", malformed[i].why,
                     assay_payload_kind_name(seen.payload.kind));
        cr_expect(seen.payload.kind != ASSAY_PAYLOAD_SIPA || seen.payload.sipa.rest.size > 0, "%s",
                  malformed[i].why);
    }
}

/* Nested without end: each container of 8 bytes more than the next. */
Test(payload_sipa, depth_is_limited)
{
    enum { LEVELS = 40 };
    uint8_t data[8 * LEVELS];
    assay_writer writer = assay_writer_lent(data, sizeof data);
    assay_sipa sipa;
    assay_sipa_record record;
    unsigned deepest = 0, count = 0;

    for (uint32_t i = 0; i < LEVELS; i++) {
        assay_put_u32le(&writer, SIPAEVENT_TRUSTBOUNDARY);
        assay_put_u32le(&writer, 8 * (LEVELS - 1 - i));
    }
    cr_assert(assay_sipa_decode(assay_bytes_of(data, sizeof data), &sipa));
    assay_sipa_walk walk = assay_sipa_walk_of(&sipa);
    while (assay_sipa_walk_next(&walk, &record)) {
        deepest = record.depth;
        count++;
    }
    cr_expect_eq(count, ASSAY_SIPA_DEPTH);
    cr_expect_eq(deepest, ASSAY_SIPA_DEPTH - 1);
    see(12, EV_EVENT_TAG, data, sizeof data);
}

/* The enumeration of wbcl.h: class in bits 16 to 23, two flags. */
Test(payload_sipa, every_row_is_a_type_of_windows_and_alone)
{
    const assay_sipa_kind *kind;

    for (size_t i = 0; (kind = assay_sipa_kind_at(i)) != NULL; i++) {
        cr_expect(assay_sipa_is_type(kind->type), "%s", kind->name);
        cr_expect_eq(assay_sipa_find(kind->type), kind, "%s is there twice", kind->name);
        cr_expect_eq((kind->type & ASSAY_SIPA_AGGREGATION) != 0, kind->show == ASSAY_SIPA_NESTED,
                     "%s", kind->name);
    }
    cr_expect_null(assay_sipa_find(0x12345678));
    cr_expect_null(assay_sipa_class_name(0));
}

/* date -u -d @... of the seconds since 1970: 100 ns units from 1601, 11644473600 s before it. */
Test(payload_sipa, times_of_windows)
{
    static const struct {
        uint64_t filetime;
        const char *text;
    } times[] = {
        { 0, "1601-01-01T00:00:00Z" },
        { UINT64_C(116444736000000000), "1970-01-01T00:00:00Z" },
        { UINT64_C(125962991990000000), "2000-02-29T11:59:59Z" }, /* 951825599 */
        { UINT64_C(132610792180000000), "2021-03-24T17:06:58Z" }, /* 1616605618 */
        { UINT64_C(2650467743990000000), "9999-12-31T23:59:59Z" },
    };
    char text[32];

    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        cr_assert(assay_sipa_time(times[i].filetime, text));
        cr_expect_str_eq(text, times[i].text);
    }
    cr_expect_not(assay_sipa_time(UINT64_C(2650467744000000000), text), "the year 10000");
    cr_expect_not(assay_sipa_time(UINT64_MAX, text));
}

static const struct {
    const char *why;
    const char *data;
    size_t size;
} no_quotes[] = {
    { "nothing", DATA("") },
    { "not made by a TPM", DATA("\xff\x54\x43\x48"
                                "\x80\x18") },
    { "another kind of attestation", DATA("\xff\x54\x43\x47"
                                          "\x80\x17") },
    { "cut in the digest", DATA(ATTEST) - 1 },
    { "a byte too many", DATA(ATTEST "\0") },
};

Test(payload_sipa, what_is_no_quote)
{
    assay_sipa_quote quote;

    for (size_t i = 0; i < sizeof no_quotes / sizeof *no_quotes; i++)
        cr_expect_not(
            assay_sipa_quote_read(assay_bytes_of(no_quotes[i].data, no_quotes[i].size), &quote),
            "%s", no_quotes[i].why);
}

static const struct {
    const char *why;
    const char *data;
    size_t size;
} no_keys[] = {
    { "another algorithm", DATA("\x30\x04\x30\x02\x05\x00") },
    { "a size of four bytes", DATA("\x30\x84\0\0\0\0") },
    { "an indefinite size", DATA("\x30\x80\0\0") },
    { "a modulus of zero",
      DATA("\x30\x1a\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"
           "\x03\x09\x00\x30\x06\x02\x01\x00\x02\x01\x03") },
    { "unused bits", DATA("\x30\x1a\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"
                          "\x03\x09\x01\x30\x06\x02\x01\x23\x02\x01\x03") },
    { "no exponent", DATA("\x30\x17\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"
                          "\x03\x06\x00\x30\x03\x02\x01\x23") },
};

Test(payload_sipa, what_is_no_rsa_key)
{
    assay_sipa_key key;

    for (size_t i = 0; i < sizeof no_keys / sizeof *no_keys; i++)
        cr_expect_not(
            assay_sipa_public_key_read(assay_bytes_of(no_keys[i].data, no_keys[i].size), &key),
            "%s", no_keys[i].why);
}

Test(payload_sipa, bitlockers_value_in_pcr_11_alone)
{
    const struct seen seen = see(11, EV_COMPACT_HASH, DATA("\x10\0\0\0"));

    cr_expect_eq(seen.payload.kind, ASSAY_PAYLOAD_COMPACT);
    cr_expect_str_eq(seen.summary, "BitLocker's access control, value 0x10");
    cr_expect_str_eq(seen.json, "{\"value\":\"0x10\"}\n");
    cr_expect_eq(see(10, EV_COMPACT_HASH, DATA("\x10\0\0\0")).payload.kind, ASSAY_PAYLOAD_OPAQUE);
    cr_expect_eq(see(11, EV_COMPACT_HASH, DATA("\x10\0\0")).payload.kind, ASSAY_PAYLOAD_OPAQUE);
    cr_expect_eq(see(11, EV_COMPACT_HASH, DATA("\x10\0\0\0\0")).payload.kind, ASSAY_PAYLOAD_OPAQUE);
    cr_expect_eq(see(11, EV_IPL, DATA("\x10\0\0\0")).payload.kind, ASSAY_PAYLOAD_OPAQUE);
}
