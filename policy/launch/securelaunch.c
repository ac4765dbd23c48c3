/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Labels are those of GRUB's Secure Launch loader, of the Linux patches (2020 to 2025) and of
 * Xen's and the Secure Kernel Loader's sources.
 */
#include "policy/launch/securelaunch.h"

#include "policy/launch/steps.h"

/* What a label says was measured. */
enum subject {
    MEASURED_OTHER,   /* kept: registers, tables, marks */
    MEASURED_CMDLINE, /* the command line in its buffer */
    MEASURED_INITRD,
    MEASURED_MODULE,
    MEASURED_BOOT_PARAMETERS, /* addresses and sizes of what is loaded, among others */
    MEASURED_SLB,
};

static const struct {
    const char *label;
    enum subject subject;
} labels[] = {
    { "Measured Kernel command line", MEASURED_CMDLINE },
    { "Xen's command line", MEASURED_CMDLINE },
    { "Measured Kernel initrd", MEASURED_INITRD },
    { "Measured initramfs", MEASURED_INITRD },
    { "Measured MB2 module", MEASURED_MODULE },
    { "MB module", MEASURED_MODULE },
    { "Measured boot parameters", MEASURED_BOOT_PARAMETERS },
    { "SKINIT", MEASURED_SLB },
};

/* By the data of an event of type 0x502, NULs at its end left out. */
static enum subject subject_of_label(assay_bytes label)
{
    while (label.size > 0 && label.data[label.size - 1] == 0)
        label.size--;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (assay_bytes_equal(label, assay_bytes_of_string(labels[i].label)))
            return labels[i].subject;
    return MEASURED_OTHER;
}

/* How a command line is measured: as text, with its NUL, or in a buffer filled up with zeros. */
enum { FORMS = 7 };

/* Text; text and NUL; boot_params.cmdline_size of x86 is 2047 for a maximum of 2048; pages. */
static const size_t form_sizes[FORMS] = { 0, 1, 255, 2047, 2048, 4095, 4096 };

static size_t form_size(size_t form, size_t cmdline)
{
    if (form >= FORMS)
        return 0;
    return form < 2 ? cmdline + form_sizes[form] : form_sizes[form];
}

typedef struct measuring {
    assay_launching *launching;
    const assay_secure_launch *secure;
    const assay_predicted_event *base;
    assay_bank_list banks;
    assay_event_maker maker;
} measuring;

static int end(measuring *m)
{
    const int status = assay_make_end(&m->maker, m->launching);

    return status < 0 ? status : 1;
}

static int unknown(measuring *m, const char *why)
{
    assay_make_none(&m->maker, &m->banks, why);
    return end(m);
}

/* 1 with the digest, 0 when the command line is longer than this form has room for. */
static int form_digest(assay_hash *hash, assay_bytes cmdline, size_t form, uint8_t *ret_digest)
{
    static const uint8_t zeros[4096];
    const size_t size = form_size(form, cmdline.size);

    if (size < cmdline.size)
        return 0;
    const assay_bytes parts[] = { cmdline, assay_bytes_of(zeros, size - cmdline.size) };
    const int status = assay_hash_parts(hash, parts, 2, ret_digest);
    return status < 0 ? status : 1;
}

/* The form in which the log's own command line has the log's digest; FORMS: none. */
static int find_form(const measuring *m, size_t *ret_form)
{
    const assay_event_digest *const logged = &m->base->event.digests[0];
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;
    int status;

    *ret_form = FORMS;
    if (!m->secure->has_base_cmdline || m->base->event.digest_count == 0)
        return 0;
    status = assay_hashes_get(m->launching->hashes, logged->alg, &hash);
    for (size_t i = 0; i < FORMS && status >= 0; i++) {
        status = form_digest(hash, m->secure->base_cmdline, i, digest);
        if (status > 0 &&
            assay_bytes_equal(logged->value, assay_bytes_of(digest, assay_hash_size(hash)))) {
            *ret_form = i;
            return 0;
        }
    }
    return status < 0 && status != -ASSAY_UNSUPPORTED ? status : 0;
}

static int cmdline(measuring *m)
{
    size_t form;
    int status;

    if (!m->secure->has_cmdline)
        return 0;
    status = find_form(m, &form);
    if (status < 0)
        return status;
    if (form == FORMS)
        return unknown(m, m->secure->has_base_cmdline
                              ? "the command line given for the log doesn't have the log's digest"
                              : "it is measured in a buffer whose size shows only with the command "
                                "line of the log's own launch");
    for (size_t i = 0; i < m->banks.count && status >= 0; i++) {
        uint8_t digest[ASSAY_DIGEST_MAX];
        assay_hash *hash;

        status = assay_hashes_get(m->launching->hashes, m->banks.algs[i], &hash);
        if (status == 0)
            status = form_digest(hash, m->secure->cmdline, form, digest);
        if (status > 0)
            assay_make_digest(&m->maker, m->banks.algs[i],
                              assay_bytes_of(digest, assay_hash_size(hash)));
        else if (status == 0 || status == -ASSAY_UNSUPPORTED) {
            assay_make_unknown(&m->maker, m->banks.algs[i],
                               status == 0 ? "the command line is longer than its buffer"
                                           : "this bank's algorithm can't be computed here");
            status = 0;
        }
    }
    return status < 0 ? status : end(m);
}

static int file(measuring *m, const assay_secure_file *given)
{
    if (!given->given)
        return 0;
    assay_make_known(&m->maker, &m->banks, &given->digests, "its digest is not given in this bank");
    return end(m);
}

static enum subject subject_of(const assay_predicted_event *event)
{
    return subject_of_label(assay_event_keeps_data(&event->event) ? event->event.data
                                                                  : event->event.label);
}

/* How many events of the log, of those in the lane of the first of them, are of a subject. */
static size_t events_of(const assay_prediction *base, enum subject subject)
{
    size_t count = 0;
    uint16_t lane = 0;

    for (size_t i = 0; i < base->count; i++) {
        const assay_predicted_event *const event = &base->events[i];

        if (event->part != ASSAY_PART_SECURE || subject_of(event) != subject)
            continue;
        if (count == 0)
            lane = event->event.only_bank;
        count += event->event.only_bank == lane;
    }
    return count;
}

const char *assay_secure_without_event(const assay_secure_launch *secure,
                                       const assay_prediction *base)
{
    size_t modules = 0;

    for (size_t i = 0; i < secure->module_count; i++)
        if (secure->modules[i].given)
            modules = i + 1;
    if (secure->has_cmdline && events_of(base, MEASURED_CMDLINE) == 0)
        return "the log has no event of a kernel's command line, so there is none to replace";
    if (secure->initrd.given && events_of(base, MEASURED_INITRD) == 0)
        return "the log has no event of an initrd, so there is none to replace";
    if (secure->slb.given && events_of(base, MEASURED_SLB) == 0)
        return "the log has no event of a secure loader block, so there is none to replace";
    if (modules > events_of(base, MEASURED_MODULE))
        return "the log has not as many events of modules as are to be replaced";
    return NULL;
}

/* How many events of the log before this one are of the same subject, in the same lane. */
static size_t position(const measuring *m)
{
    const assay_prediction *const base = m->launching->base;
    size_t count = 0;

    for (size_t i = 0; i < base->count && &base->events[i] != m->base; i++)
        count += base->events[i].event.type == m->base->event.type &&
                 base->events[i].event.only_bank == m->base->event.only_bank &&
                 subject_of(&base->events[i]) == MEASURED_MODULE;
    return count;
}

static int module(measuring *m)
{
    const size_t at = position(m);

    return at < m->secure->module_count ? file(m, &m->secure->modules[at]) : 0;
}

static int boot_parameters(measuring *m)
{
    return m->secure->initrd.given || m->secure->has_cmdline || m->launching->launch->replaces_mle
               ? unknown(m, "they hold addresses and sizes of what the boot loader loads")
               : 0;
}

int assay_predict_secure(assay_launching *launching, const assay_predicted_event *base)
{
    measuring m = { .launching = launching,
                    .secure = launching->launch->secure,
                    .base = base,
                    .banks = assay_banks_of(base) };
    static const assay_secure_launch nothing;

    if (m.secure == NULL)
        m.secure = &nothing;
    assay_make_from(&m.maker, base);
    switch (subject_of(base)) {
    case MEASURED_CMDLINE:
        return cmdline(&m);
    case MEASURED_INITRD:
        return file(&m, &m.secure->initrd);
    case MEASURED_MODULE:
        return module(&m);
    case MEASURED_BOOT_PARAMETERS:
        return boot_parameters(&m);
    case MEASURED_SLB:
        return file(&m, &m.secure->slb);
    case MEASURED_OTHER:
        break;
    }
    return 0;
}
