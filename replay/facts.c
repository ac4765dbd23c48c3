/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/facts_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* How many of each are listed; together less than ASSAY_FACTS_MAX. */
static const struct {
    const char *name;
    size_t most;
} names[FACT_NAMES] = {
    [FACT_FIRMWARE_VERSION] = { "firmware_version", 1 },
    [FACT_STARTUP] = { "startup", 1 },
    [FACT_OPTION_ROMS] = { "option_roms", 1 },
    [FACT_SECURE_BOOT] = { "secure_boot", 1 },
    [FACT_PK] = { "pk", 1 },
    [FACT_KEK] = { "kek", 1 },
    [FACT_DB] = { "db", 1 },
    [FACT_DBX] = { "dbx", 1 },
    [FACT_AUTHORITY] = { "authority", 12 },
    [FACT_SHIM_VALIDATION] = { "shim_validation", 1 },
    [FACT_SBAT_LEVEL] = { "sbat_level", 1 },
    [FACT_MOK_LIST_TRUSTED] = { "mok_list_trusted", 1 },
    [FACT_DEBUG_MODE] = { "debug_mode", 1 },
    [FACT_DMA_PROTECTION] = { "dma_protection", 1 },
    [FACT_BOOT_IMAGE] = { "boot_image", 16 },
    [FACT_KERNEL_CMDLINE] = { "kernel_cmdline", 1 },
    [FACT_LOAD_OPTIONS] = { "load_options", 4 },
    [FACT_UKI_SECTIONS] = { "uki_sections", 1 },
    [FACT_INITRD] = { "initrd", 2 },
    [FACT_EXIT_BOOT_SERVICES] = { "exit_boot_services", 1 },
    [FACT_WINDOWS_BOOT] = { "windows_boot", 1 },
    [FACT_WINDOWS_SYSTEM] = { "windows_system", 1 },
    [FACT_WINDOWS_BITLOCKER] = { "windows_bitlocker", 1 },
    [FACT_WINDOWS_CODE_INTEGRITY] = { "windows_code_integrity", 1 },
    [FACT_WINDOWS_TEST_SIGNING] = { "windows_test_signing", 1 },
    [FACT_WINDOWS_DEBUGGING] = { "windows_debugging", 1 },
    [FACT_WINDOWS_MODE] = { "windows_mode", 1 },
    [FACT_WINDOWS_VBS] = { "windows_vbs", 1 },
    [FACT_WINDOWS_DMA_PROTECTION] = { "windows_dma_protection", 1 },
    [FACT_WINDOWS_ELAM] = { "windows_elam", 1 },
    [FACT_WINDOWS_REVOCATION] = { "windows_revocation_list", 1 },
    [FACT_WINDOWS_QUOTE] = { "windows_quote", FACT_QUOTES },
    [FACT_DYNAMIC_LAUNCH] = { "dynamic_launch", 1 },
    [FACT_SINIT] = { "sinit", 1 },
    [FACT_MLE] = { "mle", 1 },
    [FACT_SCRTM_STATUS] = { "scrtm_status", 1 },
    [FACT_LCP] = { "launch_control_policy", 1 },
    [FACT_TBOOT_POLICY] = { "tboot_policy", 1 },
};

const char *assay_fact_name_at(size_t index)
{
    return index < FACT_NAMES ? names[index].name : NULL;
}

const char *assay_standing_name(enum assay_standing standing)
{
    static const char *const standings[] = {
        [ASSAY_STANDS] = "stands",
        [ASSAY_CLAIMED] = "claimed",
        [ASSAY_UNKNOWN] = "unknown",
    };

    return standings[standing];
}

assay_facts *assay_facts_new(const assay_semantics *semantics)
{
    assay_facts *const facts = calloc(1, sizeof *facts);

    if (facts == NULL)
        return NULL;
    facts->semantics = semantics;
    return facts;
}

void assay_facts_free(assay_facts **facts)
{
    free(*facts);
    *facts = NULL;
}

/* Slots. */

fact_basis fact_basis_of_event(const assay_event *event, const assay_datacheck *check)
{
    fact_basis basis = { .index = event->pcr_index, .event = event->number };

    for (size_t i = 0; i < event->digest_count; i++) {
        const size_t index = assay_alg_index(event->digests[i].alg);

        if (index < ASSAY_ALGS)
            basis.banks |= 1u << index;
    }
    if (check != NULL && check->outcome != ASSAY_VERIFIED)
        basis.doubt = "the digest is not of these words";
    return basis;
}

fact_basis fact_basis_of_pcr(const assay_facts *facts, unsigned pcr)
{
    return (fact_basis){ .index = assay_semantics_index(facts->semantics, pcr),
                         .event = ASSAY_NO_EVENT,
                         .banks = UINT32_MAX };
}

static size_t listed(const assay_facts *facts, enum assay_fact_name name)
{
    size_t count = 0;

    for (size_t i = 0; i < facts->count; i++)
        count += facts->slots[i].name == name;
    return count;
}

bool fact_is_stated(const assay_facts *facts, enum assay_fact_name name)
{
    return listed(facts, name) > 0;
}

assay_writer fact_begin(assay_facts *facts, enum assay_fact_name name, fact_basis basis)
{
    if (facts->count == ASSAY_FACTS_MAX || listed(facts, name) == names[name].most) {
        facts->dropped[name]++;
        return assay_writer_lent(NULL, 0);
    }
    fact_slot *const slot = &facts->slots[facts->count++];
    slot->name = name;
    slot->basis = basis;
    return assay_writer_lent(slot->text, sizeof slot->text - 1);
}

/* Marks text that did not fit, and ends no UTF-8 character half-way. */
static void mark_cut(char text[ASSAY_FACT_TEXT], size_t end)
{
    static const char mark[] = "...";

    if (end > ASSAY_FACT_TEXT - sizeof mark)
        end = ASSAY_FACT_TEXT - sizeof mark;
    while (end > 0 && ((uint8_t)text[end] & 0xC0) == 0x80)
        end--;
    memcpy(text + end, mark, sizeof mark);
}

void fact_end(assay_facts *facts, assay_writer *writer)
{
    if (writer->data == NULL)
        return;
    fact_slot *const slot = &facts->slots[facts->count - 1];
    slot->text[writer->used] = '\0';
    if (writer->failure != 0)
        mark_cut(slot->text, writer->used);
}

void fact_put_text(assay_writer *writer, assay_bytes text)
{
    assay_cursor c = assay_cursor_of(text);

    while (assay_left(&c) > 0)
        assay_put_u8(writer, assay_take_u8(&c));
}

void fact_state(assay_facts *facts, enum assay_fact_name name, fact_basis basis, const char *format,
                ...)
{
    assay_writer writer = fact_begin(facts, name, basis);
    char text[ASSAY_FACT_TEXT];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assay_put_string(&writer, text);
    fact_end(facts, &writer);
}

void fact_unknown(assay_facts *facts, enum assay_fact_name name, fact_basis basis,
                  const char *reason)
{
    assay_writer writer = fact_begin(facts, name, basis);

    assay_put_string(&writer, reason);
    fact_end(facts, &writer);
    if (writer.data != NULL)
        facts->slots[facts->count - 1].unknown = true;
}

void fact_put_digest(assay_writer *writer, const assay_event *event)
{
    static const uint16_t preferred[] = { ASSAY_ALG_SHA256, ASSAY_ALG_SHA384, ASSAY_ALG_SHA512,
                                          ASSAY_ALG_SM3_256, ASSAY_ALG_SHA1 };

    for (size_t i = 0; i < sizeof preferred / sizeof *preferred; i++) {
        const assay_bytes digest = assay_event_digest_of(event, preferred[i]);

        if (digest.data == NULL)
            continue;
        assay_put_string(writer, assay_alg_find(preferred[i])->name);
        assay_put_char(writer, ' ');
        assay_put_hex(writer, digest);
        return;
    }
}

void assay_facts_event(assay_facts *facts, const assay_event *event, const assay_payload *payload,
                       const assay_datacheck *check)
{
    if (event->type == EV_NO_ACTION)
        facts_quote_event(facts, event, payload);
    if (!assay_event_type_extends(event->type) || event->pcr_index >= ASSAY_PCRS ||
        event->content != ASSAY_CONTENT_PCCLIENT_STD)
        return;
    facts_firmware_event(facts, event, payload, check);
    facts_secureboot_event(facts, event, payload, check);
    facts_loaded_event(facts, event, payload, check);
    facts_windows_event(facts, event, payload, check);
    facts_launch_event(facts, event, payload, check);
}

static void say_what_is_not_listed(assay_facts *facts)
{
    for (unsigned name = 0; name < FACT_NAMES; name++) {
        const size_t dropped = facts->dropped[name];

        if (dropped == 0 || facts->count == ASSAY_FACTS_MAX)
            continue;
        fact_slot *const slot = &facts->slots[facts->count++];
        *slot = (fact_slot){ .name = name, .unknown = true,
                             .basis = { .index = ASSAY_NO_PCR, .event = ASSAY_NO_EVENT } };
        snprintf(slot->text, sizeof slot->text, "%zu more are not listed", dropped);
    }
}

size_t assay_facts_finish(assay_facts *facts, const assay_replay *replay,
                          const assay_comparison *comparison,
                          assay_fact ret_facts[ASSAY_FACTS_MAX])
{
    size_t count = 0;

    facts_firmware_finish(facts, replay);
    facts_secureboot_finish(facts);
    facts_loaded_finish(facts);
    facts_windows_finish(facts);
    facts_quote_finish(facts, replay);
    facts_launch_finish(facts, replay);
    say_what_is_not_listed(facts);
    for (unsigned name = 0; name < FACT_NAMES; name++)
        for (size_t i = 0; i < facts->count; i++)
            if (facts->slots[i].name == name)
                fact_judge(facts, &facts->slots[i], replay, comparison, &ret_facts[count++]);
    return count;
}
