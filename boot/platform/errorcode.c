/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/platform/errorcode.h"

#include "base/number.h"

enum { ANY = -1, SINIT = ASSAY_TXT_MODULE_SINIT, RACM = ASSAY_TXT_MODULE_RACM };

enum {
    CLASS_TPM = 0x04,
    CLASS_LCP = 0x06,
    CLASS_OLD_TPM = 0x0D,
    CLASS_OLD_LCP = 0x10,
    MAJOR_TPM_ERROR = 0x01,
    MAJOR_NO_MATCH = 0x04,
    MAJOR_PO_INTEGRITY = 0x07,
    MAJOR_PS_INTEGRITY = 0x08,
    LOW_SGX_SVN = 0x10,
};

static const struct {
    uint8_t code;
    const char *name;
} classes[] = {
#define TXT_CLASS(class, name) { class, name },
#include "boot/platform/errorcode.def"
};

static const struct {
    uint16_t type;
    assay_txt_error_meaning meaning;
} processor_errors[] = {
#define TXT_PROCESSOR(type, mnemonic, what, action)                                                \
    { type, { mnemonic, what, action, "TXT SDG, appendix I" } },
#include "boot/platform/errorcode.def"
};

static const struct {
    int module;
    uint8_t class_code, major;
    assay_txt_error_meaning meaning;
} acm_errors[] = {
#define TXT_ACM(module, class, major, what, action, source)                                        \
    { module, class, major, { NULL, what, action, source } },
#include "boot/platform/errorcode.def"
};

static const struct {
    uint16_t minor;
    const char *what;
} lcp_minors[] = {
#define TXT_LCP_MINOR(minor, what) { minor, what },
#include "boot/platform/errorcode.def"
};

static const struct {
    uint16_t code;
    assay_txt_error_meaning meaning;
} mle_errors[] = {
#define TXT_MLE(code, name, what, action, source) { code, { name, what, action, source } },
#include "boot/platform/mleerror.def"
};

static const struct {
    uint32_t code;
    assay_txt_error_meaning meaning;
} tboot_errors[] = {
#define TXT_TBOOT(code, name, what, action) { code, { name, what, action, "tboot, tb_error.h" } },
#include "boot/platform/mleerror.def"
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void add(assay_txt_error *error, const assay_txt_error_meaning *meaning)
{
    if (error->meaning_count < ASSAY_TXT_ERROR_MEANINGS_MAX)
        error->meanings[error->meaning_count++] = *meaning;
}

static const char *class_name(uint8_t code)
{
    for (size_t i = 0; i < COUNT(classes); i++)
        if (classes[i].code == code)
            return classes[i].name;
    return NULL;
}

static void decode_processor(assay_txt_error *error)
{
    error->kind = ASSAY_TXT_ERROR_PROCESSOR;
    error->type = error->raw & 0x7FFF;
    error->extended = error->type == LOW_SGX_SVN ? (error->raw >> 16) & 0xFF : 0;
    for (size_t i = 0; i < COUNT(processor_errors); i++)
        if (processor_errors[i].type == error->type)
            add(error, &processor_errors[i].meaning);
}

static void decode_mle(assay_txt_error *error)
{
    error->kind = ASSAY_TXT_ERROR_MLE;
    error->type = error->raw & 0x7FFF;
    error->minor = (error->raw >> 16) & 0x3FFF;
    for (size_t i = 0; i < COUNT(mle_errors) && error->minor == 0; i++)
        if (mle_errors[i].code == error->type)
            add(error, &mle_errors[i].meaning);
}

static bool is_integrity(const assay_txt_error *error)
{
    return error->class_code == CLASS_LCP &&
           (error->major == MAJOR_PO_INTEGRITY || error->major == MAJOR_PS_INTEGRITY);
}

static const char *element_of(uint16_t minor)
{
    static const char *const elements[] = {
        "an MLE element",   "a PCONF element", "an SBIOS element",
        "a custom element", "an STM element",
    };

    return minor < COUNT(elements) ? elements[minor] : NULL;
}

/* Where the standard or an old layout says what the minor code is. */
static void decode_minor(assay_txt_error *error)
{
    const bool integrity = is_integrity(error);

    if (integrity || (error->class_code == CLASS_OLD_LCP && error->minor != 0))
        error->list_index = (error->minor >> 6) & 0x7;
    if (integrity)
        for (size_t i = 0; i < COUNT(lcp_minors); i++)
            if (lcp_minors[i].minor == (error->minor & 0x3F))
                error->minor_what = lcp_minors[i].what;
    if (error->class_code == CLASS_LCP && error->major == MAJOR_NO_MATCH)
        error->minor_what = element_of(error->minor);
}

static void decode_acm(assay_txt_error *error)
{
    error->kind = ASSAY_TXT_ERROR_ACM;
    error->module = error->raw & 0xF;
    error->class_code = (error->raw >> 4) & 0x3F;
    error->major = (error->raw >> 10) & 0x1F;
    error->minor = (error->raw >> 16) & 0xFFF;
    error->class_name = class_name(error->class_code);
    if (error->class_code == 0 && error->major == 0) {
        error->kind = error->minor == 0 ? ASSAY_TXT_ERROR_SUCCESS : ASSAY_TXT_ERROR_PROGRESS;
        return;
    }
    for (size_t i = 0; i < COUNT(acm_errors); i++)
        if (acm_errors[i].class_code == error->class_code && acm_errors[i].major == error->major &&
            (acm_errors[i].module == (int)error->module ||
             (acm_errors[i].module == ANY && error->module != RACM)))
            add(error, &acm_errors[i].meaning);
    decode_minor(error);
}

void assay_txt_error_decode(uint32_t raw, assay_txt_error *ret_error)
{
    *ret_error = (assay_txt_error){ .raw = raw, .list_index = UINT32_MAX };
    if ((raw & 1u << 31) == 0)
        ret_error->kind = ASSAY_TXT_ERROR_NONE;
    else if ((raw & 1u << 30) == 0)
        decode_processor(ret_error);
    else if ((raw & 1u << 15) != 0)
        decode_mle(ret_error);
    else
        decode_acm(ret_error);
}

void assay_txt_acm_status_decode(uint32_t raw, assay_txt_error *ret_error)
{
    *ret_error = (assay_txt_error){ .raw = raw, .list_index = UINT32_MAX };
    if ((raw & 1u << 31) != 0)
        decode_acm(ret_error);
}

int assay_txt_error_read(assay_bytes text, uint32_t *ret_raw, assay_error *error)
{
    const bool prefixed = assay_bytes_start_with(text, ASSAY_LITERAL("0x")) ||
                          assay_bytes_start_with(text, ASSAY_LITERAL("0X"));
    const assay_bytes digits = prefixed ? assay_bytes_of(text.data + 2, text.size - 2) : text;
    uint64_t value;

    if ((prefixed || digits.size == 8 || assay_bytes_equal(digits, ASSAY_LITERAL("0"))) &&
        digits.size > 0 && assay_digits_read(digits, 16, UINT32_MAX, &value)) {
        *ret_raw = (uint32_t)value;
        return 0;
    }
    return assay_fail(error, ASSAY_MALFORMED, (assay_place){ 0, ASSAY_NO_EVENT, "TXT.ERRORCODE" },
                      "no value of the register: it has 32 bits, written as 0xc0000001 is");
}

bool assay_txt_error_is_failure(const assay_txt_error *error)
{
    return error->kind >= ASSAY_TXT_ERROR_PROCESSOR;
}

const char *assay_txt_error_kind_name(enum assay_txt_error_kind kind)
{
    static const char *const names[] = { "none", "success", "progress", "processor", "acm", "mle" };

    return names[kind];
}

const char *assay_txt_error_module_name(uint8_t module)
{
    return module == ASSAY_TXT_MODULE_BIOS_ACM ? "the BIOS ACM"
           : module == SINIT                   ? "SINIT"
           : module == RACM                    ? "the revocation ACM"
                                               : NULL;
}

const assay_txt_error_meaning *assay_tboot_error_find(uint32_t code)
{
    for (size_t i = 0; i < COUNT(tboot_errors); i++)
        if (tboot_errors[i].code == code)
            return &tboot_errors[i].meaning;
    return NULL;
}
