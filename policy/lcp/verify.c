/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/verify.h"

#include "policy/lcp/verify_private.h"

#include <stdarg.h>
#include <stdio.h>

static const assay_lcp_rule_info infos[ASSAY_LCP_RULES] = {
#define RULE(token, name, severity, clause, meaning, action)                                       \
    [ASSAY_LCP_RULE_##token] = { name, ASSAY_LCP_##severity, clause, meaning, action },
#include "policy/lcp/verify.def"
#undef RULE
};

const assay_lcp_rule_info *assay_lcp_rule_describe(enum assay_lcp_rule rule)
{
    return &infos[rule];
}

const char *assay_lcp_severity_name(enum assay_lcp_severity severity)
{
    static const char *const names[] = { "note", "warning", "error" };

    return names[severity];
}

uint64_t assay_lcp_findings_count(const assay_lcp_findings *findings,
                                  enum assay_lcp_severity at_least)
{
    uint64_t count = 0;

    for (size_t rule = 0; rule < ASSAY_LCP_RULES; rule++)
        if (infos[rule].severity >= at_least)
            count += findings->seen[rule];
    return count;
}

void lcp_findings_add(assay_lcp_findings *findings, enum assay_lcp_rule rule, lcp_place place,
                      const char *text)
{
    if (findings->seen[rule]++ >= ASSAY_LCP_FINDINGS_PER_RULE)
        return;
    assay_lcp_finding *const finding = &findings->list[findings->count++];
    *finding = (assay_lcp_finding){ .rule = rule,
                                    .input = place.input,
                                    .offset = place.offset,
                                    .list = place.list,
                                    .element = place.element,
                                    .field = place.field };
    snprintf(finding->detail, sizeof finding->detail, "%s", text);
}

void lcp_find(lcp_verifier *v, enum assay_lcp_rule rule, lcp_place place, const char *format, ...)
{
    char text[160];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    lcp_findings_add(v->findings, rule, place, text);
}

void lcp_find_error(lcp_verifier *v, const assay_error *error, lcp_place place)
{
    place.offset = error->offset;
    place.field = error->field;
    lcp_find(v,
             error->kind == ASSAY_TRUNCATED ? ASSAY_LCP_RULE_TRUNCATED : ASSAY_LCP_RULE_MALFORMED,
             place, "%.159s", error->what);
}

/* The body. */

static lcp_place body_place(const lcp_verifier *v)
{
    return (lcp_place){ v->subject->body_kind, ASSAY_NO_OFFSET, ASSAY_LCP_NO_LIST,
                        ASSAY_LCP_NO_ELEMENT, NULL };
}

static void find_trailing(lcp_verifier *v, assay_bytes after, size_t offset)
{
    lcp_place place = body_place(v);

    place.offset = offset;
    if (after.size > 0)
        lcp_find(v, ASSAY_LCP_RULE_TRAILING, place, "%zu bytes", after.size);
}

static void verify_element_file(lcp_verifier *v)
{
    assay_cursor cursor = assay_cursor_of(v->subject->body);
    lcp_place place = body_place(v);
    assay_lcp_element element;
    assay_error error;

    place.element = 0;
    if (assay_lcp_element_next(&cursor, 0, &element, &error) < 0)
        lcp_find_error(v, &error, place);
    else {
        lcp_verify_element(v, NULL, &element, place);
        find_trailing(v, assay_peek_rest(&cursor), cursor.offset);
    }
}

static void verify_list_file(lcp_verifier *v)
{
    assay_cursor cursor = assay_cursor_of(v->subject->body);
    assay_lcp_list list;
    assay_error error;

    if (assay_lcp_list_read(&cursor, 0, &list, &error) < 0)
        lcp_find_error(v, &error, body_place(v));
    else {
        lcp_verify_list(v, &list, ASSAY_LCP_NO_LIST);
        find_trailing(v, assay_peek_rest(&cursor), cursor.offset);
    }
}

/* A damaged FileSignature keeps the reader from the rest; where it is damaged is worth saying. */
static bool has_signature(lcp_verifier *v)
{
    static const char wanted[32] = "Intel(R) TXT LCP_POLICY_DATA";
    lcp_place place = body_place(v);

    if (assay_lcp_data_detect(v->subject->body))
        return true;
    place.offset = 0;
    place.field = "FileSignature";
    while (place.offset < v->subject->body.size && place.offset < sizeof wanted &&
           v->subject->body.data[place.offset] == (uint8_t)wanted[place.offset])
        place.offset++;
    lcp_find(v, ASSAY_LCP_RULE_FILE_SIGNATURE, place, "from byte %u of it on",
             (unsigned)place.offset);
    return false;
}

static void find_data_reserved(lcp_verifier *v, const assay_lcp_data *data)
{
    lcp_place place = body_place(v);

    place.offset = 32;
    place.field = "Reserved";
    if (data->reserved != 0)
        lcp_find(v, ASSAY_LCP_RULE_RESERVED, place, "0x%06x", data->reserved);
}

static void verify_data_file(lcp_verifier *v)
{
    assay_lcp_data data;
    assay_error error;
    lcp_place place = body_place(v);

    if (!has_signature(v))
        return;
    const int status = assay_lcp_data_read(&data, v->subject->body, &error);
    find_data_reserved(v, &data);
    for (uint32_t i = 0; i < data.list_count; i++)
        lcp_verify_list(v, &data.lists[i], i);
    if (status < 0) {
        if (data.list_count < ASSAY_LCP_LISTS_MAX)
            place.list = (uint32_t)data.list_count;
        lcp_find_error(v, &error, place);
        return;
    }
    find_trailing(v, data.after, v->subject->body.size - data.after.size);
    lcp_verify_together(v, &data);
}

static void verify_body(lcp_verifier *v)
{
    switch (v->subject->body_kind) {
    case ASSAY_LCP_INPUT_DATA:
        verify_data_file(v);
        break;
    case ASSAY_LCP_INPUT_LIST:
        verify_list_file(v);
        break;
    case ASSAY_LCP_INPUT_ELEMENT:
        verify_element_file(v);
        break;
    default:
        lcp_find(v, ASSAY_LCP_RULE_FORMAT, body_place(v), "%s", "");
    }
}

static void verify_all(lcp_verifier *v)
{
    assay_lcp_policy policy;
    assay_error error;

    if (v->subject->policy.data != NULL) {
        if (assay_lcp_policy_read(&policy, v->subject->policy, &error) < 0)
            lcp_find_error(v, &error,
                           (lcp_place){ ASSAY_LCP_INPUT_POLICY, 0, ASSAY_LCP_NO_LIST,
                                        ASSAY_LCP_NO_ELEMENT, NULL });
        else {
            v->policy = &policy;
            lcp_verify_policy(v);
        }
    }
    if (v->subject->body.data != NULL)
        verify_body(v);
    v->policy = NULL;
}

int assay_lcp_verify(const assay_lcp_subject *subject, assay_lcp_findings *ret_findings,
                     assay_error *error)
{
    lcp_verifier v = { .subject = subject, .findings = ret_findings, .error = error };

    ret_findings->count = 0;
    memset(ret_findings->seen, 0, sizeof ret_findings->seen);
    v.hashes = assay_hashes_new();
    if (v.hashes == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to verify a policy");
    verify_all(&v);
    assay_hashes_free(&v.hashes);
    return v.status;
}
