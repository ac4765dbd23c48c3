/* SPDX-License-Identifier: BSD-2-Clause */
/* What an export made, to where it is wanted; and the certificates that go into it. */
#include "cli/complain.h"
#include "cli/export.h"
#include "cli/input.h"
#include "cli/save.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

/* A script is for those to run who may read it. That it can't be made so is no failure to write. */
static void let_run(const char *path)
{
    struct stat status;

    if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
        chmod(path, status.st_mode | (status.st_mode & 0444) >> 2);
}

int cli_save_export(const cli_call *call, const assay_export_format *format,
                    const assay_export_job *job, bool replace)
{
    const char *const path = call->common->output;

    if (format->folder)
        return cli_save_folder(call, path, job->files, job->file_count, replace);
    if (job->file_count != 1)
        return cli_complain_kind(call->verb, path, -ASSAY_UNSUPPORTED, "there is nothing to write");
    const assay_bytes bytes = assay_written(&job->files[0]->writer);
    const int status = format->text ? cli_save(call, path != NULL ? path : "-", bytes)
                                    : cli_save_binary(call, path, bytes, format->title);
    if (status == CLI_YES && path != NULL && job->files[0]->executable)
        let_run(path);
    return status;
}

/* Certificates. */

static bool keep_der(X509 *certificate, assay_arena *arena, assay_bytes **list, size_t *count)
{
    unsigned char *der = NULL;
    const int size = i2d_X509(certificate, &der);
    assay_bytes *const added =
        size > 0 ? assay_arena_more(arena, list, *count, sizeof *added) : NULL;
    const bool kept =
        added != NULL && assay_arena_keep(arena, assay_bytes_of(der, (size_t)size), added);

    OPENSSL_free(der);
    *count += kept;
    return kept;
}

/* All of a PEM file's, or the one of a DER file. False where there is none, or no memory. */
static bool read_all(assay_bytes bytes, assay_arena *arena, assay_bytes **list, size_t *count)
{
    BIO *const bio = BIO_new_mem_buf(bytes.data, (int)bytes.size);
    const unsigned char *at = bytes.data;
    const size_t before = *count;
    bool kept = bio != NULL;
    X509 *certificate;

    while (kept && (certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
        kept = keep_der(certificate, arena, list, count);
        X509_free(certificate);
    }
    if (kept && *count == before && (certificate = d2i_X509(NULL, &at, (long)bytes.size)) != NULL) {
        kept = at == bytes.data + bytes.size && keep_der(certificate, arena, list, count);
        X509_free(certificate);
    }
    BIO_free(bio);
    return kept && *count > before;
}

static int read_file(const cli_call *call, const char *path, assay_arena *arena,
                     assay_bytes **list, size_t *count)
{
    cli_input input;
    assay_error error;

    if (cli_input_open_values(&input, path, &error) < 0)
        return cli_complain(call->verb, path, &error);
    ERR_set_mark();
    const bool read = read_all(input.file.bytes, arena, list, count);
    ERR_pop_to_mark();
    cli_input_close(&input);
    if (read)
        return CLI_YES;
    assay_fail(&error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE, "no certificate, in PEM or in DER");
    return cli_complain(call->verb, path, &error);
}

int cli_read_certificates(const cli_call *call, const cli_words *files, assay_arena *arena,
                          assay_bytes **ret_list, size_t *ret_count)
{
    int status = CLI_YES;

    *ret_list = NULL;
    *ret_count = 0;
    for (size_t i = 0; i < files->count && status == CLI_YES; i++)
        status = read_file(call, files->list[i], arena, ret_list, ret_count);
    return status;
}
