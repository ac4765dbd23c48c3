/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/loader/jobs.h: what other threads hash comes out as libcrypto says, whoever hashed it. */
#include "boot/loader/jobs.h"

#include "tests/artefact.h"

#include <openssl/evp.h>

enum { MEGABYTE = 1 << 20, SIZE = 5 * MEGABYTE, BANKS = 4 };

static const assay_log_header header = {
    .spec_id = { .present = true, .signature = 3, .version_major = 2, .uintn_size = 2 },
    .bank_count = BANKS,
    .banks = { { ASSAY_ALG_SHA1, 20 },
               { ASSAY_ALG_SHA256, 32 },
               { ASSAY_ALG_SHA384, 48 },
               { ASSAY_ALG_SHA512, 64 } },
};

static const char *const names[BANKS] = { "SHA1", "SHA256", "SHA384", "SHA512" };

typedef struct made {
    assay_scenario scenario;
    assay_error error;
    assay_boot boot;
    uint8_t *bytes;
} made;

static void begin(made *m)
{
    m->boot = (assay_boot){ .scenario = &m->scenario,
                            .prediction = assay_prediction_new(&header),
                            .hashes = assay_hashes_new(),
                            .error = &m->error };
}

static void make(made *m)
{
    *m = (made){ .scenario = { .bank_count = BANKS } };
    for (size_t i = 0; i < BANKS; i++)
        m->scenario.banks[i] = header.banks[i].alg;
    m->bytes = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        m->bytes[i] = (uint8_t)(i * 7 + i / 251);
    begin(m);
}

static void end(made *m)
{
    assay_boot_free_jobs(&m->boot);
    assay_prediction_free(&m->boot.prediction);
    assay_hashes_free(&m->boot.hashes);
}

static void discard(made *m)
{
    end(m);
    free(m->bytes);
}

static void measure(made *m, const assay_bytes *parts, size_t count)
{
    assay_boot_measure_parts(&m->boot, 9, EV_IPL, ASSAY_PART_INITRD, parts, count,
                             ASSAY_LITERAL("x"));
}

/* In each bank, H(parts) by libcrypto alone. */
static void expect(const made *m, size_t event, const assay_bytes *parts, size_t count)
{
    const assay_event *const e = &m->boot.prediction->events[event].event;

    for (size_t bank = 0; bank < BANKS; bank++) {
        const assay_bytes digest = assay_event_digest_of(e, m->scenario.banks[bank]);
        EVP_MD_CTX *const context = EVP_MD_CTX_new();
        uint8_t value[EVP_MAX_MD_SIZE];

        EVP_DigestInit_ex(context, EVP_get_digestbyname(names[bank]), NULL);
        for (size_t i = 0; i < count; i++)
            EVP_DigestUpdate(context, parts[i].data, parts[i].size);
        EVP_DigestFinal_ex(context, value, NULL);
        EVP_MD_CTX_free(context);
        cr_expect_eq(digest.size, header.banks[bank].size);
        cr_expect_eq(memcmp(digest.data, value, digest.size), 0, "event %zu, %s", event,
                     names[bank]);
    }
}

/* Large and small, the same twice, the same bytes in other parts, parts that overlap. */
static const struct {
    size_t first, first_size, second, second_size;
} rows[] = {
    { 0, 3 * MEGABYTE, 0, 0 },
    { 0, 100, 0, 0 },
    { 0, 3 * MEGABYTE, 0, 0 },
    { 0, 1 * MEGABYTE, 1 * MEGABYTE, 2 * MEGABYTE },
    { 1, 5 * MEGABYTE - 1, 0, 4096 },
    { 0, 4096, 1, 5 * MEGABYTE - 1 },
    { 1 * MEGABYTE, 4 * MEGABYTE, 0, 1 },
    { 0, 3 * MEGABYTE, 0, 0 },
};

enum { ROWS = sizeof rows / sizeof *rows };

static size_t parts_of(const made *m, size_t row, assay_bytes parts[2])
{
    parts[0] = assay_bytes_of(m->bytes + rows[row].first, rows[row].first_size);
    parts[1] = assay_bytes_of(m->bytes + rows[row].second, rows[row].second_size);
    return rows[row].second_size > 0 ? 2 : 1;
}

static void measure_rows(made *m)
{
    assay_bytes parts[2];

    for (size_t i = 0; i < ROWS; i++) {
        const size_t count = parts_of(m, i, parts);

        measure(m, parts, count);
    }
}

static void expect_rows(made *m)
{
    assay_bytes parts[2];

    assay_boot_do_jobs(&m->boot);
    cr_assert_eq(m->boot.status, 0, "%s", m->error.what);
    cr_assert_eq(m->boot.prediction->count, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        const size_t count = parts_of(m, i, parts);

        expect(m, i, parts, count);
    }
}

Test(jobs, each_event_gets_the_digests_of_its_own_parts)
{
    made m;

    make(&m);
    measure_rows(&m);
    expect_rows(&m);
    discard(&m);
}

Test(jobs, what_is_added_after_the_first_were_done_is_done_too)
{
    assay_bytes part;
    made m;

    make(&m);
    part = assay_bytes_of(m.bytes + 1, 2 * MEGABYTE);
    measure_rows(&m);
    assay_boot_do_jobs(&m.boot);
    measure(&m, &part, 1);
    assay_boot_do_jobs(&m.boot);
    expect(&m, ROWS, &part, 1);
    expect(&m, 0, &(assay_bytes){ m.bytes, 3 * MEGABYTE }, 1);
    discard(&m);
}

Test(jobs, digests_outlive_the_events_they_were_for)
{
    assay_bytes part;
    made first, second;

    make(&first);
    part = assay_bytes_of(first.bytes, 4 * MEGABYTE);
    measure(&first, &part, 1);
    measure_rows(&first);
    assay_boot_forget_events(&first.boot);
    second = first;
    begin(&second);
    second.boot.scenario = &second.scenario;
    second.boot.error = &second.error;
    second.boot.jobs = first.boot.jobs;
    first.boot.jobs = NULL;
    measure_rows(&second);
    expect_rows(&second);
    end(&second);
    discard(&first);
}

Test(jobs, a_boot_that_ends_early_leaves_no_thread_behind)
{
    made m;

    make(&m);
    measure_rows(&m);
    discard(&m);
}

/* An image without signatures, with megabytes behind its sections, which belong to the digest. */
static assay_bytes large_image(void)
{
    artefact small = artefact_fixture("pe/plus.efi");
    const assay_bytes bytes = artefact_bytes(&small);
    uint8_t *const image = calloc(1, bytes.size + 2 * MEGABYTE);

    memcpy(image, bytes.data, bytes.size);
    memset(image + bytes.size, 0x5A, 2 * MEGABYTE);
    artefact_free(&small);
    return assay_bytes_of(image, bytes.size + 2 * MEGABYTE);
}

Test(jobs, an_image_that_is_looked_at_is_measured_with_the_same_digest)
{
    static const uint16_t alg = ASSAY_ALG_SHA256;
    const assay_bytes image = large_image();
    assay_digesting digesting;
    assay_digests expected;
    assay_digest before, after;
    assay_pe pe;
    made m;

    make(&m);
    cr_assert_eq(assay_pe_open(&pe, image, &m.error), 0);
    cr_assert_eq(assay_digesting_begin(&digesting, m.boot.hashes, &alg, 1), 0);
    cr_assert_eq(assay_pe_digest(&pe, &digesting, &expected, &m.error), 0);
    cr_expect(assay_boot_image_digest(&m.boot, &pe, alg, &before));
    assay_boot_measure_pe(&m.boot, 4, EV_EFI_BOOT_SERVICES_APPLICATION, ASSAY_PART_KERNEL, &pe,
                          ASSAY_LITERAL(""));
    cr_expect(assay_boot_image_digest(&m.boot, &pe, alg, &after));
    assay_boot_do_jobs(&m.boot);
    const assay_bytes measured =
        assay_event_digest_of(&m.boot.prediction->events[0].event, alg);
    cr_expect_eq(memcmp(before.value, expected.list[0].value, 32), 0);
    cr_expect_eq(memcmp(after.value, expected.list[0].value, 32), 0);
    cr_expect_eq(memcmp(measured.data, expected.list[0].value, 32), 0);
    cr_expect_not(assay_boot_image_digest(&m.boot, &pe, 0xFFFF, &after));
    discard(&m);
    free((void *)(uintptr_t)image.data);
}
