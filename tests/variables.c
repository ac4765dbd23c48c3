/* SPDX-License-Identifier: BSD-2-Clause */
/* Variables as a set, and from a folder and this machine. */
#include "boot/platform/variables.h"
#include "tests/allocfail.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static const assay_guid other =
    ASSAY_GUID(0x01234567, 0x89ab, 0xcdef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef);

static int set(assay_variables *variables, const assay_guid *vendor, const char *name,
               const char *data)
{
    const assay_efivar variable = { .vendor = *vendor,
                                    .name = assay_bytes_of_string(name),
                                    .attributes = ASSAY_EFIVAR_NON_VOLATILE,
                                    .data = assay_bytes_of_string(data) };

    return assay_variables_set(variables, &variable);
}

static bool holds(const assay_variables *variables, const assay_guid *vendor, const char *name,
                  const char *data)
{
    return assay_bytes_equal(assay_variables_data(variables, vendor, name),
                             assay_bytes_of_string(data));
}

Test(variables, a_name_belongs_to_its_vendor)
{
    assay_variables *v = assay_variables_new();

    cr_assert_eq(set(v, &assay_guid_global_variable, "A", "global"), 0);
    cr_assert_eq(set(v, &other, "A", "other"), 0);
    cr_assert(holds(v, &assay_guid_global_variable, "A", "global"));
    cr_assert(holds(v, &other, "A", "other"));
    cr_assert_null(assay_variables_find(v, &other, "a"));
    assay_variables_free(&v);
    cr_assert_null(v);
}

Test(variables, setting_again_replaces_and_keeps_the_place)
{
    assay_variables *v = assay_variables_new();

    set(v, &other, "A", "1");
    set(v, &other, "B", "2");
    const assay_efivar *const b = assay_variables_find(v, &other, "B");

    set(v, &other, "A", "longer than before");
    cr_assert(holds(v, &other, "A", "longer than before"));
    cr_assert(assay_bytes_equal(assay_variables_at(v, 0)->name, ASSAY_LITERAL("A")));
    cr_assert_eq(assay_variables_find(v, &other, "B"), b, "lent until it is set itself");
    cr_assert_null(assay_variables_at(v, 2));
    assay_variables_free(&v);
}

Test(variables, what_is_removed_is_gone_and_the_rest_stays)
{
    assay_variables *v = assay_variables_new();

    set(v, &other, "A", "1");
    set(v, &other, "B", "2");
    set(v, &other, "C", "3");
    assay_variables_remove(v, &other, "B");
    assay_variables_remove(v, &other, "none");
    cr_assert_null(assay_variables_data(v, &other, "B").data);
    cr_assert(holds(v, &other, "A", "1") && holds(v, &other, "C", "3"));
    cr_assert(assay_bytes_equal(assay_variables_at(v, 1)->name, ASSAY_LITERAL("C")));
    assay_variables_free(&v);
}

Test(variables, there_are_ceilings)
{
    static uint8_t large[ASSAY_VARIABLE_BYTES_MAX + 1];
    assay_variables *v = assay_variables_new();
    const assay_efivar variable = { .name = ASSAY_LITERAL("A"),
                                    .data = assay_bytes_of(large, sizeof large) };
    char name[16];

    cr_assert_eq(assay_variables_set(v, &variable), -ASSAY_TOO_LARGE);
    for (int i = 0; i < ASSAY_VARIABLES_MAX; i++) {
        snprintf(name, sizeof name, "%d", i);
        cr_assert_eq(set(v, &other, name, "x"), 0);
    }
    cr_assert_eq(set(v, &other, "one more", "x"), -ASSAY_TOO_LARGE);
    cr_assert_eq(set(v, &other, "0", "replaced"), 0);
    assay_variables_free(&v);
}

/* --- files ------------------------------------------------------------------------------------ */

static void must_be_the_fixture(const assay_variables *v)
{
    const assay_efivar *const order = assay_variables_find(v, &assay_guid_global_variable,
                                                           "BootOrder");

    cr_assert_not_null(order);
    cr_assert_eq(order->attributes, 7);
    cr_assert(assay_bytes_equal(order->data, ASSAY_LITERAL("\1\0\0\0")));
    cr_assert(holds(v, &other, "A-B - C!\xc3\xa9", "odd"));
    cr_assert_not_null(assay_variables_find(v, &other, "Short"));
    cr_assert_eq(assay_variables_data(v, &other, "Short").size, 0);
}

Test(variables, a_folder_is_read_as_efivarfs_has_it)
{
    assay_variables *v = assay_variables_new();
    assay_error error;

    cr_assert_eq(assay_variables_read_folder(v, "fixtures/variables/efivars", &error), 0, "%s",
                 error.what);
    must_be_the_fixture(v);
    cr_assert_null(assay_variables_find(v, &other, "Unreadable"));
    cr_assert_null(assay_variables_at(v, 3), "a file that is no variable is left out");
    assay_variables_free(&v);
}

Test(variables, a_folder_that_is_not_there_is_an_error)
{
    assay_variables *v = assay_variables_new();
    assay_error error;

    cr_assert_eq(assay_variables_read_folder(v, "fixtures/variables/none", &error), -ASSAY_IO);
    cr_assert_neq(error.what[0], '\0');
    assay_variables_free(&v);
}

Test(variables, this_machine_is_read_by_libefivar)
{
    assay_variables *v = assay_variables_new();
    assay_error error;

    setenv("EFIVARFS_PATH", "fixtures/variables/efivars/", 1);
    const int status = assay_variables_read_live(v, &error);

    if (status == -ASSAY_UNSUPPORTED)
        cr_skip("this libefivar doesn't take another folder");
    cr_assert_eq(status, 0, "%s", error.what);
    must_be_the_fixture(v);
    assay_variables_free(&v);
}

static int read_folder(void)
{
    assay_variables *v = assay_variables_new();
    assay_error error;
    const int status = v == NULL ? -ASSAY_NO_MEMORY
                                 : assay_variables_read_folder(
                                       v, "fixtures/variables/efivars", &error);

    assay_variables_free(&v);
    return status;
}

Test(variables, each_allocation_may_fail)
{
    cr_assert_gt(each_allocation_fails("folder of variables", read_folder), 3);
}
