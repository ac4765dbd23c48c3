/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interface to a live TPM, over a connection that plays one: what a real TPM rarely does, and
 * a broken or hostile one may. tests/checks/swtpm and tests/cli/lcp_nv.sh use real ones.
 * Structures: TPM 2.0 Library Part 2 and 3; codes: Part 2, 6.6.3.
 */
#include <criterion/criterion.h>

#include "base/cursor.h"
#include "base/hash.h"
#include "base/writer.h"
#include "boot/platform/tpm.h"
#include "policy/lcp/nv.h"
#include "tests/allocfail.h"

#include <tss2/tss2_tcti.h>

enum {
    TAG = 0x8001,
    TAG_SESSIONS = 0x8002,
    GET_CAPABILITY = 0x17A,
    PCR_READ = 0x17E,
    PCR_EXTEND = 0x182,
    NV_READ_PUBLIC = 0x169,
    NV_READ = 0x14E,
    NV_WRITE = 0x137,
    INDEX = 0x01C10106,
    CONTENT = 300,
};

/* What the TPM does wrong. */
enum lie {
    HONEST,
    ENDLESS_PROPERTIES,
    OTHER_CAPABILITY,
    OTHER_BANK,
    SHORT_DIGEST,
    RESTLESS_PCRS,
    PCRS_UNASKED,
    OTHER_INDEX,
    SHORT_READ,
    FORGETS,
    FOREIGN_HANDLES,
};

typedef struct fake {
    TSS2_TCTI_CONTEXT_COMMON_V2 tcti;
    enum lie lie;
    uint32_t fail_command, fail_code, answer_tag;
    uint32_t buffer_max; /* TPM_PT_NV_BUFFER_MAX */
    uint32_t pcrs_a_time, counter;
    unsigned commands, reads, writes;
    uint8_t locality;
    uint8_t content[CONTENT];
    uint8_t response[4096];
    size_t response_size;
} fake;

static void begin(assay_writer *out, uint16_t tag)
{
    assay_put_u16be(out, tag);
    assay_put_u32be(out, 0);
    assay_put_u32be(out, 0);
}

static void put_property(assay_writer *out, uint32_t property, uint32_t value)
{
    assay_put_u32be(out, property);
    assay_put_u32be(out, value);
}

static void answer_properties(const fake *f, assay_writer *out, uint32_t first)
{
    const bool fixed = first < 0x200;

    assay_put_u8(out, f->lie == ENDLESS_PROPERTIES);
    assay_put_u32be(out, f->lie == OTHER_CAPABILITY ? 5 : 6);
    if (f->lie == OTHER_CAPABILITY || f->lie == ENDLESS_PROPERTIES) {
        assay_put_u32be(out, 0);
        return;
    }
    assay_put_u32be(out, fixed ? 4 : 1);
    if (fixed) {
        put_property(out, 0x100, 0x322E3000); /* "2.0" */
        put_property(out, 0x105, 0x494E5443); /* "INTC" */
        put_property(out, 0x10B, 0x00070055);
        put_property(out, 0x12C, f->buffer_max);
    } else
        put_property(out, 0x200, 0x201); /* ownerAuthSet, inLockout */
}

static void answer_capability(const fake *f, assay_writer *out, assay_cursor *command)
{
    const uint32_t capability = assay_take_u32be(command), property = assay_take_u32be(command);

    if (capability == 6) {
        answer_properties(f, out, property);
        return;
    }
    assay_put_u8(out, 0);
    assay_put_u32be(out, capability);
    if (capability == 1) {
        assay_put_u32be(out, 1);
        assay_put_u32be(out, f->lie == FOREIGN_HANDLES ? 0x81000001 : INDEX);
        return;
    }
    assay_put_u32be(out, 2); /* TPM_CAP_PCRS: sha256 with all, sha1 with none */
    assay_put_u16be(out, ASSAY_ALG_SHA256);
    assay_put(out, assay_bytes_of("\3\xFF\xFF\xFF", 4));
    assay_put_u16be(out, ASSAY_ALG_SHA1);
    assay_put(out, assay_bytes_of("\3\0\0\0", 4));
}

/* Each PCR's value is its number, in every byte. */
static void answer_pcrs(fake *f, assay_writer *out, assay_cursor *command)
{
    const unsigned size = f->lie == SHORT_DIGEST ? 31 : 32;
    uint32_t wanted = 0, given = 0, count = 0;

    assay_take(command, 4 + 2 + 1);
    for (unsigned i = 0; i < 3; i++)
        wanted |= (uint32_t)assay_take_u8(command) << 8 * i;
    for (unsigned i = 0; i < 24 && count < f->pcrs_a_time; i++)
        if (f->lie == PCRS_UNASKED || (wanted >> i & 1) != 0) {
            given |= 1u << i;
            count++;
        }
    f->counter += f->lie == RESTLESS_PCRS;
    assay_put_u32be(out, f->counter);
    assay_put_u32be(out, 1);
    assay_put_u16be(out, f->lie == OTHER_BANK ? ASSAY_ALG_SHA1 : ASSAY_ALG_SHA256);
    assay_put_u8(out, 3);
    for (unsigned i = 0; i < 3; i++)
        assay_put_u8(out, (uint8_t)(given >> 8 * i));
    assay_put_u32be(out, count);
    for (unsigned i = 0; i < 24; i++)
        if ((given >> i & 1) != 0) {
            assay_put_u16be(out, (uint16_t)size);
            for (unsigned byte = 0; byte < size; byte++)
                assay_put_u8(out, (uint8_t)i);
        }
}

/* TPM2B_NV_PUBLIC and TPM2B_NAME, which tpm2-tss compares with one another. */
static void answer_public(const fake *f, assay_writer *out)
{
    uint8_t area[64], digest[32];
    assay_writer w = assay_writer_lent(area, sizeof area);
    assay_hashes *hashes = assay_hashes_new();
    assay_hash *hash;

    assay_put_u32be(&w, INDEX + (f->lie == OTHER_INDEX));
    assay_put_u16be(&w, ASSAY_ALG_SHA256);
    assay_put_u32be(&w, 0x2204000A);
    assay_put_u16be(&w, 0);
    assay_put_u16be(&w, CONTENT);
    const assay_bytes bytes = assay_written(&w);
    cr_assert_eq(assay_hashes_get(hashes, ASSAY_ALG_SHA256, &hash), 0);
    cr_assert_eq(assay_hash_parts(hash, &bytes, 1, digest), 0);
    assay_hashes_free(&hashes);
    assay_put_u16be(out, (uint16_t)bytes.size);
    assay_put(out, bytes);
    assay_put_u16be(out, 34);
    assay_put_u16be(out, ASSAY_ALG_SHA256);
    assay_put(out, assay_bytes_of(digest, sizeof digest));
}

static void end_sessions(assay_writer *out, size_t parameters)
{
    const uint32_t size = (uint32_t)(out->used - parameters - 4);

    for (unsigned i = 0; i < 4; i++)
        out->data[parameters + i] = (uint8_t)(size >> (24 - 8 * i));
    assay_put(out, assay_bytes_of("\0\0\1\0\0", 5)); /* no nonce, continueSession, no HMAC */
}

/* After the header and two handles: the authorization area, then the parameters. */
static void skip_authorization(assay_cursor *command, size_t handles)
{
    assay_take(command, 4 * handles);
    assay_take(command, assay_take_u32be(command));
}

static void answer_read(fake *f, assay_writer *out, assay_cursor *command)
{
    skip_authorization(command, 2);
    uint16_t size = assay_take_u16be(command);
    const uint16_t offset = assay_take_u16be(command);

    f->reads++;
    cr_assert_leq(offset + size, CONTENT);
    size = f->lie == SHORT_READ ? (uint16_t)(size - 1) : size;
    assay_put_u32be(out, 0);
    assay_put_u16be(out, size);
    assay_put(out, assay_bytes_of(f->content + offset, size));
    end_sessions(out, 10);
}

static void answer_write(fake *f, assay_writer *out, assay_cursor *command)
{
    skip_authorization(command, 2);
    const assay_bytes data = assay_take(command, assay_take_u16be(command));
    const uint16_t offset = assay_take_u16be(command);

    f->writes++;
    cr_assert_leq(offset + data.size, CONTENT);
    if (f->lie != FORGETS)
        memcpy(f->content + offset, data.data, data.size);
    assay_put_u32be(out, 0);
    end_sessions(out, 10);
}

static void answer(fake *f, assay_writer *out, uint32_t code, assay_cursor *command)
{
    const bool sessions = code == NV_READ || code == NV_WRITE || code == PCR_EXTEND;

    begin(out, sessions ? TAG_SESSIONS : TAG);
    if (code == GET_CAPABILITY)
        answer_capability(f, out, command);
    else if (code == PCR_READ)
        answer_pcrs(f, out, command);
    else if (code == NV_READ_PUBLIC)
        answer_public(f, out);
    else if (code == NV_READ)
        answer_read(f, out, command);
    else if (code == NV_WRITE)
        answer_write(f, out, command);
    else {
        assay_put_u32be(out, 0);
        end_sessions(out, 10);
    }
}

static TSS2_RC transmit(TSS2_TCTI_CONTEXT *context, size_t size, const uint8_t *command)
{
    fake *const f = (fake *)context;
    assay_cursor c = assay_cursor_of(assay_bytes_of(command, size));
    assay_writer out = assay_writer_lent(f->response, sizeof f->response);

    assay_take(&c, 6);
    const uint32_t code = assay_take_u32be(&c);
    f->commands++;
    if (code == f->fail_command) {
        assay_put_u16be(&out, f->answer_tag != 0 ? (uint16_t)f->answer_tag : TAG);
        assay_put_u32be(&out, 10);
        assay_put_u32be(&out, f->fail_code);
    } else
        answer(f, &out, code, &c);
    cr_assert_eq(out.failure, 0);
    f->response_size = out.used;
    for (unsigned i = 0; i < 4; i++)
        f->response[2 + i] = (uint8_t)(out.used >> (24 - 8 * i));
    return TSS2_RC_SUCCESS;
}

static TSS2_RC receive(TSS2_TCTI_CONTEXT *context, size_t *size, uint8_t *response, int32_t timeout)
{
    const fake *const f = (const fake *)context;

    (void)timeout;
    if (response != NULL)
        memcpy(response, f->response, f->response_size);
    *size = f->response_size;
    return TSS2_RC_SUCCESS;
}

static TSS2_RC set_locality(TSS2_TCTI_CONTEXT *context, uint8_t locality)
{
    ((fake *)context)->locality = locality;
    return TSS2_RC_SUCCESS;
}

static fake f;
static assay_tpm *tpm;
static assay_error error;

static int open_fake(enum lie lie)
{
    setenv("TSS2_LOG", "all+none", 1);
    f = (fake){ .tcti = { .v1 = { .magic = 1,
                                  .version = 2,
                                  .transmit = transmit,
                                  .receive = receive,
                                  .setLocality = set_locality } },
                .lie = lie,
                .buffer_max = 128,
                .pcrs_a_time = 8 };
    for (unsigned i = 0; i < CONTENT; i++)
        f.content[i] = (uint8_t)i;
    tpm = NULL;
    error = (assay_error){ 0 };
    return assay_tpm_open_on(&tpm, (TSS2_TCTI_CONTEXT *)&f, &error);
}

Test(tpm, what_it_says_of_itself)
{
    cr_assert_eq(open_fake(HONEST), 0, "%s", error.what);
    const assay_tpm_info *const info = assay_tpm_get_info(tpm);
    cr_expect_str_eq(info->family, "2.0");
    cr_expect_str_eq(info->manufacturer, "INTC");
    cr_expect_eq(info->firmware[0], 0x00070055);
    cr_expect_eq(info->nv_chunk, 128);
    cr_expect(info->owner_auth_set && info->locked_out);
    assay_tpm_close(&tpm);
    cr_expect_null(tpm);
    assay_tpm_close(&tpm);
}

Test(tpm, properties_without_end_end)
{
    cr_expect_eq(open_fake(ENDLESS_PROPERTIES), 0);
    cr_expect_lt(f.commands, 8);
    cr_expect_eq(assay_tpm_get_info(tpm)->nv_chunk, 512, "what most TPMs take");
    assay_tpm_close(&tpm);
}

Test(tpm, another_capability_than_was_asked_for)
{
    cr_expect_neq(open_fake(OTHER_CAPABILITY), 0);
    cr_expect_null(tpm);
}

Test(tpm, trouble_is_told_with_its_code)
{
    /* As TPM2_GetCapability answers them, and the advice there must be. */
    static const struct {
        uint32_t code, tag;
        int kind;
        const char *what;
    } rows[] = {
        { 0x101, 0, ASSAY_IO,
          "TPM2_GetCapability: tpm:error(2.0): commands not being accepted "
          "because of a TPM failure (0x101)" },
        { 0x100, 0, ASSAY_IO,
          "TPM2_GetCapability: tpm:error(2.0): TPM not initialized by "
          "TPM2_Startup or already initialized (0x100)" },
        { 0x01E, 0x00C4, ASSAY_UNSUPPORTED, "this is a TPM 1.2" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_error said = { 0 };

        cr_assert_eq(open_fake(HONEST), 0);
        assay_tpm_close(&tpm);
        f.fail_command = GET_CAPABILITY;
        f.fail_code = rows[i].code;
        f.answer_tag = rows[i].tag;
        cr_expect_eq(assay_tpm_open_on(&tpm, (TSS2_TCTI_CONTEXT *)&f, &said), -rows[i].kind);
        cr_expect_str_eq(said.what, rows[i].what);
    }
}

Test(tpm, a_code_without_its_place)
{
    /* Part 2, 6.6.2: bit 7 says format one; then bits 6 and 8-11 are the place. */
    static const struct {
        uint32_t code, bare;
        bool advice;
    } rows[] = {
        { 0x98E, 0x08E, true },   { 0x9A2, 0x0A2, true }, { 0x1C4, 0x084, false },
        { 0x28B, 0x08B, false },  { 0x148, 0x148, true }, { 0x907, 0x907, true },
        { 0x101, 0x101, true },   { 0x921, 0x921, true }, { 0xA000A, 0xA000A, false },
        { 0xB098E, 0x08E, true }, /* through the kernel's resource manager */
        { 0xC098E, 0x08E, true }, /* through tpm2-tss's */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(assay_tpm_rc(rows[i].code), rows[i].bare, "0x%x", rows[i].code);
        cr_expect_eq(assay_tpm_advice_on(rows[i].code) != NULL, rows[i].advice, "0x%x",
                     rows[i].code);
    }
}

Test(tpm, banks_are_those_with_pcrs)
{
    static assay_tpm_bank banks[ASSAY_BANKS_MAX];
    size_t count;

    cr_assert_eq(open_fake(HONEST), 0);
    cr_assert_eq(assay_tpm_banks(tpm, banks, &count, &error), 0);
    cr_expect_eq(count, 1);
    cr_expect_eq(banks[0].alg, ASSAY_ALG_SHA256);
    cr_expect_eq(banks[0].pcrs, 0xFFFFFF);
    assay_tpm_close(&tpm);
}

Test(tpm, pcrs_come_in_pieces)
{
    static assay_tpm_bank bank;

    cr_assert_eq(open_fake(HONEST), 0);
    f.pcrs_a_time = 3;
    bank = (assay_tpm_bank){ .alg = ASSAY_ALG_SHA256, .pcrs = 0x7F0003 };
    cr_assert_eq(assay_tpm_read_pcrs(tpm, &bank, &error), 0);
    for (unsigned i = 0; i < ASSAY_TPM_PCRS; i++)
        cr_expect(assay_bytes_all(assay_bytes_of(bank.value[i], 32),
                                  (uint8_t)((bank.pcrs >> i & 1) != 0 ? i : 0)));
    assay_tpm_close(&tpm);
}

Test(tpm, pcrs_that_were_not_asked_for_are_refused)
{
    static const enum lie lies[] = { OTHER_BANK, SHORT_DIGEST, PCRS_UNASKED };
    static assay_tpm_bank bank;

    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        cr_assert_eq(open_fake(lies[i]), 0);
        bank = (assay_tpm_bank){ .alg = ASSAY_ALG_SHA256, .pcrs = 0x60000 };
        cr_expect_eq(assay_tpm_read_pcrs(tpm, &bank, &error), -ASSAY_MALFORMED);
        assay_tpm_close(&tpm);
    }
}

Test(tpm, pcrs_that_never_rest)
{
    static assay_tpm_bank bank;

    cr_assert_eq(open_fake(RESTLESS_PCRS), 0);
    bank = (assay_tpm_bank){ .alg = ASSAY_ALG_SHA256, .pcrs = 0xFFFFFF };
    cr_expect_eq(assay_tpm_read_pcrs(tpm, &bank, &error), -ASSAY_IO);
    cr_expect_str_eq(error.what, "the PCRs change while they are read");
    bank = (assay_tpm_bank){ .alg = ASSAY_ALG_SHA256, .pcrs = 0x20000 };
    cr_expect_eq(assay_tpm_read_pcrs(tpm, &bank, &error), 0, "one read is of one moment");
    bank.alg = 0x55;
    cr_expect_eq(assay_tpm_read_pcrs(tpm, &bank, &error), -ASSAY_UNSUPPORTED);
    assay_tpm_close(&tpm);
}

Test(tpm, an_extend_the_tpm_refuses)
{
    const assay_digest digest = { .alg = ASSAY_ALG_SHA256, .size = 32 };

    cr_assert_eq(open_fake(HONEST), 0);
    cr_expect_eq(assay_tpm_set_locality(tpm, 3, &error), 0);
    cr_expect_eq(f.locality, 3);
    cr_expect_eq(assay_tpm_extend(tpm, 17, &digest, 1, &error), 0);
    f.fail_command = PCR_EXTEND;
    f.fail_code = 0x907;
    cr_expect_eq(assay_tpm_extend(tpm, 19, &digest, 1, &error), -ASSAY_IO);
    cr_expect_str_eq(error.what, "TPM2_PCR_Extend: tpm:warn(2.0): bad locality (0x907)");
    cr_expect_eq(assay_tpm_rc(assay_tpm_last(tpm)), ASSAY_TPM_RC_LOCALITY);
    cr_expect_eq(assay_tpm_extend(tpm, 24, &digest, 1, &error), -ASSAY_UNSUPPORTED);
    cr_expect_eq(assay_tpm_extend(tpm, 17, &digest, 0, &error), -ASSAY_UNSUPPORTED);
    f.tcti.v1.setLocality = NULL;
    cr_expect_eq(assay_tpm_set_locality(tpm, 4, &error), -ASSAY_IO);
    assay_tpm_close(&tpm);
}

Test(tpm, an_index_is_read_and_written_in_pieces)
{
    const assay_tpm_auth auth = { ASSAY_TPM_BY_INDEX, ASSAY_NO_BYTES };
    uint8_t content[CONTENT], other[CONTENT];
    assay_tpm_nv area;

    memset(other, 7, sizeof other);
    cr_assert_eq(open_fake(HONEST), 0);
    cr_assert_eq(assay_tpm_nv_public(tpm, INDEX, &area, &error), 1);
    cr_expect_eq(area.size, CONTENT);
    cr_expect_eq(area.attributes, 0x2204000A);
    cr_expect_eq(assay_tpm_nv_public(tpm, INDEX - 1, &area, &error), 0, "there is only one");
    cr_assert_eq(assay_tpm_nv_read(tpm, INDEX, &auth, content, sizeof content, &error), 0);
    cr_expect_eq(memcmp(content, f.content, CONTENT), 0);
    cr_expect_eq(f.reads, 3, "128, 128, 44");
    cr_assert_eq(assay_tpm_nv_write(tpm, INDEX, &auth, assay_bytes_of(other, CONTENT), &error), 0);
    cr_expect_eq(f.writes, 3);
    cr_expect_eq(memcmp(other, f.content, CONTENT), 0);
    assay_tpm_close(&tpm);
}

Test(tpm, what_was_written_is_read_back)
{
    static const enum lie lies[] = { HONEST, FORGETS };
    static assay_lcp_nv_plan plan;
    const assay_lcp_nv_passwords passwords = { 0 };

    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        const bool forgets = lies[i] == FORGETS;

        cr_assert_eq(open_fake(lies[i]), 0);
        plan =
            (assay_lcp_nv_plan){ .wish = { .act = ASSAY_LCP_NV_WRITE, .index = INDEX },
                                 .steps = { ASSAY_LCP_NV_STEP_WRITE, ASSAY_LCP_NV_STEP_READ_BACK },
                                 .step_count = 2,
                                 .size = CONTENT };
        cr_assert_eq(assay_tpm_nv_public(tpm, INDEX, &plan.area, &error), 1);
        memset(plan.content, 7, CONTENT);
        cr_expect_eq(assay_lcp_nv_plan_do(&plan, tpm, &passwords, &error), forgets ? -ASSAY_IO : 0);
        cr_expect_eq(plan.done, forgets ? 1u : 2u);
        cr_expect(!forgets ||
                  strcmp(error.what, "the index does not have what was written to it") == 0);
        assay_tpm_close(&tpm);
    }
}

Test(tpm, an_index_of_a_tpm_that_lies)
{
    const assay_tpm_auth auth = { ASSAY_TPM_BY_INDEX, ASSAY_NO_BYTES };
    uint8_t content[CONTENT];
    uint32_t indices[4];
    size_t count;
    assay_tpm_nv area;

    cr_assert_eq(open_fake(OTHER_INDEX), 0);
    cr_expect_lt(assay_tpm_nv_public(tpm, INDEX, &area, &error), 0);
    assay_tpm_close(&tpm);
    cr_assert_eq(open_fake(SHORT_READ), 0);
    cr_expect_eq(assay_tpm_nv_read(tpm, INDEX, &auth, content, sizeof content, &error),
                 -ASSAY_MALFORMED);
    cr_expect_eq(assay_tpm_nv_read(tpm, INDEX, &auth, content, 65536, &error), -ASSAY_TOO_LARGE);
    assay_tpm_close(&tpm);
    cr_assert_eq(open_fake(FOREIGN_HANDLES), 0);
    cr_expect_eq(assay_tpm_nv_indices(tpm, indices, 4, &count, &error), -ASSAY_MALFORMED);
    assay_tpm_close(&tpm);
    cr_assert_eq(open_fake(HONEST), 0);
    cr_assert_eq(assay_tpm_nv_indices(tpm, indices, 4, &count, &error), 0);
    cr_expect(count == 1 && indices[0] == INDEX);
    assay_tpm_close(&tpm);
}

Test(tpm, a_password_is_no_longer_than_a_digest)
{
    static const uint8_t longest[65];
    const assay_tpm_auth auth = { ASSAY_TPM_BY_OWNER, assay_bytes_of(longest, 65) };
    const assay_tpm_nv area = { .index = INDEX, .name_alg = ASSAY_ALG_SHA256, .size = 70 };

    cr_assert_eq(open_fake(HONEST), 0);
    cr_expect_eq(assay_tpm_nv_undefine(tpm, INDEX, &auth, &error), -ASSAY_UNSUPPORTED);
    cr_expect_eq(assay_tpm_nv_define(tpm, &area, &auth, ASSAY_NO_BYTES, &error),
                 -ASSAY_UNSUPPORTED);
    assay_tpm_close(&tpm);
}

Test(tpm, where_there_is_none)
{
    setenv("TSS2_LOG", "all+none", 1);
    cr_expect_eq(assay_tpm_open(&tpm, "device:/nonexistent/tpm0", &error), -ASSAY_IO);
    cr_expect(strstr(error.what, "no TPM is to be reached: tcti:") == error.what);
    cr_expect_eq(assay_tpm_open(&tpm, "nosuchtcti:x", &error), -ASSAY_IO);
    setenv("TPM2TOOLS_TCTI", "", 1);
    setenv("TCTI", "device:/b", 1);
    cr_expect_str_eq(assay_tpm_tcti(NULL), "device:/b");
    setenv("TPM2TOOLS_TCTI", "device:/a", 1);
    cr_expect_str_eq(assay_tpm_tcti(NULL), "device:/a");
    cr_expect_str_eq(assay_tpm_tcti("device:/c"), "device:/c");
    cr_expect_eq(assay_tpm_open(&tpm, NULL, NULL), -ASSAY_IO);
}

static int open_and_close(void)
{
    const int status = open_fake(HONEST);

    assay_tpm_close(&tpm);
    return status;
}

Test(tpm, no_memory)
{
    cr_expect_gt(each_allocation_fails("tpm", open_and_close), 0);
}
