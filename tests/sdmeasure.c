/* SPDX-License-Identifier: BSD-2-Clause */
/* PCR 11 of a UKI and of a boot's phases, against systemd-measure(1) of 252, where that is. */
#include "boot/loader/userspace.h"
#include "tests/madepe.h"
#include "tests/played.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#define TOOL "/lib/systemd/systemd-measure"

static const made_section sections[] = {
    { .name = ".sdmagic", .content = "#### LoaderInfo: systemd-stub 252.39 ####" },
    { .name = ".osrel", .content = "ID=rig\nVERSION_ID=1\n" },
    { .name = ".cmdline", .content = "root=/dev/vda1 quiet" },
    { .name = ".initrd", .content = "not an initrd" },
    { .name = ".splash", .content = "BM" },
    { .name = ".dtb", .content = "tree" },
    { .name = ".pcrpkey", .content = "-----BEGIN PUBLIC KEY-----" },
    { .name = ".linux", .content = "MZ kernel" },
};
enum { SECTIONS = sizeof sections / sizeof *sections };

static void write_file(const char *folder, const char *name, const char *content)
{
    char path[200];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *const file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(content, file);
    fclose(file);
}

/* What systemd-measure says for these phases. */
static void ask(const char *bank, const char *phases, char ret_hex[129])
{
    char folder[] = "/tmp/sdmeasureXXXXXX", command[900], output[1000];
    size_t used;

    cr_assert_not_null(mkdtemp(folder));
    used = (size_t)snprintf(command, sizeof command, TOOL " calculate --json=short --bank=%s "
                            "--phase=%s", bank, phases);
    for (size_t i = 1; i < SECTIONS; i++) {
        write_file(folder, sections[i].name + 1, sections[i].content);
        used += (size_t)snprintf(command + used, sizeof command - used, " --%s=%s/%s",
                                 sections[i].name + 1, folder, sections[i].name + 1);
    }
    FILE *const pipe = popen(command, "r");
    const size_t size = fread(output, 1, sizeof output, pipe);
    pclose(pipe);
    json_t *const answer = json_loadb(output, size, 0, NULL);
    const char *const hash = json_string_value(
        json_object_get(json_array_get(json_object_get(answer, bank), 0), "hash"));
    cr_assert_not_null(hash, "%.*s", (int)size, output);
    snprintf(ret_hex, 129, "%s", hash);
    json_decref(answer);
    snprintf(command, sizeof command, "rm -r %s", folder);
    cr_assert_eq(system(command), 0);
}

/* PCR 11 as we say it comes out, with so many phases. */
static void fold(uint16_t alg, size_t phases, char ret_hex[129])
{
    uint8_t value[64] = { 0 }, buffer[16384];
    assay_hash *hash;
    played p;

    played_make(&p);
    p.scenario.banks[0] = alg;
    played_add(&p, "x.efi", made_pe(buffer, sizeof buffer, sections, SECTIONS));
    played_start(&p, "x.efi", ASSAY_NO_BYTES);
    p.scenario.userspace.extend_count = phases;
    for (size_t i = 0; i < phases; i++)
        p.scenario.userspace.extends[i] =
            (assay_scenario_extend){ ASSAY_BOOT_PHASE_PCR, assay_boot_phases[i].word };
    assay_userspace_run(&p.boot);
    cr_assert_eq(assay_hashes_get(p.boot.hashes, alg, &hash), 0);
    for (size_t i = 0; i < p.played->count; i++)
        if (p.played->events[i].event.pcr_index == 11)
            assay_hash_extend(hash, value, p.played->events[i].event.digests[0].value.data);
    assay_writer out = assay_writer_lent(ret_hex, 129);
    assay_put_hex(&out, assay_bytes_of(value, assay_hash_size(hash)));
    assay_put_u8(&out, 0);
    played_free(&p);
}

Test(sdmeasure, pcr_11_is_what_systemd_measure_says)
{
    static const struct {
        const char *name;
        uint16_t alg;
    } banks[] = { { "sha1", 0x0004 }, { "sha256", 0x000b }, { "sha384", 0x000c } };
    char phases[100] = "";

    if (access(TOOL, X_OK) != 0 || system(TOOL " --version | grep -q '^systemd 252 '") != 0)
        cr_skip_test("no systemd-measure of 252 here");
    for (size_t count = 0; count <= 4; count++) {
        if (count > 0)
            snprintf(phases + strlen(phases), sizeof phases - strlen(phases), "%s%s",
                     count > 1 ? ":" : "", assay_boot_phases[count - 1].word);
        for (size_t i = 0; i < sizeof banks / sizeof *banks; i++) {
            char theirs[129], ours[129];
            ask(banks[i].name, phases, theirs);
            fold(banks[i].alg, count, ours);
            cr_expect_str_eq(ours, theirs, "%s with %zu phases", banks[i].name, count);
        }
    }
}
