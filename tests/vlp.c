/* SPDX-License-Identifier: BSD-2-Clause */
/* policy/lcp/vlp*.h: reading, writing, digests, editing. */
#include <criterion/criterion.h>
#include <dirent.h>

#include "policy/lcp/uuid.h"
#include "policy/lcp/vlpedit.h"
#include "tests/vlp.h"

bool vlp_next_fixture(void **folder, char ret_name[static 256])
{
    const struct dirent *entry;

    if (*folder == NULL)
        *folder = opendir("fixtures/policies/vl");
    cr_assert_not_null(*folder);
    while ((entry = readdir(*folder)) != NULL)
        if (strstr(entry->d_name, ".pol") != NULL) {
            snprintf(ret_name, 256, "%s", entry->d_name);
            return true;
        }
    closedir(*folder);
    return false;
}

/* What tb_polgen made. */

Test(vlp, every_policy_of_tb_polgen_is_read_and_written_back)
{
    void *folder = NULL;
    char name[256];
    unsigned count = 0;

    while (vlp_next_fixture(&folder, name)) {
        assay_file file = vlp_fixture(name);
        assay_writer out = assay_writer_growing(VLP_FIXTURE_CEILING);
        assay_vlp policy;

        cr_expect_eq(assay_vlp_read(&policy, file.bytes, NULL), 0, "%s", name);
        cr_expect_eq(assay_vlp_size(&policy), file.bytes.size, "%s", name);
        assay_vlp_write(&policy, &out);
        cr_expect(assay_bytes_equal(assay_written(&out), file.bytes), "%s", name);
        assay_writer_close(&out);
        assay_file_close(&file);
        count++;
    }
    cr_expect_eq(count, 40);
}

Test(vlp, what_tb_polgen_shows_of_a_policy_is_what_is_read)
{
    assay_file file = vlp_fixture("sha256.pol");
    assay_vlp policy;
    const vlp_bytes first =
        vlp_unhex("6bd35811daad1453483ac86e68fb463d30f3c9c688fe6ac246407ad6f224a583");

    cr_assert_eq(assay_vlp_read(&policy, file.bytes, NULL), 0);
    cr_expect_eq(policy.version, 2);
    cr_expect_eq(policy.type, ASSAY_VLP_NONFATAL);
    cr_expect_eq(assay_vlp_alg(&policy), ASSAY_ALG_SHA256);
    cr_expect_eq(policy.control, ASSAY_VLP_EXTEND_PCR17);
    cr_expect_eq(policy.num_entries, 3);
    cr_expect_eq(policy.entries[0].mod_num, 0);
    cr_expect_eq(policy.entries[0].pcr, ASSAY_VLP_PCR_NONE);
    cr_expect_eq(policy.entries[0].hash_type, ASSAY_VLP_HASH_IMAGE);
    cr_expect_eq(policy.entries[0].num_hashes, 1);
    cr_expect(assay_bytes_equal(assay_vlp_hash(&policy, &policy.entries[0], 0),
                                assay_bytes_of(first.data, first.size)));
    cr_expect_eq(policy.entries[1].mod_num, 1);
    cr_expect_eq(policy.entries[1].pcr, 19);
    cr_expect_eq(policy.entries[1].num_hashes, 2);
    cr_expect_eq(policy.entries[2].mod_num, ASSAY_VLP_NUM_ANY);
    cr_expect_eq(policy.entries[2].pcr, 22);
    cr_expect_eq(policy.entries[2].hash_type, ASSAY_VLP_HASH_ANY);
    assay_file_close(&file);
}

/* Logs of real launches have these, and other programs computed them: tboot's default policies. */
Test(vlp, the_built_in_policies_have_the_digests_that_logs_have)
{
    static const struct {
        enum assay_vlp_builtin which;
        uint16_t current, bank;
        const char *policy, *event;
    } rows[] = {
        { ASSAY_VLP_DEFAULT_DA, ASSAY_ALG_SHA256, ASSAY_ALG_SHA256,
          "e8cd244a4fa79c3e7ebb9e0a5a682157edfec023f1228eef274b84789cc6df89",
          "71be5852a14eabefebf0df0e1acc5da291883b6d4c5ab20914ed987c1daf3f91" },
        { ASSAY_VLP_DEFAULT_DA, ASSAY_ALG_SHA256, ASSAY_ALG_SHA1,
          "e8cd244a4fa79c3e7ebb9e0a5a682157edfec023f1228eef274b84789cc6df89",
          "0afc07618e3739481f4c2abaf703ca4e35507e6e" },
        { ASSAY_VLP_DEFAULT_LG_SHA1, ASSAY_ALG_SHA1, ASSAY_ALG_SHA1,
          "86a462b6f209a2e0dad44e8d8934a240590d5222", "c3438497fda827be3b321c5309a204f0c9e53943" },
    };
    assay_hashes *hashes = assay_hashes_new();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const vlp_bytes of_policy = vlp_unhex(rows[i].policy), of_event = vlp_unhex(rows[i].event);
        assay_digest digest;
        assay_vlp policy;

        assay_vlp_builtin(rows[i].which, &policy);
        cr_assert_eq(assay_vlp_digest(&policy, hashes, rows[i].current, &digest), 0);
        cr_expect_arr_eq(digest.value, of_policy.data, of_policy.size);
        cr_assert_eq(
            assay_vlp_event_digest(&policy, hashes, rows[i].current, rows[i].bank, &digest), 0);
        cr_expect_eq(digest.size, of_event.size);
        cr_expect_arr_eq(digest.value, of_event.data, of_event.size, "row %zu", i);
    }
    assay_hashes_free(&hashes);
}

/* sha256(00000000 and 32 zeros), by `head -c 36 /dev/zero | sha256sum`. */
Test(vlp, without_its_control_bit_a_policy_is_measured_as_zeros)
{
    const vlp_bytes zeros =
        vlp_unhex("6db65fd59fd356f6729140571b5bcd6bb3b83492a16e1bf0a3884442fc3c8a0e");
    assay_hashes *hashes = assay_hashes_new();
    assay_file file = vlp_fixture("create-halt-0x0.pol");
    assay_digest digest;
    assay_vlp policy;

    cr_assert_eq(assay_vlp_read(&policy, file.bytes, NULL), 0);
    cr_assert_eq(
        assay_vlp_event_digest(&policy, hashes, ASSAY_ALG_SHA256, ASSAY_ALG_SHA256, &digest), 0);
    cr_expect_arr_eq(digest.value, zeros.data, zeros.size);
    assay_file_close(&file);
    assay_hashes_free(&hashes);
}

Test(vlp, what_follows_a_policy_is_kept_and_not_hashed)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_digest bare, padded;
    vlp_bytes one, other;
    assay_vlp policy = vlp_of("02 02 0b 01000000 00000000 00", &one);
    const assay_vlp longer = vlp_of("02 02 0b 01000000 00000000 00 ffff", &other);
    assay_writer out = assay_writer_growing(VLP_BYTES);

    cr_expect_eq(longer.trailing.size, 2);
    assay_vlp_write(&longer, &out);
    cr_expect(assay_bytes_equal(assay_written(&out), assay_bytes_of(other.data, other.size)));
    cr_assert_eq(assay_vlp_digest(&policy, hashes, ASSAY_ALG_SHA256, &bare), 0);
    cr_assert_eq(assay_vlp_digest(&longer, hashes, ASSAY_ALG_SHA256, &padded), 0);
    cr_expect_arr_eq(bare.value, padded.value, bare.size);
    assay_writer_close(&out);
    assay_hashes_free(&hashes);
}

/* Other versions and numbers than tb_polgen's of today. */

#define ZEROS_12 "000000000000000000000000"
#define TWENTY "0102030405060708090a0b0c0d0e0f1011121314"

Test(vlp, version_1_has_uuids_and_digests_of_32_bytes)
{
    vlp_bytes bytes;
    const assay_vlp policy = vlp_of("01 01 00000000 02 "
                                    "fe5b6a750b5b334d67b8d783fb4636bf 00 01 00000000 02 " /* vmm */
                                    TWENTY ZEROS_12 TWENTY ZEROS_12
                                    "9f904c8914d625462d8a453b8010ca8c 00 00 00000000 00", /* dom0 */
                                    &bytes);
    assay_writer out = assay_writer_growing(VLP_BYTES);

    cr_expect_eq(policy.version, 1);
    cr_expect_eq(policy.type, ASSAY_VLP_CONTINUE);
    cr_expect_eq(policy.num_entries, 2);
    cr_expect_eq(assay_vlp_alg(&policy), ASSAY_ALG_SHA1);
    cr_expect_str_eq(assay_lcp_uuid_name(&policy.entries[0].uuid), "vmm");
    cr_expect_str_eq(assay_lcp_uuid_name(&policy.entries[1].uuid), "dom0");
    cr_expect_eq(assay_vlp_hash(&policy, &policy.entries[0], 1).size, 20);
    cr_expect_eq(assay_vlp_hash(&policy, &policy.entries[0], 1).data[19], 0x14);
    assay_vlp_write(&policy, &out);
    cr_expect(assay_bytes_equal(assay_written(&out), assay_bytes_of(bytes.data, bytes.size)));
    assay_writer_close(&out);
}

Test(vlp, tboot_before_1_8_wrote_sha1_as_0)
{
    vlp_bytes bytes;
    const assay_vlp policy =
        vlp_of("02 00 00 01000000 00000000 01  00 12 01 00000000 01" TWENTY, &bytes);

    cr_expect_eq(assay_vlp_alg(&policy), ASSAY_ALG_SHA1);
    cr_expect_eq(assay_vlp_hash(&policy, &policy.entries[0], 0).size, 20);
}

Test(vlp, sm3_and_nv_entries_are_read)
{
    vlp_bytes bytes;
    const assay_vlp policy = vlp_of("02 02 12 01000000 00000000 02  82 16 00 3101c101 00"
                                    "83 ff 00 10000040 00",
                                    &bytes);

    cr_expect_eq(assay_vlp_alg(&policy), ASSAY_ALG_SM3_256);
    cr_expect_eq(policy.entries[0].mod_num, ASSAY_VLP_NUM_NV);
    cr_expect_eq(policy.entries[0].nv_index, 0x01c10131);
    cr_expect_eq(policy.entries[1].mod_num, ASSAY_VLP_NUM_NV_RAW);
    cr_expect_eq(policy.entries[1].nv_index, 0x40000010);
    cr_expect(assay_vlp_is_nv(&policy.entries[0]) && assay_vlp_is_nv(&policy.entries[1]));
}

/* tb_policy.h: tboot takes the first entry whose number it is or that is for any. */
Test(vlp, the_first_entry_that_fits_applies)
{
    assay_file any_first = vlp_fixture("anyfirst.pol"), any_last = vlp_fixture("sha256.pol");
    assay_vlp policy;

    cr_assert_eq(assay_vlp_read(&policy, any_first.bytes, NULL), 0);
    cr_expect_eq(assay_vlp_find(&policy, 2), &policy.entries[0], "though entry 1 is for 2");
    cr_assert_eq(assay_vlp_read(&policy, any_last.bytes, NULL), 0);
    cr_expect_eq(assay_vlp_find(&policy, 0), &policy.entries[0]);
    cr_expect_eq(assay_vlp_find(&policy, 1), &policy.entries[1]);
    cr_expect_eq(assay_vlp_find(&policy, 2), &policy.entries[2]);
    policy.num_entries = 2;
    cr_expect_null(assay_vlp_find(&policy, 2));
    assay_file_close(&any_last);
    assay_file_close(&any_first);
}

/* Malformed. */

typedef struct fault {
    const char *sentence, *digits;
    int kind;
    uint64_t offset;
    const char *field;
    unsigned entries; /* that are sound before it */
} fault;

#define HEAD(n) "02 02 0b 01000000 00000000 " n " "

static const fault faults[] = {
    { "nothing at all", "", ASSAY_TRUNCATED, 0, "version", 0 },
    { "ones", "ffffffff ffffffff ffffffff ffffffff", ASSAY_UNKNOWN_FORMAT, 0, "version", 0 },
    { "version 0", "00 02 0b 01000000 00000000 00", ASSAY_UNKNOWN_FORMAT, 0, "version", 0 },
    { "version 3", "03 02 0b 01000000 00000000 00", ASSAY_UNKNOWN_FORMAT, 0, "version", 0 },
    { "it ends behind its version", "02", ASSAY_TRUNCATED, 1, "tb_policy_t", 0 },
    { "it ends in its header", "02 02 0b 01000000 0000", ASSAY_TRUNCATED, 7, "tb_policy_t", 0 },
    { "it ends before num_entries", "02 02 0b 01000000 00000000", ASSAY_TRUNCATED, 11,
      "tb_policy_t", 0 },
    { "a type above halt", "02 03 0b 01000000 00000000 00", ASSAY_MALFORMED, 1, "policy_type", 0 },
    { "the algorithm NULL", "02 02 10 01000000 00000000 00", ASSAY_MALFORMED, 2, "hash_alg", 0 },
    { "the algorithm RSA", "02 02 01 01000000 00000000 00", ASSAY_MALFORMED, 2, "hash_alg", 0 },
    { "an entry and none there", HEAD("01"), ASSAY_TRUNCATED, 12, "tb_policy_entry_t", 0 },
    { "it ends in an entry", HEAD("01") "00 11 00 0000", ASSAY_TRUNCATED, 15, "tb_policy_entry_t",
      0 },
    { "module 128", HEAD("01") "80 11 00 00000000 00", ASSAY_MALFORMED, 12, "mod_num", 0 },
    { "module 132", HEAD("01") "84 11 00 00000000 00", ASSAY_MALFORMED, 12, "mod_num", 0 },
    { "PCR 24", HEAD("01") "00 18 00 00000000 00", ASSAY_MALFORMED, 13, "pcr", 0 },
    { "PCR 254", HEAD("01") "00 fe 00 00000000 00", ASSAY_MALFORMED, 13, "pcr", 0 },
    { "hash type 2", HEAD("01") "00 11 02 00000000 00", ASSAY_MALFORMED, 14, "hash_type", 0 },
    { "a digest and none there", HEAD("01") "00 11 01 00000000 01", ASSAY_TRUNCATED, 20, "hashes",
      0 },
    { "it ends in a digest", HEAD("01") "00 11 01 00000000 01" TWENTY, ASSAY_TRUNCATED, 20,
      "hashes", 0 },
    { "255 digests that are not there", HEAD("01") "00 11 01 00000000 ff" TWENTY, ASSAY_TRUNCATED,
      20, "hashes", 0 },
    { "255 entries of which one is there", HEAD("ff") "00 11 00 00000000 00", ASSAY_TRUNCATED, 20,
      "tb_policy_entry_t", 1 },
    { "the second entry is wrong", HEAD("02") "00 11 00 00000000 00  01 18 00 00000000 00",
      ASSAY_MALFORMED, 21, "pcr", 1 },
    { "version 1 that ends in its header", "01 00 000000", ASSAY_TRUNCATED, 2, "tb_policy_index_t",
      0 },
    { "version 1 of a type above halt", "01 03 00000000 00", ASSAY_MALFORMED, 1, "policy_type", 0 },
    { "version 1 that ends in a UUID", "01 00 00000000 01 fe5b6a75", ASSAY_TRUNCATED, 7,
      "tb_policy_t", 0 },
    { "version 1 with SHA-256",
      "01 00 00000000 01 fe5b6a750b5b334d67b8d783fb4636bf 0b 01 00000000 00", ASSAY_MALFORMED, 23,
      "hash_alg", 0 },
    { "version 1 with hash type 2",
      "01 00 00000000 01 fe5b6a750b5b334d67b8d783fb4636bf 00 02 00000000 00", ASSAY_MALFORMED, 24,
      "hash_type", 0 },
    { "version 1 with a digest of 20 bytes alone",
      "01 00 00000000 01 fe5b6a750b5b334d67b8d783fb4636bf 00 01 00000000 01" TWENTY,
      ASSAY_TRUNCATED, 30, "hashes", 0 },
};

Test(vlp, every_fault_has_its_place_and_its_reason)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        const fault *const row = &faults[i];
        const vlp_bytes bytes = vlp_unhex(row->digits);
        assay_error error = { .what = "" };
        assay_vlp policy;

        cr_expect_eq(assay_vlp_read(&policy, assay_bytes_of(bytes.data, bytes.size), &error),
                     -row->kind, "%s", row->sentence);
        cr_expect_eq(error.offset, row->offset, "%s: %llu", row->sentence,
                     (unsigned long long)error.offset);
        cr_expect_str_eq(error.field, row->field, "%s", row->sentence);
        cr_expect_neq(error.what[0], '\0', "%s", row->sentence);
        cr_expect_eq(policy.num_entries, row->entries, "%s", row->sentence);
    }
}

Test(vlp, a_policy_cut_anywhere_is_refused_and_keeps_what_was_sound)
{
    assay_file file = vlp_fixture("sha256.pol");
    assay_vlp policy;

    for (size_t size = 0; size < file.bytes.size; size++) {
        assay_error error = { .what = "" };

        cr_expect_eq(assay_vlp_read(&policy, assay_bytes_of(file.bytes.data, size), &error),
                     -ASSAY_TRUNCATED, "%zu bytes", size);
        cr_expect_leq(error.offset, size);
        cr_expect_eq(policy.num_entries, (size >= 52) + (size >= 124), "%zu bytes", size);
    }
    assay_file_close(&file);
}

/* Editing. */

Test(vlp, deleting_does_what_tb_polgen_does)
{
    assay_file before = vlp_fixture("sha256.pol"), after = vlp_fixture("sha256.del.pol");
    assay_writer room = assay_writer_growing(VLP_BYTES), out = assay_writer_growing(VLP_BYTES);
    assay_vlp policy;

    /* tb_polgen --del --num 1 --pos 0, then --del --num 0 */
    cr_assert_eq(assay_vlp_read(&policy, before.bytes, NULL), 0);
    cr_assert_eq(assay_vlp_position(&policy, 1, 0), 1);
    cr_assert_eq(assay_vlp_remove_hash(&policy, 1, 0, &room, NULL), 0);
    assay_vlp_remove(&policy, 0);
    assay_vlp_write(&policy, &out);
    cr_expect(assay_bytes_equal(assay_written(&out), after.bytes));
    assay_writer_close(&out);
    assay_writer_close(&room);
    assay_file_close(&after);
    assay_file_close(&before);
}

Test(vlp, an_entry_can_be_put_anywhere_and_nowhere_else)
{
    const assay_vlp_entry entry = { .mod_num = 2, .pcr = 20 };
    vlp_bytes bytes;
    assay_vlp policy = vlp_of(HEAD("01") "81 13 00 00000000 00", &bytes);
    assay_error error;

    cr_expect_eq(assay_vlp_insert(&policy, 2, &entry, &error), -ASSAY_MALFORMED);
    cr_assert_eq(assay_vlp_insert(&policy, 0, &entry, &error), 0);
    cr_expect_eq(policy.entries[0].mod_num, 2);
    cr_expect_eq(policy.entries[1].mod_num, ASSAY_VLP_NUM_ANY);
    cr_expect_eq(assay_vlp_find(&policy, 2), &policy.entries[0]);
    while (policy.num_entries < ASSAY_VLP_ENTRIES_MAX)
        cr_assert_eq(assay_vlp_insert(&policy, policy.num_entries, &entry, &error), 0);
    cr_expect_eq(assay_vlp_insert(&policy, 0, &entry, &error), -ASSAY_TOO_LARGE);
}

Test(vlp, a_digest_of_another_algorithm_and_one_too_many_are_refused)
{
    static const uint8_t digest[32];
    assay_writer room = assay_writer_growing(1 << 20);
    vlp_bytes bytes;
    assay_vlp policy = vlp_of(HEAD("01") "00 13 01 00000000 00", &bytes);
    assay_error error;

    cr_expect_eq(assay_vlp_append_hash(&policy, 0, assay_bytes_of(digest, 20), &room, &error),
                 -ASSAY_MALFORMED);
    for (unsigned i = 0; i < ASSAY_VLP_HASHES_MAX; i++) {
        assay_writer next = assay_writer_growing(1 << 20);

        cr_assert_eq(assay_vlp_append_hash(&policy, 0, assay_bytes_of(digest, 32), &next, &error),
                     0);
        assay_writer_close(&room);
        room = next;
    }
    cr_expect_eq(policy.entries[0].num_hashes, 255);
    cr_expect_eq(policy.entries[0].hashes.size, 255 * 32);
    cr_expect_eq(assay_vlp_append_hash(&policy, 0, assay_bytes_of(digest, 32), &room, &error),
                 -ASSAY_TOO_LARGE);
    cr_expect_eq(assay_vlp_remove_hash(&policy, 0, 255, &room, &error), -ASSAY_MALFORMED);
    assay_writer_close(&room);
}
