/* SPDX-License-Identifier: BSD-2-Clause */
/* What an SPDM device told its firmware, for programs and for people. */
#include "eventlog/payload/devpath.h"
#include "eventlog/payload/signature.h"
#include "eventlog/payload/spdm.h"
#include "eventlog/payload/x509.h"

/* DSP0274: bit 7 of a value's type, and the types whose value has a form of its own. */
enum { RAW = 0x80, DEVICE_MODE = 5, SECURITY_VERSION = 7 };

/* A number by its name where it has one. */
static void emit_named(assay_output *out, const char *key, const char *name, uint64_t number)
{
    if (name != NULL)
        assay_emit_string(out, key, name);
    else
        assay_emit_u64(out, key, number);
}

static const char *device_name(uint32_t device_type)
{
    static const char *const names[] = { "none", "PCI", "USB" };

    return device_type < sizeof names / sizeof *names ? names[device_type] : NULL;
}

static const char *auth_name(uint8_t auth_state)
{
    static const char *const names[] = {
        "success", "no authentication", "no binding", "failed: no signature", "failed: invalid",
    };

    if (auth_state == 0xFF)
        return "no SPDM";
    return auth_state < sizeof names / sizeof *names ? names[auth_state] : NULL;
}

/* SPDM_VERSION_NUMBER: major, minor, update and alpha, four bits each. */
static void emit_version(assay_output *out, uint16_t version)
{
    char text[16];
    assay_writer writer = assay_writer_lent(text, sizeof text);

    assay_put_format(&writer, "%u.%u.%u", version >> 12, version >> 8 & 0xF, version >> 4 & 0xF);
    assay_emit_text(out, "spdm_version", assay_written(&writer));
}

static void emit_device_mode(assay_output *out, assay_bytes value)
{
    static const char *const keys[] = {
        "operational_mode_capabilities",
        "operational_mode_state",
        "device_mode_capabilities",
        "device_mode_state",
    };
    assay_cursor c = assay_cursor_of(value);

    for (size_t i = 0; i < sizeof keys / sizeof *keys && assay_left(&c) >= 4; i++)
        assay_emit_address(out, keys[i], assay_take_u32le(&c));
}

static void emit_block(assay_output *out, const assay_spdm_block *block)
{
    const uint8_t type = block->value_type & (RAW - 1);

    assay_emit_object(out, NULL);
    assay_emit_u64(out, "index", block->index);
    assay_emit_u64(out, "specification", block->specification);
    if (block->dmtf) {
        assay_cursor c = assay_cursor_of(block->value);

        emit_named(out, "value_type", assay_spdm_value_name(type), type);
        assay_emit_bool(out, "raw", (block->value_type & RAW) != 0);
        if (type == SECURITY_VERSION && block->value.size == 8)
            assay_emit_u64(out, "security_version", assay_take_u64le(&c));
        if (type == DEVICE_MODE && block->value.size == 16)
            emit_device_mode(out, block->value);
        assay_emit_hex(out, "value", block->value);
    } else {
        assay_emit_hex(out, "measurement", block->measurement);
    }
    assay_emit_end(out);
}

static void emit_measurements(assay_output *out, const assay_spdm *spdm)
{
    assay_spdm_block block;
    uint32_t hash_algo;
    assay_cursor c = assay_spdm_blocks(spdm, &hash_algo);
    assay_cursor head = assay_cursor_of(spdm->content);

    if (spdm->second) {
        emit_version(out, assay_take_u16le(&head));
        assay_emit_u64(out, "measurement_block_count", assay_take_u8(&head));
    }
    emit_named(out, "hash_algorithm", assay_spdm_hash_name(hash_algo, false), hash_algo);
    assay_emit_array(out, "measurements");
    while (assay_left(&c) > 0 && assay_spdm_block_next(&c, &block))
        emit_block(out, &block);
    assay_emit_end(out);
}

/* The next certificate of a chain: a DER SEQUENCE. */
static bool next_certificate(assay_cursor *cursor, assay_bytes *ret_der)
{
    const assay_bytes rest = assay_peek_rest(cursor);
    const uint8_t tag = assay_take_u8(cursor);
    const uint8_t first = assay_take_u8(cursor);
    size_t size = first;

    if (first > 0x80 && first <= 0x84) {
        size = 0;
        for (unsigned i = 0; i < first - 0x80u; i++)
            size = size << 8 | assay_take_u8(cursor);
    }
    const assay_bytes content = assay_take(cursor, size);
    if (cursor->failed || tag != 0x30 || first == 0x80 || first > 0x84)
        return false;
    *ret_der = assay_bytes_of(rest.data, (size_t)(content.data - rest.data) + content.size);
    return true;
}

static void emit_chain(assay_output *out, const assay_spdm_chain *chain)
{
    assay_cursor c = assay_cursor_of(chain->certificates);
    assay_bytes der;

    emit_version(out, chain->spdm_version);
    assay_emit_u64(out, "slot", chain->slot_id);
    emit_named(out, "hash_algorithm", assay_spdm_hash_name(chain->hash_algo, true),
               chain->hash_algo);
    assay_emit_u64(out, "chain_length", chain->length);
    assay_emit_hex(out, "root_hash", chain->root_hash);
    assay_emit_array(out, "certificates");
    while (assay_left(&c) > 0) {
        const assay_bytes rest = assay_peek_rest(&c);
        const bool sound = next_certificate(&c, &der);

        assay_emit_object(out, NULL);
        assay_certificate_emit(out, sound ? der : rest);
        assay_emit_end(out);
        if (!sound)
            break;
    }
    assay_emit_end(out);
}

static void emit_content(assay_output *out, const assay_spdm *spdm)
{
    assay_spdm_chain chain;

    if (assay_spdm_blocks(spdm, NULL).bytes.size > 0)
        emit_measurements(out, spdm);
    else if (assay_spdm_chain_of(spdm, &chain))
        emit_chain(out, &chain);
    else if (spdm->content.size > 0)
        assay_emit_hex(out, "sub_header", spdm->content);
}

/* The PCI context of version 0: sixteen bytes, header included. */
typedef struct pci_context {
    uint16_t version, length, vendor_id, device_id;
    uint8_t revision_id;
    assay_bytes class_code; /* programming interface, subclass, class */
    uint16_t subsystem_vendor_id, subsystem_id;
} pci_context;

static bool read_pci(const assay_spdm *spdm, pci_context *ret_pci)
{
    assay_cursor c = assay_cursor_of(spdm->context);
    pci_context pci = { .version = assay_take_u16le(&c) };

    pci.length = assay_take_u16le(&c);
    pci.vendor_id = assay_take_u16le(&c);
    pci.device_id = assay_take_u16le(&c);
    pci.revision_id = assay_take_u8(&c);
    pci.class_code = assay_take(&c, 3);
    pci.subsystem_vendor_id = assay_take_u16le(&c);
    pci.subsystem_id = assay_take_u16le(&c);
    if (c.failed || assay_left(&c) > 0 || spdm->device_type != ASSAY_SPDM_DEVICE_PCI)
        return false;
    *ret_pci = pci;
    return true;
}

static void emit_pci(assay_output *out, const pci_context *pci)
{
    const uint8_t *const class = pci->class_code.data;

    assay_emit_object(out, "pci");
    assay_emit_u64(out, "version", pci->version);
    assay_emit_u64(out, "length", pci->length);
    assay_emit_address(out, "vendor_id", pci->vendor_id);
    assay_emit_address(out, "device_id", pci->device_id);
    assay_emit_u64(out, "revision_id", pci->revision_id);
    assay_emit_address(out, "class_code",
                       (uint64_t) class[2] << 16 | (uint64_t) class[1] << 8 | class[0]);
    assay_emit_address(out, "subsystem_vendor_id", pci->subsystem_vendor_id);
    assay_emit_address(out, "subsystem_id", pci->subsystem_id);
    assay_emit_end(out);
}

/* USB descriptors, each with its own length and type in front (USB 3.2 section 9.5). */
static void emit_usb(assay_output *out, assay_bytes context)
{
    assay_cursor c = assay_cursor_of(context);

    assay_emit_object(out, "usb");
    assay_emit_u64(out, "version", assay_take_u16le(&c));
    assay_emit_u64(out, "length", assay_take_u16le(&c));
    assay_emit_array(out, "descriptors");
    while (assay_left(&c) > 0) {
        const assay_bytes rest = assay_peek_rest(&c);
        const size_t size = rest.data[0];

        assay_emit_hex(out, NULL, assay_take(&c, size > 1 && size < rest.size ? size : rest.size));
    }
    assay_emit_end(out);
    assay_emit_end(out);
}

static void emit_context(assay_output *out, const assay_spdm *spdm)
{
    pci_context pci;

    if (read_pci(spdm, &pci))
        emit_pci(out, &pci);
    else if (spdm->device_type == ASSAY_SPDM_DEVICE_USB && spdm->context.size >= 4)
        emit_usb(out, spdm->context);
    else if (spdm->context.size > 0)
        assay_emit_hex(out, "device_context", spdm->context);
}

static const char *sub_header_name(uint32_t type)
{
    static const char *const names[] = { "SPDM measurement block", "SPDM certificate chain" };

    return type < sizeof names / sizeof *names ? names[type] : NULL;
}

void assay_spdm_emit(assay_output *out, const assay_spdm *spdm)
{
    assay_emit_text(out, "signature", assay_bytes_of(spdm->signature.data, spdm->second ? 16 : 15));
    assay_emit_u64(out, "version", spdm->version);
    assay_emit_u64(out, "length", spdm->length);
    emit_named(out, "device_type", device_name(spdm->device_type), spdm->device_type);
    if (spdm->second) {
        emit_named(out, "auth_state", auth_name(spdm->auth_state), spdm->auth_state);
        emit_named(out, "sub_header_type", sub_header_name(spdm->sub_header_type),
                   spdm->sub_header_type);
        assay_emit_address(out, "sub_header_uid", spdm->sub_header_uid);
    }
    emit_content(out, spdm);
    if (spdm->path.size > 0)
        assay_devpath_emit(out, "device_path", spdm->path);
    emit_context(out, spdm);
}

static void put_blocks(assay_writer *writer, const assay_spdm *spdm)
{
    assay_cursor c = assay_spdm_blocks(spdm, NULL);
    assay_spdm_block block;

    for (const char *between = ": "; assay_left(&c) > 0 && assay_spdm_block_next(&c, &block);
         between = ", ") {
        const char *const name =
            block.dmtf ? assay_spdm_value_name(block.value_type & (RAW - 1)) : NULL;

        assay_put_format(writer, "%s%s (index %u)", between, name != NULL ? name : "measurement",
                         block.index);
    }
}

static void put_chain(assay_writer *writer, const assay_spdm_chain *chain)
{
    assay_cursor c = assay_cursor_of(chain->certificates);
    assay_bytes der = ASSAY_NO_BYTES;
    size_t count = 0;

    while (assay_left(&c) > 0 && next_certificate(&c, &der))
        count++;
    assay_put_format(writer, ": slot %u, %zu certificate%s", chain->slot_id, count,
                     count == 1 ? "" : "s");
    if (count > 0) {
        assay_put_string(writer, ", last ");
        assay_signature_summary(writer, der);
    }
}

void assay_spdm_summary(assay_writer *writer, const assay_spdm *spdm)
{
    const char *const device = device_name(spdm->device_type);
    assay_spdm_chain chain;
    pci_context pci;

    if (device == NULL)
        assay_put_format(writer, "SPDM device of type %u", spdm->device_type);
    else if (spdm->device_type == ASSAY_SPDM_DEVICE_NULL)
        assay_put_string(writer, "SPDM device");
    else
        assay_put_format(writer, "SPDM %s device", device);
    if (read_pci(spdm, &pci))
        assay_put_format(writer, " %04x:%04x", pci.vendor_id, pci.device_id);
    if (spdm->second && spdm->auth_state != 0) {
        const char *const state = auth_name(spdm->auth_state);

        assay_put_format(writer, ", %s", state != NULL ? state : "unknown authentication");
    }
    if (assay_spdm_chain_of(spdm, &chain))
        put_chain(writer, &chain);
    else
        put_blocks(writer, spdm);
}
