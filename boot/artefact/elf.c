/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/elf.h"

#include "base/cursor.h"

#include <gelf.h>

enum { MEMORY_MAX = 1 << 30 }; /* no launched image comes near; zeros cost time to hash */

static const char *const not_elf = "this is no ELF file";

bool assay_elf_detect(assay_bytes bytes)
{
    return assay_bytes_start_with(bytes, assay_bytes_of(ELFMAG, SELFMAG));
}

static int fail(assay_error *error, enum assay_kind kind, uint64_t offset, const char *field,
                const char *what)
{
    const assay_place place = { offset, ASSAY_NO_EVENT, field };

    return assay_fail(error, kind, place, "%s", what);
}

/* What a loader of i386 kernels asks of the file's header. */
static int check_header(const GElf_Ehdr *header, assay_error *error)
{
    if (header->e_ident[EI_DATA] != ELFDATA2LSB)
        return fail(error, ASSAY_UNSUPPORTED, EI_DATA, "EI_DATA", "the ELF file is big-endian");
    if (header->e_machine != EM_386 && header->e_machine != EM_X86_64)
        return fail(error, ASSAY_UNSUPPORTED, 18, "e_machine", "the ELF file is not for x86");
    if (header->e_type != ET_EXEC)
        return fail(error, ASSAY_UNSUPPORTED, 16, "e_type", "the ELF file is no executable");
    return 0;
}

static int append(assay_elf *elf, assay_bytes file, const GElf_Phdr *segment, assay_error *error)
{
    assay_cursor c = assay_cursor_of(file);

    assay_seek(&c, segment->p_offset);
    const assay_bytes bytes = assay_take_up_to(&c, segment->p_filesz);

    if (c.failed || bytes.size < segment->p_filesz)
        return fail(error, ASSAY_TRUNCATED, segment->p_offset, "p_filesz",
                    "the file ends before its segment does");
    if (segment->p_memsz < segment->p_filesz)
        return fail(error, ASSAY_MALFORMED, segment->p_offset, "p_memsz",
                    "the segment is smaller in memory than in the file");
    if (segment->p_memsz > MEMORY_MAX || elf->image.size + segment->p_memsz > MEMORY_MAX)
        return fail(error, ASSAY_TOO_LARGE, segment->p_offset, "p_memsz",
                    "the segments need more than 1 GiB of memory");
    if (elf->image.count == 0)
        elf->paddr = segment->p_paddr;
    else if (segment->p_paddr - elf->paddr != elf->image.size)
        elf->gaps = true;
    if (!assay_loaded_image_append(&elf->image, bytes, segment->p_memsz - segment->p_filesz))
        return fail(error, ASSAY_TOO_LARGE, segment->p_offset, "e_phnum",
                    "the ELF file has more segments than are taken here");
    return 0;
}

static int append_segments(assay_elf *elf, assay_bytes file, Elf *handle, const GElf_Ehdr *header,
                           assay_error *error)
{
    const uint64_t table = header->e_phoff;
    size_t count;
    int status = 0;

    /* libelf counts no more than the file has room for. */
    if (elf_getphdrnum(handle, &count) < 0 || count != header->e_phnum)
        return fail(error, ASSAY_TRUNCATED, table, "e_phnum",
                    "the file ends before its program headers do");
    for (size_t i = 0; i < count && status == 0; i++) {
        GElf_Phdr segment;

        if (gelf_getphdr(handle, (int)i, &segment) == NULL)
            status = fail(error, ASSAY_TRUNCATED, table, "e_phoff",
                          "the program headers reach beyond the end of the file");
        else if (segment.p_type == PT_LOAD && segment.p_memsz > 0)
            status = append(elf, file, &segment, error);
    }
    if (status == 0 && elf->image.count == 0)
        return fail(error, ASSAY_MALFORMED, table, "p_type", "the ELF file has nothing to load");
    return status;
}

static int read_elf(assay_elf *elf, assay_bytes file, Elf *handle, assay_error *error)
{
    GElf_Ehdr header;

    if (elf_kind(handle) != ELF_K_ELF || gelf_getehdr(handle, &header) == NULL)
        return fail(error, ASSAY_TRUNCATED, 0, "e_ident", "the ELF header can't be read");
    const int status = check_header(&header, error);

    if (status < 0)
        return status;
    elf->is_64 = header.e_ident[EI_CLASS] == ELFCLASS64;
    elf->machine = header.e_machine;
    elf->entry = header.e_entry;
    return append_segments(elf, file, handle, &header, error);
}

static bool has_header(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);

    assay_seek(&c, EI_CLASS);
    const bool is_64 = assay_take_u8(&c) == ELFCLASS64;

    assay_seek(&c, is_64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr));
    return !c.failed;
}

int assay_elf_open(assay_elf *elf, assay_bytes bytes, assay_error *error)
{
    *elf = (assay_elf){ 0 };
    if (bytes.size == 0)
        return fail(error, ASSAY_TRUNCATED, 0, NULL, "the file is empty");
    if (!assay_elf_detect(bytes))
        return fail(error, ASSAY_UNKNOWN_FORMAT, 0, "e_ident", not_elf);
    if (!has_header(bytes))
        return fail(error, ASSAY_TRUNCATED, 0, "e_ident",
                    "the file ends before its ELF header does");
    if (elf_version(EV_CURRENT) == EV_NONE)
        return fail(error, ASSAY_UNSUPPORTED, ASSAY_NO_OFFSET, NULL, "libelf is too old");
    /* libelf only reads; its interface is older than const. */
    const union {
        const uint8_t *lent;
        char *image;
    } memory = { .lent = bytes.data };
    Elf *const handle = elf_memory(memory.image, bytes.size);
    const int status =
        handle != NULL ? read_elf(elf, bytes, handle, error)
                       : fail(error, ASSAY_MALFORMED, 0, "e_ident", "the ELF header can't be read");

    elf_end(handle);
    return status;
}
