/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the program in an image measures once it is started: played as in a whole boot, of which
 * the image and the files beside it are all there is.
 */
#include "cli/measure_pe.h"

#include "base/utf16.h"
#include "boot/loader/alone.h"
#include "eventlog/payload/tagged.h"

enum {
    PCR_IMAGES = 4,
    PCR_FILES = 9,
    PCR_UKI = 11,
    PCR_OPTIONS = 12,
    PCR_EXTENSIONS = 13,
    NAME_MAX_SIZE = 256,
};

static const char by_stub[] = "by systemd-stub";

/* --- events --------------------------------------------------------------------------------- */

/* EV_EVENT_TAG: what the tag stands for. */
static void describe_tag(const assay_event *from, cli_measured_event *event)
{
    assay_tagged tagged;
    assay_tag tag;

    if (!assay_tagged_decode(from->data, &tagged))
        return;
    assay_cursor list = assay_cursor_of(tagged.list);
    if (!assay_tagged_next(&list, &tag))
        return;
    event->of = tag.id == ASSAY_TAG_LINUX_INITRD ? "the initrd as the kernel gets it"
                : tag.id == ASSAY_TAG_LINUX_LOAD_OPTIONS
                    ? "the command line as the kernel gets it, in UTF-16"
                    : assay_tag_name(tag.id);
    event->when = from->pcr_index == PCR_FILES ? "by the kernel's EFI stub" : by_stub;
}

/* A section's name, or an archive's, which is the event's data. */
static const char *name_of(cli_measured *m, assay_bytes data)
{
    char name[NAME_MAX_SIZE];
    assay_writer text = assay_writer_lent(name, sizeof name - 1);

    assay_put_utf16(&text, assay_utf16_until_nul(data));
    name[text.used] = '\0';
    return cli_measured_text(m, "%s", name);
}

/* Sections come as two events each. `number`: of this one among those of PCR 11, from 1. */
static void describe_section(cli_measured *m, const assay_event *from, size_t number,
                             cli_measured_event *event)
{
    event->minor = number % 2 == 1;
    event->of = cli_measured_text(m, event->minor ? "%.200s, its name and NUL"
                                                  : "%.200s, its content",
                                  name_of(m, from->data));
    event->when = event->minor ? by_stub : "by systemd-stub, behind its name and NUL";
}

static void describe_image(const assay_predicted_event *predicted, cli_measured_event *event)
{
    event->of = predicted->part == ASSAY_PART_ADDON ? "an addon" : ".linux, the image in it";
    event->when = predicted->part == ASSAY_PART_ADDON
                      ? "by firmware for systemd-stub"
                      : "by firmware for systemd-stub before 258, where Secure Boot is off";
}

static void describe(cli_measured *m, const assay_predicted_event *predicted, size_t number,
                     cli_measured_event *event)
{
    const assay_event *const from = &predicted->event;

    event->when = by_stub;
    if (from->type == EV_EVENT_TAG) {
        describe_tag(from, event);
    } else if (from->pcr_index == PCR_UKI) {
        describe_section(m, from, number, event);
    } else if (from->pcr_index == PCR_IMAGES) {
        describe_image(predicted, event);
    } else if (predicted->part == ASSAY_PART_CMDLINE) {
        event->of = "a command line in UTF-16 with NUL";
        event->when = "by systemd-stub, of what it is handed over and of addons";
    } else {
        event->of = name_of(m, from->data);
    }
}

static void add_event(cli_measured *m, const assay_predicted_event *predicted, size_t number)
{
    const assay_event *const from = &predicted->event;
    cli_measured_event event = { .pcr = from->pcr_index, .type = from->type };

    describe(m, predicted, number, &event);
    if (predicted->why != NULL)
        event.when = predicted->why;
    event.data = cli_measured_keep(m, from->data);
    for (size_t i = 0; i < from->digest_count && i < ASSAY_ALGS; i++) {
        const assay_event_digest *const digest = &from->digests[i];
        assay_digest *const to = &event.digests.list[event.digests.count++];

        *to = (assay_digest){ .alg = digest->alg, .size = (uint16_t)digest->value.size };
        memcpy(to->value, digest->value.data, digest->value.size);
    }
    cli_measured_add(m, &event);
}

/* ExitBootServices and separators are no measurements of the image. */
static bool is_of_image(uint32_t pcr)
{
    return pcr == PCR_IMAGES || pcr == PCR_FILES ||
           (pcr >= PCR_UKI && pcr <= PCR_EXTENSIONS);
}

static void add_events(cli_measured *m, const assay_prediction *prediction)
{
    size_t sections = 0;

    for (size_t i = 0; i < prediction->count; i++) {
        const uint32_t pcr = prediction->events[i].event.pcr_index;

        sections += pcr == PCR_UKI;
        if (is_of_image(pcr))
            add_event(m, &prediction->events[i], sections);
    }
}

/* --- files beside the image ----------------------------------------------------------------- */

static const char *last_name(const char *path)
{
    const char *const slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

static int note_extra(cli_measured *m, const char *file, assay_error *error)
{
    cli_measured_extra *const extra = &m->as.pe->extras[m->as.pe->extra_count++];
    cli_input input;
    int status = cli_input_open_artefact(&input, file, error);

    if (status < 0)
        return status;
    *extra = (cli_measured_extra){ .file = file, .size = input.file.bytes.size };
    status = cli_input_digest(&input, extra->sha256);
    cli_input_close(&input);
    return status == 0 ? 0
                       : assay_fail(error, ASSAY_CRYPTO, ASSAY_NOWHERE,
                                    "the SHA-256 of an extra file can't be computed");
}

/* Where systemd-stub looks for it: beside the image, or in the folder for all. */
static const char *place_of(cli_measured *m, const char *file)
{
    static const char *const folders[] = { "loader/addons/", "loader/credentials/",
                                           "loader/extensions/" };
    const char *const name = last_name(file);

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        const size_t size = strlen(folders[i]), before = (size_t)(name - file);

        if (before >= size && strncmp(name - size, folders[i], size) == 0 &&
            (before == size || name[-(ptrdiff_t)size - 1] == '/'))
            return cli_measured_text(m, "%s%s", folders[i], name);
    }
    return cli_measured_text(m, "EFI/Linux/uki.efi.extra.d/%s", name);
}

static int add_extras(cli_measured *m, assay_tree *tree, assay_error *error)
{
    const cli_measure_extras *const extras = &m->options->extras;
    int status = 0;

    for (size_t i = 0; i < extras->count && status == 0; i++) {
        const char *const path = place_of(m, extras->files[i]);

        status = note_extra(m, extras->files[i], error);
        if (status == 0)
            status = assay_tree_add_file(tree, assay_bytes_of_string(path), extras->files[i],
                                         error);
    }
    return status;
}

static int play(cli_measured *m, assay_scenario *scenario, assay_bytes options,
                assay_error *error)
{
    const assay_boot_image image = {
        .file = m->file.bytes,
        .disk = &scenario->disks[0],
        .path = ASSAY_LITERAL("EFI/Linux/uki.efi"),
        .load_options = options,
    };
    assay_prediction *prediction;
    const int status = assay_alone_predict(scenario, &image, m->hashes, &prediction, error);

    if (status < 0)
        return status;
    add_events(m, prediction);
    assay_prediction_free(&prediction);
    return cli_measured_status(m, error);
}

int cli_measured_add_program(cli_measured *m, assay_bytes options, assay_error *error)
{
    assay_scenario *const scenario = cli_measured_room(m, sizeof *scenario);
    assay_tree *tree = assay_tree_new();

    if (scenario == NULL || tree == NULL) {
        assay_tree_free(&tree);
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a boot");
    }
    *scenario = (assay_scenario){ .bank_count = m->digests.count,
                                  .disk_count = 1,
                                  .disks = { { .esp = tree, .bootindex = -1 } } };
    for (size_t i = 0; i < m->digests.count; i++)
        scenario->banks[i] = m->digests.list[i].alg;
    int status = add_extras(m, tree, error);
    if (status == 0)
        status = play(m, scenario, options, error);
    assay_tree_free(&tree);
    return status;
}
