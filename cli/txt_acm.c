/* SPDX-License-Identifier: BSD-2-Clause */
/* assay txt --acm: which SINIT fits this machine, and why another does not. */
#include "cli/complain.h"
#include "cli/style.h"
#include "cli/txt.h"

#include <cpuid.h>
#include <fcntl.h>
#include <unistd.h>

enum { IA32_PLATFORM_ID = 0x17 };

static uint32_t value32(const cli_txt_found *txt, enum assay_txt_register id)
{
    return (uint32_t)assay_txt_register_value(&txt->registers, id);
}

static void take_registers(const cli_txt_found *txt, assay_acm_platform *platform)
{
    const bool *const captured = txt->registers.captured;

    platform->has_didvid = captured[ASSAY_TXT_DIDVID];
    platform->didvid = assay_txt_register_value(&txt->registers, ASSAY_TXT_DIDVID);
    platform->has_ver_fsbif = captured[ASSAY_TXT_VER_FSBIF];
    platform->ver_fsbif = value32(txt, ASSAY_TXT_VER_FSBIF);
    platform->has_ver_emif = captured[ASSAY_TXT_VER_QPIIF];
    platform->ver_emif = value32(txt, ASSAY_TXT_VER_QPIIF);
    platform->has_public_key = captured[ASSAY_TXT_PUBLIC_KEY];
    memcpy(platform->public_key, txt->registers.public_key, sizeof platform->public_key);
    /* A firmware that set no region up says 0, and the launcher may then choose. */
    platform->sinit_size = value32(txt, ASSAY_TXT_SINIT_SIZE);
    platform->has_sinit_size = platform->sinit_size != 0;
}

static void take_processor(assay_acm_platform *platform)
{
    unsigned a, b, c, d;
    const int fd = open("/dev/cpu/0/msr", O_RDONLY | O_CLOEXEC);

    platform->has_cpuid = __get_cpuid(1, &a, &b, &c, &d) != 0;
    platform->cpuid_signature = platform->has_cpuid ? a : 0;
    if (fd < 0)
        return;
    platform->has_platform_id = pread(fd, &platform->platform_id, sizeof platform->platform_id,
                                      IA32_PLATFORM_ID) == sizeof platform->platform_id;
    close(fd);
}

static assay_acm_platform platform_of(const cli_txt_found *txt)
{
    assay_acm_platform platform = { .has_didvid = false };

    if (txt->has_registers && !assay_txt_registers_absent(&txt->registers))
        take_registers(txt, &platform);
    if (txt->has_heap)
        platform.platform_type = txt->heap.bios_data.mle_flags >> 1 & 3;
    if (txt->live)
        take_processor(&platform);
    return platform;
}

static void read_acm(cli_txt_found *txt, cli_txt_acm *acm, const assay_acm_platform *platform,
                     assay_hashes *hashes)
{
    assay_error error;

    if (assay_acm_open(&acm->acm, acm->input->file.bytes, &error) < 0) {
        cli_txt_complain(txt, acm->input->name, &error);
        return;
    }
    acm->read = assay_acm_fits(&acm->acm, platform, hashes, &acm->fit) == 0;
    if (acm->read)
        return;
    assay_fail(&error, ASSAY_CRYPTO, ASSAY_NOWHERE, "the hash of its key can't be computed");
    cli_txt_complain(txt, acm->input->name, &error);
}

void cli_txt_gather_acms(cli_txt_found *txt)
{
    const cli_txt_files *const files = &txt->options->acm;
    const assay_acm_platform platform = platform_of(txt);
    assay_hashes *hashes = files->count > 0 ? assay_hashes_new() : NULL;
    assay_error error;

    if (files->count > 0 && hashes == NULL) {
        assay_fail(&error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
        cli_txt_complain(txt, NULL, &error);
        return;
    }
    for (size_t i = 0; i < files->count; i++) {
        cli_txt_acm *const acm = &txt->acms[txt->acm_count];

        acm->input = cli_txt_open(txt, files->list[i]);
        if (acm->input == NULL)
            continue;
        txt->acm_count++;
        read_acm(txt, acm, &platform, hashes);
    }
    assay_hashes_free(&hashes);
}

bool cli_txt_any_acm_fits(const cli_txt_found *txt)
{
    for (size_t i = 0; i < txt->acm_count; i++)
        if (txt->acms[i].read && txt->acms[i].fit.fits)
            return true;
    return false;
}

static void put_acm(const cli_call *call, const cli_txt_acm *acm)
{
    const assay_acm_fit *const fit = &acm->fit;

    assay_put_string(call->out, "  ");
    assay_put_safe(call->out, assay_bytes_of_string(acm->input->name));
    assay_put_string(call->out, ": ");
    cli_put_toned(call, fit->fits ? CLI_GOOD : CLI_BAD, fit->fits ? "fits" : "does not fit");
    assay_put_format(call->out, " (%s, %08x", assay_acm_type_name(&acm->acm), acm->acm.date);
    if (acm->acm.has_info)
        assay_put_format(call->out, ", version %u", acm->acm.info.acm_version);
    assay_put_string(call->out, ")\n");
    for (enum assay_acm_check c = 0; c < ASSAY_ACM_CHECKS; c++)
        if (fit->checks[c].answer != ASSAY_ACM_UNKNOWN)
            cli_txt_put_line(call, 4, fit->checks[c].answer == ASSAY_ACM_FITS ? "yes: " : "no: ",
                             fit->checks[c].why);
    if (fit->unknown > 0)
        assay_put_format(call->out, "    %zu not known\n", fit->unknown);
}

void cli_txt_put_acms(const cli_txt_found *txt)
{
    if (txt->acm_count > 0)
        assay_put_string(txt->call->out, "SINIT modules\n");
    for (size_t i = 0; i < txt->acm_count; i++)
        if (txt->acms[i].read)
            put_acm(txt->call, &txt->acms[i]);
    if (txt->acm_count > 0)
        assay_put_char(txt->call->out, '\n');
}
