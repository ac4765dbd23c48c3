/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EFI_DEVICE_PATH_PROTOCOL (UEFI 2.10 section 10): where a thing is, as a row of
 * nodes from the root to the leaf. End of Instance separates several places in one
 * path; End closes it.
 *
 * Nodes are read here and nowhere else. Text of most nodes is libefivar's, which
 * differs between its versions: it is for people and never decides anything.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_DEVPATH_H
#define ASSAY_EVENTLOG_PAYLOAD_DEVPATH_H

#include "base/cursor.h"
#include "base/output.h"

enum {
    ASSAY_DEVPATH_MEDIA = 4,
    ASSAY_DEVPATH_END = 0x7F,
    ASSAY_DEVPATH_HARD_DRIVE = 1,    /* subtypes of MEDIA */
    ASSAY_DEVPATH_FILE = 4,
    ASSAY_DEVPATH_END_INSTANCE = 1,  /* subtypes of END */
    ASSAY_DEVPATH_END_ENTIRE = 0xFF,
};

/** A generic device path node, UEFI 2.10 section 10.3.1. */
typedef struct assay_devpath_node {
    uint8_t type;
    uint8_t subtype;
    assay_bytes data; /* after the header of four bytes; Length is 4 more */
} assay_devpath_node;

/** A walk along a path. */
typedef struct assay_devpath {
    assay_cursor cursor; /* at the next node */
    bool ended;          /* End was met: what is left is not of this path */
} assay_devpath;

static inline assay_devpath assay_devpath_of(assay_bytes path)
{
    return (assay_devpath){ .cursor = assay_cursor_of(path) };
}

/**
 * The next node, End included. False after End, at the end of the bytes, and where
 * the bytes are no node: its Length is below 4 or beyond them.
 */
bool assay_devpath_next(assay_devpath *path, assay_devpath_node *ret_node);

/** What is left: after End other things, before it bytes that are no node. */
static inline assay_bytes assay_devpath_rest(const assay_devpath *path)
{
    return assay_peek_rest(&path->cursor);
}

/** Writes a node; of data beyond 65531 bytes, which no Length can hold, nothing. */
void assay_devpath_encode(assay_writer *writer, const assay_devpath_node *node);

/** Writes a File Path node (section 10.3.5.4) of a name in UTF-8, to which it adds the NUL. */
void assay_devpath_put_file(assay_writer *writer, assay_bytes name);

/** Writes End Entire Device Path. */
void assay_devpath_put_end(assay_writer *writer);

enum assay_devpath_text {
    ASSAY_DEVPATH_TEXT_LIBEFIVAR,
    ASSAY_DEVPATH_TEXT_FILE,
    ASSAY_DEVPATH_TEXT_HEX,
};

/** A row of devpath.def. */
typedef struct assay_devpath_kind {
    uint8_t type;
    uint8_t subtype;
    uint16_t minimum; /* bytes of a node that holds all fixed fields, header included */
    enum assay_devpath_text text;
    const char *name; /* UEFI's title of the node: "Hard Drive" */
} assay_devpath_kind;

/**
 * The kind of a node that is sound: its type is known, no fixed field is cut off,
 * and a file name has its NUL. NULL otherwise.
 */
const assay_devpath_kind *assay_devpath_kind_of(const assay_devpath_node *node);

/** The file name of a sound File Path node, UTF-16LE without NUL; no bytes for other nodes. */
assay_bytes assay_devpath_file_name(const assay_devpath_node *node);

/**
 * The whole path for people: "HD(1,GPT,...)/\EFI\BOOT\BOOTX64.EFI", instances apart
 * by commas. Unknown and short nodes are Path(type,subtype,hex). It may hold any
 * characters that the path holds.
 */
void assay_devpath_put_text(assay_writer *writer, assay_bytes path);

/** What an operator looks for: the path's file names if it has any, else its text. */
void assay_devpath_summary(assay_writer *writer, assay_bytes path);

/** The path as an object under `key`: text, partition, file, nodes. */
void assay_devpath_emit(assay_output *out, const char *key, assay_bytes path);

#endif
