/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/ovmfpei.h"

#include "base/hex.h"

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

enum {
    HASHED = 32,
    TSEG_MIB = 16,               /* SMRAM at the end of low memory: QEMU's, since 2.10 */
    AP_STACK = 0x8000,           /* PcdCpuApStackSize */
    S3_RESERVED = 0x80000,       /* what S3 wants besides these */
    PM_TIMER = 0x608,            /* ACPI's timer on a Q35: PMBASE 0x600 */
    HOB_SIZE = 116,              /* EFI_HOB_PLATFORM_INFO behind its header, and two flags */
    MEMORY_TYPES = 5,            /* records of mMemoryTypeInformation before the last one */
    MEMORY_TYPES_MAX = 16,       /* records that PlatformPei has room for */
    SMM_CPUS_MAX = 24,           /* up to which the layout of SMM's memory was seen */
};

/** What the firmware finds out about the machine. */
typedef struct platform {
    const assay_ovmf_machine *machine;
    bool smm;
    uint64_t low; /* the end of memory below 4 GiB, without TSEG */
    uint64_t first_non_address;
    uint8_t width; /* of physical addresses */
    uint32_t uc32_base;
    uint64_t mmio64_base, mmio64_size; /* the window of 64-bit PCI BARs */
    uint32_t s3_base, s3_size;
} platform;

/** A build. */
typedef struct ovmf_build {
    uint8_t sha256[HASHED]; /* of PEIFV as it was built */
    bool smm;               /* SMM_REQUIRE */
    uint8_t width_max;      /* of physical addresses that it makes use of */
    bool (*write)(const struct ovmf_build *build, const platform *p, assay_writer *volume);
    uint32_t variables;     /* offset of the variables that `write` writes */
    uint32_t memory_types;  /* of mMemoryTypeInformation; 0: stays as it is */
} ovmf_build;

uint64_t assay_ovmf_memory_below_4g(uint64_t memory)
{
    return memory < 0xB0000000 ? memory : 2 * GIB;
}

static uint64_t align(uint64_t value, uint64_t alignment)
{
    return (value + alignment - 1) / alignment * alignment;
}

/* PlatformGetFirstNonAddress(): a window of 32 GiB, aligned to its size, above all memory. */
static void place_window(platform *p)
{
    const uint64_t memory = p->machine->memory;
    const uint64_t high = memory - assay_ovmf_memory_below_4g(memory);

    p->mmio64_size = 32 * GIB;
    p->mmio64_base = align(align(4 * GIB + high, GIB), p->mmio64_size);
    p->first_non_address = p->mmio64_base + p->mmio64_size;
}

/* PlatformDynamicMmioWindow(): the last eighth of what can be addressed, where that is more. */
static void widen_window(platform *p)
{
    const uint64_t space = (uint64_t)1 << p->width, window = space / 8;

    if (p->mmio64_size < window && p->mmio64_base + window < space) {
        p->mmio64_size = window;
        p->mmio64_base = space - window;
    }
}

/* PlatformAddressWidthFromCpuid(), of a believed width: 40 at most without pages of 1 GiB. */
static uint8_t width_of(const assay_ovmf_machine *machine, uint8_t max)
{
    const uint8_t bits = machine->physical_address_bits != 0 ? machine->physical_address_bits : 40;

    if (bits > 40 && !machine->gigabyte_pages)
        return 40;
    return bits < max ? bits : max;
}

static platform platform_of(const assay_ovmf_machine *machine, const ovmf_build *build)
{
    const bool smm = build->smm;
    const uint64_t below_4g = assay_ovmf_memory_below_4g(machine->memory);
    platform p = { .machine = machine, .smm = smm };

    p.low = below_4g - (smm ? TSEG_MIB * MIB : 0);
    p.width = width_of(machine, build->width_max);
    p.uc32_base = below_4g <= 2 * GIB ? 0x80000000 : 0xB0000000; /* PlatformQemuUc32Base... */
    place_window(&p);
    widen_window(&p);
    p.s3_size = S3_RESERVED + AP_STACK * machine->cpus;
    p.s3_base = (uint32_t)(p.low - p.s3_size);
    return p;
}

/* A machine that OVMF can start on, as far as it matters here. */
static bool is_sane(const assay_ovmf_machine *machine)
{
    const uint8_t bits = machine->physical_address_bits;

    return machine->memory >= 128 * MIB && machine->memory <= (uint64_t)1 << 39 &&
           machine->cpus >= 1 && machine->cpus <= 1024 &&
           (bits == 0 || (bits >= 36 && bits <= 57));
}

static void overwrite(assay_writer *volume, uint32_t offset, assay_bytes bytes)
{
    memcpy(volume->data + offset, bytes.data, bytes.size);
}

static void overwrite_u32(assay_writer *volume, uint32_t offset, uint32_t value)
{
    assay_patch_u32le(volume, offset, value);
}

/* --- 2022.11: mPlatformInfoHob of PlatformPei ------------------------------------------------- */

static bool write_platform_info(const ovmf_build *build, const platform *p, assay_writer *volume)
{
    uint8_t hob[HOB_SIZE];
    assay_writer out = assay_writer_lent(hob, sizeof hob);

    assay_put_u16le(&out, 0x29C0); /* HostBridgeDevId: Q35 */
    assay_put_u64le(&out, 0);      /* PcdConfidentialComputingGuestAttr */
    assay_put_u8(&out, 0);         /* SevEsIsEnabled */
    assay_put_u32le(&out, 0);      /* BootMode: with full configuration */
    assay_put_u8(&out, 1);         /* S3Supported */
    assay_put_u8(&out, p->smm);    /* SmmSmramRequire */
    assay_put_u8(&out, p->smm);    /* Q35SmramAtDefaultSmbase */
    assay_put_u16le(&out, p->smm ? TSEG_MIB : 0);
    assay_put_u64le(&out, p->first_non_address);
    assay_put_u8(&out, p->width);
    assay_put_u32le(&out, p->uc32_base);
    assay_put_u32le(&out, 0); /* Uc32Size */
    assay_put_u8(&out, 0);    /* PcdSetNxForStack */
    assay_put_u64le(&out, 0); /* PcdTdxSharedBitMask */
    assay_put_u64le(&out, p->mmio64_base);
    assay_put_u64le(&out, p->mmio64_size);
    assay_put_u32le(&out, 0xC0000000); /* PcdPciMmio32Base and Size, behind PCIEXBAR */
    assay_put_u32le(&out, 0x3C000000);
    assay_put_u64le(&out, 0x6000); /* PcdPciIoBase and Size */
    assay_put_u64le(&out, 0xA000);
    assay_put_u64le(&out, 0); /* PcdEmuVariableNvStoreReserved */
    assay_put_u32le(&out, p->machine->cpus);
    assay_put_u32le(&out, p->machine->cpus);
    assay_put_u32le(&out, 64); /* DefaultMaxCpuNumber */
    assay_put_u32le(&out, p->s3_base);
    assay_put_u32le(&out, p->s3_size);
    assay_put_u8(&out, 1); /* two flags that stand behind it */
    assay_put_u8(&out, 1);
    overwrite(volume, build->variables, assay_written(&out));
    return true;
}

/* --- 2025.02: the platform's information is a HOB, and these remain --------------------------- */

/* mAcpiTimerIoAddr of the PEI core's AcpiTimerLib. */
static bool write_timer(const ovmf_build *build, const platform *p, assay_writer *volume)
{
    (void)p;
    overwrite_u32(volume, build->variables, PM_TIMER);
    return true;
}

/*
 * SmmRelocationLib in PlatformPei moves SMM's memory before the volume is measured. Its code is
 * filled in with control registers, and with pointers into the volume, which are the same on every
 * machine ...
 */
static const struct {
    uint32_t offset;
    const char *hex;
} relocated[] = {
    { 0x16C6F, "80" },
    { 0x16C80, "6006" },
    { 0x16CA5, "330000800f22c066eab46c8300380048bc" },
    { 0x16D54, "606c83" },
    { 0x16D72, "40818300c6000158ff25308183" },
    { 0x18130, "6001830000000000408183000000000001" },
    { 0x19188, "ff01" },
};

/* ... with pointers into memory, and with the number of processors. */
enum {
    SMM_STACK_AT = 0x16CB6, /* where the stack of the first processor's handler begins */
    SMM_CPUS_AT = 0x18060,  /* mMaxNumberOfCpus; mNumberOfCpus */
    SMBASE_AT = 0x18148,    /* mSmBase's list lies at the end of low memory */
    HOB_AT = 0x1918A,       /* a HOB, in the list at the beginning of PEI's memory */
};

/* GetPeiMemoryCap(): how much memory below the reserved one PEI has, by page tables and stacks. */
static uint64_t memory_cap(const platform *p)
{
    const uint64_t level2 = (uint64_t)1 << (p->width - 30);
    const uint64_t level3 = level2 >> 9 > 1 ? level2 >> 9 : 1;
    const uint64_t level4 = level3 >> 9 > 1 ? level3 >> 9 : 1;
    const uint64_t pages = 1 + level4 + level3 + (p->machine->gigabyte_pages ? 0 : level2);

    return pages * 4096 + (uint64_t)p->machine->cpus * AP_STACK + 64 * MIB;
}

/*
 * What lies before it in the list grows with each processor, and by a HOB for memory above 4 GiB
 * and by one where the firmware believes in the width of addresses (for others it takes 36).
 */
static uint64_t hob_address(const platform *p)
{
    const bool high = p->machine->memory > assay_ovmf_memory_below_4g(p->machine->memory);

    return p->s3_base - memory_cap(p) + 0x23728 + (p->machine->cpus - 1) * 0x38ull +
           (high ? 0x30 : 0) + (p->width > 36 ? 0x30 : 0);
}

/* What MpInitLib took from the top of PEI's memory before: stacks and, in pages, its data. */
static uint64_t stack_address(const platform *p)
{
    const uint64_t pages = p->machine->cpus <= 8 ? 0x2E : 0x2F;

    return p->s3_base - pages * 4096 - (uint64_t)p->machine->cpus * AP_STACK - 8;
}

static bool write_relocation(const ovmf_build *build, const platform *p, assay_writer *volume)
{
    const uint32_t cpus = p->machine->cpus;
    uint8_t bytes[32];

    if ((p->width > 36 && p->width < 40) || cpus > SMM_CPUS_MAX)
        return false;
    write_timer(build, p, volume);
    for (size_t i = 0; i < sizeof relocated / sizeof *relocated; i++) {
        const assay_bytes hex = assay_bytes_of_string(relocated[i].hex);

        assay_hex_decode(hex, bytes, hex.size / 2);
        overwrite(volume, relocated[i].offset, assay_bytes_of(bytes, hex.size / 2));
    }
    overwrite_u32(volume, SMM_STACK_AT, (uint32_t)stack_address(p));
    overwrite_u32(volume, SMM_CPUS_AT, cpus);
    overwrite_u32(volume, SMM_CPUS_AT + 8, cpus);
    overwrite_u32(volume, SMBASE_AT, (uint32_t)(p->low - 0x7000));
    overwrite_u32(volume, HOB_AT, (uint32_t)hob_address(p));
    return true;
}

/* --- memory types ----------------------------------------------------------------------------- */

/* How many pages the variable MemoryTypeInformation wants of a type; 0 where it doesn't say. */
static uint32_t pages_wanted(assay_bytes variable, uint32_t type)
{
    assay_cursor c = assay_cursor_of(variable);

    while (assay_left(&c) > 0) {
        const uint32_t found = assay_take_u32le(&c);
        const uint32_t pages = assay_take_u32le(&c);

        if (found == type)
            return pages;
    }
    return 0;
}

/* RefreshMemTypeInfo(): the variable may raise what the build has, and not lower it. */
static void raise_memory_types(const platform *p, uint32_t offset, assay_writer *volume)
{
    const assay_bytes variable = p->machine->memory_types;
    assay_cursor c = assay_cursor_of(assay_written(volume));

    if (variable.size % 8 != 0 || variable.size / 8 > MEMORY_TYPES_MAX + 1)
        return;
    assay_seek(&c, offset);
    for (uint32_t i = 0; i < MEMORY_TYPES; i++) {
        const uint32_t wanted = pages_wanted(variable, assay_take_u32le(&c));

        if (wanted > assay_take_u32le(&c))
            overwrite_u32(volume, offset + i * 8 + 4, wanted);
    }
}

/* --- builds ----------------------------------------------------------------------------------- */

static const ovmf_build builds[] = {
    /* Debian 2022.11-6+deb12u2: OVMF_CODE_4M.fd */
    { .sha256 = { 0x47, 0x12, 0x81, 0xa7, 0xd1, 0x97, 0xd1, 0x2a, 0xc6, 0x1a, 0x81,
                  0x0e, 0x51, 0x50, 0xb9, 0xb5, 0xdd, 0xc4, 0x7b, 0xe7, 0x8e, 0xf0,
                  0xc2, 0x4a, 0xf7, 0xa8, 0x19, 0x2c, 0x81, 0xb3, 0xa8, 0x08 },
      .width_max = 47,
      .write = write_platform_info,
      .variables = 0xE0D8 },
    /* the same: OVMF_CODE_4M.secboot.fd */
    { .sha256 = { 0xdd, 0x09, 0x9b, 0x33, 0xf9, 0xe5, 0x45, 0x26, 0x54, 0x2b, 0x92,
                  0x03, 0x6e, 0x12, 0xae, 0xd1, 0xaf, 0x73, 0xd1, 0x7f, 0x0c, 0xde,
                  0xaa, 0x12, 0xab, 0x02, 0xb1, 0x03, 0x09, 0x53, 0xac, 0x4c },
      .smm = true,
      .width_max = 47,
      .write = write_platform_info,
      .variables = 0xE0D8,
      .memory_types = 0xE080 },
    /* the same: OVMF_CODE.fd */
    { .sha256 = { 0x18, 0xe2, 0xc1, 0xcc, 0x49, 0x60, 0xc2, 0x69, 0x4c, 0x16, 0x2e,
                  0x8e, 0x75, 0x6f, 0xbf, 0x46, 0x7a, 0xae, 0xce, 0xee, 0x7d, 0xbf,
                  0xe1, 0xe1, 0xdd, 0x91, 0x9f, 0xfb, 0x2c, 0xd9, 0xa9, 0xd2 },
      .width_max = 47,
      .write = write_platform_info,
      .variables = 0xEFD8 },
    /* Debian 2025.02-8+deb13u1: OVMF_CODE_4M.fd */
    { .sha256 = { 0xac, 0xc7, 0xcc, 0x32, 0xf3, 0xe0, 0x51, 0x61, 0xd1, 0x62, 0x00,
                  0x22, 0x56, 0x29, 0x09, 0xc2, 0x84, 0xf7, 0x00, 0xd7, 0x30, 0x82,
                  0xcf, 0x7a, 0xc1, 0x59, 0x45, 0x1a, 0x3f, 0x7c, 0x72, 0x12 },
      .width_max = 46,
      .write = write_timer,
      .variables = 0x6E50 },
    /* the same: OVMF_CODE_4M.secboot.fd */
    { .sha256 = { 0x98, 0xcf, 0x2a, 0x7e, 0x49, 0xcb, 0xca, 0x9a, 0x9b, 0x77, 0x96,
                  0xd1, 0xed, 0xf9, 0xac, 0x41, 0x2d, 0xb5, 0xb4, 0x54, 0x18, 0x65,
                  0xf1, 0x95, 0x30, 0x17, 0xf7, 0x40, 0x41, 0xef, 0x43, 0x58 },
      .smm = true,
      .width_max = 46,
      .write = write_relocation,
      .variables = 0x6E50,
      .memory_types = 0x18080 },
};

static const ovmf_build *build_of(const uint8_t *sha256)
{
    for (size_t i = 0; i < sizeof builds / sizeof *builds; i++)
        if (memcmp(builds[i].sha256, sha256, HASHED) == 0)
            return &builds[i];
    return NULL;
}

int assay_ovmf_pei_variables(const assay_ovmf *ovmf, const assay_ovmf_machine *machine,
                             assay_hashes *hashes, uint8_t *volume, assay_error *error)
{
    uint8_t sha256[HASHED];
    assay_hash *hash;
    int status = assay_hashes_get(hashes, ASSAY_ALG_SHA256, &hash);

    if (status == 0)
        status = assay_hash_parts(hash, &ovmf->peifv, 1, sha256);
    if (status < 0)
        return assay_fail(error, (enum assay_kind) - status, ASSAY_NOWHERE,
                          "SHA-256, by which firmware is recognised, can't be computed");
    const ovmf_build *const build = build_of(sha256);
    if (build == NULL)
        return ASSAY_OVMF_PEI_UNKNOWN_BUILD;
    if (!is_sane(machine))
        return ASSAY_OVMF_PEI_UNKNOWN_MACHINE;
    const platform p = platform_of(machine, build);
    assay_writer out = assay_writer_lent(volume, ovmf->peifv.size);

    out.used = ovmf->peifv.size; /* the copy that is there */
    if (!build->write(build, &p, &out))
        return ASSAY_OVMF_PEI_UNKNOWN_MACHINE;
    if (build->memory_types != 0)
        raise_memory_types(&p, build->memory_types, &out);
    return ASSAY_OVMF_PEI_KNOWN;
}
