/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DEVICE_SECURITY_EVENT_DATA and DEVICE_SECURITY_EVENT_DATA2 (PFP 1.06 section 10.2.8): what
 * firmware measured of a device that speaks SPDM (DMTF DSP0274): EV_EFI_SPDM_FIRMWARE_BLOB and
 * EV_EFI_SPDM_FIRMWARE_CONFIG. All numbers are little-endian.
 *
 *     "SPDM Device Sec"   u16 Version | u16 Length | u32 SpdmHashAlgo | u32 DeviceType
 *                         | SPDM_MEASUREMENT_BLOCK | u64 DevicePathLength | DevicePath
 *                         | device context
 *     "SPDM Device Sec2"  u16 Version | u8 AuthState | u8 Reserved | u32 Length
 *                         | u32 DeviceType | u32 SubHeaderType | u32 SubHeaderLength
 *                         | u64 SubHeaderUID | u64 DevicePathLength | DevicePath
 *                         | sub header | device context
 *
 * Seen in the field, and read here: Version 0 of the first, before the profile was final; a first
 * structure without a device path; a Length of the whole event and not of what follows it.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_SPDM_H
#define ASSAY_EVENTLOG_PAYLOAD_SPDM_H

#include "base/cursor.h"
#include "base/output.h"

enum assay_spdm_device_type {
    ASSAY_SPDM_DEVICE_NULL,
    ASSAY_SPDM_DEVICE_PCI,
    ASSAY_SPDM_DEVICE_USB,
};

enum assay_spdm_sub_header {
    ASSAY_SPDM_MEASUREMENT_BLOCKS,
    ASSAY_SPDM_CERT_CHAIN,
};

typedef struct assay_spdm {
    assay_bytes signature; /* sixteen bytes; the last one tells the two structures apart */
    bool second;           /* DEVICE_SECURITY_EVENT_DATA2 */
    uint16_t version;
    uint32_t length;      /* as stated */
    uint32_t device_type; /* enum assay_spdm_device_type, or anything */
    assay_bytes path;     /* DevicePath; `data` is NULL where a first structure has none */
    assay_bytes context;  /* of the device, to the end of the event; perhaps empty */

    uint32_t hash_algo; /* the first: SpdmHashAlgo, a bit of SPDM's MeasurementHashAlgo */

    uint8_t auth_state; /* the second, as all below; 0 success ... 0xFF no SPDM */
    uint8_t reserved;
    uint32_t sub_header_type; /* enum assay_spdm_sub_header, or anything */
    uint64_t sub_header_uid;  /* the same in all events of one device */

    /* The first: one SPDM_MEASUREMENT_BLOCK. The second: what SubHeaderType says, or no bytes. */
    assay_bytes content;
} assay_spdm;

/** False when the data is not such a structure up to its device context. */
bool assay_spdm_decode(assay_bytes data, assay_spdm *ret_spdm);
void assay_spdm_encode(assay_writer *writer, const assay_spdm *spdm);
void assay_spdm_emit(assay_output *out, const assay_spdm *spdm);
void assay_spdm_summary(assay_writer *writer, const assay_spdm *spdm);

/** SPDM_MEASUREMENT_BLOCK, DSP0274 section "Measurement block". */
typedef struct assay_spdm_block {
    uint8_t index;         /* from 1; 0xFD the manifest, 0xFE the device mode */
    uint8_t specification; /* MeasurementSpecification: bit 0 DMTF */
    assay_bytes measurement;
    bool dmtf;          /* the measurement is of DMTF's form: the two below hold */
    uint8_t value_type; /* DMTFSpecMeasurementValueType: bit 7 raw, not a digest; else what it is */
    assay_bytes value;  /* DMTFSpecMeasurementValue */
} assay_spdm_block;

/** The next block of a cursor over blocks; false at the end and where the bytes are none. */
bool assay_spdm_block_next(assay_cursor *cursor, assay_spdm_block *ret_block);

/**
 * A cursor over the blocks of an event that has any, else over nothing. `ret_hash_algo` (may be
 * NULL) is SPDM's MeasurementHashAlgo.
 */
assay_cursor assay_spdm_blocks(const assay_spdm *spdm, uint32_t *ret_hash_algo);

/** The sub header of a certificate chain, with SPDM_CERT_CHAIN behind it. */
typedef struct assay_spdm_chain {
    uint16_t spdm_version;
    uint8_t slot_id;
    uint8_t reserved;
    uint32_t hash_algo; /* a bit of SPDM's BaseHashAlgo */
    uint16_t length;    /* SPDM_CERT_CHAIN: Length as stated, and Reserved */
    uint16_t chain_reserved;
    assay_bytes root_hash;    /* as many bytes as BaseHashAlgo has */
    assay_bytes certificates; /* DER, one behind the other */
} assay_spdm_chain;

/** False when the event has no certificate chain, or it is cut off. */
bool assay_spdm_chain_of(const assay_spdm *spdm, assay_spdm_chain *ret_chain);

/** "mutable firmware" for a DMTFSpecMeasurementValueType without bit 7. Static, or NULL. */
const char *assay_spdm_value_name(uint8_t value_type);

/** "sha384" for one bit of MeasurementHashAlgo, of BaseHashAlgo if `base`. Static, or NULL. */
const char *assay_spdm_hash_name(uint32_t hash_algo, bool base);

#endif
