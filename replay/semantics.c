/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/placement.h"
#include "replay/semantics_internal.h"

#include <stdlib.h>

/* PCR 0 to 7 end with a separator: 7 with the policy, the others when the firmware is done. */
enum { FIRMWARE_PCRS = 8, LOADER_PCR = 4, POLICY_PCR = 7, DRTM_PCR = 17 };

static bool stronger_than_sha1(uint16_t alg)
{
    return alg != ASSAY_ALG_SHA1;
}

assay_semantics *assay_semantics_new(const assay_log_header *header, assay_hashes *hashes,
                                     assay_findings *findings)
{
    assay_semantics *const s = calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->hashes = hashes;
    s->findings = findings;
    s->measurement_registers = header->measurement_registers;
    s->registers = assay_registers_of(header);
    s->bank = header->bank_count > 0 ? header->banks[0].alg : 0;
    s->exit.event = ASSAY_NO_EVENT;
    s->debug_mode.event = ASSAY_NO_EVENT;
    s->dma_disabled.event = ASSAY_NO_EVENT;
    for (size_t i = 0; i < header->bank_count; i++)
        if (stronger_than_sha1(header->banks[i].alg)) {
            s->bank = s->strong_announced ? s->bank : header->banks[i].alg;
            s->strong_announced = true;
        }
    for (size_t i = 0; i < ASSAY_PCRS; i++)
        s->course[i].separator_event = ASSAY_NO_EVENT;
    return s;
}

void assay_semantics_free(assay_semantics **semantics)
{
    free(*semantics);
    *semantics = NULL;
}

/* What the files of semantics share. */

static void break_course(assay_semantics *s, enum assay_finding_code code, unsigned index)
{
    if (index >= ASSAY_PCRS || s->course[index].broken ||
        assay_finding_describe(code)->severity < ASSAY_ERROR)
        return;
    s->course[index].broken = true;
    s->course[index].reason = code;
}

/* A measurement register by its name: its index is no PCR. */
static void add_finding(assay_semantics *s, enum assay_finding_code code, uint32_t event,
                        uint64_t offset, uint32_t index, const char *detail)
{
    const char *const title = assay_register_title(s->registers, index);

    assay_findings_add(s->findings, code, event, offset, index, "%s%s%s",
                       title != NULL ? title : "", title != NULL ? ": " : "", detail);
}

void assay_semantics_find(assay_semantics *s, enum assay_finding_code code,
                          const assay_event *event, const char *detail)
{
    add_finding(s, code, event->number, event->offset, event->pcr_index, detail);
    break_course(s, code, event->pcr_index);
}

void assay_semantics_find_in(assay_semantics *s, enum assay_finding_code code, unsigned index,
                             const char *detail)
{
    add_finding(s, code, ASSAY_NO_EVENT, ASSAY_NO_OFFSET, index, detail);
    break_course(s, code, index);
}

unsigned assay_semantics_index(const assay_semantics *semantics, unsigned pcr)
{
    return assay_register_index(semantics->registers, pcr);
}

/*
 * What the profile gives to PCR 0 stands beside the configuration: MRTD can't be extended any
 * more when virtual firmware runs (EDK II, OvmfPkg/IntelTdx).
 */
assay_pcr_set assay_semantics_pcrs(const assay_semantics *s, const assay_event *event)
{
    const assay_pcr_set pcrs = assay_register_pcrs(s->registers, event->pcr_index);

    return s->registers == ASSAY_REGISTERS_TDX && (pcrs & 1u << POLICY_PCR) != 0 ? pcrs | 1 : pcrs;
}

bool assay_semantics_in(const assay_semantics *s, const assay_event *event, unsigned pcr)
{
    return event->pcr_index == assay_semantics_index(s, pcr);
}

bool assay_semantics_before_separator(const assay_semantics *s, const assay_event *event)
{
    return s->course[event->pcr_index].separators == 0;
}

const assay_pcr_course *assay_semantics_course(const assay_semantics *semantics, unsigned index)
{
    return &semantics->course[index];
}

const assay_exit_boot_services *assay_semantics_exit(const assay_semantics *semantics)
{
    return &semantics->exit;
}

/* Events that extend nothing have zeros for digests (PFP 1.06 section 10.4.5). */
static void look_at_remark(assay_semantics *s, const assay_event *event)
{
    if (event->pcr_index >= ASSAY_PCRS)
        return; /* TXT's and Windows' own, which may hold anything */
    if (event->type != EV_NO_ACTION && event->pcr_index != 17)
        assay_semantics_find(s, ASSAY_FINDING_TYPE_REFUSED, event,
                             "a remark of a dynamic launch in another PCR than its own");
    for (size_t i = 0; i < event->digest_count; i++)
        if (!assay_bytes_all(event->digests[i].value, 0)) {
            assay_semantics_find(s, ASSAY_FINDING_NO_ACTION_DIGEST, event,
                                 "a digest that is not zeros");
            return;
        }
}

/* systemd-pcrosseparator.service of systemd 261 and later:
 * a word, and its digest is of no other. */
static bool closes_the_firmware(const assay_payload *payload, const assay_datacheck *check)
{
    static const assay_bytes word = ASSAY_LITERAL("os-separator");

    return payload->kind == ASSAY_PAYLOAD_SYSTEMD && check->outcome == ASSAY_VERIFIED &&
           assay_bytes_equal(payload->systemd.event_type, word) &&
           assay_bytes_equal(payload->systemd.string, word);
}

/*
 * Linux and userspace measure into PCR 8 and above, but for one separator. An event of the
 * firmware that is given another content would escape all that is looked for in it.
 */
static void look_at_other_content(assay_semantics *s, const assay_event *event,
                                  const assay_payload *payload, const assay_datacheck *check)
{
    if (event->content == ASSAY_CONTENT_IMA_TEMPLATE && payload->kind == ASSAY_PAYLOAD_OPAQUE)
        assay_semantics_find(s, ASSAY_FINDING_DATA_REFUSED, event,
                             "the data are no fields of an IMA template");
    if (check->outcome == ASSAY_CONTRADICTED)
        break_course(s, ASSAY_FINDING_DATA_CONTRADICTED, event->pcr_index);
    if (event->content != ASSAY_CONTENT_CEL && event->nv_index == 0 && !s->measurement_registers &&
        event->pcr_index < FIRMWARE_PCRS && !closes_the_firmware(payload, check))
        assay_semantics_find(s, ASSAY_FINDING_TYPE_REFUSED, event,
                             "no event of the PC Client profile, in a PCR of the firmware");
}

static void look_at_banks(assay_semantics *s, const assay_event *event)
{
    bool strong = false;

    for (size_t i = 0; i < event->digest_count; i++)
        strong |= stronger_than_sha1(event->digests[i].alg);
    s->strong |= strong;
    if (!strong && s->strong_announced && event->only_bank == 0 && event->digest_count > 0)
        assay_semantics_find(s, ASSAY_FINDING_BANK_DOWNGRADE, event, "a SHA-1 digest alone");
}

/* A measurement register may take the separators of all its PCRs. */
static unsigned separators_due(const assay_semantics *s, const assay_event *event)
{
    return assay_placement_count(EV_SEPARATOR, assay_semantics_pcrs(s, event));
}

static void look_at_separator(assay_semantics *s, const assay_event *event, enum assay_known known)
{
    assay_pcr_course *const course = &s->course[event->pcr_index];

    if (known == ASSAY_KNOWN_SEPARATOR_ERROR)
        assay_semantics_find(s, ASSAY_FINDING_SEPARATOR_ERROR, event, "it reports an error");
    else if (known != ASSAY_KNOWN_SEPARATOR && known != ASSAY_KNOWN_SEPARATOR_WINDOWS &&
             known != ASSAY_KNOWN_UNCOMPUTABLE)
        assay_semantics_find(s, ASSAY_FINDING_SEPARATOR_ODD, event, "not a separator's digest");
    if (course->separators > 0 && course->separators >= separators_due(s, event))
        assay_semantics_find(s, ASSAY_FINDING_SEPARATOR_DUPLICATE, event,
                             "the PCR had its separator already");
    if (course->separators++ == 0) {
        course->separator_event = event->number;
        course->before = course->events;
    }
}

/* PFP 1.06 section 10.4.1: TPM2_HASH_START measures before anything else does. */
static void look_at_hcrtm(assay_semantics *s, const assay_event *event)
{
    static const assay_bytes text = ASSAY_LITERAL("HCRTM");
    const bool says = !assay_event_keeps_data(event)
                          ? event->type == EV_EFI_HCRTM_EVENT
                          : assay_bytes_start_with(event->data, text) &&
                                event->data.size <= text.size + 1;
    const bool first = event->pcr_index == 0 && s->course[0].events == 0;

    if (event->type == EV_EFI_HCRTM_EVENT && !(first && says))
        assay_semantics_find(s, ASSAY_FINDING_HCRTM_PLACE, event, "an H-CRTM where none can be");
    else if (event->type != EV_EFI_HCRTM_EVENT && says && first)
        assay_semantics_find(s, ASSAY_FINDING_RETYPED, event, "an H-CRTM under another type");
}

static void look_at_version(assay_semantics *s, const assay_event *event,
                            const assay_datacheck *check)
{
    if (event->pcr_index != 0 || s->measurement_registers)
        return;
    if (event->type != EV_S_CRTM_VERSION) {
        s->own_data |= check->outcome == ASSAY_VERIFIED && event->type != EV_SEPARATOR &&
                       assay_semantics_before_separator(s, event);
        return;
    }
    const assay_bytes digest = event->digest_count > 0 ? event->digests[0].value : ASSAY_NO_BYTES;
    const assay_bytes first = assay_bytes_of(s->version, s->version_size);
    if (s->versions++ > 0) {
        s->versions_differ |= !assay_bytes_equal(digest, first);
        assay_semantics_find(s, s->versions_differ ? ASSAY_FINDING_CRTM_VERSION_CONFLICT
                                                   : ASSAY_FINDING_CRTM_VERSION,
                             event, "one more version");
        return;
    }
    s->version_size = digest.size < sizeof s->version ? digest.size : sizeof s->version;
    if (s->version_size > 0)
        memcpy(s->version, digest.data, s->version_size);
}

static void count(assay_semantics *s, const assay_event *event)
{
    assay_pcr_course *const course = &s->course[event->pcr_index];

    if (course->events++ == 0)
        s->first_type[event->pcr_index] = event->type;
    if (course->separators == 0)
        course->before = course->events;
}

/* What needs hashing. 0 or -ASSAY_CRYPTO. */
static int look_at_digests(assay_semantics *s, const assay_event *event,
                           const assay_payload *payload, enum assay_known *ret_known)
{
    int status = assay_known_event(&s->known, s->hashes, event, ret_known);

    if (status == 0)
        status = assay_semantics_type(s, event, payload, *ret_known);
    if (status == 0)
        status = assay_semantics_policy(s, event, payload);
    return status;
}

/*
 * Whether a list of one bank says of the firmware what another bank's says, too. The launch,
 * of which each bank may have a log of its own, is looked at in every one.
 */
static bool is_repetition(const assay_semantics *s, const assay_event *event)
{
    return event->only_bank != 0 && event->only_bank != s->bank && event->pcr_index < DRTM_PCR;
}

int assay_semantics_event(assay_semantics *semantics, const assay_event *event,
                          const assay_payload *payload, const assay_datacheck *check)
{
    enum assay_known known;

    if (event->content != ASSAY_CONTENT_PCCLIENT_STD) {
        look_at_other_content(semantics, event, payload, check);
        return 0; /* the rules are those of the PC Client profile */
    }
    if (!assay_event_type_extends(event->type)) {
        look_at_remark(semantics, event);
        assay_semantics_windows(semantics, event, payload);
        return 0;
    }
    if (event->pcr_index >= ASSAY_PCRS)
        return 0; /* extends nothing; the reader of the log has reported it */
    if (is_repetition(semantics, event))
        return 0;
    const int status = look_at_digests(semantics, event, payload, &known);
    if (status < 0)
        return status;
    if (check->outcome == ASSAY_CONTRADICTED)
        break_course(semantics, ASSAY_FINDING_DATA_CONTRADICTED, event->pcr_index);
    look_at_banks(semantics, event);
    look_at_hcrtm(semantics, event);
    look_at_version(semantics, event, check);
    assay_semantics_action(semantics, event, known);
    assay_semantics_launch(semantics, event);
    assay_semantics_windows(semantics, event, payload);
    if (event->type == EV_SEPARATOR)
        look_at_separator(semantics, event, known);
    count(semantics, event);
    return 0;
}

static void find_missing_separators(assay_semantics *s)
{
    uint32_t separators = 0;

    for (unsigned pcr = 0; pcr < POLICY_PCR; pcr++)
        separators += s->course[pcr].separators;
    for (unsigned pcr = 0; pcr < FIRMWARE_PCRS && separators > 0; pcr++)
        if (s->course[pcr].events > 0 && s->course[pcr].separators == 0)
            assay_semantics_find_in(s, ASSAY_FINDING_SEPARATOR_MISSING, pcr,
                                    "events and no separator");
    if (s->uefi && separators == 0)
        assay_findings_add(s->findings, ASSAY_FINDING_SEPARATOR_NONE, ASSAY_NO_EVENT,
                           ASSAY_NO_OFFSET, ASSAY_NO_PCR, "no separator in PCR 0 to 6");
}

/*
 * Each register of the firmware's PCRs ends with one separator or with one a PCR. EDK II before
 * edk2-stable202411 measured both into the register of PCR 7.
 */
static void find_missing_register_separators(assay_semantics *s)
{
    const unsigned policy = assay_semantics_index(s, POLICY_PCR);
    const unsigned loader = assay_semantics_index(s, LOADER_PCR);
    const uint32_t separators = s->course[policy].separators;

    if (separators + s->course[loader].separators == 0) {
        if (s->uefi)
            assay_findings_add(s->findings, ASSAY_FINDING_SEPARATOR_NONE, ASSAY_NO_EVENT,
                               ASSAY_NO_OFFSET, ASSAY_NO_PCR, "no separator in any register");
        return;
    }
    if (separators == 0 && s->course[policy].events > 0)
        assay_semantics_find_in(s, ASSAY_FINDING_SEPARATOR_MISSING, policy,
                                "events and no separator");
    if (s->course[loader].separators > 0 || s->course[loader].events == 0)
        return;
    assay_semantics_find_in(
        s, separators > 1 ? ASSAY_FINDING_SEPARATOR_REGISTER : ASSAY_FINDING_SEPARATOR_MISSING,
        loader, separators > 1 ? "none, and more than one in the register of PCR 1 and 7"
                               : "events and no separator");
}

static void find_missing_version(assay_semantics *s)
{
    if (!s->uefi || s->versions > 0 || s->course[0].events == 0)
        return;
    if (s->own_data)
        assay_semantics_find_in(s, ASSAY_FINDING_CRTM_VERSION_CONFLICT, 0,
                                "no version, and another event whose digest is of its data");
    else
        assay_semantics_find_in(s, ASSAY_FINDING_CRTM_VERSION, 0, "no version");
}

void assay_semantics_end(assay_semantics *semantics)
{
    uint32_t events = 0;

    for (size_t i = 0; i < ASSAY_PCRS; i++)
        events += semantics->course[i].events;
    if (events > 0 && !semantics->strong)
        assay_findings_add(semantics->findings, ASSAY_FINDING_BANK_WEAK, ASSAY_NO_EVENT,
                           ASSAY_NO_OFFSET, ASSAY_NO_PCR, "SHA-1 is the only bank");
    if (semantics->measurement_registers) {
        find_missing_register_separators(semantics);
    } else {
        find_missing_separators(semantics);
        find_missing_version(semantics);
    }
    assay_semantics_policy_end(semantics);
    assay_semantics_action_end(semantics);
    assay_semantics_launch_end(semantics);
}
