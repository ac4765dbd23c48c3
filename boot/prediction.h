/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A prediction: the measurements of a boot that has not happened yet, in their order. Each is
 * kept from a log of the platform, computed, or known to come with a digest that can't be known;
 * never guessed. It is written as a log like a machine's, where for each digest that is not known
 * an EV_NO_ACTION record stands that names it.
 *
 * A prediction owns what its events point to.
 */
#ifndef ASSAY_BOOT_PREDICTION_H
#define ASSAY_BOOT_PREDICTION_H

#include "base/arena.h"
#include "base/hash.h"
#include "eventlog/log.h"
#include "eventlog/payload/unknown.h"

/** Where a measurement was taken from. */
enum assay_predicted {
    ASSAY_PREDICTED_KEPT,     /* from the log of the platform, as it is */
    ASSAY_PREDICTED_COMPUTED, /* from what was given, in every bank that can be known */
    ASSAY_PREDICTED_UNKNOWN,  /* in no bank: that it comes is known, and of what it is */
};

/** What a measurement is of: what has to be replaced for it to change. */
enum assay_part {
    ASSAY_PART_OTHER,        /* not told apart */
    ASSAY_PART_PLATFORM,     /* what only the chipset and the firmware know */
    ASSAY_PART_SINIT,        /* the SINIT ACM: HASH_START, the key that signed it */
    ASSAY_PART_CAPABILITIES, /* OsSinitData.Capabilities, by the launcher */
    ASSAY_PART_LCP,          /* the launch control policy, as it was evaluated */
    ASSAY_PART_STM,          /* the STM */
    ASSAY_PART_NV,           /* how the NV indices AUX, PS and PO are defined */
    ASSAY_PART_MLE,          /* the launched environment, with its command line */
    ASSAY_PART_COMBINED,     /* several of these in one: COMBINED_HASH of the legacy mapping */
    ASSAY_PART_VLP,          /* tboot's policy */
    ASSAY_PART_MODULE,       /* a module that tboot starts; `index` says which */
    ASSAY_PART_NV_CONTENT,   /* an NV index that tboot's policy names; `index` is its number */
    ASSAY_PART_SECURE,       /* Secure Launch: the label says of what */
    ASSAY_PART_FIRMWARE,     /* the firmware's own code, its version and its separators */
    ASSAY_PART_SETUP,        /* its configuration: ACPI, SMBIOS, what its setup chooses */
    ASSAY_PART_OPTION_ROM,   /* a driver out of an option ROM */
    ASSAY_PART_SECURE_BOOT,  /* SecureBoot, PK, KEK, db, dbx ... and the firmware's authorities */
    ASSAY_PART_BOOT_OPTION,  /* BootOrder, Boot#### and the attempts to start them */
    ASSAY_PART_GPT,          /* the partition table of the disk that is booted from */
    ASSAY_PART_LOADER,       /* a boot loader's image and its own configuration file */
    ASSAY_PART_SHIM,         /* shim: its image, SbatLevel, MokList ... and its authorities */
    ASSAY_PART_GRUB,         /* GRUB's image, commands and files, kernel and initrd aside */
    ASSAY_PART_UKI,          /* a unified kernel image and its sections */
    ASSAY_PART_ADDON,        /* an addon, credential or extension beside a UKI */
    ASSAY_PART_KERNEL,       /* a kernel's image or file */
    ASSAY_PART_INITRD,       /* an initrd as a loader or the kernel measures it */
    ASSAY_PART_CMDLINE,      /* a kernel's command line */
    ASSAY_PART_EXIT,         /* ExitBootServices */
    ASSAY_PART_USERSPACE,    /* what runs after the kernel's start: IMA, boot phases */
    ASSAY_PARTS
};

typedef struct assay_predicted_event {
    assay_event event; /* with the digests that are known; number and offset of the log it is of */
    enum assay_predicted origin;
    enum assay_part part;
    uint32_t index;                    /* MODULE: from 0; NV_CONTENT: nvIndex */
    uint32_t base;                     /* number of the event it was made of, or ASSAY_NO_EVENT */
    size_t unknown_count;              /* banks of which the digest comes and is not known */
    uint16_t unknown[ASSAY_BANKS_MAX]; /* TPM_ALG_ID */
    const char *why;                   /* of what is unknown: why, static; else NULL */
} assay_predicted_event;

enum {
    ASSAY_PREDICTED_EVENTS_MAX = 1 << 16, /* no boot has so many */
    ASSAY_PREDICTION_REMARKS_MAX = 64,
    ASSAY_PREDICTED_DATA_MAX = 1 << 26, /* bytes that are made for one event; none logs so many */
    ASSAY_PREDICTION_REFUSALS = 8, /* of these */
};

/** Something about the launch as a whole that one should know. */
typedef struct assay_prediction_remark {
    enum assay_part part;
    uint32_t index;   /* as in the event */
    bool refused;     /* the launch would not come so far */
    const char *text; /* a sentence without its full stop; the prediction's own copy */
} assay_prediction_remark;

typedef struct assay_prediction {
    assay_log_header header;
    const char *format; /* that the log is written in; static */
    unsigned kernel_major, kernel_minor; /* release of the Linux that starts; 0.0: not known */
    bool stopped; /* of a whole boot: no operating system comes up, and remarks say why */
    bool lost;    /* what is measured after the last event can't be known, and a remark says why */
    size_t count;
    size_t capacity;
    assay_predicted_event *events;
    size_t remark_count;
    assay_prediction_remark remarks[ASSAY_PREDICTION_REMARKS_MAX];
    assay_arena arena; /* what the events point to */
} assay_prediction;

/** With the banks and all else of `header`. NULL when there is no memory; else to be freed, which
 * nulls the pointer. */
assay_prediction *assay_prediction_new(const assay_log_header *header);
void assay_prediction_free(assay_prediction **prediction);

/**
 * Reads a log from where it stands to its end: every event kept, parts told by their types. 0; or
 * the negative kind of the log's reader, with what was read before in the prediction; or
 * -ASSAY_NO_MEMORY, -ASSAY_TOO_LARGE (more events than ASSAY_PREDICTED_EVENTS_MAX).
 */
int assay_prediction_read(assay_prediction *prediction, assay_log *log, assay_error *error);

/** Appends a copy of `event` and of all that it points to. 0 or a negative kind. */
int assay_prediction_add(assay_prediction *prediction, const assay_predicted_event *event,
                         assay_error *error);

/** Replaces the digest of an event in a bank where it has one. False when there is no memory. */
bool assay_prediction_set_digest(assay_prediction *prediction, size_t number, uint16_t alg,
                                 const uint8_t *digest);

/**
 * Adds a remark with a copy of its text, unless it is there; what there is no room for is dropped.
 * Those that refuse have room of their own, that many others can't take away.
 */
void assay_prediction_remark_on(assay_prediction *prediction, enum assay_part part,
                                uint32_t index, bool refused, const char *text);

/** No remark refuses any more: what they tell of was made good in another way. */
void assay_prediction_allow(assay_prediction *prediction);

/** Whether some digest of some event is unknown, or events that come after the last. */
bool assay_prediction_has_unknown(const assay_prediction *prediction);

/**
 * Writes it as a log of `format`, or of its own for NULL. Before an event with unknown digests
 * comes the record that names them; an event with no other digests has that record alone.
 */
int assay_prediction_write(const assay_prediction *prediction, const char *format,
                           assay_writer *writer, assay_error *error);

/** "sinit", "mle", "module" ... as JSON spells it, and for people. Static. */
const char *assay_part_name(enum assay_part part);
const char *assay_part_title(enum assay_part part);

/** "kept", "computed", "unknown". Static. */
const char *assay_predicted_name(enum assay_predicted origin);

/** The part that an event of a platform's log is of, by its type. */
enum assay_part assay_part_of(uint32_t type);

#endif
