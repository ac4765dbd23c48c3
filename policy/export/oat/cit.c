/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Open CIT (Mt. Wilson 2 and 3): OpenAttestation's interface as "v1", and its own as "v2", where
 * things name each other by UUID. The server takes the UUIDs that it is given, so that the plan
 * needs none of its answers.
 */
#include "policy/export/oat/oat.h"

#include "base/hex.h"

#include <ctype.h>

static const char *const v1_paths[ASSAY_OAT_KINDS] = {
    [ASSAY_OAT_OEM] = "/mtwilson/v1/WLMService/resources/oem",
    [ASSAY_OAT_OS] = "/mtwilson/v1/WLMService/resources/os",
    [ASSAY_OAT_MLE] = "/mtwilson/v1/WLMService/resources/mles",
    [ASSAY_OAT_HOST] = "/mtwilson/v1/AttestationService/resources/hosts",
};

enum { NAMES = 4 }; /* that tell one thing from another of its kind */

/* What is written: the plan stays open while the bodies come. */
typedef struct writer {
    assay_export_job *job;
    const assay_oat_plan *plan;
    const char *bank; /* NULL: SHA-1, which need not be said and older servers don't know */
    assay_output steps;
    size_t count;
    char oem[ASSAY_UUID_TEXT], os[ASSAY_UUID_TEXT];
    int status;
} writer;

/*
 * By what the server tells things apart by, their names: who reads them back and writes them again
 * has the same.
 */
static void make_uuid(writer *w, const char *word, const char *const names[static NAMES],
                      char ret[static ASSAY_UUID_TEXT])
{
    assay_bytes parts[NAMES];
    uint8_t uuid[16], digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;

    /* Each with its NUL, so that no two lists of names come to the same. */
    for (size_t i = 0; i < NAMES; i++)
        parts[i] = assay_bytes_of(names[i], strlen(names[i]) + 1);
    int status = assay_hashes_get(w->job->hashes, ASSAY_ALG_SHA256, &hash);
    if (status == 0)
        status = assay_hash_parts(hash, parts, NAMES, digest);
    if (status == 0)
        status = assay_uuid_of(digest, word, uuid);
    if (status < 0)
        w->status = status;
    else
        assay_uuid_format(uuid, ret);
}

/* A step of the plan, and a stream to its body. */
static assay_output begin_body(writer *w, const char *folder, const char *path, const char *word)
{
    assay_emit_object(&w->steps, NULL);
    assay_emit_string(&w->steps, "method", "POST");
    assay_emit_string(&w->steps, "path", path);
    assay_emit_string(&w->steps, "content_type", "application/json");
    char name[48];
    assay_writer lent = assay_writer_lent(name, sizeof name - 1);
    assay_put_format(&lent, "%02zu-%s.json", ++w->count, word);
    name[lent.used] = '\0';
    assay_emit_string(&w->steps, "body", name);
    assay_emit_end(&w->steps);
    return assay_output_json_line(assay_export_add_named(w->job, false, "%s/%s", folder, name));
}

static void begin_plan(writer *w, const char *path)
{
    w->count = 0;
    w->steps = assay_output_json_indented(assay_export_add_file(w->job, path));
    assay_emit_object(&w->steps, NULL);
    assay_emit_string(&w->steps, "service", "Open CIT");
    assay_emit_array(&w->steps, "requests");
}

static void end_plan(writer *w)
{
    assay_emit_end(&w->steps);
    assay_emit_end(&w->steps);
}

static const char *word_of(const assay_oat_request *request)
{
    static const char *const words[ASSAY_OAT_KINDS] = { "oem", "os", "mle", "host" };

    return request->kind != ASSAY_OAT_MLE ? words[request->kind]
           : request->mle->vmm            ? "mle-vmm"
                                          : "mle-bios";
}

static void write_v1(writer *w, const assay_oat_request *requests, long count)
{
    begin_plan(w, "v1/plan.json");
    for (long i = 0; i < count; i++) {
        assay_output out = begin_body(w, "v1", v1_paths[requests[i].kind], word_of(&requests[i]));

        assay_oat_emit(&out, w->job, w->plan, &requests[i], w->bank);
    }
    end_plan(w);
}

/* v2. */

static void write_oem(writer *w)
{
    assay_output out = begin_body(w, "v2", "/mtwilson/v2/oems", "oem");

    make_uuid(w, "open-cit oem", (const char *[NAMES]){ w->plan->oem, "", "", "" }, w->oem);
    assay_emit_object(&out, NULL);
    assay_emit_string(&out, "id", w->oem);
    assay_emit_string(&out, "name", w->plan->oem);
    assay_emit_end(&out);
}

/* The server's own name of the collection: "oss". */
static void write_os(writer *w)
{
    assay_output out = begin_body(w, "v2", "/mtwilson/v2/oss", "os");

    make_uuid(w, "open-cit os",
              (const char *[NAMES]){ w->plan->os, w->plan->os_version, "", "" }, w->os);
    assay_emit_object(&out, NULL);
    assay_emit_string(&out, "id", w->os);
    assay_emit_string(&out, "name", w->plan->os);
    assay_emit_string(&out, "version", w->plan->os_version);
    assay_emit_end(&out);
}

/* Values of another bank than SHA-1 have to come with the MLE: single PCRs have no bank in v2. */
static void emit_manifests(writer *w, assay_output *out, const assay_oat_mle *mle)
{
    assay_emit_array(out, "mle_manifests");
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        char index[4];
        assay_writer lent = assay_writer_lent(index, sizeof index - 1);

        if (!assay_pcr_set_has(mle->pcrs, pcr))
            continue;
        assay_put_decimal(&lent, pcr);
        index[lent.used] = '\0';
        assay_emit_object(out, NULL);
        assay_emit_string(out, "Name", index);
        assay_emit_hex(out, "Value", mle->values[pcr]);
        assay_emit_string(out, "PcrBank", w->bank);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void make_mle_uuid(writer *w, const assay_oat_mle *mle, char ret[static ASSAY_UUID_TEXT])
{
    const assay_oat_plan *const plan = w->plan;
    const char *const bios[NAMES] = { plan->bios_name, mle->version, plan->oem, "" };
    const char *const vmm[NAMES] = { plan->vmm_name, mle->version, plan->os, plan->os_version };

    make_uuid(w, mle->vmm ? "open-cit vmm" : "open-cit bios", mle->vmm ? vmm : bios, ret);
}

static void write_mle(writer *w, const assay_oat_mle *mle, const char *id)
{
    assay_output out = begin_body(w, "v2", "/mtwilson/v2/mles", mle->vmm ? "mle-vmm" : "mle-bios");

    assay_emit_object(&out, NULL);
    assay_emit_string(&out, "id", id);
    assay_emit_string(&out, "name", mle->vmm ? w->plan->vmm_name : w->plan->bios_name);
    assay_emit_string(&out, "version", mle->version);
    assay_emit_string(&out, "attestation_type", "PCR");
    assay_emit_string(&out, "mle_type", mle->vmm ? "VMM" : "BIOS");
    assay_emit_string(&out, "description", mle->description);
    assay_emit_string(&out, mle->vmm ? "os_uuid" : "oem_uuid", mle->vmm ? w->os : w->oem);
    if (w->bank != NULL)
        emit_manifests(w, &out, mle);
    assay_emit_end(&out);
}

/* One PCR; its value in capitals, as the server's own examples have it. */
static void write_pcr(writer *w, const assay_oat_mle *mle, const char *id, unsigned pcr)
{
    char path[96], index[4], value[2 * ASSAY_DIGEST_MAX + 1];
    assay_writer lent = assay_writer_lent(path, sizeof path - 1);
    assay_writer number = assay_writer_lent(index, sizeof index - 1);

    assay_put_format(&lent, "/mtwilson/v2/mles/%s/pcrs", id);
    path[lent.used] = '\0';
    assay_put_decimal(&number, pcr);
    index[number.used] = '\0';
    assay_hex_encode(value, mle->values[pcr]);
    value[2 * mle->values[pcr].size] = '\0';
    for (char *c = value; *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
    assay_output out = begin_body(w, "v2", path, "pcr");
    assay_emit_object(&out, NULL);
    assay_emit_string(&out, "pcr_index", index);
    assay_emit_string(&out, "pcr_value", value);
    assay_emit_end(&out);
}

static void write_v2(writer *w)
{
    begin_plan(w, "v2/plan.json");
    if (assay_oat_has(w->plan, false))
        write_oem(w);
    if (assay_oat_has(w->plan, true))
        write_os(w);
    for (size_t i = 0; i < w->plan->count; i++) {
        const assay_oat_mle *const mle = &w->plan->mles[i];
        char id[ASSAY_UUID_TEXT] = "";

        make_mle_uuid(w, mle, id);
        write_mle(w, mle, id);
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (w->bank == NULL && assay_pcr_set_has(mle->pcrs, pcr))
                write_pcr(w, mle, id, pcr);
    }
    end_plan(w);
}

/* All bits the same is what a TPM has that measured nothing; the server takes no such value. */
static bool is_blank(assay_bytes value)
{
    for (size_t i = 1; i < value.size; i++)
        if (value.data[i] != value.data[0])
            return false;
    return value.data[0] == 0 || value.data[0] == 0xff;
}

static void note_all(assay_export_job *job, const assay_oat_plan *plan)
{
    if (plan->alg != ASSAY_ALG_SHA1 && plan->alg != ASSAY_ALG_SHA256)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "Open CIT takes values of SHA-1 and, since 2.2, of SHA-256 alone");
    if (plan->alg == ASSAY_ALG_SHA256)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "values of SHA-256 are for Open CIT 2.2 and later: older servers "
                             "don't know PcrBank, and refuse it");
    for (size_t i = 0; i < plan->count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (assay_pcr_set_has(plan->mles[i].pcrs, pcr) && is_blank(plan->mles[i].values[pcr]))
                assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                                     "PCR %u is all zeros or all ones, which Open CIT takes for no "
                                     "value",
                                     pcr);
    assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                         "v1 and v2 say the same to the same server: send one of them");
    assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                         "PCR 19 of a host with the tboot-xm agent is compared by modules, which "
                         "Open CIT takes from a host and not from here");
}

int assay_oat_write_cit(assay_export_job *job, assay_error *error)
{
    assay_oat_plan plan;
    assay_oat_request *requests;
    const int status = assay_oat_plan_make(job, &plan, error);

    if (status < 0)
        return status;
    const long count = assay_oat_requests(job, &plan, false, &requests);
    if (count < 0)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the requests");
    writer w = { .job = job, .plan = &plan, .bank = plan.alg == ASSAY_ALG_SHA1 ? NULL : "SHA256" };
    note_all(job, &plan);
    write_v1(&w, requests, count);
    write_v2(&w);
    return w.status == 0 ? 0
                         : assay_fail(error, (enum assay_kind) - w.status, ASSAY_NOWHERE,
                                      "the names' UUIDs can't be computed");
}
