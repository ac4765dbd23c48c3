/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TXT.ERRORCODE (TXT SDG B.1.3 and appendix I): why the last launch ended. It survives a warm
 * reset and is cleared by a power cycle, so it may speak of a boot before this one.
 *
 *     31     valid; where it is 0, the rest says nothing
 *     30     who reported: 0 the processor, 1 software
 *     29:16  processor: bits 23:16 extend error 0x10; ACM: bits 27:16 are the minor code
 *     15     software: 0 an authenticated code module (ACM), 1 the measured environment (MLE)
 *     14:0   processor, MLE: the error; ACM: 14:10 major code, 9:4 class, 3:0 module
 *
 * What a class and a major code mean is stable for those of appendix I. Beyond them each SINIT
 * brings its own list, and lists of some generations give another meaning to the same numbers:
 * every meaning has its source, and where there are several, all of them are given.
 */
#ifndef ASSAY_BOOT_PLATFORM_ERRORCODE_H
#define ASSAY_BOOT_PLATFORM_ERRORCODE_H

#include "base/error.h"
#include "base/output.h"

/** Who speaks, and of what. */
enum assay_txt_error_kind {
    ASSAY_TXT_ERROR_NONE,      /* not valid: no error was recorded */
    ASSAY_TXT_ERROR_SUCCESS,   /* an ACM reports that it ended well */
    ASSAY_TXT_ERROR_PROGRESS,  /* class and major code are 0: how far an ACM came */
    ASSAY_TXT_ERROR_PROCESSOR, /* a shutdown by the processor */
    ASSAY_TXT_ERROR_ACM,
    ASSAY_TXT_ERROR_MLE,
};

enum { ASSAY_TXT_MODULE_BIOS_ACM = 0, ASSAY_TXT_MODULE_SINIT = 1, ASSAY_TXT_MODULE_RACM = 9 };

/** One meaning of a code. All static. */
typedef struct assay_txt_error_meaning {
    const char *name;   /* a mnemonic where there is one (SL_ERROR_HEAP_MAP), else NULL */
    const char *what;   /* a clause that begins in lower case, without its full stop */
    const char *action; /* what to do: a sentence without its full stop */
    const char *source; /* who says so */
} assay_txt_error_meaning;

enum { ASSAY_TXT_ERROR_MEANINGS_MAX = 4 };

typedef struct assay_txt_error {
    uint32_t raw;
    enum assay_txt_error_kind kind;
    uint8_t module;         /* ACM: 3:0 */
    uint8_t class_code;     /* ACM: 9:4 */
    uint8_t major;          /* ACM: 14:10 */
    uint16_t minor;         /* ACM: 27:16 */
    uint16_t type;          /* processor, MLE: 14:0 */
    uint8_t extended;       /* processor error 0x10: the ACM's security version, 23:16 */
    const char *class_name; /* ACM: "MTRR check", or NULL */
    const char *minor_what; /* ACM: what the minor code says, or NULL */
    uint32_t list_index;    /* LCP integrity: which list, else UINT32_MAX */
    size_t meaning_count;   /* 0 where no public table knows the code */
    assay_txt_error_meaning meanings[ASSAY_TXT_ERROR_MEANINGS_MAX]; /* the standard's first */
} assay_txt_error;

/** Decodes any value. */
void assay_txt_error_decode(uint32_t raw, assay_txt_error *ret_error);

/** The same of ACM_STATUS (0x328), which has no bits 30 and 15 of that meaning. */
void assay_txt_acm_status_decode(uint32_t raw, assay_txt_error *ret_error);

/**
 * Reads a code as people write it: "0xc00014f1", or eight hexadecimal digits, or "0". 0, or
 * -ASSAY_MALFORMED with `error` filled for anything else: a typing error is no "no error".
 */
int assay_txt_error_read(assay_bytes text, uint32_t *ret_raw, assay_error *error);

/** Whether a launch failed by it. Neither success nor progress is an error. */
bool assay_txt_error_is_failure(const assay_txt_error *error);

/** "none", "success", "progress", "processor", "acm", "mle". Static. */
const char *assay_txt_error_kind_name(enum assay_txt_error_kind kind);

/** "the BIOS ACM", "SINIT" ... or NULL for a module nobody names. */
const char *assay_txt_error_module_name(uint8_t module);

/** One sentence without its full stop: "SINIT, MLE header check (class 0xf): ...". */
void assay_txt_error_summary(assay_writer *writer, const assay_txt_error *error);

/** The fields, in an object the caller has begun. */
void assay_txt_error_emit(assay_output *out, const assay_txt_error *error);

/** What tboot leaves in its error index in NV (tb_error.h of tboot), or NULL. Static. */
const assay_txt_error_meaning *assay_tboot_error_find(uint32_t code);

#endif
