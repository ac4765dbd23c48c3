/* SPDX-License-Identifier: BSD-2-Clause */
/* The variable store of a flash image: what counts in it, and what is wrong with others. */
#include "boot/platform/varstore.h"
#include "base/file.h"
#include "tests/allocfail.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const assay_guid other =
    ASSAY_GUID(0x01234567, 0x89ab, 0xcdef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef);

typedef struct opened {
    assay_file file;
    assay_variables *variables;
    assay_varstore layout;
    assay_error error;
    int status;
} opened;

static opened open_store(const char *path)
{
    opened o = { .variables = assay_variables_new() };

    cr_assert_eq(assay_file_read(&o.file, path, 1 << 26, &o.error), 0, "%s", path);
    o.status = assay_varstore_read(o.variables, o.file.bytes, &o.layout, &o.error);
    return o;
}

static void close_store(opened *o)
{
    assay_variables_free(&o->variables);
    assay_file_close(&o->file);
}

static void must_hold(const assay_variables *v, const assay_guid *vendor, const char *name,
                      uint32_t attributes, assay_bytes data)
{
    const assay_efivar *const variable = assay_variables_find(v, vendor, name);

    cr_assert_not_null(variable, "%s", name);
    cr_assert_eq(variable->attributes, attributes, "%s", name);
    cr_assert(assay_bytes_equal(variable->data, data), "%s", name);
}

/* As fixtures/variables/make.py says. */
static void must_be_the_good_one(const assay_variables *v)
{
    const assay_guid *const global = &assay_guid_global_variable;

    must_hold(v, global, "BootOrder", 7, ASSAY_LITERAL("\1\0\0\0"));
    must_hold(v, global, "Moved", 7, ASSAY_LITERAL("new"));
    must_hold(v, global, "Moving", 7, ASSAY_LITERAL("still"));
    must_hold(v, global, "Empty", 7, ASSAY_LITERAL(""));
    must_hold(v, global, "Turned", 7, ASSAY_LITERAL("new"));
    must_hold(v, &other, "Moved", 3, ASSAY_LITERAL("of another"));
    must_hold(v, &other, "sl/ash \xf0\x9f\x94\x91", 0x27, ASSAY_LITERAL("\xff\xff\xff\xff\xff"));
    cr_assert_null(assay_variables_find(v, global, "Gone"));
    cr_assert_null(assay_variables_at(v, 7));
}

Test(varstore, states_decide_what_counts)
{
    opened o = open_store("fixtures/variables/store.fd");

    cr_assert_eq(o.status, 0, "%s", o.error.what);
    cr_assert(o.layout.authenticated);
    cr_assert_eq(o.layout.offset, 0);
    cr_assert_eq(o.layout.volume_size, 0x500);
    cr_assert_eq(o.layout.store_size, 0x480);
    must_be_the_good_one(o.variables);
    close_store(&o);
}

Test(varstore, it_is_found_behind_other_things)
{
    opened o = open_store("fixtures/variables/store-behind-others.fd");

    cr_assert_eq(o.status, 0, "%s", o.error.what);
    cr_assert_eq(o.layout.offset, 0x1000);
    must_be_the_good_one(o.variables);
    close_store(&o);
}

Test(varstore, records_without_authentication_are_shorter)
{
    opened o = open_store("fixtures/variables/store-plain.fd");

    cr_assert_eq(o.status, 0, "%s", o.error.what);
    cr_assert_not(o.layout.authenticated);
    must_hold(o.variables, &assay_guid_global_variable, "Lang", 7, ASSAY_LITERAL("eng\0"));
    must_hold(o.variables, &assay_guid_global_variable, "Timeout", 7, ASSAY_LITERAL("\3\0"));
    close_store(&o);
}

Test(varstore, a_header_that_was_never_finished_has_no_sizes)
{
    opened o = open_store("fixtures/variables/store-power-lost.fd");

    cr_assert_eq(o.status, 0, "%s", o.error.what);
    must_hold(o.variables, &assay_guid_global_variable, "First", 7, ASSAY_LITERAL("1"));
    must_hold(o.variables, &assay_guid_global_variable, "Second", 7, ASSAY_LITERAL("2"));
    close_store(&o);
}

Test(varstore, what_is_wrong_is_said_with_its_place)
{
    static const struct {
        const char *file;
        int kind;
        uint64_t offset;
        const char *field;
    } wrong[] = {
        { "none", ASSAY_UNKNOWN_FORMAT, ASSAY_NO_OFFSET, NULL },
        { "volume-cut", ASSAY_TRUNCATED, 0, "FvLength" },
        { "volume-length", ASSAY_TRUNCATED, 0, "FvLength" },
        { "volume-checksum", ASSAY_MALFORMED, 0, "Checksum" },
        { "store-unknown", ASSAY_UNKNOWN_FORMAT, 0x48, "Signature" },
        { "store-larger", ASSAY_MALFORMED, 0x48, "Size" },
        { "store-smaller", ASSAY_MALFORMED, 0x48, "Size" },
        { "store-unhealthy", ASSAY_MALFORMED, 0x48, "State" },
        { "start-id", ASSAY_MALFORMED, 0x64, "StartId" }, /* 0x48 + 28 */
        { "name-odd", ASSAY_MALFORMED, 0x64, "NameSize" },
        { "name-none", ASSAY_MALFORMED, 0x64, "NameSize" },
        { "name-4294967294", ASSAY_TRUNCATED, 0x64, "DataSize" },
        { "data-beyond", ASSAY_TRUNCATED, 0x64, "DataSize" },
        { "header-cut", ASSAY_TRUNCATED, 0x64 + 88, "DataSize" }, /* 60 + 4 + 23, and one to align */
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char path[128];

        snprintf(path, sizeof path, "fixtures/variables/malformed/%s.fd", wrong[i].file);
        opened o = open_store(path);

        cr_assert_eq(o.status, -wrong[i].kind, "%s: %s", wrong[i].file, o.error.what);
        cr_assert_eq(o.error.offset, wrong[i].offset, "%s: %lu", wrong[i].file, o.error.offset);
        cr_assert(wrong[i].field == NULL ? o.error.field == NULL
                                         : strcmp(o.error.field, wrong[i].field) == 0,
                  "%s", wrong[i].file);
        cr_assert_null(assay_variables_at(o.variables, 0), "%s: nothing is added", wrong[i].file);
        close_store(&o);
    }
}

/* --- writing ---------------------------------------------------------------------------------- */

static void must_come_back(const assay_variables *written, const assay_varstore *layout)
{
    assay_writer out = assay_writer_growing(1 << 20);
    assay_variables *read = assay_variables_new();
    const assay_efivar *variable;
    assay_varstore found;
    assay_error error;
    size_t i = 0;

    cr_assert_eq(assay_varstore_write(&out, written, layout, &error), 0, "%s", error.what);
    cr_assert_eq(out.used, layout->volume_size);
    cr_assert_eq(assay_varstore_read(read, assay_written(&out), &found, &error), 0, "%s",
                 error.what);
    cr_assert_eq(found.store_size, layout->store_size);
    cr_assert_eq(found.authenticated, layout->authenticated);
    for (; (variable = assay_variables_at(written, i)) != NULL; i++) {
        const assay_efivar *const back = assay_variables_at(read, i);

        cr_assert_not_null(back);
        cr_assert(assay_bytes_equal(back->name, variable->name));
        cr_assert(assay_guid_equal(&back->vendor, &variable->vendor));
        cr_assert_eq(back->attributes, variable->attributes);
        cr_assert(assay_bytes_equal(back->data, variable->data));
    }
    cr_assert_null(assay_variables_at(read, i));
    assay_variables_free(&read);
    assay_writer_close(&out);
}

Test(varstore, what_is_written_can_be_read)
{
    opened o = open_store("fixtures/variables/store.fd");
    assay_varstore plain = assay_varstore_ovmf_2m;

    plain.authenticated = false;
    must_come_back(o.variables, &assay_varstore_ovmf_4m);
    must_come_back(o.variables, &assay_varstore_ovmf_2m);
    must_come_back(o.variables, &plain);
    close_store(&o);
}

/* The first 100 bytes of Debian's OVMF_VARS_4M.fd 2022.11-6+deb12u2, an empty store. */
Test(varstore, an_empty_one_is_as_ovmf_has_it)
{
    static const uint8_t ovmf[] = {
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x8d, 0x2b, 0xf1, 0xff, 0x96, 0x76, 0x8b, 0x4c, 0xa9, 0x85, 0x27, 0x47, 0x07, 0x5b,
        0x4f, 0x50, 0x00, 0x40, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x5f, 0x46, 0x56, 0x48, 0xff,
        0xfe, 0x04, 0x00, 0x48, 0x00, 0xaf, 0xb8, 0x00, 0x00, 0x00, 0x02, 0x84, 0x00, 0x00, 0x00,
        0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x78, 0x2c, 0xf3,
        0xaa, 0x7b, 0x94, 0x9a, 0x43, 0xa1, 0x80, 0x2e, 0x14, 0x4e, 0xc3, 0x77, 0x92, 0xb8, 0xff,
        0x03, 0x00, 0x5a, 0xfe, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    };
    assay_variables *none = assay_variables_new();
    assay_writer out = assay_writer_growing(1 << 20);

    cr_assert_eq(assay_varstore_write(&out, none, &assay_varstore_ovmf_4m, NULL), 0);
    cr_assert_eq(out.used, 540672);
    cr_assert_arr_eq(out.data, ovmf, sizeof ovmf);
    cr_assert(assay_bytes_all(assay_bytes_of(out.data + sizeof ovmf, out.used - sizeof ovmf), 0xff));
    assay_writer_close(&out);
    assay_variables_free(&none);
}

Test(varstore, what_does_not_fit_is_refused)
{
    static const assay_varstore layouts[] = {
        { 0, 0x1000, 28 + 63, true },    /* 60 bytes of header, a name of 4, no data: one too few */
        { 0, 0x1000, 27, true },
        { 0, 0x1000, 0x1000 - 0x47, true },
        { 0, 0x1001, 0x200, true },
    };
    static const int kinds[] = { ASSAY_TOO_LARGE, ASSAY_MALFORMED, ASSAY_MALFORMED,
                                 ASSAY_MALFORMED };
    const assay_efivar variable = { .name = ASSAY_LITERAL("A") };
    assay_variables *one = assay_variables_new();

    assay_variables_set(one, &variable);
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        assay_writer out = assay_writer_lent(NULL, 0);

        cr_assert_eq(assay_varstore_write(&out, one, &layouts[i], NULL), -kinds[i], "%zu", i);
        cr_assert_eq(out.written, 0);
    }
    must_come_back(one, &(assay_varstore){ 0, 0x1000, 28 + 64, true });
    assay_variables_free(&one);
}

static int read_store(void)
{
    assay_variables *v = assay_variables_new();
    assay_file file;
    assay_error error;
    int status = v == NULL ? -ASSAY_NO_MEMORY
                           : assay_file_read(&file, "fixtures/variables/store.fd", 1 << 20, &error);

    if (status == 0) {
        status = assay_varstore_read(v, file.bytes, NULL, &error);
        assay_file_close(&file);
    }
    assay_variables_free(&v);
    return status;
}

Test(varstore, each_allocation_may_fail)
{
    cr_assert_gt(each_allocation_fails("variable store", read_store), 6);
}
