/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reference/files.h"

#include "eventlog/payload/ima.h"
#include "eventlog/payload/signature.h"
#include "replay/bootaggregate.h"

#include <stdlib.h>

const char *assay_file_kind_name(enum assay_file_kind kind)
{
    static const char *const names[ASSAY_FILE_KINDS] = { "file", "keyring", "buffer" };

    return names[kind];
}

/* Files. */

/* What comes in the kernel's names: include/crypto/hash_info.h, hash_algo_name[]. */
static bool is_name(assay_bytes name)
{
    for (size_t i = 0; i < name.size; i++) {
        const uint8_t c = name.data[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_')
            return false;
    }
    return name.size > 0;
}

bool assay_file_is_sound(const assay_reference_file *file)
{
    static const assay_bytes verity = ASSAY_LITERAL("verity:");

    if (file->alg == NULL)
        return file->digest.size == 0;
    assay_bytes name = assay_bytes_of_string(file->alg);
    if (name.size > ASSAY_FILE_ALG_MAX)
        return false;
    if (assay_bytes_start_with(name, verity))
        name = assay_bytes_of(name.data + verity.size, name.size - verity.size);
    const assay_alg *const alg = is_name(name) ? assay_alg_by_name(name) : NULL;
    return is_name(name) && file->digest.size > 0 && file->digest.size <= ASSAY_DIGEST_MAX &&
           (alg == NULL || file->digest.size == alg->size);
}

static enum assay_file_kind kind_of(const assay_ima *ima)
{
    const assay_bytes buffer = assay_ima_field_of(ima, ASSAY_IMA_BUF);

    if (buffer.data == NULL)
        return ASSAY_FILE;
    return assay_signature_guess(buffer) == ASSAY_SIGNATURE_CERTIFICATE ? ASSAY_FILE_KEYRING
                                                                        : ASSAY_FILE_BUFFER;
}

/* "sha256", which "ima:sha256" is as well, or "verity:sha256". */
static bool take_digest(const assay_ima *ima, assay_reference_file *file,
                        char ret_alg[static ASSAY_FILE_ALG_MAX + 1])
{
    static const assay_bytes usual = ASSAY_LITERAL("ima");
    assay_writer name = assay_writer_lent(ret_alg, ASSAY_FILE_ALG_MAX);
    assay_ima_file_hash hash;

    if (!assay_ima_file_digest(ima, &hash))
        return false;
    if (hash.type.size > 0 && !assay_bytes_equal(hash.type, usual)) {
        assay_put(&name, hash.type);
        assay_put_char(&name, ':');
    }
    assay_put(&name, hash.algorithm);
    if (name.failure != 0 || memchr(ret_alg, 0, name.used) != NULL)
        return false;
    ret_alg[name.used] = '\0';
    file->alg = ret_alg;
    file->digest = hash.value;
    return assay_file_is_sound(file);
}

enum assay_file_entry assay_file_of(const assay_event *event, assay_reference_file *ret_file,
                                    char ret_alg[static ASSAY_FILE_ALG_MAX + 1])
{
    assay_ima ima;

    *ret_file = (assay_reference_file){ .path = ASSAY_NO_BYTES };
    if (assay_boot_aggregate_is(event))
        return ASSAY_FILE_NONE;
    if (event->content != ASSAY_CONTENT_IMA_TEMPLATE || !assay_ima_decode(event, &ima))
        return ASSAY_FILE_UNKNOWN;
    ret_file->path = assay_ima_file_name(&ima);
    if (ret_file->path.data == NULL)
        return ASSAY_FILE_UNKNOWN;
    ret_file->kind = kind_of(&ima);
    return ima.violation || take_digest(&ima, ret_file, ret_alg) ? ASSAY_FILE_NAMED
                                                                 : ASSAY_FILE_UNKNOWN;
}

/* Their order. */

static int compare_bytes(assay_bytes a, assay_bytes b)
{
    const size_t common = a.size < b.size ? a.size : b.size;
    const int difference = common == 0 ? 0 : memcmp(a.data, b.data, common);

    return difference != 0 ? difference : (a.size > b.size) - (a.size < b.size);
}

static int compare_paths(const assay_reference_file *a, const assay_reference_file *b)
{
    const int paths = compare_bytes(a->path, b->path);

    return paths != 0 ? paths : (a->kind > b->kind) - (a->kind < b->kind);
}

int assay_file_compare(const assay_reference_file *a, const assay_reference_file *b)
{
    const int paths = compare_paths(a, b);

    if (paths != 0)
        return paths;
    if (a->alg == NULL || b->alg == NULL)
        return (a->alg != NULL) - (b->alg != NULL);
    const int algs = strcmp(a->alg, b->alg);
    return algs != 0 ? algs : compare_bytes(a->digest, b->digest);
}

int assay_file_order(const void *a, const void *b)
{
    return assay_file_compare(a, b);
}

/* The place of the first of `count` files that does not come before one. */
static size_t find(const assay_reference_file *files, size_t count,
                   const assay_reference_file *wanted,
                   int (*compare)(const assay_reference_file *a, const assay_reference_file *b))
{
    size_t low = 0, high = count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare(&files[middle], wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static assay_reference_file *find_file(const assay_reference *reference, size_t count,
                                       const assay_reference_file *file)
{
    const size_t at = find(reference->files, count, file, assay_file_compare);

    return at < count && assay_file_compare(&reference->files[at], file) == 0
               ? &reference->files[at]
               : NULL;
}

size_t assay_reference_find_path(const assay_reference *reference, assay_bytes path,
                                 enum assay_file_kind kind)
{
    const assay_reference_file wanted = { .path = path, .kind = kind };
    const size_t at = find(reference->files, reference->file_count, &wanted, compare_paths);

    return at < reference->file_count && compare_paths(&reference->files[at], &wanted) == 0
               ? at
               : reference->file_count;
}

assay_variant_set assay_reference_has_file(const assay_reference *reference,
                                           const assay_reference_file *file)
{
    const assay_reference_file *const found = find_file(reference, reference->file_count, file);

    return found != NULL ? found->variants : 0;
}

assay_variant_set assay_reference_filed(const assay_reference *reference)
{
    assay_variant_set set = 0;

    for (size_t i = 0; i < reference->file_count; i++)
        set |= reference->files[i].variants;
    return set;
}

/* Adding. */

bool assay_file_keep(assay_arena *arena, assay_reference_file *file)
{
    if (file->alg != NULL) {
        file->alg = assay_arena_text(arena, assay_bytes_of_string(file->alg));
        if (file->alg == NULL)
            return false;
    }
    return assay_arena_keep(arena, file->path, &file->path) &&
           assay_arena_keep(arena, file->digest, &file->digest);
}

/* Files that stand there twice, in order, become one. */
static void unite(assay_reference *reference)
{
    assay_reference_file *const files = reference->files;
    size_t count = 0;

    for (size_t i = 0; i < reference->file_count; i++)
        if (count > 0 && assay_file_compare(&files[count - 1], &files[i]) == 0)
            files[count - 1].variants |= files[i].variants;
        else
            files[count++] = files[i];
    reference->file_count = count;
}

int assay_reference_add_files(assay_reference *reference, const assay_reference_file *files,
                              size_t count, assay_error *error)
{
    const size_t before = reference->file_count;

    for (size_t i = 0; i < count; i++) {
        assay_reference_file *const there = find_file(reference, before, &files[i]);

        if (there != NULL) {
            there->variants |= files[i].variants;
            continue;
        }
        if (reference->file_count >= ASSAY_REFERENCE_FILES_MAX)
            return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                              "a reference has at most %d digests of files",
                              ASSAY_REFERENCE_FILES_MAX);
        assay_reference_file *const added = assay_arena_more(
            &reference->arena, &reference->files, reference->file_count, sizeof *added);
        if (added == NULL)
            return assay_no_memory(error);
        *added = files[i];
        if (!assay_file_keep(&reference->arena, added))
            return assay_no_memory(error);
        reference->file_count++;
    }
    if (reference->file_count > before)
        qsort(reference->files, reference->file_count, sizeof *reference->files,
              assay_file_order);
    unite(reference);
    return 0;
}
