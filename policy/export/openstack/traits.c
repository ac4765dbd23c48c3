/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traits of Placement (microversion 1.6): a trusted host has them and another has not, and nova's
 * flavors ask for them. Setting the traits of a resource provider replaces all that it had, so
 * that a request needs those that are to stay, and the generation that they were read at.
 */
#include "policy/export/openstack/openstack.h"

#include "policy/export/shell.h"

#include <ctype.h>

static const char txt_trait[] = "CUSTOM_TXT_LAUNCHED";
static const char image_prefix[] = "CUSTOM_IMAGE_";

/* What is written; the plan and the script stay open. */
typedef struct traits {
    assay_export_job *job;
    const char *trusted; /* CUSTOM_TRUSTED_BOOT */
    const char *image;   /* CUSTOM_IMAGE_... */
    assay_output plan;
    assay_writer *script;
    size_t count;
} traits;

static bool is_trait(assay_bytes name)
{
    for (size_t i = 0; i < name.size; i++)
        if (!isupper(name.data[i]) && !isdigit(name.data[i]) && name.data[i] != '_')
            return false;
    return name.size > 0 && name.size <= ASSAY_OPENSTACK_TEXT_MAX;
}

static bool is_custom(const char *name)
{
    return strncmp(name, "CUSTOM_", 7) == 0 && name[7] != '\0' &&
           is_trait(assay_bytes_of_string(name));
}

/* Letters in capitals, all else that a trait may not have as '_'. */
static void put_as_trait(assay_writer *writer, const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        assay_put_char(writer, isalnum((unsigned char)*c) ? (char)toupper((unsigned char)*c) : '_');
}

static const char *image_trait(assay_export_job *job)
{
    const assay_reference *const reference = job->reference;
    assay_writer writer = assay_writer_growing(1 << 20);
    assay_bytes kept;

    assay_put_string(&writer, image_prefix);
    put_as_trait(&writer, reference->name);
    if (reference->version != NULL) {
        assay_put_char(&writer, '_');
        put_as_trait(&writer, reference->version);
    }
    assay_put_char(&writer, '\0');
    if (assay_arena_take(&job->arena, &writer, &kept) < 0)
        return NULL;
    return (const char *)kept.data;
}

static int find_names(traits *t, assay_error *error)
{
    const char *const trusted = assay_export_setting_of(t->job, "trait");
    const char *const image = assay_export_setting_of(t->job, "image-trait");

    t->trusted = trusted != NULL ? trusted : "CUSTOM_TRUSTED_BOOT";
    t->image = image != NULL ? image : image_trait(t->job);
    if (t->image == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a trait");
    if (is_custom(t->trusted) && is_custom(t->image))
        return 0;
    return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                      "a trait is CUSTOM_ and then A-Z, 0-9 and _, at most 255 together: choose "
                      "with --set trait=NAME and --set image-trait=NAME");
}

/* What a host has of ours. */

static bool was_launched(const traits *t, const assay_export_host *host)
{
    const assay_reference *const reference = t->job->reference;

    return host->result->variant < reference->variant_count &&
           assay_reference_log_of(reference, host->result->variant, ASSAY_STAGE_LAUNCH) != NULL;
}

/* Up to three; none of a host that is not trusted. */
static size_t earned(const traits *t, const assay_export_host *host, const char *ret_names[3])
{
    size_t count = 0;

    if (assay_openstack_verdict(host) != ASSAY_REFERENCE_MATCH)
        return 0;
    ret_names[count++] = t->image;
    ret_names[count++] = t->trusted;
    if (was_launched(t, host))
        ret_names[count++] = txt_trait;
    return count;
}

/* A trait of ours, be it of another image: nobody else sets those, and they don't outlive it. */
static bool is_ours(const traits *t, assay_bytes name)
{
    const assay_bytes prefix = assay_bytes_of_string(image_prefix);

    return assay_bytes_equal(name, assay_bytes_of_string(t->trusted)) ||
           assay_bytes_equal(name, assay_bytes_of_string(t->image)) ||
           assay_bytes_equal(name, assay_bytes_of_string(txt_trait)) ||
           (name.size > prefix.size && memcmp(name.data, prefix.data, prefix.size) == 0);
}

/* "UUID,GENERATION[,TRAIT]...", field by field; no bytes behind the last. */
static assay_bytes next_field(const char **text)
{
    const char *const begin = *text;
    const size_t size = strcspn(begin, ",");

    *text = begin + size + (begin[size] == ',');
    return assay_bytes_of(begin, size);
}

static bool is_generation(assay_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!isdigit(text.data[i]))
            return false;
    return text.size > 0 && text.size < 16;
}

static int check_provider(const char *provider, size_t number, assay_error *error)
{
    if (!assay_uuid_is(next_field(&provider)))
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the provider of host %zu begins with no UUID", number);
    if (!is_generation(next_field(&provider)))
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the provider of host %zu has no generation", number);
    while (*provider != '\0')
        if (!is_trait(next_field(&provider)))
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                              "the provider of host %zu has a trait that can't be one", number);
    return 0;
}

static int check_providers(const traits *t, assay_error *error)
{
    int status = assay_openstack_check_settings(t->job, "provider", error);

    for (size_t i = 0; i < t->job->host_count && status == 0; i++) {
        const char *const provider =
            assay_openstack_setting_of(t->job, "provider", t->job->hosts[i].name);

        if (provider != NULL)
            status = check_provider(provider, i + 1, error);
    }
    return status;
}

/* Requests. */

static void plan_request(traits *t, assay_bytes path, const char *body)
{
    assay_emit_object(&t->plan, NULL);
    assay_emit_string(&t->plan, "method", "PUT");
    assay_emit_text(&t->plan, "path", path);
    if (body != NULL)
        assay_emit_string(&t->plan, "body", body);
    assay_emit_end(&t->plan);
}

static void plan_trait(traits *t, const char *trait)
{
    char text[ASSAY_OPENSTACK_TEXT_MAX + 16];
    assay_writer path = assay_writer_lent(text, sizeof text);

    assay_put_string(&path, "/traits/");
    assay_put_string(&path, trait);
    plan_request(t, assay_written(&path), NULL);
    assay_put_string(t->script, "placement trait create ");
    assay_put_string(t->script, trait);
    assay_put_char(t->script, '\n');
}

static void emit_generation(assay_output *out, assay_bytes digits)
{
    uint64_t generation = 0;

    for (size_t i = 0; i < digits.size; i++)
        generation = generation * 10 + (uint64_t)(digits.data[i] - '0');
    assay_emit_u64(out, "resource_provider_generation", generation);
}

static void write_request(traits *t, const assay_export_host *host, const char *provider)
{
    const char *names[3];
    const size_t count = earned(t, host, names);
    const assay_bytes uuid = next_field(&provider), generation = next_field(&provider);
    char name[32], text[64];
    assay_writer body = assay_writer_lent(name, sizeof name - 1);
    assay_writer path = assay_writer_lent(text, sizeof text);

    assay_put_format(&body, "%02zu-traits.json", ++t->count);
    name[body.used] = '\0';
    assay_put_string(&path, "/resource_providers/");
    assay_put(&path, uuid);
    assay_put_string(&path, "/traits");
    plan_request(t, assay_written(&path), name);
    assay_output out = assay_output_json_line(assay_export_add_file(t->job, name));
    assay_emit_object(&out, NULL);
    emit_generation(&out, generation);
    assay_emit_array(&out, "traits");
    while (*provider != '\0') {
        const assay_bytes trait = next_field(&provider);

        if (!is_ours(t, trait))
            assay_emit_text(&out, NULL, trait);
    }
    for (size_t i = 0; i < count; i++)
        assay_emit_string(&out, NULL, names[i]);
    assay_emit_end(&out);
    assay_emit_end(&out);
}

static void write_command(traits *t, const assay_export_host *host)
{
    const char *names[3];
    const size_t count = earned(t, host, names);

    assay_put_string(t->script, "set_traits ");
    assay_put_shell_word(t->script, assay_bytes_of_string(host->name));
    for (size_t i = 0; i < count; i++) {
        assay_put_char(t->script, ' ');
        assay_put_string(t->script, names[i]);
    }
    assay_put_char(t->script, '\n');
}

static void write_host(traits *t, const assay_export_host *host)
{
    const char *const provider = assay_openstack_setting_of(t->job, "provider", host->name);

    if (provider != NULL)
        write_request(t, host, provider);
    else
        assay_export_note_on(t->job, ASSAY_EXPORT_ADVICE,
                             "host %s: the script asks Placement for its resource provider; for "
                             "a request, --set provider=%s=UUID,GENERATION,TRAIT,...",
                             host->name, host->name);
    write_command(t, host);
    if (assay_openstack_verdict(host) != ASSAY_REFERENCE_MATCH)
        assay_export_note_on(t->job, ASSAY_EXPORT_ADVICE,
                             "host %s loses its traits, which keeps new servers away and moves "
                             "none: take its service out too (openstack-service)",
                             host->name);
}

static void begin(traits *t)
{
    t->plan = assay_output_json_indented(assay_export_add_file(t->job, "plan.json"));
    assay_emit_object(&t->plan, NULL);
    assay_emit_string(&t->plan, "service", "placement");
    assay_emit_object(&t->plan, "headers");
    assay_emit_string(&t->plan, "OpenStack-API-Version", "placement 1.6");
    assay_emit_string(&t->plan, "Content-Type", "application/json");
    assay_emit_end(&t->plan);
    assay_emit_array(&t->plan, "requests");
    t->script = assay_export_add_named(t->job, true, "apply");
    assay_put_string(t->script,
                     "#!/bin/sh\n"
                     "# Traits of hosts by their boot; needs the osc-placement plugin.\n"
                     "set -eu\n"
                     "placement() { openstack --os-placement-api-version 1.6 \"$@\"; }\n");
}

/* What a provider has besides is read, and set again with ours. */
static void put_function(const traits *t)
{
    assay_put_string(t->script,
                     "# set_traits HOST TRAIT...: these of ours and no others, and all that are "
                     "not ours\n"
                     "set_traits() {\n"
                     "    uuid=$(placement resource provider list --name \"$1\" -f value -c uuid)\n"
                     "    [ -n \"$uuid\" ] || { echo \"$1: no resource provider\" >&2; exit 1; }\n"
                     "    shift\n");
    assay_put_string(t->script, "    for trait in $(placement resource provider trait list "
                                "\"$uuid\" -f value -c name); do\n"
                                "        case $trait in\n"
                                "        ");
    assay_put_string(t->script, t->trusted);
    assay_put_char(t->script, '|');
    assay_put_string(t->script, t->image);
    assay_put_format(t->script, "|%s|%s*) ;;\n", txt_trait, image_prefix);
    assay_put_string(t->script, "        *) set -- \"$@\" \"$trait\" ;;\n"
                                "        esac\n"
                                "    done\n"
                                "    for trait; do\n"
                                "        set -- \"$@\" --trait \"$trait\"\n"
                                "        shift\n"
                                "    done\n"
                                "    placement resource provider trait set \"$@\" \"$uuid\"\n"
                                "}\n");
}

static bool any_launched(const traits *t)
{
    for (size_t i = 0; i < t->job->host_count; i++)
        if (assay_openstack_verdict(&t->job->hosts[i]) == ASSAY_REFERENCE_MATCH &&
            was_launched(t, &t->job->hosts[i]))
            return true;
    return false;
}

int assay_openstack_write_traits(assay_export_job *job, assay_error *error)
{
    traits t = { .job = job };
    int status = assay_openstack_check_hosts(job, error);

    if (status == 0)
        status = find_names(&t, error);
    if (status == 0)
        status = check_providers(&t, error);
    if (status < 0)
        return status;
    begin(&t);
    plan_trait(&t, t.image);
    plan_trait(&t, t.trusted);
    if (any_launched(&t))
        plan_trait(&t, txt_trait);
    put_function(&t);
    for (size_t i = 0; i < job->host_count; i++)
        write_host(&t, &job->hosts[i]);
    assay_emit_end(&t.plan);
    assay_emit_end(&t.plan);
    assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                         "an answer of 409 to the traits of a provider means that its generation "
                         "is old: read them again");
    return 0;
}
