/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps of the events that flavors name. A flavor tells the order of the events of one PCR in one
 * part of the boot; which part's event came when, the PCR's value tells. Where no order comes to
 * the value, or there is no value, events are missing or may be any others, and there are no steps.
 */
#include "policy/export/hvs/merge.h"

#include "eventlog/types.h"
#include "policy/reference/sequence.h"

enum { TRIES = 1 << 20, LOG_BYTES_MAX = 256 << 20 };

/* The stages that a flavor has events of. */
enum { STAGES = ASSAY_STAGE_LAUNCH + 1 };

/* A variant's events while they are made steps. */
typedef struct builder {
    assay_hvs_reading *r;
    size_t variant;
    uint16_t alg;
    size_t tries;
    size_t counts[ASSAY_PCRS]; /* of the events of each PCR, in the order of the boot */
    const assay_event **events[ASSAY_PCRS];
    assay_pcr_set named;   /* PCRs of which events are named */
    assay_pcr_set stepped; /* of these, those whose events come to the value */
} builder;

static int no_memory(const builder *b)
{
    return assay_json_refuse_as(&b->r->at, ASSAY_NO_MEMORY, NULL, "no memory for steps");
}

static bool is_of(const builder *b, const assay_hvs_list *list)
{
    return (list->variants >> b->variant & 1) != 0;
}

/* The one bank that all events of the variant are of, or 0. */
static uint16_t bank_of(const builder *b)
{
    uint16_t alg = 0;

    for (size_t i = 0; i < b->r->list_count; i++)
        if (is_of(b, &b->r->lists[i]) && alg == 0)
            alg = b->r->lists[i].alg;
        else if (is_of(b, &b->r->lists[i]) && alg != b->r->lists[i].alg)
            return 0;
    return alg;
}

/* The PCRs whose events have an order that comes to the value. */

static int order_pcr(builder *b, unsigned pcr)
{
    assay_hvs_merge merge = { .hashes = b->r->job->hashes,
                              .arena = &b->r->job->arena,
                              .value =
                                  assay_reference_value(b->r->reference, b->variant, b->alg, pcr),
                              .tries = &b->tries };
    size_t lists = 0;

    for (size_t i = 0; i < b->r->list_count; i++) {
        const assay_hvs_list *const list = &b->r->lists[i];

        if (!is_of(b, list) || list->pcr != pcr)
            continue;
        if (lists++ < ASSAY_HVS_MERGED_MAX)
            merge.lists[merge.list_count++] = list;
    }
    if (lists == 0)
        return 0;
    b->named |= (assay_pcr_set)1 << pcr;
    if (merge.value.data == NULL || lists > ASSAY_HVS_MERGED_MAX)
        return 0;
    const int found = assay_hvs_merge_lists(&merge);
    if (found < 0)
        return no_memory(b);
    if (found > 0) {
        b->stepped |= (assay_pcr_set)1 << pcr;
        b->counts[pcr] = merge.count;
        b->events[pcr] = merge.order;
    }
    return 0;
}

/* The log that such events stand in, of each stage. */

static enum assay_stage stage_of(const assay_event *event)
{
    return (event->pcr_index >= 17 && event->pcr_index <= 22) ||
                   assay_part_of(event->type) != ASSAY_PART_OTHER
               ? ASSAY_STAGE_LAUNCH
               : ASSAY_STAGE_FIRMWARE;
}

/* What tboot measures has one order in all PCRs, and is called by it; all else comes before it. */
static size_t rank_of(const assay_event *event)
{
    static const assay_bytes names[] = { ASSAY_LITERAL("tb_policy"), ASSAY_LITERAL("vmlinuz"),
                                         ASSAY_LITERAL("initrd") };
    size_t rank = 0;

    if (event->type != TB_EVTYPE_HASH)
        return 0;
    while (rank < sizeof names / sizeof *names && !assay_bytes_equal(event->label, names[rank]))
        rank++;
    return rank + 1;
}

/* The next event of the PCRs, each of which is at its own place; NULL beyond the last. */
static const assay_event *next_event(const builder *b, size_t at[ASSAY_PCRS])
{
    unsigned next = ASSAY_PCRS;

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(b->stepped, pcr) && at[pcr] < b->counts[pcr] &&
            (next == ASSAY_PCRS ||
             rank_of(b->events[pcr][at[pcr]]) < rank_of(b->events[next][at[next]])))
            next = pcr;
    return next == ASSAY_PCRS ? NULL : b->events[next][at[next]++];
}

static int write_log(const builder *b, enum assay_stage stage, assay_writer *writer,
                     size_t *ret_count)
{
    const assay_log_header header = { .bank_count = 1,
                                      .banks = { { b->alg, assay_alg_find(b->alg)->size } },
                                      .stage = stage };
    size_t at[ASSAY_PCRS] = { 0 };
    assay_log_writer out;
    const assay_event *event;
    int status = assay_log_write_begin(&out, "text", &header, writer, b->r->at.error);

    if (status < 0)
        return status;
    *ret_count = 0;
    while (status == 0 && (event = next_event(b, at)) != NULL) {
        if (stage_of(event) != stage)
            continue;
        status = assay_log_write_event(&out, event, b->r->at.error);
        ++*ret_count;
    }
    const int ended = assay_log_write_end(&out, status < 0 ? NULL : b->r->at.error);
    return status < 0 ? status : ended;
}

/* As learning reads a boot's logs: with the component that each step is of. */
static int read_logs(const builder *b, assay_writer texts[STAGES], const size_t counts[STAGES],
                     assay_sequence *ret_sequence)
{
    assay_log logs[STAGES], *opened[STAGES];
    assay_learnt_boot boot = { .logs = opened };
    int status = 0;

    for (int stage = 0; stage < STAGES && status == 0; stage++) {
        if (counts[stage] == 0)
            continue;
        status = assay_log_open(&logs[boot.log_count], assay_written(&texts[stage]), "text", NULL,
                                b->r->at.error);
        if (status == 0) {
            opened[boot.log_count] = &logs[boot.log_count];
            boot.log_count++;
        }
    }
    if (status == 0)
        status = assay_sequence_read(ret_sequence, &boot, b->r->job->hashes, b->r->at.error);
    for (size_t i = 0; i < boot.log_count; i++)
        assay_log_close(opened[i]);
    return status;
}

static int make_sequence(const builder *b, assay_sequence *ret_sequence)
{
    assay_writer texts[STAGES];
    size_t counts[STAGES] = { 0 };
    int status = 0;

    for (int stage = 0; stage < STAGES; stage++) {
        texts[stage] = assay_writer_growing(LOG_BYTES_MAX);
        if (status == 0)
            status = write_log(b, (enum assay_stage)stage, &texts[stage], &counts[stage]);
        if (status == 0)
            status = assay_json_check_writer(&b->r->at, NULL, &texts[stage]);
    }
    if (status == 0)
        status = read_logs(b, texts, counts, ret_sequence);
    for (int stage = 0; stage < STAGES; stage++)
        assay_writer_close(&texts[stage]);
    return status;
}

/* Of the PCRs that have steps those to whose value a fold of the steps doesn't come. */
static int find_others(const builder *b, const assay_sequence *sequence, assay_pcr_set *ret_others)
{
    assay_pcr_set unheld[ASSAY_ALGS];
    assay_replay replay;
    const int status = assay_sequence_fold(sequence, b->r->job->hashes, &replay, unheld);

    if (status < 0)
        return assay_json_refuse_as(&b->r->at, (enum assay_kind) - status, NULL,
                                    "the events can't be folded");
    *ret_others = 0;
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(b->stepped, pcr) &&
            !assay_bytes_equal(assay_pcrs_value(&replay.pcrs, b->alg, pcr),
                               assay_reference_value(b->r->reference, b->variant, b->alg, pcr)))
            *ret_others |= (assay_pcr_set)1 << pcr;
    return 0;
}

/* What the flavors say nothing of, no boot of theirs is held to. */
static void say_which_pcrs(assay_reference_variant *variant)
{
    assay_pcr_set held = 0;

    for (size_t i = 0; i < variant->values.bank_count; i++)
        held |= variant->values.banks[i].present;
    variant->only_pcrs = held == ASSAY_ALL_PCRS ? 0 : held;
}

static int insert(const builder *b, assay_sequence *sequence)
{
    /* The events are as Intel's agent lists them. */
    for (size_t i = 0; i < sequence->log_count; i++)
        sequence->logs[i].format = "inteljson";
    say_which_pcrs(&b->r->reference->variants[b->variant]);
    return assay_reference_insert(b->r->reference, b->variant, sequence, b->r->at.error);
}

/* Steps of all PCRs that follow from their events, by the rules of replay too. */
static int add_followed(builder *b)
{
    assay_pcr_set others = b->stepped;
    int status = 0;

    while (b->stepped != 0 && others != 0 && status == 0) {
        assay_sequence sequence = { .count = 0 };

        status = make_sequence(b, &sequence);
        if (status == 0)
            status = find_others(b, &sequence, &others);
        b->stepped &= ~others;
        if (status == 0 && others == 0)
            status = insert(b, &sequence);
        assay_sequence_free(&sequence);
    }
    return status;
}

static size_t count_unkept(const builder *b)
{
    size_t count = 0;

    for (size_t i = 0; i < b->r->list_count; i++)
        if (is_of(b, &b->r->lists[i]) && !assay_pcr_set_has(b->stepped, b->r->lists[i].pcr))
            count += b->r->lists[i].count;
    return count;
}

static void note_lost(const builder *b)
{
    const assay_pcr_set unkept = b->named & ~b->stepped;
    const char *const name = b->r->reference->variants[b->variant].name;
    char pcrs[ASSAY_PCR_SET_TEXT];

    if (unkept != 0 && b->alg == 0)
        assay_import_note_on(b->r->job, ASSAY_EXPORT_LOSS,
                             "%zu events of variant %s are not kept: they are of several banks",
                             count_unkept(b), name);
    else if (unkept != 0)
        assay_import_note_on(b->r->job, ASSAY_EXPORT_LOSS,
                             "%zu events of PCR %s of variant %s are not kept: in no order do they "
                             "come to a value that the flavors state, so that others came too, or "
                             "may come",
                             count_unkept(b), assay_pcr_set_text(unkept, pcrs), name);
    if (b->stepped != 0)
        assay_import_note_on(b->r->job, ASSAY_EXPORT_NATURE,
                             "the data of events are not in flavors, nor how events of several "
                             "PCRs came one after the other");
}

static int add_variant_steps(assay_hvs_reading *r, size_t variant, size_t *tries)
{
    builder b = { .r = r, .variant = variant, .tries = *tries };
    int status = 0;

    b.alg = bank_of(&b);
    for (unsigned pcr = 0; pcr < ASSAY_PCRS && status == 0; pcr++)
        status = order_pcr(&b, pcr);
    if (status == 0)
        status = add_followed(&b);
    *tries = b.tries;
    if (status == 0)
        note_lost(&b);
    return status;
}

int assay_hvs_add_steps(assay_hvs_reading *r)
{
    size_t tries = TRIES;
    int status = 0;

    for (size_t i = 0; i < r->reference->variant_count && status == 0; i++)
        status = add_variant_steps(r, i, &tries);
    return status;
}
