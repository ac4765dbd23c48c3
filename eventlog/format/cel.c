/* SPDX-License-Identifier: BSD-2-Clause */
/* What the encodings of the canonical event log share. */
#include "eventlog/format/cel.h"

#include "eventlog/types.h"

static const struct {
    uint8_t type;
    enum assay_content content;
} types[] = {
    { ASSAY_CEL_TYPE_MANAGEMENT, ASSAY_CONTENT_CEL },
    { ASSAY_CEL_TYPE_PCCLIENT_STD, ASSAY_CONTENT_PCCLIENT_STD },
    { ASSAY_CEL_TYPE_IMA_TEMPLATE, ASSAY_CONTENT_IMA_TEMPLATE },
    { ASSAY_CEL_TYPE_IMA_TLV, ASSAY_CONTENT_IMA_TLV },
};

enum { TYPES = sizeof types / sizeof *types };

enum assay_content assay_cel_content_of(uint8_t type)
{
    for (size_t i = 0; i < TYPES; i++)
        if (types[i].type == type)
            return types[i].content;
    return ASSAY_CONTENT_OTHER;
}

bool assay_cel_is_content_type(uint8_t type)
{
    return type > ASSAY_CEL_TYPE_DIGESTS && type != ASSAY_CEL_TYPE_REGISTER;
}

int assay_cel_type_of(const assay_event *event)
{
    uint8_t type;

    for (size_t i = 0; i < TYPES; i++)
        if (types[i].content == event->content)
            return types[i].type;
    if (event->content == ASSAY_CONTENT_OTHER && assay_cel_type_by_name(event->name, &type))
        return type;
    return -1;
}

#define TEN(tens)                                                                                  \
#tens "0", #tens "1", #tens "2", #tens "3", #tens "4", #tens "5", #tens "6", #tens "7",        \
        #tens "8", #tens "9"

static const char *const decimals[UINT8_MAX + 1] = {
    TEN(),   TEN(1),  TEN(2),  TEN(3),  TEN(4),  TEN(5),  TEN(6),  TEN(7),
    TEN(8),  TEN(9),  TEN(10), TEN(11), TEN(12), TEN(13), TEN(14), TEN(15),
    TEN(16), TEN(17), TEN(18), TEN(19), TEN(20), TEN(21), TEN(22), TEN(23),
    TEN(24), "250",   "251",   "252",   "253",   "254",   "255",
};

assay_bytes assay_cel_type_name(uint8_t type)
{
    return assay_bytes_of_string(decimals[type]);
}

bool assay_cel_type_by_name(assay_bytes name, uint8_t *ret_type)
{
    for (unsigned type = 0; type <= UINT8_MAX; type++)
        if (assay_cel_is_content_type((uint8_t)type) &&
            assay_cel_content_of((uint8_t)type) == ASSAY_CONTENT_OTHER &&
            assay_bytes_equal(name, assay_cel_type_name((uint8_t)type))) {
            *ret_type = (uint8_t)type;
            return true;
        }
    return false;
}

void assay_cel_check_order(assay_log *log, assay_cel_order *order, uint64_t number,
                           const assay_event *event)
{
    enum { PCRS = 24 };
    uint32_t *const of_pcr = &order->next_of[event->pcr_index < PCRS ? event->pcr_index : PCRS];

    if ((uint32_t)number != order->next && (uint32_t)number != *of_pcr &&
        !(*of_pcr == 0 && number <= 1))
        assay_log_note(log, ASSAY_FINDING_RECORD_NUMBER, event->offset,
                       "record number %llu where %u follows", (unsigned long long)number,
                       order->next);
    order->next = (uint32_t)number + 1;
    *of_pcr = (uint32_t)number + 1;
}

int assay_cel_spec_id_event(const assay_log_header *header,
                            uint8_t buffer[static ASSAY_CEL_SPEC_ID_MAX], assay_event *ret_event,
                            assay_error *error)
{
    static const uint8_t zeros[ASSAY_DIGEST_MAX];
    assay_writer data = assay_writer_lent(buffer, ASSAY_CEL_SPEC_ID_MAX);

    if (header->spec_id.vendor_info.size > UINT8_MAX)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "a Spec ID header has at most 255 bytes of vendor information");
    assay_spec_id_put(&data, header);
    *ret_event = (assay_event){
        .pcr_index = header->measurement_registers ? 1 : 0,
        .type = EV_NO_ACTION,
        .digest_count = 1,
        .digests = { { ASSAY_ALG_SHA1,
                       assay_bytes_of(zeros, assay_alg_find(ASSAY_ALG_SHA1)->size) } },
        .data = assay_written(&data),
    };
    return 0;
}

static enum assay_stage stage_of(enum assay_content content)
{
    if (content == ASSAY_CONTENT_SYSTEMD)
        return ASSAY_STAGE_USERSPACE;
    return content == ASSAY_CONTENT_IMA_TEMPLATE || content == ASSAY_CONTENT_IMA_TLV
               ? ASSAY_STAGE_KERNEL
               : ASSAY_STAGE_FIRMWARE;
}

int assay_cel_learn_banks(assay_log *log, const assay_event *event)
{
    if (event->number == 0 && event->content == ASSAY_CONTENT_PCCLIENT_STD &&
        assay_spec_id_is(event)) {
        const bool registers = log->header.measurement_registers;
        const int status = assay_spec_id_read(log, event);

        /* Where a crypto-agile log tells by the header's index, a record says it of itself. */
        log->header.measurement_registers = registers;
        return status < 0 ? status : 1;
    }
    if (event->content == ASSAY_CONTENT_CEL || event->digest_count == 0 ||
        !assay_event_type_extends(event->type))
        return 0;
    log->header.stage = stage_of(event->content);
    for (size_t i = 0; i < event->digest_count; i++)
        log->header.banks[log->header.bank_count++] =
            (assay_bank){ event->digests[i].alg, (uint16_t)event->digests[i].value.size };
    return 1;
}
