/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/show.h"

#include "eventlog/txtflags.h"
#include "policy/lcp/uuid.h"
#include "policy/lcp/vlp.h"
#include "policy/lcp/words.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAME_COLUMN = 24, HEX_LINE = 32, COLUMNS = 79, DATA_SHOWN = 64 };

static void put_blanks(assay_writer *writer, size_t count)
{
    assay_put_format(writer, "%*s", (int)count, "");
}

static void put_name(assay_writer *writer, size_t indent, const char *name)
{
    put_blanks(writer, indent);
    assay_put_format(writer, "%-*s", NAME_COLUMN, name);
}

/* Hexadecimal in whole lines of 32 bytes, the next at the column of the first. */
static void put_hex(assay_writer *writer, assay_bytes bytes, size_t column)
{
    assay_cursor cursor = assay_cursor_of(bytes);

    while (assay_left(&cursor) > 0) {
        assay_put_hex(writer, assay_take_up_to(&cursor, HEX_LINE));
        assay_put_char(writer, '\n');
        if (assay_left(&cursor) > 0)
            put_blanks(writer, column);
    }
    if (bytes.size == 0)
        assay_put_string(writer, "(no bytes)\n");
}

/* Words with commas between them, in lines of up to 80 columns, all at the column of the first. */
static void put_wrapped(assay_writer *writer, const char *words, size_t column)
{
    size_t at = column;

    while (*words != '\0') {
        const char *const end = strstr(words, ", ");
        const size_t size = end == NULL ? strlen(words) : (size_t)(end + 1 - words);

        if (at > column && at + 1 + size > COLUMNS) {
            assay_put_char(writer, '\n');
            put_blanks(writer, column);
            at = column;
        } else if (at > column) {
            assay_put_char(writer, ' ');
            at++;
        }
        assay_put(writer, assay_bytes_of(words, size));
        at += size;
        words += size + (end != NULL);
    }
}

/* A digest on a line of its own, below its name: 64 digits don't fit beside it. */
static void put_digest(assay_writer *writer, size_t indent, const char *name, assay_bytes digest)
{
    put_blanks(writer, indent);
    assay_put_format(writer, "%s\n", name);
    put_blanks(writer, indent + 2);
    put_hex(writer, digest, indent + 2);
}

static void put_alg(assay_writer *writer, uint16_t alg)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    assay_put_string(writer, assay_alg_name(alg, unknown));
}

static void put_policy_words(assay_writer *writer, const assay_lcp_policy *policy,
                             const assay_lcp_field *field, uint64_t value)
{
    if (strcmp(field->key, "policy_control") == 0)
        assay_txt_put_flags(writer, assay_txt_policy_control, (uint32_t)value);
    else if (strcmp(field->key, "lcp_sign_alg_mask") == 0)
        assay_lcp_put_words(writer, assay_lcp_sign_mask_words, (uint32_t)value);
    else if (strstr(field->key, "hash_alg_mask") != NULL)
        assay_lcp_put_words(writer, assay_lcp_hash_mask_words, (uint32_t)value);
    else if (strcmp(field->key, "hash_alg") == 0)
        put_alg(writer, policy->hash_alg);
    else if (strcmp(field->key, "type") == 0)
        assay_put_string(writer, value == ASSAY_LCP_TYPE_LIST  ? "LIST: only what the lists permit"
                                 : value == ASSAY_LCP_TYPE_ANY ? "ANY: whatever is launched"
                                                               : "unknown");
}

static bool has_words(const assay_lcp_field *field)
{
    return strstr(field->key, "mask") != NULL || strcmp(field->key, "policy_control") == 0 ||
           strcmp(field->key, "hash_alg") == 0 || strcmp(field->key, "type") == 0;
}

static void put_field(assay_writer *writer, const assay_lcp_policy *policy,
                      const assay_lcp_field *field)
{
    const uint64_t value = assay_lcp_field_get(policy, field, 0);

    put_name(writer, 2, field->name);
    if (field->count > 1) {
        for (size_t i = 0; i < field->count; i++)
            assay_put_format(writer, "%s%llu", i == 0 ? "" : " ",
                             (unsigned long long)assay_lcp_field_get(policy, field, i));
    } else if (strcmp(field->key, "version") == 0) {
        assay_put_string(writer, assay_lcp_policy_version_name(policy->version));
    } else if (has_words(field)) {
        char words[512] = "";
        assay_writer text = assay_writer_lent(words, sizeof words - 1);

        assay_put_format(writer, "0x%0*llx  ", 2 * field->size, (unsigned long long)value);
        put_policy_words(&text, policy, field, value);
        put_wrapped(writer, words, NAME_COLUMN + 6 + 2u * field->size);
    } else {
        assay_put_decimal(writer, value);
    }
    assay_put_char(writer, '\n');
}

void assay_lcp_policy_put(assay_writer *writer, const assay_lcp_policy *policy)
{
    const assay_lcp_field *field;

    for (size_t i = 0; (field = assay_lcp_policy_field(policy->version, i)) != NULL; i++) {
        const bool reserved = strncmp(field->key, "reserved", 8) == 0;

        if (field->size == 0)
            put_digest(writer, 2, field->name,
                       assay_bytes_of(policy->policy_hash.value, policy->policy_hash.size));
        else if (!reserved || assay_lcp_field_get(policy, field, 0) != 0)
            put_field(writer, policy, field);
    }
}

static void put_digests(assay_writer *writer, const assay_lcp_element *element, size_t indent)
{
    if (element->fallback.data != NULL)
        put_digest(writer, indent, "fallback", element->fallback);
    put_blanks(writer, indent);
    assay_put_format(writer, "%u digest%s, ", element->count, element->count == 1 ? "" : "s");
    put_alg(writer, element->hash_alg);
    assay_put_string(writer, element->count == 0 ? ": nothing matches\n" : "\n");
    for (size_t i = 0; i < element->count; i++) {
        put_blanks(writer, indent + 2);
        put_hex(writer, assay_lcp_element_digest(element, i), indent + 2);
    }
}

static void put_pcrs(assay_writer *writer, uint32_t pcrs)
{
    const char *between = "";

    if (pcrs == 0)
        assay_put_string(writer, "none");
    for (unsigned i = 0; i < 32; i++)
        if ((pcrs >> i & 1) != 0) {
            assay_put_format(writer, "%s%u", between, i);
            between = ",";
        }
}

static void put_infos(assay_writer *writer, const assay_lcp_element *element, size_t indent)
{
    assay_cursor cursor = assay_cursor_of(element->infos);
    assay_lcp_pcr_info info;

    while (assay_lcp_pcr_info_next(element, &cursor, &info)) {
        put_blanks(writer, indent);
        assay_put_string(writer, "PCR ");
        put_pcrs(writer, info.pcrs);
        assay_put_string(writer, " of ");
        put_alg(writer, info.bank);
        if (element->type == ASSAY_LCP_PCONF)
            assay_put_format(writer, ", localities 0x%02x", info.locality);
        assay_put_string(writer, ", together\n");
        put_blanks(writer, indent + 2);
        put_hex(writer, info.digest, indent + 2);
    }
    if (element->count == 0) {
        put_blanks(writer, indent);
        assay_put_string(writer, "no PCR values: nothing matches\n");
    }
}

static bool put_vlp(assay_writer *writer, const assay_lcp_element *element, size_t indent)
{
    assay_vlp *const vlp = malloc(sizeof *vlp);
    const bool read = vlp != NULL && assay_vlp_read(vlp, element->data, NULL) == 0;

    if (read) {
        const char *const type = assay_vlp_type_name(vlp->type);

        put_blanks(writer, indent);
        assay_put_format(writer, "tboot's verified launch policy: version %u, type %s, %u %s;\n",
                         vlp->version, type == NULL ? "unknown" : type, vlp->num_entries,
                         vlp->num_entries == 1 ? "entry" : "entries");
        put_blanks(writer, indent);
        assay_put_string(writer, "'assay vlp show' of this file decodes it\n");
    }
    free(vlp);
    return read;
}

static void put_custom(assay_writer *writer, const assay_lcp_element *element, size_t indent)
{
    const char *const name = assay_lcp_uuid_name(&element->uuid);
    char text[ASSAY_GUID_TEXT];

    assay_lcp_uuid_format(&element->uuid, text);
    put_blanks(writer, indent);
    assay_put_format(writer, "UUID %s%s%s%s, %zu bytes\n", text, name == NULL ? "" : " (",
                     name == NULL ? "" : name, name == NULL ? "" : ")", element->data.size);
    if (assay_guid_equal(&element->uuid, &assay_lcp_uuid_tboot) && put_vlp(writer, element, indent))
        return;
    put_blanks(writer, indent);
    put_hex(writer,
            assay_bytes_of(element->data.data,
                           element->data.size > DATA_SHOWN ? DATA_SHOWN : element->data.size),
            indent);
    if (element->data.size > DATA_SHOWN) {
        put_blanks(writer, indent);
        assay_put_format(writer, "... %zu bytes more\n", element->data.size - DATA_SHOWN);
    }
}

static void put_body(assay_writer *writer, const assay_lcp_element *element, size_t indent)
{
    switch (element->type) {
    case ASSAY_LCP_MLE:
    case ASSAY_LCP_MLE2:
        put_blanks(writer, indent);
        assay_put_format(writer, "SINITMinVersion %u\n", element->sinit_min_version);
        put_digests(writer, element, indent);
        break;
    case ASSAY_LCP_SBIOS:
    case ASSAY_LCP_SBIOS2:
    case ASSAY_LCP_STM2:
        put_digests(writer, element, indent);
        break;
    case ASSAY_LCP_PCONF:
    case ASSAY_LCP_PCONF2:
        put_infos(writer, element, indent);
        break;
    case ASSAY_LCP_CUSTOM:
    case ASSAY_LCP_CUSTOM2:
        put_custom(writer, element, indent);
        break;
    default:
        put_blanks(writer, indent);
        assay_put_format(writer, "%zu bytes of a type unknown here\n", element->data.size);
    }
}

/* What an element permits, in words. */
static const char *words_of(uint32_t type)
{
    switch (type) {
    case ASSAY_LCP_MLE:
        return "MLE (TPM 1.2)";
    case ASSAY_LCP_PCONF:
        return "PCONF, PCR values (TPM 1.2)";
    case ASSAY_LCP_SBIOS:
        return "SBIOS (TPM 1.2)";
    case ASSAY_LCP_CUSTOM:
        return "CUSTOM (TPM 1.2)";
    case ASSAY_LCP_MLE2:
        return "MLE2";
    case ASSAY_LCP_PCONF2:
        return "PCONF2, PCR values";
    case ASSAY_LCP_SBIOS2:
        return "SBIOS2";
    case ASSAY_LCP_CUSTOM2:
        return "CUSTOM2";
    case ASSAY_LCP_STM2:
        return "STM2";
    default:
        return "unknown";
    }
}

void assay_lcp_element_put(assay_writer *writer, const assay_lcp_element *element, size_t number,
                           size_t indent)
{
    put_blanks(writer, indent);
    assay_put_format(writer, "Element %zu: %s (type 0x%02x) at byte %llu, %zu bytes\n", number,
                     words_of(element->type), element->type, (unsigned long long)element->offset,
                     element->bytes.size);
    put_blanks(writer, indent + 2);
    assay_put_format(writer, "PolEltControl 0x%08x  ", element->control);
    assay_txt_put_flags(writer, assay_txt_element_control, element->control);
    assay_put_char(writer, '\n');
    put_body(writer, element, indent + 2);
    if (element->reserved != 0) {
        put_blanks(writer, indent + 2);
        assay_put_format(writer, "reserved bytes are not zero: 0x%llx\n",
                         (unsigned long long)element->reserved);
    }
}

static void put_signature(assay_writer *writer, const assay_lcp_list *list)
{
    const assay_lcp_signature *const signature = &list->signature;

    put_blanks(writer, 2);
    assay_put_format(writer, "%s: %s", signature->empty ? "Waits for a signature" : "Signature",
                     assay_lcp_scheme_find(signature->scheme)->name);
    if (signature->hash_alg != ASSAY_ALG_NULL) {
        assay_put_string(writer, " with ");
        put_alg(writer, signature->hash_alg);
    }
    assay_put_format(writer, ", key of %u bits, revocation counter %u (not verified here)\n",
                     signature->key_bits, list->revocation_counter);
}

static void put_measurement(assay_writer *writer, const assay_lcp_list *list, assay_hash *hash)
{
    uint8_t digest[ASSAY_DIGEST_MAX];

    if (hash == NULL)
        return;
    if (assay_lcp_list_measure(list, hash, digest) < 0) {
        assay_put_string(writer, "  What PolicyHash takes of it cannot be computed here\n");
        return;
    }
    put_digest(writer, 2,
               list->is_signed ? "What PolicyHash takes of it: the hash of its key"
                               : "What PolicyHash takes of it: the hash of all of it",
               assay_bytes_of(digest, assay_hash_size(hash)));
}

void assay_lcp_list_put(assay_writer *writer, const assay_lcp_list *list, size_t number,
                        assay_hash *hash)
{
    assay_cursor cursor = assay_lcp_list_elements(list);
    const char *const version = assay_lcp_list_version_name(list->version);
    assay_lcp_element element;

    assay_put_format(writer, "List %zu: version %s, %s, at byte %llu, %zu bytes\n", number,
                     version == NULL ? "unknown" : version,
                     list->is_signed ? "signed" : "not signed", (unsigned long long)list->offset,
                     list->bytes.size);
    if (list->reserved != 0)
        assay_put_format(writer, "  reserved bytes are not zero: 0x%x\n", list->reserved);
    if (list->is_signed && list->signature.value.data != NULL)
        put_signature(writer, list);
    if (version != NULL)
        put_measurement(writer, list, hash);
    for (size_t i = 0; assay_lcp_element_next(&cursor, list->offset + 8, &element, NULL) > 0; i++)
        assay_lcp_element_put(writer, &element, i, 2);
}
