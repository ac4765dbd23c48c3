/* SPDX-License-Identifier: BSD-2-Clause */
/* One artefact of assay measure: which kind it is, and measuring it. */
#include "cli/measure.h"

static const char *file_name(const cli_measured *m)
{
    const char *const slash = m->input.name != NULL ? strrchr(m->input.name, '/') : NULL;

    return slash != NULL ? slash + 1 : m->input.name;
}

/* The first kind that these bytes are; of gzip's, only those that don't, or do, unzip. */
static const cli_measure_kind *detect(assay_bytes bytes, const char *name, bool unzipped, bool any)
{
    const cli_measure_kind *kind;

    for (size_t i = 0; (kind = cli_measure_kind_at(i)) != NULL; i++)
        if (kind->detect != NULL && (any || kind->unzips == unzipped) && kind->detect(bytes, name))
            return kind;
    return NULL;
}

static int unzip(cli_measured *m, assay_error *error)
{
    return assay_gunzip(&m->file, m->input.file.bytes, ASSAY_IMAGE_MAX, error);
}

static int recognise(cli_measured *m, assay_error *error)
{
    const assay_bytes bytes = m->input.file.bytes;
    const bool zipped = assay_gunzip_detect(bytes);
    int status = 0;

    m->kind = detect(bytes, file_name(m), false, !zipped);
    if (m->kind == NULL && zipped) {
        status = unzip(m, error);
        if (status == 0)
            m->kind = detect(m->file.bytes, file_name(m), true, false);
    }
    if (status < 0 || m->kind != NULL)
        return status;
    if (bytes.size == 0)
        return assay_fail(error, ASSAY_TRUNCATED, ASSAY_NOWHERE, "the file is empty");
    return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                      "this is no artefact that can be told by its bytes");
}

static int choose_kind(cli_measured *m, assay_error *error)
{
    m->file = (assay_gunzipped){ .bytes = m->input.file.bytes };
    if (m->options->as == 0)
        return recognise(m, error);
    m->kind = cli_measure_kind_at(m->options->as - 1);
    return m->kind->unzips ? unzip(m, error) : 0;
}

/* Options that are for other kinds say that something is misunderstood. */
static int check_options(const cli_measured *m, assay_error *error)
{
    const char *wrong = NULL;

    if (m->cmdline != NULL && !m->kind->takes_cmdline && m->input.name != NULL)
        wrong = "it has no command line that could be measured";
    else if (m->options->profile.given && m->kind->measure != cli_measure_uki)
        wrong = "it is no unified kernel image, which could have profiles";
    else if (m->options->extras.count > 0 && m->kind->measure != cli_measure_uki)
        wrong = "it is no unified kernel image, beside which there could be files";
    else if (m->options->variable != NULL && m->kind->measure != cli_measure_variable &&
             m->kind->measure != cli_measure_boot_option)
        wrong = "it is taken for something else than a variable";
    return wrong != NULL ? assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "%s", wrong) : 0;
}

int cli_measure_input(cli_measured *m, assay_error *error)
{
    int status = choose_kind(m, error);

    if (status == 0)
        status = check_options(m, error);
    return status < 0 ? status : m->kind->measure(m, error);
}
