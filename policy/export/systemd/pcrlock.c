/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/systemd/pcrlock.h"

#include "base/output.h"
#include "eventlog/types.h"
#include "policy/export/imported.h"

enum { SLUG_MAX = 64 };

/* Which PCRs come out. */

/* Steps of a PCR, in a variant: those that systemd-pcrlock's logs tell of, and others. */
typedef struct measured {
    bool told, untold;
} measured;

static measured look_at(const assay_reference *reference, size_t variant, unsigned pcr)
{
    measured found = { .told = false };

    for (size_t i = 0; i < reference->step_count; i++) {
        const assay_reference_step *const step = &reference->steps[i];
        const assay_reference_alternative *const at = assay_reference_at(step, variant);

        if (at == NULL || at->event.pcr_index != pcr || at->event.type == EV_NO_ACTION)
            continue;
        if (step->stage == ASSAY_STAGE_FIRMWARE || step->stage == ASSAY_STAGE_USERSPACE)
            found.told = true;
        else
            found.untold = true;
    }
    return found;
}

/* Whether something went into the PCR that no step tells of. */
static bool was_extended(const assay_export_job *job, size_t variant, unsigned pcr)
{
    for (size_t bank = 0; bank < job->bank_count; bank++) {
        const assay_bytes value = assay_export_value(job, variant, job->banks[bank], pcr);

        if (value.data != NULL && !assay_bytes_all(value, 0))
            return true;
    }
    return false;
}

/* Whether a bank that systemd knows has the PCR's value in each variant that measures there. */
static bool holds(const assay_export_job *job, uint16_t bank, unsigned pcr)
{
    for (size_t i = 0; i < job->reference->variant_count; i++)
        if (assay_export_has_variant(job, i) && look_at(job->reference, i, pcr).told &&
            assay_export_value(job, i, bank, pcr).data == NULL)
            return false;
    return assay_systemd_knows_bank(bank);
}

static bool is_held(const assay_export_job *job, unsigned pcr)
{
    for (size_t bank = 0; bank < job->bank_count; bank++)
        if (holds(job, job->banks[bank], pcr))
            return true;
    return false;
}

/* A PCR comes out whole or not at all: of what is left pcrlock would predict a wrong value. */
static bool is_told(assay_export_job *job, unsigned pcr)
{
    bool told = false;

    for (size_t i = 0; i < job->reference->variant_count; i++) {
        const measured found = look_at(job->reference, i, pcr);

        if (!assay_export_has_variant(job, i))
            continue;
        if (found.untold || (!found.told && was_extended(job, i, pcr))) {
            assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                 "PCR %u is left out: what goes into it is in no log that "
                                 "systemd-pcrlock reads, which are the firmware's and systemd's own",
                                 pcr);
            return false;
        }
        told = told || found.told;
    }
    return told;
}

static assay_pcr_set choose_pcrs(assay_export_job *job)
{
    assay_pcr_set pcrs = 0;

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(job->pcrs, pcr) && is_told(job, pcr) && is_held(job, pcr))
            pcrs |= (assay_pcr_set)1 << pcr;
    return pcrs;
}

static int plan_boots(assay_pcrlock_plan *plan, assay_error *error)
{
    const assay_export_job *const job = plan->job;

    for (size_t i = 0; i < job->reference->variant_count; i++) {
        if (!assay_export_has_variant(job, i))
            continue;
        assay_pcrlock_boot *const boot =
            assay_arena_more(&plan->job->arena, &plan->boots, plan->boot_count, sizeof *boot);

        if (boot == NULL)
            return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the boots");
        boot->variant = i;
        plan->boot_count++;
    }
    return 0;
}

/* What files are called. */

/* A name of a variant as a part of a file's name. */
static void put_slug(assay_writer *path, const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const size_t size = strnlen(name, SLUG_MAX);

    for (size_t i = 0; i < size; i++)
        assay_put_char(path, strchr(plain, name[i]) != NULL ? name[i] : '-');
}

static bool measures(const assay_event *event, unsigned pcr, assay_bytes bytes,
                     assay_hashes *hashes)
{
    for (size_t i = 0; i < event->digest_count; i++) {
        uint8_t digest[ASSAY_DIGEST_MAX];
        assay_hash *hash;

        if (assay_hashes_get(hashes, event->digests[i].alg, &hash) == 0 &&
            (assay_hash_parts(hash, &bytes, 1, digest) < 0 ||
             !assay_bytes_equal(event->digests[i].value,
                                assay_bytes_of(digest, assay_hash_size(hash)))))
            return false;
    }
    return event->pcr_index == pcr;
}

static bool are_separators(const assay_pcrlock_list *list, unsigned first, unsigned last,
                           assay_bytes value, assay_hashes *hashes)
{
    if (list->count != last - first + 1)
        return false;
    for (unsigned i = 0; i < list->count; i++)
        if (!measures(list->records[i], first + i, value, hashes))
            return false;
    return true;
}

/* Variants that systemd installs itself, under these names and with these very records. */
static const char *installed(const assay_pcrlock_name *name, const assay_pcrlock_list *list,
                             assay_hashes *hashes)
{
    const unsigned first = name->number == 400 ? 7 : 0, last = name->number == 400 ? 7 : 6;

    if (name->number == 700 && list->count == 2 &&
        measures(list->records[0], 5, ASSAY_LITERAL("Exit Boot Services Invocation"), hashes) &&
        measures(list->records[1], 5, ASSAY_LITERAL("Exit Boot Services Returned with Success"),
                 hashes))
        return "300-present";
    if (name->number != 400 && name->number != 500)
        return NULL;
    if (are_separators(list, first, last, ASSAY_LITERAL("\0\0\0\0"), hashes))
        return "300-0x00000000";
    return are_separators(list, first, last, ASSAY_LITERAL("\xff\xff\xff\xff"), hashes)
               ? "600-0xffffffff"
               : NULL;
}

/*
 * "generated" is what systemd-pcrlock's own verbs write. Variants are numbered, so that they come
 * in their order.
 */
static void put_path(assay_writer *path, const assay_pcrlock_component *component, size_t place,
                     assay_hashes *hashes)
{
    const assay_pcrlock_list *const list = &component->lists[place];
    const char *const own = installed(&component->name, list, hashes);

    assay_put_format(path, "%03u-%s.pcrlock", component->name.number, component->name.word);
    if (component->list_count == 1 && assay_pcrlock_is_single(&component->name))
        return;
    assay_put_string(path, ".d/");
    if (component->list_count == 1)
        assay_put_string(path, own != NULL ? own : "generated");
    else {
        assay_put_format(path, "%03zu-", (place + 1) * 10);
        put_slug(path, list->count == 0 ? "absent" : list->first);
    }
    assay_put_string(path, ".pcrlock");
}

/* The files. */

static void emit_record(assay_output *out, const assay_export_job *job, const assay_event *event)
{
    assay_emit_object(out, NULL);
    assay_emit_u64(out, "pcr", event->pcr_index);
    assay_emit_array(out, "digests");
    for (size_t i = 0; i < job->bank_count; i++) {
        const assay_bytes digest = assay_event_digest_of(event, job->banks[i]);

        if (digest.data == NULL || !assay_systemd_knows_bank(job->banks[i]))
            continue;
        assay_emit_object(out, NULL);
        assay_emit_alg(out, "hashAlg", job->banks[i]);
        assay_emit_hex(out, "digest", digest);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    assay_emit_end(out);
}

/* Which variants a file is of is for whoever reads it back: systemd passes over the member. */
static void emit_variants(assay_output *out, const assay_pcrlock_plan *plan,
                          assay_variant_set variants)
{
    const char *last = NULL;

    assay_emit_array(out, "variants");
    for (size_t left = (size_t)__builtin_popcountll(variants); left > 0; left--) {
        const char *next = NULL;

        for (size_t i = 0; i < plan->boot_count; i++) {
            const size_t variant = plan->boots[i].variant;
            const char *const name = plan->job->reference->variants[variant].name;

            if ((variants >> variant & 1) == 0 || name == NULL)
                continue;
            if ((last == NULL || strcmp(name, last) > 0) &&
                (next == NULL || strcmp(name, next) < 0))
                next = name;
        }
        if (next == NULL)
            break;
        assay_emit_string(out, NULL, next);
        last = next;
    }
    assay_emit_end(out);
}

static void write_list(const assay_pcrlock_plan *plan, const assay_pcrlock_component *component,
                       size_t place)
{
    const assay_pcrlock_list *const list = &component->lists[place];
    char text[2 * ASSAY_PCRLOCK_WORD_MAX + SLUG_MAX + 64];
    assay_writer path = assay_writer_lent(text, sizeof text - 1);

    put_path(&path, component, place, plan->job->hashes);
    text[path.used] = '\0';
    assay_output out = assay_output_json_line(assay_export_add_file(plan->job, text));
    assay_emit_object(&out, NULL);
    assay_emit_array(&out, "records");
    for (size_t i = 0; i < list->count; i++)
        emit_record(&out, plan->job, list->records[i]);
    assay_emit_end(&out);
    if (component->list_count > 1)
        emit_variants(&out, plan, list->variants);
    assay_emit_end(&out);
}

static int write_components(assay_export_job *job, assay_error *error)
{
    assay_pcrlock_plan plan = { .job = job };
    int status = 0;

    if (job->reference->step_count == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the reference has values and no steps, and components are made of steps");
    plan.pcrs = choose_pcrs(job);
    if (plan.pcrs == 0)
        status = assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "there is no PCR to write: none is held that is wanted and that a log "
                            "which systemd-pcrlock reads tells of");
    if (status == 0)
        status = plan_boots(&plan, error);
    if (status == 0)
        status = assay_pcrlock_sort(&plan, error);
    do
        status = status < 0 ? status : assay_pcrlock_order(&plan, error);
    while (status == 0 && assay_pcrlock_join(&plan));
    if (status < 0)
        return status;
    for (size_t i = 0; i < plan.component_count; i++)
        for (size_t j = 0; j < plan.components[i].list_count; j++)
            write_list(&plan, &plan.components[i], j);
    assay_pcrlock_note(&plan);
    return 0;
}

const assay_export_format assay_export_pcrlock = {
    .name = "pcrlock",
    .title = "systemd-pcrlock: components and their variants",
    .reader = "systemd-pcrlock 255 and later (tried with 256 to 262)",
    .holds = "sha1, sha256, sha384, sha512; PCRs of the firmware's and systemd's logs, not TXT's "
             "nor IMA's",
    .loses = "which variants of components go together; types and data of events",
    .folder = true,
    .text = true,
    .settings = assay_import_variant_setting,
    .write = write_components,
    .read = assay_pcrlock_read,
};
