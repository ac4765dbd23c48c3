/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Import: each base RIM among the files is a variant, learnt from the event log that it names by
 * its hash. What isn't named by a base RIM isn't read.
 */
#include "policy/export/rim/rim.h"

#include "base/number.h"
#include "policy/export/imported.h"
#include "policy/reference/learn.h"

/* One of the files that are base RIMs. */
typedef struct pair {
    const assay_export_file *support;
    assay_rim_tag tag;
    const char *variant;
} pair;

typedef struct importing {
    assay_import_job *job;
    assay_error *error;
    size_t count;
    pair *pairs;
    assay_reference *reference;
} importing;

static assay_bytes bytes_of(const assay_export_file *file)
{
    return assay_written(&file->writer);
}

/* An event log begins with a PCR, which is no '<'. */
static bool is_tag(const assay_export_file *file)
{
    static const assay_bytes mark = ASSAY_LITERAL("\xEF\xBB\xBF");
    const assay_bytes bytes = bytes_of(file);

    return assay_import_ends_in(file->path, ".swidtag") || assay_bytes_start_with(bytes, mark) ||
           (bytes.size > 0 && bytes.data[0] == '<');
}

/* The file of a name; refused where there is none, or more than one. */
static int find_support(importing *i, const pair *p, const assay_export_file **ret_file)
{
    const assay_rim_file *const wanted = &p->tag.files[0];
    const assay_export_file *found = NULL;

    if (p->tag.file_count != 1)
        return assay_fail(i->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "line %u of the tag: more than one support RIM, of which none is a "
                          "boot of its own",
                          p->tag.files[1].line);
    for (size_t j = 0; j < i->job->file_count; j++) {
        const assay_export_file *const file = &i->job->files[j];

        if (is_tag(file) || strcmp(assay_rim_base_name(file->path), wanted->name) != 0)
            continue;
        if (found != NULL)
            return assay_fail(i->error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                              "line %u of the tag: two files have the support RIM's name",
                              wanted->line);
        found = file;
    }
    *ret_file = found;
    return found != NULL ? 0
                         : assay_fail(i->error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                                      "line %u of the tag: the support RIM is not among the files",
                                      wanted->line);
}

static int check_hash(importing *i, const assay_rim_file *wanted, const assay_rim_hash *hash,
                      assay_bytes bytes)
{
    uint8_t value[ASSAY_DIGEST_MAX];
    char unknown[ASSAY_ALG_NUMBER_SIZE];
    assay_hash *hasher;
    int status = assay_hashes_get(i->job->hashes, hash->alg, &hasher);

    if (status == 0)
        status = assay_hash_parts(hasher, &bytes, 1, value);
    if (status < 0)
        return assay_fail(i->error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "the support RIM could not be hashed");
    return memcmp(value, hash->value, assay_hash_size(hasher)) == 0
               ? 0
               : assay_fail(i->error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                            "line %u of the tag: the support RIM's %s is another", wanted->line,
                            assay_alg_name(hash->alg, unknown));
}

static int check_support(importing *i, const pair *p)
{
    const assay_rim_file *const wanted = &p->tag.files[0];
    const assay_bytes bytes = bytes_of(p->support);
    int status = 0;

    if (bytes.size != wanted->size)
        return assay_fail(i->error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "line %u of the tag: the support RIM has %zu bytes, not %llu",
                          wanted->line, bytes.size, (unsigned long long)wanted->size);
    for (size_t j = 0; j < wanted->hash_count && status == 0; j++)
        status = check_hash(i, wanted, &wanted->hashes[j], bytes);
    return status;
}

static void note_trust(assay_import_job *job, const pair *p, enum assay_rim_trust trust)
{
    if (trust == ASSAY_RIM_UNSIGNED)
        assay_import_note_on(job, ASSAY_EXPORT_ADVICE,
                             "variant %s comes from a base RIM without a signature", p->variant);
    else if (trust == ASSAY_RIM_UNVERIFIED)
        assay_import_note_on(job, ASSAY_EXPORT_ADVICE,
                             "variant %s comes from a base RIM whose signer nobody checked: no "
                             "trusted key was given",
                             p->variant);
}

/* What is no reference on its own. */
static int check_kind(importing *i, const pair *p)
{
    const char *const *const texts = p->tag.texts;
    const char *const format = texts[ASSAY_RIM_SUPPORT_FORMAT];

    for (size_t j = 0; j < 2; j++) {
        const char *const flag = texts[j == 0 ? ASSAY_RIM_PATCH : ASSAY_RIM_SUPPLEMENTAL];

        if (flag != NULL && strcmp(flag, "true") == 0)
            return assay_fail(i->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                              "line %u of the tag: a patch or supplement is no reference without "
                              "the base RIM that it is of",
                              p->tag.line);
    }
    return format == NULL || strcmp(format, "TCG_EventLog_Assertion") == 0
               ? 0
               : assay_fail(i->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "line %u of the tag: the support RIM is none of "
                            "TCG_EventLog_Assertion",
                            p->tag.files[0].line);
}

/* A variant is called as its edition is, or as its product. */
static int name_variant(importing *i, pair *p)
{
    const char *const edition = p->tag.texts[ASSAY_RIM_EDITION];

    p->variant = edition != NULL && *edition != '\0' ? edition : p->tag.texts[ASSAY_RIM_NAME];
    for (const pair *other = i->pairs; other < p; other++)
        if (strcmp(other->variant, p->variant) == 0)
            return assay_fail(i->error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                              "line %u of the tag: another base RIM is of the same edition",
                              p->tag.line);
    return strcmp(i->pairs->tag.texts[ASSAY_RIM_NAME], p->tag.texts[ASSAY_RIM_NAME]) == 0
               ? 0
               : assay_fail(i->error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                            "line %u of the tag: it is of another product than the first",
                            p->tag.line);
}

static int read_pair(importing *i, const assay_export_file *file)
{
    enum assay_rim_trust trust;
    pair *const p = assay_arena_more(&i->job->arena, &i->pairs, i->count, sizeof *p);

    if (p == NULL)
        return assay_fail(i->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the tag");
    i->job->place = file->path;
    i->count++;
    int status = assay_rim_read_tag(bytes_of(file), i->job->trusted, i->job->trusted_count,
                                    i->job->hashes, &i->job->arena, &p->tag, &trust, i->error);
    if (status == 0)
        status = check_kind(i, p);
    if (status == 0)
        status = name_variant(i, p);
    if (status == 0)
        status = find_support(i, p, &p->support);
    if (status == 0)
        status = check_support(i, p);
    if (status == 0)
        note_trust(i->job, p, trust);
    return status;
}

/* A file that no base RIM vouches for is a mistake, or a trick. */
static int check_named(importing *i)
{
    for (size_t j = 0; j < i->job->file_count; j++) {
        const assay_export_file *const file = &i->job->files[j];
        bool named = is_tag(file);

        for (size_t k = 0; k < i->count; k++)
            named = named || i->pairs[k].support == file;
        if (!named) {
            i->job->place = file->path;
            return assay_fail(i->error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                              "no base RIM among the files names this one");
        }
    }
    return 0;
}

static int learn_log(importing *i, const pair *p, assay_log *log)
{
    assay_log *const logs[] = { log };
    const assay_learnt_boot boot = { .variant = p->variant, .log_count = 1, .logs = logs };

    if (log->header.stage != ASSAY_STAGE_FIRMWARE)
        return assay_fail(i->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the support RIM is no firmware's log");
    return assay_learn_boot(i->reference, &boot, i->job->hashes, i->error);
}

static int learn(importing *i, const pair *p)
{
    assay_log log;

    i->job->place = p->support->path;
    int status = assay_log_open(&log, bytes_of(p->support), "tcg2", NULL, i->error);
    if (status < 0)
        return status;
    status = learn_log(i, p, &log);
    assay_log_close(&log);
    return status;
}

static void copy(assay_reference *reference, const char **member, const char *text, bool *failed)
{
    if (text == NULL || *text == '\0' || strcmp(text, assay_rim_nobody) == 0)
        return;
    *member = assay_arena_text(&reference->arena, assay_bytes_of_string(text));
    *failed = *failed || *member == NULL;
}

/* A revision is a number; of what is more than that, as "2.1", the number in front. */
static bool read_revision(const char *text, uint64_t *ret_revision)
{
    static const uint64_t most = 999999999999999999;
    const size_t size = text == NULL ? 0 : strspn(text, "0123456789");

    return assay_digits_read(assay_bytes_of(text, size), 10, most, ret_revision) &&
           *ret_revision != 0;
}

/* What the first tag says of all. */
static int take_members(importing *i)
{
    assay_reference *const reference = i->reference;
    assay_reference_environment *const where = &reference->environment;
    const char *const *const texts = i->pairs[0].tag.texts;
    const struct {
        const char **member;
        enum assay_rim_text text;
    } members[] = {
        { &reference->version, ASSAY_RIM_VERSION },
        { &reference->vendor, ASSAY_RIM_ENTITY_NAME },
        { &reference->vendor_uri, ASSAY_RIM_REGID },
        { &where->platform_manufacturer, ASSAY_RIM_PLATFORM_MANUFACTURER },
        { &where->platform_model, ASSAY_RIM_PLATFORM_MODEL },
        { &where->platform_version, ASSAY_RIM_PLATFORM_VERSION },
        { &where->firmware_vendor, ASSAY_RIM_FIRMWARE_MANUFACTURER },
        { &where->firmware_version, ASSAY_RIM_FIRMWARE_VERSION },
    };
    uint64_t revision;
    bool failed = false;

    for (size_t j = 0; j < sizeof members / sizeof *members; j++)
        copy(reference, members[j].member, texts[members[j].text], &failed);
    if (!read_revision(texts[ASSAY_RIM_TAG_VERSION], &revision))
        assay_import_note_on(i->job, ASSAY_EXPORT_ADVICE,
                             "the tag is version 0, and the reference revision 1: references "
                             "count from there");
    else
        reference->revision = revision;
    return failed ? -ASSAY_NO_MEMORY : 0;
}

/* Nobody here saw the boot: somebody says so. */
static void state_values(assay_reference *reference)
{
    for (size_t i = 0; i < reference->variant_count; i++)
        memset(reference->variants[i].confidence, ASSAY_CONFIDENCE_STATED,
               sizeof reference->variants[i].confidence);
}

/* Learning may have put variants into another order than the files'. */
static int keep_texts(importing *i)
{
    const char *const *texts[ASSAY_VARIANTS_MAX] = { NULL };

    for (size_t j = 0; j < i->count; j++) {
        const size_t at = assay_reference_find(i->reference, i->pairs[j].variant);

        if (at < i->reference->variant_count)
            texts[at] = i->pairs[j].tag.texts;
    }
    return assay_rim_keep(i->reference, texts);
}

static int make_reference(importing *i)
{
    int status = 0;

    i->reference = assay_reference_new(i->pairs[0].tag.texts[ASSAY_RIM_NAME]);
    if (i->reference == NULL)
        return assay_fail(i->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the reference");
    for (size_t j = 0; j < i->count && status == 0; j++)
        status = learn(i, &i->pairs[j]);
    if (status < 0)
        return status;
    i->job->place = NULL;
    state_values(i->reference);
    status = take_members(i);
    if (status == 0)
        status = keep_texts(i);
    return status == 0 ? 0
                       : assay_fail(i->error, (enum assay_kind)-status, ASSAY_NOWHERE,
                                    "what the tags say could not be kept");
}

int assay_rim_read(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    importing i = { .job = job, .error = error };
    int status = 0;

    for (size_t j = 0; j < job->file_count && status == 0; j++)
        if (is_tag(&job->files[j]))
            status = i.count == ASSAY_VARIANTS_MAX
                         ? assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                                      "more base RIMs than a reference has variants")
                         : read_pair(&i, &job->files[j]);
    if (status == 0)
        status = check_named(&i);
    if (status == 0 && i.count == 0)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "none of the files is a base RIM (.swidtag)");
    if (status == 0)
        status = make_reference(&i);
    if (status == 0)
        *ret_reference = i.reference;
    else
        assay_reference_free(&i.reference);
    return status;
}
