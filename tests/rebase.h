/* SPDX-License-Identifier: BSD-2-Clause */
/* Small logs, made by hand, for tests of what-if. */
#ifndef ASSAY_TESTS_REBASE_H
#define ASSAY_TESTS_REBASE_H

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

static inline void put(bytes *to, const void *data, size_t size)
{
    cr_assert_leq(size, DATA_MAX - to->size);
    memcpy(to->data + to->size, data, size);
    to->size += size;
}

static inline void put_number(bytes *to, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        put(to, &(uint8_t){ i < sizeof value ? (uint8_t)(value >> 8 * i) : 0 }, 1);
}

static inline void put_wide(bytes *to, const char *text)
{
    for (; *text != '\0'; text++)
        put_number(to, (uint8_t)*text, 2);
}

/* UEFI_VARIABLE_DATA (PFP 1.06 section 10.2.6). */
static inline bytes variable(const uint8_t vendor[16], const char *name, const void *data,
                             size_t size)
{
    bytes b = { 0 };

    put(&b, vendor, 16);
    put_number(&b, strlen(name), 8);
    put_number(&b, size, 8);
    put_wide(&b, name);
    put(&b, data, size);
    return b;
}

static inline assay_bytes view(const bytes *b)
{
    return assay_bytes_of(b->data, b->size);
}

static inline assay_prediction *new_log(void)
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

static inline void add(assay_prediction *log, uint32_t pcr, uint32_t type, assay_bytes data,
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

static inline void add_whole(assay_prediction *log, uint32_t pcr, uint32_t type, const bytes *data)
{
    add(log, pcr, type, view(data), data->data, data->size);
}

static inline void add_line(assay_prediction *log, const char *prefix, const char *line)
{
    bytes data = { 0 };

    put(&data, prefix, strlen(prefix));
    put(&data, line, strlen(line) + 1);
    add(log, 8, EV_IPL, view(&data), line, strlen(line));
}

static inline void add_file(assay_prediction *log, const char *name, const char *content)
{
    add(log, 9, EV_IPL, assay_bytes_of(name, strlen(name) + 1), content, strlen(content));
}

static inline assay_prediction *rebase(const assay_prediction *log, const assay_rebase *what)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_prediction *prediction = NULL;
    assay_error error = { .what = "" };

    cr_assert_eq(assay_rebase_predict(log, what, hashes, &prediction, &error), 0, "%s",
                 error.what);
    assay_hashes_free(&hashes);
    return prediction;
}

static inline void expect_digest(const assay_prediction *log, size_t at, const void *data,
                                 size_t size)
{
    uint8_t digest[SHA256_SIZE];

    cr_assert_lt(at, log->count);
    SHA256(data, size, digest);
    cr_expect_eq(log->events[at].origin, ASSAY_PREDICTED_COMPUTED, "event %zu", at);
    cr_expect(assay_bytes_equal(assay_event_digest_of(&log->events[at].event, ASSAY_ALG_SHA256),
                                assay_bytes_of(digest, sizeof digest)),
              "event %zu", at);
}

static inline void expect_kept(const assay_prediction *log, size_t at)
{
    cr_assert_lt(at, log->count);
    cr_expect_eq(log->events[at].origin, ASSAY_PREDICTED_KEPT, "event %zu", at);
}

static inline void expect_unknown(const assay_prediction *log, size_t at)
{
    cr_assert_lt(at, log->count);
    cr_expect_eq(log->events[at].origin, ASSAY_PREDICTED_UNKNOWN, "event %zu", at);
    cr_expect_eq(log->events[at].unknown_count, 1);
    cr_expect_not_null(log->events[at].why);
}

static inline bool is_refused(const assay_prediction *log)
{
    for (size_t i = 0; i < log->remark_count; i++)
        if (log->remarks[i].refused)
            return true;
    return false;
}

/* SecureBoot on, db and dbx empty. */
static inline void add_policy(assay_prediction *log)
{
    const bytes state = variable(global, "SecureBoot", "\1", 1);
    const bytes db = variable(global, "db", "", 0), dbx = variable(global, "dbx", "", 0);

    add_whole(log, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, &state);
    add_whole(log, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, &db);
    add_whole(log, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, &dbx);
    add(log, 7, EV_SEPARATOR, ASSAY_LITERAL("\0\0\0\0"), "\0\0\0\0", 4);
}

/* EFI_SIGNATURE_LIST with one SHA-256, of shim as its owner (UEFI 2.10 section 32.4.1). */
static inline bytes hash_list(const uint8_t hash[SHA256_SIZE])
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

/* UEFI_IMAGE_LOAD_EVENT (PFP 1.06 section 10.2.3) without a path. */
static inline void add_image(assay_prediction *log, const char *content)
{
    bytes data = { 0 };

    put_number(&data, 0x1000, 8);
    put_number(&data, 10, 8);
    put_number(&data, 0, 8);
    put_number(&data, 0, 8);
    add(log, 4, EV_EFI_BOOT_SERVICES_APPLICATION, view(&data), content, strlen(content));
}

static inline assay_prediction *grub_log(void)
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

/* What Boot#### holds: attributes, FilePathListLength, Description, FilePathList. */
static inline bytes option(const char *description)
{
    bytes b = { 0 };

    put_number(&b, 1, 4);
    put_number(&b, 4, 2);
    put_wide(&b, description);
    put_number(&b, 0, 2);
    put(&b, "\x7f\xff\x04\x00", 4);
    return b;
}

#endif
