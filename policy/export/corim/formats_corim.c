/* SPDX-License-Identifier: BSD-2-Clause */
/* CoRIM: the formats. */
#include "policy/export/corim/cose.h"
#include "policy/export/formats.h"
#include "policy/export/imported.h"

enum { CORIM_MAX = 32 << 20 };

/* corim-meta-map: the signer's name and URI. */
static void put_meta(const assay_export_job *job, const assay_corim *corim, assay_writer *writer)
{
    const char *const said = assay_export_setting_of(job, "signer");
    const char *const uri = said == NULL ? corim->entity_uri : NULL;

    assay_cbor_put_map(writer, 1);
    assay_cbor_put_uint(writer, 0);
    assay_cbor_put_map(writer, uri != NULL ? 2 : 1);
    assay_cbor_put_uint(writer, 0);
    assay_cbor_put_text(writer, said != NULL             ? said
                                : corim->entity != NULL ? corim->entity
                                                        : job->reference->name);
    if (uri != NULL) {
        assay_cbor_put_uint(writer, 1);
        assay_cbor_put_tag(writer, ASSAY_TAG_URI);
        assay_cbor_put_text(writer, uri);
    }
}

static int sign(assay_export_job *job, const assay_corim *corim, assay_bytes payload,
                assay_writer *writer, assay_error *error)
{
    assay_writer meta = assay_writer_growing(CORIM_MAX);

    put_meta(job, corim, &meta);
    const assay_cose_header header = {
        .content_type = ASSAY_CORIM_CONTENT_TYPE,
        .meta = assay_written(&meta),
        .certificate_count = job->certificate_count,
        .certificates = job->certificates,
    };
    const int status =
        meta.failure != 0
            ? assay_fail(error, (enum assay_kind)meta.failure, ASSAY_NOWHERE, "no signer's name")
            : assay_cose_sign(&header, payload, job->key, job->hashes, writer, error);
    assay_writer_close(&meta);
    return status;
}

static int write(assay_export_job *job, assay_error *error)
{
    assay_writer payload = assay_writer_growing(CORIM_MAX);
    assay_corim corim;
    int status = assay_corim_of_job(job, &corim, error);

    if (status < 0)
        return status;
    assay_corim_write(&corim, &payload);
    assay_writer *const writer = assay_export_add_file(job, "");
    if (payload.failure != 0)
        status = assay_fail(error, (enum assay_kind)payload.failure, ASSAY_NOWHERE,
                            "the CoRIM could not be made");
    else if (job->key != NULL)
        status = sign(job, &corim, assay_written(&payload), writer, error);
    else
        assay_put(writer, assay_written(&payload));
    assay_writer_close(&payload);
    return status;
}

static int read_signed(const assay_corim_reading *r, const assay_cbor *item, assay_corim *corim)
{
    assay_cose cose;
    int status = assay_cose_read(r, item, &cose);

    if (status == 0 && r->job->trusted_count > 0)
        status = assay_cose_verify(r, &cose);
    else if (status == 0)
        assay_import_note_on(r->job, ASSAY_EXPORT_ADVICE,
                             "the signature was not checked: no key is trusted (--trust)");
    return status == 0 ? assay_corim_read(r->job, cose.payload->bytes, cose.payload->content,
                                          corim, r->error)
                       : status;
}

/* Tags that older drafts have around it say nothing more. */
static const assay_cbor *unwrap(const assay_cbor *item)
{
    const assay_cbor *inner = item;

    while ((inner = assay_cbor_tagged(item, ASSAY_TAG_CORIM_CHOICE)) != NULL ||
           (inner = assay_cbor_tagged(item, ASSAY_TAG_SIGNED_CORIM)) != NULL)
        item = inner;
    return item;
}

static int read_any(const assay_corim_reading *r, assay_bytes bytes, assay_corim *corim)
{
    assay_cbor root;
    const int status = assay_cbor_read(&r->job->arena, bytes, 0, &root, r->error);

    if (status < 0)
        return status;
    const assay_cbor *const item = unwrap(&root);
    const assay_cbor *const cose = assay_cbor_tagged(item, ASSAY_TAG_COSE_SIGN1);
    if (cose != NULL)
        return read_signed(r, cose, corim);
    if (r->job->trusted_count > 0)
        return assay_corim_refuse_as(r, ASSAY_UNTRUSTED, item, "COSE_Sign1",
                                     "it isn't signed, and a signature is asked for");
    return assay_corim_read(
        r->job, assay_bytes_of(bytes.data + item->offset, bytes.size - (size_t)item->offset),
        item->offset, corim, r->error);
}

static int read(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    const assay_corim_reading reading = { job, error };
    assay_corim corim;
    assay_bytes bytes;
    int status = assay_import_one_file(job, &bytes, error);

    if (status == 0 && bytes.size > CORIM_MAX)
        status = assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE, "more than %d MiB",
                            CORIM_MAX >> 20);
    if (status == 0)
        status = read_any(&reading, bytes, &corim);
    return status == 0 ? assay_corim_to_reference(&corim, assay_import_setting_of(job, "name"),
                                                  ret_reference, error)
                       : status;
}

static const assay_export_setting_info settings[] = {
    { "profile", "URI|OID|parsec-tpm|tpm-enacttrust",
      "whose scheme the values are for; the two names are Veraison's" },
    { "class-id", "UUID|OID", "of the machines or the image" },
    { "vendor", "NAME", "of the class" },
    { "model", "NAME", "of the class" },
    { "instance", "UUID|TEXT", "the one machine that the values are of" },
    { "id", "UUID|TEXT", "of the CoRIM" },
    { "tag-id", "UUID|TEXT", "of the CoMID: the same for all revisions of it" },
    { "form", "measurements|integrity-registers|quoted-digest",
      "how a boot's PCRs stand in its triple" },
    { "signer", "NAME", "who signs, with a key" },
    { "name", "NAME", "of the reference that is read" },
    { NULL, NULL, NULL },
};

static const assay_export_format format_corim = {
    .name = "corim",
    .title = "CoRIM with a CoMID (draft-ietf-rats-corim), in COSE_Sign1 with a key",
    .reader = "Veraison (corim, services of 2026), Trustee's RVPS (2026)",
    .holds = "SHA-256, SHA-384, SHA-512 and SHA-3, all PCRs; each variant is a triple",
    .loses = "SHA-1 and SM3, steps and components, names of variants, the version",
    .takes_key = true,
    .settings = settings,
    .write = write,
    .checks_signature = true,
    .read = read,
};

const assay_export_format *const assay_exports_corim[] = { &format_corim, NULL };
