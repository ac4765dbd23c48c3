/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/mle.h"

#include "eventlog/txtflags.h"

const assay_guid assay_mle_uuid =
    ASSAY_GUID(0x9082ac5a, 0x476f, 0x74a7, 0x0f, 0x5c, 0x55, 0xa2, 0xcb, 0x51, 0xb6, 0x42);

/* Linux/x86 boot protocol, "The Real-Mode Kernel Header" and "The kernel_info". */
enum {
    SETUP_SECTS = 0x1f1,
    SETUP_SECTS_DEFAULT = 4, /* what 0 means */
    SECTOR = 512,
    HDRS = 0x202,
    HDRS_MAGIC = 0x53726448,
    KERNEL_INFO_OFFSET = 0x268,
    KERNEL_INFO_SINCE = 0x020f,
    LTOP_MAGIC = 0x506f544c,
    MLE_HEADER_OFFSET = 0x10, /* in kernel_info */
};

static int fail(assay_error *error, enum assay_kind kind, uint64_t offset, const char *field,
                const char *what)
{
    const assay_place place = { offset, ASSAY_NO_EVENT, field };

    return assay_fail(error, kind, place, "%s", what);
}

int assay_mle_header_read(assay_mle_header *header, assay_bytes bytes, assay_error *error)
{
    assay_cursor c = assay_cursor_of(bytes);
    const assay_guid uuid = assay_take_guid(&c);

    header->header_len = assay_take_u32le(&c);
    header->version = assay_take_u32le(&c);
    header->entry_point = assay_take_u32le(&c);
    header->first_valid_page = assay_take_u32le(&c);
    header->mle_start = assay_take_u32le(&c);
    header->mle_end = assay_take_u32le(&c);
    header->capabilities = assay_take_u32le(&c);
    header->cmdline_start = assay_take_u32le(&c);
    header->cmdline_end = assay_take_u32le(&c);
    if (c.failed)
        return fail(error, ASSAY_TRUNCATED, c.offset, "MLE header", "the MLE header is cut short");
    if (!assay_guid_equal(&uuid, &assay_mle_uuid))
        return fail(error, ASSAY_MALFORMED, 0, "UUID", "there is no MLE header");
    if (header->header_len < ASSAY_MLE_HEADER_SIZE)
        return fail(error, ASSAY_MALFORMED, 16, "HeaderLen",
                    "the MLE header is shorter than any known version");
    return 0;
}

void assay_mle_header_write(assay_writer *out, const assay_mle_header *header)
{
    assay_put_guid(out, &assay_mle_uuid);
    assay_put_u32le(out, header->header_len);
    assay_put_u32le(out, header->version);
    assay_put_u32le(out, header->entry_point);
    assay_put_u32le(out, header->first_valid_page);
    assay_put_u32le(out, header->mle_start);
    assay_put_u32le(out, header->mle_end);
    assay_put_u32le(out, header->capabilities);
    assay_put_u32le(out, header->cmdline_start);
    assay_put_u32le(out, header->cmdline_end);
}

static bool has_area(const assay_mle_header *header)
{
    return header->cmdline_end > header->cmdline_start;
}

/* What the header says of the image, against the image. */
static int check(const assay_mle *mle, assay_error *error)
{
    const assay_mle_header *const h = &mle->header;
    const uint64_t at = mle->header_offset;

    if (h->mle_start >= h->mle_end)
        return fail(error, ASSAY_MALFORMED, at + 36, "MleEnd", "the MLE ends before it begins");
    if (h->mle_end > mle->image.size)
        return fail(error, ASSAY_TRUNCATED, at + 36, "MleEnd",
                    "the image ends before the MLE does");
    if (has_area(h) && (h->cmdline_start < h->mle_start || h->cmdline_end > h->mle_end))
        return fail(error, ASSAY_MALFORMED, at + 44, "CmdlineStart",
                    "the area for the command line lies outside the MLE");
    return 0;
}

static int open_header(assay_mle *mle, assay_error *error)
{
    uint8_t bytes[ASSAY_MLE_HEADER_SIZE];

    if (!assay_loaded_image_copy(&mle->image, mle->header_offset, bytes, sizeof bytes))
        return fail(error, ASSAY_TRUNCATED, mle->header_offset, "MLE header",
                    "the image ends before the MLE header does");
    int status = assay_mle_header_read(&mle->header, assay_bytes_of(bytes, sizeof bytes), error);

    if (status == 0)
        return check(mle, error);
    if (error != NULL && error->offset != ASSAY_NO_OFFSET)
        error->offset += mle->header_offset;
    return status;
}

static int open_elf(assay_mle *mle, assay_bytes bytes, assay_error *error)
{
    const assay_bytes uuid = assay_bytes_of(assay_mle_uuid.bytes, sizeof assay_mle_uuid.bytes);
    assay_elf elf;
    const int status = assay_elf_open(&elf, bytes, error);

    if (status < 0)
        return status;
    mle->form = ASSAY_MLE_ELF;
    mle->image = elf.image;
    mle->gaps = elf.gaps;
    mle->header_offset = assay_loaded_image_find(&elf.image, uuid);
    if (mle->header_offset == elf.image.size)
        return fail(error, ASSAY_UNSUPPORTED, ASSAY_NO_OFFSET, "UUID",
                    "the ELF file has no MLE header: it is no measured launched environment");
    return open_header(mle, error);
}

/* The kernel's protected-mode part, and where its MLE header is there; 0: it has none. */
static bool find_linux(assay_bytes bytes, assay_bytes *ret_part, uint32_t *ret_offset)
{
    assay_cursor c = assay_cursor_of(bytes);

    assay_seek(&c, SETUP_SECTS);
    const uint8_t sectors = assay_take_u8(&c);

    assay_seek(&c, HDRS);
    const uint32_t magic = assay_take_u32le(&c);
    const uint16_t version = assay_take_u16le(&c);

    if (c.failed || magic != HDRS_MAGIC)
        return false;
    assay_seek(&c, KERNEL_INFO_OFFSET);
    const uint32_t info = assay_take_u32le(&c);

    assay_seek(&c, (1u + (sectors != 0 ? sectors : SETUP_SECTS_DEFAULT)) * (uint64_t)SECTOR);
    *ret_part = assay_take_rest(&c);
    c = assay_cursor_of(*ret_part);
    assay_seek(&c, info);
    const uint32_t info_magic = assay_take_u32le(&c), info_size = assay_take_u32le(&c);

    assay_seek(&c, (uint64_t)info + MLE_HEADER_OFFSET);
    const uint32_t offset = assay_take_u32le(&c);
    const bool named = !c.failed && version >= KERNEL_INFO_SINCE && info_magic == LTOP_MAGIC &&
                       info_size > MLE_HEADER_OFFSET;

    *ret_offset = named ? offset : 0;
    return true;
}

bool assay_mle_linux_detect(assay_bytes bytes)
{
    assay_bytes part;
    uint32_t offset;

    return find_linux(bytes, &part, &offset) && offset != 0;
}

static int open_linux(assay_mle *mle, assay_bytes part, uint32_t offset, assay_error *error)
{
    if (offset == 0)
        return fail(error, ASSAY_UNSUPPORTED, ASSAY_NO_OFFSET, "mle_header_offset",
                    "the kernel was built without Secure Launch: it has no MLE header");
    mle->form = ASSAY_MLE_LINUX;
    mle->header_offset = offset;
    assay_loaded_image_append(&mle->image, part, 0);
    return open_header(mle, error);
}

int assay_mle_open(assay_mle *mle, assay_bytes bytes, assay_error *error)
{
    assay_bytes part;
    uint32_t offset;

    *mle = (assay_mle){ 0 };
    if (find_linux(bytes, &part, &offset))
        return open_linux(mle, part, offset, error);
    return open_elf(mle, bytes, error);
}

uint32_t assay_mle_cmdline_max(const assay_mle *mle)
{
    const assay_mle_header *const h = &mle->header;

    return has_area(h) ? h->cmdline_end - h->cmdline_start - 1 : 0;
}

static int digest_with(const assay_mle *mle, assay_bytes cmdline, assay_digesting *digesting)
{
    const assay_mle_header *const h = &mle->header;
    int status = assay_loaded_image_digest(&mle->image, h->mle_start, h->cmdline_start, digesting);

    if (status == 0)
        status = assay_digesting_update(digesting, cmdline);
    if (status == 0)
        status = assay_digesting_zeros(digesting, h->cmdline_end - h->cmdline_start - cmdline.size);
    if (status == 0)
        status = assay_loaded_image_digest(&mle->image, h->cmdline_end, h->mle_end, digesting);
    return status;
}

int assay_mle_digest(const assay_mle *mle, assay_bytes cmdline, assay_digesting *digesting,
                     assay_digests *ret_digests, assay_error *error)
{
    const assay_mle_header *const h = &mle->header;
    const bool placed = cmdline.data != NULL && has_area(h);

    if (placed && cmdline.size > assay_mle_cmdline_max(mle))
        return assay_fail(error, ASSAY_TOO_LARGE,
                          (assay_place){ ASSAY_NO_OFFSET, ASSAY_NO_EVENT, "CmdlineEnd" },
                          "the command line of %zu characters doesn't fit: the MLE has room "
                          "for %u",
                          cmdline.size, assay_mle_cmdline_max(mle));
    int status = placed
                     ? digest_with(mle, cmdline, digesting)
                     : assay_loaded_image_digest(&mle->image, h->mle_start, h->mle_end, digesting);

    if (status == 0)
        status = assay_digesting_end(digesting, ret_digests);
    if (status < 0)
        assay_fail(error, (enum assay_kind) - status, ASSAY_NOWHERE, "the MLE can't be hashed");
    return status;
}

void assay_mle_emit(assay_output *out, const assay_mle *mle)
{
    const assay_mle_header *const h = &mle->header;

    assay_emit_string(out, "form", mle->form == ASSAY_MLE_ELF ? "ELF" : "Linux Secure Launch");
    assay_emit_u64(out, "header_offset", mle->header_offset);
    assay_emit_u64(out, "header_len", h->header_len);
    assay_emit_address(out, "version", h->version);
    assay_emit_address(out, "entry_point", h->entry_point);
    assay_emit_address(out, "first_valid_page", h->first_valid_page);
    assay_emit_address(out, "mle_start", h->mle_start);
    assay_emit_address(out, "mle_end", h->mle_end);
    assay_emit_address(out, "capabilities", h->capabilities);
    assay_txt_emit_flags(out, "capability_names", assay_txt_capabilities, h->capabilities);
    assay_emit_address(out, "cmdline_start", h->cmdline_start);
    assay_emit_address(out, "cmdline_end", h->cmdline_end);
    assay_emit_u64(out, "cmdline_max", assay_mle_cmdline_max(mle));
}
