/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What-if on small logs made here. Digests are libcrypto's SHA256() of bytes laid out by hand as
 * the specification or the program named beside them says.
 */
#include "boot/rebase/rebase.h"
#include "eventlog/types.h"

#include <criterion/criterion.h>
#include <openssl/sha.h>

enum { SHA256_SIZE = 32, DATA_MAX = 1024 };

static const uint8_t global[16] = { 0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11,
                                    0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c };
static const uint8_t shim_lock[16] = { 0x50, 0xab, 0x5d, 0x60, 0x46, 0xe0, 0x00, 0x43,
                                       0xab, 0xb6, 0x3d, 0xd8, 0x10, 0xdd, 0x8b, 0x23 };
/* EFI_CERT_X509_GUID and EFI_CERT_SHA256_GUID */
static const uint8_t x509[16] = { 0xa1, 0x59, 0xc0, 0xa5, 0xe4, 0x94, 0xa7, 0x4a,
                                  0x87, 0xb5, 0xab, 0x15, 0x5c, 0x2b, 0xf0, 0x72 };
static const uint8_t sha256_type[16] = { 0x26, 0x16, 0xc4, 0xc1, 0x4c, 0x50, 0x92, 0x40,
                                         0xac, 0xa9, 0x41, 0xf9, 0x36, 0x93, 0x43, 0x28 };

typedef struct bytes {
    size_t size;
    uint8_t data[DATA_MAX];
} bytes;

static void put(bytes *to, const void *data, size_t size)
{
    cr_assert_leq(size, DATA_MAX - to->size);
    memcpy(to->data + to->size, data, size);
    to->size += size;
}

static void put_number(bytes *to, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        put(to, &(uint8_t){ (uint8_t)(value >> 8 * i) }, 1);
}

static void put_wide(bytes *to, const char *text)
{
    for (; *text != '\0'; text++)
        put_number(to, (uint8_t)*text, 2);
}

/* UEFI_VARIABLE_DATA (PFP 1.06 section 10.2.6). */
static bytes variable(const uint8_t vendor[16], const char *name, const void *data, size_t size)
{
    bytes b = { 0 };

    put(&b, vendor, 16);
    put_number(&b, strlen(name), 8);
    put_number(&b, size, 8);
    put_wide(&b, name);
    put(&b, data, size);
    return b;
}

static assay_bytes view(const bytes *b)
{
    return assay_bytes_of(b->data, b->size);
}

static assay_prediction *new_log(void)
{
    const assay_log_header header = {
        .spec_id = { .present = true, .signature = 3, .version_major = 2, .uintn_size = 2 },
        .bank_count = 1,
        .banks = { { ASSAY_ALG_SHA256, SHA256_SIZE } },
    };
    assay_prediction *const log = assay_prediction_new(&header);

    cr_assert_not_null(log);
    log->format = "tcg2";
    return log;
}

static void add(assay_prediction *log, uint32_t pcr, uint32_t type, assay_bytes data,
                const void *measured, size_t size)
{
    uint8_t digest[SHA256_SIZE];
    assay_predicted_event event = {
        .event = { .pcr_index = pcr, .type = type, .data = data, .digest_count = 1 },
        .base = (uint32_t)log->count,
    };

    SHA256(measured, size, digest);
    event.event.digests[0] =
        (assay_event_digest){ ASSAY_ALG_SHA256, assay_bytes_of(digest, sizeof digest) };
    cr_assert_eq(assay_prediction_add(log, &event, NULL), 0);
}

static void add_whole(assay_prediction *log, uint32_t pcr, uint32_t type, const bytes *data)
{
    add(log, pcr, type, view(data), data->data, data->size);
}

static void add_line(assay_prediction *log, const char *prefix, const char *line)
{
    bytes data = { 0 };

    put(&data, prefix, strlen(prefix));
    put(&data, line, strlen(line) + 1);
    add(log, 8, EV_IPL, view(&data), line, strlen(line));
}

static void add_file(assay_prediction *log, const char *name, const char *content)
{
    add(log, 9, EV_IPL, assay_bytes_of(name, strlen(name) + 1), content, strlen(content));
}

static assay_prediction *rebase(const assay_prediction *log, const assay_rebase *what)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_prediction *prediction = NULL;
    assay_error error = { .what = "" };

    cr_assert_eq(assay_rebase_predict(log, what, hashes, &prediction, &error), 0, "%s",
                 error.what);
    assay_hashes_free(&hashes);
    return prediction;
}

static void expect_digest(const assay_prediction *log, size_t at, const void *data, size_t size)
{
    uint8_t digest[SHA256_SIZE];

    cr_assert_lt(at, log->count);
    SHA256(data, size, digest);
    cr_expect_eq(log->events[at].origin, ASSAY_PREDICTED_COMPUTED, "event %zu", at);
    cr_expect(assay_bytes_equal(assay_event_digest_of(&log->events[at].event, ASSAY_ALG_SHA256),
                                assay_bytes_of(digest, sizeof digest)),
              "event %zu", at);
}

static void expect_kept(const assay_prediction *log, size_t at)
{
    cr_assert_lt(at, log->count);
    cr_expect_eq(log->events[at].origin, ASSAY_PREDICTED_KEPT, "event %zu", at);
}

static void expect_unknown(const assay_prediction *log, size_t at)
{
    cr_assert_lt(at, log->count);
    cr_expect_eq(log->events[at].origin, ASSAY_PREDICTED_UNKNOWN, "event %zu", at);
    cr_expect_eq(log->events[at].unknown_count, 1);
    cr_expect_not_null(log->events[at].why);
}

static bool is_refused(const assay_prediction *log)
{
    for (size_t i = 0; i < log->remark_count; i++)
        if (log->remarks[i].refused)
            return true;
    return false;
}

/* SecureBoot on, db and dbx empty. */
static void add_policy(assay_prediction *log)
{
    const bytes state = variable(global, "SecureBoot", "\1", 1);
    const bytes db = variable(global, "db", "", 0), dbx = variable(global, "dbx", "", 0);

    add_whole(log, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, &state);
    add_whole(log, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, &db);
    add_whole(log, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, &dbx);
    add(log, 7, EV_SEPARATOR, ASSAY_LITERAL("\0\0\0\0"), "\0\0\0\0", 4);
}

/* EFI_SIGNATURE_LIST with one SHA-256, of shim as its owner (UEFI 2.10 section 32.4.1). */
static bytes hash_list(const uint8_t hash[SHA256_SIZE])
{
    bytes b = { 0 };

    put(&b, sha256_type, 16);
    put_number(&b, 28 + 48, 4);
    put_number(&b, 0, 4);
    put_number(&b, 48, 4);
    put(&b, shim_lock, 16);
    put(&b, hash, SHA256_SIZE);
    return b;
}

Test(rebase, a_variable_of_secure_boot)
{
    assay_prediction *log = new_log();
    const uint8_t hash[SHA256_SIZE] = { 7 };
    const bytes lists = hash_list(hash), wanted = variable(global, "dbx", lists.data, lists.size);
    const assay_rebase what = { .dbx = view(&lists) };

    add_policy(log);
    assay_prediction *prediction = rebase(log, &what);
    expect_kept(prediction, 0);
    expect_kept(prediction, 1);
    expect_digest(prediction, 2, wanted.data, wanted.size);
    expect_kept(prediction, 3);
    cr_expect_eq(prediction->events[2].base, 2);
    cr_expect_eq(prediction->events[2].part, ASSAY_PART_SECURE_BOOT);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* Firmware that hashes what isn't in the log: nothing is guessed. */
Test(rebase, a_variable_hashed_otherwise)
{
    assay_prediction *log = new_log();
    const bytes db = variable(global, "db", "", 0);
    const assay_rebase what = { .db = ASSAY_LITERAL("new") };

    add(log, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, view(&db), "something else", 14);
    assay_prediction *prediction = rebase(log, &what);
    expect_unknown(prediction, 0);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* dbt has an event only while it exists. */
Test(rebase, a_variable_that_comes_and_goes)
{
    assay_prediction *log = new_log();
    const bytes wanted = variable(global, "dbt", "stamp", 5);
    const assay_rebase with = { .dbt = ASSAY_LITERAL("stamp") },
                       without = { .dbt = ASSAY_LITERAL("") };

    add_policy(log);
    assay_prediction *first = rebase(log, &with);
    cr_expect_eq(first->count, 5);
    expect_digest(first, 3, wanted.data, wanted.size);
    cr_expect_eq(first->events[3].base, ASSAY_NO_EVENT);
    for (size_t i = 0; i < first->count; i++)
        first->events[i].origin = ASSAY_PREDICTED_KEPT;
    assay_prediction *second = rebase(first, &without);
    cr_expect_eq(second->count, 4);
    assay_prediction_free(&second);
    assay_prediction_free(&first);
    assay_prediction_free(&log);
}

/* UEFI_IMAGE_LOAD_EVENT (PFP 1.06 section 10.2.3) without a path. */
static void add_image(assay_prediction *log, const char *content)
{
    bytes data = { 0 };

    put_number(&data, 0x1000, 8);
    put_number(&data, 10, 8);
    put_number(&data, 0, 8);
    put_number(&data, 0, 8);
    add(log, 4, EV_EFI_BOOT_SERVICES_APPLICATION, view(&data), content, strlen(content));
}

Test(rebase, an_image_that_dbx_forbids)
{
    assay_prediction *log = new_log();
    uint8_t hash[SHA256_SIZE];

    SHA256((const uint8_t *)"loader", 6, hash);
    const bytes lists = hash_list(hash);
    const assay_rebase what = { .dbx = view(&lists) };
    add_policy(log);
    add_image(log, "another");
    assay_prediction *prediction = rebase(log, &what);
    cr_expect_not(is_refused(prediction));
    assay_prediction_free(&prediction);
    add_image(log, "loader");
    prediction = rebase(log, &what);
    cr_expect(is_refused(prediction));
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* rhboot/shim, mok.c: the vendor's certificate as a list, then the machine's own lists. */
Test(rebase, an_enrolled_key)
{
    static const char der[] = "\x30\x03\x02\x01\x05";
    assay_prediction *log = new_log();
    bytes entry = { 0 }, list = { 0 };

    put(&entry, shim_lock, 16);
    put(&entry, der, 5);
    put(&list, x509, 16);
    put_number(&list, 28 + 16 + 5, 4);
    put_number(&list, 0, 4);
    put_number(&list, 16 + 5, 4);
    put(&list, entry.data, entry.size);
    const bytes authority = variable(shim_lock, "MokListRT", entry.data, entry.size);
    add(log, 14, EV_IPL, ASSAY_LITERAL("MokList\0"), list.data, list.size);
    add_whole(log, 7, EV_EFI_VARIABLE_AUTHORITY, &authority);

    const assay_rebase what = { .mok_list = ASSAY_LITERAL("enrolled") };
    assay_prediction *prediction = rebase(log, &what);
    put(&list, "enrolled", 8);
    expect_digest(prediction, 0, list.data, list.size);
    expect_kept(prediction, 1);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);

    /* With keys enrolled before, and nobody to say which, it can't be known. */
    log = new_log();
    add(log, 14, EV_IPL, ASSAY_LITERAL("MokList\0"), "keys", 4);
    add_whole(log, 7, EV_EFI_VARIABLE_AUTHORITY, &authority);
    prediction = rebase(log, &what);
    expect_unknown(prediction, 0);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/*
 * MokSBState comes after MokListX, in PCR 7 and in PCR 14 (mok_state_variables); what shim let pass
 * has no authority any more, and the rest of the log is kept.
 */
Test(rebase, validation_by_shim_is_switched_off)
{
    assay_prediction *log = new_log();
    const bytes wanted = variable(shim_lock, "MokSBState", "\1", 1);
    const bytes authority = variable(shim_lock, "MokListRT", "certificate", 11);
    const assay_rebase what = { .mok_sb_state = ASSAY_LITERAL("\1") };

    add(log, 14, EV_IPL, ASSAY_LITERAL("MokList\0"), "a", 1);
    add(log, 14, EV_IPL, ASSAY_LITERAL("MokListX\0"), "x", 1);
    add_whole(log, 7, EV_EFI_VARIABLE_AUTHORITY, &authority);
    add(log, 5, EV_EFI_ACTION, ASSAY_LITERAL("Exit Boot Services Invocation"), "e", 1);
    add(log, 5, EV_EFI_ACTION, ASSAY_LITERAL("Exit Boot Services Returned"), "r", 1);
    assay_prediction *prediction = rebase(log, &what);
    cr_assert_eq(prediction->count, 6);
    expect_kept(prediction, 0);
    expect_kept(prediction, 1);
    expect_digest(prediction, 2, wanted.data, wanted.size);
    expect_digest(prediction, 3, "\1", 1);
    expect_kept(prediction, 4);
    expect_kept(prediction, 5);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

static assay_prediction *grub_log(void)
{
    static const char entry[] = "menuentry A {\n  linux /vmlinuz ro $extra\n}",
                      other[] = "menuentry B {\n  linux /vmlinuz ro quiet\n  initrd /i\n}";
    assay_prediction *const log = new_log();

    add_file(log, "(hd0,gpt1)/grub/grub.cfg", "configuration");
    add_line(log, "grub_cmd: ", entry);
    add_line(log, "grub_cmd: ", other);
    add_line(log, "grub_cmd: ", "setparams B");
    add_line(log, "grub_cmd: ", "linux /vmlinuz ro quiet");
    add_file(log, "/vmlinuz", "kernel");
    add_line(log, "kernel_cmdline: ", "/vmlinuz ro quiet");
    add_line(log, "grub_cmd: ", "initrd /i");
    add_file(log, "/i", "initrd");
    return log;
}

/* grub-core/commands/tpm.c: lines without prefix and NUL; a menu entry with its raw text. */
Test(rebase, grubs_command_line)
{
    static const char *const lines[] = {
        "menuentry B {\n  linux /vmlinuz debug\n  initrd /i\n}",
        "linux /vmlinuz debug",
        "/vmlinuz debug",
    };
    const assay_rebase what = { .cmdline = "debug" };
    assay_prediction *log = grub_log(), *prediction = rebase(log, &what);

    expect_unknown(prediction, 0);
    expect_kept(prediction, 1);
    expect_digest(prediction, 2, lines[0], strlen(lines[0]));
    expect_kept(prediction, 3);
    expect_digest(prediction, 4, lines[1], strlen(lines[1]));
    expect_kept(prediction, 5);
    expect_digest(prediction, 6, lines[2], strlen(lines[2]));
    expect_kept(prediction, 7);
    expect_kept(prediction, 8);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

Test(rebase, grubs_kernel_and_initrd)
{
    const assay_rebase what = {
        .initrd_count = 1,
        .initrds = { ASSAY_LITERAL("other initrd") },
    };
    assay_rebase two = what;
    assay_prediction *log = grub_log(), *prediction = rebase(log, &what);

    expect_kept(prediction, 5);
    expect_digest(prediction, 8, "other initrd", 12);
    assay_prediction_free(&prediction);
    two.initrds[two.initrd_count++] = ASSAY_LITERAL("second");
    prediction = rebase(log, &two);
    expect_unknown(prediction, 8);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* What Boot#### holds: attributes, FilePathListLength, Description, FilePathList. */
static bytes option(const char *description)
{
    bytes b = { 0 };

    put_number(&b, 1, 4);
    put_number(&b, 4, 2);
    put_wide(&b, description);
    put_number(&b, 0, 2);
    put(&b, "\x7f\xff\x04\x00", 4);
    return b;
}

/* EDK2 hashes the variable's data alone, and takes options in BootOrder's order. */
Test(rebase, boot_order)
{
    assay_prediction *log = new_log();
    const bytes a = option("a"), b = option("b"), c = option("c");
    const bytes order = variable(global, "BootOrder", "\1\0\2\0", 4);
    const bytes first = variable(global, "Boot0001", a.data, a.size);
    const bytes second = variable(global, "Boot0002", b.data, b.size);
    const assay_rebase what = {
        .order_given = true,
        .order_count = 4,
        .order = { 2, 0xa, 7, 1 },
        .option_count = 1,
        .options = { { 0xa, view(&c) } },
    };

    add(log, 1, EV_EFI_VARIABLE_BOOT, view(&order), "\1\0\2\0", 4);
    add(log, 1, EV_EFI_VARIABLE_BOOT, view(&first), a.data, a.size);
    add(log, 1, EV_EFI_VARIABLE_BOOT, view(&second), b.data, b.size);
    assay_prediction *prediction = rebase(log, &what);
    cr_assert_eq(prediction->count, 5);
    expect_digest(prediction, 0, "\2\0\xa\0\7\0\1\0", 8);
    expect_kept(prediction, 1);
    cr_expect_eq(prediction->events[1].base, 2);
    expect_digest(prediction, 2, c.data, c.size);
    expect_unknown(prediction, 3);
    expect_kept(prediction, 4);
    cr_expect_eq(prediction->events[4].base, 1);
    assay_prediction_free(&prediction);
    assay_prediction_free(&log);
}

/* What the log has no event of changes nothing, and that is said. */
Test(rebase, nothing_to_replace)
{
    const assay_rebase kinds[] = {
        { .gpt = ASSAY_LITERAL("disk") },
        { .db = ASSAY_LITERAL("list") },
        { .mok_list = ASSAY_LITERAL("list") },
        { .sbat_level = ASSAY_LITERAL("sbat,1,1\n") },
        { .kernel.image = ASSAY_LITERAL("MZ") },
        { .uki.image = ASSAY_LITERAL("MZ") },
        { .loader_conf = ASSAY_LITERAL("timeout 3\n") },
        { .order_given = true },
    };
    assay_prediction *log = new_log();

    add(log, 0, EV_SEPARATOR, ASSAY_LITERAL("\0\0\0\0"), "\0\0\0\0", 4);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        assay_prediction *prediction = rebase(log, &kinds[i]);

        cr_expect_eq(prediction->count, 1, "%zu", i);
        expect_kept(prediction, 0);
        cr_expect_geq(prediction->remark_count, 1, "%zu", i);
        cr_expect_not(is_refused(prediction), "%zu", i);
        assay_prediction_free(&prediction);
    }
    assay_prediction_free(&log);
}

/* A replacement that can't be read is named. */
Test(rebase, a_kernel_that_is_none)
{
    assay_prediction *log = grub_log(), *prediction = NULL;
    assay_hashes *hashes = assay_hashes_new();
    const assay_rebase what = { .kernel.image = ASSAY_LITERAL("no kernel") };
    assay_error error = { .what = "" };

    add_image(log, "kernel");
    cr_expect_lt(assay_rebase_predict(log, &what, hashes, &prediction, &error), 0);
    cr_expect_null(prediction);
    cr_expect_str_eq(error.field, "kernel");
    assay_hashes_free(&hashes);
    assay_prediction_free(&log);
}
