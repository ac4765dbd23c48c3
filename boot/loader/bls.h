/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot entries as systemd-boot reads them (UAPI.1 Boot Loader Specification; loader.conf(5);
 * systemd, src/boot/boot.c): type 1 are files NAME.conf in loader/entries, type 2 unified kernel
 * images in EFI/Linux. All texts are UTF-8, lent from what was read.
 */
#ifndef ASSAY_BOOT_LOADER_BLS_H
#define ASSAY_BOOT_LOADER_BLS_H

#include "base/cursor.h"
#include "base/error.h"
#include "base/writer.h"

enum { ASSAY_BLS_INITRDS = 32, ASSAY_BLS_OPTIONS = 64 };

/**
 * The next line of a key and a value, parted by characters of `separators`. Blanks around a line
 * don't count, nor do quotes around a value; lines that begin with '#' or have no value are left
 * out, and a NUL ends the text. False at the end.
 */
bool assay_bls_next(assay_cursor *cursor, const char *separators, assay_bytes *ret_key,
                    assay_bytes *ret_value);

/** What is started; of an entry that names several kinds the last one, and `mixed` says so. */
enum assay_bls_kind {
    ASSAY_BLS_NOTHING,
    ASSAY_BLS_LINUX, /* linux: a kernel, which gets the initrds */
    ASSAY_BLS_EFI,   /* efi: any program */
    ASSAY_BLS_UKI,   /* uki: since 258 */
    ASSAY_BLS_URL,   /* uki-url: since 258, by network */
};

/** A type 1 entry. No bytes for what it doesn't say. */
typedef struct assay_bls_entry {
    assay_bytes title, version, machine_id, sort_key, architecture, devicetree;
    enum assay_bls_kind kind;
    bool mixed;         /* it names several kinds, which 258 refuses */
    assay_bytes loader; /* the path, as written */
    size_t initrd_count, option_count;
    assay_bytes initrds[ASSAY_BLS_INITRDS]; /* paths, as written */
    assay_bytes options[ASSAY_BLS_OPTIONS]; /* one for each line; a blank comes between them */
} assay_bls_entry;

/** Reads one; what is unknown is ignored. 0 or -ASSAY_TOO_LARGE: more initrds or options. */
int assay_bls_read(assay_bls_entry *entry, assay_bytes text, assay_error *error);

/** Writes one that reads as the same, one key a line; a value must be none that quotes end. */
void assay_bls_write(assay_writer *writer, const assay_bls_entry *entry);

/** loader.conf, as far as it decides what is started. */
typedef struct assay_loader_conf {
    assay_bytes default_entry;   /* a pattern of ids, "@saved", or no bytes */
    assay_bytes preferred_entry; /* since 259: the same, but for entries without tries left */
    bool auto_entries;           /* Windows, a shell and so on are entries too */
} assay_loader_conf;

void assay_loader_conf_read(assay_loader_conf *conf, assay_bytes text);

/** What os-release(5) of a UKI says about its entry; false when there is no name to show. */
typedef struct assay_bls_os {
    assay_bytes title, version, sort_key;
} assay_bls_os;

bool assay_bls_os_read(assay_bls_os *os, assay_bytes os_release);

/** "+LEFT-DONE" before the suffix of a file's name; -1 where there is none. */
typedef struct assay_bls_tries {
    int64_t left, done;
    size_t offset; /* of what follows '+' in the name */
} assay_bls_tries;

assay_bls_tries assay_bls_tries_of(assay_bytes name, const char *suffix);

/** What entries are sorted by. */
typedef struct assay_bls_order {
    assay_bytes id; /* the file's name in lower case, "rig.conf" */
    assay_bytes sort_key, machine_id, version;
    unsigned profile; /* of a UKI; its id is that of all its profiles */
    assay_bls_tries tries;
} assay_bls_order;

/** Below, above or 0, as systemd-boot lists them: what has no tries left comes last. */
int assay_bls_compare(const assay_bls_order *a, const assay_bls_order *b);

/** Below, above or 0, as strverscmp_improved() says (UAPI.10): "6.1~rc1" < "6.1" < "6.1-1". */
int assay_bls_compare_versions(assay_bytes a, assay_bytes b);

#endif
