/* SPDX-License-Identifier: BSD-2-Clause */
/* Variable stores in flash: what is read can be written and is read again as the same. */
#include "boot/platform/varstore.h"
#include "tests/fuzz/property.h"

static void must_be_equal(const assay_variables *a, const assay_variables *b)
{
    const assay_efivar *x, *y;

    for (size_t i = 0; (x = assay_variables_at(a, i)) != NULL; i++) {
        y = assay_variables_at(b, i);
        must(y != NULL && assay_bytes_equal(x->name, y->name) &&
             assay_bytes_equal(x->data, y->data) && x->attributes == y->attributes &&
             assay_guid_equal(&x->vendor, &y->vendor));
    }
}

/* Flash may hold attributes or sizes of all ones, which stand for a header that isn't finished. */
static bool is_unwritable(const assay_variables *variables)
{
    const assay_efivar *variable;

    for (size_t i = 0; (variable = assay_variables_at(variables, i)) != NULL; i++)
        if (variable->attributes == UINT32_MAX)
            return true;
    return false;
}

static void must_come_back(const assay_variables *variables, bool authenticated, size_t size)
{
    const uint32_t room = ((uint32_t)size / 4096 + 2) * 4096; /* as much is never needed */
    const assay_varstore layout = { 0, room, room - 0x48, authenticated };
    assay_writer out = assay_writer_growing(PROPERTY_CEILING);
    assay_variables *again = assay_variables_new();

    must(assay_varstore_write(&out, variables, &layout, NULL) == 0);
    must(assay_varstore_read(again, assay_written(&out), NULL, NULL) == 0);
    must_be_equal(variables, again);
    assay_variables_free(&again);
    assay_writer_close(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_variables *variables = assay_variables_new();
    assay_varstore layout = { .offset = 0 };
    assay_error error = { .kind = 0 };
    const int status = assay_varstore_read(variables, bytes, &layout, &error);

    must(status <= 0 && error.kind == -status);
    must(status == 0 || error.what[0] != '\0');
    must(status == 0 || assay_variables_at(variables, 0) == NULL);
    must(status < 0 || assay_varstore_detect(bytes));
    must(status < 0 || (layout.offset % 4096 == 0 && layout.volume_size <= size - layout.offset &&
                        layout.store_size <= layout.volume_size));
    if (status == 0 && !is_unwritable(variables))
        must_come_back(variables, layout.authenticated, size);
    assay_variables_free(&variables);
    return 0;
}
