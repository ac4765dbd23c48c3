/* SPDX-License-Identifier: BSD-2-Clause */
/* The events that a flavor's rules name: of which type, with which tags and which digest. */
#include "policy/export/hvs/read.h"

#include "eventlog/payload/variable.h"
#include "eventlog/types.h"

enum { LABEL_MAX = 1 << 16 };

static int no_memory(const assay_hvs_reading *r)
{
    return assay_json_refuse_as(&r->at, ASSAY_NO_MEMORY, NULL, "no memory for events");
}

/* Tags one behind the other, as readers of the agent's logs have them; else an unusual name. */
static int read_label(assay_hvs_reading *r, const json_t *object, assay_event *event)
{
    const json_t *const tags = json_object_get(object, "tags");
    const assay_bytes name = assay_json_text(json_object_get(object, "type_name"));
    const char *const usual = assay_hvs_type_name(event->type);
    assay_writer label = assay_writer_growing(LABEL_MAX);

    for (size_t i = 0; i < json_array_size(tags); i++) {
        assay_put_string(&label, i > 0 ? ", " : "");
        assay_put(&label, assay_json_text(json_array_get(tags, i)));
    }
    if (json_array_size(tags) == 0 && !assay_bytes_equal(name, assay_bytes_of_string(usual)))
        assay_put(&label, name);
    int status = assay_json_check_writer(&r->at, "tags", &label);
    if (status == 0 && label.used == 0)
        event->label = ASSAY_LITERAL("");
    else if (status == 0 && !assay_arena_keep(&r->job->arena, assay_written(&label), &event->label))
        status = no_memory(r);
    assay_writer_close(&label);
    return status;
}

static int read_digest(assay_hvs_reading *r, const json_t *object, uint16_t alg, assay_event *event)
{
    uint8_t bytes[ASSAY_DIGEST_MAX];
    assay_writer digest = assay_writer_lent(bytes, sizeof bytes);
    const int status =
        assay_json_read_hex(&r->at, json_object_get(object, "measurement"), "measurement", &digest);

    if (status < 0)
        return status;
    if (digest.used != assay_alg_find(alg)->size)
        return assay_json_refuse(&r->at, "measurement", "it is not as long as its bank's digests");
    event->digests[0].alg = alg;
    event->digest_count = 1;
    return assay_arena_keep(&r->job->arena, assay_written(&digest), &event->digests[0].value)
               ? 0
               : no_memory(r);
}

/* Data that follow from the tag, and that something depends on. */

static int restore(assay_hvs_reading *r, assay_event *event, const assay_writer *data)
{
    if (!assay_arena_keep(&r->job->arena, assay_written(data), &event->data))
        return no_memory(r);
    event->label = ASSAY_NO_BYTES;
    return 0;
}

/* TCG_EfiStartupLocalityEvent (PFP 1.06 section 10.4.5.3): the value that PCR 0 starts from. */
static int restore_locality(assay_hvs_reading *r, assay_event *event)
{
    static const char signature[] = "StartupLocality";
    const size_t size = sizeof signature - 1;
    uint8_t bytes[sizeof signature + 1];
    assay_writer data = assay_writer_lent(bytes, sizeof bytes);

    if (event->type != EV_NO_ACTION || event->label.size != size + 1 ||
        memcmp(event->label.data, signature, size) != 0 || event->label.data[size] < '0' ||
        event->label.data[size] > '4')
        return 0;
    assay_put(&data, assay_bytes_of(signature, sizeof signature));
    assay_put_u8(&data, (uint8_t)(event->label.data[size] - '0'));
    return restore(r, event, &data);
}

/* Whether Secure Boot was on: of the two values that the variable can have, the digest tells. */
static int restore_secure_boot(assay_hvs_reading *r, assay_event *event)
{
    assay_guid vendor;
    assay_hash *hash;
    int status = 0;

    if (event->type != EV_EFI_VARIABLE_DRIVER_CONFIG ||
        !assay_bytes_equal(event->label, ASSAY_LITERAL("SecureBoot")) ||
        !assay_guid_by_name(ASSAY_LITERAL("EFI_GLOBAL_VARIABLE"), &vendor) ||
        assay_hashes_get(r->job->hashes, event->digests[0].alg, &hash) < 0)
        return 0;
    for (uint8_t on = 0; on < 2 && status == 0 && !assay_event_keeps_data(event); on++) {
        uint8_t bytes[64], digest[ASSAY_DIGEST_MAX];
        assay_writer data = assay_writer_lent(bytes, sizeof bytes);

        assay_variable_put(&data, &vendor, "SecureBoot", assay_bytes_of(&on, 1));
        const assay_bytes hashed = assay_written(&data);
        if (assay_hash_parts(hash, &hashed, 1, digest) == 0 &&
            assay_bytes_equal(event->digests[0].value,
                              assay_bytes_of(digest, assay_hash_size(hash))))
            status = restore(r, event, &data);
    }
    return status;
}

static int read_event(assay_hvs_reading *r, json_t *object, const assay_hvs_list *of,
                      assay_event *event)
{
    uint64_t type;

    if (!assay_json_number(json_object_get(object, "type_id"), UINT32_MAX, &type))
        return assay_json_refuse(&r->at, "type_id", "it is no number such as \"0x404\"");
    *event = (assay_event){ .pcr_index = of->pcr, .type = (uint32_t)type };
    int status = read_label(r, object, event);
    if (status == 0)
        status = read_digest(r, object, of->alg, event);
    if (status == 0)
        status = restore_locality(r, event);
    return status == 0 ? restore_secure_boot(r, event) : status;
}

static int read_list(assay_hvs_reading *r, const char *key, const json_t *events,
                     const assay_hvs_list *of)
{
    assay_hvs_list read = *of;
    assay_json_list list = assay_json_begin_list(&r->at, key, events);
    json_t *object;
    int status = 0;

    read.events = assay_arena_array(&r->job->arena, json_array_size(events), sizeof *read.events);
    if (read.events == NULL)
        status = no_memory(r);
    while (status == 0 && (object = assay_json_next(&list)) != NULL)
        status = read_event(r, object, of, &read.events[read.count++]);
    assay_json_end_list(&list);
    if (status < 0 || read.count == 0)
        return status;
    assay_hvs_list *const added =
        assay_arena_more(&r->job->arena, &r->lists, r->list_count, sizeof *added);
    if (added == NULL)
        return no_memory(r);
    *added = read;
    r->list_count++;
    return 0;
}

int assay_hvs_read_events(assay_hvs_reading *r, const json_t *rule, unsigned pcr, uint16_t alg,
                          assay_variant_set variants)
{
    assay_hvs_list of = { .variants = variants, .pcr = pcr, .alg = alg, .equals = true };
    const json_t *const equals = json_object_get(rule, "eventlog_equals");
    const size_t before = assay_json_enter(&r->at, "eventlog_equals");
    const int status = read_list(r, "events", json_object_get(equals, "events"), &of);

    assay_json_leave(&r->at, before);
    of.equals = false;
    return status < 0
               ? status
               : read_list(r, "eventlog_includes", json_object_get(rule, "eventlog_includes"), &of);
}
