/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/reference/json.h: a reference is read and written as fixtures/references/make.py lays it
 * out, and what is wrong with one is refused with its place.
 */
#include "eventlog/types.h"
#include "tests/allocfail.h"
#include "tests/reference.h"

static assay_hashes *hashes;
static char *full;

static void set_up(void)
{
    hashes = assay_hashes_new();
    full = load_text(REFERENCE_FIXTURES "full.json", NULL);
}

static void tear_down(void)
{
    free(full);
    assay_hashes_free(&hashes);
}

TestSuite(reference_json, .init = set_up, .fini = tear_down);

static void expect_same(const char *path)
{
    char *const text = load_text(path, NULL);
    assay_reference *reference = reference_read(text, hashes);
    char *const written = reference_written(reference, ASSAY_REFERENCE_WHOLE);

    cr_expect_str_eq(written, text);
    free(written);
    free(text);
    assay_reference_free(&reference);
}

Test(reference_json, what_another_program_laid_out_is_written_the_same)
{
    expect_same(REFERENCE_FIXTURES "full.json");
    expect_same(REFERENCE_FIXTURES "registers.json");
}

Test(reference_json, white_space_and_the_order_of_members_mean_nothing)
{
    char *const one =
        replaced_text(full, "  \"name\":\"compute", "\t\r\n \"name\" : \"compute");
    char *const two = replaced_text(one, "  \"revision\":3,\n", "");
    char *const moved = replaced_text(two, "  \"tool\"", "\"revision\":3,\"tool\"");
    assay_reference *reference = reference_read(moved, hashes);
    char *const written = reference_written(reference, ASSAY_REFERENCE_WHOLE);

    cr_expect_str_eq(written, full);
    free(one);
    free(two);
    free(moved);
    free(written);
    assay_reference_free(&reference);
}

Test(reference_json, every_member_goes_where_it_belongs)
{
    assay_reference *r = reference_read(full, hashes);

    cr_expect_str_eq(r->tool, "make.py");
    cr_expect_str_eq(r->name, "compute-image \xc3\xbc\xe4\xb8\x96\xf0\x9f\x98\x80");
    cr_expect_eq(r->revision, 3);
    cr_expect_eq(r->scope, ASSAY_SCOPE_IMAGE);
    cr_expect_str_eq(r->vendor, "Example \"Ltd\" \\");
    cr_expect_str_eq(r->environment.firmware_vendor, "Firm");
    cr_expect_str_eq(r->environment.host, "host-1");
    cr_expect_str_eq(r->not_after, "2027-12-31T23:59:60Z");
    cr_expect_eq(r->inputs[0].variants, 1);
    cr_expect_eq(r->inputs[1].variants, 3);
    cr_expect_eq(r->inputs[2].variants, 0);
    cr_expect_eq(r->inputs[0].sha256[31], 1);
    cr_expect_eq(r->components[4].role, ASSAY_PART_MODULE);
    cr_expect_eq(r->components[4].index, 1);
    cr_expect_str_eq(r->components[2].version_scheme, "semver");
    cr_expect_eq(r->variants[0].confidence[1][17], ASSAY_CONFIDENCE_QUOTED);
    cr_expect_eq(r->variants[0].confidence[1][0], ASSAY_CONFIDENCE_STATED);
    cr_expect_eq(r->logs[0].header.spec_id.platform_class, 1);
    cr_expect_eq(r->logs[0].header.spec_id.errata, 105);
    cr_expect_eq(r->logs[0].header.spec_id.vendor_info.size, 2);
    cr_expect_eq(r->logs[0].header.banks[2].alg, 0x55);
    cr_expect(r->logs[3].header.banks_follow && r->logs[3].header.big_endian);
    cr_expect_not(r->logs[2].header.spec_id.present);
    cr_expect_str_eq(r->extensions,
                     "{\"a\":[1,{\"b\":null}],\"example.com/z\":\"\\u00FC\",\"z\":0.5}");
    cr_expect_eq(r->signatures[0].value.size, 4);
    assay_reference_free(&r);
}

Test(reference_json, every_member_of_a_step_goes_where_it_belongs)
{
    assay_reference *r = reference_read(full, hashes);
    const assay_reference_step *const s = r->steps;

    cr_assert_eq(r->step_count, 13);
    cr_expect_eq(s[0].alternatives[0].event.type, EV_S_CRTM_VERSION);
    cr_expect_eq(s[0].alternatives[0].event.digests[2].value.size, 7);
    cr_expect_eq(s[2].alternative_count, 2);
    cr_expect_eq(s[2].alternatives[1].variants, 2);
    cr_expect_eq(s[2].alternatives[1].component, 2);
    cr_expect_eq(s[3].alternatives[0].variants, 2);
    cr_expect_str_eq(s[4].varies, "its digests differ from boot to boot");
    cr_expect_eq(s[5].alternatives[0].unknown_count, 2);
    cr_expect_eq(s[5].alternatives[0].unknown[1], 0x55);
    cr_expect_eq(s[6].stage, ASSAY_STAGE_LAUNCH);
    cr_expect_eq(s[6].alternatives[0].event.only_bank, ASSAY_ALG_SHA256);
    cr_expect_eq(s[6].alternatives[0].event.type, 0x80000123);
    cr_expect(assay_bytes_equal(s[7].alternatives[0].event.label, ASSAY_LITERAL("\xff\0")));
    cr_expect_eq(s[8].alternatives[0].event.content, ASSAY_CONTENT_IMA_TEMPLATE);
    cr_expect_eq(s[8].alternatives[0].event.type, ASSAY_NO_EVENT_TYPE);
    cr_expect(assay_bytes_equal(s[8].alternatives[0].event.name, ASSAY_LITERAL("ima-ng")));
    cr_expect_eq(s[10].alternatives[0].event.nv_index, 0x1d10200);
    cr_expect_eq(s[10].alternatives[0].event.pcr_index, UINT32_MAX);
    cr_expect(assay_bytes_equal(s[11].alternatives[0].event.name, ASSAY_LITERAL("\xfe")));
    cr_expect(s[12].repeats);
    assay_reference_free(&r);
}

/* What is put in place of what, and what is said then. */
typedef struct wrong {
    const char *from, *to, *said;
} wrong;

static void expect_refused(const char *text, const char *said)
{
    assay_reference *reference = (assay_reference *)&reference;
    assay_error error = { .what = "" };
    const int status =
        assay_reference_read(&reference, assay_bytes_of_string(text), hashes, &error);

    cr_expect_lt(status, 0, "not refused, and this was to be said: %s", said);
    cr_expect_eq(status, -error.kind);
    cr_expect_null(reference);
    cr_expect_str_eq(error.what, said);
}

static void expect_all_refused(const wrong *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *const text = replaced_text(full, rows[i].from, rows[i].to);

        expect_refused(text, rows[i].said);
        free(text);
    }
}

#define REFUSED(rows) expect_all_refused(rows, sizeof rows / sizeof *rows)

Test(reference_json, what_is_no_json_is_refused)
{
    static const wrong rows[] = {
        { "\"revision\":3,", "\"revision\":3,\"name\":\"again\",",
          "line 8: a key stands there twice" },
        { "\"sha1\":20,", "\"sha1\":20,\"sha1\":20,", "line 172: a key stands there twice" },
        { "make.py", "\xff", "line 5, column 11: this is not UTF-8" },
        { "make.py", "\\u0000", "line 5, column 17: a NUL in a string" },
        { "\"revision\":3,", "\"revision\":3.,", "line 8, column 15: not JSON" },
    };

    expect_refused("", "line 1: the JSON ends too early");
    expect_refused("{\"assay\":{}", "line 1: the JSON ends too early");
    expect_refused("[]", "this is no object");
    REFUSED(rows);
}

Test(reference_json, what_is_no_reference_of_this_form_is_refused)
{
    static const wrong rows[] = {
        { "assay-reference/1", "assay-reference/2",
          "assay.schema: \"assay-reference/1\" is wanted" },
        { "\"schema\":\"assay-reference/1\"", "", "assay.schema: \"assay-reference/1\" is wanted" },
        { "  \"assay\":{\n    \"schema\":\"assay-reference/1\"\n  },\n", "",
          "assay: is missing: no reference" },
        { "\"tool\"", "\"toll\"", "the key 'toll' is unknown here" },
        { "\"tool\"", "\"a\\u001bb\"", "the key '...' is unknown here" },
        { "\"extensions\"", "\"critical\":[\"example.com/z\"],\n\"extensions\"",
          "critical[0]: an extension that must be understood, and isn't here" },
        { "\"extensions\"", "\"critical\":{},\n\"extensions\"", "critical: this is no array" },
        { "\"extensions\":{", "\"extensions\":[],\"x\":{", "the key 'x' is unknown here" },
        { "{\"b\":null}", "[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]",
          "extensions: more than 16 objects and arrays in each other" },
    };

    REFUSED(rows);
}

Test(reference_json, what_a_reference_says_of_itself_has_its_form)
{
    static const wrong rows[] = {
        { "\"name\":\"compute-image", "\"vendor\":\"", "line 10: a key stands there twice" },
        { "  \"revision\":3", "  \"revision\":\"3\"", "revision: this is no whole number" },
        { "  \"revision\":3", "  \"revision\":0", "revision: it is from 1" },
        { "  \"revision\":3", "  \"revision\":-3",
          "revision: this is no number from 0 to 9007199254740992" },
        { "  \"revision\":3", "  \"revision\":9007199254740993",
          "revision: 9007199254740993 is more than 9007199254740992" },
        { "\"version\":\"2026.01\"", "\"version\":1", "version: this is no text" },
        { "\"supersedes\":\"ab", "\"supersedes\":\"", "supersedes: 31 bytes, and 32 are wanted" },
        { "\"supersedes\":\"ab", "\"supersedes\":\"xx",
          "supersedes: these are no bytes in hexadecimal" },
        { "\"supersedes\":\"ab", "\"supersedes\":\"aB",
          "supersedes: hexadecimal is in lower case here" },
        { "\"scope\":\"image\"", "\"scope\":\"world\"", "scope: there is no such word" },
        { "\"os_name\"", "\"os_nome\"", "environment: the key 'os_nome' is unknown here" },
        { "2026-01-01T00:00:00Z", "2026-01-01",
          "validity.not_before: no time such as 2026-01-02T03:04:05Z" },
        { "2026-01-01T00:00:00Z", "2026-13-01T00:00:00Z",
          "validity.not_before: no time such as 2026-01-02T03:04:05Z" },
        { "2026-01-01T00:00:00Z", "2026-01-01T24:00:00Z",
          "validity.not_before: no time such as 2026-01-02T03:04:05Z" },
        { "2027-12-31T23:59:60Z", "2027-12-31T23:59:60+",
          "validity.not_after: no time such as 2026-01-02T03:04:05Z" },
        { "2027-12-31T23:59:60Z", "2025-12-31T23:59:60Z",
          "validity.not_after: is before \"not_before\"" },
        { "\"kind\":\"log\",", "", "inputs[0].kind: is missing" },
        { "\"size\":0", "\"size\":-1",
          "inputs[1].size: this is no number from 0 to 9007199254740992" },
        { "\"sha256\":\"01", "\"sha256\":\"", "inputs[0].sha256: 31 bytes, and 32 are wanted" },
        { "\"old kernel\"\n      ]", "\"odd kernel\"\n      ]",
          "inputs[0].variants: name 0 is no variant's" },
        { "\"old kernel\"\n      ]", "\"old kernel\",\"old kernel\"\n      ]",
          "inputs[0].variants: name 1 stands there twice" },
    };

    REFUSED(rows);
}

Test(reference_json, components_and_variants_have_their_form)
{
    static const wrong rows[] = {
        { "\"id\":\"kernel-2\"", "\"id\":\"kernel-3\"",
          "components[2].id: this component is called \"kernel-2\"" },
        { "\"role\":\"firmware\"", "\"role\":\"hardware\"",
          "components[0].role: there is no such word" },
        { "      \"role\":\"firmware\",\n", "", "components[0].role: is missing" },
        { "\"index\":1,", "\"index\":4294967296,",
          "components[4].index: 4294967296 is more than 4294967295" },
        { "      \"name\":\"OVMF\",\n", "", "components[0].name: is missing" },
        { "\"name\":\"new kernel\"", "\"name\":\"old kernel\"",
          "variants[1].name: another variant has it" },
        { "\"name\":\"new kernel\"", "\"name\":\"\"", "variants[1].name: is missing" },
        { "\"16\":\"", "\"24\":\"",
          "variants[0].values.sha1: a PCR is called by its number, 0 to 23" },
        { "\"16\":\"", "\"016\":\"",
          "variants[0].values.sha1: a PCR is called by its number, 0 to 23" },
        { "\"16\":\"00", "\"16\":\"", "variants[0].values.sha1.16: 19 bytes, and 20 are wanted" },
        { "\"sha1\":{\n          \"0\"", "\"SHA1\":{\n          \"0\"",
          "variants[0].values: an algorithm is called otherwise: \"sha256\", or \"0x0055\" where "
          "it has no name here" },
        { "\"sha1\":{\n          \"0\"", "\"0x0004\":{\n          \"0\"",
          "variants[0].values: an algorithm is called otherwise: \"sha256\", or \"0x0055\" where "
          "it has no name here" },
        { "\"sha1\":{\n          \"0\"", "\"0x0055\":{\n          \"0\"",
          "variants[0].values.0x0055: its values can't be held here" },
        { "\"observed\":\"16\"", "\"observed\":\"16,18\"",
          "variants[0].confidence.sha1.observed: of a PCR that has no value, or is known "
          "otherwise" },
        { "\"observed\":\"16\"", "\"observed\":\"12,16\"",
          "variants[0].confidence.sha1.observed: of a PCR that has no value, or is known "
          "otherwise" },
        { "\"observed\":\"16\"", "\"observed\":\"sixteen\"",
          "variants[0].confidence.sha1.observed: this is no list of PCRs, \"0-7,14\"" },
        { "\"predicted\":\"0,4,7,10,12\"", "\"predicted\":\"0,4,7,10\"",
          "variants[0].confidence.sha1: it isn't said how the value of a PCR is known" },
        { "\"observed\":\"16\"", "\"believed\":\"16\"",
          "variants[0].confidence.sha1: the key 'believed' is unknown here" },
        { "\"name\":\"old kernel\",", "\"name\":\"old kernel\",\"only_pcrs\":\"0-4,6-23\",",
          "variants[0].values: it has a step of PCR 5, which is not among only_pcrs" },
        { "\"name\":\"old kernel\",", "\"name\":\"old kernel\",\"only_pcrs\":\"0-15\",",
          "variants[0].only_pcrs: it has a value of another PCR" },
        { "\"name\":\"old kernel\",", "\"name\":\"old kernel\",\"only_pcrs\":\"0-23\",",
          "variants[0].only_pcrs: a variant of all PCRs doesn't say so" },
        { "\"name\":\"old kernel\",", "\"name\":\"old kernel\",\"only_pcrs\":\"\",",
          "variants[0].only_pcrs: this is no list of PCRs, \"0-7,14\"" },
        { "\"name\":\"old kernel\",", "\"name\":\"old kernel\",\"only_pcrs\":\"0,1,2-22\",",
          "variants[0].only_pcrs: these PCRs are written \"0-22\"" },
        { "\"predicted\":\"0,4,7,10,12\"", "\"predicted\":\"0,7,4,10,12\"",
          "variants[0].confidence.sha1.predicted: these PCRs are written \"0,4,7,10,12\"" },
        { "\"algorithm\":\"rsassa-sha256\",", "", "signatures[0].algorithm: is missing" },
        { "\"key_id\":\"04", "\"key_id\":\"", "signatures[0].key_id: 31 bytes, and 32 are wanted" },
        { "AAECAw==", "AAECAw", "signatures[0].value: this is no signature in base64" },
        { "AAECAw==", "AAECAx==", "signatures[0].value: this is no signature in base64" },
    };

    REFUSED(rows);
}

Test(reference_json, logs_have_their_form)
{
    static const wrong rows[] = {
        { "\"stage\":\"launch\",\n      \"format\"", "\"stage\":\"lunch\",\n      \"format\"",
          "logs[2].stage: there is no such word" },
        { "\"stage\":\"launch\",\n      \"format\"", "\"stage\":\"kernel\",\n      \"format\"",
          "logs[3].stage: one of the variants has a log of it before" },
        { "\"format\":\"ima\"", "\"format\":\"imo\"",
          "logs[3].format: no format of logs has this name" },
        { "\"sha1\":20", "\"sha1\":32",
          "logs[0].banks: no digest of that algorithm has such a size" },
        { "\"0x0055\":7", "\"0x0055\":65536",
          "logs[0].banks: no digest of that algorithm has such a size" },
        { "\"0x0055\":7", "\"0x0055\":0", "steps[0].digests: 7 bytes, and 0 are wanted" },
        { "\"0x0055\":7", "\"0x55\":7",
          "logs[0].banks: an algorithm is called otherwise: \"sha256\", or \"0x0055\" where it has "
          "no name here" },
        { "\"errata\":105", "\"errata\":256", "logs[0].spec_id.errata: 256 is more than 255" },
        { "\"vendor_info\":\"00f", "\"vendor_info\":\"0f",
          "logs[0].spec_id.vendor_info: these are no bytes in hexadecimal" },
        { "\"big_endian\":true", "\"big_endian\":1",
          "logs[3].big_endian: this is neither true nor false" },
    };

    REFUSED(rows);
}

Test(reference_json, steps_have_their_form)
{
    static const wrong rows[] = {
        { "\"stage\":\"userspace\",\n      \"pcr\":11,", "\"stage\":\"later\",\n      \"pcr\":11,",
          "steps[9].stage: there is no such word" },
        { "\"stage\":\"userspace\",\n      \"pcr\":11,",
          "\"stage\":\"userspace\",\n      \"repeats\":true,\"pcr\":11,",
          "steps[9].repeats: only what varies does" },
        { "\"stage\":\"firmware\",\n      \"pcr\":0,", "\"stage\":\"firmware\",\n",
          "steps[0].pcr: what is extended is a PCR or, by \"nv_index\", an NV index" },
        { "\"nv_index\":30474752", "\"pcr\":1,\"nv_index\":30474752",
          "steps[10].pcr: what is extended is a PCR or, by \"nv_index\", an NV index" },
        { "EV_S_CRTM_VERSION", "EV_NONE",
          "steps[0].type: no type of events: \"EV_SEPARATOR\", or \"0x00000004\"" },
        { "0x80000123", "0x8000012C",
          "steps[6].type: no type of events: \"EV_SEPARATOR\", or \"0x00000004\"" },
        { "0x80000123", "0x123",
          "steps[6].type: no type of events: \"EV_SEPARATOR\", or \"0x00000004\"" },
        { "\"component\":\"kernel-2\"", "\"component\":\"kernel-3\"",
          "steps[2].alternatives[1].component: no component is called so" },
        { "\"component\":\"kernel-2\",", "",
          "steps[2].alternatives[1].component: no component is called so" },
        { "\"what\":\"SecureBoot\"", "\"what\":\"SetupMode\"",
          "steps[1].what: the event's data say something else" },
        { "\"content\":\"other\"", "\"what\":\"harmless\",\"content\":\"other\"",
          "steps[11].what: the event's data say something else" },
        { "\"label_hex\":\"ff00\"", "\"label_hex\":\"ff00\",\"label\":\"x\"",
          "steps[7].label: text and bytes of the same" },
        { "\"0x0055\":\"001122", "\"0x0055\":\"1122",
          "steps[0].digests: 6 bytes, and 7 are wanted" },
        { "\"sha256\",\n        \"0x0055\"", "\"sha1\",\n        \"0x0055\"",
          "steps[5].unknown: of an algorithm whose digest is there" },
        { "\"sha256\",\n        \"0x0055\"", "\"0x0055\",\n        \"0x0055\"",
          "steps[5].unknown: an algorithm stands there twice" },
        { "\"only_bank\":\"sha256\"", "\"only_bank\":\"md5\"",
          "steps[6]: an algorithm is called otherwise: \"sha256\", or \"0x0055\" where it has no "
          "name here" },
        { "\"content\":\"ima_template\"", "\"content\":\"ima\"",
          "steps[8].content: there is no such word" },
        { "\"content_name_hex\":\"fe\",\n      \"data\":\"00\"",
          "\"content_name_hex\":\"fe\",\n      \"data\":\"0g\"",
          "steps[11].data: these are no bytes in hexadecimal" },
        { "\"content_name_hex\":\"fe\"", "\"content_name_hex\":\"FE\"",
          "steps[11].content_name_hex: hexadecimal is in lower case here" },
        { "\"content_name_hex\":\"fe\",\n      \"data\":\"00\"", "\"date\":\"00\"",
          "steps[11]: the key 'date' is unknown here" },
    };

    REFUSED(rows);
}

Test(reference_json, a_variant_has_one_alternative_of_a_step)
{
    static const wrong rows[] = {
        { "            \"new kernel\"\n          ],\n          \"pcr\":4",
          "            \"old kernel\"\n          ],\n          \"pcr\":4",
          "steps[2].alternatives[1].variants: one is in an alternative before" },
        { "            \"new kernel\"\n          ],\n          \"pcr\":4",
          "          ],\n          \"pcr\":4", "steps[2].alternatives[1].variants: there is none" },
        { "\"stage\":\"userspace\",\n      \"pcr\":11,",
          "\"stage\":\"userspace\",\n      \"alternatives\":[],\"pcr\":11,",
          "steps[9]: the key 'pcr' is unknown here" },
        { "\"steps\":[", "\"steps\":[{\"stage\":\"firmware\",\"alternatives\":[]},",
          "steps[0].alternatives: not 1 to 64" },
        { "\"stage\":\"firmware\",\n      \"alternatives\"",
          "\"stage\":\"firmware\",\"varies\":\"so\",\n      \"alternatives\"",
          "steps[2].alternatives: what varies has but one" },
        { "{\n      \"stage\":\"launch\",\n      \"format\":\"txt2\",\n      \"banks\":{\n        "
          "\"sha256\":32\n      }\n    },",
          "", "steps[6].variants: \"logs\" has none of this stage for one" },
    };

    REFUSED(rows);
}

Test(reference_json, values_follow_from_the_steps)
{
    static const wrong rows[] = {
        { "\"7\":\"3a", "\"7\":\"3b",
          "variants[0].values.sha1: the value of PCR 7 does not follow from its steps" },
        { "          \"12\":\"8fca9b2292693506258f9fa871fa149a365e724d\",\n", "",
          "variants[0].confidence.sha1.predicted: of a PCR that has no value, or is known "
          "otherwise" },
        { "\"pcr\":12,", "\"pcr\":13,", "variants[0].values.sha1: the value of PCR 13 is missing" },
        /* a varying step in PCR 5, a value of it, and how it is known */
        { "\"16\":\"00", "\"5\":\"00",
          "variants[0].confidence.sha1.observed: of a PCR that has no value, or is known "
          "otherwise" },
        { "\"pcr\":5,", "\"pcr\":16,",
          "variants[0].values.sha1: PCR 16 has a value, and its steps come to none" },
        { "      \"name\":\"new kernel\",\n",
          "      \"name\":\"new kernel\",\"measurement_registers\":true,\n",
          "variants[1].values.measurement_registers: its logs say something else" },
        { "\"format\":\"txt2\",", "\"format\":\"txt2\",\"measurement_registers\":true,",
          "variants[0].values: its logs can't be of one boot: PCRs and registers" },
    };

    REFUSED(rows);
}

Test(reference_json, a_register_that_varies_has_no_value)
{
    char *const text = load_text(REFERENCE_FIXTURES "registers.json", NULL);
    char *const varies = replaced_text(text, "\"pcr\":1,", "\"varies\":\"so\",\"pcr\":1,");

    expect_refused(varies,
                   "variants[0].values.sha384: PCR 0 has a value, and its steps come to none");
    free(varies);
    free(text);
}

Test(reference_json, a_value_of_a_pcr_without_steps_needs_none)
{
    char *const text = replaced_text(full, "\"16\":\"0000", "\"16\":\"0001");
    assay_reference *reference = reference_read(text, hashes);

    cr_expect_eq(assay_reference_value(reference, 0, ASSAY_ALG_SHA1, 16).data[1], 1);
    assay_reference_free(&reference);
    free(text);
}

Test(reference_json, a_list_longer_than_any_reference_has_is_refused)
{
    assay_writer text = assay_writer_growing(REFERENCE_TEXT_MAX);

    assay_put_string(&text,
                     "{\"assay\":{\"schema\":\"assay-reference/1\"},\"name\":\"x\",\"variants\":[");
    for (int i = 0; i <= ASSAY_VARIANTS_MAX; i++)
        assay_put_format(&text, "%s{\"name\":\"%d\",\"values\":{}}", i > 0 ? "," : "", i);
    assay_put_string(&text, "]}");
    assay_put_u8(&text, 0);
    expect_refused((const char *)assay_written(&text).data, "variants: 65, and at most 64 may be");
    assay_writer_close(&text);
}

Test(reference_json, unsigned_is_all_but_the_signatures)
{
    assay_reference *reference = reference_read(full, hashes);
    char *const text = reference_written(reference, ASSAY_REFERENCE_UNSIGNED);
    const size_t size = strlen(text);

    cr_expect_eq(strncmp(text, full, size - 3), 0); /* up to "\n}\n" */
    cr_expect_str_eq(text + size - 3, "\n}\n");
    cr_expect_eq(strncmp(full + size - 3, ",\n  \"signatures\":", 17), 0);
    assay_reference_free(&reference);
    free(text);
}

Test(reference_json, text_that_is_none_is_not_written)
{
    assay_reference *reference = assay_reference_new("\xff");
    assay_writer writer = assay_writer_growing(REFERENCE_TEXT_MAX);

    cr_expect_eq(assay_reference_write(reference, ASSAY_REFERENCE_WHOLE, &writer),
                 -ASSAY_MALFORMED);
    assay_writer_close(&writer);
    assay_reference_free(&reference);
}

Test(reference_json, a_digest_of_another_size_is_not_written)
{
    assay_reference *reference = reference_read(full, hashes);
    assay_writer writer = assay_writer_growing(REFERENCE_TEXT_MAX);

    reference->steps[0].alternatives[0].event.digests[1].value.size = 31;
    cr_expect_eq(assay_reference_write(reference, ASSAY_REFERENCE_WHOLE, &writer),
                 -ASSAY_MALFORMED);
    assay_writer_close(&writer);
    assay_reference_free(&reference);
}

Test(reference_json, arrays_that_were_read_can_grow)
{
    assay_reference *reference = reference_read(full, hashes);
    const size_t count = reference->component_count;

    for (size_t i = 0; i < 100; i++)
        cr_assert_not_null(assay_arena_more(&reference->arena, &reference->components, count + i,
                                            sizeof *reference->components));
    cr_expect_str_eq(reference->components[count - 1].name, "userspace");
    assay_reference_free(&reference);
}

static int read_and_write(void)
{
    assay_reference *reference = NULL;
    assay_writer writer = assay_writer_growing(REFERENCE_TEXT_MAX);
    assay_hashes *own = assay_hashes_new();
    assay_error error;
    int status = own == NULL
                     ? -ASSAY_NO_MEMORY
                     : assay_reference_read(&reference, assay_bytes_of_string(full), own, &error);

    if (status == 0)
        status = assay_reference_write(reference, ASSAY_REFERENCE_WHOLE, &writer);
    assay_reference_free(&reference);
    assay_writer_close(&writer);
    assay_hashes_free(&own);
    return status;
}

Test(reference_json, memory_that_fails_is_said)
{
    cr_expect_gt(each_allocation_fails("read and write", read_and_write), 5);
}
