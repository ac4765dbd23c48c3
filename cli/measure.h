/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of assay measure share. An artefact is of a kind; a kind is a row of the table
 * in measure_kinds.c, with a function that measures and two that tell what was found. The kinds
 * themselves are in a file for each family.
 */
#ifndef ASSAY_CLI_MEASURE_H
#define ASSAY_CLI_MEASURE_H

#include "boot/artefact/acm.h"
#include "boot/artefact/elf.h"
#include "boot/artefact/gunzip.h"
#include "boot/artefact/mle.h"
#include "boot/artefact/slb.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/progress.h"
#include "cli/take.h"
#include "eventlog/payload/varcontent.h"
#include "eventlog/types.h"

enum { CLI_HASH_START_SIZE = 36, CLI_MEASURED_COLUMN = 16 };

enum { CLI_EXTRAS_MAX = 32 };

/** Files beside a unified kernel image. */
typedef struct cli_measure_extras {
    size_t count;
    const char *files[CLI_EXTRAS_MAX];
} cli_measure_extras;

typedef struct cli_measure_options {
    cli_common common;
    cli_banks banks;
    unsigned as;          /* position in the table of kinds, plus 1; 0: detect it */
    const char *cmdline;  /* NULL: there is none */
    const char *variable; /* NAME or NAME-GUID; NULL: as the file is called */
    cli_number profile;   /* of a UKI */
    cli_measure_extras extras;
} cli_measure_options;

/** An event that a boot or a launch logs of the artefact, and its digests. */
typedef struct cli_measured_event {
    unsigned pcr;
    uint32_t type;
    const char *of;   /* what of the artefact is hashed; NULL: it as a whole */
    const char *when; /* a phrase: by whom, in which case */
    assay_bytes data; /* of the event, where it is known */
    bool minor;       /* of a constant: text has its digests only when asked to be verbose */
    assay_digests digests;
} cli_measured_event;

/** What a variable's file holds, and what it is called; UTF-16 for events, UTF-8 for people. */
typedef struct cli_measured_variable {
    const char *name; /* UTF-8; NULL: nobody said */
    bool has_attributes;
    uint32_t attributes;
    assay_variable variable;
    assay_variable_content content;
} cli_measured_variable;

enum { CLI_INITRD_PARTS = 64 };

/** A piece of an initrd: an archive, or what is compressed, to the end. */
typedef struct cli_initrd_part {
    const char *form; /* "cpio", "gzip" ... */
    uint64_t offset, size;
} cli_initrd_part;

typedef struct cli_measured_initrd {
    size_t count; /* as many as are told; `more` says whether there are others */
    bool more;
    cli_initrd_part parts[CLI_INITRD_PARTS];
} cli_measured_initrd;

/** One artefact: what it is and what it gets. */
typedef struct cli_measured {
    const struct cli_measure_kind *kind;
    const cli_measure_options *options;
    cli_input input;      /* no name: the command line itself */
    assay_gunzipped file; /* the artefact, unzipped where its kind wants that */
    const char *cmdline;
    assay_hashes *hashes;
    const uint16_t *algs;
    size_t alg_count;
    size_t threads; /* that may hash at once */
    assay_hashed *hashed;
    void *hashed_context;
    int status;            /* sticky, of what follows: 0 or a negative kind */
    assay_digests digests; /* what the kind's main digest is */
    bool whole;            /* it is that of the file as it is */
    bool refused;          /* a signature in it is bad */
    size_t event_count, event_room;
    cli_measured_event *events;
    struct cli_measured_chunk *chunks; /* bytes that live as long */
    uint8_t hash_start[CLI_HASH_START_SIZE];
    enum assay_acm_signature signature;
    union {
        assay_mle mle;
        assay_acm acm;
        assay_slb slb;
        assay_elf elf;
        cli_measured_initrd initrd;
        cli_measured_variable variable;
        struct cli_measured_pe *pe; /* NULL: a kernel that is none */
        struct cli_measured_disk *disk;
        struct cli_measured_firmware *firmware;
        struct cli_measured_rom *rom;
    } as;
} cli_measured;

typedef struct cli_measure_kind {
    const char *name;
    const char *what;   /* words for it */
    bool takes_cmdline; /* a command line can be part of what is measured */
    bool unzips;        /* a gzip file of it counts as its content */
    /* Whether these bytes, of a file of this name, are one; NULL: only when it is named. */
    bool (*detect)(assay_bytes bytes, const char *name);
    /* Fills digests, events and `as`. 0 or a negative kind with `error` filled. */
    int (*measure)(cli_measured *measured, assay_error *error);
    void (*put)(const cli_call *call, const cli_measured *measured); /* lines of text, or NULL */
    void (*emit)(assay_output *out, const cli_measured *measured);   /* keys of its own, or NULL */
} cli_measure_kind;

/** The kinds, in the order in which they are looked for; NULL beyond the last. */
const cli_measure_kind *cli_measure_kind_at(size_t index);

/** Their names, ended by NULL. */
extern const char *const cli_measure_kind_names[];

/** The position of the kind of that name, plus 1. */
unsigned cli_measure_kind_number(const char *name);

/* --- measure_options.c ---------------------------------------------------------------------- */

extern const cli_option cli_measure_option_table[];

/** Whether the options go together: CLI_YES, or CLI_TROUBLE after saying what doesn't. */
int cli_measure_check_usage(const cli_call *call, const cli_measure_options *options);

/* --- measure_file.c: one artefact ----------------------------------------------------------- */

/** Chooses the kind and measures. 0 or a negative kind. */
int cli_measure_input(cli_measured *measured, assay_error *error);

/** Frees what the measuring made; the input stays open. */
void cli_measured_close(cli_measured *measured);

/* --- measured.c: what the kinds measure with; failure is sticky ----------------------------- */

/** The main digests: of all these bytes, told to whoever shows progress. */
void cli_measured_digest(cli_measured *measured, assay_bytes bytes);

/** Begins digests of all algorithms that tell of their progress; false: it failed. */
bool cli_measured_begin(cli_measured *measured, assay_digesting *ret_digesting);

/** The same of other algorithms. */
bool cli_measured_begin_of(cli_measured *measured, const uint16_t *algs, size_t count,
                           assay_digesting *ret_digesting);

/** The digests of a few bytes: H(parts[0] | parts[1] | ...). */
assay_digests cli_measured_hash(cli_measured *measured, const assay_bytes *parts, size_t count);

/** Appends an event. */
void cli_measured_add(cli_measured *measured, const cli_measured_event *event);

/** The same of one with the main digests. */
void cli_measured_add_main(cli_measured *measured, unsigned pcr, uint32_t type, const char *when,
                           assay_bytes data);

/** The same of one whose digests are of these bytes. */
void cli_measured_add_bytes(cli_measured *measured, const cli_measured_event *event,
                            assay_bytes bytes);

/** The same of one whose digests are of the whole file; they become the main ones if none are. */
void cli_measured_add_file(cli_measured *measured, unsigned pcr, uint32_t type, const char *of,
                           const char *when);

/** Room that lives as long as `measured`; NULL: none, and that is a failure. */
void *cli_measured_room(cli_measured *measured, size_t size);

/** A copy of bytes, and of text made printf's way (at most 255 characters), that live as long. */
assay_bytes cli_measured_keep(cli_measured *measured, assay_bytes bytes);
const char *cli_measured_text(cli_measured *measured, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** UTF-8 text as UTF-16LE behind `prefix`, which is ASCII, with a NUL where wanted; kept. */
assay_bytes cli_measured_utf16(cli_measured *measured, const char *prefix, assay_bytes text,
                               bool nul);

/** TCG_PCClientTaggedEvent with one tag; kept. */
assay_bytes cli_measured_tag(cli_measured *measured, uint32_t tag, assay_bytes data);

/** 0, or what went wrong above. */
int cli_measured_status(const cli_measured *measured, assay_error *error);

/* --- measure_said.c: text and JSON ---------------------------------------------------------- */

/** What the artefact gets, as text. */
void cli_measured_put(const cli_call *call, const cli_measured *measured);

/** The same as an element of "measurements". */
void cli_measured_emit(assay_output *out, const cli_measured *measured);

/** "digests", or under another key. */
void cli_emit_digests(assay_output *out, const char *key, const assay_digests *digests);

/** Lines of digests. */
void cli_put_digests(const cli_call *call, const assay_digests *digests);

/** "  label         " of a line of text. */
void cli_measured_label(const cli_call *call, const char *label);

/** A label and words of our own after it, on as many lines as they need. */
void cli_measured_line(const cli_call *call, const char *label, const char *words);

/** A line of text with the words for some flags. */
void cli_measured_put_flags(const cli_call *call, const char *label, const assay_txt_flag *flags,
                            uint32_t value);

/* --- the kinds ------------------------------------------------------------------------------ */

/* measure_launch.c, measure_fields.c, measure_acm.c: dynamic launch */
bool cli_is_acm(assay_bytes bytes, const char *name);
bool cli_is_mle(assay_bytes bytes, const char *name);
bool cli_is_elf(assay_bytes bytes, const char *name);
bool cli_is_slb(assay_bytes bytes, const char *name);
int cli_measure_acm(cli_measured *measured, assay_error *error);
int cli_measure_mle(cli_measured *measured, assay_error *error);
int cli_measure_elf(cli_measured *measured, assay_error *error);
int cli_measure_slb(cli_measured *measured, assay_error *error);
int cli_measure_module(cli_measured *measured, assay_error *error);
void cli_measured_put_mle(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_mle(assay_output *out, const cli_measured *measured);
void cli_measured_put_acm(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_acm(assay_output *out, const cli_measured *measured);
void cli_measured_put_elf(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_elf(assay_output *out, const cli_measured *measured);
void cli_measured_put_slb(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_slb(assay_output *out, const cli_measured *measured);

/* measure_initrd.c */
bool cli_is_initrd(assay_bytes bytes, const char *name);
int cli_measure_initrd(cli_measured *measured, assay_error *error);
void cli_measured_put_initrd(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_initrd(assay_output *out, const cli_measured *measured);

/* measure_text.c: command lines and configuration files */
int cli_measure_cmdline(cli_measured *measured, assay_error *error);
bool cli_is_grub_config(assay_bytes bytes, const char *name);
int cli_measure_grub_config(cli_measured *measured, assay_error *error);
bool cli_is_loader_config(assay_bytes bytes, const char *name);
int cli_measure_loader_config(cli_measured *measured, assay_error *error);
bool cli_is_acpi(assay_bytes bytes, const char *name);
int cli_measure_acpi(cli_measured *measured, assay_error *error);

/* measure_pe.c, measure_uki.c, measure_pe_said.c */
bool cli_is_pe(assay_bytes bytes, const char *name);
bool cli_is_uki(assay_bytes bytes, const char *name);
bool cli_is_addon(assay_bytes bytes, const char *name);
bool cli_is_linux(assay_bytes bytes, const char *name);
int cli_measure_pe(cli_measured *measured, assay_error *error);
int cli_measure_uki(cli_measured *measured, assay_error *error);
int cli_measure_addon(cli_measured *measured, assay_error *error);
int cli_measure_linux(cli_measured *measured, assay_error *error);
void cli_measured_put_pe(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_pe(assay_output *out, const cli_measured *measured);
void cli_measured_put_uki(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_uki(assay_output *out, const cli_measured *measured);

/* measure_disk.c, measure_firmware.c, measure_rom.c */
bool cli_is_disk(assay_bytes bytes, const char *name);
bool cli_is_firmware(assay_bytes bytes, const char *name);
bool cli_is_rom(assay_bytes bytes, const char *name);
int cli_measure_disk(cli_measured *measured, assay_error *error);
int cli_measure_firmware(cli_measured *measured, assay_error *error);
int cli_measure_rom(cli_measured *measured, assay_error *error);
void cli_measured_put_disk(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_disk(assay_output *out, const cli_measured *measured);
void cli_measured_put_firmware(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_firmware(assay_output *out, const cli_measured *measured);
void cli_measured_put_rom(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_rom(assay_output *out, const cli_measured *measured);

/* measure_variables.c, measure_siglist.c */
bool cli_is_variable(assay_bytes bytes, const char *name);
bool cli_is_boot_option(assay_bytes bytes, const char *name);
bool cli_is_siglist(assay_bytes bytes, const char *name);
int cli_measure_variable(cli_measured *measured, assay_error *error);
int cli_measure_boot_option(cli_measured *measured, assay_error *error);
int cli_measure_siglist(cli_measured *measured, assay_error *error);
void cli_measured_put_variable(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_variable(assay_output *out, const cli_measured *measured);

#endif
