/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/rebase/attempts.h"

#include "boot/loader/bootoption.h"
#include "boot/rebase/images.h"
#include "boot/rebase/policy.h"
#include "eventlog/payload/devpath.h"
#include "eventlog/payload/image.h"
#include "eventlog/payload/loadopt.h"
#include "eventlog/payload/variable.h"

/* What firmware starts from a disk that an option names without a file (UEFI 2.10 section 3.5.1).
 */
static const char default_path[] = "\\EFI\\BOOT\\BOOTX64.EFI";

/* The EFI_LOAD_OPTION of a number as the log will have it, or no bytes. */
static assay_bytes option_at(const assay_rebase_work *work, uint16_t number)
{
    for (size_t i = 0; i < work->count; i++) {
        assay_variable variable;
        uint16_t here;

        if (work->items[i].is.role == ASSAY_ROLE_BOOT_OPTION && !work->items[i].removed &&
            assay_rebase_option_number(assay_work_event(work, i), &here) && here == number &&
            assay_variable_decode(assay_work_event(work, i)->data, &variable))
            return variable.data;
    }
    return ASSAY_NO_BYTES;
}

/* Whether firmware tries an option by itself: active, and of the category of boot options. */
static bool is_tried(assay_bytes data)
{
    assay_load_option option;

    return assay_load_option_decode(data, &option) &&
           (option.attributes & ASSAY_LOAD_OPTION_ACTIVE) != 0 &&
           (option.attributes & ASSAY_LOAD_OPTION_CATEGORY) == 0;
}

/* The numbers that firmware tries, in order. */
static size_t tried_numbers(const assay_rebase_work *work, uint16_t ret_numbers[ASSAY_REBASE_ORDER])
{
    const size_t order = assay_work_find(work, ASSAY_ROLE_BOOT_ORDER, 0);
    uint16_t numbers[ASSAY_REBASE_ORDER];
    assay_variable variable;
    size_t count = 0;

    if (order == work->count ||
        !assay_variable_decode(assay_work_event(work, order)->data, &variable))
        return 0;
    const size_t all = assay_rebase_order(variable.data, numbers);
    for (size_t i = 0; i < all; i++)
        if (is_tried(option_at(work, numbers[i])))
            ret_numbers[count++] = numbers[i];
    return count;
}

/* The file that an option starts, UTF-16LE; no bytes for the default, or for another option. */
static assay_bytes file_of(assay_bytes data)
{
    assay_load_option option;
    assay_devpath_node node;
    assay_bytes name = ASSAY_NO_BYTES;

    if (!assay_load_option_decode(data, &option))
        return ASSAY_NO_BYTES;
    assay_devpath path = assay_devpath_of(option.path);
    while (assay_devpath_next(&path, &node) && node.type != ASSAY_DEVPATH_END)
        if (assay_devpath_file_name(&node).data != NULL)
            name = assay_devpath_file_name(&node);
    return name;
}

/* The same in UTF-8, with the default where the option has none. */
static assay_bytes path_of(assay_bytes data, uint8_t *room, size_t size)
{
    const assay_bytes name = file_of(data);
    assay_writer out = assay_writer_lent(room, size);

    if (name.data == NULL)
        assay_put_string(&out, default_path);
    else
        assay_put_utf16(&out, name);
    return assay_written(&out);
}

/* The first image that a boot option started, behind the last attempt. */
static size_t first_image(const assay_rebase_work *work)
{
    size_t at = assay_work_find(work, ASSAY_ROLE_CALLING, 0);

    for (; at < work->count; at++)
        if (assay_role_is_image(work->items[at].is.role) && !work->items[at].removed)
            return at;
    return work->count;
}

static size_t count_calls(const assay_rebase_work *work, size_t before)
{
    size_t count = 0;

    for (size_t i = 0; i < before; i++)
        if (work->items[i].is.role == ASSAY_ROLE_CALLING && !work->items[i].removed)
            count++;
    return count;
}

void assay_rebase_find_attempts(const assay_rebase_work *work, assay_rebase_attempts *ret_attempts)
{
    const size_t image = first_image(work), calls = count_calls(work, image);
    uint16_t numbers[ASSAY_REBASE_ORDER];
    const size_t count = tried_numbers(work, numbers);
    uint8_t room[512];

    *ret_attempts = (assay_rebase_attempts){ .known = false };
    if (image == work->count || calls == 0 || calls > count)
        return;
    ret_attempts->count = calls;
    memcpy(ret_attempts->tried, numbers, calls * sizeof *numbers);
    ret_attempts->started = option_at(work, numbers[calls - 1]);
    ret_attempts->known =
        work->items[image].is.role == ASSAY_ROLE_IMAGE_FIRMWARE ||
        assay_rebase_is_at(assay_work_event(work, image),
                           path_of(ret_attempts->started, room, sizeof room));
}

assay_bytes assay_rebase_optional_data(const assay_rebase_work *work)
{
    assay_rebase_attempts attempts;
    assay_load_option option;

    assay_rebase_find_attempts(work, &attempts);
    /* What marks an option as firmware's own is handed to nobody. */
    return attempts.known && assay_load_option_decode(attempts.started, &option) &&
                   !assay_bytes_equal(option.optional_data,
                                      assay_bytes_of(assay_guid_automatic_boot_option.bytes,
                                                     sizeof(assay_guid)))
               ? option.optional_data
               : ASSAY_NO_BYTES;
}

/* What starts is not what the log has: nothing that it would measure is known. */
static void lose_everything(assay_rebase_work *work, const char *why)
{
    const size_t first = first_image(work);

    for (size_t i = first; i < work->count; i++) {
        const enum assay_role role = work->items[i].is.role;

        if (role == ASSAY_ROLE_EXIT)
            break;
        if (!work->items[i].removed && role != ASSAY_ROLE_SEPARATOR && role != ASSAY_ROLE_CALLING &&
            assay_work_event(work, i)->type != EV_NO_ACTION)
            assay_work_unknown(work, i, ASSAY_NO_BYTES, why);
    }
}

/* The image's device path with another file in its last node. */
static assay_bytes with_file(assay_rebase_work *work, const assay_image *image, assay_bytes file)
{
    assay_devpath path = assay_devpath_of(image->path);
    assay_devpath_node node;
    assay_writer out = assay_work_writer(), name = assay_work_writer();

    assay_put(&name, file);
    assay_put_zeros(&name, 2);
    const assay_bytes nul_ended = assay_work_take(work, &name);
    while (assay_devpath_next(&path, &node)) {
        if (assay_devpath_file_name(&node).data != NULL)
            node.data = nul_ended;
        assay_devpath_encode(&out, &node);
    }
    return assay_work_take(work, &out);
}

/* The event's data for the file of another option on the same disk. */
static assay_bytes data_for(assay_rebase_work *work, size_t at, assay_bytes file)
{
    assay_writer out = assay_work_writer();
    assay_image image;

    if (file.data == NULL || !assay_image_decode(assay_work_event(work, at)->data, &image))
        return ASSAY_NO_BYTES;
    image.path = with_file(work, &image, file);
    image.path_size = image.path.size;
    assay_image_encode(&out, &image);
    return assay_work_take(work, &out);
}

static bool is_separator(uint8_t character)
{
    return character == '\\' || character == '/';
}

static const assay_rebase_image *given_image(const assay_rebase *what, assay_bytes path)
{
    for (size_t i = 0; i < what->image_count; i++) {
        assay_bytes given = what->images[i].path;

        while (given.size > 0 && is_separator(given.data[0]))
            given = assay_bytes_of(given.data + 1, given.size - 1);
        if (given.size == 0 || given.size > path.size)
            continue;
        bool same = true;
        const uint8_t *const tail = path.data + path.size - given.size;
        for (size_t j = 0; j < given.size && same; j++) {
            const uint8_t a = tail[j] == '\\' ? '/' : tail[j];
            const uint8_t b = given.data[j] == '\\' ? '/' : given.data[j];

            same = (a | 0x20) == (b | 0x20);
        }
        if (same && (given.size == path.size ||
                     is_separator(path.data[path.size - given.size - 1])))
            return &what->images[i];
    }
    return NULL;
}

/* What was given for an option's file: by its path, or as the UKI or kernel that the log has there.
 */
static assay_bytes given_file(const assay_rebase_work *work, size_t at, assay_bytes path)
{
    const assay_rebase_image *const image = given_image(work->what, path);
    assay_bytes file;

    if (image != NULL)
        return image->image;
    if (work->what->files != NULL && assay_tree_read(work->what->files, path, &file, NULL) > 0)
        return file;
    if (work->items[at].is.role == ASSAY_ROLE_IMAGE_UKI)
        return work->what->uki.image;
    return work->items[at].is.role == ASSAY_ROLE_IMAGE_KERNEL ? work->what->kernel.image
                                                              : ASSAY_NO_BYTES;
}

/* Another option is tried first: its image, if it is given, in the place of the log's. */
static void start_other(assay_rebase_work *work, assay_bytes option)
{
    const size_t at = first_image(work);
    uint8_t room[512];
    const assay_bytes path = path_of(option, room, sizeof room);
    const assay_bytes file = given_file(work, at, path);
    assay_pe pe;

    if (file.size == 0) {
        lose_everything(work, "a boot option starts what the log isn't of and what wasn't given");
        return;
    }
    if (!assay_work_open(work, &pe, file, "image"))
        return;
    const enum assay_role role = assay_rebase_role_of(&pe);
    if (role != ASSAY_ROLE_IMAGE && role != work->items[at].is.role) {
        lose_everything(work, "a boot option starts another kind of loader than the log is of");
        return;
    }
    const assay_bytes data = data_for(work, at, file_of(option));
    assay_work_measure_pe(work, at, &pe, data);
    assay_rebase_measure_image(work, at, file, "image");
}

/* Leaves `count` attempts: the others' "Calling" and "Returning" go. */
static void leave_attempts(assay_rebase_work *work, size_t had, size_t count)
{
    for (size_t i = 0; i < work->count && had > count; i++) {
        if (work->items[i].is.role == ASSAY_ROLE_RETURNING && !work->items[i].removed) {
            const size_t next = assay_work_find(work, ASSAY_ROLE_CALLING, i);

            assay_work_remove(work, i);
            if (next < work->count)
                assay_work_remove(work, next);
            had--;
        }
    }
}

void assay_rebase_replay_attempts(assay_rebase_work *work, const assay_rebase_attempts *was)
{
    uint16_t numbers[ASSAY_REBASE_ORDER];
    const size_t count = tried_numbers(work, numbers);
    size_t same = 0;

    if (work->status < 0 || first_image(work) == work->count)
        return;
    if (!was->known || count == 0) {
        assay_work_remark(work, ASSAY_PART_BOOT_OPTION, false,
                          "which boot option the log's boot was of isn't known: it is taken for "
                          "granted that the same is started");
        return;
    }
    /* Options that failed fail again; the first that is none of them is started. */
    for (; same < count; same++) {
        bool failed = false;

        for (size_t i = 0; i + 1 < was->count; i++)
            failed = failed || was->tried[i] == numbers[same];
        if (!failed)
            break;
    }
    if (same == count)
        return;
    leave_attempts(work, was->count, same + 1);
    if (!assay_bytes_equal(option_at(work, numbers[same]), was->started))
        start_other(work, option_at(work, numbers[same]));
}
