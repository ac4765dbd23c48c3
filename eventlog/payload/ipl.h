/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EV_IPL (PFP 1.06 section 10.4.1): the type that boot loaders use for all they
 * measure. The text says what was measured, each program in its own manner, and
 * only for some of them is it the text itself that was hashed.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_IPL_H
#define ASSAY_EVENTLOG_PAYLOAD_IPL_H

#include "base/output.h"
#include "eventlog/event.h"

enum assay_ipl_kind {
    ASSAY_IPL_EMPTY,          /* no data */
    ASSAY_IPL_GRUB_COMMAND,   /* GRUB: a command as it ran; H(text) */
    ASSAY_IPL_KERNEL_CMDLINE, /* GRUB: the command line of the kernel; H(text) */
    ASSAY_IPL_MODULE_CMDLINE, /* GRUB: that of a multiboot module; H(text) */
    ASSAY_IPL_GRUB_FILE,      /* GRUB of Red Hat: "grub_linuxefi Kernel"; H(file) */
    ASSAY_IPL_FILE,           /* GRUB: a file's name; H(file) */
    ASSAY_IPL_SHIM,           /* shim: a MOK variable's name; H(its contents) */
    ASSAY_IPL_SECTION,        /* systemd-stub: a PE section; H(ASCII name, NUL), H(contents) */
    ASSAY_IPL_OPTIONS,        /* systemd-boot, -stub: load options in UTF-16; H(text, NUL) */
    ASSAY_IPL_INITRD,         /* systemd-stub: "Credentials initrd" and so on; H(cpio) */
    ASSAY_IPL_TEXT,           /* any other text: "MBR", "IPL code" */
};

typedef struct assay_ipl {
    enum assay_ipl_kind kind;
    bool utf16;         /* text is UTF-16LE */
    assay_bytes prefix; /* "grub_cmd: "; empty where there is none */
    assay_bytes text;   /* without the prefix and the NUL */
    assay_bytes rest;   /* from the NUL on: some programs log a byte too many, or half a NUL */
} assay_ipl;

/** Needs the event's PCR: what looks like a section's name is load options in PCR 12. */
bool assay_ipl_decode(const assay_event *event, assay_ipl *ret_ipl);
void assay_ipl_encode(assay_writer *writer, const assay_ipl *ipl);
void assay_ipl_emit(assay_output *out, const assay_ipl *ipl);
void assay_ipl_summary(assay_writer *writer, const assay_ipl *ipl);

/** "grub command", "section" ... Static. */
const char *assay_ipl_kind_name(enum assay_ipl_kind kind);

#endif
