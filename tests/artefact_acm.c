/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/artefact/acm.h, on modules that fixtures/artefacts/make.py makes and signs; the numbers and
 * digests expected here are those it puts there and prints.
 */
#include "boot/artefact/acm.h"
#include "tests/allocfail.h"
#include "tests/artefact.h"

static assay_acm open_fixture(artefact *a, const char *name)
{
    assay_error error = { 0 };
    assay_acm acm;

    *a = artefact_fixture(name);
    cr_assert_not_null(assay_acm_detect(artefact_bytes(a)), "%s", name);
    cr_assert_eq(assay_acm_open(&acm, artefact_bytes(a), &error), 0, "%s: %s", name, error.what);
    return acm;
}

static void expect_sha256(int status, const uint8_t *digest, const char *hex)
{
    char text[65] = "";

    cr_assert_eq(status, 0);
    assay_hex_encode(text, assay_bytes_of(digest, 32));
    cr_expect_str_eq(text, hex);
}

Test(artefact_acm, a_module_has_the_fields_of_the_specification)
{
    artefact a;
    const assay_acm acm = open_fixture(&a, "sinit.acm");

    cr_expect_eq(acm.module.size, 4096);
    cr_expect_eq(acm.padding, 0);
    cr_expect_eq(acm.module_type, 2);
    cr_expect_eq(acm.module_subtype, 0);
    cr_expect_eq(acm.header_len, 644);
    cr_expect_eq(acm.header_version, 0);
    cr_expect_eq(acm.chipset_id, 0xB002);
    cr_expect_eq(acm.flags, 0);
    cr_expect_eq(acm.module_vendor, 0x8086);
    cr_expect_eq(acm.date, 0x20200131);
    cr_expect_eq(acm.txt_svn, 3);
    cr_expect_eq(acm.se_svn, 2);
    cr_expect_eq(acm.gdt_limit, 0x20);
    cr_expect_eq(acm.seg_sel, 8);
    cr_expect_eq(acm.entry_point, 644 + 572 + 0x500);
    cr_expect_eq(acm.key.size, 256);
    cr_expect_eq(acm.exponent, 17);
    cr_expect_eq(acm.signature.size, 256);
    cr_expect_eq(acm.scratch.size, 572);
    cr_expect_eq(acm.user_area.size, 4096 - 644 - 572);
    cr_assert(acm.has_info);
    cr_expect_str_eq(assay_acm_type_name(&acm), "SINIT");
    cr_expect_eq(acm.info.version, 6);
    cr_expect_eq(acm.info.os_sinit_data_ver, 7);
    cr_expect_eq(acm.info.min_mle_header_ver, 0x20000);
    cr_expect_eq(acm.info.capabilities, 0xA5);
    cr_expect_eq(acm.info.acm_version, 60);
    cr_expect_eq(acm.info.acm_revision[2], 3);
    cr_expect_eq(acm.info.tpm_capabilities, 0x2F);
    cr_expect_eq(acm.info.tpm_algs.size, 4);
    artefact_free(&a);
}

Test(artefact_acm, lists_have_their_entries_in_every_version_of_the_table)
{
    static const char *const names[] = { "sinit.acm", "sinit-rsa3072.acm", "sinit-xmss.acm" };

    for (size_t i = 0; i < 3; i++) {
        artefact a;
        const assay_acm acm = open_fixture(&a, names[i]);
        assay_acm_processor processor;
        assay_acm_chipset chipset;

        cr_assert(acm.info.has_processors);
        cr_assert(assay_acm_processor_at(acm.info.processors, 1, &processor));
        cr_expect_eq(processor.fms, 0x50660);
        cr_expect_eq(processor.fms_mask, 0xFFF3FF0);
        cr_expect_eq(processor.platform_id, UINT64_C(4) << 50);
        cr_expect_eq(processor.platform_mask, UINT64_C(7) << 50);
        cr_expect_not(assay_acm_processor_at(acm.info.processors, 2, &processor));
        cr_assert(acm.info.has_tpm);
        cr_expect_eq(acm.info.tpm_capabilities, 0x2F);
        if (acm.info.version < 9) {
            cr_assert(assay_acm_chipset_at(acm.info.chipsets, 1, &chipset));
            cr_expect_eq(chipset.device_id, 0xB003);
            cr_expect_eq(chipset.revision_id, 2);
            cr_expect_null(acm.info.chipsets2.data);
        } else {
            cr_assert(assay_acm_chipset_at(acm.info.chipsets2, 0, &chipset));
            cr_expect_eq(chipset.device_id, 0xB000);
            cr_expect_eq(chipset.register_mask, 0xFFF0);
            cr_expect_null(acm.info.chipsets.data);
        }
        artefact_free(&a);
    }
}

Test(artefact_acm, what_is_signed_is_what_hash_start_measures)
{
    assay_hashes *hashes = assay_hashes_new();
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;
    artefact a;
    const assay_acm acm = open_fixture(&a, "sinit.acm");

    cr_assert_eq(assay_hashes_get(hashes, ASSAY_ALG_SHA256, &hash), 0);
    expect_sha256(assay_acm_digest(&acm, hash, digest), digest,
                  "451ca17e3a8d7644c21453cf5c3e8cd1660365f96eae3839377c6b8d07c085d7");
    expect_sha256(assay_acm_key_digest(&acm, hash, digest), digest,
                  "e84f32991dc43ab2d03d01c3622d194b05e6c143457497d14fb45d3814b654f4");
    assay_hashes_free(&hashes);
    artefact_free(&a);
}

static enum assay_acm_signature signature_of(const char *name, size_t flip)
{
    assay_hashes *hashes = assay_hashes_new();
    enum assay_acm_signature result;
    artefact a = artefact_fixture(name);
    assay_error error = { 0 };
    assay_acm acm;

    if (flip != SIZE_MAX)
        a.data[flip] ^= 1;
    cr_assert_eq(assay_acm_open(&acm, artefact_bytes(&a), &error), 0, "%s", error.what);
    cr_assert_eq(assay_acm_check_signature(&acm, hashes, &result, &error), 0, "%s", error.what);
    assay_hashes_free(&hashes);
    artefact_free(&a);
    return result;
}

Test(artefact_acm, signatures_are_checked)
{
    static const char *const names[] = { "sinit.acm", "sinit-rsa3072.acm", "sinit-xmss.acm",
                                         "bios.acm" };

    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(signature_of(names[i], SIZE_MAX), ASSAY_ACM_SIGNATURE_GOOD, "%s", names[i]);
}

Test(artefact_acm, every_byte_that_is_signed_counts)
{
    /* SVN, code control, reserved field, key, exponent, signature, first and last of the user area
     */
    static const size_t signed_bytes[] = { 28,  32, 70, 128, 200, 384, 388, 643, 644 + 572 + 1000,
                                           4095 };

    for (size_t i = 0; i < sizeof signed_bytes / sizeof *signed_bytes; i++)
        cr_expect_eq(signature_of("sinit.acm", signed_bytes[i]), ASSAY_ACM_SIGNATURE_BAD,
                     "byte %zu", signed_bytes[i]);
    cr_expect_eq(signature_of("sinit.acm", 644), ASSAY_ACM_SIGNATURE_GOOD, "scratch");
    cr_expect_eq(signature_of("sinit.acm", 644 + 571), ASSAY_ACM_SIGNATURE_GOOD, "scratch");
    cr_expect_eq(signature_of("sinit-rsa3072.acm", 8191), ASSAY_ACM_SIGNATURE_BAD);
    /* No padding that could be told from a scheme unknown here. */
    cr_expect_eq(signature_of("sinit-rsa3072.acm", 128 + 384), ASSAY_ACM_SIGNATURE_UNCHECKED);
}

static const spoiled modules[] = {
    { 0, 0, 0, ASSAY_TRUNCATED, 0, NULL, "an empty file" },
    { 100, 0, 0, ASSAY_UNKNOWN_FORMAT, 0, "ModuleType", "too short for a header" },
    { 0, 2, 1, ASSAY_UNKNOWN_FORMAT, 0, "ModuleType", "another type of module" },
    { 16, 4, 0x1022, ASSAY_UNKNOWN_FORMAT, 0, "ModuleType", "another vendor" },
    { 8, 4, 0x00010000, ASSAY_UNSUPPORTED, 8, "HeaderVersion", "a version unknown here" },
    { 4095, 0, 0, ASSAY_TRUNCATED, 24, "Size", "one byte is missing" },
    { 24, 4, 0xFFFFFFFF, ASSAY_TRUNCATED, 24, "Size", "a module of 16 GiB" },
    { 24, 4, 300, ASSAY_MALFORMED, 124, "ScratchSize", "smaller than its header" },
    { 4, 4, 10, ASSAY_MALFORMED, 4, "HeaderLen", "a header of 40 bytes" },
    { 4, 4, 160, ASSAY_MALFORMED, 4, "HeaderLen", "a header without all of its signature" },
    { 4, 4, 0xFFFFFFFF, ASSAY_MALFORMED, 124, "ScratchSize", "a header of 16 GiB" },
    { 120, 4, 96, ASSAY_MALFORMED, 120, "KeySize", "a key of another version's size" },
    { 124, 4, 0xFFFFFFFF, ASSAY_MALFORMED, 124, "ScratchSize", "a scratch area of 16 GiB" },
    { 124, 4, 144, ASSAY_MALFORMED, 1220, "UUID", "an information table elsewhere" },
    { 124, 4, 860, ASSAY_TRUNCATED, 4084, "information table", "one that is cut" },
    { 1216 + 20, 4, 0xFFFFFFF0, ASSAY_TRUNCATED, 0xFFFFFFF0, "ChipsetIDList", "a list far away" },
    { 1216 + 40, 4, 4094, ASSAY_TRUNCATED, 4094, "ProcessorIDList", "a list without its count" },
    { 1216 + 44, 4, 4092, ASSAY_TRUNCATED, 4092, "TPMInfoList", "a list without its entries" },
    { 1216 + 48, 4, 0xFFFFFFFF, ASSAY_TRUNCATED, 1264, "ChipsetIDList", "2^32 chipsets" },
};

Test(artefact_acm, what_is_wrong_with_a_module_is_said)
{
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        artefact a = artefact_spoil("sinit.acm", &modules[i]);
        assay_error error = { 0 };
        assay_acm acm;

        expect_error(&modules[i], assay_acm_open(&acm, artefact_bytes(&a), &error), &error);
        artefact_free(&a);
    }
}

/* Header 128 + 768 + 64 + 2692 + 60 bytes, scratch 3584: the table is at 7296, the first list at
 * 7336. */
static const spoiled named_lists[] = {
    { 7336 + 4, 4, 11, ASSAY_MALFORMED, 7340, "list size", "a list smaller than its header" },
    { 7336 + 4, 4, 0, ASSAY_MALFORMED, 7340, "list size", "a list that never ends" },
    { 7336 + 4, 4, 0xFFFFFFFF, ASSAY_TRUNCATED, 7340, "list size", "a list beyond the module" },
    { 7296 + 18, 2, 0xFFFF, ASSAY_TRUNCATED, 7296 + 18, "Length", "a table beyond the module" },
    { 7296 + 18, 2, 4990, ASSAY_TRUNCATED, 7296 + 4990, "information lists", "a list cut" },
    { 7336 + 12, 4, 0x1000, ASSAY_TRUNCATED, 7348, "ChipsetIDList", "4096 chipsets" },
};

Test(artefact_acm, what_is_wrong_with_named_lists_is_said)
{
    for (size_t i = 0; i < sizeof named_lists / sizeof *named_lists; i++) {
        artefact a = artefact_spoil("sinit-xmss.acm", &named_lists[i]);
        assay_error error = { 0 };
        assay_acm acm;

        expect_error(&named_lists[i], assay_acm_open(&acm, artefact_bytes(&a), &error), &error);
        artefact_free(&a);
    }
}

/* A server that the fixture is for. */
static assay_acm_platform platform(void)
{
    static const uint8_t key[32] = { 0xe8, 0x4f, 0x32, 0x99, 0x1d, 0xc4, 0x3a, 0xb2,
                                     0xd0, 0x3d, 0x01, 0xc3, 0x62, 0x2d, 0x19, 0x4b,
                                     0x05, 0xe6, 0xc1, 0x43, 0x45, 0x74, 0x97, 0xd1,
                                     0x4f, 0xb4, 0x5d, 0x38, 0x14, 0xb6, 0x54, 0xf4 };
    assay_acm_platform p = { .has_didvid = true,
                             .didvid = 0x00000001B0028086,
                             .has_ver_fsbif = true,
                             .ver_fsbif = 0xFFFFFFFF,
                             .has_ver_emif = true,
                             .ver_emif = 0x80000000,
                             .has_public_key = true,
                             .has_cpuid = true,
                             .cpuid_signature = 0x306F2,
                             .has_platform_id = true,
                             .platform_type = 2,
                             .tpm_family = ASSAY_ACM_TPM20_CRB,
                             .has_sinit_size = true,
                             .sinit_size = 0x50000,
                             .has_min_version = true,
                             .sinit_min_version = 60,
                             .has_mle = true,
                             .mle_header_version = 0x20001,
                             .mle_capabilities = 0x627 };
    memcpy(p.public_key, key, sizeof key);
    return p;
}

static assay_acm_fit fit_of(const char *name, const assay_acm_platform *p)
{
    assay_hashes *hashes = assay_hashes_new();
    artefact a;
    const assay_acm acm = open_fixture(&a, name);
    assay_acm_fit fit;

    cr_assert_eq(assay_acm_fits(&acm, p, hashes, &fit), 0);
    assay_hashes_free(&hashes);
    artefact_free(&a);
    return fit;
}

Test(artefact_acm, a_module_that_is_for_the_platform_fits)
{
    const assay_acm_platform p = platform();
    const assay_acm_fit fit = fit_of("sinit.acm", &p);

    for (enum assay_acm_check i = 0; i < ASSAY_ACM_CHECKS; i++)
        cr_expect_eq(fit.checks[i].answer, ASSAY_ACM_FITS, "%s: %s", assay_acm_check_name(i),
                     fit.checks[i].why);
    cr_expect(fit.fits);
    cr_expect_eq(fit.unfit, 0);
    cr_expect_eq(fit.unknown, 0);
}

Test(artefact_acm, an_unknown_platform_is_no_reason_against_a_module)
{
    const assay_acm_platform p = { 0 };
    const assay_acm_fit fit = fit_of("sinit.acm", &p);

    cr_expect(fit.fits);
    cr_expect_eq(fit.unknown, ASSAY_ACM_CHECKS - 1); /* that it is a SINIT is known */
}

/* Expects one reason, and its words. */
static void expect_unfit(const char *name, const assay_acm_platform *p, enum assay_acm_check check,
                         const char *words)
{
    const assay_acm_fit fit = fit_of(name, p);

    cr_expect_not(fit.fits, "%s", words);
    for (enum assay_acm_check i = 0; i < ASSAY_ACM_CHECKS; i++)
        cr_expect_eq(fit.checks[i].answer == ASSAY_ACM_UNFIT, i == check, "%s, not %s: %s",
                     assay_acm_check_name(check), assay_acm_check_name(i), fit.checks[i].why);
    cr_expect_not_null(strstr(fit.checks[check].why, words), "%s", fit.checks[check].why);
}

Test(artefact_acm, a_wrong_module_is_named_with_its_reason)
{
    assay_acm_platform p = platform();

    expect_unfit("bios.acm", &p, ASSAY_ACM_CHECK_TYPE, "a BIOS module, no SINIT");
    expect_unfit("sinit-debug.acm", &p, ASSAY_ACM_CHECK_PRODUCTION, "fused for production");
    p.platform_type = 1;
    expect_unfit("sinit.acm", &p, ASSAY_ACM_CHECK_PLATFORM_TYPE, "the platform one of clients");
    p = platform();
    p.ver_emif = 0;
    expect_unfit("sinit.acm", &p, ASSAY_ACM_CHECK_PRODUCTION, "fused for debugging");
    p.ver_fsbif = 0x12345678; /* counts when it says something */
    p.ver_emif = 0x80000000;
    expect_unfit("sinit.acm", &p, ASSAY_ACM_CHECK_PRODUCTION, "fused for debugging");
    p = platform();
    p.didvid = 0x00000001B0018086;
    expect_unfit("sinit.acm", &p, ASSAY_ACM_CHECK_CHIPSET, "device 0xb001");
    p.didvid = 0x00000002B0028086; /* the revision is a mask: bit 0 */
    expect_unfit("sinit.acm", &p, ASSAY_ACM_CHECK_CHIPSET, "revision 0x0002");
    p.didvid = 0x00000003B0038086; /* the revision is 2 and nothing else */
    expect_unfit("sinit.acm", &p, ASSAY_ACM_CHECK_CHIPSET, "revision 0x0003");
    p = platform();
    p.cpuid_signature = 0x906EA;
    expect_unfit("sinit.acm", &p, ASSAY_ACM_CHECK_PROCESSOR, "processor 0x906ea is not in");
    p.cpuid_signature = 0x50662;
    p.platform_id = UINT64_C(3) << 50;
    expect_unfit("sinit.acm", &p, ASSAY_ACM_CHECK_PROCESSOR, "with this platform id");
    p = platform();
    p.public_key[31] ^= 1;
    expect_unfit("sinit.acm", &p, ASSAY_ACM_CHECK_KEY, "another than TXT.PUBLIC.KEY");
    p = platform();
    p.sinit_size = 4095;
    expect_unfit("sinit.acm", &p, ASSAY_ACM_CHECK_SIZE, "the SINIT region 4095");
    p = platform();
    p.sinit_min_version = 61;
    expect_unfit("sinit.acm", &p, ASSAY_ACM_CHECK_VERSION, "AcmVersion is 60");
    p = platform();
    p.mle_header_version = 0x1FFFF;
    expect_unfit("sinit.acm", &p, ASSAY_ACM_CHECK_MLE, "the MLE's is 0x1ffff");
    p = platform();
    p.mle_capabilities = 2; /* MONITOR, which the module can't */
    expect_unfit("sinit.acm", &p, ASSAY_ACM_CHECK_MLE, "no way to wake");
}

Test(artefact_acm, what_half_fits_is_told)
{
    assay_acm_platform p = platform();
    artefact a = artefact_fixture("sinit.acm");
    assay_hashes *hashes = assay_hashes_new();
    assay_acm_fit fit;
    assay_acm acm;

    p.cpuid_signature = 0x50662;
    p.has_platform_id = false;
    fit = fit_of("sinit.acm", &p);
    cr_expect_eq(fit.checks[ASSAY_ACM_CHECK_PROCESSOR].answer, ASSAY_ACM_UNKNOWN);
    p.has_platform_id = true;
    p.platform_id = UINT64_C(0x14) << 50; /* bits above the mask don't matter */
    fit = fit_of("sinit.acm", &p);
    cr_expect_eq(fit.checks[ASSAY_ACM_CHECK_PROCESSOR].answer, ASSAY_ACM_FITS);
    p.didvid = 0x00000002B0038086;
    fit = fit_of("sinit.acm", &p);
    cr_expect_eq(fit.checks[ASSAY_ACM_CHECK_CHIPSET].answer, ASSAY_ACM_FITS);
    p = platform();
    p.didvid = 0x00000077B00C8086; /* masked by 0xfff0: 0xb000, whatever the revision */
    fit = fit_of("sinit-xmss.acm", &p);
    cr_expect_eq(fit.checks[ASSAY_ACM_CHECK_CHIPSET].answer, ASSAY_ACM_FITS);
    p.didvid = 0x00000077B0108086;
    fit = fit_of("sinit-xmss.acm", &p);
    cr_expect_eq(fit.checks[ASSAY_ACM_CHECK_CHIPSET].answer, ASSAY_ACM_UNFIT);
    a.data[1216 + 17] = 3; /* a table without list of processors and TPMs */
    cr_assert_eq(assay_acm_open(&acm, artefact_bytes(&a), NULL), 0);
    p = platform();
    cr_assert_eq(assay_acm_fits(&acm, &p, hashes, &fit), 0);
    cr_expect_eq(fit.checks[ASSAY_ACM_CHECK_PROCESSOR].answer, ASSAY_ACM_UNKNOWN);
    cr_expect_eq(fit.checks[ASSAY_ACM_CHECK_PLATFORM_TYPE].answer, ASSAY_ACM_UNKNOWN);
    cr_expect_eq(fit.checks[ASSAY_ACM_CHECK_TPM].answer,
                 ASSAY_ACM_UNFIT); /* 1.2 was all there was */
    assay_hashes_free(&hashes);
    artefact_free(&a);
}

static int check_fixture(void)
{
    enum assay_acm_signature result;
    assay_error error;
    assay_file file;
    assay_acm acm;
    int status = assay_file_read(&file, "fixtures/artefacts/sinit.acm", 1 << 20, &error);

    if (status < 0)
        return status;
    assay_hashes *hashes = assay_hashes_new();
    status = hashes == NULL ? -ASSAY_NO_MEMORY : assay_acm_open(&acm, file.bytes, &error);
    if (status == 0)
        status = assay_acm_check_signature(&acm, hashes, &result, &error);
    assay_hashes_free(&hashes);
    assay_file_close(&file);
    return status;
}

Test(artefact_acm, memory_may_be_short)
{
    cr_expect_gt(each_allocation_fails("acm", check_fixture), 3);
}
