/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp create: the files it reads. */
#include "base/file.h"
#include "boot/artefact/gunzip.h"
#include "boot/artefact/mle.h"
#include "boot/artefact/module.h"
#include "cli/complain.h"
#include "cli/lcp_create.h"
#include "replay/pcrvalues.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int cli_lcp_fail(cli_lcp_work *work, const char *format, ...)
{
    char what[160];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return assay_fail(&work->error, ASSAY_MALFORMED, ASSAY_NOWHERE, "%s", what);
}

/* The name of a file that a document names lies beside it; the caller frees it. */
static char *name_of(const cli_lcp_work *work, const char *path)
{
    const char *const slash = work->folder_of == NULL ? NULL : strrchr(work->folder_of, '/');
    const int folder = path[0] == '/' || slash == NULL ? 0 : (int)(slash + 1 - work->folder_of);
    char *name = NULL;

    return asprintf(&name, "%.*s%s", folder, work->folder_of == NULL ? "" : work->folder_of, path) <
                   0
               ? NULL
               : name;
}

/* Opens a file; its name is kept as the one that failed until it is closed. */
static int open_file(cli_lcp_work *work, const char *path, assay_file *file)
{
    free(work->failed);
    work->failed = name_of(work, path);
    if (work->failed == NULL)
        return assay_fail(&work->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a name");
    return assay_file_read(file, work->failed, ASSAY_IMAGE_MAX, &work->error);
}

static void forget_name(cli_lcp_work *work)
{
    free(work->failed);
    work->failed = NULL;
}

int cli_lcp_read_file(cli_lcp_work *work, const char *path, assay_writer *into)
{
    assay_file file;
    const int status = open_file(work, path, &file);

    if (status < 0)
        return status;
    assay_put(into, file.bytes);
    assay_file_close(&file);
    return into->failure == 0 ? 0
                              : assay_fail(&work->error, (enum assay_kind)into->failure,
                                           ASSAY_NOWHERE, "the file is too large");
}

static int digest_mle(cli_lcp_work *work, assay_bytes image, assay_bytes cmdline, uint16_t alg,
                      assay_digest *ret_digest)
{
    assay_digesting digesting;
    assay_digests digests;
    assay_mle mle;
    int status = assay_mle_open(&mle, image, &work->error);

    if (status == 0)
        status = assay_digesting_begin(&digesting, work->hashes, &alg, 1);
    if (status == 0)
        status = assay_mle_digest(&mle, cmdline, &digesting, &digests, &work->error);
    if (status < 0)
        return status;
    const assay_digest *const digest = assay_digests_find(&digests, alg);
    if (digest == NULL)
        return assay_fail(&work->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "this algorithm can't be computed here");
    *ret_digest = *digest;
    return 0;
}

int cli_lcp_mle_digest(cli_lcp_work *work, const char *path, assay_bytes cmdline, uint16_t alg,
                       assay_digest *ret_digest)
{
    assay_gunzipped image;
    assay_file file;
    int status = open_file(work, path, &file);

    if (status < 0)
        return status;
    status = assay_gunzip(&image, file.bytes, ASSAY_IMAGE_MAX, &work->error);
    if (status == 0) {
        status = digest_mle(work, image.bytes, cmdline, alg, ret_digest);
        assay_gunzip_close(&image);
    }
    assay_file_close(&file);
    if (status == 0)
        forget_name(work);
    return status;
}

static int digest_module(cli_lcp_work *work, assay_bytes image, assay_bytes cmdline, uint16_t alg,
                         assay_digest *ret_digest)
{
    assay_digests digests;
    const int status =
        assay_tboot_module_digests(work->hashes, &alg, 1, cmdline, image, NULL, NULL, &digests);
    const assay_digest *const digest = status < 0 ? NULL : assay_digests_find(&digests, alg);

    if (digest == NULL)
        return assay_fail(&work->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the module's digest can't be computed");
    *ret_digest = *digest;
    return 0;
}

static int module(void *context, const char *path, assay_bytes cmdline, uint16_t alg,
                  assay_digest *ret_digest, assay_error *error)
{
    cli_lcp_work *const work = context;
    assay_gunzipped image;
    assay_file file;
    int status = open_file(work, path, &file);

    if (status == 0) {
        status = assay_gunzip(&image, file.bytes, ASSAY_IMAGE_MAX, &work->error);
        if (status == 0) {
            status = digest_module(work, image.bytes, cmdline, alg, ret_digest);
            assay_gunzip_close(&image);
        }
        assay_file_close(&file);
    }
    *error = work->error;
    if (status == 0)
        forget_name(work);
    return status;
}

int cli_lcp_read_pcrs(cli_lcp_work *work, const char *path, assay_pcrs *ret_pcrs)
{
    free(work->failed);
    work->failed = name_of(work, path);
    if (work->failed == NULL)
        return assay_fail(&work->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a name");
    const int status = assay_pcrvalues_read(work->failed, ret_pcrs, &work->error);
    if (status == 0)
        forget_name(work);
    return status;
}

/* The same as callbacks of a document's reader. */

static int source_mle(void *context, const char *path, assay_bytes cmdline, uint16_t alg,
                      assay_digest *ret_digest, assay_error *error)
{
    cli_lcp_work *const work = context;
    const int status = cli_lcp_mle_digest(work, path, cmdline, alg, ret_digest);

    if (status < 0)
        *error = work->error;
    return status;
}

static int source_file(void *context, const char *path, assay_writer *into, assay_error *error)
{
    cli_lcp_work *const work = context;
    const int status = cli_lcp_read_file(work, path, into);

    if (status < 0)
        *error = work->error;
    return status;
}

static int source_pcrs(void *context, const char *path, assay_pcrs *ret_pcrs, assay_error *error)
{
    cli_lcp_work *const work = context;
    const int status = cli_lcp_read_pcrs(work, path, ret_pcrs);

    if (status < 0)
        *error = work->error;
    return status;
}

void cli_lcp_sources(cli_lcp_work *work, assay_lcp_sources *ret_sources)
{
    *ret_sources = (assay_lcp_sources){ work, source_mle, source_file, source_pcrs, module };
}
