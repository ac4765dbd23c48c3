/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * References in the formats of those who compare: attestation servers, TPM policies, schedulers.
 * One row a format, in the order of assay_export_format_at(); one file a format behind it.
 *
 * A format is written into memory, whole, with what is to be said before it goes to disk: what it
 * can't hold, and what its reader would refuse. Nothing is left out without a note.
 */
#ifndef ASSAY_POLICY_EXPORT_EXPORT_H
#define ASSAY_POLICY_EXPORT_EXPORT_H

#include "policy/key/key.h"
#include "policy/reference/compare.h"

/** One file of what is written, or read. */
typedef struct assay_export_file {
    const char *path; /* below the folder, with '/'; "" of a format that is a single file */
    bool executable;
    assay_writer writer; /* growing */
} assay_export_file;

enum assay_export_note_kind {
    ASSAY_EXPORT_ADVICE,  /* how to use it, and what to look out for */
    ASSAY_EXPORT_NATURE,  /* what no file of the format holds, whatever the reference says */
    ASSAY_EXPORT_LOSS,    /* this reference says something that the format has no place for */
    ASSAY_EXPORT_REFUSAL, /* the format's reader would refuse it, or could never match it */
};

/** "advice", "lost by nature", "loss", "refusal". Static. */
const char *assay_export_note_kind_name(enum assay_export_note_kind kind);

typedef struct assay_export_note {
    enum assay_export_note_kind kind;
    const char *text; /* a sentence without its full stop; may have words of the reference in it */
} assay_export_note;

/** NAME=VALUE of the user, for what a reference doesn't say. */
typedef struct assay_export_setting {
    const char *name, *value;
} assay_export_setting;

/** A host that was held against the reference, for the formats about hosts. */
typedef struct assay_export_host {
    const char *name;
    const assay_reference_result *result; /* NULL: it could not be read, and `why` says why */
    const char *why;
    const char *time; /* when, RFC 3339 in UTC */
} assay_export_host;

/** What is asked for, all lent, and below it what comes of it. */
typedef struct assay_export_job {
    const assay_reference *reference;
    assay_variant_set variants;    /* those wanted, never none */
    size_t bank_count;             /* those wanted, or all that the variants have */
    uint16_t banks[ASSAY_ALGS];
    bool banks_asked;              /* they were asked for */
    assay_pcr_set pcrs;            /* those wanted, or all */
    bool pcrs_asked;
    const assay_key *key;          /* signs, or NULL */
    size_t certificate_count;      /* the signer's first */
    const assay_bytes *certificates; /* in DER */
    size_t setting_count;
    const assay_export_setting *settings;
    size_t host_count;
    const assay_export_host *hosts;
    assay_hashes *hashes;

    assay_arena arena;
    size_t file_count;
    assay_export_file **files; /* pointers, so that a file stays where it is while others come */
    size_t note_count;
    assay_export_note *notes;
    assay_writer nowhere; /* failed: a file that there was no memory for */
} assay_export_job;

/** A setting that a format knows. All strings static. */
typedef struct assay_export_setting_info {
    const char *name;  /* "label", "scope.uuid" ... */
    const char *value; /* as the help calls it */
    const char *help;  /* a phrase without its full stop */
} assay_export_setting_info;

/** What is read back: files, and notes of what the format leaves open. */
typedef struct assay_import_job {
    size_t file_count;
    const assay_export_file *files; /* assay_written(&file.writer) are the bytes */
    size_t setting_count;
    const assay_export_setting *settings; /* "name", "bank" ... */
    assay_key *const *trusted;     /* keys of --trust */
    size_t trusted_count;
    assay_hashes *hashes;

    assay_arena arena;
    size_t note_count;
    assay_export_note *notes;
    const char *place; /* the path of the file that a failure is of, or NULL */
} assay_import_job;

/** A row. All strings static. */
typedef struct assay_export_format {
    const char *name;    /* of --to: "keylime-tpm-policy" */
    const char *title;   /* a line for people */
    const char *reader;  /* who reads it, with the versions it was tried or read with */
    const char *holds;   /* which banks and PCRs it can hold */
    const char *loses;   /* what is lost */
    bool folder;         /* several files */
    bool text;           /* may go to a terminal */
    bool about_hosts;    /* of job->hosts, not of values */
    bool takes_key;      /* it can be signed */
    bool needs_key;      /* it has to be */
    bool holds_files;    /* the reference's files are written, or noted by the format itself */
    bool checks_signature; /* read holds it to job->trusted; of all others no key can be trusted */
    const assay_export_setting_info *settings; /* ended by a row without a name; or NULL */
    /** Adds files and notes. 0 or a negative kind with `error` filled. */
    int (*write)(assay_export_job *job, assay_error *error);
    /** Reads one back; NULL where that can't be. 0, and the reference to be freed; or negative. */
    int (*read)(assay_import_job *job, assay_reference **ret_reference, assay_error *error);
} assay_export_format;

/** The rows in their order; NULL beyond the last. */
const assay_export_format *assay_export_format_at(size_t index);
const assay_export_format *assay_export_format_by_name(const char *name);

/**
 * Asks for all that the job's variants have: their banks, in the order of assay_alg_at(), and all
 * PCRs.
 */
void assay_export_want_all(assay_export_job *job);

/**
 * Writes: checks the settings against the format's table, runs it, and looks that every file is
 * whole. 0, or a negative kind with `error` filled. Free the job's results after both.
 */
int assay_export_write(const assay_export_format *format, assay_export_job *job,
                       assay_error *error);
void assay_export_job_free(assay_export_job *job);

/** Reads: likewise. */
int assay_export_read(const assay_export_format *format, assay_import_job *job,
                      assay_reference **ret_reference, assay_error *error);
void assay_import_job_free(assay_import_job *job);

/** Whether a note of the job is a refusal. */
bool assay_export_is_refused(const assay_export_job *job);

/* For those who write a format. */

/**
 * A file to write into, at most 256 MiB; it lives as long as the job. Without memory a writer
 * that has failed. Paths have no "..", no leading '/', and come once each.
 */
assay_writer *assay_export_add_file(assay_export_job *job, const char *path);

/** The same of a path that is put together, and of one that is a program to run. */
assay_writer *assay_export_add_named(assay_export_job *job, bool executable, const char *format,
                                     ...) __attribute__((format(printf, 3, 4)));

/** Adds a note, once. */
void assay_export_note_on(assay_export_job *job, enum assay_export_note_kind kind,
                          const char *format, ...) __attribute__((format(printf, 3, 4)));
void assay_import_note_on(assay_import_job *job, enum assay_export_note_kind kind,
                          const char *format, ...) __attribute__((format(printf, 3, 4)));

/** A setting's value, or NULL. */
const char *assay_export_setting_of(const assay_export_job *job, const char *name);
const char *assay_import_setting_of(const assay_import_job *job, const char *name);

/** The value of a PCR that is wanted (bank and PCR); no bytes where it isn't, or isn't held. */
assay_bytes assay_export_value(const assay_export_job *job, size_t variant, uint16_t alg,
                               unsigned pcr);

/** Whether a variant is wanted; and how many are. */
bool assay_export_has_variant(const assay_export_job *job, size_t variant);
size_t assay_export_variant_count(const assay_export_job *job);

/**
 * The one bank of a format that has only one: the one asked for, else SHA-256, else the strongest
 * there is; notes which others are lost. 0, having noted a refusal, where there is none.
 */
uint16_t assay_export_one_bank(assay_export_job *job);

/** Notes the losses that all formats of values alone have: steps that vary, PCRs not held. */
void assay_export_note_unheld(assay_export_job *job);

/** Notes what a log loses of a variant learnt of some PCRs: that others may be extended. */
void assay_export_note_only(assay_export_job *job, size_t variant);

/** Notes what a list of values for each PCR loses of several variants: which go together. */
void assay_export_note_tuples(assay_export_job *job);

#endif
