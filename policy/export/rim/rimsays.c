/* SPDX-License-Identifier: BSD-2-Clause */
/* What a base RIM says of a variant, by the reference alone. */
#include "policy/export/rim/rim.h"

#include "base/hex.h"

#include <stdio.h>

const char assay_rim_nobody[] = "unknown";

/* Digits and dots are comparable part by part; of all else only that it is text is known. */
static const char *version_scheme(const char *version)
{
    if (version == NULL)
        return NULL;
    return version[0] != '\0' && version[strspn(version, "0123456789.")] == '\0'
               ? "multipartnumeric"
               : "alphanumeric";
}

static const char *known_text(const assay_reference *reference, size_t variant,
                              enum assay_rim_text text)
{
    const assay_reference_environment *const where = &reference->environment;

    switch (text) {
    case ASSAY_RIM_NAME:
    case ASSAY_RIM_PRODUCT:
        return reference->name;
    case ASSAY_RIM_VERSION:
    case ASSAY_RIM_COLLOQUIAL_VERSION:
        return reference->version;
    case ASSAY_RIM_VERSION_SCHEME:
        return version_scheme(reference->version);
    case ASSAY_RIM_CORPUS:
    case ASSAY_RIM_PATCH:
    case ASSAY_RIM_SUPPLEMENTAL:
        return "false";
    case ASSAY_RIM_ENTITY_NAME:
        return reference->vendor != NULL ? reference->vendor : assay_rim_nobody;
    case ASSAY_RIM_REGID:
        return reference->vendor_uri;
    case ASSAY_RIM_ROLE:
        return "softwareCreator tagCreator";
    case ASSAY_RIM_EDITION:
        return reference->variants[variant].name;
    case ASSAY_RIM_BINDING_SPEC:
        return "PC Client RIM";
    case ASSAY_RIM_BINDING_SPEC_VERSION:
        return "1.2";
    case ASSAY_RIM_PAYLOAD_TYPE:
        return "indirect";
    case ASSAY_RIM_PLATFORM_MANUFACTURER:
        return where->platform_manufacturer;
    case ASSAY_RIM_PLATFORM_MODEL:
        return where->platform_model;
    case ASSAY_RIM_PLATFORM_VERSION:
        return where->platform_version;
    case ASSAY_RIM_FIRMWARE_MANUFACTURER:
        return where->firmware_vendor;
    case ASSAY_RIM_FIRMWARE_VERSION:
        return where->firmware_version;
    case ASSAY_RIM_URI_LOCAL:
        return "/boot/tcg/manifest/swidtag/";
    case ASSAY_RIM_DIRECTORY_NAME:
        return "rim";
    case ASSAY_RIM_DIRECTORY_LOCATION:
        return "/boot/tcg/manifest/rim/";
    case ASSAY_RIM_SUPPORT_FORMAT:
        return "TCG_EventLog_Assertion";
    default:
        return NULL;
    }
}

/* A variant's tag has an identity of its own. */
static const char *uuid_word(const assay_reference *reference, size_t variant, assay_arena *arena)
{
    assay_writer word = assay_writer_growing(1 << 16);
    assay_bytes kept;

    assay_put_string(&word, "tcg-rim ");
    assay_put_string(&word, reference->variants[variant].name);
    assay_put_u8(&word, '\0');
    return assay_arena_take(arena, &word, &kept) == 0 ? (const char *)kept.data : NULL;
}

static const char *keep_uuid(assay_arena *arena, const char *prefix, const uint8_t uuid[static 16])
{
    char digits[ASSAY_UUID_TEXT], text[ASSAY_UUID_TEXT + 8];

    assay_uuid_format(uuid, digits);
    snprintf(text, sizeof text, "%s%s", prefix, digits);
    return assay_arena_text(arena, assay_bytes_of_string(text));
}

static int make_ids(const assay_reference *reference, size_t variant, assay_arena *arena,
                    const char *ret_texts[ASSAY_RIM_TEXTS])
{
    const char *const word = uuid_word(reference, variant, arena);
    uint8_t identity[32], uuid[16];
    int status = word == NULL ? -ASSAY_NO_MEMORY : assay_reference_uuid(reference, word, uuid);

    if (status < 0)
        return status;
    ret_texts[ASSAY_RIM_TAG_ID] = keep_uuid(arena, "", uuid);
    if (reference->supersedes == NULL ||
        !assay_hex_decode(assay_bytes_of_string(reference->supersedes), identity, sizeof identity))
        return ret_texts[ASSAY_RIM_TAG_ID] == NULL ? -ASSAY_NO_MEMORY : 0;
    /* The tag that the superseded reference gave to the variant of this name. */
    status = assay_uuid_of(identity, word, uuid);
    if (status < 0)
        return status;
    ret_texts[ASSAY_RIM_LINK_SUPERSEDES] = keep_uuid(arena, "swid:", uuid);
    return ret_texts[ASSAY_RIM_TAG_ID] == NULL || ret_texts[ASSAY_RIM_LINK_SUPERSEDES] == NULL
               ? -ASSAY_NO_MEMORY
               : 0;
}

int assay_rim_default_texts(const assay_reference *reference, size_t variant, assay_arena *arena,
                            const char *ret_texts[ASSAY_RIM_TEXTS])
{
    char revision[24];

    for (size_t i = 0; i < ASSAY_RIM_TEXTS; i++)
        ret_texts[i] = known_text(reference, variant, (enum assay_rim_text)i);
    snprintf(revision, sizeof revision, "%llu", (unsigned long long)reference->revision);
    const char *const kept = assay_arena_text(arena, assay_bytes_of_string(revision));
    ret_texts[ASSAY_RIM_TAG_VERSION] = kept;
    ret_texts[ASSAY_RIM_REVISION] = kept;
    return kept == NULL ? -ASSAY_NO_MEMORY : make_ids(reference, variant, arena, ret_texts);
}
