/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files with a signature database in them (UEFI 2.10 section 32.4), as people have them, and what
 * firmware makes of an update that is appended to one.
 */
#ifndef ASSAY_BOOT_ARTEFACT_SIGNATURES_H
#define ASSAY_BOOT_ARTEFACT_SIGNATURES_H

#include "base/error.h"
#include "base/writer.h"

/**
 * The signature lists in a file: all of it; behind the four bytes of attributes that efivarfs has;
 * or behind an EFI_VARIABLE_AUTHENTICATION_2 descriptor (section 8.2.2), as updates of db and dbx
 * have one, whose signature is not looked at. Lent from the file. 0, or -ASSAY_UNKNOWN_FORMAT.
 */
int assay_signatures_of(assay_bytes file, assay_bytes *ret_lists, assay_error *error);

/**
 * A database after an update of EFI_VARIABLE_APPEND_WRITE: the lists of before, then those of the
 * update without the entries that are there already (section 8.2.2; EDK2's FilterSignatureList). An
 * entry is there when one of the same type and size has the same owner and data.
 */
void assay_signatures_append(assay_writer *writer, assay_bytes before, assay_bytes update);

#endif
