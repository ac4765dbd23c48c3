/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/export/rim: what is written of boots that were recorded (fixtures/machines): the log as
 * the firmware wrote it, a tag that names it, and what neither can hold.
 */
#include "tests/exported.h"
#include "tests/rim.h"

#include "base/hex.h"
#include "policy/reference/learn.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#define MACHINE "fixtures/machines/"

static assay_hashes *hashes;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(rim_write, .init = set_up, .fini = tear_down);

static void learn_bytes(assay_reference *reference, const char *variant, assay_bytes bytes)
{
    assay_error error;
    assay_log log;
    assay_log *const logs[] = { &log };
    const assay_learnt_boot boot = { .variant = variant, .log_count = 1, .logs = logs };

    cr_assert_eq(assay_log_open(&log, bytes, NULL, NULL, &error), 0, "%s", error.what);
    cr_assert_eq(assay_learn_boot(reference, &boot, hashes, &error), 0, "%s", error.what);
    assay_log_close(&log);
}

static void learn(assay_reference *reference, const char *variant, const char *path)
{
    size_t size;
    char *const bytes = load_text(path, &size);

    learn_bytes(reference, variant, assay_bytes_of(bytes, size));
    free(bytes);
}

static assay_reference *learnt_from(const char *path)
{
    assay_reference *const reference = assay_reference_new("image");

    reference->version = "2026.01";
    learn(reference, "boot", path);
    return reference;
}

static int write_out(assay_export_job *job, assay_error *error)
{
    *error = (assay_error){ .kind = 0 };
    return assay_export_write(assay_export_format_by_name("tcg-rim"), job, error);
}

static void must_write(assay_export_job *job)
{
    assay_error error;

    cr_assert_eq(write_out(job, &error), 0, "%s", error.what);
}

/* What the tag of a path says; its texts live as long as the arena. */
static assay_rim_tag tag_of(const assay_export_job *job, const char *path, assay_arena *arena)
{
    enum assay_rim_trust trust;
    assay_error error;
    assay_rim_tag tag;

    cr_assert_eq(
        assay_rim_read_tag(file_of(job, path), NULL, 0, hashes, arena, &tag, &trust, &error), 0,
        "%s", error.what);
    return tag;
}

static assay_reference *read_back(const assay_export_job *job, assay_key *key)
{
    assay_export_file files[8];
    assay_import_job read = { .file_count = job->file_count,
                              .files = files,
                              .hashes = hashes,
                              .trusted = &key,
                              .trusted_count = key != NULL };
    assay_reference *reference;
    assay_error error = { .kind = 0 };

    for (size_t i = 0; i < job->file_count; i++)
        files[i] = *job->files[i];
    cr_assert_eq(
        assay_export_read(assay_export_format_by_name("tcg-rim"), &read, &reference, &error), 0,
        "%s", error.what);
    assay_import_job_free(&read);
    return reference;
}

Test(rim_write, the_support_rim_is_the_log_as_the_firmware_wrote_it)
{
    static const char *const machines[] = { MACHINE "d1-shim-grub206-sb/eventlog.bin",
                                            MACHINE "b1-uki252/eventlog.bin",
                                            MACHINE "h3-sha1/eventlog.bin" };

    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        assay_reference *reference = learnt_from(machines[i]);
        assay_export_job job = job_of(reference, hashes);
        size_t size;
        char *const log = load_text(machines[i], &size);

        must_write(&job);
        cr_expect_eq(job.file_count, 2);
        cr_expect(assay_bytes_equal(file_of(&job, "rim/image.rimel"), assay_bytes_of(log, size)),
                  "%s", machines[i]);
        free(log);
        assay_export_job_free(&job);
        assay_reference_free(&reference);
    }
}

Test(rim_write, the_tag_names_the_log_by_its_hashes)
{
    /* sha256sum, sha384sum, sha512sum and stat of b1's eventlog.bin. */
    static const struct {
        uint16_t alg;
        const char *hex;
    } wanted[] = {
        { ASSAY_ALG_SHA512, "be60a6ab71ecf4ddf19778ab00676dfbc874037bb4a6b73f1689e0a66ce9fa8d"
                            "7d7de9d5c3458f1804ed1d7c319982507aae51303364475c5555248c2552f82b" },
        { ASSAY_ALG_SHA384, "ec8720feb562b75ad1f14521eca6a9a9011772a1954be306"
                            "4177aebd7a264fef7eefcec51d5b1364b79e633d37f47355" },
        { ASSAY_ALG_SHA256, "587de55c7220862cae788f88ec1430288102a10a51456bbd7695162ed0d44c5b" },
    };
    static const assay_export_setting settings[] = { { "hashes", "sha512,sha-384,SHA256" } };
    assay_reference *reference = learnt_from(MACHINE "b1-uki252/eventlog.bin");
    assay_export_job job = job_of(reference, hashes);
    assay_arena arena = { NULL };

    job.settings = settings;
    job.setting_count = 1;
    must_write(&job);
    const assay_rim_tag tag = tag_of(&job, "swidtag/image.swidtag", &arena);
    cr_assert_eq(tag.file_count, 1);
    cr_expect_str_eq(tag.files[0].name, "image.rimel");
    cr_expect_eq(tag.files[0].size, 8256);
    cr_assert_eq(tag.files[0].hash_count, 3);
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++) {
            const assay_rim_hash *const hash = &tag.files[0].hashes[j];
            uint8_t value[64];

            if (hash->alg != wanted[i].alg)
                continue;
            cr_assert(assay_hex_decode(assay_bytes_of_string(wanted[i].hex), value,
                                       assay_alg_find(hash->alg)->size));
            cr_expect_arr_eq(hash->value, value, assay_alg_find(hash->alg)->size);
        }
    assay_arena_free(&arena);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(rim_write, readers_find_no_white_space_among_the_files)
{
    assay_reference *reference = learnt_from(MACHINE "b1-uki252/eventlog.bin");
    assay_export_job job = job_of(reference, hashes);

    must_write(&job);
    const assay_bytes tag = file_of(&job, "swidtag/image.swidtag");
    const char *const text = strndup((const char *)tag.data, tag.size);
    const char *const directory = strstr(text, "<Directory "), *const end = "></File></Directory>";
    cr_assert_not_null(directory);
    cr_expect_not_null(strstr(directory, "\"><File "));
    cr_expect_not_null(strstr(directory, end));
    free((char *)text);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(rim_write, each_variant_is_a_base_rim_of_its_own)
{
    assay_reference *reference = learnt_from(MACHINE "b1-uki252/eventlog.bin");
    assay_arena arena = { NULL };

    learn(reference, "../second boot", MACHINE "d1-shim-grub206-sb/eventlog.bin");
    assay_export_job job = job_of(reference, hashes);
    must_write(&job);
    cr_assert_eq(job.file_count, 4);
    const assay_rim_tag first = tag_of(&job, "swidtag/image.boot.swidtag", &arena);
    const assay_rim_tag second = tag_of(&job, "swidtag/image..._second_boot.swidtag", &arena);
    cr_expect_str_eq(first.texts[ASSAY_RIM_EDITION], "boot");
    cr_expect_str_eq(second.texts[ASSAY_RIM_EDITION], "../second boot");
    cr_expect_str_eq(second.files[0].name, "image..._second_boot.rimel");
    cr_expect_neq(strcmp(first.texts[ASSAY_RIM_TAG_ID], second.texts[ASSAY_RIM_TAG_ID]), 0);
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "HIRS holds a host to one"));
    assay_arena_free(&arena);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(rim_write, what_is_imported_is_exported_as_it_was)
{
    static const assay_export_setting settings[] = { { "manufacturer-id", "00201234" },
                                                     { "pc-uri-global", "https://x.example/&<>" },
                                                     { "product", "\"A\" 'B'" } };
    assay_reference *reference = learnt_from(MACHINE "b1-uki252/eventlog.bin");

    learn(reference, "second", MACHINE "d1-shim-grub206-sb/eventlog.bin");
    reference->environment.platform_manufacturer = "B\xC3\xA4"
                                                   "cker";
    reference->revision = 12;
    reference->supersedes = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    assay_export_job job = job_of(reference, hashes);
    job.settings = settings;
    job.setting_count = 3;
    must_write(&job);
    assay_reference *back = read_back(&job, NULL);
    cr_expect_eq(back->revision, 12);
    cr_expect_eq(back->variant_count, 2);
    assay_export_job again = job_of(back, hashes);
    must_write(&again);
    cr_assert_eq(again.file_count, job.file_count);
    for (size_t i = 0; i < job.file_count; i++)
        cr_expect(assay_bytes_equal(assay_written(&job.files[i]->writer),
                                    file_of(&again, job.files[i]->path)),
                  "%s", job.files[i]->path);
    assay_export_job_free(&again);
    assay_reference_free(&back);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* A private key in a file of its own. */
static assay_key *new_key(EVP_PKEY *pkey, char *path)
{
    const int fd = mkstemp(path);
    FILE *const file = fdopen(fd, "w");
    assay_key_source source = { .name = path, .secret = true };
    assay_error error;
    assay_key *key;

    cr_assert_eq(PEM_write_PrivateKey(file, pkey, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    cr_assert_eq(assay_key_open(&key, &source, &error), 0, "%s", error.what);
    unlink(path);
    EVP_PKEY_free(pkey);
    return key;
}

static void expect_signed(EVP_PKEY *pkey, const char *method)
{
    assay_reference *reference = learnt_from(MACHINE "b1-uki252/eventlog.bin");
    char path[] = "/tmp/assay-rim-XXXXXX";
    assay_key *key = new_key(pkey, path);
    assay_export_job job = job_of(reference, hashes);

    job.key = key;
    must_write(&job);
    const assay_bytes tag = file_of(&job, "swidtag/image.swidtag");
    cr_expect_lt(assay_bytes_find(tag, assay_bytes_of_string(method)), tag.size, "%s", method);
    cr_expect_lt(assay_bytes_find(tag, ASSAY_LITERAL("<KeyName>")), tag.size);
    assay_reference *back = read_back(&job, key);
    assay_reference_free(&back);
    assay_export_job_free(&job);
    assay_key_free(&key);
    assay_reference_free(&reference);
}

Test(rim_write, a_key_of_each_kind_signs_with_its_method)
{
    expect_signed(EVP_RSA_gen(2048), "\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"");
    expect_signed(EVP_EC_gen("P-256"), "\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\"");
    expect_signed(EVP_EC_gen("P-384"), "\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384\"");
}

Test(rim_write, what_a_log_can_t_hold_is_said)
{
    assay_reference *reference = learnt_from(MACHINE "h3-sha1/eventlog.bin");
    assay_export_job job = job_of(reference, hashes);

    must_write(&job);
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "no bank of SHA-256, SHA-384 or SHA-512"));
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "refuses a base RIM without a signature"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "platformManufacturerId"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(rim_write, a_bank_or_a_pcr_that_is_left_out_is_what_hirs_stumbles_over)
{
    assay_reference *reference = learnt_from(MACHINE "b1-uki252/eventlog.bin");
    assay_export_job job = job_of(reference, hashes);

    job.bank_count = 1;
    job.banks[0] = ASSAY_ALG_SHA1;
    job.pcrs = 1 << 7;
    job.pcrs_asked = true;
    must_write(&job);
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "no bank of SHA-256, SHA-384 or SHA-512"));
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "only some PCRs are written"));
    assay_reference *back = read_back(&job, NULL);
    for (size_t i = 0; i < back->step_count; i++) {
        cr_expect_eq(back->steps[i].alternatives[0].event.pcr_index, 7);
        cr_expect_eq(back->steps[i].alternatives[0].event.digest_count, 1);
    }
    assay_reference_free(&back);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(rim_write, a_step_that_varies_is_left_out_and_named)
{
    /* Behind the header and an event with 3 bytes of data, that of PCR 4 (PFP 10.2.2). */
    enum { FIRST = 65, SECOND = FIRST + 4 + 4 + 4 + 2 + 32 + 4 + 3, DIGEST = SECOND + 14 };
    size_t size;
    char *const log = load_text("fixtures/rim/image.rimel", &size);
    assay_reference *reference = assay_reference_new("image");

    learn_bytes(reference, "boot", assay_bytes_of(log, size));
    log[DIGEST] ^= 1;
    learn_bytes(reference, "boot", assay_bytes_of(log, size));
    assay_export_job job = job_of(reference, hashes);
    must_write(&job);
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "PCR 4 of variant boot has steps that vary"));
    assay_reference *back = read_back(&job, NULL);
    cr_expect_eq(back->step_count, 2);
    assay_reference_free(&back);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
    free(log);
}

/* The first step that extends PCR 4. */
static assay_event *event_of_pcr4(assay_reference *reference)
{
    for (size_t i = 0; i < reference->step_count; i++) {
        assay_event *const event = &reference->steps[i].alternatives[0].event;

        if (event->pcr_index == 4 && event->digest_count > 1)
            return event;
    }
    cr_assert_fail("no event of PCR 4");
    return NULL;
}

Test(rim_write, a_bank_that_an_event_lacks_is_no_bank_of_the_log)
{
    assay_reference *reference = learnt_from(MACHINE "b1-uki252/eventlog.bin");
    const size_t banks = reference->logs[0].header.bank_count, steps = reference->step_count;
    assay_event *const event = event_of_pcr4(reference);
    const uint16_t alg = event->digests[--event->digest_count].alg;
    assay_export_job job = job_of(reference, hashes);

    must_write(&job);
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "variant boot: some event has no digest of "));
    assay_reference *back = read_back(&job, NULL);
    cr_expect_eq(back->logs[0].header.bank_count, banks - 1);
    cr_expect_eq(back->step_count, steps);
    for (size_t i = 0; i < banks - 1; i++)
        cr_expect_neq(back->logs[0].header.banks[i].alg, alg);
    assay_reference_free(&back);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(rim_write, an_event_whose_digests_nobody_knows_is_left_out)
{
    assay_reference *reference = learnt_from(MACHINE "b1-uki252/eventlog.bin");
    const size_t banks = reference->logs[0].header.bank_count, steps = reference->step_count;

    event_of_pcr4(reference)->digest_count = 0;
    assay_export_job job = job_of(reference, hashes);
    must_write(&job);
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "PCR 4 of variant boot has steps that vary or"));
    assay_reference *back = read_back(&job, NULL);
    cr_expect_eq(back->logs[0].header.bank_count, banks);
    cr_expect_eq(back->step_count, steps - 1);
    assay_reference_free(&back);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(rim_write, values_without_events_are_no_rim)
{
    static assay_pcrs values;
    const assay_learnt_boot boot = { .variant = "boot", .values = &values };
    assay_reference *reference = assay_reference_new("image");
    assay_pcr_bank *const bank = assay_pcrs_add_bank(&values, ASSAY_ALG_SHA256);
    assay_error error;

    bank->present = 1 << 7;
    bank->value[7][0] = 1;
    cr_assert_eq(assay_learn_boot(reference, &boot, hashes, &error), 0, "%s", error.what);
    assay_export_job job = job_of(reference, hashes);
    cr_expect_eq(write_out(&job, &error), -ASSAY_UNSUPPORTED);
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "variant boot has no events of its firmware"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(rim_write, settings_that_no_tag_can_have_are_refused)
{
    static const struct {
        assay_export_setting setting;
        const char *what;
    } rows[] = {
        { { "patch", "yes" }, "patch is true or false" },
        { { "role", "softwareCreator" }, "role is a list of words, one of them tagCreator" },
        { { "tag-id", "" }, "no tag is without tag-id" },
        { { "hashes", "sha1" }, "hashes of support RIMs are sha256, sha384 and sha512, each once" },
        { { "hashes", "sha256,sha256" },
          "hashes of support RIMs are sha256, sha384 and sha512, each once" },
        { { "hashes", "sha256,sha384,sha256" },
          "hashes of support RIMs are sha256, sha384 and sha512, each once" },
        { { "hashes", "sha256," },
          "hashes of support RIMs are sha256, sha384 and sha512, each once" },
        { { "embed-certificates", "true" }, "embed-certificates is yes or no" },
        { { "product", "a\x01" }, "product has a character that XML has no room for" },
        { { "product", "a\xff" }, "product has a character that XML has no room for" },
    };
    assay_reference *reference = learnt_from(MACHINE "b1-uki252/eventlog.bin");

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_export_job job = job_of(reference, hashes);
        assay_error error;

        job.settings = &rows[i].setting;
        job.setting_count = 1;
        cr_expect_eq(write_out(&job, &error), -ASSAY_UNSUPPORTED, "%s", rows[i].setting.value);
        cr_expect_str_eq(error.what, rows[i].what);
        assay_export_job_free(&job);
    }
    assay_reference_free(&reference);
}

Test(rim_write, what_is_set_to_no_is_not_done)
{
    static const assay_export_setting rows[] = {
        { "patch", "false" }, { "corpus", "false" }, { "supplemental", "false" },
        { "embed-certificates", "no" }
    };
    assay_reference *reference = learnt_from(MACHINE "b1-uki252/eventlog.bin");

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_export_job job = job_of(reference, hashes);
        assay_error error;

        job.settings = &rows[i];
        job.setting_count = 1;
        cr_expect_eq(write_out(&job, &error), 0, "%s: %s", rows[i].name, error.what);
        const assay_bytes tag = file_of(&job, "swidtag/image.swidtag");
        cr_expect(tag.size > 0);
        cr_expect_eq(assay_bytes_find(tag, ASSAY_LITERAL("=\"true\"")), tag.size, "%s",
                     rows[i].name);
        assay_export_job_free(&job);
    }
    assay_reference_free(&reference);
}

/* A certificate of the key's own: of X.509's version 1, or with an identifier of the key. */
static assay_bytes own_certificate(EVP_PKEY *pkey, bool identifier, unsigned char der[static 4096])
{
    X509 *const x509 = X509_new();
    unsigned char *end = der;

    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                               (const unsigned char *)"signer", -1, -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(x509));
    X509_set_pubkey(x509, pkey);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    ASN1_TIME_set_string(X509_getm_notBefore(x509), "20200101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(x509), "20500101000000Z");
    if (identifier) {
        ASN1_OCTET_STRING *const octets = ASN1_OCTET_STRING_new();

        X509_set_version(x509, X509_VERSION_3);
        ASN1_OCTET_STRING_set(octets, (const unsigned char *)"identity", 8);
        X509_add1_ext_i2d(x509, NID_subject_key_identifier, octets, 0, X509V3_ADD_DEFAULT);
        ASN1_OCTET_STRING_free(octets);
    }
    cr_assert_gt(X509_sign(x509, pkey, EVP_sha256()), 0);
    const int size = i2d_X509(x509, &end);
    X509_free(x509);
    return assay_bytes_of(der, (size_t)size);
}

/* KeyName is then "identity" in hexadecimal; without it HIRS has nothing to find the key by. */
Test(rim_write, a_certificate_without_an_identifier_is_what_hirs_can_t_find)
{
    for (int identifier = 0; identifier < 2; identifier++) {
        assay_reference *reference = learnt_from(MACHINE "b1-uki252/eventlog.bin");
        char path[] = "/tmp/assay-rim-XXXXXX";
        unsigned char der[4096];
        EVP_PKEY *const pkey = EVP_RSA_gen(2048);
        const assay_bytes certificate = own_certificate(pkey, identifier != 0, der);
        assay_key *key = new_key(pkey, path);
        assay_export_job job = job_of(reference, hashes);

        job.key = key;
        job.certificates = &certificate;
        job.certificate_count = 1;
        must_write(&job);
        const assay_bytes tag = file_of(&job, "swidtag/image.swidtag");
        const bool named =
            assay_bytes_find(tag, ASSAY_LITERAL("<KeyName>6964656e74697479</KeyName>")) < tag.size;
        cr_expect_eq(named, identifier != 0);
        cr_expect_eq(has_note(&job, ASSAY_EXPORT_REFUSAL, "no subject key identifier"),
                     identifier == 0);
        assay_export_job_free(&job);
        assay_key_free(&key);
        assay_reference_free(&reference);
    }
}
