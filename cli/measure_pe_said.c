/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said of PE images. */
#include "cli/measure_pe.h"

#include "cli/fold.h"
#include "cli/style.h"

#include <stdio.h>

static const struct {
    uint16_t machine;
    const char *name;
} machines[] = {
    { 0x014C, "x86" },     { 0x8664, "x86-64" },     { 0x01C2, "ARM" },
    { 0xAA64, "ARM64" },   { 0x5032, "RISC-V 32" },  { 0x5064, "RISC-V 64" },
    { 0x6264, "LoongArch 64" }, { 0x0EBC, "EFI byte code" },
};

static const struct {
    uint16_t subsystem;
    const char *name;
} subsystems[] = {
    { 10, "EFI application" },
    { 11, "EFI boot service driver" },
    { 12, "EFI runtime driver" },
};

static const char *machine_of(const assay_pe *pe)
{
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        if (machines[i].machine == pe->machine)
            return machines[i].name;
    return "unknown machine";
}

static const char *subsystem_of(const assay_pe *pe)
{
    for (size_t i = 0; i < sizeof subsystems / sizeof *subsystems; i++)
        if (subsystems[i].subsystem == pe->subsystem)
            return subsystems[i].name;
    return "no program of EFI's: firmware doesn't start it";
}

static const char *judgement_of(const cli_measured_signature *s)
{
    if (!s->read)
        return "is none that can be read";
    if (s->digest.alg == 0)
        return "is of a digest unknown here";
    return s->matches ? "is of this image" : "is bad: of another image";
}

static void put_signature(const cli_call *call, const cli_measured_signature *s)
{
    char line[1024];
    assay_writer text = assay_writer_lent(line, sizeof line - 1);

    assay_put_string(&text, s->signer != NULL ? s->signer : "an unnamed signer");
    assay_put_format(&text, ", %s, %s",
                     s->digest.alg != 0 ? assay_alg_find(s->digest.alg)->name : "?",
                     judgement_of(s));
    cli_measured_label(call, "signature");
    cli_put_fitted(call->out, assay_written(&text), call->width - CLI_MEASURED_COLUMN, 3,
                   CLI_MEASURED_COLUMN);
    assay_put_char(call->out, '\n');
}

void cli_put_pe(const cli_call *call, const cli_measured_pe *p)
{
    cli_measured_label(call, "image");
    assay_put_format(call->out, "%s, %s\n", machine_of(&p->pe), subsystem_of(&p->pe));
    if (p->release != NULL) {
        cli_measured_label(call, "kernel");
        cli_put_fitted(call->out, assay_bytes_of_string(p->release),
                       call->width - CLI_MEASURED_COLUMN, 3, CLI_MEASURED_COLUMN);
        assay_put_char(call->out, '\n');
    }
    for (size_t i = 0; i < p->signature_count; i++)
        put_signature(call, &p->signatures[i]);
    if (p->broken)
        cli_measured_line(call, "signature",
                          "the certificate table is broken: firmware refuses the image");
    else if (p->signature_count == 0)
        cli_measured_line(call, "signature", "none");
}

static void emit_signature(assay_output *out, const cli_measured_signature *s)
{
    assay_emit_object(out, NULL);
    assay_emit_u64(out, "offset", s->offset);
    assay_emit_u64(out, "type", s->type);
    if (s->signer != NULL) {
        assay_emit_string(out, "signer", s->signer);
        assay_emit_string(out, "signer_sha256", s->sha256);
    }
    if (s->digest.alg != 0) {
        assay_emit_alg(out, "alg", s->digest.alg);
        assay_emit_hex(out, "digest", assay_bytes_of(s->digest.value, s->digest.size));
        assay_emit_bool(out, "matches", s->matches);
    } else {
        assay_emit_null(out, "matches");
    }
    assay_emit_end(out);
}

void cli_emit_pe(assay_output *out, const cli_measured_pe *p)
{
    assay_emit_object(out, "pe");
    assay_emit_address(out, "machine", p->pe.machine);
    assay_emit_u64(out, "subsystem", p->pe.subsystem);
    assay_emit_u64(out, "sections", p->pe.section_count);
    if (p->release != NULL)
        assay_emit_string(out, "kernel_release", p->release);
    assay_emit_bool(out, "broken_certificates", p->broken);
    assay_emit_array(out, "signatures");
    for (size_t i = 0; i < p->signature_count; i++)
        emit_signature(out, &p->signatures[i]);
    assay_emit_end(out);
    assay_emit_end(out);
}

void cli_measured_put_pe(const cli_call *call, const cli_measured *m)
{
    if (cli_measured_pe_of(m) != NULL)
        cli_put_pe(call, cli_measured_pe_of(m));
}

void cli_measured_emit_pe(assay_output *out, const cli_measured *m)
{
    if (cli_measured_pe_of(m) != NULL)
        cli_emit_pe(out, cli_measured_pe_of(m));
}

static const char *phases_of(const cli_measured_phase *phase)
{
    return phase->phases[0] != '\0' ? phase->phases : "the stub has ended";
}

void cli_measured_put_uki(const cli_call *call, const cli_measured *m)
{
    const cli_measured_pe *const p = cli_measured_pe_of(m);
    char line[128];

    cli_put_pe(call, p);
    cli_measured_label(call, "stub");
    assay_put_string(call->out, "systemd ");
    assay_put_safe(call->out, assay_bytes_of_string(p->uki.version != 0 ? p->uki.version_text
                                                                        : "of unknown version"));
    if (p->uki.profile_count > 0)
        assay_put_format(call->out, ", profile %u of %zu", p->uki.profile, p->uki.profile_count);
    assay_put_char(call->out, '\n');
    for (size_t i = 0; i < p->extra_count; i++) {
        cli_measured_label(call, i == 0 ? "extra" : "");
        assay_put_safe(call->out, assay_bytes_of_string(p->extras[i].file));
        assay_put_char(call->out, '\n');
    }
    for (enum assay_uki_section i = 0; i < ASSAY_UKI_SECTIONS; i++)
        if (p->uki.depends_on_hardware[i]) {
            snprintf(line, sizeof line, "which %s is used depends on the machine; here none is",
                     assay_uki_section_name(i));
            cli_measured_line(call, "unknown", line);
        }
    for (size_t i = 0; i < p->phase_count; i++) {
        snprintf(line, sizeof line, "from zeros, when %s", phases_of(&p->phases[i]));
        cli_measured_line(call, "PCR 11", line);
        cli_put_digests(call, &p->phases[i].values);
    }
}

void cli_measured_emit_uki(assay_output *out, const cli_measured *m)
{
    const cli_measured_pe *const p = cli_measured_pe_of(m);

    cli_emit_pe(out, p);
    assay_emit_object(out, "uki");
    assay_emit_string(out, "stub_version", p->uki.version_text);
    assay_emit_u64(out, "profiles", p->uki.profile_count);
    assay_emit_u64(out, "profile", p->uki.profile);
    assay_emit_array(out, "depends_on_hardware");
    for (enum assay_uki_section i = 0; i < ASSAY_UKI_SECTIONS; i++)
        if (p->uki.depends_on_hardware[i])
            assay_emit_string(out, NULL, assay_uki_section_name(i));
    assay_emit_end(out);
    assay_emit_array(out, "extras");
    for (size_t i = 0; i < p->extra_count; i++) {
        assay_emit_object(out, NULL);
        assay_emit_string(out, "file", p->extras[i].file);
        assay_emit_u64(out, "size", p->extras[i].size);
        assay_emit_hex(out, "sha256", assay_bytes_of(p->extras[i].sha256, 32));
        assay_emit_end(out);
    }
    assay_emit_end(out);
    assay_emit_array(out, "pcr11");
    for (size_t i = 0; i < p->phase_count; i++) {
        assay_emit_object(out, NULL);
        assay_emit_string(out, "phases", p->phases[i].phases);
        cli_emit_digests(out, "values", &p->phases[i].values);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    assay_emit_end(out);
}
