/* SPDX-License-Identifier: BSD-2-Clause */
/* Records of components as steps of a reference. */
#include "policy/export/systemd/pcrlock_read.h"


static int no_memory(const assay_pcrlock_reading *r)
{
    return assay_fail(r->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the records");
}

/* Of what systemd has a name for, what it is. */
static const struct {
    const char *word;
    unsigned number;
    enum assay_part part;
} known[] = {
    { "secureboot-policy", 240, ASSAY_PART_SECURE_BOOT },
    { "firmware-code-early", 250, ASSAY_PART_FIRMWARE },
    { "firmware-config-early", 250, ASSAY_PART_SETUP },
    { "action-efi-application", 350, ASSAY_PART_BOOT_OPTION },
    { "secureboot-separator", 400, ASSAY_PART_FIRMWARE },
    { "separator", 500, ASSAY_PART_FIRMWARE },
    { "firmware-code-late", 550, ASSAY_PART_FIRMWARE },
    { "firmware-config-late", 550, ASSAY_PART_SETUP },
    { "gpt", 600, ASSAY_PART_GPT },
    { "secureboot-authority", 620, ASSAY_PART_SECURE_BOOT },
    { "action-efi-exit-boot-services", 700, ASSAY_PART_EXIT },
    { "kernel-cmdline", 710, ASSAY_PART_CMDLINE },
    { "kernel-initrd", 720, ASSAY_PART_INITRD },
};

static enum assay_part part_of(const assay_pcrlock_name *name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].number == name->number && strcmp(known[i].word, name->word) == 0)
            return known[i].part;
    return name->number >= 750 ? ASSAY_PART_USERSPACE : ASSAY_PART_OTHER;
}

static int add_component(assay_pcrlock_reading *r, const assay_pcrlock_name *name,
                         size_t *ret_component)
{
    assay_reference *const reference = r->reference;
    char text[ASSAY_PCRLOCK_WORD_MAX + 8];
    assay_writer writer = assay_writer_lent(text, sizeof text);

    assay_put_format(&writer, "%03u-%s", name->number, name->word);
    assay_reference_component *const component =
        assay_arena_more(&reference->arena, &reference->components, reference->component_count,
                         sizeof *component);
    const char *const kept = assay_arena_text(&reference->arena, assay_written(&writer));
    if (component == NULL || kept == NULL)
        return no_memory(r);
    if (reference->component_count == ASSAY_REFERENCE_COMPONENTS_MAX)
        return assay_fail(r->error, ASSAY_TOO_LARGE, ASSAY_NOWHERE, "too many components");
    *component = (assay_reference_component){ .role = part_of(name), .name = kept };
    *ret_component = reference->component_count++;
    return 0;
}

/* One that this doesn't know it passes over, as systemd does. */
static int read_digest(assay_pcrlock_reading *r, json_t *object, assay_event *event)
{
    const assay_alg *const alg =
        assay_alg_by_name(assay_json_text(json_object_get(object, "hashAlg")));
    uint8_t value[ASSAY_DIGEST_MAX];
    assay_writer writer = assay_writer_lent(value, sizeof value);

    if (!json_is_string(json_object_get(object, "hashAlg")))
        return assay_json_refuse(&r->at, "hashAlg", "the name of an algorithm is wanted");
    if (alg == NULL || !assay_systemd_knows_bank(alg->id))
        return 0;
    const int status =
        assay_json_read_hex(&r->at, json_object_get(object, "digest"), "digest", &writer);
    if (status < 0)
        return status;
    if (writer.written != alg->size)
        return assay_json_refuse(&r->at, "digest", "%u bytes are wanted", alg->size);
    if (assay_event_digest_of(event, alg->id).data != NULL)
        return assay_json_refuse(&r->at, "hashAlg", "a digest of that algorithm is there already");
    assay_event_digest *const digest = &event->digests[event->digest_count];
    if (!assay_arena_keep(&r->reference->arena, assay_bytes_of(value, alg->size), &digest->value))
        return no_memory(r);
    digest->alg = alg->id;
    event->digest_count++;
    return 0;
}

static int read_digests(assay_pcrlock_reading *r, const json_t *record, assay_event *event)
{
    json_t *const digests = json_object_get(record, "digests"), *digest;
    int status = 0;

    if (!json_is_array(digests))
        return assay_json_refuse(&r->at, "digests", "an array is wanted");
    assay_json_list list = assay_json_begin_list(&r->at, "digests", digests);
    while (status == 0 && (digest = assay_json_next(&list)) != NULL)
        status = read_digest(r, digest, event);
    assay_json_end_list(&list);
    return status;
}

static int add_step(assay_pcrlock_reading *r, const assay_pcrlock_file *file, size_t component,
                    const assay_event *event)
{
    assay_reference *const reference = r->reference;
    assay_reference_alternative *const at =
        assay_arena_room(&reference->arena, sizeof *at);

    if (reference->step_count == ASSAY_REFERENCE_STEPS_MAX)
        return assay_fail(r->error, ASSAY_TOO_LARGE, ASSAY_NOWHERE, "more than %d records",
                          ASSAY_REFERENCE_STEPS_MAX);
    assay_reference_step *const step = assay_arena_more(
        &reference->arena, &reference->steps, reference->step_count, sizeof *step);
    if (at == NULL || step == NULL)
        return no_memory(r);
    *at = (assay_reference_alternative){ .variants = file->variants,
                                         .component = component,
                                         .event = *event };
    *step = (assay_reference_step){ .stage = ASSAY_STAGE_FIRMWARE,
                                    .alternative_count = 1,
                                    .alternatives = at };
    reference->step_count++;
    return 0;
}

static int read_record(assay_pcrlock_reading *r, const assay_pcrlock_file *file, size_t component,
                       json_t *record)
{
    const json_t *const pcr = json_object_get(record, "pcr");
    /* A type or data that were guessed would be others than those of the boot's own log. */
    assay_event event = { .type = ASSAY_NO_EVENT_TYPE, .label = assay_bytes_of("", 0) };
    uint64_t number;

    if (!json_is_integer(pcr) || !assay_json_number(pcr, ASSAY_PCRS - 1, &number))
        return assay_json_refuse(&r->at, "pcr", "a number from 0 to 23 is wanted");
    event.pcr_index = (uint32_t)number;
    const int status = read_digests(r, record, &event);
    if (status < 0)
        return status;
    if (event.digest_count == 0)
        return assay_json_refuse(&r->at, "digests", "none of an algorithm that systemd knows");
    return add_step(r, file, component, &event);
}

static int read_files(assay_pcrlock_reading *r)
{
    size_t component = 0;
    int status = 0;
    json_t *record;

    for (size_t i = 0; i < r->count && status == 0; i++) {
        assay_pcrlock_file *const file = &r->files[i];
        const bool begins = i == 0 || !assay_pcrlock_same_component(file, &r->files[i - 1]);

        if (begins)
            status = add_component(r, &file->name, &component);
        r->job->place = file->file->path;
        r->at = (assay_json_walk){ .error = r->error };
        assay_json_list list = assay_json_begin_list(&r->at, "records",
                                                     json_object_get(file->document, "records"));
        while (status == 0 && (record = assay_json_next(&list)) != NULL)
            status = read_record(r, file, component, record);
        assay_json_end_list(&list);
    }
    if (status == 0)
        r->job->place = NULL;
    return status;
}

/* Values. */

static bool has_bank(const assay_reference *reference, uint16_t alg)
{
    for (size_t i = 0; i < reference->step_count; i++)
        if (assay_event_digest_of(&reference->steps[i].alternatives[0].event, alg).data != NULL)
            return true;
    return false;
}

/* All that is known of the log: the banks. */
static int add_log(assay_pcrlock_reading *r)
{
    assay_reference *const reference = r->reference;
    assay_reference_log *const log = assay_arena_more(
        &reference->arena, &reference->logs, reference->log_count, sizeof *log);

    if (log == NULL)
        return no_memory(r);
    *log = (assay_reference_log){ .variants = assay_reference_all(reference),
                                  .format = "cel-json",
                                  .header = { .stage = ASSAY_STAGE_FIRMWARE } };
    for (size_t i = 0; i < ASSAY_ALGS; i++)
        if (has_bank(reference, assay_alg_at(i)->id))
            log->header.banks[log->header.bank_count++] =
                (assay_bank){ assay_alg_at(i)->id, assay_alg_at(i)->size };
    reference->log_count++;
    return 0;
}

static int take_values(assay_pcrlock_reading *r, size_t variant)
{
    assay_pcr_set unheld[ASSAY_ALGS];
    assay_replay replay;
    const int status =
        assay_reference_fold(r->reference, variant, r->job->hashes, &replay, unheld);

    if (status < 0)
        return assay_fail(r->error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "the records can't be folded");
    for (size_t i = 0; i < replay.bank_count; i++) {
        const assay_replay_bank *const bank = &replay.banks[i];
        assay_pcr_bank *const to = bank->hash == NULL
                                       ? NULL
                                       : assay_pcrs_add_bank(
                                             &r->reference->variants[variant].values, bank->alg);

        if (to == NULL)
            continue;
        *to = replay.pcrs.banks[bank->slot];
        to->present = bank->extended & ~bank->incomplete;
    }
    return 0;
}

int assay_pcrlock_read_records(assay_pcrlock_reading *r)
{
    int status = read_files(r);

    if (status == 0)
        status = add_log(r);
    for (size_t i = 0; i < r->reference->variant_count && status == 0; i++)
        status = take_values(r, i);
    return status;
}
