/* SPDX-License-Identifier: BSD-2-Clause */
/* A prediction as a log, with a record for each digest that is not known. */
#include "eventlog/types.h"
#include "boot/prediction.h"

enum { WORDS_MAX = 200, RECORD_MAX = 16 + 4 + 2 + 2 * ASSAY_BANKS_MAX + WORDS_MAX };

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
} parts[ASSAY_PARTS] = {
    [ASSAY_PART_OTHER] = { "other", "not told apart" },
    [ASSAY_PART_PLATFORM] = { "platform", "chipset and firmware" },
    [ASSAY_PART_SINIT] = { "sinit", "SINIT ACM" },
    [ASSAY_PART_CAPABILITIES] = { "capabilities", "OsSinitData.Capabilities" },
    [ASSAY_PART_LCP] = { "lcp", "launch control policy" },
    [ASSAY_PART_STM] = { "stm", "STM" },
    [ASSAY_PART_NV] = { "nv-indices", "NV indices AUX, PS, PO" },
    [ASSAY_PART_MLE] = { "mle", "launched environment (MLE)" },
    [ASSAY_PART_COMBINED] = { "combined", "BIOS ACM, STM, policy, capabilities" },
    [ASSAY_PART_VLP] = { "vlp", "tboot's policy" },
    [ASSAY_PART_MODULE] = { "module", "module" },
    [ASSAY_PART_NV_CONTENT] = { "nv-content", "content of NV index" },
    [ASSAY_PART_SECURE] = { "secure-launch", "Secure Launch" },
    [ASSAY_PART_FIRMWARE] = { "firmware", "firmware" },
    [ASSAY_PART_SETUP] = { "setup", "firmware's configuration" },
    [ASSAY_PART_OPTION_ROM] = { "option-rom", "option ROM" },
    [ASSAY_PART_SECURE_BOOT] = { "secure-boot", "Secure Boot" },
    [ASSAY_PART_BOOT_OPTION] = { "boot-option", "boot options" },
    [ASSAY_PART_GPT] = { "gpt", "partition table" },
    [ASSAY_PART_LOADER] = { "loader", "boot loader" },
    [ASSAY_PART_SHIM] = { "shim", "shim" },
    [ASSAY_PART_GRUB] = { "grub", "GRUB" },
    [ASSAY_PART_UKI] = { "uki", "unified kernel image" },
    [ASSAY_PART_ADDON] = { "addon", "addons and credentials" },
    [ASSAY_PART_KERNEL] = { "kernel", "kernel" },
    [ASSAY_PART_INITRD] = { "initrd", "initrd" },
    [ASSAY_PART_CMDLINE] = { "cmdline", "kernel command line" },
    [ASSAY_PART_EXIT] = { "exit", "ExitBootServices" },
    [ASSAY_PART_USERSPACE] = { "userspace", "userspace" },
};

const char *assay_part_name(enum assay_part part)
{
    return parts[part].name;
}

const char *assay_part_title(enum assay_part part)
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
    enum assay_part part;
} types[] = {
    { TXT_EVTYPE_PCRMAPPING, ASSAY_PART_CAPABILITIES },
    { TXT_EVTYPE_HASH_START, ASSAY_PART_SINIT },
    { TXT_EVTYPE_COMBINED_HASH, ASSAY_PART_COMBINED },
    { TXT_EVTYPE_MLE_HASH, ASSAY_PART_MLE },
    { TXT_EVTYPE_BIOSAC_REG_DATA, ASSAY_PART_PLATFORM },
    { TXT_EVTYPE_CPU_SCRTM_STAT, ASSAY_PART_PLATFORM },
    { TXT_EVTYPE_LCP_CONTROL_HASH, ASSAY_PART_LCP },
    { TXT_EVTYPE_ELEMENTS_HASH, ASSAY_PART_LCP },
    { TXT_EVTYPE_STM_HASH, ASSAY_PART_STM },
    { TXT_EVTYPE_OSSINITDATA_CAP_HASH, ASSAY_PART_CAPABILITIES },
    { TXT_EVTYPE_SINIT_PUBKEY_HASH, ASSAY_PART_SINIT },
    { TXT_EVTYPE_LCP_HASH, ASSAY_PART_LCP },
    { TXT_EVTYPE_LCP_DETAILS_HASH, ASSAY_PART_LCP },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH, ASSAY_PART_LCP },
    { TXT_EVTYPE_NV_INFO_HASH, ASSAY_PART_NV },
    { TXT_EVTYPE_COLD_BOOT_BIOS_HASH, ASSAY_PART_PLATFORM },
    { TXT_EVTYPE_KM_HASH, ASSAY_PART_PLATFORM },
    { TXT_EVTYPE_BPM_HASH, ASSAY_PART_PLATFORM },
    { TXT_EVTYPE_KM_INFO_HASH, ASSAY_PART_PLATFORM },
    { TXT_EVTYPE_BPM_INFO_HASH, ASSAY_PART_PLATFORM },
    { TXT_EVTYPE_BOOT_POL_HASH, ASSAY_PART_PLATFORM },
    { TXT_EVTYPE_RANDOM_VALUE, ASSAY_PART_PLATFORM },
    { TXT_EVTYPE_CAP_VALUE, ASSAY_PART_PLATFORM },
    { TB_EVTYPE_HASH, ASSAY_PART_MODULE },
    { SL_EVTYPE_SECURE_LAUNCH, ASSAY_PART_SECURE },
    { SL_EVTYPE_START, ASSAY_PART_SECURE },
    { SL_EVTYPE_END, ASSAY_PART_SECURE },
};

enum assay_part assay_part_of(uint32_t type)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].type == type)
            return types[i].part;
    return ASSAY_PART_OTHER;
}
