/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Differences that follow from others: when a UKI's command line changes, so do the image that has
 * it in, what the kernel measures of it, and the aggregate that the kernel makes of all PCRs. The
 * verdict doesn't depend on it; whoever has to mend the machine does.
 */
#include "base/guid.h"
#include "eventlog/payload/ipl.h"
#include "eventlog/payload/loadopt.h"
#include "eventlog/payload/payload.h"
#include "policy/reference/compare_private.h"
#include "replay/bootaggregate.h"

enum { AGGREGATED_PCRS = 10 };

/* A difference with all that is known of it. */
typedef struct seen {
    enum assay_compared kind;
    enum assay_role role;
    enum assay_part part;
    const assay_sequence_step *expected, *actual; /* one of them may be NULL */
} seen;

static seen look(const assay_trial *t, const assay_trial_difference *d)
{
    const bool here = d->event != SIZE_MAX;

    return (seen){ .kind = d->kind,
                   .role = here ? t->boot->side.recognised[d->event].role
                                : t->side.recognised[d->step].role,
                   .part = assay_trial_component_of(t, d).role,
                   .expected = d->step != SIZE_MAX ? &t->sequence.steps[d->step] : NULL,
                   .actual = here ? &t->boot->sequence.steps[d->event] : NULL };
}

static const assay_sequence_step *either(const seen *s)
{
    return s->actual != NULL ? s->actual : s->expected;
}

/* Both sides have it, and in the same role. */
static bool is_pair(const seen *s, enum assay_role role)
{
    return s->role == role && s->expected != NULL && s->actual != NULL;
}

/* Words of GRUB's commands. */

static bool begins_with(assay_bytes line, const char *const *words)
{
    assay_bytes word;

    if (!assay_take_word(&line, &word))
        return false;
    for (; *words != NULL; words++)
        if (assay_bytes_equal(word, assay_bytes_of_string(*words)))
            return true;
    return false;
}

static const char *const linux_words[] = { "linux", "linux16", "linuxefi", NULL };
static const char *const initrd_words[] = { "initrd", "initrd16", "initrdefi", NULL };
static const char *const menu_words[] = { "menuentry", "submenu", NULL };

static bool are_commands(const seen *s, const char *const *words, assay_ipl *ret_expected,
                         assay_ipl *ret_actual)
{
    return is_pair(s, ASSAY_ROLE_GRUB_COMMAND) &&
           assay_ipl_decode(&s->expected->event, ret_expected) &&
           assay_ipl_decode(&s->actual->event, ret_actual) &&
           begins_with(ret_expected->text, words) && begins_with(ret_actual->text, words);
}

/* The text up to the next new line, which is taken off. */
static assay_bytes take_line(assay_bytes *text)
{
    const size_t end = assay_bytes_find(*text, ASSAY_LITERAL("\n"));
    const size_t past = end < text->size ? end + 1 : end;
    const assay_bytes line = assay_bytes_of(text->data, end);

    *text = assay_bytes_of(text->data + past, text->size - past);
    return line;
}

static assay_bytes without_indent(assay_bytes line)
{
    while (line.size > 0 && (line.data[0] == ' ' || line.data[0] == '\t'))
        line = assay_bytes_of(line.data + 1, line.size - 1);
    return line;
}

/* Line by line the same, but for those that start a kernel or give it an initrd. */
static bool same_but_for_kernels(assay_bytes a, assay_bytes b)
{
    while (a.size > 0 && b.size > 0) {
        const assay_bytes x = without_indent(take_line(&a)), y = without_indent(take_line(&b));
        const bool kernels = begins_with(x, linux_words) && begins_with(y, linux_words);
        const bool initrds = begins_with(x, initrd_words) && begins_with(y, initrd_words);

        if (!kernels && !initrds && !assay_bytes_equal(x, y))
            return false;
    }
    return a.size == 0 && b.size == 0;
}

/* What may follow from others. */

static bool is_aggregate(const seen *s)
{
    return s->actual != NULL && s->expected != NULL && assay_boot_aggregate_is(&s->actual->event);
}

static bool is_uki_image(const seen *s)
{
    return is_pair(s, ASSAY_ROLE_IMAGE_UKI);
}

static bool is_stub_kernel(const seen *s)
{
    return is_pair(s, ASSAY_ROLE_IMAGE_STUB_KERNEL);
}

/* With Secure Boot on, a stub may start its kernel without firmware's help, which measures it. */
static bool is_stub_kernel_alone(const seen *s)
{
    return s->role == ASSAY_ROLE_IMAGE_STUB_KERNEL && !is_stub_kernel(s);
}

static bool is_linux_initrd(const seen *s)
{
    return is_pair(s, ASSAY_ROLE_LINUX_INITRD);
}

static bool load_option_of(const assay_event *event, assay_load_option *ret_option)
{
    assay_variable variable;

    return assay_variable_decode(event->data, &variable) &&
           assay_load_option_decode(variable.data, ret_option);
}

/* A boot option that starts the same file and tells it something else. */
static bool is_told_otherwise(const seen *s)
{
    assay_load_option was, is;

    return is_pair(s, ASSAY_ROLE_BOOT_OPTION) && load_option_of(&s->expected->event, &was) &&
           load_option_of(&s->actual->event, &is) && was.attributes == is.attributes &&
           assay_bytes_equal(was.description, is.description) &&
           assay_bytes_equal(was.path, is.path);
}

static bool is_linux_command(const seen *s)
{
    assay_ipl was, is;

    return are_commands(s, linux_words, &was, &is);
}

static bool is_initrd_command(const seen *s)
{
    assay_ipl was, is;

    return are_commands(s, initrd_words, &was, &is);
}

static bool is_menu_entry(const seen *s)
{
    assay_ipl was, is;

    return are_commands(s, menu_words, &was, &is) && same_but_for_kernels(was.text, is.text);
}

static bool ends_with(assay_bytes text, const char *ending)
{
    const assay_bytes wanted = assay_bytes_of_string(ending);

    return text.size >= wanted.size &&
           memcmp(text.data + text.size - wanted.size, wanted.data, wanted.size) == 0;
}

/* A file of GRUB's that commands come from. */
static bool is_configuration(const seen *s)
{
    assay_ipl ipl;

    return is_pair(s, ASSAY_ROLE_GRUB_FILE) && assay_ipl_decode(&s->actual->event, &ipl) &&
           (ends_with(ipl.text, ".cfg") || ends_with(ipl.text, ".conf") ||
            ends_with(ipl.text, "/grubenv"));
}

/* The kernel's file has another name, and its arguments are what they were. */
static bool is_renamed_kernel(const seen *s)
{
    assay_ipl was, is;
    assay_bytes word;

    return is_pair(s, ASSAY_ROLE_GRUB_CMDLINE) && assay_ipl_decode(&s->expected->event, &was) &&
           assay_ipl_decode(&s->actual->event, &is) && assay_take_word(&was.text, &word) &&
           assay_take_word(&is.text, &word) && assay_bytes_equal(was.text, is.text);
}

static bool is_authority(const seen *s)
{
    return s->role == ASSAY_ROLE_AUTHORITY;
}

static bool is_shim_authority(const seen *s)
{
    return s->role == ASSAY_ROLE_SHIM_AUTHORITY;
}

/* What others follow from. */

static bool is_aggregated(const seen *s)
{
    const assay_sequence_step *const step = either(s);

    return step != NULL && step->stage == ASSAY_STAGE_FIRMWARE &&
           step->event.pcr_index < AGGREGATED_PCRS;
}

static bool is_section(const seen *s)
{
    return s->role == ASSAY_ROLE_SECTION || s->role == ASSAY_ROLE_SECTION_NAME;
}

static bool is_kernel(const seen *s)
{
    return s->part == ASSAY_PART_KERNEL;
}

static bool is_linux_section(const seen *s)
{
    return is_section(s) && is_kernel(s);
}

static bool is_initrd(const seen *s)
{
    return s->part == ASSAY_PART_INITRD;
}

static bool is_initrd_section(const seen *s)
{
    return is_section(s) && is_initrd(s);
}

/* What systemd-stub puts behind the initrd, or may have in the image and measures nowhere else. */
static bool is_packed(const seen *s)
{
    return is_section(s) || s->role == ASSAY_ROLE_STUB_INITRD || s->role == ASSAY_ROLE_PROFILE ||
           s->role == ASSAY_ROLE_IMAGE_UKI || s->role == ASSAY_ROLE_IMAGE_ADDON;
}

static bool is_command_line(const seen *s)
{
    return s->part == ASSAY_PART_CMDLINE;
}

static bool starts_kernel_otherwise(const seen *s)
{
    return is_command_line(s) || is_kernel(s);
}

static bool boots_otherwise(const seen *s)
{
    return starts_kernel_otherwise(s) || is_initrd(s);
}

static bool is_of_configuration(const seen *s)
{
    return s->role == ASSAY_ROLE_GRUB_COMMAND || s->role == ASSAY_ROLE_GRUB_CMDLINE;
}

static bool is_image(const seen *s)
{
    return assay_role_is_image(s->role);
}

static bool is_image_after_shim(const seen *s)
{
    return is_image(s) && s->role != ASSAY_ROLE_IMAGE_SHIM;
}

static bool is_policy(const seen *s)
{
    return s->role == ASSAY_ROLE_POLICY;
}

static bool is_mok(const seen *s)
{
    return s->role >= ASSAY_ROLE_MOK_LIST && s->role <= ASSAY_ROLE_MOK_OTHER;
}

static bool nothing(const seen *s)
{
    (void)s;
    return false;
}

/* What fits `effect` follows where something fits `cause` and nothing fits `unless`. */
static const struct rule {
    bool (*effect)(const seen *s);
    bool (*cause)(const seen *s);
    bool (*unless)(const seen *s);
} rules[] = {
    { is_aggregate, is_aggregated, nothing },
    { is_uki_image, is_section, nothing },
    { is_stub_kernel, is_linux_section, nothing },
    { is_stub_kernel_alone, is_policy, nothing },
    { is_linux_initrd, is_packed, is_initrd_section },
    { is_told_otherwise, is_command_line, nothing },
    { is_renamed_kernel, is_kernel, nothing },
    { is_linux_command, starts_kernel_otherwise, nothing },
    { is_initrd_command, is_initrd, nothing },
    { is_menu_entry, boots_otherwise, nothing },
    { is_configuration, is_of_configuration, nothing },
    { is_authority, is_image, is_policy },
    { is_shim_authority, is_image_after_shim, is_mok },
};

static bool any(const assay_trial *t, bool (*fits)(const seen *s))
{
    for (size_t i = 0; i < t->difference_count; i++) {
        const seen s = look(t, &t->differences[i]);

        if (fits(&s))
            return true;
    }
    return false;
}

void assay_trial_follow(assay_trial *t)
{
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
        if (!any(t, rules[r].cause) || any(t, rules[r].unless))
            continue;
        for (size_t i = 0; i < t->difference_count; i++) {
            const seen s = look(t, &t->differences[i]);

            if (!t->differences[i].contradicted && rules[r].effect(&s))
                t->differences[i].kind = ASSAY_COMPARED_FOLLOWS;
        }
    }
}
