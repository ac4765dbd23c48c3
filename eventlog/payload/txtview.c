/* SPDX-License-Identifier: BSD-2-Clause */
/* How the data of TXT events are said. */
#include "eventlog/payload/txt.h"
#include "eventlog/txtflags.h"
#include "eventlog/types.h"

enum { SHA1_SIZE = 20 };

static const struct {
    uint32_t type;
    const char *title;
} titles[] = {
    { TXT_EVTYPE_PCRMAPPING, "PCR mapping" },
    { TXT_EVTYPE_HASH_START, "SINIT ACM" },
    { TXT_EVTYPE_COMBINED_HASH, "what SINIT found, combined" },
    { TXT_EVTYPE_MLE_HASH, "launched environment (MLE)" },
    { TXT_EVTYPE_BIOSAC_REG_DATA, "registration of the BIOS ACM" },
    { TXT_EVTYPE_CPU_SCRTM_STAT, "start of PCR 0" },
    { TXT_EVTYPE_LCP_CONTROL_HASH, "policy control" },
    { TXT_EVTYPE_ELEMENTS_HASH, "policy elements that matched" },
    { TXT_EVTYPE_STM_HASH, "SMI transfer monitor (STM)" },
    { TXT_EVTYPE_OSSINITDATA_CAP_HASH, "capabilities asked for" },
    { TXT_EVTYPE_SINIT_PUBKEY_HASH, "key that signed the SINIT ACM" },
    { TXT_EVTYPE_LCP_HASH, "policy lists" },
    { TXT_EVTYPE_LCP_DETAILS_HASH, "launch control policy, details" },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH, "launch control policy, authorities" },
    { TXT_EVTYPE_NV_INFO_HASH, "NV indices" },
    { TXT_EVTYPE_COLD_BOOT_BIOS_HASH, "firmware at cold boot" },
    { TXT_EVTYPE_KM_HASH, "key manifest" },
    { TXT_EVTYPE_BPM_HASH, "boot policy manifest" },
    { TXT_EVTYPE_KM_INFO_HASH, "key manifest, summary" },
    { TXT_EVTYPE_BPM_INFO_HASH, "boot policy manifest, summary" },
    { TXT_EVTYPE_BOOT_POL_HASH, "boot policy" },
    { TXT_EVTYPE_RANDOM_VALUE, "random value: the PCR is capped by a pre-production ACM" },
    { TXT_EVTYPE_CAP_VALUE, "cap: SINIT can't compute this bank" },
    { TB_EVTYPE_HASH, "tboot: its policy, or a module" },
};

static const char *title_of(uint32_t type)
{
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (titles[i].type == type)
            return titles[i].title;
    return "TXT event";
}

/* Bit 0 of the data of PCRMAPPING and CPU_SCRTM_STAT. */
static bool bit0(const assay_txt_payload *p)
{
    return (p->word & 1) != 0;
}

static const char *mapping(const assay_txt_payload *p)
{
    return bit0(p) ? "details and authorities" : "legacy";
}

static void emit_pcr_mapping(assay_output *out, const assay_txt_payload *p)
{
    assay_emit_address(out, "value", p->word);
    assay_emit_string(out, "mapping", mapping(p));
}

static void emit_hash_start(assay_output *out, const assay_txt_payload *p)
{
    assay_emit_hex(out, "sinit_hash", p->hash_start.sinit_hash);
    assay_emit_address(out, "edx_senter_flags", p->hash_start.edx_senter_flags);
}

static void emit_combined_hash(assay_output *out, const assay_txt_payload *p)
{
    const assay_txt_combined_hash *const h = &p->combined_hash;

    assay_emit_hex(out, "bios_acm_id", h->bios_acm_id);
    assay_emit_address(out, "mseg_valid", h->mseg_valid);
    assay_emit_hex(out, "stm_hash", h->stm_hash);
    assay_emit_address(out, "policy_control", h->policy_control);
    assay_txt_emit_flags(out, "policy_control_names", assay_txt_policy_control, h->policy_control);
    assay_emit_hex(out, "lcp_policy_hash", h->lcp_policy_hash);
    assay_emit_address(out, "capabilities", h->capabilities);
    assay_txt_emit_flags(out, "capability_names", assay_txt_capabilities, h->capabilities);
    if (h->has_scrtm_status)
        assay_emit_address(out, "processor_scrtm_status", h->processor_scrtm_status);
}

static void emit_biosac(assay_output *out, const assay_txt_payload *p)
{
    assay_emit_hex(out, "registration_data", p->bytes);
}

static void emit_scrtm(assay_output *out, const assay_txt_payload *p)
{
    assay_emit_address(out, "status", p->word);
    assay_emit_bool(out, "pcr0_begins_in_processor", bit0(p));
}

static void emit_lcp_control(assay_output *out, const assay_txt_payload *p)
{
    assay_emit_address(out, "policy_control", p->word);
    assay_txt_emit_flags(out, "policy_control_names", assay_txt_policy_control, p->word);
}

static void emit_elements(assay_output *out, const assay_txt_payload *p)
{
    assay_emit_array(out, "elements");
    for (size_t i = 0; i < ASSAY_TXT_ELEMENT_HASHES; i++) {
        assay_emit_object(out, NULL);
        assay_emit_hex(out, "hash", p->elements[i].hash);
        assay_emit_address(out, "pol_elt_control", p->elements[i].pol_elt_control);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_capabilities(assay_output *out, const assay_txt_payload *p)
{
    assay_emit_address(out, "capabilities", p->word);
    assay_txt_emit_flags(out, "capability_names", assay_txt_capabilities, p->word);
}

static void emit_lists(assay_output *out, const assay_txt_payload *p)
{
    assay_emit_array(out, "lists");
    for (size_t i = 0; i + SHA1_SIZE <= p->bytes.size; i += SHA1_SIZE)
        assay_emit_hex(out, NULL, assay_bytes_of(p->bytes.data + i, SHA1_SIZE));
    assay_emit_end(out);
}

static void emit_details(assay_output *out, const assay_txt_payload *p)
{
    assay_txt_details_emit(out, &p->details);
}

static void emit_authorities(assay_output *out, const assay_txt_payload *p)
{
    assay_txt_authorities_emit(out, &p->authorities);
}

static void emit_nv_info(assay_output *out, const assay_txt_payload *p)
{
    assay_txt_nv_info_emit(out, &p->nv_info);
}

static void say_pcr_mapping(assay_writer *w, const assay_txt_payload *p)
{
    assay_put_format(w, "PCR mapping: %s", mapping(p));
}

static void say_hash_start(assay_writer *w, const assay_txt_payload *p)
{
    assay_put_string(w, "SINIT ACM ");
    assay_put_hex(w, p->hash_start.sinit_hash);
    if (p->hash_start.edx_senter_flags != 0)
        assay_put_format(w, ", SENTER flags 0x%08x", p->hash_start.edx_senter_flags);
}

static void say_combined_hash(assay_writer *w, const assay_txt_payload *p)
{
    assay_put_string(w, "BIOS ACM ");
    assay_put_hex(w, p->combined_hash.bios_acm_id);
    assay_put_string(w, ", policy ");
    assay_put_hex(w, p->combined_hash.lcp_policy_hash);
}

static void say_scrtm(assay_writer *w, const assay_txt_payload *p)
{
    assay_put_format(w, "PCR 0 %s in the processor", bit0(p) ? "begins" : "does not begin");
}

static void say_lcp_control(assay_writer *w, const assay_txt_payload *p)
{
    assay_put_string(w, "policy control: ");
    assay_txt_put_flags(w, assay_txt_policy_control, p->word);
}

static void say_capabilities(assay_writer *w, const assay_txt_payload *p)
{
    assay_put_string(w, "capabilities: ");
    assay_txt_put_flags(w, assay_txt_capabilities, p->word);
}

static void say_lists(assay_writer *w, const assay_txt_payload *p)
{
    assay_put_format(w, "policy lists: %zu", p->bytes.size / SHA1_SIZE);
}

static void say_nothing(assay_writer *w, const assay_txt_payload *p)
{
    assay_put_string(w, p->type == TXT_EVTYPE_STM_HASH
                            ? "no STM"
                            : "launch control policy: any environment is allowed");
}

static void say_details(assay_writer *w, const assay_txt_payload *p)
{
    assay_txt_details_summary(w, &p->details);
}

static void say_authorities(assay_writer *w, const assay_txt_payload *p)
{
    assay_txt_authorities_summary(w, &p->authorities);
}

static void say_nv_info(assay_writer *w, const assay_txt_payload *p)
{
    assay_txt_nv_info_summary(w, &p->nv_info);
}

static void say_title(assay_writer *w, const assay_txt_payload *p)
{
    assay_put_string(w, title_of(p->type));
}

/* tboot's events have no names, so a digest that is known says more than the type. */
static void say_digest(assay_writer *w, const assay_txt_payload *p)
{
    if (p->type == TB_EVTYPE_HASH && p->known != NULL)
        assay_put_string(w, p->known);
    else if (p->known != NULL)
        assay_put_format(w, "%s: %s", title_of(p->type), p->known);
    else
        say_title(w, p);
}

static const struct {
    void (*emit)(assay_output *out, const assay_txt_payload *p); /* NULL: no fields */
    void (*say)(assay_writer *w, const assay_txt_payload *p);
} views[ASSAY_TXT_KINDS] = {
    [ASSAY_TXT_DIGEST_ONLY] = { NULL, say_digest },
    [ASSAY_TXT_PCR_MAPPING] = { emit_pcr_mapping, say_pcr_mapping },
    [ASSAY_TXT_HASH_START] = { emit_hash_start, say_hash_start },
    [ASSAY_TXT_COMBINED_HASH] = { emit_combined_hash, say_combined_hash },
    [ASSAY_TXT_BIOSAC_REG_DATA] = { emit_biosac, say_title },
    [ASSAY_TXT_CPU_SCRTM_STAT] = { emit_scrtm, say_scrtm },
    [ASSAY_TXT_LCP_CONTROL] = { emit_lcp_control, say_lcp_control },
    [ASSAY_TXT_ELEMENTS_HASH] = { emit_elements, say_title },
    [ASSAY_TXT_OSSINITDATA_CAP] = { emit_capabilities, say_capabilities },
    [ASSAY_TXT_LCP_HASH] = { emit_lists, say_lists },
    [ASSAY_TXT_NOTHING] = { NULL, say_nothing },
    [ASSAY_TXT_LCP_DETAILS] = { emit_details, say_details },
    [ASSAY_TXT_LCP_AUTHORITIES] = { emit_authorities, say_authorities },
    [ASSAY_TXT_NV_INFO] = { emit_nv_info, say_nv_info },
    [ASSAY_TXT_CAP_VALUE] = { NULL, say_title },
};

void assay_txt_emit(assay_output *out, const assay_txt_payload *payload)
{
    assay_emit_string(out, "title", title_of(payload->type));
    if (views[payload->kind].emit != NULL)
        views[payload->kind].emit(out, payload);
    if (payload->known != NULL)
        assay_emit_string(out, "known", payload->known);
}

void assay_txt_summary(assay_writer *writer, const assay_txt_payload *payload)
{
    views[payload->kind].say(writer, payload);
}
