/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/siglist.h"

#include "eventlog/payload/x509.h"

enum { LIST_HEADER = 28, OWNER = 16 };

/* The header is read again from inside the list, so that no size can reach out of it. */
static int begin_list(assay_siglists *lists)
{
    assay_siglist *const list = &lists->list;
    assay_cursor c = lists->cursor;

    list->type = assay_take_guid(&c);
    list->size = assay_take_u32le(&c);
    list->header_size = assay_take_u32le(&c);
    list->signature_size = assay_take_u32le(&c);
    const assay_bytes whole = assay_take_up_to(&lists->cursor, list->size);
    lists->cut = whole.size < list->size;
    lists->signatures = assay_cursor_of(whole);
    assay_take(&lists->signatures, LIST_HEADER);
    list->header = assay_take(&lists->signatures, list->header_size);
    lists->broken = lists->signatures.failed;
    return lists->broken ? ASSAY_SIGLIST_BROKEN : ASSAY_SIGLIST_LIST;
}

static int next_signature(assay_siglists *lists)
{
    const assay_bytes one = assay_take(&lists->signatures, lists->list.signature_size);

    lists->broken = !assay_signature_decode(one, &lists->signature);
    return lists->broken ? ASSAY_SIGLIST_BROKEN : ASSAY_SIGLIST_SIGNATURE;
}

int assay_siglists_next(assay_siglists *lists)
{
    if (!lists->broken && assay_left(&lists->signatures) > 0)
        return next_signature(lists);
    if (lists->broken || lists->cut)
        return ASSAY_SIGLIST_BROKEN;
    return assay_left(&lists->cursor) > 0 ? begin_list(lists) : ASSAY_SIGLIST_END;
}

void assay_siglist_encode(assay_writer *writer, const assay_siglist *list)
{
    assay_put_guid(writer, &list->type);
    assay_put_u32le(writer, list->size);
    assay_put_u32le(writer, list->header_size);
    assay_put_u32le(writer, list->signature_size);
    assay_put(writer, list->header);
}

assay_siglist assay_siglist_of(const assay_guid *type, uint32_t count, uint32_t data_size)
{
    return (assay_siglist){ .type = *type,
                            .size = LIST_HEADER + count * (OWNER + data_size),
                            .signature_size = OWNER + data_size };
}

void assay_siglists_emit(assay_output *out, const char *key, assay_bytes bytes)
{
    assay_siglists lists = assay_siglists_of(bytes);
    int step;

    assay_emit_array(out, key);
    while ((step = assay_siglists_next(&lists)) > 0) {
        if (step != ASSAY_SIGLIST_SIGNATURE)
            continue;
        assay_emit_object(out, NULL);
        assay_signature_emit(out, &lists.list.type, &lists.signature);
        assay_emit_end(out);
    }
    if (step == ASSAY_SIGLIST_BROKEN) {
        assay_emit_object(out, NULL);
        assay_emit_string(out, "broken", "the signature list contradicts its own sizes");
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

/* How many signatures there are of each type, and of the unknown ones. */
enum { COUNTS = ASSAY_SIGNATURE_TYPES + 1 };

static int count(assay_bytes bytes, size_t counts[static COUNTS])
{
    assay_siglists lists = assay_siglists_of(bytes);
    size_t type = 0;
    int step;

    while ((step = assay_siglists_next(&lists)) > 0) {
        if (step == ASSAY_SIGLIST_LIST)
            type = assay_signature_type_index(&lists.list.type);
        else
            counts[type]++;
    }
    return step;
}

/* The names of the first few certificates. */
static void put_names(assay_writer *writer, assay_bytes bytes)
{
    enum { NAMES = 3 };
    assay_siglists lists = assay_siglists_of(bytes);
    const char *before = " (";
    size_t names = 0;
    int step;

    while ((step = assay_siglists_next(&lists)) > 0 && names <= NAMES) {
        assay_x509 certificate;

        if (step != ASSAY_SIGLIST_SIGNATURE || assay_signature_type_index(&lists.list.type) != 0 ||
            !assay_x509_read(lists.signature.data, &certificate))
            continue;
        assay_put_string(writer, before);
        assay_put_string(writer, names++ < NAMES ? certificate.name : "...");
        before = ", ";
    }
    if (names > 0)
        assay_put_char(writer, ')');
}

void assay_siglists_summary(assay_writer *writer, assay_bytes bytes)
{
    size_t counts[COUNTS] = { 0 };
    const bool broken = count(bytes, counts) < 0;
    const char *before = "";

    for (size_t i = 0; i < COUNTS; i++) {
        const assay_signature_type *const type = assay_signature_type_at(i);

        if (counts[i] == 0)
            continue;
        assay_put_format(writer, "%s%zu ", before, counts[i]);
        if (type == NULL)
            assay_put_string(writer, "of unknown type");
        else
            assay_put_string(writer, counts[i] == 1 ? type->one : type->many);
        if (type != NULL && type->form == ASSAY_SIGNATURE_CERTIFICATE)
            put_names(writer, bytes);
        before = ", ";
    }
    if (*before == '\0')
        assay_put_string(writer, "no signature");
    if (broken)
        assay_put_string(writer, ", then a broken list");
}
