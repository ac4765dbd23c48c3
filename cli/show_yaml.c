/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log in the shape that tpm2_eventlog of tpm2-tools 5.4 prints, keys and values alike, so
 * that its users' scripts go on working: which types show fields, which text and which digits
 * was its choice. Its mistakes are not kept: strings are made harmless, lengths are those of
 * the data, every type has its name, and the PCRs at the end follow all rules of the replay.
 */
#include "cli/show.h"

#include "base/output.h"
#include "base/utf16.h"
#include "eventlog/types.h"
#include "replay/replay.h"

#include <ctype.h>
#include <strings.h>

enum { BLOB_SIZE = 16, PLAIN_NAME_MAX = 64 };

static void put_number(assay_writer *out, const char *key, uint64_t value)
{
    assay_put_format(out, "%s: %llu\n", key, (unsigned long long)value);
}

static void put_address(assay_writer *out, const char *key, uint64_t value)
{
    assay_put_format(out, "%s: 0x%llx\n", key, (unsigned long long)value);
}

static void put_hex(assay_writer *out, const char *key, assay_bytes bytes, char quote)
{
    assay_put_format(out, "%s: %c", key, quote);
    assay_put_hex(out, bytes);
    assay_put_char(out, quote);
    assay_put_char(out, '\n');
}

static void put_algorithm(assay_writer *out, const char *key, uint16_t alg)
{
    const assay_alg *const known = assay_alg_find(alg);

    assay_put_format(out, known != NULL ? "%s: %s\n" : "%s: \"%s0x%04x\"\n", key,
                     known != NULL ? known->name : "", alg);
}

/* Whether a name is a string in YAML without quotes: letters and digits, and no word of YAML's. */
static bool is_plain(const char *name)
{
    static const char *const words[] = { "y",  "n",    "yes",   "no",  "on",
                                         "off", "true", "false", "null" };
    size_t i = 0;

    while (isalnum((unsigned char)name[i]))
        i++;
    if (i == 0 || name[i] != '\0' || isdigit((unsigned char)name[0]))
        return false;
    for (size_t word = 0; word < sizeof words / sizeof *words; word++)
        if (strcasecmp(name, words[word]) == 0)
            return false;
    return true;
}

static void put_name(assay_writer *out, const char *key, assay_bytes utf16)
{
    char name[PLAIN_NAME_MAX + 1];
    assay_writer utf8 = assay_writer_lent(name, PLAIN_NAME_MAX);
    assay_output quoted = assay_output_yaml(out);

    assay_put_utf16(&utf8, utf16);
    name[utf8.used] = '\0';
    assay_put_format(out, "%s:", key);
    if (utf8.failure == 0 && is_plain(name))
        assay_put_format(out, " %s", name);
    else
        assay_emit_text16(&quoted, NULL, utf16);
    assay_put_char(out, '\n');
}

/* The next line of a text, which is left with what follows it; false after the last. */
static bool next_line(assay_bytes *text, assay_bytes *ret_line)
{
    if (text->data == NULL)
        return false;
    const uint8_t *const end = text->size > 0 ? memchr(text->data, '\n', text->size) : NULL;
    const size_t size = end != NULL ? (size_t)(end - text->data) : text->size;

    *ret_line = assay_bytes_of(text->data, size);
    *text = end != NULL ? assay_bytes_of(end + 1, text->size - size - 1) : ASSAY_NO_BYTES;
    return true;
}

static void put_text(assay_writer *out, const assay_event *event)
{
    assay_bytes text = event->data, line;
    const uint8_t *const nul = memchr(text.data, '\0', text.size);

    if (nul != NULL)
        text.size = (size_t)(nul - text.data);
    /* The indentation is found by the first line, unless that begins with a blank itself. */
    assay_put_string(out, text.size > 0 && text.data[0] == ' ' ? "  Event: |2-\n" : "  Event: |-\n");
    while (next_line(&text, &line)) {
        assay_put_string(out, "    ");
        assay_put_safe(out, line);
        assay_put_char(out, '\n');
    }
}

/* The characters of C's escapes by name, and others that are not printable by number. */
static void put_c_characters(assay_writer *out, assay_bytes text)
{
    static const char *const named[] = {
        ['\0'] = "\\0", ['\a'] = "\\a", ['\b'] = "\\b",   ['\t'] = "\\t",   ['\v'] = "\\v",
        ['\f'] = "\\f", ['\r'] = "\\r", ['\x1b'] = "\\e", ['\''] = "\\'", ['\\'] = "\\\\",
    };
    size_t start = 0;

    for (size_t i = 0; i < text.size; i++) {
        const uint8_t c = text.data[i];

        if (c >= sizeof named / sizeof *named || named[c] == NULL)
            continue;
        assay_put_safe(out, assay_bytes_of(text.data + start, i - start));
        assay_put_string(out, named[c]);
        start = i + 1;
    }
    assay_put_safe(out, assay_bytes_of(text.data + start, text.size - start));
}

static void put_ipl(assay_writer *out, const assay_event *event)
{
    assay_bytes text = event->data, line;

    assay_put_string(out, "  Event:\n    String: |-\n");
    while (next_line(&text, &line)) {
        assay_put_string(out, "      \"");
        put_c_characters(out, line);
        assay_put_string(out, "\"\n");
    }
}

static void put_digits(assay_writer *out, const assay_event *event)
{
    put_hex(out, "  Event", event->data, '"');
}

static void put_variable(assay_writer *out, const assay_event *event)
{
    assay_variable variable;
    char vendor[ASSAY_GUID_TEXT];

    if (!assay_variable_decode(event->data, &variable)) {
        put_digits(out, event);
        return;
    }
    assay_guid_format(&variable.vendor, vendor);
    assay_put_format(out, "  Event:\n    VariableName: %s\n", vendor);
    put_number(out, "    UnicodeNameLength", variable.name_length);
    put_number(out, "    VariableDataLength", variable.data_length);
    put_name(out, "    UnicodeName", variable.name);
    if (variable.data.size > 0)
        put_hex(out, "    VariableData", variable.data, '"');
}

static void put_image(assay_writer *out, const assay_event *event)
{
    assay_image image;

    if (!assay_image_decode(event->data, &image)) {
        put_digits(out, event);
        return;
    }
    assay_put_string(out, "  Event:\n");
    put_address(out, "    ImageLocationInMemory", image.location);
    put_number(out, "    ImageLengthInMemory", image.length);
    put_address(out, "    ImageLinkTimeAddress", image.link_time_address);
    put_number(out, "    LengthOfDevicePath", image.path_size);
    /* It takes all that follows for the path. */
    put_hex(out, "    DevicePath",
            assay_bytes_of(image.path.data, image.path.size + image.trailing.size), '\'');
}

static void put_blob_place(assay_writer *out, const assay_blob *blob)
{
    put_address(out, "    BlobBase", blob->base);
    put_address(out, "    BlobLength", blob->length);
}

static void put_blob(assay_writer *out, const assay_event *event)
{
    assay_blob blob;

    if (event->data.size != BLOB_SIZE || !assay_blob_decode(event->data, &blob)) {
        put_digits(out, event);
        return;
    }
    assay_put_string(out, "  Event:\n");
    put_blob_place(out, &blob);
}

static void put_blob2(assay_writer *out, const assay_event *event)
{
    assay_blob blob;

    if (!assay_blob_decode2(event->data, &blob)) {
        put_digits(out, event);
        return;
    }
    assay_put_string(out, "  Event:\n");
    put_number(out, "    BlobDescriptionSize", blob.description.size);
    put_hex(out, "    BlobDescription", blob.description, '"');
    put_blob_place(out, &blob);
}

static void put_post_code(assay_writer *out, const assay_event *event)
{
    if (event->data.size == BLOB_SIZE)
        put_blob(out, event);
    else
        put_text(out, event);
}

/* Types that are shown otherwise than by the digits of their data. */
static const struct {
    uint32_t type;
    void (*put)(assay_writer *out, const assay_event *event);
} shapes[] = {
    { EV_POST_CODE, put_post_code },
    { EV_S_CRTM_CONTENTS, put_blob },
    { EV_IPL, put_ipl },
    { EV_EFI_VARIABLE_DRIVER_CONFIG, put_variable },
    { EV_EFI_VARIABLE_BOOT, put_variable },
    { EV_EFI_BOOT_SERVICES_APPLICATION, put_image },
    { EV_EFI_BOOT_SERVICES_DRIVER, put_image },
    { EV_EFI_RUNTIME_SERVICES_DRIVER, put_image },
    { EV_EFI_ACTION, put_text },
    { EV_EFI_PLATFORM_FIRMWARE_BLOB, put_blob },
    { EV_EFI_PLATFORM_FIRMWARE_BLOB2, put_blob2 },
    { EV_EFI_VARIABLE_BOOT2, put_variable },
    { EV_EFI_VARIABLE_AUTHORITY, put_variable },
};

static void put_data(assay_writer *out, const assay_event *event)
{
    put_number(out, "  EventSize", event->data.size);
    if (event->data.size == 0)
        return;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (shapes[i].type == event->type) {
            shapes[i].put(out, event);
            return;
        }
    put_digits(out, event);
}

static void put_digests(const shown *show, const assay_event *event)
{
    assay_writer *const out = show->call->out;
    size_t count = 0;

    for (size_t i = 0; i < event->digest_count; i++)
        count += cli_bank_wanted(&show->call->common->banks, event->digests[i].alg);
    put_number(out, "  DigestCount", count);
    assay_put_string(out, "  Digests:\n");
    for (size_t i = 0; i < event->digest_count; i++) {
        if (!cli_bank_wanted(&show->call->common->banks, event->digests[i].alg))
            continue;
        put_algorithm(out, "  - AlgorithmId", event->digests[i].alg);
        put_hex(out, "    Digest", event->digests[i].value, '"');
    }
}

static void put_spec_id(assay_writer *out, const assay_event *event, const assay_log_header *header)
{
    const assay_spec_id *const id = &header->spec_id;

    put_hex(out, "  Digest", event->digests[0].value, '"');
    put_number(out, "  EventSize", event->data.size);
    assay_put_string(out, "  SpecID:\n  - Signature: Spec ID Event03\n");
    put_number(out, "    platformClass", id->platform_class);
    put_number(out, "    specVersionMinor", id->version_minor);
    put_number(out, "    specVersionMajor", id->version_major);
    put_number(out, "    specErrata", id->errata);
    put_number(out, "    uintnSize", id->uintn_size);
    put_number(out, "    numberOfAlgorithms", header->bank_count);
    assay_put_string(out, "    Algorithms:\n");
    for (size_t i = 0; i < header->bank_count; i++) {
        assay_put_format(out, "    - Algorithm[%zu]:\n", i);
        put_algorithm(out, "      algorithmId", header->banks[i].alg);
        put_number(out, "      digestSize", header->banks[i].size);
    }
    put_number(out, "    vendorInfoSize", id->vendor_info.size);
    if (id->vendor_info.size > 0)
        put_hex(out, "    vendorInfo", id->vendor_info, '"');
}

static void put_event(const shown *show, const assay_event *event)
{
    assay_writer *const out = show->call->out;
    const assay_event_type *const type = assay_event_type_find(event->type);

    put_number(out, "- EventNum", event->number);
    put_number(out, "  PCRIndex", event->pcr_index);
    assay_put_format(out, "  EventType: %s\n", type != NULL ? type->name : "Unknown event type");
    if (event->number == 0 && event->digest_count == 1 &&
        assay_bytes_start_with(event->data, ASSAY_LITERAL("Spec ID Event03"))) {
        put_spec_id(out, event, &show_log(show)->header);
        return;
    }
    put_digests(show, event);
    put_data(out, event);
}

static void put_bank(const cli_call *call, const assay_replay *replay, const assay_replay_bank *bank)
{
    assay_put_format(call->out, "  %s:\n",
                     replay->measurement_registers ? "rtmr" : assay_alg_find(bank->alg)->name);
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        if ((bank->extended >> pcr & 1) == 0 || !cli_pcr_wanted(call->common, pcr))
            continue;
        assay_put_format(call->out, "    %-2u : 0x", pcr);
        assay_put_hex(call->out, assay_pcrs_value(&replay->pcrs, bank->alg, pcr));
        if ((bank->incomplete >> pcr & 1) != 0)
            assay_put_string(call->out, " # some events have no digest of this bank");
        assay_put_char(call->out, '\n');
    }
}

static void put_pcrs(const cli_call *call, const assay_replay *replay)
{
    assay_put_string(call->out, "pcrs:\n");
    for (size_t i = 0; i < replay->bank_count; i++) {
        const assay_replay_bank *const bank = &replay->banks[i];

        if (!cli_bank_wanted(&call->common->banks, bank->alg))
            continue;
        if (bank->hash == NULL)
            assay_put_format(call->out, "  # algorithm 0x%04x cannot be computed here\n", bank->alg);
        else if (bank->extended != 0)
            put_bank(call, replay, bank);
    }
}

/* One document a log, in the shape of a single one. */
static int put_log(shown *show, assay_replay *replay)
{
    const cli_call *const call = show->call;
    assay_event event;
    bool any = false;
    int status = 0;

    assay_put_string(call->out, "---\nversion: 1\nevents:");
    while (status == 0 && call->out->failure == 0 && show_next(show, &event) > 0) {
        status = assay_replay_event(replay, &event);
        if (!show_wants(show, &event))
            continue;
        if (status == 0)
            status = show_watch(show, &event);
        assay_put_string(call->out, any ? "" : "\n");
        any = true;
        put_event(show, &event);
    }
    assay_put_string(call->out, any ? "" : " []\n");
    return status;
}

int show_yaml(shown *show)
{
    const cli_logs *const logs = &show->logs;
    assay_replay replay;
    int status = assay_replay_begin(&replay, &logs->list[0]->log.header, show->hashes, NULL);

    for (size_t i = 1; i < logs->count && status == 0; i++)
        status = assay_replay_continue(&replay, &logs->list[i]->log.header);
    do
        status = status == 0 ? put_log(show, &replay) : status;
    while (status == 0 && show_next_log(show));
    put_pcrs(show->call, &replay);
    return status;
}
