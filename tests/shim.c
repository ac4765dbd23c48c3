/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/loader/shim.h: which version measures what, and when (rhboot/shim, 15.4 to 16.1). */
#include "boot/loader/shim_private.h"
#include "base/utf16.h"
#include "boot/loader/jobs.h"
#include "eventlog/payload/siglist.h"
#include "eventlog/payload/variable.h"
#include "tests/artefact.h"

static const assay_guid x509 =
    ASSAY_GUID(0xa5c059a1, 0x94e4, 0x4aa7, 0x87, 0xb5, 0xab, 0x15, 0x5c, 0x2b, 0xf0, 0x72);

/* A shim without a program: the sections that say what it is, and the disk it lies on. */
typedef struct shim_boot {
    assay_scenario scenario;
    assay_boot boot;
    assay_error error;
    assay_pe pe;
    uint8_t vendor[4096], key[4096];
    char ident[64];
    artefact files[8];
    size_t file_count;
} shim_boot;

static assay_bytes load(shim_boot *s, const char *fixture)
{
    cr_assert_lt(s->file_count, sizeof s->files / sizeof *s->files);
    s->files[s->file_count] = artefact_fixture(fixture);
    return artefact_bytes(&s->files[s->file_count++]);
}

static void add_section(shim_boot *s, const char *name, assay_bytes bytes)
{
    assay_pe_section *const section = &s->pe.sections[s->pe.section_count++];

    strcpy(section->name, name);
    section->bytes = bytes;
}

static void add_file(shim_boot *s, const char *path, assay_bytes bytes)
{
    cr_assert_eq(assay_tree_add_bytes(s->scenario.disks[0].esp, assay_bytes_of_string(path), bytes,
                                      &s->error),
                 0);
}

static void set(shim_boot *s, const char *name, assay_bytes data)
{
    const assay_efivar variable = {
        .vendor = assay_guid_shim_lock,
        .name = assay_bytes_of_string(name),
        .attributes = ASSAY_EFIVAR_NON_VOLATILE | ASSAY_EFIVAR_BOOTSERVICE_ACCESS,
        .data = data,
    };

    cr_assert_eq(assay_variables_set(s->scenario.variables, &variable), 0);
}

static assay_bytes list_of(shim_boot *s, const char *certificate)
{
    const assay_bytes der = load(s, certificate);
    const assay_siglist list = assay_siglist_of(&x509, 1, (uint32_t)der.size);
    const assay_signature signature = { .owner = assay_guid_shim_lock, .data = der };
    assay_writer out = assay_writer_lent(s->key, sizeof s->key);

    assay_siglist_encode(&out, &list);
    assay_signature_encode(&out, &signature);
    return assay_written(&out);
}

/* .vendor_cert: two sizes, two offsets, the certificate. */
static void add_vendor(shim_boot *s, const char *certificate)
{
    const assay_bytes der = load(s, certificate);
    assay_writer out = assay_writer_lent(s->vendor, sizeof s->vendor);

    assay_put_u32le(&out, (uint32_t)der.size);
    assay_put_u32le(&out, 0);
    assay_put_u32le(&out, 16);
    assay_put_u32le(&out, 16);
    assay_put(&out, der);
    add_section(s, ".vendor_cert", assay_written(&out));
}

/* With its second stage signed by a certificate that the vendor's issued. */
static void make(shim_boot *s, const char *version, bool secure_boot)
{
    static const uint16_t sha256 = ASSAY_ALG_SHA256;
    const assay_log_header header = { .bank_count = 1, .banks = { { .alg = sha256, .size = 32 } } };

    *s = (shim_boot){ 0 };
    s->scenario.bank_count = 1;
    s->scenario.banks[0] = sha256;
    s->scenario.variables = assay_variables_new();
    s->scenario.disk_count = 1;
    s->scenario.disks[0].esp = assay_tree_new();
    s->boot = (assay_boot){ .scenario = &s->scenario,
                            .prediction = assay_prediction_new(&header),
                            .hashes = assay_hashes_new(),
                            .error = &s->error,
                            .gpt_measured = true,
                            .secure_boot = secure_boot };
    s->pe.machine = 0x8664;
    snprintf(s->ident, sizeof s->ident, "UEFI SHIM\n$Version: %s $\n", version);
    add_section(s, ".data.ident", assay_bytes_of_string(s->ident));
    add_section(s, ".sbatlevel",
                assay_bytes_of("\0\0\0\0\x08\0\0\0\x1b\0\0\0sbat,1,2024010900\n\0sbat,1,2025021800\n",
                               12 + 19 + 19));
    add_section(s, ".sbat", ASSAY_LITERAL("shim,4,UEFI shim,shim,1,u\n"));
    add_vendor(s, "pe/root.der");
    add_file(s, "EFI/example/grubx64.efi", load(s, "pe/signed.efi"));
}

static void run(shim_boot *s, assay_bytes load_options)
{
    const assay_boot_image image = {
        .disk = &s->scenario.disks[0],
        .path = ASSAY_LITERAL("EFI/example/shimx64.efi"),
        .load_options = load_options,
    };

    cr_assert(assay_program_shim.recognise(&s->pe));
    assay_program_shim.run(&s->boot, &image, &s->pe);
    assay_boot_do_jobs(&s->boot);
    cr_assert_eq(s->boot.status, 0, "%s", s->error.what);
}

static void forget(shim_boot *s)
{
    assay_boot_free_jobs(&s->boot);
    assay_hashes_free(&s->boot.hashes);
    assay_prediction_free(&s->boot.prediction);
    assay_variables_free(&s->scenario.variables);
    assay_tree_free(&s->scenario.disks[0].esp);
    for (size_t i = 0; i < s->file_count; i++)
        artefact_free(&s->files[i]);
}

static void put_event(assay_writer *out, const assay_event *event)
{
    assay_variable variable;

    assay_put_format(out, "%s%u:", out->used > 0 ? " " : "", event->pcr_index);
    if (event->type == EV_EFI_BOOT_SERVICES_APPLICATION)
        assay_put_string(out, "image");
    else if (event->type == EV_IPL)
        assay_put_string(out, (const char *)event->data.data);
    else if (assay_variable_decode(event->data, &variable))
        assay_put_utf16(out, variable.name);
}

/* "14:MokList 7:SbatLevel 4:image". */
static const char *events_of(const shim_boot *s)
{
    static char text[1000];
    assay_writer out = assay_writer_lent(text, sizeof text - 1);

    for (size_t i = 0; i < s->boot.prediction->count; i++)
        put_event(&out, &s->boot.prediction->events[i].event);
    text[out.used] = '\0';
    return text;
}

static bool is_refused(const shim_boot *s)
{
    for (size_t i = 0; i < s->boot.prediction->remark_count; i++)
        if (s->boot.prediction->remarks[i].refused)
            return true;
    return false;
}

/* What the variable of that name held when it was measured into PCR 7. */
static void expect_measured(const shim_boot *s, const char *name, const char *data)
{
    for (size_t i = 0; i < s->boot.prediction->count; i++) {
        const assay_event *const event = &s->boot.prediction->events[i].event;
        assay_variable variable;

        if (event->pcr_index == 7 && assay_variable_decode(event->data, &variable) &&
            assay_utf16_is(variable.name, name)) {
            cr_expect(assay_bytes_equal(variable.data, assay_bytes_of_string(data)), "%.*s",
                      (int)variable.data.size, (const char *)variable.data.data);
            return;
        }
    }
    cr_expect(false, "%s was not measured", name);
}

Test(shim, each_version_measures_in_its_own_order)
{
    static const struct {
        const char *version, *events;
    } rows[] = {
        { "15.4", "14:MokList 14:MokListX 7:SbatLevel 4:image 7:MokListRT" },
        { "15.5", "14:MokList 14:MokListX 7:SbatLevel 4:image 7:MokListRT" },
        { "15.6", "14:MokList 14:MokListX 7:SbatLevel 7:MokListTrusted 14:MokListTrusted "
                  "7:MokListRT 4:image" },
        { "15.7", "14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted 7:MokListRT 4:image" },
        { "15.8", "14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted 7:MokListRT 4:image" },
        { "16.1", "14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted 7:MokListRT 4:image" },
        { "17", "14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted 7:MokListRT 4:image" },
    };
    shim_boot s;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        make(&s, rows[i].version, true);
        run(&s, ASSAY_NO_BYTES);
        cr_expect_str_eq(events_of(&s), rows[i].events, "%s: %s", rows[i].version, events_of(&s));
        cr_expect_not(is_refused(&s));
        forget(&s);
    }
}

Test(shim, the_level_is_that_of_version_policy_and_variable)
{
    static const struct {
        const char *version;
        bool secure_boot;
        const char *policy, *present, *level;
    } rows[] = {
        { "15.4", true, "", "", "sbat,1,2021030218\n" },
        { "15.4", true, "", "sbat,1,1999", "sbat,1,1999" },
        { "15.6", true, "", "", "sbat,1,2021030218\n" },
        { "15.6", true, "\1", "", "sbat,1,2022052400\nshim,2\ngrub,2\n" },
        { "15.7", true, "", "", "sbat,1,2024010900\n" },
        { "15.7", false, "", "", "sbat,1,2024010900\n" },
        { "15.8", false, "", "sbat,1,2025021800\n", "sbat,1,2021030218\n" },
        { "15.8", false, "\2", "sbat,1,2025021800\n", "sbat,1,2025021800\n" },
        { "16.1", true, "", "", "sbat,1,2024010900\n" },
        { "16.1", true, "\1", "", "sbat,1,2025021800\n" },
        { "16.1", true, "\3", "sbat,1,2025051000\n", "sbat,1,2025051000\n" },
        { "16.1", true, "", "sbat,1,2021030218\n", "sbat,1,2024010900\n" },
    };
    shim_boot s;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        make(&s, rows[i].version, rows[i].secure_boot);
        if (rows[i].policy[0] != '\0')
            set(&s, "SbatPolicy", assay_bytes_of_string(rows[i].policy));
        if (rows[i].present[0] != '\0')
            set(&s, "SbatLevel", assay_bytes_of_string(rows[i].present));
        run(&s, ASSAY_NO_BYTES);
        expect_measured(&s, "SbatLevel", rows[i].level);
        forget(&s);
    }
}

Test(shim, verifies_nothing_where_it_is_told_not_to)
{
    static const struct {
        const char *version, *events;
    } rows[] = {
        /* 15.4 forgot at once what it had read. */
        { "15.4", "14:MokList 14:MokListX 7:MokSBState 14:MokSBState 7:SbatLevel 4:image "
                  "7:MokListRT" },
        { "16.1", "14:MokList 14:MokListX 7:MokSBState 14:MokSBState 7:SbatLevel "
                  "14:MokListTrusted 4:image" },
    };
    shim_boot s;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        make(&s, rows[i].version, true);
        set(&s, "MokSBState", ASSAY_LITERAL("\1"));
        run(&s, ASSAY_NO_BYTES);
        cr_expect_str_eq(events_of(&s), rows[i].events, "%s: %s", rows[i].version, events_of(&s));
        forget(&s);
    }
    make(&s, "16.1", false);
    run(&s, ASSAY_NO_BYTES);
    cr_expect_str_eq(events_of(&s),
                     "14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted 4:image");
    forget(&s);
}

Test(shim, a_variable_that_the_system_could_have_written_is_not_believed)
{
    const assay_efivar state = {
        .vendor = assay_guid_shim_lock,
        .name = ASSAY_LITERAL("MokSBState"),
        .attributes = ASSAY_EFIVAR_NON_VOLATILE | ASSAY_EFIVAR_BOOTSERVICE_ACCESS |
                      ASSAY_EFIVAR_RUNTIME_ACCESS,
        .data = ASSAY_LITERAL("\1"),
    };
    shim_boot s;

    make(&s, "16.1", true);
    cr_assert_eq(assay_variables_set(s.scenario.variables, &state), 0);
    set(&s, "MokListTrusted", ASSAY_LITERAL("\1"));
    run(&s, ASSAY_NO_BYTES);
    cr_expect_str_eq(events_of(&s), "14:MokList 14:MokListX 7:SbatLevel 7:MokListRT 4:image");
    forget(&s);
}

/* Two signatures, both good: each leaves what let it pass. */
Test(shim, every_signature_is_looked_at)
{
    shim_boot s;

    make(&s, "16.1", true);
    add_file(&s, "EFI/example/grubx64.efi", load(&s, "pe/twice.efi"));
    s.boot.db = list_of(&s, "pe/other.der");
    run(&s, ASSAY_NO_BYTES);
    cr_expect_str_eq(events_of(&s), "14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted "
                                    "7:MokListRT 7:db 4:image");
    forget(&s);
    make(&s, "16.1", true);
    add_file(&s, "EFI/example/grubx64.efi", load(&s, "pe/twice.efi"));
    s.boot.db = list_of(&s, "pe/other.der");
    set(&s, "MokDBState", ASSAY_LITERAL("\1"));
    run(&s, ASSAY_NO_BYTES);
    cr_expect_str_eq(events_of(&s), "14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted "
                                    "7:MokListRT 4:image", "db is ignored");
    forget(&s);
}

Test(shim, what_is_not_to_be_started_is_not_measured)
{
    static const char *const files[] = { "pe/narrow.efi", "pe/modules.efi" };
    shim_boot s;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        make(&s, "16.1", true);
        add_file(&s, "EFI/example/grubx64.efi", load(&s, files[i]));
        set(&s, "MokList", list_of(&s, "pe/modules.der"));
        run(&s, ASSAY_NO_BYTES);
        cr_expect_str_eq(events_of(&s),
                         "14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted", "%s", files[i]);
        cr_expect(is_refused(&s));
        forget(&s);
    }
    /* The authority is measured, and then the image doesn't reach the level. */
    make(&s, "16.1", true);
    set(&s, "SbatLevel", ASSAY_LITERAL("sbat,1,2025060000\nexample,4\n"));
    run(&s, ASSAY_NO_BYTES);
    cr_expect_str_eq(events_of(&s),
                     "14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted 7:MokListRT");
    cr_expect(is_refused(&s));
    forget(&s);
    /* What dbx names is measured, and refused. */
    make(&s, "16.1", true);
    s.boot.dbx = list_of(&s, "pe/leaf.der");
    run(&s, ASSAY_NO_BYTES);
    cr_expect_str_eq(events_of(&s),
                     "14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted 7:dbx");
    cr_expect(is_refused(&s));
    forget(&s);
}

/* padded.efi has no .sbat, which only what others ask shim about may lack. */
Test(shim, what_it_starts_itself_needs_sbat)
{
    shim_boot s;

    make(&s, "16.1", true);
    set(&s, "MokList", list_of(&s, "pe/other.der"));
    add_file(&s, "EFI/example/grubx64.efi", load(&s, "pe/padded.efi"));
    run(&s, ASSAY_NO_BYTES);
    cr_expect_str_eq(events_of(&s),
                     "14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted 7:MokListRT");
    cr_expect(is_refused(&s));
    forget(&s);
}

/* What a second stage hears that asks shim twice about a kernel, as GRUB 2.06 does. */
static bool ask_shim(shim_boot *s, assay_shim *own, const char *fixture)
{
    make(s, "16.1", true);
    *own = (assay_shim){ .version = assay_shim_version_of(&s->pe),
                         .pe = &s->pe,
                         .mok_list = list_of(s, "pe/other.der"),
                         .level = assay_sbat_original };
    s->boot.shim.own = own;
    const bool passes = assay_shim_verify(&s->boot, load(s, fixture), ASSAY_PART_KERNEL, 2);

    assay_boot_do_jobs(&s->boot);
    return passes;
}

Test(shim, verify_measures_each_time_and_its_authority_once)
{
    assay_shim own;
    shim_boot s;

    cr_expect(ask_shim(&s, &own, "pe/padded.efi"));
    cr_expect_str_eq(events_of(&s), "4:image 7:MokListRT 4:image");
    forget(&s);
    cr_expect_not(ask_shim(&s, &own, "pe/narrow.efi"), "nobody signed it");
    cr_expect_str_eq(events_of(&s), "4:image", "it is measured all the same, once");
    forget(&s);
}

Test(shim, since_16_it_loads_images_and_since_16_1_it_knows_their_sections)
{
    static const struct {
        const char *version;
        bool loads, remembers;
    } rows[] = { { "15.8", false, false }, { "16.0", true, false }, { "16.1", true, true } };
    const assay_boot_image outer = { .path = ASSAY_LITERAL("EFI/Linux/x.efi") };
    shim_boot s;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        make(&s, rows[i].version, true);
        assay_shim own = { .version = assay_shim_version_of(&s.pe),
                           .pe = &s.pe,
                           .mok_list = list_of(&s, "pe/root.der"),
                           .vendor = ASSAY_LITERAL("any"),
                           .level = assay_sbat_original };
        assay_boot_image image = outer;
        assay_pe pe, inner;

        s.boot.shim.own = &own;
        cr_expect_eq(assay_shim_loads(&s.boot), rows[i].loads, "%s", rows[i].version);
        image.file = load(&s, "pe/signed.efi");
        cr_assert_eq(assay_pe_open(&pe, image.file, NULL), 0);
        cr_expect(assay_shim_load(&s.boot, &image, &pe));
        /* A section as an image of its own, which nobody signed. */
        assay_boot_image part = { .file = assay_pe_bytes(&pe, ".text") };

        inner = (assay_pe){ .file = part.file };
        cr_expect_eq(assay_shim_load(&s.boot, &part, &inner), rows[i].remembers, "%s",
                     rows[i].version);
        assay_boot_do_jobs(&s.boot);
        cr_expect_str_eq(events_of(&s), "7:MokListRT 4:image");
        forget(&s);
    }
}

Test(shim, a_level_that_revokes_shim_ends_the_boot)
{
    shim_boot s;

    make(&s, "16.1", true);
    set(&s, "SbatLevel", ASSAY_LITERAL("sbat,1,2025060000\nshim,5\n"));
    run(&s, ASSAY_NO_BYTES);
    cr_expect_str_eq(events_of(&s), "");
    cr_expect(is_refused(&s));
    forget(&s);
}

static void expect_path(const shim_boot *s, const char *path)
{
    const assay_event *const event =
        &s->boot.prediction->events[s->boot.prediction->count - 1].event;
    char text[200] = "";
    assay_writer out = assay_writer_lent(text, sizeof text - 1);
    assay_cursor c = assay_cursor_of(event->data);

    assay_seek(&c, 16);
    cr_expect_eq(assay_take_u64le(&c), 0x180000000, "ImageLinkTimeAddress");
    assay_seek(&c, 32 + 4); /* UEFI_IMAGE_LOAD_EVENT, then the header of the node */
    assay_put_utf16(&out, assay_utf16_until_nul(assay_take_rest(&c)));
    cr_expect_str_eq(text, path);
}

Test(shim, load_options_name_another_second_stage)
{
    static const struct {
        const char *options; /* UTF-8; '|' is a NUL */
        const char *path;
    } rows[] = {
        { "", "\\EFI\\example\\grubx64.efi" },
        { "fwupdx64.efi ", "\\EFI\\example\\fwupdx64.efi" },
        { "\\fwupdx64.efi|", "\\EFI\\example\\fwupdx64.efi" },
        { "fwupdx64.efi", "\\EFI\\example\\grubx64.efi" }, /* nothing ends the word */
        { "\\EFI\\other\\x.efi more|", "\\EFI\\other\\x.efi" },
        { "\\EFI\\example\\shimx64.efi fwupdx64.efi |", "\\EFI\\example\\fwupdx64.efi" },
        { "missing.efi|", "\\EFI\\example\\grubx64.efi" },
    };
    uint8_t utf16[200];
    shim_boot s;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const size_t size = strlen(rows[i].options);

        for (size_t j = 0; j < size; j++) {
            utf16[2 * j] = (uint8_t)(rows[i].options[j] == '|' ? 0 : rows[i].options[j]);
            utf16[2 * j + 1] = 0;
        }
        make(&s, "16.1", true);
        add_file(&s, "EFI/example/fwupdx64.efi", load(&s, "pe/signed.efi"));
        add_file(&s, "EFI/other/x.efi", load(&s, "pe/signed.efi"));
        run(&s, assay_bytes_of(utf16, 2 * size));
        expect_path(&s, rows[i].path);
        forget(&s);
    }
}

Test(shim, options_csv_names_one_since_16)
{
    static const char csv[] = "\xff\xfex\0.\0e\0f\0i\0,\0y\0";
    shim_boot s;

    for (size_t i = 0; i < 2; i++) {
        make(&s, i == 0 ? "15.8" : "16.1", true);
        add_file(&s, "EFI/example/options.csv", assay_bytes_of(csv, sizeof csv - 1));
        add_file(&s, "EFI/example/x.efi", load(&s, "pe/signed.efi"));
        run(&s, ASSAY_NO_BYTES);
        expect_path(&s, i == 0 ? "\\EFI\\example\\grubx64.efi" : "\\EFI\\example\\x.efi");
        forget(&s);
    }
}

/* The UTF-16LE constant among others, of which MokManager's and fallback's don't count. */
Test(shim, the_standard_second_stage_is_a_constant)
{
    static const char constants[] = "\\\0f\0b\0x\0006\0004\0.\0e\0f\0i\0\0\0"
                                    "\\\0E\0F\0I\0\\\0f\0b\0.\0e\0f\0i\0\0\0"
                                    "\\\0m\0m\0x\0006\0004\0.\0e\0f\0i\0\0\0"
                                    "\\\0\\\0g\0r\0u\0b\0.\0e\0f\0i\0\0\0";
    shim_boot s;

    make(&s, "16.1", true);
    add_section(&s, ".data", assay_bytes_of(constants, sizeof constants));
    add_file(&s, "EFI/example/grub.efi", load(&s, "pe/signed.efi"));
    run(&s, ASSAY_NO_BYTES);
    expect_path(&s, "\\EFI\\example\\grub.efi");
    forget(&s);
}

Test(shim, a_request_to_mok_manager_starts_it_first)
{
    shim_boot s;

    make(&s, "16.1", true);
    add_file(&s, "EFI/example/mmx64.efi", load(&s, "pe/signed.efi"));
    set(&s, "MokNew", ASSAY_LITERAL("x"));
    run(&s, ASSAY_NO_BYTES);
    cr_expect_str_eq(events_of(&s), "14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted "
                                    "7:MokListRT 4:image 4:image");
    forget(&s);
}

Test(shim, files_of_trust_are_measured_before_the_lists)
{
    static const struct {
        const char *version, *events;
    } rows[] = {
        { "15.5", "14:MokList 14:MokListX 7:SbatLevel 4:image 7:MokListRT" },
        /* MokListRT isn't there yet: the vendor's certificate itself lets them pass. */
        { "15.8", "7:Shim 4:image 14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted "
                  "7:MokListRT 4:image" },
        { "16.1", "7:Shim 4:image 4:image 14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted "
                  "7:MokListRT 4:image" },
    };
    shim_boot s;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        make(&s, rows[i].version, true);
        add_file(&s, "EFI/example/revocations_sbat.efi", load(&s, "pe/signed.efi"));
        add_file(&s, "EFI/example/shim_certificate_0.efi", load(&s, "pe/signed.efi"));
        run(&s, ASSAY_NO_BYTES);
        cr_expect_str_eq(events_of(&s), rows[i].events, "%s: %s", rows[i].version, events_of(&s));
        forget(&s);
    }
}

/*
 * shim.c, init_grub: after EFI_SECURITY_VIOLATION MokManager is started, and where that fails shim
 * returns to the firmware, which goes on with its next boot option.
 */
Test(shim, a_refused_second_stage_waits_in_mok_manager_where_there_is_one)
{
    shim_boot s;

    for (size_t i = 0; i < 2; i++) {
        make(&s, "16.1", true);
        s.boot.dbx = list_of(&s, "pe/leaf.der");
        if (i == 1)
            add_file(&s, "EFI/example/mmx64.efi", load(&s, "pe/signed.efi"));
        const assay_boot_image started = { .disk = &s.scenario.disks[0],
                                           .path = ASSAY_LITERAL("EFI/example/shimx64.efi") };
        cr_expect_eq(assay_program_shim.run(&s.boot, &started, &s.pe),
                     i == 1 ? ASSAY_BOOT_WAITS : ASSAY_BOOT_RETURNED, "%zu", i);
        cr_expect(is_refused(&s));
        forget(&s);
    }
}

Test(shim, fallback_ends_the_prediction)
{
    const assay_boot_image image = { .path = ASSAY_LITERAL("efi/boot/bootx64.efi") };
    assay_boot_image started = image;
    shim_boot s;

    make(&s, "16.1", true);
    add_file(&s, "EFI/BOOT/fbx64.efi", load(&s, "pe/signed.efi"));
    started.disk = &s.scenario.disks[0];
    cr_expect_eq(assay_program_shim.run(&s.boot, &started, &s.pe), ASSAY_BOOT_WAITS);
    cr_expect(is_refused(&s));
    cr_expect_str_eq(events_of(&s), "14:MokList 14:MokListX 7:SbatLevel 14:MokListTrusted "
                                    "7:MokListRT 4:image");
    forget(&s);
}
