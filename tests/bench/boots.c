/* SPDX-License-Identifier: BSD-2-Clause */
/* The command on what is measured before anything boots: an initrd, whole boots, a UKI. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The unified kernel image of b1-uki252, as tests/rig/from-boot unpacks it. */
#define UKI "build/rig/b963ead3aee33069260eb0de8631da855dfd43e54342206ccf7b2fe589fba0cb"

/* `took` of the run, and `floor`, in less than which it can't be done. */
static void print_measure(const char *name, const bench_run *run, double took, double floor,
                          const char *of)
{
    printf("  %-28s %6.0f ms %6.0f ms %8.2f MiB   %.2f times %s\n", name, run->elapsed / 1e6,
           run->cpu / 1e6, run->peak / (1 << 20), took / floor, of);
}

int bench_measure(const char *assay, const char *folder)
{
    char initrd[256];
    const char *const measure[] = { assay, "measure", "-b", "sha1,sha256,sha384", initrd, NULL };
    const char *const sha256[] = { "sha256sum", initrd, NULL };
    const char *const *const commands[] = { measure, sha256 };
    bench_run one[2], all[1];
    bench_digesting floor;

    snprintf(initrd, sizeof initrd, "%s/initrd", folder);
    int status = bench_write_initrd(initrd, BENCH_INITRD_MEGABYTES);
    if (status == 0)
        status = bench_on_one_core(true);
    if (status == 0)
        status = bench_digests(initrd, &floor);
    if (status == 0) {
        bench_commands(commands, 2, one);
        status = bench_on_one_core(false);
    }
    if (status == 0) {
        bench_commands(commands, 1, all);
        printf("an initrd of %d MB, sha1, sha256 and sha384\n", BENCH_INITRD_MEGABYTES);
        printf("  %-28s %9s %9s %12s\n", "the whole process", "elapsed", "CPU time", "memory");
        print_measure("assay measure, one core", &one[0], one[0].cpu, floor.sum,
                      "the bare digests, CPU time");
        print_measure("assay measure, all cores", &all[0], all[0].elapsed, floor.sum,
                      "the bare digests, elapsed");
        print_measure("", &all[0], all[0].elapsed, floor.slowest, "the slowest one");
        print_measure("sha256sum", &one[1], one[1].cpu, floor.sum, "the bare digests");
    }
    unlink(initrd);
    return status;
}

/* A recorded boot's scenario, made by tests/rig/from-boot; its inputs are not in the project. */
static int write_scenario(const char *boot, const char *scenario)
{
    char command[600];
    struct stat facts;

    snprintf(command, sizeof command, "../shared/boots/%s", boot);
    if (stat(command, &facts) != 0)
        return -1;
    snprintf(command, sizeof command, "tests/rig/from-boot ../shared/boots/%s >%s", boot, scenario);
    return system(command) == 0 ? 0 : -1;
}

static void print_prediction(const char *name, const bench_run *run, const bench_run *one,
                             const bench_prediction *floor)
{
    const double sum = floor->hashing + floor->unpacking;

    printf("  %-28s %6.0f ms %6.0f ms %8.2f MiB   %.2f times the floor, CPU time\n", name,
           run->elapsed / 1e6, run->cpu / 1e6, run->peak / (1 << 20), run->cpu / sum);
    printf("  %-28s %6.0f ms %6.0f ms %8.2f MiB   %.2f\n", "  on one core", one->elapsed / 1e6,
           one->cpu / 1e6, one->peak / (1 << 20), one->cpu / sum);
    printf("  %-28s %9s %6.0f ms                %.0f to hash %.0f MB, %.0f to unpack\n", "  floor",
           "", sum / 1e6, floor->hashing / 1e6, floor->hashed / 1e6, floor->unpacking / 1e6);
}

static int bench_boot(const char *assay, const char *boot, const char *folder)
{
    char scenario[256];
    const char *const predict[] = { assay, "predict", "--scenario", scenario, NULL };
    const char *const *const commands[] = { predict };
    bench_run all[1], one[1];
    bench_prediction floor;

    snprintf(scenario, sizeof scenario, "%s/scenario.json", folder);
    int status = write_scenario(boot, scenario);
    if (status == 0)
        status = bench_predict(scenario, &floor);
    if (status == 0) {
        bench_commands(commands, 1, all);
        status = bench_on_one_core(true);
        bench_commands(commands, 1, one);
    }
    if (status == 0)
        status = bench_on_one_core(false);
    if (status == 0)
        print_prediction(boot, &all[0], &one[0], &floor);
    unlink(scenario);
    return status;
}

/* PCR 11 in four banks, from the parts by systemd-measure, from the image by assay. */
static int compare_uki(const char *assay, const char *image, const char *folder)
{
    const char *const names[BENCH_SECTIONS] = { "linux", "osrel", "cmdline", "initrd" };
    char paths[BENCH_SECTIONS][100], options[BENCH_SECTIONS][120];
    const char *const files[] = { paths[0], paths[1], paths[2], paths[3] };
    const char *const measure[] = {
        assay, "measure", "-b", "sha1,sha256,sha384,sha512", image, NULL
    };
    const char *const peer[] = { "/lib/systemd/systemd-measure", "calculate", options[0],
                                 options[1], options[2], options[3], NULL };
    const char *const *const commands[] = { measure, peer };
    bench_run runs[2];

    for (size_t i = 0; i < BENCH_SECTIONS; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/%s", folder, names[i]);
        snprintf(options[i], sizeof options[i], "--%s=%s/%s", names[i], folder, names[i]);
    }
    const int status = bench_write_sections(image, files);
    if (status == 0) {
        bench_commands(commands, 2, runs);
        bench_print_run("assay measure, of a UKI", &runs[0], &runs[1], 0);
        bench_print_run("systemd-measure, of its parts", &runs[1], &runs[1], 0);
    }
    for (size_t i = 0; i < BENCH_SECTIONS; i++)
        unlink(paths[i]);
    return status;
}

int bench_predictions(const char *assay, const char *folder)
{
    static const char *const boots[] = { "d1-shim-grub206-sb", "d2-shim-grub212-sb-6.12",
                                         "b1-uki252", "c4-sdboot257-type2" };
    struct stat facts;
    int status = 0;

    if (stat("../shared/boots", &facts) != 0) {
        printf("predictions: the recorded boots do not lie beside the project\n");
        return 0;
    }
    printf("whole boots, sha1, sha256, sha384 and sha512\n");
    printf("  %-28s %9s %9s %12s\n", "the whole process", "elapsed", "CPU time", "memory");
    for (size_t i = 0; i < sizeof boots / sizeof *boots && status == 0; i++)
        status = bench_boot(assay, boots[i], folder);
    return status == 0 ? compare_uki(assay, UKI, folder) : status;
}
