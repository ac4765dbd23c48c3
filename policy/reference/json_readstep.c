/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of a reference's JSON. */
#include "policy/reference/json_private.h"

static const char *content_name(unsigned content)
{
    return assay_content_name((enum assay_content)content);
}

/* Alternatives. */

#define ALTERNATIVE                                                                                \
    "variants", "pcr", "nv_index", "type", "component", "what", "label", "label_hex", "digests",   \
        "unknown", "content", "content_name", "content_name_hex", "only_bank", "data"

/* What an alternative is read for. */
typedef struct of_step {
    assay_reference_reading *r;
    assay_reference_step *step;
    assay_variant_set taken; /* by alternatives before */
} of_step;

static int read_where(const assay_reference_reading *r, const json_t *object, assay_event *event)
{
    uint64_t pcr = UINT32_MAX, nv_index = 0;
    const bool both = json_object_get(object, "pcr") != NULL;
    int status = assay_reference_read_number(r, object, "pcr", UINT32_MAX, &pcr);

    if (status == 0)
        status = assay_reference_read_number(r, object, "nv_index", UINT32_MAX, &nv_index);
    if (status == 0 && both == (nv_index != 0))
        status = assay_json_refuse(&r->at, "pcr",
                                   "what is extended is a PCR or, by \"nv_index\", an NV index");
    event->pcr_index = (uint32_t)pcr;
    event->nv_index = (uint32_t)nv_index;
    return status;
}

static int read_type(const assay_reference_reading *r, const json_t *object, assay_event *event)
{
    const json_t *const value = json_object_get(object, "type");

    event->type = ASSAY_NO_EVENT_TYPE;
    if (value == NULL || assay_reference_type_of(assay_json_text(value), &event->type))
        return 0;
    return assay_json_refuse(&r->at, "type",
                             "no type of events: \"EV_SEPARATOR\", or \"0x00000004\"");
}

static int read_component(const assay_reference_reading *r, const json_t *object,
                          assay_reference_alternative *alternative)
{
    const char *const id = json_string_value(json_object_get(object, "component"));
    const json_t *const place = id == NULL ? NULL : json_object_get(r->components, id);

    if (place == NULL)
        return assay_json_refuse(&r->at, "component", "no component is called so");
    alternative->component = (size_t)json_integer_value(place);
    return 0;
}

/* Text, or under another key any bytes; no bytes for neither. */
static int read_words(const assay_reference_reading *r, const json_t *object, const char *key,
                      const char *hex_key, assay_bytes *ret)
{
    const json_t *const text = json_object_get(object, key);
    const json_t *const hex = json_object_get(object, hex_key);

    if (text != NULL && hex != NULL)
        return assay_json_refuse(&r->at, key, "text and bytes of the same");
    if (hex != NULL)
        return assay_reference_read_bytes(r, hex, hex_key, 0, ret);
    if (text == NULL)
        return 0;
    if (!json_is_string(text))
        return assay_json_refuse(&r->at, key, "this is no text");
    return assay_arena_keep(&r->reference->arena, assay_json_text(text), ret)
               ? 0
               : assay_reference_no_memory(r);
}

/* The size that digests of an algorithm have; of one unknown here the logs that the event stands in
   say it, or nobody. */
static bool knows_size(const assay_reference_reading *r, const of_step *of,
                       assay_variant_set variants, uint16_t alg, size_t *ret_size)
{
    const assay_alg *const known = assay_alg_find(alg);

    *ret_size = known != NULL ? known->size : 0;
    for (size_t i = 0; i < r->reference->log_count && known == NULL; i++) {
        const assay_reference_log *const log = &r->reference->logs[i];

        if (log->header.stage != of->step->stage || (log->variants & variants) == 0)
            continue;
        for (size_t bank = 0; bank < log->header.bank_count; bank++)
            if (log->header.banks[bank].alg == alg) {
                *ret_size = log->header.banks[bank].size;
                return true;
            }
    }
    return known != NULL;
}

static int read_digest(const of_step *of, const char *name, const json_t *value,
                       assay_variant_set variants, assay_event_digest *digest)
{
    const assay_reference_reading *const r = of->r;
    size_t size;
    int status = assay_reference_read_alg(r, name, &digest->alg);

    if (status == 0)
        status = assay_reference_read_bytes(r, value, NULL, 0, &digest->value);
    if (status == 0 && knows_size(r, of, variants, digest->alg, &size) &&
        digest->value.size != size)
        status = assay_json_refuse(&r->at, NULL, "%zu bytes, and %zu are wanted",
                                   digest->value.size, size);
    return status;
}

static int read_digests(const of_step *of, const json_t *object,
                        assay_reference_alternative *alternative)
{
    assay_reference_reading *const r = of->r;
    json_t *const digests = json_object_get(object, "digests");
    const size_t before = assay_json_enter(&r->at, "digests");
    assay_event *const event = &alternative->event;
    const char *name;
    json_t *value;

    if (digests != NULL &&
        (!json_is_object(digests) || json_object_size(digests) > ASSAY_BANKS_MAX))
        return assay_json_refuse(&r->at, NULL, "this is no object of at most %d", ASSAY_BANKS_MAX);
    json_object_foreach(digests, name, value)
    {
        const int status = read_digest(of, name, value, alternative->variants,
                                       &event->digests[event->digest_count]);

        if (status < 0)
            return status;
        event->digest_count++;
    }
    assay_json_leave(&r->at, before);
    return 0;
}

static int read_unknown_alg(assay_reference_reading *r, const json_t *value,
                            assay_reference_alternative *alternative)
{
    const char *const name = json_string_value(value);
    uint16_t alg = 0;
    const int status = assay_reference_read_alg(r, name == NULL ? "" : name, &alg);

    if (status < 0)
        return status;
    for (size_t i = 0; i < alternative->unknown_count; i++)
        if (alternative->unknown[i] == alg)
            return assay_json_refuse(&r->at, NULL, "an algorithm stands there twice");
    if (assay_event_digest_of(&alternative->event, alg).data != NULL)
        return assay_json_refuse(&r->at, NULL, "of an algorithm whose digest is there");
    alternative->unknown[alternative->unknown_count++] = alg;
    return 0;
}

static int read_unknown(assay_reference_reading *r, const json_t *object,
                        assay_reference_alternative *alternative)
{
    const json_t *const array = json_object_get(object, "unknown");
    const size_t before = assay_json_enter(&r->at, "unknown");
    int status = 0;

    if (array != NULL && (!json_is_array(array) || json_array_size(array) > ASSAY_BANKS_MAX))
        return assay_json_refuse(&r->at, NULL, "this is no array of at most %d", ASSAY_BANKS_MAX);
    for (size_t i = 0; i < json_array_size(array) && status == 0; i++)
        status = read_unknown_alg(r, json_array_get(array, i), alternative);
    assay_json_leave(&r->at, before);
    return status;
}

static int read_only_bank(const assay_reference_reading *r, const json_t *object,
                          assay_event *event)
{
    const json_t *const value = json_object_get(object, "only_bank");
    const char *const name = json_string_value(value);

    return value == NULL ? 0
                         : assay_reference_read_alg(r, name == NULL ? "" : name, &event->only_bank);
}

static int read_content(const assay_reference_reading *r, const json_t *object, assay_event *event)
{
    unsigned content = ASSAY_CONTENT_PCCLIENT_STD;
    int status = json_object_get(object, "content") == NULL
                     ? 0
                     : assay_reference_read_word(r, object, "content", content_name, ASSAY_CONTENTS,
                                                 &content);

    event->content = (enum assay_content)content;
    if (event->content == ASSAY_CONTENT_IMA_TEMPLATE || event->content == ASSAY_CONTENT_OTHER)
        event->name = ASSAY_LITERAL("");
    if (status == 0)
        status = read_words(r, object, "content_name", "content_name_hex", &event->name);
    if (status == 0)
        status = read_only_bank(r, object, event);
    if (status == 0 && json_object_get(object, "data") != NULL)
        status =
            assay_reference_read_bytes(r, json_object_get(object, "data"), "data", 0, &event->data);
    return status;
}

/* Words for people say what is so. */
static int check_what(const assay_reference_reading *r, const json_t *object,
                      const assay_event *event)
{
    const json_t *const value = json_object_get(object, "what");
    char text[ASSAY_REFERENCE_WHAT_MAX];
    assay_writer what = assay_writer_lent(text, sizeof text);

    if (value == NULL)
        return 0;
    assay_reference_put_what(&what, event);
    return json_is_string(value) && assay_bytes_equal(assay_json_text(value), assay_written(&what))
               ? 0
               : assay_json_refuse(&r->at, "what", "the event's data say something else");
}

static int read_event(of_step *of, const json_t *object, assay_reference_alternative *alternative)
{
    assay_reference_reading *const r = of->r;
    assay_event *const event = &alternative->event;
    int status = read_where(r, object, event);

    if (status == 0)
        status = read_type(r, object, event);
    if (status == 0)
        status = read_component(r, object, alternative);
    if (status == 0)
        status = read_words(r, object, "label", "label_hex", &event->label);
    if (status == 0)
        status = read_digests(of, object, alternative);
    if (status == 0)
        status = read_unknown(r, object, alternative);
    if (status == 0)
        status = read_content(r, object, event);
    return status == 0 ? check_what(r, object, event) : status;
}

/* Each of its variants has a log of the stage, and is in no other alternative. */
static int read_alternative(of_step *of, const json_t *object,
                            assay_reference_alternative *alternative)
{
    const assay_reference_reading *const r = of->r;
    assay_variant_set logged = 0;
    const int status = assay_reference_read_set(r, object, &alternative->variants);

    for (size_t i = 0; i < r->reference->log_count; i++)
        if (r->reference->logs[i].header.stage == of->step->stage)
            logged |= r->reference->logs[i].variants;
    if (status < 0)
        return status;
    if (alternative->variants == 0)
        return assay_json_refuse(&r->at, "variants", "there is none");
    if ((alternative->variants & of->taken) != 0)
        return assay_json_refuse(&r->at, "variants", "one is in an alternative before");
    if ((alternative->variants & ~logged) != 0)
        return assay_json_refuse(&r->at, "variants", "\"logs\" has none of this stage for one");
    of->taken |= alternative->variants;
    return read_event(of, object, alternative);
}

static int read_alternatives(of_step *of, json_t *array)
{
    static const char *const keys[] = { ALTERNATIVE, NULL };
    assay_reference_reading *const r = of->r;
    const size_t above = assay_json_enter(&r->at, "alternatives");
    int status = 0;

    for (size_t i = 0; i < of->step->alternative_count && status == 0; i++) {
        json_t *const object = json_array_get(array, i);
        const size_t before = assay_json_enter_index(&r->at, i);

        status = assay_json_check_keys(&r->at, object, keys);
        if (status == 0)
            status = read_alternative(of, object, &of->step->alternatives[i]);
        assay_json_leave(&r->at, before);
    }
    assay_json_leave(&r->at, above);
    return status;
}

static int read_step_itself(assay_reference_reading *r, const json_t *object,
                            assay_reference_step *step)
{
    int status = assay_reference_read_stage(r, object, &step->stage);

    if (status == 0)
        status = assay_reference_read_text(r, object, "varies", &step->varies);
    if (status == 0)
        status = assay_reference_read_bool(r, object, "repeats", &step->repeats);
    if (status == 0 && step->repeats && step->varies == NULL)
        status = assay_json_refuse(&r->at, "repeats", "only what varies does");
    return status;
}

int assay_reference_read_step(assay_reference_reading *r, json_t *object, void *into)
{
    static const char *const flat[] = { "stage", "varies", "repeats", ALTERNATIVE, NULL };
    static const char *const forked[] = { "stage", "varies", "repeats", "alternatives", NULL };
    assay_reference_step *const step = into;
    of_step of = { .r = r, .step = step };
    json_t *const array = json_object_get(object, "alternatives");
    int status = assay_json_check_keys(&r->at, object, array != NULL ? forked : flat);

    if (status == 0)
        status = read_step_itself(r, object, step);
    if (status < 0)
        return status;
    step->alternative_count = array != NULL ? json_array_size(array) : 1;
    if (step->alternative_count == 0 || step->alternative_count > ASSAY_VARIANTS_MAX)
        return assay_json_refuse(&r->at, "alternatives", "not 1 to %d", ASSAY_VARIANTS_MAX);
    if (step->varies != NULL && step->alternative_count > 1)
        return assay_json_refuse(&r->at, "alternatives", "what varies has but one");
    step->alternatives = assay_arena_array(&r->reference->arena, step->alternative_count,
                                           sizeof *step->alternatives);
    if (step->alternatives == NULL)
        return assay_reference_no_memory(r);
    return array != NULL ? read_alternatives(&of, array)
                         : read_alternative(&of, object, &step->alternatives[0]);
}
