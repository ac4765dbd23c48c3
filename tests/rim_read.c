/* SPDX-License-Identifier: BSD-2-Clause */
/* policy/export/rim: base RIMs are read, or refused with the line. */
#include "tests/rim.h"

#include "base/hex.h"
#include "tests/allocfail.h"

#include <unistd.h>

static assay_hashes *hashes;
static assay_arena arena;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_arena_free(&arena);
    assay_hashes_free(&hashes);
}

TestSuite(rim_read, .init = set_up, .fini = tear_down);

static int read_tag(const char *xml, assay_rim_tag *ret_tag, assay_error *error)
{
    enum assay_rim_trust trust;

    *error = (assay_error){ .kind = 0 };
    return assay_rim_read_tag(assay_bytes_of_string(xml), NULL, 0, hashes, &arena, ret_tag, &trust,
                              error);
}

static char *bare_tag(void)
{
    char *const xml = rim_fixture("rsa-sha256.swidtag"), *const bare = rim_unsigned(xml);

    free(xml);
    return bare;
}

Test(rim_read, a_tag_says_what_its_template_says)
{
    static const struct {
        enum assay_rim_text text;
        const char *value;
    } wanted[] = {
        { ASSAY_RIM_NAME, "compute & image" },
        { ASSAY_RIM_TAG_ID, "11111111-2222-4333-8444-555555555555" },
        { ASSAY_RIM_TAG_VERSION, "7" },
        { ASSAY_RIM_VERSION, "2026.01" },
        { ASSAY_RIM_CORPUS, NULL },
        { ASSAY_RIM_PATCH, "false" },
        { ASSAY_RIM_ENTITY_NAME, "B\xC3\xA4"
                                 "cker <Builds>" },
        { ASSAY_RIM_REGID, "http://builds.example" },
        { ASSAY_RIM_ROLE, "softwareCreator tagCreator" },
        { ASSAY_RIM_LINK_MEDIA, "https://builds.example/2026.01" },
        { ASSAY_RIM_LINK_SUPERSEDES, NULL },
        { ASSAY_RIM_COLLOQUIAL_VERSION, "2026.01" },
        { ASSAY_RIM_EDITION, "first" },
        { ASSAY_RIM_PLATFORM_MANUFACTURER, "Example" },
        { ASSAY_RIM_PLATFORM_MANUFACTURER_ID, "00201234" },
        { ASSAY_RIM_PLATFORM_MODEL, "R1" },
        { ASSAY_RIM_DIRECTORY_NAME, "rim" },
    };
    char *const bare = bare_tag();
    assay_rim_tag tag;
    assay_error error;

    cr_assert_eq(read_tag(bare, &tag, &error), 0, "%s", error.what);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const char *const got = tag.texts[wanted[i].text];

        cr_expect((got == NULL) == (wanted[i].value == NULL) &&
                      (got == NULL || strcmp(got, wanted[i].value) == 0),
                  "%s: %s", assay_rim_text_at(wanted[i].text)->attribute, got);
    }
    cr_assert_eq(tag.file_count, 1);
    cr_expect_str_eq(tag.files[0].name, "image.rimel");
    cr_expect_eq(tag.files[0].size, 228);
    cr_expect_eq(tag.files[0].hash_count, 3);
    free(bare);
}

typedef struct change {
    const char *from, *to;
    const char *what;
} change;

static const change changes[] = {
    /* XML that no tag is. */
    { "<swid:SoftwareIdentity", "<!DOCTYPE x [<!ENTITY a \"b\">]><swid:SoftwareIdentity",
      "line 3 of the tag: a document type, which no tag has" },
    { "<swid:Meta", "<<swid:Meta", "line 6 of the tag: not well-formed XML (libxml2's error 68)" },
    { "name=\"rim\"", "name=\"rim\" name=\"rim\"",
      "line 8 of the tag: not well-formed XML (libxml2's error 42)" },
    { "name=\"rim\"", "name=\"&x;\"",
      "line 8 of the tag: not well-formed XML (libxml2's error 26)" },
    { "B\xC3\xA4", "B\xE4", "line 4 of the tag: not well-formed XML (libxml2's error 9)" },
    { "<swid:Directory", "<other:Directory",
      "line 10 of the tag: not well-formed XML (libxml2's error 76)" },
    { " rim:platformModel", " nowhere:platformModel",
      "line 6 of the tag: not well-formed XML (libxml2's error 201)" },
    { "<swid:Directory", "<swid:Directory xmlns:x=\"relative\"",
      "line 8 of the tag: a namespace is not an absolute URI" },
    /* Tags that none are. */
    { "19770/-2/2015/schema.xsd", "19770/-2/2009/schema.xsd",
      "line 3 of the tag: the root is no SoftwareIdentity of ISO/IEC 19770-2:2015" },
    { " tagId=\"11111111-2222-4333-8444-555555555555\"", "",
      "line 3 of the tag: SoftwareIdentity has no name, or no tagId" },
    { "tagVersion=\"7\"", "tagVersion=\"-7\"", "line 3 of the tag: tagVersion is no number" },
    { "tagVersion=\"7\"", "tagVersion=\"7777777777777777777\"",
      "line 3 of the tag: tagVersion is no number" },
    { "patch=\"false\"", "patch=\"no\"",
      "line 3 of the tag: corpus, patch and supplemental are true or false" },
    { " role=\"softwareCreator tagCreator\"", "",
      "line 4 of the tag: Entity has no name, or no role" },
    { "softwareCreator tagCreator", "softwareCreator tagCreators",
      "line 3 of the tag: no Entity is the tagCreator" },
    { "rel=\"installationmedia\"", "", "line 5 of the tag: Link has no href, or no rel" },
    { "<swid:Link", "<swid:Lynk", "line 5 of the tag: an element that SoftwareIdentity doesn't" },
    { "<swid:Link", "<Link", "line 5 of the tag: an element that SoftwareIdentity doesn't have" },
    { "<swid:Link", "<swid:Evidence/><swid:Link",
      "line 5 of the tag: Evidence: the tag says what was found, not what is right" },
    { "<swid:Link", "<swid:Payload/><swid:Link", "line 7 of the tag: a second Payload" },
    /* Payloads that say nothing, or two things. */
    { "<swid:Directory name=\"rim\"", "<swid:Directory",
      "line 8 of the tag: Directory has no name" },
    { "<swid:Directory", "<File name=\"other.rimel\"/><swid:Directory",
      "line 8 of the tag: a Directory or File is not in the namespace of SWID tags" },
    { "<swid:Directory", "<swid:File name=\"image.rimel\"/><swid:Directory",
      "line 8 of the tag: File is in no Directory" },
    { "name=\"image.rimel\"", "name=\"rims/\"", "line 9 of the tag: File has no name" },
    { "size=\"228\"", "", "line 9 of the tag: File has no size that is a number" },
    { "size=\"228\"", "size=\"+228\"", "line 9 of the tag: File has no size that is a number" },
    { "SHA256:hash=\"c5", "SHA256:hash=\"c", "line 9 of the tag: a hash has not as many" },
    { "SHA256:hash=\"c5", "SHA256:hash=\"cg", "line 9 of the tag: a hash has not as many" },
    { "xmlns:SHA256=\"http://www.w3.org/2001/04/xmlenc#sha256\"",
      "xmlns:SHA256=\"http://www.w3.org/2001/04/xmlenc#sha384\" xmlns:c=\"http://www.w3.org/2001/"
      "04/xmlenc#sha256\" c:hash=\"\"",
      "line 9 of the tag: a hash has not as many" },
    { "<swid:File", "<swid:Phile", "line 7 of the tag: Payload has no File" },
};

Test(rim_read, what_is_wrong_is_refused_with_its_line)
{
    char *const bare = bare_tag();

    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char *const changed = replaced_text(bare, changes[i].from, changes[i].to);
        const char *const wanted = changes[i].what;
        assay_rim_tag tag;
        assay_error error;

        cr_expect_lt(read_tag(changed, &tag, &error), 0, "%zu: not refused, but: %s", i, wanted);
        cr_expect(strncmp(error.what, wanted, strlen(wanted)) == 0, "%zu: %s, not: %s", i,
                  error.what, wanted);
        free(changed);
    }
    free(bare);
}

Test(rim_read, nothing_is_said_on_standard_error)
{
    char *const bare = bare_tag();
    FILE *const said = tmpfile();
    const int before = dup(STDERR_FILENO);

    dup2(fileno(said), STDERR_FILENO);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char *const changed = replaced_text(bare, changes[i].from, changes[i].to);
        assay_rim_tag tag;
        assay_error error;

        read_tag(changed, &tag, &error);
        free(changed);
    }
    dup2(before, STDERR_FILENO);
    close(before);
    cr_expect_eq(lseek(fileno(said), 0, SEEK_END), 0);
    fclose(said);
    free(bare);
}

Test(rim_read, depth_and_size_have_their_bounds)
{
    enum { DEPTH = 300 };
    char *const deep = calloc(DEPTH, 8), *const large = malloc(ASSAY_RIM_TAG_MAX + 2);
    assay_rim_tag tag;
    assay_error error;

    for (size_t i = 0; i < DEPTH; i++)
        strcat(deep, "<a>");
    for (size_t i = 0; i < DEPTH; i++)
        strcat(deep, "</a>");
    cr_expect_eq(read_tag(deep, &tag, &error), -ASSAY_MALFORMED);
    cr_expect_str_eq(error.what, "line 1 of the tag: not well-formed XML (libxml2's error 1)");
    memset(large, ' ', ASSAY_RIM_TAG_MAX + 1);
    large[ASSAY_RIM_TAG_MAX + 1] = '\0';
    cr_expect_eq(read_tag(large, &tag, &error), -ASSAY_TOO_LARGE);
    cr_expect_eq(read_tag("", &tag, &error), -ASSAY_MALFORMED);
    free(large);
    free(deep);
}

/* Files of an import; what they hold is the test's. */
typedef struct folder {
    size_t count;
    assay_export_file files[6];
} folder;

static void put_file(folder *f, const char *path, const char *bytes, size_t size)
{
    assay_export_file *const file = &f->files[f->count++];

    *file = (assay_export_file){ .path = path, .writer = assay_writer_growing(1 << 20) };
    assay_put(&file->writer, assay_bytes_of(bytes, size));
}

static void put_text(folder *f, const char *path, char *text)
{
    put_file(f, path, text, strlen(text));
    free(text);
}

static void put_log(folder *f, const char *path, size_t left_out)
{
    size_t size;
    char *const log = load_text("fixtures/rim/image.rimel", &size);

    put_file(f, path, log, size - left_out);
    free(log);
}

/* Imports and frees the folder; the reference is the caller's where there is one. */
static int import(folder *f, assay_reference **ret_reference, assay_error *error)
{
    assay_import_job job = { .file_count = f->count, .files = f->files, .hashes = hashes };
    const assay_export_format *const format = assay_export_format_by_name("tcg-rim");

    *error = (assay_error){ .kind = 0 };
    const int status = assay_export_read(format, &job, ret_reference, error);
    assay_import_job_free(&job);
    for (size_t i = 0; i < f->count; i++)
        assay_writer_close(&f->files[i].writer);
    *f = (folder){ .count = 0 };
    return status;
}

Test(rim_read, an_import_has_the_tag_s_members_and_the_log_s_values)
{
    /* H(zeros | H(00000000)) by Python's hashlib: the separator of the log alone in PCR 7. */
    static const char pcr7[] = "3d458cfe55cc03ea1f443f1562beec8df51c75e14a9fcf9a7234a13f198e7969";
    assay_reference *reference;
    uint8_t value[32];
    folder f = { .count = 0 };
    assay_error error;

    put_text(&f, "swidtag/a.swidtag", rim_fixture("rsa-sha256.swidtag"));
    put_log(&f, "rim/image.rimel", 0);
    cr_assert_eq(import(&f, &reference, &error), 0, "%s", error.what);
    cr_expect_str_eq(reference->name, "compute & image");
    cr_expect_str_eq(reference->version, "2026.01");
    cr_expect_str_eq(reference->environment.platform_model, "R1");
    cr_expect_eq(reference->revision, 7);
    cr_assert_eq(reference->variant_count, 1);
    cr_expect_str_eq(reference->variants[0].name, "first");
    cr_expect_eq(reference->variants[0].confidence[0][7], ASSAY_CONFIDENCE_STATED);
    cr_expect_eq(reference->step_count, 3);
    cr_expect(assay_hex_decode(ASSAY_LITERAL(pcr7), value, sizeof value));
    cr_expect(assay_bytes_equal(assay_reference_value(reference, 0, ASSAY_ALG_SHA256, 7),
                                assay_bytes_of(value, sizeof value)));
    assay_reference_free(&reference);
}

/* The second of two tags is no XML, and the third file is none that a tag names. */
Test(rim_read, the_file_that_is_refused_is_named)
{
    static const struct {
        const char *path, *text;
    } rows[] = { { "swidtag/b.swidtag", "<broken" }, { "rim/stray.rimel", "stray" } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        folder f = { .count = 0 };
        assay_reference *reference = NULL;
        assay_error error = { .kind = 0 };

        put_text(&f, "swidtag/a.swidtag", rim_fixture("rsa-sha256.swidtag"));
        put_log(&f, "rim/image.rimel", 0);
        put_file(&f, rows[i].path, rows[i].text, strlen(rows[i].text));
        assay_import_job job = { .file_count = f.count, .files = f.files, .hashes = hashes };
        cr_expect_eq(assay_export_read(assay_export_format_by_name("tcg-rim"), &job, &reference,
                                       &error),
                     -ASSAY_MALFORMED);
        cr_assert_not_null(job.place);
        cr_expect_str_eq(job.place, rows[i].path, "%s: %s", job.place, error.what);
        assay_import_job_free(&job);
        for (size_t j = 0; j < f.count; j++)
            assay_writer_close(&f.files[j].writer);
    }
}

static void expect_refused(folder *f, int kind, const char *what)
{
    assay_reference *reference = NULL;
    assay_error error;

    cr_expect_eq(import(f, &reference, &error), -kind, "%s", error.what);
    cr_expect_str_eq(error.what, what);
}

/* The bare tag, changed, beside its log. */
static void expect_changed_refused(const char *from, const char *to, int kind, const char *what)
{
    char *const bare = bare_tag();
    folder f = { .count = 0 };

    put_text(&f, "a.swidtag", replaced_text(bare, from, to));
    put_log(&f, "image.rimel", 0);
    expect_refused(&f, kind, what);
    free(bare);
}

Test(rim_read, a_support_rim_is_the_one_that_was_signed_or_refused)
{
    folder f = { .count = 0 };

    put_text(&f, "a.swidtag", bare_tag());
    expect_refused(&f, ASSAY_MALFORMED,
                   "line 9 of the tag: the support RIM is not among the files");
    put_text(&f, "a.swidtag", bare_tag());
    put_log(&f, "image.rimel", 1);
    expect_refused(&f, ASSAY_MALFORMED,
                   "line 9 of the tag: the support RIM has 227 bytes, not 228");
    put_text(&f, "a.swidtag", bare_tag());
    put_log(&f, "one/image.rimel", 0);
    put_log(&f, "two/image.rimel", 0);
    expect_refused(&f, ASSAY_MALFORMED, "line 9 of the tag: two files have the support RIM's name");
    put_text(&f, "a.swidtag", bare_tag());
    put_log(&f, "image.rimel", 0);
    put_log(&f, "more.rimel", 0);
    expect_refused(&f, ASSAY_MALFORMED, "no base RIM among the files names this one");
    put_log(&f, "image.rimel", 0);
    expect_refused(&f, ASSAY_MALFORMED, "no base RIM among the files names this one");
    expect_changed_refused("SHA256:hash=\"c5", "SHA256:hash=\"c6", ASSAY_MALFORMED,
                           "line 9 of the tag: the support RIM's sha256 is another");
    expect_changed_refused("a:hash=\"70", "a:hash=\"71", ASSAY_MALFORMED,
                           "line 9 of the tag: the support RIM's sha384 is another");
    expect_changed_refused("b:hash=\"da", "b:hash=\"db", ASSAY_MALFORMED,
                           "line 9 of the tag: the support RIM's sha512 is another");
}

Test(rim_read, what_is_no_boot_of_its_own_is_no_reference)
{
    folder f = { .count = 0 };

    expect_changed_refused("patch=\"false\"", "patch=\"true\"", ASSAY_UNSUPPORTED,
                           "line 3 of the tag: a patch or supplement is no reference without the "
                           "base RIM that it is of");
    expect_changed_refused("supplemental=\"false\"", "supplemental=\"true\"", ASSAY_UNSUPPORTED,
                           "line 3 of the tag: a patch or supplement is no reference without the "
                           "base RIM that it is of");
    expect_changed_refused("<swid:File ",
                           "<swid:File xmlns:r=\"https://trustedcomputinggroup.org/wp-content/"
                           "uploads/TCG_RIM_Model\" r:supportRIMFormat=\"TPM_PCR_Assertion\" ",
                           ASSAY_UNSUPPORTED,
                           "line 9 of the tag: the support RIM is none of TCG_EventLog_Assertion");
    put_text(&f, "a.swidtag", bare_tag());
    put_text(&f, "b.swidtag", bare_tag());
    put_log(&f, "image.rimel", 0);
    expect_refused(&f, ASSAY_MALFORMED,
                   "line 3 of the tag: another base RIM is of the same edition");
}

static char *signed_tag;

Test(rim_read, two_tags_of_one_boot_are_one_boot_or_two)
{
    char *const bare = bare_tag();
    assay_reference *reference;
    folder f = { .count = 0 };
    assay_error error;

    put_text(&f, "a.swidtag", replaced_text(bare, "edition=\"first", "edition=\"second"));
    put_text(&f, "b.swidtag", replaced_text(bare, "tagVersion=\"7", "tagVersion=\"8"));
    put_log(&f, "image.rimel", 0);
    cr_assert_eq(import(&f, &reference, &error), 0, "%s", error.what);
    cr_expect(reference->variant_count == 1 || reference->variant_count == 2);
    cr_expect_str_eq(reference->variants[0].name, "second");
    assay_reference_free(&reference);
    free(bare);
}

static int read_signed(void)
{
    assay_arena own = { NULL };
    enum assay_rim_trust trust;
    assay_rim_tag tag;
    const int status = assay_rim_read_tag(assay_bytes_of_string(signed_tag), NULL, 0, hashes, &own,
                                          &tag, &trust, NULL);

    assay_arena_free(&own);
    return status;
}

Test(rim_read, memory_that_is_not_there_is_no_crash)
{
    signed_tag = rim_fixture("rsa-sha256.swidtag");
    cr_expect_gt(each_allocation_fails("reading a base RIM", read_signed), 2);
    free(signed_tag);
}
