/* SPDX-License-Identifier: BSD-2-Clause */
/* A prediction as a log, with a record for each digest that is not known. */
#include "base/cursor.h"
#include "eventlog/types.h"
#include "policy/launch/prediction.h"

static const assay_bytes signature = ASSAY_LITERAL("assay unknown\0\0\0");

enum { WORDS_MAX = 200, RECORD_MAX = 16 + 4 + 2 + 2 * ASSAY_BANKS_MAX + WORDS_MAX };

void assay_unknown_record_encode(assay_writer *writer, const assay_unknown_record *record)
{
    assay_put(writer, signature);
    assay_put_u32le(writer, record->type);
    assay_put_u16le(writer, (uint16_t)record->count);
    for (size_t i = 0; i < record->count; i++)
        assay_put_u16le(writer, record->algs[i]);
    assay_put(writer, record->words);
}

bool assay_unknown_record_decode(assay_bytes data, assay_unknown_record *ret_record)
{
    assay_cursor c = assay_cursor_of(data);
    assay_unknown_record record = { 0 };

    if (!assay_bytes_equal(assay_take(&c, signature.size), signature))
        return false;
    record.type = assay_take_u32le(&c);
    record.count = assay_take_u16le(&c);
    if (record.count > ASSAY_BANKS_MAX)
        return false;
    for (size_t i = 0; i < record.count; i++)
        record.algs[i] = assay_take_u16le(&c);
    record.words = assay_take_rest(&c);
    if (c.failed)
        return false;
    *ret_record = record;
    return true;
}

/* Every record of a crypto-agile log has a digest a bank; of what extends nothing they are zeros.
 */
static void put_zero_digests(const assay_prediction *prediction, assay_event *record,
                             uint16_t only_bank)
{
    static const uint8_t zeros[UINT16_MAX];

    for (size_t i = 0; i < prediction->header.bank_count; i++) {
        const assay_bank *const bank = &prediction->header.banks[i];

        if (only_bank == 0 || bank->alg == only_bank)
            record->digests[record->digest_count++] =
                (assay_event_digest){ bank->alg, assay_bytes_of(zeros, bank->size) };
    }
}

static int write_unknown(assay_log_writer *out, const assay_prediction *prediction,
                         const assay_predicted_event *event, assay_error *error)
{
    uint8_t bytes[RECORD_MAX];
    assay_writer data = assay_writer_lent(bytes, sizeof bytes);
    assay_unknown_record unknown = { .type = event->event.type, .count = event->unknown_count };
    assay_event record = { .number = event->event.number,
                           .pcr_index = event->event.pcr_index,
                           .type = EV_NO_ACTION,
                           .only_bank = event->event.only_bank };

    memcpy(unknown.algs, event->unknown, sizeof unknown.algs);
    if (event->why != NULL)
        unknown.words = assay_bytes_of_string(event->why);
    if (unknown.words.size > WORDS_MAX)
        unknown.words.size = WORDS_MAX;
    assay_unknown_record_encode(&data, &unknown);
    record.data = assay_written(&data);
    put_zero_digests(prediction, &record, event->event.only_bank);
    /* The formats that keep no data have a label in their place. */
    if (event->event.label.data != NULL) {
        record.label = unknown.words.data != NULL ? unknown.words : ASSAY_LITERAL("unknown");
        record.data = ASSAY_NO_BYTES;
    }
    return assay_log_write_event(out, &record, error);
}

static int write_events(assay_log_writer *out, const assay_prediction *prediction,
                        assay_error *error)
{
    int status = 0;

    for (size_t i = 0; i < prediction->count && status >= 0; i++) {
        const assay_predicted_event *const event = &prediction->events[i];

        if (event->unknown_count > 0)
            status = write_unknown(out, prediction, event, error);
        if (status >= 0 && event->origin != ASSAY_PREDICTED_UNKNOWN)
            status = assay_log_write_event(out, &event->event, error);
    }
    return status;
}

int assay_prediction_write(const assay_prediction *prediction, const char *format,
                           assay_writer *writer, assay_error *error)
{
    assay_log_writer out;
    int status = assay_log_write_begin(&out, format != NULL ? format : prediction->format,
                                       &prediction->header, writer, error);

    if (status < 0)
        return status;
    status = write_events(&out, prediction, error);
    const int end = assay_log_write_end(&out, status < 0 ? NULL : error);
    return status < 0 ? status : end;
}

static const struct {
    const char *name, *title;
} parts[ASSAY_LAUNCH_PARTS] = {
    [ASSAY_LAUNCH_OTHER] = { "other", "not of the launch" },
    [ASSAY_LAUNCH_PLATFORM] = { "platform", "chipset and firmware" },
    [ASSAY_LAUNCH_SINIT] = { "sinit", "SINIT ACM" },
    [ASSAY_LAUNCH_CAPABILITIES] = { "capabilities", "OsSinitData.Capabilities" },
    [ASSAY_LAUNCH_LCP] = { "lcp", "launch control policy" },
    [ASSAY_LAUNCH_STM] = { "stm", "STM" },
    [ASSAY_LAUNCH_NV] = { "nv-indices", "NV indices AUX, PS, PO" },
    [ASSAY_LAUNCH_MLE] = { "mle", "launched environment (MLE)" },
    [ASSAY_LAUNCH_COMBINED] = { "combined", "BIOS ACM, STM, policy, capabilities" },
    [ASSAY_LAUNCH_VLP] = { "vlp", "tboot's policy" },
    [ASSAY_LAUNCH_MODULE] = { "module", "module" },
    [ASSAY_LAUNCH_NV_CONTENT] = { "nv-content", "content of NV index" },
    [ASSAY_LAUNCH_SECURE] = { "secure-launch", "Secure Launch" },
};

const char *assay_launch_part_name(enum assay_launch_part part)
{
    return parts[part].name;
}

const char *assay_launch_part_title(enum assay_launch_part part)
{
    return parts[part].title;
}

const char *assay_predicted_name(enum assay_predicted origin)
{
    static const char *const names[] = { "kept", "computed", "unknown" };

    return names[origin];
}

static const struct {
    uint32_t type;
    enum assay_launch_part part;
} types[] = {
    { TXT_EVTYPE_PCRMAPPING, ASSAY_LAUNCH_CAPABILITIES },
    { TXT_EVTYPE_HASH_START, ASSAY_LAUNCH_SINIT },
    { TXT_EVTYPE_COMBINED_HASH, ASSAY_LAUNCH_COMBINED },
    { TXT_EVTYPE_MLE_HASH, ASSAY_LAUNCH_MLE },
    { TXT_EVTYPE_BIOSAC_REG_DATA, ASSAY_LAUNCH_PLATFORM },
    { TXT_EVTYPE_CPU_SCRTM_STAT, ASSAY_LAUNCH_PLATFORM },
    { TXT_EVTYPE_LCP_CONTROL_HASH, ASSAY_LAUNCH_LCP },
    { TXT_EVTYPE_ELEMENTS_HASH, ASSAY_LAUNCH_LCP },
    { TXT_EVTYPE_STM_HASH, ASSAY_LAUNCH_STM },
    { TXT_EVTYPE_OSSINITDATA_CAP_HASH, ASSAY_LAUNCH_CAPABILITIES },
    { TXT_EVTYPE_SINIT_PUBKEY_HASH, ASSAY_LAUNCH_SINIT },
    { TXT_EVTYPE_LCP_HASH, ASSAY_LAUNCH_LCP },
    { TXT_EVTYPE_LCP_DETAILS_HASH, ASSAY_LAUNCH_LCP },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH, ASSAY_LAUNCH_LCP },
    { TXT_EVTYPE_NV_INFO_HASH, ASSAY_LAUNCH_NV },
    { TXT_EVTYPE_COLD_BOOT_BIOS_HASH, ASSAY_LAUNCH_PLATFORM },
    { TXT_EVTYPE_KM_HASH, ASSAY_LAUNCH_PLATFORM },
    { TXT_EVTYPE_BPM_HASH, ASSAY_LAUNCH_PLATFORM },
    { TXT_EVTYPE_KM_INFO_HASH, ASSAY_LAUNCH_PLATFORM },
    { TXT_EVTYPE_BPM_INFO_HASH, ASSAY_LAUNCH_PLATFORM },
    { TXT_EVTYPE_BOOT_POL_HASH, ASSAY_LAUNCH_PLATFORM },
    { TXT_EVTYPE_RANDOM_VALUE, ASSAY_LAUNCH_PLATFORM },
    { TXT_EVTYPE_CAP_VALUE, ASSAY_LAUNCH_PLATFORM },
    { TB_EVTYPE_HASH, ASSAY_LAUNCH_MODULE },
    { SL_EVTYPE_SECURE_LAUNCH, ASSAY_LAUNCH_SECURE },
    { SL_EVTYPE_START, ASSAY_LAUNCH_SECURE },
    { SL_EVTYPE_END, ASSAY_LAUNCH_SECURE },
};

enum assay_launch_part assay_launch_part_of(uint32_t type)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].type == type)
            return types[i].part;
    return ASSAY_LAUNCH_OTHER;
}
