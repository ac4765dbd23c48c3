/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/scenario/files.h"

#include "base/file.h"
#include "boot/platform/varstore.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* A disk's image may be sparse; what comes from a pipe is kept on a disk. */
static const size_t file_max = (size_t)1 << 40, pipe_max = (size_t)1 << 34;

typedef struct opened {
    assay_file file;
    const char *role, *name;
} opened;

struct assay_scenario_files {
    assay_scenario scenario;
    const assay_document *document;
    const char *folder;
    const char **culprit;
    assay_error *error;
    size_t count, capacity;
    opened *list;
    size_t path_count;
    char **paths; /* names that were made from folder and name */
};

static int no_memory(assay_scenario_files *f)
{
    return assay_fail(f->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the scenario");
}

/* A name as the system takes it: relative ones are relative to the document. NULL: no memory. */
static const char *resolve(assay_scenario_files *f, const char *name)
{
    char *path;

    if (*name == '/' || f->folder == NULL || *f->folder == '\0')
        return name;
    void *const paths = realloc(f->paths, (f->path_count + 1) * sizeof *f->paths);
    if (paths == NULL)
        return NULL;
    f->paths = paths;
    if (asprintf(&path, "%s/%s", f->folder, name) < 0)
        return NULL;
    f->paths[f->path_count++] = path;
    return path;
}

static int open_file(assay_scenario_files *f, const char *role, const char *name,
                     assay_bytes *ret_bytes)
{
    const char *const path = resolve(f, name);

    if (f->count == f->capacity) {
        const size_t capacity = f->capacity == 0 ? 16 : f->capacity * 2;
        void *const list = realloc(f->list, capacity * sizeof *f->list);

        if (list == NULL)
            return no_memory(f);
        f->list = list;
        f->capacity = capacity;
    }
    *f->culprit = name;
    if (path == NULL)
        return no_memory(f);
    opened *const o = &f->list[f->count];
    struct stat about;
    const bool piped = stat(path, &about) == 0 && S_ISFIFO(about.st_mode);
    const int status = assay_file_read(&o->file, path, piped ? pipe_max : file_max, f->error);
    if (status < 0)
        return status;
    o->role = role;
    o->name = name;
    f->count++;
    *ret_bytes = o->file.bytes;
    if (ret_bytes->data == NULL) /* an empty file is given all the same */
        *ret_bytes = ASSAY_LITERAL("");
    return 0;
}

/* The same where a name is given. */
static int open_given(assay_scenario_files *f, const char *role, const char *name,
                      assay_bytes *ret_bytes)
{
    return name == NULL ? 0 : open_file(f, role, name, ret_bytes);
}

/* --- firmware --------------------------------------------------------------------------------- */

static int read_variables(assay_scenario_files *f)
{
    const char *const name = f->document->variables;
    assay_variables *const variables = f->scenario.variables;
    assay_bytes store = ASSAY_NO_BYTES;

    if (name == NULL)
        return 0;
    *f->culprit = name;
    const char *const path = strcmp(name, "live") == 0 ? name : resolve(f, name);
    if (path == NULL)
        return no_memory(f);
    int status = assay_variables_read_named(variables, path, f->error);
    if (status != 0)
        return status < 0 ? status : 0;
    status = open_file(f, "variables", name, &store);
    return status < 0 ? status : assay_varstore_read(variables, store, NULL, f->error);
}

static int open_firmware(assay_scenario_files *f)
{
    const assay_document *const d = f->document;
    assay_scenario *const s = &f->scenario;
    int status = open_given(f, "firmware", d->code, &s->firmware);

    if (status == 0)
        status = read_variables(f);
    for (size_t i = 0; i < d->table_count && status == 0; i++) {
        s->blobs[i].name = d->tables[i].path;
        status = open_file(f, "table", d->tables[i].file, &s->blobs[i].bytes);
        s->blob_count = i + 1;
    }
    for (size_t i = 0; i < d->rom_count && status == 0; i++) {
        s->roms[i].name = d->roms[i].file;
        s->roms[i].located = d->roms[i].pci_device != ASSAY_NOT_GIVEN;
        s->roms[i].pci_device = (uint8_t)d->roms[i].pci_device;
        s->roms[i].pci_function = d->roms[i].pci_function == ASSAY_NOT_GIVEN
                                      ? 0
                                      : (uint8_t)d->roms[i].pci_function;
        status = open_file(f, "option ROM", d->roms[i].file, &s->roms[i].bytes);
        s->rom_count = i + 1;
    }
    s->secure_boot_known = d->secure_boot != ASSAY_NOT_GIVEN;
    s->secure_boot = d->secure_boot == 1;
    return status;
}

/* --- disks ------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    enum assay_disk_bus bus;
    uint8_t device, function; /* of its controller, where QEMU's Q35 puts the first of them */
} buses[] = {
    { "virtio", ASSAY_DISK_VIRTIO, 1, 0 },
    { "sata", ASSAY_DISK_SATA, 31, 2 },
    { "nvme", ASSAY_DISK_NVME, 1, 0 },
    { "other", ASSAY_DISK_OTHER, 0, 0 },
};

static int attach(assay_scenario_files *f, const assay_document_disk *d, assay_scenario_disk *s)
{
    const char *const bus = d->bus != NULL ? d->bus : "virtio";
    size_t row = 0;

    while (row < sizeof buses / sizeof *buses && strcmp(buses[row].name, bus) != 0)
        row++;
    if (row == sizeof buses / sizeof *buses)
        return assay_fail(f->error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "the bus of a disk is virtio, sata, nvme or other");
    s->bus = buses[row].bus;
    s->pci_device =
        d->pci_device != ASSAY_NOT_GIVEN ? (uint8_t)d->pci_device : buses[row].device;
    s->pci_function =
        d->pci_function != ASSAY_NOT_GIVEN ? (uint8_t)d->pci_function : buses[row].function;
    s->port = d->port != ASSAY_NOT_GIVEN ? (uint16_t)d->port : 0;
    s->serial = d->serial;
    s->description = d->description;
    s->bootindex = d->bootindex != ASSAY_NOT_GIVEN ? (int)d->bootindex : -1;
    return 0;
}

static int read_path(assay_scenario_files *f, const char *digits, assay_bytes *ret_path)
{
    const size_t size = strlen(digits) / 2;
    void *const paths = realloc(f->paths, (f->path_count + 1) * sizeof *f->paths);

    if (paths == NULL)
        return no_memory(f);
    f->paths = paths;
    uint8_t *const bytes = malloc(size + 1);
    if (bytes == NULL)
        return no_memory(f);
    f->paths[f->path_count++] = (char *)bytes;
    assay_writer out = assay_writer_lent(bytes, size);
    if (!assay_put_decoded(&out, assay_bytes_of_string(digits)) || out.failure != 0)
        return assay_fail(f->error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "the path of a disk is an even number of hexadecimal digits");
    *ret_path = assay_written(&out);
    return 0;
}

static int add_files(assay_scenario_files *f, const assay_document_disk *d, assay_tree *tree)
{
    assay_tree_entry there;
    int status = 0;

    for (size_t i = 0; i < d->file_count && status == 0; i++) {
        const char *const path = resolve(f, d->files[i].file);

        *f->culprit = d->files[i].file;
        status = path == NULL ? no_memory(f)
                 : assay_tree_find(tree, assay_bytes_of_string(d->files[i].path), &there)
                     ? assay_fail(f->error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                                  "the path %.100s stands in the ESP twice", d->files[i].path)
                     : assay_tree_add_file(tree, assay_bytes_of_string(d->files[i].path), path,
                                           f->error);
    }
    return status;
}

static int open_esp(assay_scenario_files *f, const assay_document_disk *d, assay_scenario_disk *s,
                    assay_bytes image)
{
    const char *path = NULL;

    if (d->esp == NULL && d->file_count == 0 && image.data == NULL)
        return 0;
    if ((s->esp = assay_tree_new()) == NULL ||
        (d->esp != NULL && (path = resolve(f, d->esp)) == NULL))
        return no_memory(f);
    if (d->esp == NULL && d->file_count > 0)
        return add_files(f, d, s->esp);
    *f->culprit = d->esp != NULL ? d->esp : d->image;
    if (path != NULL && assay_file_is_folder(path))
        return assay_tree_add_folder(s->esp, path, f->error);
    const int status = path != NULL ? open_file(f, "ESP", d->esp, &image) : 0;
    return status < 0 ? status : assay_tree_add_esp(s->esp, image, f->error);
}

static int open_disk(assay_scenario_files *f, const assay_document_disk *d)
{
    assay_scenario_disk *const s = &f->scenario.disks[f->scenario.disk_count++];
    assay_bytes image = ASSAY_NO_BYTES;
    int status = attach(f, d, s);

    if (status == 0 && d->path != NULL)
        status = read_path(f, d->path, &s->path);
    if (status == 0)
        status = open_given(f, "disk", d->image, &image);
    s->gpt = image;
    if (status == 0)
        status = open_given(f, "partition table", d->gpt, &s->gpt);
    return status == 0 ? open_esp(f, d, s, image) : status;
}

/* --- all of it -------------------------------------------------------------------------------- */

static void set_machine(assay_scenario_files *f)
{
    static const uint16_t usual[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA384,
                                      ASSAY_ALG_SHA512 };
    const assay_document *const d = f->document;
    assay_scenario *const s = &f->scenario;

    s->bank_count = d->bank_count > 0 ? d->bank_count : sizeof usual / sizeof *usual;
    memcpy(s->banks, d->bank_count > 0 ? d->banks : usual, s->bank_count * sizeof *s->banks);
    s->machine.memory = (d->memory != ASSAY_NOT_GIVEN ? d->memory : 512) << 20;
    s->machine.cpus = d->cpus != ASSAY_NOT_GIVEN ? (uint32_t)d->cpus : 1;
    s->machine.smm = d->smm == 1;
    if (d->physical_address_bits != ASSAY_NOT_GIVEN)
        s->machine.physical_address_bits = (uint8_t)d->physical_address_bits;
    s->machine.gigabyte_pages = d->gigabyte_pages == 1;
    if (d->qemu != ASSAY_NOT_GIVEN)
        s->machine.qemu_major = (unsigned)d->qemu;
    s->direct.cmdline = d->cmdline;
    s->choice.boot_manager = d->boot_manager;
    s->choice.grub = d->grub;
    s->userspace.ima = d->ima == 1;
    s->userspace.ima_hash = d->ima_hash;
    s->userspace.ima_template = d->ima_template;
    s->userspace.extend_count = d->extend_count;
    memcpy(s->userspace.extends, d->extends, d->extend_count * sizeof *d->extends);
}

static int open_all(assay_scenario_files *f)
{
    int status = open_firmware(f);

    for (size_t i = 0; i < f->document->disk_count && status == 0; i++)
        status = open_disk(f, &f->document->disks[i]);
    if (status == 0)
        status = open_given(f, "kernel", f->document->kernel, &f->scenario.direct.kernel);
    if (status == 0)
        status = open_given(f, "initrd", f->document->initrd, &f->scenario.direct.initrd);
    return status;
}

int assay_scenario_files_open(const assay_document *document, const char *folder,
                              assay_scenario_files **ret_files, const char **ret_culprit,
                              assay_error *error)
{
    assay_scenario_files *f = calloc(1, sizeof *f);

    *ret_culprit = NULL;
    if (f == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the scenario");
    f->document = document;
    f->folder = folder;
    f->culprit = ret_culprit;
    f->error = error;
    set_machine(f);
    f->scenario.variables = assay_variables_new();
    const int status = f->scenario.variables == NULL ? no_memory(f) : open_all(f);
    if (status < 0) {
        assay_scenario_files_free(&f);
        return status;
    }
    *ret_culprit = NULL;
    *ret_files = f;
    return 0;
}

void assay_scenario_files_free(assay_scenario_files **files)
{
    assay_scenario_files *const f = *files;

    if (f == NULL)
        return;
    for (size_t i = 0; i < f->scenario.disk_count; i++)
        assay_tree_free(&f->scenario.disks[i].esp);
    assay_variables_free(&f->scenario.variables);
    for (size_t i = 0; i < f->count; i++)
        assay_file_close(&f->list[i].file);
    free(f->list);
    for (size_t i = 0; i < f->path_count; i++)
        free(f->paths[i]);
    free(f->paths);
    free(f);
    *files = NULL;
}

const assay_scenario *assay_scenario_files_scenario(const assay_scenario_files *files)
{
    return &files->scenario;
}

bool assay_scenario_files_at(const assay_scenario_files *files, size_t position,
                             const char **ret_role, const char **ret_name, assay_bytes *ret_bytes)
{
    if (position >= files->count)
        return false;
    *ret_role = files->list[position].role;
    *ret_name = files->list[position].name;
    *ret_bytes = files->list[position].file.bytes;
    return true;
}
