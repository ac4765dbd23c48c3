/* SPDX-License-Identifier: BSD-2-Clause */
/* How shim verifies and measures images (verify.c and pe.c). */
#include "boot/loader/authority.h"
#include "boot/loader/shim_private.h"
#include "eventlog/payload/devpath.h"
#include "eventlog/payload/image.h"

#define MODULE_SIGNING_ONLY "1.3.6.1.4.1.2312.16.1.2"

void assay_shim_measure(assay_boot *boot, assay_shim *shim, const assay_guid *vendor,
                        const char *name, assay_bytes data)
{
    for (size_t i = 0; i < shim->measured_count; i++)
        if (strcmp(shim->measured[i].name, name) == 0 &&
            assay_bytes_equal(shim->measured[i].data, data))
            return;
    if (shim->measured_count < ASSAY_SHIM_MEASURED)
        shim->measured[shim->measured_count++] =
            (assay_shim_measured){ name, assay_boot_keep(boot, data) };
    assay_boot_measure_variable(boot, 7, EV_EFI_VARIABLE_AUTHORITY, ASSAY_PART_SHIM, vendor, name,
                                data);
}

/* One look at an image: its hashes, and one of its signatures or none. */
typedef struct look {
    assay_boot *boot;
    assay_shim *shim;
    assay_image_hashes *hashes;
    const assay_authenticode *signature; /* or NULL; whose digest is the image's */
} look;

/* Certificates that shim tries: with a length in two bytes, and not meant for modules alone. */
static bool admits(assay_bytes certificate)
{
    assay_cursor c = assay_cursor_of(certificate);
    const uint8_t tag = assay_take_u8(&c), form = assay_take_u8(&c);
    const uint16_t length = assay_take_u16be(&c);

    return tag == 0x30 && form == 0x82 && length == assay_left(&c) && !c.failed &&
           !assay_certificate_has_usage(certificate, MODULE_SIGNING_ONLY);
}

static bool take(const look *at, const assay_guid *vendor, const char *name, assay_bytes entry)
{
    if (entry.data == NULL)
        return false;
    assay_shim_measure(at->boot, at->shim, vendor, name, entry);
    return true;
}

static bool find_hash(const look *at, assay_bytes lists, uint16_t alg, const assay_guid *vendor,
                      const char *name)
{
    const assay_digest *const digest =
        assay_signaturedb_has_hashes(lists, alg) ? assay_image_hash(at->hashes, alg) : NULL;

    return digest != NULL &&
           take(at, vendor, name, assay_signaturedb_find_hash(lists, digest));
}

static bool find_signer(const look *at, assay_bytes lists, const assay_guid *vendor,
                        const char *name)
{
    return at->signature != NULL &&
           take(at, vendor, name,
                assay_signaturedb_find_signer(lists, at->signature, true, admits));
}

static bool find_any(const look *at, assay_bytes lists, const assay_guid *vendor,
                     const char *name, bool sha1)
{
    return find_hash(at, lists, ASSAY_ALG_SHA256, vendor, name) ||
           (sha1 && find_hash(at, lists, ASSAY_ALG_SHA1, vendor, name)) ||
           find_signer(at, lists, vendor, name);
}

/* What denies is measured as well, before the image is refused. */
static bool is_denied(const look *at)
{
    return find_any(at, at->shim->vendor_dbx, &assay_guid_image_security, "dbx", true) ||
           find_any(at, at->boot->dbx, &assay_guid_image_security, "dbx", true) ||
           find_any(at, at->shim->mok_list_x, &assay_guid_shim_lock, "MokListX", false);
}

static bool is_allowed(const look *at)
{
    assay_shim *const shim = at->shim;

    if (!shim->ignores_db &&
        find_any(at, at->boot->db, &assay_guid_image_security, "db", true))
        return true;
    if (shim->vendor_is_lists &&
        find_any(at, shim->vendor, &assay_guid_image_security, "vendor_db", false))
        return true;
    return find_any(at, shim->mok_list, &assay_guid_shim_lock, "MokListRT", false);
}

static bool is_by_vendor(const look *at)
{
    const assay_bytes vendor = at->shim->vendor;

    if (at->shim->vendor_is_lists || vendor.data == NULL ||
        !assay_authenticode_is_by(at->signature, vendor))
        return false;
    assay_shim_measure(at->boot, at->shim, &assay_guid_shim_lock, "Shim", vendor);
    return true;
}

/* Each signature is looked at, even after one that was good, and leaves its measurement. */
static bool has_signature(look *at, const assay_pe *pe)
{
    assay_win_certificates walk = assay_win_certificates_of(pe);
    assay_win_certificate certificate;
    bool good = false;
    int step;

    while ((step = assay_win_certificates_next(&walk, &certificate, NULL)) > 0) {
        assay_authenticode *signature;

        if (certificate.type != ASSAY_WIN_CERT_TYPE_PKCS_SIGNED_DATA ||
            assay_authenticode_open(certificate.signed_data, &signature, NULL) < 0)
            continue;
        assay_image_hash(at->hashes, ASSAY_ALG_SHA256); /* shim knows no other signatures */
        at->signature = assay_authenticode_digest(signature)->alg == ASSAY_ALG_SHA256 &&
                                assay_authenticode_is_of(signature, &at->hashes->known)
                            ? signature
                            : NULL;
        if (at->signature != NULL && !is_denied(at) && (is_allowed(at) || is_by_vendor(at)))
            good = true;
        assay_authenticode_free(&signature);
    }
    return good && step == 0;
}

static bool passes_sbat(const assay_shim *shim, const assay_pe *pe, bool by_itself)
{
    const assay_bytes section = assay_pe_bytes(pe, ".sbat");

    if (section.size == 0)
        return !by_itself;
    return assay_sbat_passes(shim->level, section);
}

bool assay_shim_check(assay_boot *boot, assay_shim *shim, const assay_pe *pe, bool by_itself)
{
    assay_image_hashes hashes = assay_image_hashes_of(boot, pe);
    look at = { .boot = boot, .shim = shim, .hashes = &hashes };

    if (is_denied(&at) || (!is_allowed(&at) && !has_signature(&at, pe))) {
        assay_boot_remark(boot, ASSAY_PART_SHIM, true,
                          "shim refuses an image: no key lets it pass, or one forbids it");
        return false;
    }
    if (!passes_sbat(shim, pe, by_itself)) {
        assay_boot_remark(boot, ASSAY_PART_SHIM, true, "shim refuses an image for its SBAT");
        return false;
    }
    return boot->status == 0;
}

/* UEFI_IMAGE_LOAD_EVENT as shim fills it: where the image lies can't be known. */
static void measure_image(assay_boot *boot, const assay_pe *pe, enum assay_part part,
                          uint64_t link_time_address, assay_bytes path)
{
    const assay_image event = { .length = pe->file.size,
                                .link_time_address = link_time_address,
                                .path_size = path.size,
                                .path = path };
    assay_writer out = assay_boot_writer();

    assay_image_encode(&out, &event);
    assay_boot_measure_pe(boot, 4, EV_EFI_BOOT_SERVICES_APPLICATION, part, pe,
                          assay_boot_take(boot, &out));
}

/* A file path node (UEFI 2.10 section 10.3.5.4) and the end. */
static assay_bytes file_path(assay_boot *boot, assay_bytes path)
{
    assay_writer name = assay_boot_writer(), out = assay_boot_writer();

    if (!assay_bytes_start_with(path, ASSAY_LITERAL("/")) &&
        !assay_bytes_start_with(path, ASSAY_LITERAL("\\")))
        assay_put_char(&name, '\\');
    assay_boot_put_backslashed(&name, path);
    assay_devpath_put_file(&out, assay_boot_take(boot, &name));
    assay_devpath_put_end(&out);
    return assay_boot_take(boot, &out);
}

static assay_bytes path_of(assay_boot *boot, const assay_boot_image *image)
{
    const assay_bytes nodes = assay_boot_file_nodes(image->device_path);

    if (nodes.size > 0)
        return nodes;
    return image->path.data != NULL ? file_path(boot, image->path) : image->device_path;
}

/* Whether it is the content of a section of an image that was verified before. */
static bool is_remembered(const assay_shim *shim, assay_bytes file)
{
    for (size_t i = 0; shim->version->remembers && i < shim->loaded_count; i++)
        for (size_t j = 0; j < shim->loaded[i]->section_count; j++) {
            const assay_pe_section *const section = &shim->loaded[i]->sections[j];

            if (section->zeros == 0 && file.size > 0 && assay_bytes_equal(section->bytes, file))
                return true;
        }
    return false;
}

static void remember(assay_boot *boot, assay_shim *shim, const assay_pe *pe)
{
    if (shim->loaded_count < ASSAY_SHIM_LOADED)
        shim->loaded[shim->loaded_count++] =
            (const assay_pe *)(const void *)assay_boot_keep(boot, assay_bytes_of(pe, sizeof *pe))
                .data;
}

bool assay_shim_handle(assay_boot *boot, assay_shim *shim, const assay_boot_image *image,
                       const assay_pe *pe, bool by_itself)
{
    const enum assay_part part =
        image->part != ASSAY_PART_OTHER ? image->part : assay_boot_part_of(pe);
    const bool secure = assay_shim_is_secure(boot, shim);

    if (!by_itself && is_remembered(shim, image->file))
        return boot->status == 0;
    if (secure && !shim->version->measures_first && !assay_shim_check(boot, shim, pe, by_itself))
        return false;
    measure_image(boot, pe, part, pe->image_base, path_of(boot, image));
    if (secure && shim->version->measures_first && !assay_shim_check(boot, shim, pe, by_itself))
        return false;
    if (boot->status == 0)
        remember(boot, shim, pe);
    return boot->status == 0;
}

bool assay_shim_verify(assay_boot *boot, assay_bytes file, enum assay_part part, size_t times)
{
    assay_shim *const shim = boot->shim.own;
    assay_pe pe;
    bool passes = true;

    if (boot->status < 0 || shim == NULL || assay_pe_open(&pe, file, NULL) < 0)
        return false;
    for (size_t i = 0; i < times && passes; i++) {
        measure_image(boot, &pe, part, 0, ASSAY_NO_BYTES);
        /* Once more would come to the same, and measure nothing new. */
        if (i == 0 && assay_shim_is_secure(boot, shim))
            passes = assay_shim_check(boot, shim, &pe, false);
    }
    return passes && boot->status == 0;
}

bool assay_shim_loads(const assay_boot *boot)
{
    const assay_shim *const shim = boot->shim.own;

    return shim != NULL && shim->version->loads_images && assay_shim_is_secure(boot, shim) &&
           (shim->vendor.size > 0 || shim->vendor_dbx.size > 0);
}

bool assay_shim_load(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe)
{
    return assay_shim_handle(boot, boot->shim.own, image, pe, false);
}
