/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/platform/variables.h"

#include <efivar/efivar.h>
#include <errno.h>
#include <stdlib.h>

static int fail(assay_error *error, enum assay_kind kind, const char *what)
{
    return assay_fail(error, kind, ASSAY_NOWHERE, "%s: %s", what, strerror(errno));
}

/* One that vanished meanwhile, or that only its firmware may read, is left out. */
static int read_one(assay_variables *variables, const efi_guid_t *guid, const char *name,
                    assay_error *error)
{
    assay_efivar variable = { .name = assay_bytes_of_string(name) };
    uint8_t *data = NULL;
    size_t size = 0;

    if (efi_get_variable(*guid, name, &data, &size, &variable.attributes) < 0)
        return errno == ENOMEM ? fail(error, ASSAY_NO_MEMORY, "a UEFI variable can't be read") : 0;
    memcpy(variable.vendor.bytes, guid, sizeof variable.vendor.bytes);
    variable.data = assay_bytes_of(data, size);
    const int status = assay_variables_set(variables, &variable);

    free(data);
    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "there are more UEFI variables, or larger ones, than are read here");
    return 0;
}

int assay_variables_read_live(assay_variables *variables, assay_error *error)
{
    efi_guid_t *guid = NULL;
    char *name = NULL;
    int more, status = 0;

    if (efi_variables_supported() == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "this machine shows no UEFI variables");
    /* To the end in any case: libefivar remembers where it stood. */
    while ((more = efi_get_next_variable_name(&guid, &name)) > 0)
        if (status == 0)
            status = read_one(variables, guid, name, error);
    if (status == 0 && more < 0)
        status = fail(error, ASSAY_IO, "the UEFI variables can't be listed");
    return status;
}
