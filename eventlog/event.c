/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/event.h"

const char *assay_content_name(enum assay_content content)
{
    static const char *const names[ASSAY_CONTENTS] = {
        [ASSAY_CONTENT_PCCLIENT_STD] = "pcclient_std",
        [ASSAY_CONTENT_IMA_TEMPLATE] = "ima_template",
        [ASSAY_CONTENT_IMA_TLV] = "ima_tlv",
        [ASSAY_CONTENT_SYSTEMD] = "systemd",
        [ASSAY_CONTENT_CEL] = "cel",
        [ASSAY_CONTENT_OTHER] = "other",
    };

    return names[content];
}

assay_bytes assay_event_digest_of(const assay_event *event, uint16_t alg)
{
    for (size_t i = 0; i < event->digest_count; i++)
        if (event->digests[i].alg == alg)
            return event->digests[i].value;
    return ASSAY_NO_BYTES;
}

bool assay_event_equal(const assay_event *a, const assay_event *b)
{
    if (a->pcr_index != b->pcr_index || a->nv_index != b->nv_index || a->type != b->type ||
        a->only_bank != b->only_bank || a->digest_count != b->digest_count ||
        a->content != b->content || !assay_bytes_equal(a->name, b->name) ||
        !assay_bytes_equal(a->data, b->data) ||
        assay_event_keeps_data(a) != assay_event_keeps_data(b) ||
        !assay_bytes_equal(a->label, b->label))
        return false;
    for (size_t i = 0; i < a->digest_count; i++)
        if (a->digests[i].alg != b->digests[i].alg ||
            !assay_bytes_equal(a->digests[i].value, b->digests[i].value))
            return false;
    return true;
}
