/* SPDX-License-Identifier: BSD-2-Clause */
/* What an event is among the others: who started whom. */
#include "boot/rebase/chain.h"

#include "base/guid.h"
#include "base/utf16.h"
#include "eventlog/payload/devpath.h"
#include "eventlog/payload/image.h"
#include "eventlog/payload/ipl.h"

enum { VENDOR_MEDIA = 3, FIRMWARE_FILE = 6, NAME_MAX_LENGTH = 256 };

/* STUB_PAYLOAD_GUID, systemd, src/boot/linux.c (in 252: src/boot/efi/linux.c). */
static const assay_guid stub_payload =
    ASSAY_GUID(0x55c5d1f8, 0x04cd, 0x46b5, 0x8a, 0x20, 0xe5, 0x6c, 0xbb, 0x30, 0x52, 0xd0);

/* An image that is known by its file's name: the last of it, or a part of it; lower case. */
static const struct {
    const char *ending, *inside;
    enum assay_role role;
} names[] = {
    { ".addon.efi", NULL, ASSAY_ROLE_IMAGE_ADDON },
    { "bootmgfw.efi", NULL, ASSAY_ROLE_IMAGE_WINDOWS },
    { "bootmgr.efi", NULL, ASSAY_ROLE_IMAGE_WINDOWS },
    { "winload.efi", NULL, ASSAY_ROLE_IMAGE_WINDOWS },
    { NULL, "systemd-boot", ASSAY_ROLE_IMAGE_SDBOOT },
    { NULL, "\\shim", ASSAY_ROLE_IMAGE_SHIM },
    { NULL, "vmlinuz", ASSAY_ROLE_IMAGE_KERNEL },
    { NULL, "\\grub", ASSAY_ROLE_IMAGE_GRUB },
};

/* The path's last node. */
static bool last_node(assay_bytes path, assay_devpath_node *ret_node)
{
    assay_devpath walk = assay_devpath_of(path);
    assay_devpath_node node;
    bool found = false;

    while (assay_devpath_next(&walk, &node) && node.type != ASSAY_DEVPATH_END) {
        *ret_node = node;
        found = true;
    }
    return found;
}

assay_bytes assay_image_file_name(const assay_event *event)
{
    assay_devpath_node node;
    assay_image image;

    if (!assay_image_decode(event->data, &image) || !last_node(image.path, &node))
        return ASSAY_NO_BYTES;
    return assay_devpath_file_name(&node);
}

/* The name in ASCII and lower case, other characters as they come; at most NAME_MAX_LENGTH. */
static assay_bytes lower_name(const assay_event *event, uint8_t room[NAME_MAX_LENGTH])
{
    assay_writer out = assay_writer_lent(room, NAME_MAX_LENGTH);

    assay_put_utf16(&out, assay_image_file_name(event));
    for (size_t i = 0; i < out.used; i++)
        if (room[i] >= 'A' && room[i] <= 'Z')
            room[i] = (uint8_t)(room[i] + 'a' - 'A');
        else if (room[i] == '/')
            room[i] = '\\';
    return assay_written(&out);
}

static bool ends_with(assay_bytes bytes, const char *ending)
{
    const assay_bytes wanted = assay_bytes_of_string(ending);

    return bytes.size >= wanted.size &&
           memcmp(bytes.data + bytes.size - wanted.size, wanted.data, wanted.size) == 0;
}

static enum assay_role role_by_name(const assay_event *event)
{
    uint8_t room[NAME_MAX_LENGTH];
    const assay_bytes name = lower_name(event, room);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].ending != NULL
                ? ends_with(name, names[i].ending)
                : assay_bytes_find(name, assay_bytes_of_string(names[i].inside)) < name.size)
            return names[i].role;
    return ASSAY_ROLE_IMAGE;
}

/* Images that are known by where they come from. */
static enum assay_role role_by_place(const assay_event *event)
{
    assay_devpath_node node;
    assay_image image;

    if (!assay_image_decode(event->data, &image) || !last_node(image.path, &node) ||
        node.type != ASSAY_DEVPATH_MEDIA)
        return ASSAY_ROLE_IMAGE;
    if (node.subtype == FIRMWARE_FILE)
        return ASSAY_ROLE_IMAGE_FIRMWARE;
    assay_cursor c = assay_cursor_of(node.data);
    const assay_guid guid = assay_take_guid(&c);
    return node.subtype == VENDOR_MEDIA && assay_guid_equal(&guid, &stub_payload)
               ? ASSAY_ROLE_IMAGE_STUB_KERNEL
               : ASSAY_ROLE_IMAGE;
}

/* What an image that runs measures first tells what it is. */
static enum assay_role role_of_runner(enum assay_role first)
{
    switch (first) {
    case ASSAY_ROLE_MOK_LIST:
    case ASSAY_ROLE_MOK_LIST_X:
    case ASSAY_ROLE_SBAT_LEVEL:
        return ASSAY_ROLE_IMAGE_SHIM;
    case ASSAY_ROLE_SECTION_NAME:
    case ASSAY_ROLE_PROFILE:
        return ASSAY_ROLE_IMAGE_UKI;
    case ASSAY_ROLE_LOADER_CONF:
        return ASSAY_ROLE_IMAGE_SDBOOT;
    case ASSAY_ROLE_GRUB_COMMAND:
    case ASSAY_ROLE_GRUB_FILE:
        return ASSAY_ROLE_IMAGE_GRUB;
    case ASSAY_ROLE_LINUX_OPTIONS:
    case ASSAY_ROLE_LINUX_INITRD:
        return ASSAY_ROLE_IMAGE_KERNEL;
    default:
        return ASSAY_ROLE_IMAGE;
    }
}

/* Where entries of type 2 lie, all of them unified kernel images (Boot Loader Specification). */
static bool is_type_2(const assay_event *event)
{
    uint8_t room[NAME_MAX_LENGTH];
    const assay_bytes name = lower_name(event, room);

    return assay_bytes_find(name, ASSAY_LITERAL("\\efi\\linux\\")) < name.size &&
           ends_with(name, ".efi");
}

/* What the events up to the next image say of image `at`. */
static enum assay_role role_by_followers(const assay_prediction *prediction,
                                         const assay_recognised *events, size_t at)
{
    bool options = false;

    for (size_t i = at + 1; i < prediction->count; i++) {
        const enum assay_role role = role_of_runner(events[i].role);

        if (role != ASSAY_ROLE_IMAGE)
            return role;
        if (assay_role_is_image(events[i].role))
            break;
        /* systemd-boot measures load options between loading a kernel and starting it. */
        options = options || events[i].role == ASSAY_ROLE_OPTIONS;
    }
    if (!options)
        return ASSAY_ROLE_IMAGE;
    return is_type_2(&prediction->events[at].event) ? ASSAY_ROLE_IMAGE_UKI
                                                    : ASSAY_ROLE_IMAGE_KERNEL;
}

bool assay_take_word(assay_bytes *text, assay_bytes *ret_word)
{
    size_t start = 0, end;

    while (start < text->size && text->data[start] == ' ')
        start++;
    for (end = start; end < text->size && text->data[end] != ' ';)
        end++;
    if (start == end)
        return false;
    *ret_word = assay_bytes_of(text->data + start, end - start);
    *text = assay_bytes_of(text->data + end, text->size - end);
    return true;
}

static bool is_word(assay_bytes word, const char *const *list)
{
    for (; *list != NULL; list++)
        if (assay_bytes_equal(word, assay_bytes_of_string(*list)))
            return true;
    return false;
}

static const char *const linux_commands[] = { "linux", "linux16", "linuxefi", NULL };
static const char *const initrd_commands[] = { "initrd", "initrd16", "initrdefi", NULL };

/* The arguments of the command that reads kernels or initrds; false for other events. */
static bool arguments_of(const assay_event *event, const char *const *commands,
                         assay_bytes *ret_arguments)
{
    assay_bytes word;
    assay_ipl ipl;

    if (!assay_ipl_decode(event, &ipl) || ipl.kind != ASSAY_IPL_GRUB_COMMAND)
        return false;
    *ret_arguments = ipl.text;
    return assay_take_word(ret_arguments, &word) && is_word(word, commands);
}

/* GRUB's files after a command: the kernel, or its initrds in their order. */
static void name_files(const assay_prediction *prediction, assay_recognised *events, size_t at,
                       assay_bytes arguments, enum assay_role role)
{
    assay_bytes word;
    uint32_t index = 0;
    size_t i = at + 1;

    while (assay_take_word(&arguments, &word)) {
        for (; i < prediction->count && events[i].role != ASSAY_ROLE_GRUB_COMMAND; i++) {
            assay_ipl ipl;

            if (events[i].role != ASSAY_ROLE_GRUB_FILE ||
                !assay_ipl_decode(&prediction->events[i].event, &ipl) ||
                !assay_bytes_equal(ipl.text, word))
                continue;
            events[i].role = role;
            events[i++].index = index++;
            break;
        }
        if (role == ASSAY_ROLE_GRUB_KERNEL)
            return;
    }
}

/* While GRUB runs, an image after a `linux` command is the kernel that shim was asked about. */
static void recognise_grub(const assay_prediction *prediction, assay_recognised *events)
{
    bool linux_ran = false;

    for (size_t i = 0; i < prediction->count; i++) {
        const assay_event *const event = &prediction->events[i].event;
        assay_bytes arguments;

        if (events[i].role == ASSAY_ROLE_GRUB_KERNEL)
            linux_ran = true;
        if (assay_role_is_image(events[i].role) && linux_ran)
            events[i].role = ASSAY_ROLE_IMAGE_KERNEL;
        if (events[i].role != ASSAY_ROLE_GRUB_COMMAND)
            continue;
        if (arguments_of(event, linux_commands, &arguments)) {
            name_files(prediction, events, i, arguments, ASSAY_ROLE_GRUB_KERNEL);
            linux_ran = true;
        } else if (arguments_of(event, initrd_commands, &arguments)) {
            name_files(prediction, events, i, arguments, ASSAY_ROLE_GRUB_INITRD);
        } else if (arguments_of(event, (const char *const[]){ "chainloader", NULL }, &arguments)) {
            linux_ran = false;
        }
    }
}

/* A section has two events of the same text: of its name, then of its content. */
static void recognise_sections(const assay_prediction *prediction, assay_recognised *events)
{
    for (size_t i = 0; i + 1 < prediction->count; i++)
        if (events[i].role == ASSAY_ROLE_SECTION_NAME &&
            events[i + 1].role == ASSAY_ROLE_SECTION_NAME &&
            assay_bytes_equal(prediction->events[i].event.data,
                              prediction->events[i + 1].event.data))
            events[++i].role = ASSAY_ROLE_SECTION;
}

static enum assay_role role_of_image(const assay_prediction *prediction,
                                     const assay_recognised *events, size_t at,
                                     enum assay_role starter)
{
    const assay_event *const event = &prediction->events[at].event;
    enum assay_role role = role_by_place(event);

    if (role == ASSAY_ROLE_IMAGE && role_by_name(event) == ASSAY_ROLE_IMAGE_ADDON)
        role = ASSAY_ROLE_IMAGE_ADDON;
    if (role == ASSAY_ROLE_IMAGE)
        role = role_by_followers(prediction, events, at);
    if (role == ASSAY_ROLE_IMAGE)
        role = role_by_name(event);
    /* GRUB asks shim about a kernel, and has no path to tell. */
    if (role == ASSAY_ROLE_IMAGE && starter == ASSAY_ROLE_IMAGE_GRUB &&
        assay_image_file_name(event).data == NULL)
        role = ASSAY_ROLE_IMAGE_KERNEL;
    return role;
}

/* Images that were found to be no runner of their own belong to the one before: systemd-boot. */
static void recognise_images(const assay_prediction *prediction, assay_recognised *events)
{
    enum assay_role starter = ASSAY_ROLE_OTHER;
    size_t before = prediction->count;

    for (size_t i = 0; i < prediction->count; i++) {
        if (events[i].role == ASSAY_ROLE_IMAGE)
            events[i].role = role_of_image(prediction, events, i, starter);
        if (!assay_role_is_image(events[i].role))
            continue;
        if (events[i].role == ASSAY_ROLE_IMAGE_KERNEL && before < i &&
            events[before].role == ASSAY_ROLE_IMAGE)
            for (size_t j = i + 1; j < prediction->count && !assay_role_is_image(events[j].role);
                 j++)
                if (events[j].role == ASSAY_ROLE_OPTIONS)
                    events[before].role = ASSAY_ROLE_IMAGE_SDBOOT;
        before = i;
        starter = events[i].role;
    }
}

void assay_recognise_chain(const assay_prediction *prediction, assay_recognised *events)
{
    recognise_sections(prediction, events);
    recognise_grub(prediction, events);
    recognise_images(prediction, events);
}
