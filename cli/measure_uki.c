/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unified kernel images, their addons, and kernels.
 */
#include "cli/measure_pe.h"

enum { PCR_FILES = 9, PCR_UKI = 11, PCR_OPTIONS = 12 };

/* systemd-measure(1): what systemd-pcrphase extends, in its order. */
static const char *const words[] = { "enter-initrd", "leave-initrd", "sysinit", "ready" };

/* --- PCR 11 --------------------------------------------------------------------------------- */

static void extend(cli_measured *m, assay_digests *values, const assay_digests *digests)
{
    for (size_t i = 0; i < values->count; i++) {
        const assay_digest *const digest = assay_digests_find(digests, values->list[i].alg);
        assay_hash *hash;

        if (m->status == 0)
            m->status = assay_hashes_get(m->hashes, values->list[i].alg, &hash);
        if (m->status == 0 && digest != NULL)
            m->status = assay_hash_extend(hash, values->list[i].value, digest->value);
    }
}

static void fold_phases(cli_measured *m, cli_measured_pe *p)
{
    assay_digests values = m->digests;
    const char *phases = "";

    for (size_t i = 0; i < values.count; i++)
        memset(values.list[i].value, 0, sizeof values.list[i].value);
    for (size_t i = 0; i < m->event_count; i++)
        if (m->events[i].pcr == PCR_UKI)
            extend(m, &values, &m->events[i].digests);
    p->phases[p->phase_count++] = (cli_measured_phase){ phases, values };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const assay_bytes word = assay_bytes_of_string(words[i]);
        const assay_digests digests = cli_measured_hash(m, &word, 1);

        extend(m, &values, &digests);
        phases = cli_measured_text(m, "%s%s%s", phases, i > 0 ? ":" : "", words[i]);
        p->phases[p->phase_count++] = (cli_measured_phase){ phases, values };
    }
}

/* --- the kinds ------------------------------------------------------------------------------ */

static bool opens(assay_bytes bytes, assay_pe *pe)
{
    return assay_pe_detect(bytes) && assay_pe_open(pe, bytes, NULL) == 0;
}

bool cli_is_uki(assay_bytes bytes, const char *name)
{
    assay_pe pe;

    (void)name;
    return opens(bytes, &pe) && assay_uki_detect(&pe) && assay_pe_find(&pe, ".linux") != NULL;
}

/* "@2 quiet" asks the stub for profile 2. */
static assay_bytes options_of(cli_measured *m)
{
    const cli_number *const profile = &m->options->profile;
    const assay_bytes text =
        m->cmdline != NULL ? assay_bytes_of_string(m->cmdline) : ASSAY_LITERAL("");

    if (!profile->given || profile->value == 0)
        return m->cmdline != NULL ? cli_measured_utf16(m, "", text, true) : ASSAY_NO_BYTES;
    return cli_measured_utf16(
        m, cli_measured_text(m, "@%u%s", profile->value, text.size > 0 ? " " : ""), text, true);
}

int cli_measure_uki(cli_measured *m, assay_error *error)
{
    int status = cli_measured_open_pe(m, error);

    if (status == 0)
        status = assay_uki_open(&m->as.pe->uki, &m->as.pe->pe,
                                m->options->profile.given ? m->options->profile.value : 0, error);
    if (status < 0)
        return status;
    cli_measured_add_image(m);
    status = cli_measured_add_program(m, options_of(m), error);
    if (status == 0)
        fold_phases(m, m->as.pe);
    return status < 0 ? status : cli_measured_status(m, error);
}

bool cli_is_addon(assay_bytes bytes, const char *name)
{
    assay_pe pe;
    static const char end[] = ".addon.efi";
    const size_t size = name != NULL ? strlen(name) : 0;

    if (!opens(bytes, &pe))
        return false;
    return (size >= sizeof end && strcmp(name + size - sizeof end + 1, end) == 0) ||
           (assay_pe_find(&pe, ".linux") == NULL && assay_pe_find(&pe, ".cmdline") != NULL);
}

/* systemd's src/boot/efi-string.c, mangle_stub_cmdline(): controls are blanks, then trimmed. */
static assay_bytes mangle(cli_measured *m, assay_bytes text)
{
    const size_t size = strnlen((const char *)text.data, text.size);
    uint8_t *const bytes = cli_measured_room(m, size);
    size_t first = 0, last = size;

    if (bytes == NULL)
        return ASSAY_NO_BYTES;
    for (size_t i = 0; i < size; i++)
        bytes[i] = text.data[i] <= ' ' ? ' ' : text.data[i];
    while (first < last && bytes[first] == ' ')
        first++;
    while (last > first && bytes[last - 1] == ' ')
        last--;
    return assay_bytes_of(bytes + first, last - first);
}

int cli_measure_addon(cli_measured *m, assay_error *error)
{
    const int status = cli_measured_open_pe(m, error);

    if (status < 0)
        return status;
    const assay_bytes cmdline = assay_pe_bytes(&m->as.pe->pe, ".cmdline");

    cli_measured_add_image(m);
    if (cmdline.data != NULL && m->status == 0) {
        const assay_bytes wide = cli_measured_utf16(m, "", mangle(m, cmdline), true);

        cli_measured_add_bytes(m,
                               &(cli_measured_event){ .pcr = PCR_OPTIONS,
                                                      .type = EV_IPL,
                                                      .of = ".cmdline in UTF-16 with NUL",
                                                      .when = "by systemd-stub, where no other "
                                                              "addon has one: all are measured as "
                                                              "one text, with blanks between",
                                                      .data = wide },
                               wide);
    }
    return cli_measured_status(m, error);
}

bool cli_is_linux(assay_bytes bytes, const char *name)
{
    assay_zboot zboot;

    (void)name;
    return assay_bzimage_detect(bytes) || assay_zboot_open(bytes, &zboot);
}

/* Kernels without EFI stub are for GRUB and for other firmware. */
int cli_measure_linux(cli_measured *m, assay_error *error)
{
    const bool pe = assay_pe_detect(m->file.bytes);
    assay_bzimage image;
    int status = pe ? cli_measured_open_pe(m, error) : 0;

    if (!pe && !cli_is_linux(m->file.bytes, NULL))
        return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                          "this is no Linux kernel that a loader knows");
    if (status < 0)
        return status;
    if (pe) {
        cli_measured_add_image(m);
        if (m->cmdline != NULL)
            status = cli_measured_add_program(m, options_of(m), error);
        if (assay_bzimage_open(&image, m->file.bytes, NULL) == 0 &&
            image.kernel_version.data != NULL)
            m->as.pe->release =
                cli_measured_text(m, "%.*s", (int)image.kernel_version.size,
                                  (const char *)image.kernel_version.data);
    }
    if (status < 0)
        return status;
    cli_measured_add_file(m, PCR_FILES, EV_IPL, "the file",
                          "by GRUB; the event is its name as the command says it");
    return cli_measured_status(m, error);
}
