/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The TCG's PC Client RIM: a base RIM, which is a SWID tag (ISO/IEC 19770-2:2015) signed with
 * XMLDSig, names by their hashes support RIMs, which are event logs. One pair a variant: a verifier
 * takes all that one base RIM names for one boot. Private to policy/.
 */
#ifndef ASSAY_POLICY_EXPORT_RIM_RIM_H
#define ASSAY_POLICY_EXPORT_RIM_RIM_H

#include "policy/export/export.h"

/** The attributes of rimtexts.def. */
enum assay_rim_text {
#define FROM(token, element, space, attribute) ASSAY_RIM_##token,
#define GIVEN(token, element, space, attribute, setting, value, help) ASSAY_RIM_##token,
#include "policy/export/rim/rimtexts.def"
#undef GIVEN
#undef FROM
    ASSAY_RIM_TEXTS
};

enum assay_rim_element {
    ASSAY_RIM_IN_IDENTITY,
    ASSAY_RIM_IN_ENTITY,
    ASSAY_RIM_IN_LINK_MEDIA,      /* Link of rel "installationmedia" */
    ASSAY_RIM_IN_LINK_SUPERSEDES, /* Link of rel "supersedes" */
    ASSAY_RIM_IN_META,
    ASSAY_RIM_IN_DIRECTORY,
    ASSAY_RIM_IN_FILE,
};

enum assay_rim_space {
    ASSAY_RIM_NONE,
    ASSAY_RIM_SWID,
    ASSAY_RIM_NIST,
    ASSAY_RIM_TCG,
    ASSAY_RIM_DSIG,
    ASSAY_RIM_SPACES
};

/** Its URI, and the prefix that HIRS looks for. Static; NULL of NONE. */
const char *assay_rim_space_uri(enum assay_rim_space space);
const char *assay_rim_space_prefix(enum assay_rim_space space);

/** A row of the table. All strings static. */
typedef struct assay_rim_text_info {
    enum assay_rim_element element;
    enum assay_rim_space space;
    const char *attribute;
    const char *setting; /* or NULL: the reference has a member for it */
} assay_rim_text_info;

const assay_rim_text_info *assay_rim_text_at(enum assay_rim_text text);

/** All settings of the format, ended by a row without a name. */
extern const assay_export_setting_info assay_rim_settings[];

/** A support RIM's hash. */
typedef struct assay_rim_hash {
    uint16_t alg; /* TPM_ALG_ID */
    uint8_t value[ASSAY_DIGEST_MAX];
} assay_rim_hash;

enum { ASSAY_RIM_HASHES = 3 }; /* SHA-256, SHA-384 and SHA-512 */

typedef struct assay_rim_file {
    const char *name; /* without a folder */
    unsigned line;    /* of the tag; when read */
    uint64_t size;
    size_t hash_count;
    assay_rim_hash hashes[ASSAY_RIM_HASHES];
} assay_rim_file;

/** What a base RIM says; all lent. */
typedef struct assay_rim_tag {
    const char *texts[ASSAY_RIM_TEXTS]; /* NULL where there is none */
    unsigned line;                      /* of the root element; when read */
    size_t file_count;
    assay_rim_file *files;
} assay_rim_tag;

/** The namespace URI and the prefix of a File's hash attribute, NULL for another algorithm. */
const char *assay_rim_hash_uri(uint16_t alg);
const char *assay_rim_hash_prefix(uint16_t alg);

/** The algorithm of such an attribute's namespace, or 0. */
uint16_t assay_rim_hash_of_uri(const char *uri);

/** Whether a list of words between white space, as Entity's role is, has one. */
bool assay_rim_has_word(const char *list, const char *word);

/** A file's name without the folders that a tag, or a caller, puts before it. */
const char *assay_rim_base_name(const char *path);

/** The Entity of a reference that names no vendor. */
extern const char assay_rim_nobody[];

/** The texts that follow from the reference alone; -kind. Texts that nothing is known of: NULL. */
int assay_rim_default_texts(const assay_reference *reference, size_t variant, assay_arena *arena,
                            const char *ret_texts[ASSAY_RIM_TEXTS]);

/** Of these, those that the reference keeps from a RIM that it was read from (rimkept.c). */
int assay_rim_take_kept(const assay_reference *reference, size_t variant, assay_arena *arena,
                        const char *texts[ASSAY_RIM_TEXTS]);

/** Keeps what a variant's texts[i], or NULL, say that wouldn't be said anyway. 0 or -kind. */
int assay_rim_keep(assay_reference *reference, const char *const *const *texts);

/**
 * The variant's firmware log as a crypto-agile one, with the banks and PCRs that are wanted; notes
 * what is lost of it. 1, or 0 where there is nothing to write, or a negative kind.
 */
int assay_rim_put_log(assay_export_job *job, size_t variant, assay_writer *writer,
                      assay_error *error);

/**
 * Notes what no support RIM holds of the variant, and what HIRS makes of one: `from` is the header
 * of the variant's own log, `to` of the one written.
 */
void assay_rim_note_readers(assay_export_job *job, size_t variant, const assay_log_header *from,
                            const assay_log_header *to);

/** Notes what is missing in a tag, and what its signature asks of its readers. */
void assay_rim_note_tag(assay_export_job *job, const assay_rim_tag *tag);

/** Writes the tag, signed where job->key is. 0 or a negative kind. */
int assay_rim_put_tag(assay_export_job *job, const assay_rim_tag *tag, assay_writer *writer,
                      assay_error *error);

enum { ASSAY_RIM_TAG_MAX = 1 << 20, ASSAY_RIM_FILES_MAX = 64 };

/** What is known of a tag's signature. */
enum assay_rim_trust {
    ASSAY_RIM_UNSIGNED,
    ASSAY_RIM_UNVERIFIED, /* it covers the tag, and nobody said whose it should be */
    ASSAY_RIM_VERIFIED,   /* by one of the keys given */
};

/**
 * Reads a base RIM of at most ASSAY_RIM_TAG_MAX bytes and checks its signature against `keys`; one
 * that is bad, or by another key than those given, or missing where keys are given, is refused.
 * All that is read lies in `arena`. 0 or a negative kind; errors name the line.
 */
int assay_rim_read_tag(assay_bytes xml, assay_key *const *keys, size_t key_count,
                       assay_hashes *hashes, assay_arena *arena, assay_rim_tag *ret_tag,
                       enum assay_rim_trust *ret_trust, assay_error *error);

int assay_rim_write(assay_export_job *job, assay_error *error);
int assay_rim_read(assay_import_job *job, assay_reference **ret_reference, assay_error *error);

#endif
