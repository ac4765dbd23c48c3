/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's -kernel, -initrd and -append as OVMF starts them (QEMU, hw/i386/x86.c and since 9.1
 * x86-common.c, x86_load_linux; OvmfPkg, QemuKernelLoaderFsDxe and X86QemuLoadImageLib): before any
 * device is connected, and before ReadyToBoot.
 */
#include "boot/artefact/bzimage.h"
#include "boot/loader/authority.h"
#include "boot/loader/bootmanager.h"
#include "boot/loader/linux.h"
#include "eventlog/payload/devpath.h"

#include <stdlib.h>

/* What QEMU does to the setup header, for a kernel with protocol 2.02 and later that is loaded
 * high. */
enum {
    SETUP_VIDEO_MODE = 0x1fa,
    SETUP_TYPE_OF_LOADER = 0x210,
    SETUP_LOADFLAGS = 0x211,
    SETUP_RAMDISK_IMAGE = 0x218,
    SETUP_RAMDISK_SIZE = 0x21c,
    SETUP_HEAP_END_PTR = 0x224,
    SETUP_CMD_LINE_PTR = 0x228,
    SETUP_END = 0x22c,

    LOADED_HIGH = 0x01,
    CAN_USE_HEAP = 0x80,
    LOADER_QEMU = 0xb0,
    REAL_MODE_ADDRESS = 0x10000,
    CMDLINE_ADDRESS = 0x20000,
    OLD_INITRD_MAX = 0x37ffffff, /* before protocol 2.03 */
    PAGE = 4096,
};

enum {
    ACPI_DATA = 0x20000 + 0x8000,  /* kept free below the end of memory: PCMachineClass */
    Q35_LOW_MEMORY = 0xb0000000,   /* pc_q35.c: with so much memory, 2 GiB of it is low */
    Q35_LOW_MEMORY_SPLIT = 0x80000000,
};

/*
 * Since QEMU 10.0 only kernels have their header changed, and the file as it is can be had too, as
 * "etc/boot/kernel". Before, what has no setup header, a unified kernel image, was taken for a
 * kernel of the last century; no more since 7.2.16, 8.2.9, 9.1.3 and 9.2.1 ("x86/loader: only patch
 * linux kernels").
 */
enum { QEMU_UNPATCHED_SINCE = 10, QEMU_ONLY_KERNELS_SINCE = 7 };

enum {
    OLD_CL_MAGIC = 0x20,
    OLD_CL_MAGIC_VALUE = 0xa33f,
    OLD_CL_OFFSET = 0x22,
    OLD_CL_END = 0x9a000,
    OLD_REAL_MODE_ADDRESS = 0x90000,
};

static uint32_t low_memory(const assay_boot *boot)
{
    const uint64_t memory = boot->scenario->machine.memory;

    return memory >= Q35_LOW_MEMORY ? (uint32_t)Q35_LOW_MEMORY_SPLIT : (uint32_t)memory;
}

static uint32_t initrd_address(const assay_boot *boot, const assay_bzimage *kernel)
{
    const uint32_t low = low_memory(boot);
    uint32_t max = OLD_INITRD_MAX;

    if (kernel->version >= 0x20c && (kernel->xloadflags & ASSAY_XLF_CAN_BE_LOADED_ABOVE_4G) != 0)
        max = UINT32_MAX;
    else if (kernel->version >= 0x203)
        max = kernel->initrd_addr_max;
    if (max >= low - ACPI_DATA)
        max = low - ACPI_DATA - 1;
    return (max - (uint32_t)boot->scenario->direct.initrd.size) & ~(uint32_t)(PAGE - 1);
}

static void set_u16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static void set_u32(uint8_t *at, uint32_t value)
{
    set_u16(at, value);
    set_u16(at + 2, value >> 16);
}

/* "vga=" in the command line goes into the header, as boot loaders do it. */
static void set_video_mode(assay_boot *boot, uint8_t *header)
{
    static const struct {
        const char *name;
        uint16_t mode;
    } modes[] = { { "normal", 0xffff }, { "ext", 0xfffe }, { "ask", 0xfffd } };
    const char *const cmdline = boot->scenario->direct.cmdline;
    const char *vga = cmdline != NULL ? strstr(cmdline, "vga=") : NULL;

    if (vga == NULL)
        return;
    vga += strlen("vga=");
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strncmp(vga, modes[i].name, strlen(modes[i].name)) == 0) {
            set_u16(header + SETUP_VIDEO_MODE, modes[i].mode);
            return;
        }
    set_u16(header + SETUP_VIDEO_MODE, (uint32_t)strtoul(vga, NULL, 0));
}

static void patch(assay_boot *boot, const assay_bzimage *kernel, uint8_t *header)
{
    const assay_bytes initrd = boot->scenario->direct.initrd;

    set_u32(header + SETUP_CMD_LINE_PTR, CMDLINE_ADDRESS);
    set_video_mode(boot, header);
    header[SETUP_TYPE_OF_LOADER] = LOADER_QEMU;
    header[SETUP_LOADFLAGS] |= CAN_USE_HEAP;
    set_u16(header + SETUP_HEAP_END_PTR, CMDLINE_ADDRESS - REAL_MODE_ADDRESS - 0x200);
    if (initrd.data == NULL)
        return;
    set_u32(header + SETUP_RAMDISK_IMAGE, initrd_address(boot, kernel));
    set_u32(header + SETUP_RAMDISK_SIZE, (uint32_t)initrd.size);
}

/* Of the time before protocol 2.00: where the command line is, by its length. */
static void patch_old(assay_boot *boot, uint8_t *header)
{
    const char *const cmdline = boot->scenario->direct.cmdline;
    const size_t length = cmdline != NULL ? strlen(cmdline) : 0;
    const uint32_t size = (uint32_t)(length + 16) & ~(uint32_t)15;

    set_u16(header + OLD_CL_MAGIC, OLD_CL_MAGIC_VALUE);
    set_u16(header + OLD_CL_OFFSET, OLD_CL_END - size - OLD_REAL_MODE_ADDRESS);
    set_video_mode(boot, header);
}

/* Why what QEMU writes into the kernel can't be known; NULL: it can. */
static const char *why_unknown(const assay_boot_manager *manager, const assay_bzimage *kernel)
{
    const assay_scenario *const scenario = manager->boot->scenario;

    if (kernel == NULL)
        return scenario->machine.qemu_major == 0
                   ? "whether QEMU changes the image's header depends on its version"
                   : NULL;
    if (kernel->version < 0x202 || (kernel->loadflags & LOADED_HIGH) == 0)
        return "what QEMU writes into so old a kernel is not known";
    if (scenario->machine.qemu_major == 0 && manager->files->unpatched_kernel)
        return "whether QEMU changes the kernel's header depends on its version";
    if (scenario->machine.memory <= ACPI_DATA && scenario->direct.initrd.data != NULL)
        return "QEMU writes an address into the kernel that depends on the memory's size";
    return NULL;
}

/* The kernel's file as this QEMU hands it to this firmware. */
static assay_bytes handed_over(const assay_boot_manager *manager, const char **ret_why)
{
    assay_boot *const boot = manager->boot;
    const bool unpatched = boot->scenario->machine.qemu_major >= QEMU_UNPATCHED_SINCE;
    const assay_bytes file = boot->scenario->direct.kernel;
    const bool is_linux = assay_bzimage_detect(file);
    assay_bzimage kernel;

    *ret_why = NULL;
    if (unpatched && (manager->files->unpatched_kernel || !is_linux))
        return file;
    if (!is_linux && boot->scenario->machine.qemu_major >= QEMU_ONLY_KERNELS_SINCE) {
        assay_boot_remark(boot, ASSAY_PART_KERNEL, false,
                          "what QEMU is given has no kernel's header: the first releases of QEMU "
                          "%u would write into it all the same, which is not predicted",
                          boot->scenario->machine.qemu_major);
        return file;
    }
    if (file.size < SETUP_END || (is_linux && assay_bzimage_open(&kernel, file, NULL) < 0))
        return file;
    *ret_why = why_unknown(manager, is_linux ? &kernel : NULL);
    uint8_t *const room = *ret_why == NULL ? assay_boot_room(boot, file.size) : NULL;

    if (room == NULL)
        return file;
    memcpy(room, file.data, file.size);
    if (is_linux)
        patch(boot, &kernel, room);
    else
        patch_old(boot, room);
    return assay_bytes_of(room, file.size);
}

/* X86QemuLoadImageLib: with an initrd its name is told too, behind the line or, later, before. */
static assay_bytes load_options(assay_boot_manager *manager)
{
    const assay_scenario *const scenario = manager->boot->scenario;
    const bool initrd = scenario->direct.initrd.size > 0;
    const bool first = manager->files->initrd_first;
    assay_writer line = assay_writer_growing(1 << 16);

    assay_put_string(&line, initrd && first ? "initrd=initrd " : "");
    assay_put_string(&line, scenario->direct.cmdline != NULL ? scenario->direct.cmdline : "");
    assay_put_string(&line, initrd && !first ? " initrd=initrd" : "");
    if (line.failure != 0)
        assay_boot_fail(manager->boot, ASSAY_TOO_LARGE, "the kernel's command line is too long");
    const assay_bytes options =
        assay_written(&line).size > 0
            ? assay_boot_utf16(manager->boot, assay_written(&line), true)
            : ASSAY_NO_BYTES;

    assay_writer_close(&line);
    return options;
}

/* VenMedia(QEMU_KERNEL_LOADER_FS_MEDIA_GUID)/kernel */
static assay_bytes kernel_path(assay_boot *boot)
{
    static const assay_guid loader_fs =
        ASSAY_GUID(0x1428f772, 0xb64a, 0x441e, 0xb8, 0xc3, 0x9e, 0xbd, 0xd7, 0xf8, 0x93, 0xc7);
    const assay_devpath_node vendor = { ASSAY_DEVPATH_MEDIA, 3 /* Vendor-Defined Media */,
                                        assay_bytes_of(loader_fs.bytes, 16) };
    assay_writer out = assay_boot_writer();

    assay_devpath_encode(&out, &vendor);
    assay_devpath_put_file(&out, ASSAY_LITERAL("kernel"));
    assay_devpath_put_end(&out);
    return assay_boot_take(boot, &out);
}

static enum assay_boot_end start_kernel(assay_boot_manager *manager,
                                        const assay_boot_image *image, const assay_pe *pe)
{
    const assay_bytes initrd = manager->boot->scenario->direct.initrd;
    const assay_linux_handover handover = {
        .kernel = image->file,
        .load_options = image->load_options,
        .initrd_count = initrd.size > 0 ? 1 : 0,
        .initrd = &initrd,
        .via_load_file2 = initrd.size > 0,
    };

    assay_boot_manager_ready(manager);
    if (assay_program_linux.recognise(pe))
        return assay_linux_start(manager->boot, &handover);
    return assay_boot_run(manager->boot, image, pe);
}

/*
 * LoadLinuxLib enters the kernel by its handover protocol: nothing is loaded that could be
 * verified or measured, and the stub has no load options but an initrd to measure, by LoadFile2.
 */
static enum assay_boot_end start_by_legacy_loader(assay_boot_manager *manager)
{
    const assay_bytes initrd = manager->boot->scenario->direct.initrd;
    const assay_linux_handover handover = {
        .kernel = manager->boot->scenario->direct.kernel,
        .initrd_count = initrd.size > 0 ? 1 : 0,
        .initrd = &initrd,
        .via_load_file2 = initrd.size > 0,
    };

    assay_boot_manager_ready(manager);
    return assay_linux_start(manager->boot, &handover);
}

/* Whether Secure Boot refuses it, which is no refusal of the boot here; what of db was found is
 * measured all the same. */
static bool is_refused(assay_boot *boot, const assay_pe *pe)
{
    if (!boot->secure_boot)
        return false;
    const assay_verdict verdict = assay_boot_judge(boot, pe, boot->db, boot->dbx);

    for (size_t i = 0; !verdict.passes && i < verdict.count; i++)
        assay_boot_measure_authority(boot, ASSAY_PART_SECURE_BOOT, &assay_guid_image_security,
                                     "db", verdict.entries[i]);
    return !verdict.passes;
}

/* LoadImage. With what can't be known the event comes all the same, where anything is let pass. */
static bool load_kernel(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe,
                        const char *why)
{
    if (is_refused(boot, pe))
        return false;
    if (why == NULL)
        return assay_boot_load(boot, image, pe);
    assay_boot_measure_unknown(boot, 4, EV_EFI_BOOT_SERVICES_APPLICATION, ASSAY_PART_KERNEL,
                               ASSAY_NO_BYTES, why);
    return boot->status == 0;
}

static enum assay_boot_end start_what_is_refused(assay_boot_manager *manager,
                                                 const assay_boot_image *image)
{
    assay_boot *const boot = manager->boot;

    if (!assay_bzimage_detect(image->file) || !manager->files->legacy_loader) {
        assay_boot_remark(boot, ASSAY_PART_KERNEL, true,
                          "Secure Boot refuses the kernel that QEMU hands over");
        return ASSAY_BOOT_RETURNED;
    }
    assay_boot_remark(boot, ASSAY_PART_KERNEL, false,
                      "Secure Boot refuses the kernel that QEMU hands over, and OVMF starts it "
                      "without measuring it");
    return start_by_legacy_loader(manager);
}

static enum assay_boot_end run_direct(assay_boot_manager *manager)
{
    assay_boot *const boot = manager->boot;
    const char *why;
    const assay_boot_image image = {
        .file = handed_over(manager, &why),
        .device_path = kernel_path(boot),
        .load_options = load_options(manager),
        .part = ASSAY_PART_KERNEL,
    };
    assay_pe pe;

    if (boot->status < 0)
        return ASSAY_BOOT_RETURNED;
    if (assay_pe_open(&pe, image.file, NULL) == 0)
        return load_kernel(boot, &image, &pe, why) ? start_kernel(manager, &image, &pe)
                                                   : start_what_is_refused(manager, &image);
    if (assay_bzimage_detect(image.file))
        return start_by_legacy_loader(manager);
    assay_boot_remark(boot, ASSAY_PART_KERNEL, true,
                      "what QEMU hands over as a kernel is neither a PE image nor a bzImage");
    return ASSAY_BOOT_RETURNED;
}

enum assay_boot_end assay_direct_run(assay_boot *boot)
{
    assay_boot_manager *manager = assay_boot_manager_new(boot);
    enum assay_boot_end end;

    if (manager == NULL)
        return ASSAY_BOOT_RETURNED;
    assay_firmware_configuration(boot);
    assay_firmware_option_roms(boot);
    end = run_direct(manager);
    if (end == ASSAY_BOOT_RETURNED && boot->status == 0) {
        assay_boot_manager_refresh(manager);
        end = assay_boot_manager_boot(manager);
    }
    assay_boot_manager_free(&manager);
    return end;
}
