/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The canonical event log in its TLV encoding, read (CEL 1.0 section 5.2). Every element is
 *
 *     u8 type | u32be length | value
 *
 * and a record is a sequence of four
 *
 *     0 recnum | 1 pcr, 2 nv_index or 108 a measurement register | 3 digests | content
 *
 * The digests are elements again, whose type is the low byte of the TPM_ALG_ID; so are the two
 * fields of contents 5 (0 event_type, 1 event_data) and 7 (0 template_name, 1 template_data).
 * Numbers are big endian and as wide as their writer chose.
 */
#include "eventlog/format/celtlv.h"

#include "eventlog/payload/cel.h"

typedef struct element {
    uint64_t offset;
    uint8_t type;
    assay_bytes value;
} element;

/* The state is what a reader that allocates nothing keeps. */
_Static_assert(sizeof(assay_cel_order) <= sizeof((assay_log *)NULL)->state, "the state fits");

static bool take_element(assay_cursor *c, element *ret_element)
{
    ret_element->offset = c->offset;
    ret_element->type = assay_take_u8(c);
    const uint32_t size = assay_take_u32be(c);
    ret_element->value = assay_take(c, size);
    return !c->failed;
}

static bool is_index(uint8_t type)
{
    return type == ASSAY_CEL_TYPE_PCR || type == ASSAY_CEL_TYPE_NV_INDEX ||
           type == ASSAY_CEL_TYPE_REGISTER;
}

/* A log cut in its first record is one all the same, and so is one of absurd lengths after it. */
static const char *detect(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);
    element recnum, index;
    uint64_t number;

    if (!take_element(&c, &recnum) || recnum.type != ASSAY_CEL_TYPE_RECNUM ||
        !assay_cel_number(recnum.value, &number) || !take_element(&c, &index) ||
        !is_index(index.type) || !assay_cel_number(index.value, &number))
        return NULL;
    return assay_left(&c) == 0 || assay_take_u8(&c) == ASSAY_CEL_TYPE_DIGESTS
               ? "a canonical record's number and index"
               : NULL;
}

static int fail_element(assay_log *log, const element *at, const char *field, const char *what)
{
    return assay_log_fail(log, ASSAY_MALFORMED, at->offset, field, "%s (type %u, %zu bytes)", what,
                          at->type, at->value.size);
}

static int read_number(assay_log *log, const element *from, const char *field, uint64_t max,
                       uint64_t *ret_number)
{
    return assay_cel_number(from->value, ret_number) && *ret_number <= max
               ? 0
               : fail_element(log, from, field, "not a number of a size that it may have");
}

/* The next element of the record, of which `event` says where it began. */
static int read_element(assay_log *log, const assay_event *event, const char *field,
                        element *ret_element)
{
    return take_element(&log->cursor, ret_element)
               ? 0
               : assay_log_fail_truncated(log, event->offset, field);
}

/* An element inside another: the place of what it lacks is its own. */
static int read_inner(assay_log *log, assay_cursor *c, uint64_t base, const char *field,
                      element *ret_element)
{
    if (take_element(c, ret_element)) {
        ret_element->offset += base;
        return 0;
    }
    return assay_log_fail(log, ASSAY_MALFORMED, base + c->offset, field,
                          "an element is longer than the one it stands in");
}

static int read_index(assay_log *log, assay_event *event)
{
    element index;
    uint64_t number = 0;
    int status = read_element(log, event, "pcr", &index);

    if (status == 0 && !is_index(index.type))
        status = fail_element(log, &index, "pcr", "neither a PCR nor an NV index");
    if (status == 0)
        status = read_number(log, &index, "pcr", UINT32_MAX, &number);
    if (status < 0)
        return status;
    event->pcr_index = (uint32_t)number;
    if (index.type == ASSAY_CEL_TYPE_NV_INDEX) {
        event->pcr_index = UINT32_MAX;
        event->nv_index = (uint32_t)number;
        return number != 0 ? 0 : fail_element(log, &index, "nv_index", "no NV index");
    }
    if (log->next_number == 0)
        log->header.measurement_registers = index.type == ASSAY_CEL_TYPE_REGISTER;
    if (log->header.measurement_registers != (index.type == ASSAY_CEL_TYPE_REGISTER))
        return fail_element(log, &index, "pcr", "PCRs and measurement registers in one log");
    return 0;
}

static int read_digest(assay_log *log, const element *from, assay_event *event)
{
    const assay_alg *const alg = assay_alg_find(from->type);

    if (from->type == 0 || from->value.size == 0 || from->value.size > UINT16_MAX ||
        (alg != NULL && from->value.size != alg->size))
        return fail_element(log, from, "digests", "not as many bytes as a digest has");
    if (assay_event_digest_of(event, from->type).data != NULL)
        return fail_element(log, from, "digests", "a second digest of its algorithm");
    if (event->digest_count == ASSAY_BANKS_MAX)
        return fail_element(log, from, "digests", "more digests than a TPM has banks");
    event->digests[event->digest_count++] = (assay_event_digest){ from->type, from->value };
    return 0;
}

static int read_digests(assay_log *log, assay_event *event)
{
    element digests, digest;
    int status = read_element(log, event, "digests", &digests);

    event->digest_count = 0;
    if (status == 0 && digests.type != ASSAY_CEL_TYPE_DIGESTS)
        status = fail_element(log, &digests, "digests", "no digests");
    assay_cursor c = assay_cursor_of(digests.value);
    while (status == 0 && assay_left(&c) > 0) {
        status = read_inner(log, &c, digests.offset + ASSAY_CELTLV_HEAD, "digests", &digest);
        if (status == 0)
            status = read_digest(log, &digest, event);
    }
    return status;
}

/* The two fields of a content, 0 and 1, which may come in either order. */
static int read_pair(assay_log *log, const element *content, const char *field,
                     element ret_pair[static 2])
{
    assay_cursor c = assay_cursor_of(content->value);
    bool have[2] = { false, false };
    element inner;

    for (int i = 0; i < 2; i++) {
        const int status = read_inner(log, &c, content->offset + ASSAY_CELTLV_HEAD, field, &inner);

        if (status < 0)
            return status;
        if (inner.type > 1 || have[inner.type])
            return fail_element(log, &inner, field, "neither of the fields that this content has");
        have[inner.type] = true;
        ret_pair[inner.type] = inner;
    }
    return assay_left(&c) == 0 ? 0 : fail_element(log, content, field, "more than its two fields");
}

static void set_data(assay_event *event, const element *from)
{
    event->data = from->value;
    event->data_offset = from->offset + ASSAY_CELTLV_HEAD;
}

static int read_pcclient(assay_log *log, const element *content, assay_event *event)
{
    element pair[2];
    uint64_t type = 0;
    int status = read_pair(log, content, "pcclient_std", pair);

    if (status == 0)
        status = read_number(log, &pair[0], "event_type", UINT32_MAX, &type);
    if (status < 0)
        return status;
    event->type = (uint32_t)type;
    set_data(event, &pair[1]);
    return 0;
}

static int read_template(assay_log *log, const element *content, assay_event *event)
{
    element pair[2];
    const int status = read_pair(log, content, "ima_template", pair);

    if (status < 0)
        return status;
    event->name = pair[0].value;
    set_data(event, &pair[1]);
    return 0;
}

static int read_content(assay_log *log, assay_event *event)
{
    element content;
    const int status = read_element(log, event, "content", &content);

    if (status < 0)
        return status;
    if (!assay_cel_is_content_type(content.type))
        return fail_element(log, &content, "content", "no content");
    event->content = assay_cel_content_of(content.type);
    event->type = ASSAY_NO_EVENT_TYPE;
    if (event->content == ASSAY_CONTENT_PCCLIENT_STD)
        return read_pcclient(log, &content, event);
    if (event->content == ASSAY_CONTENT_IMA_TEMPLATE)
        return read_template(log, &content, event);
    if (event->content == ASSAY_CONTENT_OTHER)
        event->name = assay_cel_type_name(content.type);
    set_data(event, &content);
    return 0;
}

static int read_record(assay_log *log, assay_event *event, uint64_t *ret_number)
{
    element recnum;
    int status;

    event->number = log->next_number;
    event->offset = log->cursor.offset;
    status = read_element(log, event, "recnum", &recnum);
    if (status == 0 && recnum.type != ASSAY_CEL_TYPE_RECNUM)
        status = fail_element(log, &recnum, "recnum", "no record number");
    if (status == 0)
        status = read_number(log, &recnum, "recnum", UINT64_MAX, ret_number);
    if (status == 0)
        status = read_index(log, event);
    if (status == 0)
        status = read_digests(log, event);
    return status == 0 ? read_content(log, event) : status;
}

/* Reads ahead to the first event that names the banks; what is wrong before it, `next` will say. */
static int open(assay_log *log)
{
    int known = 0;

    while (known == 0 && assay_left(&log->cursor) > 0) {
        assay_event event = { 0 };
        uint64_t number;

        if (read_record(log, &event, &number) < 0)
            break;
        known = assay_cel_learn_banks(log, &event);
        log->next_number++;
    }
    log->cursor = assay_cursor_of(log->bytes);
    log->next_number = 0;
    if (known >= 0)
        log->error = (assay_error){ 0 };
    return known < 0 ? known : 0;
}

static int next(assay_log *log, assay_event *ret_event)
{
    uint64_t number = 0;

    if (assay_log_at_end(log))
        return 0;
    const int status = read_record(log, ret_event, &number);
    if (status < 0)
        return status;
    assay_cel_check_order(log, (assay_cel_order *)log->state, number, ret_event);
    return 1;
}

const assay_format assay_format_celtlv = {
    .info = { "cel-tlv", "TCG canonical event log, TLV encoding", "CEL 1.0 section 5.2", true },
    .room = { .contents = 1u << ASSAY_CONTENT_PCCLIENT_STD | 1u << ASSAY_CONTENT_IMA_TEMPLATE |
                          1u << ASSAY_CONTENT_IMA_TLV | 1u << ASSAY_CONTENT_CEL |
                          1u << ASSAY_CONTENT_OTHER,
              .banks = ASSAY_ROOM_ANY_BANKS,
              .types = true,
              .data = true,
              .spec_id = true,
              .nv_indices = true,
              .registers = true,
              .no_banks = true },
    .detect = detect,
    .open = open,
    .next = next,
    .write_begin = assay_celtlv_write_begin,
    .write_event = assay_celtlv_write_event,
};
