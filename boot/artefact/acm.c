/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/acm.h"

#include "boot/artefact/acminfo.h"

enum {
    COMMON_SIZE = 128, /* the header up to ScratchSize, which is signed */
    CHIPSET = 2,       /* ModuleType */
    INTEL = 0x8086,
    WORD = 4,
    EXPONENT_SINCE_3 = 65537,
};

/* Header versions and what of them varies; sizes in bytes. */
typedef struct header_form {
    size_t key_size;
    size_t xmss_key_size;
    size_t xmss_signature_size;
    size_t reserved;
    uint32_t version;
    bool has_exponent;
} header_form;

static const header_form forms[] = {
    { 256, 0, 0, 0, 0x00000000, true },
    { 384, 0, 0, 0, 0x00030000, false },
    { 384, 64, 2692, 60, 0x00040000, false },
    { 384, 64, 2692, 60, 0x00050004, false },
};

static int fail(assay_error *error, enum assay_kind kind, uint64_t offset, const char *field,
                const char *what)
{
    const assay_place place = { offset, ASSAY_NO_EVENT, field };

    return assay_fail(error, kind, place, "%s", what);
}

static const header_form *form_of(uint32_t version)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (forms[i].version == version)
            return &forms[i];
    return NULL;
}

/* What the header says of sizes, in words of four bytes. */
typedef struct words {
    uint32_t header_len, size, key_size, scratch_size;
} words;

static void take_common(assay_acm *acm, assay_cursor *c, words *w)
{
    acm->module_type = assay_take_u16le(c);
    acm->module_subtype = assay_take_u16le(c);
    w->header_len = assay_take_u32le(c);
    acm->header_version = assay_take_u32le(c);
    acm->chipset_id = assay_take_u16le(c);
    acm->flags = assay_take_u16le(c);
    acm->module_vendor = assay_take_u32le(c);
    acm->date = assay_take_u32le(c);
    w->size = assay_take_u32le(c);
    acm->txt_svn = assay_take_u16le(c);
    acm->se_svn = assay_take_u16le(c);
    acm->code_control = assay_take_u32le(c);
    acm->error_entry_point = assay_take_u32le(c);
    acm->gdt_limit = assay_take_u32le(c);
    acm->gdt_base_ptr = assay_take_u32le(c);
    acm->seg_sel = assay_take_u32le(c);
    acm->entry_point = assay_take_u32le(c);
    assay_take(c, 64); /* reserved */
    w->key_size = assay_take_u32le(c);
    w->scratch_size = assay_take_u32le(c);
}

static bool is_acm(const assay_acm *acm, const assay_cursor *c)
{
    return !c->failed && acm->module_type == CHIPSET && acm->module_vendor == INTEL;
}

const char *assay_acm_detect(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);
    assay_acm acm;
    words w;

    take_common(&acm, &c, &w);
    return is_acm(&acm, &c) && form_of(acm.header_version) != NULL
               ? "the header of an authenticated code module of Intel's chipsets"
               : NULL;
}

static int check_sizes(const words *w, const header_form *form, assay_error *error)
{
    const uint64_t header = (uint64_t)w->header_len * WORD,
                   scratch = (uint64_t)w->scratch_size * WORD;

    if ((uint64_t)w->key_size * WORD != form->key_size)
        return fail(error, ASSAY_MALFORMED, 120, "KeySize",
                    "the key's size isn't that of this header version");
    if (header < COMMON_SIZE)
        return fail(error, ASSAY_MALFORMED, 4, "HeaderLen", "the header is too short");
    if (header + scratch > (uint64_t)w->size * WORD)
        return fail(error, ASSAY_MALFORMED, 124, "ScratchSize",
                    "header and scratch area are larger than the module");
    return 0;
}

/* Key and signatures, which end the header. */
static int take_keys(assay_acm *acm, assay_cursor *c, const header_form *form, assay_error *error)
{
    acm->key = assay_take(c, form->key_size);
    acm->exponent = form->has_exponent ? assay_take_u32le(c) : EXPONENT_SINCE_3;
    acm->signature = assay_take(c, form->key_size);
    if (form->xmss_key_size > 0) {
        acm->xmss_key = assay_take(c, form->xmss_key_size);
        acm->xmss_signature = assay_take(c, form->xmss_signature_size);
        assay_take(c, form->reserved);
    }
    if (c->failed)
        return fail(error, ASSAY_TRUNCATED, c->offset, "RSAPubKey",
                    "the module ends before its key and signature do");
    if (c->offset > acm->header_len)
        return fail(error, ASSAY_MALFORMED, 4, "HeaderLen",
                    "the header ends before its key and signature do");
    return 0;
}

static int take_areas(assay_acm *acm, assay_bytes bytes, const words *w, assay_error *error)
{
    assay_cursor c = assay_cursor_of(bytes);

    acm->module = assay_take(&c, (size_t)w->size * WORD);
    if (c.failed)
        return fail(error, ASSAY_TRUNCATED, 24, "Size",
                    "the file is shorter than the module says it is");
    acm->padding = assay_left(&c);
    c = assay_cursor_of(acm->module);
    assay_seek(&c, acm->header_len);
    acm->scratch = assay_take(&c, acm->scratch_size);
    acm->user_area = assay_take_rest(&c);
    return 0;
}

int assay_acm_open(assay_acm *acm, assay_bytes bytes, assay_error *error)
{
    assay_cursor c = assay_cursor_of(bytes);
    words w;

    *acm = (assay_acm){ 0 };
    take_common(acm, &c, &w);
    if (bytes.size == 0)
        return fail(error, ASSAY_TRUNCATED, 0, NULL, "the file is empty");
    if (!is_acm(acm, &c))
        return fail(error, ASSAY_UNKNOWN_FORMAT, 0, "ModuleType",
                    "this is no authenticated code module");
    const header_form *const form = form_of(acm->header_version);

    if (form == NULL)
        return fail(error, ASSAY_UNSUPPORTED, 8, "HeaderVersion",
                    "the module's header is of a version unknown here");
    int status = check_sizes(&w, form, error);

    if (status < 0)
        return status;
    acm->header_len = w.header_len * WORD;
    acm->scratch_size = w.scratch_size * WORD;
    status = take_areas(acm, bytes, &w, error);
    if (status == 0)
        status = take_keys(acm, &c, form, error);
    if (status == 0 && (acm->module_subtype & ASSAY_ACM_ANC) == 0)
        status = assay_acm_read_info(acm, error);
    return status;
}
