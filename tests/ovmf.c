/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/artefact: ovmf.h, ovmfpei.h. */
#include "boot/artefact/ovmfpei.h"
#include "tests/allocfail.h"
#include "tests/artefact.h"

#include <unistd.h>

#define FIXTURE "fixtures/firmware/ovmf.fd"

static void expect_sha256(assay_bytes bytes, const char *hex, const char *what)
{
    static const uint16_t algs[] = { ASSAY_ALG_SHA256 };
    assay_hashes *hashes = assay_hashes_new();
    char text[65] = "";
    assay_digests digests;

    cr_assert_eq(assay_digests_of(hashes, algs, 1, &bytes, 1, &digests), 0);
    assay_hex_encode(text, assay_bytes_of(digests.list[0].value, 32));
    cr_expect_str_eq(text, hex, "%s: %s", what, text);
    assay_hashes_free(&hashes);
}

/* The digests are those that fixtures/firmware/make.py prints, and so is all else. */
Test(ovmf, what_is_measured_of_an_image)
{
    artefact a = artefact_load(FIXTURE);
    assay_error error;
    assay_ovmf ovmf;

    cr_assert_eq(assay_ovmf_open(&ovmf, artefact_bytes(&a), &error), 0, "%s", error.what);
    expect_sha256(ovmf.peifv, "7bfe25bd94b7ee448ee56e90d1ae7635d2875c4d08ed94598da8e12ea8362dd3",
                  "PEIFV");
    expect_sha256(ovmf.dxefv, "eaeff0b312af7cdbaba4037bbec207a96b6a607255f049d8844932b2971ecec7",
                  "DXEFV");
    cr_expect_eq(ovmf.peifv_base, 0x820000);
    cr_expect_eq(ovmf.dxefv_base, 0x821000);
    cr_expect(assay_bytes_equal(ovmf.version,
                                ASSAY_LITERAL("1\0.\0002\0-\0m\0a\0d\0e\0~\0003\0\0\0")));
    cr_expect(ovmf.has_secure_boot && ovmf.measures_acpi);
    assay_ovmf_close(&ovmf);
    artefact_free(&a);
}

Test(ovmf, other_firmware_is_not_taken_for_it)
{
    assay_error error;
    assay_ovmf ovmf;

    cr_expect_eq(assay_ovmf_open(&ovmf, ASSAY_LITERAL("none"), &error), -ASSAY_UNKNOWN_FORMAT);
    cr_expect_eq(assay_ovmf_open(&ovmf, ASSAY_LITERAL(""), &error), -ASSAY_UNKNOWN_FORMAT);
}

Test(ovmf, an_unknown_build_is_said_to_be_one)
{
    const assay_ovmf_machine machine = { .memory = 512 << 20, .cpus = 1 };
    artefact a = artefact_load(FIXTURE);
    assay_hashes *hashes = assay_hashes_new();
    uint8_t volume[0x1000] = { 0 };
    assay_error error;
    assay_ovmf ovmf;

    cr_assert_eq(assay_ovmf_open(&ovmf, artefact_bytes(&a), &error), 0);
    cr_expect_eq(assay_ovmf_pei_variables(&ovmf, &machine, hashes, volume, &error),
                 ASSAY_OVMF_PEI_UNKNOWN_BUILD);
    cr_expect(assay_bytes_all(assay_bytes_of(volume, sizeof volume), 0));
    assay_ovmf_close(&ovmf);
    assay_hashes_free(&hashes);
    artefact_free(&a);
}

/* QEMU, hw/i386/pc_q35.c: from 2.75 GiB on a Q35 has 2 GiB below 4 GiB. */
Test(ovmf, memory_below_4_gib)
{
    cr_expect_eq(assay_ovmf_memory_below_4g(0x20000000), 0x20000000);
    cr_expect_eq(assay_ovmf_memory_below_4g(0xAFFFFFFF), 0xAFFFFFFF);
    cr_expect_eq(assay_ovmf_memory_below_4g(0xB0000000), 0x80000000);
    cr_expect_eq(assay_ovmf_memory_below_4g(0x200000000), 0x80000000);
}

/* --- against machines that ran it ------------------------------------------------------------- */

/* MemoryTypeInformation as the Microsoft template of 2022.11 has it, its entry of runtime data. */
static const uint8_t memory_types[] = { 6, 0, 0, 0, 0x46, 2, 0, 0 };

enum { QEMU64 = 0, INTEL = 36 };

/* Debian's ovmf 2022.11-6+deb12u2 as installed, 2025.02-8+deb13u1 by the SHA-256 of the image. */
static const char debian_2022[] = "OVMF_CODE_4M.fd";
static const char debian_2022_secboot[] = "OVMF_CODE_4M.secboot.fd";
static const char debian_2022_2m[] = "OVMF_CODE.fd";
static const char debian_2025[] =
    "624e06de18b4fa535e90db7160d00d3d07d206422b89999bf1e27d920264e4e0";
static const char debian_2025_secboot[] =
    "1a46295574430cfb7f825ee3e4dc64b052acbef08e310377ed7c64cb757a9dc1";

/*
 * SHA-256 of the volume at 0x820000 as a TPM was extended with it: QEMU 7.2's Q35 with swtpm, of
 * the image, memory, processors, their model and the variables; caught at the second PCR_Extend.
 */
static const struct {
    const char *image;
    unsigned mebibytes, cpus, bits;
    bool gigabyte_pages, has_types;
    const char *sha256;
} volumes[] = {
    { debian_2022, 256, 16, QEMU64, false, false,
      "be0a90c8d27f59f1296d541caf15c0ac0c9672818d3062680378577449e9338a" },
    { debian_2022, 1024, 2, 46, true, false,
      "859b976ea432a9d3db438807b467f39647508bb4b04bf2f9fe643a415b36198c" },
    { debian_2022, 1024, 2, INTEL, false, false,
      "a98df1d943b41b7522b4dbef10fc421edc516c26fe9920a3c52c287d4c61801d" },
    { debian_2022, 1024, 2, QEMU64, false, false,
      "1b5f687967cdecbff633092cc7a5987755197401d8978a9300802fa2bd36b2c3" },
    { debian_2022, 1024, 2, QEMU64, true, false,
      "1b5f687967cdecbff633092cc7a5987755197401d8978a9300802fa2bd36b2c3" },
    { debian_2022, 2560, 3, QEMU64, false, false,
      "16e8b8e0520dbed618ed2c132a13d38545d8aad7fd9f53833d7d79b85d2775d4" },
    { debian_2022, 3072, 3, QEMU64, false, false,
      "d2200781453b4d46fce2827a4b43ef541433f3d6cf46adc94653221a2f19d3cf" },
    { debian_2022, 8192, 3, QEMU64, false, false,
      "d2200781453b4d46fce2827a4b43ef541433f3d6cf46adc94653221a2f19d3cf" },
    { debian_2022_2m, 2048, 2, QEMU64, false, false,
      "b0d991bd8dc7c6a6ab89018a573dc45e39ceee501038ed2a2f49ce31e7e6bcdf" },
    { debian_2025, 512, 4, QEMU64, true, false,
      "a386f05738e11e7b8c253dc47b96bfc66d3d9ce62ee7b30ee3d4a6c5215e7e4e" },
    { debian_2025, 1024, 2, QEMU64, false, false,
      "a386f05738e11e7b8c253dc47b96bfc66d3d9ce62ee7b30ee3d4a6c5215e7e4e" },
    { debian_2025, 2560, 2, QEMU64, false, false,
      "a386f05738e11e7b8c253dc47b96bfc66d3d9ce62ee7b30ee3d4a6c5215e7e4e" },
    { debian_2025, 3072, 2, QEMU64, false, false,
      "a386f05738e11e7b8c253dc47b96bfc66d3d9ce62ee7b30ee3d4a6c5215e7e4e" },
    { debian_2025, 8192, 2, QEMU64, false, false,
      "a386f05738e11e7b8c253dc47b96bfc66d3d9ce62ee7b30ee3d4a6c5215e7e4e" },
    { debian_2022_secboot, 512, 4, QEMU64, false, false,
      "8284cf02977a13ae32b406d535d8f9b923f23b3464c884a59174af5c8104148e" },
    { debian_2022_secboot, 1024, 2, QEMU64, false, true,
      "349835dab73b436ffed90fbbe5798154e7bfa3e0a2809929a9cb07577fbcef25" },
    { debian_2022_secboot, 2560, 2, QEMU64, false, true,
      "574330950da917872c9a4467f40638884d8432adbc170d0412a4cd77c238e7f2" },
    { debian_2022_secboot, 3072, 2, QEMU64, false, true,
      "fee976dd7685334be57c327bd7d4bd8716efa85da5631eadbd4eb52474a8598e" },
    { debian_2022_secboot, 4096, 2, QEMU64, true, false,
      "e238f869d0e674d9ccccbad0c115cbd3c108a55f4f7f879fb723cf059f4a4a66" },
    { debian_2025_secboot, 1024, 1, 48, true, false,
      "84933b71abc5c6ca8f7df0062b2231d8b012dc85db7606ab92fa119562013a45" },
    { debian_2025_secboot, 256, 1, QEMU64, false, false,
      "d57b9709c9e1bc10134b05b7fa56944d23f79eed3f1f9e33377e2fa07929953c" },
    { debian_2025_secboot, 512, 1, INTEL, false, false,
      "b3ca25ef90190db12500bc9d6f5fe5284982e9a336c6243fb460d35e74d09b2d" },
    { debian_2025_secboot, 512, 1, QEMU64, false, false,
      "43100bdcbf0ac3a1781d0732723ebaba51e4ecf3478bedade66c987a027cdca7" },
    { debian_2025_secboot, 512, 1, QEMU64, false, true,
      "c3b6025f936bfe26783b19c69f8fecb215682a9a44f81dbf1f838bd3f503d208" },
    { debian_2025_secboot, 512, 1, QEMU64, true, false,
      "12f13658a1c288e8b4fd33e5e6d5429069e4a604fd2c6a276826cc86a8dd2943" },
    { debian_2025_secboot, 768, 5, QEMU64, false, false,
      "44e3598e5172441cab6ffb3a507970a248c0f100c59464324d2c71df5271f757" },
    { debian_2025_secboot, 1024, 1, INTEL, false, false,
      "63106649d7094856e75e88ef78310fb78a0ffb2af15226e560f2e11a5d2944d9" },
    { debian_2025_secboot, 1024, 1, QEMU64, false, false,
      "f3502f87643f1eeb250ff0270568161e3294335eac4636695e527561e0efced0" },
    { debian_2025_secboot, 1024, 2, 46, true, false,
      "dabddb448a8cc50bf11df80bf1c3a95e28e33cd1701be0f6292d736bde580573" },
    { debian_2025_secboot, 1024, 2, QEMU64, false, false,
      "0f9e19086818c7fd550647a7a871038251d03b1a091c2ac31fa89abb5509830a" },
    { debian_2025_secboot, 1024, 2, QEMU64, false, true,
      "69ea0dbf9dc941e1befc7f59c496fea23d0cdd697e9bd4dfa2e066424bc35864" },
    { debian_2025_secboot, 1024, 2, QEMU64, true, false,
      "cc050d4c12f59eba1796f81d7e5b33f9363c737c53ac440928da1163ed7f8c0d" },
    { debian_2025_secboot, 1024, 4, QEMU64, false, false,
      "20a10a99dd87951059c0daab6ff5c087e3d4989599f5a5efa6bf62787a2a0106" },
    { debian_2025_secboot, 1024, 8, QEMU64, false, false,
      "1d936ccc79dc3a653f563019cf3b456f242101ae71d10b18119d0ce46213edea" },
    { debian_2025_secboot, 1024, 9, QEMU64, false, false,
      "c6a3d453865369a3bdd838fc4b3bed87b318d0524962354a9b481ede885a29fa" },
    { debian_2025_secboot, 1024, 16, QEMU64, false, false,
      "f37b54b798cf23d2ccb08f147270508d5097e442524517d7711735eebf2771e8" },
    { debian_2025_secboot, 1024, 24, QEMU64, false, false,
      "2369ede8db1e50b3b0d902975e1e38a8ef8cf72d0209ab2b9e6cc92bf20726c6" },
    { debian_2025_secboot, 2048, 1, QEMU64, false, false,
      "8081517286b2ea05703d9489c026b9f3cb2255b47ef9b202cb2edf0d68ef17b2" },
    { debian_2025_secboot, 2048, 2, QEMU64, false, false,
      "bac1904e96ad67e4c39cfc0b43748af5c82dcb6b7adf44530fe6709a17c4a603" },
    { debian_2025_secboot, 2560, 1, QEMU64, false, false,
      "c11f5a1156135c28dc8bceda451a6ee2da70b87ef20c304ca18359b66e84c669" },
    { debian_2025_secboot, 3072, 1, QEMU64, false, false,
      "6a24e27fa545900e45248f8174e6d7dec618fa61845ffc9db58a46ad61b3af51" },
    { debian_2025_secboot, 4096, 2, QEMU64, true, false,
      "1b9b3bc7dd14424044771947f3252c5ef9263ea04c340c0b38ffdb1ddd0b036f" },
    { debian_2025_secboot, 8192, 1, QEMU64, false, false,
      "6a24e27fa545900e45248f8174e6d7dec618fa61845ffc9db58a46ad61b3af51" },
};

/* As installed, or out of a store of recorded boots; of size 0 where it is in neither. */
static artefact load_image(const char *image)
{
    char path[200];
    artefact a = { malloc(4 << 20), 0 };

    snprintf(path, sizeof path, "/usr/share/OVMF/%s", image);
    if (strchr(image, '/') == NULL && access(path, R_OK) == 0) {
        free(a.data);
        return artefact_load(path);
    }
    if (access("../shared/boots/store.py", R_OK) != 0)
        return a;
    snprintf(path, sizeof path, "/usr/bin/python3 ../shared/boots/store.py get %s", image);
    FILE *const out = popen(path, "r");
    a.size = fread(a.data, 1, 4 << 20, out);
    pclose(out);
    return a;
}

static void check_volume(size_t i, const assay_ovmf *ovmf)
{
    const assay_ovmf_machine machine = {
        .memory = (uint64_t)volumes[i].mebibytes << 20,
        .cpus = volumes[i].cpus,
        .physical_address_bits = (uint8_t)volumes[i].bits,
        .gigabyte_pages = volumes[i].gigabyte_pages,
        .memory_types = volumes[i].has_types ? assay_bytes_of(memory_types, sizeof memory_types)
                                             : ASSAY_NO_BYTES,
    };
    uint8_t *const volume = malloc(ovmf->peifv.size);
    assay_hashes *hashes = assay_hashes_new();
    char what[100];
    assay_error error;

    memcpy(volume, ovmf->peifv.data, ovmf->peifv.size);
    snprintf(what, sizeof what, "%.30s, %u MiB, %u", volumes[i].image, volumes[i].mebibytes,
             volumes[i].cpus);
    const int result = assay_ovmf_pei_variables(ovmf, &machine, hashes, volume, &error);
    /* Of another build than the one that was caught it says nothing. */
    if (result != ASSAY_OVMF_PEI_UNKNOWN_BUILD) {
        cr_expect_eq(result, ASSAY_OVMF_PEI_KNOWN, "%s", what);
        expect_sha256(assay_bytes_of(volume, ovmf->peifv.size), volumes[i].sha256, what);
    }
    assay_hashes_free(&hashes);
    free(volume);
}

Test(ovmf, the_pei_volume_is_what_tpms_were_extended_with)
{
    for (size_t i = 0; i < sizeof volumes / sizeof *volumes;) {
        const char *const image = volumes[i].image;
        artefact a = load_image(image);
        assay_ovmf ovmf;
        const bool there = a.size > 0 && assay_ovmf_open(&ovmf, artefact_bytes(&a), NULL) == 0;

        for (; i < sizeof volumes / sizeof *volumes && volumes[i].image == image; i++)
            if (there)
                check_volume(i, &ovmf);
        if (there)
            assay_ovmf_close(&ovmf);
        artefact_free(&a);
    }
}

static int open_fixture(void)
{
    assay_file file;
    assay_ovmf ovmf;
    assay_error error;
    int status = assay_file_read(&file, FIXTURE, 1 << 20, &error);

    if (status < 0)
        return status;
    status = assay_ovmf_open(&ovmf, file.bytes, &error);
    if (status == 0)
        assay_ovmf_close(&ovmf);
    assay_file_close(&file);
    return status;
}

Test(ovmf, each_allocation_may_fail)
{
    cr_expect_gt(each_allocation_fails("open an image", open_fixture), 1);
}
