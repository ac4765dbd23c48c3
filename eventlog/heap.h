/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Intel TXT heap (TXT SDG appendix C): memory in which firmware, launcher, SINIT
 * and the launched environment leave each other what they need to know. Its address and
 * size are in the registers TXT.HEAP.BASE and TXT.HEAP.SIZE. Four tables lie in it one
 * after the other, each a u64 size that counts itself, then data:
 *
 *     BiosData     the firmware: how many processors, where the owner's policy is
 *     OsMleData    the launcher, to the environment it launches; private, and where
 *                  tboot puts the event log
 *     OsSinitData  the launcher to SINIT: what to launch, what to protect, where to log
 *     SinitMleData SINIT to the launched environment: what it found and measured
 *
 * All but the second may end in a list of extended data elements. Everything is
 * little-endian, and was written by programs of several vendors: nothing is believed.
 *
 * An image is the bytes of the heap, from a dump of memory. It may be preceded by the
 * two registers as u64 base and u64 size; then the heap begins after them, or, where the
 * file is an image of memory from address 0, at `base`.
 */
#ifndef ASSAY_EVENTLOG_HEAP_H
#define ASSAY_EVENTLOG_HEAP_H

#include "base/cursor.h"
#include "base/error.h"
#include "base/output.h"

enum assay_txt_table {
    ASSAY_TXT_BIOS_DATA,
    ASSAY_TXT_OS_MLE_DATA,
    ASSAY_TXT_OS_SINIT_DATA,
    ASSAY_TXT_SINIT_MLE_DATA,
    ASSAY_TXT_TABLES
};

/** BiosData, appendix C.2. */
typedef struct assay_txt_bios_data {
    uint32_t version;
    uint32_t bios_sinit_size; /* bytes of a SINIT that the firmware brings, or 0 */
    uint64_t lcp_pd_base;     /* policy data of the platform supplier: physical address */
    uint64_t lcp_pd_size;
    uint32_t num_log_procs;
    uint32_t sinit_flags;     /* version 3 and later */
    uint32_t mle_flags;       /* the same; see assay_txt_mle_flags */
} assay_txt_bios_data;

/** OsSinitData, appendix C.4. Bases are physical addresses, sizes bytes. */
typedef struct assay_txt_os_sinit_data {
    uint32_t version;
    uint32_t flags;         /* version 7: bit 0 is 1 for hashing by software (performance) */
    uint64_t mle_page_table_base;
    uint64_t mle_size;
    uint64_t mle_header_base; /* from the first byte of the MLE */
    uint64_t pmr_low_base;
    uint64_t pmr_low_size;
    uint64_t pmr_high_base;
    uint64_t pmr_high_size;
    uint64_t lcp_po_base;   /* policy data of the platform owner */
    uint64_t lcp_po_size;
    uint32_t capabilities;  /* see assay_txt_capabilities */
    uint64_t rsdp_ptr;      /* version 5 and later; the RSDT in version 5 */
} assay_txt_os_sinit_data;

/** SinitMleData, appendix C.5. Version 9 keeps the digests of TPM 1.2 as zeros. */
typedef struct assay_txt_sinit_mle_data {
    uint32_t version;
    assay_bytes bios_acm_id;     /* 20 bytes each, lent */
    uint32_t edx_senter_flags;
    uint64_t mseg_valid;
    assay_bytes sinit_hash;      /* version 7 and later: PCR 17 after HASH_START */
    assay_bytes mle_hash;
    assay_bytes stm_hash;
    assay_bytes lcp_policy_hash;
    uint32_t policy_control;     /* see assay_txt_policy_control */
    uint32_t rlp_wakeup_addr;
    uint32_t num_mdrs;
    uint32_t mdrs_offset;        /* this and the next from the table's size field */
    uint32_t dmar_table_size;
    uint32_t dmar_table_offset;
    uint32_t processor_scrtm_status; /* version 8 and later; bit 0: PCR 0 begins in the processor */
} assay_txt_sinit_mle_data;

typedef struct assay_txt_heap {
    assay_bytes input;  /* what was given to assay_txt_heap_open, lent */
    uint64_t offset;    /* of the heap's first byte in the input */
    uint64_t size;      /* bytes of the heap in the input */
    uint64_t base;      /* TXT.HEAP.BASE as the image tells it; 0 when it does not */
    bool has_registers; /* the image is preceded by them */
    uint64_t end;       /* where the tables end in the input; offset + size: with the image */
    struct {
        bool present;
        uint64_t offset;  /* of the size field in the input */
        assay_bytes data; /* after the size field */
        size_t elements;  /* where in data the elements begin; its size when there are none */
    } tables[ASSAY_TXT_TABLES];
    assay_txt_bios_data bios_data;
    assay_txt_os_sinit_data os_sinit_data;
    assay_txt_sinit_mle_data sinit_mle_data;
} assay_txt_heap;

/**
 * Why the bytes look like a heap image, as a static phrase, or NULL. Looks at the
 * registers and at BiosData only.
 */
const char *assay_txt_heap_detect(assay_bytes input);

/**
 * Reads the tables of an image. Tables are filled in one after the other, so the first
 * of size 0 ends them: before a launch only BiosData is there. Returns 0, or a negative
 * kind with `error` filled; the tables before the fault are then present in *heap.
 */
int assay_txt_heap_open(assay_txt_heap *heap, assay_bytes input, assay_error *error);

/** "BiosData", "OsMleData" ... Static. */
const char *assay_txt_table_name(enum assay_txt_table table);

/** Extended data elements, appendix C.3. */
enum assay_txt_element_type {
    ASSAY_TXT_ELEMENT_END = 0,
    ASSAY_TXT_ELEMENT_BIOS_SPEC_VER = 1,
    ASSAY_TXT_ELEMENT_ACM = 2,
    ASSAY_TXT_ELEMENT_STM = 3,
    ASSAY_TXT_ELEMENT_CUSTOM = 4,
    ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR = 5,
    ASSAY_TXT_ELEMENT_MADT = 6,
    ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2 = 7,
    ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2_1 = 8,
    ASSAY_TXT_ELEMENT_MCFG = 9,
    ASSAY_TXT_ELEMENT_TPR_REQ = 13, /* tboot */
};

typedef struct assay_txt_element {
    uint32_t type;    /* enum assay_txt_element_type, or anything */
    uint64_t offset;  /* of the element in the input */
    assay_bytes data; /* after its type and size */
} assay_txt_element;

/** The elements of one table, in order. */
typedef struct assay_txt_elements {
    assay_cursor cursor;
    uint64_t offset; /* of the cursor's bytes in the input */
    bool ended;
} assay_txt_elements;

assay_txt_elements assay_txt_heap_elements(const assay_txt_heap *heap, enum assay_txt_table table);

/** 1 and the next element, 0 after END, or a negative kind with `error` filled. */
int assay_txt_heap_next_element(assay_txt_elements *elements, assay_txt_element *ret_element,
                                assay_error *error);

/** The name of an element's type ("EVENT_LOG_POINTER2_1"), or NULL for one unknown here. */
const char *assay_txt_element_name(uint32_t type);

/**
 * What the element says, in an object the caller has begun: a version, addresses, ranges, the
 * header of an ACPI table. Nothing for a type unknown here, and of one that is cut what is there.
 */
void assay_txt_element_emit(assay_output *out, const assay_txt_element *element);

/** A memory descriptor record of SINIT, appendix C.5. */
typedef struct assay_txt_mdr {
    uint64_t address;
    uint64_t length;
    uint8_t type; /* 0 usable, 1 and 2 SMRAM, 3 PCIe configuration, 4 protected */
} assay_txt_mdr;

/** The record of that index below num_mdrs; false when the table does not hold it. */
bool assay_txt_heap_mdr(const assay_txt_heap *heap, uint32_t index, assay_txt_mdr *ret_mdr);

enum { ASSAY_TXT_LOGS_MAX = 16 };

/** Where an element of OsSinitData says that an event log is, appendix C.3. */
typedef struct assay_txt_heap_log {
    uint32_t element;   /* type 5: a container of TPM 1.2; 7: one log a bank; 8: crypto-agile */
    uint16_t alg;       /* type 7: HashAlgID, a TPM_ALG_ID; else 0 */
    uint64_t address;   /* physical */
    uint32_t allocated; /* bytes; types 7 and 8 only, as the next two */
    uint32_t first_record_offset; /* from the address */
    uint32_t next_record_offset;
    uint64_t offset;    /* of `address` in the input; the three other fields follow it */
    uint64_t start;     /* of the log in the input, or ASSAY_NO_OFFSET: not in the image */
} assay_txt_heap_log;

/**
 * The event logs of the heap: those of the element that SINIT was to use, by bit 9 of the
 * capabilities where there are several. Returns how many, or a negative kind with `error`
 * filled.
 *
 * Addresses are physical, and an image need not tell where its heap lay. So the heap's
 * address is the register before the image, or 0 (some images count from the heap's first
 * byte), or one for which the address falls onto a page of the image; the first for which a
 * log's header stands there. Where none does, it is the register, or 0.
 */
int assay_txt_heap_logs(const assay_txt_heap *heap,
                        assay_txt_heap_log ret_logs[ASSAY_TXT_LOGS_MAX], assay_error *error);

/** The heap's fields, in an object the caller has begun. */
void assay_txt_heap_emit(assay_output *out, const assay_txt_heap *heap);

/** One line for people: versions of the tables, processors, whether SINIT has run. */
void assay_txt_heap_summary(assay_writer *writer, const assay_txt_heap *heap);

#endif
