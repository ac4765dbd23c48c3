/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tpm2_eventlog's text, the fields below "Event:". The program prints each structure from its
 * first byte to its last, so each line is appended as the bytes that it stands for.
 */
#include "base/guid.h"
#include "eventlog/format/tpm2yaml.h"

typedef bool put_field(assay_log *log, assay_bytes value, size_t size, assay_tpm2yaml_data *data);

static assay_writer *data_of(assay_log *log)
{
    return &assay_tpm2yaml_of(log)->data;
}

static bool put_integer(assay_log *log, assay_bytes value, size_t size, assay_tpm2yaml_data *data)
{
    uint64_t number;

    (void)data;
    if (!assay_tpm2yaml_number(value, &number) || (size < 8 && number >> 8 * size != 0))
        return false;
    for (size_t i = 0; i < size; i++)
        assay_put_u8(data_of(log), (uint8_t)(number >> 8 * i));
    return true;
}

static bool put_guid(assay_log *log, assay_bytes value, size_t size, assay_tpm2yaml_data *data)
{
    assay_guid guid;

    (void)size;
    (void)data;
    if (!assay_guid_parse(assay_tpm2yaml_trim(value), &guid))
        return false;
    assay_put_guid(data_of(log), &guid);
    return true;
}

/* Digits; a device path that was put into words holds none. */
static bool put_digits(assay_log *log, assay_bytes value, size_t size, assay_tpm2yaml_data *data)
{
    (void)size;
    (void)data;
    return assay_put_decoded(data_of(log), assay_tpm2yaml_unquote(value));
}

/* It takes VariableDataLength bytes, wherever the event ends. */
static bool put_variable_data(assay_log *log, assay_bytes value, size_t size,
                              assay_tpm2yaml_data *data)
{
    data->overread = assay_tpm2yaml_trim(value).size > 0;
    return put_digits(log, value, size, data);
}

static bool put_name_length(assay_log *log, assay_bytes value, size_t size,
                            assay_tpm2yaml_data *data)
{
    return assay_tpm2yaml_number(value, &data->name_length) && put_integer(log, value, size, data);
}

static bool put_data_length(assay_log *log, assay_bytes value, size_t size,
                            assay_tpm2yaml_data *data)
{
    return assay_tpm2yaml_number(value, &data->variable_data_length) &&
           put_integer(log, value, size, data);
}

/* A name as it stands there, or in quotes, if it has as many characters as it should. */
static bool name_fits(assay_bytes name, bool quoted, uint64_t length, assay_writer *utf16)
{
    const assay_writer before = *utf16;
    assay_writer plain = assay_writer_growing(ASSAY_TPM2YAML_DATA_MAX);
    uint64_t units;
    const bool fits = (!quoted || assay_tpm2yaml_unescape(assay_tpm2yaml_unquote(name), &plain)) &&
                      assay_tpm2yaml_utf16(quoted ? assay_written(&plain) : name, utf16, &units) &&
                      units == length && plain.failure == 0;

    if (!fits && utf16->failure == 0) {
        utf16->used = before.used;
        utf16->written = before.written;
    }
    assay_writer_close(&plain);
    return fits;
}

/* It ends a name at its first NUL: if only one character is missing, that is it. */
static bool name_ends(assay_bytes name, uint64_t length, assay_writer *utf16)
{
    if (length == 0 || !name_fits(name, false, length - 1, utf16))
        return false;
    assay_put_u16le(utf16, 0);
    return true;
}

static bool name_counts(assay_log *log, assay_bytes value, uint64_t length, assay_writer *utf16)
{
    assay_writer counted = assay_writer_growing(ASSAY_TPM2YAML_DATA_MAX);
    const bool fits =
        length <= ASSAY_TPM2YAML_TEXT_MAX &&
        assay_tpm2yaml_count(log, (size_t)(value.data - log->bytes.data), length, true, &counted) &&
        name_fits(assay_written(&counted), false, length, utf16);

    assay_writer_close(&counted);
    return fits;
}

static bool put_name(assay_log *log, assay_bytes value, size_t size, assay_tpm2yaml_data *data)
{
    assay_writer *const out = data_of(log);
    const bool good = name_fits(value, false, data->name_length, out) ||
                      name_ends(value, data->name_length, out) ||
                      name_fits(assay_tpm2yaml_trim(value), false, data->name_length, out) ||
                      name_fits(value, true, data->name_length, out) ||
                      (value.data != NULL && name_counts(log, value, data->name_length, out));

    (void)size;
    data->variable_data = out->used;
    return good;
}

/* SecureBoot's byte, or Attributes of EFI_LOAD_OPTION, of which the lowest bit is shown. */
static bool put_enabled(assay_log *log, assay_bytes value, size_t size, assay_tpm2yaml_data *data)
{
    (void)size;
    if (data->variable_data_length == 0)
        return true;
    data->enabled_at = data_of(log)->used;
    data->enabled_size = data->variable_data_length == 1 ? 1 : 4;
    data->enabled = assay_bytes_equal(assay_tpm2yaml_unquote(value), ASSAY_LITERAL("Yes"));
    data->guessed = true;
    assay_put_zeros(data_of(log), data->enabled_size);
    return true;
}

/* A string in UTF-16 with its NUL, or with NULs to fill `size` bytes. */
static bool put_string16(assay_log *log, assay_bytes value, size_t size, assay_tpm2yaml_data *data)
{
    assay_writer *const out = data_of(log);
    const size_t start = out->used;
    uint64_t units;

    if (!assay_tpm2yaml_utf16(assay_tpm2yaml_unquote(value), out, &units) ||
        (size > 0 && 2 * units > size))
        return false;
    data->guessed = true; /* what stands behind the first NUL */
    if (out->failure == 0)
        assay_put_zeros(out, size > 0 ? size - (out->used - start) : 2);
    return true;
}

/* "EFI PART". */
static bool put_signature(assay_log *log, assay_bytes value, size_t size, assay_tpm2yaml_data *data)
{
    const assay_bytes signature = assay_tpm2yaml_unquote(value);

    (void)data;
    assay_put(data_of(log), signature);
    return signature.size == size;
}

/* HeaderCRC32; Reserved follows it and is not shown. */
static bool put_crc(assay_log *log, assay_bytes value, size_t size, assay_tpm2yaml_data *data)
{
    const bool good = put_integer(log, value, size, data);

    assay_put_zeros(data_of(log), 4);
    data->guessed = true;
    return good;
}

/* TCG_EfiStartupLocalityEvent; some firmware has zeros behind it. */
static bool put_locality(assay_log *log, assay_bytes value, size_t size, assay_tpm2yaml_data *data)
{
    enum { SLOT_MAX = 256 };
    assay_writer *const out = data_of(log);

    assay_put(out, assay_bytes_of("StartupLocality", sizeof "StartupLocality"));
    const bool good = put_integer(log, value, size, data);
    if (out->failure == 0 && data->size > out->used && data->size <= SLOT_MAX)
        assay_put_zeros(out, (size_t)data->size - out->used);
    return good;
}

/* The keys of structures that are said by what they hold. */
static bool put_nothing(assay_log *log, assay_bytes value, size_t size, assay_tpm2yaml_data *data)
{
    (void)log;
    (void)size;
    (void)data;
    return assay_tpm2yaml_trim(value).size == 0;
}

static const struct {
    assay_bytes key;
    put_field *put;
    size_t size;
} fields[] = {
    /* UEFI_VARIABLE_DATA */
    { ASSAY_LITERAL("VariableName"), put_guid, 16 },
    { ASSAY_LITERAL("UnicodeNameLength"), put_name_length, 8 },
    { ASSAY_LITERAL("VariableDataLength"), put_data_length, 8 },
    { ASSAY_LITERAL("UnicodeName"), put_name, 0 },
    { ASSAY_LITERAL("VariableData"), put_variable_data, 0 },
    /* EFI_SIGNATURE_LIST, EFI_SIGNATURE_DATA */
    { ASSAY_LITERAL("SignatureType"), put_guid, 16 },
    { ASSAY_LITERAL("SignatureListSize"), put_integer, 4 },
    { ASSAY_LITERAL("SignatureHeaderSize"), put_integer, 4 },
    { ASSAY_LITERAL("SignatureSize"), put_integer, 4 },
    { ASSAY_LITERAL("Keys"), put_nothing, 0 },
    { ASSAY_LITERAL("SignatureOwner"), put_guid, 16 },
    { ASSAY_LITERAL("SignatureData"), put_digits, 0 },
    /* EFI_LOAD_OPTION, and SecureBoot */
    { ASSAY_LITERAL("Enabled"), put_enabled, 0 },
    { ASSAY_LITERAL("FilePathListLength"), put_integer, 2 },
    { ASSAY_LITERAL("Description"), put_string16, 0 },
    /* UEFI_IMAGE_LOAD_EVENT */
    { ASSAY_LITERAL("ImageLocationInMemory"), put_integer, 8 },
    { ASSAY_LITERAL("ImageLengthInMemory"), put_integer, 8 },
    { ASSAY_LITERAL("ImageLinkTimeAddress"), put_integer, 8 },
    { ASSAY_LITERAL("LengthOfDevicePath"), put_integer, 8 },
    { ASSAY_LITERAL("DevicePath"), put_digits, 0 },
    /* UEFI_PLATFORM_FIRMWARE_BLOB, ..._BLOB2 */
    { ASSAY_LITERAL("BlobDescriptionSize"), put_integer, 1 },
    { ASSAY_LITERAL("BlobDescription"), put_digits, 0 },
    { ASSAY_LITERAL("BlobBase"), put_integer, 8 },
    { ASSAY_LITERAL("BlobLength"), put_integer, 8 },
    /* UEFI_GPT_DATA */
    { ASSAY_LITERAL("Header"), put_nothing, 0 },
    { ASSAY_LITERAL("Signature"), put_signature, 8 },
    { ASSAY_LITERAL("Revision"), put_integer, 4 },
    { ASSAY_LITERAL("HeaderSize"), put_integer, 4 },
    { ASSAY_LITERAL("HeaderCRC32"), put_crc, 4 },
    { ASSAY_LITERAL("MyLBA"), put_integer, 8 },
    { ASSAY_LITERAL("AlternateLBA"), put_integer, 8 },
    { ASSAY_LITERAL("FirstUsableLBA"), put_integer, 8 },
    { ASSAY_LITERAL("LastUsableLBA"), put_integer, 8 },
    { ASSAY_LITERAL("DiskGUID"), put_guid, 16 },
    { ASSAY_LITERAL("PartitionEntryLBA"), put_integer, 8 },
    { ASSAY_LITERAL("NumberOfPartitionEntry"), put_integer, 4 },
    { ASSAY_LITERAL("SizeOfPartitionEntry"), put_integer, 4 },
    { ASSAY_LITERAL("PartitionEntryArrayCRC32"), put_integer, 4 },
    { ASSAY_LITERAL("NumberOfPartitions"), put_integer, 8 },
    { ASSAY_LITERAL("Partitions"), put_nothing, 0 },
    { ASSAY_LITERAL("PartitionTypeGUID"), put_guid, 16 },
    { ASSAY_LITERAL("UniquePartitionGUID"), put_guid, 16 },
    { ASSAY_LITERAL("StartingLBA"), put_integer, 8 },
    { ASSAY_LITERAL("EndingLBA"), put_integer, 8 },
    { ASSAY_LITERAL("Attributes"), put_integer, 8 },
    { ASSAY_LITERAL("PartitionName"), put_string16, 72 },
    /* TCG_EfiStartupLocalityEvent */
    { ASSAY_LITERAL("StartupLocality"), put_locality, 1 },
};

/* "- Boot0001" of BootOrder. */
static bool put_boot_number(assay_log *log, assay_bytes text)
{
    static const assay_bytes start = ASSAY_LITERAL("Boot");
    uint8_t number[2];
    assay_writer copy = assay_writer_lent(number, sizeof number);

    if (!assay_bytes_start_with(text, start) ||
        !assay_put_decoded(&copy, assay_bytes_of(text.data + start.size, text.size - start.size)) ||
        copy.written != sizeof number)
        return false;
    assay_put_u8(data_of(log), number[1]);
    assay_put_u8(data_of(log), number[0]);
    return true;
}

/* What can't be read as bytes may be read by people: the start of the label. */
static void add_words(assay_log *log, const assay_tpm2yaml_line *line)
{
    assay_writer *const label = &assay_tpm2yaml_of(log)->label;
    const size_t room = ASSAY_TPM2YAML_LABEL_MAX - label->used;

    if (label->failure != 0 || line->text.size + 2 > room)
        return;
    if (label->used > 0)
        assay_put_string(label, ", ");
    assay_put(label, line->text);
}

/* The row of a key, or one beyond the last. */
static size_t find_field(assay_bytes key)
{
    size_t i = 0;

    while (i < sizeof fields / sizeof *fields && !assay_bytes_equal(key, fields[i].key))
        i++;
    return i;
}

bool assay_tpm2yaml_is_field(const assay_tpm2yaml_line *line)
{
    assay_bytes value;

    return find_field(assay_tpm2yaml_split(line, &value)) < sizeof fields / sizeof *fields;
}

void assay_tpm2yaml_field_read(assay_log *log, const assay_tpm2yaml_line *line,
                               assay_tpm2yaml_data *data)
{
    assay_bytes value;
    const assay_bytes key = assay_tpm2yaml_split(line, &value);
    const size_t i = find_field(key);
    bool good = false;

    add_words(log, line);
    data->overread = false;
    if (value.data == NULL)
        good = put_boot_number(log, key);
    else if (i < sizeof fields / sizeof *fields)
        good = fields[i].put(log, value, fields[i].size, data);
    data->lost |= !good;
}
