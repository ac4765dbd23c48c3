/* SPDX-License-Identifier: BSD-2-Clause */
/* Verified launch policies from files, in whatever form they come. */
#include "boot/artefact/gunzip.h"
#include "boot/artefact/module.h"
#include "cli/complain.h"
#include "cli/vlp.h"

#include <stdio.h>
#include <stdlib.h>

static int digest_image(const cli_call *call, assay_hashes *hashes, const char *name,
                        assay_bytes cmdline, assay_bytes image, uint16_t alg,
                        assay_digest *ret_digest)
{
    assay_digests digests;
    const int status =
        assay_tboot_module_digests(hashes, &alg, 1, cmdline, image, NULL, NULL, &digests);
    const assay_digest *const digest = status < 0 ? NULL : assay_digests_find(&digests, alg);

    if (digest == NULL)
        return cli_complain_kind(call->verb, name, status < 0 ? status : -ASSAY_UNSUPPORTED,
                                 "its digest can't be computed");
    if (image.size == 0)
        cli_vlp_say(call, "warning: %s is empty, and so is the image it stands for", name);
    *ret_digest = *digest;
    return CLI_YES;
}

static int measure(const cli_call *call, assay_hashes *hashes, const char *name,
                   assay_bytes cmdline, uint16_t alg, assay_digest *ret_digest)
{
    assay_gunzipped image;
    assay_error error;
    assay_file file;

    if (assay_file_read(&file, name, ASSAY_IMAGE_MAX, &error) < 0)
        return cli_complain(call->verb, name, &error);
    int status = assay_gunzip(&image, file.bytes, ASSAY_IMAGE_MAX, &error);
    if (status < 0)
        status = cli_complain(call->verb, name, &error);
    else {
        status = digest_image(call, hashes, name, cmdline, image.bytes, alg, ret_digest);
        assay_gunzip_close(&image);
    }
    assay_file_close(&file);
    return status;
}

int cli_vlp_measure_file(const cli_call *call, assay_hashes *hashes, const char *image,
                         const char *cmdline, uint16_t alg, assay_digest *ret_digest)
{
    return measure(call, hashes, image, assay_bytes_of_string(cmdline), alg, ret_digest);
}

/* Images that a policy in JSON names lie beside it. */
typedef struct beside {
    const cli_call *call;
    const char *json;
    assay_hashes *hashes;
    bool complained;
} beside;

static int measure_beside(void *context, const char *image, assay_bytes cmdline, uint16_t alg,
                          assay_digest *ret_digest, assay_error *error)
{
    beside *const b = context;
    const char *const slash = strrchr(b->json, '/');
    const int folder = image[0] == '/' || slash == NULL ? 0 : (int)(slash + 1 - b->json);
    char *name = NULL;

    if (asprintf(&name, "%.*s%s", folder, b->json, image) < 0)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a name");
    const int status = measure(b->call, b->hashes, name, cmdline, alg, ret_digest);
    free(name);
    b->complained = status != CLI_YES;
    return b->complained ? assay_fail(error, ASSAY_IO, ASSAY_NOWHERE, "an image can't be measured")
                         : 0;
}

static int read_json(cli_vlp_file *file, const cli_call *call)
{
    beside b = { .call = call, .json = file->input.name, .hashes = file->hashes };

    file->is_json = true;
    const int status = assay_vlp_json_read(&file->policy, file->input.file.bytes, &file->room,
                                           measure_beside, &b, &file->fault);
    if (status == 0)
        return CLI_YES;
    return b.complained ? CLI_TROUBLE
                        : cli_complain_hint(call->verb, file->input.name, &file->fault,
                                            "assay-vlp(1) shows what such a document has");
}

static int read_binary(cli_vlp_file *file, const cli_call *call)
{
    const char *const name = file->input.name;

    if (assay_vlp_locate(file->input.file.bytes, &file->place, &file->fault) < 0)
        return cli_complain_hint(call->verb, name, &file->fault,
                                 "'assay lcp show' shows what else it has");
    if (assay_vlp_read(&file->policy, file->place.policy, &file->fault) == 0)
        return CLI_YES;
    if (file->fault.offset != ASSAY_NO_OFFSET)
        file->fault.offset += file->place.offset;
    cli_complain_hint(call->verb, name, &file->fault,
                      file->policy.version == 0 ? "is it a verified launch policy at all?"
                                                : "tboot refuses this policy as a whole");
    return file->policy.version == 0 ? CLI_TROUBLE : CLI_YES;
}

int cli_vlp_begin(cli_vlp_file *file, const cli_call *call)
{
    *file = (cli_vlp_file){ .room = assay_writer_growing(ASSAY_VLP_JSON_MAX) };
    file->hashes = assay_hashes_new();
    return file->hashes == NULL ? cli_complain_memory(call->verb) : CLI_YES;
}

int cli_vlp_open(cli_vlp_file *file, const cli_call *call, const char *path)
{
    if (cli_vlp_begin(file, call) != CLI_YES)
        return CLI_TROUBLE;
    if (cli_input_open(&file->input, path, &file->fault) < 0)
        return cli_complain(call->verb, path, &file->fault);
    return assay_vlp_json_detect(file->input.file.bytes) ? read_json(file, call)
                                                         : read_binary(file, call);
}

int cli_vlp_open_sound(cli_vlp_file *file, const cli_call *call, const char *path)
{
    const int status = cli_vlp_open(file, call, path);

    return file->fault.kind != 0 ? CLI_TROUBLE : status;
}

void cli_vlp_close(cli_vlp_file *file)
{
    if (file->hashes == NULL)
        return; /* it was never begun */
    if (file->input.name != NULL)
        cli_input_close(&file->input);
    assay_writer_close(&file->room);
    assay_hashes_free(&file->hashes);
}
