/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text as a boot entry, loader.conf, os-release, a file's name and versions. */
#include "boot/loader/bls.h"
#include "tests/fuzz/fuzz.h"

static bool within(assay_bytes part, assay_bytes whole)
{
    return part.data == NULL ||
           (part.data >= whole.data && part.data + part.size <= whole.data + whole.size);
}

static void demand_lent(const assay_bls_entry *entry, assay_bytes text)
{
    const assay_bytes views[] = { entry->title,    entry->version,      entry->machine_id,
                                  entry->sort_key, entry->architecture, entry->devicetree,
                                  entry->loader };

    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        demand(within(views[i], text), "what is lent lies in the text");
    for (size_t i = 0; i < entry->initrd_count; i++)
        demand(within(entry->initrds[i], text), "what is lent lies in the text");
    for (size_t i = 0; i < entry->option_count; i++)
        demand(within(entry->options[i], text), "what is lent lies in the text");
    demand((entry->kind == ASSAY_BLS_NOTHING) == (entry->loader.data == NULL),
           "what is started has a path");
}

static void demand_canonical_entry(const assay_bls_entry *entry)
{
    assay_writer once = assay_writer_growing(FUZZ_CEILING);
    assay_writer twice = assay_writer_growing(FUZZ_CEILING);
    assay_bls_entry read;

    assay_bls_write(&once, entry);
    demand(assay_bls_read(&read, assay_written(&once), NULL) == 0, "what is written is read");
    demand(read.kind == entry->kind && read.initrd_count == entry->initrd_count &&
               read.option_count == entry->option_count &&
               assay_bytes_equal(read.loader, entry->loader) &&
               assay_bytes_equal(read.title, entry->title),
           "an entry comes back");
    assay_bls_write(&twice, &read);
    demand(assay_bytes_equal(assay_written(&once), assay_written(&twice)),
           "an entry that was written stays as it is");
    assay_writer_close(&twice);
    assay_writer_close(&once);
}

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

/* Three parts of the bytes as versions: what orders them is one order. */
static void demand_order(assay_bytes bytes)
{
    const size_t third = bytes.size / 3;
    const assay_bytes a = assay_bytes_of(bytes.data, third),
                      b = assay_bytes_of(bytes.data + third, third),
                      c = assay_bytes_of(bytes.data + 2 * third, third);
    const int ab = assay_bls_compare_versions(a, b), bc = assay_bls_compare_versions(b, c);

    demand(assay_bls_compare_versions(a, a) == 0, "a version is itself");
    demand(sign(ab) == -sign(assay_bls_compare_versions(b, a)), "older one way is newer the other");
    if (ab < 0 && bc < 0)
        demand(assay_bls_compare_versions(a, c) < 0, "older than the older is older");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes text = assay_bytes_of(data, size);
    const assay_bls_tries tries = assay_bls_tries_of(text, ".conf");
    assay_error error = { .what = "" };
    assay_loader_conf conf;
    assay_bls_entry entry;
    assay_bls_os os;

    if (assay_bls_read(&entry, text, &error) == 0) {
        demand_lent(&entry, text);
        demand_canonical_entry(&entry);
    } else {
        demand(error.what[0] != '\0', "a fault is explained");
    }
    assay_loader_conf_read(&conf, text);
    demand(within(conf.default_entry, text) && within(conf.preferred_entry, text),
           "what is lent lies in the text");
    assay_bls_os_read(&os, text);
    demand(within(os.title, text) && within(os.version, text) && within(os.sort_key, text),
           "what is lent lies in the text");
    demand(tries.left >= -1 && tries.done >= -1 && tries.offset <= size,
           "a counter is one or none");
    demand_order(text);
    return 0;
}
