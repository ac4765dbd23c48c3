/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/loader/shim.h: what shim measured into PCR 7 and 14 of recorded machines. */
#include "boot/platform/varstore.h"
#include "eventlog/payload/image.h"
#include "tests/artefact.h"
#include "tests/played.h"

#include <jansson.h>

#define BOOTS "../shared/boots/"

static const char *const boots[] = {
    "d1-shim-grub206-sb", "d1s-shim-grub206-sb-second-boot", "d2-shim-grub212-sb-6.12",
    "d3-shim-grub206-sb-ovmf2025", "d5-shim-grub206-realcfg-sb", "g-d1-bootorder",
    "g-d1-cmdline", "g-d1-dbx", "g-d1-grubcfg-command", "g-d1-kernel", "g-d1-mok",
    "j1-shim-sdboot257-sb",
};

/* The variables before the boot, out of the machine's flash. */
static void read_variables(played *p, const char *name)
{
    char path[320], command[1024], hash[65] = "";
    assay_varstore layout;

    snprintf(path, sizeof path, BOOTS "%s/inputs/manifest.json", name);
    json_t *const manifest = json_load_file(path, 0, NULL);
    const json_t *const firmware = json_object_get(manifest, "firmware");
    const json_t *const before = json_object_get(firmware, "vars_before_boot");

    snprintf(hash, sizeof hash, "%s", json_string_value(json_object_get(before, "sha256")));
    json_decref(manifest);
    snprintf(path, sizeof path, "build/boots/%.64s", hash);
    snprintf(command, sizeof command, "test -s %s || python3 " BOOTS "store.py get %s > %s", path,
             hash, path);
    cr_assert_eq(system(command), 0, "%s", command);
    artefact flash = artefact_load(path);

    cr_assert_eq(assay_varstore_read(p->scenario.variables, artefact_bytes(&flash), &layout,
                                     &p->error),
                 0, "%s", p->error.what);
    artefact_free(&flash);
    p->boot.db = assay_variables_data(p->scenario.variables, &assay_guid_image_security, "db");
    p->boot.dbx = assay_variables_data(p->scenario.variables, &assay_guid_image_security, "dbx");
}

/* The next event of a PCR, at `from` or later; the number of events where there is none. */
static size_t next(const assay_prediction *log, size_t from, uint32_t pcr)
{
    while (from < log->count && (log->events[from].event.pcr_index != pcr ||
                                 log->events[from].event.type == EV_NO_ACTION))
        from++;
    return from;
}

static size_t expect_same(const played *p, const char *name, uint32_t pcr, size_t theirs)
{
    size_t ours = 0, count = 0;

    for (;; count++) {
        ours = next(p->played, ours, pcr);
        theirs = next(p->recorded, theirs, pcr);
        cr_assert_eq(ours == p->played->count, theirs == p->recorded->count,
                     "%s: PCR %u has another number of events than %zu", name, pcr, count);
        if (ours == p->played->count)
            return count;
        const assay_event *const a = &p->played->events[ours++].event;
        const assay_event *const b = &p->recorded->events[theirs++].event;

        cr_expect_eq(a->type, b->type, "%s: event %zu of PCR %u", name, count, pcr);
        cr_expect(assay_bytes_equal(a->data, b->data), "%s: event %zu of PCR %u", name, count, pcr);
        for (size_t i = 0; i < a->digest_count; i++)
            cr_expect(assay_bytes_equal(a->digests[i].value, b->digests[i].value),
                      "%s: event %zu of PCR %u, bank %zu", name, count, pcr, i);
    }
}

/* Behind the measurement of shim's own image, which firmware makes. */
static size_t shim_started(const played *p)
{
    const size_t first = next(p->recorded, next(p->recorded, 0, 5), 4);

    for (size_t i = first; i < p->recorded->count; i++)
        if (p->recorded->events[i].event.type == EV_EFI_BOOT_SERVICES_APPLICATION)
            return i + 1;
    return p->recorded->count;
}

Test(shim_recorded, measures_what_recorded_machines_did)
{
    for (size_t i = 0; i < sizeof boots / sizeof *boots; i++) {
        played p;

        if (!played_open(&p, boots[i]))
            cr_skip_test("no recorded boots here");
        read_variables(&p, boots[i]);
        const assay_bytes options = assay_bytes_of(p.load_options, p.load_options_size);

        played_start(&p, p.path, options);
        cr_expect_geq(expect_same(&p, boots[i], 7, shim_started(&p)), 2, "%s", boots[i]);
        cr_expect_eq(expect_same(&p, boots[i], 14, 0), 3, "%s", boots[i]);
        played_free(&p);
    }
}
