/* SPDX-License-Identifier: BSD-2-Clause */
/* Signature lists: what each is measured as when it is some database, and each entry of one. */
#include "cli/measure_variable.h"

#include "eventlog/payload/siglist.h"

enum { AUTHORITIES_MAX = 1024 };

/* What an unnamed list may be, and where that is measured. */
static const struct {
    const char *name;
    const char *when;
} databases[] = {
    { "db", "by firmware, as db" },
    { "dbx", "by firmware, as dbx" },
    { "KEK", "by firmware, as KEK" },
    { "PK", "by firmware, as PK" },
    { "MokListRT", "by shim, as MokList, its own certificate in front if it has one" },
    { "MokListXRT", "by shim, as MokListX, its own list in front if it has one" },
};

/* Whether a list's entries let images pass, and a certificate or any is worth an event. */
static bool is_authority(const assay_siglists *lists, bool all)
{
    const size_t index = assay_signature_type_index(&lists->list.type);
    const assay_signature_type *const type = assay_signature_type_at(index);

    return all || (type != NULL && type->form == ASSAY_SIGNATURE_CERTIFICATE);
}

static void add_authority(cli_measured *m, const char *name, const assay_signature *signature)
{
    const size_t size = 16 + signature->data.size;
    uint8_t *const room = cli_measured_room(m, size);
    assay_writer data = assay_writer_lent(room, room != NULL ? size : 0);
    char summary[160];
    assay_writer text = assay_writer_lent(summary, sizeof summary - 1);

    assay_signature_encode(&data, signature);
    assay_signature_summary(&text, signature->data);
    summary[text.used] = '\0';
    cli_measured_add_variable(m, name, assay_written(&data),
                              &(cli_measured_event){
                                  .pcr = 7,
                                  .type = EV_EFI_VARIABLE_AUTHORITY,
                                  .of = cli_measured_text(m, "%s as an entry of %s", summary, name),
                                  .when = "once, when it lets an image pass" });
}

int cli_measured_add_authorities(cli_measured *m, const char *name, assay_bytes bytes, bool all,
                                 assay_error *error)
{
    assay_siglists lists = assay_siglists_of(bytes);
    size_t count = 0;
    int step;

    while ((step = assay_siglists_next(&lists)) > 0) {
        if (step != ASSAY_SIGLIST_SIGNATURE || !is_authority(&lists, all))
            continue;
        if (count++ == AUTHORITIES_MAX)
            return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                              "there are more than %d signatures that let images pass",
                              AUTHORITIES_MAX);
        add_authority(m, name, &lists.signature);
    }
    if (step < 0)
        return assay_fail(error, ASSAY_MALFORMED,
                          (assay_place){ lists.cursor.offset, ASSAY_NO_EVENT, "SignatureListSize" },
                          "what begins here is no signature list, or is cut short");
    return 0;
}

/* The type is one that is known, and the sizes agree. */
bool cli_is_siglist(assay_bytes bytes, const char *name)
{
    assay_siglists lists = assay_siglists_of(bytes);

    (void)name;
    return assay_siglists_next(&lists) == ASSAY_SIGLIST_LIST &&
           assay_signature_type_index(&lists.list.type) < ASSAY_SIGNATURE_TYPES;
}

int cli_measure_siglist(cli_measured *m, assay_error *error)
{
    m->as.variable = (cli_measured_variable){
        .content = { .kind = ASSAY_VARIABLE_SIGNATURES, .bytes = m->file.bytes },
    };
    if (m->file.bytes.size == 0)
        return assay_fail(error, ASSAY_TRUNCATED, ASSAY_NOWHERE, "the file is empty");
    cli_measured_digest(m, m->file.bytes);
    for (size_t i = 0; i < sizeof databases / sizeof *databases; i++)
        cli_measured_add_database(m, databases[i].name, m->file.bytes, databases[i].when);
    const int status = cli_measured_add_authorities(m, "db", m->file.bytes, false, error);
    return status < 0 ? status : cli_measured_status(m, error);
}
