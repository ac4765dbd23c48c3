/* SPDX-License-Identifier: BSD-2-Clause */
/* What the components of a boot are called, and their versions, as far as its logs tell. */
#include "base/utf16.h"
#include "boot/rebase/recognise.h"
#include "eventlog/payload/payload.h"
#include "eventlog/types.h"
#include "policy/reference/sequence.h"

enum { NAME_MAX_BYTES = 256 };

static bool is_image(const assay_event *event)
{
    return event->content == ASSAY_CONTENT_PCCLIENT_STD &&
           event->type == EV_EFI_BOOT_SERVICES_APPLICATION;
}

/* Text for a name: no control characters, else none. */
static assay_bytes printable(assay_bytes text)
{
    while (text.size > 0 && text.data[text.size - 1] == '\0')
        text.size--;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < 0x20 || text.data[i] == 0x7f)
            return ASSAY_NO_BYTES;
    return text.size > 0 && text.size <= NAME_MAX_BYTES ? text : ASSAY_NO_BYTES;
}

/* What follows the last '/' or '\'. */
static assay_bytes last_part(assay_bytes path)
{
    for (size_t i = path.size; i > 0; i--)
        if (path.data[i - 1] == '/' || path.data[i - 1] == '\\')
            return assay_bytes_of(path.data + i, path.size - i);
    return path;
}

/* The file of a step: that of an image's device path, or the one that GRUB names. */
static assay_bytes file_of(const assay_event *event, assay_writer *room)
{
    assay_ipl ipl;

    if (is_image(event))
        assay_put_utf16(room, assay_image_file_name(event));
    else if (event->type == EV_IPL && assay_ipl_decode(event, &ipl) && !ipl.utf16 &&
             (ipl.kind == ASSAY_IPL_FILE || ipl.kind == ASSAY_IPL_GRUB_FILE))
        assay_put(room, ipl.text);
    return last_part(printable(assay_written(room)));
}

/* EV_S_CRTM_VERSION is UTF-16 or ASCII, and of some firmware a GUID, which is no version. */
static assay_bytes version_text(const assay_event *event, assay_writer *room)
{
    if (assay_utf16_is_text(assay_utf16_until_nul(event->data)))
        assay_put_utf16(room, assay_utf16_until_nul(event->data));
    else
        assay_put(room, event->data);
    const assay_bytes text = printable(assay_written(room));
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] >= 0x80)
            return ASSAY_NO_BYTES;
    return text;
}

/* "vmlinuz-6.1.0-25-amd64", "initrd.img-6.1.0-25-amd64": what follows the first '-'. */
static assay_bytes version_in(assay_bytes file)
{
    static const char *const stems[] = { "vmlinuz-", "initrd.img-", "initramfs-", "initrd-",
                                         "kernel-", "linux-" };

    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++) {
        const size_t stem = strlen(stems[i]);

        if (!assay_bytes_start_with(file, assay_bytes_of_string(stems[i])))
            continue;
        assay_bytes version = assay_bytes_of(file.data + stem, file.size - stem);
        if (version.size > 4 && memcmp(version.data + version.size - 4, ".img", 4) == 0)
            version.size -= 4;
        if (version.size > 4 && memcmp(version.data + version.size - 4, ".efi", 4) == 0)
            version.size -= 4;
        return version.size > 0 && version.data[0] >= '0' && version.data[0] <= '9'
                   ? version
                   : ASSAY_NO_BYTES;
    }
    return ASSAY_NO_BYTES;
}

static bool has_file(enum assay_part role)
{
    return role == ASSAY_PART_LOADER || role == ASSAY_PART_SHIM || role == ASSAY_PART_GRUB ||
           role == ASSAY_PART_UKI || role == ASSAY_PART_KERNEL || role == ASSAY_PART_INITRD;
}

static bool same_component(const assay_reference_component *a, const assay_reference_component *b)
{
    return a->role == b->role && a->index == b->index;
}

/* GRUB's own image names it, not the files that it reads. */
static bool names(const assay_sequence_step *step)
{
    return has_file(step->component.role) &&
           (is_image(&step->event) || step->component.role == ASSAY_PART_KERNEL ||
            step->component.role == ASSAY_PART_INITRD);
}

static int describe(assay_sequence *sequence, const assay_sequence_step *step,
                    assay_reference_component *component)
{
    uint8_t room[2 * NAME_MAX_BYTES];
    assay_writer writer = assay_writer_lent(room, sizeof room);
    assay_bytes name = ASSAY_NO_BYTES, version = ASSAY_NO_BYTES;

    if (component->name == NULL && names(step)) {
        name = file_of(&step->event, &writer);
        version = version_in(name);
    }
    if (component->version == NULL && step->event.type == EV_S_CRTM_VERSION &&
        step->component.role == ASSAY_PART_FIRMWARE)
        version = version_text(&step->event, &writer);
    if (name.size > 0 &&
        (component->name = assay_arena_text(&sequence->arena, name)) == NULL)
        return -ASSAY_NO_MEMORY;
    if (version.size > 0 &&
        (component->version = assay_arena_text(&sequence->arena, version)) == NULL)
        return -ASSAY_NO_MEMORY;
    return 0;
}

static assay_reference_component *find(assay_reference_component *list, size_t count,
                                       const assay_reference_component *like)
{
    for (size_t i = 0; i < count; i++)
        if (same_component(&list[i], like))
            return &list[i];
    return NULL;
}

/* One description for each role and index of the boot, by the first step that tells something. */
int assay_sequence_name_components(assay_sequence *sequence)
{
    assay_reference_component *list = NULL;
    size_t count = 0;

    for (size_t i = 0; i < sequence->count; i++) {
        const assay_sequence_step *const step = &sequence->steps[i];
        assay_reference_component *component = find(list, count, &step->component);

        if (component == NULL) {
            component = assay_arena_more(&sequence->arena, &list, count, sizeof *list);
            if (component == NULL)
                return -ASSAY_NO_MEMORY;
            *component = step->component;
            count++;
        }
        const int status = describe(sequence, step, component);
        if (status < 0)
            return status;
    }
    for (size_t i = 0; i < count; i++)
        if (list[i].name == NULL)
            list[i].name = assay_part_title(list[i].role);
    for (size_t i = 0; i < sequence->count; i++)
        sequence->steps[i].component = *find(list, count, &sequence->steps[i].component);
    return 0;
}
