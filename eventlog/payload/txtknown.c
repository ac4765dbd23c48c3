/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Digests of TXT events that are the same on all machines. All but tboot's follow from
 * the few bytes that are hashed; tboot's are H(policy_control | H'(policy)) of the policy
 * that is built into it, with H' the algorithm it was told to use: SHA-256, unless the TPM
 * is a 1.2.
 */
#include "base/alg.h"
#include "base/hex.h"
#include "eventlog/payload/txt.h"
#include "eventlog/types.h"

/* What was hashed. */
enum content { ZERO_WORD, ONE_WORD, ZERO_BYTE, ONE_BYTE, TBOOT_POLICY, TBOOT_POLICY_12 };

static const struct {
    enum content content;
    uint16_t alg;
    const char *hex;
} digests[] = {
    { ZERO_WORD, ASSAY_ALG_SHA1, "9069ca78e7450a285173431b3e52c5c25299e473" },
    { ZERO_WORD, ASSAY_ALG_SHA256,
      "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119" },
    { ZERO_WORD, ASSAY_ALG_SHA384,
      "394341b7182cd227c5c6b07ef8000cdfd86136c4292b8e576573ad7ed9ae4101"
      "9f5818b4b971c9effc60e1ad9f1289f0" },
    { ZERO_WORD, ASSAY_ALG_SHA512,
      "ec2d57691d9b2d40182ac565032054b7d784ba96b18bcb5be0bb4e70e3fb041e"
      "ff582c8af66ee50256539f2181d7f9e53627c0189da7e75a4d5ef10ea93b20b3" },
    { ZERO_WORD, ASSAY_ALG_SM3_256,
      "afcc870fa20c507995499794371e8c25e3a7310fa72200c109379973ae236845" },
    { ONE_WORD, ASSAY_ALG_SHA1, "3c585604e87f855973731fea83e21fab9392d2fc" },
    { ONE_WORD, ASSAY_ALG_SHA256,
      "67abdd721024f0ff4e0b3f4c2fc13bc5bad42d0b7851d456d88d203d15aaa450" },
    { ONE_WORD, ASSAY_ALG_SHA384,
      "7210af19145ec2a8e250a7fe8e9eeeac1301e524daab82366c36be614dc35402"
      "a289101e48cad61c45337f2f32c14fdc" },
    { ONE_WORD, ASSAY_ALG_SHA512,
      "edf92e3d4f80fc47d948ea2f17b9bfc742d34e2e785a7a4927f3e261e8bd9d40"
      "0b648bff2123b8396d24fb28f5869979e08d58b4b5d156e640344a2c0a54675d" },
    { ONE_WORD, ASSAY_ALG_SM3_256,
      "85d378993e63a33e0c1ad6cf29d1fd87b8ae86ff4a60ef82812e0ac76a8116f6" },
    { ZERO_BYTE, ASSAY_ALG_SHA1, "5ba93c9db0cff93f52b521d7420e43f6eda2784f" },
    { ZERO_BYTE, ASSAY_ALG_SHA256,
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
    { ZERO_BYTE, ASSAY_ALG_SHA384,
      "bec021b4f368e3069134e012c2b4307083d3a9bdd206e24e5f0d86e13d663665"
      "5933ec2b413465966817a9c208a11717" },
    { ZERO_BYTE, ASSAY_ALG_SHA512,
      "b8244d028981d693af7b456af8efa4cad63d282e19ff14942c246e50d9351d22"
      "704a802a71c3580b6370de4ceb293c324a8423342557d4e5c38438f0e36910ee" },
    { ZERO_BYTE, ASSAY_ALG_SM3_256,
      "2daef60e7a0b8f5e024c81cd2ab3109f2b4f155cf83adeb2ae5532f74a157fdf" },
    { ONE_BYTE, ASSAY_ALG_SHA1, "bf8b4530d8d246dd74ac53a13471bba17941dff7" },
    { ONE_BYTE, ASSAY_ALG_SHA256,
      "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a" },
    { ONE_BYTE, ASSAY_ALG_SHA384,
      "8d2ce87d86f55fcfab770a047b090da23270fa206832dfea7e0c946fff451f81"
      "9add242374be551b0d6318ed6c7d41d8" },
    { ONE_BYTE, ASSAY_ALG_SHA512,
      "7b54b66836c1fbdd13d2441d9e1434dc62ca677fb68f5fe66a464baadecdbd00"
      "576f8d6b5ac3bcc80844b7d50b1cc6603444bbe7cfcf8fc0aa1ee3c636d9e339" },
    { ONE_BYTE, ASSAY_ALG_SM3_256,
      "799b719ac031fc89c6d8925a487dad07308f837b7ab7bbc7cebd3a4118fd2f38" },
    { TBOOT_POLICY, ASSAY_ALG_SHA1, "0afc07618e3739481f4c2abaf703ca4e35507e6e" },
    { TBOOT_POLICY, ASSAY_ALG_SHA256,
      "71be5852a14eabefebf0df0e1acc5da291883b6d4c5ab20914ed987c1daf3f91" },
    { TBOOT_POLICY, ASSAY_ALG_SHA384,
      "c82219f4f310f0a951adcd657f2407a3ca1e6b9c5bbf4cf7cc2bfd0ae8856e46"
      "6886171042e7f4b0ecfc80c63a635fcd" },
    { TBOOT_POLICY, ASSAY_ALG_SHA512,
      "6cf3cb25687bc907ac7517a1598ad9b370441ca778d831e3a30f380faa2c602e"
      "78f194df83f1d34b3408c38da0372d14bb6a4181d688aeb115fcbce7d610909d" },
    { TBOOT_POLICY, ASSAY_ALG_SM3_256,
      "7c8b668c0b7e6f7750babdfb261d90c8f50fce3b5e5a1e02bc622dac095dd0e0" },
    { TBOOT_POLICY_12, ASSAY_ALG_SHA1, "c3438497fda827be3b321c5309a204f0c9e53943" },
};

static const char no_vlp[] = "tboot's built-in policy: no verified launch policy is provisioned";

static const struct {
    uint32_t type;
    enum content content;
    const char *meaning;
} meanings[] = {
    { TXT_EVTYPE_CPU_SCRTM_STAT, ZERO_WORD, "PCR 0 does not begin in the processor" },
    { TXT_EVTYPE_CPU_SCRTM_STAT, ONE_WORD, "PCR 0 begins in the processor" },
    { TXT_EVTYPE_LCP_CONTROL_HASH, ZERO_WORD, "no bit of the policy control is set" },
    { TXT_EVTYPE_STM_HASH, ZERO_BYTE, "no STM" },
    { TXT_EVTYPE_LCP_DETAILS_HASH, ZERO_BYTE, "the policy allows any environment" },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH, ZERO_BYTE, "the policy allows any environment" },
    { TXT_EVTYPE_CAP_VALUE, ONE_BYTE, "the PCR is capped" },
    { TB_EVTYPE_HASH, TBOOT_POLICY, no_vlp },
    { TB_EVTYPE_HASH, TBOOT_POLICY_12, no_vlp },
};

static const char *meaning_of(uint32_t type, enum content content)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].type == type && meanings[i].content == content)
            return meanings[i].meaning;
    return NULL;
}

const char *assay_txt_known_digest(uint32_t type, uint16_t alg, assay_bytes digest)
{
    uint8_t value[ASSAY_DIGEST_MAX];

    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
        const char *const meaning =
            digests[i].alg == alg ? meaning_of(type, digests[i].content) : NULL;

        if (meaning != NULL &&
            assay_hex_decode(assay_bytes_of_string(digests[i].hex), value,
                             assay_alg_find(alg)->size) &&
            assay_bytes_equal(digest, assay_bytes_of(value, assay_alg_find(alg)->size)))
            return meaning;
    }
    return NULL;
}
